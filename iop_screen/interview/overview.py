"""How far an interview is, section by section: a strip above the page, or on a wide screen a column beside it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Answer, Gap
from iop_screen.interview.fitted import cut
from iop_screen.interview.pages import Asking, Noting
from iop_screen.interview.state import Session
from iop_screen.questionnaire.model import Section

COLUMN = 25
"""How wide the column is."""

_TO_A_LINE = 4
_MARKS = {Gap.MISSING: ".", Gap.UNKNOWN: "?", Gap.DECLINED: "-"}
_LEGEND = ("+ answered  . not yet", "? don't know - declined", "* note  > here")


def strip(session: Session) -> Iterator[str]:
    """Each section that is asked: done, or so many of so many."""
    for section, numbered in _sections(session):
        yield f"{section.title} {_done(session, [place for _, place in numbered])}"


def column(session: Session, rows: int) -> list[str]:
    """Each section with the numbers of its questions and a mark for each, in at most so many rows.

    Where they are too many, those around the question on the page are kept.
    """
    here = session.page.place if isinstance(session.page, Asking | Noting) else None
    lines: list[str] = []
    current = 0
    for section, numbered in _sections(session):
        lines.append(cut(str(section.title), COLUMN))
        for start in range(0, len(numbered), _TO_A_LINE):
            piece = numbered[start : start + _TO_A_LINE]
            current = len(lines) if here in {place for _, place in piece} else current
            lines.append("".join(_cell(session, number, place, here) for number, place in piece))
    room = max(1, rows - len(_LEGEND) - 1)
    first = max(0, min(current - room // 2, len(lines) - room))
    return [*lines[first : first + room], "", *_LEGEND][:rows]


def _sections(session: Session) -> Iterator[tuple[Section, list[tuple[int, int]]]]:
    """The sections with a question that may be asked, and of each such question its number in all and its place."""
    numbers = {place: number for number, place in enumerate(session.asked_places(), start=1)}
    place = 0
    for section in session.instrument.questionnaire.sections:
        here = range(place, place + len(section.questions))
        place = here.stop
        numbered = [(numbers[each], each) for each in here if each in numbers]
        if numbered:
            yield section, numbered


def _done(session: Session, places: list[int]) -> str:
    answers = [session.form.answers[place] for place in places]
    done = sum(answer is not Gap.MISSING for answer in answers)
    gaps = sum(isinstance(answer, Gap) for answer in answers)
    if done < len(places):
        return f"{done}/{len(places)}"
    return f"done, {gaps} not known" if gaps else "done"


def _cell(session: Session, number: int, place: int, here: int | None) -> str:
    noted = "*" if session.notes[place] else " "
    return f"{'>' if place == here else ' '}{number:>2}{_mark(session.form.answers[place])}{noted} "


def _mark(answer: Answer) -> str:
    return _MARKS.get(answer, "+") if isinstance(answer, Gap) else "+"
