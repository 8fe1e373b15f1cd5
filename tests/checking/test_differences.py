"""What changes from one questionnaire to another: said as rules, with a form that shows it, and nothing left out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise, product
from math import prod
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from hypothesis import HealthCheck, assume, event, given, settings
from support import naive
from support.edited import edited_pairs
from support.effort import examples
from support.naive import YES, QuestionSketch, RuleSketch, Sheet, Sketch, Truths, known, telling_answers, truths
from support.no_solver import without_solver
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.running import Run
from support.strategies import text_of

from iop_screen.checking import diff
from iop_screen.checking.answer_order import Pairing
from iop_screen.checking.diff import MAX_FOUND, Difference, Differences, differences
from iop_screen.checking.load import load_questionnaire
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.checking.shared_rules import shared_rules
from iop_screen.checking.solver import FormSolver
from iop_screen.checking.undecided import SolverGaveUp
from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.engine.conditions import judge
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import assess_one
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason
from iop_screen.report.diff import differences_json, differences_text

pytestmark = pytest.mark.slow

QUESTIONS = (REPOSITORY / "questions.yaml").read_text("utf-8")
SAFE = "  - id: unsafe_without_staff\n    when: {stay_safe: no}"


LOW_AND_POOR = "mood is low and sleep is poor"
AWFUL_AND_POOR = "mood is awful and sleep is poor"
BOTH_SIGNS = "signs with fits and shakes"
SIGNS = {("visits", "stay", BOTH_SIGNS), ("stay", "visits", "signs with fits and spots")}


def changed(*edits: tuple[str, str]) -> CompiledQuestionnaire:
    """The default questionnaire with some of its text replaced."""
    text = QUESTIONS
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return ready(text)


def said(old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> list[tuple[str, str, str]]:
    return [(found.now, found.was, found.when) for found in differences(old, new).found]


def test_nothing_changes_from_a_questionnaire_to_itself(compiled: CompiledQuestionnaire) -> None:
    assert said(compiled, compiled) == []
    text = differences_text(differences(compiled, compiled), compiled, compiled)
    assert "no form gets another level or first step for certain" in text


def test_a_stricter_rule_is_shown_as_a_condition() -> None:
    rule = "rules:\n  - {id: mood, when: {mood: awful}, first_step: nurse, level: stay, because: Low.}"
    steps = "first_steps: [{id: nurse, title: A nurse}]\nrules:"
    mild = ready(SMALL.replace("rules:", rule).replace("rules:", steps))
    strict = ready(SMALL.replace("rules:", rule.replace("awful", "{at_least: low}")).replace("rules:", steps))
    now, was = "first nurse, then stay", "visits"
    assert said(mild, strict) == [(now, was, "mood at least low")]
    assert said(strict, mild) == [(was, now, "mood at least low")]


def test_a_change_of_words_is_no_difference(compiled: CompiledQuestionnaire) -> None:
    assert said(compiled, changed(("title: Level-of-care screening", "title: Another title"))) == []


def test_a_change_of_scope_is_shown(compiled: CompiledQuestionnaire) -> None:
    wider = changed(("applies_when: {age: [18_64, 65_plus]}", "applies_when: {age: [18_64, 65_plus, under_18]}"))
    assert said(compiled, wider) == [("in scope", "out of scope", "age is under_18")]


def test_questions_that_only_one_has_are_named(compiled: CompiledQuestionnaire) -> None:
    question = "      - {id: tattoos, ask: Any tattoos?, role: context, type: yes_no}\n"
    more = changed(("  - id: safety\n    title: Safety\n", f"{question}  - id: safety\n    title: Safety\n"))
    assert differences(compiled, more).only_new == ("tattoos", "tattoos: no", "tattoos: yes")
    assert differences(more, compiled).only_old == ("tattoos", "tattoos: no", "tattoos: yes")


def test_the_command_prints_text_and_json(run: Run, tmp_path: Path) -> None:
    path = REPOSITORY / "questions.yaml"
    new = tmp_path / "new.yaml"
    new.write_text(QUESTIONS.replace(SAFE, SAFE.replace("no}", "{at_least: with_support}}")), "utf-8")
    ran = run("diff", path, new)
    assert ran.code == 0
    assert "then residential; was first clinician_check, then iop: stay_safe" in " ".join(ran.out.split())
    report = json.loads(run("diff", path, new, "--format", "json").out)
    assert report["verdict"] == "different"
    assert report["differences"][0]["when"] == "stay_safe at least with_support"


SMALL = """
format: 1
id: small
version: 1.0.0
title: Small
intended_use: For tests.
disclaimer: Not a diagnosis.
applies_when: {age: adult}
levels: [{id: visits, title: Visits}, {id: stay, title: Stay}]
sections:
  - id: only
    title: Only
    questions:
      - {id: age, ask: How old, role: context, type: choice, options: [{id: adult, label: A}, {id: child, label: C}]}
      - {id: days, ask: How many days, role: risk, type: number, worse: higher, min: 0, max: 7}
      - {id: signs, ask: Which, role: risk, type: multiple, options: [{id: fits, label: F}, {id: shakes, label: S}]}
      - id: mood
        ask: How is it?
        role: risk
        type: choice
        options: [{id: good, label: G, points: 0}, {id: low, label: L, points: 1}, {id: awful, label: A, points: 2}]
      - id: sleep
        ask: And sleep?
        role: risk
        type: choice
        options: [{id: sound, label: S, points: 0}, {id: poor, label: P, points: 1}]
