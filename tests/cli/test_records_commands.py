"""The commands about records, from what is on disk to what is printed, written or gone."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.recorded import CANARY, answered, at, long_ago, made_with, record_of
from support.running import Ran, Run
from support.scoring import scored_bytes
from support.strategies import form_of as form_of_sheet
from support.strategies import sheets, sketches, text_of
from support.window import asked

from iop_screen.batch.rows import ScoredRow, column_values
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, MissingReason, Words, chosen
from iop_screen.records.fitted_answers import answers_from_record, explain_record
from iop_screen.records.forget import forget, parse_age
from iop_screen.records.locked_record import record_lock
from iop_screen.records.model import (
    AnswerRecorded,
    DangerActedOn,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    Entry,
    NoteWritten,
    Record,
    ReferenceSet,
    ResultShown,
)
from iop_screen.records.store import Store
from iop_screen.report.record_exports import ADDED_COLUMNS, NO_FIRST_STEP, export_answers, export_row
from iop_screen.report.record_list import short_time

QUESTIONNAIRE = b"""
format: 1
id: small
version: 2.1.0
title: A small questionnaire
intended_use: For tests.
disclaimer: Not a diagnosis.
contacts: [{id: line, name: A line, reach: call 000, checked_on: 2026-01-01}]
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
first_steps: [{id: look, title: A look first}, {id: now, title: Help now, interrupt: true}]
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: drinks, ask: Drinks?, role: risk, type: yes_no, worse: yes}
      - {id: glasses, ask: How many?, role: risk, type: number, worse: higher, min: -5, max: 50,
         ask_when: {drinks: yes}}
      - id: signs
        ask: Which signs?
        role: risk
        type: multiple
        options: [{id: shakes, label: Shakes}, {id: fever, label: Fever}, {id: none, label: None, exclusive: true}]
      - {id: words, ask: Anything else?, role: access, type: text}
rules:
  - {id: danger_now, when: {danger: yes}, first_step: now, because: There is danger.}
  - {id: much, when: {glasses: {at_least: 10}}, level: stay, because: That is much.}
  - {id: shaking, when: {signs: shakes}, first_step: look, because: Shaking needs a look.}
"""
MADE = made_with(QUESTIONNAIRE)
ADDED_NAMES = [column.name for column in ADDED_COLUMNS]
LOG: tuple[Entry, ...] = (
    answered("danger", "no"),
    answered("drinks", "yes", 2),
    answered("glasses", Decimal("12.5"), 3),
    answered("signs", "fever;shakes", 4),
    AnswerRecorded(at(5), "words", Words(f"{CANARY}\n=1+1, \x1b[31m\u202e")),
    ReferenceSet(at(6), "A-12"),
)
FINAL = record_of(
    MADE, *LOG, ResultShown(at(7), "stay", "stay", "stay", "look", "look", danger_open=False, set_aside=0)
)
DRAFT = record_of(MADE, answered("danger", MissingReason.UNKNOWN), answered("drinks", "no"), ref="3333")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with a final record and a draft, where the commands look for it."""
    store = Store(tmp_path / "kept")
    for record in (FINAL, DRAFT):
        assert store.save(record, QUESTIONNAIRE) is None
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(store.folder))
    return store


def rows(text: str) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text))]


def shows_no_answer(ran: Ran) -> bool:
    return CANARY not in ran.err and "Traceback" not in ran.err


# list


