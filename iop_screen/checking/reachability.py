"""Every level is suggested to somebody in scope, every first step is given to somebody, and danger is acted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, finding, warning_finding
from iop_screen.core.problems import Span
from iop_screen.engine.answer_batch import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, ScoreAtLeast, leaf_tests
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, conditions_of
from iop_screen.engine.suggest import assess, certain_steps
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate
from iop_screen.questionnaire.model import Level

MAX_COMPLETIONS = 4096
"""So many ways to answer the other questions are tried; if there are more, reaching a level may be "not decided"."""

COMPLETIONS_AT_ONCE = 64


def levels_can_be_suggested(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every level some answers in scope are settled on it, and are no emergency.

    It is enough to look at the minimal forms of the rules for this level, with the best answers to all other
    questions. Where no answer is best, each is tried.
    """
    if analysis.compiled.applies_when is not None and analysis.applies is None:
        return  # nobody is in scope: another check reports that
    for index, level in enumerate(analysis.questionnaire.levels):
        try:
            minimal = _minimal_at_level(analysis, index)
        except _UndecidedError as undecided:
            yield _not_decided(analysis, level.id.span, f"level `{level.id}`", undecided.rule)
            continue
        no_emergency = [answers for answers, step in minimal if step != analysis.compiled.interrupt]
        if level.id in _suggestions(analysis.compiled, islice(_completions(analysis, no_emergency), MAX_COMPLETIONS)):
            continue
        if any(True for _ in islice(_completions(analysis, no_emergency), MAX_COMPLETIONS, None)):
            yield finding(
                "not-decided",
                f"whether any form is settled on the level `{level.id}` is not decided: too many ways to tell",
                level.id.span,
                "write shorter rules",
            )
        else:
            yield _never_suggested(analysis, index, level, reached=bool(minimal))


def first_steps_can_be_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every first step some answers, in scope or not, get it, and no more, for certain."""
    rules = analysis.compiled.rules
    for index, step in enumerate(analysis.questionnaire.first_steps, start=1):
        try:
            answer_sets = _answer_sets(analysis, (rule for rule in rules if rule.first_step == index), in_scope=False)
        except _UndecidedError as undecided:
            yield _not_decided(analysis, step.id.span, f"first step `{step.id}`", undecided.rule)
            continue
        if index not in {given for _, given in certain_steps(analysis.compiled, answer_sets, rules)}:
            yield finding(
                "never-reached",
                f"no form gets the first step `{step.id}`: no rule that can hold stops there",
                step.id.span,
                "add a rule that names it, or remove it",
            )


def danger_is_acted_on(analysis: Analysis) -> Iterator[CheckVerdict]:
    """If there are first steps, one breaks off the interview; if there are contacts, a first step names one."""
    questionnaire = analysis.questionnaire
    first_steps, contacts = questionnaire.first_steps, questionnaire.contacts
    if first_steps and questionnaire.interrupt() is None:
        yield warning_finding(
            "no-interrupt",
            "no first step breaks off the interview, so no answer is ever an emergency",
            first_steps[-1].id.span,
            "if the last one is for emergencies, give it `interrupt: true`",
        )
    if contacts and not any(step.contacts for step in first_steps):
        yield warning_finding(
            "no-contacts",
            "no first step names a contact, so no result says which one to call first",
            contacts[0].id.span,
            "add `contacts:` to the first steps that need one",
        )


class _UndecidedError(Exception):
    """A rule, or `applies_when`, has too many minimal forms to look at each."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _answer_sets(analysis: Analysis, rules: Iterable[CompiledRule], *, in_scope: bool) -> list[Answers]:
    """The minimal forms of some rules, each once. Raises _UndecidedError."""
    minimal_forms_of = analysis.answer_sets_in_scope if in_scope else analysis.answer_sets
    answer_sets: dict[Answers, None] = {}
    for rule in rules:
        try:
            answer_sets |= dict.fromkeys(minimal_forms_of(rule.when))
        except TooManyMinimalForms:
            raise _UndecidedError(str(rule.definition.id)) from None
    return [*answer_sets]


