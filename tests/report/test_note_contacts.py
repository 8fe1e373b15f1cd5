"""The contacts of a note stand with it wherever the note is shown, unless they stand above it already."""

from __future__ import annotations

import pytest
from support.markup import Page, one_line
from support.questionnaires import HEADER, ready
from support.record_builder import RecordBuilder, choices, result_page

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.records.fitted_answers import explain_record
from iop_screen.records.model import Record
from iop_screen.report.record_document import record_html, record_text

STEPS = "{id: nurse, title: A nurse rings}, {id: help_now, title: Help now, interrupt: true}"
BODY = """\
contacts:
  - {id: night_line, name: Night line, reach: call 000}
  - {id: desk, name: Desk, reach: ring the bell}
sections:
  - id: one
    title: One
    questions:
      - {id: danger, ask: Any danger?, role: risk, type: yes_no, worse: yes}
      - {id: sleep, ask: No sleep?, role: risk, type: yes_no, worse: yes}
rules:
  - {id: now, when: {danger: yes}, first_step: help_now, because: There is danger.}
  - {id: rest, when: {sleep: yes}, first_step: nurse, because: Sleep heals.}
notes:
  - {id: talk, contacts: [desk, night_line], say: Talk to someone.}
  - {id: no_step, for_first_steps: [none], contacts: [desk], say: There is time.}
  - {id: plain, say: Drink water.}
"""


def questionnaire(*, interrupt_contacts: str = "[night_line]") -> CompiledQuestionnaire:
    steps = STEPS.replace("interrupt: true", f"interrupt: true, contacts: {interrupt_contacts}")
    return ready(HEADER.replace(STEPS, steps) + BODY)


def shown(danger: str, sleep: str, compiled: CompiledQuestionnaire) -> Record:
    return RecordBuilder(compiled).answer(choices({"danger": danger, "sleep": sleep})).show_result().record()


def notes_on_page(record: Record, compiled: CompiledQuestionnaire) -> list[str]:
    """The lines of the result page between the heading of the notes and that of the contacts."""
    page = result_page(explain_record(record, compiled), compiled)
    return page.partition("DAILY LIFE AND WHAT ELSE TO KNOW\n")[2].partition("\n\nCONTACTS\n")[0].split("\n")


def note_items(record: Record, compiled: CompiledQuestionnaire) -> str:
    """The notes of the report of a record, on one line."""
    report = record_text(record, compiled)
    return one_line(report.partition("Daily life and what else to know\n")[2].partition("\n\n\n")[0]).lstrip("- ")


CALM = questionnaire()


@pytest.mark.parametrize(
    ("danger", "sleep", "expected"),
    [
        (
            "no",
            "no",
            [
                "  - Talk to someone.",
                "    > Night line: call 000",
                "    > Desk: ring the bell",
                "  - There is time.",
                "    > Desk: ring the bell",
                "  - Drink water.",
            ],
        ),
        (
            "no",
            "yes",
            ["  - Talk to someone.", "    > Night line: call 000", "    > Desk: ring the bell", "  - Drink water."],
        ),
        ("yes", "no", ["  - Talk to someone.", "    > Desk: ring the bell", "  - Drink water."]),
        ("?", "yes", ["  - Talk to someone.", "    > Desk: ring the bell", "  - Drink water."]),
    ],
)
def test_the_page_shows_the_contacts_of_a_note_below_it(danger: str, sleep: str, expected: list[str]) -> None:
    assert notes_on_page(shown(danger, sleep, CALM), CALM) == expected


def test_where_the_page_of_danger_shows_all_contacts_no_note_repeats_them() -> None:
    compiled = questionnaire(interrupt_contacts="[]")
    expected = ["  - Talk to someone.", "  - Drink water."]
    assert notes_on_page(shown("yes", "no", compiled), compiled) == expected


@pytest.mark.parametrize(
    ("danger", "sleep", "expected"),
    [
        ("no", "yes", "Talk to someone. - Night line: call 000; Desk: ring the bell - Drink water."),
        ("yes", "no", "Talk to someone. - Desk: ring the bell - Drink water."),
        ("?", "yes", "Talk to someone. - Desk: ring the bell - Drink water."),
    ],
)
def test_a_report_shows_the_contacts_of_a_note_behind_it(danger: str, sleep: str, expected: str) -> None:
    record = shown(danger, sleep, CALM)
    assert note_items(record, CALM).startswith(expected)
    note = expected.removesuffix(" - Drink water.")
    assert note in Page(record_html(record, CALM)).text


@pytest.mark.parametrize("sleep", ["no", "yes"])
@pytest.mark.parametrize("danger", ["no", "yes", "?"])
def test_all_contacts_stand_below_the_notes(danger: str, sleep: str) -> None:
    record = shown(danger, sleep, CALM)
    last = result_page(explain_record(record, CALM), CALM).rpartition("\nCONTACTS\n")[2]
    assert last.startswith("  - Night line: call 000\n  - Desk: ring the bell\n")
