"""Records of a questionnaire that has a newer version: they go by their own, and wherever they are shown it is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.interviews import SMALL, text_of, typed
from support.markup import Page
from support.paths import TESTS
from support.questionnaires import ready
from support.recorded import answered, at, made_with, record_of
from support.running import Run

from iop_screen.cli import options
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.start import InterviewSetup, ResumeRequest, open_or_create_record, start_session
from iop_screen.interview.state import Session
from iop_screen.records.fitted_answers import answers_from_record
from iop_screen.records.model import (
    AnswerRecorded,
    DangerCleared,
    DecisionMade,
    EmergencyShown,
    Entry,
    QuestionnaireChanged,
    Record,
    ResultShown,
)
from iop_screen.records.serialization import record_object
from iop_screen.records.store import Store
from iop_screen.report.questionnaire_version import goes_by_text, questionnaire_names, taken_over_text

OLD = SMALL
NEW = (
    SMALL.replace("version: 1.0.0", "version: 2.0.0")
    .replace("threat", "menace")
    .replace("{kinds: b}, first_step: check", "{kinds: b}, level: live_in, first_step: check")
)
"""One question has another id, and one answer needs more."""

MADE, TODAYS = made_with(OLD.encode(), version="1.0.0"), made_with(NEW.encode(), version="2.0.0")
GOES_BY = "This record goes by small 1.0.0. Today's is 2.0.0. It is not scored anew."
TAKEN_OVER = "This record was made with small 1.0.0. It goes by 2.0.0 now, and is scored anew."
NOT_ANEW = "It is not scored anew."
HEADLINE, NEW_HEADLINE = "First: A check first. Then: At home", "First: A check first. Then: Live in"
"""What kind B comes to by each."""

REST = "1\n2\ns\nn\nf\nq\n"
"""The answers after that to the first question: no threat, kind B, nothing more to say, no job."""

SHOWN = ResultShown(at(9), "home", "home", "home", "check", "check", danger_open=False, set_aside=0)
ANSWERED = [answered("danger", "no"), answered("threat", "none"), answered("kinds", "b")]


@pytest.fixture
def todays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The questionnaire that comes along; the program takes the new version for it."""
    path = tmp_path / "todays.yaml"
    path.write_text(NEW, "utf-8")
    monkeypatch.setattr(options, "default_questionnaire", lambda: path)
    return path


@pytest.fixture
def store(records_folder: Path, todays: Path) -> Store:
    assert todays.exists()
    return Store(records_folder)


def loaded(store: Store, ref: str) -> Record:
    record = store.load(ref)
    assert isinstance(record, Record)
    return record


def old_draft(store: Store, ref: str = "7KQ2") -> Record:
    record = record_of(MADE, ANSWERED[0], ref=ref)
    assert store.save(record, OLD.encode()) is None
    return record


def old_final(store: Store, ref: str = "7KQ2") -> Record:
    record = record_of(MADE, *ANSWERED, SHOWN, ref=ref)
    assert store.save(record, OLD.encode()) is None
    return record


def one_line(text: str) -> str:
    return " ".join(text.split())


# An interview goes on


@pytest.mark.parametrize("named", [[], ["7KQ2"]], ids=["the only draft", "by its reference"])
def test_a_draft_goes_on_with_its_own_questionnaire(run: Run, store: Store, named: list[str]) -> None:
    old_draft(store)
    ran = run("interview", "--resume", *named, typed=REST)
    assert ran.code == 0
    assert "Is there a threat?" in ran.err
    assert "Is there a menace?" not in ran.err
    assert GOES_BY in one_line(ran.err)
    assert ran.out.startswith(f"{HEADLINE}\n")
    assert GOES_BY in one_line(ran.out)
    record = loaded(store, "7KQ2")
    assert record.head.questionnaire == MADE
    assert record.questionnaire_changes == ()
    assert record.shown is not None
    assert (record.shown.suggestion, record.shown.first_step_at_least) == ("home", "check")


