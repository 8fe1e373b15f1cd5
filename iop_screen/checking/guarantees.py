"""Guarantees: each is proved for every possible form, or refused with the smallest form that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, Proof
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import Problem, Severity, warning
from iop_screen.engine.compiled import CompiledGuarantee
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.questionnaire.conditions import clauses
from iop_screen.questionnaire.phrases import promise_phrase


def guarantees_hold(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every form for which a guarantee's condition must hold, the ladders give at least what it names."""
    verdicts = [(part, _one(analysis, part)) for part in analysis.compiled.guarantees]
    yield from (verdict for _, verdict in verdicts)
    if any(isinstance(verdict, Proof) for _, verdict in verdicts) and any(analysis.compiled.ask_when):
        yield Proof(
            "only-what-is-asked",
            "An answer counts only where its question is asked; a score adds up only such answers.",
        )
    if any(part.level and isinstance(verdict, Proof) for part, verdict in verdicts):
        yield from _where_no_level_is_suggested(analysis)


def _where_no_level_is_suggested(analysis: Analysis) -> Iterator[Proof]:
    """Said once, what a guarantee of a level means for forms that get no level."""
    compiled = analysis.compiled
    emergency = "in an emergency" if compiled.interrupt is not None else ""
    outside = "outside `applies_when`" if compiled.applies_when is not None else ""
    where = " or ".join(filter(None, [emergency, outside]))
    if where:
        yield Proof(
            "least-level",
            "A level in a guarantee is the least level that the answers ask for. It is not suggested "
            f"{where}; there only the first step is given.",
        )


def _one(analysis: Analysis, compiled_guarantee: CompiledGuarantee) -> CheckVerdict:
    guarantee = compiled_guarantee.definition
    span = guarantee.id.span
    if compiled_guarantee.level == compiled_guarantee.first_step == 0:
        message = f"the guarantee `{guarantee.id}` asks for the first level, which each form has anyway"
        hint = "name a higher level or a first step"
        return Finding(warning("never-matters", message, span, hint), of=guarantee.id)
    try:
        answer_sets = analysis.answer_sets(compiled_guarantee.when)
        for_nobody = _for_nobody_in_scope(analysis, compiled_guarantee)
    except TooManyMinimalForms as many:
        message = f"`{guarantee.id}` is not decided: it has {many}"
        hint = "split the guarantee into several smaller ones"
        return Finding(Problem("not-decided", message, span, hint), of=guarantee.id)
    if not answer_sets:
        message = f"no form can meet the condition of `{guarantee.id}`, so it promises nothing"
        hint = why_never(analysis, guarantee.when)
        return Finding(Problem("guarantee-never-applies", message, span, hint), of=guarantee.id)
    promise = promise_phrase(analysis.questionnaire, guarantee)
    broken = analysis.short(
        answer_sets, compiled_guarantee.level, compiled_guarantee.first_step, analysis.compiled.rules
    )
    if not broken and for_nobody:
        message = f"nobody in scope can meet the condition of `{guarantee.id}`, so it promises nothing to them"
        hint = "look for an `ask_when` that hides a question from everyone in scope"
        severity = Severity.ERROR if compiled_guarantee.level else Severity.WARNING
        return Finding(Problem("guarantee-never-applies", message, span, hint, severity=severity), of=guarantee.id)
    if not broken:
        count = (
            "at its one weakest form" if len(answer_sets) == 1 else f"at each of its {len(answer_sets):,} weakest forms"
        )
        return Proof("guarantee", f"{guarantee.id}: {promise} ({count}).", guarantee.id)
    message = f"the guarantee `{guarantee.id}` does not hold: {promise}"
    return Finding(Problem("guarantee-broken", message, span, _HINT), analysis.witness(broken), guarantee.id)


def _for_nobody_in_scope(analysis: Analysis, guarantee: CompiledGuarantee) -> bool:
    """Whether no form in scope meets the condition; not if a guarantee of a first step says itself whom it is for.

    Outside of the scope no level is suggested, but first steps are given.
    """
    subjects = {clause.subject for clause in clauses(guarantee.definition.when)}
    decides = {clause.subject for clause in clauses(analysis.questionnaire.applies_when)}
    return (bool(guarantee.level) or not subjects & decides) and not analysis.in_scope(guarantee.when)


_HINT = "the form below is the smallest that breaks it; add or tighten a rule, or change the guarantee"
