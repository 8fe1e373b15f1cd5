"""When a question of an XLSForm is shown: a gate as an expression for its column `relevant`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from iop_screen.report.blank_forms.form import AllOf, AnyOf, BlankForm, Chose, Gate, NumberFrom, PointsFrom


def relevant(gate: Gate, form: BlankForm) -> str | None:
    """The expression; None if the gate adds up points, which XLSForm cannot say of answers that are missing."""
    several = frozenset(question.id for question in form.questions if question.kind == "several")
    return _expression(gate, several)


def _expression(gate: Gate, several: frozenset[str]) -> str | None:
    match gate:
        case Chose(question, codes):
            return " or ".join(_chose(question, code, several) for code in codes)
        case NumberFrom(question, bound, or_less):
            return f"${{{question}}} != '' and ${{{question}}} {'<=' if or_less else '>='} {bound:f}"
        case AllOf(parts):
            return _joined(" and ", (_expression(part, several) for part in parts))
        case AnyOf(parts):
            return _joined(" or ", (_expression(part, several) for part in parts))
        case PointsFrom():
            return None
        case _:
            assert_never(gate)


def _chose(question: str, code: str, several: frozenset[str]) -> str:
    return f"selected(${{{question}}}, '{code}')" if question in several else f"${{{question}}} = '{code}'"


def _joined(word: str, parts: Iterable[str | None]) -> str | None:
    """Each part in brackets; None if one of them cannot be said."""
    texts = [*parts]
    said = [f"({text})" for text in texts if text is not None]
    return word.join(said) if len(said) == len(texts) else None
