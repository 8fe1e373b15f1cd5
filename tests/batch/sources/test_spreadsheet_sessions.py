"""Workbooks as offices have them, from `inspect` to the results, by the program itself."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from support.questionnaires import TWO_LEVELS
from support.running import Run
from support.window import Window, environment
from support.workbooks import Cell, Error, Row, Sheet, ods, write_ods, write_xlsx, xlsx

from iop_screen.batch.sources.spreadsheet.book import SheetName
from iop_screen.batch.sources.spreadsheet.second_look import SheetLook
from iop_screen.batch.sources.spreadsheet.xlsx_look import XlsxBook

QUESTIONS = (
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Is there danger?, role: risk, type: yes_no, worse: yes}
      - {id: bad_days, ask: How many bad days?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - id: ties
        ask: What ties the person?
        role: risk
        type: multiple
        options: [{id: job, label: A job}, {id: kids, label: "Children, small"}, {id: court, label: Court}]
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.},
        {id: days, when: {bad_days: {at_least: 7}}, level: stay, because: There are bad days.},
        {id: with_kids, when: {ties: kids}, level: stay, because: There are children.}]
"""
)
FORMS = [
    ("F1", "yes", 0, ["job"]),
    ("F2", "no", 3, ["job", "kids"]),
    ("F3", "no", 9, []),
    ("F4", "no", 2, ["court", "job"]),
    ("F5", None, 2, ["kids", "court"]),
]
Make = Callable[[Sequence[Sheet]], bytes]
LABELS = {"job": "A job", "kids": "Children, small", "court": "Court"}
MADE_ON = datetime(2026, 11, 29, 9, 5)  # noqa: DTZ001 - a workbook has no zones


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(QUESTIONS)
    return file


def rows_of(text: str) -> list[dict[str, str]]:
    """The results, without what tells from which file and which line they came."""
    found = csv.DictReader(io.StringIO(text))
    return [{name: cell for name, cell in row.items() if name not in {"line", "file", "mapping"}} for row in found]


def by_ids() -> bytes:
    """The forms as CSV with the ids of questions and options."""
    stream = io.StringIO(newline="")
    rows = csv.writer(stream)
    rows.writerow(["id", "danger", "bad_days", "ties"])
    rows.writerows([form, danger, days, ";".join(ties)] for form, danger, days, ties in FORMS)
    return stream.getvalue().encode()


def confirmed(mapping: Path) -> Path:
    """The mapping after a person has looked at it and deleted each `guess`."""
    text = mapping.read_text("utf-8")
    assert "guess" in text
    mapping.write_text("".join(line for line in text.splitlines(keepends=True) if "guess" not in line.split("#")[0]))
    return mapping


def microsoft() -> list[Row]:
    """As Microsoft Forms writes them: lists end with a semicolon, and headers with no-break spaces."""
    head = ["ID", "Start time", "Completion time", "Email", "Name", "Is there danger?\u00a0\u00a0"]
    rows: list[Row] = [[*head, "How many bad days?\n", "What ties the person?"]]
    for number, (_, danger, days, ties) in enumerate(FORMS, 1):
        listed = "".join(f"{LABELS[tie]};" for tie in ties)
        said = None if danger is None else danger.title()
        rows.append([number, MADE_ON, MADE_ON, "anonymous", None, said, days, listed or None])
    return rows


def google() -> list[Row]:
    """As Google Forms writes them: lists are joined by a comma, which options may have in them."""
    rows: list[Row] = [["Timestamp", "Is there danger?", "How many bad days?", "What ties the person?"]]
    for _, danger, days, ties in FORMS:
        said = None if danger is None else danger.title()
        rows.append([MADE_ON, said, days, ", ".join(LABELS[tie] for tie in ties) or None])
    return rows


