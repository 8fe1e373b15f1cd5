"""Answers that are not the best, alone and in pairs: which there are, what opens their questions, none left out."""

from __future__ import annotations

from itertools import combinations, islice

import pytest
from hypothesis import given
from support.laws import law, seen, sheet_of
from support.naive import Sketch, completions, judge_partial, known
from support.questionnaires import HEADER, ready
from support.strategies import sketches, text_of

from iop_screen.checking.load import load_questionnaire
from iop_screen.checking.pairs import GivenAnswer, PairTable, Tried, pair_table
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.engine.suggest import assess_one
from iop_screen.questionnaire.answers import Chosen, MissingReason

SECTIONS = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
"""
AGE = (
    "      - {id: age, ask: Age?, role: context, type: choice, options: [{id: young, label: Y}, {id: old, label: O}]}\n"
)
DANGER = "      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}\n"
SLEEP = """\
      - id: sleep
        ask: Nights?
        role: risk
        type: choice
        options: [{id: good, label: Good}, {id: poor, label: Poor}, {id: bad, label: Bad}]
"""
ALONE = "      - {id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}\n"
DRINKS = "      - {id: drinks, ask: Drinks?, role: risk, type: number, worse: higher, min: 0, max: 40}\n"
SIGNS = """\
      - id: signs
        ask: Signs?
        role: risk
        type: multiple
        options: [{id: none, label: None, exclusive: true}, {id: shakes, label: Shakes}, {id: fever, label: Fever}]
