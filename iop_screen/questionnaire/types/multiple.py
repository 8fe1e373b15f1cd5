"""Some of several options."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, product
from typing import ClassVar, Literal, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.answers import Answer, AnswerTest, Chosen, HasOption, UsableAnswer, chosen
from iop_screen.questionnaire.conditions import Clause, OneOf
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types.base import InputMode, Option
from iop_screen.questionnaire.types.by_options import Listing
from iop_screen.questionnaire.types.option_names import SEPARATORS


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class MultipleQuestion(Listing):
    """One or more options are chosen; in a risk question each is a need, save an exclusive one."""

    SCHEMA: ClassVar = {"options": {"minItems": 2}}
    KEYS: ClassVar = {"options": "The answers to choose from; in a risk question each is a need."}

    allows_multiple: ClassVar = True
    case_value_hint: ClassVar = "an option or a list of options"
    answers_description: ClassVar = "One answer or more can be chosen."

    type: Literal["multiple"]

    def exclusive_ids(self) -> frozenset[str]:
        return frozenset(str(option.id) for option in self.options if option.exclusive)

    def needs(self) -> tuple[Option, ...]:
        """The options that go with others."""
        return tuple(option for option in self.options if not option.exclusive)

    def shape(self) -> tuple[object, ...]:
        return self.type, frozenset(self.answer_ids()), self.exclusive_ids()

    def best_answer(self) -> UsableAnswer | None:
        """None if no option is exclusive: then there may be several needs, none of which has to be chosen."""
        none = [option for option in self.options if option.exclusive]
        return chosen(str(min(none, key=lambda option: option.points or 0).id)) if none else None

    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:
        return isinstance(one, Chosen) and isinstance(other, Chosen) and one.options <= other.options

    def scale_position(self, answer: UsableAnswer) -> float:
        """The part of all needs that were chosen; 0 for none of them."""
        if not isinstance(answer, Chosen):
            raise TypeError(self.type)
        return len(answer.options - self.exclusive_ids()) / max(1, self.scale_steps)

    @property
    def scale_steps(self) -> int:
        return len(self.needs())

    def joined(self, one: Answer, other: Answer) -> list[Answer]:
        if isinstance(one, Chosen) and isinstance(other, Chosen):
            both = one.options | other.options
            return [] if len(both) > 1 and both & self.exclusive_ids() else [Chosen(both)]
        return Listing.joined(self, one, other)

    def together(self, answers: Sequence[UsableAnswer]) -> UsableAnswer | None:
        options = frozenset[str]().union(*(answer.options for answer in answers if isinstance(answer, Chosen)))
        return Chosen(options) if self.misfit(Chosen(options)) is None else None

    def every_answer(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:  # noqa: ARG002 - no numbers here
        """An exclusive option by itself, or some of the others; small ones first."""
        needs = [str(option.id) for option in self.needs()]
        yield from (chosen(str(option.id)) for option in self.options if option.exclusive)
        for size in range(1, len(needs) + 1):
            yield from (chosen(*options) for options in combinations(needs, size))

    def fullest_answers(self, bounds: Iterable[Decimal]) -> list[UsableAnswer]:  # noqa: ARG002 - no numbers here
        """All that go together, and each that goes alone."""
        needs = chosen(*(str(option.id) for option in self.needs()))
        return [*([needs] if needs.options else []), *map(chosen, self.exclusive_ids())]

    @property
    def answer_count(self) -> int:
        return int(2 ** len(self.needs()))

    def other_answers(self, now: Answer, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:
        if not isinstance(now, Chosen):
            return Listing.other_answers(self, now, bounds)
        alone = self.exclusive_ids()
        toggled = (
            chosen(option) if option in alone else Chosen((now.options ^ {option}) - alone)
            for option in self.answer_ids()
        )
        return (answer for answer in toggled if answer.options and answer != now)

    def worsening(self, bounds: Iterable[Decimal]) -> Iterator[tuple[UsableAnswer, UsableAnswer]]:  # noqa: ARG002 - no numbers here
        needs = [chosen(str(option.id)) for option in self.needs()]
        yield from ((chosen(option), need) for option in self.exclusive_ids() for need in needs)
        yield from ((one, Chosen(one.options | other.options)) for one in needs for other in needs)

    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:
        return (HasOption(index, frozenset({str(option.id)})) for option in self.needs())

    def better_to_worse(self) -> Iterator[tuple[Option, Option]]:
        return product((option for option in self.options if option.exclusive), self.needs())

    def risk_test_problems(self, clause: Clause) -> Iterator[Problem]:
        """An exclusive option is the lack of a need: asking for it would let a worse answer undo a rule."""
        if not isinstance(clause.test, OneOf):
            hint = f"name the options: `[{', '.join(option.id for option in self.needs())}]`"
            yield self.wrong_test_problem(clause, "has needs in no order, so there is no more or less of them", hint)
            return
        alone = self.exclusive_ids()
        for option in clause.test.options:
            if option in alone:
                message = f"`{option}` means that there is no need; a condition can only ask for a need"
                yield Problem("exclusive-in-condition", message, option.span, "name the options that are needs")

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        yield from Listing.problems(self, incomplete)
        read = self.cell_reader()
        for option in self.options:
            if ";" in fold(option.label):
                message = f"`;` parts the answers to `{self.id}` in a form, so no label can hold one"
                yield Problem("label-with-semicolon", message, option.label.span, "use a comma")
            elif any(mark in option.label for mark in SEPARATORS) and read(option.label) is None:
                message = f"the label of `{option.id}` can also be read as several options of `{self.id}` in a row"
                hint = "in a form the two cannot be told apart; reword the label"
                yield Problem("options-alike", message, option.label.span, hint)

    def most_points(self) -> int:
        return max(Listing.most_points(self), sum(int(option.points or 0) for option in self.needs()))

    @property
    def input_mode(self) -> InputMode:
        return InputMode.BOXES if len(self.options) <= 10 else InputMode.DIGITS

    @property
    def input_hint(self) -> str:
        numbers = [key for key, _ in self.option_keys()]
        none = ", 0 for none of these" if "0" in numbers else ""
        return f"one or more of 1 to {len(numbers) - bool(none)}, with commas{none}"

    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:  # noqa: ARG002 - needs have no order
        options = answer.options if isinstance(answer, Chosen) else ()
        return f"{self.id} with {' and '.join(sorted(options))}"

    def rank(self, option: Option) -> str:
        return "a need" if self.role == "risk" and not option.exclusive else ""
