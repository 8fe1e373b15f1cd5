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
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
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

FRAME, QUERY = "a frame, cells with dirt", "the query, written cells"
IN_MEMORY: Sequence[tuple[FrameKind, str, str]] = (
    ("arrow", "pyarrow", ""),
    ("pandas", "pandas", ""),
    ("polars", "polars", ""),
    ("polars-lazy", "polars", ", lazy"),
)
"""Kinds of frames that lie in memory, their packages, and how those are called if there are two."""
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


@dataclass(frozen=True, slots=True)
class Expected:
    """A table of forms, and what its rows are by the file."""

    table: DrawnTable
    rows: Counter[int]

    def equal(self, found: Scored) -> int:
        """How many rows are on both sides; none if it was refused."""
        return 0 if isinstance(found, frozenset) else (self.rows & digests(found)).total()


def engines_table(forms: int) -> Iterator[str]:
    """The lines of the table of engines, each as soon as it is known. An engine that is missing is passed over."""
    source = default_questionnaire().read_text("utf-8")
    dirty, written = (expected_of(mixed_table(source, forms, dirt)) for dirt in (0.05, 0))
    yield "| engine | scored | forms | equal rows |"
    yield "|---|---|---|---|"
    for name, scored, expected, found in engine_rows(dirty, written):
        yield f"| {name} | {scored} | {forms:,} | {expected.equal(found):,} |"


def expected_of(table: DrawnTable) -> Expected:
    """What a table comes to as a file."""
    scored = scored_file(table)
    if isinstance(scored, frozenset):
        sys.exit(f"the file is refused for {sorted(scored)}")
    return Expected(table, digests(scored))


def digests(rows: Iterable[Row]) -> Counter[int]:
    """Rows as numbers, so that many of them fit into memory; two that differ have other ones, but by a rare chance."""
    return Counter(hash(tuple(row.items())) for row in rows)


def engine_rows(dirty: Expected, written: Expected) -> Iterator[tuple[str, str, Expected, Scored]]:
    """Each engine with its version, what was scored in it, and the rows that it gives."""
    with Duck() as duck:
        name = f"duckdb {version('duckdb')}"
        yield name, FRAME, dirty, scored_frame(dirty.table, ENGINES["duckdb"], duck)
        yield name, QUERY, written, scored_table(written.table, "duckdb", duck)
    for kind, package, how in IN_MEMORY:
        yield f"{package} {version(package)}{how}", FRAME, dirty, scored_frame(dirty.table, ENGINES[kind])
    with started(lambda _: running_postgres(), "postgres") as postgres:
        if postgres is not None:
            (shown,) = postgres.query("SHOW server_version")[0].values()
            yield f"postgres {shown}", QUERY, written, scored_table(written.table, "postgres", postgres)
    with started(running_spark, "spark") as spark:
        if spark is not None:
            name = f"pyspark {version('pyspark')}"
            yield name, FRAME, dirty, scored_frame(dirty.table, ENGINES["spark"], spark)
            yield name, QUERY, written, scored_table(written.table, "spark", spark)


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


def main() -> None:
    asked = sys.argv[1:]
    of_engines = "--engines" in asked
    number = next((int(each) for each in asked if each.isdecimal()), IN_ENGINES if of_engines else FORMS)
    for line in engines_table(number) if of_engines else table(number):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
