"""Records to try things on: one that says something of everything, and any that can be."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason, Words, chosen
from iop_screen.records.model import (
    AnswerRecorded,
    AnswerTakenBack,
    CallEnded,
    CallOutcome,
    DangerActedOn,
    DangerAction,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    Entry,
    Head,
    KeptApart,
    NoteWritten,
    QuestionnaireChanged,
    QuestionnaireRef,
    Record,
    ReferenceSet,
    ResultShown,
)
from iop_screen.records.references import ALPHABET, hash12
from iop_screen.records.store import Store

START = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CANARY = "Zq7canary"


def made_with(questionnaire: bytes, name: str = "small", version: str = "2.1.0") -> QuestionnaireRef:
    """What a record says of a questionnaire."""
    return QuestionnaireRef(name, version, hash12(questionnaire))


def record_of(made: QuestionnaireRef, *entries: Entry, ref: str = "7KQ2", revision: int = 1) -> Record:
    """A record begun at the start."""
    return Record(Head(ref, revision, START, made), entries)


def at(minutes: float) -> datetime:
    """So long after the start."""
    return START + timedelta(minutes=minutes)


def answered(question: str, answer: str | Decimal | MissingReason, minutes: float = 1) -> AnswerRecorded:
    """An option, a number or a gap as an answer."""
    match answer:
        case str():
            return AnswerRecorded(at(minutes), question, chosen(*answer.split(";")))
        case Decimal():
            return AnswerRecorded(at(minutes), question, Amount(answer))
        case MissingReason():
            return AnswerRecorded(at(minutes), question, answer)


HOSTILE = [
    "",
    "a\nb\r\n\tc",
    "\x1b[2J\x07",
    "\u202eevil\u2066",
    "\U0001f6d1\u200d\u2695",
    "=1+1",
    '"\\"',
    "\x00",
    "\u2028",
]
names = st.text("abcdefghijklmnop_0123456789", min_size=1, max_size=12)
texts = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
times = st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001
makes = st.builds(QuestionnaireRef, names, texts, st.text("0123456789abcdef", min_size=12, max_size=12))
numbers = st.from_regex(r"[+-]?[0-9]{1,9}(\.[0-9]{1,6})?", fullmatch=True).map(Decimal)
answers = st.one_of(
    st.frozensets(names, min_size=1, max_size=4).map(Chosen),
    numbers.map(Amount),
    texts.map(Words),
    st.sampled_from(MissingReason),
)
numbered = st.integers(0, 99)
several = st.lists(names, max_size=3).map(tuple)
entries = st.one_of(
    st.builds(AnswerRecorded, times, names, answers),
    st.builds(NoteWritten, times, names, texts),
    st.builds(EmergencyShown, times, several),
    st.builds(AnswerTakenBack, times, names),
    st.builds(DangerActedOn, times, st.none() | st.sampled_from(DangerAction), texts),
    st.builds(ReferenceSet, times, texts),
    st.builds(DangerCleared, times),
    st.builds(ResultShown, times, names, names, names, st.none() | names, st.none() | names, st.booleans(), numbered),
    st.builds(QuestionnaireChanged, times, makes, several),
    st.builds(CallEnded, times, st.sampled_from(CallOutcome), texts),
    st.builds(KeptApart, times, names),
    st.builds(
        DecisionMade,
        times,
        names,
        st.none() | names,
        texts,
        st.none() | st.sampled_from(DecisionReason),
        texts,
        texts,
        texts,
    ),
)
references = st.text(ALPHABET, min_size=4, max_size=4)
heads = st.builds(Head, references, st.integers(1, 999), times, makes, st.booleans())
records = st.builds(Record, heads, st.lists(entries, max_size=8).map(tuple))

ONE_OF_EACH = record_of(
    made_with(b"any"),
    answered("age", "18_64"),
    answered("ties", "job;children", 2),
    answered("drinks", Decimal("12.50"), 3),
    AnswerRecorded(at(4), "words", Words(f"{CANARY}\n\x1b[31m\U0001f6d1")),
    *(answered("sleep", gap, 5) for gap in MissingReason),
    NoteWritten(at(6), "age", CANARY),
    NoteWritten(at(7), "age", ""),
    EmergencyShown(at(8), ("danger_now",)),
    EmergencyShown(at(8.5), ()),
    DangerActedOn(at(9)),
    ReferenceSet(at(10), "A-12"),
    ResultShown(at(11), "iop", "iop", "iop", None, None, danger_open=False, set_aside=0),
    DangerCleared(at(11.5)),
    QuestionnaireChanged(at(12), made_with(b"other"), ("age",)),
    ResultShown(
        at(13),
        "residential",
        "residential",
        "residential",
        "medical_care",
        "medical_care",
        danger_open=False,
        set_aside=0,
    ),
    AnswerTakenBack(at(13.2), "drinks"),
    DangerActedOn(at(13.3), DangerAction.CALLED_EMERGENCY, CANARY),
    CallEnded(at(13.4), CallOutcome.CALL_BACK, CANARY),
    KeptApart(at(13.5), "2222"),
    DecisionMade(at(14), "iop", "clinician_check", "JD", DecisionReason.COST, "Dr. B.", CANARY, CANARY),
)


QUESTIONNAIRE = b"format: 1\nid: small\n"
MADE = made_with(QUESTIONNAIRE)
DRAFT = record_of(MADE, answered("age", "18_64"), NoteWritten(at(2), "age", CANARY))
FINAL = record_of(MADE, *DRAFT.log, ResultShown(at(3), "iop", "iop", "iop", None, None, danger_open=False, set_aside=0))


def saved(store: Store, *records: Record, questionnaire: bytes = QUESTIONNAIRE) -> None:
    for record in records:
        assert store.save(record, questionnaire) is None


def named(ref: str, record: Record = DRAFT, revision: int = 1) -> Record:
    return replace(record, head=replace(record.head, ref=ref, revision=revision))


def later(record: Record, minutes: float) -> Record:
    return replace(record, log=(*record.log, answered("more", MissingReason.UNKNOWN, minutes)))


def long_ago(store: Store, *refs: str) -> None:
    """Let the disk say that these were written before they say that anything happened."""
    for ref in refs:
        for path in store.files_of(ref):
            os.utime(path, (0, 0))
