"""The result on one screen, and its parts behind keys: what is there, what fits, and that nothing gets lost."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest
from support.interviews import HEAD, NOON, SMALL, pressed, saves, text_of, typed
from support.questionnaires import ready
from support.record_builder import RecordBuilder

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.key_names import ESCAPE
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.keymap import KEYMAP
from iop_screen.interview.line_mode import LineTerminal, run_line_mode
from iop_screen.interview.pages import ResultPage, ResultPart, ResultPartPage, ReviewPage
from iop_screen.interview.session import RESULT_PARTS
from iop_screen.interview.state import Session, begin_session, on_page
from iop_screen.interview.wording.result_page import result_page, result_text
from iop_screen.questionnaire.answers import Answer, MissingReason, chosen
from iop_screen.report.blocks import Block, Heading
from iop_screen.report.danger_state import sign_indexes
from iop_screen.report.first_screen import ADVICE_KEY, OPEN_KEY, WHY_KEY, FirstScreen
from iop_screen.report.result_text import danger_notes, split_reasons
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import plural

PART_KEYS = {row.key: RESULT_PARTS[row.action] for row in KEYMAP if row.action in RESULT_PARTS}
PARTS = [part for part in ResultPart if part is not ResultPart.ALL]


def finished(session: Session) -> Session:
    """The session at its result, whatever is still open."""
    for line in ("r", "f", "f"):
        session = session if isinstance(session.page, ResultPage) else typed(session, line)
    return session


def made_up_call(compiled: CompiledQuestionnaire, seed: int, asked: int) -> Session:
    """The result of a call with chance answers to so many questions."""
    chance = random.Random(seed)  # noqa: S311 - the same calls each time
    answers: dict[str, Answer] = {"age": chosen("18_64")}
    for question in compiled.questions[1:asked]:
        ids = [str(option.id) for _, option in question.option_keys()]
        answers[str(question.id)] = chosen(chance.choice(ids)) if ids else MissingReason.UNKNOWN
    record = RecordBuilder(compiled).answer(answers if asked else {}).record()
    return finished(begin_session(compiled, HEAD, record.log))


@pytest.fixture(scope="module", params=[(0, 0), (0, 8), (1, 8), (0, 1000), (1, 1000)], ids=str)
def call(request: pytest.FixtureRequest, compiled: CompiledQuestionnaire) -> Session:
    """The result of a made-up call, which may break off at once or after some questions."""
    return made_up_call(compiled, *request.param)


def test_the_result_fits_on_one_screen(call: Session) -> None:
    shown = text_of(layout(start_keyboard(call, 0), 80, 24))
    assert "more below" not in shown
    assert "WHY\n" in shown
    assert "NEXT STEPS\n" in shown
    in_one_line = " ".join(shown.split())
    assert str(call.compiled.questionnaire.disclaimer) in in_one_line
    assert all(f" {key} " in in_one_line for key in PART_KEYS)
    if sign_indexes(call.compiled, call.answers.values) or call.result().danger_open:
        assert "Whom to call: call 911; call or text 988;" in in_one_line


def test_what_does_not_fit_is_counted(call: Session) -> None:
    now, later = split_reasons(call.explanation())
    reasons = max(1, len(now))
    steps_part = screen_text(result_page(call)).split("NEXT STEPS\n")[1].split("\n\n")[0]
    is_emergency = call.result().suggestion == "emergency"
    beside = [] if is_emergency else danger_notes(call.explanation(), call.compiled)
    for size in ((80, 24), (80, 30), (100, 70)):
        shown = text_of(layout(start_keyboard(call, 0), *size))
        why, _, steps = shown.partition("WHY\n")[2].partition("NEXT STEPS\n")
        assert listed(why, WHY_KEY) == reasons
        assert listed(steps, ADVICE_KEY) == listed(steps_part, "") + len(beside)
        assert (f"{len(later)} more reason" in steps) == bool(later)
    assert "more:" not in text_of(layout(start_keyboard(call, 0), 100, 100))


def at_hand(compiled: CompiledQuestionnaire, answers: dict[str, str]) -> Session:
    """The result of a call with thoughts of suicide and guns at hand, or what else was answered."""
    told = {"age": "18_64", "emergency_now": "no", "suicide": "thoughts", "means_at_hand": "yes", "harm_others": "no"}
    told |= {"reality": "no", "ed_body": "no", **answers}
    record = RecordBuilder(compiled).answer({name: chosen(answer) for name, answer in told.items()}).record()
    return finished(begin_session(compiled, HEAD, record.log))


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {
            "home": "not_safe",
            "alcohol_use": "most_days",
            "alcohol_amount": "eight_or_more",
            "sedative_use": "most_days",
        },
    ],
)
def test_a_sign_of_danger_puts_whom_to_call_and_its_own_note_on_the_first_screen(
    compiled: CompiledQuestionnaire, answers: dict[str, str]
) -> None:
    session = at_hand(compiled, answers)
    assert not session.danger()
    assert not session.result().danger_open
    shown = " ".join(text_of(layout(start_keyboard(session, 0), 80, 24)).split())
    assert "Whom to call: call 911; call or text 988;" in shown
    steps = shown.partition("NEXT STEPS")[2]
    assert "- Ask who can lock up or keep guns and spare pills for now." in steps
    assert steps.index("Tell a clinician now") < steps.index("guns and spare pills")
    advice = " ".join(text_of(layout(start_keyboard(typed(session, "a"), 0), 80, 99)).split())
    assert "spare pills for now. Ask them to call or text 988 when" in advice


def test_without_a_sign_of_danger_there_is_no_such_note(compiled: CompiledQuestionnaire) -> None:
    shown = text_of(layout(start_keyboard(at_hand(compiled, {"suicide": "no"}), 0), 80, 24))
    assert "Whom to call" not in shown
    assert "guns" not in shown


def test_in_an_emergency_the_first_screen_has_its_reasons_and_counts_the_others(
    compiled: CompiledQuestionnaire,
) -> None:
    session = at_hand(compiled, {"suicide": "danger", "alcohol_use": "most_days", "withdrawal_now": "strong"})
    now, later = split_reasons(session.explanation())
    assert len(now) == 1
    for size in ((80, 24), (100, 70)):
        shown = " ".join(text_of(layout(start_keyboard(session, 0), *size)).split())
        why, _, steps = shown.partition(" WHY ")[2].partition(" NEXT STEPS ")
        assert why == f"- {now[0].rule.because}"
        assert "- Call 911 or the local emergency number now. Keep the caller on the line." in steps
        first, _, after = steps.partition("guns and pills out of reach.")
        assert "Have someone stay" not in first
        assert after
        assert f"Once nobody is in danger, {plural(len(later), 'more reason')}: w" in steps
    assert all(str(reason.rule.because) in result_text(session).replace("\n    ", " ") for reason in later)


def test_the_notes_on_danger_give_way_last() -> None:
    page = FirstScreen((), ("r",) * 6, tuple("abcdef"), (), steps_kept=4)
    tried = [(limits.reasons, limits.steps) for limits in page.limits_to_try(100)]
    assert tried == [
        (6, 6),
        (5, 6),
        (4, 6),
        (3, 6),
        (3, 5),
        (3, 4),
        (2, 4),
        (2, 4),
        (1, 4),
        (1, 4),
        (1, 3),
        (1, 2),
        (1, 1),
    ]


def listed(shown: str, key: str) -> int:
    """How many items are in a list, counting those that only the last item counts."""
    items = [line.removeprefix("  - ") for line in shown.split("\n") if line.startswith("  - ")]
    more = [int(item.split()[1]) for item in items if item.startswith("and ") and item.endswith(f" more: {key}")]
    return len(items) - len(more) + sum(more)


def test_the_reasons_for_the_first_step_and_the_level_stand_first() -> None:
    text = SMALL.replace(
        "rules:", "rules:\n  - {id: some, when: {threat: {at_least: some}}, level: home, because: Some threat.}"
    )
    session = typed(begin_session(ready(text), HEAD), "n", "2", "1,2", "6", "s", "s", "f")
    shown = text_of(layout(start_keyboard(session, 0), 80, 24))
    assert "WHY\n  - Kind B.\n  - Too many days.\n  - Some threat.\n" in shown


def test_a_broken_off_call_has_one_line_for_what_was_not_asked_and_names_the_danger() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "u", "r", "f", "f")
    shown = " ".join(text_of(layout(start_keyboard(session, 0), 80, 24)).split())
    said = "Danger is not ruled out by: Is there danger? [don't know]; Is there a threat? WHY"
    assert f"5 questions not asked: press {OPEN_KEY}. {said}" in shown


def test_in_an_emergency_the_other_dangers_that_are_open_are_named() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "y", "m", "1", "r", "f")
    shown = " ".join(text_of(layout(start_keyboard(session, 0), 80, 24)).split())
    assert "not asked: press o. Danger is not ruled out by: Is there a threat? WHY - There is danger." in shown
    assert "somebody acted" in shown


def test_the_screen_of_a_person_the_questions_are_not_made_for_names_each_danger_once(
    compiled: CompiledQuestionnaire,
) -> None:
    record = RecordBuilder(compiled).answer({"age": chosen("under_18")}).record()
    shown = text_of(layout(start_keyboard(finished(begin_session(compiled, HEAD, record.log)), 0), 80, 24))
    assert "Ask 4, 5, 7, 8, 11 about danger." in shown
    assert " ".join(shown.split()).count("Is the person losing weight fast") == 1
    assert "more below" not in shown


@pytest.mark.parametrize("lines", [[*"n12ssff"], ["y", "m", "1", "r", "f"], [*"urff"]], ids=str)
@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
def test_the_headline_is_the_first_line(lines: list[str], size: tuple[int, int]) -> None:
    session = typed(begin_session(ready(SMALL), HEAD), *lines)
    page = [line for line in text_of(layout(start_keyboard(session, 0), *size)).split("\n") if line]
    at = next(number for number, line in enumerate(page) if line.startswith(("First", "Not settled", "Danger was")))
    assert not any(line.startswith(("Whom", "WHY", "There was")) for line in page[:at])


def test_what_answers_that_do_not_count_would_give_is_on_the_first_screen() -> None:
    lines = ["n", "1", "1", "6", "r", "3", "0", "r", "f", "f"]
    session = finished(typed(begin_session(ready(SMALL), HEAD), *lines))
    shown = text_of(layout(start_keyboard(session, 0), 80, 24))
    assert "Look again: 1 answer that does not count says otherwise. At home" in shown
    assert 'With what does not count: "Not settled: between At home and Live in": o\n' in shown
    assert "How many days? [6]" in text_of(layout(start_keyboard(typed(session, "o"), 0), 80, 24))


def test_what_was_chosen_is_on_the_first_screen() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "n", "1", "0", "r", "f", "k", "1", "AB", "")
    assert "\nChosen: At home\n" in text_of(layout(start_keyboard(session, 0), 80, 24))
    assert "  - Recorded by: AB\n" in text_of(layout(start_keyboard(typed(session, "w"), 0), 80, 24))


def test_nothing_of_the_result_is_in_no_part(call: Session) -> None:
    """Each block of the whole result but its top stands in a part, and each part's in the whole, as often."""
    whole = blocks(call, ResultPart.ALL)
    start = next(
        number for number, block in enumerate(whole) if isinstance(block, Heading) and "diagnosis" in block.text
    )
    parts = [block for part in PARTS for block in blocks(call, part)]
    assert {*whole[start:]} <= {*parts}
    assert {*parts} <= {*whole}


