"""Coverage: somebody is in scope, and every worst answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import Problem, or_list, warning
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.answers import Amount, AnswerTest, Chosen, HasOption, MissingReason
from iop_screen.questionnaire.conditions import clauses
from iop_screen.questionnaire.types import Question

WORST_LEADS_NOWHERE = "worst-leads-nowhere"


def somebody_is_in_scope(analysis: Analysis) -> Iterator[CheckVerdict]:
    """There is a form that meets `applies_when`."""
    applies = analysis.compiled.applies_when
    if applies is None:
        return
    span = next(clauses(analysis.questionnaire.applies_when)).subject.span
    try:
        if not analysis.answer_sets(applies):
            message = "no form can meet `applies_when`, so every form would be out of scope"
            yield Finding(
                Problem("never-applies", message, span, why_never(analysis, analysis.questionnaire.applies_when))
            )
    except TooManyMinimalForms as many:
        message = f"whether any form meets `applies_when` is not decided: it has {many}"
        yield Finding(Problem("not-decided", message, span, "write a shorter `applies_when`"))


def worst_answers_lead_somewhere(analysis: Analysis) -> Iterator[CheckVerdict]:
    """The worst answer to a risk question moves a ladder by itself, unless the author accepts that it does not."""
    for index, question in enumerate(analysis.compiled.questions):
        if question.role != "risk":
            continue
        moves = {_said(question, test): _moves(analysis, test) for test in question.worst_answer_tests(index)}
        idle = [said for said, moved in moves.items() if moved is False]
        accepted = any(entry.check == WORST_LEADS_NOWHERE for entry in question.accepted)
        if idle and not accepted:
            where = "" if analysis.applies is None else " for anybody in scope"
            message = f"the worst answer to `{question.id}` leads nowhere by itself{where}: {or_list(idle)}"
            yield Finding(warning(WORST_LEADS_NOWHERE, message, question.id.span, _HINT))
        if None in moves.values():
            message = f"whether the worst answer to `{question.id}` leads anywhere is not decided: it has {_TOO_MANY}"
            yield Finding(warning("not-decided", message, question.id.span, "write a shorter `ask_when`"))


def leads_nowhere(analysis: Analysis, index: int) -> bool:
    """Whether a worst answer to the question at a place moves no ladder; not if that is not decided."""
    question = analysis.compiled.questions[index]
    if question.role != "risk":
        return False
    return any(_moves(analysis, test) is False for test in question.worst_answer_tests(index))


_TOO_MANY = "too many weakest forms to look at each"

_HINT = (
    "add a rule, or say beside the question why it is meant: "
    f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`"
)


def _said(question: Question, test: AnswerTest) -> str:
    """The answer that a test on a worst answer asks for, as a form has it."""
    return question.as_cell(Chosen(test.options) if isinstance(test, HasOption) else Amount(test.bound))


def _moves(analysis: Analysis, test: AnswerTest) -> bool | None:
    """Whether some weakest form in scope with this answer gets more than without it; None if not decided."""
    try:
        answer_sets = analysis.in_scope(test)
    except TooManyMinimalForms:
        return None
    without = [answers.with_answer(test.question, MissingReason.MISSING) for answers in answer_sets]
    rules = analysis.compiled.rules
    pairs = zip(
        certain_steps(analysis.compiled, answer_sets, rules),
        certain_steps(analysis.compiled, without, rules),
        strict=True,
    )
    return any(one != other for one, other in pairs)
