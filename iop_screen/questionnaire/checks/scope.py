"""A questionnaire as the checks look at it: what is declared under which name, and where each condition stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from iop_screen.problems import Span
from iop_screen.questionnaire.model import Condition, Question, Questionnaire, Rule, Score, clauses


@dataclass(frozen=True, slots=True)
class Use:
    """A condition, what it belongs to in words, and the gated question if it is an `ask_when`.

    It `names_steps` if it belongs to a rule or a guarantee.
    """

    condition: Condition
    of: str
    may_read_access: bool
    gate_of: Question | None = None
    names_steps: bool = False


@dataclass(frozen=True)
class Scope:
    """The questionnaire, the words in those parts of the file that could not be read, and what lost a part."""

    questionnaire: Questionnaire
    left_out: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Questions by id; of two with one id, the first."""
        return {question.id: question for question in reversed(self.questionnaire.questions())}

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each question stands in the file, counted from 0."""
        return {question.id: place for place, question in reversed([*enumerate(self.questionnaire.questions())])}

    @cached_property
    def scores(self) -> dict[str, Score]:
        """Scores by id."""
        return {score.id: score for score in self.questionnaire.scores}

    def read_by(self, condition: Condition) -> Iterator[tuple[Question, Span]]:
        """Each known question a condition reads, itself or through a score, and where the condition names it."""
        for clause in clauses(condition):
            score = self.scores.get(clause.subject)
            for name in (clause.subject,) if score is None else score.add:
                if name in self.questions:
                    yield self.questions[name], clause.subject.span

    def interrupting_rules(self) -> Iterator[Rule]:
        """Rules that reach the first step that breaks off the interview."""
        interrupt = self.questionnaire.interrupt()
        if interrupt is not None:
            yield from (rule for rule in self.questionnaire.rules if rule.first_step == interrupt.id)

    def uses(self) -> Iterator[Use]:
        """Every condition in the file."""
        whole = self.questionnaire
        if whole.applies_when is not None:
            yield Use(whole.applies_when, "`applies_when`", may_read_access=False)
        for question in whole.questions():
            if question.ask_when is not None:
                of = f"the `ask_when` of `{question.id}`"
                yield Use(question.ask_when, of, question.role == "access", gate_of=question)
        for rule in whole.rules:
            yield Use(rule.when, f"the rule `{rule.id}`", may_read_access=False, names_steps=True)
        for note in whole.notes:
            if note.when is not None:
                yield Use(note.when, f"the note `{note.id}`", may_read_access=True)
        for guarantee in whole.guarantees:
            yield Use(guarantee.when, f"the guarantee `{guarantee.id}`", may_read_access=False, names_steps=True)
