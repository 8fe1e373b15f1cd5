"""Whole interviews in line mode: lines typed, text shown, exit code."""

from __future__ import annotations

import json
import os
import re
import signal
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.interviews import HEAD, NOON, SMALL, saves
from support.paths import GOLDEN
from support.questionnaires import ready
from support.running import Run

from iop_screen.console.signals import raise_on_end_signals, signals_deferred
from iop_screen.core.exits import CannotGoOn, Exit, Stopped
from iop_screen.interview import line_mode
from iop_screen.interview.pages import Interrupted, ReviewPage
from iop_screen.interview.state import Session, begin_session
from iop_screen.records.model import Record
from iop_screen.records.store import Store

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


SESSIONS = {
    "to-the-end": ["n", "2", "?", "1,2", "", "9", "6", "phone rang", "n", "r", "4", "2", "f", "q"],
    "danger": ["y", "x", "m", "1", "g", "b", "n", "r", "f", "f"],
    "danger-and-finish": ["n", "3", "r", "f", "q"],
    "finish-early": ["n", "f", "f", "g", "1", "f", "f"],
    "unknown-and-declined": ["u", "d", "u", "d", "d", "d", "f", "f"],
    "notes-and-aside": ["n", "c", "said twice", "p", "g", "j", "5", "s", "r", "t", "F-1", "!", "g", "q"],
    "decision": ["n", "1", "0", "f", "f", "k", "2", "3", "AB", "wants rest", "k", "3", "b", "b", "q"],
    "next-caller": ["n", "1", "0", "f", "f", "n", "n", "q"],
}


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_reads_as_it_did(run: Run, small: Path, name: str) -> None:
    ran = run("interview", "--questions", small, typed="".join(line + "\n" for line in SESSIONS[name]))
    hashless = re.sub(r"#[0-9a-f]{12}", "#............", f"{ran.err}\n=== stdout, exit {ran.code} ===\n{ran.out}")
    hashless = re.sub(r"\b[2-9B-DF-HJ-NP-TV-X]{4}\b(?= *\.|;|$|\n)", "7KQ2", hashless, flags=re.MULTILINE)
    hashless = re.sub(r"\d\d:\d\d:\d\d", "12:00:00", hashless)
    hashless = re.sub(r"(?<= )\d\d:\d\d(?=[;. ])", "12:00", hashless)
    hashless = re.sub(r"\d{4}-\d\d-\d\d ", "2026-01-02 ", hashless)
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        golden.write_text(hashless, encoding="utf-8")
    assert hashless == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("lines", [[], ["n"], ["n", "3"], ["r"], ["n", "1", "0", "words", "y"]])
def test_the_end_of_the_input_is_never_an_answer(run: Run, small: Path, lines: list[str]) -> None:
    ran = run("interview", "--questions", small, typed="\n".join(lines))
    assert (ran.code, ran.out) == (5, "")


@pytest.mark.parametrize(
    ("typed", "answers"),
    [("n", []), ("n\n2", ["danger"]), ("n\n2\n1\n1", ["danger", "threat", "kinds"]), ("n\n1\n0\nso", [*"dtk"])],
)
def test_half_a_line_at_the_end_of_the_input_is_no_answer(
    run: Run, small: Path, records_folder: Path, typed: str, answers: list[str]
) -> None:
    """The "1" may be the beginning of "12"."""
    assert run("interview", "--questions", small, typed=typed).code == 5
    kept = [name for listed in Store(records_folder).listed() for name in answers_of(listed.record)]
    assert [name[: len(answer)] for name, answer in zip(kept, answers, strict=True)] == answers


def answers_of(record: object) -> list[str]:
    assert isinstance(record, Record)
    return [*record.answers]


@dataclass
class Typist:
    """What is typed, what is raised instead, and what was saved; the disk refuses as often as `saving` says."""

    lines: list[str | BaseException | None]
    saving: list[str | BaseException] = field(default_factory=list)
    saved: list[Record] = field(default_factory=list)

    def read(self) -> str | None:
        line = self.lines.pop(0)
        if isinstance(line, BaseException):
            raise line
        return line

    def save(self, record: Record) -> str:
        done = self.saving.pop(0) if self.saving else ""
        if isinstance(done, BaseException):
            raise done
        self.saved += [] if done else [record]
        return done

    def run(self) -> Session:
        written: list[str] = []
        terminal = line_mode.LineTerminal(self.read, written.append, written.append, saves(self.save), lambda: NOON)
        return line_mode.run_line_mode(begin_session(ready(SMALL), HEAD), terminal)


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Stopped(15), Stopped(1)])
def test_an_interrupted_interview_is_saved_first(stop: BaseException) -> None:
    """While one types, and while it is being saved; and what the disk refused is tried once more."""
    number = stop.number if isinstance(stop, Stopped) else 2
    for typist in (Typist(["n", stop]), Typist(["n"], [stop]), Typist(["n", stop], ["no space left on device"])):
        session = typist.run()
        assert (session.page, session.not_saved) == (Interrupted(number), "")
        assert [*typist.saved[-1].answers] == ["danger"]