scores: [{id: sum, title: Sum, add: [mood, sleep]}]
rules:
  - {id: many_days, when: {days: {at_least: 5}}, level: stay, because: Many days.}
  - {id: fits, when: {signs: fits}, level: stay, because: Fits.}
  - {id: sum_is_high, when: {sum: {at_least: 3}}, level: stay, because: High.}
"""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "applies_when: {age: adult}\n",
            "",
            {("in scope", "perhaps in scope", "nothing is answered"), ("in scope", "out of scope", "age is child")},
        ),
        (
            "[{id: good, label: G, points: 0}, {id: low, label: L, points: 1}, {id: awful, label: A, points: 2}]",
            "[{id: good, label: G, points: 0}, {id: awful, label: A, points: 1}, {id: low, label: L, points: 2}]",
            {
                ("stay", "visits", "mood is low and sleep is poor"),
                ("visits", "stay", AWFUL_AND_POOR),
            },
        ),
        (
            "poor, label: P, points: 1",
            "poor, label: P, points: 2",
            {("stay", "visits", "mood at least low and sleep is poor")},
        ),
        ("add: [mood, sleep]", "add: [mood]", {("visits", "stay", AWFUL_AND_POOR)}),
        ("min: 0, max: 7", "min: 0, max: 6", {("visits", "stay", "days 6.5")}),
        ("{id: shakes, label: S}", "{id: shakes, label: S, exclusive: true}", {("visits", "stay", BOTH_SIGNS)}),
        ("[{id: fits, label: F}, {id: shakes, label: S}]", "[{id: fits, label: F}, {id: spots, label: S}]", SIGNS),
        ("because: Fits.", "because: Seizures.", set()),
        ("[{id: fits, label: F}, {id: shakes, label: S}]", "[{id: shakes, label: S}, {id: fits, label: F}]", set()),
    ],
)
def test_what_an_edit_changes_is_shown(old: str, new: str, expected: set[tuple[str, str, str]]) -> None:
    assert SMALL.count(old) == 1
    assert {*said(ready(SMALL), ready(SMALL.replace(old, new)))} == expected


def test_levels_in_another_order_are_compared_where_two_rules_hold() -> None:
    """Each rule by itself gets the same from both; together they get the level that is the higher one."""
    three = SMALL.replace("{id: stay, title: Stay}]", "{id: half, title: Half}, {id: stay, title: Stay}]")
    old = three.replace("{days: {at_least: 5}}, level: stay", "{days: {at_least: 5}}, level: half")
    new = old.replace(
        "{id: half, title: Half}, {id: stay, title: Stay}", "{id: stay, title: Stay}, {id: half, title: Half}"
    )
    assert {*said(ready(old), ready(new))} == {
        ("half", "stay", "days at least 5 and signs with fits"),
        ("half", "stay", f"days at least 5 and {AWFUL_AND_POOR}"),
    }


def test_a_score_of_nine_items_one_with_other_points_is_compared_at_once() -> None:
    def phq(least: int) -> CompiledQuestionnaire:
        items = [f"p{number}" for number in range(9)]
        questionnaire = yaml.safe_load(SMALL)
        for item in items:
            points = (0, least if item == "p0" else 1, 2, 3)
            options = [{"id": f"o{index}", "label": f"O{index}", "points": each} for index, each in enumerate(points)]
            questionnaire["sections"][0]["questions"].append(
                {"id": item, "ask": item, "role": "risk", "type": "choice", "options": options}
            )
        questionnaire["applies_when"] = {"age": "adult"}
        questionnaire["scores"].append({"id": "phq", "title": "PHQ", "add": items})
        questionnaire["rules"].append(
            {"id": "phq", "when": {"phq": {"at_least": 15}}, "level": "stay", "because": "High."}
        )
        return ready(json.dumps(questionnaire))

    assert differences(phq(1), phq(1)) == Differences((), (), (), ())
    found = differences(phq(1), phq(0))
    assert found.found
    assert not found.not_decided


def large(parts: int, because: str = "One.") -> CompiledQuestionnaire:
    """One with a rule that has 3 weakest forms to the power of its parts."""
    questionnaire = yaml.safe_load(SMALL)
    names = [f"c{number}" for number in range(48)]
    options = [{"id": name, "label": name.upper()} for name in ("x", "y")]
    questionnaire["sections"][0]["questions"] += [
        {"id": name, "ask": name, "role": "context", "type": "choice", "options": options} for name in names
    ]
    every = [{"any": [{name: "x"} for name in names[start : start + 3]]} for start in range(0, 3 * parts, 3)]
    questionnaire["rules"].append({"id": "large", "when": {"all": every}, "level": "stay", "because": because})
    return ready(json.dumps(questionnaire))


def test_a_rule_that_both_have_is_no_difference_however_many_weakest_forms_it_has() -> None:
    old, new = large(16, "One."), large(16, "Other.")
    with without_solver():
        assert differences(old, new) == Differences((), (), (), ())


def test_without_a_solver_what_is_too_much_to_compare_is_never_called_no_difference() -> None:
    old, new = large(16), large(15)
    with without_solver():
        found = differences(old, new)
    assert len(found.not_decided) == 2
    text = differences_text(found, old, new)
    assert "not decided" in text
    assert "pip install 'iop-screen[prove]'" in text
    assert "no form gets" not in text
    report = differences_json(found, old, new)
    assert (report["verdict"], report["solver_missing"]) == ("not_decided", True)


def test_a_solver_lists_some_differences_of_what_is_too_much_and_says_that_there_may_be_more() -> None:
    """The new one does without the last of sixteen parts, and so gives more."""
    old, new = large(16), large(15)
    found = differences(old, new)
    assert not found.not_decided
    assert {(each.was, each.now, each.answers.size) for each in found.found} == {("visits", "stay", 15)}
    assert len({each.when for each in found.found}) == len(found.found) == MAX_FOUND
    assert found.not_listed == ("the rule large of the new one",)
    assert "20 differences and more in what forms get for certain" in differences_text(found, old, new)


def test_a_solver_proves_that_two_ways_to_write_a_rule_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as the way they are written shows it, the two are different rules."""
    monkeypatch.setattr(diff, "shared_rules", lambda *_: frozenset())
    assert differences(large(16), large(16)) == Differences((), (), (), ())


