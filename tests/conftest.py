"""The few fixtures that all tests share."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import hypothesis
import pytest

pytest.register_assert_rewrite("support")

REPOSITORY = Path(__file__).parent.parent
if sys.dont_write_bytecode:  # then nothing stands beside the sources, but each process would compile them all anew
    sys.dont_write_bytecode = False
    sys.pycache_prefix = os.environ["PYTHONPYCACHEPREFIX"] = str(REPOSITORY / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from support import loaded_once

loaded_once.share()  # before any of what follows imports the functions that load

from support.duck import Duck
from support.effort import DEEP, be_quick, examples
from support.postgres import Postgres, running_postgres
from support.questionnaires import ready
from support.running import Ran, Run
from support.spark import Spark, running_spark

from iop_screen import cli
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire


def pytest_configure(config: pytest.Config) -> None:
    """How often each property is tried: less often if the slow tests are left out."""
    if config.getoption("markexpr") == "not slow":
        be_quick()
    hypothesis.settings.register_profile(
        "screen",
        max_examples=examples(100),
        deadline=None,  # how long an example takes says how busy the machine is
        suppress_health_check=[hypothesis.HealthCheck.too_slow],  # and so does how long it takes to draw one
        print_blob=DEEP,
    )
    hypothesis.settings.load_profile("screen")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: tests of terminals and processes wait more than they compute."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow ones come first, so that no process waits in the end for one that has just begun such a test."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, so that no search for garbage has to go through it again."""
    gc.freeze()


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


@pytest.fixture(scope="session")
def records_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New folders, numbered here: pytest would look through all there are for each one more."""
    index = tmp_path_factory.mktemp("kept")
    return (index / str(number) for number in count())


@pytest.fixture(autouse=True)
def _records_elsewhere(monkeypatch: pytest.MonkeyPatch, records_folders: Iterator[Path]) -> Path:
    """Names a folder, so that no record of a test ever goes to that of the user. It is made when it is needed."""
    folder = next(records_folders)
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(folder))
    return folder


@pytest.fixture
def records_folder(_records_elsewhere: Path) -> Path:
    """The folder that records of a test are kept in."""
    _records_elsewhere.mkdir()
    return _records_elsewhere


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


@pytest.fixture(scope="session")
def compiled() -> CompiledQuestionnaire:
    """The default questionnaire."""
    return ready(default_questionnaire().read_bytes())


@pytest.fixture
def duck() -> Iterator[Duck]:
    """DuckDB, with nothing in it."""
    with Duck() as engine:
        yield engine


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of PostgreSQL. Each process of the tests that asks for it has its own, which takes a second."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """A session of Spark. It takes ten seconds and 600 MB to have one, so the tests that ask for it are slow."""
    with running_spark(tmp_path_factory.mktemp("spark")) as session:
        yield session
