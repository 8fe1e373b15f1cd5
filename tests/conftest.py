"""The few fixtures that all tests share."""

from __future__ import annotations

import io
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from iop_screen import cli
from iop_screen.checking.load import load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire

REPOSITORY = Path(__file__).parent.parent
SAMPLES = REPOSITORY.parent / "shared" / "samples"

HEADER = """\
format: 1
id: small
version: 1.0.0
title: Small
intended_use: For tests.
disclaimer: Made up.
levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]
first_steps: [{id: nurse, title: A nurse rings}, {id: help_now, title: Help now, interrupt: true}]
"""
"""The first lines of small questionnaires: two levels, and two first steps."""


@dataclass(frozen=True)
class Ran:
    """What a run of the program did."""

    code: int
    stdout: bytes
    err: str

    @property
    def out(self) -> str:
        """What it printed, as text."""
        return self.stdout.decode()


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _signals() -> None:
    """What a shell runs in the background may ignore signals; the programs that tests start are to hear them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in {"SIGHUP", "SIGTERM"} & {*dir(signal)}:
        signal.signal(getattr(signal, name), signal.SIG_DFL)


@pytest.fixture(autouse=True)
def _zone() -> Iterator[None]:
    """Times of day are those of the place; what tests compare with was written in UTC."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


@pytest.fixture(autouse=True)
def records_folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that records of a test are kept in, so that none ever goes to that of the user."""
    folder = tmp_path_factory.mktemp("kept")
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the program in this process: arguments, and what is typed."""

    def run_program(*arguments: object, typed: str | bytes | io.RawIOBase = "") -> Ran:
        given = typed.encode() if isinstance(typed, str) else typed
        stdin = io.BytesIO(given) if isinstance(given, bytes) else io.BufferedReader(given)
        out, err = io.BytesIO(), io.BytesIO()
        monkeypatch.setattr(sys, "argv", ["iop-screen", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin, "utf-8"))
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, "utf-8", write_through=True))
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, "utf-8", write_through=True))
        signals = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        try:
            cli.main()
        except SystemExit as end:
            code = end.code
        finally:
            for number, handler in signals.items():
                signal.signal(number, handler)
        return Ran(int(code or 0), out.getvalue(), err.getvalue().decode())

    return run_program


def ready(source: str | bytes) -> CompiledQuestionnaire:
    """A questionnaire that must have no problem, ready for judging."""
    loaded = load_questionnaire(source.encode() if isinstance(source, str) else source)
    assert loaded.questionnaire is not None, [problem.message for problem in loaded.problems]
    return compile_questionnaire(loaded.questionnaire, loaded.hash12)


@pytest.fixture(scope="session")
def compiled() -> CompiledQuestionnaire:
    """The default questionnaire."""
    return ready(default_questionnaire().read_bytes())


@pytest.fixture(scope="session")
def samples() -> Path:
    """Files from the field and hostile ones, where they are at hand."""
    if not SAMPLES.exists():
        pytest.skip("no sample files beside this working copy")
    return SAMPLES