def test_a_solver_that_comes_to_no_end_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(*_: object) -> None:
        raise SolverGaveUp("a moment")

    monkeypatch.setattr(FormSolver, "find", gives_up)
    old, new = large(16), large(15)
    found = differences(old, new)
    assert not found.found
    assert not found.is_solver_missing
    assert all("a solver came to no end in a moment" in each for each in found.not_decided)
    assert differences_json(found, old, new)["verdict"] == "not_decided"


def dozen(bound: int, most: int = 2) -> CompiledQuestionnaire:
    """A score of twelve items, each of which is read by itself, too; its last answers bring `most` points."""
    questionnaire = yaml.safe_load(SMALL)
    items = [f"p{number}" for number in range(12)]
    for item in items:
        options = [{"id": f"o{index}", "label": f"O{index}", "points": each} for index, each in enumerate((0, 1, most))]
        questionnaire["sections"][0]["questions"].append(
            {"id": item, "ask": item, "role": "risk", "type": "choice", "options": options}
        )
    questionnaire["scores"].append({"id": "needs", "title": "Needs", "add": items})
    worst = {"all": [{"any": [{item: "o2"} for item in items]}, {"days": {"at_least": 2}}]}
    questionnaire["rules"] += [
        {"id": "needs", "when": {"needs": {"at_least": bound}}, "level": "stay", "because": "Many needs."},
        {"id": "worst", "when": worst, "level": "stay", "because": "A bad need, and some days."},
    ]
    return ready(json.dumps(questionnaire))


