"""The pages an interview can be on, and the replies to what was typed: frozen values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from iop_screen.questionnaire.model import Rule
from iop_screen.records.call_data import CallField
from iop_screen.records.model import DecisionReason


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The question with this index.

    `left_open` is set if the question was reached from the review: the indexes of the questions without an answer at
    that time. After the answer the interview goes back to the review, but first asks questions that the answer opened.
    """

    index: int
    left_open: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class NotePage:
    """A note on the question with this index is being written."""

    index: int
    back: Page


@dataclass(frozen=True, slots=True)
class CallPage:
    """The header of the call: its fields, each to be filled in or left out."""

    back: Page


@dataclass(frozen=True, slots=True)
class CallFieldPage:
    """One field of the header of the call is being filled in."""

    field: CallField
    back: CallPage


@dataclass(frozen=True, slots=True)
class GuidePage:
    """The list of the sections of the guide, to read one of them."""

    back: Page


@dataclass(frozen=True, slots=True)
class GuideSectionPage:
    """The section of the guide with this index."""

    index: int
    back: GuidePage


@dataclass(frozen=True, slots=True)
class ActedPage:
    """What was done about the danger is being typed: a number, and words if there is more to say."""

    back: EmergencyPage


@dataclass(frozen=True, slots=True)
class ClearPage:
    """It was marked that nobody is in danger, and it asks again: these questions about danger do not rule it out."""

    indexes: tuple[int, ...]
    back: EmergencyPage


@dataclass(frozen=True, slots=True)
class CallEndPage:
    """How the call ended: a number, and words if there is more to say. It ends the interview."""

    back: Page


@dataclass(frozen=True, slots=True)
class DiscardPage:
    """This draft is to be deleted once its reference is typed."""

    back: CallEndPage


@dataclass(frozen=True, slots=True)
class GoToPage:
    """The list of questions, to go to one of them."""

    back: Page


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """The list of questions with their answers, to change one of them."""


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """The result was asked for while the questions with these indexes, about danger, are open."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """Whom to call: an answer reached the interrupt step by these rules, or the page was asked for."""

    rules: tuple[Rule, ...]
    back: Page


@dataclass(frozen=True, slots=True)
class SoFarPage:
    """The result so far, in the middle of the interview."""

    back: Page


@dataclass(frozen=True, slots=True)
class ResultPage:
    """The result: on the full screen as much of it as fits on one screen, in line mode all of it."""


class ResultPart(Enum):
    """What is shown of the result on a page of its own."""

    WHY = auto()  # why, and what would change it
    OPEN = auto()  # what is not known
    ADVICE = auto()  # what to do next, and the notes
    SOURCES = auto()
    ALL = auto()


@dataclass(frozen=True, slots=True)
class ResultPartPage:
    """A part of the result, or all of it; it leads back to the result."""

    part: ResultPart


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """A decision is being recorded. None: not entered yet. The first step "" means that none is needed."""

    selected: str | None = None
    first_step: str | None = None
    because: DecisionReason | None = None
    clinician: str | None = None
    risk: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class LeavePage:
    """The coordinator wants to leave, with or without a `next_caller`, but the last answers could not be saved."""

    back: Page
    next_caller: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The coordinator closed the result. `next_caller`: another interview follows."""

    next_caller: bool = False


@dataclass(frozen=True, slots=True)
class LeftUnfinished:
    """The coordinator left before the end."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """The coordinator wants this draft deleted."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A signal ended the interview; by default that of Ctrl-C."""

    signal: int = 2


Writing = NotePage | CallFieldPage | ActedPage | CallEndPage | DiscardPage
"""Pages where a line of text is typed. Letters are no commands there."""

Ended = Finished | LeftUnfinished | Discarded | Interrupted
Page = (
    QuestionPage
    | Writing
    | GoToPage
    | ReviewPage
    | ConfirmPage
    | EmergencyPage
    | ClearPage
    | CallPage
    | GuidePage
    | GuideSectionPage
    | SoFarPage
    | ResultPage
    | ResultPartPage
    | DecisionPage
    | LeavePage
    | Ended
)


@dataclass(frozen=True, slots=True)
class AnswerTaken:
    """The answer to the question with this index was recorded."""

    index: int


@dataclass(frozen=True, slots=True)
class AnswerRefused:
    """The input is not an answer to the question with this index; nothing has changed."""

    index: int


@dataclass(frozen=True, slots=True)
class NoteKept:
    """The note on the question with this index was recorded; an empty note was removed."""

    index: int


@dataclass(frozen=True, slots=True)
class CallFieldKept:
    """This field of the header of the call was filled in, or emptied."""

    field: CallField


@dataclass(frozen=True, slots=True)
class SameReference:
    """Other records have the same reference of the site."""

    refs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HandoverWritten:
    """The handover is in this file."""

    path: str


@dataclass(frozen=True, slots=True)
class HandoverRefused:
    """The handover could not be written, and why."""

    why: str


@dataclass(frozen=True, slots=True)
class QuestionExplained:
    """Why the question with this index is asked, and how to ask it."""

    index: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """The interview continues from a record: the number of answers that were kept, and which were left out.

    `copy_lost` says why the questionnaire that the record was made with cannot be read; empty if it can.
    """

    kept: int
    left_out: tuple[str, ...]
    copy_lost: str = ""


class Notice(Enum):
    """A reply that needs nothing but the session for its text, which is in `wording.messages`."""

    NOT_UNDERSTOOD = auto()  # the input means nothing on this page; nothing has changed
    NOTHING_TYPED = auto()  # Enter alone never answers
    TOO_LONG = auto()
    NUMBER_IN_WORDS = auto()  # a phone number goes into the header of the call, which can be deleted by itself
    TOO_FEW_LETTERS = auto()  # the input is not a name and says nothing
    NO_EARLIER_QUESTION = auto()
    NO_QUESTION_LEFT = auto()
    OUT_OF_SCOPE = auto()  # the questionnaire is not made for this person; said once
    SUGGESTION_SETTLED = auto()  # no question that is left can change the suggestion; said once
    DANGER_WAITS = auto()  # the coordinator wants to leave, and has not marked that they acted on the danger
    DANGER_ACTED_ON = auto()
    DANGER_BY_ANSWER = auto()  # it cannot be marked that nobody is in danger, for an answer says otherwise
    CALL_MERGED = auto()  # another window had changed the header of the call, too
    NO_ACTION = auto()  # the coordinator left the page without a mark
    DANGER_CLEARED = auto()  # it is marked that nobody is in danger
    NOT_DISCARDED = auto()  # another reference was typed; the draft is kept
    DECISION_RECORDED = auto()
    KEPT_APART = auto()  # another window had changed the record, so this one goes on under a reference of its own
    NO_DECISION = auto()  # the coordinator left the decision; nothing of it was recorded


Reply = (
    AnswerTaken
    | AnswerRefused
    | NoteKept
    | CallFieldKept
    | SameReference
    | HandoverWritten
    | HandoverRefused
    | QuestionExplained
    | Resumed
    | Notice
)


class Request(Enum):
    """What a session asks of whoever runs it, because it reads and writes no files itself."""

    WRITE_HANDOVER = auto()
    FIND_REFERENCE = auto()  # other records with the site's reference that was just set
