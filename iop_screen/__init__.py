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
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from os import PathLike

    from iop_screen.batch.frames.problems import FrameError
    from iop_screen.batch.frames.score_frame import FrameKind
    from iop_screen.batch.input_problems import InputProblem
    from iop_screen.batch.mapping.model import Mapping
    from iop_screen.batch.python_rows import RawAnswers
    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.core.problems import Problem
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.questionnaire.answers import MissingReason

__version__ = "0.1.0"
__all__ = [
    "CompiledQuestionnaire",
    "FrameError",
    "InputProblem",
    "MappingError",
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


class MappingError(ValueError):
    """A mapping that cannot be used. `problems` has all that is wrong with it, in the order of the file."""

    def __init__(self, message: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(message)
        self.problems = problems


class Frame(Protocol):
    """What the frames of Polars, pandas, Arrow, DuckDB and Spark have in common."""

    @property
    def columns(self) -> Any:
        """The columns or their names."""


FrameT = TypeVar("FrameT", bound=Frame)
Missing = Collection[str] | Literal["all"]


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

    _check_questionnaire(questionnaire)
    return json_object(next(scored([answers], questionnaire)), questionnaire)


def explain(answers: RawAnswers, questionnaire: CompiledQuestionnaire) -> dict[str, Any]:
    """The result for one person, as `assess` gives it, with its texts.

    Added are the reasons with the answers behind them, notes, contacts, what is open, and what would change the
    result. Raises what `assess` raises.
    """
    from iop_screen.batch.python_rows import scored  # noqa: PLC0415
    from iop_screen.report.score_output import row_object  # noqa: PLC0415

    _check_questionnaire(questionnaire)
    return row_object(next(scored([answers], questionnaire)), questionnaire, explain_each=True)


@overload
def score(
    rows: Iterable[RawAnswers],
    questionnaire: CompiledQuestionnaire,
    mapping: None = None,
    *,
    id_column: str | None = None,
    missing: Missing = (),
) -> Iterator[dict[str, Any]]: ...
@overload
def score(
    rows: FrameT,
    questionnaire: CompiledQuestionnaire,
    mapping: str | PathLike[str] | bytes | None = None,
    *,
    id_column: str | None = None,
    missing: Missing = (),
) -> FrameT: ...
def score(
    rows: Any,
    questionnaire: CompiledQuestionnaire,
    mapping: str | PathLike[str] | bytes | None = None,
    *,
    id_column: str | None = None,
    missing: Missing = (),
) -> Any:
    """The results for many people, who stand in a frame or are given one by one.

    A frame of Polars, pandas, Arrow, DuckDB or Spark gives a frame of the same kind with a row for each of its rows, in
    their order where they have one, and the columns of `iop-screen score` but `line`. A mapping may leave rows out by
    their status. Look first where `first_step_at_most` is an emergency. `mapping` is a file, by its path,
    or the bytes of one; without it, columns have the ids of questions as their names. `id_column` names the column
    with the id of a form. `missing` are the ids of questions that need no column, or "all".

    Any other iterable has a mapping for each person, with an answer by question id, as `assess` takes them, and may
    have `id_column` ("id" if that is not given). It gives results as `assess` does but without `line`, about 1,000
    rows at a time. `missing` are the questions that the rows do not have. There is no `mapping` for them.

    Raises FrameError for a frame that cannot be scored as it is, MappingError for a mapping that cannot be used,
    OSError for one that cannot be read, and ModuleNotFoundError, with what to install, where a package is missing;
    ValueError for a row that lacks a question not named in `missing`, and for a name that is neither a question nor
    the id column; TypeError for a row, a value or an id of another type, and for what is neither frame nor iterable.
    """
    from iop_screen.batch.frames.score_frame import frame_kind  # noqa: PLC0415

    _check_questionnaire(questionnaire)
    kind = frame_kind(rows)
    if kind is not None:
        return _scored_frame(rows, kind, questionnaire, _settings(questionnaire, mapping, id_column, missing))
    if isinstance(rows, str | bytes | dict) or not isinstance(rows, Iterable):
        message = f"{TAKES}, not {type(rows).__name__}"
        raise TypeError(message)
    if mapping is not None:
        raise TypeError("a mapping goes with a frame; rows have answers by the ids of questions")
    return _scored_rows(rows, questionnaire, "id" if id_column is None else id_column, missing)


def _check_questionnaire(questionnaire: object) -> None:
    """TypeError for what is no questionnaire, such as the path of one."""
    from iop_screen.engine import compiled  # noqa: PLC0415

    if not isinstance(questionnaire, compiled.CompiledQuestionnaire):
        message = f"the questionnaire is what iop_screen.load() gives, not {type(questionnaire).__name__}"
        raise TypeError(message)


TAKES = "score takes a frame of Polars, pandas, Arrow, DuckDB or Spark, or an iterable with a mapping for each person"


def _scored_rows(
    rows: Iterable[RawAnswers], questionnaire: CompiledQuestionnaire, id_column: str, missing: Missing
) -> Iterator[dict[str, Any]]:
    from iop_screen.batch.python_rows import scored  # noqa: PLC0415
    from iop_screen.report.score_output import json_object  # noqa: PLC0415

    left_out = [str(question.id) for question in questionnaire.questions] if missing == "all" else missing
    for row in scored(rows, questionnaire, id_column=id_column, missing=left_out):
        yield {name: value for name, value in json_object(row, questionnaire).items() if name != "line"}


def _scored_frame(frame: Any, kind: FrameKind, questionnaire: CompiledQuestionnaire, settings: ScoreSettings) -> Any:
    import json  # noqa: PLC0415

    from iop_screen.batch.frames.score_frame import score_frame  # noqa: PLC0415
    from iop_screen.batch.rows import OutputShape  # noqa: PLC0415
    from iop_screen.report.score_output import METADATA_NAME, said_of_all_rows  # noqa: PLC0415

    said = json.dumps(said_of_all_rows(questionnaire, OutputShape(settings.mapping_stamp), __version__))
    return score_frame(frame, kind, questionnaire, settings, {METADATA_NAME: said})


def _settings(
    questionnaire: CompiledQuestionnaire,
    mapping: str | PathLike[str] | bytes | None,
    id_column: str | None,
    missing: Missing,
) -> ScoreSettings:
    from iop_screen.batch.python_rows import check_missing  # noqa: PLC0415
    from iop_screen.batch.settings import ScoreSettings  # noqa: PLC0415

    left_out = () if missing == "all" else missing
    check_missing(left_out, questionnaire)
    return ScoreSettings(
        mapping=None if mapping is None else _mapping(mapping, questionnaire),
        id_column=id_column,
        allow_missing=frozenset(left_out),
        allow_all_missing=missing == "all",
    )


def _mapping(source: str | PathLike[str] | bytes, questionnaire: CompiledQuestionnaire) -> Mapping:
    """The mapping at a path or in bytes; MappingError if it cannot be used. What else is said of it is a warning."""
    from warnings import warn  # noqa: PLC0415

    from iop_screen.batch.frames.problems import mapping_problem  # noqa: PLC0415
    from iop_screen.batch.mapping.reader import read_mapping, with_unconfirmed  # noqa: PLC0415
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415

    content = _content(source)
    read = read_mapping(content, questionnaire)
    problems = tuple(map(mapping_problem, with_unconfirmed(read)))
    told = diagnostics(problems, "<bytes>" if isinstance(source, bytes) else str(source), content) if problems else ""
    if read.mapping is None or read.mapping.guesses:
        raise MappingError(told, problems)
    for said in (told, NOT_JUDGED if read.mapping.status else ""):
        if said:
            warn(said, stacklevel=4)
    return read.mapping


NOT_JUDGED = (
    "the mapping leaves forms out by their status, and in a frame these are not judged for danger, as "
    "`iop-screen score` judges them. Score the frame once more with a mapping without `status`, and look first where "
    "`first_step_at_most` is an emergency"
)


def _content(source: object) -> bytes:
    """The bytes of a mapping, or of the file at its path. TypeError for what is neither, such as the text of one."""
    import os  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    if isinstance(source, bytes):
        return source
    if not isinstance(source, str | os.PathLike) or (isinstance(source, str) and "\n" in source):
        given = "its text; make bytes of that, `text.encode()`" if isinstance(source, str) else type(source).__name__
        message = f"`mapping` takes the path of a mapping or its bytes, not {given}"
        raise TypeError(message)
    return Path(source).read_bytes()


def __getattr__(name: str) -> object:
    """The types that the functions take and give, imported when they are asked for."""
    homes = {
        "CompiledQuestionnaire": "engine.compiled",
        "FrameError": "batch.frames.problems",
        "InputProblem": "batch.input_problems",
        "MissingReason": "questionnaire.answers",
        "Problem": "core.problems",
    }
    if name not in homes:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415

    found: object = getattr(import_module(f"{__name__}.{homes[name]}"), name)
    return found
