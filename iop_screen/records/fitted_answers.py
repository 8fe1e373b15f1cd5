"""A record's answers and notes for a questionnaire, and what of them does not fit it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from iop_screen.engine.answer_batch import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, explain
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.records.model import Record, ResultShown


@dataclass(frozen=True, slots=True)
class FittedAnswers:
    """What of a record fits a questionnaire: answers, and a note for each question, empty where there is none.

    `left_out` are the ids of the questions whose answer is not used: the question or the option is gone, its type
    changed, or a number is out of its range. `notes_left_out` are those of notes on questions that are gone.
    """

    answers: Answers
    notes: tuple[str, ...]
    left_out: tuple[str, ...]
    notes_left_out: tuple[str, ...]


def answers_from_record(record: Record, compiled: CompiledQuestionnaire) -> FittedAnswers:
    """What still fits, by question id. A question whose answer does not fit is unanswered."""
    known = {str(question.id): question for question in compiled.questions}
    answers, notes = record.answers, record.notes
    fitting = {name: answer for name, answer in answers.items() if name in known and known[name].fits(answer)}
    return FittedAnswers(
        Answers(tuple(fitting.get(name, MissingReason.MISSING) for name in known)),
        tuple(notes.get(name, "") for name in known),
        tuple(name for name in answers if name not in fitting),
        tuple(name for name in notes if name not in known),
    )


def result_shown_entry(explanation: Explanation, at: datetime) -> ResultShown:
    """The log entry for a result that was shown at this time."""
    result = explanation.result
    levels, steps = result.levels, result.first_steps
    return ResultShown(
        at,
        result.suggestion,
        str(levels.at_least.id),
        str(levels.at_most.id),
        None if steps.at_least is None else str(steps.at_least.id),
        None if steps.at_most is None else str(steps.at_most.id),
        result.danger_open,
        explanation.opposing_answers,
    )


def explain_record(record: Record, compiled: CompiledQuestionnaire) -> Explanation:
    """The result of a record as an interview gives it: answers to questions that are no longer asked are set aside."""
    return explain(compiled, answers_from_record(record, compiled).answers, partial(set_all_aside, compiled))
