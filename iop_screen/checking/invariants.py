"""What holds for every questionnaire that can be used, proved anew for each from its resolved conditions.

The language can only ask for "at least this bad", so these proofs are short: they look at each test once. They run
whenever a questionnaire is loaded; one that fails any of them is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from iop_screen.checking.analysis import Analysis, Check, CheckVerdict, Finding, Proof, Witness
from iop_screen.core.problems import Problem
from iop_screen.engine.answers import Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.engine.conditions import ScoreAtLeast, leaf_tests
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, conditions_of
from iop_screen.engine.suggest import Result, assess, possible_steps
from iop_screen.questionnaire.answers import Answer, AnswerTest, Chosen, MissingReason, predicate

_OUR_FAULT = "the file is not at fault: please report it to whoever maintains the program"


def worse_never_lowers(analysis: Analysis) -> Iterator[CheckVerdict]:
    """A test on a risk question that an answer passes is passed by every worse one; points never fall.

    Conditions are joined by "and" and "or" only, and a rule can only raise a ladder, so this is all there is to show.
    """
    compiled = analysis.compiled
    tests = [*dict.fromkeys(_answer_tests(compiled))]
    risky = [test for test in tests if compiled.questions[test.question].role == "risk"]
    undone = [test for test in risky if _undone_by_worse(compiled, test)]
    falling = [index for index in _scored(compiled) if _points_fall(compiled, index)]
    for index in sorted({*(test.question for test in undone), *falling}):
        question = compiled.questions[index]
        message = f"a worse answer to `{question.id}` could lower a suggestion"
        yield Finding(Problem("worse-lowers", message, question.id.span, _OUR_FAULT))
    if not undone and not falling:
        yield Proof(
            "worse-never-lowers",
            f"A worse answer never lowers a level or a first step: none of the {len(risky)} tests on risk "
            "questions can be undone by a worse answer.",
        )


def access_moves_nothing(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Nothing that moves a ladder reads an access question, itself, through a score or through a gate."""
    compiled = analysis.compiled
    access = [index for index, question in enumerate(compiled.questions) if question.role == "access"]
    for index in analysis.moving & {*access}:
        question = compiled.questions[index]
        message = f"the access question `{question.id}` could move a suggestion"
        yield Finding(Problem("access-moves-level", message, question.id.span, _OUR_FAULT))
    if not analysis.moving & {*access}:
        yield Proof(
            "access-moves-nothing",
            f"Duties, travel and wishes never move a suggestion: no rule can see any of the {len(access)} access "
            "questions.",
        )


def silence_never_reassures(analysis: Analysis) -> Iterator[CheckVerdict]:
    """A missing answer keeps open whatever its best answer gives, so it never settles lower.

    An open answer passes every test that any answer could pass, as far as the question may be asked; that is how
    `judge` is written. It is tried at weakest forms of the rules, and a score may count no open item below its best.
    """
    compiled = analysis.compiled
    answer_sets = _tried(analysis)
    risky = {index for index, question in enumerate(compiled.questions) if question.role == "risk"}
    weighed = risky | {*_scored(compiled)}
    lowered = [index for index in _scored(compiled) if _undercounted(compiled, index)]
    lowered += _settling_lower(analysis, answer_sets, risky)
    for index in sorted({*lowered}):
        question = compiled.questions[index]
        message = f"a missing answer to `{question.id}` could settle lower than its best one"
        yield Finding(Problem("silence-reassures", message, question.id.span, _OUR_FAULT))
    if not lowered:
        yield Proof(
            "silence-never-reassures",
            f"A missing answer to a risk or scored question ({len(weighed)} in all), where it is asked, never settles "
            "a level or a first step lower than its best answer would; tried too by leaving out each risk answer at "
            f"{len(answer_sets):,} of the weakest forms.",
        )


