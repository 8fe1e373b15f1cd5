"""The parts by themselves: ids stand once and are free, questions can be answered, scores add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.core.problems import Problem, Related, did_you_mean
from iop_screen.questionnaire.answers import STATED_REASONS
from iop_screen.questionnaire.model import NO_FIRST_STEP, Score
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.scalars import Id, fold

SUGGESTIONS = ("emergency", "undetermined", "out_of_scope", "rejected")
"""Words that stand where a level of care could stand in a result."""

NO_ANSWER = tuple(reason.value for reason in STATED_REASONS)
"""Words that stand where an answer could stand."""


def ids_stand_once(declarations: Declarations) -> Iterator[Problem]:
    """No two things of one kind share an id; a question and a score neither, for conditions name both."""
    questionnaire = declarations.questionnaire
    questions = questionnaire.questions()
    for parts in (
        (*questions, *questionnaire.scores),
        questionnaire.levels,
        questionnaire.first_steps,
        questionnaire.contacts,
        questionnaire.sections,
        questionnaire.rules,
        questionnaire.notes,
        questionnaire.guarantees,
        *(question.options_listed for question in questions),
        *(score.bands for score in questionnaire.scores),
    ):
        yield from _twice(part.id for part in parts)


def ids_are_free(declarations: Declarations) -> Iterator[Problem]:
    """No id is a word with a meaning of its own in a condition, a result or an export."""
    questionnaire = declarations.questionnaire
    for question in questionnaire.questions():
        yield from _reserved([question.id], ("all", "any"), "joins conditions")
        for option in question.options_listed:
            yield from _reserved([option.id], NO_ANSWER, "stands for an answer that is not known")
            if fold(option.label) in NO_ANSWER:
                message = f"the label `{option.label}` stands for an answer that is not known"
                yield Problem("reserved-id", message, option.label.span, "every question can be answered so already")
    yield from _reserved((score.id for score in questionnaire.scores), ("all", "any"), "joins conditions")
    yield from _reserved((level.id for level in questionnaire.levels), SUGGESTIONS, "is a suggestion of its own")
    yield from _reserved((step.id for step in questionnaire.first_steps), (NO_FIRST_STEP,), "stands for no first step")


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


def _twice(ids: Iterable[Id]) -> Iterator[Problem]:
    first: dict[str, Id] = {}
    for name in ids:
        earlier = first.setdefault(name, name)
        if earlier is not name:
            where = (Related("first written here", earlier.span),)
            yield Problem(
                "duplicate-id", f"the id `{name}` stands here twice", name.span, "rename one of the two", where
            )


def _reserved(ids: Iterable[Id], reserved: tuple[str, ...], why: str) -> Iterator[Problem]:
    for name in ids:
        if name.casefold() in reserved:
            yield Problem("reserved-id", f"`{name}` {why}", name.span, "choose another id")


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
