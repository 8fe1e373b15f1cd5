"""Keys at the speed of hands: who types on after an ignored key records nothing wrong, and hears what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import chain, cycle, islice, product, repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import DANGER, HEAD, NOON, SMALL, drawn, drawn_without, text_of
from support.questionnaires import ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen import key_names
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.key_guard import (
    BLIND_SECONDS,
    HELD,
    NEXT_KEY_SECONDS,
    QUIET_SECONDS,
    TOO_EARLY,
    WAIT,
)
from iop_screen.interview.fullscreen.keyboard import Keyboard, press, start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.pages import EmergencyPage, LeavePage, LeftUnfinished, NotePage, QuestionPage, ReviewPage
from iop_screen.interview.state import begin_session, on_page
from iop_screen.questionnaire.answers import Amount, chosen
from iop_screen.records.model import AnswerRecorded, AnswerTakenBack, Entry

LOOKS = 0.6
"""Who takes so many seconds from key to key looks at the screen."""

READ = 2.0
"""Seconds after which a page has been read."""

ENTER = key_names.ENTER

FEW = "options: [{id: a, label: The first}, {id: b, label: The second}, {id: c, label: The third}]"
KINDS = [
    f"type: choice, {FEW}",
    f"type: choice, {FEW}",
    f"type: multiple, {FEW}",
    "type: number, min: 0, max: 99",
    "type: number, min: 0, max: 99",
    "type: text",
    "type: text",
    "type: yes_no",
    f"type: choice, {FEW}",
    f"type: choice, {FEW}",
    f"type: choice, {FEW}",
    f"type: multiple, {FEW}",
    "type: yes_no",
    "type: yes_no",
    "type: yes_no",
]
QUESTIONS = "".join(
    f"      - {{id: q{index}, ask: Number {index}?, role: context, {kind}}}\n" for index, kind in enumerate(KINDS)
)
MANY = f"""
format: 1
id: many
version: 1.0.0
title: Many questions
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{{id: home, title: At home}}, {{id: live_in, title: Live in}}]
sections:
  - id: all
    title: All of them
    questions:
{QUESTIONS}      - {{id: risk, ask: Is there a risk?, role: risk, type: yes_no, worse: yes}}
rules:
  - {{id: at_risk, when: {{risk: yes}}, level: live_in, because: There is a risk.}}
