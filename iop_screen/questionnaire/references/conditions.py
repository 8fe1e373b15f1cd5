"""Conditions: they name what exists, test it in a way that only ever asks for worse, and read what they may read."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.problems import Problem, Related, Span, did_you_mean, or_list
from iop_screen.questionnaire.model import (
    NUMBER,
    AtLeast,
    AtMost,
    ChoiceQuestion,
    Clause,
    MultipleQuestion,
    NumberQuestion,
    OneOf,
    Question,
    Test,
    Text,
    TextQuestion,
    YesNoQuestion,
    answers_of,
    clauses,
)
from iop_screen.questionnaire.references.declarations import Declarations, duplicates_explain


def subjects_exist(scope: Declarations) -> Iterator[Problem]:
    """Every name a condition tests is a question or a score."""
    known = {*scope.declared, *scope.lost}
    for use in scope.uses():
        for clause in clauses(use.condition):
            if clause.subject not in known:
                hint = did_you_mean(clause.subject, known)
                message = f"there is no question or score `{clause.subject}`"
                yield Problem("unknown-question", message, clause.subject.span, hint)


def tests_fit_their_question(scope: Declarations) -> Iterator[Problem]:
    """What a test asks for is something the answer can be, and on a risk question "at least this bad"."""
    for use in scope.uses():
        for clause in clauses(use.condition):
            if clause.subject in scope.scores:
                yield from _score_test(clause)
            elif clause.subject in scope.questions:
                yield from _question_test(scope, scope.questions[clause.subject], clause)


def access_stays_outside(scope: Declarations) -> Iterator[Problem]:
    """Duties never decide safety: only notes and gates of access questions read an access question."""
    for use in scope.uses():
        if use.may_read_access:
            continue
        for clause in clauses(use.condition):
            question = scope.questions.get(clause.subject)
            if question is not None and question.role == "access":
                message = f"{use.of} reads `{question.id}`, an access question"
                hint = "duties and wishes never decide a level of care; use them in `notes`"
                yield Problem("access-moves-level", message, clause.subject.span, hint)


def gates_look_up(scope: Declarations) -> Iterator[Problem]:
    """An `ask_when` looks only at questions further up, so that it is decided by the time it matters."""
    for use in scope.uses():
        if use.ask_when_of is None or use.ask_when_of.id not in scope.questions:
            continue
        for question, span in scope.read_by(use.condition):
            if scope.positions[question.id] >= scope.positions[use.ask_when_of.id]:
                yield _looks_ahead(use.ask_when_of, question, span)


def danger_is_asked_of_everyone(scope: Declarations) -> Iterator[Problem]:
    """A question in a rule that breaks off the interview has no `ask_when`."""
    for rule in scope.interrupting_rules():
        for question, span in scope.read_by(rule.when):
            if question.ask_when is not None:
                message = f"`{question.id}` can reach `{rule.first_step}`, so it has to be asked of everyone"
                where = (Related(f"the rule `{rule.id}` reads it here", span),)
                hint = f"remove the `ask_when` of `{question.id}`"
                yield Problem("danger-behind-gate", message, question.id.span, hint, where)


def _looks_ahead(gated: Question, question: Question, span: Span) -> Problem:
    where = (Related("it stands here", question.id.span),)
    if question.id == gated.id:
        message = f"whether `{gated.id}` is asked cannot hang on its own answer"
        return Problem("gate-looks-ahead", message, span, "look at questions further up only", where)
    message = f"the `ask_when` of `{gated.id}` looks at `{question.id}`, which is not further up"
    return Problem("gate-looks-ahead", message, span, f"move `{question.id}` above `{gated.id}`", where)


def _score_test(clause: Clause) -> Iterator[Problem]:
    match clause.test:
        case AtLeast(bound) if bound.isascii() and bound.isdigit() and len(bound) <= 6:
            return
    message = f"this test does not fit: `{clause.subject}` is a score"
    hint = "write `{at_least: N}` with a whole number"
    yield Problem("wrong-test", message, _test_span(clause.test, clause.subject), hint)


def _question_test(scope: Declarations, question: Question, clause: Clause) -> Iterator[Problem]:
    match question:
        case TextQuestion():
            message = f"`{question.id}` is free text and cannot stand in a condition"
            yield Problem("wrong-test", message, clause.subject.span)
        case NumberQuestion():
            yield from _number_test(question, clause)
        case _:
            yield from _option_test(scope, question, clause)


def _number_test(question: NumberQuestion, clause: Clause) -> Iterator[Problem]:
    wanted = {"higher": AtLeast, "lower": AtMost}.get(question.worse or "") if question.role == "risk" else None
    match clause.test:
        case OneOf():
            hint = "write `{at_least: N}` or `{at_most: N}`"
            yield _misfit(question, clause, "is a number", hint)
        case AtLeast(bound) | AtMost(bound):
            if not NUMBER.fullmatch(bound):
                yield Problem("wrong-kind", f"`{bound}` is not a number", bound.span)
            elif wanted is not None and not isinstance(clause.test, wanted):
                key = "at_least" if wanted is AtLeast else "at_most"
                yield _misfit(question, clause, f"gets worse when {question.worse}", f"write `{{{key}: {bound}}}`")


def _option_test(scope: Declarations, question: Question, clause: Clause) -> Iterator[Problem]:
    ids = answers_of(question)
    named = clause.test.options if isinstance(clause.test, OneOf) else (clause.test.bound,)
    unknown = [name for name in named if name not in ids]
    for name in unknown:
        if name not in scope.left_out and not duplicates_explain(unknown, ids):
            hint = did_you_mean(name, ids) or f"it has {or_list(ids)}"
            yield Problem("unknown-option", f"`{question.id}` has no option `{name}`", name.span, hint)
    if unknown:
        return
    if question.role == "risk":
        if not isinstance(question, YesNoQuestion) or question.worse is not None:
            yield from _risk_test(question, clause, ids)
    elif not isinstance(clause.test, OneOf):
        hint = f"name the options: `[{', '.join(ids)}]`"
        yield _misfit(question, clause, f"is a {question.role} question, whose options have no order", hint)


def _risk_test(question: Question, clause: Clause, ids: tuple[str, ...]) -> Iterator[Problem]:
    """On a risk question a test may only ask for "this or worse"."""
    match question, clause.test:
        case YesNoQuestion(), OneOf((option,), listed=False) if option == question.worse:
            return
        case YesNoQuestion(), _:
            hint = f"is `worse: {question.worse}` right? if it is, a test can only ask for `{question.worse}`"
            yield _misfit(question, clause, "is a risk question", hint)
        case ChoiceQuestion(), AtLeast():
            return
        case ChoiceQuestion(), OneOf((option,), listed=False) if option == ids[-1]:
            return
        case ChoiceQuestion(), OneOf(options):
            yield _misfit(question, clause, _OR_WORSE, _at_least(min(options, key=ids.index), ids))
        case MultipleQuestion(), OneOf(options):
            yield from _needs_only(question, options)
        case ChoiceQuestion(), AtMost(bound):
            yield _misfit(question, clause, _OR_WORSE, _at_least(bound, ids))
        case MultipleQuestion(), _:
            needs = [option.id for option in question.options if not option.exclusive]
            why = "has needs in no order, so there is no more or less of them"
            yield _misfit(question, clause, why, f"name the options: `[{', '.join(needs)}]`")


_OR_WORSE = "is a risk question, where a test asks for an option or worse"
_IN_ORDER = "are the options in order, best first and worst last?"


def _at_least(option: str, ids: tuple[str, ...]) -> str:
    """How to ask for an option or worse, if the order is not at fault; for the first one that would say nothing."""
    if option == ids[0]:
        return f"`{option}` stands first, which means best: {_IN_ORDER}"
    return f"{_IN_ORDER} if they are, write `{{at_least: {option}}}`"


def _needs_only(question: MultipleQuestion, options: tuple[Text, ...]) -> Iterator[Problem]:
    """An exclusive option is the lack of a need: asking for it would let a worse answer undo a rule."""
    exclusive = {option.id for option in question.options if option.exclusive}
    for option in options:
        if option in exclusive:
            message = f"`{option}` means that there is no need; a condition can only ask for a need"
            yield Problem("exclusive-in-condition", message, option.span, "name the options that are needs")


def _misfit(question: Question, clause: Clause, why: str, hint: str) -> Problem:
    message = f"this test does not fit: `{question.id}` {why}"
    return Problem("wrong-test", message, _test_span(clause.test, clause.subject), hint)


def _test_span(test: Test, subject: Text) -> Span:
    match test:
        case OneOf(options):
            return options[0].span
        case AtLeast(bound) | AtMost(bound):
            return bound.span
    return subject.span
