"""What a close look at a questionnaire found, as text and as JSON: problems first, then what was proved."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Gap
from iop_screen.engine.instrument import Instrument
from iop_screen.problems import Span
from iop_screen.questionnaire.checks.study import Finding, Proof, Witness
from iop_screen.questionnaire.load import Examined
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import answer_text, asked_and_answered, item, plural, suggestion_text

SCHEMA = "iop-screen.check/1"


def examined_text(examined: Examined, path: str, content: bytes) -> str:
    """Every problem with its place and, where there is one, the form that shows it; then each proof as a sentence."""
    parts = [_finding(finding, examined.instrument, path, content) for finding in examined.findings]
    if examined.proofs:
        parts.append("PROVED, for every possible form:\n" + "\n".join(map(_proof, examined.proofs)) + "\n")
    return "\n".join([*parts, _count(examined, path)])


def examined_json(examined: Examined) -> dict[str, object]:
    """The same as a JSON object."""
    instrument = examined.instrument
    return {
        "schema": SCHEMA,
        "questionnaire": None if instrument is None else instrument.stamp,
        "problems": [problem_json(finding, instrument) for finding in examined.findings],
        "proofs": [
            {"code": proof.code, "of": proof.of or None, "sentence": proof.sentence} for proof in examined.proofs
        ],
    }


def witness_lines(witness: Witness, instrument: Instrument) -> Iterator[str]:
    """A form in the author's words, and the result it gets; what is not named is not answered."""
    yield "  a form that shows it, with nothing else answered:"
    for question, answer in zip(instrument.questions, witness.form.answers, strict=True):
        if not isinstance(answer, Gap):
            yield item(f"{question.id}: {asked_and_answered(question, answer)}", "  - ")
    if not witness.form.size:
        yield item("no question is answered at all", "  - ")
    least = witness.result.levels.at_least
    step = witness.result.first_steps.at_least
    first = "no first step" if step is None else f"first step {step.id} or more"
    yield item(f"it gets at least {least.id}, {first}; the suggestion is {suggestion_text(witness.result)}", "  = ")


def _finding(finding: Finding, instrument: Instrument | None, path: str, content: bytes) -> str:
    text = diagnostics([finding.problem], path, content)
    if finding.witness is None or instrument is None:
        return text
    return text + "\n".join(witness_lines(finding.witness, instrument)) + "\n"


def _proof(proof: Proof) -> str:
    return item(proof.sentence)


def _count(examined: Examined, path: str) -> str:
    warnings = len(examined.findings) - examined.errors
    if not examined.findings:
        return f"{path}: no problems, {plural(len(examined.proofs), 'proof')}\n"
    counted = [plural(examined.errors, "error"), plural(warnings, "warning"), plural(len(examined.proofs), "proof")]
    return f"{path}: {', '.join(counted)}\n"


def problem_json(finding: Finding, instrument: Instrument | None) -> dict[str, object]:
    """A problem with its place, and the form that shows it if there is one."""
    problem = finding.problem
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint or None,
        **_place(problem.span),
        "related": [{"message": place.message, **_place(place.span)} for place in problem.related],
        "witness": None if finding.witness is None or instrument is None else _witness(finding.witness, instrument),
    }


def _place(span: Span) -> dict[str, object]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _witness(witness: Witness, instrument: Instrument) -> dict[str, object]:
    pairs = zip(instrument.questions, witness.form.answers, strict=True)
    result = witness.result
    step = result.first_steps.at_least
    return {
        "answers": {
            str(question.id): answer_text(question, answer) for question, answer in pairs if not isinstance(answer, Gap)
        },
        "suggestion": result.suggestion,
        "level_at_least": result.levels.at_least.id,
        "first_step_at_least": None if step is None else step.id,
    }
