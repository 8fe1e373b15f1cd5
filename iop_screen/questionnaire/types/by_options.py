"""What the types have in common whose answers are options with ids."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from iop_screen.core.problems import Problem, did_you_mean, or_list
from iop_screen.questionnaire.answers import NOT_ALONE, UNREADABLE, AnswerTest, Chosen, HasOption, UsableAnswer, chosen
from iop_screen.questionnaire.conditions import AtLeast, AtMost, Clause, OneOf, Test
from iop_screen.questionnaire.scalars import duplicates_explain
from iop_screen.questionnaire.types.base import NO_LABELS, Misfit, Option, QuestionType
from iop_screen.questionnaire.types.option_names import list_or_blank_joined, one_option, option_name

YES_OR_NO = {"y": "yes", "yes": "yes", "n": "no", "no": "no"}
"""What is typed for yes and for no: a coordinator types the answer that is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByOptions(QuestionType):
    """Answered with options. Unless a type says otherwise, one is chosen, and in a risk question they have an order."""

    case_value_hint: ClassVar = "one option"

    def exclusive_ids(self) -> frozenset[str]:
        """The options that go with no other."""
        return frozenset(self.answer_ids())

    def misfit(self, answer: UsableAnswer) -> Misfit | None:
        if not isinstance(answer, Chosen):
            return Misfit(UNREADABLE)
        against = answer.options & self.exclusive_ids() if len(answer.options) > 1 else None
        if against:
            message = f"the option `{min(against)}` of `{self.id}` goes with no other"
            return Misfit(NOT_ALONE, message, "keep it, or keep the others")
        return None if answer.options and answer.options <= {*self.answer_ids()} else Misfit(UNREADABLE)

    def cell_reader(
        self, labels: Mapping[str, str] = NO_LABELS, separators: str = ""
    ) -> Callable[[str], UsableAnswer | None]:
        names = {option_name(label): option for label, option in {**self.cell_words(), **labels}.items()}
        names |= {option_name(option.label): str(option.id) for option in self.options_listed}
        names |= {option_name(option): option for option in self.answer_ids()}
        several = self.allows_multiple
        read = list_or_blank_joined(names, self.answer_ids(), separators) if several else one_option(names)

        def read_cell(text: str) -> UsableAnswer | None:
            options = read(text)
            return None if options is None else Chosen(options)

        return read_cell

    def cell_words(self) -> Mapping[str, str]:
        """Words that other programs write for options, and the options."""
        return NO_LABELS

    def read(self, text: str) -> UsableAnswer | None:
        return chosen(text.strip()) if text.strip() in self.answer_ids() else None

    def distinct_answers(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:  # noqa: ARG002 - no numbers here
        return map(chosen, self.answer_ids())

    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:
        yield HasOption(index, frozenset(self.answer_ids()[-1:]))

    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:
        if self.role != "risk" or not (isinstance(one, Chosen) and isinstance(other, Chosen)):
            return False
        ids = self.answer_ids()
        return ids.index(min(one.options)) <= ids.index(min(other.options))

    def scale_position(self, answer: UsableAnswer) -> float:
        if not isinstance(answer, Chosen):
            raise TypeError(self.type)
        ids = self.answer_ids()
        return max(map(ids.index, answer.options)) / (len(ids) - 1)

    def resolve_test(self, index: int, test: Test) -> AnswerTest:
        match test:
            case OneOf(options):
                return HasOption(index, frozenset(map(str, options)))
            case AtLeast(bound) | AtMost(bound):  # `at_most` was refused when the file was read
                ids = self.answer_ids()
                return HasOption(index, frozenset(ids[ids.index(bound) :]))

    def test_problems(self, clause: Clause, left_out: Collection[str]) -> Iterator[Problem]:
        ids = self.answer_ids()
        named = clause.test.options if isinstance(clause.test, OneOf) else (clause.test.bound,)
        unknown = [name for name in named if name not in ids]
        for name in unknown:
            if name not in left_out and not duplicates_explain(unknown, ids):
                hint = did_you_mean(name, ids) or f"it has {or_list(ids)}"
                yield Problem("unknown-option", f"`{self.id}` has no option `{name}`", name.span, hint)
        if unknown:
            return
        if self.role == "risk":
            yield from self.risk_test_problems(clause)
        elif not isinstance(clause.test, OneOf):
            hint = f"name the options: `[{', '.join(ids)}]`"
            yield self.wrong_test_problem(clause, f"is a {self.role} question, whose options have no order", hint)

    @abstractmethod
    def risk_test_problems(self, clause: Clause) -> Iterator[Problem]:
        """On a risk question a test may only ask for "this or worse". The options that it names exist."""

    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:
        option = self.as_cell(answer)
        at_least = or_worse and self.role == "risk" and option != self.answer_ids()[-1] and self.options_listed
        return f"{self.id} {'at least' if at_least else 'is'} {option}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(ByOptions):
    """Answered with options that the file lists. Each has a number as its key, and can have points."""

    can_be_scored: ClassVar = True

    options: tuple[Option, ...]

    @property
    def options_listed(self) -> tuple[Option, ...]:
        return self.options

    def answer_ids(self) -> tuple[str, ...]:
        return tuple(str(option.id) for option in self.options)

    def option_keys(self) -> tuple[tuple[str, Option], ...]:
        """1 and up in file order, and 0 for the one option that goes with no other."""
        exclusive = [option for option in self.options if option.exclusive]
        none = exclusive[0] if len(exclusive) == 1 else None
        numbered = [option for option in self.options if option is not none]
        pairs = tuple((str(number), option) for number, option in enumerate(numbered, start=1))
        return pairs if none is None else (*pairs, ("0", none))

    def from_typed(self, word: str) -> UsableAnswer | None:
        """Numbers, with commas or blanks between them; or yes or no, where an option says just that."""
        options = {key: str(option.id) for key, option in self.option_keys()}
        yes_or_no = YES_OR_NO.get(word.casefold())
        same_label = [str(option.id) for _, option in self.option_keys() if str(option.label).casefold() == yes_or_no]
        options |= {word.casefold(): same_label[0]} if same_label else {}
        return _named_options(options, (key.casefold() for key in re.split(r"[,\s]+", word)))

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        if len(self.options) < 2 and self.id not in incomplete:
            message = f"`{self.id}` has fewer than two options"
            yield Problem("too-few-options", message, self.id.span, "list every answer that can be chosen")
        yield from self._alike()
        for better, worse in self.better_to_worse() if self.role == "risk" else ():
            if better.points is not None and worse.points is not None and worse.points < better.points:
                message = (
                    f"`{worse.id}` is worse than `{better.id}` "
                    f"but has fewer points ({worse.points} after {better.points})"
                )
                yield Problem("points-fall", message, worse.points.span, "options of a risk question stand best first")

    @abstractmethod
    def better_to_worse(self) -> Iterator[tuple[Option, Option]]:
        """Pairs of options of a risk question of which the second is worse."""

    def _alike(self) -> Iterator[Problem]:
        """A cell can name one option only, whichever case it is written in."""
        first: dict[str, Option] = {}
        for option in self.options:
            for name in dict.fromkeys((option_name(option.id), option_name(option.label))):
                earlier = first.setdefault(name, option)
                if earlier.id != option.id:
                    message = f"`{option.id}` and `{earlier.id}` cannot be told apart: both go by `{name}`"
                    hint = "case, blanks and curly quotes are not told apart in forms; reword one label"
                    yield Problem("options-alike", message, option.label.span, hint)
                    break


def _named_options(ids: Mapping[str, str], names: Iterable[str]) -> UsableAnswer | None:
    """The options with these names; None if one is unknown or none is named. Blank names, as in `1,,2`, are skipped."""
    named = [name for name in names if name]
    return Chosen(frozenset(ids[name] for name in named)) if named and all(name in ids for name in named) else None
