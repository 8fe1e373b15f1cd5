"""Screens as text: every page at every size, read as it stood; and what a hostile text can do to them (nothing)."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import replace
from functools import cache

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import HEAD, LONG, NOON, SMALL, drawn, full_text, pressed, text_of
from support.laws import law
from support.paths import GOLDEN
from support.questionnaires import ready
from support.texts import NAUGHTY

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.key_names import DOWN, ENTER, PAGE_DOWN, PAGE_UP
from iop_screen.interview.fullscreen.keyboard import Keyboard, start_keyboard
from iop_screen.interview.fullscreen.layout import ROOMY_ROWS, Layout, layout
from iop_screen.interview.fullscreen.styled_lines import LineStyle
from iop_screen.interview.pages import QuestionPage
from iop_screen.interview.state import begin_session, on_page
from iop_screen.questionnaire.types.choice import ChoiceQuestion

SCREENS = GOLDEN / "screens"
SIZES = [(40, 12), (80, 24), (200, 50)]
FINISHED = ["n", "2", "1", "2", ENTER, "6", ENTER, "s", "y", "f"]
PAGES = {
    "question": [],
    "question-help": ["?"],
    "ticked": ["n", "2", "1", "2"],
    "number": ["n", "1", "1", ENTER, "1", "2"],
    "number-refused": ["n", "1", "1", ENTER, "9", ENTER],
    "words": ["n", "1", "0", ENTER, ENTER, *"the phone rang"],
    "with-note": ["c", *"said twice", ENTER],
    "noting": ["c", *"said"],
    "going-to": ["n", "j"],
    "review": ["n", "u", "1", "2", ENTER, "d", "s", "y"],
    "review-set-aside": ["n", "1", "1", ENTER, "6", ENTER, "r", "3", ENTER, "0", ENTER],
    "confirming": ["u", "r", "f"],
    "emergency": ["y"],
    "emergency-asked-for": ["!"],
    "emergency-acting": ["y", "m"],
    "emergency-acted-on": ["y", "m", *"2, still on the phone", ENTER],
    "danger-acted-on": ["y", "m", "1", ENTER, "g"],
    "clearing": ["u", "!", "x"],
    "the-call": ["t"],
    "the-call-field": ["t", "1", ENTER],
    "the-call-filled-in": ["t", "1", ENTER, "1", ENTER, "4", ENTER, *"555 0100", ENTER],
    "call-ended": ["z"],
    "discarding": ["z", "x", ENTER],
    "danger-waits": ["y", "g"],
    "held-key": ["n", "held"],
    "so-far": ["n", "p"],
    "result": FINISHED,
    "result-why": [*FINISHED, "w"],
    "result-open": [*FINISHED, "o"],
    "result-advice": [*FINISHED, "a"],
    "result-sources": [*FINISHED, "v"],
    "result-whole": [*FINISHED, "l"],
    "result-further-down": [*FINISHED, "l", PAGE_DOWN],
    "result-broken-off": ["n", "u", "r", "f", "f"],
    "deciding": ["n", "1", "0", ENTER, "r", "f", "k"],
    "deciding-why": ["n", "1", "0", ENTER, "r", "f", "k", "2", ENTER],
    "deciding-who": ["n", "1", "0", ENTER, "r", "f", "k", "2", ENTER, "3", ENTER, *"AB"],
    "decided": ["n", "1", "0", ENTER, "r", "f", "k", "1", ENTER, *"AB", ENTER, ENTER],
}


def at_page(compiled: CompiledQuestionnaire, keys: list[str], size: tuple[int, int] = SIZES[0]) -> Keyboard:
    """The keyboard after some keys, each on a page that was drawn; "held" is the last one again, at once."""
    keyboard = start_keyboard(begin_session(compiled, HEAD), 0.0)
    for key in keys:
        if key == "held":
            keyboard = kb.press(keyboard, keyboard.guard.key, NOON, keyboard.guard.shown_at)
        else:
            keyboard = pressed(drawn(keyboard, *size), [key])
    return keyboard


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    return replace(ready(SMALL), hash12="0" * 12)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_a_screen_reads_as_it_did(small: CompiledQuestionnaire, name: str, size: tuple[int, int]) -> None:
    shown = text_of(layout(at_page(small, PAGES[name], size), *size))
    golden = SCREENS / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert shown == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("size", SIZES)
def test_whom_to_call_is_on_every_screen_of_the_default(compiled: CompiledQuestionnaire, size: tuple[int, int]) -> None:
    """The danger line, or the emergency page with its contacts; and the keys."""
    keyboard = start_keyboard(begin_session(compiled, HEAD), 0.0)
    for keys in ([], ["2", "1", "r"], ["2", "p"], ["!"], ["2", "1", ENTER, "1", "y"]):
        shown = text_of(layout(pressed(keyboard, keys), *size))
        assert "911" in shown
        assert "quit" in shown


def test_the_smallest_screen_names_help_and_the_keys_for_no_answer(compiled: CompiledQuestionnaire) -> None:
    """On every question, in one line that is not cut."""
    for index in range(len(compiled.questions)):
        keyboard = start_keyboard(on_page(begin_session(compiled, HEAD), QuestionPage(index)), 0.0)
        assert "? help  u unknown  d declined  q quit" in text_of(layout(keyboard, 40, 12))


@pytest.mark.parametrize("columns", range(40, 200, 4))
def test_a_contact_is_whole_or_not_there(compiled: CompiledQuestionnaire, columns: int) -> None:
    """Half a phone number helps nobody: where not all contacts have room, the first ones stand."""
    keyboard = start_keyboard(begin_session(compiled, HEAD), 0.0)
    [line] = [text for text in text_of(layout(keyboard, columns, 24)).split("\n") if "DANGER" in text]
    contacts = compiled.questionnaire.contacts_of(compiled.questionnaire.interrupt())
    short = [str(each.short or each.reach) for each in contacts]
    choices = [[str(each.reach) for each in contacts], *(short[:count] for count in range(2, len(short) + 1))]
    assert line.strip() in {"! DANGER: " + "; ".join(choice) for choice in choices}


@pytest.mark.parametrize("rows", [12, 14])
def test_whom_to_call_stays_in_view_when_the_emergency_page_is_scrolled(
    small: CompiledQuestionnaire, rows: int
) -> None:
    for keys in (["!"], ["y"]):
        for key in (DOWN, PAGE_DOWN):
            keyboard = at_page(small, keys)
            for _ in range(12):
                keyboard = pressed(drawn(keyboard, 40, rows), [key])
                assert "call 000" in text_of(layout(keyboard, 40, rows))


WRITTEN = st.text(min_size=1, max_size=300)


@pytest.mark.slow
@settings(max_examples=examples(60))
@given(WRITTEN, st.sampled_from(SIZES), st.sampled_from(["c", "rt", "words"]))
def test_a_screen_is_as_large_as_the_terminal_whatever_is_written(text: str, size: tuple[int, int], where: str) -> None:
    """Exactly so many lines, none wider than the screen, and no character that a terminal acts on."""
    before = ["n", "1", "0", ENTER, ENTER] if where == "words" else [*where]
    keyboard = at_page(ready(SMALL), before)
    written = kb.paste(keyboard, text, keyboard.guard.shown_at + LONG)
    for shown in (written, pressed(written, [ENTER]), pressed(written, [ENTER, "r"])):
        screen = layout(shown, *size)
        assert len(screen.lines) == size[1]
        for line in screen.lines:
            assert not any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in full_text(line))
            assert pyte_width(full_text(line)) <= size[0]


def pyte_width(text: str) -> int:
    """How many columns an emulated terminal gives a line."""
    screen = pyte.Screen(1000, 2)
    pyte.Stream(screen).feed(text)
    return int(screen.cursor.x)


HOSTILE = [
    "[bold]x[/bold] [red]",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x9b31m\x9d",
    "\u202e\u2066reversed",
    "\r\n\n\n\n\n\n\n",
    "\x00\x08\x08\x08\x7f",
    "{name} %s %n ${x}",
    "e" + "\u0301" * 200,
    "\u754c" * 300,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20,
    "\ufe0f\u20e3",
    "A" * 1900,
    "-",
    "\u0600\u06dd",
]


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_the_emergency_lines_are_seen_whatever_was_written(
    small: CompiledQuestionnaire, text: str, size: tuple[int, int]
) -> None:
    check_emergency_seen(small, text, size)


def check_emergency_seen(compiled: CompiledQuestionnaire, text: str, size: tuple[int, int]) -> None:
    """With a text as the note, as an answer in words and as an option's label, in an emulated terminal."""
    keyboard = at_page(compiled, ["c"])
    noted = pressed(kb.paste(keyboard, text, keyboard.guard.shown_at + LONG), [ENTER])
    for keys in ([], ["!"], ["r"], ["y"]):
        seen = emulated(pressed(noted, keys), size)
        assert "call 000" in seen
    assert "*** HELP NOW ***" in emulated(pressed(noted, ["!"]), size)


