"""One result as a JSON object with its texts: reasons with their answers, notes, what is open, what would change it."""

from __future__ import annotations

from iop_screen.batch.rows import PLAIN, OutputShape, ScoredRow
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.engine.suggest import Result, ScoreTotal
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.records.model import Record
from iop_screen.report.score_output import contact_objects, json_line, json_object
from iop_screen.report.wording import answer_text, danger_value, suggestion_text


def explained_object(
    explanation: Explanation, row: ScoredRow, compiled: CompiledQuestionnaire, shape: OutputShape = PLAIN
) -> dict[str, object]:
    """The fields of the row, and then the texts behind their ids."""
    result = explanation.result
    return {
        **json_object(row, compiled, shape),
        "suggestion_text": suggestion_text(result),
        "reason_details": [
            {
                "id": reason.rule.id,
                "because": reason.rule.because,
                "source": reason.rule.source,
                "answers": [*map(_given_answer, reason.because_of)],
            }
            for reason in explanation.reasons
        ],
        "open_details": [{"id": question.id, "ask": question.ask} for question in result.open_questions],
        "score_details": [*map(_score, result.scores)],
        "note_details": [
            {"id": note.id, "say": note.say, "contacts": contact_objects(compiled.questionnaire.contacts_of(note))}
            for note in result.notes
        ],
        "changes": [{**_given_answer(each.given), **_outcome(each.result)} for each in explanation.changes],
        "pair_changes": [
            {"answers": [*map(_given_answer, pair.both)], **_outcome(pair.result)} for pair in explanation.pairs
        ],
        "without_effect": [*map(_without_effect, explanation.without_effect)],
        "set_aside": [*map(_given_answer, explanation.set_aside)],
        "if_set_aside_counted": explanation.if_set_aside_counted and _outcome(explanation.if_set_aside_counted),
    }


def explained_json(explanation: Explanation, compiled: CompiledQuestionnaire, record: Record) -> str:
    """The result of an interview as a JSON object on one line, with what its record and the site add to it."""
    row = ScoredRow(None, None, explanation.answers, explanation.result, explanation.result.problems)
    stands = {"danger": danger_value(record), "chain": record.chain.state.value, "practice": record.head.practice}
    added = {**stands, "site_settings": compiled.site_name or None}
    return json_line({**explained_object(explanation, row, compiled), **added})


def _given_answer(given: GivenAnswer) -> dict[str, object]:
    question, answer = given.question, given.answer
    text = None if isinstance(answer, MissingReason) else answer_text(question, answer)
    return {"question": question.id, "ask": question.ask, "answer": text}


def _score(score: ScoreTotal) -> dict[str, object]:
    return {
        "id": score.score.id,
        "title": score.score.title,
        "total": score.total,
        "estimated": score.estimated,
        "asked": score.asked,
        "missing": score.missing,
        "band": None if score.band is None else score.band.title,
    }


def _without_effect(given: GivenAnswer) -> dict[str, object]:
    reason = given.answer.value if isinstance(given.answer, MissingReason) else None
    return {"question": given.question.id, "ask": given.question.ask, "gap": reason}


def _outcome(result: Result) -> dict[str, object]:
    least, most = result.first_steps.at_least, result.first_steps.at_most
    return {
        "suggestion": result.suggestion,
        "first_step_at_least": None if least is None else least.id,
        "first_step_at_most": None if most is None else most.id,
    }
