"""Prints for each system and each engine how many forms were scored there, and how many rows are those of a CSV file.

`PYTHONPATH=tests python scripts/same_everywhere.py [NUMBER OF FORMS]` is about forms as other systems write them, and
`PYTHONPATH=tests python scripts/same_everywhere.py --engines [NUMBER OF FORMS]` about frames and the query of
`iop-screen sql`. The frames have cells with dirt; the tables of the query have them as forms of ours write them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import pytest
from support.drawn_tables import DrawnTable
from support.duck import Duck
from support.frames import ENGINES, Row, Scored, scored_file, scored_frame, scored_table
from support.made_up import made_up_people
from support.mixed_tables import mixed_table
from support.postgres import running_postgres
from support.questionnaires import ready
from support.same_forms import FORMATS, OWN_TO_THE_FILE, Form, Format, results, write_plain
from support.spark import running_spark

from iop_screen.batch.frames.score_frame import FrameKind
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire

FORMS = 500
IN_ENGINES = 100_000
"""So many forms, if nothing is said."""

EngineT = TypeVar("EngineT")


def rows(*arguments: object) -> list[dict[str, str]]:
    """The rows that `score` writes, in a process of its own."""
    command = [sys.executable, "-m", "iop_screen", "score", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr.decode())
    return results(done.stdout.decode())


def equal_rows(
    compiled: CompiledQuestionnaire, form_of: Format, forms: Sequence[Form], folder: Path
) -> tuple[int, int]:
    """How many forms there are, and how many of their rows are equal."""
    said = form_of.forms(compiled, forms)
    wanted, found = rows(*write_plain(compiled, said, folder)), rows(*form_of.write(compiled, said, folder))
    pairs = zip(wanted, found, strict=len(wanted) == len(found))
    return len(said), sum(one == other for one, other in pairs)


def table(forms: int) -> Iterator[str]:
    """The lines of the table."""
    compiled = ready(default_questionnaire().read_bytes())
    people = made_up_people(compiled, forms)
    yield "| format | forms | equal rows |"
    yield "|---|---|---|"
    for form_of in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            number, equal = equal_rows(compiled, form_of, people, Path(folder))
        yield f"| {form_of.name} | {number:,} | {equal:,} |"
    yield ""
    yield f"Equal in all columns but {' and '.join(f'`{name}`' for name in sorted(OWN_TO_THE_FILE))}."


# -------------------------------------------------------------------- engines


def engines_table(forms: int) -> Iterator[str]:
    """The lines of the table of engines, each as soon as it is known. An engine that is missing is passed over."""
    source = default_questionnaire().read_text("utf-8")
    yield "| engine | scored | forms | equal rows |"
    yield "|---|---|---|---|"
    for scored, table, way in (
        ("a frame, cells with dirt", mixed_table(source, forms), frame_rows),
        ("the query, written cells", mixed_table(source, forms, dirt=0), query_rows),
    ):
        expected = scored_file(table)
        assert not isinstance(expected, frozenset), expected
        for name, found in way(table):
            yield f"| {name} | {scored} | {len(expected):,} | {equal_in(expected, found):,} |"


def frame_rows(table: DrawnTable) -> Iterator[tuple[str, Scored]]:
    """Each engine of frames with its version, and the rows of the table there."""
    with Duck() as duck:
        yield f"duckdb {version('duckdb')}", scored_frame(table, ENGINES["duckdb"], duck)
    in_memory: Sequence[tuple[FrameKind, str]] = (
        ("arrow", "pyarrow"),
        ("pandas", "pandas"),
        ("polars", "polars"),
        ("polars-lazy", "polars"),
    )
    for kind, package in in_memory:
        lazy = ", lazy" if kind == "polars-lazy" else ""
        yield f"{package} {version(package)}{lazy}", scored_frame(table, ENGINES[kind])
    with started(running_spark, "spark") as spark:
        if spark is not None:
            yield f"pyspark {version('pyspark')}", scored_frame(table, ENGINES["spark"], spark)


def query_rows(table: DrawnTable) -> Iterator[tuple[str, Scored]]:
    """Each database with its version, and the rows that the query gives there."""
    with Duck() as duck:
        yield f"duckdb {version('duckdb')}", scored_table(table, "duckdb", duck)
    with started(lambda _: running_postgres(), "postgres") as postgres:
        if postgres is not None:
            (shown,) = postgres.query("SHOW server_version")[0].values()
            yield f"postgres {shown}", scored_table(table, "postgres", postgres)
    with started(running_spark, "spark") as spark:
        if spark is not None:
            yield f"pyspark {version('pyspark')}", scored_table(table, "spark", spark)


@contextmanager
def started(running: Callable[[Path], AbstractContextManager[EngineT]], name: str) -> Iterator[EngineT | None]:
    """An engine with a folder of its own; None, and a sentence, if it is not on this machine."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        try:
            engine = stack.enter_context(running(Path(folder)))
        except pytest.skip.Exception as missing:
            sys.stderr.write(f"{name}: {missing}\n")
            yield None
        else:
            yield engine


def equal_in(expected: Sequence[Row], found: Scored) -> int:
    """How many rows are on both sides; none if it was refused."""
    if isinstance(found, frozenset):
        return 0
    counts = (Counter(tuple(row.items()) for row in rows) for rows in (expected, found))
    return sum((next(counts) & next(counts)).values())


def main() -> None:
    asked = sys.argv[1:]
    of_engines = "--engines" in asked
    number = next((int(each) for each in asked if each.isdecimal()), IN_ENGINES if of_engines else FORMS)
    for line in engines_table(number) if of_engines else table(number):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
