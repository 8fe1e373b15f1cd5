"""Invariants: what holds for every usable questionnaire, proved for each from its compiled conditions.

A condition can only ask for "at least this bad", so the proofs are short: they look at each test once. They run
whenever a questionnaire is loaded; one that fails any of them is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from iop_screen.checking.analysis import Analysis, Check, CheckVerdict, Counterexample, Finding, Proof, finding
from iop_screen.core.problems import Problem
from iop_screen.engine.answer_batch import AnswerBatch, Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.engine.conditions import ScoreAtLeast, judge, leaf_tests
from iop_screen.engine.judgement import ladders, suggestions
from iop_screen.engine.representative_answers import TooManyMinimalForms, bounds_tested, conditions_of
from iop_screen.engine.suggest import assess_one, possible_steps
from iop_screen.questionnaire.answers import Answer, AnswerTest, Chosen, MissingReason, predicate

_OUR_FAULT = "the file is not at fault: please report it to whoever maintains the program"


def worse_never_lowers(analysis: Analysis) -> Iterator[CheckVerdict]:
    """A test on a risk question that an answer passes is passed by every worse one; points never fall.

    Conditions are joined by "and" and "or" only, and a rule can only raise a ladder, so this is all there is to show.
    """
    compiled = analysis.compiled
    risky = [test for test in _answer_tests(compiled) if compiled.questions[test.question].role == "risk"]
    failing = {test.question for test in risky if _is_undone_by_worse(compiled, test)}
    failing |= {index for index in _scored(compiled) if _points_fall(compiled, index)}
    yield from _about_questions(analysis, failing, "worse-lowers", "a worse answer to `{}` could lower a suggestion")
    if not failing:
        yield Proof(
            "worse-never-lowers",
            f"A worse answer never lowers a level or a first step: none of the {len(risky)} tests on risk "
            "questions can be undone by a worse answer.",
        )


def access_moves_nothing(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Nothing that moves a ladder reads an access question, itself, through a score or through an `ask_when`."""
    access = {index for index, question in enumerate(analysis.compiled.questions) if question.role == "access"}
    failing = analysis.deciding_questions & access
    yield from _about_questions(
        analysis, failing, "access-moves-level", "the access question `{}` could move a suggestion"
    )
    if not failing:
        yield Proof(
            "access-moves-nothing",
            f"Duties, travel and wishes never move a suggestion: no rule can see any of the {len(access)} access "
            "questions.",
        )


def silence_never_reassures(analysis: Analysis) -> Iterator[CheckVerdict]:
    """A missing answer keeps open whatever the best answer gives, so it never settles lower.

    `judge` lets an open answer pass every test that any answer could pass, if the question may be asked. That is tried
    at minimal forms of the rules; and no score may count an open item for less than its best answer.
    """
    compiled = analysis.compiled
    answer_sets = _sample_answer_sets(analysis)
    risky = {index for index, question in enumerate(compiled.questions) if question.role == "risk"}
    failing = {index for index in _scored(compiled) if _is_out_of_bounds_when_open(compiled, index)}
    failing |= {*_settling_lower(compiled, answer_sets, risky)}
    yield from _about_questions(
        analysis, failing, "silence-reassures", "a missing answer to `{}` could settle lower than its best one"
    )
    if not failing:
        yield Proof(
            "silence-never-reassures",
            f"A missing answer to a risk or scored question ({len(risky | _scored(compiled))} in all), where it is "
            "asked, never settles a level or a first step lower than its best answer would; tried too by leaving out "
            f"each risk answer at {len(answer_sets):,} of the weakest forms.",
        )


