"""An interview without a screen: a frozen value with one door, `enter`, for everything that is typed.

A front end draws the page the session is on and passes on what was typed; it decides nothing. Moving never erases or
checks an answer. Nothing is ever answered by default, by Enter alone or by the end of the input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from iop_screen.engine.answers import (
    Amount,
    Answer,
    Chosen,
    Crowd,
    Form,
    Gap,
    Words,
    chosen,
    empty_form,
    misfit,
    set_all_aside,
    set_aside,
)
from iop_screen.engine.explain import Explanation, explain, reasons
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import UNDETERMINED, assess_one
from iop_screen.questionnaire.model import (
    NUMBER,
    ChoiceQuestion,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Question,
    Rule,
    TextQuestion,
    YesNoQuestion,
)


@dataclass(frozen=True, slots=True)
class Asking:
    """The question at this place is on the page."""

    place: int


@dataclass(frozen=True, slots=True)
class Reviewing:
    """All answers are on the page, each can be changed."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """An answer has just reached the interrupt step; these rules say why."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """The coordinator asked for the result."""


@dataclass(frozen=True, slots=True)
class Left:
    """The coordinator left before the end."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The interview was broken off from outside, as by Ctrl-C."""


Page = Asking | Reviewing | Emergency | Finished | Left | Interrupted


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to the question at this place has been taken."""

    place: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was typed is no answer to the question at this place; nothing has changed."""

    place: int


@dataclass(frozen=True, slots=True)
class NotKnown:
    """What was typed means nothing on this page; nothing has changed."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Enter alone was pressed; it never answers."""


@dataclass(frozen=True, slots=True)
class NothingBefore:
    """There is no earlier question."""


@dataclass(frozen=True, slots=True)
class Explain:
    """Why the question at this place is asked, and how to ask it."""

    place: int


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """No question that is left could change the suggestion; said once."""


Reply = Recorded | NotTaken | NotKnown | Nothing | NothingBefore | Explain | NothingOpen


@dataclass(frozen=True, slots=True)
class Session:
    """Where an interview stands. `form` holds every answer given, also those behind a branch that is closed again."""

    instrument: Instrument
    form: Form
    page: Page
    replies: tuple[Reply, ...] = ()
    offered: bool = False

    @property
    def counted(self) -> Form:
        """The form without the answers that are set aside."""
        return set_aside(self.instrument, self.form)

    def asked_places(self) -> tuple[int, ...]:
        """The places of the questions that may be asked as things stand, in file order."""
        crowd = Crowd(self.instrument, [self.counted])
        return tuple(place for place in range(len(self.form.answers)) if crowd.asked(place).may)

    def set_aside_places(self) -> tuple[int, ...]:
        """The places of the answers that are kept but do not count."""
        pairs = zip(self.form.answers, self.counted.answers, strict=True)
        return tuple(place for place, (given, counts) in enumerate(pairs) if given is not counts)

    def unanswered_places(self) -> tuple[int, ...]:
        """The places of the questions still to be asked. "Don't know" and "declined" have been asked."""
        return tuple(place for place in self.asked_places() if self.form.answers[place] is Gap.MISSING)

    def danger(self) -> tuple[Rule, ...]:
        """The rules that reach the interrupt step and hold for certain."""
        interrupt = self.instrument.questionnaire.interrupt()
        found = reasons(self.instrument, self.counted) if interrupt is not None else ()
        return tuple(reason.rule for reason in found if interrupt and reason.rule.first_step == interrupt.id)

    def explanation(self) -> Explanation:
        """The result as things stand, with its reasons."""
        return explain(self.instrument, self.form, partial(set_all_aside, self.instrument))


def begin(instrument: Instrument) -> Session:
    """A new interview, at its first question."""
    return _onward(Session(instrument, empty_form(instrument), Reviewing()))


