"""The commands about records, from what is on disk to what is printed, written or gone."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import stat
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import typer
from conftest import REPOSITORY, Ran, Run, ready
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from recorded import CANARY, answered, at, made_with, record_of
from strategies import form_of as form_of_sheet
from strategies import sheets, sketches, text_of

from iop_screen import cli_records, leading
from iop_screen.batch.score import open_scoring
from iop_screen.engine.answers import Amount, Form, Gap, Words, chosen
from iop_screen.engine.instrument import Instrument
from iop_screen.files import default_questionnaire
from iop_screen.records.forms import explanation_of, form_of
from iop_screen.records.model import Acted, Alarmed, Answered, Entry, Filed, Noted, Record, ResultShown
from iop_screen.records.store import Store
from iop_screen.report.exported import export_answers, export_row
from iop_screen.report.rows import Row, fields

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
LOG: tuple[Entry, ...] = (
    answered("danger", "no"),
    answered("drinks", "yes", 2),
    answered("glasses", Decimal("12.5"), 3),
    answered("signs", "fever;shakes", 4),
    Answered(at(5), "words", Words(f"{CANARY}\n=1+1, \x1b[31m\u202e")),
    Filed(at(6), "A-12"),
)
FINAL = record_of(MADE, *LOG, ResultShown(at(7), "stay", "stay", "stay", "look", "look", danger_open=False))
DRAFT = record_of(MADE, answered("danger", Gap.UNKNOWN), answered("drinks", "no"), ref="3333")


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


def tells_nothing(ran: Ran) -> bool:
    return CANARY not in ran.err and "Traceback" not in ran.err


# list


def test_the_list_says_where_each_record_stands(run: Run, store: Store) -> None:
    danger = (Alarmed(at(8), ("danger_now",)),)
    store.save(record_of(MADE, *LOG, *danger, ref="2222"), QUESTIONNAIRE)
    store.save(record_of(MADE, *LOG, *danger, Acted(at(9)), ref="4444", revision=2), QUESTIONNAIRE)
    (store.records / "5555.1.json").write_text(f'"{CANARY}"', encoding="ascii")
    ran = run("records", "list")
    assert (ran.code, ran.err) == (0, "")
    stamp = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    lines = [re.sub(stamp, "TIME", line) for line in ran.out.splitlines()]
    assert lines == [
        "REF   REV  CHANGED           STATE       ANSWERED  SUGGESTION                                         CHOSEN  DANGER        SITE REFERENCE",  # noqa: E501
        "5555  1    TIME  unreadable            cannot be read: it is no record, or it is damaged          not known",
        "4444  2    TIME  draft       5         -                                                          acted on      A-12",  # noqa: E501
        "2222  1    TIME  draft       5         -                                                          NOT ACTED ON  A-12",  # noqa: E501
        "7KQ2  1    TIME  final       5         stay, first step look                                                    A-12",  # noqa: E501
        "3333  1    TIME  draft       2         -",
    ]


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
            "answered": 5,
            "suggestion": "stay",
            "first_step_at_least": "look",
            "first_step_at_most": "look",
            "danger": None,
            "chosen": None,
            "chosen_first_step": None,
            "because": None,
            "reference": "A-12",
        },
        {
            "ref": "3333",
            "revision": 1,
            "changed": "2026-11-24T09:31:00Z",
            "state": "draft",
            "answered": 2,
            "suggestion": None,
            "first_step_at_least": None,
            "first_step_at_most": None,
            "danger": None,
            "chosen": None,
            "chosen_first_step": None,
            "because": None,
            "reference": None,
        },
        {
            "ref": "5555",
            "revision": 1,
            "changed": "1970-01-01T00:00:00Z",
            "state": "unreadable",
            "why": "it is no record, or it is damaged",
        },
    ]


def test_hostile_text_does_nothing_to_the_screen(run: Run, store: Store) -> None:
    store.save(
        record_of(
            MADE,
            Filed(at(1), "\x1b[2J\n\u202e"),
            ResultShown(at(2), "\x07", "stay", "stay", None, None, danger_open=False),
        ),
        QUESTIONNAIRE,
    )
    shown = run("records", "list").out
    assert "\\x1b[2J\\x0a\\u202e" in shown
    assert not {"\x1b", "\u202e", "\x07"} & set(shown)


def test_an_empty_list_is_no_failure(run: Run, tmp_path: Path) -> None:
    ran = run("records", "list", "--data-dir", tmp_path / "nothing")
    assert (ran.code, ran.out, ran.err) == (0, "", "there are no records\n")
    assert json.loads(run("records", "list", "--json", "--data-dir", tmp_path / "nothing").out)["records"] == []
    assert not (tmp_path / "nothing").exists()


def test_where_records_are_is_an_option_then_the_environment_then_the_place_of_the_system(
    run: Run, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "7KQ2" in run("records", "list").out
    assert run("records", "list", "--data-dir", tmp_path / "other").out == ""
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", "")
    monkeypatch.setattr(typer, "get_app_dir", lambda name: str(tmp_path / name))
    store.folder.rename(tmp_path / "iop-screen")
    assert "7KQ2" in run("records", "list").out


@pytest.mark.parametrize("command", [["list"], ["show", "7KQ2"], ["forget", "7KQ2", "--yes"]])
def test_a_place_that_cannot_be_read_is_said(run: Run, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "records").write_bytes(b"")
    ran = run("records", *command, "--data-dir", tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "not a directory" in ran.err


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
    assert json.loads(run("records", "show", "7KQ2", "--json").out) == document
    assert document.pop("handling") is None
    result = document.pop("result")
    assert document == json.loads((store.records / "7KQ2.1.json").read_bytes())
    assert (result["schema"], result["id"], result["suggestion"]) == ("iop-screen.result/1", "7KQ2", "stay")
    assert result["first_step_at_least"] == "look"
    assert [reason["id"] for reason in result["reason_details"]] == ["much", "shaking"]


@pytest.mark.usefixtures("store")
def test_csv_is_a_row_as_score_writes_them(run: Run, tmp_path: Path) -> None:
    exported = run("records", "export", "7KQ2", "--to", "csv").out
    (tmp_path / "answers.csv").write_bytes(run("records", "export", "7KQ2", "--to", "answers").stdout)
    (tmp_path / "q.yaml").write_bytes(QUESTIONNAIRE)
    scored = run("score", tmp_path / "answers.csv", "--questions", tmp_path / "q.yaml")
    assert scored.code == 0
    assert [{**row, "line": ""} for row in rows(scored.out)] == rows(exported)
    assert rows(exported)[0]["suggestion"] == "stay"


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
    gaps = (answered("drinks", "no", 8), answered("signs", Gap.DECLINED, 9), answered("danger", Gap.UNKNOWN, 9))
    store.save(record_of(MADE, *LOG, *gaps), QUESTIONNAIRE)
    (row,) = rows(run("records", "export", "7KQ2", "--to", "answers").out)
    assert {name: row[name] for name in ("danger", "drinks", "glasses", "signs")} == {
        "danger": "unknown",
        "drinks": "no",
        "glasses": "",
        "signs": "declined",
    }


@pytest.mark.parametrize("number", ["-5", "-0.5", "0", "50", "0.000001"])
def test_a_number_below_nought_is_read_again(number: str) -> None:
    instrument = ready(QUESTIONNAIRE)
    record = record_of(MADE, answered("drinks", "yes"), answered("glasses", Decimal(number)))
    assert scored_again(record, instrument).form == explanation_of(record, instrument).form


def scored_again(record: Record, instrument: Instrument) -> Row:
    """The row that `score` makes of the exported answers; there has to be just one."""
    scoring = open_scoring(io.BytesIO(export_answers(record, instrument).encode()), instrument)
    (row,) = [row for block in scoring.blocks() for row in block]
    return row


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_exported_answers_are_scored_as_the_interview_scores_them(data: st.DataObject) -> None:
    sketch = data.draw(sketches())
    source = text_of(sketch).encode()
    instrument = ready(source)
    form = form_of_sheet(sketch, data.draw(sheets(sketch)))
    pairs = zip(instrument.questions, form.answers, strict=True)
    log = [Answered(at(1), str(question.id), answer) for question, answer in pairs if answer is not Gap.MISSING]
    record = record_of(made_with(source), *log)
    again = scored_again(record, instrument)
    assert again.result == explanation_of(record, instrument).result
    exported = rows(export_row(record, instrument))[0]
    assert again.result is not None
    assert (again.id, exported["suggestion"]) == ("7KQ2", again.result.suggestion)
    assert exported["problems"] == ";".join(f"{problem.question}:{problem.code}" for problem in again.problems)
    assert len(fields(again, instrument)) == len(exported)


def test_an_answer_that_does_not_fit_is_unreadable_and_never_another_one() -> None:
    instrument = ready(QUESTIONNAIRE)
    log = [
        answered("danger", "maybe"),
        answered("drinks", Decimal(1)),
        answered("glasses", Decimal(51)),
        answered("signs", "none;fever"),
        Answered(at(1), "words", chosen("yes")),
        answered("unheard_of", "yes"),
    ]
    record = record_of(MADE, *log)
    assert form_of(record, instrument).form == Form((Gap.MISSING,) * 5)
    assert scored_again(record, instrument).form == Form((*(Gap.UNREADABLE,) * 4, Gap.MISSING))
    (row,) = rows(export_row(record, instrument))
    assert row["suggestion"] == "undetermined"
    assert row["problems"] == ";".join(
        f"{name}:unreadable" for name in ("danger", "drinks", "glasses", "signs", "words")
    )


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("to", ["text", "html", "json", "csv", "answers"])
def test_an_export_to_a_file_is_private_and_replaces_nothing(run: Run, tmp_path: Path, to: str) -> None:
    out = tmp_path / "out"
    assert run("records", "export", "7KQ2", "--to", to, "-o", out).code == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    written = out.read_bytes()
    assert written == run("records", "export", "7KQ2", "--to", to).stdout
    ran = run("records", "export", "3333", "--to", to, "-o", out)
    assert (ran.code, out.read_bytes()) == (3, written)
    assert "exists already" in ran.err
    assert run("records", "export", "3333", "--to", to, "-o", out, "--force").code == 0
    assert out.read_bytes() not in (written, b"")


def test_a_revision_can_be_named(run: Run, store: Store) -> None:
    second = store.next_revision(FINAL, at(60))
    store.save(Record(second.head, (*second.log, answered("glasses", Decimal(1), 61))), QUESTIONNAIRE)
    for revision, suggestion in [(None, "home"), (1, "stay"), (2, "home")]:
        named = ["--revision", revision] if revision else []
        assert rows(run("records", "export", "7KQ2", "--to", "csv", *named).out)[0]["suggestion"] == suggestion
    ran = run("records", "show", "7KQ2", "--revision", 3)
    assert ran.code == 3
    assert "no such revision" in ran.err


@pytest.mark.parametrize("command", [["show"], ["export", "--to", "csv"], ["edit"], ["forget", "--yes"]])
@pytest.mark.parametrize("ref", ["2222", "nobody", "../7", "", CANARY])
def test_a_reference_that_is_not_there_is_said_with_a_hint(
    run: Run, store: Store, command: list[str], ref: str
) -> None:
    ran = run("records", *command, ref)
    assert (ran.code, ran.out) == (3, "")
    assert "iop-screen records list" in ran.err
    assert tells_nothing(ran)
    assert {listed.ref for listed in store.listed()} == {"7KQ2", "3333"}


@pytest.mark.parametrize("command", [["show", "7KQ2"], ["export", "7KQ2", "--to", "json"], ["edit", "7KQ2"]])
def test_a_damaged_record_is_said_and_not_quoted(run: Run, store: Store, command: list[str]) -> None:
    content = (store.records / "7KQ2.1.json").read_bytes()
    (store.records / "7KQ2.1.json").write_bytes(content[:-9])
    ran = run("records", *command)
    assert (ran.code, ran.out) == (3, "")
    assert "the record 7KQ2 cannot be read: it is no record, or it is damaged" in ran.err
    assert tells_nothing(ran)


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
    ran = run("records", "forget", *which, typed="7KQ2\n")
    assert (ran.code, len(store.listed())) == (2, 2)
    assert "--yes" in ran.err


@pytest.mark.parametrize(
    "which",
    [[], ["7KQ2", "--older-than", "1d"], *(["--older-than", age] for age in ("", "30", "d", "0d", "-1d", "1y"))],
)
def test_what_to_forget_has_to_be_said(run: Run, store: Store, which: list[str]) -> None:
    assert run("records", "forget", "--yes", *which).code == 2
    assert len(store.listed()) == 2


@pytest.mark.parametrize(("age", "hours"), [("1h", 1), ("36H", 36), ("30d", 720), (" 2w ", 336), ("9999w", 9999 * 168)])
def test_how_an_age_is_written(age: str, hours: int) -> None:
    assert cli_records.age(age) == timedelta(hours=hours)


def test_old_records_are_forgotten(run: Run, store: Store) -> None:
    now = datetime.now(UTC)
    young = record_of(MADE, Noted(now - timedelta(days=29), "danger", ""), ref="2222")
    old = record_of(MADE, Noted(now - timedelta(days=31), "danger", ""), ref="4444")
    for record in (young, old):
        store.save(record, QUESTIONNAIRE)
    for ref in ("7KQ2", "3333"):
        store.forget(ref)
    assert run("records", "forget", "--older-than", "30d", "--yes").err == "4444 is deleted\n"
    ran = run("records", "forget", "--older-than", "30d", "--yes")
    assert (ran.code, ran.err) == (0, "no record is that old\n")
    assert [listed.ref for listed in store.listed()] == ["2222"]


def test_a_record_that_another_window_has_open_is_not_forgotten(run: Run, store: Store) -> None:
    with store.writing("7KQ2"):
        ran = run("records", "forget", "7KQ2", "--yes")
    assert (ran.code, ran.err) == (3, "7KQ2 is open in another window; close it there first\n")
    assert store.load("7KQ2") == FINAL


@pytest.mark.usefixtures("store")
def test_what_could_not_be_deleted_is_said(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "unlink", refuse)
    ran = run("records", "forget", "7KQ2", "--yes")
    assert (ran.code, ran.err) == (3, "7KQ2 is not deleted, or not all of it: operation not permitted\n")


@pytest.mark.parametrize(
    ("typed", "code", "left"), [("7KQ2", 0, 1), (" 7kq2 ", 0, 1), ("y", 2, 2), ("", 2, 2), ("3333", 2, 2)]
)
def test_on_a_terminal_the_reference_is_asked_for_again(store: Store, typed: str, code: int, left: int) -> None:
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the other process
        os.chdir(REPOSITORY)
        os.execv(sys.executable, [sys.executable, "-m", "iop_screen", "records", "forget", "7KQ2"])
    shown = b""
    while not shown.endswith(b"to delete: "):
        shown += os.read(terminal, 4096)
    os.write(terminal, typed.encode() + b"\n")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            break
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == code
    assert len(store.listed()) == left
    assert ("nothing was deleted" in shown.decode()) == (left == 2)


# edit


def test_a_final_record_is_changed_as_a_new_revision_and_a_draft_as_it_is(
    run: Run, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    handed: list[tuple[Store | None, Record | None]] = []

    def lead(desk: leading.Desk, record: Record | None) -> int:
        handed.append((desk.store, record))
        return 0

    monkeypatch.setattr(leading, "lead_interviews", lead)
    (tmp_path / "q.yaml").write_bytes(QUESTIONNAIRE)
    for ref in ("7KQ2", "3333"):
        assert run("records", "edit", ref, "--questions", tmp_path / "q.yaml").code == 0
    (_, final), (where, draft) = handed
    assert final is not None
    assert (final.head.ref, final.head.revision, final.log) == ("7KQ2", 2, FINAL.log)
    assert (where, draft) == (store, DRAFT)
    assert store.revisions("7KQ2") == (1,)


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


def test_the_default_questionnaire_can_be_kept(run: Run, store: Store, instrument: Instrument) -> None:
    content = default_questionnaire().read_bytes()
    made = made_with(content, str(instrument.questionnaire.id), str(instrument.questionnaire.version))
    store.save(record_of(made, answered("age", "18_64"), ref="CCCC"), content)
    assert rows(run("records", "export", "CCCC", "--to", "csv").out)[0]["questionnaire"] == instrument.stamp
