"""Records as text: what was written reads as what it was, and nothing else reads at all."""

from __future__ import annotations

import hashlib
import json
import runpy
from contextlib import ExitStack
from dataclasses import fields, is_dataclass, replace
from datetime import timedelta, timezone
from enum import Enum
from typing import Any, cast, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from support.effort import examples
from support.recorded import CANARY, ONE_OF_EACH, START, answered, made_with, record_of, records

from iop_screen.questionnaire.answers import Words, chosen
from iop_screen.records import serialization
from iop_screen.records.model import AnswerRecorded, DangerActedOn, DecisionReason, Entry, Head, NoteWritten, Record
from iop_screen.records.references import hash12
from iop_screen.records.serialization import (
    MAX_RECORD_FILE_BYTES,
    NO_RECORD,
    OTHER_SCHEMA,
    TOO_LARGE,
    Unreadable,
    read_record,
    record_json,
)
from iop_screen.records.wire_names import WIRE_KEYS, WIRE_KINDS, WIRE_WORDS

TEXT = record_json(ONE_OF_EACH)
CONTENT = TEXT.encode()


def refused(content: bytes) -> str:
    """Why it is refused; it has to be, and without a word of what it holds."""
    read = read_record(content)
    assert isinstance(read, Unreadable)
    assert CANARY not in read.why
    return read.why


@pytest.mark.slow
@settings(max_examples=examples(300))
@given(records)
def test_what_was_written_reads_as_what_it_was(record: Record) -> None:
    text = record_json(record)
    assert text.isascii()
    assert read_record(text.encode()) == record


def test_one_of_each_has_every_kind_of_entry() -> None:
    assert {type(entry) for entry in ONE_OF_EACH.log} == {*WIRE_KINDS}
    assert read_record(CONTENT) == ONE_OF_EACH


def hashed(before: str, value: object) -> str:
    """The hash of a value that follows on a hash, as the documentation says it."""
    text = f"{before}\n{json.dumps(value, separators=(',', ':'))}"
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:32]


def test_the_text_is_known() -> None:
    record = record_of(made_with(b"any"), answered("ties", "job;children"), NoteWritten(START, "ties", "two\nlines"))
    head = {
        "schema": "iop-screen.record/2",
        "ref": "7KQ2",
        "revision": 1,
        "started": "2026-11-24T09:30:00Z",
        "questionnaire": {"id": "small", "version": "2.1.0", "hash12": hash12(b"any")},
        "practice": False,
    }
    log: list[dict[str, object]] = [
        {
            "kind": "answered",
            "at": "2026-11-24T09:31:00Z",
            "question": "ties",
            "answer": {"options": ["children", "job"]},
        },
        {"kind": "noted", "at": "2026-11-24T09:30:00Z", "question": "ties", "text": "two\nlines"},
    ]
    first = hashed(hashed("", ["iop-screen.record/2", "7KQ2"]), log[0])
    last = hashed(first, log[1])
    assert json.loads(record_json(record)) == {
        **head,
        "log": [{**log[0], "hash": first}, {**log[1], "hash": last}],
        "seal": hashed(last, [head, 2, 0]),
    }


def test_the_order_of_options_does_not_show() -> None:
    one, other = chosen("b", "a", "c"), chosen("c", "b", "a")
    texts = {record_json(record_of(made_with(b""), AnswerRecorded(START, "q", answer))) for answer in (one, other)}
    assert len(texts) == 1


def test_a_time_elsewhere_is_written_in_utc() -> None:
    there = START.astimezone(timezone(timedelta(hours=-5)))
    record = record_of(made_with(b""), NoteWritten(there, "q", ""))
    assert '"at": "2026-11-24T09:30:00Z"' in record_json(record)


def test_half_a_character_is_written_as_a_sign_for_one() -> None:
    record = record_of(made_with(b""), AnswerRecorded(START, "q", Words("a\ud83db")))
    read = read_record(record_json(record).encode())
    assert isinstance(read, Record)
    assert read.answers == {"q": Words("a\ufffdb")}


