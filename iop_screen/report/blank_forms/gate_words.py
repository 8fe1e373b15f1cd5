"""When a question is asked, in words for a form on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from iop_screen.report.blank_forms.checks import WrongFormError
from iop_screen.report.blank_forms.form import (
    REASON_CHOICES,
    AllOf,
    AnyOf,
    Chose,
    FormChoice,
    FormQuestion,
    Gate,
    NumberFrom,
    PointsFrom,
)


@dataclass(frozen=True, slots=True)
class SaidTest:
    """A test on one question: what it reads, and what has to be there; the words between go on a page as they are.

    `choices` are those that it names. If it names what must not be ticked alone, `any_but` is true.
    """

    question: str
    choices: tuple[FormChoice, ...] = ()
    any_but: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class SaidList:
    """Several things of which all must be true, or one is enough."""

    all_of_them: bool
    parts: tuple[SaidGate, ...]


SaidGate = SaidTest | SaidList


def said_gate(gate: Gate, questions: Mapping[str, FormQuestion]) -> SaidGate:
    """A gate as it can be told to somebody with a pen; `questions` has each question by its id."""
    match gate:
        case Chose(question, codes):
            return _said_choice(questions[question], codes)
        case NumberFrom(question, bound, or_less):
            return SaidTest(question, number=f"{bound:f} or {'less' if or_less else 'more'}")
        case AllOf(parts):
            return SaidList(all_of_them=True, parts=tuple(said_gate(part, questions) for part in parts))
        case AnyOf(parts):
            return SaidList(all_of_them=False, parts=tuple(said_gate(part, questions) for part in parts))
        case PointsFrom():
            raise WrongFormError("points")  # a problem, which comes before
        case _:
            assert_never(gate)


def offered_choices(question: FormQuestion) -> tuple[FormChoice, ...]:
    """The boxes of a question on paper. Beside a number and words there are those for no answer."""
    return question.choices or REASON_CHOICES


def _said_choice(question: FormQuestion, codes: Sequence[str]) -> SaidTest:
    """Which boxes count. Where only one can be ticked, the others may be the shorter list."""
    named = tuple(choice for choice in question.choices if choice.code in codes)
    others = tuple(choice for choice in question.choices if choice.code not in codes)
    if question.kind == "one" and len(others) < len(named):
        return SaidTest(question.id, others, any_but=True)
    return SaidTest(question.id, named)