def enter(session: Session, typed: str) -> Session:
    """The session after a line was typed. The only way in."""
    session = replace(session, replies=())
    word = typed.strip()
    page = session.page
    if not word:
        return replace(session, replies=(Nothing(),))
    command = word.casefold()
    match page, command:
        case ((Finished() | Left() | Interrupted()), _):
            return session
        case _, "q":
            return replace(session, page=Left())
        case _, "f":
            return replace(session, page=Finished())
        case Asking(place), _:
            return _at_question(session, place, word)
        case ((Reviewing() | Emergency()), "g"):
            return _onward(session)
        case Emergency(), "r":
            return replace(session, page=Reviewing())
        case Reviewing(), "b":
            return _to_last_answered(session)
        case Reviewing(), _ if command.isdecimal() and len(command) < 5:
            return _chosen_in_review(session, int(command))
    return replace(session, replies=(NotKnown(),))


def _at_question(session: Session, place: int, word: str) -> Session:
    match word.casefold():
        case "b":
            earlier = [other for other in session.asked_places() if other < place]
            return (
                replace(session, page=Asking(earlier[-1])) if earlier else replace(session, replies=(NothingBefore(),))
            )
        case "?":
            return replace(session, replies=(Explain(place),))
        case "r":
            return replace(session, page=Reviewing())
        case "g":
            return _onward(session)
        case "u":
            return _record(session, place, Gap.UNKNOWN)
        case "d":
            return _record(session, place, Gap.DECLINED)
    answer = typed_answer(session.instrument.questions[place], word)
    return replace(session, replies=(NotTaken(place),)) if answer is None else _record(session, place, answer)


def _record(session: Session, place: int, answer: Answer) -> Session:
    """Take an answer; then an emergency comes first, and otherwise the next question without an answer."""
    before = session.danger()
    session = replace(session, form=session.form.with_answer(place, answer), replies=(Recorded(place),))
    danger = session.danger()
    if set(danger) - set(before):
        return replace(session, page=Emergency(danger))
    return _onward(session)


def _onward(session: Session) -> Session:
    """To the first question that has not been asked yet, or to the review after the last."""
    left = session.unanswered_places()
    if not left:
        return replace(session, page=Reviewing())
    session = replace(session, page=Asking(left[0]))
    return session if session.offered else _offer_to_finish(session)


def _offer_to_finish(session: Session) -> Session:
    result = assess_one(session.instrument, session.counted)
    if result.open_questions or result.suggestion == UNDETERMINED:
        return session
    return replace(session, offered=True, replies=(*session.replies, NothingOpen()))


def _to_last_answered(session: Session) -> Session:
    answered = [place for place in session.asked_places() if session.form.answers[place] is not Gap.MISSING]
    return replace(session, page=Asking(answered[-1])) if answered else replace(session, replies=(NothingBefore(),))


def _chosen_in_review(session: Session, number: int) -> Session:
    places = session.asked_places()
    if not 1 <= number <= len(places):
        return replace(session, replies=(NotKnown(),))
    return replace(session, page=Asking(places[number - 1]))


def keys(question: Question) -> tuple[tuple[str, Option], ...]:
    """What is typed for each option: 1 and up in file order, and 0 for the one option that goes with no other."""
    if not isinstance(question, ChoiceQuestion | MultipleQuestion):
        return ()
    alone = [option for option in question.options if option.exclusive]
    none = alone[0] if len(alone) == 1 else None
    numbered = [option for option in question.options if option is not none]
    pairs = tuple((str(number), option) for number, option in enumerate(numbered, start=1))
    return pairs if none is None else (*pairs, ("0", none))


def typed_answer(question: Question, word: str) -> Answer | None:
    """The answer that was typed, or None if it is none. Nothing is clamped, rounded or completed."""
    answer = _typed(question, word)
    return None if answer is None or misfit(question, answer) else answer


def _typed(question: Question, word: str) -> Answer | None:
    match question:
        case YesNoQuestion():
            said = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}.get(word.casefold())
            return None if said is None else chosen(said)
        case NumberQuestion():
            return Amount(Decimal(word)) if NUMBER.fullmatch(word) else None
        case TextQuestion():
            return Words(word)
    options = {key: str(option.id) for key, option in keys(question)}
    typed = [*filter(None, re.split(r"[,\s]+", word))]
    known = all(key in options for key in typed)
    return Chosen(frozenset(options[key] for key in typed)) if typed and known else None