def test_the_list_says_where_each_record_stands(run: Run, store: Store) -> None:
    danger = (EmergencyShown(at(8), ("danger_now",)),)
    decided = DecisionMade(at(9), "home", None, "JD", DecisionReason.JOB)
    urgent = ResultShown(at(7), "emergency", "home", "stay", "now", "now", danger_open=False, set_aside=0)
    open_still = ResultShown(at(7), "undetermined", "home", "stay", None, "look", danger_open=False, set_aside=0)
    store.save(record_of(MADE, *LOG, *danger, ref="2222"), QUESTIONNAIRE)
    store.save(record_of(MADE, *LOG, *danger, DangerActedOn(at(9)), ref="4444", revision=2), QUESTIONNAIRE)
    store.save(record_of(MADE, urgent, ref="6666"), QUESTIONNAIRE)
    store.save(record_of(MADE, open_still, decided, ref="7777"), QUESTIONNAIRE)
    store.save(record_of(MADE, ref="5555"), QUESTIONNAIRE)
    store.save(record_of(MADE, ref="5555", revision=2), QUESTIONNAIRE)
    (store.records / "5555.2.json").write_text(f'"{CANARY}"', encoding="ascii")
    ran = run("records", "list")
    assert ran.code == 0
    assert re.fullmatch(
        r"Today's questionnaire is level-of-care \S+\. 6 records go by another one\. To see which: .*\n", ran.err
    )
    header, *lines, counts, more = [re.sub(" {2,}", "  ", line) for line in ran.out.splitlines()]
    assert header == "REF  TIME  STATE  KNOWN  DANGER  RESULT  SITE REF"
    assert [re.sub(r"Nov \d+|\d\d:\d\d", "TIME", re.sub("(up to|see) .*", r"\1 ...", line)) for line in lines] == [
        "3333  TIME  draft  1/2  open: danger",
        "6666  TIME  final  0  1 not asked  Help now",
        "7KQ2  TIME  final  5  A look first, then Live in  A-12",
        "2222  TIME  draft  5  NOT MARKED  A-12",
        "4444  TIME  draft  5  acted  A-12",
        "7777  TIME  final  0  1 not asked  up to ...",
        "5555  TIME  not known  CANNOT BE READ; see ...",
    ]
    assert " ".join(f"{counts}{more}".split()) == (
        "7 records: 3 drafts, 1 danger not marked, 1 danger acted on, 3 with questions on danger open, 1 cannot be read"
    )


def test_without_the_copy_of_its_questionnaire_a_record_is_listed_by_ids(run: Run, store: Store) -> None:
    (store.questionnaires / f"{MADE.hash12}.yaml").unlink()
    ran = run("records", "list")
    assert "not known  look, then stay " in ran.out
    assert ran.out.count("not known") == 3  # and in the counts
    assert ran.err.count("cannot be read: its copy is not there. What to do: put ") == 1
    assert f"{MADE.hash12}.yaml back from a backup" in ran.err


@pytest.mark.parametrize(("zone", "shown"), [("UTC", "23:45"), ("Asia/Kolkata", "05:15")])
def test_times_of_the_list_are_those_of_the_place(monkeypatch: pytest.MonkeyPatch, zone: str, shown: str) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    changed = datetime(2026, 11, 24, 23, 45, tzinfo=UTC)
    assert short_time(changed, changed) == shown
    assert short_time(changed, changed + timedelta(days=2)) == ("Nov 24" if zone == "UTC" else "Nov 25")
    assert short_time(changed, changed + timedelta(days=90)) == "Nov 2026"


def test_the_list_as_json(run: Run, store: Store) -> None:
    (store.records / "5555.1.json").write_text("{", encoding="ascii")
    os.utime(store.records / "5555.1.json", (0, 0))
    document = json.loads(run("records", "list", "--json").out)
    assert document["schema"] == "iop-screen.records/1"
    assert document["records"] == [
        {
            "ref": "7KQ2",
            "revision": 1,
            "changed": "2026-11-24T09:37:00Z",
            "state": "final",
            "practice": False,
            "answered": 5,
            "known": 5,
            "suggestion": "stay",
            "first_step_at_least": "look",
            "first_step_at_most": "look",
            "set_aside": 0,
            "danger": None,
            "danger_questions": {
                "sign": [],
                "declined": [],
                "unknown": [],
                "unreadable": [],
                "not_applicable": [],
                "not_asked": [],
            },
            "call_ended": None,
            "call_ended_words": None,
            "unsafe_to_call": False,
            "chosen": None,
            "chosen_first_step": None,
            "because": None,
            "lower": None,
            "reference": "A-12",
            "questionnaire": MADE.stamp,
            "chain": "whole",
        },
        {
            "ref": "3333",
            "revision": 1,
            "changed": "2026-11-24T09:31:00Z",
            "state": "draft",
            "practice": False,
            "answered": 2,
            "known": 1,
            "suggestion": None,
            "first_step_at_least": None,
            "first_step_at_most": None,
            "set_aside": None,
            "danger": None,
            "danger_questions": {
                "sign": [],
                "declined": [],
                "unknown": ["danger"],
                "unreadable": [],
                "not_applicable": [],
                "not_asked": [],
            },
            "call_ended": None,
            "call_ended_words": None,
            "unsafe_to_call": False,
            "chosen": None,
            "chosen_first_step": None,
            "because": None,
            "lower": None,
            "reference": None,
            "questionnaire": MADE.stamp,
            "chain": "whole",
        },
        {
            "ref": "5555",
            "revision": 1,
            "changed": "1970-01-01T00:00:00Z",
            "state": "unreadable",
            "why": "it is no record, or it is damaged",
            "readable_revision": None,
        },
    ]


