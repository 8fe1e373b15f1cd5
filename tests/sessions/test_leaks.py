"""A fault of ours anywhere in an interview: one line without an answer in it, the draft on disk, and nothing elsewhere.

Each place is made to fail once all that was said is on disk; the text of the fault holds all of it.
"""

from __future__ import annotations

import errno
import logging
import math
import os
import pty
import re
import select
import subprocess
import sys
import tempfile
import termios
import time
import tty
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest
from support.faults import FAULT, FIRED, Armed, faulty
from support.interviews import SMALL
from support.paths import REPOSITORY, TESTS
from support.running import Run
from support.window import PATIENCE

MARKS = ("Zq7note", "Zq8words", "Zq9file", "Zq6clinician")
NOTE, WORDS, FILE, CLINICIAN = MARKS

SAID = ["c", NOTE, "n", "1", "0", WORDS, "y", "t", "7", FILE, "b", "f", "k", "4", "4", CLINICIAN]
SAID += ["risk", "AB", "note"]
"""Everything there is to say, to the end; the clinician last."""
THEN = [*"k1bbb1x?c-upg21bffgym1gft", "F", "q"]
"""Every kind of page after that."""

INTERVIEW = "iop_screen.interview."
WORDING = f"{INTERVIEW}wording."
PLACES = [
    *(f"{INTERVIEW}line_mode.{name}" for name in ("enter", "with_save", "_draw", "_write_replies")),
    *(
        f"{INTERVIEW}session.{name}"
        for name in (
            "typed_answer",
            "open_danger_indexes",
            "take_answer",
            "with_log_entry",
            "result_shown_entry",
            "decide",
        )
    ),
    *(f"{INTERVIEW}answering.{name}" for name in ("go_on", "show_emergency", "with_log_entry", "with_reply")),
    *(f"{INTERVIEW}state.{name}" for name in ("set_aside", "assess_one", "judge", "explain", "AnswerBatch")),
    f"{INTERVIEW}answer_input.too_long",
    *(f"iop_screen.questionnaire.types.by_options.{name}" for name in ("Listing.from_typed", "ByOptions.misfit")),
    *(f"{INTERVIEW}line_mode.{name}" for name in ("messages.reply_text", "page_text.page_lines")),
    *(f"{INTERVIEW}line_mode.page_text.{name}" for name in ("prompt", "keys_text")),
    *(
        f"{WORDING}{name}"
        for name in (
            "messages.answer_text",
            "review_page.list_rows",
            "review_page.answer_text",
            "question_page.paragraphs",
            "result_page.result_blocks",
            "emergency_page.emergency_blocks",
            "result_page.decision_blocks",
            "question_page.sanitize",
            "page_text.decision_lines",
            "page_text.note_lines",
        )
    ),
    *(
        f"iop_screen.engine.{name}"
        for name in ("answer_batch.judge_optional", "answer_batch.predicate", "suggest.AnswerBatch")
    ),
    *(f"iop_screen.records.store.{name}" for name in ("record_json", "write_private_file", "make_private")),
    *(f"iop_screen.records.{name}" for name in ("serialization._plain", "private_folders.new_file")),
    *(f"iop_screen.records.questionnaire_copies.{name}" for name in ("read_whole", "hash12")),
    *(f"iop_screen.records.{name}" for name in ("private_folders._restrict", "store.names_in")),
    "iop_screen.records.locked_record._acquire",
    *(f"iop_screen.core.files.{name}" for name in ("check_target", "_give_name", "_replace", "sync_folder")),
    *(f"iop_screen.report.result_text.{name}" for name in ("contact_texts", "titled_points", "change_points")),
    *(
        f"{INTERVIEW}run.{name}"
        for name in (
            "messages.farewell",
            "print_result",
            "print_message",
            "now",
            "_print_ending",
            "_exit_code",
            "_typed_line",
        )
    ),
]
REFUSALS = ["tempfile.mkstemp", "os.fsync", "os.fdopen", "pathlib.Path.replace", "pathlib.Path.mkdir"]


@dataclass
class Workplace:
    """All the places where something could be left behind."""

    folder: Path
    kept: Path
    questionnaire: Path

    def draft(self) -> str:
        return "".join(path.read_text("ascii") for path in sorted((self.kept / "records").glob("*.json")))

    def elsewhere(self) -> list[str]:
        """What holds a mark, save for the draft; the names of files, too."""
        found = {*self.folder.rglob("*")} - {*(self.kept / "records").glob("*.json")}
        texts = {path: str(path).encode() + (path.read_bytes() if path.is_file() else b"") for path in found}
        return [str(path.relative_to(self.folder)) for path, text in texts.items() if has_mark(text)]


