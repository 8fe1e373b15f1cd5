"""Rules: each can hold, each makes a difference, and so does each alternative in it; no two mean the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iop_screen.checking.analysis import (
    Analysis,
    CheckVerdict,
    Finding,
    Proof,
    finding,
    not_decided,
    warning_finding,
)
from iop_screen.checking.undecided import NotDecided
from iop_screen.core.problems import Related, Severity, warning
from iop_screen.engine.compiled import CompiledRule
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition
from iop_screen.questionnaire.answers import predicate
from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, Clause, WrittenCondition, clauses


def rules_matter(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Each rule can hold, and for some answers no other rule reaches as far. Rules with one meaning count as one."""
    rules, first = analysis.compiled.rules, analysis.first_with_same_meaning
    findings = [found for rule in rules if (found := _rule_finding(analysis, rule, first)) is not None]
    yield from findings
    if not findings and all(first[rule.definition.id] is rule for rule in rules):
        yield Proof("rules-matter", f"Each of the {len(rules)} rules, and each alternative in them, decides some form.")


def tests_tell_answers_apart(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No test on a risk question or a score is passed by the best answers, for then all answers pass it.

    It is an error in a rule or a guarantee, which then does not ask for the need that it names; else a warning.
    """
    for use in analysis.declarations.uses():
        severity = Severity.ERROR if use.names_steps else Severity.WARNING
        for clause in clauses(use.condition):
            if _always_passes(analysis, clause):
                yield finding(
                    "always-passes",
                    f"in {use.of} the test on `{clause.subject}` is passed by every answer, the best one too",
                    clause.subject.span,
                    "ask for a worse answer; options of a risk question stand best first",
                    severity,
                )


def _always_passes(analysis: Analysis, clause: Clause) -> bool:
    for score in analysis.compiled.scores:
        if score.definition.id == clause.subject:
            fewest = sum(item.fewest for item in score.items)
            return isinstance(clause.test, AtLeast) and int(clause.test.bound) <= fewest
    question = analysis.declarations.questions[clause.subject]
    best = question.best_answer() if question.role == "risk" else None
    return best is not None and predicate(question.resolve_test(0, clause.test))(best)


def rules_differ(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No two rules have the same meaning."""
    first_with = analysis.first_with_same_meaning
    for rule in analysis.compiled.rules:
        earlier = first_with.get(rule.definition.id, rule)
        if earlier is not rule:
            first, second = earlier.definition.id, rule.definition.id
            message = f"the rules `{first}` and `{second}` have the same meaning"
            related = (Related("the first of them", first.span),)
            yield Finding(warning("same-meaning", message, second.span, "keep one of the two", related))


def _rule_finding(analysis: Analysis, rule: CompiledRule, first: Mapping[str, CompiledRule]) -> Finding | None:
    """The first thing that is wrong with a rule; `first` gives the first rule with the same meaning."""
    name, span = rule.definition.id, rule.definition.id.span
    try:
        if not analysis.can_hold(rule.when):
            return finding(
                "never-holds", f"no form can meet the rule `{name}`", span, analysis.why_never_met(rule.definition.when)
            )
        if rule.level == rule.first_step == 0:
            return warning_finding(
                "never-matters",
                f"the rule `{name}` asks for the first level, which each form has anyway",
                span,
                "name a higher level, or remove the rule",
            )
        others = [other for other in analysis.compiled.rules if first.get(other.definition.id) is not first[name]]
        if not analysis.forms_with(rule.when, analysis.falls_short(rule.level, rule.first_step, others)):
            return warning_finding(
                "never-matters",
                f"the rule `{name}` never makes a difference: others always reach as far when it holds",
                span,
                "remove it, or see what it was meant for",
            )
        if not rule.first_step and not analysis.forms_with(
            analysis.in_scope(rule.when), analysis.falls_short(rule.level, 0, others)
        ):
            return warning_finding(
                "never-matters",
                f"the rule `{name}` never makes a difference in scope, and elsewhere no level is suggested",
                span,
                "see whom it was meant for",
            )
        return _alternatives_finding(analysis, rule)
    except NotDecided as undecided:
        shorter = "split the rule into several smaller ones"
        return not_decided(f"whether the rule `{name}` matters", undecided, span, shorter, Severity.WARNING)


def _alternatives_finding(analysis: Analysis, rule: CompiledRule) -> Finding | None:
    """The first alternative inside an `any` that never makes a difference. Raises NotDecided."""
    for written, alone, without in _alternatives(rule.definition.when, rule.when):
        others = analysis.other_rules(rule, without)
        if not analysis.forms_with(alone, analysis.falls_short(rule.level, rule.first_step, others)):
            message = f"in the rule `{rule.definition.id}` this part of an `any` changes nothing"
            span = next(clauses(written)).subject.span
            return warning_finding("alternative-never-matters", message, span, "remove it from the `any`")
    return None


def _alternatives(
    written: WrittenCondition, resolved: Condition
) -> Iterator[tuple[WrittenCondition, Condition, Condition]]:
    """Each alternative of each `any`: as written, the condition with it alone, and the condition without it."""
    if not (isinstance(written, All | AnyOf) and isinstance(resolved, AllHold | AnyHolds)):
        return
    parts = resolved.parts
    if isinstance(resolved, AnyHolds) and len(parts) > 1:
        for index, part in enumerate(parts):
            yield written.parts[index], part, AnyHolds((*parts[:index], *parts[index + 1 :]))
    for index, part in enumerate(parts):
        for found, alone, without in _alternatives(written.parts[index], part):
            yield found, _with_part(resolved, index, alone), _with_part(resolved, index, without)


def _with_part(condition: AllHold | AnyHolds, index: int, part: Condition) -> Condition:
    """The condition with another part in place of the one with this index."""
    parts = (*condition.parts[:index], part, *condition.parts[index + 1 :])
    return AllHold(parts) if isinstance(condition, AllHold) else AnyHolds(parts)