def test_hostile_text_does_nothing_to_the_screen(run: Run, store: Store) -> None:
    store.save(
        record_of(
            MADE,
            ReferenceSet(at(1), "\x1b[2J\n\u202e"),
            ResultShown(at(2), "\x07", "stay", "stay", None, None, danger_open=False, set_aside=0),
        ),
        QUESTIONNAIRE,
    )
    shown = run("records", "list").out
    assert "\\x1b[2J\\x0a\\u202e" in shown
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)


def test_an_empty_list_is_no_failure(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "nothing").mkdir()
    ran = run("records", "list", "--data-dir", tmp_path / "nothing")
    assert (ran.code, ran.out, ran.err) == (0, "", "there are no records\n")
    assert json.loads(run("records", "list", "--json", "--data-dir", tmp_path / "nothing").out)["records"] == []
    monkeypatch.delenv("IOP_SCREEN_DATA_DIR")
    monkeypatch.setattr(typer, "get_app_dir", lambda name: str(tmp_path / name))
    ran = run("records", "list")
    assert (ran.code, ran.out, ran.err) == (0, "", "there are no records\n")
    assert [path.name for path in tmp_path.iterdir()] == ["nothing"]


READERS = [
    ["records", "list"],
    ["records", "list", "--json"],
    ["records", "show", "7KQ2"],
    ["records", "export", "7KQ2", "--to", "json"],
    ["records", "edit", "7KQ2"],
    ["records", "forget", "7KQ2", "--yes"],
    ["records", "forget", "--older-than", "30d", "--yes"],
    ["interview", "--resume"],
    ["interview", "--resume", "7KQ2"],
]
"""Each command that reads the folder of records."""


@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize("by_option", [True, False])
def test_a_folder_that_is_named_and_not_there_is_reported(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], *, by_option: bool
) -> None:
    """A mistyped name must not look like a desk without calls."""
    missing = tmp_path / "mistyped"
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(missing))
    ran = run(*command, *(["--data-dir", missing] if by_option else []))
    said = f"iop-screen: the folder {missing} does not exist; look at --data-dir or IOP_SCREEN_DATA_DIR\n"
    assert (ran.code, ran.out, ran.err) == (3, "", said)
    assert not missing.exists()


def test_the_folder_of_records_is_an_option_then_the_environment_then_that_of_the_system(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "7KQ2" in run("records", "list").out
    assert run("records", "list", "--data-dir", tmp_path / "other").out == ""
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", "")
    monkeypatch.setattr(typer, "get_app_dir", lambda name: str(tmp_path / name))
    store.folder.rename(tmp_path / "iop-screen")
    assert "7KQ2" in run("records", "list").out


@pytest.mark.parametrize("command", READERS, ids=" ".join)
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda records: records.write_bytes(b""), "not a directory"),
        (lambda records: records.symlink_to("nowhere"), "no such file or directory"),
    ],
    ids=["a file", "a link to nothing"],
)
def test_a_folder_that_cannot_be_read_is_reported(
    run: Run, tmp_path: Path, command: list[str], make: Callable[[Path], object], reason: str
) -> None:
    make(tmp_path / "records")
    ran = run(*command, "--data-dir", tmp_path)
    said = f"iop-screen: cannot read {tmp_path / 'records'}: {reason}\n"
    assert (ran.code, ran.out, ran.err) == (3, "", said)


# show and export


@pytest.mark.usefixtures("store")
def test_a_record_is_shown_by_its_own_questionnaire(run: Run) -> None:
    for typed, title in [("7KQ2", "Live in"), (" 7k q2", "Live in"), ("3333", "DRAFT")]:
        ran = run("records", "show", typed)
        assert (ran.code, ran.err) == (0, "")
        assert title in ran.out
        assert not {"\x1b", "\u202e"} & set(ran.out)


