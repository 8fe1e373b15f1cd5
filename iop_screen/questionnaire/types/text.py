"""Free text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Literal, NoReturn, final

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.answers import UNREADABLE, AnswerTest, UsableAnswer, Words
from iop_screen.questionnaire.conditions import Clause, Test
from iop_screen.questionnaire.types.base import InputMode, Misfit, QuestionType


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion(QuestionType):
    """Free text; it stands in no condition."""

    SCHEMA: ClassVar = {"role": {"enum": ["context", "access"]}}

    is_free_text: ClassVar = True
    case_value_hint: ClassVar = "one piece of text"
    input_mode: ClassVar = InputMode.WORDS
    input_hint: ClassVar = "a few words"
    answers_description: ClassVar = "Free text; no rule looks at it."

    type: Literal["text"]

    def answer_ids(self) -> tuple[str, ...]:
        return ()

    def misfit(self, answer: UsableAnswer) -> Misfit | None:
        return None if isinstance(answer, Words) else Misfit(UNREADABLE)

    def read(self, text: str) -> UsableAnswer | None:
        return Words(text)

    def distinct_answers(self, bounds: Iterable[Decimal]) -> Iterator[UsableAnswer]:  # noqa: ARG002 - no test reads words
        return iter(())

    def worst_answer_tests(self, index: int) -> Iterator[AnswerTest]:  # noqa: ARG002 - no test reads words
        return iter(())

    def usable_no_worse(self, one: UsableAnswer, other: UsableAnswer) -> bool:  # noqa: ARG002 - words have no order
        return False

    def scale_position(self, answer: UsableAnswer) -> NoReturn:  # noqa: ARG002 - it cannot be a risk question
        raise TypeError(self.type)

    def resolve_test(self, index: int, test: Test) -> NoReturn:  # noqa: ARG002 - refused when the file is read
        raise TypeError(self.type)

    def test_problems(self, clause: Clause, left_out: Collection[str]) -> Iterator[Problem]:  # noqa: ARG002 - always wrong
        yield Problem("wrong-test", f"`{self.id}` is free text and cannot stand in a condition", clause.subject.span)

    def problems(self, incomplete: Collection[str]) -> Iterator[Problem]:
        if self.role == "risk" and self.id not in incomplete:
            message = f"`{self.id}` is free text, which no rule can read, so it cannot be a risk question"
            yield Problem("text-as-risk", message, self.id.span, "make it `context`, or give it options")

    def answer_phrase(self, answer: UsableAnswer, *, or_worse: bool) -> str:  # noqa: ARG002 - what was said is not repeated
        return f"{self.id} answered"
