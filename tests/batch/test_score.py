"""The command `score`, from the bytes of an export to the rows, the summary and the exit code."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import pty
import re
import signal
import stat
import subprocess
import sys
import time
import tty
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.lot_sizes import LotSizes, lot_sizes
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.running import Ran, Run
from support.strategies import cells, form_of, sheets, sketches, text_of

from iop_screen.batch import score
from iop_screen.batch.sources import csv_framing
from iop_screen.batch.sources.source import Record
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import assess_one
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.score_output import safe_for_spreadsheet

PROGRAM = [sys.executable, "-m", "iop_screen"]
INTAKE = REPOSITORY / "examples" / "intake.csv"
CANARY = "Zq7canary"

QUESTIONS = """
format: 1
id: small
version: 2.1.0
title: A small questionnaire
intended_use: For tests.
disclaimer: -Not a diagnosis.
contacts: [{id: line, name: A line, reach: call 000, checked_on: 2026-01-01}]
applies_when: {grown: yes}
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
first_steps: [{id: look, title: A look first}, {id: now, title: Help now, interrupt: true}]
sections:
  - id: all
    title: All
    questions:
      - {id: grown, ask: Grown up?, role: context, type: yes_no}
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: shakes
        ask: Shakes?
        role: risk
        type: choice
        options: [{id: none, label: Not at all, points: 0}, {id: some, label: A bit, points: 1},
                  {id: bad, label: "Bad, or worse", points: 3}]
      - id: ties
        ask: What ties?
        role: access
        type: multiple
        options: [{id: job, label: A job}, {id: kids, label: Children}, {id: free, label: None, exclusive: true}]
      - {id: kids_old, ask: Old?, role: access, type: yes_no, ask_when: {ties: kids}}
      - {id: remark, ask: More?, role: access, type: text}
scores: [{id: total, title: Total, add: [shakes]}]
rules:
  - {id: in_danger, when: {danger: yes}, first_step: now, because: There is danger.}
  - {id: some_shakes, when: {shakes: {at_least: some}}, first_step: look, because: Some shakes.}
  - {id: bad_shakes, when: {shakes: bad}, level: stay, because: Bad shakes., source: A book}
