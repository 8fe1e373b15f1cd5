"""The program itself on real terminals, through pipes, and with its streams closed: what a desk would see and keep."""

from __future__ import annotations

import json
import os
import re
import signal
import string
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from support.interviews import NOON, SMALL

from iop_screen.questionnaire.answers import chosen
from iop_screen.records.model import AnswerRecorded, Entry, Record
from iop_screen.records.store import Store

if sys.platform == "win32":
    pytest.skip("there is no pseudo-terminal", allow_module_level=True)

from support.window import PATIENCE, PATIENT, PROGRAM, QUIET, Window, environment

pytestmark = pytest.mark.slow

ENTER = "\r"
ABOUT_SAFETY_BODY = ["2", "3\r", "1", "n", "2", "n", "1", "2", "1", "2", "1"]
NO_DRUGS = ["1", "1", "1", "1", "1"]
SUPERVISION_HOME_DAILY = ["2", "1", "2", "1", "2", "1", "4\r", "1", "2", "1"]
MOOD_ONLY = [*ABOUT_SAFETY_BODY, *NO_DRUGS, *SUPERVISION_HOME_DAILY]
"""A call about low mood, on the default questionnaire: no drug use; the keys of each question, one after the other."""

SMALL_CALL = ["n", "2", "0\r", "\rphone\r", "y"]
"""A call on the small questionnaire, without the question that only kind A opens."""

ESCAPE = re.compile(rb"\x1b")
ODD = SMALL.replace("Kind B}", "'Kind \u0142 \u2192 \u754c'}").replace("At home", "At h\u00f4me \u2192 \U0001f3e0")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def env(home: Path) -> dict[str, str]:
    return environment(home, IOP_SCREEN_DATA_DIR=str(home / "kept"))


@pytest.fixture
def small(home: Path, env: dict[str, str]) -> list[object]:
    """The words that start an interview with the small questionnaire."""
    del env
    path = home / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return ["interview", "--questions", path]


@pytest.fixture
def windows() -> Iterator[list[Window]]:
    """The windows of a test, which are closed after it."""
    opened: list[Window] = []
    yield opened
    for window in opened:
        window.close()


def kept(home: Path) -> Record:
    """The one record in the folder of records."""
    (listed,) = Store(home / "kept").listed()
    assert isinstance(listed.record, Record)
    return listed.record


def timeless(record: Record) -> list[Entry]:
    """What a record says, whenever it was said."""
    return [replace(entry, at=NOON) for entry in record.log]