def test_the_next_caller_is_asked_todays_questions(run: Run, store: Store) -> None:
    old_draft(store)
    ran = run("interview", "--resume", typed=REST.replace("q\n", "n\nn\nq\n"))
    shown = one_line(ran.err)
    assert shown.index("Is there a threat?") < shown.index("Is there a menace?")
    assert shown.count(GOES_BY) == 1
    (other,) = [each.record for each in store.listed() if each.ref != "7KQ2"]
    assert isinstance(other, Record)
    assert other.head.questionnaire == TODAYS


def test_a_new_interview_says_nothing_of_versions(run: Run, store: Store) -> None:
    ran = run("interview", typed="n\n" + REST)
    assert "goes by" not in ran.err + ran.out
    assert ran.out.startswith(f"{NEW_HEADLINE}\n")
    assert {each.record.head.questionnaire for each in store.listed() if isinstance(each.record, Record)} == {TODAYS}


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda copy: copy.unlink(), "its copy is not there"),
        (lambda copy: copy.write_bytes(copy.read_bytes() + b"# more\n"), "its copy is not what it was"),
    ],
    ids=["lost", "changed"],
)
def test_without_its_copy_it_is_said_that_a_draft_is_scored_anew(
    run: Run, store: Store, spoil: Callable[[Path], object], why: str
) -> None:
    old_draft(store)
    spoil(store.questionnaires / f"{MADE.hash12}.yaml")
    ran = run("interview", "--resume", typed=REST)
    assert f"{TAKEN_OVER} Its own questionnaire, small 1.0.0, cannot be read: {why}." in one_line(ran.err)
    assert ran.out.startswith(f"{NEW_HEADLINE}\n")
    assert TAKEN_OVER in one_line(ran.out)
    assert loaded(store, "7KQ2").head.questionnaire == TODAYS
    assert [change.made_with for change in loaded(store, "7KQ2").questionnaire_changes] == [MADE]


def test_todays_questionnaire_needs_no_copy(run: Run, store: Store) -> None:
    record = record_of(TODAYS, ANSWERED[0])
    assert store.save(record, NEW.encode()) is None
    (store.questionnaires / f"{TODAYS.hash12}.yaml").unlink()
    ran = run("interview", "--resume", typed=REST)
    assert "cannot be read" not in ran.err
    assert loaded(store, "7KQ2").questionnaire_changes == ()


def test_a_questionnaire_that_is_named_is_taken_and_said(run: Run, store: Store, todays: Path) -> None:
    old_draft(store)
    ran = run("interview", "--resume", "--questions", todays, typed=REST)
    assert TAKEN_OVER in one_line(ran.err)
    assert TAKEN_OVER in one_line(ran.out)
    assert isinstance(loaded(store, "7KQ2").log[1], QuestionnaireChanged)


def test_an_edit_and_a_decision_go_by_the_own_questionnaire(run: Run, store: Store) -> None:
    old_final(store)
    ran = run("records", "edit", "7KQ2", typed="5\ny\nf\nf\nk\n1\n2\nAB\n\nq\n")
    assert (ran.code, "Is there a menace?" in ran.err) == (0, False)
    assert GOES_BY in one_line(ran.err)
    assert f'The suggestion was "{HEADLINE}".' in one_line(ran.err)
    record = loaded(store, "7KQ2")
    assert (record.head.revision, record.head.questionnaire) == (2, MADE)
    assert record.decision is not None
    assert (record.decision.selected, record.decision.first_step, record.decision.because) == ("home", "check", None)


def resumed(store: Store) -> Session:
    setup = InterviewSetup(ready(NEW), NEW.encode(), store, None, as_json=False)
    request = ResumeRequest("7KQ2", own_questions=True)
    with open_or_create_record(store, request) as locked:
        return start_session(setup, locked, request)[1]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (200, 50)])
