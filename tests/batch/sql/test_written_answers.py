"""Tables of answers as our own forms write them: the query and our own reader of cells say the same of each."""

from __future__ import annotations

import time
from functools import partial
from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.duck import Duck
from support.effort import examples
from support.postgres import Postgres
from support.questionnaires import TWO_LEVELS, ready
from support.scoring import scored_bytes
from support.spark import Spark
from support.sql_engines import Cell, Engine
from support.strategies import cells, sheets, sketches, text_of
from support.written_tables import ID, Row, numbered, result_texts, results_of_query, results_of_reader

from iop_screen.batch.sql.dialect import Dialect, DialectName
from iop_screen.batch.sql.query import score_query
from iop_screen.batch.sql.written_answers import AnswerTable, WrittenAnswers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.types.yes_no import CELL_WORDS
from iop_screen.report.score_output import csv_text

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


ODD = {
    "danger": ("No", " no", "no ", "NO", "false", "n", "'no"),
    "shakes": ("Not at all", "NONE", " none", "none\n", "\u00a0none"),
    "days": (" 7", "7 ", "7\n", "'7"),
    "ties": ("a.b;", "a.b,axb", "a.b axb", "A job", "a.b; axb", "a.b\n"),
}
"""A label, another case, a blank, another mark between options: what our reader understands."""


def stays_open(engine: Engine, name: DialectName) -> None:
    """The query takes none of these for an answer, and what they could say is not ruled out."""
    compiled = ready(EVERYTHING)
    nothing = dict.fromkeys(CELLS, "")
    rows = numbered([{**nothing, question: cell} for question, texts in ODD.items() for cell in texts])
    by_reader = results_of_reader(compiled, rows)
    for row, result, read in zip(rows, results_of_query(engine, name, compiled, rows), by_reader, strict=True):
        (question,) = (question for question in ODD if row[question])
        assert result["problems"] == f"{question}:unreadable"
        assert read["problems"] in {"", "days:answered-but-not-asked"}
        assert (result["suggestion"], result["level_at_most"]) == ("undetermined", "stay")
        assert result["first_step_at_most"] == "now"


def test_what_only_our_reader_understands_is_unreadable_and_never_an_answer(duck: Duck) -> None:
    stays_open(duck, "duckdb")


@pytest.mark.slow
def test_postgres_understands_no_more(postgres: Postgres) -> None:
    stays_open(postgres, "postgres")


@pytest.mark.slow
def test_spark_understands_no_more(spark: Spark) -> None:
    stays_open(spark, "spark")


def test_blanks_alone_are_unreadable(duck: Duck) -> None:
    """Our reader takes them for a blank; databases do not agree on what a blank is."""
    compiled = ready(EVERYTHING)
    rows = numbered([dict.fromkeys([*CELLS], " ")])
    (result,) = results_of_query(duck, "duckdb", compiled, rows)
    assert result["problems"] == ";".join(
        f"{name}:unreadable" for name in ("danger", "shakes", "days", "ties", "wishes")
    )


LETTERS = {
    "danger": "yesno",
    "shakes": "nonesmbad-.23",
    "days": "0123456789+-.",
    "ties": "axb.;",
    "wishes": "homeday;",
    "remark": "no?",
}
"""Signs that the cells of each question are made of; our reader folds none of them."""


def is_plain(name: str, text: str) -> bool:
    """Whether it is no text that our reader alone understands: y for yes, or a list with a `;` too many."""
    return text not in CELL_WORDS and (name not in {"ties", "wishes"} or not text or all(text.split(";")))


