"""What the properties are tried on: small questionnaires with everything in them, and forms for them.

A questionnaire is drawn as a `Sketch`, plain data that a naive reading can work on, and goes to the program as the text
of a file. A form is drawn as a `Sheet`, answers by question id, and goes to the program as a `Answers` or as cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any, TypeVar

from hypothesis import strategies as st

from iop_screen.engine.answer_batch import Answers
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from support.naive import (
    Condition,
    NoteSketch,
    OptionSketch,
    QuestionSketch,
    RuleSketch,
    ScoreSketch,
    Sheet,
    Sketch,
    holds,
    telling_answers,
    without_strays,
)

Subject = QuestionSketch | ScoreSketch
WORDS = ("a friend drives", 'she said "soon", then left', "=1+1", "d\u00e9j\u00e0 vu; 12:30")
COIN = st.booleans()
T = TypeVar("T")
NOT_AN_ANSWER = "no answer to this"


def text_of(sketch: Sketch) -> str:
    """The questionnaire as a file has it. JSON is YAML."""
    return json.dumps(
        _without_none(
            format=1,
            id="drawn",
            version="1.0.0",
            title="A drawn questionnaire",
            intended_use="For tests.",
            disclaimer="Not a diagnosis.",
            applies_when=sketch.applies_when,
            levels=[{"id": name, "title": f"Level {name}"} for name in sketch.levels],
            first_steps=[
                {"id": name, "title": f"First {name}"} | ({"interrupt": True} if name == sketch.interrupt else {})
                for name in sketch.first_steps
            ],
            sections=[
                {"id": f"part{number}", "title": f"Part {number}", "questions": [*map(_question, section)]}
                for number, section in enumerate(sketch.sections)
            ],
            scores=[*map(_score, sketch.scores)],
            rules=[_rule(rule) | {"because": f"Because of {rule.id}."} for rule in sketch.rules],
            notes=[*map(_note, sketch.notes)],
            guarantees=[*map(_rule, sketch.guarantees)],
        )
    )


def form_of(sketch: Sketch, sheet: Sheet) -> Answers:
    """The form as the engine takes it."""
    return Answers(tuple(sheet[question.id] for question in sketch.questions))


def cells(sketch: Sketch, sheet: Sheet) -> dict[str, str]:
    """The form as the cells of an export, by question id."""
    return {question.id: _cell(question, sheet[question.id]) for question in sketch.questions}


def _cell(question: QuestionSketch, answer: Answer) -> str:
    match answer:
        case Chosen(names):
            return ";".join(name for name in question.ids if name in names)
        case Amount(number):
            return format(number, "f")
        case Words(text):
            return text
        case MissingReason.MISSING:
            return ""
        case MissingReason.UNREADABLE:
            return NOT_AN_ANSWER
        case MissingReason():
            return str(answer.value)


def _without_none(**entries: Any) -> dict[str, Any]:
    return {key: value for key, value in entries.items() if value is not None}


def _score(score: ScoreSketch) -> dict[str, Any]:
    bands = [{"id": f"from{start}", "title": f"From {start}", "from": start} for start in score.bands]
    return _without_none(
        id=score.id,
        title=f"Sum {score.id}",
        add=[*score.add],
        may_miss=score.may_miss,
        bands=bands or None,
    )


def _rule(rule: RuleSketch) -> dict[str, Any]:
    return _without_none(id=rule.id, when=rule.when, level=rule.level, first_step=rule.first_step)


def _note(note: NoteSketch) -> dict[str, Any]:
    steps = None if note.for_first_steps is None else [step or "none" for step in note.for_first_steps]
    return _without_none(
        id=note.id, when=note.when, for_levels=note.for_levels, for_first_steps=steps, say=f"Mind {note.id}."
    )


def _question(question: QuestionSketch) -> dict[str, Any]:
    number = question.type == "number"
    return _without_none(
        id=question.id,
        ask=f"What about {question.id}?",
        role=question.role,
        type=question.type,
        options=[_option(option) for option in question.options] or None,
        worse=question.worse,
        min=question.low if number else None,
        max=question.high if number else None,
        ask_when=question.ask_when,
    )


def _option(option: OptionSketch) -> dict[str, Any]:
    exclusive = True if option.exclusive else None
    return _without_none(id=option.id, label=f"Option {option.id}", points=option.points, exclusive=exclusive)


def number(draw: st.DrawFn, low: int, high: int) -> int:
    """A whole number between these."""
    return low + draw(_up_to(high - low)) if low < high else low


def pick(draw: st.DrawFn, choices: Sequence[T]) -> T:
    """One of these. To draw its place from a strategy that is there already is many times faster than to make one."""
    return choices[number(draw, 0, len(choices) - 1)]


def some(draw: st.DrawFn, choices: Sequence[T], most: int | None = None) -> list[T]:
    """One or more of these, none twice, in any order."""
    left = [*choices]
    size = number(draw, 1, min(len(left), most or len(left)))
    return [left.pop(number(draw, 0, len(left) - 1)) for _ in range(size)]


@cache
def _up_to(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


@st.composite
def sketches(draw: st.DrawFn, *, telling: bool = False, fewest_rules: int = 1, most_questions: int = 7) -> Sketch:
    """A questionnaire. If it is `telling`, no test on risk questions holds when all of them have their best answer."""
    levels = tuple(f"level{index}" for index in range(number(draw, 2, 4)))
    first_steps = tuple(f"step{index}" for index in range(number(draw, 0, 3)))
    interrupts = bool(first_steps) and draw(COIN)
    size = number(draw, 2, most_questions)
    questions = [_question_drawn(draw, f"q{index}", first=index == 0) for index in range(size)]
    scores = _scores(draw, questions)
    for index, question in enumerate(questions):
        further_up = readable(questions[:index], scores, access=question.role == "access")
        if draw(COIN) and further_up:
            ask_when = condition(draw, further_up, questions, telling=telling, depth=1)
            questions[index] = replace(question, ask_when=ask_when)
    anything = readable(questions, scores, access=True)
    evidence = readable(questions, scores, access=False)
    ungated = readable([question for question in questions if question.ask_when is None], scores, access=False)
    rules = []
    for index in range(number(draw, fewest_rules, max(4, fewest_rules))):
        level, first_step = _targets(draw, levels, first_steps)
        safe = interrupts and first_step == first_steps[-1]
        when = condition(draw, ungated if safe else evidence, questions, telling=telling)
        rules.append(RuleSketch(f"rule{index}", when, level, first_step))
    notes = [
        NoteSketch(
            f"note{index}",
            condition(draw, anything, questions) if draw(COIN) else None,
            tuple(some(draw, levels)) if draw(COIN) else None,
            tuple(some(draw, (None, *first_steps))) if draw(COIN) else None,
        )
        for index in range(number(draw, 0, 3))
    ]
    return Sketch(
        levels,
        first_steps,
        interrupts,
        _sections(draw, questions),
        tuple(scores),
        tuple(rules),
        tuple(notes),
        (pick(draw, rules),) if draw(COIN) else (),
        condition(draw, evidence, questions) if draw(COIN) else None,
    )


@st.composite
def estimated(draw: st.DrawFn) -> Sketch:
    """A questionnaire with a score, read by a rule, that may miss some of its items, and that has bands."""
    sketch = draw(sketches(most_questions=4))
    further_up = readable(sketch.questions, sketch.scores, access=False)
    fewest = number(draw, 0, 1)
    points = (fewest, fewest + 1, fewest + 2)
    options = tuple(OptionSketch(name, each) for name, each in zip("abc", points, strict=True))
    items = tuple(
        QuestionSketch(
            f"item{index}",
            "risk",
            "choice",
            options,
            ask_when=condition(draw, further_up, sketch.questions, depth=1) if index == 0 and draw(COIN) else None,
        )
        for index in range(number(draw, 3, 5))
    )
    least = sum(points[0] for item in items if item.ask_when is None)
    starts = some(draw, range(least + 1, points[2] * len(items) + 1), most=3)
    may_miss = pick(draw, [0, 1, *[len(items) - 1] * 3])
    score = ScoreSketch("estimated", tuple(item.id for item in items), may_miss, (least, *sorted(starts)))
    rule = RuleSketch("estimate", {score.id: {"at_least": number(draw, 1, 6)}}, sketch.levels[-1])
    sections = (*sketch.sections, items)
    return replace(sketch, sections=sections, scores=(*sketch.scores, score), rules=(*sketch.rules, rule))


@st.composite
def mostly_answered(draw: st.DrawFn, sketch: Sketch) -> Sheet:
    """A form in which at most two items of the last score have no answer."""
    sheet = dict(draw(sheets(sketch)))
    items = sketch.scores[-1].add
    open_items = some(draw, items, most=2)
    for name in items:
        answer: Answer = Chosen(frozenset({pick(draw, sketch.question(name).ids)}))
        sheet[name] = pick(draw, [*MissingReason]) if name in open_items else answer
    return sheet


@st.composite
def conditions(
    draw: st.DrawFn, subjects: Sequence[Subject], questions: Sequence[QuestionSketch], *, depth: int = 2
) -> Condition:
    """A condition on these questions and scores: one or more keys, `all` and `any` in one another."""
    return condition(draw, subjects, questions, depth=depth)


def condition(
    draw: st.DrawFn,
    subjects: Sequence[Subject],
    questions: Sequence[QuestionSketch],
    *,
    telling: bool = False,
    depth: int = 2,
) -> Condition:
    """The same, drawn at once."""
    groups = pick(draw, [(), (), ("all",), ("any",), ("any",), ("all", "any")]) if depth else ()
    found: Condition = {}
    for _ in range(number(draw, 0, 1) if groups else number(draw, 1, 2)):
        subject = pick(draw, subjects)
        found[subject.id] = _test(draw, subject, questions, telling=telling)
    for group in groups:
        parts = number(draw, 1, 3)
        found[group] = [condition(draw, subjects, questions, telling=telling, depth=depth - 1) for _ in range(parts)]
    return found


def _test(draw: st.DrawFn, subject: Subject, questions: Sequence[QuestionSketch], *, telling: bool) -> Any:
    if isinstance(subject, ScoreSketch):
        items = [question for question in questions if question.id in subject.add]
        fewest, most = sum(min(item.sums) for item in items), sum(max(item.sums) for item in items)
        return {"at_least": number(draw, fewest + 1 if telling else 0, most + 1)}
    return wanted(draw, subject, telling=telling)


def wanted(draw: st.DrawFn, question: QuestionSketch, *, telling: bool) -> Any:
    """What a condition may say of a question, by the table of the design."""
    risk = question.role == "risk"
    if question.type == "number":
        return _number_test(draw, question, edge=telling and risk)
    if not risk:
        return pick(draw, question.ids) if draw(COIN) else some(draw, question.ids)
    if question.type == "yes_no":
        return question.worse
    if question.type == "choice":
        return {"at_least": pick(draw, question.ids[1 if telling else 0 :])} if draw(COIN) else question.ids[-1]
    needs = [option.id for option in question.needs]
    return pick(draw, needs) if draw(COIN) else some(draw, needs)


def _number_test(draw: st.DrawFn, question: QuestionSketch, *, edge: bool) -> Any:
    way = {"higher": "at_least", "lower": "at_most"}.get(question.worse or "")
    way = way or pick(draw, ["at_least", "at_most"])
    low, high = question.low * 2, question.high * 2
    bounds = (low + edge, high + 1) if way == "at_least" else (low - 1, high - edge)
    twice = number(draw, *bounds)
    return {way: twice / 2 if twice % 2 else twice // 2}


def _question_drawn(draw: st.DrawFn, name: str, *, first: bool) -> QuestionSketch:
    """A question; the first one of a questionnaire can stand in a rule."""
    role = pick(draw, ["risk"] if first else ["risk", "risk", "risk", "context", "context", "access"])
    types = ["yes_no", "choice", "choice", "multiple", "multiple", "number"]
    kind = pick(draw, types if role == "risk" else [*types, "text"])
    if kind == "yes_no":
        return QuestionSketch(name, role, kind, worse=pick(draw, ["yes", "no"]) if role == "risk" else None)
    if kind == "number":
        low = number(draw, -1, 1)
        worse = pick(draw, ["higher", "lower"]) if role == "risk" else None
        return QuestionSketch(name, role, kind, worse=worse, low=low, high=low + number(draw, 1, 3))
    options = _options(draw, multiple=kind == "multiple", risk=role == "risk") if kind != "text" else ()
    return QuestionSketch(name, role, kind, options)


def _options(draw: st.DrawFn, *, multiple: bool, risk: bool) -> tuple[OptionSketch, ...]:
    """Options; with points, a worse one never has fewer, nor any need fewer than "none of these"."""
    alone = number(draw, 0, 2) if multiple else 0
    size = number(draw, 2, 3) + alone
    points: Iterable[int | None] = [None] * size
    if pick(draw, [True, True, False]):
        fewest = number(draw, 0, 1)
        drawn = [number(draw, fewest, 3) for _ in range(size)]
        points = sorted(drawn) if risk else drawn
    options = [
        OptionSketch(name, number_of, exclusive=index < alone)
        for index, (name, number_of) in enumerate(zip("abcde"[:size], points, strict=True))
    ]
    return tuple(_shuffled(draw, options) if multiple else options)


def _shuffled(draw: st.DrawFn, items: Sequence[T]) -> list[T]:
    left = [*items]
    return [left.pop(number(draw, 0, len(left) - 1)) for _ in items]


def _scores(draw: st.DrawFn, questions: Sequence[QuestionSketch]) -> list[ScoreSketch]:
    items = [question.id for question in questions if question.has_points and question.role != "access"]
    count = number(draw, 0, 2) if items else 0
    return [ScoreSketch(f"sum{index}", tuple(some(draw, items, most=3))) for index in range(count)]


def readable(questions: Sequence[QuestionSketch], scores: Sequence[ScoreSketch], *, access: bool) -> list[Subject]:
    """What a condition may read if these are the questions it may look at; scores twice, to meet them more often."""
    names = {question.id for question in questions}
    tested = [question for question in questions if question.type != "text" and (access or question.role != "access")]
    added = [score for score in scores if names.issuperset(score.add)]
    return [*tested, *added, *added]


def _targets(draw: st.DrawFn, levels: Sequence[str], first_steps: Sequence[str]) -> tuple[str | None, str | None]:
    level = pick(draw, [None, *levels] if first_steps else levels)
    above = first_steps if level is None else [None, *first_steps]
    return level, pick(draw, above) if above else None


def _sections(draw: st.DrawFn, questions: Sequence[QuestionSketch]) -> tuple[tuple[QuestionSketch, ...], ...]:
    cuts = some(draw, range(1, len(questions)), most=3) if draw(COIN) else []
    edges = [0, *sorted(cuts), len(questions)]
    return tuple(tuple(questions[start:end]) for start, end in pairwise(edges))


def answers_to(question: QuestionSketch) -> st.SearchStrategy[Answer]:
    """A usable answer."""
    if question.type == "text":
        return st.sampled_from(WORDS).map(Words)
    if question.type == "number":
        quarters = st.integers(question.low * 4, question.high * 4)
        return quarters.map(lambda number: Amount(Decimal(number) / 4))
    return st.sampled_from(question.sets).map(Chosen)


def gaps(question: QuestionSketch) -> st.SearchStrategy[MissingReason]:
    """One of the reasons why there is no usable answer. Free text is always readable."""
    return st.sampled_from(
        [gap for gap in MissingReason if question.type != "text" or gap is not MissingReason.UNREADABLE]
    )


@st.composite
def sheets(draw: st.DrawFn, sketch: Sketch, *, strays: bool = True) -> Sheet:
    """A form. Without `strays` it has no answer to a question that should not have been asked."""
    answered = pick(draw, [(True, False), (True, True, True, False), (True, False, False)])
    sheet: Sheet = {
        question.id: draw(answers_to(question) if pick(draw, answered) else gaps(question))
        for question in sketch.questions
    }
    return sheet if strays else without_strays(sketch, sheet)


@st.composite
def completed(draw: st.DrawFn, sketch: Sketch, sheet: Sheet) -> Sheet:
    """One complete form that this one can become."""
    full, counts = dict(sheet), dict[str, Answer]()
    for question in sketch.questions:
        if question.ask_when is None or holds(sketch, counts, question.ask_when):
            if isinstance(full[question.id], MissingReason):
                full[question.id] = draw(st.sampled_from(telling_answers(sketch, question)))
            counts[question.id] = full[question.id]
    return full


@st.composite
def worse_answers(draw: st.DrawFn, question: QuestionSketch, answer: Answer) -> Answer:
    """The same answer to a risk question, or a worse one."""
    match answer:
        case Amount(number):
            end = Decimal(question.high if question.worse == "higher" else question.low)
            return Amount(draw(st.sampled_from([number, (number + end) / 2, end])))
        case Chosen(names) if question.type == "multiple":
            needs = {option.id for option in question.needs}
            return Chosen(draw(st.sampled_from([some for some in question.sets if _no_better(some, names, needs)])))
        case Chosen(names):
            ids = question.ids if question.worse != "yes" else ("no", "yes")
            further = ids[max(map(ids.index, names)) :]
            return Chosen(frozenset({draw(st.sampled_from(further))}))
        case Words() | MissingReason():
            return answer


def _no_better(some: frozenset[str], names: frozenset[str], needs: set[str]) -> bool:
    """The same options or more needs; any need is worse than "none of these"."""
    return some == names or (some <= needs and names & needs <= some)