def test_on_the_full_screen_it_is_said_on_the_first_page(store: Store, size: tuple[int, int]) -> None:
    old_draft(store)
    shown = text_of(layout(start_keyboard(resumed(store), 0), *size))
    assert GOES_BY in one_line(shown)
    assert "Is there a threat?" in shown


def test_on_the_full_screen_it_stays_where_there_is_room(store: Store) -> None:
    old_draft(store)
    later = start_keyboard(typed(resumed(store), "1"), 0)
    assert "Question 2, recorded: No threat." in text_of(layout(later, 80, 24))
    assert GOES_BY in one_line(text_of(layout(later, 80, 24)))


# Lists and reports


def test_the_list_names_the_questionnaires_only_if_they_differ(run: Run, store: Store) -> None:
    assert store.save(record_of(TODAYS, ANSWERED[0], ref="2222"), NEW.encode()) is None
    ran = run("records", "list")
    assert ran.err == ""
    old_final(store)
    ran = run("records", "list")
    assert ran.err.startswith("Today's questionnaire is small 2.0.0. 1 record goes by another one. To see which: ")


def test_the_list_marks_a_record_that_was_taken_over(run: Run, store: Store) -> None:
    taken_over(store)
    ran = run("records", "list")
    assert ran.err.startswith("Today's questionnaire is small 2.0.0. 1 record was scored anew by a later one. ")


def test_the_list_says_whose_questionnaire_cannot_be_read_and_what_to_do(run: Run, store: Store) -> None:
    old_final(store)
    old_draft(store, "2222")
    assert store.save(record_of(TODAYS, ANSWERED[0], ref="3333"), NEW.encode()) is None
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    ran = run("records", "list")
    rows = {line[:4]: one_line(line) for line in ran.out.splitlines()}
    assert "not known check, then home" in rows["7KQ2"]
    assert rows["2222"].endswith(" not known")
    assert not rows["3333"].endswith(" not known")
    assert ran.err.count("cannot be read") == 1
    assert has_advice(ran.err, store, "(7KQ2|2222)")
    assert "draft" not in one_line(run("interview", "--resume", typed="").err).partition("several")[0]
    assert "1 not known" in one_line(run("interview", "--resume", typed="").err)


def test_a_report_goes_by_the_own_questionnaire_and_says_so(run: Run, store: Store) -> None:
    old_final(store)
    ran = run("records", "show", "7KQ2")
    assert ran.err == ""
    assert one_line(ran.out).index(GOES_BY) < one_line(ran.out).index(HEADLINE)
    assert HEADLINE in ran.out
    assert "Live in" not in ran.out.partition("Why")[0]
    ran = run("records", "show", "7KQ2", "--json")
    assert one_line(ran.err) == GOES_BY
    assert json.loads(ran.out)["result"]["suggestion_text"] == HEADLINE


@pytest.mark.parametrize("to", ["text", "html", "json", "csv", "answers"])
def test_an_export_goes_by_the_own_questionnaire_and_says_so(run: Run, store: Store, to: str) -> None:
    old_final(store)
    ran = run("records", "export", "7KQ2", "--to", to)
    assert (ran.code, one_line(ran.err)) == (0, GOES_BY)
    said = Page(ran.out).text if to == "html" else one_line(ran.out)
    assert said.count(GOES_BY) == (1 if to in {"text", "html"} else 0)
    assert "menace" not in ran.out


@pytest.mark.parametrize("to", ["text", "html", "json", "csv", "answers"])
def test_an_export_says_that_a_record_was_taken_over(run: Run, store: Store, to: str) -> None:
    taken_over(store, SHOWN)
    ran = run("records", "export", "7KQ2", "--to", to)
    assert (ran.code, one_line(ran.err)) == (0, TAKEN_OVER)
    said = Page(ran.out).text if to == "html" else one_line(ran.out)
    assert said.count(TAKEN_OVER) == (1 if to in {"text", "html"} else 0)