def _minimal_at_level(analysis: Analysis, level: int) -> list[tuple[Answers, int]]:
    """The minimal forms in scope that get just this level for certain, with their first step.

    Raises _UndecidedError.
    """
    rules = analysis.compiled.rules
    try:
        answer_sets = analysis.answer_sets_in_scope(AllHold(())) if level == 0 else []
    except TooManyMinimalForms:
        raise _UndecidedError("applies_when") from None
    if level:
        answer_sets = _answer_sets(analysis, (rule for rule in rules if rule.level == level), in_scope=True)
    steps = zip(answer_sets, certain_steps(analysis.compiled, answer_sets, rules), strict=True)
    return [(answers, step) for answers, (reached, step) in steps if reached == level]


def _suggestions(compiled: CompiledQuestionnaire, answer_sets: Iterator[Answers]) -> Iterator[str]:
    """The suggestion for each, without the answers that an interview would set aside."""
    while batch := [*islice(answer_sets, COMPLETIONS_AT_ONCE)]:
        yield from (result.suggestion for result in assess(compiled, set_all_aside(compiled, batch)))


def _completions(analysis: Analysis, answer_sets: list[Answers]) -> Iterator[Answers]:
    """The answers with those to other questions added: first one way for each, then every way."""
    added = {index: _best_answers(analysis.compiled, index) for index in analysis.deciding_questions}
    choices_of = [
        [
            added.get(index, [answer]) if isinstance(answer, MissingReason) else [answer]
            for index, answer in enumerate(answers.values)
        ]
        for answers in answer_sets
    ]
    first_ways = (Answers(tuple(choices[0] for choices in each)) for each in choices_of)
    yield from chain(first_ways, (Answers(picked) for each in choices_of for picked in product(*each)))


def _best_answers(compiled: CompiledQuestionnaire, index: int) -> list[Answer]:
    """The best answer to a question; where none is best, one of each that tests tell apart, fewest passed first."""
    question = compiled.questions[index]
    best = question.best_answer() if question.role == "risk" else None
    if best is not None:
        return [best]
    passes = [predicate(test) for test in _tests_on(compiled, index)]
    told_apart: dict[tuple[bool, ...], Answer] = {}
    for answer in question.distinct_answers(bounds_tested(compiled, index)):
        told_apart.setdefault(tuple(passed(answer) for passed in passes), answer)
    return [told_apart[passed] for passed in sorted(told_apart, key=sum)]


def _tests_on(compiled: CompiledQuestionnaire, index: int) -> Iterator[AnswerTest]:
    """The tests that read a question, and the options of it that bring points."""
    for condition in conditions_of(compiled):
        for test in leaf_tests(condition):
            if isinstance(test, ScoreAtLeast):
                yield from (option for item in test.items if item.question == index for option, _ in item.points)
            elif test.question == index:
                yield test


def _never_suggested(analysis: Analysis, index: int, level: Level, *, reached: bool) -> Finding:
    who = "form" if analysis.applies is None else "form in scope"
    if index == 0:
        message = f"no {who} is settled on the level `{level.id}`: a rule for more, or for an emergency, is always met"
        hint = "look for a rule that holds whatever is answered"
    elif reached:
        message = f"no {who} is settled on the level `{level.id}`: an emergency or a higher level always comes with it"
        hint = "see which rules hold along with those that name it"
    else:
        message = f"no {who} gets the level `{level.id}`: no rule that can hold stops there"
        hint = "add a rule that names it, or remove it"
    return finding("never-reached", message, level.id.span, hint)


def _not_decided(analysis: Analysis, span: Span, what: str, rule: str) -> Finding:
    who = "form" if analysis.applies is None or what.startswith("first") else "form in scope"
    return finding(
        "not-decided",
        f"whether any {who} gets the {what} is not decided: `{rule}` has too many weakest forms to look at each",
        span,
        "split that rule into several smaller ones",
    )
