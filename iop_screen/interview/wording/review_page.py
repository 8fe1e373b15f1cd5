"""The review and the list one goes to a question by: each question with its answer, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import waiting_text
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.wording import answer_text, paragraphs

ALL_ANSWERS = "l"
"""What is typed on the review, line by line, to hear the whole list."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the review: its number, the question, the answer in words, and whether there is a note."""

    number: int
    ask: str
    answer: str
    noted: bool


def list_rows(session: Session) -> list[ListRow]:
    """The questions asked as things stand, numbered from 1."""
    questions, notes = session.compiled.questions, session.notes
    return [
        ListRow(number, str(questions[index].ask), _said(session, index), bool(notes[index]))
        for number, index in enumerate(session.asked_indexes(), start=1)
    ]


def review_lines(session: Session) -> Iterator[str]:
    """The review, one sentence a question, and then what is left and what does not count."""
    for row in list_rows(session):
        yield f"{row.number}. {row.ask} {row.answer}.{' (note)' if row.noted else ''}"
    yield from review_endings(session)


def review_again(session: Session) -> str:
    """The review once a change was made: what is not answered and what is not used, without the list."""
    said = ("Review.", *review_endings(session), f"Type {ALL_ANSWERS} for all answers.")
    return f"{waiting_text(session)}\n{paragraphs(' '.join(said))}\n"


def review_endings(session: Session) -> Iterator[str]:
    """What is not answered, and what is kept but not used."""
    yield from left_over(session)
    yield from set_aside_lines(session)


def left_over(session: Session) -> Iterator[str]:
    """How many questions have no usable answer, and why."""
    counted = session.counted
    answers = [counted.values[index] for index in session.asked_indexes()]
    counts = [
        (answers.count(MissingReason.MISSING), "not answered yet"),
        (answers.count(MissingReason.UNKNOWN), "not known"),
    ]
    counts.append((answers.count(MissingReason.DECLINED), "declined"))
    said = [f"{count} {word}" for count, word in counts if count]
    if said:
        yield f"{', '.join(said)}."


def set_aside_lines(session: Session) -> Iterator[str]:
    """The answers that are kept and do not count, for their questions no longer apply."""
    for index in session.set_aside_indexes():
        yield f"Set aside: {session.compiled.questions[index].ask} [{_said(session, index)}]"


def confirming_lines(session: Session, indexes: tuple[int, ...]) -> Iterator[str]:
    """The open questions about danger, named before the result is shown without them."""
    yield "Questions about danger are still open. Without them an emergency is not ruled out:"
    for index in indexes:
        yield f"- {session.compiled.questions[index].ask} [{_said(session, index)}]"


def _said(session: Session, index: int) -> str:
    """The answer to a question in words."""
    return answer_text(session.compiled.questions[index], session.answers.values[index])