def test_what_is_exported_to_a_file_says_by_which_questionnaire(run: Run, store: Store, tmp_path: Path) -> None:
    old_final(store)
    assert run("records", "export", "7KQ2", "--to", "html", "-o", tmp_path / "page.html").code == 0
    assert GOES_BY in Page((tmp_path / "page.html").read_text("utf-8")).text


# A record that was taken over

RETITLED = (
    NEW.replace("title: A check first", "title: A nurse rings, when: within a day")
    .replace("title: At home", "title: Visits")
    .replace("There is danger.", "Somebody is in danger.")
    .replace("label: Neither", "label: None of these")
    .replace("Which kinds?", "What kinds?")
)
DECIDED = DecisionMade(at(10), "home", "check", "JD")


def taken_over(store: Store, *after: Entry, by: str = NEW) -> Record:
    """A record with a decision, taken over to another questionnaire; what happened `after` that."""
    before: tuple[Entry, ...] = (
        EmergencyShown(at(0.5), ("danger_now",)),
        DangerCleared(at(0.7)),
        *ANSWERED,
        answered("kinds", "neither", 2),
        answered("kinds", "b", 3),
        SHOWN,
        DECIDED,
    )
    assert store.save(record_of(MADE, *before), OLD.encode()) is None
    now = made_with(by.encode(), version="2.0.0")
    taken = record_of(now, *before, QuestionnaireChanged(at(20), MADE, ("threat",)), *after, revision=2)
    assert store.save(taken, by.encode()) is None
    return taken


def history(text: str) -> str:
    return one_line(text).partition("What happened, and when")[2]


def test_what_happened_before_is_told_in_the_words_of_that_time(run: Run, store: Store, todays: Path) -> None:
    todays.write_text(RETITLED, "utf-8")
    taken_over(store, replace(SHOWN, at=at(30)), replace(DECIDED, at=at(31)), by=RETITLED)
    before, _, after = history(run("records", "show", "7KQ2").out).partition("Taken over from")
    for text in (
        "The emergency page was shown. There is danger.",
        "Which kinds? [Kind B] -> [Neither]",
        f"The result was shown: {HEADLINE}",
        f"A decision was recorded: {HEADLINE}",
    ):
        assert text in before
    assert "nurse" not in before
    assert "shown with ids" not in after
    assert "A decision was recorded: First, within a day: A nurse rings. Then: Visits" in after


def test_an_answer_that_is_not_used_is_named_as_it_was_asked(run: Run, store: Store) -> None:
    taken_over(store)
    shown = one_line(run("records", "show", "7KQ2").out)
    assert 'Answers that are not used here: "Is there a threat?".' in shown
    assert 'not used since then: "Is there a threat?"' in shown
    assert "Is there a threat? As it was kept: No threat" in shown
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    shown = one_line(run("records", "show", "7KQ2").out)
    assert "Answers that are not used here: threat." in shown
    assert "not used since then: threat" in shown
    assert "threat As it was kept: none" in shown


def test_without_the_copy_of_that_time_what_happened_before_is_told_by_ids(run: Run, store: Store) -> None:
    taken_over(store, replace(SHOWN, at=at(30)))
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    ran = run("records", "show", "7KQ2")
    before, _, after = history(ran.out).partition("Taken over from")
    assert "The emergency page was shown. Rule danger_now." in before
    assert "kinds [b] -> [neither]" in before
    assert "A decision was recorded: First: check. Then: home" in before
    assert f"The result was shown: {HEADLINE}" in after
    assert "small 1.0.0 cannot be read. What was recorded by it is shown with ids." in after


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([], "The questionnaire has changed since a decision was recorded."),
        ([answered("kinds", "a", 30)], "The answers and the questionnaire have changed since a decision was recorded."),
    ],
)
def test_it_is_said_what_has_changed_since_a_decision(
    run: Run, store: Store, after: list[AnswerRecorded], said: str
) -> None:
    taken_over(store, *after, SHOWN)
    assert f"{said} The decision does not stand any more." in one_line(run("records", "show", "7KQ2").out)