def test_a_signal_waits_until_the_answer_is_on_disk() -> None:
    """So does a second one; and the goodbye is said to its end."""
    typist = Typist(["n", "3", None])
    written: list[str] = []
    raise_on_end_signals()

    def save(record: Record) -> str:
        if len(record.answers) == 2:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
        return typist.save(record)

    terminal = line_mode.LineTerminal(
        typist.read, written.append, written.append, saves(save), lambda: NOON, signals_deferred
    )
    session = line_mode.run_line_mode(begin_session(ready(SMALL), HEAD), terminal)
    assert session.page == Interrupted(signal.SIGINT)
    assert [*typist.saved[-1].answers] == ["danger", "threat"]
    assert session.record.danger_waits
    signal.raise_signal(signal.SIGTERM)  # nothing breaks into the goodbye


def test_what_was_typed_before_a_page_was_shown_is_said_to_be_dropped() -> None:
    dropped = iter([False, True, False])
    written: list[str] = []
    terminal = line_mode.LineTerminal(
        Typist(["n", None]).read,
        written.append,
        written.append,
        saves(lambda _record: ""),
        lambda: NOON,
        drop_typed_ahead=lambda: next(dropped),
    )
    line_mode.run_line_mode(begin_session(ready(SMALL), HEAD), terminal)
    assert written.count(line_mode.DROPPED_LINES) == 1
    assert written.index(line_mode.DROPPED_LINES) > next(
        index for index, text in enumerate(written) if "Is there a threat?" in text
    )


def test_the_farewell_is_written_although_the_result_cannot_be() -> None:
    written: list[str] = []

    def refuse(_text: str) -> None:
        raise CannotGoOn("cannot write the output", Exit.FILE)

    terminal = line_mode.LineTerminal(
        Typist(["y", "r", "f", None]).read, written.append, refuse, saves(lambda _record: ""), lambda: NOON
    )
    with pytest.raises(CannotGoOn):
        line_mode.run_line_mode(begin_session(ready(SMALL), HEAD), terminal)
    assert "not marked as acted on" in written[-1]
    assert "call 000" in written[-1]


def test_the_end_of_the_input_tries_once_more_to_save() -> None:
    typist = Typist(["n", None], ["no space left on device"])
    assert typist.run().not_saved == ""
    assert [*typist.saved[-1].answers] == ["danger"]


def test_danger_in_the_middle_of_a_note_leads_back_to_the_question() -> None:
    session = Typist(["c", "!", "g", "r", None]).run()
    assert session.page == ReviewPage()
    assert session.notes == ("",) * 6


@pytest.mark.parametrize("lines", [["q"], ["n", "q"], ["y", "q"], ["r", "q"]])
def test_to_leave_gives_no_suggestion(run: Run, small: Path, lines: list[str]) -> None:
    ran = run("interview", "--questions", small, typed="\n".join([*lines, ""]))
    assert (ran.code, ran.out) == (5, "")
    assert "no suggestion" in ran.err


def test_the_result_alone_is_on_stdout(run: Run, small: Path) -> None:
    ran = run("interview", "--questions", small, typed="n\n1\nf\nf\n")
    assert "SUGGESTION" in ran.out
    assert "SUGGESTION" not in ran.err
    assert "Question 1 of 6" in ran.err


def test_json_is_one_object_and_nothing_else(run: Run, small: Path) -> None:
    ran = run("interview", "--json", "--questions", small, typed="y\nr\nf\n")
    result = json.loads(ran.out)
    assert result["suggestion"] == "emergency"
    assert result["reason_details"][0]["answers"] == [
        {"question": "danger", "ask": "Is there danger?", "answer": "Yes"}
    ]
    assert (result["line"], result["id"]) == (None, None)


def test_contacts_stand_right_below_the_headline_in_an_emergency(run: Run, small: Path) -> None:
    ran = run("interview", "--questions", small, typed="y\nr\nf\n")
    assert ran.out.startswith("First: Help now\n\nCONTACTS\n  - Help line: call 000")


