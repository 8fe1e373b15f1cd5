"""Asking: every question can be reached, and its answer is good for something."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.representatives import TooManyCorners
from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.checks.ranges import why_never
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict, warned
from iop_screen.questionnaire.model import TextQuestion, clauses


def questions_can_be_asked(study: Study) -> Iterator[Verdict]:
    """For every gate there is a form that opens it, and one in scope: an error where a risk question has none."""
    for question, gate in zip(study.instrument.questions, study.instrument.gates, strict=True):
        if gate is None:
            continue
        place = question.id.span
        try:
            if not study.forms(gate):
                message = f"`{question.id}` is never asked: no form can meet its `ask_when`"
                yield Finding(Problem("never-asked", message, place, why_never(study, question.ask_when)))
            elif not study.in_scope(gate):
                message = (
                    f"`{question.id}` is asked of nobody in scope: no form meets `applies_when` and its `ask_when`"
                )
                severity = Severity.ERROR if question.role == "risk" else Severity.WARNING
                yield Finding(Problem("never-asked", message, place, _HINT, severity=severity))
        except TooManyCorners as many:
            message = f"whether `{question.id}` is ever asked is not decided: it has {many}"
            yield Finding(Problem("not-decided", message, place, "write a shorter `ask_when`"))


def answers_are_used(study: Study) -> Iterator[Verdict]:
    """Every answer but free text is read by a rule, a note, a score, an `ask_when` or `applies_when`."""
    scope = study.scope
    read = {
        clause.subject
        for use in scope.uses()
        if not use.of.startswith("the guarantee")
        for clause in clauses(use.condition)
    }
    read |= {name for score in study.questionnaire.scores for name in score.add}
    for question in study.questionnaire.questions():
        if question.id not in read and not isinstance(question, TextQuestion):
            message = f"the answer to `{question.id}` changes nothing: no rule, note, score or `ask_when` reads it"
            hint = "remove the question, or use its answer"
            yield warned("unused-question", message, question.id.span, hint)


_HINT = "look for two tests that exclude each other"
