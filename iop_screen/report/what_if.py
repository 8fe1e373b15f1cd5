"""What would change a result and what would not, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iop_screen.engine.explain import Explanation
from iop_screen.engine.judgement import OUT_OF_SCOPE
from iop_screen.engine.suggest import Result
from iop_screen.engine.what_if import Change, GivenAnswer, PairChange
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.wording import Passage, answer_text, asked_and_answered, listed_as, plural, suggestion_text

MOST_NAMED = 3
"""So many questions that were not answered are named; of more than that, only the number is said."""


def changes_title(result: Result) -> str:
    """What stands above the changes. Nobody is to answer once more until a level comes out."""
    return "Only if an answer was put in wrongly" if result.suggestion == OUT_OF_SCOPE else "What would change it"


def changes_said(explanation: Explanation, questionnaire: Questionnaire) -> Iterator[Passage]:
    """Single answers by what they lead to, the most urgent first, and then two answers together."""
    still_open = {question.id for question in explanation.result.open_questions}  # which say it themselves
    yield from _singles(
        (each for each in explanation.changes if each.given.question.id not in still_open), questionnaire
    )
    yield from _pairs(explanation.pairs, questionnaire)


def _singles(changes: Iterable[Change], questionnaire: Questionnaire) -> Iterator[Passage]:
    """Of one question, all the answers that lead to the same."""
    by_outcome: dict[str, dict[str, list[str]]] = {}
    for change in sorted(changes, key=lambda change: _urgency(change.result, questionnaire)):
        question = change.given.question
        answers = by_outcome.setdefault(suggestion_text(change.result), {}).setdefault(str(question.ask), [])
        answers.append(answer_text(question, change.given.answer))
    for outcome, questions in by_outcome.items():
        yield listed_as(f"{outcome}, if:")
        for ask, answers in questions.items():
            yield listed_as(f"{ask} {_any_of(answers)}", "  > ")


def _pairs(pairs: Iterable[PairChange], questionnaire: Questionnaire) -> Iterator[Passage]:
    """Of two questions, all the answers to the one that go with the same answers to the other."""
    partners: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for pair in sorted(pairs, key=lambda pair: _urgency(pair.result, questionnaire)):
        first, second = pair.both
        key = suggestion_text(pair.result), str(first.question.ask), str(second.question.ask)
        said = answer_text(first.question, first.answer)
        partners.setdefault(key, {}).setdefault(said, []).append(answer_text(second.question, second.answer))
    for (outcome, ask, other), answers in partners.items():
        together: dict[tuple[str, ...], list[str]] = {}
        for answer, others in answers.items():
            together.setdefault(tuple(others), []).append(answer)
        for those, these in together.items():
            yield listed_as(f"{outcome}, if both:")
            yield listed_as(f"{ask} {_any_of(these)}", "  > ")
            yield listed_as(f"{other} {_any_of(those)}", "  > ")


def open_text(question: Question, changes: Iterable[Change]) -> str:
    """What an answer to an open question would do. One that does nothing alone may do so with others."""
    by_outcome: dict[str, list[str]] = {}
    for change in changes:
        if change.given.question.id == question.id:
            by_outcome.setdefault(suggestion_text(change.result), []).append(answer_text(question, change.given.answer))
    if not by_outcome:
        return "no answer to it alone would change the suggestion; together with others it may"
    return f"could change it: {'; '.join(f'{_any_of(said)} -> {outcome}' for outcome, said in by_outcome.items())}"


def idle_texts(idle: Sequence[GivenAnswer]) -> Iterator[str]:
    """The questions whose answer would change nothing: those that were asked by name, many others by their number."""
    asked = [given for given in idle if given.answer is not MissingReason.MISSING]
    others = [given for given in idle if given.answer is MissingReason.MISSING]
    if len(others) > MOST_NAMED:
        yield from map(_named, asked)
        yield f"{plural(len(others), 'more question' if asked else 'question')} not answered."
    else:
        yield from map(_named, (*asked, *others))


def _named(given: GivenAnswer) -> str:
    return asked_and_answered(given.question, given.answer)


def _any_of(answers: Iterable[str]) -> str:
    return f"[{'] or ['.join(answers)}]"


def _urgency(result: Result, questionnaire: Questionnaire) -> tuple[int, int]:
    steps = (None, *questionnaire.first_steps)
    return -steps.index(result.first_steps.at_least), -questionnaire.levels.index(result.levels.at_least)
