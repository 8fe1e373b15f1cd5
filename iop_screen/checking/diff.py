"""What changes from one questionnaire to another: not its texts, but which answers get more or less for certain.

All answers to either questionnaire are compared, also where some are missing or should not have been asked for. The
other questionnaire reads them by the ids of questions and options. An answer that it does not know, or that does not
fit there, is unreadable there; an answer to a question that it does not have is missing there. Compared are

- the least level and the least first step (both *at least* bounds), by id, and whether that first step makes it an
  emergency;
- whether the questionnaire applies for certain, for certain not, or neither.

So if no difference is found, and each question that either questionnaire asks is answered, both give the same
suggestion. Not compared are what is only possible (the *at most* bounds, open questions, and so whether answers with
some missing are already settled), which rules are the reasons, notes, totals of scores, and all texts; of texts and
notes, `text_changes` says which were changed.

It is enough to look at the minimal forms of all rules of both, and at no answers: where answers get more from one
questionnaire, a rule of it must hold. The minimal form of that rule that these answers contain, as both questionnaires
order answers, gets as much from the one, and no more from the other. There is one exception. If two steps are in
another order, a rule of one questionnaire can give one of them and a rule of the other questionnaire the other, so the
minimal forms on which two such rules hold are looked at too. Whether a questionnaire applies depends on few questions,
and every combination of answers to those is looked at.

Where these are too many to look at each, a rule that both have, written alike, is still no reason for a difference. Of
each other rule a solver is asked for a form for which the rule must hold and the other questionnaire gives less; of
steps in another order, for a form that gets both; of `applies_when`, for a form with another scope (`diff_claims`).
If there is none, that is proved. Else the forms are made as weak as can be and listed, up to a bound, and what there
may be more of is named. Without a solver these are not decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations, product
from math import prod
from typing import TYPE_CHECKING

from iop_screen.checking.analysis import installed_solver
from iop_screen.checking.answer_order import Pairing, SharedAnswerOrder
from iop_screen.checking.diff_claims import PairClaim, gives_more, gives_other_scope, gives_swapped_steps, swapped
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.checking.shared_rules import shared_rules
from iop_screen.checking.undecided import SolverGaveUp
from iop_screen.engine.answer_batch import AnswerBatch, Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import judge
from iop_screen.engine.representative_answers import TooManyMinimalForms, check_minimal_form_limit, questions_behind
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.answers import Answer, MissingReason

if TYPE_CHECKING:
    from iop_screen.checking.diff_solver import DifferenceSolver

MAX_PAIRS = 4_000
"""If there are more pairs of minimal forms, one of each questionnaire, a solver has to find the differences."""

MAX_FOUND = 20
"""When a solver has found so many differences in one direction, what may have more is named and not looked at again."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that changes: for which answers in words (`when`), what they got and get, and an example.

    The example `answers` are to the questionnaire `compiled`: the new one, or the old one if only it can express them.
    """

    when: str
    was: str
    now: str
    answers: Answers
    compiled: CompiledQuestionnaire


@dataclass(frozen=True, slots=True)
class Differences:
    """What changes; the questions and options that only one of the two has; what was not compared, and why.

    For what is in `not_listed` differences were found, and there may be more than are listed. With
    `is_solver_missing` a solver would compare what was not.
    """

    found: tuple[Difference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    not_decided: tuple[str, ...]
    not_listed: tuple[str, ...] = ()
    is_solver_missing: bool = False


def differences(old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> Differences:
    """Compares two questionnaires by what answers get from them for certain.

    Raises RuntimeError if the engine comes to another result than the solver, which is a bug of ours.
    """
    comparison = _Comparison(old, new)
    found = [*comparison.ladder_differences(), *comparison.scope_differences()]
    return Differences(
        tuple(_smallest_only(found)),
        tuple(sorted(_question_and_option_names(old) - _question_and_option_names(new))),
        tuple(sorted(_question_and_option_names(new) - _question_and_option_names(old))),
        tuple(comparison.not_decided),
        tuple(comparison.not_listed),
        comparison.is_solver_missing,
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is compared. With `or_worse` a difference speaks of worse answers too, where both order them alike."""

    outcomes: Callable[[CompiledQuestionnaire, Sequence[Answers]], list[str]]
    or_worse: bool