def test_each_entry_belongs_to_the_questionnaire_of_its_time() -> None:
    first, second = QuestionnaireChanged(at(2), MADE, ()), QuestionnaireChanged(at(4), OTHER, ())
    record = record_of(TODAYS, ANSWERED[0], first, ANSWERED[1], second, ANSWERED[2])
    assert [*record.log_by_questionnaire()] == [
        (MADE, ANSWERED[0]),
        (MADE, first),
        (OTHER, ANSWERED[1]),
        (OTHER, second),
        (TODAYS, ANSWERED[2]),
    ]


def test_taken_over_and_then_followed_by_another_version(run: Run, store: Store, todays: Path) -> None:
    taken_over(store)
    todays.write_text(NEW.replace("2.0.0", "3.0.0"), "utf-8")
    assert f"{TAKEN_OVER} Today's is 3.0.0." in one_line(run("records", "show", "7KQ2").out)


# A copy that is lost


def has_advice(message: str, store: Store, ref: str = "7KQ2") -> bool:
    copy = re.escape(str(store.questionnaires / f"{MADE.hash12}.yaml"))
    parts = (
        rf"the questionnaire {re.escape(MADE.stamp)} cannot be read: its copy is not there\.",
        rf"What to do: put {copy} back from a backup; or, .* iop-screen records show {ref} --questions FILE;",
        rf"or .* scored anew: iop-screen records edit {ref}\.",
        rf"What was recorded can be had without it: iop-screen records export {ref} --to json\n",
    )
    return re.search(" ".join(parts), message) is not None


@pytest.fixture
def lost(store: Store) -> Record:
    """A final record whose questionnaire is not there any more."""
    record = old_final(store)
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    return record


@pytest.mark.usefixtures("lost")
@pytest.mark.parametrize("command", [["show"], *(["export", "--to", to] for to in ("text", "html", "csv", "answers"))])
def test_without_its_copy_nothing_is_read_with_todays(run: Run, store: Store, command: list[str]) -> None:
    ran = run("records", *command, "7KQ2")
    assert (ran.code, ran.out) == (4, "")
    assert has_advice(ran.err, store)


@pytest.mark.parametrize("command", [["show", "--json"], ["export", "--to", "json"]])
def test_without_its_copy_what_was_recorded_is_exported(
    run: Run, store: Store, lost: Record, command: list[str]
) -> None:
    ran = run("records", *command, "7KQ2")
    assert ran.code == 4
    assert ran.err.startswith("Only what was recorded is written, without a result.\n")
    assert has_advice(ran.err, store)
    written = json.loads(ran.out)
    assert ("call" in written) == (command[0] == "show")
    expected = {**record_object(lost), "state": "final", "danger": None, "chain": "whole", "call": 0}
    assert {**written, "call": 0} == expected


@pytest.mark.usefixtures("lost")
def test_a_file_with_the_same_content_stands_for_the_copy(run: Run, todays: Path, tmp_path: Path) -> None:
    same = tmp_path / "same.yaml"
    same.write_text(OLD, "utf-8")
    ran = run("records", "show", "7KQ2", "--questions", same)
    assert ran.code == 0
    assert HEADLINE in ran.out
    ran = run("records", "export", "7KQ2", "--to", "json", "--questions", todays)
    assert (ran.code, ran.out) == (4, "")
    assert f"its hash is {TODAYS.hash12}, not {MADE.hash12}" in ran.err


