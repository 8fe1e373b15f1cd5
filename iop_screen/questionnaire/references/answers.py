"""Answers: options that can be told apart, a worse side where one is needed, points that only rise."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.problems import Problem, did_you_mean
from iop_screen.questionnaire.model import Score
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.scalars import Id


def questions_are_sound(declarations: Declarations) -> Iterator[Problem]:
    """Options can be told apart and their points never fall, a range is not empty, a risk question says what is worse.

    Of a question of which a part could not be read, what is missing may be what was not read.
    """
    for question in declarations.questionnaire.questions():
        yield from question.problems(declarations.incomplete)


def scores_add_up(declarations: Declarations) -> Iterator[Problem]:
    """A score adds questions whose options all have points, each once, none of role access."""
    for score in declarations.questionnaire.scores:
        seen: set[str] = set()
        for name in score.add:
            if name in seen:
                yield Problem("duplicate-id", f"`{name}` is added twice", name.span, "keep one of the two")
            seen.add(name)
            yield from _added(declarations, score, name)
        if not score.add:
            yield Problem("empty-score", f"the score `{score.id}` adds nothing", score.id.span)


def _added(declarations: Declarations, score: Score, name: Id) -> Iterator[Problem]:
    question = declarations.questions.get(name)
    if question is None:
        if name not in declarations.positions and name not in declarations.lost:
            hint = did_you_mean(name, {*declarations.questions, *declarations.left_out})
            yield Problem("unknown-question", f"there is no question `{name}`", name.span, hint)
    elif question.role == "access":
        message = f"`{name}` is an access question; the score `{score.id}` could carry it into a rule"
        yield Problem("access-moves-level", message, name.span, "duties and wishes never decide a level of care")
    elif not question.can_be_scored:
        yield Problem("no-points", f"`{name}` has no options with points", name.span)
    else:
        for option in question.options_listed:
            if option.points is None and not {question.id, option.id} <= declarations.incomplete:
                message = f"`{option.id}` has no points, but the score `{score.id}` adds `{name}`"
                yield Problem("no-points", message, option.id.span, "give every option of the question `points:`")
