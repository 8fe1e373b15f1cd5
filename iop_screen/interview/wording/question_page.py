"""The page of one question: its number, its options, what was answered before, why it is asked; and a note on it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.pages import QuestionPage
from iop_screen.interview.state import Session
from iop_screen.questionnaire.answers import NOT_ASKED
from iop_screen.questionnaire.model import Section
from iop_screen.questionnaire.types import Question
from iop_screen.report.wording import answer_text, paragraphs


def section_id(session: Session) -> str:
    """The id of the section of the question on the page; empty on another page."""
    return str(_section(session, session.page.index).id) if isinstance(session.page, QuestionPage) else ""


def _section(session: Session, index: int) -> Section:
    question = session.compiled.questions[index]
    return next(section for section in session.compiled.questionnaire.sections if question in section.questions)


def question_number(session: Session, index: int) -> str:
    """The number of a question, and of how many; without numbers if it is not asked any more."""
    asked = session.asked_indexes()
    return f"Question {asked.index(index) + 1} of {len(asked)}" if index in asked else "Question"


def question_text(session: Session, index: int, last_section: str) -> str:
    """The page as text. The section is named unless `last_section` is its id."""
    question, section = session.compiled.questions[index], _section(session, index)
    named = "" if section.id == last_section else f"Section {section.title}. "
    lines = [f"{named}{question_number(session, index)}. {session.ask(index)}"]
    lines += [f"{key}. {option.label}" for key, option in question.option_keys() if question.options_listed]
    lines += earlier_lines(session, index)
    return "\n" + "\n".join(map(paragraphs, lines)) + "\n"


def earlier_lines(session: Session, index: int) -> Iterator[str]:
    """The answer and the note that a question has already."""
    question, earlier, note = session.compiled.questions[index], session.answers.values[index], session.notes[index]
    if earlier not in NOT_ASKED:
        yield f"Answer so far: {answer_text(question, earlier)}. Type s to keep it."
    if note:
        yield f"Note: {sanitize(note)}"


def why_lines(question: Question) -> list[str]:
    """Why a question is asked, and how to ask it."""
    texts = [("How to ask: ", question.help), ("Why we ask: ", question.why), ("Source: ", question.source)]
    return [f"{start}{text}" for start, text in texts if text] or [
        "The questionnaire says no more about this question."
    ]


def note_lines(session: Session, index: int) -> Iterator[str]:
    """What stands above the field for a note."""
    yield f"A note on: {session.ask(index)}"
    if session.notes[index]:
        yield f"Note so far: {sanitize(session.notes[index])}"
        yield "What you type is added to it. Enter alone changes nothing; - alone takes the note away."
    else:
        yield "Type the note and press Enter. Enter alone changes nothing. No rule reads it."
