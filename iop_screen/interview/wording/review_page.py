"""The list of questions with their answers, for the review and to go to a question; and what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iop_screen.interview.state import Session
from iop_screen.interview.wording.standing_lines import standing_text
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.wording import answer_text, paragraphs

ALL_ANSWERS = "l"
"""What is typed on the short review of line mode to get the whole list."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list: its number, the question, the answer in words, and whether there is a note."""

    number: int
    ask: str
    answer: str
    noted: bool


def list_rows(session: Session) -> list[ListRow]:
    """The questions that are asked as things stand, numbered from 1."""
    return [
        ListRow(number, session.ask(index), _answer(session, index), bool(session.notes[index]))
        for number, index in enumerate(session.asked_indexes(), start=1)
    ]


def review_lines(session: Session) -> Iterator[str]:
    """The list, one sentence a question; then what is not answered and what does not count."""
    for row in list_rows(session):
        yield f"{row.number}. {row.ask} {row.answer}.{' (note)' if row.noted else ''}"
    yield from unanswered_lines(session)
    yield from set_aside_lines(session)


def short_review(session: Session) -> str:
    """The review after a change: what is not answered and what does not count, without the list."""
    open_lines = (*unanswered_lines(session), *set_aside_lines(session))
    text = " ".join(("Review.", *open_lines, f"Type {ALL_ANSWERS} for all answers."))
    return f"{standing_text(session)}\n{paragraphs(text)}\n"


def unanswered_lines(session: Session) -> Iterator[str]:
    """One sentence with the number of questions without a usable answer, by reason; nothing if there are none."""
    counted = session.counted.values
    answers = [counted[index] for index in session.asked_indexes()]
    reasons = {
        MissingReason.MISSING: "not answered yet",
        MissingReason.UNKNOWN: "not known",
        MissingReason.DECLINED: "declined",
        MissingReason.NOT_SHOWN: "not shown",
        MissingReason.NOT_APPLICABLE: "not applicable",
    }
    counts = [f"{answers.count(reason)} {text}" for reason, text in reasons.items() if reason in answers]
    if counts:
        yield f"{', '.join(counts)}."


def set_aside_lines(session: Session) -> Iterator[str]:
    """The answers that are kept but do not count, because their questions no longer apply."""
    for index in session.set_aside_indexes():
        yield f"Set aside: {session.ask(index)} [{_answer(session, index)}]"


def confirm_lines(session: Session, indexes: tuple[int, ...]) -> Iterator[str]:
    """The open questions about danger, before the result is shown without them."""
    yield "Questions about danger are still open. Without them an emergency is not ruled out:"
    for index in indexes:
        yield f"- {session.ask(index)} [{_answer(session, index)}]"


def _answer(session: Session, index: int) -> str:
    return answer_text(session.compiled.questions[index], session.answers.values[index])
