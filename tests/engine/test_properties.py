"""What holds for every questionnaire and every form: the laws of the design, and the engine against a naive reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import islice, permutations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.laws import heights, law, seen, sheet_of
from support.naive import (
    Partial,
    QuestionSketch,
    ScoreSketch,
    Sheet,
    Sketch,
    completions,
    judge_complete,
    judge_partial,
    known,
    telling_answers,
    totals,
    without_strays,
)
from support.questionnaires import ready
from support.strategies import (
    answers_to,
    completed,
    estimated,
    form_of,
    gaps,
    mostly_answered,
    sheets,
    sketches,
    text_of,
    worse_answers,
)

from iop_screen.engine.answer_batch import set_all_aside, set_aside
from iop_screen.engine.explain import explain
from iop_screen.engine.suggest import assess, assess_one
from iop_screen.questionnaire.answers import Amount, Chosen, MissingReason

pytestmark = pytest.mark.slow

MOST_COMPLETIONS = 300


def judged(sketch: Sketch, *answer_sets: Sheet) -> list[Partial]:
    """What the engine says of some forms."""
    return [
        seen(result) for result in assess(ready(text_of(sketch)), [form_of(sketch, answers) for answers in answer_sets])
    ]


def no_lower(sketch: Sketch, partial: Partial, other: Partial) -> bool:
    """Neither bound of either ladder is lower than the other's."""
    return all(here >= there for here, there in zip(heights(sketch, partial), heights(sketch, other), strict=True))


def to_be_asked(sketch: Sketch, sheet: Sheet) -> list[QuestionSketch]:
    """The questions that may be asked and have no usable answer."""
    asked = known(sketch, sheet).asked
    return [each for each in sketch.questions if asked[each.id].may and isinstance(sheet[each.id], MissingReason)]


