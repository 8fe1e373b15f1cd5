"""The keys of every page: one table, which the session, the footers, the key guard, the help and the reference read.

To add a key, add a row. What it does is one case in `session.act`, or a page in `session.linked_page`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto

from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    DiscardPage,
    EmergencyPage,
    GoToPage,
    GuidePage,
    GuideSectionPage,
    LeavePage,
    NotePage,
    Page,
    QuestionPage,
    ResultPage,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.state import Session, can_clear_danger
from iop_screen.questionnaire.answers import NOT_ASKED


class Action(Enum):
    """What a key or a typed line asks for, whatever the front end."""

    ANSWER_UNKNOWN = auto()
    ANSWER_DECLINED = auto()
    SKIP = auto()
    BACK = auto()  # to the question before, or one step of a decision back
    RETURN = auto()  # to the page from which this one was opened
    GO_TO = auto()
    REVIEW = auto()
    WRITE_NOTE = auto()
    EXPLAIN = auto()
    SO_FAR = auto()
    PICK_NUMBER = auto()  # stands for the numbers of a list, which are no keys of their own
    ASK_REST = auto()
    SHOW_RESULT = auto()
    MARK_ACTED_ON = auto()
    CLEAR_DANGER = auto()
    DECIDE = auto()
    WRITE_HANDOVER = auto()
    THE_CALL = auto()
    GUIDE = auto()
    END_CALL = auto()
    SHOW_WHY = auto()
    SHOW_OPEN = auto()
    SHOW_ADVICE = auto()
    SHOW_SOURCES = auto()
    SHOW_ALL = auto()
    NEXT_CALLER = auto()
    DANGER = auto()
    QUIT = auto()


class Effect(Enum):
    """What becomes of it if a key is pressed that was not meant. The key guard goes by this."""

    ANSWERS = auto()
    CONFIRMS = auto()  # shows the result, marks something, or ends something
    MOVES = auto()  # leads to another page and back, and changes no answer
    OPENS_TEXT = auto()  # what is typed after it is text, which may begin with the same letter


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key on some pages: what it asks for, its label, a label for a narrow screen, and its effect.

    A row without a label works and is not listed: another key of that page, which is listed, does the same.
    """

    key: str
    action: Action
    label: str
    pages: tuple[type[Page], ...]
    effect: Effect
    short: str = ""

    @property
    def short_label(self) -> str:
        """The label for a narrow screen."""
        return self.short or self.label


_QUESTION, _RESULT, _EMERGENCY = (QuestionPage,), (ResultPage,), (EmergencyPage,)
_RESULT_PARTS = (ResultPage, ResultPartPage)
_CALL_NAMED = (QuestionPage, ReviewPage, EmergencyPage, ResultPage)
_CALL_UNNAMED = (GoToPage, ConfirmPage, SoFarPage, ResultPartPage)
_TEXTS = (NotePage, CallFieldPage, ActedPage, CallEndPage, DiscardPage, DecisionPage)
_SHOWN = (
    QuestionPage,
    ReviewPage,
    GoToPage,
    ConfirmPage,
    LeavePage,
    SoFarPage,
    CallPage,
    ClearPage,
    GuidePage,
    GuideSectionPage,
    *_RESULT_PARTS,
)
_SAVES = (QuestionPage, ReviewPage, GoToPage, ConfirmPage, EmergencyPage, SoFarPage)

