"""The two ladders, levels and first steps: they have steps, and whatever names a step names one that exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iop_screen.core.problems import Problem, Related, did_you_mean, or_list
from iop_screen.questionnaire.model import NO_FIRST_STEP, Contact, FirstStep, Guarantee, Level, Review, Rule
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.scalars import Id, duplicates_explain

MAX_DISCLAIMER = 160


def ladders_have_steps(declarations: Declarations) -> Iterator[Problem]:
    """There are at least two levels, and at least one section with a question."""
    questionnaire = declarations.questionnaire
    if len(questionnaire.levels) < 2 and "levels" not in declarations.incomplete:
        span = questionnaire.levels[0].id.span if questionnaire.levels else questionnaire.id.span
        hint = "list the levels from least to most intensive"
        yield Problem("too-few-levels", "a questionnaire has two levels or more", span, hint)
    if not questionnaire.questions() and "sections" not in declarations.incomplete:
        span = questionnaire.sections[0].id.span if questionnaire.sections else questionnaire.id.span
        yield Problem("no-questions", "a questionnaire has a question or more", span, "add one to `questions:`")


def the_interrupt_step_is_last(declarations: Declarations) -> Iterator[Problem]:
    """Only the most urgent first step breaks off the interview."""
    for step in declarations.questionnaire.first_steps[:-1]:
        if step.interrupt:
            hint = "first steps stand from least to most urgent; move it to the end"
            if declarations.questionnaire.first_steps[-1].interrupt:
                hint = "only one can break off the interview: remove `interrupt` here"
            yield Problem("interrupt-not-last", f"`{step.id}` interrupts, but is not the last", step.id.span, hint)


def the_order_is_the_one_signed(declarations: Declarations) -> Iterator[Problem]:
    """The steps of a ladder stand in the order that `review` has for it, where it has one."""
    questionnaire = declarations.questionnaire
    review = questionnaire.review or Review()
    ladders = (
        ("levels", "levels", [level.id for level in questionnaire.levels], review.levels),
        ("first_steps", "first steps", [step.id for step in questionnaire.first_steps], review.first_steps),
    )
    for key, called, ids, signed in ladders:
        if not signed or key in declarations.incomplete or ids == [*signed]:
            continue
        span = next((here for here, name in zip(ids, signed, strict=False) if here != name), signed[0]).span
        message = f"the {called} do not stand in the order that was signed: {', '.join(signed)}"
        hint = "put them back; if they are meant to differ, have the order signed anew and change it under `review`"
        yield Problem("order-changed", message, span, hint, (Related("the order that was signed", signed[0].span),))


def rules_reach_something(declarations: Declarations) -> Iterator[Problem]:
    """Every rule and guarantee names a level, a first step or both."""
    parts: Iterable[Rule | Guarantee] = (*declarations.questionnaire.rules, *declarations.questionnaire.guarantees)
    for part in parts:
        if part.level is None and part.first_step is None and part.id not in declarations.incomplete:
            hint = "add `level:` or `first_step:` or both"
            yield Problem("reaches-nothing", f"`{part.id}` names no level and no first step", part.id.span, hint)


def named_steps_exist(declarations: Declarations) -> Iterator[Problem]:
    """Every level, first step and contact that is named is declared."""
    questionnaire = declarations.questionnaire
    parts: list[Rule | Guarantee] = [*questionnaire.rules, *questionnaire.guarantees]
    for_levels = [name for note in questionnaire.notes for name in note.for_levels or ()]
    for_first_steps = [name for note in questionnaire.notes for name in note.for_first_steps or ()]
    contacts = [name for step in questionnaire.first_steps for name in step.contacts]
    contacts += [name for note in questionnaire.notes for name in note.contacts]
    yield from _unknown(declarations, "level", [*(part.level for part in parts), *for_levels], questionnaire.levels)
    yield from _unknown(declarations, "first step", [part.first_step for part in parts], questionnaire.first_steps)
    yield from _unknown(declarations, "first step", for_first_steps, questionnaire.first_steps, [NO_FIRST_STEP])
    yield from _unknown(declarations, "contact", contacts, questionnaire.contacts)


def the_disclaimer_is_short(declarations: Declarations) -> Iterator[Problem]:
    """It goes with every row of every output, so it has to fit there."""
    disclaimer = declarations.questionnaire.disclaimer
    if len(disclaimer) > MAX_DISCLAIMER:
        message = (
            f"the disclaimer has {len(disclaimer)} characters; the most that fits in all outputs is {MAX_DISCLAIMER}"
        )
        yield Problem("disclaimer-too-long", message, disclaimer.span, "shorten it; `intended_use` has room for more")


def _unknown(
    declarations: Declarations,
    kind: str,
    names: Iterable[Id | None],
    parts: Sequence[Level | FirstStep | Contact],
    also: Sequence[str] = (),
) -> Iterator[Problem]:
    """Names that no part has and that are not `also` allowed."""
    declared = [part.id for part in parts]
    known = [*also, *declared]
    unknown = [name for name in names if name is not None and name not in {*known, *declarations.left_out}]
    for name in () if duplicates_explain(unknown, declared) else unknown:
        hint = did_you_mean(name, {*known, *declarations.left_out})
        if not hint and not declarations.left_out:
            hint = f"known: {or_list(known)}" if known else f"the file has no {kind}"
        yield Problem(f"unknown-{kind.replace(' ', '-')}", f"there is no {kind} `{name}`", name.span, hint)
