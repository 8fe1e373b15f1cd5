"""A run that goes on after one that was killed gives, to the byte, what an undisturbed one gives."""

from __future__ import annotations

import csv
import importlib
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from support.effort import DEEP, examples
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.paths import REPOSITORY
from support.running import Run
from support.tables import Table, tables

from iop_screen.batch.run_state import (
    FORMAT,
    AccountState,
    ReadUpTo,
    RunState,
    SavedOutput,
    SavedRun,
    run_as_bytes,
    run_in,
)
from iop_screen.batch.score import Scoring, outcomes_of
from iop_screen.batch.tally_state import SeenState, TallyState
from iop_screen.cli import resuming
from iop_screen.core import files
from iop_screen.report.score_output import csv_head, csv_segments
from iop_screen.report.score_rejects import rejects_head, rejects_text
from iop_screen.report.score_report import report_page
from iop_screen.report.score_summary import summary

INTAKE = REPOSITORY / "examples" / "intake.csv"


@dataclass(frozen=True)
class Written:
    """What a run wrote up to its end or to a lot, with its state then."""

    csv: bytes
    rejects: str
    state: RunState | None


def began(table: Table) -> Scoring:
    scoring = table.begun()
    assume(isinstance(scoring, Scoring))
    assert isinstance(scoring, Scoring)
    return scoring


def written(scoring: Scoring, before: Written | None = None) -> Iterator[Written]:
    """What there is after each lot; a run goes on after what there was before."""
    csv, rejects = csv_head(scoring.compiled, scoring.shape).encode(), rejects_head(scoring.files)
    if before is not None:
        csv, rejects, scoring.goes_on_from = before.csv, before.rejects, before.state
    yield Written(csv, rejects, before.state if before else None)
    for judged in scoring.lots():
        csv += bytes(scoring.build.rows(csv_segments(judged, scoring.shape), judged))
        rejects += rejects_text(outcomes_of(judged)) if judged.needs_look else ""
        yield Written(csv, rejects, scoring.state())


def all_of(scoring: Scoring, last: Written) -> tuple[bytes, str, str, str]:
    assert scoring.adds_up
    return last.csv, last.rejects, summary(scoring), report_page(scoring)


def read_back(state: RunState | None) -> RunState:
    """A state as the next run finds it in its file."""
    assert state is not None
    saved = SavedRun(FORMAT, (("--format", "csv"),), (), state)
    found = run_in(run_as_bytes(saved))
    assert found == saved
    return found.state


@settings(
    phases=[Phase.generate],
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), sizes=LOT_SIZES, other=LOT_SIZES)
def test_a_run_can_go_on_after_any_lot(table: Table, sizes: LotSizes, other: LotSizes) -> None:
    with lot_sizes(sizes):
        scoring = began(table)
        *killed, last = written(scoring)
        assume(not scoring.stopped_by)
        wanted = all_of(scoring, last)
    for before in killed[1:]:
        for again in (sizes, other):
            with lot_sizes(again):
                going_on = began(table)
                *_, end = written(going_on, replace(before, state=read_back(before.state)))
                assert all_of(going_on, end) == wanted


@pytest.mark.parametrize("text", ["caf\udce9", "\udcff\udc80", "half \ud83d", "\U0001f600 \x00 é"])
def test_a_state_can_hold_names_that_are_no_utf_8(text: str) -> None:
    output = SavedOutput(f"/{text}", f".{text}.part", (1, 2), 3, "", (4, 5), None)
    nothing = SeenState(0, ())
    tally = TallyState((text,), (), (), (), (), (), (), (), nothing, (), SeenState(1, ((0, 2, text),)), (), (), (), ())
    state = RunState(ReadUpTo(0, 1, (), ()), AccountState(1, 1, 0, 0, ()), tally)
    saved = SavedRun(FORMAT, ((text, text),), (output,), state)
    assert run_in(run_as_bytes(saved)) == saved


NO_STATES = [b"", b"{}", b"[1]", b"\xff", b'{"format": 1}', b'"\\ud800"', b"[" * 100_000, b"1" * 5000, b"NaN", b"{} {}"]


@pytest.mark.parametrize("content", NO_STATES, ids=lambda content: ascii(content[:14]))
def test_what_is_no_state_of_this_format_is_none(content: bytes) -> None:
    assert run_in(content) is None


