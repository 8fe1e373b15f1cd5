"""What two answers together would change, what an open question could, and what would change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from itertools import combinations
from random import Random

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from support.effort import examples, lines_run
from support.laws import heights, law, seen, sheet_of
from support.naive import Partial, Sketch, judge_partial, known, telling_answers, without_strays
from support.questionnaires import THREE_LEVELS, ready
from support.record_builder import ANSWERS, RecordBuilder, choices, result_page
from support.strategies import answers_to, completed, form_of, sheets, sketches, text_of

from iop_screen.engine.answer_batch import AnswerBatch, Answers, no_answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import judge
from iop_screen.engine.explain import Explanation, explain
from iop_screen.engine.suggest import assess, assess_one
from iop_screen.engine.what_if import WhatIf
from iop_screen.questionnaire.answers import Answer, MissingReason, chosen
from iop_screen.report.result_json import explained_json

pytestmark = pytest.mark.slow

Pair = tuple[tuple[str, Answer], tuple[str, Answer]]
Outcome = tuple[str, tuple[str | None, str | None]]


def outcome(result: Partial) -> Outcome:
    """What has to differ for a result to count as another one."""
    return result.suggestion, result.first_steps


def is_less(sketch: Sketch, result: Partial, now: Partial) -> bool:
    """Told by the numbers of the steps alone."""
    if result.suggestion in ("emergency", "out_of_scope"):
        return False
    settles = result.suggestion in sketch.levels and now.suggestion not in sketch.levels
    return no_higher(sketch, result, now) and (heights(sketch, result) != heights(sketch, now) or settles)


def enumerated(sketch: Sketch, answers: Answers, compiled: CompiledQuestionnaire) -> set[Pair]:
    """The same pairs found by trying every pair of answers there is."""
    now = assess_one(compiled, answers)
    what_if = WhatIf(compiled, answers, answers, now, list)
    batch = AnswerBatch(compiled, [answers])
    names = [question.id for question in sketch.questions]
    matter = {names.index(name) for name in that_matter(sketch, compiled, batch)}
    asked = [index for index, each in enumerate(sketch.questions) if each.role != "access" and batch.asked(index).may]
    others = [(index, answer) for index in asked for answer in what_if.others(index)]
    singles = assess(compiled, [answers.with_answer(*one) for one in others])
    known = {outcome(seen(result)) for result in (now, *singles)}
    alone = dict(zip(others, map(seen, singles), strict=True))
    tried = [one for one in others if one[0] in matter]
    both = [(one, other) for one, other in combinations(tried, 2) if one[0] != other[0]]
    results = assess(compiled, [answers.with_answer(*one).with_answer(*other) for one, other in both])
    return {
        ((names[one[0]], one[1]), (names[other[0]], other[1]))
        for (one, other), result in zip(both, map(seen, results), strict=True)
        if outcome(result) not in known
        and is_less(sketch, result, seen(now))
        and not any(is_enough(sketch, alone[each], result) for each in (one, other))
    }


def is_enough(sketch: Sketch, alone: Partial, both: Partial) -> bool:
    settles = alone.suggestion in sketch.levels or both.suggestion not in sketch.levels
    return settles and no_higher(sketch, alone, both)


def no_higher(sketch: Sketch, result: Partial, other: Partial) -> bool:
    return all(low <= high for low, high in zip(heights(sketch, result), heights(sketch, other), strict=True))


def that_matter(sketch: Sketch, compiled: CompiledQuestionnaire, batch: AnswerBatch) -> set[str]:
    """What rules that may hold read, and who the questionnaire is for, with the gates of all these."""
    pairs = zip(sketch.rules, compiled.rules, strict=True)
    conditions = [rule.when for rule, ready_rule in pairs if judge(ready_rule.when, batch).may]
    if sketch.applies_when is not None and compiled.applies_when is not None:
        conditions += [] if judge(compiled.applies_when, batch).must else [sketch.applies_when]
    names = {name for condition in conditions for name in sketch.reads(condition)}
    for question in reversed(sketch.questions):
        if question.id in names and question.ask_when is not None:
            names |= sketch.reads(question.ask_when)
    return names


def answer_sets(sketch: Sketch, compiled: CompiledQuestionnaire, seed: int) -> list[Answers]:
    """Some forms on which most is answered and several rules hold, or none is settled: such forms have pairs."""
    rng = Random(seed)  # noqa: S311 - a test
    given = [[*telling_answers(sketch, question), MissingReason.UNKNOWN] for question in sketch.questions]
    drawn = [Answers(tuple(map(rng.choice, given))) for _ in range(80)]
    results = zip(drawn, assess(compiled, drawn), strict=True)
    return [answers for answers, result in results if len(result.reasons) > 1 or result.suggestion == "undetermined"][
        :6
    ]


def pairs(explanation: Explanation) -> Iterator[Pair]:
    """The pairs of an explanation by question id."""
    for pair in explanation.pairs:
        first, second = ((str(given.question.id), given.answer) for given in pair.both)
        yield first, second


@settings(parent=law, max_examples=examples(50))
@given(st.data())
def test_the_pairs_are_those_that_plain_enumeration_finds(data: st.DataObject) -> None:
    sketch = data.draw(sketches(most_questions=5, fewest_rules=2))
    compiled = ready(text_of(sketch))
    for answers in answer_sets(sketch, compiled, data.draw(st.integers(0, 1000))):
        found = [*pairs(explain(compiled, answers))]
        if found:
            event("pairs were found")
        assert len(found) == len(set(found))
        assert set(found) == enumerated(sketch, answers, compiled)


@settings(parent=law, max_examples=examples(50))
@given(st.data())
def test_a_pair_leads_an_interview_where_it_says_and_neither_answer_does_alone(data: st.DataObject) -> None:
    """An interview sets answers aside and brings them back; the pairs it names have that in them."""
    sketch = data.draw(sketches(fewest_rules=2))
    compiled = ready(text_of(sketch))
    for answers in answer_sets(sketch, compiled, data.draw(st.integers(0, 1000))):
        explanation = explain(compiled, answers, partial(set_all_aside, compiled))
        now = seen(explanation.result)
        for both, pair in zip(pairs(explanation), explanation.pairs, strict=True):
            event("a pair was found")
            leads_to = _counted(sketch, answers, *both)
            assert seen(pair.result) == leads_to
            assert is_less(sketch, leads_to, now)
            for alone in both:
                assert outcome(_counted(sketch, answers, alone)) != outcome(leads_to)


def _counted(sketch: Sketch, answers: Answers, *changes: tuple[str, Answer]) -> Partial:
    """What an interview with other answers gets, by the naive reading."""
    return judge_partial(sketch, without_strays(sketch, {**sheet_of(sketch, answers), **dict(changes)}))


@law
@given(st.data())
def test_what_is_said_to_change_nothing_changes_nothing(data: st.DataObject) -> None:
    """Neither now nor once the other questions are answered."""
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch, strays=False))
    explanation = explain(ready(text_of(sketch)), form_of(sketch, sheet))
    now = seen(explanation.result)
    for idle in explanation.without_effect:
        question = sketch.question(str(idle.question.id))
        assert isinstance(sheet[question.id], MissingReason)
        assert sheet[question.id] is idle.answer
        answer = data.draw(answers_to(question))
        assert outcome(judge_partial(sketch, {**sheet, question.id: answer})) == outcome(now)
        complete = data.draw(completed(sketch, sheet))
        with_it = without_strays(sketch, {**complete, question.id: answer})
        assert outcome(judge_partial(sketch, with_it)) == outcome(
            judge_partial(sketch, without_strays(sketch, complete))
        )


@law
@given(st.data())
def test_a_question_without_an_answer_is_open_or_idle(data: st.DataObject) -> None:
    sketch = data.draw(sketches())
    sheet = data.draw(sheets(sketch))
    explanation = explain(ready(text_of(sketch)), form_of(sketch, sheet))
    asked = known(sketch, sheet).asked
    lacking = {name for name, answer in sheet.items() if isinstance(answer, MissingReason) and asked[name].may}
    open_ones = {str(question.id) for question in explanation.result.open_questions}
    assert lacking == open_ones | {str(idle.question.id) for idle in explanation.without_effect}
    assert open_ones.isdisjoint(str(idle.question.id) for idle in explanation.without_effect)


TWO_REASONS = """\
sections:
  - id: nights
    title: Nights
    questions:
      - id: sleep
        ask: How is the sleep?
        role: risk
        type: choice
        options: [{id: a, label: Good}, {id: b, label: Fair}, {id: c, label: Bad}]
      - {id: alone, ask: Is anybody there?, role: risk, type: yes_no, worse: no}
      - {id: pets, ask: Are there pets?, role: access, type: yes_no}
