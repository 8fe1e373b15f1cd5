"""Asking: every question can be reached, and its answer is good for something."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, warning_finding
from iop_screen.checking.ranges import why_never
from iop_screen.core.problems import Problem, Severity
from iop_screen.engine.representative_answers import TooManyMinimalForms
from iop_screen.questionnaire.conditions import clauses


def questions_can_be_asked(analysis: Analysis) -> Iterator[CheckVerdict]:
    """For every gate there is a form that opens it, and one in scope: an error where a risk question has none."""
    for question, ask_when in zip(analysis.compiled.questions, analysis.compiled.ask_when, strict=True):
        if ask_when is None:
            continue
        span = question.id.span
        try:
            if not analysis.answer_sets(ask_when):
                message = f"`{question.id}` is never asked: no form can meet its `ask_when`"
                yield Finding(Problem("never-asked", message, span, why_never(analysis, question.ask_when)))
            elif not analysis.in_scope(ask_when):
                message = (
                    f"`{question.id}` is asked of nobody in scope: no form meets `applies_when` and its `ask_when`"
                )
                severity = Severity.ERROR if question.role == "risk" else Severity.WARNING
                yield Finding(Problem("never-asked", message, span, _HINT, severity=severity))
        except TooManyMinimalForms as many:
            message = f"whether `{question.id}` is ever asked is not decided: it has {many}"
            yield Finding(Problem("not-decided", message, span, "write a shorter `ask_when`"))


def answers_are_used(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Every answer but free text is read by a rule, a note, a score, an `ask_when` or `applies_when`."""
    scope = analysis.scope
    read = {
        clause.subject
        for use in scope.uses()
        if not use.of.startswith("the guarantee")
        for clause in clauses(use.condition)
    }
    read |= {name for score in analysis.questionnaire.scores for name in score.add}
    for question in analysis.questionnaire.questions():
        if question.id not in read and not question.is_free_text:
            message = f"the answer to `{question.id}` changes nothing: no rule, note, score or `ask_when` reads it"
            hint = "remove the question, or use its answer"
            yield warning_finding("unused-question", message, question.id.span, hint)


_HINT = "look for two tests that exclude each other"
