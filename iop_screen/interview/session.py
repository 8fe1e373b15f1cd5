"""An interview without a screen: a frozen value with one door, `enter`, for everything that is typed.

A front end draws the page the session is on and passes on what was typed; it decides nothing. Moving never erases or
checks an answer. Nothing is ever answered by default, by Enter alone or by the end of the input. Everything that is
said goes into a log that only grows, so whoever keeps the log has lost nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache, partial

from iop_screen.engine.answers import (
    Amount,
    Answer,
    Chosen,
    Crowd,
    Form,
    Gap,
    Words,
    chosen,
    misfit,
    set_all_aside,
    set_aside,
)
from iop_screen.engine.explain import Explanation, explain, reasons
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import danger_places
from iop_screen.engine.suggest import UNDETERMINED, assess_one
from iop_screen.engine.suggest import Result as EngineResult
from iop_screen.interview.deciding import selectable, wanted
from iop_screen.interview.pages import (
    ActedOn,
    Asking,
    Confirming,
    Deciding,
    DecisionTaken,
    Emergency,
    Ended,
    Explain,
    Filing,
    Finished,
    GoingTo,
    Left,
    NoteTaken,
    Nothing,
    NothingBefore,
    NothingLeft,
    NothingOpen,
    Noting,
    NotKnown,
    NotTaken,
    Page,
    Recorded,
    ReferenceTaken,
    Reply,
    Result,
    Reviewing,
    SoFar,
    TooLong,
    Writing,
)
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
from iop_screen.records.forms import form_of
from iop_screen.records.model import (
    Acted,
    Alarmed,
    Answered,
    Because,
    Decided,
    Entry,
    Filed,
    Head,
    Noted,
    Record,
    ResultShown,
)

MAX_WORDS = 2_000
"""So many characters are kept of a note or of an answer in words; a longer one is refused, never cut."""


@dataclass(frozen=True, slots=True)
class Session:
    """Where an interview stands. `form` holds every answer given, also those behind a branch that is closed again.

    `at` is the moment of what was typed last. `notes` has one text for each question, in file order, empty for none.
    `not_saved` says why the log could not be put on disk, and is empty if it could; `off_the_record`, that nothing is
    to be kept there.
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
    not_saved: str = ""
    off_the_record: bool = False

    @property
    def record(self) -> Record:
        """What is to be kept."""
        return Record(self.head, self.log)

    @property
    def counted(self) -> Form:
        """The form without the answers that are set aside."""
        return set_aside(self.instrument, self.form)

    def asked_places(self) -> tuple[int, ...]:
        """The places of the questions that may be asked as things stand, in file order."""
        return _asked_places(self.instrument, self.form)

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

    def result(self) -> EngineResult:
        """The result as things stand."""
        return assess_one(self.instrument, self.counted)

    def explanation(self) -> Explanation:
        """The result as things stand, with its reasons."""
        return explain(self.instrument, self.form, partial(set_all_aside, self.instrument))


@lru_cache(maxsize=4)  # a page asks for them again and again
def _asked_places(instrument: Instrument, form: Form) -> tuple[int, ...]:
    crowd = Crowd(instrument, [set_aside(instrument, form)])
    return tuple(place for place in range(len(form.answers)) if crowd.asked(place).may)


def begin(instrument: Instrument, head: Head, log: Iterable[Entry] = ()) -> Session:
    """An interview at the first question that has no answer: a new one, or one that goes on after its log.

    What of the log does not fit the questionnaire is not used; `form_of` names it.
    """
    record = Record(head, tuple(log))
    taken = form_of(record, instrument)
    session = Session(instrument, head, record.changed, taken.form, taken.notes, record.log, Reviewing())
    return _to_first_unanswered(session)


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
        return _deciding(session, session.page, word)
    if not word:
        return _say(session, Nothing())
    return _command(session, word)


def keep(session: Session, typed: str, at: datetime) -> Session:
    """The session with what was half typed taken as the answer to the question on the page, if it is one; no move.

    An answer of danger moves all the same: to the emergency page.
    """
    page = session.page
    if not isinstance(page, Asking):
        return session
    answer = typed_answer(session.instrument.questions[page.place], typed.strip())
    if answer is None or answer == session.form.answers[page.place]:
        return session
    taken = _taken(replace(session, replies=(), at=at), page.place, answer)
    return taken if isinstance(taken.page, Emergency) else replace(taken, page=page)


