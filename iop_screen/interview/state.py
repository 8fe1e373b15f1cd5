"""Where an interview stands: a frozen value, how it begins, and how it goes on from its log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache, partial

from iop_screen.engine.answer_batch import AnswerBatch, Answers, asked_indexes, set_all_aside, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import judge
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.suggest import Result, assess_one, is_out_of_scope
from iop_screen.interview.pages import EmergencyPage, Page, QuestionPage, Reply, Request, ReviewPage
from iop_screen.questionnaire.answers import NOT_ASKED
from iop_screen.questionnaire.model import Rule
from iop_screen.records.call_data import NO_CALL_DATA, CallData, Caller
from iop_screen.records.chain import NEW_CHAIN
from iop_screen.records.fitted_answers import answers_from_record
from iop_screen.records.model import DangerActedOn, DangerCleared, EmergencyShown, Entry, Head, QuestionnaireRef, Record


@dataclass(frozen=True, slots=True)
class Session:
    """Where an interview stands. `answers` holds every answer given, also those that are set aside.

    `at` is the time of the last input. `notes` has one text for each question, in file order, empty for none.
    `finish_offered` and `scope_told`: that notice was given already. `not_saved` says why the log could not be saved,
    and is empty if it was; `off_the_record` is set if nothing is to be saved. `last_saved` is the record as it was
    saved last, or found on disk; None if it never was. `todays_questionnaire` is the one that a new record would go by,
    where this record goes by its own. `call`: what was filled in of the header of the call. `request`: what whoever
    runs the session has to do now, for it reads and writes no files itself.
    """

    compiled: CompiledQuestionnaire
    head: Head
    at: datetime
    answers: Answers
    notes: tuple[str, ...]
    log: tuple[Entry, ...]
    page: Page
    replies: tuple[Reply, ...] = ()
    finish_offered: bool = False
    scope_told: bool = False
    not_saved: str = ""
    off_the_record: bool = False
    last_saved: Record | None = None
    todays_questionnaire: QuestionnaireRef | None = None
    call: CallData = NO_CALL_DATA
    request: Request | None = None

    @property
    def record(self) -> Record:
        """The record to save, with the hashes of what was saved before."""
        return Record(self.head, self.log, NEW_CHAIN if self.last_saved is None else self.last_saved.chain)

    @property
    def counted(self) -> Answers:
        """The answers without those that are set aside."""
        return _counted(self.compiled, self.answers)

    @property
    def site_reference(self) -> str:
        """The site's own reference for the file: that of the call, or in a record from before that of its log."""
        return self.call.reference or self.record.reference

    def ask(self, index: int) -> str:
        """A question in the words for whoever is on the line: the person themselves, or somebody else."""
        question = self.compiled.questions[index]
        return str((question.ask_self if self.call.caller is Caller.SELF else None) or question.ask)

    def asked_indexes(self) -> tuple[int, ...]:
        """The indexes of the questions that may be asked as things stand, in file order."""
        return _asked_indexes(self.compiled, self.answers)

    def set_aside_indexes(self) -> tuple[int, ...]:
        """The indexes of the questions whose answers are kept but do not count."""
        pairs = zip(self.answers.values, self.counted.values, strict=True)
        return tuple(index for index, (given, counted) in enumerate(pairs) if given != counted)

    def unanswered_indexes(self) -> tuple[int, ...]:
        """The indexes of the questions still to be asked. "Don't know" and "declined" have been asked."""
        return tuple(index for index in self.asked_indexes() if self.answers.values[index] in NOT_ASKED)

    def danger(self) -> tuple[Rule, ...]:
        """The rules that reach the interrupt step and must hold."""
        batch = AnswerBatch(self.compiled, [self.counted])
        return tuple(rule.definition for rule in self.compiled.interrupting() if judge(rule.when, batch).must)

    def out_of_scope(self) -> bool:
        """Whether the questionnaire is not made for this person, whatever the open answers turn out to be."""
        return is_out_of_scope(self.compiled, self.counted)

    def result(self) -> Result:
        """The result as things stand."""
        return _result(self.compiled, self.counted)

    def explanation(self) -> Explanation:
        """The result as things stand, with its reasons."""
        return _explanation(self.compiled, self.answers)


def can_clear_danger(session: Session) -> bool:
    """Whether it can be marked that nobody is in danger: danger waits, and no answer means danger any more."""
    return session.record.danger_waits and not session.danger()


def show_emergency(session: Session) -> Session:
    """Show the emergency page and log it, with the rules that hold; without rules if it was only asked for."""
    shown = EmergencyShown(session.at, tuple(str(rule.id) for rule in session.danger()))
    return to_emergency(with_log_entry(session, shown))


def look_at_emergency(session: Session) -> Session:
    """The emergency page because it was asked for; to look again at danger that somebody acted on is no new danger."""
    alarms = session.record.alarms
    acted = bool(alarms) and isinstance(alarms[-1], DangerActedOn) and bool(session.danger())
    return to_emergency(session) if acted and not has_unshown_danger(session) else show_emergency(session)


def to_emergency(session: Session) -> Session:
    """The emergency page, with the rules that hold; it leads back to the page before it."""
    return on_page(session, EmergencyPage(session.danger(), session.page))


def has_unshown_danger(session: Session) -> bool:
    """Whether a rule means danger for which the log has no emergency page since danger was last cleared.

    This happens when answers are read by other rules than those they were given under.
    """
    shown: set[str] = set()
    for entry in session.record.alarms:
        match entry:
            case EmergencyShown(_, rules):
                shown |= {*rules}
            case DangerCleared():
                shown.clear()
            case DangerActedOn():
                continue
    return not {str(rule.id) for rule in session.danger()} <= shown


# The page after an input asks for each of these several times, and scrolling or a decision asks for them again.


@lru_cache(maxsize=4)
def _counted(compiled: CompiledQuestionnaire, answers: Answers) -> Answers:
    return set_aside(compiled, answers)


@lru_cache(maxsize=4)
def _asked_indexes(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[int, ...]:
    return asked_indexes(compiled, _counted(compiled, answers))


@lru_cache(maxsize=4)
def _result(compiled: CompiledQuestionnaire, counted: Answers) -> Result:
    return assess_one(compiled, counted)


@lru_cache(maxsize=4)
def _explanation(compiled: CompiledQuestionnaire, answers: Answers) -> Explanation:
    return explain(compiled, answers, partial(set_all_aside, compiled))


def begin_session(compiled: CompiledQuestionnaire, head: Head, log: Iterable[Entry] = ()) -> Session:
    """An interview at the first question without an answer: a new one, or one that goes on from its log.

    What in the log does not fit the questionnaire is not used; `answers_from_record` names it.
    """
    record = Record(head, tuple(log))
    taken = answers_from_record(record, compiled)
    session = Session(compiled, head, record.changed, taken.answers, taken.notes, record.log, ReviewPage())
    left = session.unanswered_indexes()
    return on_page(session, QuestionPage(left[0])) if left else session


def on_page(session: Session, page: Page) -> Session:
    """The session on another page."""
    return replace(session, page=page)


def with_reply(session: Session, reply: Reply) -> Session:
    """The session with a further reply."""
    return replace(session, replies=(*session.replies, reply))


def with_log_entry(session: Session, entry: Entry) -> Session:
    """The session with a further entry in its log."""
    return replace(session, log=(*session.log, entry))
