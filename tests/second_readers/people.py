"""Made-up people who fill in a form: what each of them does in which order, in words that every engine can follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from iop_screen.report.blank_forms.form import BlankForm, FormQuestion

DRAWN = 12
"""How many people answer by chance, beside those who stand for a kind."""


@dataclass(frozen=True, slots=True)
class Act:
    """An answer to a question: ids of choices, or a number or words as a text.

    `left` has what is left of choices that do not go together, where a form takes the last one and drops the others.
    """

    question: str
    codes: tuple[str, ...]
    left: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """What a person answers, in order. A question that is not shown at its turn is passed over."""

    name: str
    acts: tuple[Act, ...]


PICKS_ALL = "picks all"
"""The person who picks choices that do not go together; such a form cannot be sent from everywhere."""


def people(form: BlankForm) -> list[Person]:
    """One person of each kind, and some by chance; always the same ones."""
    chance = Random(14)  # noqa: S311 - nothing secret
    return [*_of_each_kind(form), *_who_change_their_mind(form), *(_drawn(form, n, chance) for n in range(DRAWN))]


def _of_each_kind(form: BlankForm) -> Iterator[Person]:
    """Blank, first choices, last choices, all choices, half a form, and each reason for no answer all through."""
    questions = form.questions
    yield Person("blank", ())
    yield _person("first choice", questions, 0)
    yield _person("last choice", questions, -1)
    yield Person("all choices", tuple(Act(each.id, _all(each)) for each in questions))
    yield _person("first half", questions[: len(questions) // 2], 0)
    yield _person("second half", questions[len(questions) // 2 :], -1)
    for code in ("unknown", "declined"):
        yield Person(code, tuple(Act(each.id, (code,)) for each in questions if each.choices))
    yield Person("choices that exclude", tuple(Act(each.id, _alone(each)) for each in questions))
    several = (each for each in questions if each.kind == "several")
    yield Person(PICKS_ALL, tuple(Act(each.id, _codes(each), _codes(each)[-1:]) for each in several))


def _who_change_their_mind(form: BlankForm) -> Iterator[Person]:
    """Each question that is shown by a gate: opened and answered, then what it hangs on is answered the other way."""
    everything = tuple(Act(each.id, _all(each)) for each in form.questions)
    nothing = tuple(Act(each.id, _options(each)[:1]) for each in form.questions if each.choices and each.gate is None)
    none_picked = tuple(Act(each.id, _alone(each)) for each in form.questions if each.kind == "several")
    yield Person("opened and closed", (*everything, *nothing, *none_picked))
    yield Person("closed and opened", (*nothing, *none_picked, *everything))


def _drawn(form: BlankForm, number: int, chance: Random) -> Person:
    """Nearly every question answered, each in another way."""
    acts = tuple(Act(each.id, _chosen(each, chance)) for each in form.questions if chance.random() < 0.9)
    return Person(f"drawn {number + 1}", acts)


def _person(name: str, questions: Sequence[FormQuestion], place: int) -> Person:
    return Person(name, tuple(Act(each.id, (_options(each)[place],)) for each in questions))


def _options(question: FormQuestion) -> tuple[str, ...]:
    """What can be answered that is no reason: ids, the bounds of a number, or words."""
    if question.kind == "number":
        return (str(question.lowest), str(question.highest))
    if question.kind == "words":
        return ('A cat, "two" dogs & a <third> one; it\'s fine',)
    return tuple(choice.code for choice in question.choices if choice.reason is None)


def _codes(question: FormQuestion) -> tuple[str, ...]:
    return tuple(choice.code for choice in question.choices)


def _all(question: FormQuestion) -> tuple[str, ...]:
    """All choices that go together; for a question that takes one, the last."""
    if question.kind != "several":
        return _options(question)[-1:]
    return tuple(choice.code for choice in question.choices if not choice.exclusive)


def _alone(question: FormQuestion) -> tuple[str, ...]:
    """A choice that goes with no other, if there is one that is no reason; else the first."""
    alone = (choice.code for choice in question.choices if choice.exclusive and choice.reason is None)
    return (next(alone, _options(question)[0]),)


def _chosen(question: FormQuestion, chance: Random) -> tuple[str, ...]:
    if question.kind in {"number", "words"}:
        return (chance.choice(_options(question)),)
    choice = chance.choice([*question.choices, *(each for each in question.choices if each.reason is None)])
    if question.kind == "one" or choice.exclusive:
        return (choice.code,)
    together = _all(question)
    return tuple(code for code in together if chance.random() < 0.5) or (choice.code,)
