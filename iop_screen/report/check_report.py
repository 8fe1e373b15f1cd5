"""The report of `check`, as text and as JSON: problems, proofs, and the results of the cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from iop_screen.checking.analysis import Counterexample, Finding
from iop_screen.checking.case_run import CaseRun
from iop_screen.checking.cases import CaseOutcome, FieldValue, Mismatch
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Span
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Reason, reasons
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.headline import quoted
from iop_screen.report.wording import answer_text, asked_and_answered, item_text, plural, suggestion_text

CHECK_SCHEMA = "iop-screen.check/1"
CASES_SCHEMA = "iop-screen.cases/1"
NO_CASES = "no cases were run; --cases FILE runs those in a file\n"
UNPROVED = {"not-decided": "could not be decided", "guarantee-never-applies": "can never apply"}


def check_report_text(check_report: CheckReport, path: str, content: bytes, run: CaseRun | None) -> str:
    """The whole report as text."""
    parts = [findings_text(check_report, path, content), _case_run_text(check_report.compiled, run)]
    return "\n".join(filter(None, parts))


def check_report_json(check_report: CheckReport, run: CaseRun | None) -> dict[str, object]:
    """The whole report as a JSON object; `cases` is null where none were run."""
    return {**findings_json(check_report), "cases": _case_run_json(check_report.compiled, run)}


def findings_text(check_report: CheckReport, path: str, content: bytes) -> str:
    """Every problem with its place in the file and the form that shows it, if there is one; then each proof."""
    parts = [_finding_text(finding, check_report.compiled, path, content) for finding in check_report.findings]
    if check_report.proofs:
        proofs = "\n".join(item_text(proof.sentence) for proof in check_report.proofs)
        parts.append(f"PROVED, for every possible form:\n{proofs}\n")
    return "\n".join([*parts, _counts_text(check_report, path)])


def findings_json(check_report: CheckReport) -> dict[str, object]:
    """The problems and the proofs as a JSON object."""
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


def no_counterexample_reason(check_report: CheckReport) -> str:
    """Why there is no form that breaks a guarantee."""
    if check_report.compiled is None:
        return "no guarantee was looked at, for the questionnaire cannot be used"
    count = len(check_report.compiled.questionnaire.guarantees)
    if not count:
        return "the questionnaire has no guarantees"
    codes = Counter(finding.problem.code for finding in check_report.findings if finding.guarantee_id)
    unproved = [f"{codes[code]} of {count} {text}" for code, text in UNPROVED.items() if codes[code]]
    return f"no guarantee is broken, but {' and '.join(unproved)}" if unproved else "every guarantee holds"


def _finding_text(finding: Finding, compiled: CompiledQuestionnaire | None, path: str, content: bytes) -> str:
    text = diagnostics([finding.problem], path, content)
    if finding.counterexample is None or compiled is None:
        return text
    return text + "\n".join(_counterexample_lines(finding.counterexample, compiled)) + "\n"


def _counterexample_lines(counterexample: Counterexample, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """A form in the author's words, and the result it gets; what is not named is not answered."""
    yield "  a form that shows it, with nothing else answered:"
    for question, answer in zip(compiled.questions, counterexample.answers.values, strict=True):
        if not isinstance(answer, MissingReason):
            yield item_text(f"{question.id}: {asked_and_answered(question, answer)}", "  - ")
    if not counterexample.answers.size:
        yield item_text("no question is answered at all", "  - ")
    least, step = counterexample.result.levels.at_least, counterexample.result.first_steps.at_least
    first = "no first step" if step is None else f"first step {step.id} or more"
    suggestion = suggestion_text(counterexample.result)
    yield item_text(f"it gets {first}, and at least {least.id}; the suggestion is {quoted(suggestion)}", "  = ")


def _counts_text(check_report: CheckReport, path: str) -> str:
    proofs = plural(len(check_report.proofs), "proof")
    if not check_report.findings:
        return f"{path}: no problems, {proofs}\n"
    warnings = plural(len(check_report.findings) - check_report.errors, "warning")
    return f"{path}: {plural(check_report.errors, 'error')}, {warnings}, {proofs}\n"


def problem_json(finding: Finding, compiled: CompiledQuestionnaire | None) -> dict[str, object]:
    """A problem with its span, and the form that shows it if there is one."""
    problem = finding.problem
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint or None,
        **_span_json(problem.span),
        "related": [{"message": related.message, **_span_json(related.span)} for related in problem.related],
        "witness": None
        if finding.counterexample is None or compiled is None
        else _counterexample_json(finding.counterexample, compiled),
    }


def _span_json(span: Span) -> dict[str, object]:
    return {"line": span.line, "column": span.column, "end_line": span.end_line, "end_column": span.end_column}


def _counterexample_json(counterexample: Counterexample, compiled: CompiledQuestionnaire) -> dict[str, object]:
    pairs = zip(compiled.questions, counterexample.answers.values, strict=True)
    result, step = counterexample.result, counterexample.result.first_steps.at_least
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


