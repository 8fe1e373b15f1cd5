"""Tables of answers as our own forms write them: the query and our own reader of cells say the same of each."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.duck import Duck
from support.effort import examples
from support.postgres import Postgres
from support.questionnaires import TWO_LEVELS, ready
from support.spark import Spark
from support.sql_engines import Cell, Engine
from support.strategies import cells, sheets, sketches, text_of
from support.written_tables import Row, numbered, results_of_query, results_of_reader

from iop_screen.batch.sql.dialect import DialectName
from iop_screen.engine.compiled import CompiledQuestionnaire

EVERYTHING = (
    TWO_LEVELS
    + """\
first_steps: [{id: look, title: A look}, {id: now, title: Help now, interrupt: true}]
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: shakes
        ask: Shakes?
        role: risk
        type: choice
        options: [{id: none, label: Not at all}, {id: some.2, label: A bit}, {id: bad-3, label: Badly}]
      - id: days
        ask: Bad days?
        role: risk
        type: number
        worse: higher
        min: -2.5
        max: 30
        ask_when: {shakes: bad-3}
      - id: ties
        ask: What ties?
        role: risk
        type: multiple
        options:
          - {id: a.b, label: A job}
          - {id: axb, label: A house}
          - {id: nothing, label: None of these, exclusive: true}
          - {id: nobody, label: Nobody, exclusive: true}
      - id: wishes
        ask: Wishes?
        role: access
        type: multiple
        options: [{id: home, label: Home}, {id: day, label: By day}]
      - {id: remark, ask: More?, role: access, type: text}
rules: [{id: in_danger, when: {danger: yes}, first_step: now, because: There is danger.},
        {id: many_days, when: {days: {at_least: 7.25}}, level: stay, because: There are bad days.},
        {id: shaking, when: {shakes: {at_least: some.2}}, first_step: look, because: So.},
        {id: tied, when: {ties: a.b}, level: stay, because: So.}]
