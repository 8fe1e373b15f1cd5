"""The mapping that `inspect` writes: whatever stands in a file, it can be read, and says what was guessed."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.questionnaires import HEADER, ready

from iop_screen.batch.guesses.columns import KnownNames
from iop_screen.batch.guesses.file import guess_file
from iop_screen.batch.inspection import Inspection, inspect_source
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import Severity
from iop_screen.report.inspection import inspection_text
from iop_screen.report.mapping_text import mapping_text

COMPILED = ready(f"""{HEADER}
sections:
  - id: part
    title: Part
    questions:
      - {{id: sick, ask: How sick?, role: risk, type: choice, options: [
          {{id: well, label: Not sick}}, {{id: bit, label: A bit}}, {{id: very, label: Very}}]}}
      - {{id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: age, ask: How old?, role: context, type: choice, options: [
          {{id: under_18, label: Under 18}}, {{id: 18_plus, label: 18 or over}}]}}
      - {{id: needs, ask: What is wanted?, role: context, type: multiple, options: [
          {{id: food, label: Food}}, {{id: bed, label: A bed}}]}}
rules:
  - {{id: r1, when: {{sick: very}}, level: stay, because: So.}}
  - {{id: r2, when: {{alone: yes}}, first_step: help_now, because: So.}}
applies_when: {{age: 18_plus}}
""")


def _inspected(rows: list[list[str]], name: str = "forms.csv") -> Inspection | None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    content = text.getvalue().encode("utf-8", "replace")
    guess = guess_file(content, FileSettings(), KnownNames(COMPILED), is_utf8=True)
    source = open_csv(name, io.BytesIO(content), guess.settings)
    return inspect_source(source, guess, COMPILED, ScoreSettings()) if isinstance(source, CsvSource) else None


NAMES = st.sampled_from(
    ["sick", "Alone?", "How old?", "needs/food", "needs - A bed", "What is wanted?", "ID", "Timestamp"]
)
CELLS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["1", "2", "3", "17", "44", "Refused", "A bit.", "yes", "x", '"', "a: b #c", "{}"]),
)
ROWS = st.integers(1, 5).flatmap(
    lambda width: st.tuples(
        st.lists(st.one_of(NAMES, st.text(max_size=20)), min_size=width, max_size=width),
        st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8),
    )
)


@pytest.mark.slow
@given(ROWS, st.text(max_size=20))
def test_whatever_stands_in_a_file_its_mapping_can_be_read(table: tuple[list[str], list[list[str]]], name: str) -> None:
    names, rows = table
    inspection = _inspected([names, *rows], f"{name}.csv")
    if inspection is not None:
        read = read_mapping(mapping_text(inspection, COMPILED).encode(), COMPILED)
        assert [problem.message for problem in read.problems if problem.severity is Severity.ERROR] == []
        assert read.mapping is not None


@pytest.mark.slow
@given(ROWS, st.integers(40, 100))
def test_whatever_stands_in_a_file_the_report_fits_and_is_safe(
    table: tuple[list[str], list[list[str]]], width: int
) -> None:
    names, rows = table
    inspection = _inspected([names, *rows])
    if inspection is not None:
        text = inspection_text(inspection, COMPILED, width)
        assert max(map(len, text.splitlines())) <= width
        assert all(line.isprintable() for line in text.split("\n"))


def test_a_file_name_with_odd_characters_is_made_safe_in_the_comment() -> None:
    inspection = _inspected([["How sick?"], ["Very"]], "a\u200b\u00a0b\n# .csv")
    assert inspection is not None
    assert read_mapping(mapping_text(inspection, COMPILED).encode(), COMPILED).problems == ()


def test_a_value_that_nobody_can_guess_is_a_line_to_be_filled_in() -> None:
    inspection = _inspected([["How sick?", "Alone?"], ["rather", "Yes"], ["Very", "Refused"]])
    assert inspection is not None
    text = mapping_text(inspection, COMPILED)
    assert "# What these mean could not be guessed. The answers are: well, bit, very." in text
    assert '#   "rather": ANSWER' in text
    assert '    missing:\n      "Refused": declined\n' in text


def _filled_in(text: str) -> str:
    """A mapping in which a person has done with the lines of `ANSWER` what the how-to says."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.endswith(": ANSWER"):
            lines[place] = line.replace("# ", "", 1).replace("ANSWER", "well")
        elif line in {"    # labels:", "    # missing:"}:
            lines[place] = line.replace("# ", "", 1)
    return "\n".join(lines).replace("ANSWER", "well")


