"""What `inspect` says that a cell of a column of ticks will mean is what `score` makes of it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.questionnaires import HEADER, ready

from iop_screen.batch.cells import Cell, CellReader
from iop_screen.batch.guesses.columns import KnownNames
from iop_screen.batch.guesses.file import guess_file
from iop_screen.batch.header import match_columns
from iop_screen.batch.inspection import Inspection, Tick, ValueMeaning, inspect_source
from iop_screen.batch.mapping.model import Mapping
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.questionnaire.answers import MissingReason, chosen
from iop_screen.report.inspection import inspection_text
from iop_screen.report.mapping_text import mapping_text

COMPILED = ready(f"""{HEADER}
sections:
  - id: part
    title: Part
    questions:
      - {{id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: needs, ask: Which needs?, role: context, type: multiple, options: [
          {{id: food, label: Some food}}, {{id: bed, label: A bed}}, {{id: none, label: Nothing, exclusive: true}}]}}
rules:
  - {{id: r1, when: {{alone: yes}}, first_step: help_now, because: So.}}
  - {{id: r2, when: {{needs: bed}}, level: stay, because: So.}}
""")
VALUES = [
    "",
    "x",
    "X",
    "Yes",
    "1",
    "1.0",
    "food",
    "Some food",
    "A bed",
    "0",
    "No",
    "unchecked",
    "?",
    "n/a",
    "ask",
    "declined",
]

SAID = "format: 1\nid: m\nquestionnaire: small\nquestions:\n  needs:\n    ticks: {food: needs/food, bed: needs/bed}\n"


def content_of(values: list[str]) -> bytes:
    return "".join(["alone,needs/food,needs/bed\n", *(f"no,{value},x\n" for value in values)]).encode()


def source_of(content: bytes) -> CsvSource:
    source = open_csv("a.csv", io.BytesIO(content), FileSettings())
    assert isinstance(source, CsvSource)
    return source


def inspected(content: bytes, mapping: Mapping | None = None) -> Inspection:
    guess = guess_file(content, FileSettings(), KnownNames(COMPILED), is_utf8=True)
    return inspect_source(source_of(content), guess, COMPILED, ScoreSettings(mapping=mapping))


def mapping_of(text: str) -> Mapping:
    found = read_mapping(text.encode(), COMPILED)
    assert found.mapping is not None, [problem.message for problem in found.problems]
    return found.mapping


def meanings(inspection: Inspection) -> tuple[ValueMeaning, ...]:
    """Those of the first column of ticks."""
    (needs,) = (each for each in inspection.questions if str(each.question.id) == "needs")
    assert [column.option for column in needs.columns] == ["food", "bed"]
    return needs.columns[0].values


def answers_beside(content: bytes, mapping: Mapping) -> dict[str, CellReader]:
    """What `score` reads of a text of the first column, beside each of these texts in the other one."""
    matched = match_columns(source_of(content), COMPILED, ScoreSettings(mapping=mapping))
    (columns,) = (each for each in matched.answers if str(each.question.id) == "needs")

    def reader(beside: str) -> CellReader:
        return lambda text: columns.read((text, beside))

    return {beside: reader(beside) for beside in ("x", "0", "")}


def check(value: ValueMeaning, read: dict[str, CellReader], nothing: Cell) -> None:
    """That each word is what happens beside a tick, beside a text for not ticked, and beside a blank."""
    ticked, unticked, blank = (read[beside](value.text) for beside in ("x", "0", ""))
    match value.means:
        case None:
            assert ticked.code == unticked.code == "unreadable"
        case Tick.NOT_TICKED:
            assert (ticked, unticked) == (Cell(chosen("bed")), nothing)
        case Tick.BLANK:
            assert ticked == Cell(chosen("bed"))
            assert isinstance(unticked.answer, MissingReason)
            assert isinstance(blank.answer, MissingReason)
        case MissingReason() as reason:
            assert ticked.answer == unticked.answer == reason
        case answer:
            assert answer == chosen("food")
            assert (ticked, unticked) == (Cell(chosen("food", "bed")), Cell(answer))


@pytest.mark.parametrize(
    "further",
    [
        "",
        "    none_ticked: none\n",
        "    ticked: [x, ja]\n    unticked: [0, nein]\n",
        '    unticked: [0, ""]\n    none_ticked: none\n',
        "    missing: {n/a: not-applicable, ask: unknown}\n",
        '    missing: {"": not-shown}\n',
    ],
)
def test_each_value_means_what_score_makes_of_it(further: str) -> None:
    content, mapping = content_of([*VALUES, "ja", "nein"]), mapping_of(SAID + further)
    reads = answers_beside(content, mapping)
    none = chosen("none") if "none_ticked" in further else MissingReason.MISSING
    found = meanings(inspected(content, mapping))
    assert {value.text for value in found} == {*VALUES, "ja", "nein"}
    for value in found:
        check(value, reads, Cell(none))


@given(values=st.lists(st.one_of(st.sampled_from(VALUES), st.text("xyn01 ", max_size=3)), min_size=1, max_size=8))
@settings(max_examples=examples(30), deadline=None)
def test_a_guess_means_what_score_makes_of_it_with_the_mapping_that_was_proposed(values: list[str]) -> None:
    content = content_of(values)
    inspection = inspected(content)
    confirmed = mapping_text(inspection, COMPILED).replace("    guess: true\n", "")
    mapping = mapping_of(confirmed)
    reads = answers_beside(content, mapping)
    for value in meanings(inspection):
        check(value, reads, Cell(MissingReason.MISSING))
    assert [(each.text, each.means) for each in meanings(inspected(content, mapping))] == [
        (each.text, each.means) for each in meanings(inspection)
    ]


def test_a_0_beside_a_tick_is_not_chosen_and_a_blank_says_when_it_is_no_answer() -> None:
    content, mapping = content_of(["0", ""]), mapping_of(SAID)
    for inspection in (inspected(content), inspected(content, mapping)):
        text = " ".join(inspection_text(inspection, COMPILED).split())
        assert '"0" = not chosen' in text
        assert "(blank) = not chosen beside a tick, if none says no; else no answer" in text
