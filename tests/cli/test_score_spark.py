"""`score --engine spark` as a whole: what it needs, what it refuses, and what it leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.running import Run
from support.small_screening import SCREENING
from support.spark import running_cluster, skip_without_spark
from support.window import environment

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.spark.counts import CELL_PROBLEM, SparkCounts
from iop_screen.batch.spark.failures import said_plainly
from iop_screen.batch.spark.scoring import said_of_file
from iop_screen.batch.tally import RowOutcome
from iop_screen.core.exits import CannotGoOn
from iop_screen.report.spark_summary import spark_summary

FORMS = REPOSITORY / "examples" / "intake.csv"
HEADER = "id,danger,shakes,remark\n"


@pytest.fixture
def java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """A Java that says that it has some version; it cannot do more."""

    def made(version: str) -> None:
        program = tmp_path / "java" / "bin" / "java"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
        (tmp_path / "java" / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "java"))

    return made


def test_without_java_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path / "out")
    assert ran.code == 3
    assert ran.err == (
        "iop-screen: --engine spark needs Java, and there is none: install Java 17 or later, or set JAVA_HOME\n"
    )


@pytest.mark.parametrize(("version", "said"), [("1.8.0_402", "8"), ("11.0.22", "11")])
def test_an_old_java_is_named(run: Run, java: Callable[[str], None], tmp_path: Path, version: str, said: str) -> None:
    java(version)
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path / "out")
    assert (ran.code, f"a later Java than version {said}: install Java 17" in ran.err) == (3, True)


def test_without_the_extra_it_says_how_to_get_it(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def found(name: str) -> object:
        return None if name == "pyspark" else find_spec(name)

    monkeypatch.setattr("iop_screen.batch.spark.session.find_spec", found)
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path / "out")
    assert (ran.code, ran.err) == (
        3,
        "iop-screen: --engine spark needs more packages: pip install 'iop-screen[spark]'\n",
    )


@pytest.mark.parametrize(
    "options",
    [
        ["--rejects", "x"],
        ["--report", "x"],
        ["--explain"],
        ["--keep", "age"],
        ["--resume"],
        ["--fast"],
        ["--no-fast"],
        ["--threads", "2"],
        ["--duplicates", "first"],
        ["--duplicates", "latest", "--time-column", "t"],
        ["--time-format", "%Y"],
        ["--encoding", "cp1252"],
        ["--sheet", "x"],
        ["--dictionary", "x"],
        ["--show-values"],
        ["--force"],
        ["--format", "jsonl"],
        ["-"],
    ],
    ids=" ".join,
)
def test_an_option_that_spark_cannot_follow_is_refused(run: Run, tmp_path: Path, options: list[str]) -> None:
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path / "out", *options)
    assert ran.code == 2
    assert "does not go with --engine spark" in ran.err


def test_spark_needs_a_folder_to_write(run: Run) -> None:
    skip_without_spark()
    ran = run("score", "--engine", "spark", FORMS)
    assert (ran.code, "needs -o DIR" in ran.err) == (2, True)


def test_a_master_without_spark_is_refused(run: Run) -> None:
    ran = run("score", FORMS, "--master", "yarn")
    assert (ran.code, "--master goes with --engine spark" in ran.err) == (2, True)


def test_an_output_that_is_there_is_left_alone(run: Run, tmp_path: Path) -> None:
    skip_without_spark()
    (tmp_path / "kept").write_text("mine")
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path)
    assert (ran.code, "is there already" in ran.err) == (3, True)
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


class FullDisk:
    """File systems on which nothing can be written any more."""

    def __init__(self, _session: object, *, local: bool) -> None:
        assert local

    def write(self, _folder: str, _name: str, _content: bytes) -> None:
        """Fail as Java does."""
        from py4j.protocol import Py4JError  # noqa: PLC0415

        raise Py4JError("java.io.IOException: No space left on device")


def test_a_disk_that_is_full_at_the_end_is_an_error_and_leaves_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    skip_without_spark()
    place = "iop_screen.batch.spark"
    monkeypatch.setattr(f"{place}.session.spark_session", nullcontext)
    monkeypatch.setattr(f"{place}.places.FileSystems", FullDisk)
    counts = SparkCounts(0, 0, 0, {}, 0, 0, 0)
    monkeypatch.setattr(f"{place}.scoring.score_files", lambda *_: counts)
    ran = run("score", "--engine", "spark", FORMS, "-o", tmp_path / "out")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err == "iop-screen: Spark failed while it was writing the results (Py4JError)\n"
    assert not [*tmp_path.iterdir()]


def test_the_summary_counts_every_record_and_says_who_comes_first() -> None:
    outcomes = {
        RowOutcome("emergency", "now", "now"): 3,
        RowOutcome("home"): 1_000,
        RowOutcome("undetermined", "", "now"): 4,
        RowOutcome("rejected"): 2,
    }
    counts = SparkCounts(1_015, 1, 1_009, outcomes, unreadable=5, duplicates=2, other_version=1)
    text = spark_summary(counts, ready(SCREENING), ScoreSettings(expect=1_016), "out")
    for said in (
        "EMERGENCIES: 3.",
        "EMERGENCY NOT RULED OUT: 4.",
        "NOT JUDGED: 7.",
        "EXPECTED 1,016 RECORDS, READ 1,015",
        "1,015 = 1,007 scored + 2 rejected + 5 excluded + 1 blank",
        "COULD NOT BE READ: 5",
        "Ids that stand twice; each of their forms is scored: 2",
        "A line: call 000",
        "Not a diagnosis.",
        "small@2.1.0#",
    ):
        assert said in text
    assert not counts.clean


@pytest.mark.parametrize(
    ("problems", "found"),
    [
        ("danger:unreadable", True),
        ("days:out-of-range", True),
        ("shakes:answered-but-not-asked;kinds:not-alone;remark:no-column", True),
        ("", False),
        ("shakes:answered-but-not-asked;remark:no-column;shakes:answered-but-not-asked", False),
        ("record:duplicate-id", False),
        ("record:duplicate-id;a.b:out-of-range", True),
    ],
)
def test_a_form_with_a_cell_that_is_no_answer_is_found_by_its_problems(problems: str, *, found: bool) -> None:
    assert bool(re.search(CELL_PROBLEM, f";{problems};")) == found


def test_what_a_person_should_look_at_is_no_clean_run() -> None:
    home = {RowOutcome("home"): 2}
    clean = SparkCounts(3, 1, 2, home, unreadable=0, duplicates=0, other_version=0)
    assert clean.clean
    for other in (
        replace(clean, unreadable=1),
        replace(clean, duplicates=2),
        replace(clean, other_version=1),
        replace(clean, outcomes={RowOutcome("home"): 1, RowOutcome("rejected"): 1}),
        replace(clean, rows=0, outcomes={}),
    ):
        assert not other.clean
    assert replace(clean, records=4).clean  # a record was left out, and others were scored
    text = spark_summary(replace(clean, rows=0, outcomes={}), ready(SCREENING), ScoreSettings(), "out")
    assert "No form was scored: 2 left out" in text


def test_what_is_wrong_with_the_columns_is_said_of_a_file() -> None:
    of_frame = InputProblem("frame", None, "missing-columns", "none", command=("inspect", "frame"))
    assert said_of_file(of_frame, "a.csv") == replace(of_frame, file="a.csv", command=("inspect", "a.csv"))
    of_file = InputProblem("b.csv", None, "wrong-width", "2 records")
    assert said_of_file(of_file, "a.csv") == of_file


# ------------------------------------------------------------------ whole runs


def started(home: Path, *arguments: object, **more: str) -> subprocess.Popen[str]:
    """The program in a folder of its own, with a folder for temporary files; `more` is in its environment."""
    (home / "tmp").mkdir()
    (home / "work").mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", "iop_screen", "score", "--engine", "spark", *map(str, arguments)],
        cwd=home / "work",
        env=environment(home, **more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def javas(home: Path) -> list[str]:
    """The processes of Java that know this folder."""
    found = list[str]()
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = process.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if "java" in words.split("\0")[0] and str(home) in words:
            found.append(words)
    return found


@pytest.mark.slow
def test_a_run_is_quiet_and_leaves_its_results_alone(tmp_path: Path) -> None:
    skip_without_spark()
    questions, forms = tmp_path / "small.yaml", tmp_path / "forms.csv"
    questions.write_text(SCREENING)
    forms.write_text(HEADER + "1,no,none,\n2,yes,bad,\n3,no,worse,\n")
    (tmp_path / "events").mkdir()
    site = f"spark.eventLog.enabled true\nspark.eventLog.dir {(tmp_path / 'events').as_uri()}\nspark.ui.enabled true\n"
    (tmp_path / "spark-defaults.conf").write_text(site)
    asked = [forms, "-o", "out", "--questions", questions, "--master", "local[1]"]
    running = started(tmp_path, *asked, SPARK_CONF_DIR=str(tmp_path))
    out, err = running.communicate()
    assert (running.returncode, out) == (1, "")
    assert err.startswith("EMERGENCIES: 1. Look at these forms first.\n")
    assert "RECORDS READ: 3 = 3 scored + 0 rejected + 0 excluded + 0 blank" in err
    assert "FORMS WITH AN ANSWER THAT COULD NOT BE READ: 1" in err
    assert "WARN" not in err
    folder = tmp_path / "work" / "out"
    assert [each.name for each in (tmp_path / "work").iterdir()] == ["out"]
    names = sorted(each.name for each in folder.iterdir())
    assert (names[:2], [name[:5] for name in names[2:]]) == (["_SUCCESS", "_iop-screen.json"], ["part-"])
    assert [oct(each.stat().st_mode)[-3:] for each in (folder, *folder.iterdir())] == ["700", *["600"] * 3]
    said = json.loads((folder / "_iop-screen.json").read_text())
    assert (said["records"], said["disclaimer"], said["contacts"][0]["id"]) == (3, "Not a diagnosis.", "line")
    assert [*(tmp_path / "tmp").iterdir()] == []
    assert [*(tmp_path / "events").iterdir()] == []
    assert javas(tmp_path) == []


@pytest.mark.slow
def test_a_cluster_gives_the_same_results(run: Run, tmp_path: Path) -> None:
    forms, out = tmp_path / "forms.csv", tmp_path / "out"
    run("score", FORMS, "-o", tmp_path / "scored.csv")
    forms.write_bytes(FORMS.read_bytes())
    with running_cluster(tmp_path / "cluster") as master:
        started(tmp_path, forms, "-o", out, "--master", master, SPARK_LOCAL_IP="127.0.0.1").communicate()
        (executor,) = (tmp_path / "cluster").rglob("app-*/*/stderr")
        assert "Executor: Finished task" in executor.read_text()
    assert rows_of(tmp_path / "scored.csv") == rows_of(*out.glob("part-*.csv"))
    assert (out / "_SUCCESS").exists()


def rows_of(*files: Path) -> list[dict[str, str]]:
    """The rows of some files, but for what a cluster does not say, in an order of their own."""
    rows = [row for path in files for row in csv.DictReader(path.read_text().splitlines(keepends=True))]
    return sorted(({**row, "line": ""} for row in rows), key=lambda row: [*row.values()])


class JavaError:
    """An error of Java as py4j hands it over, with what it came from."""

    _target_id, _gateway_client = "o1", None

    def __init__(self, name: str, cause: JavaError | None = None) -> None:
        self._name, self._cause = name, cause

    def getCause(self) -> JavaError | None:  # noqa: N802 - its name in Java
        """What it came from."""
        return self._cause

    def getClass(self) -> JavaError:  # noqa: N802
        """Something that can say its name."""
        return self

    def getSimpleName(self) -> str:  # noqa: N802
        """Its name."""
        return self._name


ROUND = JavaError("SomeException")
ROUND._cause = ROUND  # noqa: SLF001


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            JavaError("RuntimeException", JavaError("ClassNotFoundException")),
            "(ClassNotFoundException): Spark has no package for such an address",
        ),
        (JavaError("ConnectException"), "(ConnectException): the machine at that address cannot be reached"),
        (JavaError("AccessDeniedException"), "(AccessDeniedException): you are not allowed to do this there"),
        (JavaError("IOException"), "(IOException)"),
        (ROUND, "(SomeException)"),
    ],
)
def test_an_error_of_java_is_told_by_what_it_came_from(error: JavaError, said: str) -> None:
    skip_without_spark()
    from py4j.protocol import Py4JJavaError  # noqa: PLC0415

    with pytest.raises(CannotGoOn) as failed, said_plainly("opening the inputs"):
        raise Py4JJavaError("its words may hold a cell", error)
    assert str(failed.value) == f"Spark failed while it was opening the inputs {said}"


def test_an_error_that_pyspark_has_renamed_is_told_by_what_it_came_from() -> None:
    """As that of an unknown host, which pyspark gives as an illegal argument."""
    skip_without_spark()
    from pyspark.errors import IllegalArgumentException  # noqa: PLC0415

    error = IllegalArgumentException("its words may hold a cell")
    vars(error)["_origin"] = JavaError("IllegalArgumentException", JavaError("UnknownHostException"))
    with pytest.raises(CannotGoOn) as failed, said_plainly("opening the inputs"):
        raise error
    assert str(failed.value).endswith("(UnknownHostException): the machine at that address cannot be reached")


@pytest.mark.slow
def test_an_address_that_spark_does_not_know_is_told(tmp_path: Path) -> None:
    skip_without_spark()
    running = started(tmp_path, "nosuch://forms/2026", "-o", "nosuch://results/2026", "--master", "local[1]")
    failed = "Spark failed while it was looking at the output folder (UnsupportedFileSystemException)"
    said = f"iop-screen: {failed}: Spark has no package for such an address\n"
    assert (*running.communicate(), running.returncode) == ("", said, 3)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="it looks for processes where Linux lists them")
def test_ctrl_c_leaves_no_java_and_no_file(tmp_path: Path) -> None:
    skip_without_spark()
    running = started(tmp_path, FORMS, "-o", "out")
    end = time.monotonic() + 120
    while not javas(tmp_path) and running.poll() is None and time.monotonic() < end:
        time.sleep(0.1)
    time.sleep(5)
    os.kill(running.pid, signal.SIGINT)
    _, err = running.communicate()
    assert running.returncode == 130
    assert err == "iop-screen: interrupted; nothing was written to out\n"
    assert [*(tmp_path / "work").iterdir()] == []
    assert [*(tmp_path / "tmp").iterdir()] == []
    assert javas(tmp_path) == []