def test_json_is_the_record_with_its_result(run: Run, store: Store) -> None:
    document = json.loads(run("records", "export", "7KQ2", "--to", "json").out)
    shown = json.loads(run("records", "show", "7KQ2", "--json").out)
    assert shown.pop("call")["reference"] == "A-12"
    file = json.loads((store.records / "7KQ2.1.json").read_bytes())
    assert shown["log"] == file["log"]
    file["log"] = [entry for entry in file["log"] if entry["kind"] != "filed"]
    assert {**shown, "log": file["log"]} == document
    assert not any(document.pop("danger_questions").values())
    assert (document.pop("handling"), document.pop("site_settings")) == (None, None)
    result = document.pop("result")
    assert (document.pop("state"), document.pop("danger"), document.pop("chain")) == ("final", None, "whole")
    assert file.pop("seal")
    assert document == file
    assert (result["schema"], result["id"], result["suggestion"]) == ("iop-screen.result/1", "7KQ2", "stay")
    assert result["first_step_at_least"] == "look"
    assert [reason["id"] for reason in result["reason_details"]] == ["much", "shaking"]


def test_a_draft_has_no_suggestion_in_any_export(run: Run, store: Store) -> None:
    drafts = {
        "2222": record_of(MADE, *LOG, EmergencyShown(at(8), ()), ref="2222"),
        "4444": record_of(MADE, *FINAL.log, answered("glasses", Decimal(1), 9), ref="4444"),
    }
    for record in drafts.values():
        store.save(record, QUESTIONNAIRE)
    for ref, danger in [("2222", "waits"), ("3333", None), ("4444", None)]:
        for command in (["export", "--to", "json"], ["show", "--json"]):
            document = json.loads(run("records", *command, ref).out)
            assert (document["state"], document["danger"], document["result"]) == ("draft", danger, None)
        ran = run("records", "export", ref, "--to", "csv")
        assert (ran.code, ran.out) == (2, "")
        assert f"{ref} is a draft, and a draft has no suggestion" in ran.err
        assert "--to answers" in ran.err
        assert run("records", "export", ref, "--to", "answers").code == 0


@pytest.mark.usefixtures("store")
def test_csv_is_a_row_as_score_writes_them(run: Run, tmp_path: Path) -> None:
    exported = run("records", "export", "7KQ2", "--to", "csv").out
    (tmp_path / "answers.csv").write_bytes(run("records", "export", "7KQ2", "--to", "answers").stdout)
    (tmp_path / "q.yaml").write_bytes(QUESTIONNAIRE)
    scored = run("score", tmp_path / "answers.csv", "--questions", tmp_path / "q.yaml")
    assert scored.code == 0
    (row,) = rows(exported)
    added = {name: row.pop(name) for name in ADDED_NAMES}
    assert row.pop("danger_questions") == ""
    assert [{**row, "line": ""} for row in rows(scored.out)] == [row]
    assert row["suggestion"] == "stay"
    assert added == {**dict.fromkeys(ADDED_NAMES, ""), "set_aside": "0", "practice": "no", "chain": "whole"}


def test_csv_names_the_decision_and_how_it_stands_with_danger(run: Run, store: Store) -> None:
    shown = ResultShown(at(8), "stay", "stay", "stay", "look", "look", danger_open=False, set_aside=2)
    made = DecisionMade(at(9), "stay", "", "AB", DecisionReason.COST, "Dr. C", "falls back", "")
    store.save(record_of(MADE, *LOG, EmergencyShown(at(7), ()), shown, made, ref="4444"), QUESTIONNAIRE)
    (row,) = rows(run("records", "export", "4444", "--to", "csv").out)
    assert {name: row[name] for name in ADDED_NAMES} == {
        "practice": "no",
        "danger": "waits",
        "set_aside": "2",
        "chain": "whole",
        "chosen": "stay",
        "chosen_first_step": NO_FIRST_STEP,
        "lower": "yes",
        "because": "cost",
    }
    (listed,) = [line for line in run("records", "list").out.splitlines() if line.startswith("4444")]
    assert "LOOK AGAIN: A look" in " ".join(listed.split())
    assert "NOT MARKED" in listed