def blocks(session: Session, part: ResultPart) -> list[Block]:
    return [*result_page(on_page(session, ResultPartPage(part)))]


def test_each_key_leads_to_its_part_and_back() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "n", "1", "2", "s", "s", "f", "f")
    pages = {key: ResultPartPage(part) for key, part in PART_KEYS.items()}
    for key, page in pages.items():
        there = typed(session, key)
        assert there.page == page
        assert typed(there, "b").page == ResultPage()
        assert pressed(start_keyboard(there, 0), [ESCAPE]).session.page == ResultPage()
        assert {other: typed(there, other).page for other in PART_KEYS} == pages
        assert there.log == session.log
    assert {*PART_KEYS.values()} == {*ResultPart}
    assert typed(session, "b").page == ReviewPage()


def test_each_part_says_what_it_is_asked_for() -> None:
    session = typed(begin_session(ready(SMALL), HEAD), "n", "2", "1,2", "u", "s", "s", "f", "f")
    assert session.page == ResultPage()
    pages = {key: text_of(layout(start_keyboard(typed(session, key), 0), 80, 50)) for key in PART_KEYS}
    assert "WHY\n  - Kind B.\n    > Which kinds? [Kind A, Kind B]\n" in pages["w"]
    assert "WHAT WOULD CHANGE IT\n" in pages["w"]
    assert "STILL OPEN\n  - How many days? [don't know]\n" in pages["o"]
    assert "CONTACTS\n  - Help line: call 000\n" in pages["a"]
    assert "WHAT THIS RESTS ON\nFor tests.\n" in pages["v"]
    assert "WHAT WOULD CHANGE IT\n" in pages["l"]
    assert "WHAT THIS RESTS ON\n" in pages["l"]


