"""Where an interview stands: a frozen value, and how one begins or goes on after its log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from iop_screen.engine.answers import Crowd, Form, Gap, asked_places, set_all_aside, set_aside
from iop_screen.engine.conditions import judge
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import Result as EngineResult
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.pages import Asking, Emergency, Page, Reply, Reviewing
from iop_screen.questionnaire.model import Rule
from iop_screen.records.forms import form_of
from iop_screen.records.model import Alarmed, Cleared, Entry, Head, Record


@dataclass(frozen=True, slots=True)
class Session:
    """Where an interview stands. `form` holds every answer given, also those behind a branch that is closed again.

    `at` is the moment of what was typed last. `notes` has one text for each question, in file order, empty for none.
    `not_saved` says why the log could not be put on disk, and is empty if it could; `off_the_record`, that nothing is
    to be kept there. `last_saved` is the record as it was put there last, or found there; None if it never was.
    """

    instrument: Instrument
    head: Head
    at: datetime
    form: Form
    notes: tuple[str, ...]
    log: tuple[Entry, ...]
    page: Page
    replies: tuple[Reply, ...] = ()
    offered: bool = False
    scope_told: bool = False
    not_saved: str = ""
    off_the_record: bool = False
    last_saved: Record | None = None

    @property
    def record(self) -> Record:
        """What is to be kept."""
        return Record(self.head, self.log)

    @property
    def counted(self) -> Form:
        """The form without the answers that are set aside."""
        return _counted(self.instrument, self.form)

    def asked_places(self) -> tuple[int, ...]:
        """The places of the questions that may be asked as things stand, in file order."""
        return _asked_places(self.instrument, self.form)

    def set_aside_places(self) -> tuple[int, ...]:
        """The places of the answers that are kept but do not count."""
        pairs = zip(self.form.answers, self.counted.answers, strict=True)
        return tuple(place for place, (given, counts) in enumerate(pairs) if given != counts)

    def unanswered_places(self) -> tuple[int, ...]:
        """The places of the questions still to be asked. "Don't know" and "declined" have been asked."""
        return tuple(place for place in self.asked_places() if self.form.answers[place] is Gap.MISSING)

    def danger(self) -> tuple[Rule, ...]:
        """The rules that reach the interrupt step and hold for certain."""
        crowd = Crowd(self.instrument, [self.counted])
        return tuple(ready.rule for ready in self.instrument.interrupting() if judge(ready.when, crowd).must)

    def out_of_scope(self) -> bool:
        """Whether the questionnaire is not made for this person, whatever the open answers turn out to be."""
        scope = self.instrument.applies_when
        return scope is not None and not judge(scope, Crowd(self.instrument, [self.counted])).may

    def result(self) -> EngineResult:
        """The result as things stand."""
        return _result(self.instrument, self.counted)

    def explanation(self) -> Explanation:
        """The result as things stand, with its reasons."""
        return _explanation(self.instrument, self.form)


def can_be_cleared(session: Session) -> bool:
    """Whether it can be marked that nobody is in danger: no answer that stands says otherwise."""
    return session.record.danger_waits and not session.danger()


def alarm(session: Session) -> Session:
    """Show the emergency page; the log says when, and why: because of the rules that hold, or as it was asked for."""
    alarmed = Alarmed(session.at, tuple(str(rule.id) for rule in session.danger()))
    return to_emergency(logged(session, alarmed))


def to_emergency(session: Session) -> Session:
    """The session on the emergency page, for the rules that hold; from there back to the page it is on."""
    return to(session, Emergency(session.danger(), session.page))


def danger_unheard_of(session: Session) -> bool:
    """Whether there is danger of which the log shows no emergency page since it was marked that there is none.

    So it may be once answers are read by other rules than those they were given under.
    """
    shown: set[str] = set()
    for entry in session.log:
        match entry:
            case Alarmed(_, rules):
                shown |= {*rules}
            case Cleared():
                shown.clear()
    return not {str(rule.id) for rule in session.danger()} <= shown


@lru_cache(maxsize=4)  # one stroke and the page after it ask for both again and again
def _counted(instrument: Instrument, form: Form) -> Form:
    return set_aside(instrument, form)


@lru_cache(maxsize=4)
def _result(instrument: Instrument, counted: Form) -> EngineResult:
    return assess_one(instrument, counted)


@lru_cache(maxsize=4)  # a result is drawn anew each time that somebody scrolls it, and a decision is held to it
def _explanation(instrument: Instrument, form: Form) -> Explanation:
    return explain(instrument, form, partial(set_all_aside, instrument))


@lru_cache(maxsize=4)
def _asked_places(instrument: Instrument, form: Form) -> tuple[int, ...]:
    return asked_places(instrument, _counted(instrument, form))


def begin(instrument: Instrument, head: Head, log: Iterable[Entry] = ()) -> Session:
    """An interview at the first question that has no answer: a new one, or one that goes on after its log.

    What of the log does not fit the questionnaire is not used; `form_of` names it.
    """
    record = Record(head, tuple(log))
    taken = form_of(record, instrument)
    session = Session(instrument, head, record.changed, taken.form, taken.notes, record.log, Reviewing())
    return _to_first_unanswered(session)


def _to_first_unanswered(session: Session) -> Session:
    left = session.unanswered_places()
    return to(session, Asking(left[0]) if left else Reviewing())


def to(session: Session, page: Page) -> Session:
    """The session on another page."""
    return replace(session, page=page)


def say(session: Session, reply: Reply) -> Session:
    """The session with one thing more to be said back."""
    return replace(session, replies=(*session.replies, reply))


def logged(session: Session, entry: Entry) -> Session:
    """The session with one entry more in its log."""
    return replace(session, log=(*session.log, entry))
