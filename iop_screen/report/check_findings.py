"""What a close look at a questionnaire found, as text and as JSON: problems first, then what was proved."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.analysis import Counterexample, Finding, Proof
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Span
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import answer_text, asked_and_answered, item, plural, suggestion_text

CHECK_SCHEMA = "iop-screen.check/1"


def examined_text(check_report: CheckReport, path: str, content: bytes) -> str:
    """Every problem with its place and, where there is one, the form that shows it; then each proof as a sentence."""
    parts = [_finding(finding, check_report.compiled, path, content) for finding in check_report.findings]
    if check_report.proofs:
        parts.append("PROVED, for every possible form:\n" + "\n".join(map(_proof, check_report.proofs)) + "\n")
    return "\n".join([*parts, _count(check_report, path)])


def examined_json(check_report: CheckReport) -> dict[str, object]:
    """The same as a JSON object."""
    compiled = check_report.compiled
    return {
        "schema": CHECK_SCHEMA,
        "questionnaire": None if compiled is None else compiled.stamp,
        "problems": [problem_json(finding, compiled) for finding in check_report.findings],
        "proofs": [
            {"code": proof.code, "of": proof.guarantee_id or None, "sentence": proof.sentence}
            for proof in check_report.proofs
        ],
    }


def witness_lines(witness: Counterexample, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """A form in the author's words, and the result it gets; what is not named is not answered."""
    yield "  a form that shows it, with nothing else answered:"
    for question, answer in zip(compiled.questions, witness.answers.values, strict=True):
        if not isinstance(answer, MissingReason):
            yield item(f"{question.id}: {asked_and_answered(question, answer)}", "  - ")
    if not witness.answers.size:
        yield item("no question is answered at all", "  - ")
    least = witness.result.levels.at_least
    step = witness.result.first_steps.at_least
    first = "no first step" if step is None else f"first step {step.id} or more"
    yield item(f"it gets at least {least.id}, {first}; the suggestion is {suggestion_text(witness.result)}", "  = ")


def _finding(finding: Finding, compiled: CompiledQuestionnaire | None, path: str, content: bytes) -> str:
    text = diagnostics([finding.problem], path, content)
    if finding.counterexample is None or compiled is None:
        return text
    return text + "\n".join(witness_lines(finding.counterexample, compiled)) + "\n"


def _proof(proof: Proof) -> str:
    return item(proof.sentence)


def _count(check_report: CheckReport, path: str) -> str:
    warnings = len(check_report.findings) - check_report.errors
    if not check_report.findings:
        return f"{path}: no problems, {plural(len(check_report.proofs), 'proof')}\n"
    counted = [
        plural(check_report.errors, "error"),
        plural(warnings, "warning"),
        plural(len(check_report.proofs), "proof"),
    ]
    return f"{path}: {', '.join(counted)}\n"


def problem_json(finding: Finding, compiled: CompiledQuestionnaire | None) -> dict[str, object]:
    """A problem with its place, and the form that shows it if there is one."""
    problem = finding.problem
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint or None,
        **_span_json(problem.span),
        "related": [{"message": index.message, **_span_json(index.span)} for index in problem.related],
        "witness": None
        if finding.counterexample is None or compiled is None
        else _witness(finding.counterexample, compiled),
    }


def _span_json(span: Span) -> dict[str, object]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _witness(witness: Counterexample, compiled: CompiledQuestionnaire) -> dict[str, object]:
    pairs = zip(compiled.questions, witness.answers.values, strict=True)
    result = witness.result
    step = result.first_steps.at_least
    return {
        "answers": {
            str(question.id): answer_text(question, answer)
            for question, answer in pairs
            if not isinstance(answer, MissingReason)
        },
        "suggestion": result.suggestion,
        "level_at_least": result.levels.at_least.id,
        "first_step_at_least": None if step is None else step.id,
    }