def emulated(keyboard: Keyboard, size: tuple[int, int]) -> str:
    """What an emulated terminal shows after the whole screen was written to it."""
    screen = pyte.Screen(*size)
    stream = pyte.Stream(screen)
    for row, line in enumerate(layout(keyboard, *size).lines):
        stream.feed(f"\x1b[{row + 1};1H{full_text(line)}")
    return "\n".join(screen.display)


@pytest.mark.slow
def test_a_text_that_means_something_elsewhere_does_nothing(small: CompiledQuestionnaire) -> None:
    for text in NAUGHTY:
        check_emergency_seen(small, text, (40, 12))


def test_every_answer_is_on_the_smallest_screen(compiled: CompiledQuestionnaire) -> None:
    """Of each question with one-key answers that stays in the default; where there is no room, the screen says so."""
    for index, question in enumerate(compiled.questions):
        keyboard = start_keyboard(on_page(begin_session(compiled, HEAD), QuestionPage(index)), 0.0)
        first = layout(keyboard, 40, 12)
        shown = text_of(first)
        assert ("more answers below" in shown) == bool(first.unseen_keys), question.id
        there = {key for key in "123456789" if re.search(rf"^  {key} ", shown, re.MULTILINE)}
        labels = question.options_listed if isinstance(question, ChoiceQuestion) else ()
        assert {str(number) for number, _ in enumerate(labels, start=1)} <= there | first.unseen_keys
        below = layout(pressed(drawn(keyboard, 40, 12), [PAGE_DOWN]), 40, 12)
        assert not first.unseen_keys & below.unseen_keys


