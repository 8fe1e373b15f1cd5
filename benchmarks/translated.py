"""The rules of a questionnaire as expressions for other rule engines, to compare how fast they are.

What is translated is the outcome: both bounds of both ladders, and whether the questionnaire applies. Each comes from
the two truths of the conditions as `iop_screen.engine.conditions.judge` gives them, here over expressions in place of
truths; so no meaning is written twice. The suggestion follows from these six numbers (see `suggestion_of`).

A form is a mapping from question ids to texts: an option, a list of options where several can be chosen, and an empty
text or list where there is no usable answer. Numbers are not translated: the default questionnaire asks for none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict, judge, judge_optional
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.questionnaire.answers import AnswerTest, HasOption

# ------------------------------------------------------------------ expressions


class Expression:
    """A truth about one form, written down. `&` and `|` leave out what can make no difference."""

    __slots__ = ()

    def __and__(self, other: Expression) -> Expression:
        if NEVER in (self, other):
            return NEVER
        if self == ALWAYS:
            return other
        return self if other in (ALWAYS, self) else AllOf((*_parts(self, AllOf), *_parts(other, AllOf)))

    def __or__(self, other: Expression) -> Expression:
        if ALWAYS in (self, other):
            return ALWAYS
        if self == NEVER:
            return other
        return self if other in (NEVER, self) else OneOf((*_parts(self, OneOf), *_parts(other, OneOf)))


@dataclass(frozen=True, slots=True)
class Constant(Expression):
    """Always or never true."""

    holds: bool


@dataclass(frozen=True, slots=True)
class Has(Expression):
    """The answer to a question is, or has in it, one of these options."""

    question: str
    options: tuple[str, ...]
    several: bool


@dataclass(frozen=True, slots=True)
class Unanswered(Expression):
    """A question has no usable answer."""

    question: str
    several: bool


@dataclass(frozen=True, slots=True)
class Named(Expression):
    """An expression that stands in many places: whether a question is asked."""

    expression: Expression


@dataclass(frozen=True, slots=True)
class AllOf(Expression):
    """Every part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class OneOf(Expression):
    """A part holds."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Enough(Expression):
    """The points of those that hold add up to the bound or more."""

    points: tuple[tuple[int, Expression], ...]
    bound: int


ALWAYS, NEVER = Constant(True), Constant(False)  # noqa: FBT003 - it is what it says


def _parts(expression: Expression, kind: type[AllOf | OneOf]) -> tuple[Expression, ...]:
    return expression.parts if isinstance(expression, kind) else (expression,)


def _named(expression: Expression) -> Expression:
    return expression if isinstance(expression, Constant | Has) else Named(expression)


class Written:
    """A `Valuation` of a form that is not known yet."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self.compiled, self.always, self.never = compiled, ALWAYS, NEVER

    def passes(self, test: AnswerTest) -> Expression:
        assert isinstance(test, HasOption), "numbers are not translated"
        question = self.compiled.questions[test.question]
        in_order = tuple(option for option in question.answer_ids() if option in test.options)
        return Has(question.id, in_order, question.allows_multiple)

    def unanswered(self, question: int) -> Expression:
        return Unanswered(self.compiled.questions[question].id, self.compiled.questions[question].allows_multiple)

    def asked(self, question: int) -> Verdict[Expression]:
        must, may = judge_optional(self.compiled.ask_when[question], self)
        return Verdict(_named(must), _named(may))

    def add_up_to(self, points: list[tuple[int, Expression]], bound: int) -> Expression:
        return Enough(tuple((number, where) for number, where in points if number), bound)

    def and_not(self, this: Expression, other: Expression) -> Expression:  # noqa: ARG002
        raise AssertionError("no outcome needs it")


# ------------------------------------------------------------------ the outcome


class Outcome(NamedTuple):
    """Steps of both ladders, counted from 0, and whether the questionnaire must and may apply (1 or 0)."""

    level_at_least: int
    level_at_most: int
    first_step_at_least: int
    first_step_at_most: int
    applies: int
    may_apply: int


Value = tuple[tuple[Expression, int], ...]
"""The number of the first expression that holds, else 0."""


def outcome(compiled: CompiledQuestionnaire) -> tuple[Value, ...]:
    """How each number of an outcome is found."""
    written = Written(compiled)
    verdicts = [(rule, judge(rule.when, written)) for rule in compiled.rules]
    applies = judge_optional(compiled.applies_when, written)
    return (
        _highest((rule.level, verdict.must) for rule, verdict in verdicts),
        _highest((rule.level, verdict.may) for rule, verdict in verdicts),
        _highest((rule.first_step, verdict.must) for rule, verdict in verdicts),
        _highest((rule.first_step, verdict.may) for rule, verdict in verdicts),
        ((applies.must, 1),),
        ((applies.may, 1),),
    )


def _highest(reached: Iterable[tuple[int, Expression]]) -> Value:
    by_step: dict[int, Expression] = {}
    for step, truth in reached:
        by_step[step] = by_step.get(step, NEVER) | truth
    return tuple((by_step[step], step) for step in sorted(by_step, reverse=True) if step)