def test_an_open_danger_question_leads_the_result(run: Run, small: Path) -> None:
    ran = run("interview", "--questions", small, typed="d\n1\n0\nwords\ny\nf\nf\n")
    assert ran.out.startswith("Not settled: an emergency is not ruled out\n\nCONTACTS\n  - Help line: call 000")
    assert "hand this to a licensed clinician today" in " ".join(ran.out.split())


def test_an_emergency_page_shows_no_way_out_of_it(run: Run, small: Path) -> None:
    assert "WHAT WOULD CHANGE IT" not in run("interview", "--questions", small, typed="y\nr\nf\n").out


@pytest.mark.parametrize("typed", ["y\nq\n", "y\n", "n\n3\ng\nq\n"])
def test_leaving_after_danger_says_whom_to_call(run: Run, small: Path, typed: str) -> None:
    ran = run("interview", "--questions", small, typed=typed)
    assert ran.code == 5
    stands = r"there is no suggestion\.\nDANGER since \d\d:\d\d:\d\d, not marked as acted on\.\n"
    stands += r"Signs of danger in the answers: \w+\.( 1 question about danger is open\.)?\n"
    assert re.search(f"{stands}If someone is in danger now: Help line, call 000\\.", ran.err)


@pytest.mark.parametrize("words", ["\x1b[2J", "a\x07b", "\x9b31m", "\u202eabc", "a\u200bb", "\x1b]0;x"])
def test_text_of_a_caller_cannot_control_the_terminal(run: Run, small: Path, words: str) -> None:
    ran = run("interview", "--questions", small, typed=f"n\n1\n0\n{words}\nr\nf\n")
    assert ran.code == 0
    assert not CONTROL.search(ran.err + ran.out)
    assert not re.search("[\u200b\u202e]", ran.err + ran.out)


@pytest.mark.parametrize("typed", [b"\xff\xfe\n", b"n\n1\n0\n\xff\xff\ny\nf\n", b"y\x00\n", b"\r\r\r"])
def test_bytes_that_are_no_text_are_no_answer_and_no_crash(run: Run, small: Path, typed: bytes) -> None:
    assert run("interview", "--questions", small, typed=typed).code in {0, 5}


def test_a_section_is_named_once(run: Run, small: Path) -> None:
    ran = run("interview", "--questions", small, typed="n\n1\n0\nwords\ny\nf\n")
    assert ran.err.count("Section First things.") == 1
    assert ran.err.count("Section Further things.") == 1


def test_the_review_after_a_change_is_short_and_the_list_can_be_asked_for(run: Run, small: Path) -> None:
    """A list of all questions takes long to listen to."""
    ran = run("interview", "--questions", small, typed="n\n1\n0\nr\n2\n2\nl\nf\n")
    first, again, listed = ran.err.split("Review.")[1:4]
    assert "1. Is there danger? No." in first
    assert "Is there danger?" not in again.partition("Type:")[0]
    assert "not answered yet. Type l for all answers." in " ".join(again.split())
    assert "2. Is there a threat? Some." in listed
    assert ran.code == 0


def test_danger_that_waits_is_said_on_every_page(run: Run, small: Path) -> None:
    err = run("interview", "--questions", small, typed="n\n!\ng\n1\n0\nr\n").err
    pages = err.partition("back to the interview")[2].split("\n\n")
    assert sum("not marked as acted on. Type ! for whom to call." in " ".join(page.split()) for page in pages) >= 4


@pytest.mark.parametrize(
    ("typed", "last"),
    [
        ("n\nq\n", ("go on", "interview --resume")),
        ("n\n1\n0\nf\nf\nq\n", ("read it", "records show")),
        ("y\nq\nq\n", ("go on", "interview --resume")),
    ],
)
def test_the_last_words_fit_into_a_narrow_window(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch, typed: str, last: tuple[str, str]
) -> None:
    """No word is broken, nor the command: it can be copied."""
    monkeypatch.setattr("iop_screen.interview.run._terminal_size", lambda: os.terminal_size((40, 12)))
    what, command = last
    small.write_text(SMALL.replace("call 000", "call 1-800-555-0100 or 1-800-555-0111"), encoding="utf-8")
    shown = run("interview", "--plain", "--questions", small, typed=typed).err.rstrip().splitlines()
    ref = shown[-4].removeprefix("Saved as ")[:4]
    assert shown[-4:-2] == [f"Saved as {ref}. To {what}:", f"iop-screen {command} {ref}"]
    assert shown[-2:] == ["This window still shows the answers. To", "empty it, type: clear"]
    numbers = ["If someone is in danger now: Help line,", "call 1-800-555-0100 or 1-800-555-0111."]
    assert (numbers == shown[-6:-4]) == typed.startswith("y")
