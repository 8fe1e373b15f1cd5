"""Yes or no."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.answers import UsableAnswer, chosen
from iop_screen.questionnaire.conditions import Clause, OneOf
from iop_screen.questionnaire.scalars import Id, Text
from iop_screen.questionnaire.types.base import InputMode, Option
from iop_screen.questionnaire.types.by_options import YES_OR_NO, ByOptions

_KEYS = (("y", Option(id=Id("yes"), label=Text("Yes"))), ("n", Option(id=Id("no"), label=Text("No"))))

CELL_WORDS: Mapping[str, str] = {"y": "yes", "true": "yes", "x": "yes", "n": "no", "false": "no"}


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoQuestion(ByOptions):
    """Answered yes or no; a risk question says which of the two is worse."""

    KEYS: ClassVar = {"worse": "Which answer is worse, yes or no; a risk question says so."}

    order_description: ClassVar = "`worse:` names the worse of yes and no"
    input_mode: ClassVar = InputMode.ONE_KEY
    input_hint: ClassVar = "y or n"

    type: Literal["yes_no"]
    worse: Literal["yes", "no"] | None = None

    def answer_ids(self) -> tuple[str, ...]:
        return ("yes", "no") if self.worse == "no" else ("no", "yes")

    @property
    def labels_in_order(self) -> tuple[str, ...]:
        return self.answer_ids()

    def cell_words(self) -> Mapping[str, str]:
        """What spreadsheets and check boxes have for yes and no; 1 and 0 are not told, as some forms code 1 as no."""
        return CELL_WORDS

    def from_typed(self, word: str) -> UsableAnswer | None:
        option = YES_OR_NO.get(word.casefold())
        return None if option is None else chosen(option)

    def risk_test_problems(self, clause: Clause) -> Iterator[Problem]:
        match clause.test:
            case OneOf((option,), listed=False) if option == self.worse:
                return
        if self.worse is not None:  # without it `problems` says so, and a test cannot be judged
            hint = f"is `worse: {self.worse}` right? if it is, a test can only ask for `{self.worse}`"
            yield self.wrong_test_problem(clause, "is a risk question", hint)

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        if self.role == "risk" and self.worse is None and self.id not in incomplete:
            yield self.missing_worse_problem("`yes` or `no`")

    def option_keys(self) -> tuple[tuple[str, Option], ...]:
        return _KEYS

    @property
    def answers_description(self) -> str:
        return f"Yes or no{f'; {self.worse} is worse' if self.worse else ''}."
