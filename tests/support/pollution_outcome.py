"""What `score` makes of a polluted file, held against the clean rows of the same people."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

import iop_screen
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_output import json_object
from support.pollution import GROUPS, Clean, Pollution, rows_of
from support.running import Run

Row = dict[str, Any]
"""A row of JSON, without the place of its record."""

COUNTED = re.compile(r"^EXPECTED \d+ RECORDS, READ \d+", re.MULTILINE)
"""What the summary says if there are fewer records than `--expect` says."""

NEXT_COMMANDS = ("  iop-screen ", "  sh -c ", "  libreoffice ")
"""How the lines begin that are to be pasted."""

HARMLESS = frozenset({"answered-but-not-asked", "no-column"})
"""Codes of a row that do not change the exit code."""


class Kind(Enum):
    """What became of a polluted file; the words stand in the table."""

    READ = "read as it is"
    SAID = "read, and said in the summary"
    OPEN = "counted as not answered; results stay open"
    PROBLEM = "exit 1"
    STOPS = "stops, exit 3"
    UNSEEN = "**cannot be seen**"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, the codes that were given, and what went wrong without a word, if anything did."""

    kind: Kind
    codes: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.kind.value + (f": {', '.join(f'`{code}`' for code in self.codes)}" if self.codes else "")


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """One run over a file: its exit code, what it said, its rows (None if it stopped), and the text of its rejects."""

    code: int
    said: str
    rows: tuple[Row, ...] | None
    rejected: str


@lru_cache(maxsize=8)
def clean_rows(clean: Clean) -> Mapping[str, Row]:
    """The rows of the clean file by id, by another way: Python's own reader, and the Python API."""
    names, *records = rows_of(clean.content)
    known = {"id", *(str(question.id) for question in clean.compiled.questions)}
    people = ({name: cell for name, cell in zip(names, record, strict=True) if name in known} for record in records)
    return {row["id"]: json.loads(json.dumps(row)) for row in iop_screen.score(people, clean.compiled)}


def scored_by_command(run: Run, content: bytes, clean: Clean, folder: Path, *options: str) -> ScoredFile:
    """Score some bytes as a user does, in the folder where they are, so that no message depends on its name."""
    output, rejects = folder / "out.jsonl", folder / "rejects.csv"
    (folder / "forms.csv").write_bytes(content)
    for made in (output, rejects):
        made.unlink(missing_ok=True)
    arguments = ("score", "forms.csv", "--format", "jsonl", "-o", output.name, "--rejects", rejects.name)
    with chdir(folder):
        ran = run(*arguments, *options, *questions_option(clean, folder))
    rows = tuple(map(_row, output.read_text("utf-8").splitlines())) if output.exists() else None
    return ScoredFile(ran.code, ran.err, rows, rejects.read_text("utf-8") if rejects.exists() else "")


def scored_by_api(content: bytes, clean: Clean) -> ScoredFile:
    """Score some bytes without the command line, which is faster."""
    source = open_csv("forms.csv", io.BytesIO(content), FileSettings())
    if not isinstance(source, CsvSource):
        return ScoredFile(3, f"[{source.code}]", None, "")
    scoring = open_scoring([source], clean.compiled, ScoreSettings())
    if not isinstance(scoring, Scoring):
        return ScoredFile(3, "".join(f"[{problem.code}]" for problem in scoring), None, "")
    rows = [row for batch in scoring.row_batches() for row in batch]
    assert scoring.stopped_by or scoring.adds_up
    if scoring.stopped_by:
        return ScoredFile(3, "".join(f"[{problem.code}]" for problem in scoring.stopped_by), None, "")
    objects = tuple(_row(json.dumps(json_object(row, clean.compiled))) for row in rows)
    rejected = b"".join(row.origin.record.raw for row in rows if row.result is None and row.origin)
    return ScoredFile(0 if scoring.tally.clean else 1, "", objects, rejected.decode("utf-8", "replace"))


def questions_option(clean: Clean, folder: Path) -> list[object]:
    """The option that names the questionnaire of a file, if it is not the default one."""
    if clean.source is None:
        return []
    path = folder / "questions.yaml"
    path.write_text(clean.source, encoding="utf-8")
    return ["--questions", path]


def _row(line: str) -> Row:
    return {name: value for name, value in json.loads(line).items() if name != "line"}


def outcome_of(pollution: Pollution, run: Run, folder: Path) -> Outcome:
    """What becomes of a polluted file."""
    clean = pollution.clean
    polluted = scored_by_command(run, pollution.polluted, clean, folder, *pollution.options)
    if pollution.blanks and _only_more_open(polluted, clean):
        return Outcome(Kind.OPEN)
    return judged(polluted, clean, said_of_clean(run, clean, folder))


def said_of_clean(run: Run, clean: Clean, folder: Path) -> str:
    """What is said of the clean file; it is scored once."""
    if clean not in _said_of_clean:
        _said_of_clean[clean] = scored_by_command(run, clean.content, clean, folder).said
    return _said_of_clean[clean]