def test_a_record_cut_short_anywhere_is_refused() -> None:
    for length in range(len(CONTENT) - 1):  # the last byte is a line end
        assert refused(CONTENT[:length]) == NO_RECORD


@settings(max_examples=examples(300))
@given(st.integers(0, len(CONTENT) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_a_damaged_record_reads_as_a_record_or_not_at_all(index: int, instead: bytes, lost: int) -> None:
    read = read_record(CONTENT[:index] + instead + CONTENT[index + lost :])
    assert isinstance(read, Record | Unreadable)
    if isinstance(read, Record):
        assert read_record(record_json(read).encode()) == read


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(content: bytes) -> None:
    assert isinstance(read_record(content), Unreadable)


@pytest.mark.parametrize("opening", [b"[", b'{"log":[', b'{"a":', b'"', b'[{"kind":"noted",'])
def test_what_stays_open_is_refused(opening: bytes) -> None:
    assert refused(opening * 21) == NO_RECORD


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"revision": 1', '"revision": 1' + "0" * 4_300),
        ('"revision": 1', '"revision": 0'),
        ('"revision": 1', '"revision": 1.0'),
        ('"revision": 1', '"revision": true'),
        ('"revision": 1', '"revision": "1"'),
        ('"7KQ2"', '"../7"'),
        ('"7KQ2"', '"7kq2"'),
        ('"7KQ2"', '"AEIO"'),
        ('"ref"', '"more": 1, "ref"'),
        ('"12.50"', '"1e400"'),
        ('"12.50"', '"1E+999999999"'),
        ('"12.50"', '"NaN"'),
        ('"12.50"', '"-Infinity"'),
        ('"12.50"', '"0.0000001"'),
        ('"12.50"', '"1234567890"'),
        ('"kind": "acted"', '"kind": "enacted"'),
        ('"kind": "acted",', ""),
        ('"kind": "acted"', '"kind": "acted", "by": "JD"'),
        ('"2026-11-24T09:30:00Z"', '"2026-11-24T09:30:00"'),
        ('"2026-11-24T09:30:00Z"', '"2026-11-24T09:30:00+02:00"'),
        ('"2026-11-24T09:30:00Z"', '"0001-01-01T00:00:00Z"'),
        ('"2026-11-24T09:30:00Z"', "0"),
        ('"unknown"', '"no"'),
        ('"cost"', '"because"'),
        (f'"hash12": "{made_with(b"any").hash12}"', '"hash12": "../../../etc"'),
        ('"18_64"', ""),
        ('"log": [', '"log": [0,'),
    ],
)
def test_what_is_not_as_it_is_written_is_refused(old: str, new: str) -> None:
    assert old in TEXT
    assert refused(TEXT.replace(old, new, 1).encode()) == NO_RECORD


@pytest.mark.parametrize("schema", ['"iop-screen.record/3"', '"iop-screen.result/1"', "1", "null"])
def test_another_schema_is_told_apart(schema: str) -> None:
    assert refused(TEXT.replace('"iop-screen.record/2"', schema).encode()) == OTHER_SCHEMA


@pytest.mark.parametrize("content", [b" " * (MAX_RECORD_FILE_BYTES + 1), CONTENT + b" " * MAX_RECORD_FILE_BYTES])
def test_what_is_too_large_is_refused(content: bytes) -> None:
    assert refused(content) == TOO_LARGE


@pytest.mark.parametrize(("before", "mistake"), [('"log": [', "0,"), ('"rules": [', "0,"), ('"log": [', "{},")])
def test_a_file_full_of_mistakes_is_refused_at_the_first(before: str, mistake: str) -> None:
    """Each further one would take time and memory."""
    content = TEXT.replace(before, before + mistake * 10_000, 1).encode()
    assert refused(content) == NO_RECORD
    with pytest.raises(ValidationError) as refusal:
        serialization._record_type().validate_json(content)  # noqa: SLF001 - what the reader is made with
    assert refusal.value.error_count() < 10


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_another_encoding_is_refused(encoding: str) -> None:
    refused(TEXT.encode(encoding))


