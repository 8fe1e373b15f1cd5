"""The hash chain: whatever is done to a stored file by other means than the program is found."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.recorded import DRAFT, FINAL, MADE, ONE_OF_EACH, at, later, made_with, named, record_of, records

from iop_screen.records.chain import Break, ChainState, EntryBroken, FileBroken
from iop_screen.records.model import EmergencyShown, KeptApart, QuestionnaireChanged, Record
from iop_screen.records.serialization import Unreadable, read_record, record_json

WITH_DANGER = record_of(MADE, *DRAFT.log, EmergencyShown(at(3), ("danger_now",)))


def read(content: bytes) -> Record:
    record = read_record(content)
    assert isinstance(record, Record)
    return record


def saved_and_read(record: Record) -> Record:
    return read(record_json(record).encode())


def is_found(content: bytes) -> bool:
    """Whether it shows that these bytes are not what the program wrote."""
    record = read_record(content)
    return isinstance(record, Unreadable) or record.chain.state is ChainState.BROKEN


def flipped(content: bytes, index: int, bit: int) -> bytes:
    return content[:index] + bytes([content[index] ^ 1 << bit]) + content[index + 1 :]


def edited(record: Record, edit: Callable[[dict[str, Any]], object]) -> bytes:
    """The file of a record after an edit of what it says, written as the program writes it."""
    document = json.loads(record_json(record))
    edit(document)
    return (json.dumps(document, indent=2) + "\n").encode()


# Any change is found


@settings(max_examples=examples(30))
@given(records, st.data())
def test_any_flipped_byte_of_any_record_is_found(record: Record, data: st.DataObject) -> None:
    content = record_json(record).encode()
    assert not is_found(content)
    index = data.draw(st.integers(0, len(content) - 1))
    assert is_found(flipped(content, index, data.draw(st.integers(0, 7))))


@pytest.mark.slow
@pytest.mark.parametrize(("record", "bits"), [(WITH_DANGER, range(8)), (ONE_OF_EACH, (0, 5))])
def test_every_flipped_byte_of_a_file_is_found(record: Record, bits: Iterable[int]) -> None:
    content = record_json(record).encode()
    flips = [(index, bit) for index in range(len(content)) for bit in bits]
    assert [flip for flip in flips if not is_found(flipped(content, *flip))] == []


def test_a_file_cut_anywhere_is_found() -> None:
    content = record_json(WITH_DANGER).encode()
    assert [length for length in range(len(content)) if not is_found(content[:length])] == []


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(records, st.data())
def test_bytes_put_in_anywhere_are_found(record: Record, data: st.DataObject) -> None:
    content = record_json(record).encode()
    index = data.draw(st.integers(0, len(content)))
    assert is_found(content[:index] + data.draw(st.sampled_from([b" ", b"\n", b"0", b'"'])) + content[index:])


@pytest.mark.parametrize("index", range(len(ONE_OF_EACH.log)))
def test_an_entry_taken_out_is_found_at_its_place(index: int) -> None:
    content = edited(ONE_OF_EACH, lambda document: document["log"].pop(index))
    last = index == len(ONE_OF_EACH.log) - 1
    moved = isinstance(ONE_OF_EACH.log[index], KeptApart)  # its reference is what the hashes begin with
    where = EntryBroken(1) if moved else FileBroken.SEAL if last else EntryBroken(index + 1)
    assert read(content).chain.broken == where


@pytest.mark.parametrize(("one", "other"), [*combinations(range(len(WITH_DANGER.log)), 2)])
def test_entries_that_were_swapped_are_found(one: int, other: int) -> None:
    def swap(document: dict[str, Any]) -> None:
        log = document["log"]
        log[one], log[other] = log[other], log[one]

    assert read(edited(WITH_DANGER, swap)).chain.broken == EntryBroken(one + 1)


def without_danger(document: dict[str, Any]) -> None:
    """What somebody does who edits by hand: an answer is changed, the hash stays."""
    document["log"][0]["answer"] = {"options": ["65_plus"]}


@pytest.mark.parametrize(
    ("edit", "broken"),
    [
        (without_danger, EntryBroken(1)),
        (lambda document: document["log"][2].update(rules=[]), EntryBroken(3)),
        (lambda document: document["log"][1].update(at="2026-11-24T09:31:59Z"), EntryBroken(2)),
        (lambda document: document["log"][2].update(hash="0" * 32), EntryBroken(3)),
        (lambda document: document["log"][2].update(hash=None), EntryBroken(3)),
        (lambda document: document["log"][0].update(hash=None), FileBroken.SEAL),
        (lambda document: [entry.update(hash=None) for entry in document["log"]], FileBroken.SEAL),
        (lambda document: document["log"].clear(), FileBroken.SEAL),
        (lambda document: document.update(practice=True), FileBroken.SEAL),
        (lambda document: document.update(revision=2), FileBroken.SEAL),
        (lambda document: document.update(started="2026-11-24T09:00:00Z"), FileBroken.SEAL),
        (lambda document: document["questionnaire"].update(hash12="0" * 12), FileBroken.SEAL),
        (lambda document: document.update(ref="2222"), EntryBroken(1)),
        (lambda document: document.update(seal="0" * 32), FileBroken.SEAL),
        (lambda document: document.update(seal="broken"), FileBroken.EARLIER),
        (lambda document: document.update(ref=document.pop("ref")), FileBroken.FORM),
    ],
)
def test_it_is_said_where_the_chain_is_broken(edit: Callable[[dict[str, Any]], object], broken: Break) -> None:
    record = read(edited(WITH_DANGER, edit))
    assert record.chain.broken == broken


def test_the_same_written_in_another_way_is_found() -> None:
    document = json.loads(record_json(WITH_DANGER))
    for content in (json.dumps(document), json.dumps(document, indent=4), json.dumps(document, indent=2)):
        assert read(content.encode()).chain.broken is FileBroken.FORM


# What the program does itself keeps the chain whole


@pytest.mark.slow
@settings(max_examples=examples(200))
@given(records, st.data())
def test_saved_bit_by_bit_or_at_once_it_is_the_same_file(record: Record, data: st.DataObject) -> None:
    log = tuple(entry for entry in record.log if not isinstance(entry, KeptApart))
    whole = replace(record, log=log)
    first = data.draw(st.integers(0, len(log)))
    begun = saved_and_read(replace(whole, log=log[:first]))
    assert record_json(replace(begun, log=log)) == record_json(whole)
    assert saved_and_read(replace(begun, log=log)).chain.state is ChainState.WHOLE


def test_a_new_revision_another_questionnaire_and_a_new_reference_keep_the_chain_whole() -> None:
    final = saved_and_read(FINAL)
    hashes = final.chain.hashes
    revised = replace(final, head=replace(final.head, revision=2, started=at(60)))
    other = made_with(b"other")
    taken_over = replace(
        revised,
        head=replace(revised.head, questionnaire=other),
        log=(*revised.log, QuestionnaireChanged(at(61), MADE, ())),
    )
    apart = replace(
        taken_over,
        head=replace(taken_over.head, ref="2222", revision=1),
        log=(*taken_over.log, KeptApart(at(62), "7KQ2")),
    )
    for record in (revised, taken_over, apart):
        again = saved_and_read(later(record, 70))
        assert again.chain.state is ChainState.WHOLE
        assert again.chain.hashes[: len(hashes)] == hashes


def test_a_record_without_entries_has_a_whole_chain() -> None:
    assert saved_and_read(record_of(MADE)).chain.state is ChainState.WHOLE


def test_a_wrong_hash_is_never_mended() -> None:
    broken = read(edited(WITH_DANGER, without_danger))
    again = saved_and_read(later(broken, 9))
    assert again.chain.hashes[: len(broken.chain.hashes)] == broken.chain.hashes
    assert again.chain.broken == EntryBroken(1)
    assert saved_and_read(later(again, 10)).chain.broken == EntryBroken(1)


# Records from before


def as_before(record: Record) -> bytes:
    """The file of a record as an earlier version wrote it."""
    document = json.loads(record_json(record))
    for key in ("seal", "practice"):
        del document[key]
    for entry in document["log"]:
        del entry["hash"]
    return (json.dumps({**document, "schema": "iop-screen.record/1"}, indent=2) + "\n").encode()


@pytest.mark.parametrize("record", [record_of(MADE), DRAFT, FINAL], ids=["no entry", "draft", "final"])
def test_a_record_from_before_has_no_chain(record: Record) -> None:
    before = read(as_before(record))
    assert before == record
    assert before.chain.state is ChainState.NONE


def at_another_time(index: int, document: dict[str, Any]) -> None:
    document["log"][index]["at"] = "2026-11-24T09:00:00Z"


def test_what_is_added_to_a_record_from_before_is_chained_to_all_that_was_there() -> None:
    mixed = later(read(as_before(WITH_DANGER)), 5)
    again = saved_and_read(mixed)
    assert (again.chain.state, again.chain.unhashed) == (ChainState.NONE, len(WITH_DANGER.log))
    for index in range(len(WITH_DANGER.log)):
        content = edited(mixed, partial(at_another_time, index))
        assert read(content).chain.broken == EntryBroken(len(mixed.log))


def test_a_record_taken_back_to_the_older_form_is_not_called_whole() -> None:
    """Whoever writes the folder can do so; it must not look as if it had been checked."""
    assert read(as_before(named("7KQ2", WITH_DANGER))).chain.state is ChainState.NONE
