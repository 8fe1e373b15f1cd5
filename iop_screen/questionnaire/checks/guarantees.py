"""Guarantees: each is proved for every possible form, or refused with the smallest form that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.instrument import ReadyGuarantee
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.problems import Problem, Severity, warning
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict
from iop_screen.questionnaire.model import clauses
from iop_screen.questionnaire.phrases import promise_phrase


def guarantees_hold(study: Study) -> Iterator[Verdict]:
    """For every form for which a guarantee's condition must hold, the ladders give at least what it names."""
    verdicts = [(ready, _one(study, ready)) for ready in study.instrument.guarantees]
    yield from (verdict for _, verdict in verdicts)
    if any(isinstance(verdict, Proof) for _, verdict in verdicts) and any(study.instrument.gates):
        yield Proof(
            "only-what-is-asked",
            "An answer counts only where its question is asked; a score adds up only such answers.",
        )
    if any(ready.level and isinstance(verdict, Proof) for ready, verdict in verdicts):
        yield from _where_no_level_is_suggested(study)


def _where_no_level_is_suggested(study: Study) -> Iterator[Proof]:
    """Said once, what a guarantee of a level means for forms that get no level."""
    instrument = study.instrument
    emergency = "in an emergency" if instrument.interrupt is not None else ""
    outside = "outside `applies_when`" if instrument.applies_when is not None else ""
    where = " or ".join(filter(None, [emergency, outside]))
    if where:
        yield Proof(
            "least-level",
            "A level in a guarantee is the least level that the answers ask for. It is not suggested "
            f"{where}; there only the first step is given.",
        )


def _one(study: Study, ready: ReadyGuarantee) -> Verdict:
    guarantee = ready.guarantee
    place = guarantee.id.span
    if ready.level == ready.first_step == 0:
        message = f"the guarantee `{guarantee.id}` asks for the first level, which each form has anyway"
        hint = "name a higher level or a first step"
        return Finding(warning("never-matters", message, place, hint), of=guarantee.id)
    try:
        forms = study.forms(ready.when)
        for_nobody = _for_nobody_in_scope(study, ready)
    except TooManyCorners as many:
        message = f"`{guarantee.id}` is not decided: it has {many}"
        hint = "split the guarantee into several smaller ones"
        return Finding(Problem("not-decided", message, place, hint), of=guarantee.id)
    if not forms:
        message = f"no form can meet the condition of `{guarantee.id}`, so it promises nothing"
        hint = why_never(study, guarantee.when)
        return Finding(Problem("guarantee-never-applies", message, place, hint), of=guarantee.id)
    promise = promise_phrase(study.questionnaire, guarantee)
    broken = study.short(forms, ready.level, ready.first_step, study.instrument.rules)
    if not broken and for_nobody:
        message = f"nobody in scope can meet the condition of `{guarantee.id}`, so it promises nothing to them"
        hint = "look for an `ask_when` that hides a question from everyone in scope"
        severity = Severity.ERROR if ready.level else Severity.WARNING
        return Finding(Problem("guarantee-never-applies", message, place, hint, severity=severity), of=guarantee.id)
    if not broken:
        count = "at its one weakest form" if len(forms) == 1 else f"at each of its {len(forms):,} weakest forms"
        return Proof("guarantee", f"{guarantee.id}: {promise} ({count}).", guarantee.id)
    message = f"the guarantee `{guarantee.id}` does not hold: {promise}"
    return Finding(Problem("guarantee-broken", message, place, _HINT), study.witness(broken), guarantee.id)


def _for_nobody_in_scope(study: Study, ready: ReadyGuarantee) -> bool:
    """Whether no form in scope meets the condition; not if a guarantee of a first step says itself whom it is for.

    Outside of the scope no level is suggested, but first steps are given.
    """
    subjects = {clause.subject for clause in clauses(ready.guarantee.when)}
    decides = {clause.subject for clause in clauses(study.questionnaire.applies_when)}
    return (bool(ready.level) or not subjects & decides) and not study.in_scope(ready.when)


_HINT = "the form below is the smallest that breaks it; add or tighten a rule, or change the guarantee"
