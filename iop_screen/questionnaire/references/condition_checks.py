"""Conditions: they name what exists, test it in a way that only ever asks for worse, and read what they may read."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.problems import Problem, Related, Span, did_you_mean
from iop_screen.questionnaire.conditions import AtLeast, Clause, clauses
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import test_span


def subjects_exist(declarations: Declarations) -> Iterator[Problem]:
    """Every name a condition tests is a question or a score."""
    known = {*declarations.declared, *declarations.lost}
    for use in declarations.uses():
        for clause in clauses(use.condition):
            if clause.subject not in known:
                hint = did_you_mean(clause.subject, known)
                message = f"there is no question or score `{clause.subject}`"
                yield Problem("unknown-question", message, clause.subject.span, hint)


def tests_fit_their_question(declarations: Declarations) -> Iterator[Problem]:
    """What a test asks for is something the answer can be, and on a risk question "at least this bad"."""
    for use in declarations.uses():
        for clause in clauses(use.condition):
            if clause.subject in declarations.scores:
                yield from _score_test(clause)
            elif clause.subject in declarations.questions:
                yield from declarations.questions[clause.subject].test_problems(clause, declarations.left_out)


def access_stays_outside(declarations: Declarations) -> Iterator[Problem]:
    """Duties never decide safety: only notes and the `ask_when` of access questions read an access question."""
    for use in declarations.uses():
        for clause in () if use.may_read_access else clauses(use.condition):
            question = declarations.questions.get(clause.subject)
            if question is not None and question.role == "access":
                message = f"{use.of} reads `{question.id}`, an access question"
                hint = "duties and wishes never decide a level of care; use them in `notes`"
                yield Problem("access-moves-level", message, clause.subject.span, hint)


def ask_when_looks_up(declarations: Declarations) -> Iterator[Problem]:
    """An `ask_when` looks only at questions further up, so that it is decided by the time it matters."""
    for use in declarations.uses():
        if use.ask_when_of is None or use.ask_when_of.id not in declarations.questions:
            continue
        for question, span in declarations.read_by(use.condition):
            if declarations.positions[question.id] >= declarations.positions[use.ask_when_of.id]:
                yield _looks_ahead(use.ask_when_of, question, span)


def danger_is_asked_of_everyone(declarations: Declarations) -> Iterator[Problem]:
    """A question in a rule that breaks off the interview has no `ask_when`.

    Of several steps that interrupt, only the last is looked at here: that there are several is a mistake of its own.
    """
    interrupting = [step.id for step in declarations.questionnaire.first_steps if step.interrupt][-1:]
    for rule in declarations.questionnaire.rules:
        for question, span in declarations.read_by(rule.when):
            if rule.first_step in interrupting and question.ask_when is not None:
                message = f"`{question.id}` can reach `{rule.first_step}`, so it has to be asked of everyone"
                where = (Related(f"the rule `{rule.id}` reads it here", span),)
                hint = f"remove the `ask_when` of `{question.id}`"
                yield Problem("danger-behind-gate", message, question.id.span, hint, where)


def _looks_ahead(asked_when: Question, question: Question, span: Span) -> Problem:
    message = f"the `ask_when` of `{asked_when.id}` looks at `{question.id}`, which is not further up"
    hint = f"move `{question.id}` above `{asked_when.id}`"
    if question.id == asked_when.id:
        message = f"whether `{asked_when.id}` is asked cannot hang on its own answer"
        hint = "look at questions further up only"
    return Problem("gate-looks-ahead", message, span, hint, (Related("it stands here", question.id.span),))


def _score_test(clause: Clause) -> Iterator[Problem]:
    match clause.test:
        case AtLeast(bound) if bound.isascii() and bound.isdigit() and len(bound) <= 6:
            return
    message = f"this test does not fit: `{clause.subject}` is a score"
    yield Problem("wrong-test", message, test_span(clause.test), "write `{at_least: N}` with a whole number")
