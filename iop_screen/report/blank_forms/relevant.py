"""When a question of an XLSForm is shown: a gate as an expression for its column `relevant`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import assert_never

from iop_screen.report.blank_forms.form import AllOf, AnyOf, Chose, Gate, NumberFrom, PointsFrom


def relevant(gate: Gate, several: Collection[str]) -> str | None:
    """The expression; None if it adds up points, which XLSForm cannot say of answers that are missing.

    `several` are the questions in which several choices can be made.
    """
    match gate:
        case Chose(question, codes):
            return " or ".join(_chose(question, code, several) for code in codes)
        case NumberFrom(question, bound, or_less):
            return f"${{{question}}} != '' and ${{{question}}} {'<=' if or_less else '>='} {bound:f}"
        case AllOf(parts):
            return _joined(" and ", (relevant(part, several) for part in parts))
        case AnyOf(parts):
            return _joined(" or ", (relevant(part, several) for part in parts))
        case PointsFrom():
            return None
        case _:
            assert_never(gate)


def _chose(question: str, code: str, several: Collection[str]) -> str:
    return f"selected(${{{question}}}, '{code}')" if question in several else f"${{{question}}} = '{code}'"


def _joined(word: str, parts: Iterable[str | None]) -> str | None:
    """Each part in brackets; None if one of them cannot be said."""
    texts = [*parts]
    said = [f"({text})" for text in texts if text is not None]
    return word.join(said) if len(said) == len(texts) else None
