"""The text of each page, its prompt and its keys, as line mode shows them.

All of it is a pure function of the session. The words of the larger pages are in the modules beside this one; the full
screen lays them out in its own way. What stands around the pages is in `messages`.
"""

from __future__ import annotations

from collections.abc import Iterable

from iop_screen.interview.keymap import KeyRow, offered_rows
from iop_screen.interview.pages import (
    ActedPage,
    CallEndPage,
    CallFieldPage,
    CallPage,
    ClearPage,
    ConfirmPage,
    DecisionPage,
    Discarded,
    DiscardPage,
    EmergencyPage,
    Ended,
    Finished,
    GoToPage,
    GuidePage,
    GuideSectionPage,
    Interrupted,
    LeavePage,
    LeftUnfinished,
    NotePage,
    QuestionPage,
    ResultPage,
    ResultPartPage,
    ReviewPage,
    SoFarPage,
    Writing,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording import call_page, guide_page
from iop_screen.interview.wording.emergency_page import emergency_page
from iop_screen.interview.wording.question_page import note_lines, question_text
from iop_screen.interview.wording.result_page import decision_lines, decision_prompt, result_text
from iop_screen.interview.wording.review_page import confirm_lines, review_lines
from iop_screen.interview.wording.standing_lines import standing_text
from iop_screen.report.chain_text import record_notices
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import paragraphs

ShortPage = (
    Writing | CallPage | ClearPage | GuidePage | ReviewPage | GoToPage | ConfirmPage | DecisionPage | LeavePage | Ended
)


def page_lines(session: Session, last_section: str) -> str:
    """The text of the page. A question names its section unless `last_section` is the id of that section."""
    match session.page:
        case QuestionPage(index):
            return standing_text(session) + question_text(session, index, last_section)
        case EmergencyPage():
            notices = "".join(f"{paragraphs(text)}\n" for text in record_notices(session.record))
            return f"\n{screen_text(emergency_page(session))}\n{notices}\n"
        case SoFarPage():
            return f"\n{result_text(session)}"
        case ResultPage() | ResultPartPage():
            return result_text(session)
        case GuideSectionPage(index):
            return f"{standing_text(session)}\n{screen_text(guide_page.section_blocks(session, index))}\n"
        case short:
            lines = short_page_lines(session, short)
            return standing_text(session) + "\n" + "".join(f"{paragraphs(line)}\n" for line in lines)


def short_page_lines(session: Session, page: ShortPage) -> Iterable[str]:
    """A short page as paragraphs."""
    match page:
        case NotePage(index):
            return note_lines(session, index)
        case CallPage() | CallFieldPage() | ActedPage() | ClearPage() | CallEndPage() | DiscardPage():
            return call_page.about_call_lines(session, page)
        case GuidePage():
            return guide_page.guide_lines(session)
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
        case Finished() | LeftUnfinished() | Discarded() | Interrupted():
            return ()


def leave_lines(session: Session) -> tuple[str, ...]:
    """Whether answers would be lost, and why they could not be saved."""
    if session.not_saved:
        lost = "Whoever leaves now loses them. Every key tries to save them once more."
        return f"The last answers are NOT SAVED: {session.not_saved}.", lost
    return ("The last answers are saved now. You can leave.",)


def keys_text(session: Session) -> str:
    """The keys of a page in words; nothing where text is typed, or on a question: its keys were named at the start."""
    if isinstance(session.page, QuestionPage | Writing | DecisionPage):
        return ""
    return paragraphs(f"Type: {keys_in_words(offered_rows(session))}.") + "\n"


def keys_in_words(rows: Iterable[KeyRow]) -> str:
    """Keys and what they do, in one line."""
    return ", ".join(f"{row.key} {row.label}" for row in rows)


def prompt(session: Session) -> str:
    """What stands before the cursor."""
    match session.page:
        case QuestionPage(index):
            return f"Answer ({session.compiled.questions[index].input_hint}): "
        case NotePage():
            return "Note: "
        case CallFieldPage() as page:
            return f"{call_page.field_prompt(page)}: "
        case ActedPage():
            return "Done: "
        case CallEndPage():
            return "How it ended: "
        case DiscardPage():
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
            | CallPage()
            | ClearPage()
            | GuidePage()
            | GuideSectionPage()
            | ResultPartPage()
            | LeavePage()
            | Finished()
            | LeftUnfinished()
            | Discarded()
            | Interrupted()
        ):
            return "Your choice: "
