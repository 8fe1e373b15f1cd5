"""Conditions as they are written in the file; `engine.conditions` has what they are resolved to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, assert_never

from iop_screen.questionnaire.scalars import Text


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these options is, or is among, the answer."""

    options: tuple[Text, ...]
    listed: bool


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The answer is this one or one further along: a worse option, a higher number, a higher score."""

    bound: Text


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is this one or a lower one."""

    bound: Text


Test = OneOf | AtLeast | AtMost


@dataclass(frozen=True, slots=True)
class Clause:
    """A test on one question or score."""

    subject: Text
    test: Test


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple[WrittenCondition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[WrittenCondition, ...]


class ReadBeforeShape:
    """Says that conditions have been read before the shape of the file is checked."""


WrittenCondition = Annotated[Clause | All | AnyOf, ReadBeforeShape()]


def clauses(condition: WrittenCondition | None) -> Iterator[Clause]:
    """The tests a condition is made of, in the order written."""
    match condition:
        case None:
            return
        case Clause():
            yield condition
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from clauses(part)
        case _:
            assert_never(condition)
