"""The pages an interview can be on, and what is said back to what was typed: frozen values without behaviour."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.questionnaire.model import Rule
from iop_screen.records.model import DecisionReason


class Bare:
    """What says all by its kind: two of a kind are equal. A dataclass would take many times as long to make."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """The question at this place is on the page.

    `left_open` is set where one came from the review and goes back there: the questions that were open then. Those
    that a change opens since are asked first.
    """

    index: int
    left_open: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class NotePage:
    """A note on the question at this place is being written."""

    index: int
    back: Page


@dataclass(frozen=True, slots=True)
class ReferencePage:
    """The site's own reference is being written."""

    back: Page


@dataclass(frozen=True, slots=True)
class GoToPage:
    """All questions are on the page, to go to one of them."""

    back: Page


class ReviewPage(Bare):
    """All questions are on the page with their answers, each can be changed."""


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """The result was asked for while these questions about danger are open."""

    indexes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """An answer has just reached the interrupt step, for these rules; or the page was asked for."""

    rules: tuple[Rule, ...]
    back: Page


@dataclass(frozen=True, slots=True)
class SoFarPage:
    """The result as things stand, in the middle of the interview."""

    back: Page


class ResultPage(Bare):
    """The result."""


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """What was chosen is being recorded; what is None has not been said yet. A first step of "" says that none is."""

    selected: str | None = None
    first_step: str | None = None
    because: DecisionReason | None = None
    clinician: str | None = None
    risk: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class LeavePage:
    """One was about to go, or to go on to `another` caller, and the last answers could not be saved."""

    back: Page
    another: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """The coordinator has read the result and closed it; `another` caller waits, or none."""

    another: bool = False


class LeftUnfinished(Bare):
    """The coordinator left before the end."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The interview was broken off from outside: by Ctrl-C, or with a signal's number by a signal."""

    signal: int = 2


Writing = NotePage | ReferencePage
Ended = Finished | LeftUnfinished | Interrupted
Page = (
    QuestionPage
    | NotePage
    | ReferencePage
    | GoToPage
    | ReviewPage
    | ConfirmPage
    | EmergencyPage
    | SoFarPage
    | ResultPage
    | DecisionPage
    | LeavePage
    | Finished
    | LeftUnfinished
    | Interrupted
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer to the question at this place has been taken."""

    index: int


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What was typed is no answer to the question at this place; nothing has changed."""

    index: int


@dataclass(frozen=True, slots=True)
class NoteTaken:
    """The note on the question at this place stands as it was written; an empty one is gone."""

    index: int


class ReferenceTaken(Bare):
    """The site's own reference stands as it was written."""


class NotKnown(Bare):
    """What was typed means nothing on this page; nothing has changed."""


class TooLong(Bare):
    """What was typed is longer than is kept; nothing has changed."""


class Nothing(Bare):
    """Enter alone was pressed; it never answers."""


class NothingBefore(Bare):
    """There is no earlier question."""


class NothingLeft(Bare):
    """There is no question left to ask."""


@dataclass(frozen=True, slots=True)
class Explain:
    """Why the question at this place is asked, and how to ask it."""

    index: int


class NotMadeFor(Bare):
    """The questionnaire is not made for this person; said once."""


class DangerWaits(Bare):
    """One was about to go, and nobody has marked that they acted on the danger."""


class NothingOpen(Bare):
    """No question that is left could change the suggestion; said once."""


class ActedOn(Bare):
    """It is marked that the coordinator has acted on the danger."""


class NobodyInDanger(Bare):
    """It is marked that nobody is in danger."""


class DecisionTaken(Bare):
    """What was chosen has been recorded."""


class NoWords(Bare):
    """What was typed is no name, and says nothing."""


class NotDecided(Bare):
    """One has left the decision, and nothing of it was recorded."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The interview goes on from a record: so many answers are kept, and these do not fit any more, by id."""

    kept: int
    left_out: tuple[str, ...]


Reply = (
    TakenUp
    | Recorded
    | NotTaken
    | NoteTaken
    | ReferenceTaken
    | NotKnown
    | TooLong
    | Nothing
    | NothingBefore
    | NothingLeft
    | Explain
    | NothingOpen
    | NotMadeFor
    | DangerWaits
    | ActedOn
    | NobodyInDanger
    | DecisionTaken
    | NotDecided
    | NoWords
)