rules:
  - {id: bad_sleep, when: {sleep: c}, level: beds, because: Bad sleep.}
  - {id: nobody, when: {alone: no}, level: beds, because: Nobody there.}
"""


def told(**words: str) -> tuple[CompiledQuestionnaire, Explanation]:
    compiled = ready(THREE_LEVELS + TWO_REASONS)
    answers = no_answers(compiled)
    for name, answer in choices(words).items():
        answers = answers.with_answer(compiled.index_of(name), answer)
    return compiled, explain(compiled, answers)


def page_of(**answers: str) -> str:
    compiled, explanation = told(**answers)
    return result_page(explanation, compiled)


def test_two_reasons_need_two_answers() -> None:
    compiled, explanation = told(sleep="c", alone="no")
    assert explanation.changes == ()
    assert set(pairs(explanation)) == {
        (("sleep", chosen("a")), ("alone", chosen("yes"))),
        (("sleep", chosen("b")), ("alone", chosen("yes"))),
    }
    page = result_page(explanation, compiled)
    assert "if both:\n    > How is the sleep? [Good] or [Fair]\n    > Is anybody there? [Yes]\n" in page


SCOPED = """\
applies_when: {age: adult, place: here}
sections:
  - id: about
    title: About
    questions:
      - {id: age, ask: How old?, role: context, type: choice, options: [{id: child, label: A}, {id: adult, label: B}]}
      - {id: place, ask: Where?, role: context, type: choice, options: [{id: there, label: C}, {id: here, label: D}]}
      - {id: sleep, ask: Is sleep bad?, role: risk, type: yes_no, worse: yes}