notes: [{id: by_day, when: {wishes: day}, say: By day.}]
"""
)
ANY: tuple[Cell, ...] = (
    None,
    "",
    "unknown",
    "declined",
    "not-shown",
    "not-applicable",
    "?",
    "-",
    "'",
    "\\",
    "x\ny",
    "%",
)
"""Cells of any question; none of the last ones is an answer where one is looked for."""

CELLS: dict[str, tuple[Cell, ...]] = {
    "danger": ("no", "yes", "nope", "unreadable", "no;yes"),
    "shakes": ("none", "some.2", "bad-3", "someX2", "none;bad-3", "unknown;none"),
    "days": (
        *(
            "0",
            "7",
            "7.25",
            "7.249999",
            "07.250000",
            "+8",
            "-0",
            "-2.5",
            "-2.500001",
            "30",
            "30.000001",
            "999999999.999999",
        ),
        *("1000000000", "1.", ".5", "1e1", "0x10", "1,5", "NaN", "Infinity", "--1", "7;8", "1.0000000"),
    ),
    "ties": (
        *(
            "a.b",
            "axb",
            "a.b;axb",
            "axb;a.b;axb",
            "nothing",
            "nothing;nothing",
            "nobody",
            "nothing;nobody",
            "a.b;nothing",
        ),
        *("a-b", "a.b;", ";", "a.b;a-b", "unknown;a.b", "a.b;unknown;axb"),
    ),
    "wishes": ("home", "day", "home;day", "day;home;day", "homeday", "home;nothing"),
    "remark": ("a remark", 'it\'s; "so"', "unreadable", "no"),
}
"""Further cells of each question."""

FOLDED = {("ties", "a.b;")}
"""What our reader takes, and the query does not: see below."""


def every_cell() -> list[Row]:
    """Rows in which each cell stands at least once, with others for the cells of the other questions."""
    columns = {
        name: [cell for cell in (*special, *ANY) if (name, cell) not in FOLDED] for name, special in CELLS.items()
    }
    longest = max(map(len, columns.values()))
    rows = [
        {name: texts[number * step % len(texts)] for name, texts in columns.items()}
        for step in (1, 2, 3, 5)
        for number in range(longest)
    ]
    for name, texts in columns.items():
        rows += [{**rows[0], name: text} for text in texts]
    return numbered(rows)


def same(engine: Engine, name: DialectName, compiled: CompiledQuestionnaire, rows: list[Row]) -> list[dict[str, str]]:
    """Hold the query against our reader, row by row; gives the results."""
    wanted, found = results_of_reader(compiled, rows), results_of_query(engine, name, compiled, rows)
    for row, want, got in zip_longest(rows, wanted, found):
        assert got == want, row
    return found


def test_the_query_reads_every_cell_as_our_reader_does(duck: Duck) -> None:
    found = same(duck, "duckdb", ready(EVERYTHING), every_cell())
    said = {problem for row in found for problem in row["problems"].split(";")}
    codes = {"unreadable", "out-of-range", "not-alone", "answered-but-not-asked"}
    assert {problem.partition(":")[2] for problem in said if problem} == codes


@pytest.mark.slow
def test_postgres_reads_every_cell_as_our_reader_does(postgres: Postgres) -> None:
    same(postgres, "postgres", ready(EVERYTHING), every_cell())


@pytest.mark.slow
def test_spark_reads_every_cell_as_our_reader_does(spark: Spark) -> None:
    same(spark, "spark", ready(EVERYTHING), every_cell())


def test_what_only_our_reader_understands_is_unreadable_and_never_an_answer(duck: Duck) -> None:
    """A label, another case, a blank, another mark between options: the answers stay open."""
    odd = {
        "danger": ("No", " no", "no ", "NO", "false", "n", "'no"),
        "shakes": ("Not at all", "NONE", " none", "none\n", "\u00a0none"),
        "days": (" 7", "7 ", "7\n", "'7"),
        "ties": ("a.b;", "a.b,axb", "a.b axb", "A job", "a.b; axb", "a.b\n"),
    }
    compiled = ready(EVERYTHING)
    nothing = dict.fromkeys([*CELLS], "")
    rows = numbered([{**nothing, name: cell} for name, texts in odd.items() for cell in texts])
    by_reader = results_of_reader(compiled, rows)
    for row, result, read in zip(rows, results_of_query(duck, "duckdb", compiled, rows), by_reader, strict=True):
        (name,) = (name for name in odd if row[name])
        assert result["problems"] == f"{name}:unreadable"
        assert read["problems"] in {"", "days:answered-but-not-asked"}
        assert result["suggestion"] == "undetermined"
        assert result["level_at_most"] == "stay"


def test_blanks_alone_are_unreadable(duck: Duck) -> None:
    """Our reader takes them for a blank; databases do not agree on what a blank is."""
    compiled = ready(EVERYTHING)
    rows = numbered([dict.fromkeys([*CELLS], " ")])
    (result,) = results_of_query(duck, "duckdb", compiled, rows)
    assert result["problems"] == ";".join(
        f"{name}:unreadable" for name in ("danger", "shakes", "days", "ties", "wishes")
    )


@st.composite
def tables(draw: st.DrawFn) -> tuple[CompiledQuestionnaire, list[Row]]:
    """A questionnaire, and a table of forms."""
    sketch = draw(sketches())
    forms = [cells(sketch, draw(sheets(sketch))) for _ in range(draw(st.integers(1, 6)))]
    rows: list[Row] = [
        {name: text or draw(st.sampled_from([None, ""])) for name, text in form.items()} for form in forms
    ]
    return ready(text_of(sketch)), numbered(rows)


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_the_query_and_our_reader_give_the_same_on_any_questionnaire(
    duck: Duck, table: tuple[CompiledQuestionnaire, list[Row]]
) -> None:
    same(duck, "duckdb", *table)


@pytest.mark.slow
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_postgres_and_our_reader_give_the_same_on_any_questionnaire(
    postgres: Postgres, table: tuple[CompiledQuestionnaire, list[Row]]
) -> None:
    same(postgres, "postgres", *table)


@pytest.mark.slow
@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_spark_and_our_reader_give_the_same_on_any_questionnaire(
    spark: Spark, table: tuple[CompiledQuestionnaire, list[Row]]
) -> None:
    same(spark, "spark", *table)