@pytest.mark.parametrize("make", [xlsx, ods])
@pytest.mark.parametrize("forms", [microsoft(), google()], ids=["microsoft", "google"])
def test_an_export_scores_with_the_mapping_that_inspect_writes(
    forms: Sequence[Row], make: Make, run: Run, questions: Path, tmp_path: Path
) -> None:
    file, mapping = tmp_path / "forms.xlsx", tmp_path / "map.yaml"
    file.write_bytes(make([Sheet("Form Responses 1", forms)]))
    inspected = run("inspect", file, "--questions", questions, "--write-mapping", mapping)
    assert inspected.code == 1, inspected.err
    ran = run("score", file, "--questions", questions, "--mapping", confirmed(mapping))
    assert ran.code in {0, 1}, ran.err
    wanted = rows_of(run("score", "-", "--questions", questions, typed=by_ids()).out)
    for found, expected in zip(rows_of(ran.out), wanted, strict=True):
        for column in ("suggestion", "reasons", "open_questions", "problems"):
            assert found[column] == expected[column]


def test_the_same_forms_give_the_same_bytes_from_each_kind_of_file(run: Run, questions: Path, tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[*row] for row in csv.reader(io.StringIO(by_ids().decode()))]
    results = [run("score", "-", "--questions", questions, typed=by_ids()).stdout]
    for file in (write_xlsx(tmp_path / "in.xlsx", rows), write_ods(tmp_path / "in.ods", rows)):
        results.append(run("score", file, "--questions", questions).stdout)
        results.append(run("score", "-", "--questions", questions, typed=file.read_bytes()).stdout)
    assert [*map(rows_of, (each.decode() for each in results))] == [rows_of(results[0].decode())] * 5


def two_sheets(tmp_path: Path, rows: Iterable[Row] = ()) -> Path:
    file = tmp_path / "in.xlsx"
    forms: list[Row] = [["id", "danger", "bad_days", "ties"], ["F1", "no", 1, "job"], *rows]
    file.write_bytes(xlsx([Sheet("Notes", [["Call back"]]), Sheet("Forms 2026", [["Intake"], [], *forms])]))
    return file


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list processes there")
def test_ctrl_c_ends_the_process_that_reads_too(questions: Path, tmp_path: Path) -> None:
    form: Row = ["F1", "no", 1, "job"]
    rows: list[Row] = [["id", "danger", "bad_days", "ties"], *[form] * 30_000]
    file = write_xlsx(tmp_path / "in.xlsx", rows)
    window = Window(["score", file, "--questions", questions, "-o", tmp_path / "out.csv"], environment(tmp_path))
    window.wait(lambda: bool(_started_by(window.child.pid)), "the process that reads")
    [reader] = _started_by(window.child.pid)
    window.type("\x03")
    assert window.end() == 130
    assert "Traceback" not in window.shown
    assert not (tmp_path / "out.csv").exists()
    assert not Path(f"/proc/{reader}").exists()


def _started_by(process: int) -> list[str]:
    """The processes that a process has started, as far as they have not ended."""
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory it took")
def test_a_sheet_with_a_cell_as_far_out_as_is_allowed_takes_little_memory(questions: Path, tmp_path: Path) -> None:
    file = tmp_path / "in.xlsx"
    far: list[Row] = [["id", "danger", "bad_days"], ["F1", "no", 1], *[[]] * 99_997, [*[None] * 39, 1]]
    file.write_bytes(xlsx([Sheet("Forms", far)]))
    program = (
        "import resource, sys\nfrom iop_screen.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass\n"
        "ours = open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]\n"
        "print(int(ours) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    said = [
        "score",
        str(file),
        "--questions",
        str(questions),
        "--allow-missing",
        "all",
        "-o",
        str(tmp_path / "out.csv"),
    ]
    ran = subprocess.run([sys.executable, "-c", program, *said], capture_output=True, text=True, check=True)
    ours, readers = map(int, ran.stdout.split())
    assert ours < 150
    assert 20 < readers < 300
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_a_sheet_that_is_not_named_is_asked_for(command: str, run: Run, questions: Path, tmp_path: Path) -> None:
    ran = run(command, two_sheets(tmp_path), "--questions", questions)
    assert ran.code == 3
    said = " ".join(ran.err.split())
    assert "2 sheets of the workbook hold something: 'Notes', 'Forms 2026' [several-sheets]" in said
    assert "iop-screen inspect" in said.partition("[several-sheets]")[2]
    assert " --sheet Notes" in said