def test_no_question_about_danger_hides_an_answer_on_the_smallest_screen(compiled: CompiledQuestionnaire) -> None:
    """Save for one, whose words alone fill the screen."""
    hidden = []
    for index in danger_indexes(compiled):
        keyboard = start_keyboard(on_page(begin_session(compiled, HEAD), QuestionPage(index)), 0.0)
        hidden += [str(compiled.questions[index].id)] * bool(layout(keyboard, 40, 12).unseen_keys)
    assert hidden == ["ed_body"]


def test_an_answer_is_never_cut_in_the_review(compiled: CompiledQuestionnaire) -> None:
    keyboard = pressed(start_keyboard(begin_session(compiled, HEAD), 0.0), ["2", "1", ENTER, "1", "n", "3", "g", "r"])
    for columns in (40, 60, 80, 120):
        shown = " ".join(text_of(layout(keyboard, columns, 60)).split())
        assert "Has a plan, may act, or tried or got ready in the past 3 months" in shown


def test_help_is_seen_at_once_however_low_the_screen(compiled: CompiledQuestionnaire) -> None:
    for index in range(len(compiled.questions)):
        keyboard = pressed(start_keyboard(on_page(begin_session(compiled, HEAD), QuestionPage(index)), 0.0), ["?"])
        assert re.search("How to ask:|Why we ask:", text_of(layout(keyboard, 40, 12)))


