"""The page of one question: where it stands, what can be answered, why it is asked; and a note on it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.pages import QuestionPage
from iop_screen.interview.state import Session
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Section
from iop_screen.questionnaire.types import Question
from iop_screen.report.wording import answer_text, paragraphs


def section_of(session: Session) -> str:
    """The id of the section the page is in; empty on a page that is no question."""
    if not isinstance(session.page, QuestionPage):
        return ""
    return str(section(session, session.compiled.questions[session.page.index]).id)


def section(session: Session, question: Question) -> Section:
    """The section of a question."""
    sections = session.compiled.questionnaire.sections
    return next(section for section in sections if question in section.questions)


def progress(session: Session, index: int) -> str:
    """Which question of how many this is."""
    asked = session.asked_indexes()
    return f"Question {asked.index(index) + 1} of {len(asked)}" if index in asked else "Question"


def question_text(session: Session, index: int, section_named: str) -> str:
    question = session.compiled.questions[index]
    here = section(session, question)
    named = "" if here.id == section_named else f"Section {here.title}. "
    lines = [f"{named}{progress(session, index)}. {question.ask}"]
    lines += [f"{key}. {option.label}" for key, option in question.option_keys() if question.options_listed]
    lines += earlier_lines(session, index)
    return "\n" + "\n".join(map(paragraphs, lines)) + "\n"


def earlier_lines(session: Session, index: int) -> Iterator[str]:
    """The answer and the note that a question has already."""
    question, earlier, note = session.compiled.questions[index], session.answers.values[index], session.notes[index]
    if earlier is not MissingReason.MISSING:
        yield f"Answer so far: {answer_text(question, earlier)}. Type s to keep it."
    if note:
        yield f"Note: {sanitize(note)}"


def why_lines(question: Question) -> list[str]:
    """Why a question is asked, and how to ask it."""
    texts = [("How to ask: ", question.help), ("Why we ask: ", question.why), ("Source: ", question.source)]
    return [f"{start}{text}" for start, text in texts if text] or [
        "The questionnaire says no more about this question."
    ]


def noting_lines(session: Session, index: int) -> Iterator[str]:
    """What stands above a note that is being written."""
    yield f"A note on: {session.compiled.questions[index].ask}"
    if session.notes[index]:
        yield f"Note so far: {sanitize(session.notes[index])}"
        yield "What you type is added to it. Enter alone changes nothing; - alone takes the note away."
    else:
        yield "Type the note and press Enter. Enter alone changes nothing. No rule reads it."
