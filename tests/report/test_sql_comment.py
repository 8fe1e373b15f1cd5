"""The comment above a query: nothing gets out of it, and it can be read by those who run the query."""

from __future__ import annotations

import json
import re

import pytest
from support.questionnaires import ready
from support.reading import grade, words
from support.small_screening import SCREENING

from iop_screen.batch.sql.written_answers import AnswerTable
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.sql_comment import sql_comment

TABLE = AnswerTable("forms")


def comment(compiled: CompiledQuestionnaire, table: AnswerTable = TABLE) -> str:
    """The comment of a query for DuckDB."""
    return sql_comment(compiled, table, "iop-screen 1.2.3", "DuckDB")


def as_text(commented: str) -> str:
    """What a comment says, on one line."""
    return " ".join(line.removeprefix("--").strip() for line in commented.splitlines())


def test_it_says_what_the_query_is_and_whom_to_call() -> None:
    compiled = ready(SCREENING)
    said = as_text(comment(compiled))
    assert said.startswith("A small screening. This is not a diagnosis. small@2.1.0#")
    for part in (
        compiled.stamp,
        "for DuckDB, by iop-screen 1.2.3",
        "Not a diagnosis.",
        "For tests.",
        "A line: call 000",
    ):
        assert part in said
    assert "The column id is copied as id." in said
    assert "suggestion emergency" in said


def test_it_names_an_emergency_only_if_there_can_be_one() -> None:
    assert "emergency" not in comment(ready(SCREENING.replace(", interrupt: true", "")))


def test_it_says_which_columns_the_table_has_not() -> None:
    said = as_text(comment(ready(SCREENING), AnswerTable("forms", None, frozenset({"remark", "danger"}))))
    assert "There is no column for: danger, remark." in said
    assert "copied as id" not in said


HARMFUL = ("one\ntwo", "a\n\nDROP TABLE forms;", "*/ SELECT 1 /*", "'; --", "\\! ls", "x " * 200, "x" * 200)
HIDDEN = ("one\r\nDROP TABLE forms;", "a\u2028b", "a\u0085b", "a\0b", "\x1b[2J")
"""What no questionnaire can have in a text, but an option of the command can."""


def stays_a_comment(text: str) -> None:
    """Each line begins as a comment does, shows as it is written, and is not too long."""
    assert all(line.startswith("-- ") or line == "--" for line in text.removesuffix("\n").split("\n"))
    assert all(character.isprintable() for character in text.replace("\n", ""))
    assert max(map(len, text.splitlines())) <= 103


@pytest.mark.parametrize("harmful", HARMFUL)
def test_no_text_of_the_questionnaire_ends_the_comment(harmful: str) -> None:
    quoted = json.dumps(harmful)
    source = SCREENING.replace("A small screening", quoted).replace("For tests.", quoted)
    stays_a_comment(comment(ready(source.replace("name: A line", f"name: {quoted}"))))


@pytest.mark.parametrize("harmful", [*HARMFUL, *HIDDEN])
def test_no_name_of_a_column_ends_the_comment(harmful: str) -> None:
    stays_a_comment(comment(ready(SCREENING), AnswerTable("forms", harmful)))


@pytest.mark.parametrize("mark", ["{{ ref('x') }}", "{% set a %}", "{# a", "${HOME}", "{{{{{", "$${{a"])
def test_nothing_in_it_is_left_for_dbt_or_spark_to_fill_in(mark: str) -> None:
    text = comment(ready(SCREENING.replace("A small screening", f'"{mark}"')))
    assert not re.search(r"\$\{|\{[{%#]", text)


def test_it_can_be_read_by_many() -> None:
    """What is the same for all questionnaires; each line is a sentence or an item."""
    fixed = [line.removeprefix("--").strip() for line in comment(ready(SCREENING)).splitlines()]
    start = fixed.index("WHAT IT READS")
    text = "\n\n".join(fixed[start:])
    assert len(words(text)) > 150
    assert grade(text) <= 8