def test_a_sum_of_a_dozen_needs_is_compared() -> None:
    """What gets more has a sum between the bounds. The other way there is nothing, and that is proved."""
    found = differences(dozen(8), dozen(7))
    assert not found.not_decided
    assert {(each.was, each.now) for each in found.found} == {("visits", "stay")}
    assert {sum(map(points, each.answers.values)) for each in found.found} == {7}
    assert found.not_listed == ("the rule needs of the new one",)
    assert differences(dozen(8, most=2), dozen(15, most=4)).found


def points(answer: Answer) -> int:
    return int(min(answer.options).removeprefix("o")) if isinstance(answer, Chosen) else 0


# Held against plain enumeration.

MOST_FORMS = 600

claim = settings(
    max_examples=examples(80),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


class Gets(NamedTuple):
    """What a form gets for certain, by the naive reading."""

    level: str
    first_step: str | None
    emergency: bool
    scope: Truths


def gets(sketch: Sketch, sheet: Sheet) -> Gets:
    """The naive reading of one form."""
    answers = known(sketch, sheet)
    holding = [rule for rule in sketch.rules if truths(answers, rule.when).must]
    level = max((sketch.levels.index(rule.level) for rule in holding if rule.level is not None), default=0)
    step = max((sketch.steps.index(rule.first_step) for rule in holding), default=0)
    emergency = sketch.interrupts and step == len(sketch.first_steps)
    scope = YES if sketch.applies_when is None else truths(answers, sketch.applies_when)
    return Gets(sketch.levels[level], sketch.steps[step], emergency, scope)


def read_by(sketch: Sketch, sheet: Sheet) -> Sheet:
    """A form of another questionnaire as this one has to read it."""
    return {
        question.id: read_as(question, sheet.get(question.id, MissingReason.MISSING)) for question in sketch.questions
    }


def read_as(question: QuestionSketch, answer: Answer) -> Answer:
    match answer:
        case Chosen(names):
            fits = question.type not in {"number", "text"} and names in question.sets
        case Amount(number):
            fits = question.type == "number" and question.low <= number <= question.high
        case _:
            fits = True
    return answer if fits else MissingReason.UNREADABLE


def every_sheet(sketch: Sketch, other: Sketch) -> Iterator[Sheet]:
    """Every form of a questionnaire, partial ones and stray answers included, as far as either can tell them apart."""
    choices = [[MissingReason.MISSING, *answers_to(question, sketch, other)] for question in sketch.questions]
    assume(prod(map(len, choices)) <= MOST_FORMS)
    for answers in product(*choices):
        yield {question.id: answer for question, answer in zip(sketch.questions, answers, strict=True)}


def answers_to(question: QuestionSketch, sketch: Sketch, other: Sketch) -> list[Answer]:
    """The answers to a question that either questionnaire reads; to others it is left open."""
    if not any(question.id in each.reads(condition) for each in (sketch, other) for condition in each.conditions()):
        return []
    if question.type != "number":
        return [*telling_answers(sketch, question)]
    ends = {Decimal(question.low), Decimal(question.high)}
    for each in other.questions:
        ends |= {Decimal(each.low), Decimal(each.high)} if each.id == question.id else set()
    conditions = [*sketch.conditions(), *other.conditions()]
    asked = [value for condition in conditions for name, value in naive.tests(condition) if name == question.id]
    marks = sorted(ends | {Decimal(str(*value.values())) for value in asked if isinstance(value, dict)})
    numbers = {*marks, *((low + high) / 2 for low, high in pairwise(marks))}
    return [Amount(number) for number in sorted(numbers) if question.low <= number <= question.high]


def usable(sketch: Sketch) -> CompiledQuestionnaire:
    """The questionnaire ready for judging; an edit that cannot be is left out."""
    loaded = load_questionnaire(text_of(sketch).encode())
    assume(loaded.questionnaire is not None)
    assert loaded.questionnaire is not None
    return compile_questionnaire(loaded.questionnaire, loaded.hash12)


@claim
@given(edited_pairs())
def test_differences_are_found_where_enumeration_finds_some_and_only_there(
    pair: tuple[Sketch, Sketch, tuple[str, ...]],
) -> None:
    """No form of either questionnaire gets something else unsaid, and every form that is shown does get it."""
    old, new, edits = pair
    sheets = [*every_sheet(old, new), *every_sheet(new, old)]
    before, after = usable(old), usable(new)
    differ = any(gets(old, read_by(old, sheet)) != gets(new, read_by(new, sheet)) for sheet in sheets)
    found = differences(before, after)
    for edit in edits:
        event(f"{edit}: {'differ' if differ else 'same'}")
    assert not found.not_decided
    assert bool(found.found) == differ
    for difference in found.found:
        shown_by_its_counterexample(difference, before, after)


def too_many(*_: object) -> None:
    raise TooManyMinimalForms(1, 0)


@pytest.mark.parametrize("shared", [True, False])
@settings(claim, max_examples=examples(40))
@given(pair=edited_pairs())
def test_a_solver_finds_differences_where_enumeration_finds_some_and_only_there(
    pair: tuple[Sketch, Sketch, tuple[str, ...]], *, shared: bool
) -> None:
    """The same where no minimal form is listed and no combination, so that everything is left to the solver.

    With `shared` rules that both have are not given to it.
    """
    old, new, edits = pair
    sheets = [*every_sheet(old, new), *every_sheet(new, old)]
    before, after = usable(old), usable(new)
    differ = any(gets(old, read_by(old, sheet)) != gets(new, read_by(new, sheet)) for sheet in sheets)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MinimalForms, "answer_sets", too_many)
        patch.setattr(diff, "check_minimal_form_limit", too_many)
        if not shared:
            patch.setattr(diff, "shared_rules", lambda *_: frozenset())
        found = differences(before, after)
    for edit in edits:
        event(f"{edit}: {'differ' if differ else 'same'}")
    assert not found.not_decided
    assert bool(found.found) == differ
    for difference in found.found:
        shown_by_its_counterexample(difference, before, after)