@st.composite
def made_up_rows(draw: st.DrawFn) -> list[Row]:
    """Rows of cells that are answers, and of others that look like some."""
    cell = {
        name: st.sampled_from([cell for cell in (*CELLS[name], *ANY) if (name, cell) not in FOLDED])
        | st.text(letters, max_size=13).filter(partial(is_plain, name))
        for name, letters in LETTERS.items()
    }
    return numbered(draw(st.lists(st.fixed_dictionaries(cell), min_size=1, max_size=12)))


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=made_up_rows())
def test_the_query_and_our_reader_give_the_same_for_any_cells(duck: Duck, rows: list[Row]) -> None:
    same(duck, "duckdb", ready(EVERYTHING), rows)


@pytest.mark.slow
@settings(max_examples=examples(15), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=made_up_rows())
def test_postgres_and_our_reader_give_the_same_for_any_cells(postgres: Postgres, rows: list[Row]) -> None:
    same(postgres, "postgres", ready(EVERYTHING), rows)


@st.composite
def tables(draw: st.DrawFn) -> tuple[CompiledQuestionnaire, list[Row]]:
    """A questionnaire, and a table of forms."""
    sketch = draw(sketches())
    forms = [cells(sketch, draw(sheets(sketch))) for _ in range(draw(st.integers(1, 6)))]
    rows: list[Row] = [
        {name: text or draw(st.sampled_from([None, ""])) for name, text in form.items()} for form in forms
    ]
    return ready(text_of(sketch)), numbered(rows)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
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


@pytest.mark.parametrize(
    "missing",
    [("danger",), ("days", "remark"), ("shakes", "ties", "wishes"), ("danger", "shakes", "days", "ties", "wishes")],
)
def test_a_question_without_a_column_is_as_in_score(duck: Duck, missing: tuple[str, ...]) -> None:
    """Not answered; and each row says that there is no column."""
    compiled = ready(EVERYTHING)
    rows = [{name: cell for name, cell in row.items() if name not in missing} for row in every_cell()]
    columns = [*rows[0]]
    duck.load("forms", columns, [[row[column] for column in columns] for row in rows])
    dialect = Dialect("duckdb")
    table = AnswerTable("forms", ID, frozenset(missing))
    found = duck.query(score_query(compiled, WrittenAnswers(compiled, table, dialect), dialect).text())
    text = csv_text([columns, *[[row[column] or "" for column in columns] for row in rows]])
    scored = scored_bytes(
        text.encode(), compiled, allow_missing=frozenset(missing), allow_all_missing=False, id_column=ID
    )
    wanted = [result_texts(row, compiled) for row in scored]
    assert [{name: value or "" for name, value in row.items()} for row in found] == wanted
    assert all(f"{name}:no-column" in row["problems"] for row in wanted for name in missing)


TYPED = """\
CREATE TABLE forms AS SELECT * FROM (VALUES
  (1, true, 'bad-3'::VARCHAR(9), 8, NULL::INTEGER, 'a'),
  (2, false, 'none', 31, 1, 'b'),
  (3, NULL, NULL, NULL, NULL, NULL)
) AS t(id, danger, shakes, days, ties, remark)
"""


def test_cells_of_other_types_are_read_as_their_texts(duck: Duck) -> None:
    """A whole number is one. True is not yes, and a code of a system is no option: they are unreadable."""
    duck.connection.execute(TYPED)
    found = [row["problems"] for row in duck.query(query_over("forms", missing=("wishes",)))]
    without = ";wishes:no-column"
    assert found == [
        f"danger:unreadable{without}",
        f"danger:unreadable;days:out-of-range;ties:unreadable{without}",
        without.removeprefix(";"),
    ]


def test_a_view_and_a_table_without_rows_can_be_read(duck: Duck) -> None:
    duck.connection.execute(TYPED)
    duck.connection.execute("CREATE VIEW shown AS SELECT * FROM forms WHERE id = 3")
    assert len(duck.query(query_over("shown", missing=("wishes",)))) == 1
    duck.connection.execute("DELETE FROM forms")
    assert duck.query(query_over("forms", missing=("wishes",))) == []


