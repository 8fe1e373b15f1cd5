"""A run of `score`: what becomes of every record, and what it writes beside the results."""

from __future__ import annotations

import csv
import importlib
import io
import json
import os
import shlex
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.questionnaires import TWO_LEVELS, ready
from support.running import Ran, Run
from support.scoring import scored_bytes, scoring_of

from iop_screen.batch import duplicates, record_choice
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.lots.cells import TextCells
from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.mapping.model import ColumnRef, Mapping, StatusColumn, TimeColumn, TimeFormat
from iop_screen.batch.rejects import MESSAGES, reject_lines
from iop_screen.batch.rows import ExcludedRow, ScoredRow
from iop_screen.batch.score import Outcome, Scoring, open_scoring, rows_among
from iop_screen.batch.settings import Duplicates, ScoreSettings
from iop_screen.batch.sources.csv_framing import REJECTIONS
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.rejects_source import COLUMNS, open_rejects
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record
from iop_screen.core.exits import CannotGoOn
from iop_screen.core.problems import START
from iop_screen.questionnaire.scalars import Text
from iop_screen.report.score_rejects import rejects_head, rejects_text
from iop_screen.report.score_report import report_page
from iop_screen.report.score_summary import summary

score_command = importlib.import_module("iop_screen.cli.score")  # the package has the command of that name

CANARY = "Zq7canary"
QUESTIONS = (
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: ties
        ask: What ties?
        role: risk
        type: multiple
        options: [{id: job, label: A job}, {id: kids, label: Children}]
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.},
        {id: with_kids, when: {ties: kids}, level: stay, because: There are children.}]
