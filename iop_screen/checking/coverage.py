"""Coverage: somebody is in scope, and every question, answer and note is of use to somebody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, finding, not_decided, warning_finding
from iop_screen.checking.claims import all_of, certain_step, gets_more_with, must
from iop_screen.checking.undecided import NotDecided
from iop_screen.core.problems import Severity, or_list
from iop_screen.engine.compiled import CompiledNote
from iop_screen.engine.conditions import AllHold, Condition
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.questionnaire.answers import Amount, AnswerTest, Chosen, HasOption
from iop_screen.questionnaire.conditions import clauses
from iop_screen.questionnaire.model import NO_FIRST_STEP, Note
from iop_screen.questionnaire.scalars import Id
from iop_screen.questionnaire.types import Question

WORST_LEADS_NOWHERE = "worst-leads-nowhere"


def somebody_is_in_scope(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Some answers meet `applies_when`."""
    applies, written = analysis.compiled.applies_when, analysis.questionnaire.applies_when
    if applies is None:
        return
    span = next(clauses(written)).subject.span
    try:
        if not analysis.can_hold(applies):
            yield finding(
                "never-applies",
                "no form can meet `applies_when`, so every form would be out of scope",
                span,
                analysis.why_never_met(written),
            )
    except NotDecided as undecided:
        yield not_decided("whether any form meets `applies_when`", undecided, span, "write a shorter `applies_when`")