KEYMAP = (
    KeyRow("u", Action.ANSWER_UNKNOWN, "don't know", _QUESTION, Effect.ANSWERS, "unknown"),
    KeyRow("d", Action.ANSWER_DECLINED, "declined", _QUESTION, Effect.ANSWERS),
    KeyRow("s", Action.SKIP, "skip", _QUESTION, Effect.MOVES),
    KeyRow("b", Action.BACK, "back", _QUESTION, Effect.MOVES),
    KeyRow("j", Action.GO_TO, "go to", _QUESTION, Effect.MOVES),
    KeyRow("r", Action.REVIEW, "review", _QUESTION, Effect.MOVES),
    KeyRow("c", Action.WRITE_NOTE, "note", _QUESTION, Effect.OPENS_TEXT),
    KeyRow("?", Action.EXPLAIN, "why", _QUESTION, Effect.MOVES, "help"),
    KeyRow("p", Action.SO_FAR, "result so far", _QUESTION, Effect.MOVES, "so far"),
    KeyRow("f", Action.REVIEW, "finish", _QUESTION, Effect.CONFIRMS),
    KeyRow("number", Action.PICK_NUMBER, "change that answer", (ReviewPage,), Effect.MOVES, "change"),
    KeyRow("number", Action.PICK_NUMBER, "go there", (GoToPage,), Effect.MOVES),
    KeyRow("number", Action.PICK_NUMBER, "fill in", (CallPage,), Effect.MOVES),
    KeyRow("g", Action.ASK_REST, "ask what is left", (ReviewPage,), Effect.CONFIRMS, "ask the rest"),
    KeyRow("g", Action.ASK_REST, "ask them", (ConfirmPage, ClearPage), Effect.CONFIRMS),
    KeyRow("f", Action.SHOW_RESULT, "finish", (ReviewPage,), Effect.CONFIRMS),
    KeyRow("f", Action.SHOW_RESULT, "finish all the same", (ConfirmPage,), Effect.CONFIRMS, "finish"),
    KeyRow("b", Action.BACK, "back", (ReviewPage,), Effect.MOVES),
    KeyRow("p", Action.SO_FAR, "", (ReviewPage,), Effect.MOVES),
    KeyRow("m", Action.MARK_ACTED_ON, "I have acted", _EMERGENCY, Effect.OPENS_TEXT),
    KeyRow("x", Action.CLEAR_DANGER, "nobody is in danger", _EMERGENCY, Effect.CONFIRMS),
    KeyRow("x", Action.CLEAR_DANGER, "nobody is in danger, for certain", (ClearPage,), Effect.CONFIRMS),
    KeyRow("g", Action.RETURN, "back to the interview", (EmergencyPage, SoFarPage), Effect.CONFIRMS, "back"),
    KeyRow("g", Action.RETURN, "", (GoToPage, CallPage), Effect.CONFIRMS),
    KeyRow("b", Action.RETURN, "back", (GoToPage, CallPage, ClearPage), Effect.MOVES),
    KeyRow("b", Action.RETURN, "", (SoFarPage,), Effect.MOVES),
    KeyRow("b", Action.RETURN, "back to the interview", (LeavePage,), Effect.MOVES, "back"),
    KeyRow("r", Action.REVIEW, "review", (ConfirmPage, EmergencyPage), Effect.MOVES),
    KeyRow("b", Action.REVIEW, "", (ConfirmPage,), Effect.MOVES),
    KeyRow("k", Action.DECIDE, "record what was chosen", _RESULT, Effect.CONFIRMS, "decision"),
    KeyRow("b", Action.REVIEW, "back to the answers", _RESULT, Effect.MOVES, "back"),
    KeyRow("e", Action.WRITE_HANDOVER, "handover", (*_EMERGENCY, *_RESULT), Effect.CONFIRMS),
    KeyRow("t", Action.THE_CALL, "the call", _CALL_NAMED, Effect.MOVES),
    KeyRow("t", Action.THE_CALL, "", _CALL_UNNAMED, Effect.MOVES),
    KeyRow("h", Action.GUIDE, "guide", (QuestionPage, ReviewPage, ResultPage), Effect.MOVES),
    KeyRow("h", Action.GUIDE, "", (*_CALL_UNNAMED, EmergencyPage, CallPage), Effect.MOVES),
    KeyRow("number", Action.PICK_NUMBER, "read", (GuidePage,), Effect.MOVES),
    KeyRow("b", Action.RETURN, "back", (GuidePage, GuideSectionPage), Effect.MOVES),
    KeyRow("g", Action.RETURN, "", (GuidePage, GuideSectionPage), Effect.CONFIRMS),
    KeyRow("z", Action.END_CALL, "call ended", _CALL_NAMED, Effect.OPENS_TEXT),
    KeyRow("z", Action.END_CALL, "", _CALL_UNNAMED, Effect.OPENS_TEXT),
    KeyRow("b", Action.RETURN, "back to the result", (ResultPartPage,), Effect.MOVES, "back"),
    KeyRow("w", Action.SHOW_WHY, "why", _RESULT_PARTS, Effect.MOVES),
    KeyRow("o", Action.SHOW_OPEN, "open", _RESULT_PARTS, Effect.MOVES),
    KeyRow("a", Action.SHOW_ADVICE, "advice", _RESULT_PARTS, Effect.MOVES),
    KeyRow("v", Action.SHOW_SOURCES, "sources", _RESULT_PARTS, Effect.MOVES),
    KeyRow("l", Action.SHOW_ALL, "all of it", _RESULT_PARTS, Effect.MOVES, "all"),
    KeyRow("n", Action.NEXT_CALLER, "next caller", _RESULT, Effect.CONFIRMS),
    KeyRow("b", Action.BACK, "", (DecisionPage,), Effect.MOVES),
    KeyRow("!", Action.DANGER, "danger", _SHOWN, Effect.MOVES),
    KeyRow("!", Action.DANGER, "", (EmergencyPage, *_TEXTS), Effect.MOVES),
    KeyRow("q", Action.QUIT, "save and quit", _SAVES, Effect.MOVES, "quit"),
    KeyRow("q", Action.QUIT, "", (CallPage, ClearPage, GuidePage, GuideSectionPage), Effect.MOVES),
    KeyRow("q", Action.QUIT, "leave all the same", (LeavePage,), Effect.CONFIRMS),
    KeyRow("q", Action.QUIT, "close", _RESULT_PARTS, Effect.MOVES),
)
"""A row for each key and page; the footers keep this order."""

