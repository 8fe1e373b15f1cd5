"""What `check` says is held against plain enumeration: of small questionnaires, every form there is.

The oracle is the naive reading. It knows no minimal forms: it looks at each form in turn and asks what must hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from support.effort import examples, lines_run
from support.naive import (
    Condition,
    NoteSketch,
    OptionSketch,
    QuestionSketch,
    RuleSketch,
    ScoreSketch,
    Sheet,
    Sketch,
    judge_partial,
    known,
    telling_answers,
    truths,
)
from support.no_solver import without_solver
from support.questionnaires import ready
from support.strategies import Subject, conditions, form_of, sketches, text_of

from iop_screen.checking import analysis
from iop_screen.checking.analysis import Finding
from iop_screen.checking.load import CheckReport, check_questionnaire
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.engine import representative_answers
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import assess, assess_one
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason

pytestmark = pytest.mark.slow

MOST_FORMS = 800
TODAY = date(2026, 12, 1)

claim = settings(
    max_examples=examples(40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)

Musts = frozenset[int]
"""The indexes of the forms on which a condition must hold."""


WAYS = {
    "minimal forms": {},
    "a solver": {(representative_answers, "MAX_MINIMAL_FORMS"): 0},
    "a solver alone": {(representative_answers, "MAX_MINIMAL_FORMS"): 0, (analysis, "MAX_FULLEST_FORMS"): 0},
}
"""How verdicts are reached: at minimal forms, or, where none of these may be looked at, by a solver."""


@dataclass(frozen=True)
class World:
    """A questionnaire and every form on it, as far as what is answered can matter; and how verdicts are reached."""

    sketch: Sketch
    way: str = "minimal forms"

    @cached_property
    def content(self) -> bytes:
        return text_of(self.sketch).encode()

    @cached_property
    def compiled(self) -> CompiledQuestionnaire:
        return ready(self.content)

    @cached_property
    def check_report(self) -> CheckReport:
        with pytest.MonkeyPatch.context() as patch:
            for (module, name), most in WAYS[self.way].items():
                patch.setattr(module, name, most)
            return check_questionnaire(self.content, TODAY)

    @cached_property
    def choices(self) -> tuple[tuple[Answer, ...], ...]:
        """What each question can be answered with; one that nothing reads is left open."""
        read = set[str]().union(*map(self.sketch.reads, _moving(self.sketch)))
        return tuple(
            (MissingReason.MISSING, *telling_answers(self.sketch, question))
            if question.id in read
            else (MissingReason.MISSING,)
            for question in self.sketch.questions
        )

    @property
    def size(self) -> int:
        return prod(map(len, self.choices))

    @cached_property
    def sheets(self) -> tuple[Sheet, ...]:
        ids = [question.id for question in self.sketch.questions]
        return tuple(dict(zip(ids, answers, strict=True)) for answers in product(*self.choices))

    def musts(self, condition: Condition) -> Musts:
        """The forms on which a condition must hold."""
        return frozenset(index for index, answers in enumerate(self._known) if truths(answers, condition).must)

    @cached_property
    def _known(self) -> list[Any]:
        return [known(self.sketch, sheet) for sheet in self.sheets]

    @cached_property
    def rules(self) -> tuple[tuple[RuleSketch, Musts], ...]:
        """Each rule, and the forms on which it must hold."""
        return tuple((rule, self.musts(rule.when)) for rule in self.sketch.rules)

    def heights(self, rules: Iterable[tuple[RuleSketch, Musts]]) -> list[tuple[int, int]]:
        """What both ladders give each form at least, if these are the rules."""
        heights = [(0, 0)] * len(self.sheets)
        for rule, musts in rules:
            level, step = self.steps(rule)
            for index in musts:
                heights[index] = max(heights[index][0], level), max(heights[index][1], step)
        return heights

    def steps(self, rule: RuleSketch) -> tuple[int, int]:
        """The level and the first step that a rule or guarantee names, counted from the bottom."""
        sketch = self.sketch
        return sketch.levels.index(rule.level or sketch.levels[0]), sketch.steps.index(rule.first_step)

    def falls_short(self, rule: RuleSketch, where: Musts, rules: Iterable[tuple[RuleSketch, Musts]]) -> list[int]:
        """Those of some forms that get less than a rule names, if these are the rules."""
        heights = self.heights(rules)
        level, step = self.steps(rule)
        return [index for index in where if heights[index][0] < level or heights[index][1] < step]

    def found(self, *codes: str) -> list[Finding]:
        return [finding for finding in self.check_report.findings if finding.problem.code in codes]

    def reported(self, name: str, *codes: str) -> set[str]:
        """Which of these findings there are that speak of a thing by name."""
        return {finding.problem.code for finding in self.found(*codes) if f"`{name}`" in finding.problem.message}

    @cached_property
    def in_scope(self) -> Musts:
        """The forms to which the questionnaire applies for certain."""
        applies = self.sketch.applies_when
        return frozenset(range(len(self.sheets))) if applies is None else self.musts(applies)

    @cached_property
    def in_sight(self) -> Musts:
        """The forms that checks about levels look at: those in scope, or all where nobody is."""
        return self.in_scope or frozenset(range(len(self.sheets)))

    def idle(self, rule: RuleSketch, musts: Musts) -> bool:
        """Whether the others always reach as far as a rule; a rule for a level alone has to reach further in scope."""
        others = [pair for pair in self.rules if pair[0] is not rule]
        where = musts if rule.first_step is not None else musts & self.in_sight
        return not self.falls_short(rule, where, others)

    def size_of(self, index: int) -> int:
        return form_of(self.sketch, self.sheets[index]).size


def _moving(sketch: Sketch) -> Iterator[Condition]:
    """Every condition that can move a ladder, and the promises about them."""
    yield from (part.when for part in (*sketch.rules, *sketch.guarantees))
    yield from (question.ask_when for question in sketch.questions if question.ask_when is not None)
    if sketch.applies_when is not None:
        yield sketch.applies_when


@st.composite
def worlds(draw: st.DrawFn, *, promises: int = 2) -> World:
    """A questionnaire with few enough forms, and promises that it may or may not keep."""
    sketch = draw(sketches(most_questions=5))
    evidence = [each for each in sketch.questions if each.type != "text" and each.role != "access"]
    subjects: list[Subject] = [*evidence, *sketch.scores, *sketch.scores]
    promised = tuple(
        RuleSketch(
            f"promise{number}",
            draw(conditions(subjects, sketch.questions) | st.sampled_from([rule.when for rule in sketch.rules])),
            draw(st.sampled_from(sketch.levels[1:])),
            draw(st.sampled_from(sketch.steps)),
        )
        for number in range(draw(st.integers(0, promises)))
    )
    world = World(replace(sketch, guarantees=promised, notes=()), draw(st.sampled_from([*WAYS])))
    assume(world.size <= MOST_FORMS)
    event(world.way)
    return world


@settings(claim, max_examples=examples(60))
@given(worlds())
def test_a_guarantee_is_proved_when_no_form_breaks_it_and_refused_when_one_does(world: World) -> None:
    """Proved, broken and never applies are what enumeration says, and the form shown is as small as any that breaks."""
    proved = {proof.guarantee_id for proof in world.check_report.proofs if proof.code == "guarantee"}
    for promise in world.sketch.guarantees:
        applies = world.musts(promise.when)
        broken = world.falls_short(promise, applies, world.rules)
        verdict = "broken" if broken else "holds" if applies & world.in_sight else "never applies"
        event(verdict)
        codes = world.reported(promise.id, "guarantee-broken", "guarantee-never-applies", "not-decided")
        said = {"broken": {"guarantee-broken"}, "holds": set(), "never applies": {"guarantee-never-applies"}}
        assert codes == said[verdict]
        assert (promise.id in proved) == (verdict == "holds")


@claim
@given(worlds())
def test_a_form_that_breaks_a_guarantee_breaks_it_in_the_ordinary_engine_too(world: World) -> None:
    """A counterexample replays: its condition must hold, its ladders give less, and no form that does so is smaller."""
    for finding in world.found("guarantee-broken"):
        [promise] = [each for each in world.sketch.guarantees if f"`{each.id}`" in finding.problem.message]
        assert finding.counterexample is not None
        answers = finding.counterexample.answers
        assert finding.counterexample.result == assess_one(world.compiled, answers)
        sheet = sheet_of(world.sketch, answers)
        partial = judge_partial(world.sketch, sheet)
        level, step = world.steps(promise)
        assert truths(known(world.sketch, sheet), promise.when).must
        assert (
            world.sketch.levels.index(partial.levels[0]) < level
            or world.sketch.steps.index(partial.first_steps[0]) < step
        )
        broken = world.falls_short(promise, world.musts(promise.when), world.rules)
        assert answers.size == min(map(world.size_of, broken))


@settings(claim, max_examples=examples(60))
@given(worlds())
def test_a_rule_is_idle_when_on_every_form_the_others_reach_as_far(world: World) -> None:
    """Never holds, never matters and same meaning are what enumeration says."""
    for rule, musts in world.rules:
        others = [pair for pair in world.rules if pair[0] is not rule]
        twins = [other.id for other, same in others if same == musts and world.steps(other) == world.steps(rule)]
        idle = world.idle(rule, musts)
        codes = world.reported(rule.id, "never-holds", "never-matters", "same-meaning")
        event("never holds" if not musts else "idle" if idle else "matters")
        if not musts:
            assert "never-holds" in codes
        elif idle:
            assert codes
            assert codes <= ({"never-matters", "same-meaning"} if twins else {"never-matters"})
        else:
            assert codes == set()


@claim
@given(worlds())
def test_rules_have_the_same_meaning_when_they_hold_on_the_same_forms(world: World) -> None:
    """A rule that can hold is reported with the first one that names the same steps and holds on the same forms."""
    reported = [finding.problem.message for finding in world.found("same-meaning")]
    first: dict[tuple[Musts, tuple[int, int]], str] = {}
    twins = []
    for rule, musts in world.rules:
        earlier = first.setdefault((musts, world.steps(rule)), rule.id)
        twins += [(earlier, rule.id)] if musts and earlier != rule.id else []
    event("twins" if twins else "no twins")
    assert reported == [f"the rules `{one}` and `{other}` have the same meaning" for one, other in twins]


@settings(claim, max_examples=examples(60))
@given(worlds(promises=0))
def test_an_alternative_is_idle_when_on_every_form_the_rule_without_it_reaches_as_far(world: World) -> None:
    """Of a rule that matters, one alternative is reported if and only if there is one that never makes a difference."""
    for rule, musts in world.rules:
        others = [pair for pair in world.rules if pair[0] is not rule]
        if world.idle(rule, musts):
            continue
        idle = [
            without
            for without in _without_one(rule.when)
            if not world.falls_short(rule, musts, [*others, (rule, world.musts(without))])
        ]
        event("an idle alternative" if idle else "no idle alternative")
        assert world.reported(rule.id, "alternative-never-matters", "not-decided") == (
            {"alternative-never-matters"} if idle else set()
        )


def _without_one(condition: Condition) -> Iterator[Condition]:
    """The condition without one alternative of one `any`, each in turn."""
    for key, value in condition.items():
        if key not in {"all", "any"}:
            continue
        if key == "any" and len(value) > 1:
            yield from (
                condition | {key: [part for index, part in enumerate(value) if index != left_out]}
                for left_out in range(len(value))
            )
        for index, part in enumerate(value):
            for instead in _without_one(part):
                yield condition | {key: [*value[:index], instead, *value[index + 1 :]]}


@settings(claim, max_examples=examples(60))
@given(worlds(promises=0))
def test_a_question_is_never_asked_when_no_form_opens_it(world: World) -> None:
    """For every gate, the question behind it is reported if and only if no form in scope opens it."""
    for question in world.sketch.questions:
        asked = question.ask_when is None or world.musts(question.ask_when) & world.in_sight
        event("asked" if asked else "never asked")
        assert world.reported(question.id, "never-asked", "not-decided") == (set() if asked else {"never-asked"})


@claim
@given(worlds(promises=0))
def test_a_step_is_never_reached_when_no_form_gets_it(world: World) -> None:
    """A level is reported if and only if no form is settled on it; nothing is reported of levels if nobody is in scope.

    A first step is reported if and only if no form, in scope or not, has it as what its ladder gives at least.
    """
    settled = {judge_partial(world.sketch, sheet).suggestion for sheet in world.sheets}
    steps = {step for _, step in world.heights(world.rules)}
    unreached = {name for name in world.sketch.levels if world.in_scope and name not in settled}
    unreached |= {name for index, name in enumerate(world.sketch.first_steps, start=1) if index not in steps}
    reported = {
        name for name in (*world.sketch.levels, *world.sketch.first_steps) if world.reported(name, "never-reached")
    }
    event("unreached" if unreached else "all reached")
    assert reported == unreached


@claim
@given(worlds(), st.data())
def test_a_note_is_never_given_when_no_form_with_its_condition_gets_what_it_is_for(
    world: World, data: st.DataObject
) -> None:
    """It is reported if and only if no form meets its condition and gets one of its levels and one of its first steps.

    With `for_levels` the form must be in scope and no emergency. The conditions are those of promises and rules.
    """
    sketch = world.sketch
    some_levels = st.none() | st.lists(st.sampled_from(sketch.levels), min_size=1, unique=True).map(tuple)
    some_steps = st.none() | st.lists(st.sampled_from(sketch.steps), min_size=1, unique=True).map(tuple)
    notes = tuple(
        NoteSketch(f"note{number}", promise.when, data.draw(some_levels), data.draw(some_steps))
        for number, promise in enumerate((*sketch.guarantees, *sketch.rules))
    )
    world = replace(world, sketch=replace(sketch, notes=notes))
    heights = world.heights(world.rules)
    emergency = len(sketch.first_steps) if sketch.interrupts else None
    scope = world.in_scope or frozenset(range(len(heights)))
    for note in notes:
        meets = world.musts(note.when or {})
        if note.for_levels is not None:
            levels = {sketch.levels.index(level) for level in note.for_levels}
            meets = frozenset(
                form for form in meets & scope if heights[form][0] in levels and heights[form][1] != emergency
            )
        if note.for_first_steps is not None:
            steps = {sketch.steps.index(step) for step in note.for_first_steps}
            meets = frozenset(form for form in meets if heights[form][1] in steps)
        event("given" if meets else "never given")
        assert world.reported(note.id, "note-never-given", "not-decided") == (set() if meets else {"note-never-given"})


@claim
@given(worlds(promises=0))
def test_nobody_is_in_scope_when_no_form_meets_applies_when(world: World) -> None:
    """It is reported if and only if there is an `applies_when` and no form for which it must hold."""
    event("in scope" if world.in_scope else "out of scope")
    assert bool(world.found("never-applies")) == (not world.in_scope)


@claim
@given(worlds(promises=0))
def test_a_worst_answer_leads_nowhere_when_no_weakest_form_with_it_gets_more_than_without(world: World) -> None:
    """The weakest forms are found by comparing each form with each; of several needs each is looked at.

    Where scores are added up, forms that are not the weakest may be looked at too, and the warning may stay away. The
    solver looks at none of these.
    """
    heights = dict(zip(map(_key, world.sheets), world.heights(world.rules), strict=True))
    for question, choices in zip(world.sketch.questions, world.choices, strict=True):
        if question.role != "risk":
            continue
        idle = len(choices) == 1
        for test in _worst(question) if not idle else ():
            where = [world.sheets[index] for index in world.musts({question.id: test}) & world.in_sight]
            weakest = [one for one in where if not any(_weaker(world.sketch, other, one) for other in where)]
            idle |= all(
                heights[_key(one)] == heights[_key({**one, question.id: MissingReason.MISSING})] for one in weakest
            )
        event("leads nowhere" if idle else "leads somewhere")
        reported = bool(world.reported(question.id, "worst-leads-nowhere"))
        assert reported == idle if world.way != "minimal forms" or not world.sketch.scores else reported <= idle


def _key(sheet: Sheet) -> tuple[Answer, ...]:
    return tuple(sheet.values())


def _worst(question: QuestionSketch) -> list[Any]:
    match question.type, question.worse:
        case "number", "higher":
            return [{"at_least": question.high}]
        case "number", _:
            return [{"at_most": question.low}]
        case "multiple", _:
            return [option.id for option in question.needs]
        case _:
            return [question.worse or question.ids[-1]]


def _weaker(sketch: Sketch, one: Sheet, other: Sheet) -> bool:
    """Less is answered on the first form, or answered better, and nothing else is different."""
    return one is not other and all(_no_worse(each, one[each.id], other[each.id]) for each in sketch.questions)


def _no_worse(question: QuestionSketch, one: Answer, other: Answer) -> bool:
    match one, other:
        case MissingReason(), _:
            return True
        case Chosen(these), Chosen(those) if question.type == "multiple":
            return these == those or (these <= those and len(those) <= len(question.needs))
        case Chosen(these), Chosen(those) if question.role == "risk":
            ids = question.ids if question.worse != "yes" else ("no", "yes")
            return ids.index(min(these)) <= ids.index(min(those))
        case Amount(low), Amount(high) if question.role == "risk":
            return low <= high if question.worse == "higher" else low >= high
    return one == other


# The three proofs that are always made, on every form instead of every test.


@claim
@given(worlds(promises=0))
def test_no_form_gets_less_when_one_answer_gets_worse(world: World) -> None:
    """Of every two forms that differ in one risk answer, the worse gets at least as much on both ladders."""
    assert not world.found("worse-lowers", "access-moves-level", "silence-reassures")
    heights = dict(zip(map(_key, world.sheets), world.heights(world.rules), strict=True))
    for index, (question, choices) in enumerate(zip(world.sketch.questions, world.choices, strict=True)):
        answers = choices[1:]
        pairs = [(one, other) for one in answers for other in answers if _gets_worse(question, one, other)]
        for key, (level, step) in heights.items():
            for _, worse in (pair for pair in pairs if pair[0] == key[index]):
                other_level, other_step = heights[*key[:index], worse, *key[index + 1 :]]
                assert level <= other_level
                assert step <= other_step


def _gets_worse(question: QuestionSketch, one: Answer, other: Answer) -> bool:
    """A worse answer to a risk question: further along, more needs, or a need instead of none."""
    if question.role != "risk" or one == other:
        return False
    if question.type == "multiple" and isinstance(one, Chosen) and isinstance(other, Chosen):
        needs = {option.id for option in question.needs}
        return other.options <= needs and (one.options < other.options or not one.options <= needs)
    return _no_worse(question, one, other)


@claim
@given(worlds(promises=0), st.data())
def test_no_form_gets_anything_else_when_a_duty_is_answered_in_another_way(world: World, data: st.DataObject) -> None:
    """Every form gets the same suggestion and bounds, whatever is answered to every access question."""
    duties = {
        question.id: data.draw(st.sampled_from(telling_answers(world.sketch, question)))
        for question in world.sketch.questions
        if question.role == "access"
    }
    bare = [form_of(world.sketch, sheet) for sheet in world.sheets]
    filled = [form_of(world.sketch, {**sheet, **duties}) for sheet in world.sheets]
    results = zip(assess(world.compiled, bare), assess(world.compiled, filled), strict=True)
    for one, other in results:
        assert (one.suggestion, one.levels, one.first_steps) == (other.suggestion, other.levels, other.first_steps)


@claim
@given(worlds(promises=0))
def test_no_form_may_come_to_less_when_an_answer_is_left_out_than_when_it_is_the_best(world: World) -> None:
    """What a form can come to at most without an answer is no lower than with the best answer in its place.

    An answer to a question that should not have been asked is not meant: it keeps a result open, as nothing would not.
    """
    answer_sets = [form_of(world.sketch, sheet) for sheet in world.sheets]
    results = dict(zip(map(_key, world.sheets), assess(world.compiled, answer_sets), strict=True))
    strays = {key: {problem.question for problem in result.problems} for key, result in results.items()}
    levels, steps = world.compiled.questionnaire.levels, (None, *world.compiled.questionnaire.first_steps)
    for index, question in enumerate(world.sketch.questions):
        best = question.best if question.role == "risk" else None
        for key, result in results.items():
            if best is None or key[index] != best or question.id in strays[key]:
                continue
            silent = results[*key[:index], MissingReason.MISSING, *key[index + 1 :]]
            assert levels.index(silent.levels.at_most) >= levels.index(result.levels.at_most)
            assert steps.index(silent.first_steps.at_most) >= steps.index(result.first_steps.at_most)


# Corners by themselves.


@settings(claim, max_examples=examples(80))
@given(worlds())
def test_every_form_of_a_condition_contains_one_of_its_minimal_forms(world: World) -> None:
    """The condition holds for each minimal form; a form for which it holds meets all that one of them meets."""
    minimal_forms = MinimalForms(world.compiled, [promise.when for promise in world.compiled.guarantees])
    parts: list[RuleSketch] = [*world.sketch.rules, *world.sketch.guarantees]
    musts = [world.musts(part.when) for part in parts]
    held = [
        frozenset(number for number, indexes in enumerate(musts) if answers in indexes) for answers in range(world.size)
    ]
    resolved = [part.when for part in world.compiled.rules]
    resolved += [part.when for part in world.compiled.guarantees]
    for condition, where, number in zip(resolved, musts, range(len(parts)), strict=True):
        weakest = {_held(world.sketch, parts, answers) for answers in minimal_forms.answer_sets(condition)}
        assert all(number in all_that_hold for all_that_hold in weakest)
        assert all(any(weak <= held[answers] for weak in weakest) for answers in where)


def _held(sketch: Sketch, parts: Iterable[RuleSketch], answers: Answers) -> frozenset[int]:
    """The indexes of the conditions that must hold on a form."""
    read = known(sketch, sheet_of(sketch, answers))
    return frozenset(number for number, part in enumerate(parts) if truths(read, part.when).must)


def sheet_of(sketch: Sketch, answers: Answers) -> Sheet:
    """A form of the engine by question id."""
    return {question.id: answer for question, answer in zip(sketch.questions, answers.values, strict=True)}


# By hand: what is too much to list, what has to be quick, and what went wrong before.


def choice(name: str, *points: int, role: str = "risk", ask_when: Condition | None = None) -> QuestionSketch:
    """A question with the options a, b, c and so on."""
    options = tuple(OptionSketch(option, number) for option, number in zip("abcdef", points, strict=False))
    return QuestionSketch(name, role, "choice", options, ask_when=ask_when)


def world(
    questions: Iterable[QuestionSketch],
    rules: Iterable[RuleSketch],
    guarantees: Iterable[RuleSketch] = (),
    scores: Iterable[ScoreSketch] = (),
) -> World:
    """A questionnaire with two levels, `visits` and `stay`."""
    sketch = Sketch(
        levels=("visits", "stay"),
        first_steps=(),
        interrupts=False,
        sections=(tuple(questions),),
        scores=tuple(scores),
        rules=tuple(rules),
        notes=(),
        guarantees=tuple(guarantees),
        applies_when=None,
    )
    return World(sketch)


def stay(name: str, when: Condition) -> RuleSketch:
    return RuleSketch(name, when, "stay")


MANY = [choice(f"q{number}", 0, 1, 2, role="context") for number in range(48)]
NAMED = [{f"q{number}": option} for number in range(48) for option in "bc"]
SOME: Condition = {"any": NAMED}
TOO_MANY = {"all": [{"any": NAMED[start : start + 32]} for start in range(0, 96, 32)]}
"""Three times one of thirty-two: 32,768 weakest forms, and 20,000 are the most that are looked at."""


def test_a_promise_with_too_many_weakest_forms_is_not_decided_and_never_passes() -> None:
    too_many = world(MANY, [stay("any_named", SOME)], [stay("promise", TOO_MANY)])
    with without_solver():
        assert lines_run(lambda: too_many.check_report) < 10_000_000
    check_report = too_many.check_report
    assert too_many.reported("promise", "guarantee-broken", "not-decided") == {"not-decided"}
    assert "promise" not in {proof.guarantee_id for proof in check_report.proofs}
    assert check_report.errors


def test_a_promise_that_is_broken_beyond_what_is_listed_does_not_pass_either() -> None:
    too_many = world(MANY, [stay("first", {"q0": "b"})], [stay("promise", TOO_MANY)])
    with without_solver():
        assert too_many.reported("promise", "guarantee-broken", "not-decided") == {"not-decided"}


def test_a_rule_with_too_many_weakest_forms_is_not_decided() -> None:
    too_many = world(MANY, [stay("rule", TOO_MANY), stay("other", {"q0": "b"})])
    with without_solver():
        assert too_many.reported("rule", "never-holds", "never-matters", "not-decided") == {"not-decided"}
    assert not [proof for proof in too_many.check_report.proofs if proof.code == "rules-matter"]


def test_a_question_behind_too_many_weakest_forms_is_not_decided() -> None:
    gated = choice("last", 0, 1, ask_when=TOO_MANY)
    too_many = world([*MANY, gated], [stay("rule", {"last": "b"})])
    with without_solver():
        assert too_many.reported("last", "never-asked", "not-decided") == {"not-decided"}


def test_no_step_is_reported_when_there_are_too_many_forms_to_look_at() -> None:
    with without_solver():
        assert not world(MANY, [stay("rule", TOO_MANY)]).found("never-reached")


def test_a_solver_decides_what_minimal_forms_are_too_many_for() -> None:
    """A broken promise has a form that is as small as any; a promise that is kept says how that is known."""
    gated = choice("last", 0, 1, ask_when=TOO_MANY)
    rules = [stay("first", {"q0": "b"}), stay("rule", {"last": "b"})]
    narrower = stay("narrower", {"all": [*TOO_MANY["all"], {"last": "b"}]})
    spoken = world([*MANY, gated], rules, [stay("promise", TOO_MANY), narrower])
    assert not spoken.found("not-decided", "never-holds", "never-matters", "never-asked", "never-reached")
    [broken] = spoken.found("guarantee-broken")
    assert (broken.guarantee_id, broken.counterexample and broken.counterexample.answers.size) == ("promise", 3)
    [kept] = [proof for proof in spoken.check_report.proofs if proof.guarantee_id]
    assert kept.sentence.endswith("(whoever meets its condition meets the rule `rule`).")


def test_a_promise_that_two_rules_keep_together_is_proved() -> None:
    rules = [stay("first_half", {"any": NAMED[:16]}), stay("second_half", {"any": NAMED[16:32]})]
    spoken = world(MANY, rules, [stay("promise", TOO_MANY)])
    [kept] = [proof for proof in spoken.check_report.proofs if proof.guarantee_id]
    assert kept.sentence.endswith("(whoever meets its condition meets some rule that gives as much).")


PHQ = [choice(f"p{number}", 0, 1, 2, 3) for number in range(1, 10)]
TOTAL = ScoreSketch("phq", tuple(question.id for question in PHQ))


@pytest.mark.parametrize(("bound", "kept"), [(10, False), (15, True), (16, True)])
def test_a_score_of_nine_items_one_of_them_tested_by_itself_is_decided_at_once(bound: int, *, kept: bool) -> None:
    """A rule at 15 and one on the last item; the promise at 10 is broken by ten points without the last item."""
    rules = [stay("total", {"phq": {"at_least": 15}}), stay("danger", {"p9": {"at_least": "b"}})]
    phq = world(PHQ, rules, [stay("promise", {"phq": {"at_least": bound}})], [TOTAL])
    assert lines_run(lambda: phq.check_report) < 500_000
    check_report = phq.check_report
    assert phq.reported("promise", "guarantee-broken", "not-decided") == (set() if kept else {"guarantee-broken"})
    assert ("promise" in {proof.guarantee_id for proof in check_report.proofs}) == kept


def test_a_score_is_reached_by_other_items_while_the_tested_one_brings_no_points() -> None:
    """The form that breaks the promise: a is b, which brings nothing, and b brings the point."""
    one, other = choice("a", 0, 0, 1), choice("b", 0, 1, 2)
    promise = stay("promise", {"a": {"at_least": "b"}, "sum": {"at_least": 1}})
    spoken = world([one, other], [stay("rule", {"a": "c"})], [promise], [ScoreSketch("sum", ("a", "b"))])
    assert spoken.reported("promise", "guarantee-broken") == {"guarantee-broken"}


def test_a_rule_on_an_option_without_points_and_a_score_can_hold() -> None:
    one, other = choice("a", 0, 0, 1, role="context"), choice("b", 0, 1, 2)
    rule = stay("rule", {"a": "b", "sum": {"at_least": 1}})
    spoken = world([one, other], [rule], scores=[ScoreSketch("sum", ("a", "b"))])
    assert not spoken.reported("rule", "never-holds")


TWO_SUMS: list[Condition] = [
    {"all": [{"left": {"at_least": 1}}, {"right": {"at_least": 1}}]},
    {"all": [{"right": {"at_least": 1}}, {"left": {"at_least": 1}}]},
]
SUMS = [ScoreSketch("left", ("a",)), ScoreSketch("right", ("b",))]


def test_two_sums_named_in_either_order_do_not_do_away_with_one_another() -> None:
    questions = [choice("a", 0, 1), choice("b", 0, 1), choice("c", 0, 1)]
    promise = stay("promise", {"any": [*TWO_SUMS, {"c": "b"}]})
    spoken = world(questions, [stay("rule", {"c": "b"})], [promise], SUMS)
    assert spoken.reported("promise", "guarantee-broken") == {"guarantee-broken"}


def test_a_rule_that_names_two_sums_in_either_order_can_hold() -> None:
    spoken = world([choice("a", 0, 1), choice("b", 0, 1)], [stay("rule", {"any": TWO_SUMS})], scores=SUMS)
    assert not spoken.reported("rule", "never-holds")


def test_a_question_behind_more_points_than_there_are_is_never_asked() -> None:
    gated = choice("b", 0, 1, ask_when={"left": {"at_least": 9}})
    spoken = world([choice("a", 0, 1), gated], [stay("rule", {"a": "b"}), stay("other", {"b": "b"})], scores=SUMS[:1])
    assert spoken.reported("b", "never-asked") == {"never-asked"}


def test_the_form_that_breaks_a_promise_on_a_score_answers_as_few_questions_as_can_be() -> None:
    """Two points from one question are a smaller form than one point from each of two."""
    questions = [choice("a", 0, 2), choice("b", 0, 1), choice("c", 0, 1), choice("d", 0, 1)]
    promise = stay("promise", {"sum": {"at_least": 2}})
    spoken = world(questions, [stay("rule", {"d": "b"})], [promise], [ScoreSketch("sum", ("a", "b", "c"))])
    [finding] = spoken.found("guarantee-broken")
    assert finding.counterexample is not None
    assert finding.counterexample.answers.size == 1