def _case_run_text(compiled: CompiledQuestionnaire | None, run: CaseRun | None) -> str:
    """The results of the cases, and which cases were not run."""
    if run is None:
        return "" if compiled is None else NO_CASES
    if compiled is None:
        return f"{sanitize(run.path)}: the cases were not run, for the questionnaire cannot be used\n"
    problems = diagnostics(run.problems, run.path, run.content)
    if run.cases is None:
        return "\n".join(filter(None, [problems, "the cases were not run\n"]))
    left_out = f"not run: {plural(run.cases.left_out, 'case')} with problems\n" if run.cases.left_out else ""
    return "\n".join(filter(None, [problems, cases_text(run.outcomes, compiled, run.path) + left_out]))


def _case_run_json(compiled: CompiledQuestionnaire | None, run: CaseRun | None) -> dict[str, object] | None:
    if run is None or compiled is None:
        return None
    problems = [problem_json(Finding(problem), None) for problem in run.problems]
    if run.cases is None:
        return {"file": run.path, "problems": problems}
    return {
        "file": run.path,
        **cases_json(run.outcomes, compiled),
        "not_run": run.cases.left_out,
        "problems": problems,
    }


def cases_text(outcomes: Sequence[CaseOutcome], compiled: CompiledQuestionnaire, path: str) -> str:
    """Every case whose result differs from what was expected, with its line and the reasons; then the counts."""
    count = _count_mismatches(outcomes)
    parts = ["\n".join(_case_lines(outcome, compiled, path)) + "\n" for outcome in outcomes if outcome.mismatches]
    totals = (
        f"{sanitize(path)}: {plural(len(outcomes), 'case')}, {count:,} {'mismatch' if count == 1 else 'mismatches'}\n"
    )
    return "\n".join([*parts, totals])


def cases_json(outcomes: Sequence[CaseOutcome], compiled: CompiledQuestionnaire) -> dict[str, object]:
    """The same as a JSON object."""
    return {
        "schema": CASES_SCHEMA,
        "questionnaire": compiled.stamp,
        "cases": len(outcomes),
        "mismatches": _count_mismatches(outcomes),
        "failed": [_failed_case_json(outcome, compiled) for outcome in outcomes if outcome.mismatches],
    }


def _case_lines(outcome: CaseOutcome, compiled: CompiledQuestionnaire, path: str) -> Iterator[str]:
    case = outcome.case
    yield f"{sanitize(path)}:{case.span.line}:{case.span.column}: {case.id}: {sanitize(case.story)}"
    for mismatch in outcome.mismatches:
        yield f"  {mismatch.field}"
        yield item_text(_stated_text(mismatch.expected), "  expected: ")
        yield item_text(_got_text(mismatch), "  got:      ")
    yield item_text(suggestion_text(outcome.result), "result: ")
    yield "  why"
    why = [line for reason in reasons(compiled, outcome.answers) for line in _reason_lines(reason)]
    yield from why or [item_text("no rule holds for certain", "  - ")]
    # If all its answers can be used, a form can have no other problem than this one.
    for problem in outcome.result.problems:
        yield item_text(
            f"the answer to {problem.question} does not count: the other answers say that it is not asked", "  - "
        )


def _got_text(mismatch: Mismatch) -> str:
    """What a field of the result says; of rules that should not be reasons, those that are."""
    if mismatch.field != "misses":
        return _stated_text(mismatch.got)
    return f"fires: {', '.join(rule for rule in mismatch.expected if rule not in mismatch.got)}"


def _reason_lines(reason: Reason) -> Iterator[str]:
    yield item_text(f"{reason.rule.id}: {reason.rule.because}", "  - ")
    for given in reason.because_of:
        yield item_text(asked_and_answered(given.question, given.answer), "    > ")


def _stated_text(stated: FieldValue) -> str:
    return stated if isinstance(stated, str) else ", ".join(stated) or "nothing"


def _count_mismatches(outcomes: Sequence[CaseOutcome]) -> int:
    return sum(len(outcome.mismatches) for outcome in outcomes)


def _failed_case_json(outcome: CaseOutcome, compiled: CompiledQuestionnaire) -> dict[str, object]:
    case = outcome.case
    return {
        "id": case.id,
        "story": case.story,
        "line": case.span.line,
        "column": case.span.column,
        "mismatches": [
            {"field": mismatch.field, "expected": mismatch.expected, "got": mismatch.got}
            for mismatch in outcome.mismatches
        ],
        "reasons": [*map(_reason_json, reasons(compiled, outcome.answers))],
        "not_counted": [problem.question for problem in outcome.result.problems],
    }


def _reason_json(reason: Reason) -> dict[str, object]:
    return {
        "id": str(reason.rule.id),
        "because": str(reason.rule.because),
        "answers": {str(given.question.id): answer_text(given.question, given.answer) for given in reason.because_of},
    }
