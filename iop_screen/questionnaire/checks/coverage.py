"""Coverage: every step of both ladders can be reached, and every worst answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Form, Gap
from iop_screen.engine.conditions import AnswerTest, Chose, NoLess, NoMore
from iop_screen.engine.representatives import TooManyCorners
from iop_screen.engine.suggest import certain_steps
from iop_screen.problems import Problem, Severity, Span, or_list
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict
from iop_screen.questionnaire.model import (
    Level,
    MultipleQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    answers_of,
)

WORST_LEADS_NOWHERE = "worst-leads-nowhere"


def steps_can_be_reached(study: Study) -> Iterator[Verdict]:
    """For every level and every first step there is a form that gets it, and no more, for certain.

    The weakest forms of the rules that name a step are enough to look at: a form that gets just this step holds one
    of them, and a weaker form never gets more.
    """
    whole = study.questionnaire
    reached, undecided = _reached(study)
    for step in whole.steps()[1:]:
        if id(step) in reached:
            continue
        kind = "level" if isinstance(step, Level) else "first step"
        if undecided:
            message = f"whether any form gets the {kind} `{step.id}` is not decided: `{undecided[0]}` has {_TOO_MANY}"
            yield Finding(Problem("not-decided", message, step.id.span, "split that rule into several smaller ones"))
        else:
            message = f"no form gets the {kind} `{step.id}`: no rule that can hold stops there"
            yield Finding(Problem("never-reached", message, step.id.span, "add a rule that names it, or remove it"))


def worst_answers_lead_somewhere(study: Study) -> Iterator[Verdict]:
    """The worst answer to a risk question moves a ladder by itself, unless the author accepts that it does not."""
    for place, question in enumerate(study.instrument.questions):
        if question.role != "risk":
            continue
        moves = {said: _moves(study, test) for test, said in _worst(place, question)}
        idle = [said for said, moved in moves.items() if moved is False]
        accepted = any(entry.check == WORST_LEADS_NOWHERE for entry in question.accepted)
        if idle and not accepted:
            message = f"the worst answer to `{question.id}` leads nowhere by itself: {or_list(idle)}"
            yield Finding(_warning(WORST_LEADS_NOWHERE, message, question.id.span, _HINT))
        if None in moves.values():
            message = f"whether the worst answer to `{question.id}` leads anywhere is not decided: it has {_TOO_MANY}"
            yield Finding(_warning("not-decided", message, question.id.span, "write a shorter `ask_when`"))


def accepted_is_needed(study: Study) -> Iterator[Verdict]:
    """What is accepted beside a question is something that would be warned of."""
    for place, question in enumerate(study.instrument.questions):
        for entry in question.accepted:
            if entry.check != WORST_LEADS_NOWHERE:
                message = f"`{entry.check}` is not something that can be accepted"
                hint = f"only `{WORST_LEADS_NOWHERE}` can be"
                yield Finding(_warning("accepted-for-nothing", message, entry.check.span, hint))
            elif all(_moves(study, test) is not False for test, _ in _worst(place, question)):
                message = f"`{question.id}` accepts `{entry.check}`, but there is no such warning for it"
                yield Finding(_warning("accepted-for-nothing", message, entry.check.span, "remove it from `accepted`"))


_TOO_MANY = "too many weakest forms to look at each"

_HINT = (
    "add a rule, or say beside the question why it is meant: "
    f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`"
)


def _reached(study: Study) -> tuple[set[int], list[str]]:
    """The steps that some weakest form gets and no more, and the rules that have too many forms to look at."""
    whole, rules = study.questionnaire, study.instrument.rules
    forms: dict[Form, None] = {}
    undecided = []
    for ready in rules:
        try:
            forms |= dict.fromkeys(study.forms(ready.when))
        except TooManyCorners:
            undecided.append(str(ready.rule.id))
    steps = (None, *whole.first_steps)
    given = set(certain_steps(study.instrument, [*forms], rules))
    return {id(whole.levels[level]) for level, _ in given} | {id(steps[step]) for _, step in given}, undecided


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
    """Whether some weakest form with this answer gets more than the same form without it; None if not decided."""
    try:
        forms = study.forms(test)
    except TooManyCorners:
        return None
    without = [form.with_answer(test.question, Gap.MISSING) for form in forms]
    rules = study.instrument.rules
    pairs = zip(
        certain_steps(study.instrument, forms, rules), certain_steps(study.instrument, without, rules), strict=True
    )
    return any(one != other for one, other in pairs)


def _warning(code: str, message: str, span: Span, hint: str) -> Problem:
    return Problem(code, message, span, hint, severity=Severity.WARNING)