def test_the_sources_of_the_reasons_are_named_once() -> None:
    text = SMALL.replace("because: Kind B.", "because: Kind B., source: Book 1").replace(
        "because: Too many days.", "because: Too many days., source: Book 1"
    )
    session = typed(begin_session(ready(text), HEAD), "n", "1", "1,2", "6", "s", "s", "f")
    assert "SOURCES OF THE REASONS\n  - Book 1\n\n" in result_text(typed(session, "v"))
    assert "SOURCES OF THE REASONS\n  - Book 1\n\n" in result_text(session)


@dataclass
class Written:
    """A line terminal that keeps what is written, and what is written as a result."""

    lines: list[str]
    texts: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)

    def terminal(self) -> LineTerminal:
        return LineTerminal(
            lambda: self.lines.pop(0) if self.lines else None,
            self.texts.append,
            self.results.append,
            saves(lambda _record: ""),
            lambda: NOON,
        )


def test_line_by_line_the_whole_is_written_once_and_a_key_writes_its_part() -> None:
    lines = ["n", "1", "2", "s", "s", "f", "f"]
    written = Written([*lines, "w", "b", "v", "q"])
    run_line_mode(begin_session(ready(SMALL), HEAD), written.terminal())
    session = typed(begin_session(ready(SMALL), HEAD), *lines)
    assert written.results == [result_text(session)]
    assert written.texts.count(result_text(typed(session, "w"))) == 1
    assert written.texts.count(result_text(typed(session, "v"))) == 1
    assert "WHAT THIS RESTS ON" not in result_text(typed(session, "w"))
