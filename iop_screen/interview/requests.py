"""What a session asks of the disk while it runs: to write the handover, and to look for the same reference."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import assert_never

from iop_screen.core.exits import CannotGoOn
from iop_screen.interview.autosave import Fulfil
from iop_screen.interview.pages import HandoverRefused, HandoverWritten, Request, SameReference
from iop_screen.interview.state import Session, with_reply
from iop_screen.records.finding import records_with_reference
from iop_screen.records.lock import Refused
from iop_screen.records.store import Store


def fulfilling(store: Store | None) -> Fulfil:
    """Does what a session asks with this store; without one nothing is kept on disk."""
    return partial(_fulfilled, store)


def _fulfilled(store: Store | None, session: Session) -> Session:
    if session.request is None:
        return session
    done = replace(session, request=None)
    match session.request:
        case Request.WRITE_HANDOVER:
            return _with_handover(done, store)
        case Request.FIND_REFERENCE:
            return _with_same_reference(done, store)
        case _:
            assert_never(session.request)


def _with_handover(session: Session, store: Store | None) -> Session:
    """The handover as a page and as text, in the folder for handovers."""
    from iop_screen.interview.handover import write_handover  # noqa: PLC0415 - few interviews need it

    if store is None:
        return with_reply(session, HandoverRefused("nothing is kept on disk"))
    call = replace(session.call, reference=session.site_reference)
    saved = write_handover(session.record, call, session.compiled, store.folder)
    reply = HandoverRefused(saved.why) if isinstance(saved, Refused) else HandoverWritten(str(saved))
    return with_reply(session, reply)


def _with_same_reference(session: Session, store: Store | None) -> Session:
    """Other records with the site's reference that was just set; a folder that cannot be read has none to name."""
    try:
        refs = () if store is None else records_with_reference(store, session.site_reference)
    except CannotGoOn:
        return session
    others = tuple(ref for ref in refs if ref != session.head.ref)
    return with_reply(session, SameReference(others)) if others else session
