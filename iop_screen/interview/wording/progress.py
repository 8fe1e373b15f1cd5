"""How far an interview is, section by section: a strip above the page, or on a wide screen a column beside it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.fullscreen.styled_lines import cut
from iop_screen.interview.pages import NotePage, QuestionPage
from iop_screen.interview.state import Session
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.model import Section

COLUMN = 25
"""How wide the column is."""

_TO_A_LINE = 4
_MARKS = {MissingReason.MISSING: ".", MissingReason.UNKNOWN: "?", MissingReason.DECLINED: "-"}
_LEGEND = ("+ answered  . not yet", "? don't know - declined", "* note  > here")


def strip(session: Session) -> Iterator[str]:
    """Each section that is asked: done, or so many of so many."""
    for section, numbered in _sections(session):
        yield f"{section.title} {_done(session, [index for _, index in numbered])}"


def column(session: Session, rows: int) -> list[str]:
    """Each section with the numbers of its questions and a mark for each, in at most so many rows.

    Where they are too many, those around the question on the page are kept.
    """
    here = session.page.index if isinstance(session.page, QuestionPage | NotePage) else None
    lines: list[str] = []
    current = 0
    for section, numbered in _sections(session):
        lines.append(cut(str(section.title), COLUMN))
        for start in range(0, len(numbered), _TO_A_LINE):
            piece = numbered[start : start + _TO_A_LINE]
            current = len(lines) if here in {index for _, index in piece} else current
            lines.append("".join(_cell(session, number, index, here) for number, index in piece))
    room = max(1, rows - len(_LEGEND) - 1)
    first = max(0, min(current - room // 2, len(lines) - room))
    return [*lines[first : first + room], "", *_LEGEND][:rows]


def _sections(session: Session) -> Iterator[tuple[Section, list[tuple[int, int]]]]:
    """The sections with a question that may be asked, and of each such question its number in all and its place."""
    numbers = {index: number for number, index in enumerate(session.asked_indexes(), start=1)}
    index = 0
    for section in session.compiled.questionnaire.sections:
        here = range(index, index + len(section.questions))
        index = here.stop
        numbered = [(numbers[each], each) for each in here if each in numbers]
        if numbered:
            yield section, numbered


def _done(session: Session, indexes: list[int]) -> str:
    answers = [session.answers.values[index] for index in indexes]
    done = sum(answer is not MissingReason.MISSING for answer in answers)
    gaps = sum(isinstance(answer, MissingReason) for answer in answers)
    if done < len(indexes):
        return f"{done}/{len(indexes)}"
    return f"done, {gaps} not known" if gaps else "done"


def _cell(session: Session, number: int, index: int, here: int | None) -> str:
    noted = "*" if session.notes[index] else " "
    return f"{'>' if index == here else ' '}{number:>2}{_mark(session.answers.values[index])}{noted} "


def _mark(answer: Answer) -> str:
    return _MARKS.get(answer, "+") if isinstance(answer, MissingReason) else "+"
