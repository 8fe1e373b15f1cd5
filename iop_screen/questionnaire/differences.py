"""What changes from one questionnaire to another: not its text, but which forms get more or less.

Two ladders that differ on any form differ on a weakest form of a rule of one of them: where a form gets more from one
questionnaire, some rule of it must hold there, and the weakest form of that rule already gets more. So the weakest
forms of all rules are enough to look at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answers import Amount, Answer, Chosen, Crowd, Form, Gap, fits
from iop_screen.engine.conditions import judge
from iop_screen.engine.corners import Corners, TooManyCorners
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.questionnaire.model import (
    Condition,
    MultipleQuestion,
    NumberQuestion,
    Question,
    YesNoQuestion,
    answers_of,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Forms that get something else: `when` in words, what they got and get, and the smallest of them.

    `form` is a form of the questionnaire `of`, which is the new one unless the old one alone can express it.
    """

    when: str
    was: str
    now: str
    form: Form
    of: Instrument


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that changes; questions and options that only one of the two has; rules that were not compared."""

    found: tuple[Difference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    not_decided: tuple[str, ...]


def differences(old: Instrument, new: Instrument) -> Differences:
    """Compare two questionnaires by what forms get from them for certain."""
    comparison = _Comparison(old, new)
    found = [*comparison.in_ladders(), *comparison.in_scope()]
    return Differences(
        tuple(_weakest_only(found)),
        tuple(sorted(_names(old) - _names(new))),
        tuple(sorted(_names(new) - _names(old))),
        tuple(comparison.not_decided),
    )


class _Comparison:
    def __init__(self, old: Instrument, new: Instrument) -> None:
        self.old = old
        self.new = new
        self.not_decided: list[str] = []

    def in_ladders(self) -> Iterator[Difference]:
        """Forms that get another level or first step."""
        for of, other in ((self.new, self.old), (self.old, self.new)):
            for ready in of.rules:
                for form in self._forms(of, ready.when, f"the rule {ready.rule.id}"):
                    yield from self._compared(form, of, other)

    def in_scope(self) -> Iterator[Difference]:
        """Forms that the questionnaire applies to, and the other one does not."""
        for of, other in ((self.new, self.old), (self.old, self.new)):
            if of.applies_when is None or other.applies_when is None:
                continue
            for form in self._forms(of, of.applies_when, "applies_when"):
                if not judge(other.applies_when, Crowd(other, [translated(form, of, other)])).must:
                    words = ["in scope", "not in scope"]
                    now, was = words if of is self.new else reversed(words)
                    yield Difference(form_phrase(form, of), was, now, form, of)

    def _forms(self, of: Instrument, condition: Condition, name: str) -> list[Form]:
        try:
            return Corners(of).forms(condition)
        except TooManyCorners as many:
            self.not_decided.append(f"{name} of {of.questionnaire.version} ({many})")
            return []

    def _compared(self, form: Form, of: Instrument, other: Instrument) -> Iterator[Difference]:
        here = _got(assess_one(of, form))
        there = _got(assess_one(other, translated(form, of, other)))
        if here != there:
            was, now = (there, here) if of is self.new else (here, there)
            yield Difference(form_phrase(form, of), was, now, form, of)


def translated(form: Form, of: Instrument, to: Instrument) -> Form:
    """The form as the other questionnaire reads it: by ids; what it has no word for is unreadable."""
    given = {str(question.id): answer for question, answer in zip(of.questions, form.answers, strict=True)}
    read = ((question, given.get(question.id, Gap.MISSING)) for question in to.questions)
    return Form(tuple(answer if fits(question, answer) else Gap.UNREADABLE for question, answer in read))


def form_phrase(form: Form, of: Instrument) -> str:
    """The answers of a weakest form as a condition: "stay_safe at least with_support and home at least others_use"."""
    pairs = zip(of.questions, form.answers, strict=True)
    return " and ".join(_answer_phrase(question, answer) for question, answer in pairs if not isinstance(answer, Gap))


def _answer_phrase(question: Question, answer: Answer) -> str:
    match answer:
        case Amount(number) if isinstance(question, NumberQuestion) and question.role == "risk":
            return f"{question.id} at {'least' if question.worse == 'higher' else 'most'} {number:f}"
        case Amount(number):
            return f"{question.id} {number:f}"
        case Chosen(options) if isinstance(question, MultipleQuestion):
            return f"{question.id} with {' and '.join(sorted(options))}"
        case Chosen(options):
            option = min(options)
            ordered = question.role == "risk" and not isinstance(question, YesNoQuestion)
            worst = option == answers_of(question)[-1]
            return f"{question.id} {'at least' if ordered and not worst else 'is'} {option}"
    return f"{question.id} answered"


def _got(result: Result) -> str:
    """What a form gets for certain, in ids."""
    step = result.first_steps.at_least
    return f"{result.levels.at_least.id}" + (f" with {step.id}" if step is not None else "")


def _weakest_only(found: Iterable[Difference]) -> list[Difference]:
    """Of several differences of one kind, those whose form holds nothing more than another one's."""
    every = [*{(found.when, found.was, found.now): found for found in found}.values()]
    return [one for one in every if not any(_says_it(other, one) for other in every if other is not one)]


def _says_it(other: Difference, one: Difference) -> bool:
    """Whether the other difference has the same outcome and is about a form that asks for less."""
    if (other.was, other.now, other.of) != (one.was, one.now, one.of):
        return False
    pairs = [*zip(other.form.answers, one.form.answers, strict=True)]
    return other.form.size < one.form.size and all(mine == its or mine is Gap.MISSING for mine, its in pairs)


def _names(of: Instrument) -> set[str]:
    """The questions, and the options of each."""
    questions = {str(question.id) for question in of.questions}
    return questions | {f"{question.id}: {option}" for question in of.questions for option in answers_of(question)}
