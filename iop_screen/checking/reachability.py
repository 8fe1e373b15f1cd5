"""Every level is suggested to somebody in scope, every first step is given to somebody, and danger is acted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, finding, not_decided, warning_finding
from iop_screen.checking.claims import all_of, certain_step, must, suggested
from iop_screen.checking.undecided import NotDecided
from iop_screen.engine.answer_batch import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import AllHold, ScoreAtLeast, leaf_tests
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, conditions_of
from iop_screen.engine.suggest import assess
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
            reached, settled = _reached_and_settled(analysis, index)
        except NotDecided as undecided:
            who = "form" if analysis.applies is None else "form in scope"
            what = f"whether any {who} gets the level `{level.id}`"
            yield not_decided(what, undecided, level.id.span, "write shorter rules")
            continue
        if not settled:
            yield _never_suggested(analysis, index, level, reached=reached)


def first_steps_can_be_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every first step some answers, in scope or not, get it, and no more, for certain."""
    for index, step in enumerate(analysis.questionnaire.first_steps, start=1):
        try:
            given = _is_given(analysis, index)
        except NotDecided as undecided:
            what = f"whether any form gets the first step `{step.id}`"
            yield not_decided(what, undecided, step.id.span, "write shorter rules")
            continue
        if not given:
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


def _is_given(analysis: Analysis, step: int) -> bool:
    """Whether some answers get a first step, and no more, for certain. Raises NotDecided."""
    stops_there = certain_step(first_steps={step})
    rules = [rule for rule in analysis.compiled.rules if rule.first_step == step]
    answer_sets, left_out = _answer_sets(analysis, rules, in_scope=False)
    if analysis.holding(answer_sets, stops_there):
        return True
    if left_out and any(analysis.holding(analysis.some_weakest_forms(rule.when), stops_there) for rule in rules):
        return True
    return bool(left_out) and analysis.solved(left_out, stops_there) is not None


def _reached_and_settled(analysis: Analysis, level: int) -> tuple[bool, bool]:
    """Whether some answers in scope get a level, and no more, for certain, and whether some are settled on it.

    Raises NotDecided.
    """
    minimal, why = _minimal_at_level(analysis, level)
    try:
        if _is_settled(analysis, minimal, level):
            return True, True
    except _TooManyToTell as too_many:
        why = why or str(too_many)
    if not why:
        return bool(minimal), False
    if analysis.solved(why, suggested(analysis.questionnaire.levels[level].id)) is not None:
        return True, True
    reaches = all_of(must(analysis.in_scope(AllHold(()))), certain_step(levels={level}))
    return analysis.solved(why, reaches) is not None, False


class _TooManyToTell(Exception):
    """There is too much to look at. Its text is part of a sentence that says what."""


def _answer_sets(analysis: Analysis, rules: Iterable[CompiledRule], *, in_scope: bool) -> tuple[list[Answers], str]:
    """The minimal forms of some rules, each once; and of which rule they are left out, for there are too many."""
    answer_sets: dict[Answers, None] = {}
    left_out = ""
    for rule in rules:
        try:
            answer_sets |= dict.fromkeys(analysis.answer_sets(analysis.in_scope(rule.when) if in_scope else rule.when))
        except TooManyMinimalForms as many:
            left_out = left_out or f"`{rule.definition.id}` has {many}"
    return [*answer_sets], left_out


def _minimal_at_level(analysis: Analysis, level: int) -> tuple[list[Answers], str]:
    """The minimal forms in scope that get just this level for certain; and what is left out, if anything is."""
    reaches = certain_step(levels={level})
    if level:
        rules = (rule for rule in analysis.compiled.rules if rule.level == level)
        answer_sets, left_out = _answer_sets(analysis, rules, in_scope=True)
        return analysis.holding(answer_sets, reaches), left_out
    try:
        return analysis.holding(analysis.answer_sets(analysis.in_scope(AllHold(()))), reaches), ""
    except TooManyMinimalForms as many:
        return [], f"`applies_when` has {many}"


def _is_settled(analysis: Analysis, minimal: list[Answers], level: int) -> bool:
    """Whether these answers, or some with others added, are settled on a level. Raises _TooManyToTell."""
    compiled = analysis.compiled
    steps = {*range(len(analysis.questionnaire.first_steps) + 1)} - {compiled.interrupt}
    no_emergency = analysis.holding(minimal, certain_step(first_steps=steps))
    tried = islice(_completions(analysis, no_emergency), MAX_COMPLETIONS)
    if analysis.questionnaire.levels[level].id in _suggestions(compiled, tried):
        return True
    if any(True for _ in islice(_completions(analysis, no_emergency), MAX_COMPLETIONS, None)):
        raise _TooManyToTell("there are too many ways to answer the other questions")
    return False


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