@pytest.mark.parametrize(
    "rows",
    [
        [["sick", "alone", "age", "needs"], ["rather", "no", "18_plus", "food"]],
        [["How sick?"], ["rather"], ["so so"], ["Very."]],
        [["How sick?"], ["1"], ["2"], ["3"], ["-99"], ["so so"]],
        [["How sick?"], ["rather"], ["Refused"]],
    ],
    ids=["known column", "with labels", "with codes", "with reasons"],
)
def test_a_line_to_be_filled_in_is_right_where_it_stands(rows: list[list[str]]) -> None:
    inspection = _inspected(rows)
    assert inspection is not None
    text = mapping_text(inspection, COMPILED)
    read = read_mapping(_filled_in(text).encode(), COMPILED)
    assert read.problems == ()
    assert read.mapping is not None
    assert "sick" in [entry.question for entry in read.mapping.questions]
    assert read.mapping.guesses
    assert text.count("ANSWER") == 1 + (["so so"] in rows and ["rather"] in rows)


@pytest.mark.slow
@given(st.lists(CELLS, max_size=8))
def test_whatever_cells_are_filled_in_their_mapping_can_be_read(cells: list[str]) -> None:
    inspection = _inspected([["How sick?"], *([cell] for cell in cells)])
    if inspection is not None:
        read = read_mapping(_filled_in(mapping_text(inspection, COMPILED)).encode(), COMPILED)
        assert [problem.message for problem in read.problems if problem.severity is Severity.ERROR] == []


def test_a_mapping_of_no_question_can_be_read_and_takes_a_line_that_is_filled_in() -> None:
    text = mapping_text(_inspected([["sick"], ["well"]]) or pytest.fail("a file of one column"), COMPILED)
    assert read_mapping(text.encode(), COMPILED).problems == ()
    filled_in = text.replace('  # alone: {column: ""}', '  alone: {column: "On their own"}')
    read = read_mapping(filled_in.encode(), COMPILED)
    assert read.problems == ()
    assert read.mapping is not None
    assert [entry.question for entry in read.mapping.questions] == ["alone"]


def test_texts_that_a_mapping_tells_apart_are_all_written() -> None:
    """`NA` is what a program writes for nothing, `na` is not; `1` and `1.0` are the same code."""
    text = mapping_text(_inspected([["How sick?"], ["NA"], ["na"], ["Very"]]) or pytest.fail("a table"), COMPILED)
    assert '      "NA": missing\n      "na": missing\n' in text
    text = mapping_text(_inspected([["How sick?"], ["7"], ["7.0"], ["Very"]]) or pytest.fail("a table"), COMPILED)
    assert text.count("ANSWER") == 1


def test_a_question_without_a_column_is_a_line_to_be_filled_in() -> None:
    inspection = _inspected([["How sick?"], ["Very"]])
    assert inspection is not None
    assert '  # alone: {column: ""}' in mapping_text(inspection, COMPILED)


def test_columns_with_the_same_name_are_named_by_their_place() -> None:
    inspection = _inspected([["Alone?", "Alone?"], ["yes", "no"]])
    assert inspection is not None
    assert "one_of: [{position: 1}, {position: 2}]" in mapping_text(inspection, COMPILED)


def test_a_date_of_birth_is_offered_for_a_question_with_ages() -> None:
    inspection = _inspected([["How sick?", "DOB", "Timestamp"], ["Very", "12/31/1980", "11/28/2026 10:00"]])
    assert inspection is not None
    text = mapping_text(inspection, COMPILED)
    assert '  #   born: {column: "DOB", format: "%m/%d/%Y"}\n  #   on: {column: "Timestamp", format:' in text
    own = [line[4:] for line in text.splitlines() if line.startswith(("  #   born", "  #   on", "  #   ranges"))]
    filled_in = "\n".join([*text.splitlines(), "  age:", *(f"  {line}" for line in own)])
    read = read_mapping(filled_in.encode(), COMPILED)
    assert [problem.message for problem in read.problems if problem.severity is Severity.ERROR] == []


def test_records_that_repeat_the_header_are_left_out_by_the_mapping() -> None:
    names = ["sick", "alone", "age", "needs"]
    inspection = _inspected([names, ["well", "no", "18_plus", "food"], names, ["well", "no", "18_plus", "food"]])
    assert inspection is not None
    assert "  repeated_header: exclude\n  guess: true\n" in mapping_text(inspection, COMPILED)