@claim
@given(edited_pairs())
def test_what_a_shared_rule_gives_the_other_questionnaire_gives_too(
    pair: tuple[Sketch, Sketch, tuple[str, ...]],
) -> None:
    """Wherever a rule that is said to be shared must hold, a rule of the other one with the same steps must hold."""
    old, new, _ = pair
    for own, other in ((old, new), (new, old)):
        shared = shared_rules(usable(own), usable(other))
        event("some shared" if shared else "none shared")
        for sheet in every_sheet(own, other):
            here, there = known(own, sheet), known(other, read_by(other, sheet))
            given_there = {steps(other, rule) for rule in other.rules if truths(there, rule.when).must}
            for rule in own.rules:
                if rule.id in shared and truths(here, rule.when).must:
                    assert steps(own, rule) in given_there


def steps(sketch: Sketch, rule: RuleSketch) -> tuple[str, str | None, bool]:
    emergency = rule.first_step is not None and rule.first_step == sketch.interrupt
    return rule.level or sketch.levels[0], rule.first_step, emergency


def shown_by_its_counterexample(difference: Difference, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> None:
    """What a difference claims, replayed by the ordinary engine of both questionnaires."""
    other = old if difference.compiled is new else new
    there = Pairing(difference.compiled, other).translated(difference.answers)
    was, now = (there, difference.answers) if difference.compiled is new else (difference.answers, there)
    words = words_for(old, was), words_for(new, now)
    claimed = difference.was, difference.now
    assert claimed[0] != claimed[1]
    assert claimed in {*zip(*words, strict=True)}


def words_for(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[str, str]:
    """What a form gets from the ordinary engine, and its scope, as differences say it."""
    result = assess_one(compiled, answers)
    step = result.first_steps.at_least
    emergency = ", an emergency" if result.suggestion == EMERGENCY else ""
    got = ("" if step is None else f"first {step.id}{emergency}, then ") + result.levels.at_least.id
    if compiled.applies_when is None:
        return got, "in scope"
    must, may = judge(compiled.applies_when, AnswerBatch(compiled, [answers]))
    return got, "in scope" if must else "perhaps in scope" if may else "out of scope"