_said_of_clean: dict[Clean, str] = {}


def judged(scored: ScoredFile, clean: Clean, said_before: str = "") -> Outcome:
    """What became of a file, held against the clean one and what was said about that."""
    if scored.rows is None:
        codes = _codes(re.findall(r"\[([a-z0-9-]+)\]", scored.said))
        return Outcome(Kind.STOPS, codes, () if scored.code == 3 else (f"no output, and exit {scored.code}",))
    expected = clean_rows(clean)
    silent = tuple(silent_changes(scored, expected))
    if silent:
        return Outcome(Kind.UNSEEN, (), silent)
    if scored.code:
        return Outcome(Kind.PROBLEM, _codes(code for row in scored.rows for code in serious(row, expected)))
    return Outcome(Kind.SAID if summary_parts(scored.said) - summary_parts(said_before) else Kind.READ)


def silent_changes(scored: ScoredFile, expected: Mapping[str, Row]) -> Iterator[str]:
    """What differs from the clean rows and is not told by a problem of the row and the exit code."""
    yield from changed_rows(scored, expected)
    yield from (f"{name} is lost" for name in lost_people(scored, expected))


def lost_people(scored: ScoredFile, expected: Mapping[str, Row]) -> Iterator[str]:
    """The ids that have no row, are in no rejected record, and are not counted as too few.

    A record under the id of somebody else has a row that is one too many, and a problem.
    """
    found = Counter(row["id"] for row in scored.rows or ())
    lost, doubled = Counter(expected.keys()) - found, found - Counter(expected.keys())
    if scored.code != 1:
        yield from lost.elements()
    elif not COUNTED.search(scored.said):
        unnamed = [name for name in lost.elements() if name not in scored.rejected]
        yield from unnamed[doubled.total() :]


def changed_rows(scored: ScoredFile, expected: Mapping[str, Row]) -> Iterator[str]:
    """The rows that differ from the clean ones without a problem and an exit code that say so."""
    for row in scored.rows or ():
        if row != expected.get(row["id"]) and not (scored.code == 1 and serious(row, expected)):
            yield f"the row of {row['id']} differs"


def serious(row: Row, expected: Mapping[str, Row]) -> set[str]:
    """The problems of a row that its clean row does not have and that change the exit code."""
    before = expected.get(row["id"], {}).get("problems", ())
    codes = {problem.rpartition(":")[2] for problem in row["problems"] if problem not in before}
    return codes - HARMLESS


def _codes(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*found}))


def _only_more_open(scored: ScoredFile, clean: Clean) -> bool:
    """Whether each person has a row, and no row is settled where it was not, or on something else."""
    expected, rows = clean_rows(clean), scored.rows or ()
    return Counter(row["id"] for row in rows) == Counter(expected.keys()) and all(
        row == expected[row["id"]] or _more_open(row, expected[row["id"]], clean.compiled) for row in rows
    )


def _more_open(row: Row, before: Row, compiled: CompiledQuestionnaire) -> bool:
    levels = [str(level.id) for level in compiled.questionnaire.levels]
    steps = [None, *(str(step.id) for step in compiled.questionnaire.first_steps)]
    wider = all(
        ladder.index(row[f"{name}_at_least"]) <= ladder.index(before[f"{name}_at_least"])
        and ladder.index(row[f"{name}_at_most"]) >= ladder.index(before[f"{name}_at_most"])
        for ladder, name in ((levels, "level"), (steps, "first_step"))
    )
    return wider and row["suggestion"] in {before["suggestion"], "undetermined"}


def summary_parts(said: str) -> set[str]:
    """The parts of a summary, but for those that name the lines of emergencies."""
    return {part for part in said.split("\n\n") if not part.startswith("EMERGENC")}


def next_commands(said: str) -> list[list[str]]:
    """The words of the command lines that stand on lines of their own."""
    return [shlex.split(line) for line in said.splitlines() if line.startswith(NEXT_COMMANDS)]


def rejects_of(text: str) -> list[dict[str, str]]:
    """The rows of a file of rejects."""
    return [*csv.DictReader(io.StringIO(text, newline=""))]


# ---------------------------------------------------------------------- the table


def table_row(pollution: Pollution, outcome: Outcome) -> str:
    """A pollution as a row of the table."""
    return f"| {pollution.did} | {outcome} | {pollution.helps} |\n"


def table(outcomes: Mapping[str, Outcome]) -> str:
    """The whole table, a part for each group."""
    return "\n".join(_part(title, group, outcomes) for title, group in GROUPS.items())


def _part(title: str, group: Iterable[Pollution], outcomes: Mapping[str, Outcome]) -> str:
    head = f"**{title}**\n\n| what happened to the file | what `score` does | what helps |\n|---|---|---|\n"
    return head + "".join(table_row(pollution, outcomes[pollution.name]) for pollution in group)