@pytest.mark.parametrize("entry", ONE_OF_EACH.log, ids=lambda entry: type(entry).__name__)
def test_no_field_of_an_entry_may_be_missing(entry: Entry) -> None:
    document: dict[str, Any] = json.loads(record_json(replace(ONE_OF_EACH, log=(entry,))))
    for field in document["log"][0]:
        less = {name: value for name, value in document["log"][0].items() if name != field}
        assert refused(json.dumps({**document, "log": [less]}).encode()) == NO_RECORD


# The names on the wire


def _reached(hint: Any) -> set[Any]:
    """The nouns and enums that a type is made of."""
    if is_dataclass(hint):
        return {hint}.union(*map(_reached, get_type_hints(hint).values()))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {hint}
    return set().union(*map(_reached, get_args(hint)))


def test_everything_in_a_record_has_its_names_on_the_wire() -> None:
    reached = _reached(Head) | _reached(Entry)
    nouns = {noun for noun in reached if is_dataclass(noun)}
    assert set(WIRE_KINDS) == set(get_args(Entry))
    assert {noun: [*keys] for noun, keys in WIRE_KEYS.items()} == {
        noun: [each.name for each in fields(noun)] for noun in nouns
    }
    assert set(WIRE_WORDS) == {member for enum in reached - nouns for member in enum}


def test_no_two_things_have_one_name_on_the_wire() -> None:
    assert len({*WIRE_KINDS.values()}) == len(WIRE_KINDS)
    assert all(len({*keys.values()} | {"kind"}) == len(keys) + 1 for keys in WIRE_KEYS.values())
    for enum in {type(member) for member in WIRE_WORDS}:
        assert len({WIRE_WORDS[member] for member in enum}) == len(enum)


def test_names_of_classes_stand_in_no_record() -> None:
    """With every class renamed before the code that writes and reads is loaded, the bytes are the same."""
    with ExitStack() as renamed:
        for number, noun in enumerate(WIRE_KEYS):
            renamed.callback(setattr, noun, "__name__", noun.__name__)
            noun.__name__ = f"Renamed{number}"
        loaded = runpy.run_path(serialization.__file__)
        assert loaded["record_json"](ONE_OF_EACH) == TEXT
        assert loaded["read_record"](CONTENT) == ONE_OF_EACH


def test_keys_kinds_and_words_are_those_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """With another name for a key, a kind and a word in the table, that is what is written and read."""
    monkeypatch.setitem(
        cast("dict[Any, Any]", WIRE_KEYS), NoteWritten, {"at": "when", "question": "of", "text": "said"}
    )
    monkeypatch.setitem(cast("dict[Any, Any]", WIRE_KINDS), DangerActedOn, "seen-to")
    monkeypatch.setitem(cast("dict[Any, Any]", WIRE_WORDS), DecisionReason.COST, "money")
    loaded = runpy.run_path(serialization.__file__)
    text = loaded["record_json"](ONE_OF_EACH)
    assert '"when": ' in text
    assert '"seen-to"' in text
    assert '"money"' in text
    assert loaded["read_record"](text.encode()) == ONE_OF_EACH
    assert isinstance(loaded["read_record"](CONTENT), loaded["Unreadable"])


def test_a_number_that_is_none_is_refused_before_the_record_is_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """To compare a file with what would be written, a number with a huge exponent would be written digit by digit."""

    def compared(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(serialization, "_break_in", compared)
    document = record_json(ONE_OF_EACH)
    with pytest.raises(AssertionError):
        read_record(document.encode())
    assert read_record(document.replace('"12.50"', '"1e400"').encode()) == Unreadable(NO_RECORD)
