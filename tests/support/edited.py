"""Pairs of small questionnaires of which one is an edited copy of the other, each edit of a kind that authors make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from support.naive import Condition, OptionSketch, QuestionSketch, RuleSketch, ScoreSketch, Sketch
from support.strategies import condition, conditions, readable, sketches, wanted

Edit = Callable[[st.DrawFn, Sketch], Sketch]
Change = Callable[[st.DrawFn, QuestionSketch], QuestionSketch]


@st.composite
def edited_pairs(draw: st.DrawFn, *, most_questions: int = 4) -> tuple[Sketch, Sketch, tuple[str, ...]]:
    """A questionnaire, an edited copy of it, and which edits were made; either can be the older one."""
    sketch = replace(draw(sketches(most_questions=most_questions)), notes=(), guarantees=())
    copy = sketch
    names = draw(st.lists(st.sampled_from([*EDITS]), min_size=0, max_size=3))
    for name in names:
        copy = _mended(draw, EDITS[name](draw, copy))
    pair = (sketch, copy) if draw(st.booleans()) else (copy, sketch)
    return *pair, tuple(names)


def _mended(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    """The same without what an edit left hanging: tests of what is gone, scores of what has no points."""
    scores = []
    for score in sketch.scores:
        ids = {question.id for question in sketch.questions if question.has_points and question.role != "access"}
        kept = tuple(name for name in score.add if name in ids)
        scores += [replace(score, add=kept)] if kept else []
    sketch = replace(sketch, scores=tuple(scores))

    def mended(condition: Condition | None) -> Condition | None:
        return None if condition is None else _mended_condition(draw, sketch, condition)

    sketch = _with_questions(sketch, [replace(each, ask_when=mended(each.ask_when)) for each in sketch.questions])
    rules = [replace(rule, when=when) for rule in sketch.rules if (when := mended(rule.when)) is not None]
    if not rules:
        rules = [RuleSketch("spare", condition(draw, _evidence(sketch), sketch.questions), sketch.levels[-1])]
    return replace(sketch, rules=tuple(rules), applies_when=mended(sketch.applies_when))


def _mended_condition(draw: st.DrawFn, sketch: Sketch, condition: Condition) -> Condition | None:
    kept: Condition = {}
    for key, value in condition.items():
        if key in {"all", "any"}:
            parts = [part for each in value if (part := _mended_condition(draw, sketch, each)) is not None]
            kept |= {key: parts} if parts else {}
        elif sketch.score(key) is not None:
            kept[key] = value
        elif key in {question.id for question in sketch.questions}:
            question = sketch.question(key)
            kept[key] = value if _can_be_wanted(question, value) else wanted(draw, question, telling=False)
    return kept or None


def _can_be_wanted(question: QuestionSketch, value: Any) -> bool:
    names = value if isinstance(value, list) else [value]
    if question.type == "number":
        [(way, bound)] = value.items() if isinstance(value, dict) else [("", 0)]
        fits = way in {"higher": ["at_least"], "lower": ["at_most"]}.get(question.worse or "", ["at_least", "at_most"])
        return fits and question.low <= bound <= question.high
    if isinstance(value, dict):
        return question.role == "risk" and question.type == "choice" and value["at_least"] in question.ids
    if question.role == "risk" and question.type != "multiple":
        return bool(value == (question.worse if question.type == "yes_no" else question.ids[-1]))
    ids = {option.id for option in question.needs} if question.role == "risk" else {*question.ids}
    return ids.issuperset(names)


def _evidence(sketch: Sketch) -> list[QuestionSketch | ScoreSketch]:
    return readable(sketch.questions, sketch.scores, access=False)


def _with_questions(sketch: Sketch, questions: Sequence[QuestionSketch]) -> Sketch:
    return replace(sketch, sections=(tuple(questions),))


# Edits of one question.


def _of_a_question(change: Change, fits: Callable[[QuestionSketch], bool]) -> Edit:
    def edit(draw: st.DrawFn, sketch: Sketch) -> Sketch:
        indexes = [index for index, question in enumerate(sketch.questions) if fits(question)]
        if not indexes:
            return sketch
        chosen_place = draw(st.sampled_from(indexes))
        changed = change(draw, sketch.questions[chosen_place])
        return _with_questions(
            sketch, [changed if index == chosen_place else each for index, each in enumerate(sketch.questions)]
        )

    return edit


def _with_options(question: QuestionSketch, options: Iterable[OptionSketch]) -> QuestionSketch:
    """These options; where worse ones must not have fewer points, the points go by rank."""
    options = tuple(options)
    if question.role == "risk" and all(option.points is not None for option in options):
        ranked = sorted(options, key=lambda option: not option.exclusive) if question.type == "multiple" else options
        points = sorted(option.points or 0 for option in options)
        of = {option.id: number for option, number in zip(ranked, points, strict=True)}
        options = tuple(replace(option, points=of[option.id]) for option in options)
    return replace(question, options=options)


def _reordered(draw: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    return _with_options(question, draw(st.permutations(question.options)))


def _other_points(draw: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    numbers = draw(st.lists(st.integers(0, 3), min_size=len(question.options), max_size=len(question.options)))
    pairs = zip(question.options, numbers, strict=True)
    return _with_options(question, [replace(option, points=number) for option, number in pairs])


def _other_option(draw: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    options = [*question.options]
    index = draw(st.integers(0, len(options) - 1))
    if draw(st.booleans()) and len(question.needs) > 2:
        del options[index]
    else:
        points = None if options[0].points is None else draw(st.integers(0, 3))
        options.insert(index, OptionSketch("new", points))
    return _with_options(question, options)


def _other_exclusive(draw: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    index = draw(st.integers(0, len(question.options) - 1))
    toggled = replace(question.options[index], exclusive=not question.options[index].exclusive)
    options = (*question.options[:index], toggled, *question.options[index + 1 :])
    return _with_options(question, options) if any(not option.exclusive for option in options) else question


def _flipped(_: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    return replace(
        question, worse={"yes": "no", "no": "yes", "higher": "lower", "lower": "higher"}[question.worse or ""]
    )


def _other_role(_: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    if question.role == "risk":
        return replace(question, role="context", worse=None)
    worse = {"yes_no": "yes", "number": "higher"}.get(question.type)
    return _with_options(replace(question, role="risk", worse=worse), question.options)


def _other_type(_: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    if question.type == "yes_no":
        return replace(question, type="choice", worse=None, options=(OptionSketch("no"), OptionSketch("yes")))
    plain = [replace(option, exclusive=False) for option in question.options]
    return _with_options(replace(question, type={"choice": "multiple", "multiple": "choice"}[question.type]), plain)


def _other_bounds(draw: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    low = question.low + draw(st.integers(-1, 1))
    return replace(question, low=low, high=max(low + 1, question.high + draw(st.integers(-1, 1))))


def _renamed(_: st.DrawFn, question: QuestionSketch) -> QuestionSketch:
    return replace(question, id=f"{question.id}_new")


def _tells(question: QuestionSketch) -> bool:
    return question.type != "text" and question.role != "access"


# Edits of the rest.


def _other_rule(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    """A rule that is gone, new, at another step, or under another condition."""
    index = draw(st.integers(0, len(sketch.rules) - 1))
    kind = draw(st.sampled_from(["gone", "new", "level", "step", "when"]))
    rule = sketch.rules[index]
    when = condition(draw, _evidence(sketch), sketch.questions)
    instead = {
        "gone": [],
        "new": [rule, RuleSketch(f"{rule.id}_new", when, draw(st.sampled_from(sketch.levels)))],
        "level": [replace(rule, level=draw(st.sampled_from(sketch.levels)))],
        "step": [replace(rule, first_step=draw(st.sampled_from(sketch.first_steps)))] if sketch.first_steps else [rule],
        "when": [replace(rule, when=when)],
    }[kind]
    return replace(sketch, rules=(*sketch.rules[:index], *instead, *sketch.rules[index + 1 :]))


def _other_scope(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    return replace(sketch, applies_when=draw(st.none() | conditions(_evidence(sketch), sketch.questions)))


def _other_gate(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    index = draw(st.integers(0, len(sketch.questions) - 1))
    question = sketch.questions[index]
    further_up = readable(sketch.questions[:index], sketch.scores, access=question.role == "access")
    ask_when = conditions(further_up, sketch.questions, depth=1) if further_up else st.nothing()
    changed = replace(question, ask_when=draw(st.none() | ask_when))
    return _with_questions(sketch, (*sketch.questions[:index], changed, *sketch.questions[index + 1 :]))


def _fewer_questions(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    index = draw(st.integers(0, len(sketch.questions) - 1))
    kept = (*sketch.questions[:index], *sketch.questions[index + 1 :])
    return _with_questions(sketch, kept) if any(map(_tells, kept)) else sketch


def _other_sum(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    items = [each.id for each in sketch.questions if each.has_points and each.role != "access"]
    if not sketch.scores or not items:
        return sketch
    added = draw(st.lists(st.sampled_from(items), min_size=1, max_size=3, unique=True))
    return replace(sketch, scores=(replace(sketch.scores[0], add=tuple(added)), *sketch.scores[1:]))


def _other_levels(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    """A level more somewhere, with a rule that reaches it, or one fewer."""
    index = draw(st.integers(0, len(sketch.levels)))
    if draw(st.booleans()) or len(sketch.levels) == 2:
        if "level_new" in sketch.levels:
            return sketch
        levels = (*sketch.levels[:index], "level_new", *sketch.levels[index:])
        at = draw(st.integers(0, len(sketch.rules) - 1))
        moved = replace(sketch.rules[at], level="level_new")
        return replace(sketch, levels=levels, rules=(*sketch.rules[:at], moved, *sketch.rules[at + 1 :]))
    levels = tuple(level for number, level in enumerate(sketch.levels) if number != index % len(sketch.levels))
    rules = [rule if rule.level in {None, *levels} else replace(rule, level=levels[-1]) for rule in sketch.rules]
    return replace(sketch, levels=levels, rules=tuple(rules))


def _levels_in_another_order(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    return replace(sketch, levels=tuple(draw(st.permutations(sketch.levels))))


def _first_steps_in_another_order(draw: st.DrawFn, sketch: Sketch) -> Sketch:
    return replace(sketch, first_steps=tuple(draw(st.permutations(sketch.first_steps))))


def _other_interrupt(_: st.DrawFn, sketch: Sketch) -> Sketch:
    return replace(sketch, interrupts=bool(sketch.first_steps) and not sketch.interrupts)


EDITS: dict[str, Edit] = {
    "rule": _other_rule,
    "scope": _other_scope,
    "gate": _other_gate,
    "fewer questions": _fewer_questions,
    "sum": _other_sum,
    "levels": _other_levels,
    "order of levels": _levels_in_another_order,
    "order of first steps": _first_steps_in_another_order,
    "interrupt": _other_interrupt,
    "order of options": _of_a_question(_reordered, lambda each: bool(each.options)),
    "points": _of_a_question(_other_points, lambda each: bool(each.options)),
    "option": _of_a_question(_other_option, lambda each: bool(each.options) and "new" not in each.ids),
    "exclusive": _of_a_question(_other_exclusive, lambda each: each.type == "multiple"),
    "worse": _of_a_question(_flipped, lambda each: each.worse is not None),
    "role": _of_a_question(_other_role, _tells),
    "type": _of_a_question(_other_type, lambda each: each.type in {"yes_no", "choice", "multiple"}),
    "bounds": _of_a_question(_other_bounds, lambda each: each.type == "number"),
    "renamed": _of_a_question(_renamed, _tells),
}
"""What authors do, by name."""