_BY_PAGE: dict[type[Page], dict[str, KeyRow]] = {}
for _row in KEYMAP:
    for _page in _row.pages:
        _BY_PAGE.setdefault(_page, {})[_row.key] = _row

SMALL_FOOTERS: Mapping[type[Page], tuple[str, ...]] = {
    QuestionPage: ("?", "u", "d", "q"),
    ReviewPage: ("number", "g", "f", "b", "q"),
    EmergencyPage: ("m", "x", "g", "t", "e", "z", "q"),
    ResultPage: ("w", "o", "a", "v", "e", "k", "z", "n", "b", "q"),
    ResultPartPage: ("b", "w", "o", "a", "v", "q"),
}
"""The keys that stand below a page where there is no room for all of them. On a question `?` shows the others."""

TEXT_FOOTER = (("Enter", "go on"), ("Esc", "close"), ("Esc then !", "danger"))
"""What ends a text on the full screen. Line by line each text ends with its line."""


def row_for(page: Page, typed: str) -> KeyRow | None:
    """The row for a typed line or a pressed key; None where it is no key of this page, but an answer, say."""
    row = _BY_PAGE.get(type(page), {}).get(typed.casefold())
    return None if row is None or row.action is Action.PICK_NUMBER else row


def listed_rows(page: type[Page]) -> Iterator[KeyRow]:
    """The keys that a page names, in the order of its footer."""
    return (row for row in _BY_PAGE.get(page, {}).values() if row.label)


def offered_rows(session: Session) -> tuple[KeyRow, ...]:
    """The keys that the page names as things stand; none where text is typed."""
    return tuple(_worded(row, session) for row in listed_rows(type(session.page)) if _is_offered(row, session))


def _is_offered(row: KeyRow, session: Session) -> bool:
    """Whether a key has something to do."""
    if row.action is Action.CLEAR_DANGER:
        return can_clear_danger(session)
    return not (row.action is Action.ASK_REST and isinstance(session.page, ReviewPage)) or bool(
        session.unanswered_indexes()
    )


def _worded(row: KeyRow, session: Session) -> KeyRow:
    """To skip a question that has an answer keeps that answer."""
    page = session.page
    if row.action is not Action.SKIP or not isinstance(page, QuestionPage):
        return row
    return row if session.answers.values[page.index] in NOT_ASKED else replace(row, label="keep")
