"""Rules: each can hold, each makes a difference, and so does each alternative in it; none says another over again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, Proof
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import Problem, Related, Severity, Span, warning
from iop_screen.engine.answers import Answers
from iop_screen.engine.compiled import CompiledRule
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.questionnaire.answers import predicate
from iop_screen.questionnaire.conditions import All, AnyOf, AtLeast, Clause, WrittenCondition, clauses


def rules_matter(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Each rule can hold, and for some form nothing else reaches as far as it does. Twins count as one rule."""
    meanings = {str(rule.definition.id): _meaning(analysis, rule) for rule in analysis.compiled.rules}
    several = [meaning for meaning in meanings.values() if meaning is not None]
    findings = [finding for rule in analysis.compiled.rules if (finding := _rule(analysis, rule, meanings)) is not None]
    yield from findings
    if not findings and len(several) == len({*several}):
        count = len(analysis.compiled.rules)
        yield Proof("rules-matter", f"Each of the {count} rules, and each alternative in them, decides some form.")


def tests_tell_answers_apart(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No test on a risk question or a score is passed by the best answers: it would be passed by all.

    A rule or a guarantee with such a test does not ask for the need that it names; elsewhere it is only odd.
    """
    for use in analysis.scope.uses():
        severity = Severity.ERROR if use.names_steps else Severity.WARNING
        for clause in clauses(use.condition):
            if _always_passes(analysis, clause):
                message = f"in {use.of} the test on `{clause.subject}` is passed by every answer, the best one too"
                hint = "ask for a worse answer; options of a risk question stand best first"
                yield Finding(Problem("always-passes", message, clause.subject.span, hint, severity=severity))


def _always_passes(analysis: Analysis, clause: Clause) -> bool:
    scores = {str(score.definition.id): score for score in analysis.compiled.scores}
    if clause.subject in scores:
        fewest = sum(item.fewest for item in scores[clause.subject].items)
        return isinstance(clause.test, AtLeast) and int(clause.test.bound) <= fewest
    question = analysis.scope.questions[clause.subject]
    best = question.best_answer() if question.role == "risk" else None
    return best is not None and predicate(question.resolve_test(0, clause.test))(best)


def rules_differ(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No two rules have the same meaning."""
    first: dict[_Meaning, CompiledRule] = {}
    for rule in analysis.compiled.rules:
        meaning = _meaning(analysis, rule)
        earlier = None if meaning is None else first.setdefault(meaning, rule)
        if earlier is not None and earlier is not rule:
            message = f"the rules `{earlier.definition.id}` and `{rule.definition.id}` have the same meaning"
            where = (Related("the first of them", earlier.definition.id.span),)
            yield Finding(warning("same-meaning", message, rule.definition.id.span, "keep one of the two", where))


_Meaning = tuple[int, int, frozenset[Answers]]


def _meaning(analysis: Analysis, rule: CompiledRule) -> _Meaning | None:
    """What a rule means: its steps and its weakest forms; None if it never holds, or has too many of them."""
    try:
        answer_sets = frozenset(analysis.answer_sets(rule.when))
    except TooManyMinimalForms:
        return None
    return (rule.level, rule.first_step, answer_sets) if answer_sets else None


def _rule(analysis: Analysis, compiled_rule: CompiledRule, meanings: Mapping[str, _Meaning | None]) -> Finding | None:
    rule = compiled_rule.definition
    try:
        answer_sets = analysis.answer_sets(compiled_rule.when)
        if not answer_sets:
            hint = why_never(analysis, rule.when)
            return Finding(Problem("never-holds", f"no form can meet the rule `{rule.id}`", rule.id.span, hint))
        if compiled_rule.level == compiled_rule.first_step == 0:
            message = f"the rule `{rule.id}` asks for the first level, which each form has anyway"
            return Finding(warning("never-matters", message, rule.id.span, "name a higher level, or remove the rule"))
        others = [
            other for other in analysis.others(compiled_rule) if meanings[other.definition.id] != meanings[rule.id]
        ]
        if not analysis.short(answer_sets, compiled_rule.level, compiled_rule.first_step, others):
            message = f"the rule `{rule.id}` never makes a difference: others always reach as far when it holds"
            return Finding(warning("never-matters", message, rule.id.span, "remove it, or see what it was meant for"))
        if not compiled_rule.first_step and not analysis.short(
            analysis.in_scope(compiled_rule.when), compiled_rule.level, 0, others
        ):
            message = f"the rule `{rule.id}` never makes a difference in scope, and elsewhere no level is suggested"
            return Finding(warning("never-matters", message, rule.id.span, "see whom it was meant for"))
        return _alternatives(analysis, compiled_rule)
    except TooManyMinimalForms as many:
        message = f"whether the rule `{rule.id}` matters is not decided: it has {many}"
        return Finding(warning("not-decided", message, rule.id.span, "split the rule into several smaller ones"))


def _alternatives(analysis: Analysis, rule: CompiledRule) -> Finding | None:
    """The first alternative inside an `any` that never makes a difference."""
    for written, only, without in _splits(rule.definition.when, rule.when):
        answer_sets = analysis.answer_sets(only)
        if not analysis.short(answer_sets, rule.level, rule.first_step, analysis.others(rule, without)):
            message = f"in the rule `{rule.definition.id}` this part of an `any` changes nothing"
            return Finding(
                warning("alternative-never-matters", message, _condition_span(written), "remove it from the `any`")
            )
    return None


def _splits(written: WrittenCondition, resolved: Condition) -> Iterator[tuple[WrittenCondition, Condition, Condition]]:
    """Each alternative of each `any`: as written, the condition with it alone, and the condition without it."""
    if not (isinstance(written, All | AnyOf) and isinstance(resolved, AllHold | AnyHolds)):
        return
    if isinstance(resolved, AnyHolds) and len(resolved.parts) > 1:
        for index, part in enumerate(resolved.parts):
            yield written.parts[index], part, AnyHolds((*resolved.parts[:index], *resolved.parts[index + 1 :]))
    for index, inner in enumerate(resolved.parts):
        for found, only, rest in _splits(written.parts[index], inner):
            yield found, _with(resolved, index, only), _with(resolved, index, rest)


def _with(questionnaire: AllHold | AnyHolds, index: int, part: Condition) -> Condition:
    """The condition with another part at one place; of an `any` only that part is kept beside it."""
    parts = (*questionnaire.parts[:index], part, *questionnaire.parts[index + 1 :])
    return AllHold(parts) if isinstance(questionnaire, AllHold) else AnyHolds(parts)


def _condition_span(written: WrittenCondition) -> Span:
    return next(clauses(written)).subject.span
