"""The list of records: a line of 80 columns for each, what is left out of it, and what it counts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.interviews import SMALL
from support.questionnaires import ready
from support.recorded import answered, made_with, records, texts
from support.running import Run
from wcwidth import wcswidth

from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.records.call_data import CallData, YesNo
from iop_screen.records.model import (
    CallEnded,
    CallOutcome,
    DangerActedOn,
    EmergencyShown,
    Entry,
    Head,
    Record,
    ResultShown,
)
from iop_screen.records.store import ListedRecord, Store
from iop_screen.report.call_safety import CAUTION
from iop_screen.report.danger_state import MAX_CELL
from iop_screen.report.record_list import COLUMNS, ListFilter, drafts_table, list_items, records_text
from iop_screen.report.short_result import ShortResult

MADE = made_with(SMALL.encode(), version="1.0.0")
NOW = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
CALM = (answered("danger", "no"), answered("threat", "none"))
HOME = ResultShown(NOW, "home", "home", "home", None, None, danger_open=False, set_aside=0)
CHECK = ResultShown(NOW, "live_in", "live_in", "live_in", "check", "check", danger_open=False, set_aside=0)
OPEN = ResultShown(NOW, "undetermined", "home", "live_in", None, "now", danger_open=True, set_aside=0)


def made(ref: str, hours: float, *log: Entry, now: datetime = NOW) -> Record:
    """A record to which something last happened so many hours ago."""
    then = now - timedelta(hours=hours)
    return Record(Head(ref, 1, then, MADE), tuple(replace(entry, at=then) for entry in log))


def ended(outcome: CallOutcome, words: str = "") -> CallEnded:
    return CallEnded(NOW, outcome, words)


DAY = (
    made("2222", 30, *CALM, HOME),
    made("3333", 9, answered("danger", "no"), answered("threat", "some"), ended(CallOutcome.HUNG_UP)),
    made("4444", 8, *CALM, EmergencyShown(NOW, ("danger_now",)), HOME),
    made("5555", 7, *CALM, EmergencyShown(NOW, ()), DangerActedOn(NOW), CHECK, ended(CallOutcome.FINISHED)),
    made("6666", 6, ended(CallOutcome.CALL_BACK, "tomorrow, before noon")),
    made("7777", 5, *CALM, CHECK, ended(CallOutcome.CALL_BACK, "09:30")),
    made("8888", 4, answered("danger", MissingReason.DECLINED), OPEN),
    made("9999", 3, *CALM, HOME, ended(CallOutcome.REFERRED, "Elm House")),
    made("CCCC", 2, ended(CallOutcome.WRONG_NUMBER)),
)
"""A made-up day, and one record of the day before."""


def listed(record: Record) -> ListedRecord:
    return ListedRecord(record.head.ref, 1, record, record.changed, record.changed)


def shown(wanted: ListFilter = ListFilter(), records: Iterable[Record] = DAY) -> list[str]:  # noqa: B008 - it is frozen
    """The lines of the list."""
    items = list_items(
        map(listed, records),
        {MADE: ready(SMALL)},
        lambda each: CallData(reference={"3333": "CHART 2291/A"}.get(each.ref, "")),
    )
    text = records_text(wanted.chosen(items, NOW), len(items), NOW, call_back=wanted.call_back)
    return text.splitlines()


def test_a_day_is_listed_with_the_newest_at_the_end_and_counts() -> None:
    header, *lines, first, more = shown()
    assert [" ".join(line.split()) for line in (header, *lines)] == [
        "REF TIME STATE KNOWN DANGER RESULT SITE REF",
        "2222 Nov 23 final 2 At home",
        "3333 09:00 draft 2 threat hung up CHART 2291/A",
        "4444 10:00 final 2 NOT MARKED At home",
        "5555 11:00 final 2 acted A check first...",
        "6666 12:00 draft 0 2 not asked call back tomorrow...",
        "7777 13:00 final 2 call back 09:30; A...",
        "8888 14:00 final 0/1 open: danger +1 Not settled",
        "9999 15:00 final 2 referred; At home",
        "CCCC 16:00 draft 0 2 not asked wrong number",
    ]
    assert f"{first} {more.strip()}" == (
        "9 records: 3 drafts, 1 danger not marked, 1 danger not ruled out, 1 danger acted on, 1 with a sign"
        " of danger, 1 with questions on danger open, 2 to call back"
    )


@pytest.mark.parametrize(
    ("wanted", "refs"),
    [
        (ListFilter(today=True), "3333 4444 5555 6666 7777 8888 9999 CCCC"),
        (ListFilter(open=True), "3333 4444 6666 7777 8888"),
        (ListFilter(danger=True), "3333 4444 5555 6666 8888 CCCC"),
        (ListFilter(call_back=True), "7777 6666"),
        (ListFilter(open=True, danger=True), "3333 4444 6666 8888"),
        (ListFilter(call_back=True, danger=True), "6666"),
    ],
)
def test_what_each_option_leaves(wanted: ListFilter, refs: str) -> None:
    """Of those to call back, "09:30" comes before 12:00, when the other call was."""
    header, *lines = shown(wanted)
    assert [line.split()[0] for line in lines if line[:4].isupper() or line[:4].isdecimal()] == refs.split()
    assert f"{len(refs.split())} of 9 records" in " ".join(lines)
    assert header.startswith("REF ")


def test_when_to_call_back_is_shown_in_full() -> None:
    assert any("tomorrow, before noon" in line for line in shown(ListFilter(call_back=True)))


def test_a_call_that_is_not_safe_to_make_is_marked_in_each_list_and_the_mark_is_explained() -> None:
    items = list_items(
        map(listed, DAY),
        {MADE: ready(SMALL)},
        lambda each: CallData(safe_to_talk=YesNo.NO if each.ref in {"3333", "6666"} else YesNo.YES),
    )
    wanted = ListFilter(call_back=True)
    calls = records_text(wanted.chosen(items, NOW), len(items), NOW, call_back=True)
    assert "NOT SAFE; tomorrow, before noon\n" in calls
    assert " 09:30\n" in calls
    assert calls.count("NOT SAFE") == 2
    everything = records_text(items, len(items), NOW)
    for text in (calls, everything):
        assert f"\n{CAUTION}\n" in text
    assert [line[:4] for line in everything.splitlines() if "NOT SAFE to call back" in line] == ["6666"]
    assert CAUTION not in records_text(items[:2], len(items), NOW)


def test_where_none_fits_that_is_said() -> None:
    assert shown(ListFilter(danger=True), DAY[:1]) == ["0 of 1 record"]


def test_a_level_never_stands_without_what_comes_first() -> None:
    result = ShortResult("A check first, and then one more", "Live in")
    for columns in range(4, 50):
        for before in ("", "call back 09:30;"):
            text = replace(result, before=before).cut_to(columns)
            assert len(text) <= columns
            assert "Li" not in text or "A che" in text.partition("Li")[0]
    assert result.cut_to(30) == "A check first..., then Live in"
    assert result.cut_to(18) == "A check first, ..."
    assert ShortResult("A check", "Live in").cut_to(12) == "A check..."


@pytest.mark.slow
@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(records, st.sampled_from(CallOutcome), texts, texts | st.text(max_size=90)), max_size=6))
def test_no_line_is_wider_than_80_columns_and_nothing_that_matters_is_cut(
    drawn: list[tuple[Record, CallOutcome, str, str]],
) -> None:
    made_up = [
        replace(record, log=(*record.log, CallEnded(record.changed, outcome, words)))
        for record, outcome, words, _ in drawn
    ]
    sites = {record.head.ref: site for record, (*_, site) in zip(made_up, drawn, strict=True)}
    items = list_items(map(listed, made_up), {}, lambda each: CallData(reference=sites[each.ref]))
    for call_back in (False, True):
        lines = records_text(items, 99, NOW, call_back=call_back).splitlines()
        for line in lines:
            assert wcswidth(line) <= COLUMNS
            assert sanitize(line) == line
    for line, item in zip(drafts_table(items, NOW)[1:], items, strict=True):
        assert wcswidth(line) <= COLUMNS
        assert item.listed.ref in line
        assert len(item.danger) <= MAX_CELL
        assert item.danger in line


# As a command


@pytest.fixture
def store(records_folder: object) -> Store:
    """The made-up day, where the commands look for it."""
    store = Store(records_folder)  # type: ignore[arg-type]
    for record in DAY:
        assert store.save(record, SMALL.encode()) is None
    assert store.save_call("3333", CallData(reference="CHART 2291/A", call_back="555-0100")) is None
    return store


@pytest.mark.parametrize("option", [[], ["--today"], ["--open"], ["--danger"], ["--call-back"]])
def test_the_list_as_json_takes_the_same_options(run: Run, store: Store, option: list[str]) -> None:
    text = run("records", "list", *option).out
    found = [record["ref"] for record in json.loads(run("records", "list", *option, "--json").out)["records"]]
    assert found or option == ["--today"]
    assert {*found} == {line[:4] for line in text.splitlines() if store.has(line[:4]) and line[4] == " "}


def test_the_list_has_the_reference_of_the_site_and_no_number_to_call_back(run: Run, store: Store) -> None:
    assert store.has("3333")
    for option in ([], ["--json"]):
        assert "CHART 2291/A" in run("records", "list", *option).out
        assert "555-0100" not in run("records", "list", *option).out


def test_the_list_of_calls_to_make_knows_the_header_of_each(run: Run, store: Store) -> None:
    assert store.save_call("7777", CallData(safe_to_talk=YesNo.NO)) is None
    found = json.loads(run("records", "list", "--call-back", "--json").out)["records"]
    assert {record["ref"]: record["unsafe_to_call"] for record in found} == {"6666": False, "7777": True}
    lines = {line[:4]: line for line in run("records", "list", "--call-back").out.splitlines()}
    assert "NOT SAFE; 09:30" in lines["7777"]
    assert "NOT SAFE" not in lines["6666"]


def test_a_record_that_was_changed_by_other_means_says_so_in_its_line(run: Run, store: Store) -> None:
    for ref in ("3333", "7777"):
        path = store.records / f"{ref}.1.json"
        path.write_bytes(path.read_bytes().replace(b'"2026-11-24T', b'"2026-11-23T', 1))
    lines = {line[:4]: line for line in run("records", "list").out.splitlines()}
    assert [ref for ref, line in lines.items() if "CHAIN BROKEN" in line] == ["3333", "7777"]
    found = json.loads(run("records", "list", "--json").out)["records"]
    assert {record["ref"] for record in found if record["chain"] == "broken"} == {"3333", "7777"}


def test_a_record_that_hung_up_after_thoughts_of_suicide_does_not_look_clean(run: Run, store: Store) -> None:
    (line,) = [line for line in run("records", "list").out.splitlines() if line.startswith("3333")]
    assert "threat" in line
    found = json.loads(run("records", "list", "--json").out)["records"]
    (record,) = [record for record in found if record["ref"] == "3333"]
    assert record["danger_questions"]["sign"] == ["threat"]
    assert (record["call_ended"], record["danger"]) == ("hung-up", None)
    assert store.has("3333")
