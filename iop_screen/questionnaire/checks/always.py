"""What holds for every questionnaire that can be used, proved anew for each from its resolved conditions.

The language can only ask for "at least this bad", so these proofs are short: they look at each test once. They run
whenever a questionnaire is loaded; one that fails any of them is not used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from iop_screen.engine.answers import Amount, Answer, Chosen, Form, Gap, best_answer, chosen, empty_form, holds
from iop_screen.engine.conditions import AnswerTest, Reaches
from iop_screen.engine.instrument import Instrument, make_ready
from iop_screen.engine.representatives import TooManyCorners, conditions_of, leaves, telling_numbers
from iop_screen.engine.suggest import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED, Result, assess, possible_steps
from iop_screen.problems import Problem
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict, Witness
from iop_screen.questionnaire.model import MultipleQuestion, NumberQuestion, answers_of

_OUR_FAULT = "the file is not at fault: please report it to whoever maintains the program"


def worse_never_lowers(study: Study) -> Iterator[Verdict]:
    """A test on a risk question that an answer passes is passed by every worse one; points never fall.

    Conditions are joined by "and" and "or" only, and a rule can only raise a ladder, so this is all there is to show.
    """
    instrument = study.instrument
    tests = [*dict.fromkeys(_answer_tests(instrument))]
    risky = [test for test in tests if instrument.questions[test.question].role == "risk"]
    undone = [test for test in risky if _undone_by_worse(instrument, test)]
    falling = [place for place in _scored(instrument) if _points_fall(instrument, place)]
    for place in sorted({*(test.question for test in undone), *falling}):
        question = instrument.questions[place]
        message = f"a worse answer to `{question.id}` could lower a suggestion"
        yield Finding(Problem("worse-lowers", message, question.id.span, _OUR_FAULT))
    if not undone and not falling:
        yield Proof(
            "worse-never-lowers",
            f"A worse answer never lowers a level or a first step: none of the {len(risky)} tests on risk "
            "questions can be undone by a worse answer.",
        )


def access_moves_nothing(study: Study) -> Iterator[Verdict]:
    """Nothing that moves a ladder reads an access question, itself, through a score or through a gate."""
    instrument = study.instrument
    access = [place for place, question in enumerate(instrument.questions) if question.role == "access"]
    for place in study.moving & {*access}:
        question = instrument.questions[place]
        message = f"the access question `{question.id}` could move a suggestion"
        yield Finding(Problem("access-moves-level", message, question.id.span, _OUR_FAULT))
    if not study.moving & {*access}:
        yield Proof(
            "access-moves-nothing",
            f"Duties, travel and wishes never move a suggestion: no rule can see any of the {len(access)} access "
            "questions.",
        )


def silence_never_reassures(study: Study) -> Iterator[Verdict]:
    """A missing answer keeps open whatever its best answer gives, so it never settles lower.

    An open answer passes every test that any answer could pass, as far as the question may be asked; that is how
    `judge` is written. It is tried at weakest forms of the rules, and a score may count no open item below its best.
    """
    instrument = study.instrument
    forms = _tried(study)
    risky = {place for place, question in enumerate(instrument.questions) if question.role == "risk"}
    weighed = risky | {*_scored(instrument)}
    lowered = [place for place in _scored(instrument) if _undercounted(instrument, place)]
    lowered += _settling_lower(study, forms, risky)
    for place in sorted({*lowered}):
        question = instrument.questions[place]
        message = f"a missing answer to `{question.id}` could settle lower than its best one"
        yield Finding(Problem("silence-reassures", message, question.id.span, _OUR_FAULT))
    if not lowered:
        yield Proof(
            "silence-never-reassures",
            f"A missing answer to a risk or scored question ({len(weighed)} in all), where it is asked, never settles "
            "a level or a first step lower than its best answer would; tried too by leaving out each risk answer at "
            f"{len(forms):,} of the weakest forms.",
        )


def one_suggestion(study: Study) -> Iterator[Verdict]:
    """Both ladders have a bottom, and the highest step counts. Tried with rules and questions in another order."""
    forms = _tried(study)
    turned = _turned(study.instrument)
    order = [study.instrument.place(question.id) for question in turned.questions]
    before = assess(study.instrument, forms)
    after = assess(turned, [Form(tuple(form.answers[place] for place in order)) for form in forms])
    known = {EMERGENCY, UNDETERMINED, OUT_OF_SCOPE, *(level.id for level in study.questionnaire.levels)}
    for form, one, other in zip(forms, before, after, strict=True):
        if one.suggestion not in known or _said(one) != _said(other):
            message = "a form gets another suggestion when the rules and questions stand in another order"
            place = study.questionnaire.id.span
            yield Finding(Problem("order-matters", message, place, _OUR_FAULT), Witness(form, one))
            return
    yield Proof(
        "one-suggestion",
        f"Every form gets exactly one suggestion, and the same one in whatever order the {len(turned.rules)} rules and "
        "the questions stand: the highest step of any rule counts, and gates only look up; tried too by turning both "
        f"orders round at {len(forms):,} of the weakest forms.",
    )


MOST_TRIED = 512
"""So many weakest forms of rules are tried whenever a questionnaire is loaded."""


def _tried(study: Study) -> list[Form]:
    """The form without answers, and the weakest forms of the rules, up to a bound; rules with too many are left out."""
    forms = {empty_form(study.instrument): None}
    for ready in study.instrument.rules:
        if len(forms) >= MOST_TRIED:
            break
        with suppress(TooManyCorners):
            forms |= dict.fromkeys(study.forms(ready.when)[:MOST_TRIED])
    return [*forms][:MOST_TRIED]


def _settling_lower(study: Study, forms: list[Form], places: set[int]) -> Iterator[int]:
    """The places at which to leave out an answer of some form makes less possible than the best answer does."""
    instrument = study.instrument
    best = {place: answer for place in places for answer in [best_answer(instrument.questions[place])] if answer}
    trials = [
        (place, form.with_answer(place, Gap.MISSING), form.with_answer(place, best[place]))
        for form in forms
        for place, answer in enumerate(form.answers)
        if place in best and not isinstance(answer, Gap)
    ]
    silent = possible_steps(instrument, [without for _, without, _ in trials], instrument.rules)
    answered = possible_steps(instrument, [answered for _, _, answered in trials], instrument.rules)
    for (place, _, _), (level, step), (least_level, least_step) in zip(trials, silent, answered, strict=True):
        if level < least_level or step < least_step:
            yield place


def _undercounted(instrument: Instrument, place: int) -> bool:
    """Whether a score counts an open answer below its best one, or above its worst one."""
    items = [item for ready in instrument.scores for item in ready.items if item.question == place]
    ranges = [(item, [number for _, number in item.points]) for item in items]
    return any(not item.fewest <= min(points) <= max(points) <= item.most for item, points in ranges)


def _turned(instrument: Instrument) -> Instrument:
    """The same with the rules, and the questions that are always asked, in reverse; a gate still looks up."""
    whole = instrument.questionnaire
    always = [question for question in instrument.questions if question.ask_when is None]
    gated = [question for question in instrument.questions if question.ask_when is not None]
    section = replace(whole.sections[0], questions=(*reversed(always), *gated))
    turned = replace(whole, sections=(section,), rules=(*reversed(whole.rules),))
    return make_ready(turned, instrument.hash12)


def _said(result: Result) -> tuple[object, ...]:
    return result.suggestion, result.levels, result.first_steps


def _answer_tests(instrument: Instrument) -> Iterator[AnswerTest]:
    for condition in conditions_of(instrument):
        yield from (test for test in leaves(condition) if not isinstance(test, Reaches))


def _undone_by_worse(instrument: Instrument, test: AnswerTest) -> bool:
    passes = holds(test)
    return any(passes(better) and not passes(worse) for better, worse in _worsening(instrument, test.question))


def _worsening(instrument: Instrument, place: int) -> Iterator[tuple[Answer, Answer]]:
    """Pairs of answers to a risk question of which the second is the next worse one."""
    question = instrument.questions[place]
    if isinstance(question, NumberQuestion):
        numbers: list[Amount] = telling_numbers(instrument, place, question)
        yield from pairwise(numbers if question.worse == "higher" else [*reversed(numbers)])
    elif isinstance(question, MultipleQuestion):
        alone = [option for option in question.options if option.exclusive]
        needs = [chosen(option.id) for option in question.options if not option.exclusive]
        yield from ((chosen(option.id), need) for option in alone for need in needs)
        yield from ((one, Chosen(one.options | other.options)) for one in needs for other in needs)
    else:
        yield from pairwise([chosen(option) for option in answers_of(question)])


def _scored(instrument: Instrument) -> list[int]:
    return sorted({item.question for ready in instrument.scores for item in ready.items})


def _points_fall(instrument: Instrument, place: int) -> bool:
    if instrument.questions[place].role != "risk":
        return False
    worth = {
        option: number
        for ready in instrument.scores
        for item in ready.items
        if item.question == place
        for test, number in item.points
        for option in test.options
    }
    pairs = _worsening(instrument, place)
    return any(_points(worth, better) > _points(worth, worse) for better, worse in pairs)


def _points(worth: dict[str, int], answer: Answer) -> int:
    return sum(worth[option] for option in answer.options) if isinstance(answer, Chosen) else 0