def piped(
    arguments: list[object], env: dict[str, str], typed: str = "", redirected: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run the program without a terminal."""
    words = [*PROGRAM, *map(str, arguments)]
    command = ["/bin/sh", "-c", f'exec "$0" "$@" {redirected}', *words]
    given = typed.encode()
    return subprocess.run(command, input=given, env=env, capture_output=True, timeout=PATIENCE, check=False)


def as_lines(keys: list[str]) -> str:
    """The same answers as one types them line by line."""
    lines = [",".join(line[:-1]) if re.fullmatch(r"\d+\r", line) else line.strip("\r") for line in keys]
    return "".join(f"{line}\n" for line in lines)


def check_sane(window: Window) -> None:
    """The terminal is as it was found: the first screen, a cursor, echo and whole lines."""
    assert window.modes == window.modes_before
    for on, off in ((b"\x1b[?1049h", b"\x1b[?1049l"), (b"\x1b[?2004h", b"\x1b[?2004l"), (b"\x1b[?25l", b"\x1b[?25h")):
        assert window.raw.rfind(off) > window.raw.rfind(on) or on not in window.raw, off


# ---------------------------------------------------------------------------------------------- from start to end


def test_a_whole_interview_in_thirty_keys_is_the_one_that_line_mode_makes(
    home: Path, env: dict[str, str], windows: list[Window], tmp_path: Path
) -> None:
    windows.append(window := Window(["interview"], env))
    keys = window.answer(MOOD_ONLY)
    window.see("Check the answers", "Question|Low mood")
    window.press("f", "WHY")
    shown = window.press("q")
    code = window.end()
    assert (code, keys + 2) == (0, 30), shown
    assert kept(home).final
    check_sane(window)
    other = environment(tmp_path / "other", IOP_SCREEN_DATA_DIR=str(tmp_path / "other" / "kept"))
    ran = piped(["interview"], other, as_lines(MOOD_ONLY) + "f\nq\n")
    assert ran.returncode == 0
    assert timeless(kept(tmp_path / "other")) == timeless(kept(home))


# ---------------------------------------------------------------------------------------------- nothing is lost


def test_a_kill_at_any_question_loses_nothing(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    resumed: list[object] = []
    for number, answer in enumerate(SMALL_CALL, start=1):
        windows.append(window := Window([*small, *resumed], env))
        window.answer([answer], first=number)
        window.see(rf"Question {number + 1} of" if number < len(SMALL_CALL) else "Check the answers")
        window.child.kill(signal.SIGKILL)
        assert window.end() == -signal.SIGKILL
        assert sum(isinstance(entry, AnswerRecorded) for entry in kept(home).log) == number
        resumed = ["--resume"]
    windows.append(window := Window([*small, "--resume"], env))
    window.see("Check the answers", "5 answers kept")
    window.press("f", "WHY")
    window.press("q")
    assert window.end() == 0
    ran = piped([*small, "--data-dir", home / "lines"], env, as_lines(SMALL_CALL) + "f\nq\n")
    assert ran.returncode == 0
    assert timeless(kept(home)) == timeless(one_in(home / "lines"))


def one_in(folder: Path) -> Record:
    (listed,) = Store(folder).listed()
    assert isinstance(listed.record, Record)
    return listed.record


def test_a_kill_loses_nothing_of_the_default_either(home: Path, env: dict[str, str], windows: list[Window]) -> None:
    windows.append(window := Window(["interview"], env))
    window.answer(MOOD_ONLY[:5])
    window.see("Question 6 of")
    window.child.kill(signal.SIGKILL)
    window.end()
    assert len(kept(home).answers) == 5
    windows.append(window := Window(["interview", "--resume"], env))
    window.see("Question 6 of", "5 answers kept")


# ---------------------------------------------------------------------------------------------- broken off


@pytest.mark.parametrize(
    ("how", "code"), [("SIGHUP", 129), ("SIGTERM", 143), ("SIGINT", 130), ("Ctrl-C", 130), ("closed", 129)]
)
def test_an_interview_broken_off_leaves_a_sane_terminal_and_its_answers(
    env: dict[str, str], small: list[object], windows: list[Window], how: str, code: int
) -> None:
    home = Path(env["HOME"])
    windows.append(window := Window(small, env))
    window.answer(["n", "2"])
    window.see("Question 3 of")
    window.press("1", r"\[x\] Kind A")
    if how == "closed":
        window.hang_up()
    elif how == "Ctrl-C":
        window.type("\x03")
    else:
        window.child.kill(signal.Signals[how])
    assert window.end() == code
    half = ["kinds"] if how in {"Ctrl-C", "SIGINT"} else []  # a hang-up says nothing
    assert list(kept(home).answers) == ["danger", "threat", *half]
    if how != "closed":
        check_sane(window)
        assert f"--resume {kept(home).head.ref}" in " ".join(window.raw.decode().split())


SHELL = """
import os, select, signal, subprocess, sys, termios, tty
signal.signal(signal.SIGINT, lambda *_: None)
before = termios.tcgetattr(0)
subprocess.run(sys.argv[1:])
after = termios.tcgetattr(0)
tty.setcbreak(0, termios.TCSANOW)
left = os.read(0, 9999) if select.select([0], [], [], 0.2)[0] else b""
print("THE SHELL GETS", left, "ON A TERMINAL AS BEFORE" if after == before else "ON ANOTHER TERMINAL")
"""
"""Runs a program, and then reads what that has left of what was typed."""

FAULTY = """
from unittest import mock
from iop_screen import cli
mock.patch("iop_screen.interview.run._exit_code", side_effect=ValueError).start()
cli.main()
"""
"""The program, with a fault in its last step."""

QUICK_HANDS = 0.29
"""With no longer pauses than this somebody types on."""


@pytest.fixture
def busy() -> Iterator[None]:
    """Every processor has something else to do."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


def type_on(window: Window, seconds: float = 1.5) -> float:
    """Type for some seconds what a shell should not run, and give the longest pause."""
    begun = before = time.monotonic()
    longest = 0.0
    while time.monotonic() - begun < seconds:
        window.type("rm x\r")
        time.sleep(0.08)
        longest, before = max(longest, time.monotonic() - before), time.monotonic()
    return longest


def end_by(how: str, window: Window) -> None:
    """End the program that a shell runs, by Ctrl-C, by a signal or by other keys."""
    if not how.startswith("SIG"):
        window.type("\x03" if how == "Ctrl-C" else how)
    else:
        shell = window.child.pid
        program = int(Path(f"/proc/{shell}/task/{shell}/children").read_text("ascii"))
        os.kill(program, signal.Signals[how])


def check_nothing_for_the_shell(
    windows: list[Window], env: dict[str, str], words: Sequence[object], shown: str, how: str
) -> None:
    """Whoever types on while the program ends leaves nothing; tried anew if this machine made the pauses too long."""
    for _ in range(5):
        windows.append(window := Window(words, env, program=(sys.executable, "-c", SHELL)))
        window.see(shown)
        window.settle()
        end_by(how, window)
        if type_on(window) < QUICK_HANDS:
            window.see("THE SHELL GETS b'' ON A TERMINAL AS BEFORE")
            return
        window.close()
    pytest.skip("the machine is too busy for somebody to type on it without long pauses")


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("front_end", ["--full-screen", "--plain"])
@pytest.mark.parametrize("how", ["SIGTERM", "Ctrl-C"])
def test_what_is_typed_while_an_interview_breaks_off_is_nothing_for_the_shell(
    env: dict[str, str], small: list[object], windows: list[Window], front_end: str, how: str
) -> None:
    check_nothing_for_the_shell(windows, env, [*PROGRAM, *small, front_end], "Question 1 of", how)


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("how", ["SIGTERM", "Ctrl-C"])
def test_what_is_typed_while_a_command_breaks_off_is_nothing_for_the_shell(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window], how: str
) -> None:
    piped(small, env, "n\n")
    words = [*PROGRAM, "records", "forget", kept(home).head.ref]
    check_nothing_for_the_shell(windows, env, words, "to delete:", how)
    assert kept(home).answers


