"""What the answers of a record say about danger, and what is not known of it: by question, in full and in short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from iop_screen.engine.answer_batch import asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import leaf_tests, questions_in
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.fitted_answers import answers_from_record
from iop_screen.records.model import Danger, Record
from iop_screen.report.wording import asked_and_answered, plural


class DangerKind(Enum):
    """How a question about danger stands that was not answered with the best answer; the word is that of outputs.

    A `SIGN` is an answer that is worse than the best one. `NOT_ASKED` is also a question that a form did not show.
    """

    SIGN = "sign"
    DECLINED = "declined"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    NOT_APPLICABLE = "not_applicable"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class DangerFinding:
    """A question about danger that is not answered with the best answer, and how it stands."""

    question: Question
    answer: Answer
    kind: DangerKind

    @property
    def text(self) -> str:
        """The question as it is read out, with its answer or why there is none in brackets."""
        if self.kind is DangerKind.UNREADABLE:
            return asked_and_answered(self.question, MissingReason.UNREADABLE)
        return asked_and_answered(self.question, self.answer)


Findings = tuple[DangerFinding, ...]
"""The questions about danger that are not answered with the best answer, in file order."""

KINDS_WITHOUT_ANSWER = {
    MissingReason.MISSING: DangerKind.NOT_ASKED,
    MissingReason.DECLINED: DangerKind.DECLINED,
    MissingReason.UNKNOWN: DangerKind.UNKNOWN,
    MissingReason.UNREADABLE: DangerKind.UNREADABLE,
    MissingReason.NOT_SHOWN: DangerKind.NOT_ASKED,
    MissingReason.NOT_APPLICABLE: DangerKind.NOT_APPLICABLE,
}

MAX_CELL = 16
"""The widest cell of a list about danger; it is never cut, so it is made no wider."""


def danger_findings(record: Record, compiled: CompiledQuestionnaire) -> Findings:
    """The questions about danger that a record leaves open, or that have an answer that is not the best."""
    fitted = answers_from_record(record, compiled)
    findings = []
    for index in danger_indexes(compiled):
        question, answer = compiled.questions[index], fitted.answers.values[index]
        kind = DangerKind.UNREADABLE if question.id in fitted.left_out else _kind(question, answer)
        if kind is not None:
            findings.append(DangerFinding(question, answer, kind))
    return tuple(findings)


def follow_up_findings(record: Record, compiled: CompiledQuestionnaire) -> Findings:
    """The same of the questions that are asked because of a sign of danger, such as that for guns or pills at hand."""
    answers = answers_from_record(record, compiled).answers
    seen = {compiled.index_of(finding.question.id) for finding in signs(danger_findings(record, compiled))}
    findings = []
    for index in sorted(set(asked_indexes(compiled, answers)) - {*danger_indexes(compiled)}):
        tests = () if (asked := compiled.ask_when[index]) is None else leaf_tests(asked)
        because_of = {read for test in tests for read in questions_in(test)}
        kind = _kind(compiled.questions[index], answers.values[index])
        if kind is not None and because_of & seen:
            findings.append(DangerFinding(compiled.questions[index], answers.values[index], kind))
    return tuple(findings)


def _kind(question: Question, answer: Answer) -> DangerKind | None:
    if isinstance(answer, MissingReason):
        return KINDS_WITHOUT_ANSWER[answer]
    best = question.best_answer()
    if question.role != "risk" or (best is not None and question.is_no_worse(answer, best)):
        return None
    return DangerKind.SIGN


def signs(findings: Findings) -> Findings:
    """Those with an answer that is worse than the best."""
    return tuple(finding for finding in findings if finding.kind is DangerKind.SIGN)


def without_answer(findings: Findings) -> Findings:
    """Those of which nothing is known, asked or not."""
    return tuple(finding for finding in findings if finding.kind is not DangerKind.SIGN)


def sign_indexes(compiled: CompiledQuestionnaire, values: Sequence[Answer]) -> tuple[int, ...]:
    """The indexes of the questions about danger whose answer is a sign of it, of the answers to all questions."""
    kinds = ((index, _kind(compiled.questions[index], values[index])) for index in danger_indexes(compiled))
    return tuple(index for index, kind in kinds if kind is DangerKind.SIGN)


def findings_object(findings: Findings | None) -> dict[str, list[str]] | None:
    """The ids of the questions by kind; None if the questionnaire cannot be read."""
    if findings is None:
        return None
    return {kind.value: [str(each.question.id) for each in findings if each.kind is kind] for kind in DangerKind}


def findings_field(findings: Findings) -> tuple[str, ...]:
    """Each question with how it stands, for a cell: `ID:declined`."""
    return tuple(f"{finding.question.id}:{finding.kind.value}" for finding in findings)


def danger_cell(record: Record, findings: Findings | None) -> str:
    """How a record stands with danger, in at most MAX_CELL columns; empty if every answer about it is the best one.

    `findings` is None if its questionnaire cannot be read: then only what was marked is known.
    """
    match record.danger:
        case Danger.WAITS:
            return "NOT MARKED"
        case Danger.ACTED:
            return _acted_cell(findings)
        case Danger.OPEN | Danger.CLEARED | None if findings is None:
            return "NOT RULED OUT" if record.danger is Danger.OPEN else "not known"
        case Danger.OPEN:
            return _findings_cell(findings) or "NOT RULED OUT"
        case Danger.CLEARED | None if record.chain.broken is not None:  # a sign may have been taken out
            return _findings_cell(findings) or "not known"
        case Danger.CLEARED:
            return _findings_cell(findings) or "cleared"
        case None:
            return _findings_cell(findings)


def _acted_cell(findings: Findings | None) -> str:
    """That somebody acted: on which sign of danger, where there is room for its id, else how much is open."""
    found = signs(findings or ())
    named = f"acted: {_named(found)}" if found else ""
    return named if 0 < len(named) <= MAX_CELL else "; ".join(["acted", *_open_count(findings)])


def _open_count(findings: Findings | None) -> Iterator[str]:
    left = without_answer(findings or ())
    if left:
        yield f"{len(left)} open"


def _findings_cell(findings: Findings) -> str:
    """The first sign of danger by the id of its question, else the first question left open, and how many more."""
    found, left = signs(findings), without_answer(findings)
    if found:
        return _short(_named(found), plural(len(found), "sign"), *_open_count(findings))
    asked = [finding for finding in left if finding.kind is not DangerKind.NOT_ASKED]
    if asked:
        return _short(f"open: {asked[0].question.id}{_more(left)}", f"{len(left)} open")
    return f"{len(left)} not asked" if left else ""


def _named(findings: Sequence[DangerFinding]) -> str:
    return f"{findings[0].question.id}{_more(findings)}"


def _more(findings: Sequence[DangerFinding]) -> str:
    return f" +{len(findings) - 1}" if len(findings) > 1 else ""


def _short(named: str, counted: str, *rest: str) -> str:
    """With the id of a question where there is room for it, else with a count."""
    texts = ("; ".join((first, *rest)) for first in (named, counted))
    return next((text for text in texts if len(text) <= MAX_CELL), counted)
