"""Answers: options that can be told apart, a worse side where one is needed, points that only rise."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from iop_screen.core.problems import Problem, did_you_mean
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    Id,
    MultipleQuestion,
    NumberQuestion,
    Option,
    Score,
    TextQuestion,
    YesNoQuestion,
    fold,
)
from iop_screen.questionnaire.references.declarations import Declarations

Listing = ChoiceQuestion | MultipleQuestion


def options_can_be_told_apart(scope: Declarations) -> Iterator[Problem]:
    """A cell of a form can stand for one option only, whichever case it is written in."""
    for question in _listing(scope):
        if len(question.options) < 2 and question.id not in scope.touched:
            message = f"`{question.id}` has fewer than two options"
            yield Problem("too-few-options", message, question.id.span, "list every answer that can be chosen")
        yield from _alike(question)
        for option in question.options:
            if isinstance(question, ChoiceQuestion) and option.exclusive:
                message = "in a choice each option goes alone as it is"
                yield Problem("exclusive-in-choice", message, option.id.span, "remove `exclusive`")
            if isinstance(question, MultipleQuestion) and ";" in fold(option.label):
                message = f"`;` parts the answers to `{question.id}` in a form, so no label can hold one"
                yield Problem("label-with-semicolon", message, option.label.span, "use a comma")


def risk_questions_say_what_is_worse(scope: Declarations) -> Iterator[Problem]:
    """A yes/no or number question of role risk declares `worse`."""
    for question in scope.questionnaire.questions():
        if question.role != "risk" or question.id in scope.touched:  # what is missing may be what was not read
            continue
        if isinstance(question, YesNoQuestion | NumberQuestion) and question.worse is None:
            which = "`yes` or `no`" if isinstance(question, YesNoQuestion) else "`higher` or `lower`"
            message = f"`{question.id}` is a risk question and does not say what is worse"
            yield Problem("missing-key", message, question.id.span, f"add `worse:` with {which}")
        if isinstance(question, TextQuestion):
            message = f"`{question.id}` is free text, which no rule can read, so it cannot be a risk question"
            yield Problem("text-as-risk", message, question.id.span, "make it `context`, or give it options")


def numbers_have_a_range(scope: Declarations) -> Iterator[Problem]:
    """`min` is below `max`."""
    for question in scope.questionnaire.questions():
        if isinstance(question, NumberQuestion) and question.min >= question.max:
            message = f"`min` ({question.min}) is not below `max` ({question.max})"
            yield Problem("empty-range", message, question.max.span, "write the lowest answer as `min`")


def scores_add_up(scope: Declarations) -> Iterator[Problem]:
    """A score adds questions whose options all have points, each once, none of role access."""
    for score in scope.questionnaire.scores:
        seen: set[str] = set()
        for name in score.add:
            if name in seen:
                yield Problem("duplicate-id", f"`{name}` is added twice", name.span, "keep one of the two")
            seen.add(name)
            yield from _added(scope, score, name)
        if not score.add:
            yield Problem("empty-score", f"the score `{score.id}` adds nothing", score.id.span)


def points_never_fall(scope: Declarations) -> Iterator[Problem]:
    """In a risk question a worse option never has fewer points than a better one."""
    for question in _listing(scope):
        if question.role != "risk":
            continue
        for better, worse in _better_to_worse(question):
            if better.points is not None and worse.points is not None and worse.points < better.points:
                message = (
                    f"`{worse.id}` is worse than `{better.id}` "
                    f"but has fewer points ({worse.points} after {better.points})"
                )
                yield Problem("points-fall", message, worse.points.span, "options of a risk question stand best first")


def _listing(scope: Declarations) -> Iterator[Listing]:
    yield from (question for question in scope.questionnaire.questions() if isinstance(question, Listing))


def _better_to_worse(question: Listing) -> Iterator[tuple[Option, Option]]:
    """Pairs of options of which the second is worse."""
    if isinstance(question, ChoiceQuestion):
        yield from pairwise(option for option in question.options if option.points is not None)
    else:
        needs = [option for option in question.options if not option.exclusive]
        yield from ((none, need) for none in question.options if none.exclusive for need in needs)


def _alike(question: Listing) -> Iterator[Problem]:
    first: dict[str, Option] = {}
    for option in question.options:
        for name in dict.fromkeys((fold(option.id), fold(option.label))):
            earlier = first.setdefault(name, option)
            if earlier.id != option.id:
                message = f"`{option.id}` and `{earlier.id}` cannot be told apart: both go by `{name}`"
                hint = "case is not told apart in forms; reword one label"
                yield Problem("options-alike", message, option.label.span, hint)
                break


def _added(scope: Declarations, score: Score, name: Id) -> Iterator[Problem]:
    question = scope.questions.get(name)
    if question is None:
        if name not in scope.positions and name not in scope.lost:
            hint = did_you_mean(name, {*scope.questions, *scope.left_out})
            yield Problem("unknown-question", f"there is no question `{name}`", name.span, hint)
    elif question.role == "access":
        message = f"`{name}` is an access question; the score `{score.id}` could carry it into a rule"
        yield Problem("access-moves-level", message, name.span, "duties and wishes never decide a level of care")
    elif not isinstance(question, Listing):
        yield Problem("no-points", f"`{name}` has no options with points", name.span)
    else:
        for option in question.options:
            if option.points is None and not {question.id, option.id} <= scope.touched:
                message = f"`{option.id}` has no points, but the score `{score.id}` adds `{name}`"
                yield Problem("no-points", message, option.id.span, "give every option of the question `points:`")
