"""What a form says about danger: whom to call, and where."""

from __future__ import annotations

import pytest
from support.questionnaires import HEADER, ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.danger import crisis_lines, danger_questions

QUESTIONS = """
sections:
  - id: all
    title: All
    questions:
      - {id: hurt, ask: Hurt?, role: risk, type: yes_no, worse: yes}
      - {id: rest, ask: Rested?, role: risk, type: yes_no, worse: no}
"""
CONTACTS = "contacts: [{id: one, name: A line, reach: call 000}, {id: other, name: Another, reach: call 111}]\n"
NAMES_ONE = HEADER.replace("interrupt: true}", "interrupt: true, contacts: [other]}")
HELP_NOW = "rules: [{id: r, when: {hurt: yes}, first_step: help_now, because: So.}]\n"
STAY = "rules: [{id: r, when: {hurt: yes}, level: stay, because: So.}]\n"
SITE = 'site_lines: ["On call:\\n  222"]\n'


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        (NAMES_ONE + CONTACTS + QUESTIONS + HELP_NOW, ("Another: call 111",)),
        (HEADER + CONTACTS + QUESTIONS + HELP_NOW, ("A line: call 000", "Another: call 111")),
        (HEADER + QUESTIONS + HELP_NOW, ()),
        (NAMES_ONE + CONTACTS + SITE + QUESTIONS + HELP_NOW, ("Another: call 111", "On call: 222")),
    ],
)
def test_whom_to_call_is_whom_the_most_urgent_step_names_else_everyone(source: str, lines: tuple[str, ...]) -> None:
    assert crisis_lines(ready(source)) == lines


def test_what_asks_about_danger_is_what_can_lead_to_the_most_urgent_step(compiled: CompiledQuestionnaire) -> None:
    assert danger_questions(ready(HEADER + QUESTIONS + HELP_NOW)) == {"hurt"}
    assert danger_questions(ready(HEADER + QUESTIONS + STAY)) == set()
    assert {"emergency_now", "suicide"} < danger_questions(compiled)
