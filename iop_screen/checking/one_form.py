"""Whether a condition must hold for one form, worked out with plain truth values and only as far as it is needed.

A batch of one form does the same; this is faster where forms are looked at one after the other.
"""

from __future__ import annotations

from collections.abc import Callable

from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, Verdict, judge, judge_optional
from iop_screen.engine.representative_answers import questions_behind
from iop_screen.questionnaire.answers import AnswerTest, MissingReason, predicate


def must_hold(compiled: CompiledQuestionnaire, condition: Condition) -> Callable[[Answers], bool]:
    """A function that says of a form whether a condition must hold for it."""
    in_file_order = sorted(questions_behind(compiled, [condition]))

    def holds(answers: Answers) -> bool:
        form = _OneForm(answers)
        for index in in_file_order:  # an `ask_when` reads only questions further up
            form.asked_by_question[index] = judge_optional(compiled.ask_when[index], form)
        return judge(condition, form).must

    return holds


class _OneForm:
    """A `Valuation` of one form. `asked_by_question` has to be filled before a question is judged."""

    always = True
    never = False

    def __init__(self, answers: Answers) -> None:
        self._values = answers.values
        self.asked_by_question: dict[int, Verdict[bool]] = {}

    def passes(self, test: AnswerTest) -> bool:
        return predicate(test)(self._values[test.question])

    def unanswered(self, question: int) -> bool:
        return isinstance(self._values[question], MissingReason)

    def asked(self, question: int) -> Verdict[bool]:
        return self.asked_by_question[question]

    def add_up_to(self, points: list[tuple[int, bool]], bound: int) -> bool:
        return sum(number for number, counts in points if counts) >= bound

    def and_not(self, this: bool, other: bool) -> bool:  # noqa: FBT001 - a truth value
        return this and not other
