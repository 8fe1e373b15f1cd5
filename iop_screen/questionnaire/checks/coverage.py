"""Coverage: every step of both ladders can be reached, and every worst answer leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Gap
from iop_screen.engine.conditions import AnswerTest, Chose, NoLess, NoMore
from iop_screen.engine.corners import TooManyCorners
from iop_screen.engine.suggest import assess
from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict
from iop_screen.questionnaire.model import (
    FirstStep,
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
    try:
        reached = {id(step) for step in _reached(study)}
    except TooManyCorners:
        return
    for step in whole.steps()[1:]:
        if id(step) not in reached:
            kind = "level" if isinstance(step, Level) else "first step"
            message = f"no form gets the {kind} `{step.id}`: no rule that can hold stops there"
            yield Finding(Problem("never-reached", message, step.id.span, "add a rule that names it, or remove it"))


def worst_answers_lead_somewhere(study: Study) -> Iterator[Verdict]:
    """The worst answer to a risk question moves a ladder by itself, unless the author accepts that it does not."""
    for place, question in enumerate(study.instrument.questions):
        if question.role != "risk":
            continue
        idle = [said for test, said in _worst(place, question) if not _moves(study, test)]
        accepted = any(entry.check == WORST_LEADS_NOWHERE for entry in question.accepted)
        if idle and not accepted:
            message = f"the worst answer to `{question.id}` leads nowhere by itself: {', '.join(idle)}"
            yield Finding(_warning(WORST_LEADS_NOWHERE, message, question, _HINT))


def accepted_is_needed(study: Study) -> Iterator[Verdict]:
    """What is accepted beside a question is something that would be warned of."""
    for place, question in enumerate(study.instrument.questions):
        for entry in question.accepted:
            needed = entry.check == WORST_LEADS_NOWHERE and any(
                not _moves(study, test) for test, _ in _worst(place, question)
            )
            if not needed:
                message = f"`{question.id}` accepts `{entry.check}`, but there is no such warning for it"
                yield Finding(_warning("accepted-for-nothing", message, question, "remove it from `accepted`"))


_HINT = (
    "add a rule, or say beside the question why it is meant: "
    f"`accepted: [{{check: {WORST_LEADS_NOWHERE}, because: ...}}]`"
)


def _reached(study: Study) -> Iterator[Level | FirstStep]:
    for ready in study.instrument.rules:
        for result in assess(study.instrument, study.corners.forms(ready.when)):
            yield result.levels.at_least
            if result.first_steps.at_least is not None:
                yield result.first_steps.at_least


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


def _moves(study: Study, test: AnswerTest) -> bool:
    """Whether some weakest form with this answer gets more than the same form without it."""
    try:
        forms = study.corners.forms(test)
    except TooManyCorners:
        return True
    without = [form.with_answer(test.question, Gap.MISSING) for form in forms]
    pairs = zip(assess(study.instrument, forms), assess(study.instrument, without), strict=True)
    return any(
        (one.levels.at_least, one.first_steps.at_least) != (other.levels.at_least, other.first_steps.at_least)
        for one, other in pairs
    )


def _warning(code: str, message: str, question: Question, hint: str) -> Problem:
    return Problem(code, message, question.id.span, hint, severity=Severity.WARNING)
