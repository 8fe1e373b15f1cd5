"""An interview without a screen: a frozen value with one door, `enter`, for everything that is typed.

A front end draws the page the session is on and passes on what was typed; it decides nothing. Moving never erases or
checks an answer. Nothing is ever answered by default, by Enter alone or by the end of the input. Everything that is
said goes into a log that only grows, so whoever keeps the log has lost nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from iop_screen.engine.answers import Gap
from iop_screen.engine.explain import open_danger_places
from iop_screen.engine.suggest import EMERGENCY
from iop_screen.interview.answering import go_back, go_on, take, to_last_answered, to_numbered
from iop_screen.interview.deciding import decide
from iop_screen.interview.pages import (
    ActedOn,
    Asking,
    Confirming,
    DangerWaits,
    Deciding,
    Emergency,
    Ended,
    Explain,
    Filing,
    Finished,
    GoingTo,
    Leaving,
    Left,
    NobodyInDanger,
    NoteTaken,
    Nothing,
    NothingLeft,
    Noting,
    NotKnown,
    NotTaken,
    Page,
    ReferenceTaken,
    Result,
    Reviewing,
    SoFar,
    TooLong,
    Writing,
)
from iop_screen.interview.state import Session, alarm, can_be_cleared, logged, say, to, to_emergency
from iop_screen.interview.typed import too_long, typed_answer
from iop_screen.records.forms import shown_as
from iop_screen.records.model import (
    Acted,
    Cleared,
    Filed,
    Noted,
)

AT_QUESTION = frozenset("!bcdfjpqrsu?")
"""What is typed at a question and is no answer in words: moves, pages aside, "don't know" and "declined"."""


def enter(session: Session, typed: str, at: datetime) -> Session:
    """The session after a line was typed at that moment. The only way in."""
    if isinstance(session.page, Ended):
        return session
    session = replace(session, replies=(), at=at)
    word = typed.strip()
    if word == "!":
        return _emergency_asked_for(session)
    if isinstance(session.page, Writing):
        return _written(session, word)
    if isinstance(session.page, Deciding):
        return decide(session, session.page, word)
    if not word:
        return say(session, Nothing())
    return _command(session, word)


def _command(session: Session, word: str) -> Session:
    command = word.casefold()
    if isinstance(session.page, Leaving):
        return _at_the_door(session, session.page, command)
    if command == "q" or (command == "n" and isinstance(session.page, Result)):
        return _leave(session, another=command == "n")
    match session.page, command:
        case Emergency(), _:
            return _at_emergency(session, session.page, command)
        case ((SoFar(back) | GoingTo(back)), ("b" | "g")):
            return to(session, back)
        case GoingTo(), _:
            return to_numbered(session, command, None)
        case Asking(), _:
            return _at_question(session, session.page, word)
        case Reviewing(), _:
            return _at_review(session, command)
        case Confirming(), _:
            return _at_confirmation(session, session.page, command)
        case Result(), _:
            return _at_result(session, command)
    return say(session, NotKnown())


def _leave(session: Session, *, another: bool) -> Session:
    """Out of the interview. A result is not left while danger waits, and nothing that is not saved, without a word."""
    page = session.page
    if session.record.final and session.record.danger_waits and not isinstance(page, Emergency):
        return say(to_emergency(session), DangerWaits())
    if session.not_saved:
        return to(session, Leaving(page, another=another))
    return _gone(session, another=another)


def _gone(session: Session, *, another: bool) -> Session:
    return to(session, Finished(another) if session.record.final else Left())


def through_the_door(session: Session) -> Session:
    """Out, as one was about to go when the last answers were not saved."""
    return _gone(session, another=isinstance(session.page, Leaving) and session.page.another)


def _at_the_door(session: Session, page: Leaving, command: str) -> Session:
    match command:
        case "q":
            return through_the_door(session)
        case "b":
            return to(session, page.back)
    return say(session, NotKnown())


def _at_question(session: Session, page: Asking, word: str) -> Session:
    match word.casefold():
        case "b":
            return go_back(session, page)
        case "s":
            return go_on(session, page, skipped=True)
        case "?":
            return say(session, Explain(page.place))
        case "u":
            return take(session, page.place, Gap.UNKNOWN)
        case "d":
            return take(session, page.place, Gap.DECLINED)
    aside = _pages_aside(page).get(word.casefold())
    if aside is not None:
        return to(session, aside)
    answer = typed_answer(session.instrument.questions[page.place], word)
    if answer is None:
        return say(session, TooLong() if too_long(word) else NotTaken(page.place))
    return take(session, page.place, answer)


def _pages_aside(page: Asking) -> dict[str, Page]:
    """The pages that one can turn to from a question, by their keys."""
    review = Reviewing()
    return {"r": review, "f": review, "j": GoingTo(page), "c": Noting(page.place, page), "p": SoFar(page)}


def _at_review(session: Session, command: str) -> Session:
    match command:
        case "g":
            left = session.unanswered_places()
            return to(session, Asking(left[0])) if left else say(session, NothingLeft())
        case "f":
            danger = _open_danger(session)
            return to(session, Confirming(danger)) if danger else _show_result(session)
        case "b":
            return to_last_answered(session)
        case "t":
            return to(session, Filing(session.page))
        case "p":
            return to(session, SoFar(session.page))
    return to_numbered(session, command, frozenset(session.unanswered_places()))


def _at_confirmation(session: Session, page: Confirming, command: str) -> Session:
    match command:
        case "f":
            return _show_result(session)
        case "g":
            return to(session, Asking(page.places[0]))
        case "b" | "r":
            return to(session, Reviewing())
    return say(session, NotKnown())


def _at_emergency(session: Session, page: Emergency, command: str) -> Session:
    match command:
        case "g":
            return to(session, page.back)
        case "r":
            return to(session, Reviewing())
        case "m":
            acted = logged(session, Acted(session.at)) if session.record.danger_waits else session
            return say(acted, ActedOn())
        case "x" if can_be_cleared(session):
            return say(logged(to(session, page.back), Cleared(session.at)), NobodyInDanger())
    return say(session, NotKnown())


def _at_result(session: Session, command: str) -> Session:
    match command:
        case "b":
            return to(session, Reviewing())
        case "k":
            return to(session, Deciding())
        case "t":
            return to(session, Filing(session.page))
    return say(session, NotKnown())


def _emergency_asked_for(session: Session) -> Session:
    """The emergency page. From a note that is half written one goes back to the page under it."""
    page = session.page
    if isinstance(page, Emergency):
        return session
    return alarm(to(session, page.back) if isinstance(page, Writing) else session)


def _open_danger(session: Session) -> tuple[int, ...]:
    """The places of the open questions that could reach the interrupt step; none once it is reached."""
    result = session.result()
    return () if result.suggestion == EMERGENCY else open_danger_places(session.instrument, result)


def _show_result(session: Session) -> Session:
    return to(logged(session, shown_as(session.explanation(), session.at)), Result())


def _written(session: Session, text: str) -> Session:
    """A note or a reference as it was written; a further note is added to the one that is there.

    Enter alone leaves what was there; a dash alone takes it away.
    """
    page = session.page
    if too_long(text):
        return say(session, TooLong())
    kept = "" if text == "-" else text
    match page:
        case Noting(place, back) if text:
            kept = f"{session.notes[place]}; {kept}" if kept and session.notes[place] else kept
            if too_long(kept):
                return say(session, TooLong())
            notes = (*session.notes[:place], kept, *session.notes[place + 1 :])
            noted = Noted(session.at, str(session.instrument.questions[place].id), kept)
            return say(to(logged(replace(session, notes=notes), noted), back), NoteTaken(place))
        case Filing(back) if text:
            return say(to(logged(session, Filed(session.at, kept)), back), ReferenceTaken())
        case Noting(_, back) | Filing(back):
            return to(session, back)
    raise TypeError(type(page))
