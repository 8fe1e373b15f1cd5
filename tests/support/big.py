"""A questionnaire about ten times the size of the default one, drawn from a seed, with three scores of twenty items.

Each score adds points over twenty risk questions. Rules, guarantees, notes and gates read the scores and, beside them,
single items of them, so the weakest forms of most rules that read a score are far too many to list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from support.naive import Condition, NoteSketch, OptionSketch, QuestionSketch, RuleSketch, ScoreSketch, Sketch

LEVELS = ("visits", "visits_safe_home", "day_care", "stay")
FIRST_STEPS = ("clinician", "medical_check", "medical_care", "help_now")
SCORES, ITEMS, QUESTIONS, RULES, GUARANTEES, NOTES = 3, 20, 300, 400, 360, 250
AGE = QuestionSketch("age", "context", "choice", tuple(map(OptionSketch, ("child", "adult", "older"))))


def big_sketch(seed: int = 1, size: float = 1.0) -> Sketch:
    """The questionnaire of a seed; with a `size` below 1 there are fewer questions, rules, guarantees and notes.

    Every guarantee holds: each promises no more than rules give that hold wherever its condition does.
    """
    return _Drawing(Random(seed), size).sketch()  # noqa: S311 - no secret


def with_one_point_more(sketch: Sketch) -> Sketch:
    """The same, but the worst answer to one item of the first score brings one point more."""
    name = sketch.scores[0].add[0]

    def raised(question: QuestionSketch) -> QuestionSketch:
        *others, worst = question.options
        return replace(question, options=(*others, replace(worst, points=(worst.points or 0) + 1)))

    return replace(
        sketch,
        sections=tuple(
            tuple(raised(question) if question.id == name else question for question in section)
            for section in sketch.sections
        ),
    )


def with_one_rule_less(sketch: Sketch) -> Sketch:
    """The same without the last rule that reads a score."""
    names = {score.id for score in sketch.scores}
    last = max(index for index, rule in enumerate(sketch.rules) if names & {*_names(rule.when)})
    return replace(sketch, rules=(*sketch.rules[:last], *sketch.rules[last + 1 :]))


class _Drawing:
    def __init__(self, chance: Random, size: float) -> None:
        self.chance = chance
        self.size = size
        self.tested: list[QuestionSketch] = []
        self.scores: list[ScoreSketch] = []

    def sketch(self) -> Sketch:
        items = [[self._item(score, number) for number in range(ITEMS)] for score in range(SCORES)]
        self.scores = [ScoreSketch(f"sum{number}", tuple(each.id for each in of)) for number, of in enumerate(items)]
        questions = [AGE, *(item for of in items for item in of)]
        self.tested = questions[1:]
        for number in range(round(QUESTIONS * self.size) - len(questions)):
            questions.append(self._question(number))
            self.tested += [questions[-1]] if questions[-1].role != "access" else []
        rules = [self._rule(number) for number in range(round(RULES * self.size))]
        emergency = RuleSketch("danger", {items[0][0].id: "d"}, None, FIRST_STEPS[-1])
        return Sketch(
            LEVELS,
            FIRST_STEPS,
            interrupts=True,
            sections=tuple(tuple(questions[start : start + 10]) for start in range(0, len(questions), 10)),
            scores=tuple(self.scores),
            rules=(*rules, emergency),
            notes=tuple(self._note(number) for number in range(round(NOTES * self.size))),
            guarantees=tuple(self._guarantee(number, rules) for number in range(round(GUARANTEES * self.size))),
            applies_when={"age": ["adult", "older"]},
        )

    # Questions.

    def _item(self, score: int, number: int) -> QuestionSketch:
        """An item; the first ones of a score are always asked, some of the later ones only after bad answers."""
        options = tuple(OptionSketch(name, points) for points, name in enumerate("abcd"))
        gate: Condition | None = {f"i{score}_{number - 3}": {"at_least": "b"}} if number % 5 == 4 else None
        return QuestionSketch(f"i{score}_{number}", "risk", "choice", options, ask_when=gate)

    def _question(self, number: int) -> QuestionSketch:
        kind = self.chance.choice(["yes_no", "choice", "choice", "multiple", "number"])
        role = self.chance.choice(["risk"] * 7 + ["context", "context", "access"])
        question = _KINDS[kind](f"q{number}", role)
        gate = self._one_test() if self.chance.random() < 0.25 else None
        return replace(question, ask_when=gate)

    # Conditions.

    def _one_test(self) -> Condition:
        if self.chance.random() < 0.2:
            return self._score_test()
        question = self.chance.choice(self.tested)
        return {question.id: self._wanted(question)}

    def _score_test(self) -> Condition:
        score = self.chance.choice(self.scores)
        return {score.id: {"at_least": self.chance.randint(8, 35)}}

    def _wanted(self, question: QuestionSketch) -> Any:
        if question.type == "number":
            higher = question.worse != "lower"
            return {"at_least" if higher else "at_most": self.chance.randint(3, 7)}
        if question.type == "yes_no":
            return question.worse or "yes"
        ids = [option.id for option in question.needs]
        if question.type == "choice" and question.role == "risk":
            return {"at_least": self.chance.choice(ids[1:])}
        return self.chance.choice(ids)

    def _condition(self) -> Condition:
        """One test, or several of which all or any have to hold; two rules in five read a score."""
        kind = self.chance.choice(["one", "all", "all", "any", "of both"])
        if kind == "one":
            return self._one_test()
        parts = [self._one_test() for _ in range(self.chance.randint(2, 3))]
        if kind == "of both":
            return {"all": [self._score_test(), {"any": parts}]}
        return {kind: parts}

    # Rules, guarantees and notes.

    def _rule(self, number: int) -> RuleSketch:
        level = self.chance.choice([None, *LEVELS[1:]])
        first_step = self.chance.choice(FIRST_STEPS[:-1] if level is None else [None, None, *FIRST_STEPS[:-1]])
        return RuleSketch(f"rule{number}", self._condition(), level, first_step)

    def _guarantee(self, number: int, rules: Sequence[RuleSketch]) -> RuleSketch:
        """What one rule gives, where its condition holds, or that and another test; or what two give where both do."""
        one, other = self.chance.sample(rules, 2)
        kind = self.chance.choice(["same", "narrower", "two"])
        when = {
            "same": one.when,
            "narrower": {"all": [self._one_test(), one.when]},
            "two": {"all": [one.when, other.when]},
        }[kind]
        both = (one, other) if kind == "two" else (one,)
        level = max((rule.level for rule in both if rule.level is not None), key=LEVELS.index, default=None)
        steps = [rule.first_step for rule in both if rule.first_step is not None]
        return RuleSketch(f"promise{number}", when, level, max(steps, key=FIRST_STEPS.index, default=None))

    def _note(self, number: int) -> NoteSketch:
        levels = tuple(level for level in LEVELS if self.chance.random() < 0.5)
        return NoteSketch(f"note{number}", self._condition(), levels or None)


def _yes_no(name: str, role: str) -> QuestionSketch:
    return QuestionSketch(name, role, "yes_no", worse="yes" if role == "risk" else None)


def _choice(name: str, role: str) -> QuestionSketch:
    return QuestionSketch(name, role, "choice", tuple(map(OptionSketch, "abcd")))


def _multiple(name: str, role: str) -> QuestionSketch:
    return QuestionSketch(name, role, "multiple", (*map(OptionSketch, "abcdefg"), OptionSketch("none", exclusive=True)))


def _number(name: str, role: str) -> QuestionSketch:
    return QuestionSketch(name, role, "number", worse="higher" if role == "risk" else None, low=0, high=10)


_KINDS: dict[str, Callable[[str, str], QuestionSketch]] = {
    "yes_no": _yes_no,
    "choice": _choice,
    "multiple": _multiple,
    "number": _number,
}


def _names(condition: Condition) -> Iterator[str]:
    for key, value in condition.items():
        if key in {"all", "any"}:
            for part in value:
                yield from _names(part)
        else:
            yield key
