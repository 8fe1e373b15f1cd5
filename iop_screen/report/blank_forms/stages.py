"""A gate as stages that all have to hold, each of them a plain list, for a system that knows "all" and "any" alone.

Every gate that adds no points can be turned into such stages. They are exact: the same forms open them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Literal, assert_never

from iop_screen.report.blank_forms.form import AllOf, AnyOf, Chose, Gate, NumberFrom, PointsFrom

MOST_LISTS = 64
"""So many lists are made of one gate on the way; each "any" over several "all" makes more of them."""


@dataclass(frozen=True, slots=True)
class ChoseOne:
    """This code was chosen in the question."""

    question: str
    code: str


StageTest = ChoseOne | NumberFrom


@dataclass(frozen=True, slots=True)
class Stage:
    """Tests of which all hold, or any."""

    behavior: Literal["all", "any"]
    tests: tuple[StageTest, ...]


def stages(gate: Gate) -> tuple[Stage, ...] | None:
    """The stages of a gate, as few as can be; None if it adds points, or is too deeply nested to be turned."""
    lists = _lists(gate)
    if lists is None:
        return None
    alone = tuple(each[0] for each in lists if len(each) == 1)
    together = (Stage("all", alone),) if alone else ()
    return (*together, *(Stage("any", each) for each in lists if len(each) != 1))


AnyList = tuple[StageTest, ...]


def _lists(gate: Gate) -> list[AnyList] | None:
    """Lists of tests; the gate holds if in each list any test does."""
    match gate:
        case Chose(question, codes):
            return [tuple(ChoseOne(question, code) for code in codes)]
        case NumberFrom():
            return [(gate,)]
        case AllOf(parts):
            lists = [*map(_lists, parts)]
            return None if None in lists else _fewest(each for part in lists for each in part or ())
        case AnyOf(parts):
            return _any_of(parts)
        case PointsFrom():
            return None
        case _:
            assert_never(gate)


def _any_of(parts: Iterable[Gate]) -> list[AnyList] | None:
    """(a and b) or c is the same as (a or c) and (b or c)."""
    lists = list[list[AnyList]]()
    for part in parts:
        found = _lists(part)
        if found is None:
            return None
        lists.append(found)
    if prod(map(len, lists)) > MOST_LISTS:
        return None
    return _fewest(tuple(dict.fromkeys(test for each in picked for test in each)) for picked in product(*lists))


def _fewest(lists: Iterable[AnyList]) -> list[AnyList]:
    """The lists, each once, without any that holds whenever a shorter one does."""
    sets = {frozenset(each): each for each in lists}
    return [each for tests, each in sets.items() if not any(other < tests for other in sets)]


def has_points(gate: Gate) -> bool:
    """Whether a gate, or a part of it, adds up points."""
    match gate:
        case AllOf(parts) | AnyOf(parts):
            return any(map(has_points, parts))
        case PointsFrom():
            return True
        case Chose() | NumberFrom():
            return False
        case _:
            assert_never(gate)
