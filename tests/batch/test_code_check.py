"""Columns that are coded otherwise than they are read: shifted codes, and columns of which nothing is understood."""

from __future__ import annotations

import pytest
from support.questionnaires import HEADER, ready

from iop_screen.batch.answer_columns import AnswersReader
from iop_screen.batch.code_check import FEWEST_FILLED, CodeCheck, whole_codes
from iop_screen.batch.header import match_columns
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record

COMPILED = ready(
    HEADER
    + """
sections:
  - id: one
    title: Questions
    questions:
      - {id: item, ask: How often?, role: risk, type: choice,
         options: [{id: 0, label: Never}, {id: 1, label: Some}, {id: 2, label: Often}, {id: 3, label: Daily}]}
      - {id: ill, ask: Ill?, role: risk, type: yes_no, worse: yes}
      - {id: parts, ask: Which?, role: context, type: multiple, options: [{id: 1, label: One}, {id: 2, label: Two}]}
      - {id: days, ask: How many days?, role: risk, type: number, worse: higher, min: 0, max: 30}
rules:
  - {id: daily, when: {item: 3}, level: stay, because: Daily.}
"""
)
MAPPING = "format: 1\nid: m\nquestionnaire: small\n"


def checked(csv: str, mapping: str = "", *, show_values: bool = False) -> list[InputProblem]:
    """What stops a run over a file, in the end."""
    from io import BytesIO  # noqa: PLC0415

    source = open_csv("forms.csv", BytesIO(csv.encode()), FileSettings())
    assert isinstance(source, CsvSource)
    read = read_mapping((MAPPING + mapping).encode(), COMPILED) if mapping else None
    settings = ScoreSettings(allow_all_missing=True, mapping=read.mapping if read else None)
    columns = match_columns(source, COMPILED, settings)
    assert columns.problems == ()
    reader = AnswersReader(columns.answers)
    check = CodeCheck(reader, source.header.names)
    for record in source.records():
        assert isinstance(record, Record)
        reader.read(record.cells, line=record.line)
    return [*check.problems("forms.csv", show_values=show_values), *check.problems_at_end("forms.csv")]


@pytest.mark.parametrize("cell", ["4", "4.0", " 4 ", "'4", "-1", "99", "007", "999999999"])
def test_a_whole_number_that_is_no_code_stops_the_run(cell: str) -> None:
    (problem,) = checked(f"item\n1\n2\n{cell}\n5\n")
    assert (problem.code, problem.file, problem.line) == ("unknown-code", "forms.csv", 4)
    assert "'item'" in problem.message
    assert "`item`" in problem.message
    assert problem.command == ("iop-screen", "inspect", "forms.csv", "--write-mapping", "map.yaml")


def test_all_columns_with_such_numbers_are_one_problem() -> None:
    (problem,) = checked("item,parts,ill\n1,1,yes\n2,1,no\n3,7,no\n9,1,no\n")
    assert problem.line == 4
    assert problem.message.endswith("'item' as `item` (line 5), 'parts' as `parts` (line 4)")


def test_its_value_is_shown_only_if_that_is_wanted() -> None:
    assert "41" not in str(checked("item\n41\n"))
    assert "41" in checked("item\n41\n", show_values=True)[0].message


@pytest.mark.parametrize(
    "cells", ["0\n1.0\n2\n3\n", "often\nNever\n", "unknown\n\ndeclined\n", "x\n1.5\nN/A\n4 times\n"]
)
def test_codes_words_and_other_texts_do_not_stop_the_run(cells: str) -> None:
    assert checked(f"item,ill\n{cells.replace(chr(10), ',yes' + chr(10))}") == []


def test_a_number_where_the_options_are_words_is_only_unreadable() -> None:
    assert checked("ill\n1\n2\n") == []


def test_a_number_out_of_its_range_is_only_unreadable() -> None:
    assert checked("days\n31\n3\n") == []


@pytest.mark.parametrize(
    ("cell", "stops"), [("1;2", False), ("1;3", True), ("3", True), ("1;x", False), ("2, 7.0", True)]
)
def test_each_number_of_a_list_must_be_a_code(cell: str, *, stops: bool) -> None:
    assert [problem.code for problem in checked(f'parts\n"{cell}"\n')] == ["unknown-code"] * stops


def test_a_number_that_the_mapping_declares_missing_does_not_stop_the_run() -> None:
    of_item = "questions: {item: {missing: {7: declined, 9: unknown}}}"
    assert checked("item\n7\n9.0\n1\n", of_item) == []
    assert checked("item\n7\n8\n", of_item)[0].line == 3
    assert checked("item\n-99\n1\n", "missing: {-99: not-shown, Refused: declined}") == []


def test_with_codes_of_a_mapping_another_number_stops_the_run_and_ids_are_no_codes() -> None:
    shifted = "questions: {item: {codes: {1: 0, 2: 1, 3: 2, 4: 3}, missing: {refused: declined}}}"
    assert checked("item\n1\n4\nrefused\n", shifted) == []
    assert [problem.line for problem in checked("item\n1\n4\n0\n", shifted)] == [4]
    assert checked("ill\n1\n2\n3\n", "questions: {ill: {codes: {1: no, 2: yes}}}")[0].line == 4


@pytest.mark.parametrize(
    "codes", ["1: no, 2: yes, y: yes", "1: no, n: no, y: yes", "1: no, 2: yes, 5.397605346934028e-79: no"]
)
@pytest.mark.parametrize("key", ["codes", "labels"])
def test_one_whole_number_among_the_codes_of_a_mapping_is_enough_to_check_all(codes: str, key: str) -> None:
    (problem,) = checked("ill\n1\n3\n", f"questions: {{ill: {{{key}: {{{codes}}}}}}}")
    assert (problem.code, problem.line) == ("unknown-code", 3)


def test_labels_of_a_mapping_are_codes_that_are_known() -> None:
    assert checked("ill\n1\n2\n", "questions: {ill: {labels: {1: no, 2: yes}}}") == []


@pytest.mark.parametrize(("ids", "stops"), [("0 1 2 more", True), ("none 1 2 more", False), ("none some 2", False)])
def test_where_few_ids_are_whole_numbers_another_one_is_only_unreadable(ids: str, *, stops: bool) -> None:
    assert (whole_codes(ids.split(), ()) is not None) == stops


def test_a_column_of_which_nothing_is_understood_stops_the_run_at_the_end() -> None:
    cells = "\n".join(["si", "no se", ""] * FEWEST_FILLED)
    (problem,) = checked(f"item,ill\n{cells.replace(chr(10), ',yes' + chr(10))},yes\n")
    assert (problem.code, problem.line) == ("nothing-readable", None)
    assert "'item'" in problem.message
    assert "no se" not in str(problem)


@pytest.mark.parametrize(
    "rows", [["si"] * (FEWEST_FILLED - 1), [*["si"] * FEWEST_FILLED, "2"], ["unknown"] * 20, [""] * 20]
)
def test_fewer_cells_or_one_that_is_understood_do_not_stop_the_run(rows: list[str]) -> None:
    assert checked("item,ill\n" + "".join(f"{row},yes\n" for row in rows)) == []


def test_words_for_no_answer_alone_are_not_understood() -> None:
    """Ten times "unknown" beside ten texts that nobody can read do not show that the column is read rightly."""
    rows = ["unknown", "si"] * FEWEST_FILLED
    assert [problem.code for problem in checked("item\n" + "\n".join(rows) + "\n")] == ["nothing-readable"]
