"""Rules: each can hold, each makes a difference, and so does each alternative in it; none says another over again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from iop_screen.engine.answers import Form
from iop_screen.engine.instrument import ReadyRule
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.problems import Problem, Related, Severity, Span, warning
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict
from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    ChoiceQuestion,
    Clause,
    Condition,
    NumberQuestion,
    answers_of,
    clauses,
)


def rules_matter(study: Study) -> Iterator[Verdict]:
    """Each rule can hold, and for some form nothing else reaches as far as it does. Twins count as one rule."""
    meanings = {str(ready.rule.id): _meaning(study, ready) for ready in study.instrument.rules}
    several = [meaning for meaning in meanings.values() if meaning is not None]
    findings = [finding for ready in study.instrument.rules if (finding := _rule(study, ready, meanings)) is not None]
    yield from findings
    if not findings and len(several) == len({*several}):
        count = len(study.instrument.rules)
        yield Proof("rules-matter", f"Each of the {count} rules, and each alternative in them, decides some form.")


def tests_tell_answers_apart(study: Study) -> Iterator[Verdict]:
    """No test on a risk question or a score is passed by the best answers: it would be passed by all.

    A rule or a guarantee with such a test does not ask for the need that it names; elsewhere it is only odd.
    """
    for use in study.scope.uses():
        severity = Severity.ERROR if use.names_steps else Severity.WARNING
        for clause in clauses(use.condition):
            if _always_passes(study, clause):
                message = f"in {use.of} the test on `{clause.subject}` is passed by every answer, the best one too"
                hint = "ask for a worse answer; options of a risk question stand best first"
                yield Finding(Problem("always-passes", message, clause.subject.span, hint, severity=severity))


def _always_passes(study: Study, clause: Clause) -> bool:
    scores = {str(ready.score.id): ready for ready in study.instrument.scores}
    if clause.subject in scores:
        fewest = sum(item.fewest for item in scores[clause.subject].items)
        return isinstance(clause.test, AtLeast) and int(clause.test.bound) <= fewest
    question = study.scope.questions[clause.subject]
    match question, clause.test:
        case _ if question.role != "risk":
            return False
        case ChoiceQuestion(), AtLeast(bound):
            return bound == answers_of(question)[0]
        case NumberQuestion(min=lowest, worse="higher"), AtLeast(bound):
            return Decimal(bound) <= lowest
        case NumberQuestion(max=highest, worse="lower"), AtMost(bound):
            return Decimal(bound) >= highest
    return False


def rules_differ(study: Study) -> Iterator[Verdict]:
    """No two rules have the same meaning."""
    first: dict[_Meaning, ReadyRule] = {}
    for ready in study.instrument.rules:
        meaning = _meaning(study, ready)
        earlier = None if meaning is None else first.setdefault(meaning, ready)
        if earlier is not None and earlier is not ready:
            message = f"the rules `{earlier.rule.id}` and `{ready.rule.id}` have the same meaning"
            where = (Related("the first of them", earlier.rule.id.span),)
            yield Finding(warning("same-meaning", message, ready.rule.id.span, "keep one of the two", where))


_Meaning = tuple[int, int, frozenset[Form]]


def _meaning(study: Study, ready: ReadyRule) -> _Meaning | None:
    """What a rule means: its steps and its weakest forms; None if it never holds, or has too many of them."""
    try:
        forms = frozenset(study.forms(ready.when))
    except TooManyCorners:
        return None
    return (ready.level, ready.first_step, forms) if forms else None


def _rule(study: Study, ready: ReadyRule, meanings: Mapping[str, _Meaning | None]) -> Finding | None:
    rule = ready.rule
    try:
        forms = study.forms(ready.when)
        if not forms:
            hint = why_never(study, rule.when)
            return Finding(Problem("never-holds", f"no form can meet the rule `{rule.id}`", rule.id.span, hint))
        if ready.level == ready.first_step == 0:
            message = f"the rule `{rule.id}` asks for the first level, which each form has anyway"
            return Finding(warning("never-matters", message, rule.id.span, "name a higher level, or remove the rule"))
        others = [other for other in study.others(ready) if meanings[other.rule.id] != meanings[rule.id]]
        if not study.short(forms, ready.level, ready.first_step, others):
            message = f"the rule `{rule.id}` never makes a difference: others always reach as far when it holds"
            return Finding(warning("never-matters", message, rule.id.span, "remove it, or see what it was meant for"))
        if not ready.first_step and not study.short(study.in_scope(ready.when), ready.level, 0, others):
            message = f"the rule `{rule.id}` never makes a difference in scope, and elsewhere no level is suggested"
            return Finding(warning("never-matters", message, rule.id.span, "see whom it was meant for"))
        return _alternatives(study, ready)
    except TooManyCorners as many:
        message = f"whether the rule `{rule.id}` matters is not decided: it has {many}"
        return Finding(warning("not-decided", message, rule.id.span, "split the rule into several smaller ones"))


def _alternatives(study: Study, ready: ReadyRule) -> Finding | None:
    """The first alternative inside an `any` that never makes a difference."""
    for written, only, without in _splits(ready.rule.when, ready.when):
        forms = study.forms(only)
        if not study.short(forms, ready.level, ready.first_step, study.others(ready, without)):
            message = f"in the rule `{ready.rule.id}` this part of an `any` changes nothing"
            return Finding(warning("alternative-never-matters", message, _place(written), "remove it from the `any`"))
    return None


def _splits(written: Condition, resolved: Condition) -> Iterator[tuple[Condition, Condition, Condition]]:
    """Each alternative of each `any`: as written, the condition with it alone, and the condition without it."""
    if not (isinstance(written, All | AnyOf) and isinstance(resolved, All | AnyOf)):
        return
    if isinstance(resolved, AnyOf) and len(resolved.parts) > 1:
        for place, part in enumerate(resolved.parts):
            yield written.parts[place], part, AnyOf((*resolved.parts[:place], *resolved.parts[place + 1 :]))
    for place, (part, inner) in enumerate(zip(written.parts, resolved.parts, strict=True)):
        for found, only, without in _splits(part, inner):
            yield found, _with(resolved, place, only), _with(resolved, place, without)


def _with(whole: All | AnyOf, place: int, part: Condition) -> Condition:
    """The condition with another part at one place; of an `any` only that part is kept beside it."""
    parts = (*whole.parts[:place], part, *whole.parts[place + 1 :])
    return All(parts) if isinstance(whole, All) else AnyOf(parts)


def _place(written: Condition) -> Span:
    match written:
        case Clause(subject, _):
            return subject.span
        case All((first, *_)) | AnyOf((first, *_)):
            return _place(first)
    raise TypeError(type(written))
