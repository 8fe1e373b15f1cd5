"""Guarantees: each is proved for all possible answers, or refused with the smallest answers that break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, Proof, finding
from iop_screen.core.problems import Problem, Severity
from iop_screen.engine.compiled import CompiledGuarantee
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.questionnaire.conditions import clauses
from iop_screen.questionnaire.phrases import promise_phrase


def guarantees_hold(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Whenever a guarantee's condition must hold, the ladders give at least the steps that it names."""
    guarantees = analysis.compiled.guarantees
    verdicts = [replace(_verdict(analysis, part), guarantee_id=part.definition.id) for part in guarantees]
    yield from verdicts
    proved = [part for part, verdict in zip(guarantees, verdicts, strict=True) if isinstance(verdict, Proof)]
    if proved and any(analysis.compiled.ask_when):
        yield Proof(
            "only-what-is-asked",
            "An answer counts only where its question is asked; a score adds up only such answers.",
        )
    emergency = "in an emergency" if analysis.compiled.interrupt is not None else ""
    outside = "outside `applies_when`" if analysis.compiled.applies_when is not None else ""
    without_level = " or ".join(filter(None, [emergency, outside]))
    if without_level and any(guarantee.level for guarantee in proved):
        yield Proof(
            "least-level",
            "A level in a guarantee is the least level that the answers ask for. It is not suggested "
            f"{without_level}; there only the first step is given.",
        )


def _verdict(analysis: Analysis, compiled_guarantee: CompiledGuarantee) -> CheckVerdict:
    guarantee = compiled_guarantee.definition
    name, span, level = guarantee.id, guarantee.id.span, compiled_guarantee.level
    if level == compiled_guarantee.first_step == 0:
        return finding(
            "never-matters",
            f"the guarantee `{name}` asks for the first level, which each form has anyway",
            span,
            "name a higher level or a first step",
            Severity.WARNING,
        )
    try:
        answer_sets = analysis.answer_sets(compiled_guarantee.when)
        promises_nothing = _is_for_nobody_in_scope(analysis, compiled_guarantee)
    except TooManyMinimalForms as many:
        message = f"`{name}` is not decided: it has {many}"
        return finding("not-decided", message, span, "split the guarantee into several smaller ones")
    if not answer_sets:
        return finding(
            "guarantee-never-applies",
            f"no form can meet the condition of `{name}`, so it promises nothing",
            span,
            analysis.why_never_met(guarantee.when),
        )
    promise = promise_phrase(analysis.questionnaire, guarantee)
    broken = analysis.answers_below(answer_sets, level, compiled_guarantee.first_step, analysis.compiled.rules)
    if broken:
        problem = Problem("guarantee-broken", f"the guarantee `{name}` does not hold: {promise}", span, _BROKEN_HINT)
        return Finding(problem, analysis.counterexample(broken))
    if promises_nothing:
        return _for_nobody_in_scope(compiled_guarantee)
    count = "its one weakest form" if len(answer_sets) == 1 else f"each of its {len(answer_sets):,} weakest forms"
    return Proof("guarantee", f"{name}: {promise} (at {count}).")


def _for_nobody_in_scope(guarantee: CompiledGuarantee) -> Finding:
    name = guarantee.definition.id
    return finding(
        "guarantee-never-applies",
        f"nobody in scope can meet the condition of `{name}`, so it promises nothing to them",
        name.span,
        "look for an `ask_when` that hides a question from everyone in scope",
        Severity.ERROR if guarantee.level else Severity.WARNING,
    )


def _is_for_nobody_in_scope(analysis: Analysis, guarantee: CompiledGuarantee) -> bool:
    """Whether no answers in scope meet the condition. Raises TooManyMinimalForms.

    A guarantee of a first step alone may speak of people outside of the scope, where first steps are given too, if
    its own condition says so.
    """
    subjects = {clause.subject for clause in clauses(guarantee.definition.when)}
    names_scope = any(clause.subject in subjects for clause in clauses(analysis.questionnaire.applies_when))
    return (bool(guarantee.level) or not names_scope) and not analysis.answer_sets_in_scope(guarantee.when)


_BROKEN_HINT = "the form below is the smallest that breaks it; add or tighten a rule, or change the guarantee"
