"""The best form: the answers of somebody without a need. Other forms can be looked at as changes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.engine.answer_batch import Answers, asked_indexes, set_all_aside, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested
from iop_screen.engine.suggest import BATCH_SIZE, certain_steps
from iop_screen.questionnaire.answers import Answer, MissingReason


@dataclass(frozen=True, slots=True)
class BestForm:
    """The best answer to each question, in file order, whether it is asked or not.

    Missing are the answers to `access` questions and to free text, which move nothing, and to a risk question of which
    no single answer is best.
    """

    compiled: CompiledQuestionnaire
    values: tuple[Answer, ...]

    def with_answers(self, changes: Sequence[Mapping[int, Answer]]) -> list[Answers]:
        """The best form with each of these changes, by the index of the question; what is not asked is left out."""
        forms = [self._changed(change) for change in changes]
        batches = (forms[start : start + BATCH_SIZE] for start in range(0, len(forms), BATCH_SIZE))
        return [answers for batch in batches for answers in set_all_aside(self.compiled, batch)]

    def _changed(self, change: Mapping[int, Answer]) -> Answers:
        values = [*self.values]
        for index, answer in change.items():
            values[index] = answer
        return Answers(tuple(values))


def best_form(compiled: CompiledQuestionnaire) -> BestForm:
    """The best form that the questionnaire applies to, if there is one.

    It has the mildest answers by which the questionnaire applies, and elsewhere the best answer to each risk question.
    A context question has no best answer: it gets the first one for which least is done and least is asked.
    """
    values: list[Answer] = [_best_risk_answer(compiled, index) for index in range(len(compiled.questions))]
    in_scope = dict(_answers_in_scope(compiled))
    for index, answer in in_scope.items():
        values[index] = answer
    for index, question in enumerate(compiled.questions):
        if question.role == "context" and index not in in_scope:
            answers = [*question.distinct_answers(bounds_tested(compiled, index))]
            values[index] = min(
                answers, key=lambda answer: _weight(compiled, values, index, answer), default=values[index]
            )
    return BestForm(compiled, tuple(values))


def _best_risk_answer(compiled: CompiledQuestionnaire, index: int) -> Answer:
    question = compiled.questions[index]
    return (question.best_answer() if question.role == "risk" else None) or MissingReason.MISSING


def _answers_in_scope(compiled: CompiledQuestionnaire) -> Iterator[tuple[int, Answer]]:
    """The mildest answers by which the questionnaire applies; of several such sets the first."""
    if compiled.applies_when is None:
        return
    try:
        answer_sets = MinimalForms(compiled).answer_sets(compiled.applies_when)
    except TooManyMinimalForms:
        return
    for answers in answer_sets[:1]:
        yield from (pair for pair in enumerate(answers.values) if not isinstance(pair[1], MissingReason))


def _weight(
    compiled: CompiledQuestionnaire, values: Sequence[Answer], index: int, answer: Answer
) -> tuple[tuple[int, int], int]:
    """What a form with this answer gets for certain, and how many questions it is asked."""
    answers = set_aside(compiled, Answers((*values[:index], answer, *values[index + 1 :])))
    return certain_steps(compiled, [answers], compiled.rules)[0], len(asked_indexes(compiled, answers))
