"""A questionnaire as the checks look at it: what is declared under which name, and where each condition stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from iop_screen.core.problems import Span
from iop_screen.questionnaire.conditions import WrittenCondition, clauses
from iop_screen.questionnaire.model import Questionnaire, Score
from iop_screen.questionnaire.scalars import duplicates_explain
from iop_screen.questionnaire.types import Question


@dataclass(frozen=True, slots=True)
class ConditionUse:
    """A condition, what it belongs to in words, and the question that it belongs to if it is an `ask_when`.

    It `names_steps` if it belongs to a rule or a guarantee.
    """

    condition: WrittenCondition
    of: str
    may_read_access: bool
    ask_when_of: Question | None = None
    names_steps: bool = False


@dataclass(frozen=True)
class Declarations:
    """The questionnaire, the words in those parts of the file that could not be read, and what lost a part."""

    questionnaire: Questionnaire
    left_out: frozenset[str] = frozenset()
    incomplete: frozenset[str] = frozenset()

    @cached_property
    def declared(self) -> tuple[str, ...]:
        """The ids of questions and scores, which share their names; one that stands twice is here twice."""
        return tuple(str(part.id) for part in (*self.questionnaire.questions(), *self.questionnaire.scores))

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Questions by id; none whose id stands twice, for it is not known which one is meant."""
        return {question.id: question for question in self.questionnaire.questions() if question.id in self._once}

    @cached_property
    def lost(self) -> frozenset[str]:
        """Names that are read and not declared, where duplicate ids explain that; and those in parts left out."""
        tested = [str(clause.subject) for use in self.uses() for clause in clauses(use.condition)]
        added = [str(name) for score in self.questionnaire.scores for name in score.add]
        unknown = {*tested, *added} - {*self.declared} - self.left_out
        return self.left_out | unknown if duplicates_explain(unknown, self.declared) else self.left_out

    @cached_property
    def positions(self) -> dict[str, int]:
        """The index of each question in the file, by id; the first one where an id stands twice."""
        return {question.id: index for index, question in reversed([*enumerate(self.questionnaire.questions())])}

    @cached_property
    def scores(self) -> dict[str, Score]:
        """Scores by id, as questions are."""
        return {score.id: score for score in self.questionnaire.scores if score.id in self._once}

    @cached_property
    def _once(self) -> frozenset[str]:
        return frozenset(name for name, count in Counter(self.declared).items() if count == 1)

    def read_by(self, condition: WrittenCondition) -> Iterator[tuple[Question, Span]]:
        """Each known question a condition reads, itself or through a score, and where the condition names it."""
        for clause in clauses(condition):
            score = self.scores.get(clause.subject)
            for name in (clause.subject,) if score is None else score.add:
                if name in self.questions:
                    yield self.questions[name], clause.subject.span

    def uses(self) -> Iterator[ConditionUse]:
        """Every condition in the file."""
        questionnaire = self.questionnaire
        if questionnaire.applies_when is not None:
            yield ConditionUse(questionnaire.applies_when, "`applies_when`", may_read_access=False)
        for question in questionnaire.questions():
            if question.ask_when is not None:
                of = f"the `ask_when` of `{question.id}`"
                yield ConditionUse(question.ask_when, of, question.role == "access", ask_when_of=question)
        for rule in questionnaire.rules:
            yield ConditionUse(rule.when, f"the rule `{rule.id}`", may_read_access=False, names_steps=True)
        for note in questionnaire.notes:
            if note.when is not None:
                yield ConditionUse(note.when, f"the note `{note.id}`", may_read_access=True)
        for guarantee in questionnaire.guarantees:
            yield ConditionUse(
                guarantee.when, f"the guarantee `{guarantee.id}`", may_read_access=False, names_steps=True
            )