def questions_can_be_asked(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Some answers in scope meet each `ask_when`; if none do, that is an error for a risk question."""
    for question, ask_when in zip(analysis.compiled.questions, analysis.compiled.ask_when, strict=True):
        if ask_when is None:
            continue
        span = question.id.span
        try:
            if not analysis.can_hold(ask_when):
                yield finding(
                    "never-asked",
                    f"`{question.id}` is never asked: no form can meet its `ask_when`",
                    span,
                    analysis.why_never_met(question.ask_when),
                )
            elif not analysis.can_hold(analysis.in_scope(ask_when)):
                yield finding(
                    "never-asked",
                    f"`{question.id}` is asked of nobody in scope: no form meets `applies_when` and its `ask_when`",
                    span,
                    "look for two tests that exclude each other",
                    Severity.ERROR if question.role == "risk" else Severity.WARNING,
                )
        except NotDecided as undecided:
            what = f"whether `{question.id}` is ever asked"
            yield not_decided(what, undecided, span, "write a shorter `ask_when`")


def answers_are_used(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Every answer but free text is read by a rule, a note, a score, an `ask_when` or `applies_when`."""
    uses = (use for use in analysis.declarations.uses() if not use.of.startswith("the guarantee"))
    read = {clause.subject for use in uses for clause in clauses(use.condition)}
    read |= {name for score in analysis.questionnaire.scores for name in score.add}
    for question in analysis.questionnaire.questions():
        if question.id not in read and not question.is_free_text:
            yield warning_finding(
                "unused-question",
                f"the answer to `{question.id}` changes nothing: no rule, note, score or `ask_when` reads it",
                question.id.span,
                "remove the question, or use its answer",
            )


def worst_answers_lead_somewhere(analysis: Analysis) -> Iterator[CheckVerdict]:
    """The worst answer to a risk question raises a ladder by itself, unless the author accepts that it does not."""
    for index, question in enumerate(analysis.compiled.questions):
        try:
            idle = [_worst_cell(question, test) for test in _worst_tests(question, index) if not _moves(analysis, test)]
        except NotDecided as undecided:
            what = f"whether the worst answer to `{question.id}` leads anywhere"
            yield not_decided(what, undecided, question.id.span, "write a shorter `ask_when`", Severity.WARNING)
            continue
        if idle and not any(waiver.check == WORST_LEADS_NOWHERE for waiver in question.accepted):
            where = "" if analysis.applies is None else " for anybody in scope"
            yield warning_finding(
                WORST_LEADS_NOWHERE,
                f"the worst answer to `{question.id}` leads nowhere by itself{where}: {or_list(idle)}",
                question.id.span,
                "add a rule, or say beside the question why it is meant: "
                f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`",
            )


def leads_nowhere(analysis: Analysis, index: int) -> bool:
    """Whether a worst answer to this question raises no ladder; False too if that is not decided."""
    with suppress(NotDecided):
        return not all(_moves(analysis, test) for test in _worst_tests(analysis.compiled.questions[index], index))
    return False


def _worst_tests(question: Question, index: int) -> Sequence[AnswerTest]:
    return [*question.worst_answer_tests(index)] if question.role == "risk" else []


def _worst_cell(question: Question, test: AnswerTest) -> str:
    """The answer that a test on a worst answer asks for, as it is written in a cell of a form."""
    return question.as_cell(Chosen(test.options) if isinstance(test, HasOption) else Amount(test.bound))


def _moves(analysis: Analysis, test: AnswerTest) -> bool:
    """Whether some minimal form in scope with this answer gets more than without it. Raises NotDecided."""
    return analysis.has_minimal_form_with(analysis.in_scope(test), gets_more_with(test.question))


def notes_can_be_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every note some answers meet its condition, and get one of its levels and one of its first steps."""
    for compiled_note in analysis.compiled.notes:
        note = compiled_note.definition
        try:
            if compiled_note.when is not None and not analysis.can_hold(compiled_note.when):
                yield warning_finding(
                    "note-never-given",
                    f"no form can meet the condition of the note `{note.id}`",
                    note.id.span,
                    analysis.why_never_met(note.when),
                )
            elif not _gets_its_steps(analysis, compiled_note):
                yield _never_given(note)
        except NotDecided as undecided:
            what, shorter = f"whether the note `{note.id}` is ever given", "split the note into several smaller ones"
            yield not_decided(what, undecided, note.id.span, shorter, Severity.WARNING)


def _never_given(note: Note) -> Finding:
    """Of a note whose condition can be met."""
    named = [("for_levels", "", note.for_levels), ("for_first_steps", "the first step ", note.for_first_steps)]
    given = [(key, f"{kind}{or_list(ids)}") for key, kind, ids in named if ids is not None]
    empty = next((key for key, _, ids in named if ids == ()), None)
    if empty is not None:
        why, hint = f"its `{empty}` is empty", f"name some, or remove `{empty}` if the note is for all of them"
    else:
        why = f"who meets its condition never gets {' together with '.join(phrase for _, phrase in given)}"
        hint = f"see {' and '.join(f'`{key}`' for key, _ in given)}, or whom the note is meant for"
    return warning_finding("note-never-given", f"the note `{note.id}` is never given: {why}", note.id.span, hint)


def _gets_its_steps(analysis: Analysis, note: CompiledNote) -> bool:
    """Whether some answers that meet a note's condition get, for certain, a level and a first step that it is for.

    A level counts only in scope and outside an emergency. Such answers meet a rule of that level and one of that first
    step, unless these are the lowest. So it is enough to look at the minimal forms of the note together with such
    rules, for they get no more. Raises NotDecided.
    """
    compiled, questionnaire, definition = analysis.compiled, analysis.questionnaire, note.definition
    levels = _places(definition.for_levels, [level.id for level in questionnaire.levels])
    steps = _places(definition.for_first_steps, [NO_FIRST_STEP, *(step.id for step in questionnaire.first_steps)])
    if levels is None and steps is None:
        return True
    with_level = [None, *(rule.when for rule in compiled.rules if levels and rule.level in levels - {0})]
    with_step = [None, *(rule.when for rule in compiled.rules if steps and rule.first_step in steps - {0})]
    scope = None if levels is None else analysis.applies
    if levels is not None:
        steps = ({*range(len(questionnaire.first_steps) + 1)} if steps is None else steps) - {compiled.interrupt}
    gets_them = certain_step(levels=levels, first_steps=steps)
    too_many: TooManyMinimalForms | None = None
    for of_rules in product(with_level, with_step):
        condition = _together(scope, note.when, *of_rules)
        try:
            answer_sets = analysis.answer_sets(condition)
        except TooManyMinimalForms as many:
            answer_sets, too_many = analysis.some_weakest_forms(condition), many
        if analysis.holding(answer_sets, gets_them):
            return True
    if too_many is None:
        return False
    claim = all_of(must(_together(scope, note.when)), gets_them)
    return analysis.solved(f"it has {too_many}", claim) is not None


def _together(*conditions: Condition | None) -> Condition:
    return AllHold(tuple(condition for condition in conditions if condition is not None))


def _places(named: Sequence[Id] | None, ladder: Sequence[str]) -> set[int] | None:
    """Where the steps named stand on a ladder, from 0; None if none are named, for that means all."""
    return None if named is None else {place for place, name in enumerate(ladder) if name in named}