class KilledError(BaseException):
    """Stands for a signal that nobody can catch."""


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lots are small, and the state is saved after each."""
    monkeypatch.setattr(resuming, "STATE_SECONDS", 0.0)
    with lot_sizes(LotSizes(records=16, stretch=2000)):
        yield


def killed_after(run: Run, lots: int, *arguments: object) -> None:
    """A run that is killed after so many lots: its files stay as they are, and unlocked."""
    count = 0
    real = resuming.StateKeeper.after_lot

    def after_lot(keeper: resuming.StateKeeper) -> None:
        nonlocal count
        real(keeper)
        count += 1
        if count == lots:
            for _, new in keeper.outputs:
                new.stream.write(b"not part of the state")
            raise KilledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming.StateKeeper, "after_lot", after_lot)
        patch.setattr(files, "_delete_state", lambda _: None)
        patch.setattr(Path, "unlink", lambda *_, **__: None)
        with pytest.raises(KilledError):
            run("score", *arguments)


def outputs_in(folder: Path) -> list[object]:
    return ["-o", folder / "out.csv", "--rejects", folder / "rejects.csv", "--report", folder / "report.html"]


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def more_intake(folder: Path, times: int = 1) -> Path:
    head, *rows = INTAKE.read_bytes().splitlines(keepends=True)
    path = folder / "in.csv"
    path.write_bytes(head + b"".join(rows) * times)
    return path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    made = tmp_path / "calm", tmp_path / "killed"
    for each in made:
        each.mkdir()
    return made


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("lots", [1, 5, 11])
def test_a_killed_run_goes_on_to_the_same_bytes_and_no_stray_file(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], lots: int
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    wanted = run("score", intake, *outputs_in(calm))
    killed_after(run, lots, intake, *outputs_in(killed))
    (state,) = killed.glob(".*.state")
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    ran = run("score", intake, *outputs_in(killed), "--resume")
    first, _, rest = ran.err.partition("\n")
    assert first == f"going on with {killed / 'out.csv'} after {lots * 16} records that were done already"
    assert (ran.code, rest, content_of(killed)) == (wanted.code, wanted.err, content_of(calm))


def intake_with(folder: Path, column: str, cell: str) -> Path:
    """The intake with the same text in each cell of a column."""
    with INTAKE.open(newline="") as stream:
        rows = [*csv.reader(stream)]
    path, place = folder / "in.csv", rows[0].index(column)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *([*row[:place], cell, *row[place + 1 :]] for row in rows[1:])])
    return path


@pytest.mark.usefixtures("often")
def test_a_column_in_which_nothing_can_be_read_stops_a_run_that_goes_on(run: Run, tmp_path: Path) -> None:
    out, intake = tmp_path / "out.csv", intake_with(tmp_path, "alcohol_use", "such")
    wanted = run("score", intake, "-o", out)
    killed_after(run, 12, intake, "-o", out)
    ran = run("score", intake, "-o", out, "--resume")
    assert (ran.code, "nothing-readable" in ran.err, out.exists()) == (3, True, False)
    assert ran.err.endswith(wanted.err)


@pytest.mark.usefixtures("often")
@pytest.mark.skipif(sys.platform == "darwin", reason="its disks have no names that are not UTF-8")
def test_a_run_whose_files_have_names_that_are_no_utf_8_goes_on(
    run: Run, tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path).rename(tmp_path / "in\udcff.csv")
    names = ["-o", "caf\udce9.csv", "--rejects", "\udc80.csv"]
    assert run("score", intake, *(calm / name if "." in name else name for name in names)).code in {0, 1}
    asked = [intake, *(killed / name if "." in name else name for name in names)]
    killed_after(run, 3, *asked)
    assert run("score", *asked, "--resume").err.startswith("going on with ")
    assert content_of(killed) == content_of(calm)


@pytest.mark.usefixtures("often")
def test_a_part_file_that_somebody_has_named_is_not_taken_over(
    run: Run, tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    _, killed = folders
    intake = more_intake(tmp_path)
    killed_after(run, 5, intake, *outputs_in(killed))
    (part,) = killed.glob(".rejects.csv.*.part")
    left = part.rename(killed / "rejects.csv").read_bytes()
    ran = run("score", intake, *outputs_in(killed), "--resume")
    assert (ran.code, (killed / "rejects.csv").read_bytes()) == (3, left)


def killed_at_name(run: Run, name: str, *arguments: object) -> None:
    """A run that is killed before it gives a file its name; those that are named before it have theirs."""
    real_name, real_unlink, dead = vars(files)["_give_name"], Path.unlink, False

    def give_name(part: Path, path: Path, *, replace: bool) -> None:
        nonlocal dead
        if path.name == name:
            dead = True
            raise KilledError
        real_name(part, path, replace=replace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_give_name", give_name)
        patch.setattr(Path, "unlink", lambda path, **more: None if dead else real_unlink(path, **more))
        with pytest.raises(KilledError):
            run("score", *arguments)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("first", ["rejects.csv", "out.csv"])
@pytest.mark.parametrize("second", ["rejects.csv", "out.csv"])
def test_a_run_that_is_killed_twice_while_files_get_their_names_goes_on(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], first: str, second: str
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    run("score", intake, *outputs_in(calm))
    killed_at_name(run, first, intake, *outputs_in(killed))
    for _ in range(2):  # nothing is left to score, so only what is copied changes the state
        killed_at_name(run, second, intake, *outputs_in(killed), "--resume")
    assert run("score", intake, *outputs_in(killed), "--resume").code == 0
    assert content_of(killed) == content_of(calm)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("is_new", [True, False])
def test_a_file_that_was_put_there_or_changed_in_the_meantime_is_not_replaced(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], *, is_new: bool
) -> None:
    _, killed = folders
    intake = more_intake(tmp_path)
    killed_at_name(run, "out.csv", intake, *outputs_in(killed))
    killed_at_name(run, "rejects.csv", intake, *outputs_in(killed), "--resume")
    if is_new:  # it may get the same inode
        (killed / "rejects.csv").unlink()
    (killed / "rejects.csv").write_bytes(b"mine")
    ran = run("score", intake, *outputs_in(killed), "--resume")
    assert (ran.code, (killed / "rejects.csv").read_bytes()) == (3, b"mine")
    assert "exists already; add --force" in ran.err


def append(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"mine")


def change_in_the_middle(path: Path) -> None:
    time.sleep(0.02)  # clocks of files are not exact
    with path.open("r+b") as stream:
        stream.seek(7)
        stream.write(b"mine")


def overwrite(path: Path) -> None:
    path.write_bytes(b"mine")


def put_another_there(path: Path) -> None:
    path.unlink()
    path.write_bytes(b"mine")


def give_the_same_inode(path: Path) -> None:
    """As if the file had been deleted, and another one had got its inode."""
    path.write_bytes(b"")
    path.write_bytes(b"mine")


CHANGES = [append, change_in_the_middle, overwrite, put_another_there, give_the_same_inode]


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["report.html", "rejects.csv"])
def test_a_file_that_had_its_name_and_was_changed_before_a_run_goes_on_is_not_replaced(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], name: str, change: Callable[[Path], None]
) -> None:
    _, killed = folders
    intake = more_intake(tmp_path)
    killed_at_name(run, "out.csv", intake, *outputs_in(killed))
    change(killed / name)
    mine = content_of(killed)[name]
    ran = run("score", intake, *outputs_in(killed), "--resume")
    assert (ran.code, content_of(killed)[name], "is not there as it was" in ran.err) == (3, mine, True)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", ["report.html", "rejects.csv"])
def test_a_file_that_is_changed_while_a_run_goes_on_is_replaced_only_if_asked(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], name: str, change: Callable[[Path], None]
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    run("score", intake, *outputs_in(calm))
    for more in ([], ["--force"]):
        killed_at_name(run, "out.csv", intake, *outputs_in(killed), "--force")
        with changed_at_end(killed / name, change) as mine:
            ran = run("score", intake, *outputs_in(killed), "--resume", *more)
        if more:
            assert (ran.code, content_of(killed)) == (0, content_of(calm))
        else:
            assert (ran.code, [content_of(killed)[name]]) == (3, mine)
            assert f"{killed / name} exists already; add --force to replace it" in ran.err


@contextmanager
def changed_at_end(path: Path, change: Callable[[Path], None]) -> Iterator[list[bytes]]:
    """Somebody changes a file when a run has written all, and before a file gets its name; what it has then."""
    real, mine = resuming.StateKeeper.at_end, list[bytes]()

    def at_end(keeper: resuming.StateKeeper) -> None:
        real(keeper)
        change(path)
        mine.append(path.read_bytes())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming.StateKeeper, "at_end", at_end)
        yield mine


@pytest.mark.usefixtures("often")
def test_a_file_that_is_deleted_while_a_run_goes_on_is_there_again(
    run: Run, tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    run("score", intake, *outputs_in(calm))
    killed_at_name(run, "out.csv", intake, *outputs_in(killed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resuming.StateKeeper, "at_end", lambda _: (killed / "rejects.csv").unlink())
        assert run("score", intake, *outputs_in(killed), "--resume").code == 0
    assert content_of(killed) == content_of(calm)


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("there", ["out.csv", "rejects.csv", "report.html"])
def test_a_run_that_is_refused_leaves_all_that_can_be_gone_on_with(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], there: str
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    run("score", intake, *outputs_in(calm))
    (killed / there).write_bytes(b"old")
    killed_after(run, 5, intake, *outputs_in(killed), "--force")
    left = content_of(killed).keys()
    handles = open_handles()
    for more in ([], ["--resume"], []):
        ran = run("score", intake, *outputs_in(killed), *more)
        assert (ran.code, content_of(killed).keys(), open_handles()) == (3, left, handles)
        assert f"{killed / there} exists already" in ran.err
    assert run("score", intake, *outputs_in(killed), "--resume", "--force").err.startswith("going on with ")
    assert content_of(killed) == content_of(calm)


def open_handles() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize(
    ("change", "named"),
    [
        (["--keep", "id"], "--keep"),
        (["--duplicates", "first"], "--duplicates"),
        (["--delimiter", ","], "--delimiter"),
        ("another questionnaire", "the questionnaire"),
        ("another input", "the file"),
    ],
)
def test_a_run_that_is_asked_otherwise_does_not_go_on_and_touches_nothing(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], change: list[str] | str, named: str
) -> None:
    _, killed = folders
    intake, questions = more_intake(tmp_path), tmp_path / "questions.yaml"
    questions.write_bytes((REPOSITORY / "questions.yaml").read_bytes())
    asked = [intake, "--questions", questions, *outputs_in(killed)]
    killed_after(run, 3, *asked)
    left = content_of(killed)
    match change:
        case "another questionnaire":
            questions.write_bytes(questions.read_bytes() + b"\n")
        case "another input":
            intake.write_bytes(intake.read_bytes().replace(b"\n", b"\r\n"))
        case _:
            asked += change
    ran = run("score", *asked, "--resume")
    assert (ran.code, content_of(killed)) == (3, left)
    assert f"was not the same when the run began that was killed: {named}" in ran.err
    assert "Run it without --resume" in ran.err


def test_without_an_unfinished_run_it_starts_from_the_beginning(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    ran = run("score", INTAKE, "-o", out, "--resume")
    assert ran.err.startswith(f"no unfinished run of {out} was found; it starts from the beginning\n")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    again = run("score", INTAKE, "-o", out, "--resume")
    assert again.err.startswith(f"no unfinished run of {out} was found; it is there already\n")
    assert (again.code, "add --force to replace it" in again.err) == (3, True)


@pytest.mark.parametrize("arguments", [[INTAKE], ["-", "-o", "out.csv"]])
def test_nobody_goes_on_with_a_run_without_plain_files(run: Run, arguments: list[object]) -> None:
    ran = run("score", *arguments, "--resume")
    assert (ran.code, "--resume needs -o FILE" in " ".join(ran.err.split())) == (2, True)


def test_nobody_goes_on_with_what_another_run_is_writing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with files.new_file(out, replace=False):
        ran = run("score", INTAKE, "-o", out, "--resume")
    assert (ran.code, "another run is writing it now" in ran.err) == (3, True)


@pytest.mark.usefixtures("often")
def test_the_run_that_got_furthest_goes_on(run: Run, tmp_path: Path, folders: tuple[Path, Path]) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    run("score", intake, "-o", calm / "out.csv")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.import_module("iop_screen.cli.options"), "delete_unfinished", lambda _: ())
        for lots in (2, 6, 4):
            killed_after(run, lots, intake, "-o", killed / "out.csv")
    ran = run("score", intake, "-o", killed / "out.csv", "--resume")
    assert f"after {6 * 16} records" in ran.err
    assert content_of(killed) == content_of(calm)


@pytest.mark.usefixtures("often")
def test_a_run_without_resume_says_what_it_deletes(run: Run, tmp_path: Path, folders: tuple[Path, Path]) -> None:
    _, killed = folders
    intake = more_intake(tmp_path)
    killed_after(run, 2, intake, "-o", killed / "out.csv")
    (part,) = killed.glob(".*.part")
    ran = run("score", intake, "-o", killed / "out.csv")
    assert ran.err.startswith(
        f"{part} is deleted: it was the unfinished output of a run that was killed; "
        "with --resume, the same command would have gone on with it\n"
    )
    assert [path.name for path in killed.iterdir()] == ["out.csv"]


@pytest.mark.usefixtures("often")
@pytest.mark.parametrize("part", ["the output", "the rejects"])
def test_a_part_file_that_was_changed_is_not_gone_on_with(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], part: str
) -> None:
    _, killed = folders
    intake = more_intake(tmp_path)
    killed_after(run, 5, intake, *outputs_in(killed))
    (path,) = killed.glob(".out.csv.*.part" if part == "the output" else ".rejects.csv.*.part")
    path.write_bytes(b"x" * path.stat().st_size)
    ran = run("score", intake, *outputs_in(killed), "--resume")
    assert (ran.code, "is not there as it was" in ran.err) == (3, True)


@pytest.mark.usefixtures("often")
def test_a_full_disk_while_the_state_is_saved_keeps_the_old_output(
    run: Run, tmp_path: Path, folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, killed = folders
    (killed / "out.csv").write_bytes(b"old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.NewFile, "save_state", full)
    ran = run("score", more_intake(tmp_path), "-o", killed / "out.csv", "--force")
    assert (ran.code, "no space left" in ran.err, content_of(killed)) == (3, True, {"out.csv": b"old"})


KILLS = 200
SMALL_LOTS = """
import runpy, sys
from iop_screen.cli import resuming
from iop_screen.batch.lots import cells
from iop_screen.batch.sources import clean_lines
resuming.STATE_SECONDS = 0.0
cells.LOT_RECORDS, clean_lines.STRETCH_BYTES = 16, 2000
runpy.run_module("iop_screen", run_name="__main__")
"""
KILLED_AT_A_CHANGE = """
import os, signal, sys
changes = int(sys.argv.pop(1))
def watch(event, arguments):
    global changes
    made = event == "open" and isinstance(arguments[2], int) and arguments[2] & os.O_CREAT
    if made or event in {"os.rename", "os.link", "os.remove", "os.truncate"}:
        changes -= 1
        if changes < 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
