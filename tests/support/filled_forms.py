"""What a blank form shows to somebody who fills it in, read off the sketch of its questionnaire."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from iop_screen.questionnaire.answers import MissingReason
from support.naive import Condition, QuestionSketch, Sheet, Sketch, passes
from support.strategies import sketches


def reads_points(sketch: Sketch, question: QuestionSketch) -> bool:
    """Whether an `ask_when` reads a score."""
    return any(f"'{score.id}'" in str(question.ask_when) for score in sketch.scores)


@st.composite
def sketches_without_points(draw: st.DrawFn, *, multiple: bool = True) -> Sketch:
    """A questionnaire in which points decide nothing about what is asked; maybe without boxes to tick."""
    sketch = draw(sketches())
    assume(multiple or all(question.type != "multiple" for question in sketch.questions))
    sections = tuple(
        tuple(replace(each, ask_when=None) if reads_points(sketch, each) else each for each in section)
        for section in sketch.sections
    )
    return replace(sketch, sections=sections)


def shown_in_order(sketch: Sketch, sheet: Sheet) -> list[str]:
    """The questions that a form shows to somebody who fills it in from its top down.

    A blank opens nothing. Who does not know or does not say may mean any of the answers.
    """
    shown: list[str] = []
    for question in sketch.questions:
        counts = {name: sheet[name] for name in shown}
        if question.ask_when is None or opens(sketch, counts, question.ask_when):
            shown.append(question.id)
    return shown


def without_words_for_numbers(sketch: Sketch, sheet: Sheet) -> Sheet:
    """The form with a blank for each number that is not known or not told, where only a number can be typed."""
    return {
        name: MissingReason.MISSING
        if sketch.question(name).type == "number" and isinstance(answer, MissingReason)
        else answer
        for name, answer in sheet.items()
    }


def opens(sketch: Sketch, counts: Sheet, condition: Condition) -> bool:
    """Whether a condition opens a question."""
    return all(entry_opens(sketch, counts, key, value) for key, value in condition.items())


def entry_opens(sketch: Sketch, counts: Sheet, key: str, value: Any) -> bool:
    """The same for one key of a condition."""
    if key in {"all", "any"}:
        parts = [opens(sketch, counts, part) for part in value]
        return all(parts) if key == "all" else any(parts)
    answer = counts.get(key, MissingReason.MISSING)
    if isinstance(answer, MissingReason):
        return answer in {MissingReason.UNKNOWN, MissingReason.DECLINED}
    return passes(sketch.question(key), value, answer)
