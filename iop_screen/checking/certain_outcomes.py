"""Forms as phrases, and what they get for certain, in the author's own ids."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.checking.pairing import Pairing
from iop_screen.engine.answers import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import judge
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.answers import MissingReason


def certain_outcomes(of: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[str]:
    """What each form gets for certain, in ids."""
    questionnaire = of.questionnaire
    return [
        questionnaire.levels[level].id
        + (f" with {questionnaire.first_steps[step - 1].id}" if step else "")
        + (", an emergency" if step == of.interrupt else "")
        for level, step in certain_steps(of, answer_sets, of.rules)
    ]


def scope_texts(of: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[str]:
    """For each form, whether the questionnaire applies to it."""
    batch = AnswerBatch(of, answer_sets)
    if of.applies_when is None:
        return ["in scope"] * len(answer_sets)
    must, may = judge(of.applies_when, batch)
    return [
        "in scope" if must >> index & 1 else "perhaps in scope" if may >> index & 1 else "out of scope"
        for index in range(len(answer_sets))
    ]


def answers_phrase(answers: Answers, of: CompiledQuestionnaire, pairing: Pairing | None = None) -> str:
    """The answers of a form as a condition: "stay_safe at least with_support and home at least others_use".

    "At least" stands where both sides of a pairing order the answers alike; without a pairing, nowhere.
    """
    phrases = [
        question.answer_phrase(answer, or_worse=pairing is not None and pairing.is_shared(index))
        for index, (question, answer) in enumerate(zip(of.questions, answers.values, strict=True))
        if not isinstance(answer, MissingReason)
    ]
    return " and ".join(phrases) or "nothing is answered"