@pytest.mark.usefixtures("busy")
@pytest.mark.parametrize("front_end", ["--full-screen", "--plain"])
def test_what_is_typed_while_a_fault_ends_it_is_nothing_for_the_shell(
    env: dict[str, str], small: list[object], windows: list[Window], front_end: str
) -> None:
    words = [sys.executable, "-c", FAULTY, *small, front_end]
    check_nothing_for_the_shell(windows, env, words, "Question 1 of", "q\n" if front_end == "--plain" else "q")


def discarding(setup: str = "pass") -> tuple[str, ...]:
    """A program that does nothing but discard what is typed until nobody types, and says how long it waited."""
    code = f"import time; from iop_screen.console import streams; {setup}; begun = time.monotonic(); "
    code += "print('WAITS'); streams.discard_until_quiet(); print('WAITED', time.monotonic() - begun)"
    return (sys.executable, "-u", "-c", code)


def wait_for_no_echo(window: Window) -> None:
    """Wait until the terminal shows nothing of what is typed."""
    end = time.monotonic() + PATIENCE
    while window.modes == window.modes_before:
        assert time.monotonic() < end
        time.sleep(0.01)


def seconds_waited(window: Window) -> float:
    """How long such a program says that it waited."""
    found = re.search(rb"WAITED ([0-9.]+)", window.raw)
    assert found, window.raw
    return float(found[1])


def test_nobody_who_never_stops_typing_keeps_the_program_from_ending(
    env: dict[str, str], windows: list[Window]
) -> None:
    windows.append(window := Window([], env, program=discarding("streams.MOST_SECONDS = 1.0")))
    window.see("WAITS")
    while b"WAITED" not in window.raw:
        window.settle(0.01)
        window.type("x")
    assert window.end() == 0
    assert 1.0 <= seconds_waited(window) < 5.0


def test_the_program_waits_no_longer_than_somebody_types(env: dict[str, str], windows: list[Window]) -> None:
    windows.append(window := Window([], env, program=discarding()))
    assert window.end() == 0
    assert 0.3 <= seconds_waited(window) < 3.0
    check_sane(window)


def test_a_terminal_that_goes_away_ends_the_wait(env: dict[str, str], windows: list[Window]) -> None:
    deaf = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    deaf += "; streams.QUIET_SECONDS = streams.MOST_SECONDS = 600.0"
    windows.append(window := Window([], env, program=discarding(deaf)))
    window.see("WAITS")
    wait_for_no_echo(window)
    window.hang_up()
    assert window.end(seconds=60) in {0, 1}, "1: it cannot say how long it waited"