def one_suggestion(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Both ladders have a bottom, and the highest step counts. Tried with rules and questions in another order."""
    compiled = analysis.compiled
    answer_sets = _sample_answer_sets(analysis)
    reordered = _in_reverse_order(compiled)
    order = [compiled.index_of(question.id) for question in reordered.questions]
    turned = [Answers(tuple(answers.values[index] for index in order)) for answers in answer_sets]
    pairs = zip(_outcomes(compiled, answer_sets), _outcomes(reordered, turned), strict=True)
    for answers, (outcome, other) in zip(answer_sets, pairs, strict=True):
        if outcome != other or len(outcome.suggestions) != 1:
            message = "a form gets another suggestion when the rules and questions stand in another order"
            problem = Problem("order-matters", message, analysis.questionnaire.id.span, _OUR_FAULT)
            yield Finding(problem, Counterexample(answers, assess_one(compiled, answers)))
            return
    yield Proof(
        "one-suggestion",
        f"Every form gets exactly one suggestion, and the same one in whatever order the {len(reordered.rules)} rules "
        "and the questions stand: the highest step of any rule counts, and gates only look up; tried too by turning "
        f"both orders round at {len(answer_sets):,} of the weakest forms.",
    )


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The suggestions that fit some answers, which should be one, and the steps of both ladders in their bounds."""

    suggestions: tuple[str, ...]
    certain: tuple[int, int]
    possible: tuple[int, int]


def _outcomes(compiled: CompiledQuestionnaire, answer_sets: list[Answers]) -> list[_Outcome]:
    """The outcome for each answers; a whole result would take several times as long."""
    batch = AnswerBatch(compiled, answer_sets)
    reached = ladders(compiled, [(rule, judge(rule.when, batch)) for rule in compiled.rules], batch)
    fitting = [*suggestions(compiled, *reached, batch)]
    levels, steps = reached
    return [
        _Outcome(
            tuple(name for name, where in fitting if where & bit),
            (_highest(levels.must, bit), _highest(steps.must, bit)),
            (_highest(levels.may, bit), _highest(steps.may, bit)),
        )
        for bit in (1 << index for index in range(batch.size))
    ]


def _highest(reached: tuple[int, ...], bit: int) -> int:
    """The highest step of a ladder that one person reaches."""
    return max(step for step, where in enumerate(reached) if where & bit)


def _about_questions(
    analysis: Analysis, indexes: set[int] | frozenset[int], code: str, message: str
) -> Iterator[Finding]:
    """A finding for each of these questions; its id is filled into the message."""
    for index in sorted(indexes):
        question_id = analysis.compiled.questions[index].id
        yield finding(code, message.format(question_id), question_id.span, _OUR_FAULT)


MAX_MINIMAL_FORMS_TRIED = 128
"""So many minimal forms of rules are tried whenever a questionnaire is loaded."""


def _sample_answer_sets(analysis: Analysis) -> list[Answers]:
    """No answers, and the minimal forms of the rules, up to a bound; rules with too many are left out."""
    answer_sets = {no_answers(analysis.compiled): None}
    for rule in analysis.compiled.rules:
        if len(answer_sets) >= MAX_MINIMAL_FORMS_TRIED:
            break
        with suppress(TooManyMinimalForms):
            answer_sets |= dict.fromkeys(analysis.answer_sets(rule.when)[:MAX_MINIMAL_FORMS_TRIED])
    return [*answer_sets][:MAX_MINIMAL_FORMS_TRIED]


def _settling_lower(compiled: CompiledQuestionnaire, answer_sets: list[Answers], risky: set[int]) -> Iterator[int]:
    """The risk questions for which leaving out an answer makes less possible than the best answer does."""
    trials = [
        (index, answers.with_answer(index, MissingReason.MISSING), answers.with_answer(index, best))
        for answers in answer_sets
        for index, answer in enumerate(answers.values)
        if index in risky and not isinstance(answer, MissingReason)
        if (best := compiled.questions[index].best_answer())
    ]
    without = possible_steps(compiled, [without for _, without, _ in trials], compiled.rules)
    with_best = possible_steps(compiled, [with_best for _, _, with_best in trials], compiled.rules)
    for (index, _, _), (level, step), (best_level, best_step) in zip(trials, without, with_best, strict=True):
        if level < best_level or step < best_step:
            yield index


def _is_out_of_bounds_when_open(compiled: CompiledQuestionnaire, index: int) -> bool:
    """Whether a score counts an open answer below its best one, or above its worst one."""
    items = (item for score in compiled.scores for item in score.items if item.question == index)
    return any(not item.fewest <= number <= item.most for item in items for _, number in item.points)


def _in_reverse_order(compiled: CompiledQuestionnaire) -> CompiledQuestionnaire:
    """The same with the rules in reverse, and the questions that are always asked; the others stay below them."""
    questionnaire = compiled.questionnaire
    always = [question for question in compiled.questions if question.ask_when is None]
    sometimes = [question for question in compiled.questions if question.ask_when is not None]
    section = replace(questionnaire.sections[0], questions=(*reversed(always), *sometimes))
    reordered = replace(questionnaire, sections=(section,), rules=(*reversed(questionnaire.rules),))
    return compile_questionnaire(reordered, compiled.hash12)


def _answer_tests(compiled: CompiledQuestionnaire) -> list[AnswerTest]:
    """Every test on the answer to a question, each once."""
    tests = (test for condition in conditions_of(compiled) for test in leaf_tests(condition))
    return [*dict.fromkeys(test for test in tests if not isinstance(test, ScoreAtLeast))]


def _is_undone_by_worse(compiled: CompiledQuestionnaire, test: AnswerTest) -> bool:
    passes = predicate(test)
    return any(passes(better) and not passes(worse) for better, worse in _neighbours(compiled, test.question))


def _neighbours(compiled: CompiledQuestionnaire, index: int) -> Iterator[tuple[Answer, Answer]]:
    """Pairs of answers to a risk question of which the second is the next worse one."""
    return compiled.questions[index].worsening(bounds_tested(compiled, index))


def _scored(compiled: CompiledQuestionnaire) -> set[int]:
    """The questions that scores add up."""
    return {item.question for score in compiled.scores for item in score.items}


def _points_fall(compiled: CompiledQuestionnaire, index: int) -> bool:
    """Whether a worse answer to a risk question has fewer points."""
    if compiled.questions[index].role != "risk":
        return False
    items = (item for score in compiled.scores for item in score.items if item.question == index)
    points = {option: number for item in items for test, number in item.points for option in test.options}
    return any(_points(points, better) > _points(points, worse) for better, worse in _neighbours(compiled, index))


def _points(points: dict[str, int], answer: Answer) -> int:
    return sum(points[option] for option in answer.options) if isinstance(answer, Chosen) else 0


INVARIANTS: tuple[Check, ...] = (
    worse_never_lowers,
    access_moves_nothing,
    silence_never_reassures,
    one_suggestion,
)
"""A questionnaire that fails any of these is not used."""