"""
JOB = "      - {id: job, ask: A job?, role: access, type: yes_no}\n"
WORDS = "      - {id: words, ask: What else?, role: context, type: text}\n"


def table_of(questions: str, rules: str) -> tuple[PairTable, CompiledQuestionnaire]:
    compiled = ready(f"{SECTIONS}{questions}rules:\n{rules}")
    return pair_table(compiled), compiled


def rule(name: str, when: str, reach: str) -> str:
    return f"  - {{id: {name}, when: {when}, {reach}, because: It counts.}}\n"


def words(given_answers: tuple[GivenAnswer, ...], compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    questions = compiled.questions
    return tuple(f"{questions[one.index].id} {questions[one.index].as_cell(one.answer)}" for one in given_answers)


def said(
    tried: tuple[Tried, ...], compiled: CompiledQuestionnaire
) -> list[tuple[tuple[str, ...], tuple[str, ...], str]]:
    """Each form: its answers, those added, and what it gets for certain."""
    found = []
    for each in tried:
        step = each.result.first_steps.at_least
        got = f"{each.result.levels.at_least.id}, {'nothing first' if step is None else step.id}"
        found.append((words(each.given, compiled), words(each.added, compiled), got))
    return found


def test_each_answer_but_the_best_alone_and_with_each_other() -> None:
    rules = rule("no_sleep", "{sleep: bad}", "level: stay") + rule("help", "{danger: yes}", "first_step: help_now")
    table, compiled = table_of(AGE + DANGER + SLEEP, rules)
    assert said(table.singles, compiled) == [
        (("age old",), (), "visits, nothing first"),
        (("danger yes",), (), "visits, help_now"),
        (("sleep poor",), (), "visits, nothing first"),
        (("sleep bad",), (), "stay, nothing first"),
    ]
    assert said(table.pairs, compiled) == [
        (("age old", "danger yes"), (), "visits, help_now"),
        (("age old", "sleep poor"), (), "visits, nothing first"),
        (("age old", "sleep bad"), (), "stay, nothing first"),
        (("danger yes", "sleep poor"), (), "visits, help_now"),
        (("danger yes", "sleep bad"), (), "stay, help_now"),
    ]
    assert (table.every_pair, table.one_question, table.not_together) == (6, 1, 0)
    assert table.best.suggestion == "visits"


def test_duties_and_words_have_no_part() -> None:
    table, compiled = table_of(JOB + WORDS + ALONE, rule("is_alone", "{alone: yes}", "level: stay"))
    assert [words(single.given, compiled) for single in table.singles] == [("alone yes",)]


def test_a_number_counts_at_each_bound_that_a_test_names() -> None:
    rules = rule("some", "{drinks: {at_least: 3}}", "first_step: nurse")
    rules += rule("many", "{drinks: {at_least: 7}}", "level: stay")
    table, compiled = table_of(DRINKS, rules)
    assert [words(single.given, compiled) for single in table.singles] == [("drinks 3",), ("drinks 7",)]
    assert (table.pairs, table.one_question) == ((), 1)


def test_needs_count_one_by_one_and_together() -> None:
    rules = rule("both", "{all: [{signs: shakes}, {signs: fever}]}", "level: stay")
    table, compiled = table_of(SIGNS, rules)
    assert [words(single.given, compiled) for single in table.singles] == [("signs shakes",), ("signs fever",)]
    (pair,) = table.pairs
    assert compiled.questions[0].as_cell(pair.answers.values[0]) == "shakes;fever"  # type: ignore[arg-type]
    assert (pair.more_together, pair.added, table.one_question) == (True, (), 0)


def gated(when: str) -> str:
    return ALONE.replace("worse: yes", f"worse: yes, ask_when: {when}")


def test_a_question_is_opened_by_what_does_least() -> None:
    """Poor sleep gets a nurse, an age gets nothing. Among answers that get as much, no risk is taken if one can do."""
    when = "{any: [{sleep: {at_least: poor}}, {age: old}]}"
    rules = rule("no_sleep", "{sleep: {at_least: poor}}", "first_step: nurse")
    rules += rule("is_alone", "{alone: yes}", "level: stay")
    for each in (rules, rules.replace("{at_least: poor}", "bad")):
        table, compiled = table_of(AGE + SLEEP + gated(when), each)
        assert said(table.singles, compiled)[-1] == (("alone yes",), ("age old",), "stay, nothing first")
    opened = {words(pair.given, compiled): words(pair.added, compiled) for pair in table.pairs}
    assert opened["sleep poor", "alone yes"] == ()


def test_a_pair_that_no_form_has_is_left_out_and_counted() -> None:
    """Whoever is old is not asked, and no other answer opens the question."""
    table, compiled = table_of(
        AGE + SLEEP + gated("{age: young, sleep: bad}"), rule("a", "{alone: yes}", "level: stay")
    )
    pairs = [words(pair.given, compiled) for pair in table.pairs]
    assert ("age old", "alone yes") not in pairs
    assert ("sleep bad", "alone yes") in pairs
    # sleep poor is no answer that opens it, and bad would replace it
    assert ("sleep poor", "alone yes") not in pairs
    assert (table.one_question, table.not_together) == (1, 2)
    assert said(table.singles, compiled)[-1][1] == ("sleep bad",)


def test_a_pair_is_marked_where_it_gets_more_than_either_answer() -> None:
    rules = rule("no_sleep", "{sleep: bad}", "level: stay") + rule("is_alone", "{alone: yes}", "first_step: nurse")
    both = rule("both", "{sleep: {at_least: poor}, alone: yes}", "level: stay")
    table, compiled = table_of(SLEEP + ALONE, rules + both)
    marked = {words(pair.given, compiled): pair.more_together for pair in table.pairs}
    assert marked == {("sleep poor", "alone yes"): True, ("sleep bad", "alone yes"): False}


def test_an_emergency_is_never_marked_for_its_level() -> None:
    rules = rule("help", "{danger: yes}", "first_step: help_now")
    table, _ = table_of(DANGER + SLEEP + ALONE, rules + rule("both", "{sleep: bad, danger: yes}", "level: stay"))
    assert not any(pair.more_together for pair in table.pairs)


def test_other_answers_bring_the_questionnaire_into_scope() -> None:
    """The best form is one that the questionnaire applies to."""
    compiled = ready(
        f"{SECTIONS}{AGE}{SLEEP}rules:\n{rule('no_sleep', '{sleep: bad}', 'level: stay')}applies_when: {{age: old}}\n"
    )
    table = pair_table(compiled)
    assert table.best.suggestion == "visits"
    assert [words(single.given, compiled)[0] for single in table.singles] == ["age young", "sleep poor", "sleep bad"]
    assert table.singles[0].result.suggestion == "out_of_scope"


MOST_FORMS = 60


@pytest.mark.slow
@law
@given(sketches(most_questions=4))
def test_the_table_is_complete_and_each_row_is_what_its_form_gets(sketch: Sketch) -> None:
    """Each answer and each pair is in the table or counted; a pair that some form has is in it.

    Each form has its answers to questions that are asked, and its result is that of the naive reading.
    """
    loaded = load_questionnaire(text_of(sketch).encode())
    if loaded.questionnaire is None:
        return
    compiled = compile_questionnaire(loaded.questionnaire, loaded.hash12)
    table = pair_table(compiled)
    every = [*(single.given[0] for single in table.singles), *table.never_asked]
    assert table.every_pair == len([*combinations(every, 2)])
    assert len({pair.given for pair in table.pairs}) == len(table.pairs)
    for tried in (*table.singles, *table.pairs):
        sheet = sheet_of(sketch, tried.answers)
        assert tried.result == assess_one(compiled, tried.answers)
        assert seen(tried.result) == judge_partial(sketch, sheet)
        for one in (*tried.given, *tried.added):
            there = tried.answers.values[one.index]
            assert there == one.answer or _options(there) >= _options(one.answer) > frozenset()
            assert known(sketch, sheet).asked[sketch.questions[one.index].id].must
    listed = {pair.given for pair in table.pairs}
    for one, other in combinations(sorted(every, key=lambda each: each.index), 2):
        if one.index != other.index and _some_form_has(sketch, one, other):
            assert (one, other) in listed or (other, one) in listed


def _options(answer: object) -> frozenset[str]:
    return answer.options if isinstance(answer, Chosen) else frozenset()


def _some_form_has(sketch: Sketch, one: GivenAnswer, other: GivenAnswer) -> bool:
    """Whether both questions are asked on one of the first complete forms with these answers."""
    ids = [question.id for question in sketch.questions]
    sheet = dict.fromkeys(ids, MissingReason.MISSING) | {ids[each.index]: each.answer for each in (one, other)}
    forms = islice(completions(sketch, sheet), MOST_FORMS)
    return any(all(known(sketch, form).asked[ids[each.index]].must for each in (one, other)) for form in forms)