@settings(law, max_examples=examples(300))
@given(st.data())
def test_the_engine_says_what_the_naive_reading_says(data: st.DataObject) -> None:
    """Suggestion, bounds, reasons, open questions, notes, scores and problems follow the table of must and may."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    expected = judge_partial(sketch, sheet)
    event(expected.suggestion if expected.suggestion in {"emergency", "undetermined", "out_of_scope"} else "a level")
    assert judged(sketch, sheet) == [expected]


@law
@given(st.data())
def test_a_total_is_estimated_as_the_naive_reading_says_and_lies_between_the_two_sums(data: st.DataObject) -> None:
    sketch = data.draw(estimated())
    sheet = data.draw(mostly_answered(sketch))
    result = assess_one(ready(text_of(sketch)), form_of(sketch, sheet))
    for score, (name, expected) in zip(result.scores, totals(sketch, sheet).items(), strict=True):
        band = None if score.band is None else int(score.band.from_)
        assert (score.score.id, score.total, score.asked, score.missing, band) == (name, *expected[:4])
        assert score.total is None or expected.between[0] <= score.total <= expected.between[1]
        event("estimated" if score.estimated else "no total" if score.total is None else "complete")


@law
@given(st.data())
def test_an_estimate_decides_nothing(data: st.DataObject) -> None:
    """Whether a score may miss items and what its bands are changes nothing but its total."""
    sketch = data.draw(estimated())
    sheet = data.draw(mostly_answered(sketch))
    strict = replace(sketch, scores=tuple(ScoreSketch(score.id, score.add) for score in sketch.scores))
    [estimating], [complete] = judged(sketch, sheet), judged(strict, sheet)
    event("estimated" if estimating.scores != complete.scores else "the same totals")
    assert replace(estimating, scores=()) == replace(complete, scores=())


@law
@given(st.data())
def test_a_form_means_the_same_alone_and_in_any_batch(data: st.DataObject) -> None:
    """Neither the size nor the order of a batch changes what any form in it means."""
    sketch = data.draw(sketches())
    compiled = ready(text_of(sketch))
    some = data.draw(st.lists(sheets(sketch).map(lambda sheet: form_of(sketch, sheet)), min_size=1, max_size=4))
    batch = data.draw(st.lists(st.sampled_from(some), max_size=12))
    assert assess(compiled, batch) == [assess_one(compiled, answers) for answers in batch]


@law
@given(st.data())
def test_a_complete_form_means_what_ordinary_logic_says(data: st.DataObject) -> None:
    """When every asked question is answered and no other, must and may are one."""
    sketch = data.draw(sketches())
    full = without_strays(sketch, data.draw(completed(sketch, data.draw(sheets(sketch)))))
    outcome, [partial] = judge_complete(sketch, full), judged(sketch, full)
    assert partial.suggestion == outcome.suggestion
    assert partial.levels == (outcome.level, outcome.level)
    assert partial.first_steps == (outcome.first_step, outcome.first_step)
    assert partial.reasons == outcome.rules


@law
@given(st.data())
def test_what_is_settled_no_completion_changes(data: st.DataObject) -> None:
    """At least <= every completion <= at most, on both ladders; a suggestion other than `undetermined` stays."""
    sketch = data.draw(sketches(most_questions=5))
    sheet = data.draw(sheets(sketch))
    [partial] = judged(sketch, sheet)
    low_level, high_level, low_step, high_step = heights(sketch, partial)
    for full in islice(completions(sketch, sheet), MOST_COMPLETIONS):
        outcome = judge_complete(sketch, full)
        assert low_level <= sketch.levels.index(outcome.level) <= high_level
        assert low_step <= sketch.steps.index(outcome.first_step) <= high_step
        assert set(partial.reasons) <= set(outcome.rules)
        assert partial.suggestion in {"undetermined", outcome.suggestion}


@law
@given(st.data())
def test_answering_what_is_open_ends_settled(data: st.DataObject) -> None:
    """In any order and with any answers, as an interview counts them; a step on the way never widens a bound."""
    sketch = data.draw(sketches())
    compiled = ready(text_of(sketch))
    answers = form_of(sketch, data.draw(sheets(sketch, strays=False)))
    result = assess_one(compiled, answers)
    while result.open_questions:
        name = str(data.draw(st.sampled_from(result.open_questions)).id)
        answer = data.draw(answers_to(sketch.question(name)))
        answers = set_aside(compiled, answers.with_answer(compiled.index_of(name), answer))
        before, result = seen(result), assess_one(compiled, answers)
        low, high, first, last = heights(sketch, before)
        now_low, now_high, now_first, now_last = heights(sketch, seen(result))
        assert low <= now_low <= now_high <= high
        assert first <= now_first <= now_last <= last
        assert before.suggestion in {"undetermined", result.suggestion}
    assert result.suggestion != "undetermined"
    assert result.levels.at_least is result.levels.at_most
    assert result.first_steps.at_least is result.first_steps.at_most


@law
@given(st.data())
def test_a_suggestion_outlasts_every_answer_still_to_come(data: st.DataObject) -> None:
    """Once it is other than `undetermined`, no answer to a question that is still to be asked changes it."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    [partial] = judged(sketch, sheet)
    assume(partial.suggestion != "undetermined")
    for question in to_be_asked(sketch, sheet):
        later = judged(sketch, *({**sheet, question.id: answer} for answer in telling_answers(sketch, question)))
        assert {each.suggestion for each in later} == {partial.suggestion}


@law
@given(st.data())
def test_an_undetermined_form_without_strays_has_something_open(data: st.DataObject) -> None:
    """Only an answer that should not have been given can keep a form undetermined with nothing left to ask."""
    sketch = data.draw(sketches())
    [partial] = judged(sketch, data.draw(sheets(sketch, strays=False)))
    settled = heights(sketch, partial)[::2] == heights(sketch, partial)[1::2]
    assert partial.open_questions or (settled and partial.suggestion != "undetermined")


