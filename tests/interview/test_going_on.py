"""Going on with a record: which one, as the disk has it once nobody else can write it, and by which questionnaire."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support.interviews import SMALL
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.recorded import answered, at, long_ago, made_with, record_of
from support.running import Run
from support.window import PATIENCE, asked

from iop_screen.interview.pages import EmergencyPage, QuestionPage, ReviewPage
from iop_screen.interview.start import InterviewSetup, session_from_record
from iop_screen.questionnaire.answers import MissingReason, Words, chosen
from iop_screen.records.call_data import CallData
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import (
    AnswerRecorded,
    DangerActedOn,
    DangerCleared,
    EmergencyShown,
    Entry,
    NoteWritten,
    QuestionnaireChanged,
    Record,
    ReferenceSet,
)
from iop_screen.records.store import NotThere, Store

pytestmark = pytest.mark.slow

MADE = made_with(SMALL.encode(), version="1.0.0")
WHOLE = ["n", "1", "0", "words", "y"]
FINISHED = "".join(f"{line}\n" for line in [*WHOLE, "f", "f", "q"])


@pytest.fixture
def store(records_folder: Path) -> Store:
    return Store(records_folder)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, "utf-8")
    return path


def only(store: Store) -> Record:
    (listed,) = store.listed()
    assert isinstance(listed.record, Record)
    return listed.record


# Another window in between

PROGRAM = [sys.executable, "-m", "iop_screen"]


def overtaken(
    tmp_path: Path, *arguments: str, typed: str, meanwhile: Callable[[], object]
) -> subprocess.CompletedProcess[str]:
    """Run the program, and do something while it waits for its questionnaire: it knows which record it is to open."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [*PROGRAM, *arguments, "--questions", str(pipe)]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, cwd=REPOSITORY, **streams) as window:  # type: ignore[call-overload]
        with pipe.open("w", encoding="utf-8") as questionnaire:  # opens once the other end is read
            meanwhile()
            questionnaire.write(SMALL)
        out, err = window.communicate(typed, timeout=PATIENCE)
    return subprocess.CompletedProcess(command, window.returncode, out, err)


def test_an_answer_that_another_window_saves_in_between_is_kept(
    run: Run, store: Store, small: Path, tmp_path: Path
) -> None:
    run("interview", "--questions", small, typed="n\nq\n")
    ended = overtaken(
        tmp_path,
        "interview",
        "--resume",
        typed="0\nq\n",
        meanwhile=lambda: run("interview", "--resume", "--questions", small, typed="2\nq\n"),
    )
    assert ended.returncode == 5
    assert only(store).answers == {"danger": chosen("no"), "threat": chosen("some"), "kinds": chosen("neither")}


@pytest.mark.parametrize("command", [["interview", "--resume"], ["records", "edit"]])
def test_a_record_that_is_forgotten_in_between_stays_forgotten(
    run: Run, store: Store, small: Path, tmp_path: Path, command: list[str]
) -> None:
    run("interview", "--questions", small, typed="n\nq\n")
    ref = only(store).head.ref
    ended = overtaken(tmp_path, *command, ref, typed="2\nq\n", meanwhile=lambda: run("records", "forget", ref, "--yes"))
    assert ended.returncode == 3
    assert "there is no record with this reference" in ended.stderr
    assert store.load(ref) == NotThere()


def test_a_record_that_is_finished_in_between_is_not_gone_on_with(
    run: Run, store: Store, small: Path, tmp_path: Path
) -> None:
    run("interview", "--questions", small, typed="n\nq\n")
    rest = "".join(f"{line}\n" for line in [*WHOLE[1:], "f", "f", "q"])
    ended = overtaken(
        tmp_path,
        "interview",
        "--resume",
        typed="2\nq\n",
        meanwhile=lambda: run("interview", "--resume", "--questions", small, typed=rest),
    )
    record = only(store)
    assert (ended.returncode, record.final) == (2, True)
    assert f"to change it: iop-screen records edit {record.head.ref}" in ended.stderr


def test_each_edit_begins_a_revision_of_its_own(run: Run, store: Store, small: Path, tmp_path: Path) -> None:
    run("interview", "--questions", small, typed=FINISHED)
    ref = only(store).head.ref
    ended = overtaken(
        tmp_path,
        "records",
        "edit",
        ref,
        typed="4\nmine\nf\nf\nq\n",
        meanwhile=lambda: run("records", "edit", ref, "--questions", small, typed="4\ntheirs\nf\nf\nq\n"),
    )
    assert ended.returncode == 0
    revisions = [store.load(ref, revision) for revision in store.revisions(ref)]
    assert [record.answers["words"] for record in revisions if isinstance(record, Record)] == [
        Words("words"),
        Words("theirs"),
        Words("mine"),
    ]
    assert isinstance(revisions[2], Record)
    assert Words("theirs") in [entry.answer for entry in revisions[2].log if isinstance(entry, AnswerRecorded)]


