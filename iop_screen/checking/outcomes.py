"""What answers get from a questionnaire for certain, in ids, and whether it applies: for any kind of truth."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Protocol

from iop_screen.engine.answer_batch import AnswerBatch, Answers, bit_positions
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import T, Valuation, judge, judge_optional
from iop_screen.engine.judgement import Reached, ladders
from iop_screen.engine.suggest import BATCH_SIZE


class Outcomes(Protocol):
    """The outcomes that a questionnaire can have, in words, each with what it is true of; exactly one is true."""

    def __call__(self, compiled: CompiledQuestionnaire, valuation: Valuation[T], /) -> dict[str, T]: ...


def outcome_texts(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers], outcomes: Outcomes) -> list[str]:
    """The outcome of each of these answers, by the ordinary engine."""
    texts = [""] * len(answer_sets)
    for start in range(0, len(answer_sets), BATCH_SIZE):
        batch = AnswerBatch(compiled, answer_sets[start : start + BATCH_SIZE])
        for text, where in outcomes(compiled, batch).items():
            for index in bit_positions(where):
                texts[start + index] = text
    return texts


def certain_steps_reached(compiled: CompiledQuestionnaire, valuation: Valuation[T]) -> dict[str, T]:
    """The level and the first step that the rules give for certain, and whether that makes it an emergency."""
    questionnaire = compiled.questionnaire
    verdicts = [(rule, judge(rule.when, valuation)) for rule in compiled.rules]
    levels, steps = (_exactly(ladder, valuation) for ladder in ladders(compiled, verdicts, valuation))
    names = ["", *(f" with {step.id}" for step in questionnaire.first_steps)]
    if compiled.interrupt is not None:
        names[compiled.interrupt] += ", an emergency"
    return {
        str(level.id) + name: at_level & at_step
        for (level, at_level), (name, at_step) in product(
            zip(questionnaire.levels, levels, strict=True), zip(names, steps, strict=True)
        )
    }


def _exactly(ladder: Reached[T], valuation: Valuation[T]) -> list[T]:
    """What reaches each step of a ladder for certain, and none above it."""
    above = (*ladder.must[1:], valuation.never)
    return [valuation.and_not(reached, more) for reached, more in zip(ladder.must, above, strict=True)]


def scope(compiled: CompiledQuestionnaire, valuation: Valuation[T]) -> dict[str, T]:
    """Whether the questionnaire applies."""
    applies = judge_optional(compiled.applies_when, valuation)
    return {
        "in scope": applies.must,
        "perhaps in scope": valuation.and_not(applies.may, applies.must),
        "out of scope": valuation.and_not(valuation.always, applies.may),
    }
