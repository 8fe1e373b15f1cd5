"""Whether what is on disk is what this program wrote: each revision of a record, and its copies of questionnaires."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from iop_screen.records.chain import ChainState
from iop_screen.records.model import QuestionnaireRef, Record
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import Store


class Verified(Enum):
    """What became of a revision: as its chain says; BROKEN also if a copy of its questionnaires is not what it was."""

    WHOLE = "whole"
    BROKEN = "broken"
    NO_CHAIN = "none"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class VerifiedRevision:
    """A revision as it is on disk. `bad_copies`: its questionnaires whose copy is not there or was changed, and why."""

    ref: str
    revision: int
    record: Record | Unreadable
    bad_copies: tuple[tuple[QuestionnaireRef, str], ...] = ()

    @property
    def verified(self) -> Verified:
        """What became of it."""
        if isinstance(self.record, Unreadable):
            return Verified.UNREADABLE
        return Verified.BROKEN if self.bad_copies else _OF_CHAIN[self.record.chain.state]


_OF_CHAIN = {
    ChainState.WHOLE: Verified.WHOLE,
    ChainState.BROKEN: Verified.BROKEN,
    ChainState.NONE: Verified.NO_CHAIN,
}


def verify_records(store: Store, ref: str | None = None) -> tuple[VerifiedRevision, ...]:
    """Each revision of each record, or of one, in order; CannotGoOn if the folder cannot be read."""
    copies: dict[QuestionnaireRef, bytes | Unreadable] = {}
    return tuple(
        _verify(store, each, revision, copies) for each, revision in store.every_revision() if ref in {None, each}
    )


def _verify(
    store: Store, ref: str, revision: int, copies: dict[QuestionnaireRef, bytes | Unreadable]
) -> VerifiedRevision:
    """One revision; `copies` are those that were read already, and those read here are added."""
    record = store.read(ref, revision)
    if isinstance(record, Unreadable):
        return VerifiedRevision(ref, revision, record)
    named = dict.fromkeys((record.head.questionnaire, *(change.made_with for change in record.questionnaire_changes)))
    for made in named:
        if made not in copies:
            copies[made] = store.questionnaire(made.hash12)
    return VerifiedRevision(ref, revision, record, tuple(_bad_copies(named, copies)))


def _bad_copies(
    named: Iterable[QuestionnaireRef], copies: dict[QuestionnaireRef, bytes | Unreadable]
) -> Iterator[tuple[QuestionnaireRef, str]]:
    for made in named:
        copy = copies[made]
        if isinstance(copy, Unreadable):
            yield made, copy.why
