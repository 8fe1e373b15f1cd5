"""Guarantees: each is proved for all possible answers, or refused with answers that break it, none of them needless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, Proof, finding, not_decided
from iop_screen.checking.claims import all_of, must
from iop_screen.checking.containment import implies
from iop_screen.checking.undecided import NotDecided
from iop_screen.core.problems import Problem, Severity, and_list
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledGuarantee, CompiledRule
from iop_screen.engine.conditions import AnyHolds
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
        if not analysis.can_hold(compiled_guarantee.when):
            return finding(
                "guarantee-never-applies",
                f"no form can meet the condition of `{name}`, so it promises nothing",
                span,
                analysis.why_never_met(guarantee.when),
            )
        promise = promise_phrase(analysis.questionnaire, guarantee)
        broken, how = _broken(analysis, compiled_guarantee)
        if broken:
            problem = Problem(
                "guarantee-broken", f"the guarantee `{name}` does not hold: {promise}", span, _BROKEN_HINT
            )
            return Finding(problem, analysis.counterexample(broken))
        if _is_for_nobody_in_scope(analysis, compiled_guarantee):
            return _for_nobody_in_scope(compiled_guarantee)
    except NotDecided as undecided:
        return not_decided(f"`{name}`", undecided, span, "split the guarantee into several smaller ones")
    return Proof("guarantee", f"{name}: {promise} ({how}).")


def _broken(analysis: Analysis, guarantee: CompiledGuarantee) -> tuple[list[Answers], str]:
    """The forms that break a guarantee, of those that were looked at, and how all forms were. Raises NotDecided."""
    falls_short = analysis.falls_short(guarantee.level, guarantee.first_step)
    try:
        answer_sets = analysis.answer_sets(guarantee.when)
        count = "its one weakest form" if len(answer_sets) == 1 else f"each of its {len(answer_sets):,} weakest forms"
        return analysis.holding(answer_sets, falls_short), f"at {count}"
    except TooManyMinimalForms as many:
        rules = _rules_that_keep(analysis, guarantee)
        if rules is not None:
            plural = "rule" if len(rules) == 1 else "rules"
            names = and_list([rule.definition.id for rule in rules])
            return [], f"whoever meets its condition meets the {plural} {names}"
        if _several_rules_keep(analysis, guarantee):
            return [], "whoever meets its condition meets some rule that gives as much"
        claim = all_of(must(guarantee.when), falls_short)
        found = analysis.solved(f"it has {many}", claim, smallest=True)
        return [] if found is None else [found], "for every possible form, by a solver"


def _rules_that_keep(analysis: Analysis, guarantee: CompiledGuarantee) -> list[CompiledRule] | None:
    """Rules that give the steps of a guarantee wherever its condition holds, as far as their conditions show it."""
    rules = [rule for rule in analysis.compiled.rules if implies(guarantee.when, rule.when)]
    for_level = next((rule for rule in rules if rule.level >= guarantee.level), None)
    for_step = next((rule for rule in rules if rule.first_step >= guarantee.first_step), None)
    needed = [(guarantee.level, for_level), (guarantee.first_step, for_step)]
    found = [rule for step, rule in needed if step]
    return None if None in found else [*dict.fromkeys(rule for rule in found if rule is not None)]


def _several_rules_keep(analysis: Analysis, guarantee: CompiledGuarantee) -> bool:
    """Whether wherever the condition holds some rule or other gives each step, as far as the conditions show it."""
    rules = analysis.compiled.rules
    for_level = AnyHolds(tuple(rule.when for rule in rules if rule.level >= guarantee.level))
    for_step = AnyHolds(tuple(rule.when for rule in rules if rule.first_step >= guarantee.first_step))
    needed = [(guarantee.level, for_level), (guarantee.first_step, for_step)]
    return all(not step or implies(guarantee.when, some_rule) for step, some_rule in needed)


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
    """Whether no answers in scope meet the condition. Raises NotDecided.

    A guarantee of a first step alone may speak of people outside of the scope, where first steps are given too, if
    its own condition says so.
    """
    subjects = {clause.subject for clause in clauses(guarantee.definition.when)}
    names_scope = any(clause.subject in subjects for clause in clauses(analysis.questionnaire.applies_when))
    return (bool(guarantee.level) or not names_scope) and not analysis.can_hold(analysis.in_scope(guarantee.when))


_BROKEN_HINT = "the form below breaks it; add or tighten a rule, or change the guarantee"
