"""What cases came to, as text and as JSON: where it is not what was expected, and by which rules and answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from iop_screen.checking.cases import CaseOutcome, FieldValue, Mismatch
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Reason, reasons
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.report.wording import answer_text, asked_and_answered, item, plural

CASES_SCHEMA = "iop-screen.cases/1"


def cases_text(outcomes: Sequence[CaseOutcome], compiled: CompiledQuestionnaire, path: str) -> str:
    """Every case that came to something else, with its place, and why; then how many there were."""
    parts = ["\n".join(_lines(outcome, compiled, path)) + "\n" for outcome in outcomes if outcome.mismatches]
    counted = f"{sanitize(path)}: {plural(len(outcomes), 'case')}, {_plural_mismatch(_count(outcomes))}\n"
    return "\n".join([*parts, counted])


def cases_json(outcomes: Sequence[CaseOutcome], compiled: CompiledQuestionnaire) -> dict[str, object]:
    """The same as a JSON object: how many cases and mismatches, and each case that came to something else."""
    return {
        "schema": CASES_SCHEMA,
        "questionnaire": compiled.stamp,
        "cases": len(outcomes),
        "mismatches": _count(outcomes),
        "failed": [_failed(outcome, compiled) for outcome in outcomes if outcome.mismatches],
    }


def _lines(outcome: CaseOutcome, compiled: CompiledQuestionnaire, path: str) -> Iterator[str]:
    case = outcome.case
    yield f"{sanitize(path)}:{case.span.line}:{case.span.column}: {case.id}: {sanitize(case.story)}"
    for mismatch in outcome.mismatches:
        yield f"  {mismatch.field}"
        yield item(_said(mismatch.expected), "  expected: ")
        yield item(_got(mismatch), "  got:      ")
    yield "  why"
    why = [line for reason in reasons(compiled, outcome.answers) for line in _reason(reason)]
    yield from why or [item("no rule holds for certain", "  - ")]
    yield from (item(_not_counted(problem), "  - ") for problem in outcome.result.problems)


def _got(mismatch: Mismatch) -> str:
    """What a field says; of rules that should not be reasons, those that are."""
    if mismatch.field != "misses":
        return _said(mismatch.got)
    return f"fires: {', '.join(rule for rule in mismatch.expected if rule not in mismatch.got)}"


def _not_counted(problem: AnswerProblem) -> str:
    """Why an answer of a case says nothing: the only problem that a form can have, if all its answers are usable."""
    return f"the answer to {problem.question} does not count: the other answers say that it is not asked"


def _reason(reason: Reason) -> Iterator[str]:
    yield item(f"{reason.rule.id}: {reason.rule.because}", "  - ")
    for given in reason.because_of:
        yield item(asked_and_answered(given.question, given.answer), "    > ")


def _said(said: FieldValue) -> str:
    return said if isinstance(said, str) else ", ".join(said) or "nothing"


def _count(outcomes: Sequence[CaseOutcome]) -> int:
    return sum(len(outcome.mismatches) for outcome in outcomes)


def _plural_mismatch(number: int) -> str:
    return f"{number:,} {'mismatch' if number == 1 else 'mismatches'}"


def _failed(outcome: CaseOutcome, compiled: CompiledQuestionnaire) -> dict[str, object]:
    case = outcome.case
    return {
        "id": case.id,
        "story": case.story,
        "line": case.span.line,
        "column": case.span.column,
        "mismatches": [*map(_mismatch, outcome.mismatches)],
        "reasons": [*map(_reason_json, reasons(compiled, outcome.answers))],
        "not_counted": [problem.question for problem in outcome.result.problems],
    }


def _mismatch(mismatch: Mismatch) -> dict[str, object]:
    return {"field": mismatch.field, "expected": _listed(mismatch.expected), "got": _listed(mismatch.got)}


def _listed(said: FieldValue) -> str | list[str]:
    return said if isinstance(said, str) else [*said]


def _reason_json(reason: Reason) -> dict[str, object]:
    return {
        "id": str(reason.rule.id),
        "because": str(reason.rule.because),
        "answers": {str(given.question.id): answer_text(given.question, given.answer) for given in reason.because_of},
    }