@law
@given(st.data())
def test_a_worse_answer_lowers_nothing(data: st.DataObject) -> None:
    """A worse answer to a risk question never lowers either bound of either ladder."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    usable = [q for q in sketch.questions if q.role == "risk" and not isinstance(sheet[q.id], MissingReason)]
    assume(usable)
    question = data.draw(st.sampled_from(usable))
    worse = data.draw(worse_answers(question, sheet[question.id]))
    before, after = judged(sketch, sheet, {**sheet, question.id: worse})
    assert no_lower(sketch, after, before)


@law
@given(st.data())
def test_an_access_answer_moves_nothing(data: st.DataObject) -> None:
    """Duties never decide safety: no answer to an access question moves the suggestion or a bound."""
    sketch = data.draw(sketches())
    access = [question for question in sketch.questions if question.role == "access"]
    assume(access)
    sheet = data.draw(sheets(sketch))
    question = data.draw(st.sampled_from(access))
    before, after = judged(sketch, sheet, {**sheet, question.id: data.draw(answers_to(question) | gaps(question))})
    assert (after.suggestion, heights(sketch, after)) == (before.suggestion, heights(sketch, before))


@law
@given(st.data())
def test_the_order_of_the_file_does_not_matter(data: st.DataObject) -> None:
    """Rules, notes and, where gates still look up, sections in another order say the same of a form."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    other = replace(
        sketch,
        sections=data.draw(st.sampled_from([*_orders(sketch)])),
        rules=tuple(data.draw(st.permutations(sketch.rules))),
        notes=tuple(data.draw(st.permutations(sketch.notes))),
    )
    assert _unordered(*judged(other, sheet)) == _unordered(*judged(sketch, sheet))


@law
@given(st.data())
def test_a_gap_is_no_better_than_the_best_answer(data: st.DataObject) -> None:
    """To a question that may be asked, where no test holds for the best answer, a gap never gives a lower bound."""
    sketch = data.draw(sketches(telling=True))
    sheet = data.draw(sheets(sketch))
    risks = [q for q in sketch.questions if q.role == "risk" and q.best and known(sketch, sheet).asked[q.id].may]
    assume(risks)
    question = data.draw(st.sampled_from(risks))
    assert question.best is not None
    gap, best = judged(sketch, {**sheet, question.id: MissingReason.MISSING}, {**sheet, question.id: question.best})
    assert no_lower(sketch, gap, best)


@law
@given(st.data())
def test_all_gaps_are_judged_alike(data: st.DataObject) -> None:
    """Missing, unknown, declined and unreadable have names of their own and one meaning."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    other = {
        q.id: data.draw(gaps(q)) if isinstance(sheet[q.id], MissingReason) else sheet[q.id] for q in sketch.questions
    }
    here, there = judged(sketch, sheet, other)
    assert here == there


@law
@given(st.data())
def test_an_interview_sets_aside_what_is_behind_a_closed_branch(data: st.DataObject) -> None:
    """And nothing else: what is left is not reported, and setting aside again changes nothing."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    compiled = ready(text_of(sketch))
    left = set_aside(compiled, form_of(sketch, sheet))
    assert sheet_of(sketch, left) == without_strays(sketch, sheet)
    assert set_aside(compiled, left) == left
    assert assess_one(compiled, left).problems == ()


@law
@given(st.data())
def test_without_the_answers_cited_a_rule_does_not_hold(data: st.DataObject) -> None:
    """Each reason is a rule that holds; with the best answers in place of those it cites it no longer must hold."""
    sketch = data.draw(sketches(telling=True))
    sheet = data.draw(sheets(sketch))
    compiled = ready(text_of(sketch))
    explanation = explain(compiled, form_of(sketch, sheet))
    assert tuple(reason.rule for reason in explanation.reasons) == explanation.result.reasons
    for reason in explanation.reasons:
        cited = [sketch.question(str(given.question.id)) for given in reason.because_of]
        when = next(rule.when for rule in sketch.rules if rule.id == reason.rule.id)
        if all(sketch.question(name).role == "risk" and sketch.question(name).best for name in sketch.reads(when)):
            without = {**sheet, **{each.id: each.best for each in cited if each.best is not None}}
            assert reason.rule.id not in judge_partial(sketch, without).reasons


@law
@given(st.data())
def test_a_reason_cites_answers_of_its_rule(data: st.DataObject) -> None:
    """Usable ones, as they stand on the form, to questions it reads that are asked for certain, in file order, once."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    order = [question.id for question in sketch.questions]
    asked = known(sketch, sheet).asked
    for reason in explain(ready(text_of(sketch)), form_of(sketch, sheet)).reasons:
        cited = [str(given.question.id) for given in reason.because_of]
        when = next(rule.when for rule in sketch.rules if rule.id == reason.rule.id)
        assert set(cited) <= sketch.reads(when)
        assert cited == sorted(set(cited), key=order.index)
        assert [given.answer for given in reason.because_of] == [sheet[name] for name in cited]
        assert all(asked[name].must and not isinstance(sheet[name], MissingReason) for name in cited)


@law
@given(st.data())
def test_every_change_leads_where_it_says(data: st.DataObject) -> None:
    """A change put on the form gives the result it names, and another suggestion or first step than now."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    compiled = ready(text_of(sketch))
    explanation = explain(compiled, form_of(sketch, sheet))
    for change in explanation.changes:
        changed = {**sheet, str(change.given.question.id): change.given.answer}
        assert seen(change.result) == judge_partial(sketch, changed)
        assert _what_counts(seen(change.result)) != _what_counts(seen(explanation.result))


