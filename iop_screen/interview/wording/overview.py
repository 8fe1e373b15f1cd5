"""How far an interview is, section by section: a strip above the page, or on a wide screen a column beside it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.interview.fullscreen.styled_lines import cut
from iop_screen.interview.pages import NotePage, QuestionPage
from iop_screen.interview.state import Session
from iop_screen.questionnaire.answers import NOT_ASKED, MissingReason
from iop_screen.questionnaire.model import Section

COLUMN = 25
"""The width of the column."""

_QUESTIONS_A_ROW = 4
_MARKS = {
    MissingReason.MISSING: ".",
    MissingReason.NOT_SHOWN: ".",
    MissingReason.UNKNOWN: "?",
    MissingReason.DECLINED: "-",
}
_LEGEND = ("+ answered  . not yet", "? don't know - declined", "* note  > here")


def strip(session: Session) -> Iterator[str]:
    """Each section that is asked, and how many of its questions were."""
    for section, numbered in _sections(session):
        answers = [session.answers.values[index] for index in numbered.values()]
        done = sum(answer not in NOT_ASKED for answer in answers)
        unknown = sum(isinstance(answer, MissingReason) for answer in answers)
        all_done = f"done, {unknown} not known" if unknown else "done"
        yield f"{section.title} {all_done if done == len(answers) else f'{done}/{len(answers)}'}"


def column(session: Session, rows: int) -> list[str]:
    """Each section with the numbers of its questions and a mark for each, in at most so many rows.

    If there are too many, the rows around the question on the page are kept.
    """
    here = session.page.index if isinstance(session.page, QuestionPage | NotePage) else None
    lines: list[str] = []
    current = 0
    for section, numbered in _sections(session):
        lines.append(cut(str(section.title), COLUMN))
        pairs = [*numbered.items()]
        for start in range(0, len(pairs), _QUESTIONS_A_ROW):
            row = pairs[start : start + _QUESTIONS_A_ROW]
            current = len(lines) if here in dict(row).values() else current
            lines.append("".join(_cell(session, number, index, here) for number, index in row))
    room = max(1, rows - len(_LEGEND) - 1)
    first = max(0, min(current - room // 2, len(lines) - room))
    return [*lines[first : first + room], "", *_LEGEND][:rows]


def _sections(session: Session) -> Iterator[tuple[Section, dict[int, int]]]:
    """The sections with a question that is asked, and for each the indexes of such questions by their numbers."""
    asked = [*enumerate(session.asked_indexes(), start=1)]
    start = 0
    for section in session.compiled.questionnaire.sections:
        span = range(start, start + len(section.questions))
        start = span.stop
        numbered = {number: index for number, index in asked if index in span}
        if numbered:
            yield section, numbered


def _cell(session: Session, number: int, index: int, here: int | None) -> str:
    answer = session.answers.values[index]
    mark = _MARKS.get(answer, "+") if isinstance(answer, MissingReason) else "+"
    return f"{'>' if index == here else ' '}{number:>2}{mark}{'*' if session.notes[index] else ' '} "
