"""What would change a result and what would not, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iop_screen.engine.explain import Explanation
from iop_screen.engine.judgement import OUT_OF_SCOPE
from iop_screen.engine.suggest import Result
from iop_screen.engine.what_if import Change, GivenAnswer, PairChange
from iop_screen.questionnaire.answers import NOT_ASKED
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.blocks import Point
from iop_screen.report.headline import quoted
from iop_screen.report.wording import answer_text, asked_and_answered, plural, suggestion_text

MOST_NAMED = 3
"""Up to so many questions without an answer are named; of more, only the number is given."""


def changes_title(result: Result) -> str:
    """The title of the changes. Where no level is suggested, it must not invite to change answers until one is."""
    return "Only if an answer was put in wrongly" if result.suggestion == OUT_OF_SCOPE else "What would change it"


def change_points(explanation: Explanation, questionnaire: Questionnaire) -> Iterator[Point]:
    """Single answers by the result they lead to, the most urgent first, and then pairs of answers."""
    # What an open question could change is already said where it is listed.
    listed = {question.id for question in explanation.result.open_questions}
    changes = (change for change in explanation.changes if change.given.question.id not in listed)
    yield from _single_changes(changes, questionnaire)
    yield from _pair_changes(explanation.pairs, questionnaire)


def _single_changes(changes: Iterable[Change], questionnaire: Questionnaire) -> Iterator[Point]:
    """By result and question: all answers that lead to it."""
    by_outcome: dict[str, dict[str, list[str]]] = {}
    for change in sorted(changes, key=lambda change: _urgency(change.result, questionnaire)):
        question = change.given.question
        answers = by_outcome.setdefault(suggestion_text(change.result), {}).setdefault(str(question.ask), [])
        answers.append(answer_text(question, change.given.answer))
    for outcome, questions in by_outcome.items():
        asks = (f"{ask} {_any_of(answers)}" for ask, answers in questions.items())
        yield Point(f"{quoted(outcome)}, if:", tuple(asks))


def _pair_changes(pairs: Iterable[PairChange], questionnaire: Questionnaire) -> Iterator[Point]:
    """By result and two questions: the answers to the first together that need the same answers to the second."""
    partners: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for pair in sorted(pairs, key=lambda pair: _urgency(pair.result, questionnaire)):
        first, second = pair.both
        key = suggestion_text(pair.result), str(first.question.ask), str(second.question.ask)
        seconds = partners.setdefault(key, {}).setdefault(answer_text(first.question, first.answer), [])
        seconds.append(answer_text(second.question, second.answer))
    for (outcome, first_ask, second_ask), seconds_by_first in partners.items():
        firsts_by_seconds: dict[tuple[str, ...], list[str]] = {}
        for answer, seconds in seconds_by_first.items():
            firsts_by_seconds.setdefault(tuple(seconds), []).append(answer)
        for second_answers, first_answers in firsts_by_seconds.items():
            both = f"{first_ask} {_any_of(first_answers)}", f"{second_ask} {_any_of(second_answers)}"
            yield Point(f"{quoted(outcome)}, if both:", both)


def open_question_effect(question: Question, changes: Iterable[Change]) -> str:
    """What answers to an open question could change. One that changes nothing alone may do so with others."""
    by_outcome: dict[str, list[str]] = {}
    for change in changes:
        if change.given.question.id == question.id:
            by_outcome.setdefault(suggestion_text(change.result), []).append(answer_text(question, change.given.answer))
    if not by_outcome:
        return "no answer to it alone would change the suggestion; together with others it may"
    effects = (f"{_any_of(answers)} -> {quoted(outcome)}" for outcome, answers in by_outcome.items())
    return f"could change it: {'; '.join(effects)}"


def no_effect_texts(idle: Sequence[GivenAnswer]) -> Iterator[str]:
    """The questions whose answer would change nothing. If many were not asked, these are only counted."""
    asked = [given for given in idle if given.answer not in NOT_ASKED]
    not_asked = [given for given in idle if given.answer in NOT_ASKED]
    many = len(not_asked) > MOST_NAMED
    for given in asked if many else [*asked, *not_asked]:
        yield asked_and_answered(given.question, given.answer)
    if many:
        yield f"{plural(len(not_asked), 'more question' if asked else 'question')} not answered."


def _any_of(answers: Iterable[str]) -> str:
    return f"[{'] or ['.join(answers)}]"


def _urgency(result: Result, questionnaire: Questionnaire) -> tuple[int, int]:
    steps = (None, *questionnaire.first_steps)
    return -steps.index(result.first_steps.at_least), -questionnaire.levels.index(result.levels.at_least)
