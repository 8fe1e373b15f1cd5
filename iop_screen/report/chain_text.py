"""Whether the chain of a record is whole, and whether it was kept apart, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from iop_screen.core.safe_text import sanitize
from iop_screen.records.chain import Chain, ChainState, EntryBroken, FileBroken
from iop_screen.records.model import Record
from iop_screen.records.verification import Verified, VerifiedRevision
from iop_screen.report.record_history import time_text
from iop_screen.report.wording import plural

VERIFIED_SCHEMA = "iop-screen.verified/1"
BROKEN_MARK = "CHAIN BROKEN"
NO_CHAIN = "no chain"

_FILE_BROKEN_TEXTS = {
    FileBroken.SEAL: "its head was changed, or entries at its end were taken out",
    FileBroken.FORM: "its file is not written as this program writes it",
    FileBroken.EARLIER: "it was broken already when it was last saved",
}

_COUNT_TEXTS = {
    Verified.WHOLE: "whole",
    Verified.BROKEN: "broken",
    Verified.NO_CHAIN: "without a chain",
    Verified.UNREADABLE: "cannot be read",
}


def chain_text(record: Record) -> str:
    """The mark of a record in a list: that its chain is broken; else empty."""
    return BROKEN_MARK if record.chain.broken is not None else ""


def chain_state_text(record: Record) -> str:
    """How its chain stands, in one line: whole; broken, and where; or no chain, and for how many entries."""
    if record.chain.broken is not None:
        return f"broken: {_where_broken(record)}"
    return "whole" if record.chain.state is ChainState.WHOLE else f"{NO_CHAIN}{_for_how_many(record.chain)}"


def verified_text(revisions: Sequence[VerifiedRevision]) -> str:
    """One line a revision, and how many there are of each kind."""
    counts = Counter(revision.verified for revision in revisions)
    numbers = ", ".join(f"{counts[kind]} {text}" for kind, text in _COUNT_TEXTS.items() if counts[kind])
    lines = [f"{each.ref}  {each.revision:>3}  {_verified_line(each)}" for each in revisions]
    return "".join(f"{line}\n" for line in (*lines, f"{plural(len(revisions), 'revision')}: {numbers or 'none'}"))


def verified_object(revisions: Iterable[VerifiedRevision]) -> dict[str, object]:
    """The same as a JSON object."""
    return {"schema": VERIFIED_SCHEMA, "revisions": [_verified_object(each) for each in revisions]}


def _verified_line(verified: VerifiedRevision) -> str:
    record = verified.record
    if not isinstance(record, Record):
        return f"cannot be read: {record.why}"
    copies = (f"its questionnaire {made.stamp}: {why}" for made, why in verified.bad_copies)
    return sanitize("; ".join((chain_state_text(record), *copies)))


def _verified_object(verified: VerifiedRevision) -> dict[str, object]:
    record = verified.record
    start = {"ref": verified.ref, "revision": verified.revision, "verified": verified.verified.value}
    if not isinstance(record, Record):
        return {**start, "why": record.why}
    broken = record.chain.broken
    return {
        **start,
        "chain": record.chain.state.value,
        "entries": len(record.log),
        "entries_without_hash": record.chain.unhashed,
        "broken_entry": broken.number if isinstance(broken, EntryBroken) else None,
        "why": broken and _where_broken(record),
        "bad_copies": [{"questionnaire": made.stamp, "why": why} for made, why in verified.bad_copies],
    }


def record_notices(record: Record) -> Iterator[str]:
    """What every page and report of a record says first: that its chain is broken, that it was kept apart."""
    yield from (f"{text}." for text in (broken_text(record), kept_apart_text(record)) if text)


def short_notices(record: Record) -> Iterator[str]:
    """The same in one line each."""
    if record.chain.broken is not None:
        yield f"{BROKEN_MARK}: changed outside this program. To check: records verify {record.head.ref}."
    if record.kept_apart_from:
        yield f"{kept_apart_text(record)}."


def broken_text(record: Record) -> str:
    """That its chain is broken, where, and how to check it; else empty."""
    if record.chain.broken is None:
        return ""
    check = f"To check it: iop-screen records verify {record.head.ref}"
    return f"{BROKEN_MARK}. This record was changed outside this program: {_where_broken(record)}. {check}"


def kept_apart_text(record: Record) -> str:
    """From which record it was kept apart, and why; else empty."""
    there = record.kept_apart_from
    return f"Kept apart from {there}: another window had changed that record" if there else ""


def no_chain_texts(record: Record) -> Iterator[str]:
    """That there is no chain for some or all of it, and what that means."""
    if record.chain.state is ChainState.NONE:
        text = f"No chain{_for_how_many(record.chain)}: an earlier version of this program kept none."
        yield f"{text} Nothing shows if this was changed."


def _for_how_many(chain: Chain) -> str:
    """For how many entries there is no chain, if there is one for others."""
    if chain.unhashed == len(chain.hashes):
        return ""
    return f" for the first {chain.unhashed} of {len(chain.hashes)} entries"


def _where_broken(record: Record) -> str:
    match record.chain.broken:
        case EntryBroken(number):
            return f"entry {number} ({time_text(record.log[number - 1].at)}), or what stood before it"
        case FileBroken() as broken:
            return _FILE_BROKEN_TEXTS[broken]
        case None:
            return "nowhere"