def fails_without_a_column(engine: Engine, name: DialectName) -> None:
    """The engine says it, and gives nothing; no other column is taken for the one that is missing."""
    names = [*CELLS]
    engine.load("forms", ["id", *names[:-1]], [["1", *("" for _ in names[:-1])]])
    with pytest.raises((Exception, AssertionError), match=names[-1]):
        engine.query(query_over("forms", (), name))


def test_duckdb_gives_nothing_without_a_column(duck: Duck) -> None:
    fails_without_a_column(duck, "duckdb")


@pytest.mark.slow
def test_postgres_gives_nothing_without_a_column(postgres: Postgres) -> None:
    fails_without_a_column(postgres, "postgres")


@pytest.mark.slow
def test_spark_gives_nothing_without_a_column(spark: Spark) -> None:
    fails_without_a_column(spark, "spark")


CONSTANTS = "(SELECT 1 AS id, 'yes' AS danger, 'bad-3' AS shakes, '{days}' AS days, NULL AS ties, '' AS remark)"


def reads_constants(engine: Engine, name: DialectName) -> None:
    """An engine may work out at once what is the same in all rows; a text that is no number must not stop it."""
    for days in ("12x", "", "unknown", "1e999", "--1", "99999999999999999999"):
        query = query_over("forms", ("wishes",), name).replace(Dialect(name).identifier("forms"), CONSTANTS + " AS t")
        (row,) = engine.query(query.replace("{days}", days))
        assert ("days:unreadable" in (row["problems"] or "")) == (days not in {"", "unknown"})


def test_duckdb_reads_a_table_of_constants(duck: Duck) -> None:
    reads_constants(duck, "duckdb")


@pytest.mark.slow
def test_postgres_reads_a_table_of_constants(postgres: Postgres) -> None:
    reads_constants(postgres, "postgres")


@pytest.mark.slow
def test_spark_reads_a_table_of_constants(spark: Spark) -> None:
    reads_constants(spark, "spark")


def reads_a_long_cell(engine: Engine, name: DialectName) -> None:
    """A cell of a million signs is a list as any other; the pattern must not take the engine down."""
    compiled, blank = ready(EVERYTHING), dict.fromkeys(CELLS, "")
    lists = [";".join(["a.b", "axb"] * 125_000), ";".join(["a.b", "axb"] * 125_000 + ["no"])]
    rows = numbered([{**blank, "ties": cell} for cell in lists])
    found = results_of_query(engine, name, compiled, rows)
    assert [row["problems"] for row in found] == ["", "ties:unreadable"]
    assert [row["level_at_least"] for row in found] == ["stay", "home"]


@pytest.mark.slow
def test_duckdb_reads_a_long_cell(duck: Duck) -> None:
    reads_a_long_cell(duck, "duckdb")


@pytest.mark.slow
def test_postgres_reads_a_long_cell(postgres: Postgres) -> None:
    reads_a_long_cell(postgres, "postgres")


@pytest.mark.slow
def test_spark_reads_a_long_cell(spark: Spark) -> None:
    reads_a_long_cell(spark, "spark")


def query_over(table: str, missing: tuple[str, ...], name: DialectName = "duckdb") -> str:
    """The query over a table whose column of ids is `id`."""
    compiled, dialect = ready(EVERYTHING), Dialect(name)
    answers = AnswerTable(dialect.identifier(table), missing=frozenset(missing))
    return score_query(compiled, WrittenAnswers(compiled, answers, dialect), dialect).text()


@pytest.mark.slow
def test_postgres_plans_a_large_questionnaire_in_seconds(postgres: Postgres, compiled: CompiledQuestionnaire) -> None:
    """It would put the stages into one another, and take more than a minute, were it not kept from that."""
    names = [str(question.id) for question in compiled.questions]
    rows = numbered([dict.fromkeys(names, "yes"), dict.fromkeys(names, ""), dict.fromkeys(names, "no")])
    started = time.monotonic()
    same(postgres, "postgres", compiled, rows)
    assert time.monotonic() - started < 30