def test_answers_are_a_form_without_what_is_set_aside(run: Run, store: Store) -> None:
    (row,) = rows(run("records", "export", "7KQ2", "--to", "answers").out)
    assert row == {
        "id": "7KQ2",
        "danger": "no",
        "drinks": "yes",
        "glasses": "12.5",
        "signs": "shakes;fever",
        "words": f"{CANARY}\\x0a=1+1, \\x1b[31m\\u202e",
    }
    gaps = (
        answered("drinks", "no", 8),
        answered("signs", MissingReason.DECLINED, 9),
        answered("danger", MissingReason.UNKNOWN, 9),
    )
    store.save(record_of(MADE, *LOG, *gaps), QUESTIONNAIRE)
    (row,) = rows(run("records", "export", "7KQ2", "--to", "answers").out)
    assert {name: row[name] for name in ("danger", "drinks", "glasses", "signs")} == {
        "danger": "unknown",
        "drinks": "no",
        "glasses": "",
        "signs": "declined",
    }


@pytest.mark.parametrize("number", ["-5", "-0.5", "0", "50", "0.000001"])
def test_an_exported_negative_number_is_read_back(number: str) -> None:
    compiled = ready(QUESTIONNAIRE)
    record = record_of(MADE, answered("drinks", "yes"), answered("glasses", Decimal(number)))
    assert scored_again(record, compiled).answers == explain_record(record, compiled).answers


def scored_again(record: Record, compiled: CompiledQuestionnaire) -> ScoredRow:
    """The row that `score` makes of the exported answers; there has to be just one."""
    (row,) = scored_bytes(export_answers(record, compiled).encode(), compiled)
    return row


@pytest.mark.slow
@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_exported_answers_are_scored_as_the_interview_scores_them(data: st.DataObject) -> None:
    sketch = data.draw(sketches())
    source = text_of(sketch).encode()
    compiled = ready(source)
    answers = form_of_sheet(sketch, data.draw(sheets(sketch)))
    pairs = zip(compiled.questions, answers.values, strict=True)
    log = [
        AnswerRecorded(at(1), str(question.id), answer)
        for question, answer in pairs
        if answer is not MissingReason.MISSING
    ]
    record = record_of(made_with(source), *log)
    again = scored_again(record, compiled)
    assert again.result == explain_record(record, compiled).result
    exported = rows(export_row(record, compiled))[0]
    assert again.result is not None
    assert (again.id, exported["suggestion"]) == ("7KQ2", again.result.suggestion)
    assert exported["problems"] == ";".join(f"{problem.question}:{problem.code}" for problem in again.problems)
    assert len(column_values(again, compiled)) + len(ADDED_COLUMNS) + 1 == len(exported)


def test_an_answer_that_does_not_fit_is_unreadable_and_never_another_one() -> None:
    compiled = ready(QUESTIONNAIRE)
    log = [
        answered("danger", "maybe"),
        answered("drinks", Decimal(1)),
        answered("glasses", Decimal(51)),
        answered("signs", "none;fever"),
        AnswerRecorded(at(1), "words", chosen("yes")),
        answered("unheard_of", "yes"),
    ]
    record = record_of(MADE, *log)
    assert answers_from_record(record, compiled).answers == Answers((MissingReason.MISSING,) * 5)
    assert scored_again(record, compiled).answers == Answers((*(MissingReason.UNREADABLE,) * 4, MissingReason.MISSING))
    (row,) = rows(export_row(record, compiled))
    assert row["suggestion"] == "undetermined"
    assert row["problems"] == ";".join(
        f"{name}:unreadable" for name in ("danger", "drinks", "glasses", "signs", "words")
    )


@pytest.mark.parametrize(
    ("name", "to"), [("x.html", "html"), ("x.JSON", "json"), ("7KQ2.x.csv", "csv"), ("x.txt", "text")]
)
@pytest.mark.usefixtures("store")
def test_an_export_is_what_the_name_of_its_file_says(run: Run, tmp_path: Path, name: str, to: str) -> None:
    ran = run("records", "export", "7KQ2", "-o", tmp_path / name)
    assert (ran.code, ran.out) == (0, "")
    assert (tmp_path / name).read_bytes() == run("records", "export", "7KQ2", "--to", to).stdout
    assert run("records", "export", "7KQ2", "--to", to, "-o", tmp_path / name, "--force").code == 0


