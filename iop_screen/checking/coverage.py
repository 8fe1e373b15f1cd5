"""Coverage: somebody is in scope, and every worst answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import Problem, or_list, warning
from iop_screen.engine.answers import MissingReason
from iop_screen.engine.conditions import AnswerTest, HasOption, NumberAtLeast, NumberAtMost
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.model import MultipleQuestion, NumberQuestion, Question, TextQuestion, answers_of, clauses

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
        moves = {said: _moves(analysis, test) for test, said in _worst(index, question)}
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
    return any(_moves(analysis, test) is False for test, _ in _worst(index, question))


_TOO_MANY = "too many weakest forms to look at each"

_HINT = (
    "add a rule, or say beside the question why it is meant: "
    f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`"
)


def _worst(index: int, question: Question) -> Iterator[tuple[AnswerTest, str]]:
    """The worst answers, as tests and as they are written; of several needs each is one."""
    match question:
        case NumberQuestion(worse="higher", max=highest):
            yield NumberAtLeast(index, highest), str(highest)
        case NumberQuestion(min=lowest):
            yield NumberAtMost(index, lowest), str(lowest)
        case MultipleQuestion():
            for option in question.options:
                if not option.exclusive:
                    yield HasOption(index, frozenset({str(option.id)})), str(option.id)
        case TextQuestion():
            return
        case _:
            worst = str(answers_of(question)[-1])
            yield HasOption(index, frozenset({worst})), worst


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