def _command(session: Session, word: str) -> Session:
    command = word.casefold()
    match session.page, command:
        case Result(), "q":
            return _to(session, Finished())
        case _, "q":
            return _to(session, Left())
        case Emergency(), _:
            return _at_emergency(session, session.page, command)
        case ((SoFar(back) | GoingTo(back)), ("b" | "g")):
            return _to(session, back)
        case GoingTo(), _:
            return _chosen_from_list(session, command, None)
        case Asking(), _:
            return _at_question(session, session.page, word)
        case Reviewing(), _:
            return _at_review(session, command)
        case Confirming(), _:
            return _at_confirmation(session, session.page, command)
        case Result(), _:
            return _at_result(session, command)
    return _say(session, NotKnown())


def _at_question(session: Session, page: Asking, word: str) -> Session:
    match word.casefold():
        case "b":
            return _back(session, page)
        case "s" | "g":
            return _onward(session, page, skipped=True)
        case "?":
            return _say(session, Explain(page.place))
        case "u":
            return _taken(session, page.place, Gap.UNKNOWN)
        case "d":
            return _taken(session, page.place, Gap.DECLINED)
    aside = _pages_aside(page).get(word.casefold())
    if aside is not None:
        return _to(session, aside)
    if len(word) > MAX_WORDS:
        return _say(session, TooLong())
    answer = typed_answer(session.instrument.questions[page.place], word)
    return _say(session, NotTaken(page.place)) if answer is None else _taken(session, page.place, answer)


def _pages_aside(page: Asking) -> dict[str, Page]:
    """The pages that one can turn to from a question, by their keys."""
    review = Reviewing()
    return {"r": review, "f": review, "j": GoingTo(page), "c": Noting(page.place, page), "p": SoFar(page)}


def _at_review(session: Session, command: str) -> Session:
    match command:
        case "g":
            left = session.unanswered_places()
            return _to(session, Asking(left[0])) if left else _say(session, NothingLeft())
        case "f":
            danger = _open_danger(session)
            return _to(session, Confirming(danger)) if danger else _show_result(session)
        case "b":
            return _to_last_answered(session)
        case "t":
            return _to(session, Filing(session.page))
        case "p":
            return _to(session, SoFar(session.page))
    return _chosen_from_list(session, command, frozenset(session.unanswered_places()))


def _at_confirmation(session: Session, page: Confirming, command: str) -> Session:
    match command:
        case "f":
            return _show_result(session)
        case "g":
            return _to(session, Asking(page.places[0]))
        case "b" | "r":
            return _to(session, Reviewing())
    return _say(session, NotKnown())


def _at_emergency(session: Session, page: Emergency, command: str) -> Session:
    match command:
        case "g":
            return _to(session, page.back)
        case "r":
            return _to(session, Reviewing())
        case "m":
            return _say(_logged(session, Acted(session.at)), ActedOn())
    return _say(session, NotKnown())


def _at_result(session: Session, command: str) -> Session:
    match command:
        case "b" | "r":
            return _to(session, Reviewing())
        case "k":
            return _to(session, Deciding())
        case "t":
            return _to(session, Filing(session.page))
        case "n":
            return _to(session, Finished(another=True))
    return _say(session, NotKnown())


def _taken(session: Session, place: int, answer: Answer) -> Session:
    """Take an answer; then an emergency comes first, and otherwise the next question without an answer."""
    before = {*session.danger()}
    page = session.page
    question = str(session.instrument.questions[place].id)
    session = replace(session, form=session.form.with_answer(place, answer))
    session = _say(_logged(session, Answered(session.at, question, answer)), Recorded(place))
    danger = session.danger()
    session = _onward(session, page, skipped=False) if isinstance(page, Asking) else session
    return _alarm(session, danger) if {*danger} - before else session


def _alarm(session: Session, rules: tuple[Rule, ...]) -> Session:
    """Show the emergency page; the log says when, and why."""
    alarmed = Alarmed(session.at, tuple(str(rule.id) for rule in rules))
    return _to(_logged(session, alarmed), Emergency(rules, session.page))


def _emergency_asked_for(session: Session) -> Session:
    return session if isinstance(session.page, Emergency) else _alarm(session, session.danger())


def _onward(session: Session, page: Asking, *, skipped: bool) -> Session:
    """To the next question without an answer, or to the review after the last.

    One that came from the review goes back there, save for what a change has opened since.
    """
    left = session.unanswered_places()
    if page.left_open is None:
        further = [place for place in left if place > page.place]
        session = _to(session, Asking(further[0]) if further else Reviewing())
        return _offer_to_finish(session)
    known = page.left_open | ({page.place} if skipped else frozenset())
    opened = [place for place in left if place not in known]
    return _to(session, Asking(opened[0], known) if opened else Reviewing())


def _offer_to_finish(session: Session) -> Session:
    """Say once that no question that is left could change the suggestion."""
    if session.offered or not isinstance(session.page, Asking):
        return session
    result = session.result()
    if result.open_questions or result.suggestion == UNDETERMINED:
        return session
    return replace(session, offered=True, replies=(*session.replies, NothingOpen()))


