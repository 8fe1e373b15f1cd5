"""Guarantees: each is proved for every possible form, or refused with the smallest form that breaks it."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.corners import TooManyCorners
from iop_screen.engine.instrument import ReadyGuarantee
from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict
from iop_screen.questionnaire.phrases import promise_phrase


def guarantees_hold(study: Study) -> Iterator[Verdict]:
    """For every form for which a guarantee's condition must hold, the ladders give at least what it names."""
    verdicts = [(ready, _one(study, ready)) for ready in study.instrument.guarantees]
    yield from (verdict for _, verdict in verdicts)
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
        return Finding(Problem("never-matters", message, place, hint, severity=Severity.WARNING), of=guarantee.id)
    try:
        forms = study.forms(ready.when)
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
    if not broken:
        count = "at its one weakest form" if len(forms) == 1 else f"at each of its {len(forms):,} weakest forms"
        return Proof("guarantee", f"{guarantee.id}: {promise} ({count}).", guarantee.id)
    message = f"the guarantee `{guarantee.id}` does not hold: {promise}"
    return Finding(Problem("guarantee-broken", message, place, _HINT), study.witness(broken), guarantee.id)


_HINT = "the form below is the smallest that breaks it; add or tighten a rule, or change the guarantee"
