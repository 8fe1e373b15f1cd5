"""The program as a whole: exit codes, streams, signals, and internal errors, which never show an answer."""

from __future__ import annotations

import ast
import errno
import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.running import Run

from iop_screen import __version__
from iop_screen.batch import tally
from iop_screen.interview import session
from iop_screen.records.lock import Refused
from iop_screen.records.model import Head, Record
from iop_screen.records.store import Store

INTAKE = "examples/intake.csv"
CANARY = "Zq7canary"
PROGRAM = [sys.executable, "-m", "iop_screen"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["guide"], 0),
        ([], 2),
        (["interveiw"], 2),
        (["guide", "--colour"], 2),
        (["score"], 2),
        (["guide", "--questions", "nowhere.yaml"], 3),
        (["guide", "--questions", "."], 3),
        (["score", "nowhere.csv"], 3),
        (["score", "examples/intake.csv", "--delimiter", "/"], 2),
        (["score", "examples/intake.csv", "--explain"], 2),
        (["score", "examples/intake.csv", "--format", "xml"], 2),
    ],
)
def test_exit_codes(run: Run, arguments: list[str], code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert run(*arguments).code == code


@pytest.mark.parametrize("command", [["interview"], ["guide"], ["score", "examples/intake.csv"]])
def test_a_questionnaire_with_problems_cannot_be_used(
    run: Run, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    broken = tmp_path / "broken.yaml"
    broken.write_text("titel: x\nversion: 1.0.0\n", encoding="utf-8")
    ran = run(*command, "--questions", broken)
    assert (ran.code, ran.out) == (4, "")
    assert f"{broken}:1:1: error: `titel` is not a key of this part [unknown-key]" in ran.err


@pytest.mark.parametrize("name", ["forms.csv", "form.json", "forms.ndjson", "forms.tsv"])
@pytest.mark.parametrize(
    "command",
    [
        ["score", INTAKE, "--mapping"],
        ["score", INTAKE, "--questions"],
        ["inspect", INTAKE, "--mapping"],
        ["check"],
        ["check", "--cases"],
        ["check", "--site"],
        ["check", "--mapping"],
        ["diff", "questions.yaml"],
        ["show", "--questions"],
        ["sql", "--questions"],
        ["interview", "--site"],
    ],
    ids=lambda words: " ".join(map(str, words[::2])),
)
def test_no_line_of_forms_that_were_named_by_mistake_is_shown(
    run: Run, command: list[str], name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    forms = tmp_path / name
    forms.write_text(FORMS[name], encoding="utf-8")
    ran = run(*command, forms)
    assert ran.code in {1, 3, 4}
    assert CANARY not in ran.out + ran.err
    assert "[other-file]" in ran.out + ran.err


FORMS = {
    "forms.csv": f'id,suicide,remark\n1,no,"{CANARY}: x"\n2,{CANARY},# no\n',
    "forms.tsv": f"id\tsuicide\n{CANARY}\tno\n",
    "form.json": f'{{"id": "{CANARY}", "suicide": "danger", "{CANARY}": 1}}\n',
    "forms.ndjson": f'{{"id": "{CANARY}"}}\n{{"id": "{CANARY}", "suicide": "no"}}\n',
}


def test_a_questionnaire_that_merely_lies_here_is_not_used(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "questions.yaml").write_text("broken: yes\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run("guide").code == 0


def test_the_version_is_printed(run: Run) -> None:
    assert run("--version").out == f"iop-screen {__version__}\n"


@pytest.mark.parametrize(
    "asked", [["--version"], ["--help"], ["score", "--help"], ["records", "list", "--help"]], ids=str
)
def test_help_and_a_version_that_cannot_be_printed_are_no_fault_of_ours(asked: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run([*PROGRAM, *asked], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (3, "iop-screen: cannot write the output: no space left on device\n")


def test_help_is_ascii(run: Run) -> None:
    for command in ([], ["interview"], ["score"], ["guide"]):
        assert run(*command, "--help").out.isascii()


def test_an_internal_error_is_one_line_without_an_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(session, "typed_answer", fail)
    ran = run("interview", typed=f"{CANARY}\n")
    assert ran.code == 70
    assert CANARY not in ran.err + ran.out
    last = ran.err.splitlines()[-1]
    assert re.fullmatch(r".*internal error [0-9a-f]{8} \(ValueError at interview/session.py:\d+\); .*", last)
    assert "Traceback" not in ran.err


@pytest.mark.slow
@pytest.mark.parametrize("command", [["show"], ["show", "--format", "html"], ["score", "examples/intake.csv"]])
def test_no_output_replaces_the_questionnaire(
    run: Run, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(REPOSITORY)
    questions, link = tmp_path / "q.yaml", tmp_path / "link.yaml"
    content = (REPOSITORY / "questions.yaml").read_bytes()
    questions.write_bytes(content)
    link.hardlink_to(questions)
    for output in (questions, link):
        ran = run(*command, "--questions", questions, "-o", output, "--force")
        assert (ran.code, ran.out) == (3, "")
        assert "it is the input" in ran.err
    assert questions.read_bytes() == content
    ran = run("show", "-o", REPOSITORY / "questions.yaml", "--force")
    assert (ran.code, (REPOSITORY / "questions.yaml").read_bytes()) == (3, content)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="there is no file here that cannot be read")
@pytest.mark.parametrize("command", [["check"], ["guide", "--questions"], ["check", "--cases"], ["score"]])
def test_a_file_that_fails_while_it_is_read_is_no_internal_error(run: Run, command: list[str]) -> None:
    ran = run(*command, "/proc/self/mem")
    assert (ran.code, ran.out) == (3, "")
    assert "input/output error" in ran.err


def test_an_account_that_does_not_add_up_gives_no_output(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tally.Tally, "rows", property(lambda _: 0))
    out = tmp_path / "scored.csv"
    assert run("score", REPOSITORY / "examples" / "intake.csv", "-o", out).code == 70
    assert [*tmp_path.iterdir()] == []


def on_a_terminal(*typed: bytes, then: signal.Signals | None = None) -> tuple[int, str]:
    """Run an interview on a pseudo-terminal; type some lines, each after a prompt; end it by a signal if asked to."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the other process
        os.execv(sys.executable, [*PROGRAM, "interview", "--plain"])
    shown = b""
    for line in typed:
        while not re.search(rb": $", shown) or select.select([terminal], [], [], 0.1)[0]:
            assert select.select([terminal], [], [], 30)[0], "nothing more is shown"
            shown += os.read(terminal, 65536)
        os.write(terminal, line)
        shown += b"\n"
    if then:
        time.sleep(0.1)
        os.kill(pid, then)
    while select.select([terminal], [], [], 30)[0]:
        try:
            shown += os.read(terminal, 65536)
        except OSError:
            break
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "then", "code"),
    [
        ([b"2\n", b"f\n", b"f\n", b"f\n", b"q\n"], None, 0),
        ([b"2\n", b"q\n"], None, 5),
        ([b"2\n", b"\x04"], None, 5),
        ([b"2\n", b"\x03"], None, 130),
        ([b"2\n"], signal.SIGINT, 130),
        ([b"2\n"], signal.SIGTERM, 143),
        ([b"2\n"], signal.SIGHUP, 129),
    ],
)
def test_an_interview_on_a_terminal_ends_as_asked(typed: list[bytes], then: signal.Signals | None, code: int) -> None:
    ended, shown = on_a_terminal(*typed, then=then)
    assert ended == code
    assert "Traceback" not in shown
    assert "\x1b" not in shown
    assert ("interview --resume" in " ".join(shown.split())) == (code != 0)


def test_a_second_signal_does_not_interrupt_the_last_save(
    run: Run, monkeypatch: pytest.MonkeyPatch, records_folder: Path
) -> None:
    """Closing a window sends two: one from the system, and one from the shell."""
    really = Store.write

    def write(store: Store, head: Head, content: bytes, questionnaire: bytes) -> Refused | None:
        os.kill(os.getpid(), signal.SIGHUP)
        return really(store, head, content, questionnaire)

    monkeypatch.setattr(Store, "write", write)
    assert run("interview", typed="2\n").code == 129
    (kept,) = Store(records_folder).listed()
    assert isinstance(kept.record, Record)
    assert [*kept.record.answers] == ["age"]


class ClosedTerminal(io.RawIOBase):
    """A terminal that has been closed: reading from it fails."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: object) -> int:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_closed_terminal_ends_an_interview_as_a_hang_up_does(run: Run) -> None:
    ran = run("interview", typed=ClosedTerminal())
    assert (ran.code, ran.out) == (129, "")
    assert "internal error" not in ran.err


def test_an_output_in_an_old_code_page_is_readable(tmp_path: Path) -> None:
    text = (REPOSITORY / "questions.yaml").read_text(encoding="utf-8")
    path = tmp_path / "q.yaml"
    path.write_text(text.replace("title: Level-of-care screening", "title: Dépistage, niveau → Łódź"), encoding="utf-8")
    env = os.environ | {"PYTHONIOENCODING": "cp1252"}
    ran = subprocess.run([*PROGRAM, "guide", "--questions", path], capture_output=True, env=env, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert "Dépistage".encode("cp1252") in ran.stdout


def test_every_exit_code_is_one_of_the_enum() -> None:
    """No exit code is written as a bare number."""
    paths = (REPOSITORY / "iop_screen").rglob("*.py")
    nodes = [node for path in paths for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    stops = [call for call in calls if ast.unparse(call.func) == "CannotGoOn"]
    assert len(stops) > 30
    assert [ast.unparse(call) for call in stops if not ast.unparse(call.args[1]).startswith("Exit.")] == []
    ends = [
        call for call in calls if ast.unparse(call.func) in {"typer.Exit", "sys.exit", "SystemExit", "_print_failure"}
    ]
    parts = [(ast.unparse(call), part) for call in ends for part in ast.walk(call)]
    assert [call for call, part in parts if isinstance(part, ast.Constant) and type(part.value) is int] == []
