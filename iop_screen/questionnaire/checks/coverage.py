"""Coverage: somebody is in scope, and every worst answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Gap
from iop_screen.engine.conditions import AnswerTest, Chose, NoLess, NoMore
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.engine.suggest import certain_steps
from iop_screen.problems import Problem, or_list, warning
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict
from iop_screen.questionnaire.model import (
    MultipleQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    answers_of,
    clauses,
)

WORST_LEADS_NOWHERE = "worst-leads-nowhere"


def somebody_is_in_scope(study: Study) -> Iterator[Verdict]:
    """There is a form that meets `applies_when`."""
    applies = study.instrument.applies_when
    if applies is None:
        return
    place = next(clauses(study.questionnaire.applies_when)).subject.span
    try:
        if not study.forms(applies):
            message = "no form can meet `applies_when`, so every form would be out of scope"
            yield Finding(Problem("never-applies", message, place, why_never(study, study.questionnaire.applies_when)))
    except TooManyCorners as many:
        message = f"whether any form meets `applies_when` is not decided: it has {many}"
        yield Finding(Problem("not-decided", message, place, "write a shorter `applies_when`"))


def worst_answers_lead_somewhere(study: Study) -> Iterator[Verdict]:
    """The worst answer to a risk question moves a ladder by itself, unless the author accepts that it does not."""
    for place, question in enumerate(study.instrument.questions):
        if question.role != "risk":
            continue
        moves = {said: _moves(study, test) for test, said in _worst(place, question)}
        idle = [said for said, moved in moves.items() if moved is False]
        accepted = any(entry.check == WORST_LEADS_NOWHERE for entry in question.accepted)
        if idle and not accepted:
            where = "" if study.applies is None else " for anybody in scope"
            message = f"the worst answer to `{question.id}` leads nowhere by itself{where}: {or_list(idle)}"
            yield Finding(warning(WORST_LEADS_NOWHERE, message, question.id.span, _HINT))
        if None in moves.values():
            message = f"whether the worst answer to `{question.id}` leads anywhere is not decided: it has {_TOO_MANY}"
            yield Finding(warning("not-decided", message, question.id.span, "write a shorter `ask_when`"))


def leads_nowhere(study: Study, place: int) -> bool:
    """Whether a worst answer to the question at a place moves no ladder; not if that is not decided."""
    question = study.instrument.questions[place]
    if question.role != "risk":
        return False
    return any(_moves(study, test) is False for test, _ in _worst(place, question))


_TOO_MANY = "too many weakest forms to look at each"

_HINT = (
    "add a rule, or say beside the question why it is meant: "
    f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`"
)


def _worst(place: int, question: Question) -> Iterator[tuple[AnswerTest, str]]:
    """The worst answers, as tests and as they are written; of several needs each is one."""
    match question:
        case NumberQuestion(worse="higher", max=highest):
            yield NoLess(place, highest), str(highest)
        case NumberQuestion(min=lowest):
            yield NoMore(place, lowest), str(lowest)
        case MultipleQuestion():
            for option in question.options:
                if not option.exclusive:
                    yield Chose(place, frozenset({str(option.id)})), str(option.id)
        case TextQuestion():
            return
        case _:
            worst = str(answers_of(question)[-1])
            yield Chose(place, frozenset({worst})), worst


def _moves(study: Study, test: AnswerTest) -> bool | None:
    """Whether some weakest form in scope with this answer gets more than without it; None if not decided."""
    try:
        forms = study.in_scope(test)
    except TooManyCorners:
        return None
    without = [form.with_answer(test.question, Gap.MISSING) for form in forms]
    rules = study.instrument.rules
    pairs = zip(
        certain_steps(study.instrument, forms, rules), certain_steps(study.instrument, without, rules), strict=True
    )
    return any(one != other for one, other in pairs)
