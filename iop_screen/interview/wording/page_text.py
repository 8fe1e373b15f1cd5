"""What an interview says: `page` and `prompt` are what the line mode says, and `page_keys` the keys of each page.

All of it is a pure function of the session. The words of the larger pages stand in `question_page`, `review_page`,
`danger_page`, `result_page` and `decision_page`; a full screen lays the pieces out in another way. What is said back
stands in `replies`, the first and the last words in `ends`.
"""

from __future__ import annotations

from collections.abc import Iterator

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
    ReviewPage,
    SoFarPage,
)
from iop_screen.interview.state import Session, can_clear_danger
from iop_screen.interview.wording.danger_page import emergency_page, waiting_text
from iop_screen.interview.wording.decision_page import deciding_lines, deciding_prompt
from iop_screen.interview.wording.question_page import noting_lines, question_text
from iop_screen.interview.wording.result_page import result_text
from iop_screen.interview.wording.review_page import confirming_lines, review_lines
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.wording import as_lines, paragraphs

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


ShortPage = NotePage | ReferencePage | ReviewPage | GoToPage | ConfirmPage | DecisionPage | LeavePage | Ended


def page_lines(session: Session, section_named: str) -> str:
    """The page a session is on. A question names its section only where that is not the one named last."""
    match session.page:
        case QuestionPage(index):
            return waiting_text(session) + question_text(session, index, section_named)
        case EmergencyPage():
            return f"\n{as_lines(emergency_page(session))}\n\n"
        case SoFarPage():
            return f"\n{result_text(session)}"
        case ResultPage():
            return result_text(session)
        case short:
            return waiting_text(session) + "\n" + "".join(f"{paragraphs(line)}\n" for line in _lines(session, short))


def _lines(session: Session, page: ShortPage) -> Iterator[str]:
    """A short page as paragraphs."""
    match page:
        case NotePage(index):
            yield from noting_lines(session, index)
        case ReferencePage():
            yield from filing_lines(session)
        case ReviewPage():
            yield "Review. Check the answers before the suggestion."
            yield from review_lines(session)
        case GoToPage():
            yield "Go to a question."
            yield from review_lines(session)
        case ConfirmPage(indexes):
            yield from confirming_lines(session, indexes)
        case DecisionPage():
            yield from deciding_lines(session, page)
        case LeavePage():
            yield from leaving_lines(session)
        case Finished() | LeftUnfinished() | Interrupted():
            return


def leaving_lines(session: Session) -> Iterator[str]:
    """Whether answers would be lost, and why they could not be saved."""
    if session.not_saved:
        yield f"The last answers are NOT SAVED: {session.not_saved}."
        yield "Whoever leaves now loses them. Every key tries to save them once more."
    else:
        yield "The last answers are saved now. You can leave."


def keys_text(session: Session) -> str:
    """What can be typed on a page that is no question; empty on one that is, for the opening has said it."""
    if isinstance(session.page, QuestionPage | NotePage | ReferencePage | DecisionPage):
        return ""
    return paragraphs(f"Type: {listed(page_keys(session))}.") + "\n"


def prompt(session: Session) -> str:
    """What stands before the place where one types."""
    match session.page:
        case QuestionPage(index):
            return f"Answer ({session.compiled.questions[index].input_hint}): "
        case NotePage():
            return "Note: "
        case ReferencePage():
            return "Reference: "
        case DecisionPage():
            return f"{deciding_prompt(session, session.page)}: "
        case (
            GoToPage()
            | ReviewPage()
            | ConfirmPage()
            | EmergencyPage()
            | SoFarPage()
            | ResultPage()
            | LeavePage()
            | Finished()
            | LeftUnfinished()
            | Interrupted()
        ):
            return "Your choice: "


def page_keys(session: Session) -> tuple[tuple[str, str], ...]:
    """The keys of a page with what they do; of a question, those that are no answer."""
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
        case ResultPage():
            return (
                ("k", "record what was chosen"),
                ("b", "back to the answers"),
                ("t", "file reference"),
                ("n", "next caller"),
                danger,
                ("q", "close"),
            )
        case NotePage() | ReferencePage() | DecisionPage() | Finished() | LeftUnfinished() | Interrupted():
            return ()


def filing_lines(session: Session) -> Iterator[str]:
    """What stands above a file reference that is being written."""
    if session.record.reference:
        yield f"Reference so far: {sanitize(session.record.reference)}"
    yield "Type your own file reference, not a name. Enter alone changes nothing; - alone takes it away."


def listed(pairs: tuple[tuple[str, str], ...]) -> str:
    """Keys with what they do, in one line."""
    return ", ".join(f"{key} {does}" for key, does in pairs)