def test_a_signal_during_the_wait_leaves_a_sane_terminal(env: dict[str, str], windows: list[Window]) -> None:
    patient = "from iop_screen.console.signals import raise_on_end_signals; raise_on_end_signals()"
    patient += "; streams.QUIET_SECONDS = streams.MOST_SECONDS = 600.0"
    windows.append(window := Window([], env, program=discarding(patient)))
    window.see("WAITS")
    wait_for_no_echo(window)
    window.child.kill(signal.SIGTERM)
    assert window.end() == 143
    check_sane(window)


@pytest.mark.parametrize("name", ["discard_input", "discard_until_quiet"])
def test_a_terminal_that_is_somebody_elses_is_not_touched(
    env: dict[str, str], windows: list[Window], name: str
) -> None:
    """Whoever touches it from the background is stopped."""
    forget = f"from iop_screen.console.streams import {name}; {name}()"
    job = f"import subprocess, sys; words = [sys.executable, '-c', {forget!r}]; "
    job += "print('ENDED', subprocess.run(words, process_group=0).returncode)"
    windows.append(window := Window([], env, program=(sys.executable, "-c", job)))
    window.see("ENDED 0")


def test_a_process_that_was_stopped_draws_anew_and_takes_keys(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    windows.append(window := Window(small, env))
    window.answer(["n"])
    window.see("Question 2 of")
    window.settle()
    raw = window.modes
    window.child.kill(signal.SIGSTOP)
    termios.tcsetattr(window.child.child_fd, termios.TCSANOW, window.modes_before)
    window.screen.reset()
    window.child.kill(signal.SIGCONT)
    window.see("Question 2 of", "DANGER: call 000")
    assert window.modes == raw
    window.press("2", "Question 3 of")
    window.type("q")
    assert window.end() == 5
    check_sane(window)
    assert list(kept(home).answers) == ["danger", "threat"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no such signal here")
def test_a_hang_up_that_is_ignored_ends_nothing(env: dict[str, str], small: list[object]) -> None:
    """As under nohup."""
    command = ["/bin/sh", "-c", 'trap \'\' HUP; exec "$0" "$@"', *PROGRAM, *map(str, small)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=env
    ) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        running.stderr.readline()
        running.send_signal(signal.SIGHUP)
        running.stdin.write(b"n\n")
        running.stdin.close()
        assert running.wait(PATIENCE) == 5
    assert list(kept(Path(env["HOME"])).answers) == ["danger"]


# ---------------------------------------------------------------------------------------------- sizes


def test_another_size_in_the_middle(env: dict[str, str], windows: list[Window]) -> None:
    windows.append(window := Window(["interview"], env))
    first = window.see("Question 1 of", "DANGER: call 911")
    for columns, rows in ((40, 12), (80, 24), (200, 50), (20, 5), (80, 24)):
        window.resize(columns, rows)
        questionnaire = columns >= 40
        shown = window.wait(lambda: "1 of 31" in window.screen.display[0], f"{columns}x{rows}")
        shown = window.settle()
        if questionnaire:
            assert "DANGER: call 911" in window.screen.display[-1]
            assert "How old is the person this call is about?" in " ".join(shown.split())
    assert shown == first
    window.press("2", "Question 2 of")
    window.type("q")
    assert window.end() == 5


# ---------------------------------------------------------------------------------------------- line by line


def check_readable(output: bytes) -> None:
    """Text for a screen reader: no escape code, no rule or box, nothing that stands in columns, no traceback."""
    assert not ESCAPE.search(output)
    text = output.decode()
    assert "Traceback" not in text
    for line in text.replace("\r\n", "\n").split("\n"):
        assert not re.search(r"[\x00-\x1f\x7f-\x9f]", line), line
        assert "  " not in line.strip(), line
        assert not line.strip() or re.search(r"\w", line), line


@pytest.mark.parametrize("how", ["--plain", "TERM=dumb", "ACCESSIBLE=1"])
def test_line_mode_on_a_terminal(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window], how: str
) -> None:
    asked = [how] if how.startswith("-") else []
    wanted = dict([how.split("=")]) if "=" in how else {}
    windows.append(window := Window([*small, *asked], {**env, **wanted}))
    for line in [*as_lines(SMALL_CALL).splitlines(), "f", "q"]:
        window.wait(lambda: window.raw.endswith((b"): ", b"choice: ")), "a prompt")
        window.raw += b"\r\n"
        window.type(f"{line}\n")
    assert window.end() == 0
    check_readable(window.raw)
    assert kept(home).final


def test_lines_typed_before_a_page_is_shown_answer_nothing(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    """On a terminal, where somebody sits who has not read the page; a pipe is answered line by line."""
    windows.append(window := Window([*small, "--plain"], env, typed_ahead="n\n2\n0\n"))
    window.see("Ignored: that was typed before this page was shown.")
    window.type("y\nm\n")
    window.see("Where is the person now")
    window.settle()
    window.type("q\n")
    assert window.end() == 5
    assert kept(home).answers == {"danger": chosen("yes")}
    assert kept(home).danger_waits


def test_line_mode_through_a_pipe(env: dict[str, str]) -> None:
    ran = piped(["interview"], env, as_lines(MOOD_ONLY) + "f\nq\n")
    assert ran.returncode == 0
    check_readable(ran.stderr)
    check_readable(ran.stdout)
    assert b"SUGGESTION" in ran.stdout


@pytest.mark.parametrize(
    ("shell", "code", "said"),
    [
        ("</dev/null", 5, "The interview is not finished"),
        ("<&-", 5, "The interview is not finished"),
        (">&-", 3, "standard output is closed"),
        (">/dev/full", 3, "No space left on device"),
        ("2>&-", 3, ""),
        ("2>/dev/full", 3, ""),
    ],
)
def test_streams_that_are_closed_or_full(
    env: dict[str, str], small: list[object], shell: str, code: int, said: str
) -> None:
    ran = piped(small, env, as_lines(SMALL_CALL) + "f\nq\n", shell)
    assert ran.returncode == code, ran.stderr
    assert said.casefold() in " ".join(ran.stderr.decode().split()).casefold()
    assert b"Traceback" not in ran.stderr + ran.stdout


# ---------------------------------------------------------------------------------------------- what can be shown

POOR = [
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "NO_COLOR": "1"},
    {"PYTHONIOENCODING": "cp1252"},
]


@pytest.mark.parametrize("more", POOR, ids=["C", "cp1252"])
def test_a_poor_encoding_can_be_read(
    home: Path, env: dict[str, str], small: list[object], more: dict[str, str]
) -> None:
    (home / "small.yaml").write_text(ODD, encoding="utf-8")
    ran = piped(small, {**env, **more}, "n\n1\n2\nna\u00efve \u2192\ny\nf\nq\n")
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr
    assert b"Question 1 of 6. Is there danger?" in ran.stderr
    assert b"SUGGESTION" in ran.stdout


def test_the_full_screen_needs_no_colour_and_no_encoding(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    (home / "small.yaml").write_text(ODD, encoding="utf-8")
    windows.append(window := Window([*small], {**env, **POOR[0]}))
    window.answer(["n", "1"])
    window.see("Question 3 of", r"2 +\[ \] Kind", "DANGER: call 000")
    window.type("q")
    assert window.end() == 5
    codes = re.findall(rb"\x1b\[([0-9;]*)m", window.raw)
    assert {code for found in codes for code in found.split(b";")} <= {b"", b"0", b"1", b"4", b"7"}


# ---------------------------------------------------------------------------------------------- a result elsewhere


@pytest.mark.parametrize("asked", [[], ["--json"]], ids=["text", "json"])
def test_a_result_that_goes_to_a_file_is_alone_there(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window], asked: list[object]
) -> None:
    windows.append(window := Window([*small, *asked], env, redirected=">result"))
    window.answer(["n"])
    window.see("Question 2 of")
    window.press("r", "Check the answers")
    window.press("f", "finish all the same")
    window.press("f", "WHY")
    window.press("q")
    assert window.end() == 0
    check_sane(window)
    written = (home / "result").read_bytes()
    assert not ESCAPE.search(written)
    if asked:
        assert json.loads(written)["suggestion"] == "undetermined"
    else:
        assert b"SUGGESTION" in written
        assert b"Question 1" not in written


# ---------------------------------------------------------------------------------------------- keys nobody meant


def shuffled(keys: list[str]) -> list[str]:
    """Keys in an order that means nothing, the same each time."""
    return sorted(keys, key=lambda key: sha256(key.encode()).digest())


def test_what_is_typed_before_the_first_page_answers_nothing(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    every = [*"yn0123456789udsbrjcpft?!gmk", ENTER, " ", "\t", "\x1b[A", "\x1b[D", "\x7f"]
    burst = "".join(shuffled(every))
    windows.append(window := Window(small, env, typed_ahead=burst, program=PATIENT))
    while not window.raw:
        window.type(burst)
        window.settle(0.05)
    window.settle()
    window.child.kill(signal.SIGKILL)
    window.end()
    for listed in Store(home / "kept").listed():
        assert isinstance(listed.record, Record)
        assert not listed.record.answers


def test_a_held_key_answers_one_question_and_a_paste_none(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    windows.append(window := Window(small, env))
    window.see("Question 1 of")
    window.press("n", "Question 2 of")
    time.sleep(0.4)  # no keyboard repeats a held key sooner
    gaps, before = 0, time.monotonic()
    for _ in range(30):
        time.sleep(1 / 30)
        gaps += time.monotonic() - before > 0.5  # a machine so busy has let go of the key
        before = time.monotonic()
        window.type("n")
    window.see("Held key ignored", "Question 2 of")
    assert len(kept(home).answers) <= 1 + gaps
    letters = "".join(shuffled([*string.printable] * 2))
    known = kept(home)
    window.settle()
    time.sleep(QUIET)
    window.type(f"\x1b[200~{letters}\x1b[201~")
    window.see("a paste is no answer here", "Question 2 of")
    assert kept(home) == known
    time.sleep(QUIET)
    window.type(re.sub("[qQ!]", "", letters))
    window.settle()
    answers = kept(home).answers
    assert answers["danger"] == chosen("no")
    assert {*answers} <= {"danger", "threat"}, "only the question on the page could be read"


# ---------------------------------------------------------------------------------------------- where it is kept


def test_a_second_window_is_told_that_the_record_is_open(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window]
) -> None:
    windows.append(window := Window(small, env))
    window.answer(["n"])
    window.see("Question 2 of")
    second = piped([*small, "--resume"], env)
    assert second.returncode == 3
    assert b"is open in another window; close it there first" in second.stderr
    window.press("2", "Question 3 of")
    window.type("q")
    assert window.end() == 5
    assert list(kept(home).answers) == ["danger", "threat"]


@pytest.fixture
def disk(home: Path, env: dict[str, str]) -> Iterator[Path]:
    """A small disk of its own under the folder of records."""
    del env
    index = home / "kept"
    index.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(index)]
    with suppress(FileNotFoundError):
        if subprocess.run(mounted, capture_output=True, check=False).returncode == 0:
            yield index
            subprocess.run(["umount", "--lazy", str(index)], check=True)
            return
    pytest.skip("no disk can be mounted here")


def fill(disk: Path) -> Path:
    """A file that takes all the room there is."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"." * 4096)
    return ballast


def test_a_full_disk_is_said_and_nothing_is_lost_once_there_is_room(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window], disk: Path
) -> None:
    windows.append(window := Window(small, env))
    window.answer(["n"])
    window.see("Question 2 of", "saved")
    ballast = fill(disk)
    window.press("2", "3 of 6", "NOT SAVED", "kept in this window only")
    assert list(kept(home).answers) == ["danger"]
    ballast.unlink()
    window.press("u", "Question 4 of", "saved")
    assert "NOT SAVED" not in window.shown
    window.type("q")
    assert window.end() == 5
    assert list(kept(home).answers) == ["danger", "threat", "kinds"]


def tree(home: Path) -> dict[str, tuple[int, int]]:
    """Every file and folder, with its size and when it was written."""
    found = {str(path.relative_to(home)): path.lstat() for path in sorted(home.rglob("*"))}
    return {name: (stat.st_size, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.mark.parametrize("front_end", ["--full-screen", "--plain"])
def test_nothing_is_on_disk_if_nothing_is_to_be_saved(
    home: Path, env: dict[str, str], small: list[object], windows: list[Window], front_end: str
) -> None:
    del env["IOP_SCREEN_DATA_DIR"]
    before = tree(home)
    windows.append(window := Window([*small, "--no-save", front_end], env))
    window.see("Question 1 of")
    for key, page in (
        ("n", "Question 2 of"),
        ("r", "Check the answers"),
        ("f", "finish all"),
        ("f", "WHY|WHAT THIS RESTS ON"),
    ):
        window.press(key if front_end != "--plain" else f"{key}\n", page)
    assert tree(home) == before
    window.type("q" if front_end != "--plain" else "q\n")
    assert window.end() == 0
    assert b"Nothing was kept on disk." in window.raw
    assert tree(home) == before
    assert not os.path.lexists(home / "kept")
