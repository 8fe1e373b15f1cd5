"""What properties of the engine compare: its results in the words of the naive reading."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.model import FirstStep
from support.effort import examples
from support.naive import Partial, Sheet, Sketch

law = settings(max_examples=examples(80), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def seen(result: Result) -> Partial:
    """A result of the engine in the words of the naive reading."""
    levels, steps = result.levels, result.first_steps
    assert {problem.code for problem in result.problems} <= {"answered-but-not-asked"}
    return Partial(
        result.suggestion,
        (str(levels.at_least.id), str(levels.at_most.id)),
        (_name(steps.at_least), _name(steps.at_most)),
        tuple(str(rule.id) for rule in result.reasons),
        tuple(str(question.id) for question in result.open_questions),
        tuple(str(note.id) for note in result.notes),
        tuple((str(score.score.id), score.total) for score in result.scores),
        tuple(problem.question for problem in result.problems),
    )


def _name(step: FirstStep | None) -> str | None:
    return None if step is None else str(step.id)


def heights(sketch: Sketch, partial: Partial) -> tuple[int, int, int, int]:
    """Both bounds of both ladders as numbers."""
    low, high = map(sketch.levels.index, partial.levels)
    first, last = map(sketch.steps.index, partial.first_steps)
    return low, high, first, last


def sheet_of(sketch: Sketch, answers: Answers) -> Sheet:
    """A form of the engine by question id."""
    return {question.id: answer for question, answer in zip(sketch.questions, answers.values, strict=True)}