@pytest.mark.usefixtures("lost")
def test_todays_questionnaire_stands_for_its_own_copy(run: Run, todays: Path) -> None:
    todays.write_text(OLD, "utf-8")
    ran = run("records", "show", "7KQ2")
    assert (ran.code, ran.err) == (0, "")
    assert HEADLINE in ran.out
    ran = run("records", "list")
    assert ran.err == ""


def test_a_fault_in_todays_questionnaire_keeps_nobody_from_a_record(run: Run, store: Store, todays: Path) -> None:
    old_final(store)
    for spoil in (lambda: todays.write_text("format: 1\n", "utf-8"), todays.unlink):
        spoil()
        for command, said in ((["show", "7KQ2"], HEADLINE), (["list"], "A check first, then At home")):
            ran = run("records", *command)
            assert (ran.code, ran.err) == (0, "")
            assert said in ran.out


def test_a_record_is_forgotten_with_its_copy_and_todays_stays(run: Run, store: Store) -> None:
    old_final(store)
    assert store.save(record_of(TODAYS, ANSWERED[0], ref="2222"), NEW.encode()) is None
    assert run("records", "forget", "7KQ2", "--yes").code == 0
    kept = {path.name for path in store.questionnaires.iterdir() if path.suffix == ".yaml"}
    assert kept == {f"{TODAYS.hash12}.yaml"}


# The words


OTHER = made_with(b"other", "other", "1.0.0")
SAME_VERSION = made_with(b"same version", version="1.0.0")


@pytest.mark.parametrize(
    ("todays", "said"),
    [
        (None, ""),
        (MADE, ""),
        (TODAYS, GOES_BY),
        (OTHER, "This record goes by small 1.0.0. Today's is other 1.0.0. It is not scored anew."),
        (
            SAME_VERSION,
            f"This record goes by small 1.0.0 #{MADE.hash12}. Today's is 1.0.0 #{SAME_VERSION.hash12}. {NOT_ANEW}",
        ),
    ],
)
def test_a_questionnaire_is_told_from_todays(todays: object, said: str) -> None:
    assert goes_by_text(MADE, todays) == said  # type: ignore[arg-type]


def test_one_that_was_taken_over_names_both() -> None:
    assert taken_over_text(MADE, TODAYS) == TAKEN_OVER


def test_a_hash_is_named_only_where_a_version_is_not_enough() -> None:
    assert questionnaire_names([MADE, TODAYS, MADE]) == {MADE: "small 1.0.0", TODAYS: "small 2.0.0"}
    alike = questionnaire_names([MADE, SAME_VERSION, OTHER])
    assert alike == {
        MADE: f"small 1.0.0 #{MADE.hash12}",
        SAME_VERSION: f"small 1.0.0 #{SAME_VERSION.hash12}",
        OTHER: "other 1.0.0",
    }


# A version that was in use

FROZEN = TESTS / "fixtures" / "level-of-care-1.1.0.yaml"


def test_a_draft_of_1_1_0_is_finished_by_its_own_rules(run: Run, store: Store, todays: Path) -> None:
    old = FROZEN.read_bytes()
    newer = old.replace(b"version: 1.1.0", b"version: 2.0.0").replace(
        b"A clinician checks first", b"A clinician checks"
    )
    todays.write_bytes(newer)
    made = made_with(old, "level-of-care", "1.1.0")
    assert store.save(record_of(made, answered("age", "18_64"), answered("suicide", "thoughts")), old) is None
    ran = run("interview", "--resume", typed="f\nf\nf\nq\n")
    assert ran.code == 0
    assert "This record goes by level-of-care 1.1.0. Today's is 2.0.0. It is not scored anew." in one_line(ran.out)
    record = loaded(store, "7KQ2")
    assert record.head.questionnaire == made
    compiled = ready(old)
    result = assess_one(compiled, answers_from_record(record, compiled).answers)
    assert record.shown is not None
    assert (record.shown.suggestion, record.shown.danger_open) == (result.suggestion, result.danger_open)
    assert "A clinician checks first" in ran.out