rules:
  - {id: bad_sleep, when: {sleep: yes}, level: beds, because: Bad sleep.}
"""


def test_two_answers_may_bring_a_person_into_scope() -> None:
    compiled = ready(THREE_LEVELS + SCOPED)
    answers = no_answers(compiled)
    for name, answer in choices({"age": "child", "place": "there", "sleep": "no"}).items():
        answers = answers.with_answer(compiled.index_of(name), answer)
    explanation = explain(compiled, answers)
    assert explanation.result.suggestion == "out_of_scope"
    assert set(pairs(explanation)) == {(("age", chosen("adult")), ("place", chosen("here")))}


def test_one_reason_needs_no_pair() -> None:
    _, explanation = told(sleep="c", alone="yes")
    assert explanation.pairs == ()


def test_the_json_names_both_answers_and_what_they_lead_to() -> None:
    compiled, explanation = told(sleep="c", alone="no")
    content = json.loads(explained_json(explanation, compiled, RecordBuilder(compiled).record()))
    assert [pair["suggestion"] for pair in content["pair_changes"]] == ["home", "home"]
    assert content["pair_changes"][0]["answers"] == [
        {"question": "sleep", "ask": "How is the sleep?", "answer": "Good"},
        {"question": "alone", "ask": "Is anybody there?", "answer": "Yes"},
    ]
    assert content["without_effect"] == [{"question": "pets", "ask": "Are there pets?", "gap": "missing"}]


def test_an_open_question_says_what_it_could_change() -> None:
    page = page_of(alone="yes", sleep="?")
    said = '> could change it: [Good] or [Fair] -> "At home"; [Bad] -> "Day and night"\n'
    assert f"  - How is the sleep? [don't know]\n    {said}" in page
    page = page_of(alone="-", sleep="?")
    assert '> could change it: [Bad] -> "Day and night"\n' in page


def test_a_question_that_is_settled_otherwise_is_said_to_change_nothing() -> None:
    page = page_of(sleep="c", alone="-", pets="?")
    assert "WHAT WOULD NOT CHANGE IT\n  - Is anybody there? [declined]\n  - Are there pets? [don't know]\n" in page
    assert "STILL OPEN" not in page


def test_many_questions_that_change_nothing_are_counted(compiled: CompiledQuestionnaire) -> None:
    answers = no_answers(compiled).with_answer(compiled.index_of("age"), chosen("18_64"))
    answers = answers.with_answer(compiled.index_of("stay_safe"), chosen("no"))
    answers = answers.with_answer(compiled.index_of("wishes"), MissingReason.DECLINED)
    page = result_page(explain(compiled, answers, partial(set_all_aside, compiled)), compiled)
    listed = page.partition("WHAT WOULD NOT CHANGE IT\n")[2].partition("\n\n")[0]
    assert "What kind of care would the person like best? [declined]" in listed
    assert "more questions not answered." in listed
    assert listed.count("  - ") == 2


def test_pairs_are_found_while_one_waits(compiled: CompiledQuestionnaire) -> None:
    """For a form with nothing but the age, and for one with many reasons: a fiftieth of a second, or so much work."""
    one = no_answers(compiled).with_answer(compiled.index_of("age"), chosen("18_64"))
    given = choices(ANSWERS)
    many = Answers(tuple(given.get(str(question.id), MissingReason.MISSING) for question in compiled.questions))
    for answers in (one, many):
        assert lines_run(partial(explain, compiled, answers, partial(set_all_aside, compiled))) < 500_000
