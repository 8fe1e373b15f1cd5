"""A level-of-care screening questionnaire: from answers to a suggestion with its reasons. It is not a diagnosis.

>>> import iop_screen
>>> questionnaire = iop_screen.load()
>>> result = iop_screen.assess({"age": "18_64"}, questionnaire)
>>> result["suggestion"]
'undetermined'

`load` reads a questionnaire, `assess` and `explain` take the answers of one person, `score` those of many. Results are
dictionaries with the names of the output columns, so a suggestion never comes without its first step, its reasons,
the disclaimer, and the version and hash of the questionnaire.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from iop_screen.batch.python_rows import RawAnswers
    from iop_screen.core.problems import Problem
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.questionnaire.answers import MissingReason

__version__ = "0.1.0"
__all__ = [
    "CompiledQuestionnaire",
    "MissingReason",
    "Problem",
    "QuestionnaireError",
    "__version__",
    "assess",
    "explain",
    "load",
    "score",
]


class QuestionnaireError(ValueError):
    """A questionnaire file that cannot be used. `problems` has all that is wrong with it, in the order of the file."""

    def __init__(self, message: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(message)
        self.problems = problems


def load(source: str | PathLike[str] | bytes | None = None) -> CompiledQuestionnaire:
    """Read a questionnaire: the file at a path, the bytes of one, or the questionnaire that comes with the program.

    Raises QuestionnaireError if it cannot be used, and OSError if the file cannot be read.
    """
    from pathlib import Path  # noqa: PLC0415 - what is slow to import waits until it is needed

    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415
    from iop_screen.core.files import default_questionnaire  # noqa: PLC0415

    path = default_questionnaire() if source is None else "<bytes>" if isinstance(source, bytes) else Path(source)
    content = source if isinstance(source, bytes) else Path(path).read_bytes()
    loaded = load_questionnaire(content)
    if loaded.compiled is None:
        from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415

        raise QuestionnaireError(diagnostics(loaded.problems, str(path), content), loaded.problems)
    return loaded.compiled


def assess(answers: RawAnswers, questionnaire: CompiledQuestionnaire) -> dict[str, Any]:
    """The result for one person. `answers` has what was answered by question id; a question left out is missing.

    An answer is a text as a CSV cell has it (the id or label of an option, `yes`, a number), a number, a list of
    options, a MissingReason, or None. One that cannot be read counts as no answer, and is named in `problems`. The
    result has the names of `iop-screen score --format jsonl`, with tuples for lists; `line` and `id` are None.

    Raises ValueError for a question that the questionnaire does not have, TypeError for a value of another type.
    """
    from iop_screen.batch.python_rows import scored  # noqa: PLC0415
    from iop_screen.report.score_output import json_object  # noqa: PLC0415

    return json_object(next(scored([answers], questionnaire)), questionnaire)


def explain(answers: RawAnswers, questionnaire: CompiledQuestionnaire) -> dict[str, Any]:
    """The result for one person, as `assess` gives it, with its texts.

    Added are the reasons with the answers behind them, notes, contacts, what is open, and what would change the
    result. Raises what `assess` raises.
    """
    from iop_screen.batch.python_rows import scored  # noqa: PLC0415
    from iop_screen.report.score_output import row_object  # noqa: PLC0415

    return row_object(next(scored([answers], questionnaire)), questionnaire, explain_each=True)


def score(
    rows: Iterable[RawAnswers],
    questionnaire: CompiledQuestionnaire,
    *,
    id_column: str = "id",
    missing: Collection[str] = (),
) -> Iterator[dict[str, Any]]:
    """The result for each of many people, in their order, as `assess` gives it but without `line`.

    Each row has an answer by question id, as `assess` takes them, and may have `id_column`. `missing` names the
    questions that the rows do not have. About 1,000 rows are in memory at a time.

    Raises ValueError for a row that lacks a question not named in `missing`, and for a name that is neither a question
    nor the id column; TypeError for a row, a value or an id of another type.
    """
    from iop_screen.batch.python_rows import scored  # noqa: PLC0415
    from iop_screen.report.score_output import json_object  # noqa: PLC0415

    for row in scored(rows, questionnaire, id_column=id_column, missing=missing):
        yield {name: value for name, value in json_object(row, questionnaire).items() if name != "line"}


def __getattr__(name: str) -> object:
    """The types that the functions take and give, imported when they are asked for."""
    homes = {
        "CompiledQuestionnaire": "engine.compiled",
        "MissingReason": "questionnaire.answers",
        "Problem": "core.problems",
    }
    if name not in homes:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415

    found: object = getattr(import_module(f"{__name__}.{homes[name]}"), name)
    return found