def test_a_record_that_another_window_has_open_is_not_opened(run: Run, store: Store, small: Path) -> None:
    run("interview", "--questions", small, typed="n\nq\n")
    ref = only(store).head.ref
    with record_lock(store, ref):
        for command in (["interview", "--resume"], ["records", "edit", ref]):
            ran = run(*command, "--questions", small, typed="2\nq\n")
            assert (ran.code, ran.err) == (3, f"iop-screen: {ref} is open in another window; close it there first\n")


# Which draft


def draft(store: Store, ref: str, *log: Entry) -> None:
    store.save(record_of(MADE, answered("danger", "no"), *log, ref=ref), SMALL.encode())


def test_the_only_draft_is_gone_on_with(run: Run, store: Store, small: Path) -> None:
    run("interview", "--questions", small, typed=FINISHED)
    draft(store, "2222")
    assert run("interview", "--resume", "--questions", small, typed="2\nq\n").code == 5
    record = store.load("2222")
    assert isinstance(record, Record)
    assert record.answers["threat"] == chosen("some")


def test_of_several_drafts_none_is_opened_unasked(run: Run, store: Store, small: Path) -> None:
    draft(store, "2222", ReferenceSet(at(3), "A-12\x1b"))
    draft(store, "3333", answered("threat", MissingReason.UNKNOWN))
    long_ago(store, "3333")
    before = store.listed()
    ran = run("interview", "--resume", "--questions", small, typed="2222\n2\nq\n")
    assert (ran.code, ran.out) == (2, "")
    assert [re.sub(r"Nov \d+", "TIME", " ".join(line.split())) for line in ran.err.splitlines()[:3]] == [
        "NO REF TIME KNOWN DANGER RESULT SITE REF",
        "1 2222 TIME 1 1 not asked A-12\\x1b",
        "2 3333 TIME 1/2 open: threat",
    ]
    assert "say which: iop-screen interview --resume REF" in ran.err
    assert store.listed() == before


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("3333", 5, "Going on with 3333"),
        (" 2222 ", 5, "Going on with 2222"),
        ("2", 5, "Going on with "),
        ("chart  7", 5, "Going on with 3333"),
        ("4444\nA-9\n\n3333", 5, "Going on with 3333"),
        ("3\nq", 2, "That is none here."),
        ("q", 2, "nothing was opened"),
        ("Q", 2, "nothing was opened"),
    ],
)
def test_on_a_terminal_one_is_asked_which_draft(store: Store, small: Path, typed: str, code: int, said: str) -> None:
    draft(store, "2222")
    draft(store, "3333")
    assert store.save_call("3333", CallData(reference="CHART 7")) is None
    arguments = ["interview", "--resume", "--plain", "--questions", str(small)]
    ended, shown = asked(*arguments, typed=f"{typed}\nq")
    assert ended == code
    assert said in shown


# Changing


def test_an_edit_opens_on_the_review_whatever_is_unanswered(run: Run, store: Store, small: Path) -> None:
    run("interview", "--questions", small, typed="n\n1\nu\ns\nr\nf\nq\n")
    before = only(store)
    ran = run("records", "edit", before.head.ref, "--questions", small, typed="3\n0\nq\n")
    assert ran.code == 5
    after = store.load(before.head.ref)
    assert isinstance(after, Record)
    assert after.answers == before.answers | {"kinds": chosen("neither")}


@pytest.mark.parametrize("named", [False, True])
def test_an_edit_takes_place_with_the_questions_of_the_record(
    run: Run, store: Store, small: Path, tmp_path: Path, *, named: bool
) -> None:
    run("interview", "--questions", small, typed=FINISHED)
    ref, other = only(store).head.ref, tmp_path / "other.yaml"
    other.write_text(SMALL.replace("Is there a job?", "Is there work?"), "utf-8")
    ran = run("records", "edit", ref, *(["--questions", other] if named else []), typed="5\nn\nf\nf\nq\n")
    assert ran.code == 0
    assert ("Is there work?" in ran.err, "Is there a job?" in ran.err) == (named, not named)
    shown = " ".join(ran.err.split())
    assert ("This record goes by small 1.0.0. Today's is level-of-care " in shown) == (not named)
    taken_over = f"This record was made with small 1.0.0 #{MADE.hash12}. It goes by 1.0.0 #"
    assert (taken_over in shown) == named
    assert len(store.revisions(ref)) == 2


