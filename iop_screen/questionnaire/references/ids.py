"""Ids: each stands once, and none is a word that already means something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.core.problems import Problem, Related
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.scalars import Id

SUGGESTIONS = ("emergency", "undetermined", "out_of_scope", "rejected")
"""Words that stand where a level of care could stand in a result."""

NO_ANSWER = ("unknown", "declined")
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
    ):
        yield from _twice(part.id for part in parts)


def ids_are_free(declarations: Declarations) -> Iterator[Problem]:
    """No id is a word with a meaning of its own in a condition, a result or an export."""
    questionnaire = declarations.questionnaire
    for question in questionnaire.questions():
        yield from _reserved([question.id], ("all", "any"), "joins conditions")
        for option in question.options_listed:
            yield from _reserved([option.id], NO_ANSWER, "stands for an answer that is not known")
            if option.label.casefold() in NO_ANSWER:
                message = f"the label `{option.label}` stands for an answer that is not known"
                yield Problem("reserved-id", message, option.label.span, "every question can be answered so already")
    yield from _reserved((score.id for score in questionnaire.scores), ("all", "any"), "joins conditions")
    yield from _reserved((level.id for level in questionnaire.levels), SUGGESTIONS, "is a suggestion of its own")
    yield from _reserved((step.id for step in questionnaire.first_steps), ("none",), "stands for no first step")


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