"""
)
SMALL = ready(QUESTIONS)
HEAD = b"id,danger,ties\n"


def column(name: str) -> ColumnRef:
    return ColumnRef((Text(name),), None, START)


def mapping(**parts: Any) -> Mapping:
    """A mapping that says no more than this."""
    nothing: dict[str, Any] = {
        "id": "forms", "hash12": "0" * 12, "file": FileSettings(), "id_column": None, "time": None, "status": (),
        "questions": (), "missing": {}, "ignore": (), "guesses": (),
    }  # fmt: skip
    return Mapping(**{**nothing, **parts})


def outcomes_of(scoring: Scoring) -> list[Outcome]:
    return [each for batch in scoring.outcome_batches() for each in batch]


def told(outcomes: list[Outcome]) -> list[tuple[str | None, str, list[str]]]:
    """The id, the suggestion or why there is none, and the problems of each."""
    return [
        (each.id, f"out:{each.reason}", [])
        if isinstance(each, ExcludedRow)
        else (
            each.id,
            "rejected" if each.result is None else each.result.suggestion,
            [f"{problem.question}:{problem.code}" for problem in each.problems],
        )
        for each in outcomes
    ]


def counted(scoring: Scoring) -> tuple[int, int, int, dict[str, int], int]:
    account = scoring.account
    return account.records, account.scored, account.rejected, dict(account.excluded), account.blank


# Empty records


@pytest.mark.parametrize("record", [b",,", b'"","",""', b" ,\t,  ", "\u00a0,,\u00a0".encode()])
def test_an_empty_record_has_no_row_and_is_counted(record: bytes) -> None:
    scoring = scoring_of(HEAD + b"A,no,job\n" + (record + b"\n") * 30 + b"B,no,job\n", SMALL)
    assert [row[0] for row in told(outcomes_of(scoring))] == ["A", "B"]
    assert counted(scoring) == (32, 2, 0, {}, 30)
    assert [place.line for place in scoring.tally.blank_records.places][:20] == [*range(3, 23)]
    assert scoring.adds_up
    assert scoring.clean


def test_an_id_without_answers_is_scored() -> None:
    [row] = scored_bytes(HEAD + b"A,,\n", SMALL)
    assert row.result is not None
    assert row.result.suggestion == "undetermined"


def test_answers_without_an_id_are_scored() -> None:
    assert [row.id for row in scored_bytes(HEAD + b",no,job\n,no,job\n", SMALL)] == ["", ""]


# Duplicate ids


@pytest.mark.parametrize(
    ("duplicates", "wanted"),
    [
        ("allow", ["home", "home", "stay", "home"]),
        ("mark", ["home", "home", "stay record:duplicate-id", "home record:duplicate-id"]),
        ("first", ["home", "home", "out:duplicate-id", "out:duplicate-id"]),
    ],
)
def test_of_records_with_the_same_id_the_later_ones_are_duplicates(duplicates: Duplicates, wanted: list[str]) -> None:
    scoring = scoring_of(HEAD + b"A,no,job\na,no,job\nA,yes,job\n A,no,job\n", SMALL, duplicates=duplicates)
    outcomes = told(outcomes_of(scoring))
    assert [" ".join([what, *problems]) for _, what, problems in outcomes] == wanted
    assert scoring.adds_up
    assert scoring.clean is (duplicates != "mark")


def test_a_blank_id_is_no_duplicate_and_neither_is_that_of_a_rejected_record() -> None:
    scoring = scoring_of(HEAD + b",no,job\n ,no,job\nA,no\nA,no,job\n", SMALL)
    assert [problems for _, _, problems in told(outcomes_of(scoring))] == [[], [], ["record:wrong-width"], []]


def test_a_duplicate_may_stand_in_another_file() -> None:
    files = {"one.csv": HEAD + b"A,no,job\n", "two.csv": b"danger,ties,id\nyes,job,A\n"}
    outcomes = outcomes_of(scoring_of(files, SMALL, duplicates="first"))
    assert [what for _, what, _ in told(outcomes)] == ["home", "out:duplicate-id"]


TIMED = b"id,danger,ties,sent\n"


def latest(body: bytes, **settings: Any) -> Scoring:
    asked = {"duplicates": "latest", "time_column": "sent", **settings}
    return scoring_of(TIMED + body, SMALL, **asked)


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"A,no,job,2026-01-02\nA,yes,job,2026-01-03\nB,no,job,\n", ["out:duplicate-id", "stay", "home"]),
        (b"A,yes,job,2026-01-03\nA,no,job,2026-01-02\n", ["stay", "out:duplicate-id"]),
        (
            b"A,no,job,2026-01-01\nA,no,job,2026-01-02\nA,no,job,2026-01-02\n",
            ["out:duplicate-id", *["home record:duplicate-id record:time-equal"] * 2],
        ),
        (
            b"A,no,job,2026-01-01\nA,no,job,soon\n",
            ["home record:duplicate-id", "home record:duplicate-id record:time-unreadable"],
        ),
        (b"A,no,job,soon\n,no,job,soon\n,no,job,\n", ["home", "home", "home"]),
    ],
)
def test_the_latest_record_of_each_id_is_scored(body: bytes, wanted: list[str]) -> None:
    scoring = latest(body)
    outcomes = told(outcomes_of(scoring))
    assert [" ".join([what, *problems]) for _, what, problems in outcomes] == wanted
    assert scoring.adds_up
    assert scoring.clean is not any("record:" in each for each in wanted)


def test_the_summary_says_that_times_are_equal(run: Run, files: Files) -> None:
    path = files("a.csv", TIMED + b"A,no,job,2026-01-02\nA,no,job,2026-01-02\n")
    ran = score(run, path, "--duplicates", "latest", "--time-column", "sent")
    assert ran.code == 1
    assert "Records whose times are equal, so that none is the latest of its id" in " ".join(ran.err.split())


def test_the_time_column_of_the_mapping_is_used_where_no_option_names_one() -> None:
    mapped = mapping(time=TimeColumn(column("sent"), TimeFormat("%d.%m.%Y")))
    body = b"A,no,job,02.02.2026\nA,no,job,10.01.2026\n"
    outcomes = outcomes_of(latest(body, time_column=None, mapping=mapped))
    assert [what for _, what, _ in told(outcomes)] == ["home", "out:duplicate-id"]


def test_an_input_that_changed_between_the_two_readings_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    body = b"A,no,job,2026-01-01\nB,no,job,2026-01-01\n"
    for changed in (lambda key: key + 1, lambda _: None):
        scoring = latest(body)
        with monkeypatch.context() as patch:
            usual = duplicates.id_keys
            patch.setattr(record_choice, "id_keys", lambda texts, c=changed, u=usual: [*map(c, u(texts))])
            with pytest.raises(CannotGoOn, match="changed while it was read"):
                outcomes_of(scoring)


def test_a_record_with_a_broken_end_is_the_same_in_both_readings() -> None:
    """Its id is last and may go on in the next line, so it is no duplicate of anybody in either reading."""
    content = b"danger,ties,sent,id\nno,job,2026-01-01,A\nyes,job,2026-01-02,A\n-17\n"
    scoring = scoring_of(content, SMALL, duplicates="latest", time_column="sent")
    outcomes = told(outcomes_of(scoring))
    assert [(what, problems) for _, what, problems in outcomes] == [
        ("home", []),
        ("stay", ["record:unended"]),
        ("rejected", ["record:wrong-width"]),
    ]


RECORDS = st.lists(
    st.tuples(st.sampled_from(["", "A", "B", "C"]), st.sampled_from(["yes", "no", "", "x"]), st.integers(1, 4))
)


@given(RECORDS, st.sampled_from(["mark", "first", "latest", "allow"]))
def test_no_policy_loses_a_person_or_changes_a_result(records: list[tuple[str, str, int]], policy: Duplicates) -> None:
    """Each id that is read has a scored row, and each scored row says what it says when all are allowed."""
    body = "".join(f"{name},{danger},job,2026-01-0{day}\n" for name, danger, day in records).encode()
    plain = {row.line: row.result for row in rows_among(outcomes_of(latest(body, duplicates="allow")))}
    scoring = latest(body, duplicates=policy)
    rows = rows_among(outcomes_of(scoring))
    assert {row.id for row in rows} == {name for name, _, _ in records}
    assert all(row.result == plain[row.line] for row in rows)
    assert scoring.adds_up


# Status


@pytest.mark.parametrize(
    ("score", "exclude", "wanted"),
    [
        (["1"], None, ["home", "out:status", "out:status", "out:status"]),
        (None, ["0"], ["home", "out:status", "home", "home"]),
        (["1"], ["0"], ["home", "out:status", "rejected record:unknown-status", "rejected record:unknown-status"]),
        (["1", ""], ["0", "Draft"], ["home", "out:status", "out:status", "home"]),
    ],
)
def test_the_status_says_which_forms_count(
    score: list[str] | None, exclude: list[str] | None, wanted: list[str]
) -> None:
    said = StatusColumn(
        column("state"),
        None if score is None else frozenset(score),
        None if exclude is None else frozenset(exclude),
    )
    content = b"id,danger,ties,state\nA,no,job, 1\nB,no,job,0\nC,no,job,DRAFT\nD,no,job,\n"
    scoring = scoring_of(content, SMALL, mapping=mapping(status=(said,)))
    outcomes = told(outcomes_of(scoring))
    assert [" ".join([what, *problems]) for _, what, problems in outcomes] == wanted
    assert [name for name, _, _ in outcomes] == ["A", "B", "C", "D"]
    assert scoring.adds_up
    assert scoring.account.excluded.total() == wanted.count("out:status")


def test_a_form_counts_if_all_columns_with_a_status_say_so() -> None:
    """One that leaves it out is enough; but nobody is left out without a row while another one is not understood."""
    said = (
        StatusColumn(column("state"), frozenset({"1"}), frozenset({"0"})),
        StatusColumn(column("kind"), frozenset({"real"}), frozenset({"preview"})),
    )
    content = (
        b"id,danger,ties,state,kind\nA,no,job,1,real\nB,no,job,0,real\nC,no,job,1,preview\nD,no,job,0,preview\n"
        b"E,no,job,0,odd\nF,no,job,?,preview\n"
    )
    outcomes = told(outcomes_of(scoring_of(content, SMALL, mapping=mapping(status=said))))
    assert [what for _, what, _ in outcomes] == ["home", *["out:status"] * 3, "rejected", "rejected"]


def test_a_run_that_leaves_all_forms_out_is_not_clean_and_says_so() -> None:
    said = StatusColumn(column("state"), frozenset({"1"}), None)
    for content, clean in ((b"id,danger,ties,state\nA,no,job,0\n", False), (b"id,danger,ties,state\n", True)):
        scoring = scoring_of(content, SMALL, mapping=mapping(status=(said,)))
        assert [each.id for each in outcomes_of(scoring)] == ["A"] * (not clean)
        assert scoring.clean == clean
        assert ("NO FORM WAS SCORED: 1 LEFT OUT" in summary(scoring)) != clean
        assert ("No form was scored: 1 left out" in report_page(scoring)) != clean


def test_a_form_that_does_not_count_makes_no_other_one_a_duplicate() -> None:
    said = StatusColumn(column("state"), frozenset({"1"}), None)
    content = b"id,danger,ties,state\nA,yes,job,0\nA,no,job,1\n"
    outcomes = outcomes_of(scoring_of(content, SMALL, mapping=mapping(status=(said,)), duplicates="first"))
    assert [what for _, what, _ in told(outcomes)] == ["out:status", "home"]


def test_a_repeated_header_that_is_left_out_is_counted() -> None:
    scoring = scoring_of(HEAD + b"A,no,job\n" + HEAD, SMALL, FileSettings(repeated_header=True))
    assert [what for _, what, _ in told(outcomes_of(scoring))] == ["home", "out:repeated-header"]
    assert counted(scoring) == (2, 1, 0, {"repeated-header": 1}, 0)
    assert scoring.adds_up


# A file that was cut


def test_the_last_answer_of_a_file_without_a_line_end_is_none() -> None:
    [row] = scored_bytes(HEAD + b"A,no,job", SMALL)
    assert row.result is not None
    assert row.result.suggestion == "undetermined"
    assert [(each.question, each.code) for each in row.problems] == [("ties", "unended")]
    [allowed] = scored_bytes(HEAD + b"A,no,job", SMALL, file=FileSettings(allow_unended=True))
    assert (allowed.result and allowed.result.suggestion, allowed.problems) == ("home", ())


@pytest.mark.parametrize("header", [b"danger,ties,id\n", b"danger,ties,other\n"])
def test_a_cut_cell_that_is_no_answer_is_said_of_the_record(header: bytes) -> None:
    [row] = scored_bytes(header + b"no,job,A", SMALL)
    assert [(each.question, each.code) for each in row.problems] == [("record", "unended")]


def test_a_cut_cell_leaves_nobody_out() -> None:
    """A cut id may look like that of another person, a cut status like one that is left out, a cut time as earlier."""
    [_, by_id] = outcomes_of(scoring_of(b"danger,ties,id\nno,job,A-1\nno,job,A-1", SMALL, duplicates="first"))
    assert isinstance(by_id, ScoredRow)
    said = StatusColumn(column("state"), None, frozenset({"1"}))
    content = b"id,danger,ties,state\nA,no,job,1"
    assert told(outcomes_of(scoring_of(content, SMALL, mapping=mapping(status=(said,))))) == [
        ("A", "rejected", ["record:unended"])
    ]
    both = told(outcomes_of(latest(b"A,no,job,2026-01-02\nA,yes,job,2026-01-0")))
    assert [what for _, what, _ in both] == ["home", "stay"]


FORMS = [("A-10", "yes", "job;kids"), ("A-1", "no", '"job"'), ('"B ""x"""', "no", '"kids;\njob"'), ("C", "", "job")]


