"""The text of each page and its prompt, as line mode shows them, and the keys of each page, for both front ends.

All of it is a pure function of the session. The words of the larger pages are in the modules beside this one; the full
screen lays them out in its own way. What stands around the pages is in `messages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.pages import (
    ConfirmPage,
    DecisionPage,
    EmergencyPage,
    Ended,
    Finished,
    GoToPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NotePage,
    QuestionPage,
    ReferencePage,
    ResultPage,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.state import Session, can_clear_danger
from iop_screen.interview.wording.emergency_page import emergency_page, waiting_text
from iop_screen.interview.wording.question_page import note_lines, question_text
from iop_screen.interview.wording.result_page import decision_lines, decision_prompt, result_text
from iop_screen.interview.wording.review_page import confirm_lines, review_lines
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import paragraphs

COMMANDS = (
    ("u", "don't know"),
    ("d", "declined"),
    ("s", "skip"),
    ("b", "back"),
    ("j", "go to"),
    ("r", "review"),
    ("c", "note"),
    ("?", "why"),
    ("p", "result so far"),
    ("f", "finish"),
    ("!", "danger"),
    ("q", "save and quit"),
)
"""The keys that work on every question, in both front ends."""

RESULT_KEYS = (("w", "why"), ("o", "open"), ("a", "advice"), ("v", "sources"), ("l", "all of it"))
"""The keys of the parts of a result."""

Keys = tuple[tuple[str, str], ...]
ShortPage = NotePage | ReferencePage | ReviewPage | GoToPage | ConfirmPage | DecisionPage | LeavePage | Ended


def page_lines(session: Session, last_section: str) -> str:
    """The text of the page. A question names its section unless `last_section` is the id of that section."""
    match session.page:
        case QuestionPage(index):
            return waiting_text(session) + question_text(session, index, last_section)
        case EmergencyPage():
            return f"\n{screen_text(emergency_page(session))}\n\n"
        case SoFarPage():
            return f"\n{result_text(session)}"
        case ResultPage() | ResultPartPage():
            return result_text(session)
        case short:
            lines = _short_page_lines(session, short)
            return waiting_text(session) + "\n" + "".join(f"{paragraphs(line)}\n" for line in lines)


def _short_page_lines(session: Session, page: ShortPage) -> Iterable[str]:
    """A short page as paragraphs."""
    match page:
        case NotePage(index):
            return note_lines(session, index)
        case ReferencePage():
            return reference_lines(session)
        case ReviewPage():
            return ("Review. Check the answers before the suggestion.", *review_lines(session))
        case GoToPage():
            return ("Go to a question.", *review_lines(session))
        case ConfirmPage(indexes):
            return confirm_lines(session, indexes)
        case DecisionPage():
            return decision_lines(session, page)
        case LeavePage():
            return leave_lines(session)
        case Finished() | LeftUnfinished() | Interrupted():
            return ()


def reference_lines(session: Session) -> Iterator[str]:
    """What stands above the field for the site's own reference."""
    if session.record.reference:
        yield f"Reference so far: {sanitize(session.record.reference)}"
    yield "Type your own file reference, not a name. Enter alone changes nothing; - alone takes it away."


def leave_lines(session: Session) -> tuple[str, ...]:
    """Whether answers would be lost, and why they could not be saved."""
    if session.not_saved:
        lost = "Whoever leaves now loses them. Every key tries to save them once more."
        return f"The last answers are NOT SAVED: {session.not_saved}.", lost
    return ("The last answers are saved now. You can leave.",)


def keys_text(session: Session) -> str:
    """The keys of a page in words; nothing where text is typed, or on a question: its keys were named at the start."""
    if isinstance(session.page, QuestionPage | NotePage | ReferencePage | DecisionPage):
        return ""
    return paragraphs(f"Type: {keys_in_words(page_keys(session))}.") + "\n"


def keys_in_words(keys: Keys) -> str:
    """Keys and what they do, in one line."""
    return ", ".join(f"{key} {does}" for key, does in keys)


def prompt(session: Session) -> str:
    """What stands before the cursor."""
    match session.page:
        case QuestionPage(index):
            return f"Answer ({session.compiled.questions[index].input_hint}): "
        case NotePage():
            return "Note: "
        case ReferencePage():
            return "Reference: "
        case DecisionPage() as page:
            return f"{decision_prompt(session, page)}: "
        case (
            GoToPage()
            | ReviewPage()
            | ConfirmPage()
            | EmergencyPage()
            | SoFarPage()
            | ResultPage()
            | ResultPartPage()
            | LeavePage()
            | Finished()
            | LeftUnfinished()
            | Interrupted()
        ):
            return "Your choice: "


def page_keys(session: Session) -> Keys:
    """The keys of a page and what they do; on a question, those that are not answers."""
    danger, leave = ("!", "danger"), ("q", "save and quit")
    match session.page:
        case QuestionPage(index):
            answered = session.answers.values[index] is not MissingReason.MISSING
            return tuple((key, "keep" if key == "s" and answered else does) for key, does in COMMANDS)
        case ReviewPage():
            more = (("g", "ask what is left"),) if session.unanswered_indexes() else ()
            number = ("number", "change that answer")
            return (number, *more, ("f", "finish"), ("b", "back"), ("t", "file reference"), danger, leave)
        case GoToPage():
            return (("number", "go there"), ("b", "back"), danger, leave)
        case ConfirmPage():
            return (("g", "ask them"), ("f", "finish all the same"), ("r", "review"), danger, leave)
        case EmergencyPage():
            clear = (("x", "nobody is in danger"),) if can_clear_danger(session) else ()
            return (("m", "I have acted"), *clear, ("g", "back to the interview"), ("r", "review"), leave)
        case LeavePage():
            return (("b", "back to the interview"), danger, ("q", "leave all the same"))
        case SoFarPage():
            return (("g", "back to the interview"), danger, leave)
        case ResultPage() | ResultPartPage():
            return (*_result_keys(session.page), danger, ("q", "close"))
        case NotePage() | ReferencePage() | DecisionPage() | Finished() | LeftUnfinished() | Interrupted():
            return ()


def _result_keys(page: ResultPage | ResultPartPage) -> Keys:
    """The keys of the result, or of a part of it, without those that every page has."""
    if isinstance(page, ResultPartPage):
        return (("b", "back to the result"), *RESULT_KEYS)
    record, more = (("k", "record what was chosen"), ("b", "back to the answers")), ("t", "file reference")
    return (*record, more, ("n", "next caller"), *RESULT_KEYS)