@pytest.fixture
def workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    for name in ("home", "tmp", "here", "run"):
        (tmp_path / name).mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("TMPDIR", "TMP", "TEMP"):
        monkeypatch.setenv(name, str(tmp_path / "tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(tmp_path / "kept"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return Workplace(tmp_path, tmp_path / "kept", tmp_path / "small.yaml")


def has_mark(text: bytes) -> bool:
    return any(mark.encode() in text for mark in (*MARKS, FAULT))


def shown_so_far(stream: TextIO) -> int:
    """How much a stream in memory holds."""
    return stream.buffer.seek(0, os.SEEK_END)


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def check_nothing_left(workplace: Workplace, after: bytes, index: str) -> None:
    """The draft has everything, and nothing else has any of it."""
    assert all(mark in workplace.draft() for mark in MARKS), index
    assert workplace.elsewhere() == [], index
    assert not has_mark(after), index
    assert b"Traceback" not in after, index
    assert not [path for path in workplace.kept.rglob("*") if path.suffix == ".part"], index


PLACE = rb"\w+( at [\w/]+\.py:\d+)?"
INCIDENT = re.compile(rb"iop-screen: internal error [0-9a-f]{8} \(" + PLACE + rb"\); please report this line\n")


@pytest.mark.slow
@pytest.mark.parametrize("index", PLACES)
def test_a_fault_tells_nothing(run: Run, workplace: Workplace, caplog: pytest.LogCaptureFixture, index: str) -> None:
    caplog.set_level(logging.DEBUG)
    armed = Armed(workplace.kept, MARKS, lambda: shown_so_far(sys.stdout) + shown_so_far(sys.stderr))
    with faulty(index, armed):
        ran = run("interview", "--questions", workplace.questionnaire, typed=typed(*SAID, *THEN))
    assert armed.fired, f"{index} was never called"
    assert ran.code == 70
    after = ran.stdout + ran.err.encode()
    shown = len(after) - armed.shown
    last = ran.err.encode()[-shown:]
    assert INCIDENT.fullmatch(last), last
    assert not has_mark(caplog.text.encode())
    check_nothing_left(workplace, last, index)


@pytest.mark.parametrize("index", REFUSALS)
def test_a_disk_that_refuses_tells_nothing(run: Run, workplace: Workplace, index: str) -> None:
    """It is said, and the interview goes on; what was saved stays."""
    begun = ["c", NOTE, "n", "1", "0", WORDS, "s", "t", "7", FILE, "b", "f", "k", "4", "4", CLINICIAN]
    begun += ["risk", "AB", "note"]
    armed = Armed(workplace.kept, MARKS, lambda: 0)

    def refusal(text: str) -> Exception:
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), text)

    with faulty(index, armed, refusal):
        ran = run("interview", "--questions", workplace.questionnaire, typed=typed(*begun, "!", "q"))
    assert armed.fired
    assert ran.code == 3
    said, after = ran.err.encode().split(b"NOT SAVED: cannot write ", 1)
    assert FAULT.encode() not in said
    check_nothing_left(workplace, after, index)


def program(workplace: Workplace, index: str, *options: str) -> list[str]:
    faults = ["-m", "support.faults", index, str(workplace.kept), " ".join(MARKS)]
    return [sys.executable, *faults, "interview", "--questions", str(workplace.questionnaire), *options]


@pytest.fixture(autouse=True)
def _import_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (REPOSITORY, TESTS))))


@pytest.mark.slow
@pytest.mark.parametrize(
    "index",
    [
        f"{INTERVIEW}line_mode.enter",
        "iop_screen.interview.run._exit_code",
    ],
)
def test_a_fault_of_the_real_program_tells_nothing(workplace: Workplace, index: str) -> None:
    given = typed(*SAID, *THEN).encode()
    ran = subprocess.run(program(workplace, index), input=given, capture_output=True, check=False)
    after = ran.stderr.split(FIRED)[-1]
    assert FIRED in ran.stderr
    assert INCIDENT.fullmatch(after), after
    assert ran.returncode == 70
    check_nothing_left(workplace, after, index)


KEYS_SAID = [
    "c",
    NOTE,
    "\r",
    "n",
    "1",
    "0",
    "\r",
    "\r",
    WORDS,
    "\r",
    "y",
    "t",
    "7",
    "\r",
    FILE,
    "\r",
    "b",
    "f",
    "k",
    "4",
    "\r",
]
KEYS_SAID += ["4", "\r", CLINICIAN, "\r", "risk", "\r", "AB", "\r", "note", "\r"]
KEYS_THEN = ["b", "3", "\r", "b", "1", "\r", "u", "p", "g", "!", "m", "1", "\r", "g", "f", "f", "q"]