def rotated(turn: int, end: str) -> bytes:
    names = ["id", "danger", "ties"]
    rows = [names, *map(list, FORMS)]
    return "".join(",".join([*row[turn:], *row[:turn]]) + end for row in rows).encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_a_file_cut_at_any_byte_changes_no_row_without_a_problem(turn: int, end: str) -> None:
    """A clean run gives rows of the whole file only; what is lost is lost at the end of a record."""
    content = rotated(turn, end)
    whole = [(row.id, row.result) for row in scored_bytes(content, SMALL)]
    assert len(whole) == len(FORMS)
    head = content.index(b"\n") + 1
    for cut in range(head, len(content)):
        scoring = scoring_of(content[:cut], SMALL)
        rows = rows_among(outcomes_of(scoring))
        good = [(row.id, row.result) for row in rows if not row.problems]
        assert good == whole[: len(good)]
        assert not scoring.clean or len(good) == len(rows)
        assert scoring.adds_up


# The account


def pollute(monkeypatch: pytest.MonkeyPatch, change: Callable[[JudgedLot], list[JudgedLot]]) -> Scoring:
    """A run in which something goes wrong between reading and writing."""
    usual = Scoring._count  # noqa: SLF001

    def count(scoring: Scoring, judged: JudgedLot) -> None:
        for each in change(judged):
            usual(scoring, each)

    monkeypatch.setattr(Scoring, "_count", count)
    scoring = scoring_of(HEAD + b"A,no,job\nB,no,job\nC,no,job\n", SMALL)
    outcomes_of(scoring)
    return scoring


