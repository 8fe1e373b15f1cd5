"""One result as a JSON object with its texts: reasons with their answers, notes, what is open, what would change it."""

from __future__ import annotations

from iop_screen.batch.rows import Row
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.engine.suggest import Result
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.model import Record
from iop_screen.report.score_rows import json_line, json_object
from iop_screen.report.wording import answer_text, suggestion_text


def explained(explanation: Explanation, row: Row, compiled: CompiledQuestionnaire) -> dict[str, object]:
    """The fields of the row, and then the texts behind their ids."""
    result = explanation.result
    return {
        **json_object(row, compiled),
        "suggestion_text": suggestion_text(result),
        "reason_details": [
            {
                "id": reason.rule.id,
                "because": reason.rule.because,
                "source": reason.rule.source,
                "answers": [*map(_given, reason.because_of)],
            }
            for reason in explanation.reasons
        ],
        "open_details": [{"id": question.id, "ask": question.ask} for question in result.open_questions],
        "note_details": [{"id": note.id, "say": note.say} for note in result.notes],
        "changes": [{**_given(change.given), **_outcome(change.result)} for change in explanation.changes],
        "pair_changes": [{"answers": [*map(_given, pair.both)], **_outcome(pair.result)} for pair in explanation.pairs],
        "without_effect": [*map(_idle, explanation.without_effect)],
        "set_aside": [*map(_given, explanation.set_aside)],
        "if_set_aside_counted": explanation.if_set_aside_counted and _outcome(explanation.if_set_aside_counted),
    }


def explained_json(explanation: Explanation, compiled: CompiledQuestionnaire, record: Record) -> str:
    """The result of an interview as one JSON object on one line, and how its record stands with danger."""
    row = Row(None, None, explanation.answers, explanation.result, explanation.result.problems)
    return json_line({**explained(explanation, row, compiled), "danger": record.danger and record.danger.value})


def _given(given: GivenAnswer) -> dict[str, object]:
    question, answer = given.question, given.answer
    return {"question": question.id, "ask": question.ask, "answer": _said(question, answer)}


def _idle(given: GivenAnswer) -> dict[str, object]:
    gap = given.answer.value if isinstance(given.answer, MissingReason) else None
    return {"question": given.question.id, "ask": given.question.ask, "gap": gap}


def _said(question: Question, answer: Answer) -> str | None:
    return None if isinstance(answer, MissingReason) else answer_text(question, answer)


def _outcome(result: Result) -> dict[str, object]:
    least, most = result.first_steps.at_least, result.first_steps.at_most
    return {
        "suggestion": result.suggestion,
        "first_step_at_least": None if least is None else least.id,
        "first_step_at_most": None if most is None else most.id,
    }