def _back(session: Session, page: Asking) -> Session:
    if page.left_open is not None:
        return _to(session, Reviewing())
    earlier = [place for place in session.asked_places() if place < page.place]
    return _to(session, Asking(earlier[-1])) if earlier else _say(session, NothingBefore())


def _to_first_unanswered(session: Session) -> Session:
    left = session.unanswered_places()
    return _to(session, Asking(left[0]) if left else Reviewing())


def _to_last_answered(session: Session) -> Session:
    answered = [place for place in session.asked_places() if session.form.answers[place] is not Gap.MISSING]
    return _to(session, Asking(answered[-1])) if answered else _say(session, NothingBefore())


def _chosen_from_list(session: Session, number: str, left_open: frozenset[int] | None) -> Session:
    """To the question with this number on the list, counted from 1."""
    places = session.asked_places()
    if not re.fullmatch(r"[0-9]{1,4}", number) or not 1 <= int(number) <= len(places):
        return _say(session, NotKnown())
    return _to(session, Asking(places[int(number) - 1], left_open))


def _open_danger(session: Session) -> tuple[int, ...]:
    """The places of the open questions that could reach the interrupt step."""
    still_open = {str(question.id) for question in session.result().open_questions}
    questions = session.instrument.questions
    return tuple(place for place in danger_places(session.instrument) if str(questions[place].id) in still_open)


def _show_result(session: Session) -> Session:
    result = session.result()
    step = result.first_steps.at_least
    shown = ResultShown(session.at, result.suggestion, None if step is None else str(step.id))
    return _to(_logged(session, shown), Result())


def _written(session: Session, text: str) -> Session:
    """A note or a reference as it was written. Enter alone leaves what was there; a dash alone takes it away."""
    page = session.page
    if len(text) > MAX_WORDS:
        return _say(session, TooLong())
    kept = "" if text == "-" else text
    match page:
        case Noting(place, back) if text:
            notes = (*session.notes[:place], kept, *session.notes[place + 1 :])
            noted = Noted(session.at, str(session.instrument.questions[place].id), kept)
            return _say(_to(_logged(replace(session, notes=notes), noted), back), NoteTaken(place))
        case Filing(back) if text:
            return _say(_to(_logged(session, Filed(session.at, kept)), back), ReferenceTaken())
        case Noting(_, back) | Filing(back):
            return _to(session, back)
    raise TypeError(type(page))


def _deciding(session: Session, page: Deciding, word: str) -> Session:
    """One thing after the other: what was chosen, why it differs, the clinician, who recorded it, a note."""
    if page.selected is None:
        return _select(session, word)
    needs = wanted(page.selected, session.result(), session.instrument)
    if needs.because and page.because is None:
        return _give_reason(session, page, word)
    if len(word) > MAX_WORDS:
        return _say(session, TooLong())
    if not word and (page.by is None or (needs.clinician and page.clinician is None)):
        return _say(session, Nothing())
    if needs.clinician and page.clinician is None:
        return _to(session, replace(page, clinician=word))
    if page.by is None:
        return _to(session, replace(page, by=word))
    decided = Decided(session.at, page.selected, page.by, page.because, page.clinician or "", word)
    return _say(_to(_logged(session, decided), Result()), DecisionTaken())


def _select(session: Session, word: str) -> Session:
    if word.casefold() == "b":
        return _to(session, Result())
    things = selectable(session.instrument)
    number = _number(word, len(things))
    return _say(session, NotKnown()) if number is None else _to(session, Deciding(things[number - 1]))


def _give_reason(session: Session, page: Deciding, word: str) -> Session:
    if word.casefold() == "b":
        return _to(session, Deciding())
    number = _number(word, len(Because))
    return _say(session, NotKnown()) if number is None else _to(session, replace(page, because=[*Because][number - 1]))


def _number(word: str, most: int) -> int | None:
    """A number from 1 to `most`, as typed."""
    return int(word) if re.fullmatch(r"[0-9]{1,2}", word) and 1 <= int(word) <= most else None


def _to(session: Session, page: Page) -> Session:
    return replace(session, page=page)


def _say(session: Session, reply: Reply) -> Session:
    return replace(session, replies=(*session.replies, reply))


def _logged(session: Session, entry: Entry) -> Session:
    return replace(session, log=(*session.log, entry))


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
            return Words(word) if word else None
    options = {key: str(option.id) for key, option in keys(question)}
    typed = [*filter(None, re.split(r"[,\s]+", word))]
    known = all(key in options for key in typed)
    return Chosen(frozenset(options[key] for key in typed)) if typed and known else None