@dataclass(frozen=True, slots=True)
class _Left:
    """What has too many minimal forms to look at each, and what is true of the forms that differ there."""

    name: str
    many: TooManyMinimalForms
    claim: PairClaim
    known: list[Answers] = field(default_factory=list)


class _Comparison:
    """Two questionnaires, compared in both directions; collects what could not be decided or listed."""

    def __init__(self, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> None:
        self.new = new
        self.directions = Pairing(new, old), Pairing(old, new)
        self.not_decided: list[str] = []
        self.not_listed: list[str] = []
        self.is_solver_missing = False

    def ladder_differences(self) -> Iterator[Difference]:
        """The answers that get another level or first step."""
        for pairing in self.directions:
            left: list[_Left] = []
            minimal = [
                no_answers(pairing.own),
                *_minimal_forms_of_rules(pairing, left),
                *_minimal_forms_of_swapped_rules(pairing, left),
            ]
            yield from self._differences([*dict.fromkeys(minimal)], left, pairing, _LADDERS)

    def scope_differences(self) -> Iterator[Difference]:
        """The answers that one questionnaire applies to and the other one does not, or not for certain."""
        for pairing in self.directions:
            left: list[_Left] = []
            yield from self._differences(_combinations_for_scope(pairing, left), left, pairing, _SCOPE)

    def _differences(
        self, answer_sets: Sequence[Answers], left: Sequence[_Left], pairing: Pairing, subject: _Subject
    ) -> Iterator[Difference]:
        """The differences at these answers, and those that a solver finds in what is left."""
        yield from self._differing(answer_sets, pairing, subject)
        if left:
            solved = [*self._solved(left, pairing, subject)]
            differing = [*self._differing(solved, pairing, subject)]
            if len(differing) < len(solved):
                raise RuntimeError("both questionnaires give the same to a form that a solver found")
            yield from differing

    def _solved(self, left: Sequence[_Left], pairing: Pairing, subject: _Subject) -> Iterator[Answers]:
        """The forms that a solver finds in what is left, one of each part in turn."""
        solver_class = _installed_solver()
        if solver_class is None:
            self.is_solver_missing = True
            self.not_decided += dict.fromkeys(self._phrase(part, pairing, f" ({part.many})") for part in left)
            return
        solver = solver_class(pairing)
        waiting, count = deque(left), 0
        while waiting and count < MAX_FOUND:
            part = waiting.popleft()
            try:
                answers = solver.next_form(part.claim, part.known, or_worse=subject.or_worse)
            except SolverGaveUp as gave_up:
                self.not_decided.append(self._phrase(part, pairing, f" ({part.many}, and {gave_up})"))
                continue
            if answers is not None:
                count += 1
                part.known.append(answers)
                waiting.append(part)
                yield answers
        self.not_listed += dict.fromkeys(self._phrase(part, pairing) for part in waiting)

    def _differing(self, answer_sets: Sequence[Answers], pairing: Pairing, subject: _Subject) -> Iterator[Difference]:
        """The answers for which the two questionnaires have other outcomes."""
        own_outcomes = subject.outcomes(pairing.own, answer_sets)
        translated = [pairing.translated(answers) for answers in answer_sets]
        other_outcomes = subject.outcomes(pairing.other, translated)
        for answers, own, other in zip(answer_sets, own_outcomes, other_outcomes, strict=True):
            if own != other:
                was, now = (other, own) if pairing.own is self.new else (own, other)
                when = _answers_phrase(answers, pairing.own, pairing if subject.or_worse else None)
                yield Difference(when, was, now, answers, pairing.own)

    def _phrase(self, part: _Left, pairing: Pairing, why: str = "") -> str:
        return f"{part.name} of the {'new' if pairing.own is self.new else 'old'} one{why}"


def _installed_solver() -> type[DifferenceSolver] | None:
    """What asks a solver for differences, if one is installed. It takes a tenth of a second to import."""
    if installed_solver() is None:
        return None
    from iop_screen.checking.diff_solver import DifferenceSolver  # noqa: PLC0415 - slow to import, and needed by few

    return DifferenceSolver


def _minimal_forms_of_rules(pairing: Pairing, left: list[_Left]) -> Iterator[Answers]:
    """The minimal forms of each rule of one questionnaire. Rules with too many, and not in both, go to `left`."""
    minimal_forms = MinimalForms(pairing.own, pairing=pairing)
    shared = shared_rules(pairing.own, pairing.other)
    for rule in pairing.own.rules:
        try:
            yield from minimal_forms.answer_sets(rule.when)
        except TooManyMinimalForms as many:
            if rule.definition.id not in shared:
                left.append(_Left(f"the rule {rule.definition.id}", many, gives_more(pairing, rule)))


def _minimal_forms_of_swapped_rules(pairing: Pairing, left: list[_Left]) -> Iterator[Answers]:
    """The minimal forms on which two rules hold, one of each questionnaire, whose steps are in another order."""
    order = SharedAnswerOrder(pairing)
    reverse = Pairing(pairing.other, pairing.own)
    own_minimal_forms = cache(MinimalForms(pairing.own, pairing=pairing, stand_ins=False).answer_sets)
    other_minimal_forms = cache(MinimalForms(pairing.other, pairing=reverse, stand_ins=False).answer_sets)
    count = 0
    try:
        for own_rule, other_rule in _rules_of_swapped_steps(pairing):
            own_sets, other_sets = own_minimal_forms(own_rule.when), other_minimal_forms(other_rule.when)
            count += len(own_sets) * len(other_sets)
            check_minimal_form_limit(count, MAX_PAIRS)
            for own, other in product(own_sets, other_sets):
                yield from order.containing_both(own, other)
    except TooManyMinimalForms as many:
        claims = gives_swapped_steps(pairing)
        left += [
            _Left(f"two rules at a time, for {steps} in another order, on forms", many, claim)
            for steps, claim in claims
        ]


def _combinations_for_scope(pairing: Pairing, left: list[_Left]) -> list[Answers]:
    """Every combination of the answers that `applies_when` depends on; if they are too many, it goes to `left`."""
    try:
        return [*_every_combination(_scope_questions(pairing), pairing)]
    except TooManyMinimalForms as many:
        left += [_Left("applies_when", many, claim) for claim in gives_other_scope()]
        return []


def _rules_of_swapped_steps(pairing: Pairing) -> Iterator[tuple[CompiledRule, CompiledRule]]:
    """Pairs of rules, one of each questionnaire, each of which reaches the step that is the higher one in its own."""
    own, other = pairing.own.questionnaire, pairing.other.questionnaire
    levels = swapped([level.id for level in own.levels], [level.id for level in other.levels])
    first_steps = swapped(["", *(step.id for step in own.first_steps)], ["", *(step.id for step in other.first_steps)])
    if levels or first_steps:
        for rule, other_rule in product(pairing.own.rules, pairing.other.rules):
            if (rule.level, other_rule.level) in levels or (rule.first_step, other_rule.first_step) in first_steps:
                yield rule, other_rule


def _scope_questions(pairing: Pairing) -> list[int]:
    """The questions that either `applies_when` depends on, itself or through `ask_when`."""
    ids = {
        compiled.questions[index].id
        for compiled in (pairing.own, pairing.other)
        for index in questions_behind(compiled, filter(None, [compiled.applies_when]))
    }
    return [index for index, question in enumerate(pairing.own.questions) if question.id in ids]


def _every_combination(indexes: Sequence[int], pairing: Pairing) -> Iterator[Answers]:
    """Every combination of answers to these questions alone that either questionnaire tells apart.

    Raises TooManyMinimalForms.
    """
    order = SharedAnswerOrder(pairing)
    choices: list[list[Answer]] = [[MissingReason.MISSING, *order.every(index)] for index in indexes]
    check_minimal_form_limit(prod(map(len, choices)))
    values = [*no_answers(pairing.own).values]
    for picked in product(*choices):
        for index, answer in zip(indexes, picked, strict=True):
            values[index] = answer
        yield Answers(tuple(values))


AnswerByQuestion = frozenset[tuple[str, Answer]]
"""Answers with the ids of their questions; none of them missing."""


def _given_answers(found: Difference) -> AnswerByQuestion:
    pairs = zip(found.compiled.questions, found.answers.values, strict=True)
    return frozenset((str(question.id), answer) for question, answer in pairs if not isinstance(answer, MissingReason))


def _smallest_only(found: Iterable[Difference]) -> list[Difference]:
    """Of the differences with one outcome, those whose answers do not include those of another, each once."""
    by_outcome: dict[tuple[str, str], dict[AnswerByQuestion, Difference]] = {}
    for difference in found:
        by_outcome.setdefault((difference.was, difference.now), {}).setdefault(_given_answers(difference), difference)
    return [found for known in by_outcome.values() for given, found in known.items() if not _includes_any(given, known)]


def _includes_any(given: AnswerByQuestion, known: Mapping[AnswerByQuestion, Difference]) -> bool:
    """Whether these answers include those of another difference, and more."""
    if len(known) < 2 ** len(given):
        return any(other < given for other in known)
    return any(frozenset(part) in known for size in range(len(given)) for part in combinations(given, size))


def _question_and_option_names(compiled: CompiledQuestionnaire) -> set[str]:
    """The questions, and the options of each."""
    questions = compiled.questions
    return {str(question.id) for question in questions} | {
        f"{question.id}: {option}" for question in questions for option in question.answer_ids()
    }


def _certain_outcomes(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[str]:
    """What each of these gets for certain, in ids: the first step and then the level, as in a result."""
    questionnaire = compiled.questionnaire
    return [
        (f"first {questionnaire.first_steps[step - 1].id}" if step else "")
        + (", an emergency, then " if step == compiled.interrupt else ", then " if step else "")
        + questionnaire.levels[level].id
        for level, step in certain_steps(compiled, answer_sets, compiled.rules)
    ]


def _scope_texts(compiled: CompiledQuestionnaire, answer_sets: Sequence[Answers]) -> list[str]:
    """Whether the questionnaire applies to each of these."""
    if compiled.applies_when is None:
        return ["in scope"] * len(answer_sets)
    must, may = judge(compiled.applies_when, AnswerBatch(compiled, answer_sets))
    return [
        "in scope" if must >> index & 1 else "perhaps in scope" if may >> index & 1 else "out of scope"
        for index in range(len(answer_sets))
    ]


_LADDERS = _Subject(_certain_outcomes, or_worse=True)
_SCOPE = _Subject(_scope_texts, or_worse=False)


def _answers_phrase(answers: Answers, compiled: CompiledQuestionnaire, shared: Pairing | None) -> str:
    """Answers as a condition: "stay_safe at least with_support and home at least others_use".

    "At least" is used where both sides of `shared` order the answers alike; without it, nowhere.
    """
    phrases = [
        question.answer_phrase(answer, or_worse=shared is not None and shared.is_shared(index))
        for index, (question, answer) in enumerate(zip(compiled.questions, answers.values, strict=True))
        if not isinstance(answer, MissingReason)
    ]
    return " and ".join(phrases) or "nothing is answered"
