"""Every level is suggested to somebody in scope, every first step is given to somebody, and danger is acted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, warning_finding
from iop_screen.core.problems import Problem, Span
from iop_screen.engine.answers import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, ScoreAtLeast, leaf_tests
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, conditions_of
from iop_screen.engine.suggest import assess, certain_steps
from iop_screen.questionnaire.answers import Answer, AnswerTest, MissingReason, predicate
from iop_screen.questionnaire.model import Level

MAX_COMPLETIONS = 4096
"""So many ways to answer the rest of a form are tried before it is "not decided" whether a level is suggested."""

ANSWERS_AT_ONCE = 64


def levels_can_be_suggested(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every level there is a form in scope that is settled on it, and is no emergency.

    If any form is, then so is one that says no more than a weakest form of a rule for this level, and the best to all
    else. What has no best answer is tried with each.
    """
    if analysis.compiled.applies_when is not None and analysis.applies is None:
        return  # nobody is in scope, which is said once
    for index, level in enumerate(analysis.questionnaire.levels):
        try:
            weakest = _weakest(analysis, index)
        except _Undecided as undecided:
            yield _not_decided(analysis, level.id.span, f"level `{level.id}`", undecided.rule)
            continue
        mild = [answers for answers, step in weakest if step != analysis.compiled.interrupt]
        tried = islice(_completed(analysis, mild), MAX_COMPLETIONS)
        if any(suggestion == level.id for suggestion in _suggestions(analysis.compiled, tried)):
            continue
        if any(True for _ in islice(_completed(analysis, mild), MAX_COMPLETIONS, None)):
            message = f"whether any form is settled on the level `{level.id}` is not decided: too many ways to tell"
            yield Finding(Problem("not-decided", message, level.id.span, "write shorter rules"))
        else:
            yield _never_suggested(analysis, index, level, reached=bool(weakest))


def first_steps_can_be_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every first step there is a form, in scope or not, that gets it, and no more, for certain."""
    for index, step in enumerate(analysis.questionnaire.first_steps, start=1):
        try:
            answer_sets = _forms(
                analysis, (r for r in analysis.compiled.rules if r.first_step == index), in_scope=False
            )
        except _Undecided as undecided:
            yield _not_decided(analysis, step.id.span, f"first step `{step.id}`", undecided.rule)
            continue
        if index not in {given for _, given in certain_steps(analysis.compiled, answer_sets, analysis.compiled.rules)}:
            message = f"no form gets the first step `{step.id}`: no rule that can hold stops there"
            yield Finding(Problem("never-reached", message, step.id.span, "add a rule that names it, or remove it"))


def danger_is_acted_on(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Where there are first steps one breaks off the interview; where there are contacts a first step shows one."""
    questionnaire = analysis.questionnaire
    if questionnaire.first_steps and questionnaire.interrupt() is None:
        message = "no first step breaks off the interview, so no answer is ever an emergency"
        hint = "if the last one is for emergencies, give it `interrupt: true`"
        yield warning_finding("no-interrupt", message, questionnaire.first_steps[-1].id.span, hint)
    if questionnaire.contacts and not any(step.contacts for step in questionnaire.first_steps):
        message = "no first step names a contact, so none is shown with a result"
        hint = "add `contacts:` to the first steps that need one"
        yield warning_finding("no-contacts", message, questionnaire.contacts[0].id.span, hint)


class _Undecided(Exception):
    """A rule has too many weakest forms to look at each."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _forms(analysis: Analysis, rules: Iterable[CompiledRule], *, in_scope: bool) -> list[Answers]:
    """The weakest forms of some rules, each once."""
    answer_sets: dict[Answers, None] = {}
    for rule in rules:
        try:
            answer_sets |= dict.fromkeys(analysis.in_scope(rule.when) if in_scope else analysis.answer_sets(rule.when))
        except TooManyMinimalForms:
            raise _Undecided(str(rule.definition.id)) from None
    return [*answer_sets]


def _weakest(analysis: Analysis, level: int) -> list[tuple[Answers, int]]:
    """The weakest forms in scope that get just this level for certain, each with its first step."""
    rules = analysis.compiled.rules
    try:
        bottom = analysis.in_scope(AllHold(())) if level == 0 else []
    except TooManyMinimalForms:
        raise _Undecided("applies_when") from None
    answer_sets = [*bottom, *_forms(analysis, (rule for rule in rules if rule.level == level and level), in_scope=True)]
    given = zip(answer_sets, certain_steps(analysis.compiled, answer_sets, rules), strict=True)
    return [(answers, step) for answers, (reached, step) in given if reached == level]


def _suggestions(compiled: CompiledQuestionnaire, answer_sets: Iterator[Answers]) -> Iterator[str]:
    """What is suggested for each form, without the answers that an interview would set aside."""
    while lot := [*islice(answer_sets, ANSWERS_AT_ONCE)]:
        yield from (result.suggestion for result in assess(compiled, set_all_aside(compiled, lot)))


def _completed(analysis: Analysis, answer_sets: list[Answers]) -> Iterator[Answers]:
    """The forms with the rest answered: first one way for each form, then every way."""
    mildest = {index: _mildest(analysis, index) for index in analysis.moving}
    ways = [
        [
            mildest.get(index, [answer]) if isinstance(answer, MissingReason) else [answer]
            for index, answer in enumerate(answers.values)
        ]
        for answers in answer_sets
    ]
    once = (Answers(tuple(choices[0] for choices in way)) for way in ways)
    yield from chain(once, (Answers(picked) for way in ways for picked in product(*way)))


def _mildest(analysis: Analysis, index: int) -> list[Answer]:
    """The best answer to a question; where none is best, one of each kind, those that pass the fewest tests first."""
    passes = [predicate(test) for test in _tests_on(analysis.compiled, index)]
    kinds: dict[tuple[bool, ...], Answer] = {}
    for answer in _candidates(analysis.compiled, index):
        kinds.setdefault(tuple(passed(answer) for passed in passes), answer)
    return [kinds[kind] for kind in sorted(kinds, key=sum)]


def _candidates(compiled: CompiledQuestionnaire, index: int) -> Iterator[Answer]:
    question = compiled.questions[index]
    best = question.best_answer() if question.role == "risk" else None
    return question.distinct_answers(bounds_tested(compiled, index)) if best is None else iter([best])


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
    return Finding(Problem("never-reached", message, level.id.span, hint))


def _not_decided(analysis: Analysis, span: Span, what: str, rule: str) -> Finding:
    who = "form" if analysis.applies is None or what.startswith("first") else "form in scope"
    message = f"whether any {who} gets the {what} is not decided: `{rule}` has too many weakest forms to look at each"
    return Finding(Problem("not-decided", message, span, "split that rule into several smaller ones"))
