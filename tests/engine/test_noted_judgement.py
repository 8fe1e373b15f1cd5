"""The judgement as steps: what comes to the same is one step, and no step means another thing than it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iop_screen.engine.noted_judgement import ALWAYS, FIRST_STEP, NEVER, Does, Noted, Notes
from iop_screen.questionnaire.answers import HasOption

QUESTIONS = 2
OPTIONS = ("a", "b")


def leaves(notes: Notes) -> list[Noted]:
    """That a question has no answer, and that it has one of its options, for each question."""
    found = []
    for question in range(QUESTIONS):
        found.append(notes.unanswered(question))
        found += [notes.passes(HasOption(question, frozenset({option}))) for option in OPTIONS]
    return found


def holds(notes: Notes, answers: Sequence[str | None]) -> list[bool]:
    """Whether each truth holds for the answers to the questions, None being none; all steps are taken in order."""
    values = [False, True]
    for does, first, second in notes.steps:
        match Does(does):
            case Does.AND:
                values.append(values[first] and values[second])
            case Does.OR:
                values.append(values[first] or values[second])
            case Does.AND_NOT:
                values.append(values[first] and not values[second])
            case Does.UNANSWERED:
                values.append(answers[first] is None)
            case Does.PASSES:
                test = notes.tests[first]
                assert isinstance(test, HasOption)
                values.append(answers[test.question] in test.options)
            case Does.ADDS:
                raise AssertionError
    return values


ALL_ANSWERS = [*product((None, *OPTIONS), repeat=QUESTIONS)]


@dataclass(frozen=True, slots=True)
class Truths:
    """What truths are made of: never, no answer to a question, two of its answers, no answer to another."""

    never: Noted
    none: Noted
    first: Noted
    second: Noted
    other: Noted


SHORTER: dict[str, tuple[Callable[[Truths], Noted], Callable[[Truths], Noted]]] = {
    "a truth is not joined to itself": (lambda of: (of.first & of.other) & of.first, lambda of: of.first & of.other),
    "nor to one it is part of": (lambda of: (of.first | of.other) | of.other, lambda of: of.first | of.other),
    "a truth or less is the truth": (lambda of: of.first | (of.other & of.first), lambda of: of.first),
    "a truth and more is the truth": (lambda of: (of.other | of.first) & of.first, lambda of: of.first),
    "no answer is no test passed": (lambda of: of.none & of.first, lambda of: of.never),
    "no answer, and a test not passed": (lambda of: of.none.and_not(of.first), lambda of: of.none),
    "a test passed, and an answer there": (lambda of: of.first.and_not(of.none), lambda of: of.first),
    "what may hold and need not": (lambda of: (of.first | of.none).and_not(of.first), lambda of: of.none),
    "a part of what must not hold": (lambda of: (of.first & of.other).and_not(of.other), lambda of: of.never),
    "not what is wider": (lambda of: of.first.and_not(of.first | of.other), lambda of: of.never),
    "what both need": (
        lambda of: (of.first & of.other) | (of.other & of.second),
        lambda of: of.other & (of.first | of.second),
    ),
}
"""What is noted, and the shorter truth that it has to be."""


@pytest.mark.parametrize("name", SHORTER)
def test_what_comes_to_the_same_is_the_same_truth(name: str) -> None:
    notes = Notes()
    noted, shorter = SHORTER[name]
    of = Truths(notes.truths[NEVER], *leaves(notes)[:4])
    assert noted(of) is shorter(of)


def test_tests_on_two_questions_stay_two_truths() -> None:
    notes = Notes()
    unanswered, first, *_, of_another = leaves(notes)
    for joined in (unanswered & of_another, unanswered.and_not(of_another), first & of_another):
        assert joined.place not in {NEVER, ALWAYS, unanswered.place, first.place}


@given(data=st.data())
def test_each_truth_holds_where_it_says(data: st.DataObject) -> None:
    """A shorter step holds for the same answers as the one that was asked for."""
    notes = Notes()
    truths = [*notes.truths, *leaves(notes)]
    wanted = [holds(notes, answers) for answers in ALL_ANSWERS]
    expected = [[values[truth.place] for truth in truths] for values in wanted]
    for _ in range(data.draw(st.integers(1, 12))):
        first, second = (data.draw(st.integers(0, len(truths) - 1)) for _ in range(2))
        does = data.draw(st.sampled_from(["and", "or", "and not"]))
        one, other = truths[first], truths[second]
        truths.append(one & other if does == "and" else one | other if does == "or" else one.and_not(other))
        for values in expected:
            this, that = values[first], values[second]
            values.append(this and that if does == "and" else this or that if does == "or" else this and not that)
    found = [holds(notes, answers) for answers in ALL_ANSWERS]
    assert [[values[truth.place] for truth in truths] for values in found] == expected
    assert len(notes.truths) == len(notes.steps) + FIRST_STEP