def test_inspect_finds_the_header_of_a_sheet_and_writes_both_into_the_mapping(
    run: Run, questions: Path, tmp_path: Path
) -> None:
    file, mapping = two_sheets(tmp_path), tmp_path / "map.yaml"
    said = ("--questions", questions, "--sheet", "Forms 2026")
    ran = run("inspect", file, *said, "--write-mapping", mapping)
    assert "Header: line 3; after 2 other lines: a guess" in ran.out
    written = mapping.read_text("utf-8")
    assert '\nfile:\n  skip_lines: 2\n  sheet: "Forms 2026"\n  guess: true\n' in written
    scored = run("score", file, "--questions", questions, "--mapping", confirmed(mapping))
    assert [row["id"] for row in rows_of(scored.out)] == ["F1"]
    assert run("score", file, *said).code == 3


def test_a_mapping_without_a_guess_says_the_sheet_all_the_same(run: Run, questions: Path, tmp_path: Path) -> None:
    file, mapping = tmp_path / "in.xlsx", tmp_path / "map.yaml"
    rows: list[Row] = [["id", "Is there danger?", "bad_days", "ties"], ["F1", "no", 1, "job"]]
    file.write_bytes(xlsx([Sheet("Notes", [["Call back"]]), Sheet("Forms", rows)]))
    run("inspect", file, "--questions", questions, "--sheet", "Forms", "--write-mapping", mapping)
    assert '\nfile:\n  sheet: "Forms"\n\n' in mapping.read_text("utf-8")
    assert run("score", file, "--questions", questions, "--mapping", confirmed(mapping)).code == 0


def test_what_is_wrong_in_a_sheet_is_counted_told_and_won_back(run: Run, questions: Path, tmp_path: Path) -> None:
    file, rejects = tmp_path / "in.xlsx", tmp_path / "rejects.csv"
    rows: list[Row] = [
        ["id", "danger", "bad_days", "ties"],
        ["F1", Error("#N/A"), 1, "job"],
        ["F2", "yes", None, "job"],
        ["F3", "yes", 2, "job"],
    ]
    file.write_bytes(xlsx([Sheet("Forms", rows, first=(5, 3), merged=("D7:E7",))]))
    ran = run("score", file, "--questions", questions, "--rejects", rejects)
    assert ran.code == 1
    said = " ".join(ran.err.split())
    assert "cells that hold an error: D6" in said
    assert "merged cells below the header, whose rows are rejected: D7:E7" in said
    assert next((row["id"], row["problems"]) for row in rows_of(ran.out)) == ("F1", "danger:unreadable")
    assert ",7,7,,merged-cell," in rejects.read_text("utf-8")
    again = run("score", rejects, "--questions", questions)
    assert [row["problems"] for row in rows_of(again.out)] == ["danger:unreadable", "record:merged-cell"]
    rejects.write_text(rejects.read_text("utf-8").replace(",7,7,,merged-cell,", ",7,7,,,"), "utf-8")
    again = run("score", rejects, "--questions", questions)
    assert [(row["id"], row["suggestion"]) for row in rows_of(again.out)] == [("F1", "undetermined"), ("F2", "stay")]


def test_inspect_looks_through_a_sheet_once(
    run: Run, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    look = XlsxBook.look

    def counted(book: XlsxBook, sheet: SheetName) -> SheetLook:
        looks.append(sheet.name)
        return look(book, sheet)

    monkeypatch.setattr(XlsxBook, "look", counted)
    ran = run("inspect", two_sheets(tmp_path), "--questions", questions, "--sheet", "Forms 2026")
    assert "a guess, by the names" in " ".join(ran.out.split())
    assert looks == ["Forms 2026"]


def test_what_is_to_be_done_next_names_the_sheet_again(run: Run, questions: Path, tmp_path: Path) -> None:
    ran = run("score", two_sheets(tmp_path), "--questions", questions, "--sheet", "Forms 2026")
    command = next(line for line in ran.err.splitlines() if line.startswith("  iop-screen inspect"))
    assert ran.code == 3
    assert command.count("--sheet 'Forms 2026'") == 1