def one_suggestion(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Both ladders have a bottom, and the highest step counts. Tried with rules and questions in another order."""
    answer_sets = _tried(analysis)
    turned = _turned(analysis.compiled)
    order = [analysis.compiled.index_of(question.id) for question in turned.questions]
    before = assess(analysis.compiled, answer_sets)
    after = assess(turned, [Answers(tuple(answers.values[index] for index in order)) for answers in answer_sets])
    known = {EMERGENCY, UNDETERMINED, OUT_OF_SCOPE, *(level.id for level in analysis.questionnaire.levels)}
    for answers, one, other in zip(answer_sets, before, after, strict=True):
        if one.suggestion not in known or _said(one) != _said(other):
            message = "a form gets another suggestion when the rules and questions stand in another order"
            index = analysis.questionnaire.id.span
            yield Finding(Problem("order-matters", message, index, _OUR_FAULT), Witness(answers, one))
            return
    yield Proof(
        "one-suggestion",
        f"Every form gets exactly one suggestion, and the same one in whatever order the {len(turned.rules)} rules and "
        "the questions stand: the highest step of any rule counts, and gates only look up; tried too by turning both "
        f"orders round at {len(answer_sets):,} of the weakest forms.",
    )


MAX_MINIMAL_FORMS_TRIED = 512
"""So many weakest forms of rules are tried whenever a questionnaire is loaded."""


def _tried(analysis: Analysis) -> list[Answers]:
    """The form without answers, and the weakest forms of the rules, up to a bound; rules with too many are left out."""
    answer_sets = {no_answers(analysis.compiled): None}
    for rule in analysis.compiled.rules:
        if len(answer_sets) >= MAX_MINIMAL_FORMS_TRIED:
            break
        with suppress(TooManyMinimalForms):
            answer_sets |= dict.fromkeys(analysis.answer_sets(rule.when)[:MAX_MINIMAL_FORMS_TRIED])
    return [*answer_sets][:MAX_MINIMAL_FORMS_TRIED]


def _settling_lower(analysis: Analysis, answer_sets: list[Answers], indexes: set[int]) -> Iterator[int]:
    """The places at which to leave out an answer of some form makes less possible than the best answer does."""
    compiled = analysis.compiled
    best = {index: answer for index in indexes for answer in [compiled.questions[index].best_answer()] if answer}
    trials = [
        (index, answers.with_answer(index, MissingReason.MISSING), answers.with_answer(index, best[index]))
        for answers in answer_sets
        for index, answer in enumerate(answers.values)
        if index in best and not isinstance(answer, MissingReason)
    ]
    silent = possible_steps(compiled, [without for _, without, _ in trials], compiled.rules)
    answered = possible_steps(compiled, [answered for _, _, answered in trials], compiled.rules)
    for (index, _, _), (level, step), (least_level, least_step) in zip(trials, silent, answered, strict=True):
        if level < least_level or step < least_step:
            yield index


def _undercounted(compiled: CompiledQuestionnaire, index: int) -> bool:
    """Whether a score counts an open answer below its best one, or above its worst one."""
    items = [item for score in compiled.scores for item in score.items if item.question == index]
    ranges = [(item, [number for _, number in item.points]) for item in items]
    return any(not item.fewest <= min(points) <= max(points) <= item.most for item, points in ranges)


def _turned(compiled: CompiledQuestionnaire) -> CompiledQuestionnaire:
    """The same with the rules, and the questions that are always asked, in reverse; a gate still looks up."""
    questionnaire = compiled.questionnaire
    always = [question for question in compiled.questions if question.ask_when is None]
    gated = [question for question in compiled.questions if question.ask_when is not None]
    section = replace(questionnaire.sections[0], questions=(*reversed(always), *gated))
    turned = replace(questionnaire, sections=(section,), rules=(*reversed(questionnaire.rules),))
    return compile_questionnaire(turned, compiled.hash12)


def _said(result: Result) -> tuple[object, ...]:
    return result.suggestion, result.levels, result.first_steps


def _answer_tests(compiled: CompiledQuestionnaire) -> Iterator[AnswerTest]:
    for condition in conditions_of(compiled):
        yield from (test for test in leaf_tests(condition) if not isinstance(test, ScoreAtLeast))


def _undone_by_worse(compiled: CompiledQuestionnaire, test: AnswerTest) -> bool:
    passes = predicate(test)
    return any(passes(better) and not passes(worse) for better, worse in _worsening(compiled, test.question))


def _worsening(compiled: CompiledQuestionnaire, index: int) -> Iterator[tuple[Answer, Answer]]:
    """Pairs of answers to a risk question of which the second is the next worse one."""
    return compiled.questions[index].worsening(bounds_tested(compiled, index))


def _scored(compiled: CompiledQuestionnaire) -> list[int]:
    return sorted({item.question for score in compiled.scores for item in score.items})


def _points_fall(compiled: CompiledQuestionnaire, index: int) -> bool:
    if compiled.questions[index].role != "risk":
        return False
    worth = {
        option: number
        for score in compiled.scores
        for item in score.items
        if item.question == index
        for test, number in item.points
        for option in test.options
    }
    pairs = _worsening(compiled, index)
    return any(_points(worth, better) > _points(worth, worse) for better, worse in pairs)


def _points(worth: dict[str, int], answer: Answer) -> int:
    return sum(worth[option] for option in answer.options) if isinstance(answer, Chosen) else 0


INVARIANTS: tuple[Check, ...] = (
    worse_never_lowers,
    access_moves_nothing,
    silence_never_reassures,
    one_suggestion,
)
"""Proofs that every questionnaire has to pass before it is used."""