B = 0b010
"""The mask of the record B."""


def only(judged: JudgedLot, mask: int) -> JudgedLot:
    """The lot as if only these records had been in it."""
    return replace(judged, lot=replace(judged.lot, scored=judged.lot.scored & mask, read=judged.lot.read & mask))


def dropped(judged: JudgedLot) -> list[JudgedLot]:
    return [only(judged, ~B)]


def doubled(judged: JudgedLot) -> list[JudgedLot]:
    return [judged, only(judged, B)]


def swapped(judged: JudgedLot) -> list[JudgedLot]:
    cells = judged.lot.cells
    changed = TextCells(len(judged.lot.file.source.header.names))
    for place in range(judged.lot.size):
        record = cells.record(place)
        assert isinstance(record, Record)
        changed.takes(replace(record, cells=["A" if cell == "B" else cell for cell in record.cells]))
    return [replace(judged, lot=replace(judged.lot, cells=changed))]


def kept(judged: JudgedLot) -> list[JudgedLot]:
    return [judged]


@pytest.mark.parametrize(("change", "adds_up"), [(kept, True), (dropped, False), (doubled, False), (swapped, False)])
def test_a_row_that_is_lost_doubled_or_given_another_id_is_noticed(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[JudgedLot], list[JudgedLot]], *, adds_up: bool
) -> None:
    assert pollute(monkeypatch, change).adds_up is adds_up