LEFT = b"\x1b[?1049l"
CURSOR, WRAP, PASTE = (b"\x1b[?25l", b"\x1b[?25h"), (b"\x1b[?7l", b"\x1b[?7h"), (b"\x1b[?2004h", b"\x1b[?2004l")
SWITCHES = [(b"\x1b[?1049h", LEFT), PASTE, CURSOR, WRAP]
"""The other screen, marked pastes, the cursor, the end of a line: how each is switched and then put right again."""


@dataclass
class OnTerminal:
    """How a run on a terminal ended: its code, what it wrote, whether the terminal is as it was, and what a shell gets.

    The shell gets what was typed on, for a fifth of a second, and nobody read.
    """

    code: int
    written: bytes
    sane: bool
    left_to_read: bytes


TYPED_ON_SECONDS = 0.2
"""So long somebody goes on typing when the fault has come."""


def on_terminal(command: list[str], keys: list[str]) -> OnTerminal:
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    before = termios.tcgetattr(theirs)
    running = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True, env=os.environ | {"TERM": "xterm"}
    )
    written = b""
    waiting, until = [*keys], math.inf
    deadline = time.monotonic() + PATIENCE
    while running.poll() is None and time.monotonic() < deadline:
        if select.select([ours], [], [], 0.01)[0]:
            written += os.read(ours, 65536)
        elif waiting and b"?1049h" in written:
            os.write(ours, waiting.pop(0).encode())
        if FIRED.strip() in written and time.monotonic() < until:
            until = min(until, time.monotonic() + TYPED_ON_SECONDS)
            os.write(ours, NOTE.encode() + b"\r")
            waiting = []
    while select.select([ours], [], [], 0.05)[0]:
        written += os.read(ours, 65536)
    running.kill()
    sane = termios.tcgetattr(theirs) == before
    tty.setraw(theirs, termios.TCSANOW)
    left = os.read(theirs, 65536) if select.select([theirs], [], [], 0)[0] else b""
    os.close(ours)
    os.close(theirs)
    return OnTerminal(running.wait(), written, sane, left)


@pytest.mark.slow
@pytest.mark.parametrize(
    "index",
    [
        f"{INTERVIEW}fullscreen.terminal.layout",
        f"{INTERVIEW}fullscreen.terminal.with_save",
        f"{INTERVIEW}fullscreen.keyboard.press",
        f"{INTERVIEW}fullscreen.terminal._Screen._cursor",
        "iop_screen.records.store.record_json",
        "prompt_toolkit.renderer._output_screen_diff",
        "prompt_toolkit.output.vt100.Vt100_Output.write",
    ],
)
def test_a_fault_on_the_full_screen_tells_nothing(workplace: Workplace, index: str) -> None:
    ended = on_terminal(program(workplace, index, "--full-screen"), [*KEYS_SAID, *KEYS_THEN])
    assert FIRED.strip() in ended.written, index
    assert FAULT.encode() not in ended.written
    before, after = ended.written.split(FIRED.strip(), 1)[1].split(LEFT, 1)
    assert ended.code == 70
    assert INCIDENT.search(after.replace(b"\r\n", b"\n")), after
    assert ended.sane
    assert ended.left_to_read == b""
    for on, off in SWITCHES:
        assert ended.written.rfind(on) < ended.written.rfind(off), (index, off)
    assert re.findall(rb"\x1b\[([0-9;]*)m", ended.written)[-1] == b"0"
    check_nothing_left(workplace, after, index)
    assert b"Traceback" not in before


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
def test_nobody_else_sees_an_answer_while_it_runs(workplace: Workplace) -> None:
    """Neither in the arguments nor in the environment, nor in the name of an open file."""
    command = [sys.executable, "-m", "iop_screen", "interview", "--questions", str(workplace.questionnaire)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as running:
        assert running.stdin is not None
        running.stdin.write(typed(*SAID).encode())
        running.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while not all(mark in workplace.draft() for mark in MARKS):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        about = Path(f"/proc/{running.pid}")
        seen = b"".join((about / name).read_bytes() for name in ("cmdline", "environ", "comm", "mountinfo"))
        seen += b"".join(bytes(path.readlink()) for path in (about / "fd").iterdir())
        running.stdin.write(b"q\n")
    assert running.returncode == 0
    assert b"iop_screen" in seen
    assert not has_mark(seen)
    assert workplace.elsewhere() == []