notes: [{id: for_work, when: {ties: job}, say: Ask the boss., contacts: [line]}, {id: for_all, say: Take care.}]
"""
COLUMNS = (
    "line,id,suggestion,level_at_least,level_at_most,first_step_at_least,first_step_at_most,"
    "reasons,open_questions,notes,problems,missing,score_total,questionnaire,mapping,disclaimer"
)
HEADER = "id,grown,danger,shakes,ties,kids_old,remark\n"


@pytest.fixture(scope="session")
def small() -> CompiledQuestionnaire:
    return ready(QUESTIONS)


@pytest.fixture
def score_arguments(tmp_path: Path) -> Callable[..., tuple[object, ...]]:
    """Arguments that score some rows below the usual header with the small questionnaire."""
    (tmp_path / "in").mkdir()

    def arguments(rows: str | bytes, header: str = HEADER) -> tuple[object, ...]:
        (tmp_path / "in" / "q.yaml").write_text(QUESTIONS, encoding="utf-8")
        path = tmp_path / "in" / "forms.csv"
        path.write_bytes(header.encode() + (rows.encode() if isinstance(rows, str) else rows))
        return "score", path, "--questions", tmp_path / "in" / "q.yaml"

    return arguments


ScoreArguments = Callable[..., tuple[object, ...]]


def rows_of(ran: Ran) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(ran.out, newline=""), strict=True)]


def objects_of(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def taken(row: dict[str, Any], names: str) -> list[Any]:
    return [row[name] for name in names.split()]


def test_the_columns_stand_in_their_order(
    run: Run, score_arguments: ScoreArguments, small: CompiledQuestionnaire
) -> None:
    ran = run(*score_arguments("A-1,yes,no,none,job;kids,yes,hello\n"))
    assert ran.out == (
        f"{COLUMNS}\n2,A-1,home,home,home,,,,,for_work;for_all,,,0,small@2.1.0#{small.hash12},,'-Not a diagnosis.\n"
    )
    assert ran.code == 0


BOUNDS = "suggestion level_at_least level_at_most first_step_at_least first_step_at_most"


@pytest.mark.parametrize(
    ("answers", "bounds", "lists"),
    [
        ("yes,no,none,free,,", "home home home - -", "- | - | for_all | - | 0"),
        ("yes,no,some,,,", "home home home look look", "some_shakes | - | for_all | - | 1"),
        ("yes,no,bad,job,,", "stay stay stay look look", "some_shakes;bad_shakes | - | for_work;for_all | - | 3"),
        ("yes,no,,,,", "undetermined home stay - look", "- | shakes | for_all | - | -"),
        ("yes,no,unknown,,,", "undetermined home stay - look", "- | shakes | for_all | - | -"),
        ("yes,no,declined,,,", "undetermined home stay - look", "- | shakes | for_all | - | -"),
        ("yes,no,1,,,", "undetermined home stay - look", "- | shakes | for_all | shakes:unreadable | -"),
        ("yes,yes,none,,,", "emergency home home now now", "in_danger | - | for_all | - | 0"),
        ("yes,,none,,,", "undetermined home home - now", "- | danger | for_all | - | 0"),
        ("no,no,some,,,", "out_of_scope home home look look", "some_shakes | - | for_all | - | 1"),
        (",no,none,,,", "undetermined home home - -", "- | grown | for_all | - | 0"),
        (",,,,,", "undetermined home stay - now", "- | grown;danger;shakes | for_all | - | -"),
        ("yes,no,none,free;job,,", "home home home - -", "- | - | for_all | ties:not-alone | 0"),
        (
            "yes,no,none,job,yes,",
            "home home home - -",
            "- | - | for_work;for_all | kids_old:answered-but-not-asked | 0",
        ),
        (
            "v,w,z,,,",
            "undetermined home stay - now",
            "- | grown;danger;shakes | for_all | grown:unreadable;danger:unreadable;shakes:unreadable | -",
        ),
    ],
)  # fmt: skip
def test_a_form_becomes_a_row(run: Run, score_arguments: ScoreArguments, answers: str, bounds: str, lists: str) -> None:
    [row] = rows_of(run(*score_arguments(f"A-1,{answers}\n")))
    assert taken(row, BOUNDS) == ["" if word == "-" else word for word in bounds.split()]
    wanted = ["" if word == "-" else word for word in lists.split(" | ")]
    assert taken(row, "reasons open_questions notes problems score_total") == wanted


def test_jsonl_has_lists_as_arrays_and_nothing_as_null(
    run: Run, score_arguments: ScoreArguments, small: CompiledQuestionnaire
) -> None:
    [row] = objects_of(run(*score_arguments("A-1,yes,no,,job,,\n"), "--format", "jsonl"))
    assert [*row] == ["schema", *COLUMNS.split(","), "contacts"]
    assert row == {
        "schema": "iop-screen.result/1",
        "line": 2,
        "id": "A-1",
        "suggestion": "undetermined",
        "level_at_least": "home",
        "level_at_most": "stay",
        "first_step_at_least": None,
        "first_step_at_most": "look",
        "reasons": [],
        "open_questions": ["shakes"],
        "notes": ["for_work", "for_all"],
        "problems": [],
        "missing": [],
        "score_total": None,
        "questionnaire": small.stamp,
        "mapping": None,
        "disclaimer": "-Not a diagnosis.",
        "contacts": [{"id": "line", "name": "A line", "reach": "call 000"}],
    }


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("B-2,yes", "wrong-width"),
        ("B-2,yes,no,none,,\0,", "nul"),
        (b"B-2,yes,no,none,,,\xff", "undecodable"),
        ('B-2,yes,no,none,,,"x', "unclosed-quote"),
        ('B-2,yes,no,"none"x,,,', "text-after-quote"),
    ],
)
def test_a_rejected_record_has_its_row_in_its_place(
    run: Run, score_arguments: ScoreArguments, record: str | bytes, code: str
) -> None:
    bad = record if isinstance(record, bytes) else record.encode()
    arguments = score_arguments(b"\nA-1,yes,no,none,,,\n" + bad + b"\nC-3,yes,no,none,,,\n")
    ran = run(*arguments)
    assert [taken(row, "line id suggestion problems") for row in rows_of(ran)] == [
        ["3", "A-1", "home", ""],
        ["4", "", "rejected", f"record:{code}"],
        ["5", "C-3", "home", ""],
    ]
    assert ran.code == 1


def test_a_rejected_record_has_no_bounds_and_still_the_disclaimer(
    run: Run, score_arguments: ScoreArguments, small: CompiledQuestionnaire
) -> None:
    arguments = score_arguments("B-2,yes\n")
    [row] = rows_of(run(*arguments))
    assert {name: field for name, field in row.items() if field} == {
        "line": "2",
        "suggestion": "rejected",
        "problems": "record:wrong-width",
        "questionnaire": small.stamp,
        "disclaimer": "'-Not a diagnosis.",
    }
    [line] = objects_of(run(*arguments, "--format", "jsonl", "--explain"))
    assert taken(line, "id level_at_most score_total reasons problems") == [
        None,
        None,
        None,
        [],
        ["record:wrong-width"],
    ]


IDS = [
    *(
        "=1+1",
        "+1 555",
        "-17",
        "@home",
        "\t=1",
        "'0042",
        "''",
        "'",
        " =1",
        "\u00a0=1",
        "\uff1d1",
        "00123",
        "1e5",
        " x ",
    ),
    *("a,b", 'say "x"', "two\nlines", "two\r\nlines", "\n=1", "\u00e9", "e\u0301", "\u202ex", "\U0001f600", "a;b", ""),
]


@pytest.mark.parametrize("name", IDS)
def test_an_id_is_untouched_in_jsonl_and_can_be_won_back_from_csv(
    run: Run, score_arguments: ScoreArguments, name: str
) -> None:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerow([name, "yes", "no", "none", "", "", ""])
    arguments = score_arguments(text.getvalue())
    assert objects_of(run(*arguments, "--format", "jsonl"))[0]["id"] == name
    [row] = rows_of(run(*arguments))
    assert row["id"].removeprefix("'") == name
    assert row["id"][:1] not in set("=+-@\t\r\n")


def test_a_carriage_return_in_an_id_does_not_part_a_row(run: Run, score_arguments: ScoreArguments) -> None:
    arguments = score_arguments('"a\rb",yes,no,none,,,\n')
    written = run(*arguments).stdout
    rows = [*csv_framing.CsvRecords(io.BytesIO(written), ",")]
    assert [row.cells[1] for row in rows if isinstance(row, Record)] == ["id", "a\rb"]


NOT_SEEN = " \u00a0\u3000\u2003\u200b\ufeff\v\f\u2028\u2060\u200e\x1c"
"""Blanks of all kinds, and characters without a width."""


@pytest.mark.slow
@given(st.text(max_size=6) | st.text(st.sampled_from(f"'=+-@ \t\n\u00a0x{NOT_SEEN}"), max_size=5))
def test_what_makes_a_cell_safe_can_be_undone(text: str) -> None:
    """Take away one leading apostrophe, and every text is as it was; no safe text starts as a formula does."""
    safe = safe_for_spreadsheet(text)
    assert safe.removeprefix("'") == text
    assert not safe.lstrip(NOT_SEEN).startswith((*"=+-@\t\r\n", "\uff1d"))


@pytest.mark.parametrize("before", ["", *NOT_SEEN, " \u3000\u200b"])
@pytest.mark.parametrize("sign", "=+-@'\uff1d")
def test_a_formula_behind_anything_that_is_not_seen_is_made_safe(before: str, sign: str) -> None:
    assert safe_for_spreadsheet(f"{before}{sign}1+1") == f"'{before}{sign}1+1"


@pytest.mark.parametrize(
    "text", ["F-0001", " a=b", "\u3000name", "\u200bname", "\fname", "\u00e9=1", "", "(-1)", "3 - 2"]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert safe_for_spreadsheet(text) == text


def test_explain_adds_the_texts_behind_the_ids(run: Run, score_arguments: ScoreArguments) -> None:
    arguments = score_arguments("A-1,yes,,bad,job,,\n")
    [plain] = objects_of(run(*arguments, "--format", "jsonl"))
    [row] = objects_of(run(*arguments, "--format", "jsonl", "--explain"))
    assert {name: row[name] for name in plain} == plain
    answer = {"question": "shakes", "ask": "Shakes?", "answer": "Bad, or worse"}
    assert row["reason_details"][1] == {
        "id": "bad_shakes", "because": "Bad shakes.", "source": "A book", "answers": [answer]
    }  # fmt: skip
    assert row["open_details"] == [{"id": "danger", "ask": "Danger?"}]
    line = {"id": "line", "name": "A line", "reach": "call 000"}
    assert row["note_details"] == [
        {"id": "for_work", "say": "Ask the boss.", "contacts": [line]},
        {"id": "for_all", "say": "Take care.", "contacts": []},
    ]
    assert [(change["question"], change["suggestion"]) for change in row["changes"]]


@pytest.mark.slow
def test_explained_rows_of_the_example_say_what_the_plain_rows_say(run: Run) -> None:
    plain = objects_of(run("score", INTAKE, "--format", "jsonl"))
    full = objects_of(run("score", INTAKE, "--format", "jsonl", "--explain"))
    assert [{name: row[name] for name in plain[0]} for row in full] == plain


@pytest.mark.parametrize(
    ("delimiter", "mark"), [(",", ","), (";", ";"), ("tab", "\t"), ("\\t", "\t"), ("\t", "\t")]
)  # fmt: skip
def test_the_delimiter_is_the_one_that_is_named(
    run: Run, score_arguments: ScoreArguments, delimiter: str, mark: str
) -> None:
    row = mark.join(["A-1", "yes", "no", f'"Bad{mark} or worse"' if mark == "," else "bad", "", "", ""]) + "\n"
    ran = run(*score_arguments(row, HEADER.replace(",", mark)), "--delimiter", delimiter)
    assert (ran.code, rows_of(ran)[0]["suggestion"]) == (0, "stay")


def test_a_wrong_delimiter_is_an_error_with_a_hint(run: Run, score_arguments: ScoreArguments) -> None:
    ran = run(*score_arguments("", HEADER.replace(",", ";")))
    assert (ran.code, ran.out) == (3, "")
    assert "--delimiter ';'" in ran.err


@pytest.mark.parametrize(
    ("header", "options", "name"),
    [
        ("id,grown,case", [], "1"),
        ("case,grown,id", [], "3"),
        ("case,grown,other", [], None),
        ("id,grown,case", ["--id-column", "case"], "3"),
        ("case,grown,id", ["--id-column", "case"], "1"),
        ("ID,grown,case", [], "1"),
        (" id ,grown,case", [], "1"),
    ],
)
def test_the_id_is_the_text_of_its_column(
    run: Run, score_arguments: ScoreArguments, header: str, options: list[str], name: str | None
) -> None:
    arguments = score_arguments("1,2,3\n", header + "\n")
    ran = run(*arguments, "--allow-missing", "all", *options, "--format", "jsonl")
    assert objects_of(ran)[0]["id"] == name


def test_an_id_column_that_is_not_there_is_an_error(run: Run, score_arguments: ScoreArguments) -> None:
    ran = run(*score_arguments("A,yes,no,none,,,\n"), "--id-column", "idd")
    assert (ran.code, ran.out) == (3, "")
    assert "no column 'idd'" in ran.err
    assert "did you mean `id`?" in ran.err


def test_standard_input_is_scored_as_a_file_is(run: Run) -> None:
    piped, ran = run("score", "-", typed=INTAKE.read_bytes()), run("score", INTAKE)
    assert (piped.code, piped.out) == (ran.code, ran.out)


@pytest.mark.parametrize(
    ("rows", "options", "code"),
    [
        ("A,yes,no,none,,,\n", [], 0),
        ("A,yes,no,unknown,declined,,\n", [], 0),
        ("A,yes,yes,bad,,,\n", [], 0),
        ("A,no,no,none,job,yes,\n", [], 0),
        ("", [], 0),
        ("A,yes,no,perhaps,,,\n", [], 1),
        ("A,yes,no,none,job;free,,\n", [], 1),
        ("A,yes,no\n", [], 1),
        ("A,yes,no,perhaps,,,\n", ["--exit-zero"], 0),
        ("A,yes,no\n", ["--exit-zero"], 0),
        ("A,yes,no,none,,,\n", ["--explain"], 2),
        ("A,yes,no,none,,,\n", ["--delimiter", "/"], 2),
        ("A,yes,no,none,,,\n", ["--format", "xml"], 2),
        ("A,yes,no,none,,,\n", ["--id-column", "nobody"], 3),
        ("A,yes,no,none,,,\n", ["--exit-zero", "-o", "/dev/full"], 3),
    ],
)
def test_exit_codes(run: Run, score_arguments: ScoreArguments, rows: str, options: list[str], code: int) -> None:
    assert run(*score_arguments(rows), *options).code == code


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"\xef\xbb\xbf", b"x,y\n1,2\n", b"grown,a,a\n", b"grown\0\n", b"gr\xffown\n"],
)
def test_without_a_usable_header_there_is_no_output(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, content: bytes
) -> None:
    out = tmp_path / "out.csv"
    ran = run(*score_arguments(content, ""), "-o", out)
    assert (ran.code, ran.out, out.exists()) == (3, "", False)
    assert ran.err.endswith("iop-screen: 1 problem: nothing was scored\n")


@pytest.mark.parametrize("text", ["", "format: 2\n", "- x\n", "\tx"])
def test_a_questionnaire_with_problems_scores_nothing(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, text: str
) -> None:
    arguments = score_arguments("A,yes,no,none,,,\n")
    Path(str(arguments[-1])).write_text(text, encoding="utf-8")
    assert (run(*arguments, "-o", tmp_path / "out.csv").code, (tmp_path / "out.csv").exists()) == (4, False)


# What stands at the place of the output


GOOD = "A,yes,no,none,,,\n"


def parts(folder: Path) -> list[str]:
    """What a run that ended badly would leave."""
    return [path.name for path in folder.rglob(".*")]


def test_an_output_is_what_would_go_to_standard_output(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path
) -> None:
    plain, ran = run(*score_arguments(GOOD)), run(*score_arguments(GOOD), "-o", tmp_path / "out.csv")
    assert (ran.code, ran.out, ran.err) == (0, "", plain.err)
    assert (tmp_path / "out.csv").read_bytes() == plain.stdout


@pytest.mark.parametrize(("force", "code"), [([], 3), (["--force"], 0)])
def test_an_existing_output_is_only_replaced_by_force(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, force: list[str], code: int
) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(b"old")
    assert run(*score_arguments(GOOD), "-o", out, *force).code == code
    assert (out.read_bytes() == b"old") is (code == 3)
    assert parts(tmp_path) == []


def test_an_output_that_turns_up_meanwhile_is_kept_without_hard_links_too(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turns_up(path: Path, _: object) -> None:
        path.write_bytes(b"somebody else's")
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", turns_up)
    assert run(*score_arguments(GOOD), "-o", tmp_path / "out.csv").code == 3
    assert (tmp_path / "out.csv").read_bytes() == b"somebody else's"


def test_an_output_is_private_whatever_the_umask(run: Run, score_arguments: ScoreArguments, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        run(*score_arguments(GOOD), "-o", tmp_path / "out.csv")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "out.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("index", ["folder", "fifo", "/dev/full", "/dev/null", "missing/out.csv", "in/forms.csv/x"])
def test_a_place_that_cannot_hold_the_output_is_refused(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, index: str, force: list[str]
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    ran = run(*score_arguments(GOOD), "-o", tmp_path / index, *force)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith(f"iop-screen: cannot write {tmp_path / index}: ")
    assert parts(tmp_path) == []


@pytest.mark.parametrize("target", ["file", "nothing"])
def test_a_link_is_not_followed(run: Run, score_arguments: ScoreArguments, tmp_path: Path, target: str) -> None:
    (tmp_path / "file").write_bytes(b"old")
    out = tmp_path / "out.csv"
    out.symlink_to(tmp_path / target)
    assert run(*score_arguments(GOOD), "-o", out).code == 3
    assert out.is_symlink()
    assert run(*score_arguments(GOOD), "-o", out, "--force").code == 0
    assert not out.is_symlink()
    assert (tmp_path / "file").read_bytes() == b"old"
    assert not (tmp_path / "nothing").exists()


def test_the_input_is_not_overwritten_by_the_output(run: Run, score_arguments: ScoreArguments) -> None:
    arguments = score_arguments(GOOD)
    before = Path(str(arguments[1])).read_bytes()
    assert run(*arguments, "-o", arguments[1]).code == 3
    assert Path(str(arguments[1])).read_bytes() == before


def test_an_input_is_opened_by_its_name_and_not_as_a_pattern(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path
) -> None:
    _, _, *options = score_arguments("")
    for name, case in (("intake1.csv", "wrong"), ("intake[1].csv", "right"), ("*.csv", "star"), ("~", "home")):
        (tmp_path / name).write_text(f"{HEADER}{case},yes,no,none,,,\n", encoding="utf-8")
        assert rows_of(run("score", tmp_path / name, *options))[0]["id"] == case


@pytest.mark.parametrize("name", ["nowhere.csv", "."])
def test_an_input_that_cannot_be_read_is_said_in_one_line(run: Run, tmp_path: Path, name: str) -> None:
    ran = run("score", tmp_path / name)
    assert (ran.code, ran.out, ran.err.count("\n")) == (3, "", 1)
    assert ran.err.startswith(f"iop-screen: cannot read {tmp_path / name}")


def test_a_fault_of_ours_leaves_no_file_and_says_no_answer(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr(score, "judged_lot", fail)
    ran = run(*score_arguments(GOOD), "-o", tmp_path / "out.csv")
    assert ran.code == 70
    assert CANARY not in ran.err
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


# What the summary says


@pytest.mark.parametrize(
    ("answers", "what"), [("E,yes,yes,none,,,\n", "EMERGENCIES: 30"), ("R,no\n", "REJECTED RECORDS: 30")]
)
def test_a_summary_names_the_first_twenty_lines(
    run: Run, score_arguments: ScoreArguments, answers: str, what: str
) -> None:
    err = run(*score_arguments(answers * 30)).err
    assert what in err
    named = re.findall(r"\b\d+\b", err.partition(what)[2].partition("10 more")[0])
    assert [int(number) for number in named if number not in {"0", "1"}][-20:] == [*range(2, 22)]


@pytest.mark.parametrize("rows", [0, 1, 2, 7])
@pytest.mark.parametrize("at_once", [1, 2, 3, 1000])
@pytest.mark.parametrize("stretch", [2, 40])
def test_how_many_forms_are_judged_at_once_changes_nothing(
    run: Run, score_arguments: ScoreArguments, rows: int, at_once: int, stretch: int
) -> None:
    lines = [
        "A,yes,no,bad,job,,",
        "B,yes",
        "C,,,x,,,",
        "D,yes,yes,none,,,",
        'E,yes,no,"some",,,"2\nlines"',
        "",
        "F,no,,,,,",
    ]
    arguments = score_arguments("".join(f"{line}\n" for line in lines[:rows]))
    usual = run(*arguments)
    with lot_sizes(LotSizes(records=at_once, stretch=stretch)):
        assert run(*arguments) == usual


def test_no_answer_reaches_a_message(run: Run, score_arguments: ScoreArguments) -> None:
    bad = [
        f"{CANARY},{CANARY},no,none,,,",
        f"A,yes,no,{CANARY}",
        f'A,yes,no,"{CANARY}"x,,,',
        f'A,yes,no,none,,,"{CANARY}',
    ]
    arguments = score_arguments(
        "\n".join([*bad, f"A,yes,no,none,{CANARY};job,{CANARY},{CANARY}", f"A,{CANARY}\0,,,,,"])
    )
    for options in ([], ["--format", "jsonl", "--explain"], ["--delimiter", ";"]):
        assert CANARY.lower() not in run(*arguments, *options).err.lower()


@pytest.mark.parametrize(
    "content", [f"{CANARY},yes\n", f"{CANARY};yes\n", f"{CANARY},{CANARY}\n", f'"{CANARY}', f"{CANARY}\0"]
)
def test_no_answer_of_a_file_without_a_header_reaches_a_message(
    run: Run, score_arguments: ScoreArguments, content: str
) -> None:
    ran = run(*score_arguments(content, ""))
    assert (ran.code, ran.out) == (3, "")
    assert CANARY not in ran.err


# The program as a process of its own


MANY = 6_000


@pytest.fixture(scope="session")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example forms over and over, each with an id and a remark of its own."""
    path = tmp_path_factory.mktemp("many") / "many.csv"
    path.write_bytes(repeated(MANY))
    return path