# The command


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file and gives its path; the questionnaire is there already."""
    (tmp_path / "q.yaml").write_text(QUESTIONS, encoding="utf-8")

    def write(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    return write


Files = Callable[..., Path]


def score(run: Run, *arguments: object) -> Ran:
    """Run the command with the questionnaire that lies beside the first file."""
    first = next(each for each in arguments if isinstance(each, Path))
    return run("score", *arguments, "--questions", first.parent / "q.yaml")


def table(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text, newline=""), strict=True)]


def test_a_run_that_does_not_add_up_writes_nothing(
    run: Run, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scoring, "_count", lambda *_: None)
    ran = score(run, files("a.csv", HEAD + b"A,no,job\n"), "-o", tmp_path / "out.csv", "--rejects", tmp_path / "r.csv")
    assert ran.code == 70
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "q.yaml"]


def test_several_files_are_one_run_and_each_row_names_its_file(run: Run, files: Files) -> None:
    one, two = files("one.csv", HEAD + b"A,no,job\n"), files("two.csv", b"ties,danger,id\nkids,no,B\n")
    ran = score(run, one, two)
    rows = table(ran.out)
    assert [*rows[0]][:3] == ["file", "line", "id"]
    assert [(row["file"], row["line"], row["id"], row["suggestion"]) for row in rows] == [
        (str(one), "2", "A", "home"),
        (str(two), "2", "B", "stay"),
    ]
    assert "file" not in table(score(run, one).out)[0]


def test_standard_input_may_be_one_of_the_files(run: Run, files: Files) -> None:
    one = files("one.csv", HEAD + b"A,no,job\n")
    ran = run("score", one, "-", "--questions", one.parent / "q.yaml", typed=HEAD + b"B,no,job\n")
    assert [(row["file"], row["id"]) for row in table(ran.out)] == [(str(one), "A"), ("'-", "B")]


def test_all_files_are_looked_at_before_one_is_scored(run: Run, files: Files) -> None:
    good, bad = files("good.csv", HEAD + b"A,no,job\n"), files("bad.csv", b"id,danger\nA,no\n")
    ran = score(run, good, bad)
    assert (ran.code, ran.out) == (3, "")
    assert "ties" in ran.err


@pytest.mark.parametrize("names", [["a.csv", "a.csv"], ["-", "-"], ["a.csv", "link.csv"], ["a.csv", "./a.csv"]])
def test_no_file_is_named_twice(run: Run, files: Files, tmp_path: Path, names: list[str]) -> None:
    files("a.csv", HEAD + b"A,no,job\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    paths = ["-" if name == "-" else f"{tmp_path}/{name}" for name in names]
    ran = run("score", *paths, "--questions", tmp_path / "q.yaml", typed=HEAD)
    assert (ran.code, ran.out) == (2, "")
    assert "named twice" in ran.err


def test_two_outputs_are_two_files(run: Run, files: Files, tmp_path: Path) -> None:
    one = files("a.csv", HEAD + b"A,no,job\n")
    assert score(run, one, "-o", tmp_path / "x", "--rejects", tmp_path / "x").code == 2
    assert score(run, one, "--report", tmp_path / "x", "--rejects", tmp_path / "x").code == 2
    assert score(run, one, "--rejects", one, "--force").code == 3
    assert score(run, one, "--report", one, "--force").code == 3
    assert one.read_bytes() == HEAD + b"A,no,job\n"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--duplicates", "latest"], 2),
        (["--time-column", "sent"], 2),
        (["--time-format", "%Y"], 2),
        (["--duplicates", "latest", "--time-column", "sent"], 0),
        (["--duplicates", "latest", "--time-column", "nowhere"], 3),
        (["--expect", "3"], 0),
        (["--expect", "2"], 1),
        (["--expect", "4"], 1),
        (["--expect", "4", "--exit-zero"], 0),
        (["--keep", "sent"], 0),
        (["--keep", "nowhere"], 3),
    ],
)
def test_exit_codes_of_a_run(run: Run, files: Files, options: list[str], code: int) -> None:
    path = files("a.csv", TIMED + b"A,no,job,2026-01-01\nB,no,job,2026-01-01\nB,no,job,2026-01-02\n")
    duplicates = [] if "--duplicates" in options else ["--duplicates", "first"]
    assert score(run, path, *options, *duplicates).code == code


@pytest.mark.parametrize("pattern", ["%m/%d", "%H:%M", "%Y-%m-%d %I:%M", "%Q", "%", "", "%%", "yesterday"])
def test_a_time_format_that_cannot_be_read_back_is_a_mistake_of_the_command(
    run: Run, files: Files, pattern: str
) -> None:
    path = files("a.csv", TIMED)
    ran = score(run, path, "--duplicates", "latest", "--time-column", "sent", "--time-format", pattern)
    assert (ran.code, ran.out) == (2, "")
    assert "--time-format" in ran.err


def another_time(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content.replace(b"28", b"29"))
    os.utime(path, ns=(1, 1))


def another_file(path: Path) -> None:
    (path.parent / "new.csv").write_bytes(path.read_bytes())
    os.utime(path.parent / "new.csv", ns=(0, 0))
    (path.parent / "new.csv").replace(path)


@pytest.mark.parametrize(("change", "after"), [(another_time, 2), (another_file, 1)])
def test_an_input_that_changes_between_its_two_readings_ends_the_run(
    run: Run, files: Files, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None], after: int
) -> None:
    """Also if only a time in it changed, so that no id is missing; and a file in its place is another one."""
    path = files("a.csv", TIMED + b"A,no,job,2026-11-27\nA,yes,job,2026-11-28\n")
    os.utime(path, ns=(0, 0))
    opened, times = score_command.opened_sources, 0

    @contextmanager
    def changed_between(*arguments: Any) -> Iterator[Any]:
        nonlocal times
        with opened(*arguments) as found:
            times += 1
            if times == after == 1:
                change(path)
            yield found
            if times == after == 2:
                change(path)
                times += 1

    monkeypatch.setattr(score_command, "opened_sources", changed_between)
    ran = score(run, path, "--duplicates", "latest", "--time-column", "sent", "-o", path.parent / "out.csv")
    assert (times >= 2, ran.code) == (True, 3)
    assert "an input changed while it was read" in " ".join(ran.err.split())
    assert not (path.parent / "out.csv").exists()


def test_standard_input_cannot_be_read_twice(run: Run, files: Files) -> None:
    path = files("a.csv", TIMED)
    options = ("--questions", path.parent / "q.yaml", "--duplicates", "latest", "--time-column", "sent")
    ran = run("score", "-", *options, typed=TIMED)
    assert (ran.code, ran.out) == (2, "")
    assert "twice" in ran.err
    os.mkfifo(path.parent / "pipe")
    assert run("score", path.parent / "pipe", *options).code == 2


def test_kept_columns_come_last_and_are_copied(run: Run, files: Files) -> None:
    path = files("a.csv", b'id,danger,ties,"who, exactly",note\nA,no,job, =1+1,"x\ny"\nB,no\n')
    options = ("--keep", "note,id", "--keep", '"who, exactly"', "--keep", "note")
    rows = table(score(run, path, *options).out)
    assert [*rows[0]][-3:] == ["input_note", "input_id", "input_who, exactly"]
    assert [[*row.values()][-3:] for row in rows] == [["x\ny", "A", "' =1+1"], ["", "", ""]]
    lines = [json.loads(line) for line in score(run, path, *options, "--format", "jsonl").out.splitlines()]
    assert [(line["input_note"], line["input_who, exactly"]) for line in lines] == [("x\ny", " =1+1"), (None, None)]


def test_a_run_that_is_stopped_leaves_no_output_and_says_that_what_was_printed_is_not_complete(
    run: Run, files: Files, tmp_path: Path
) -> None:
    path = files("a.csv", HEAD + b"".join(b"F%d,%s,job\n" % (n, b"Zq7canary") for n in range(12)))
    ran = score(run, path)
    assert ran.code == 3
    assert ran.err.endswith("the run stopped. 12 rows were written to standard output; do not use them\n")
    assert "nothing was scored" not in ran.err
    assert CANARY not in ran.err
    ran = score(run, path, "-o", tmp_path / "out.csv", "--rejects", tmp_path / "r.csv", "--report", tmp_path / "r.html")
    assert (ran.code, ran.out) == (3, "")
    assert "not complete" not in ran.err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.csv", "q.yaml"]


def test_the_report_is_a_private_file_of_its_own(run: Run, files: Files, tmp_path: Path) -> None:
    path = files("a.csv", HEAD + b"A,no,job\n")
    ran = score(run, path, "--report", tmp_path / "r.html")
    assert ran.code == 0
    assert table(ran.out)[0]["id"] == "A"
    assert (tmp_path / "r.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert stat.S_IMODE((tmp_path / "r.html").stat().st_mode) == 0o600
    assert score(run, path, "--report", tmp_path / "r.html").code == 3


# The rejects file


CLEAN = 'id,danger,ties\nA,no,job\n=B,yes,kids\n"C,1",no,"job;kids"\nD,no,kids\nE,yes,job\n'
DIRTY = b'id,danger,ties\nA,no,job\n=B,yes\n"C,1"x,no,"job;kids"\nD,perhaps,lots\nE,yes,jo\xe9b\n'
MENDED = {"3": "=B,yes,kids", "4": '"C,1",no,"job;kids"', "5": "D,no,kids", "6": "E,yes,job"}


def test_what_was_rejected_is_mended_and_scored_again(run: Run, files: Files, tmp_path: Path) -> None:
    """The rows of the mended records are those of the clean file, line by line."""
    whole = table(score(run, files("clean.csv", CLEAN.encode())).out)
    dirty, out = files("dirty.csv", DIRTY), tmp_path / "r.csv"
    assert score(run, dirty, "--rejects", out).code == 1
    rows = table(out.read_text(encoding="utf-8"))
    assert [(row["line"], row["column"], row["code"], bool(row["raw"])) for row in rows] == [
        ("1", "", "header", True),
        ("3", "", "wrong-width", True),
        ("4", "", "text-after-quote", True),
        ("5", "danger", "unreadable", True),
        ("5", "ties", "unreadable", False),
        ("6", "", "undecodable", True),
    ]
    for row in rows[1:]:
        row["raw"] = MENDED[row["line"]] if row["raw"] else ""
    write_table(tmp_path / "mended.csv", rows)
    ran = score(run, tmp_path / "mended.csv")
    assert ran.code == 0
    assert table(ran.out) == whole[1:]


def write_table(path: Path, rows: list[dict[str, str]], **how: Any) -> None:
    """Save a table as a spreadsheet does."""
    encoding = how.pop("encoding", "utf-8")
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS, **how)
        writer.writeheader()
        writer.writerows(rows)


def rejects_of(run: Run, path: Path, *options: object) -> list[dict[str, str]]:
    out = path.parent / "r.csv"
    score(run, path, "--rejects", out, "--force", *options)
    return table(out.read_text(encoding="utf-8"))


def test_what_was_not_mended_is_rejected_again_with_its_code(run: Run, files: Files, tmp_path: Path) -> None:
    long = b'F,no,"' + b"x" * (1024 * 1024) + b'"\n'
    path = files("dirty.csv", DIRTY + b"G,no,jo\0b\n" + long)
    first = table(score(run, path, "--rejects", tmp_path / "r.csv").out)
    again = table(score(run, tmp_path / "r.csv").out)
    assert [row["problems"] for row in again] == [row["problems"] for row in first if row["problems"]]
    assert [row["line"] for row in again] == [row["line"] for row in first if row["problems"]]


PIECES = [
    *("A", ",", ",", "no", "yes", "job", '"', "\n", "\n", "\r\n", "\0", "'", "=", ";", "  "),
    *("A,no,job\n", 'B,"no",job\n', '"x\ny",no,job\n', "\ufffd"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_no_text_loses_a_record_on_its_way_through_a_rejects_file(body: str) -> None:
    """What was rejected is rejected again unless somebody mends it; what had a problem is in the file."""
    opened = open_csv("forms.csv", io.BytesIO(HEAD + body.encode()), FileSettings())
    assume(not isinstance(opened, InputProblem))  # a wide first record looks like the header, below a title
    scoring = scoring_of(HEAD + body.encode(), SMALL)
    text, rows = rejects_head(scoring.files), list[ScoredRow]()
    for outcomes in scoring.outcome_batches():
        text += rejects_text(outcomes)
        rows += rows_among(outcomes)
    sources = open_rejects("r.csv", io.BytesIO(text.encode()), FileSettings())
    assert isinstance(sources, list)
    again = open_scoring(sources, SMALL, ScoreSettings(allow_all_missing=True, duplicates="allow"))
    assert isinstance(again, Scoring)
    read = rows_among(outcomes_of(again))
    assert scoring.adds_up
    assert again.adds_up
    assert [row.line for row in read] == [row.line for row in rows if row.problems]
    assert {row.line for row in read if row.result is None} >= {row.line for row in rows if row.result is None}


def test_rejects_of_several_files_keep_their_headers_and_delimiters(run: Run, files: Files, tmp_path: Path) -> None:
    one, two = files("one.csv", HEAD + b"A,no\n"), files("two.csv", b"ties,id,danger\njob,B,perhaps\n")
    score(run, one, two, "--rejects", tmp_path / "r.csv")
    rows = table((tmp_path / "r.csv").read_text(encoding="utf-8"))
    for row in rows:
        row["raw"] = {"A,no": "A,no,job", "job,B,perhaps": "job,B,yes"}.get(row["raw"], row["raw"])
    write_table(tmp_path / "mended.csv", rows[::-1], delimiter=";", encoding="utf-8-sig")
    scored = table(score(run, tmp_path / "mended.csv").out)
    assert sorted((row["file"], row["id"], row["suggestion"]) for row in scored) == [
        (str(one), "A", "home"),
        (str(two), "B", "stay"),
    ]


@pytest.mark.parametrize(("delimiter", "word"), [(";", "semicolon"), ("tab", "tab"), ("|", "pipe")])
def test_the_delimiter_of_a_file_is_known_when_its_rejects_are_read(
    run: Run, files: Files, delimiter: str, word: str
) -> None:
    mark = "\t" if delimiter == "tab" else delimiter
    path = files("a.csv", f"id{mark}danger{mark}ties\nA{mark}perhaps{mark}job,kids\n".encode())
    rows = rejects_of(run, path, "--delimiter", delimiter)
    assert rows[0]["message"].endswith(word)
    rows[1]["raw"] = rows[1]["raw"].replace("perhaps", "no")
    write_table(path.parent / "mended.csv", rows)
    assert table(score(run, path.parent / "mended.csv").out)[0]["suggestion"] == "stay"


def test_what_was_left_out_stands_in_the_rejects_file_and_is_not_read_again(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b"A,no,job\nA,yes,job\nB,no\n")
    rows = rejects_of(run, path, "--duplicates", "first")
    assert [(row["line"], row["code"], row["raw"]) for row in rows[1:]] == [
        ("3", "excluded-duplicate-id", "A,yes,job"),
        ("4", "wrong-width", "B,no"),
    ]
    assert [row["line"] for row in table(score(run, path.parent / "r.csv").out)] == ["4"]


def test_a_cut_record_stays_cut_until_somebody_says_that_it_is_whole(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b"A,no,job")
    rows = rejects_of(run, path)
    assert [(row["column"], row["code"]) for row in rows[1:]] == [("ties", "unended")]
    again = score(run, path.parent / "r.csv")
    assert (again.code, table(again.out)[0]["problems"]) == (1, "ties:unended")
    assert score(run, path.parent / "r.csv", "--allow-unended").code == 0
    rows[1]["code"] = ""
    write_table(path.parent / "mended.csv", rows)
    assert score(run, path.parent / "mended.csv").code == 0


def test_a_record_may_be_mended_into_several(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b'A,no,"job\nB,no,job\nC,no,"job"\n')
    rows = rejects_of(run, path)
    assert len(rows) > 1
    first = next(row for row in rows[1:] if row["raw"])
    first["raw"] = "A,no,job\nB,no,job"
    write_table(path.parent / "mended.csv", [rows[0], first])
    assert [row["id"] for row in table(score(run, path.parent / "mended.csv").out)] == ["A", "B"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows[1:],
        lambda rows: [rows[0], {**rows[0], "raw": "id,danger,knots"}, *rows[1:]],
        lambda rows: [rows[0], {**rows[1], "line": "two"}],
        lambda rows: [rows[0], {**rows[1], "line": "0"}],
        lambda rows: [rows[0], {**rows[1], "line": "3"}],
        lambda rows: [rows[0], {**rows[1], "last_line": "9" * 5_000}],
        lambda rows: [rows[0], {**rows[1], "line": str(10**30), "last_line": str(10**30)}],
        lambda rows: [rows[0], {**rows[1], "line": "\u0662", "last_line": "\u0662"}],
        lambda rows: [{**rows[0], "message": "x"}, rows[1]],
        lambda rows: [{**rows[0], "raw": ""}, rows[1]],
        lambda _: [],
    ],
)
def test_a_rejects_file_that_was_damaged_is_an_error(
    run: Run, files: Files, spoil: Callable[[list[dict[str, str]]], list[dict[str, str]]]
) -> None:
    path = files("a.csv", HEAD + f"{CANARY},no\n".encode())
    write_table(path.parent / "mended.csv", spoil(rejects_of(run, path)))
    ran = score(run, path.parent / "mended.csv")
    assert (ran.code, ran.out) == (3, "")
    assert "[bad-rejects]" in ran.err
    assert CANARY not in ran.err


def test_a_rejects_file_in_another_encoding_has_to_be_named(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + "Ren\u00e9,no\n".encode())
    write_table(path.parent / "mended.csv", rejects_of(run, path), encoding="cp1252")
    ran = score(run, path.parent / "mended.csv")
    assert ran.code == 3
    [command] = [line for line in ran.err.splitlines() if line.startswith("  iop-screen ")]
    assert "--encoding cp1252" in command
    assert run(*shlex.split(command)[1:]).code == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("said", [[], ["--encoding", "cp1252"], ["--encoding", "utf-16"]])
def test_a_rejects_file_is_read_as_it_is_written_whatever_is_said_of_its_input(
    run: Run, files: Files, encoding: str, said: list[str]
) -> None:
    path = files("a.csv", HEAD + "Ren\u00e9,no\n".encode())
    rows = rejects_of(run, path)
    rows[1]["raw"] += ",job"
    write_table(path.parent / "mended.csv", rows, encoding=encoding)
    ran = score(run, path.parent / "mended.csv", *said)
    assert (ran.code, [row["id"] for row in table(ran.out)]) == (0, ["Ren\u00e9"])


def test_records_of_the_same_lines_are_all_read_again(run: Run, files: Files) -> None:
    """A text that is mended into two has the lines of both, which another record may have as well."""
    path = files("a.csv", HEAD + b"A,no\nC,no\n")
    rows = rejects_of(run, path)
    rows[1]["raw"] = "A,no\nB,perhaps,lots"
    write_table(path.parent / "mended.csv", rows)
    rows = rejects_of(run, path.parent / "mended.csv")
    assert [(row["line"], row["raw"], row["code"]) for row in rows[1:]] == [
        ("2", "A,no", "wrong-width"),
        ("3", "B,perhaps,lots", "unreadable"),
        ("3", "", "unreadable"),
        ("3", "C,no", "wrong-width"),
    ]
    for row in rows[1:]:
        row["raw"] = {"A,no": "A,no,job", "B,perhaps,lots": "B,no,job", "C,no": "C,no,job"}.get(row["raw"], "")
    write_table(path.parent / "mended.csv", rows)
    assert [row["id"] for row in table(score(run, path.parent / "mended.csv").out)] == [*"ABC"]


def test_a_rejects_file_that_was_cut_says_so(run: Run, files: Files) -> None:
    path = files("a.csv", b"id;danger;ties\nA;perhaps;job;kids\n")
    rows = rejects_of(run, path, "--delimiter", ";")
    rows[1]["raw"] = "A;no;job"
    write_table(path.parent / "whole.csv", rows)
    content = (path.parent / "whole.csv").read_bytes()
    cut = path.parent / "cut.csv"
    cut.write_bytes(content.removesuffix(b"job\r\n"))
    ran = score(run, cut)
    assert (ran.code, table(ran.out)[0]["problems"]) == (1, "ties:unended")
    assert score(run, path.parent / "whole.csv").code == 0
    cut.write_bytes(content.removesuffix(b"\r\n"))
    assert score(run, cut, "--allow-unended").code == 0


def test_rejects_of_two_rejects_files_of_one_input_are_read_together(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b"A,no\nB,perhaps,job\n")
    header, first, second = rejects_of(run, path)
    write_table(path.parent / "one.csv", [header, first])
    write_table(path.parent / "two.csv", [header, second])
    score(run, path.parent / "one.csv", path.parent / "two.csv", "--rejects", path.parent / "both.csv")
    assert len(table((path.parent / "both.csv").read_text(encoding="utf-8"))) == 4
    assert len(table(score(run, path.parent / "both.csv").out)) == 2


def test_no_cell_of_a_rejects_file_runs_in_a_spreadsheet_and_each_is_won_back(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b"=1+1,no\n'=2,no\n-3,no\n")
    raw = [row["raw"] for row in rejects_of(run, path)[1:]]
    assert raw == ["'=1+1,no", "''=2,no", "'-3,no"]
    again = rejects_of(run, path.parent / "r.csv")
    assert [row["raw"] for row in again[1:]] == raw


def test_a_rejects_file_is_private(run: Run, files: Files) -> None:
    path = files("a.csv", HEAD + b"A,no\n")
    rejects_of(run, path)
    assert stat.S_IMODE((path.parent / "r.csv").stat().st_mode) == 0o600


def test_a_file_whose_name_is_no_text_has_a_name_in_every_output(run: Run, files: Files) -> None:
    files("a.csv", b"")
    folder = files("b.csv", HEAD + b"B,no\n").parent
    odd = Path(os.fsdecode(os.fsencode(folder) + b"/odd\xff.csv"))
    odd.write_bytes(HEAD + b"A,no\n")
    ran = score(run, folder / "b.csv", odd, "--rejects", folder / "r.csv")
    assert ran.code == 1
    assert table(ran.out)[1]["file"].endswith("odd\\udcff.csv")
    assert r"odd\udcff.csv" in (folder / "r.csv").read_text(encoding="utf-8")


def test_every_code_has_a_message_in_the_rejects_file() -> None:
    choices = set(record_choice.CHOICE_PROBLEMS) | {f"excluded-{reason}" for reason in record_choice.EXCLUSIONS}
    assert choices | {*REJECTIONS} <= set(MESSAGES)


def test_an_answer_that_should_not_have_been_asked_is_no_reject() -> None:
    scoring = scoring_of(b"id,danger,ties\nA,no,job\n", SMALL)
    assert [*reject_lines(outcomes_of(scoring))] == []