"""
"""Before the program: it is killed when it has made, renamed, deleted and cut so many files."""


def is_complete(folder: Path) -> bool:
    """Whether a run came to its end there, whatever killed it after that."""
    return (folder / "out.csv").exists() and not [*folder.glob(".*")]


@pytest.mark.slow
def test_runs_that_are_killed_at_any_moment_go_on_to_the_same_bytes(
    run: Run, tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    wanted = run("score", intake, *outputs_in(calm))
    command = [sys.executable, "-c", SMALL_LOTS, "score", intake, *outputs_in(killed), "--resume"]
    began_at = time.monotonic()
    first = subprocess.run([*map(str, command)], capture_output=True, check=False)
    takes = time.monotonic() - began_at
    assert (first.returncode, content_of(killed)) == (wanted.code, content_of(calm))
    chance = random.Random(13)  # noqa: S311 - no secret
    for _ in range(KILLS if DEEP else KILLS // 10):
        if is_complete(killed):
            assert content_of(killed) == content_of(calm)
            for path in killed.iterdir():
                path.unlink()
        with subprocess.Popen([*map(str, command)], stderr=subprocess.DEVNULL) as process:
            time.sleep(chance.uniform(0.2, 1.0) * takes)
            process.send_signal(signal.SIGKILL)
    if is_complete(killed):
        (killed / "out.csv").unlink()
        command.append("--force")
    last = subprocess.run([*map(str, command)], capture_output=True, check=False, text=True)
    assert (last.returncode, content_of(killed)) == (wanted.code, content_of(calm))
    assert last.stderr.endswith(wanted.err)


@pytest.mark.slow
def test_runs_that_are_killed_before_any_change_of_a_file_go_on_to_the_same_bytes(
    run: Run, tmp_path: Path, folders: tuple[Path, Path]
) -> None:
    calm, killed = folders
    intake = more_intake(tmp_path)
    wanted = run("score", intake, *outputs_in(calm))
    few_lots = SMALL_LOTS.replace("16, 2000", "100, 20_000")
    asked = [*map(str, ["score", intake, *outputs_in(killed), "--resume"])]
    chance = random.Random(1)  # noqa: S311 - no secret
    for _ in range(KILLS // 4 if DEEP else KILLS // 20):
        for _ in range(chance.randint(2, 4)):
            code, changes = KILLED_AT_A_CHANGE + few_lots, str(chance.randrange(8, 40))
            subprocess.run([sys.executable, "-B", "-c", code, changes, *asked], capture_output=True, check=False)
            if is_complete(killed):
                break
        else:
            last = subprocess.run([sys.executable, "-c", few_lots, *asked], capture_output=True, check=False, text=True)
            assert (last.returncode, last.stderr[-len(wanted.err) :]) == (wanted.code, wanted.err)
        assert content_of(killed) == content_of(calm)
        for path in killed.iterdir():
            path.unlink()
