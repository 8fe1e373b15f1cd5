"""The rules that two questionnaires have in common, as far as the way they are written shows it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import assert_never

from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, ScoreAtLeast, ScoreItem
from iop_screen.questionnaire.answers import HasOption, NumberAtLeast, NumberAtMost


def shared_rules(own: CompiledQuestionnaire, other: CompiledQuestionnaire) -> frozenset[str]:
    """The ids of those rules of `own` that `other` has too: it gives the same steps wherever they hold.

    They are written alike, they and the gates before their questions, and so are the answers to these. That is a proof;
    a rule that is not among them may still mean the same.
    """
    numbers: dict[Hashable, int] = {}
    there = {*_Written(other, numbers).rules()}
    mine = zip(own.rules, _Written(own, numbers).rules(), strict=True)
    return frozenset(str(rule.definition.id) for rule, written in mine if written in there)


class _Written:
    """How the conditions of a questionnaire are written, with ids in place of indexes.

    Each part gets a number, the same one for the same part. So what is long is compared at once.
    """

    def __init__(self, compiled: CompiledQuestionnaire, numbers: dict[Hashable, int]) -> None:
        self._compiled = compiled
        self._numbers = numbers
        self._questions: list[int] = []
        for question, ask_when in zip(compiled.questions, compiled.ask_when, strict=True):
            # in file order: an `ask_when` reads only questions further up
            gate = None if ask_when is None else self._condition(ask_when)
            self._questions.append(self._number(("question", str(question.id), question.shape(), gate)))

    def rules(self) -> list[Hashable]:
        """For each rule its condition and the steps it gives."""
        return [(self._condition(rule.when), *self._steps(rule)) for rule in self._compiled.rules]

    def _steps(self, rule: CompiledRule) -> tuple[Hashable, ...]:
        questionnaire = self._compiled.questionnaire
        steps = ("", *(str(step.id) for step in questionnaire.first_steps))
        level = str(questionnaire.levels[rule.level].id)
        return level, steps[rule.first_step], rule.first_step == self._compiled.interrupt

    def _condition(self, condition: Condition) -> int:
        match condition:
            case AllHold(parts):
                return self._number(("all", frozenset(map(self._condition, parts))))
            case AnyHolds(parts):
                return self._number(("any", frozenset(map(self._condition, parts))))
            case ScoreAtLeast(items, bound):
                return self._number(("score", frozenset(map(self._item, items)), bound))
            case HasOption(question, options):
                return self._number(("option", self._questions[question], options))
            case NumberAtLeast(question, bound):
                return self._number(("at least", self._questions[question], bound))
            case NumberAtMost(question, bound):
                return self._number(("at most", self._questions[question], bound))
            case _:
                assert_never(condition)

    def _item(self, item: ScoreItem) -> Hashable:
        points = frozenset((test.options, number) for test, number in item.points)
        return self._questions[item.question], points, item.fewest, item.most

    def _number(self, part: Hashable) -> int:
        return self._numbers.setdefault(part, len(self._numbers))