def test_a_list_keeps_its_cursor_in_view(compiled: CompiledQuestionnaire) -> None:
    keyboard = pressed(start_keyboard(begin_session(compiled, HEAD), 0.0), ["r"])
    for _ in range(27):
        keyboard = pressed(keyboard, [DOWN])
        here = [line for line in layout(keyboard, 40, 12).lines if line.style is LineStyle.SELECTED]
        assert [line.text[1:4].strip() for line in here] == [str(keyboard.row + 1)]


def test_a_page_scrolls_to_its_end_and_no_further(small: CompiledQuestionnaire) -> None:
    keyboard = at_page(small, PAGES["result-whole"])
    for _ in range(40):
        keyboard = pressed(drawn(keyboard, 80, 24), [PAGE_DOWN])
    end = layout(keyboard, 80, 24)
    assert "Questionnaire: A small screening" in text_of(end)
    assert end.top < 400
    assert "more below" not in text_of(end)


WORDY = ["n", "1", "1", ENTER, "6", ENTER, ENTER, *("so many words that they fill lines, " * 12), ENTER]
LONG_PAGES = {
    "result": FINISHED,
    "whole result": [*FINISHED, "l"],
    "emergency": ["y"],
    "review": [*WORDY, "r"],
    "review with a long answer set aside": [*WORDY, "r", "3", ENTER, "0", ENTER],
    "list to go to": [*WORDY, "j"],
    "result of the default": ["p"],
    "emergency page of the default": ["!"],
    "review of the default": ["r"],
    "list to go to of the default": ["j"],
    "help": ["?"],
}
"""Pages that are longer than a small screen, by the keys that lead to them."""


@law
@given(st.sampled_from(sorted(LONG_PAGES)), st.integers(40, 160), st.integers(12, 60))
def test_turning_the_pages_shows_every_line(name: str, columns: int, rows: int) -> None:
    """Down from the top, and up again from the end, on a screen of any size."""
    keyboard = long_page(name)
    columns = min(columns, 99) if name == "help" else columns  # with a column beside it, other lines are on a page
    expected = page_lines(layout(keyboard, columns, 1000))
    if name.startswith("emergency") and rows < ROOMY_ROWS:
        expected -= {"WHY"}  # there is no room for this title
    down = turned(keyboard, PAGE_UP, columns, rows)[-1]
    for key in (PAGE_DOWN, PAGE_UP):
        screens = turned(down, key, columns, rows)
        seen = {line for screen in screens for line in page_lines(layout(screen, columns, rows))}
        assert expected <= seen
        down = screens[-1]
    assert down.top == 0


@cache
def long_page(name: str) -> Keyboard:
    compiled = ready(default_questionnaire().read_bytes() if "default" in name or name == "help" else SMALL)
    return at_page(compiled, LONG_PAGES[name])


def turned(keyboard: Keyboard, key: str, columns: int, rows: int) -> list[Keyboard]:
    """The keyboard, and after each press of the key until nothing changes any more."""
    keyboards = [drawn(keyboard, columns, rows)]
    while True:
        after = drawn(pressed(keyboards[-1], [key]), columns, rows)
        if (after.top, after.row) == (keyboards[-1].top, keyboards[-1].row):
            return keyboards
        keyboards.append(after)


def page_lines(shown: Layout) -> set[str]:
    """The lines of a page, without what stands above and below it, and without the mark of the selected row."""
    styles = {LineStyle.PLAIN, LineStyle.SELECTED, LineStyle.HELP}
    return {line.text.removeprefix(">").strip() for line in shown.lines if line.style in styles} - {""}