def repeated(count: int) -> bytes:
    header, *lines = INTAKE.read_bytes().splitlines()
    numbered = (b"%d%s" % (number, lines[number % len(lines)]) for number in range(count))
    return b"\n".join([header, *numbered, b""])


def started(*arguments: object) -> list[str]:
    """The words that start the program."""
    return [*PROGRAM, *map(str, arguments)]


def wait_until(holds: Callable[[], object], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stop(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Sends a signal, again each few seconds until the process has ended.

    Python sees a signal that comes just before a read begins only when the read ends; here nothing more comes to read.
    """
    while process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


def test_a_process_does_what_a_run_does(run: Run) -> None:
    ran = subprocess.run(started("score", INTAKE), capture_output=True, check=False)
    assert Ran(ran.returncode, ran.stdout, ran.stderr.decode()) == run("score", INTAKE)


def test_a_reader_that_leaves_early_is_told_in_one_line(many: Path) -> None:
    with subprocess.Popen(started("score", many), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"line,id,")
        process.stdout.close()
        said = process.stderr.read().decode()
    assert (process.returncode, said) == (3, "iop-screen: the output was closed before it was complete\n")


def test_a_standard_output_without_room_is_told_in_one_line() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(started("score", INTAKE), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ran.stderr == "iop-screen: cannot write the output: no space left on device\n"
    assert ran.returncode == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=str
)
def test_a_run_that_is_stopped_leaves_nothing(tmp_path: Path, number: signal.Signals, code: int) -> None:
    out = tmp_path / "out.csv"
    command = started("score", "-", "-o", out)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(repeated(4_000))
        process.stdin.flush()
        wait_until(lambda: parts(tmp_path))
        stop(process, number)
        said = process.stderr.read()
        process.stdin.close()
    assert process.returncode == code
    assert [*tmp_path.iterdir()] == []
    assert b"Traceback" not in said


@pytest.mark.slow
def test_a_run_that_is_stopped_leaves_the_old_output(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(b"old")
    command = started("score", "-", "-o", out, "--force")
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin
        process.stdin.write(repeated(4_000))
        process.stdin.flush()
        wait_until(lambda: parts(tmp_path))
        stop(process, signal.SIGTERM)
        process.stdin.close()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"out.csv": b"old"}


@pytest.mark.slow
@pytest.mark.parametrize(("closed", "path", "code"), [(0, "-", 3), (1, INTAKE, 3), (2, INTAKE, 0)])
def test_a_stream_that_is_closed_from_the_start_is_no_fault_of_ours(closed: int, path: object, code: int) -> None:
    shell = ["sh", "-c", f'exec "$@" {closed}>&-', "sh", *started("score", path)]
    assert subprocess.run(shell, capture_output=True, check=False).returncode == code


@pytest.mark.slow
def test_the_next_run_names_and_deletes_what_a_killed_one_left(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with subprocess.Popen(started("score", "-", "-o", out), stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(repeated(4_000))
        process.stdin.flush()
        wait_until(lambda: parts(tmp_path))
        process.kill()
        process.stdin.close()
    (left,) = tmp_path.iterdir()
    ran = subprocess.run(started("score", INTAKE, "-o", out), capture_output=True, text=True, check=False)
    assert ran.stderr.startswith(f"{left} is deleted: it was the unfinished output of a run that was killed\n")
    assert [*tmp_path.iterdir()] == [out]


@pytest.mark.slow
def test_what_another_run_is_writing_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with subprocess.Popen(started("score", "-", "-o", out), stdin=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(repeated(4_000))
        process.stdin.flush()
        wait_until(lambda: parts(tmp_path))
        ran = subprocess.run(started("score", INTAKE, "-o", out), capture_output=True, text=True, check=False)
        assert "deleted" not in ran.stderr
        assert len([*tmp_path.iterdir()]) == 2
        process.stdin.close()
    assert (process.returncode, [*tmp_path.iterdir()]) == (3, [out]), "it has taken its name in the meantime"


@pytest.mark.slow
@pytest.mark.parametrize("named", [True, False])
def test_a_run_that_is_stopped_says_so_in_one_line(tmp_path: Path, *, named: bool) -> None:
    out, shown = tmp_path / "out.csv", tmp_path / "shown"
    command = started("score", "-", *(["-o", out] if named else []))
    with (
        shown.open("wb") as stdout,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE) as process,
    ):
        assert process.stdin
        assert process.stderr
        process.stdin.write(repeated(4_000))
        process.stdin.flush()
        wait_until(lambda: parts(tmp_path) if named else shown.stat().st_size)
        stop(process, signal.SIGINT)
        said = process.stderr.read().decode()
        process.stdin.close()
    ended = f"nothing was written to {out}" if named else "the output is not complete"
    assert (process.returncode, said) == (130, f"iop-screen: interrupted; {ended}\n")


MISSED = """
import _thread, signal, sys, threading
from iop_screen.cli import main
sys.argv = ["iop-screen", "score", "-"]
threading.Timer(1.0, _thread.interrupt_main, [signal.SIGTERM]).start()
main()
"""
"""The program, which is told of a signal in such a way that no read is interrupted by it."""


@pytest.mark.slow
def test_a_signal_that_comes_just_before_a_read_is_heard() -> None:
    with subprocess.Popen([sys.executable, "-c", MISSED], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.wait(timeout=60) == 143
        assert process.stdin
        process.stdin.close()


def shown_on_a_terminal(arguments: tuple[object, ...]) -> bytes:
    """What a command shows whose standard output is a terminal."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)  # so that it shows line ends as they are
    with subprocess.Popen(started(*arguments), stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read_or_end(ours), b""))
    os.close(ours)
    assert process.returncode in {0, 1}
    return shown


ODD_ID = "\x1b]0;gone\x07\x1b[2J\x7f\x9b31m\u202e\n2,B,home,home"
ODD_ROW = f'"{ODD_ID}",yes,no,none,,,\n'


@pytest.mark.slow
def test_no_id_does_anything_to_a_terminal(score_arguments: ScoreArguments) -> None:
    shown = shown_on_a_terminal(score_arguments(ODD_ROW)).decode()
    lines = shown.splitlines()
    assert len(lines) == 2
    assert all(map(str.isprintable, lines))
    (row,) = csv.DictReader(io.StringIO(shown, newline=""), strict=True)
    assert row["id"] == r"\x1b]0;gone\x07\x1b[2J\x7f\x9b31m\u202e\x0a2,B,home,home"


@pytest.mark.slow
def test_no_id_does_anything_to_a_terminal_in_jsonl_either(score_arguments: ScoreArguments) -> None:
    shown = shown_on_a_terminal((*score_arguments(ODD_ROW), "--format", "jsonl")).decode()
    (line,) = shown.splitlines()
    assert line.isprintable()
    assert r"\u001b]0;gone\u0007\u001b[2J\u007f\u009b31m\u202e\n2,B" in line


def test_an_id_goes_to_a_file_and_a_pipe_as_it_is(run: Run, score_arguments: ScoreArguments, tmp_path: Path) -> None:
    ran = run(*score_arguments(ODD_ROW))
    assert [row["id"] for row in rows_of(ran)] == [ODD_ID]
    assert run(*score_arguments(ODD_ROW), "-o", tmp_path / "out.csv").code == ran.code
    assert (tmp_path / "out.csv").read_bytes() == ran.stdout


def test_an_output_to_a_hyphen_is_standard_output(
    run: Run, score_arguments: ScoreArguments, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*score_arguments(GOOD), "-o", "-") == run(*score_arguments(GOOD))
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def peak_kilobytes(count: int, folder: Path) -> int:
    """The most memory a run over so many forms takes, by its own account."""
    (folder / "forms.csv").write_bytes(repeated(count))
    code = (
        "import sys; from iop_screen.cli import main\n"
        "try: main()\n"
        "except SystemExit: print(open('/proc/self/status').read())"
    )
    files = (folder / "forms.csv", "-o", folder / "out.csv", "--force", "--no-fast")
    command = [sys.executable, "-c", code, "score", *map(str, files)]
    status = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout
    return int(status.partition("VmHWM:")[2].split()[0])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not say how much memory it took")
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """It grows by the ids that are known, 16 bytes each, and by what the allocator leaves between: no row is kept."""
    few, many = 25_000, 200_000  # several blocks, and eight times more
    before, after = (peak_kilobytes(count, tmp_path) for count in (few, many))
    assert after - before < (len(repeated(many)) - len(repeated(few))) // 1024 // 2


def on_a_terminal(command: list[str]) -> str:
    """What a command shows whose standard error is a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read_or_end(ours), b""))
    os.close(ours)
    assert process.returncode == 0
    return shown.decode()


def read_or_end(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


@pytest.mark.slow
def test_a_bar_is_shown_on_a_terminal_and_nowhere_else(tmp_path: Path, many: Path) -> None:
    command = started("score", many, "-o", tmp_path / "out.csv", "--force")
    shown = on_a_terminal(command)
    assert "Scoring" in shown
    assert "%" in shown
    assert f"RECORDS READ: {MANY:,}" in shown
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert said.startswith("EMERGENCIES: ")
    assert "\x1b" not in said
    assert "Scoring" not in said


# One meaning


def expected(compiled: CompiledQuestionnaire, answers: Answers) -> dict[str, object]:
    """What a row must say of a form, from the form judged alone."""
    result = assess_one(compiled, answers)
    unread = [
        f"{question.id}:unreadable"
        for question, answer in zip(compiled.questions, answers.values, strict=True)
        if answer is MissingReason.UNREADABLE
    ]
    first, last = result.first_steps.at_least, result.first_steps.at_most
    return {
        "suggestion": result.suggestion,
        "level_at_least": str(result.levels.at_least.id),
        "level_at_most": str(result.levels.at_most.id),
        "first_step_at_least": None if first is None else str(first.id),
        "first_step_at_most": None if last is None else str(last.id),
        "reasons": [str(rule.id) for rule in result.reasons],
        "open_questions": [str(question.id) for question in result.open_questions],
        "notes": [str(note.id) for note in result.notes],
        "problems": [*unread, *(f"{problem.question}:{problem.code}" for problem in result.problems)],
        **{f"score_{score.score.id}": score.total for score in result.scores},
    }


def flat(value: object) -> str:
    """A value as a cell of a CSV output has it."""
    return ";".join(value) if isinstance(value, list) else "" if value is None else str(value)


@pytest.mark.slow
@settings(
    max_examples=examples(60),
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large
    ],
)  # fmt: skip
@given(st.data())
def test_a_form_means_the_same_alone_and_through_score(run: Run, tmp_path: Path, data: st.DataObject) -> None:
    """For any questionnaire and any forms, each row says what the engine says of its form alone."""
    sketch = data.draw(sketches(most_questions=5))
    drawn = data.draw(st.lists(sheets(sketch), min_size=1, max_size=4))
    columns = data.draw(st.permutations([question.id for question in sketch.questions]))
    (tmp_path / "q.yaml").write_text(text_of(sketch), encoding="utf-8")
    with (tmp_path / "forms.csv").open("w", newline="", encoding="utf-8") as stream:
        rows = csv.DictWriter(stream, ["id", *columns])
        rows.writeheader()
        rows.writerows({"id": index, **cells(sketch, sheet)} for index, sheet in enumerate(drawn))
    compiled = ready(text_of(sketch))
    wanted = [expected(compiled, form_of(sketch, sheet)) for sheet in drawn]
    command = ("score", tmp_path / "forms.csv", "--questions", tmp_path / "q.yaml", "--exit-zero")
    lines = objects_of(run(*command, "--format", "jsonl"))
    assert [{name: line[name] for name in wanted[0]} for line in lines] == wanted
    table = rows_of(run(*command))
    assert [{name: row[name] for name in wanted[0]} for row in table] == [
        {name: flat(value) for name, value in row.items()} for row in wanted
    ]
    assert [row["id"] for row in table] == [line["id"] for line in lines] == [*map(str, range(len(drawn)))]


def test_machine_code_is_not_loaded_for_a_table_whose_cells_are_read_one_by_one(
    monkeypatch: pytest.MonkeyPatch, run: Run, tmp_path: Path
) -> None:
    """There it gains nothing, however large the file is."""
    monkeypatch.setattr("iop_screen.batch.builds.FAST_BYTES", 1)
    lines = csv.DictReader(io.StringIO(INTAKE.read_text("utf-8"), newline=""))
    (tmp_path / "in.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    ran = run("score", str(tmp_path / "in.ndjson"), "-o", str(tmp_path / "out.csv"), "--verbose", "--exit-zero")
    assert "Build: plain Python, 1 thread (machine code would gain nothing)" in ran.err