@pytest.mark.usefixtures("store")
def test_answers_are_exported_to_a_csv_file_only_if_that_is_said(run: Run, tmp_path: Path) -> None:
    assert run("records", "export", "3333", "-o", tmp_path / "x.csv").code == 2
    assert run("records", "export", "3333", "--to", "answers", "-o", tmp_path / "x.csv").code == 0
    assert (tmp_path / "x.csv").read_bytes() == run("records", "export", "3333", "--to", "answers").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "html", "-o", "x.json"], "ends in .json cannot be html"),
        (["--to", "answers", "-o", "x.html"], "ends in .html cannot be answers"),
        (["--to", "text", "-o", "x.CSV"], "ends in .csv cannot be text"),
        ([], "--to and one of text, html, json, csv, answers, or -o "),
        (["-o", "x"], "ends in one of .html, .json, .csv, .txt"),
        (["-o", ".html"], "ends in one of .html"),
    ],
)
@pytest.mark.usefixtures("store")
def test_an_export_without_a_format_or_with_two_is_a_mistake(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run("records", "export", "7KQ2", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not [*tmp_path.glob("x*")]


@pytest.mark.parametrize("to", ["text", "html", "json", "csv", "answers"])
def test_an_export_to_a_file_is_private_and_replaces_nothing(run: Run, store: Store, tmp_path: Path, to: str) -> None:
    out = tmp_path / "out"
    assert run("records", "export", "7KQ2", "--to", to, "-o", out).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    written = out.read_bytes()
    assert written == run("records", "export", "7KQ2", "--to", to).stdout
    store.save(record_of(MADE, *FINAL.log[1:], ref="4444"), QUESTIONNAIRE)
    ran = run("records", "export", "4444", "--to", to, "-o", out)
    assert (ran.code, out.read_bytes()) == (3, written)
    assert "exists already" in ran.err
    assert run("records", "export", "4444", "--to", to, "-o", out, "--force").code == 0
    assert out.read_bytes() not in (written, b"")


@pytest.mark.slow
@pytest.mark.parametrize("index", ["records/7KQ2.1.json", "records/new", "questionnaires/new", "link/7KQ2.1.json"])
def test_no_export_goes_where_records_are_kept(run: Run, store: Store, index: str) -> None:
    (store.folder / "link").symlink_to(store.records)
    ran = run("records", "export", "7KQ2", "--to", "json", "-o", store.folder / index, "--force")
    assert (ran.code, ran.out) == (3, "")
    assert "records are kept in that folder" in ran.err
    assert store.load("7KQ2") == FINAL
    for other in (["show"], ["score", REPOSITORY / "examples" / "intake.csv"]):
        ran = run(*other, "-o", store.folder / index, "--force")
        assert (ran.code, ran.out) == (3, "")
    assert store.load("7KQ2") == FINAL
    assert not [*store.folder.rglob("new")]


def test_a_revision_can_be_named(run: Run, store: Store) -> None:
    second = store.next_revision(FINAL, at(60))
    shown = ResultShown(at(62), "home", "home", "home", "look", "look", danger_open=False, set_aside=0)
    store.save(Record(second.head, (*second.log, answered("glasses", Decimal(1), 61), shown)), QUESTIONNAIRE)
    for revision, suggestion in [(None, "home"), (1, "stay"), (2, "home")]:
        named = ["--revision", revision] if revision else []
        assert rows(run("records", "export", "7KQ2", "--to", "csv", *named).out)[0]["suggestion"] == suggestion
    ran = run("records", "show", "7KQ2", "--revision", 3)
    assert ran.code == 3
    assert "no such revision" in ran.err
    (store.records / "7KQ2.2.json").write_bytes(b"{")
    ran = run("records", "show", "7KQ2")
    assert ran.code == 3
    assert ran.err.endswith("damaged; revision 1 can be read: --revision 1\n")


@pytest.mark.parametrize("command", [["show"], ["export", "--to", "csv"], ["edit"], ["forget", "--yes"]])
@pytest.mark.parametrize("ref", ["2222", "nobody", "../7", "", CANARY])
def test_an_unknown_reference_is_reported_with_a_hint(run: Run, store: Store, command: list[str], ref: str) -> None:
    ran = run("records", *command, ref)
    assert (ran.code, ran.out) == (3, "")
    assert "iop-screen records list" in ran.err
    assert shows_no_answer(ran)
    assert {listed.ref for listed in store.listed()} == {"7KQ2", "3333"}


@pytest.mark.parametrize("command", [["show", "7KQ2"], ["export", "7KQ2", "--to", "json"], ["edit", "7KQ2"]])
def test_a_damaged_record_is_reported_and_not_quoted(run: Run, store: Store, command: list[str]) -> None:
    content = (store.records / "7KQ2.1.json").read_bytes()
    (store.records / "7KQ2.1.json").write_bytes(content[:-9])
    ran = run("records", *command)
    assert (ran.code, ran.out) == (3, "")
    assert "the record 7KQ2 cannot be read: it is no record, or it is damaged" in ran.err
    assert shows_no_answer(ran)


@pytest.mark.parametrize("instead", [None, b"", QUESTIONNAIRE + b"#"])
def test_without_its_questionnaire_a_record_is_not_read_by_another_one(
    run: Run, store: Store, instead: bytes | None
) -> None:
    copy = store.questionnaires / f"{MADE.hash12}.yaml"
    copy.unlink()
    if instead is not None:
        copy.write_bytes(instead)
    ran = run("records", "show", "7KQ2")
    assert (ran.code, ran.out) == (4, "")
    assert f"the questionnaire small@2.1.0#{MADE.hash12} cannot be read" in ran.err


# forget


def test_a_record_is_forgotten_with_all_its_revisions(run: Run, store: Store) -> None:
    store.save(store.next_revision(FINAL, at(60)), QUESTIONNAIRE)
    ran = run("records", "forget", "7kq2", "--yes")
    assert (ran.code, ran.out, ran.err) == (0, "", "7KQ2 is deleted\n")
    assert [listed.ref for listed in store.listed()] == ["3333"]


def test_a_damaged_record_can_be_forgotten(run: Run, store: Store) -> None:
    (store.records / "7KQ2.1.json").write_bytes(b"{")
    assert run("records", "forget", "7KQ2", "--yes").code == 0
    assert not store.has("7KQ2")


@pytest.mark.parametrize("which", [["7KQ2"], ["--older-than", "1h"]])
def test_off_a_terminal_nothing_is_deleted_without_yes(run: Run, store: Store, which: list[str]) -> None:
    long_ago(store, "7KQ2", "3333")
    ran = run("records", "forget", *which, typed="7KQ2\n")
    assert (ran.code, len(store.listed())) == (2, 2)
    assert "--yes" in ran.err


@pytest.mark.parametrize(
    "which",
    [[], ["7KQ2", "--older-than", "1d"], *(["--older-than", age] for age in ("", "30", "d", "0d", "-1d", "1y"))],
)
def test_forget_needs_a_reference_or_an_age(run: Run, store: Store, which: list[str]) -> None:
    assert run("records", "forget", "--yes", *which).code == 2
    assert len(store.listed()) == 2


@pytest.mark.parametrize(
    ("typed", "hours"), [("1h", 1), ("36H", 36), ("30d", 720), (" 2w ", 336), ("9999w", 9999 * 168)]
)
def test_how_an_age_is_written(typed: str, hours: int) -> None:
    assert parse_age(typed) == timedelta(hours=hours)


def noted(ref: str, days: float, *log: Entry) -> Record:
    """A record in which something was written down so many days ago."""
    then = datetime.now(UTC) - timedelta(days=days)
    record = record_of(MADE, *log, NoteWritten(then, "danger", ""), ref=ref)
    return replace(record, head=replace(record.head, started=then))


def test_old_records_are_forgotten(run: Run, store: Store) -> None:
    for record in (noted("2222", 29), noted("4444", 31), noted("5555", 31)):
        store.save(record, QUESTIONNAIRE)
    for ref in ("7KQ2", "3333"):
        assert forget(store, ref) is None
    (store.records / ".6666.1.json.abc.part").write_text(CANARY, encoding="ascii")
    long_ago(store, "2222", "4444", "6666")  # 5555 was written just now, whatever the clock said then
    assert run("records", "forget", "--older-than", "30d", "--yes").err == "4444 is deleted\n6666 is deleted\n"
    ran = run("records", "forget", "--older-than", "30d", "--yes")
    assert (ran.code, ran.err) == (0, "no record is that old\n")
    assert [listed.ref for listed in store.listed()] == ["2222", "5555"]


def test_an_old_record_whose_danger_waits_is_kept_and_named(run: Run, store: Store) -> None:
    danger = EmergencyShown(datetime(2020, 1, 1, tzinfo=UTC), ())
    store.save(noted("2222", 31, danger), QUESTIONNAIRE)
    store.save(noted("4444", 31, danger, DangerActedOn(danger.at)), QUESTIONNAIRE)
    store.save(noted("5555", 31, danger), QUESTIONNAIRE)
    store.save(replace(noted("5555", 31), head=replace(noted("5555", 31).head, revision=2)), QUESTIONNAIRE)
    (store.records / "5555.2.json").write_bytes(b"{")
    long_ago(store, "2222", "4444", "5555")
    ran = run("records", "forget", "--older-than", "30d", "--yes")
    assert ran.code == 0
    assert {*ran.err.splitlines()} == {
        "2222 is kept: Danger in it is not marked as acted on. To delete it: iop-screen records forget 2222",
        "5555 is kept: Danger in it is not marked as acted on. To delete it: iop-screen records forget 5555",
        "4444 is deleted",
    }
    assert run("records", "forget", "--older-than", "30d").code == 0  # there is nothing to ask about
    assert {listed.ref for listed in store.listed()} == {"2222", "3333", "5555", "7KQ2"}
    assert run("records", "forget", "2222", "--yes").code == 0


def test_a_record_that_another_window_has_open_is_not_forgotten(run: Run, store: Store) -> None:
    with record_lock(store, "7KQ2"):
        ran = run("records", "forget", "7KQ2", "--yes")
    assert (ran.code, ran.err) == (3, "7KQ2 is open in another window; close it there first\n")
    assert store.load("7KQ2") == FINAL


@pytest.mark.usefixtures("store")
def test_what_could_not_be_deleted_is_reported(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    ran = run("records", "forget", "7KQ2", "--yes")
    assert (ran.code, ran.err) == (3, "7KQ2 is not deleted, or not all of it: operation not permitted\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("typed", "code", "left"), [("7KQ2", 0, 1), (" 7kq2 ", 0, 1), ("y", 2, 2), ("", 2, 2), ("3333", 2, 2)]
)
def test_on_a_terminal_the_reference_is_asked_for_again(store: Store, typed: str, code: int, left: int) -> None:
    ended, shown = asked("records", "forget", "7KQ2", typed=typed)
    assert ended == code
    assert len(store.listed()) == left
    assert ("nothing was deleted" in shown) == (left == 2)
    assert "Danger" not in shown


def test_before_danger_that_waits_is_forgotten_it_is_named(store: Store) -> None:
    store.save(record_of(MADE, EmergencyShown(at(8), ())), QUESTIONNAIRE)
    _, shown = asked("records", "forget", "7KQ2", typed="")
    question = "This deletes the record 7KQ2. Danger in it is not marked as acted on. There is no way back."
    assert question in shown


def test_a_record_that_changes_while_one_is_asked_is_not_forgotten_for_its_age(store: Store) -> None:
    store.save(noted("3333", 31), QUESTIONNAIRE)
    store.save(noted("7KQ2", 31), QUESTIONNAIRE)
    long_ago(store, "7KQ2", "3333")
    young = noted("7KQ2", 0)
    ended, shown = asked(
        "records", "forget", "--older-than", "30d", typed="2", meanwhile=lambda: store.save(young, QUESTIONNAIRE)
    )
    assert ended == 0
    assert "7KQ2 is kept: it has been changed in the meantime" in shown
    assert "3333 is deleted" in shown
    assert store.load("7KQ2") == young


# edit


def test_an_edit_is_kept_as_a_new_revision(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_bytes(QUESTIONNAIRE)
    ran = run("records", "edit", "7KQ2", "--questions", tmp_path / "q.yaml", typed="3\n5\nq\n")
    assert ran.code == 5
    assert store.load("7KQ2", 1) == FINAL
    second = store.load("7KQ2")
    assert isinstance(second, Record)
    assert (second.head.revision, second.final) == (2, False)
    assert second.answers == FINAL.answers | {"glasses": Amount(Decimal(5))}


# help


@pytest.mark.parametrize("command", [[], ["list"], ["show"], ["export"], ["edit"], ["forget"]])
def test_help_is_ascii_and_names_the_folder(run: Run, command: list[str]) -> None:
    ran = run("records", *command, "--help")
    assert ran.code == 0
    assert ran.out.isascii()
    assert ("IOP_SCREEN_DATA_DIR" in ran.out) == bool(command)


def test_the_default_questionnaire_can_be_kept(run: Run, store: Store, compiled: CompiledQuestionnaire) -> None:
    content = default_questionnaire().read_bytes()
    made = made_with(content, str(compiled.questionnaire.id), str(compiled.questionnaire.version))
    store.save(record_of(made, answered("age", "18_64"), ref="CCCC"), content)
    assert compiled.stamp in run("records", "show", "CCCC").out