def test_without_the_copy_of_its_questions_an_edit_says_which_it_takes(run: Run, store: Store, small: Path) -> None:
    run("interview", "--questions", small, typed=FINISHED)
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    ran = run("records", "edit", only(store).head.ref, typed="q\n")
    shown = " ".join(ran.err.split())
    assert "This record was made with small 1.0.0. It goes by level-of-care " in shown
    assert "Its own questionnaire, small 1.0.0, cannot be read: its copy is not there. Going on with" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("q\n", "Nothing was changed. To read it: iop-screen records show REF"),
        ("5\nn\nq\n", "Saved as REF. To go on: iop-screen interview --resume REF"),
        ("f\nf\nq\n", "Saved as REF. To read it: iop-screen records show REF"),
    ],
)
def test_the_farewell_after_an_edit_is_right(run: Run, store: Store, small: Path, typed: str, said: str) -> None:
    run("interview", "--questions", small, typed=FINISHED)
    ref = only(store).head.ref
    ran = run("records", "edit", ref, "--questions", small, typed=typed)
    assert ran.err.rstrip().splitlines()[-1] == said.replace("REF", ref)
    assert ("there is no suggestion" in ran.err) == ("--resume" in said)


# By other rules than those it was made under

OLD = SMALL.replace("  - {id: a_plan, when: {threat: plan}, first_step: now, because: There is a plan.}\n", "")


def test_answers_that_mean_danger_by_other_rules_open_on_the_emergency_page(
    run: Run, store: Store, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "old.yaml").write_text(OLD, "utf-8")
    run("interview", "--questions", tmp_path / "old.yaml", typed="n\n3\nq\n")
    ran = run("interview", "--resume", "--questions", small, typed="q\n")
    assert "Help line: call 000" in ran.err
    log = only(store).log  # on disk, although nothing was typed but q
    assert isinstance(log[-2], QuestionnaireChanged)
    assert isinstance(log[-1], EmergencyShown)
    assert log[-1].rules == ("a_plan",)


DANGER, A_PLAN = answered("danger", "yes"), answered("threat", "plan")


@pytest.mark.parametrize(
    ("log", "alarmed"),
    [
        ([answered("threat", "some")], False),
        ([A_PLAN], True),
        ([A_PLAN, EmergencyShown(at(2), ("a_plan",))], False),
        ([A_PLAN, EmergencyShown(at(2), ("a_plan",)), DangerActedOn(at(3))], False),
        ([A_PLAN, EmergencyShown(at(2), ())], True),
        ([A_PLAN, EmergencyShown(at(2), ("a_plan",)), DangerCleared(at(3))], True),
        ([DANGER, EmergencyShown(at(2), ("danger_now",)), A_PLAN], True),
    ],
)
@pytest.mark.parametrize("to_review", [False, True])
def test_the_emergency_page_comes_once_for_each_rule(log: list[Entry], *, alarmed: bool, to_review: bool) -> None:
    setup = InterviewSetup(ready(SMALL), SMALL.encode(), None, None, as_json=False)
    session = session_from_record(setup, "7KQ2", record_of(made_with(OLD.encode()), *log), to_review=to_review)
    page = session.page
    assert isinstance(page, EmergencyPage) == (alarmed or (session.record.danger_waits and not to_review))
    assert isinstance(page.back if isinstance(page, EmergencyPage) else page, ReviewPage if to_review else QuestionPage)
    assert isinstance(session.log[-1], EmergencyShown if alarmed else QuestionnaireChanged)


def test_what_is_not_used_is_said_in_the_words_it_was_asked_in(store: Store) -> None:
    log = (
        answered("kinds", "a"),
        answered("job", "yes"),
        answered("danger", "no"),
        NoteWritten(at(3), "words", "a note"),
    )
    record = record_of(MADE, *log)
    store.save(record, SMALL.encode())
    without = [line for line in SMALL.splitlines() if "id: danger" not in line and "id: words" not in line]
    other = (
        "\n".join(without)
        .replace("type: yes_no}", "type: text}")
        .replace("id: a,", "id: c,")
        .replace("{kinds: a}", "{kinds: c}")
    )
    setup = InterviewSetup(ready(other), other.encode(), store, None, as_json=False)
    (reply,) = session_from_record(setup, "7KQ2", record).replies
    assert reply.left_out == ('"Is there danger?"', '"Which kinds?"', '"Is there a job?"', 'the note on "What else?"')  # type: ignore[union-attr]
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    (reply,) = session_from_record(setup, "7KQ2", record).replies
    assert reply.left_out == ("kinds", "job", "danger", "words")  # type: ignore[union-attr]