"""
ANSWERS = {
    "choice": ["1", "2", "3", "u", "d"],
    "multiple": ["1", "12", "21", "3", "u"],
    "number": ["1", "2", "11", "15", "21", "d"],
    "text": ["dad", "quiet", "1", "11", "yes", "u"],
    "yes_no": ["y", "n", "u"],
}
NOTES = ["", "", "", "quit", "dad", "cold", "11"]


RISKS = ["yes_no, worse: yes", f"choice, {FEW}", f"multiple, {FEW}", "number, worse: higher, min: 0, max: 99"]
DANGEROUS = [f"danger: {kind}" for kind in RISKS * 4]
MIXED = [f"context: choice, {FEW}", "context: yes_no", f"danger: choice, {FEW}", DANGEROUS[0]] * 4
WORST = {"yes_no": "yes", "choice": "c", "multiple": "c", "number": "{at_least: 99}"}


def with_danger(kinds: list[str]) -> str:
    """A questionnaire in which some questions can reach the emergency step, by an answer that is not given here."""
    dangers = {n: kind_of(kind) for n, kind in enumerate(kinds) if kind.startswith("danger")}
    questions = "".join(
        f"      - {{id: q{n}, ask: Number {n}?, role: {'risk' if n in dangers else 'context'}, type: "
        f"{kind.partition(': ')[2]}}}\n"
        for n, kind in enumerate(kinds)
    )
    rules = "".join(
        f"  - {{id: r{n}, when: {{q{n}: {WORST[kind]}}}, first_step: now, because: Danger.}}\n"
        for n, kind in dangers.items()
    )
    start = MANY.partition("      - {id: q0")[0]
    steps = "first_steps: [{id: now, title: Help now, interrupt: true}]\nsections:"
    return f"{start.replace('sections:', steps)}{questions}rules:\n{rules}"


def kind_of(kind: str) -> str:
    """The type of a question."""
    return kind.partition(": ")[2].partition(",")[0]


@pytest.fixture(scope="module")
def many() -> Keyboard:
    return start_keyboard(begin_session(ready(MANY), HEAD), 0.0)


@pytest.fixture(scope="module")
def dangerous() -> Keyboard:
    """Every question can reach the emergency step."""
    return start_keyboard(begin_session(ready(with_danger(DANGEROUS)), HEAD), 0.0)


@pytest.fixture(scope="module")
def small() -> Keyboard:
    """The first two questions are about danger."""
    return start_keyboard(begin_session(ready(SMALL), HEAD), 0.0)


@dataclass
class Hands:
    """Whoever presses keys, and when; the first of them on a page that was read."""

    keyboard: Keyboard
    now: float = 0.0
    slow: float = 0.0
    drawn: float = 0.0

    def press(self, keys: Iterable[str], every: float) -> Keyboard:
        """Press keys with that much time before each; a page takes some time to be drawn, and keys wait for it."""
        for key in keys:
            self.now += every
            came = max(self.now, self.drawn)
            before, self.keyboard = self.keyboard, press(self.keyboard, key, NOON, came)
            if self.keyboard.session.page != before.session.page:
                self.drawn = came + self.slow
                self.keyboard = kb.note_shown(self.keyboard, self.drawn)
        return self.keyboard


def after(start: Keyboard, keys: Iterable[str], gaps: Iterable[float], slow: float = 0.0) -> Keyboard:
    """The keyboard after keys with those gaps between them; the first is on a page that was read."""
    hands = Hands(start, slow=slow)
    for key, gap in zip(keys, chain([READ], gaps), strict=False):
        hands.press([key], gap)
    return hands.keyboard


def after_looking(start: Keyboard, keys: list[str], gaps: Iterable[float], slow: float) -> Keyboard:
    """The same by hands that look at the screen before a key, if they take 0.6 seconds or more for it.

    If it says there that a key was ignored, they go on with what is meant for what they see. Else, and without that
    time, they type the next key of what they had in mind.
    """
    hands = Hands(start, slow=slow)
    seen = [what_is_seen(keyboard) for keyboard in each_after(start, keys)]
    following = 0
    for gap in chain([READ], islice(gaps, 3 * len(keys))):
        if gap >= LOOKS:
            hands.now = max(hands.now, hands.drawn)  # who looks waits for the page
            if hands.keyboard.ignored_reason:
                following = seen.index(what_is_seen(hands.keyboard))
        if following == len(keys):
            break
        hands.press([keys[following]], gap)
        following += 1
    return hands.keyboard


def each_after(start: Keyboard, keys: Iterable[str]) -> Iterator[Keyboard]:
    """The keyboard before the first key and after each, where every page is read."""
    hands = Hands(start)
    yield start
    for key in keys:
        yield hands.press([key], READ)


def what_is_seen(keyboard: Keyboard) -> tuple[object, ...]:
    """What is recorded, the page, and what is half typed."""
    page = keyboard.session.page
    return recorded(keyboard.session.log), page, keyboard.pending_text, keyboard.ticked, keyboard.text_box_open


def recorded(log: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """What is recorded in the end: without answers that were taken back."""
    kept: list[Entry] = []
    for entry in log:
        if isinstance(entry, AnswerTakenBack):
            given = [each for each in kept if isinstance(each, AnswerRecorded) and each.question == entry.question]
            kept.remove(given[-1])
        else:
            kept.append(entry)
    return tuple(kept)


def said(keyboard: Keyboard) -> tuple[Entry, ...]:
    return recorded(keyboard.session.log)


def keys_for(kind: str, answer: str, note: str) -> Iterator[str]:
    """The keys of one line: a note, if there is one, and the answer."""
    if note:
        yield from ("c", *note, ENTER)
    if answer in {"u", "d"}:
        yield answer
        return
    yield from ([ENTER] if kind == "text" else [])
    yield from answer
    yield from ([ENTER] if kind in {"multiple", "number", "text"} else [])


@st.composite
def typed_lines(draw: st.DrawFn, kinds: list[str], answers: dict[str, list[str]], notes: Sequence[str]) -> list[str]:
    """The keys of an answer to each question in turn, some with a note before it."""
    keys: list[str] = []
    for kind in map(kind_of, kinds):
        answer, note = draw(st.sampled_from(answers[kind])), draw(st.sampled_from(notes))
        keys += keys_for(kind, answer, note)
    return keys


NO_DANGER = {**ANSWERS, "choice": ["1", "2", "u", "d"], "multiple": ["1", "12", "21", "u"], "yes_no": ["n", "u", "d"]}
"""Answers that do not lead to the emergency page."""

gaps_of_hands = st.floats(0.15, 1.2) | st.sampled_from([0.01, 0.1, 0.2, 0.26, 0.31, 0.5, 0.6, 1.05, 1.15])
slips = st.builds(lambda before, gap: [gap] * before + [0.1] + [gap] * 60, st.integers(0, 20), st.floats(0.6, 1.2))
"""An even rhythm with one fast pair in between."""

rhythms = st.lists(gaps_of_hands, min_size=1, max_size=60) | st.builds(lambda gap: [gap], gaps_of_hands) | slips
slow_pages = st.sampled_from([0.0, 0.0, 0.04, 0.4, 1.5])


@pytest.mark.slow
@settings(max_examples=examples(400))
@given(typed_lines(KINDS, ANSWERS, NOTES), rhythms, slow_pages)
def test_what_is_recorded_is_what_was_typed_for_it_or_nothing_from_there_on(
    many: Keyboard, keys: list[str], gaps: list[float], slow: float
) -> None:
    """Also if the window is closed in the end, which takes what is pending.

    Less than 0.6 seconds from key to key, hands do anything without looking. Hands that take longer look at the screen;
    if it says that a key was ignored, their next key is meant for what they see.
    """
    meant = said(after(many, keys, repeat(READ)))
    fast = after_looking(many, keys, chain(gaps, repeat(gaps[-1])), slow)
    ended = recorded(kb.take_pending_input(fast, NOON).log)
    assert len(meant) >= len(KINDS)
    assert ended == meant[: len(ended)]


@pytest.mark.slow
@settings(max_examples=examples(400))
@given(typed_lines(DANGEROUS, NO_DANGER, NOTES), rhythms, slow_pages)
def test_on_questions_about_danger_that_holds_for_hands_that_never_look(
    dangerous: Keyboard, keys: list[str], gaps: list[float], slow: float
) -> None:
    """Whatever their rhythm, as long as no key takes them more than 1.2 seconds."""
    meant = said(after(dangerous, keys, repeat(READ)))
    fast = after(dangerous, keys, chain(gaps, repeat(gaps[-1])), slow)
    ended = recorded(kb.take_pending_input(fast, NOON).log)
    assert len(meant) >= len(DANGEROUS)
    assert ended == meant[: len(ended)]


@pytest.mark.slow
@settings(max_examples=examples(400))
@given(typed_lines(MIXED, NO_DANGER, [""]), rhythms, slow_pages)
def test_a_key_lost_elsewhere_gives_no_question_about_danger_the_answer_to_another(
    keys: list[str], gaps: list[float], slow: float
) -> None:
    """By hands that never look: what an ordinary question gets may be wrong, what one about danger gets is not."""
    mixed = mixed_start()
    meant = after(mixed, keys, repeat(READ)).session.record.answers
    fast = after(mixed, keys, chain(gaps, repeat(gaps[-1])), slow)
    answers = replace(fast.session, log=kb.take_pending_input(fast, NOON).log).record.answers
    for number, kind in enumerate(MIXED):
        if kind.startswith("danger"):
            assert answers.get(f"q{number}") in {None, meant[f"q{number}"]}


@cache
def mixed_start() -> Keyboard:
    return start_keyboard(begin_session(ready(with_danger(MIXED)), HEAD), 0.0)


@pytest.mark.parametrize("every", [0.2, 0.4, 0.7, 1.0])
def test_the_next_tick_does_not_stand_for_the_one_that_was_ignored(
    compiled: CompiledQuestionnaire, every: float
) -> None:
    """The first key answers the age, and the next, which comes too early, is the first tick of what brings them."""
    start = start_keyboard(begin_session(compiled, HEAD), 0.0)
    ticking = after(start, ["2", "2", "3", ENTER], [0.2, every, every])
    assert len(said(ticking)) == 1
    assert ticking.ticked == frozenset()


def test_the_next_digit_does_not_stand_for_the_one_that_was_ignored(small: Keyboard) -> None:
    number = after(small, ["n", "1", "1", ENTER], repeat(READ))
    hands = Hands(number, 4 * READ)
    assert hands.press(["5"], 0.2).ignored_reason == WAIT
    assert hands.press(["3", ENTER], 0.3).pending_text == ""
    assert len(said(hands.keyboard)) == 3
    assert hands.press(["5"], QUIET_SECONDS + 0.01).pending_text == "5"
    assert hands.press([ENTER], 0.3).session.answers.values[3] == Amount(Decimal(5))


@pytest.mark.parametrize("line", [["c", *"quit", ENTER], ["c", *"dad", ENTER], ["u", *"q"], ["u", key_names.LEFT]])
def test_a_note_without_its_first_key_is_no_command(small: Keyboard, line: list[str]) -> None:
    lost = after(small, ["n", *line], [0.2, *repeat(0.4, 9)])
    assert (lost.session.page, len(said(lost)), lost.ignored_reason) == (QuestionPage(1), 1, WAIT)


def test_words_without_the_enter_before_them_are_no_command(small: Keyboard) -> None:
    box = ["n", "1", "0", ENTER]
    lost = after(small, [*box, ENTER, *"dad"], [READ, READ, READ, 0.2, *repeat(0.4, 3)])
    assert (len(said(lost)), lost.text_box_open) == (3, False)
    twice = after(small, [*box, ENTER, ENTER, *"dad", ENTER], [READ] * 4 + [0.1] * 5)
    assert [str(entry) for entry in said(twice)[3:]] == [str(said(twice)[-1])]
    assert "dad" in str(said(twice)[-1])


def test_what_to_do_is_said_and_stays_while_one_scrolls(small: Keyboard) -> None:
    hands = Hands(small)
    hands.press("n", READ)
    assert hands.press("2", 0.2).ignored_reason == TOO_EARLY
    assert hands.press([key_names.DOWN, key_names.PAGE_UP], 0.1).ignored_reason == TOO_EARLY
    assert hands.press("1", 0.5).ignored_reason == WAIT
    assert hands.press([key_names.UP], 0.5).ignored_reason == WAIT
    assert hands.press([key_names.UP], QUIET_SECONDS).ignored_reason == ""
    assert hands.press("1", 0.1).session.page == QuestionPage(2)


@pytest.mark.parametrize("said_at_lowest", [HELD, TOO_EARLY, WAIT])
def test_what_to_do_fits_on_one_line_of_the_smallest_screen(said_at_lowest: str) -> None:
    assert len(said_at_lowest) <= 40


def test_the_key_that_was_ignored_counts_once_it_is_pressed_anew(many: Keyboard) -> None:
    """And another once one has looked; nor does the same at once, when another was ignored after it."""
    lost = after(many, "u2", [0.2])
    ignored_at = READ + 0.2
    assert press(lost, "2", NOON, ignored_at + 0.35).session.page == QuestionPage(2)
    assert press(lost, "2", NOON, ignored_at + 0.25).session.page == QuestionPage(1)
    assert press(lost, "1", NOON, ignored_at + NEXT_KEY_SECONDS - 0.01).ignored_reason == WAIT
    assert press(lost, "1", NOON, ignored_at + NEXT_KEY_SECONDS + 0.01).session.page == QuestionPage(2)
    mixed = press(lost, "1", NOON, ignored_at + 0.5)
    assert press(mixed, "2", NOON, ignored_at + 1.0).ignored_reason == WAIT
    assert press(mixed, "2", NOON, ignored_at + 0.5 + BLIND_SECONDS + 0.1).session.page == QuestionPage(2)


def test_an_ignored_key_does_not_begin_the_wait_for_another_anew(many: Keyboard) -> None:
    lost = after(many, "u2", [0.2])
    again = press(lost, "1", NOON, READ + 0.2 + 0.6)
    assert again.ignored_reason == WAIT
    assert press(again, "3", NOON, READ + 0.2 + 1.201).session.page == QuestionPage(2)


def test_on_a_question_about_danger_another_key_counts_only_after_a_pause(dangerous: Keyboard) -> None:
    lost = after(dangerous, "n2", [0.5])
    assert lost.ignored_reason == TOO_EARLY
    again = press(lost, "1", NOON, READ + 0.5 + 1.2)
    assert again.ignored_reason == WAIT
    assert press(again, "1", NOON, READ + 0.5 + 1.2 + QUIET_SECONDS - 0.01).ignored_reason == WAIT
    assert press(again, "1", NOON, READ + 0.5 + 1.2 + QUIET_SECONDS + 0.01).session.page == QuestionPage(2)
    assert press(lost, "2", NOON, READ + 0.5 + 0.35).session.page == QuestionPage(2)


@pytest.mark.parametrize("key", ["1", "2", "u", "d"])
def test_a_question_about_danger_is_not_answered_before_it_can_be_read(dangerous: Keyboard, key: str) -> None:
    assert press(after(dangerous, "n", []), key, NOON, READ + 0.79).ignored_reason == TOO_EARLY
    assert press(after(dangerous, "n", []), key, NOON, READ + 0.81).session.page == QuestionPage(2)


def test_two_quick_keys_do_not_answer_suicide(compiled: CompiledQuestionnaire) -> None:
    """With the default questionnaire, and with each key that answers the question before it, and then this one."""
    index = next(n for n, question in enumerate(compiled.questions) if str(question.id) == "suicide")
    before = start_keyboard(on_page(begin_session(compiled, HEAD), QuestionPage(index - 1)), 0.0)
    led = [key for key in "nu12d" if after(before, [key], []).session.page == QuestionPage(index)]
    assert led
    for first, second in product(led, "1234und"):
        assert len(after(before, [first, second], [0.3]).session.log) == 1


def test_on_a_question_about_danger_the_key_before_counts_after_a_pause_without_any(dangerous: Keyboard) -> None:
    there = after(dangerous, ["u"], [])
    assert press(there, "u", NOON, READ + 0.79).ignored_reason == HELD
    assert press(there, "u", NOON, READ + 0.81).session.page == QuestionPage(2)
    scrolled = press(there, key_names.DOWN, NOON, READ + 0.5)
    assert press(scrolled, "u", NOON, READ + 1.29).ignored_reason == HELD
    assert press(scrolled, "u", NOON, READ + 1.31).session.page == QuestionPage(2)


def test_danger_is_one_key_away_whatever_was_ignored(small: Keyboard) -> None:
    lost = after(small, "n21", [0.2, 0.2])
    assert lost.ignored_reason == WAIT
    assert isinstance(press(lost, "!", NOON, READ + 0.4).session.page, EmergencyPage)


def test_a_note_is_opened_by_a_key_that_was_ignored_only_after_a_pause(small: Keyboard) -> None:
    """Pressed anew it may as well be the first letter of the note."""
    lost = after(small, "nc", [0.2])
    assert press(lost, "c", NOON, READ + 0.7).session.page == QuestionPage(1)
    assert isinstance(press(lost, "c", NOON, READ + 0.3 + QUIET_SECONDS).session.page, NotePage)


@pytest.mark.parametrize("every", [0.26, 0.35, 0.5, 0.7, 0.9, 1.0])
def test_the_same_key_at_a_normal_rhythm_counts_every_time(many: Keyboard, every: float) -> None:
    """One key a second over six questions gives six answers, and so do faster ones."""
    assert len(said(after(many, "u" * 6, repeat(every)))) == 6


@given(
    st.lists(st.floats(BLIND_SECONDS + 0.001, 1.1), min_size=12, max_size=12),
    st.sampled_from(["1212", "2121", "1u1u", "1111", "12u1"]),
)
def test_an_ignored_key_costs_at_most_one_more(gaps: list[float], keys: str) -> None:
    """Whoever types one key every 0.6 to 1.1 seconds, always the same, or others in turn."""
    hands, ignored = Hands(after(choices_only(), ["u", keys[0]], [0.1]), READ + 0.1), 1
    assert hands.keyboard.ignored_reason == TOO_EARLY
    for gap, key in zip(gaps, cycle(keys[1:] + keys[0]), strict=False):
        ignored += bool(hands.press([key], gap).ignored_reason)
    assert ignored <= 2


@pytest.mark.parametrize("key", ["s", key_names.RIGHT])
@pytest.mark.parametrize("every", [0.03, 0.5])
def test_to_skip_may_come_as_fast_as_to_go_back(many: Keyboard, key: str, every: float) -> None:
    skipped = after(many, [key] * 10, repeat(every))
    assert (skipped.session.page, said(skipped)) == (QuestionPage(10), ())
    assert after(many, [key] * 20, repeat(every)).session.page == ReviewPage()


@pytest.mark.parametrize("first", [0.25, 0.4, 0.5, 0.66, 1.0])
@pytest.mark.parametrize("then", [0.025, 0.04, 0.1])
def test_each_time_a_key_is_held_it_counts_once(many: Keyboard, first: float, then: float) -> None:
    hands = Hands(many)
    for times in range(1, 4):
        hands.press("u", READ if times == 1 else 0.4)
        hands.press("u", first)
        hands.press("u" * 40, then)
        assert len(said(hands.keyboard)) == times


@pytest.mark.parametrize("every", [0.01, 0.03, 0.25, 0.5])
def test_the_emergency_page_scrolls_as_fast_as_one_presses(compiled: CompiledQuestionnaire, every: float) -> None:
    hands, shown = Hands(start_keyboard(begin_session(compiled, HEAD), 0.0)), []
    hands.press("!", READ)
    for _ in range(60):
        shown.append(layout(hands.keyboard, 40, 12))
        hands.keyboard = drawn(hands.keyboard, 40, 12)
        hands.press([key_names.DOWN], every)
    assert [each.top for each in shown[:4]] == [0, 1, 2, 3]
    assert shown[-1].top == shown[-2].top > 3
    assert isinstance(hands.keyboard.session.page, EmergencyPage)


@pytest.mark.parametrize("key", ["g", "r", "q", "b", key_names.LEFT])
def test_the_emergency_page_is_read_before_a_key_leaves_it(small: Keyboard, key: str) -> None:
    early = after(small, ["y", key], [0.1])
    assert isinstance(early.session.page, EmergencyPage)
    assert early.ignored_reason


YES_BELOW = [
    ("type: choice, options: [{id: a, label: Perhaps}, {id: n, label: No}]", "2", ["n", "N", "2"]),
    ("type: choice, options: [{id: y, label: Yes}, {id: a, label: Perhaps}]", "1", ["y", "1"]),
    ("type: multiple, options: [{id: a, label: Perhaps}, {id: n, label: No}]", "2", ["n", "2"]),
    ("type: yes_no", "n", ["n", "N"]),
]


@pytest.mark.parametrize(("kind", "unseen", "keys"), YES_BELOW)
def test_an_answer_that_was_not_seen_is_not_given_by_another_key_for_it(
    kind: str, unseen: str, keys: list[str]
) -> None:
    start = start_keyboard(begin_session(ready(MANY.replace(KINDS[0], kind, 1)), HEAD), 0.0)
    below = drawn_without(start, unseen)
    for key in keys:
        refused = press(below, key, NOON, READ)
        assert (refused.ignored_reason, refused.session, refused.ticked) == (
            kb.FURTHER_DOWN,
            start.session,
            frozenset(),
        )
        seen = drawn_without(press(refused, key_names.DOWN, NOON, READ + 0.2), top=1)
        assert press(seen, key, NOON, READ + 0.4).session != start.session or "multiple" in kind


@pytest.mark.parametrize("key", ["n", "1", "2"])
def test_after_an_answer_that_was_not_seen_the_next_key_stands_for_it_neither(small: Keyboard, key: str) -> None:
    below = drawn_without(after(small, "n", []), "3")
    refused = press(below, "3", NOON, 2 * READ)
    assert refused.ignored_reason == kb.FURTHER_DOWN
    assert press(refused, key, NOON, 2 * READ + 0.5).session == refused.session


def test_many_options_are_seen_before_one_of_them_is_spelled() -> None:
    labels = [*(f"The {number}th" for number in range(1, 12)), "No"]
    kind = f"type: choice, options: [{', '.join(f'{{id: o{n}, label: {label}}}' for n, label in enumerate(labels))}]"
    start = start_keyboard(begin_session(ready(MANY.replace(KINDS[0], kind, 1)), HEAD), 0.0)
    below = drawn_without(start, "11", "12")
    assert after(below, ["1", "0", ENTER], repeat(0.3)).session.page == QuestionPage(1)
    for keys in ("12", "n", "1n"):
        refused = after(below, keys, repeat(0.3))
        assert (refused.ignored_reason, refused.session) == (kb.FURTHER_DOWN, start.session)
    assert kb.paste(below, "12", READ).ignored_reason == kb.FURTHER_DOWN


@cache
def choices_only() -> Keyboard:
    kinds = [f"context: choice, {FEW}"] * 15
    return start_keyboard(begin_session(ready(with_danger([*kinds, DANGEROUS[0]])), HEAD), 0.0)


def test_who_answers_at_a_normal_speed_is_never_told_to_wait(small: Keyboard) -> None:
    """The second question is about danger, so it is read a little longer."""
    answered = after(small, ["n", "2", "1", "2", ENTER, "6", ENTER], [0.85, 0.6, 0.3, 0.3, 0.8, 0.3])
    assert answered.session.answers.values[DANGER] == chosen("no")
    assert answered.session.page == QuestionPage(4)


def test_a_held_q_does_not_leave_answers_that_are_not_saved(many: Keyboard) -> None:
    """It leads to the warning, where the same key would leave all the same."""
    hands = Hands(start_keyboard(replace(many.session, not_saved="no space left on device"), 0.0))
    assert isinstance(hands.press("q", READ).session.page, LeavePage)
    assert isinstance(hands.press("q" * 20, 0.033).session.page, LeavePage)
    assert hands.keyboard.ignored_reason == HELD
    assert hands.press("q", READ).session.page == LeftUnfinished()


def test_an_answer_by_a_held_key_is_taken_back_and_that_is_said(many: Keyboard) -> None:
    hands = Hands(many)
    first = hands.press("u", READ)
    second = hands.press("u", 0.5)
    assert (len(said(second)), second.ignored_reason) == (2, "")
    back = hands.press("u", 0.033)
    assert said(back) == said(first)
    assert back.session.log == (*second.session.log, AnswerTakenBack(NOON, "q1"))
    assert (back.session.page, back.session.answers) == (first.session.page, first.session.answers)
    assert back.ignored_reason == "Held key: the answer to question 2 was taken back."
    held = hands.press("u" * 30, 0.033)
    assert (held.session, held.ignored_reason) == (back.session, back.ignored_reason)
    assert len(said(hands.press("u", 0.4))) == 2


def test_repeats_that_a_slow_line_holds_up_are_still_those_of_a_held_key(many: Keyboard) -> None:
    """The second comes late, and then several at once."""
    hands = Hands(many)
    hands.press("u", READ)
    hands.press("u", 0.5)
    assert len(said(hands.press("u", 0.15))) == 2
    assert len(said(hands.press("uu", 0.001))) == 1


def test_the_press_that_a_held_key_began_with_is_no_repeat(many: Keyboard) -> None:
    """Nor if it came soon after the same key, and its first repeat was ignored."""
    hands = Hands(many)
    hands.press("uu", 1.0)
    hands.press("u", 0.24)
    assert hands.keyboard.ignored_reason
    assert len(said(hands.press("u" * 20, 0.033))) == 2


def test_that_an_answer_was_taken_back_is_said_in_full_on_the_smallest_screen() -> None:
    """Also where the options leave no room."""
    options = ", ".join(f"{{id: o{number}, label: The {number}th}}" for number in range(8))
    kinds = [f"context: choice, options: [{options}]"] * 3
    hands = Hands(start_keyboard(begin_session(ready(with_danger([*kinds, DANGEROUS[0]])), HEAD), 0.0))
    hands.press("u", READ)
    hands.press("u", 0.5)
    shown = " ".join(text_of(layout(hands.press("u", 0.033), 40, 12)).split())
    assert "Held key: the answer to question 2 was taken back." in shown


def test_an_answer_that_a_held_key_gave_anew_is_as_it_was(many: Keyboard) -> None:
    """Enter opens a question of the review, and held down it enters the ticks that are there."""
    hands = Hands(many)
    hands.press(["u", "u", "1", "2", ENTER, "r", "3"], READ)
    opened = hands.press([ENTER], READ)
    again = hands.press([ENTER], 0.5)
    assert len(said(again)) == len(said(opened)) + 1
    back = hands.press([ENTER], 0.033)
    assert (back.session.page, back.ticked) == (opened.session.page, frozenset("12"))
    assert back.session.answers == opened.session.answers
    assert back.session.record.answers == opened.session.record.answers


def test_what_a_held_key_ticked_or_typed_is_gone() -> None:
    """The key that answered the question before was the first tick, or the first digit."""
    few = f"context: choice, {FEW}"
    for kind in (f"context: multiple, {FEW}", "context: number, min: 0, max: 99"):
        hands = Hands(start_keyboard(begin_session(ready(with_danger([few, kind, DANGEROUS[0]])), HEAD), 0.0))
        hands.press("1", READ)
        assert hands.press("1", 0.5).pending_line == "1"
        back = hands.press("1", 0.033)
        assert (back.pending_line, back.ignored_reason, len(said(back))) == ("", HELD, 1)
        assert hands.press("1" * 20, 0.033).pending_line == ""


@pytest.mark.parametrize("first", [0.85, 1.0])
def test_danger_that_a_held_key_recorded_is_taken_back_and_stays_on_the_screen(first: float) -> None:
    """Until somebody marks that nobody is in danger."""
    hands = Hands(start_keyboard(begin_session(ready(with_danger(["context: yes_no", DANGEROUS[0]])), HEAD), 0.0))
    hands.press("y", READ)
    alarm = hands.press("y", first)
    assert isinstance(alarm.session.page, EmergencyPage)
    back = hands.press("y", 0.033)
    assert isinstance(back.session.page, EmergencyPage)
    assert back.ignored_reason == "Held key: the answer to question 2 was taken back."
    assert (back.session.danger(), back.session.record.danger_waits) == ((), True)
    assert [*back.session.record.answers] == ["q0"]
    assert back.session.log[: len(alarm.session.log)] == alarm.session.log
    assert hands.press("y" * 20, 0.033).session == back.session
    assert hands.press("g", READ).session.page == QuestionPage(1)
    assert hands.keyboard.session.record.danger_waits
    cleared = hands.press("!xx", READ)
    assert (cleared.session.page, cleared.session.record.danger_waits) == (QuestionPage(1), False)
