"""What the properties are tried on: small questionnaires with everything in them, and forms for them.

A questionnaire is drawn as a `Sketch`, plain data that a naive reading can work on, and goes to the program as the text
of a file. A form is drawn as a `Sheet`, answers by question id, and goes to the program as a `Answers` or as cells.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from naive import (
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

from iop_screen.engine.answers import Answers
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words

Subject = QuestionSketch | ScoreSketch
WORDS = ("a friend drives", 'she said "soon", then left', "=1+1", "d\u00e9j\u00e0 vu; 12:30")
COIN = st.booleans()
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
            scores=[{"id": score.id, "title": f"Sum {score.id}", "add": [*score.add]} for score in sketch.scores],
            rules=[_rule(rule) | {"because": f"Because of {rule.id}."} for rule in sketch.rules],
            notes=[
                _without_none(id=note.id, when=note.when, for_levels=note.for_levels, say=f"Mind {note.id}.")
                for note in sketch.notes
            ],
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


def _rule(rule: RuleSketch) -> dict[str, Any]:
    return _without_none(id=rule.id, when=rule.when, level=rule.level, first_step=rule.first_step)


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


@st.composite
def sketches(draw: st.DrawFn, *, telling: bool = False, most_questions: int = 7) -> Sketch:
    """A questionnaire. If it is `telling`, no test on risk questions holds when all of them have their best answer."""
    levels = tuple(f"level{number}" for number in range(draw(st.integers(2, 4))))
    first_steps = tuple(f"step{number}" for number in range(draw(st.integers(0, 3))))
    interrupts = bool(first_steps) and draw(st.booleans())
    size = draw(st.integers(2, most_questions))
    questions = [draw(_questions(f"q{index}", first=index == 0)) for index in range(size)]
    scores = draw(_scores(questions))
    for index, question in enumerate(questions):
        further_up = readable(questions[:index], scores, access=question.role == "access")
        if draw(COIN) and further_up:
            ask_when = draw(conditions(further_up, questions, telling=telling, depth=1))
            questions[index] = replace(question, ask_when=ask_when)
    anything = readable(questions, scores, access=True)
    evidence = readable(questions, scores, access=False)
    ungated = readable([question for question in questions if question.ask_when is None], scores, access=False)
    rules = []
    for number in range(draw(st.integers(1, 4))):
        level, first_step = draw(_targets(levels, first_steps))
        safe = interrupts and first_step == first_steps[-1]
        when = draw(conditions(ungated if safe else evidence, questions, telling=telling))
        rules.append(RuleSketch(f"rule{number}", when, level, first_step))
    notes = [
        NoteSketch(
            f"note{number}",
            draw(st.none() | conditions(anything, questions)),
            draw(st.none() | st.lists(st.sampled_from(levels), min_size=1, unique=True).map(tuple)),
        )
        for number in range(draw(st.integers(0, 2)))
    ]
    promised = draw(st.lists(st.sampled_from(rules), max_size=1))
    return Sketch(
        levels,
        first_steps,
        interrupts,
        draw(_sections(questions)),
        tuple(scores),
        tuple(rules),
        tuple(notes),
        tuple(promised),
        draw(st.none() | conditions(evidence, questions)),
    )


def conditions(
    subjects: Sequence[Subject], questions: Sequence[QuestionSketch], *, telling: bool = False, depth: int = 2
) -> st.SearchStrategy[Condition]:
    """A condition on these questions and scores: one or more keys, `all` and `any` in one another."""
    by_id = {question.id: question for question in questions}
    tests = st.sampled_from(subjects).flatmap(lambda subject: _tests(subject, by_id, telling=telling))
    return _nested(tests, depth)


@st.composite
def _nested(draw: st.DrawFn, tests: st.SearchStrategy[tuple[str, Any]], depth: int) -> Condition:
    groups = draw(st.sampled_from([(), (), ("all",), ("any",), ("any",), ("all", "any")])) if depth else ()
    fewest = 0 if groups else 1
    keys = dict(draw(st.lists(tests, min_size=fewest, max_size=1 + fewest, unique_by=lambda test: test[0])))
    parts = st.lists(_nested(tests, depth - 1), min_size=1, max_size=3)
    return keys | {group: draw(parts) for group in groups}


def _tests(
    subject: Subject, questions: dict[str, QuestionSketch], *, telling: bool
) -> st.SearchStrategy[tuple[str, Any]]:
    if isinstance(subject, ScoreSketch):
        items = [questions[name] for name in subject.add]
        fewest, most = sum(min(item.sums) for item in items), sum(max(item.sums) for item in items)
        bounds = st.integers(fewest + 1 if telling else 0, most + 1)
        return bounds.map(lambda bound: (subject.id, {"at_least": bound}))
    return wanted(subject, telling=telling).map(lambda value: (subject.id, value))


def wanted(question: QuestionSketch, *, telling: bool) -> st.SearchStrategy[Any]:
    """What a condition may say of a question, by the table of the design."""
    risk = question.role == "risk"
    if question.type == "number":
        return _number_test(question, telling=telling and risk)
    if not risk:
        names = st.sampled_from(question.ids)
        return names | st.lists(names, min_size=1, unique=True)
    if question.type == "yes_no":
        return st.just(question.worse)
    if question.type == "choice":
        options = st.sampled_from(question.ids[1 if telling else 0 :])
        return options.map(lambda name: {"at_least": name}) | st.just(question.ids[-1])
    needs = st.sampled_from([option.id for option in question.needs])
    return needs | st.lists(needs, min_size=1, unique=True)


def _number_test(question: QuestionSketch, *, telling: bool) -> st.SearchStrategy[Any]:
    edge = 1 if telling else 0
    at_least = _halves(question.low * 2 + edge, question.high * 2 + 1).map(lambda bound: {"at_least": bound})
    at_most = _halves(question.low * 2 - 1, question.high * 2 - edge).map(lambda bound: {"at_most": bound})
    return {"higher": at_least, "lower": at_most}.get(question.worse or "", at_least | at_most)


def _halves(low: int, high: int) -> st.SearchStrategy[float | int]:
    return st.integers(low, high).map(lambda twice: twice / 2 if twice % 2 else twice // 2)


@st.composite
def _questions(draw: st.DrawFn, name: str, *, first: bool) -> QuestionSketch:
    """A question; the first one of a questionnaire can stand in a rule."""
    role = draw(st.sampled_from(["risk"] if first else ["risk", "risk", "risk", "context", "context", "access"]))
    types = ["yes_no", "choice", "choice", "multiple", "multiple", "number"]
    kind = draw(st.sampled_from(types if role == "risk" else [*types, "text"]))
    if kind == "yes_no":
        return QuestionSketch(name, role, kind, worse=draw(st.sampled_from(["yes", "no"])) if role == "risk" else None)
    if kind == "number":
        low = draw(st.integers(-1, 1))
        worse = draw(st.sampled_from(["higher", "lower"])) if role == "risk" else None
        return QuestionSketch(name, role, kind, worse=worse, low=low, high=low + draw(st.integers(1, 3)))
    options = draw(_options(multiple=kind == "multiple", risk=role == "risk")) if kind != "text" else ()
    return QuestionSketch(name, role, kind, options)


@st.composite
def _options(draw: st.DrawFn, *, multiple: bool, risk: bool) -> tuple[OptionSketch, ...]:
    """Options; with points, a worse one never has fewer, nor any need fewer than "none of these"."""
    alone = draw(st.integers(0, 2)) if multiple else 0
    size = draw(st.integers(2, 3)) + alone
    points: Iterable[int | None] = [None] * size
    if draw(st.sampled_from([True, True, False])):
        fewest = draw(st.integers(0, 1))
        drawn = draw(st.lists(st.integers(fewest, 3), min_size=size, max_size=size))
        points = sorted(drawn) if risk else drawn
    options = [
        OptionSketch(name, number, exclusive=index < alone)
        for index, (name, number) in enumerate(zip("abcde"[:size], points, strict=True))
    ]
    return tuple(draw(st.permutations(options)) if multiple else options)


@st.composite
def _scores(draw: st.DrawFn, questions: Sequence[QuestionSketch]) -> list[ScoreSketch]:
    items = [question.id for question in questions if question.has_points and question.role != "access"]
    if not items:
        return []
    added = st.lists(st.sampled_from(items), min_size=1, max_size=3, unique=True)
    return [ScoreSketch(f"sum{number}", tuple(draw(added))) for number in range(draw(st.integers(0, 2)))]


def readable(questions: Sequence[QuestionSketch], scores: Sequence[ScoreSketch], *, access: bool) -> list[Subject]:
    """What a condition may read if these are the questions it may look at; scores twice, to meet them more often."""
    names = {question.id for question in questions}
    tested = [question for question in questions if question.type != "text" and (access or question.role != "access")]
    added = [score for score in scores if names.issuperset(score.add)]
    return [*tested, *added, *added]


@st.composite
def _targets(draw: st.DrawFn, levels: Sequence[str], first_steps: Sequence[str]) -> tuple[str | None, str | None]:
    level = draw(st.sampled_from([None, *levels] if first_steps else levels))
    above = first_steps if level is None else [None, *first_steps]
    return level, draw(st.sampled_from(above)) if above else None


@st.composite
def _sections(draw: st.DrawFn, questions: Sequence[QuestionSketch]) -> tuple[tuple[QuestionSketch, ...], ...]:
    cuts = draw(st.sets(st.integers(1, len(questions) - 1), max_size=3))
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
    answered = draw(st.sampled_from([(True, False), (True, True, True, False), (True, False, False)]))
    sheet: Sheet = {
        question.id: draw(answers_to(question) if draw(st.sampled_from(answered)) else gaps(question))
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
