"""Which texts and notes differ between two questionnaires is named, and nothing of what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.paths import QUESTIONNAIRES
from support.questionnaires import ready
from support.running import Run

from iop_screen.checking.text_changes import text_changes

WHOLE = (QUESTIONNAIRES / "ok" / "whole.yaml").read_text("utf-8")


def changes(*edits: tuple[str, str]) -> tuple[str, ...]:
    """What differs between the questionnaire with every part and a copy with some of its text replaced."""
    text = WHOLE
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text_changes(ready(WHOLE).questionnaire, ready(text).questionnaire)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("title: The whole format", "title: All of it", ["title"]),
        ("in a second line.", "in a third line.", ["intended_use"]),
        ("Made up. Not for use on anyone.", "Made up.", ["disclaimer"]),
        ("The ward has a bell.", "The ward has two bells.", ["site_lines"]),
        ("handling: Keep it locked.\n", "", ["handling"]),
        ("short: call 000, ", "", ["contact night_line"]),
        ("checked_on: 2024-02-29", "checked_on: 2024-03-01", ["contact night_line"]),
        ("Ask who can drive.", "Ask who drives.", ["level visits"]),
        ("when: within the hour, ", "when: today, ", ["first step talk_first"]),
        ("when: within the hour, ", "", ["first step talk_first"]),
        ("next_steps: [Stay on the line.]", "next_steps: [Hold the line.]", ["first step help_now"]),
        ("title: First of all", "title: First", ["section first"]),
        ("ask: Is anybody in danger?", "ask: Is there danger?", ["question danger"]),
        ("        ask_self: Are you in danger?\n", "", ["question danger"]),
        ("help: Ask everyone.", "help: Ask all.", ["question danger"]),
        ("label: Perhaps", "label: May be", ["answer danger: maybe"]),
        ("because: Somebody may be in danger.", "because: There may be danger.", ["rule perhaps"]),
        ("source: made up}", "source: a book}", ["rule now"]),
        ("Drink some water.", "Drink water.", ["note always"]),
        ("when: {wish: company}, for_levels", "for_levels", ["note alone"]),
        ("for_first_steps: [none, talk_first], ", "for_first_steps: [none], ", ["note no_hurry"]),
        ("contacts: [ward_desk], say", "say", ["note no_hurry"]),
        ("id: no_hurry", "id: hurry", ["note hurry", "note no_hurry"]),
        ("body: Advice.", "body: An order.", ["guide page What it is not"]),
        ("version: 3.0.0", "version: 3.0.1", []),
        ("# Every part", "# All parts", []),
        ("when: {danger: yes}, first_step", "when: {danger: {at_least: yes}}, first_step", []),
    ],
)
def test_a_changed_text_is_named(old: str, new: str, named: list[str]) -> None:
    assert list(changes((old, new))) == named


def test_a_question_or_option_that_only_one_has_is_named_elsewhere() -> None:
    assert changes(("ask: Anything else?", "ask: More?")) == ("question else",)
    assert changes(("id: else, ask: Anything else?", "id: more, ask: More?")) == ()
    assert changes(("          - {id: home, label: To stay at home}\n", "")) == ()


def test_nothing_differs_from_a_questionnaire_to_itself() -> None:
    assert changes() == ()


def test_diff_names_the_texts_that_differ(run: Run, tmp_path: Path) -> None:
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(WHOLE, "utf-8")
    new.write_text(WHOLE.replace("Drink some water.", "Eat an apple.").replace("within the hour,", "today,"), "utf-8")
    text = run("diff", old, new).out
    assert "\ntexts, notes and scores differ in: first step talk_first, note always\n" in text
    assert text.endswith("\nno form gets another level or first step for certain, or comes into or out of scope\n")
    assert "apple" not in text
    assert "differ in" not in run("diff", old, old).out
    found = json.loads(run("diff", old, new, "--format", "json").out)
    assert (found["verdict"], found["text_changes"]) == ("no_difference", ["first step talk_first", "note always"])
