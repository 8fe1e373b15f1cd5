"""Guarantees: each is proved for every possible form, or refused with the smallest form that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.instrument import ReadyGuarantee
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict
from iop_screen.questionnaire.phrases import condition_phrase, reach_phrase


def guarantees_hold(study: Study) -> Iterator[Verdict]:
    """For every form for which a guarantee's condition must hold, the ladders give at least what it names."""
    for ready in study.instrument.guarantees:
        yield _one(study, ready)


def _one(study: Study, ready: ReadyGuarantee) -> Verdict:
    guarantee = ready.guarantee
    place = guarantee.id.span
    if ready.level == ready.first_step == 0:
        message = f"the guarantee `{guarantee.id}` asks for the least intensive level, where every form stands already"
        hint = "name a higher level or a first step"
        return Finding(Problem("never-matters", message, place, hint, severity=Severity.WARNING))
    try:
        forms = study.forms(ready.when)
    except TooManyCorners as many:
        message = f"`{guarantee.id}` is not decided: it has {many}"
        return Finding(Problem("not-decided", message, place, "split the guarantee into several smaller ones"))
    if not forms:
        message = f"no form can meet the condition of `{guarantee.id}`, so it promises nothing"
        return Finding(Problem("guarantee-never-applies", message, place, "look for two tests that exclude each other"))
    promise = f"if {condition_phrase(guarantee.when)}, then {reach_phrase(study.questionnaire, guarantee)}"
    broken = study.short(forms, ready.level, ready.first_step, study.instrument.rules)
    if not broken:
        count = "at its one weakest form" if len(forms) == 1 else f"at each of its {len(forms):,} weakest forms"
        return Proof("guarantee", f"{guarantee.id}: {promise} ({count}).", guarantee.id)
    message = f"the guarantee `{guarantee.id}` does not hold: {promise}"
    return Finding(Problem("guarantee-broken", message, place, _HINT), study.witness(broken))


_HINT = "the form below is the smallest that breaks it; add or tighten a rule, or change the guarantee"
