"""One of several options."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Literal, assert_never, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, OneOf
from iop_screen.questionnaire.types.base import InputMode, Option
from iop_screen.questionnaire.types.by_options import Listing

_OR_WORSE = "is a risk question, where a test asks for an option or worse"
_IN_ORDER = "are the options in order, best first and worst last?"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(Listing):
    """One option is chosen; in a risk question the options stand best first, worst last."""

    SCHEMA: ClassVar = {"options": {"minItems": 2}}
    KEYS: ClassVar = {"options": "The answers to choose from; in a risk question best first, worst last."}

    order_description: ClassVar = "in a risk question options stand best first"
    answers_description: ClassVar = ""

    type: Literal["choice"]

    @property
    def labels_in_order(self) -> tuple[str, ...]:
        return tuple(str(option.label) for option in self.options)

    def better_to_worse(self) -> Iterator[tuple[Option, Option]]:
        return pairwise(option for option in self.options if option.points is not None)

    def risk_test_problems(self, clause: Clause) -> Iterator[Problem]:
        ids = self.answer_ids()
        match clause.test:
            case AtLeast():
                return
            case OneOf((option,), listed=False) if option == ids[-1]:
                return
            case OneOf(options):
                yield self.wrong_test_problem(clause, _OR_WORSE, _at_least(min(options, key=ids.index), ids))
            case AtMost(bound):
                yield self.wrong_test_problem(clause, _OR_WORSE, _at_least(bound, ids))
            case _:
                assert_never(clause.test)

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        yield from Listing.problems(self, incomplete)
        for option in self.options:
            if option.exclusive:
                message = "in a choice each option goes alone as it is"
                yield Problem("exclusive-in-choice", message, option.id.span, "remove `exclusive`")

    @property
    def input_mode(self) -> InputMode:
        return InputMode.DIGITS if len(self.options) > 9 else InputMode.ONE_KEY

    @property
    def input_hint(self) -> str:
        return f"1 to {len(self.options)}"

    def rank(self, option: Option) -> str:
        if self.role != "risk":
            return ""
        if option is self.options[0]:
            return "best"
        return "worst" if option is self.options[-1] else "worse"


def _at_least(option: str, ids: tuple[str, ...]) -> str:
    """How to ask for an option or worse, if the order is not at fault; for the first one that would say nothing."""
    if option == ids[0]:
        return f"`{option}` stands first, which means best: {_IN_ORDER}"
    return f"{_IN_ORDER} if they are, write `{{at_least: {option}}}`"