@law
@given(st.data())
def test_every_change_leads_an_interview_where_it_says(data: st.DataObject) -> None:
    """An interview sets answers aside and brings them back; the changes it names have that in them."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    compiled = ready(text_of(sketch))
    answers = form_of(sketch, sheet)
    explanation = explain(compiled, answers, partial(set_all_aside, compiled))
    assert seen(explanation.result) == judge_partial(sketch, without_strays(sketch, sheet))
    for change in explanation.changes:
        changed = {**sheet, str(change.given.question.id): change.given.answer}
        assert seen(change.result) == judge_partial(sketch, without_strays(sketch, changed))


@law
@given(st.data())
def test_a_change_names_an_answer_that_a_form_can_have(data: st.DataObject) -> None:
    """To a question that may be asked: options that go together, or a number in its range; never the same answer."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    for change in explain(ready(text_of(sketch)), form_of(sketch, sheet)).changes:
        question, answer = sketch.question(str(change.given.question.id)), change.given.answer
        assert answer != sheet[question.id]
        assert known(sketch, sheet).asked[question.id].may
        if isinstance(answer, Amount):
            assert question.low <= answer.number <= question.high
        else:
            assert isinstance(answer, Chosen)
            assert answer.options in question.sets


@law
@given(st.data())
def test_no_single_answer_that_changes_the_result_is_left_out(data: st.DataObject) -> None:
    """Every option, every option more or less, and a number in every stretch that the tests tell apart is tried."""
    sketch = data.draw(sketches(most_questions=4))
    sheet = data.draw(sheets(sketch))
    explanation = explain(ready(text_of(sketch)), form_of(sketch, sheet))
    named = {(str(change.given.question.id), _what_counts(seen(change.result))) for change in explanation.changes}
    now = _what_counts(judge_partial(sketch, sheet))
    for question in sketch.questions:
        if question.role != "access" and known(sketch, sheet).asked[question.id].may:
            for changed in _with_another_answer(sketch, sheet, question):
                outcome = _what_counts(judge_partial(sketch, changed))
                assert outcome == now or (question.id, outcome) in named


def _orders(sketch: Sketch) -> Iterator[tuple[tuple[QuestionSketch, ...], ...]]:
    """The orders of the sections in which every gate still looks only at questions further up."""
    for sections in permutations(sketch.sections):
        further_up: set[str] = set()
        for question in (question for section in sections for question in section):
            if question.ask_when is not None and not sketch.reads(question.ask_when) <= further_up:
                break
            further_up.add(question.id)
        else:
            yield sections


def _unordered(partial: Partial) -> tuple[object, ...]:
    lists = (partial.reasons, partial.open_questions, partial.notes, partial.scores, partial.not_asked)
    return (partial.suggestion, partial.levels, partial.first_steps, *map(frozenset, lists))


def _what_counts(partial: Partial) -> tuple[str, tuple[str | None, str | None]]:
    """What a change has to change."""
    return partial.suggestion, partial.first_steps


def _with_another_answer(sketch: Sketch, sheet: Sheet, question: QuestionSketch) -> Iterator[Sheet]:
    """The form with one answer changed: to a `multiple` question by one option more or less."""
    now = sheet[question.id]
    for answer in telling_answers(sketch, question):
        if question.type == "multiple" and isinstance(answer, Chosen) and not _one_step(question, now, answer):
            continue
        yield {**sheet, question.id: answer}


def _one_step(question: QuestionSketch, now: object, answer: Chosen) -> bool:
    if not isinstance(now, Chosen):
        return len(answer.options) == 1
    needs = {option.id for option in question.needs}
    return not answer.options & needs or len((now.options & needs) ^ answer.options) == 1