def suggestion_of(found: Outcome, levels: Sequence[str], interrupt: int) -> str:
    """The suggestion that follows from an outcome: the first that fits."""
    if found.first_step_at_least == interrupt:
        return EMERGENCY
    if found.first_step_at_most == interrupt:
        return UNDETERMINED
    if not found.may_apply:
        return OUT_OF_SCOPE
    settled = found.applies and found.level_at_least == found.level_at_most
    return levels[found.level_at_least] if settled else UNDETERMINED


# ------------------------------------------------------------------ languages


@dataclass(frozen=True, slots=True)
class Language:
    """How a language of expressions writes what is not the same in all of them.

    `choice` takes a condition and two values, `has_in` the options chosen and one of them, `options` the cell of a
    question with several options, `unanswered` and `none_chosen` a question. With `names`, a part that is needed more
    than once is worked out once and has a name.
    """

    all_of: str
    one_of: str
    choice: str
    has_in: str
    unanswered: str
    none_chosen: str
    options: str = "{}"
    listed: str = "[{}]"
    names: bool = False


CHOICE = "({} ? {} : {})"
ZEN = Language("and", "or", CHOICE, "contains({}, {})", "{} == ''", "len({}) == 0")
CEL = Language("&&", "||", CHOICE, "{1} in {0}", "{} == ''", "size({}) == 0")
RULE_ENGINE = Language("and", "or", CHOICE, "{1} in {0}", "{} == ''", "{}.is_empty")
PYTHON = Language(
    *("and", "or", "({1} if {0} else {2})", "{1} in {0}"),
    *("{} in ('', 'unknown', 'declined')", "{} in ('', 'unknown', 'declined')"),
    options="{}.split(';')",
    listed="{}",
    names=True,
)
"""Python over the cells of a CSV file as they are."""


class Writer:
    """Writes expressions in a language. `named` has the parts that have a name, with it, in an order that works."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.named: dict[str, str] = {}

    def outcome(self, values: Iterable[Value]) -> str:
        """An expression whose value is the list of these numbers."""
        return self.language.listed.format(", ".join(map(self._number, values)))

    def _number(self, value: Value) -> str:
        text = "0"
        for expression, number in reversed(value):
            text = self.language.choice.format(self.truth(expression), number, text)
        return text

    def truth(self, expression: Expression) -> str:
        """An expression in the language."""
        language = self.language
        match expression:
            case Constant(holds):
                return "1 == 1" if holds else "1 == 0"
            case Named(inner):
                return self._name(self.truth(inner))
            case Has(question, (option,), several=False):
                return f"{question} == {option!r}"
            case Has(question, options, several=False):
                return f"{question} in {[*options]!r}"
            case Has(question, options, several=True):
                chosen = self._name(language.options.format(question))
                return _joined((language.has_in.format(chosen, repr(option)) for option in options), language.one_of)
            case Unanswered(question, several):
                return (language.none_chosen if several else language.unanswered).format(question)
            case AllOf(parts):
                return _joined(map(self.truth, parts), language.all_of)
            case OneOf(parts):
                return _joined(map(self.truth, parts), language.one_of)
            case Enough(points, bound):
                terms = (language.choice.format(self.truth(part), number, "0") for number, part in points)
                return f"{self._name(_joined(terms, '+'))} >= {bound}"
            case _:
                raise AssertionError(expression)

    def _name(self, text: str) -> str:
        return self.named.setdefault(text, f"part_{len(self.named)}") if self.language.names else text


def _joined(texts: Iterable[str], word: str) -> str:
    parts = [*texts]
    return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})"


def python_function(values: Sequence[Value], columns: Sequence[str]) -> str:
    """The source of a function `outcome` from the cells of one record to the tuple of these numbers."""
    writer = Writer(PYTHON)
    found = writer.outcome(values)
    lines = [f"({', '.join(columns)},) = row", *(f"{name} = {part}" for part, name in writer.named.items())]
    return "def outcome(row):\n" + "".join(f"    {line}\n" for line in [*lines, f"return {found}"])


def json_logic(values: Sequence[Value]) -> list[object]:
    """The same as JSON logic, one rule a number."""
    return [{"if": [part for pair in value for part in (_json_logic(pair[0]), pair[1])] + [0]} for value in values]


def _json_logic(expression: Expression) -> object:  # noqa: C901 - one case for each kind
    match expression:
        case Constant(holds):
            return holds
        case Named(inner):
            return _json_logic(inner)
        case Has(question, (option,), several=False):
            return {"==": [{"var": question}, option]}
        case Has(question, options, several=False):
            return {"in": [{"var": question}, [*options]]}
        case Has(question, options, several=True):
            return {"or": [{"in": [option, {"var": question}]} for option in options]}
        case Unanswered(question, several=False):
            return {"==": [{"var": question}, ""]}
        case Unanswered(question, several=True):
            return {"!": {"var": question}}
        case AllOf(parts):
            return {"and": [_json_logic(part) for part in parts]}
        case OneOf(parts):
            return {"or": [_json_logic(part) for part in parts]}
        case Enough(points, bound):
            return {">=": [{"+": [{"if": [_json_logic(part), number, 0]} for number, part in points]}, bound]}
        case _:
            raise AssertionError(expression)
