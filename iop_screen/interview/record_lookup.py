"""Looking up what commands and interviews open: why a record cannot be had, and the questionnaire of a record."""

from __future__ import annotations

from iop_screen.checking.load import load_questionnaire
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.records.model import QuestionnaireRef
from iop_screen.records.practice import practice_store
from iop_screen.records.references import hash12
from iop_screen.records.serialization import Unreadable
from iop_screen.records.store import NotThere, Store
from iop_screen.report.record_list import other_revision

NO_SUCH_RECORD = "there is no record with this reference; to see all: iop-screen records list"
NO_SUCH_REVISION = "there is no such revision of a record with this reference; to see all: iop-screen records list"


def no_such_record(store: Store, ref: str | None) -> str:
    """That there is no such record, and if it is one of practice, how to get at it."""
    if ref is not None and practice_store(store).has(ref):
        return f"{ref} is a record of practice: add --practice"
    return NO_SUCH_RECORD


def record_error(
    store: Store, ref: str | None, found: NotThere | Unreadable, revision: int | None = None
) -> CannotGoOn:
    """The error for a record that is missing or cannot be read; it names another revision that can be read."""
    if not isinstance(found, Unreadable):
        return CannotGoOn(no_such_record(store, ref) if revision is None else NO_SUCH_REVISION, Exit.FILE)
    earlier = None if ref is None or revision is not None else store.last_readable(ref)
    return CannotGoOn(f"the record {ref} cannot be read: {found.why}{other_revision(earlier)}", Exit.FILE)


def stored_questionnaire(
    made: QuestionnaireRef, store: Store, spare: bytes = b""
) -> tuple[CompiledQuestionnaire, bytes] | Unreadable:
    """The questionnaire that a record was made with, compiled, and the bytes of its file; or why it cannot be used.

    `spare` stands for a copy that cannot be read, if it has the same hash.
    """
    content = store.questionnaire(made.hash12)
    if isinstance(content, Unreadable) and hash12(spare) == made.hash12:
        content = spare
    if isinstance(content, Unreadable):
        return content
    compiled = load_questionnaire(content).compiled
    return Unreadable("this version cannot use it") if compiled is None else (compiled, content)
