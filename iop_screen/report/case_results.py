"""The results of cases, as text and as JSON: where they differ from what was expected, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iop_screen.checking.cases import CaseOutcome, Mismatch, Stated
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Reason, reasons
from iop_screen.report.wording import answer_text, asked_and_answered, item_text, plural

CASES_SCHEMA = "iop-screen.cases/1"


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
    yield "  why"
    why = [line for reason in reasons(compiled, outcome.answers) for line in _reason_lines(reason)]
    yield from why or [item_text("no rule holds for certain", "  - ")]
    # If all its answers can be used, a form can have no other problem than this one.
    for problem in outcome.result.problems:
        not_asked = "does not count: the other answers say that it is not asked"
        yield item_text(f"the answer to {problem.question} {not_asked}", "  - ")


def _got_text(mismatch: Mismatch) -> str:
    """What a field of the result says; of rules that should not be reasons, those that are."""
    if mismatch.field != "misses":
        return _stated_text(mismatch.got)
    return f"fires: {', '.join(rule for rule in mismatch.expected if rule not in mismatch.got)}"


def _reason_lines(reason: Reason) -> Iterator[str]:
    yield item_text(f"{reason.rule.id}: {reason.rule.because}", "  - ")
    for given in reason.because_of:
        yield item_text(asked_and_answered(given.question, given.answer), "    > ")


def _stated_text(stated: Stated) -> str:
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
        "mismatches": [*map(_mismatch_json, outcome.mismatches)],
        "reasons": [*map(_reason_json, reasons(compiled, outcome.answers))],
        "not_counted": [problem.question for problem in outcome.result.problems],
    }


def _mismatch_json(mismatch: Mismatch) -> dict[str, object]:
    return {"field": mismatch.field, "expected": mismatch.expected, "got": mismatch.got}


def _reason_json(reason: Reason) -> dict[str, object]:
    return {
        "id": str(reason.rule.id),
        "because": str(reason.rule.because),
        "answers": {str(given.question.id): answer_text(given.question, given.answer) for given in reason.because_of},
    }
