"""What changes from one questionnaire to another: not its text, but which forms get more or less for certain.

Every form of either questionnaire is compared, partial ones and ones with answers that should not have been asked for
included. The other questionnaire reads it by the ids of questions and options: an answer that it has no word for, or
that misfits there, is unreadable there, and a question that it does not ask is not on its form. Compared is

- the least level and the least first step that the form gets (both *at least* bounds), by id, and whether that first
  step makes it an emergency;
- whether the questionnaire applies to it for certain, for certain not, or neither.

So a form on which each question that either questionnaire asks is answered gets the same suggestion from both, if no
difference is found. Not compared is what is only possible (the *at most* bounds, open questions, and so whether a
partial form is already settled), which rules are the reasons, notes, the totals of scores, and all texts.

Two ladders that differ on any form differ on a weakest form of a rule of one of them: where a form gets more from one
questionnaire, a rule of it must hold there, and the weakest form of that rule that is no stronger in either gets as
much there, and no more from the other. So the weakest forms of all rules, and the empty form, are enough to look at.
Only where two steps stand in another order, a form can get one from a rule here and the other from a rule there, and
the weakest forms on which two such rules hold are looked at too. Whether a questionnaire applies rests on few
questions, and each combination of answers to those is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import prod

from iop_screen.checking.answer_order import SharedAnswerOrder
from iop_screen.checking.certain_outcomes import answers_phrase, certain_outcomes, scope_texts
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.checking.pairing import Pairing
from iop_screen.engine.answers import Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import Condition, leaf_tests, questions_in
from iop_screen.engine.representative_answers import TooManyMinimalForms, check_minimal_form_limit
from iop_screen.questionnaire.answers import Answer, MissingReason

BATCH_SIZE_FOR_DIFF = 1024
"""So many forms are judged at a time."""

MAX_PAIRS = 4_000
"""More pairs of weakest forms, one of either questionnaire, are not looked at; that is then said."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Forms that get something else: `when` in words, what they got and get, and the smallest of them.

    `form` is a form of the questionnaire `of`, which is the new one unless the old one alone can express it.
    """

    when: str
    was: str
    now: str
    answers: Answers
    of: CompiledQuestionnaire


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that changes; questions and options that only one of the two has; what was not compared, and why."""

    found: tuple[Difference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    not_decided: tuple[str, ...]


def differences(old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> Differences:
    """Compare two questionnaires by what forms get from them for certain."""
    comparison = _Comparison(old, new)
    found = [*comparison.in_ladders(), *comparison.in_scope()]
    return Differences(
        tuple(_least_only(found)),
        tuple(sorted(_names(old) - _names(new))),
        tuple(sorted(_names(new) - _names(old))),
        tuple(comparison.not_decided),
    )


class _Comparison:
    def __init__(self, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> None:
        self.new = new
        self.ways = Pairing(new, old), Pairing(old, new)
        self.not_decided: list[str] = []

    def in_ladders(self) -> Iterator[Difference]:
        """Forms that get another level or first step."""
        for pairing in self.ways:
            weakest = [no_answers(pairing.of), *self._of_rules(pairing), *self._of_two_rules(pairing)]
            answer_sets = [*dict.fromkeys(weakest)]
            for start in range(0, len(answer_sets), BATCH_SIZE_FOR_DIFF):
                yield from self._compared(answer_sets[start : start + BATCH_SIZE_FOR_DIFF], pairing)

    def _of_rules(self, pairing: Pairing) -> Iterator[Answers]:
        """The weakest forms of each rule."""
        minimal_forms = MinimalForms(pairing.of, pairing=pairing)
        for rule in pairing.of.rules:
            try:
                yield from minimal_forms.answer_sets(rule.when)
            except TooManyMinimalForms as many:
                self._give_up(f"the rule {rule.definition.id}", pairing, many)

    def _of_two_rules(self, pairing: Pairing) -> Iterator[Answers]:
        """The weakest forms on which two rules hold, one here and one there, whose steps stand in another order."""
        order = SharedAnswerOrder(pairing)
        here = cache(MinimalForms(pairing.of, pairing=pairing, stand_ins=False).answer_sets)
        back = Pairing(pairing.other, pairing.of)
        there = cache(MinimalForms(pairing.other, pairing=back, stand_ins=False).answer_sets)
        count = 0
        try:
            for mine, its in _rules_of_swapped_steps(pairing):
                some, others = here(mine.when), there(its.when)
                count += len(some) * len(others)
                check_minimal_form_limit(count, MAX_PAIRS)
                for one, other in product(some, others):
                    yield from order.at_both(one, other)
        except TooManyMinimalForms as many:
            self._give_up("two rules at a time, for steps in another order, on forms", pairing, many)

    def in_scope(self) -> Iterator[Difference]:
        """Forms that one questionnaire applies to and the other one does not, or not for certain."""
        for pairing in self.ways:
            try:
                answer_sets = [*_every_form(_scope_questions(pairing), pairing)]
            except TooManyMinimalForms as many:
                self._give_up("applies_when", pairing, many)
                continue
            there = scope_texts(pairing.other, [pairing.translated(answers) for answers in answer_sets])
            for answers, mine, its in zip(answer_sets, scope_texts(pairing.of, answer_sets), there, strict=True):
                if mine != its:
                    yield self._difference(answers, pairing, mine, its, answers_phrase(answers, pairing.of))

    def _compared(self, answer_sets: Sequence[Answers], pairing: Pairing) -> Iterator[Difference]:
        there = certain_outcomes(pairing.other, [pairing.translated(answers) for answers in answer_sets])
        for answers, mine, its in zip(answer_sets, certain_outcomes(pairing.of, answer_sets), there, strict=True):
            if mine != its:
                yield self._difference(answers, pairing, mine, its, answers_phrase(answers, pairing.of, pairing))

    def _difference(self, answers: Answers, pairing: Pairing, mine: str, its: str, when: str) -> Difference:
        was, now = (its, mine) if pairing.of is self.new else (mine, its)
        return Difference(when, was, now, answers, pairing.of)

    def _give_up(self, name: str, pairing: Pairing, many: TooManyMinimalForms) -> None:
        whose = "new" if pairing.of is self.new else "old"
        self.not_decided.append(f"{name} of the {whose} one ({many})")


def _rules_of_swapped_steps(pairing: Pairing) -> Iterator[tuple[CompiledRule, CompiledRule]]:
    """A rule here and a rule there, each of which reaches a step that is the higher one of the two on its side."""
    here, there = pairing.of.questionnaire, pairing.other.questionnaire
    levels = _swapped([level.id for level in here.levels], [level.id for level in there.levels])
    first_steps = _swapped(
        ["", *(step.id for step in here.first_steps)], ["", *(step.id for step in there.first_steps)]
    )
    if levels or first_steps:
        for mine, its in product(pairing.of.rules, pairing.other.rules):
            if (mine.level, its.level) in levels or (mine.first_step, its.first_step) in first_steps:
                yield mine, its


def _swapped(here: Sequence[str], there: Sequence[str]) -> set[tuple[int, int]]:
    """Each step here, with each one there that is below it here and above it there; counted from 0."""
    both = {*here} & {*there}
    pairs = product(enumerate(here), enumerate(there))
    return {
        (mine, its)
        for (mine, one), (its, other) in pairs
        if {one, other} <= both and mine > here.index(other) and its > there.index(one)
    }


def _scope_questions(pairing: Pairing) -> list[int]:
    """The places of the questions that either `applies_when` rests on, itself or through the gates of others."""
    ids = {
        compiled.questions[index].id
        for compiled in (pairing.of, pairing.other)
        for index in _rests_on(compiled, compiled.applies_when)
    }
    return [index for index, question in enumerate(pairing.of.questions) if question.id in ids]


def _rests_on(compiled: CompiledQuestionnaire, condition: Condition | None) -> set[int]:
    if condition is None:
        return set()
    indexes = {index for test in leaf_tests(condition) for index in questions_in(test)}
    return indexes.union(*(_rests_on(compiled, compiled.ask_when[index]) for index in indexes))


def _every_form(indexes: Sequence[int], pairing: Pairing) -> Iterator[Answers]:
    """Each form on which nothing but the questions at these places is answered, as far as either side can tell."""
    order = SharedAnswerOrder(pairing)
    choices: list[list[Answer]] = [[MissingReason.MISSING, *order.every(index)] for index in indexes]
    check_minimal_form_limit(prod(map(len, choices)))
    answers = [*no_answers(pairing.of).values]
    for picked in product(*choices):
        for index, answer in zip(indexes, picked, strict=True):
            answers[index] = answer
        yield Answers(tuple(answers))


AnswerByQuestion = frozenset[tuple[str, Answer]]
"""What a form answers, by question id."""


def _given(found: Difference) -> AnswerByQuestion:
    pairs = zip(found.of.questions, found.answers.values, strict=True)
    return frozenset((str(question.id), answer) for question, answer in pairs if not isinstance(answer, MissingReason))


def _least_only(found: Iterable[Difference]) -> list[Difference]:
    """Of several differences with one outcome, those whose form holds nothing more than another one's, each once."""
    kinds: dict[tuple[str, str], dict[AnswerByQuestion, Difference]] = {}
    for one in found:
        kinds.setdefault((one.was, one.now), {}).setdefault(_given(one), one)
    return [one for known in kinds.values() for given, one in known.items() if not _says_more(given, known)]


def _says_more(given: AnswerByQuestion, known: Mapping[AnswerByQuestion, Difference]) -> bool:
    """Whether another form answers only a part of what this one does."""
    if len(known) < 2 ** len(given):
        return any(other < given for other in known)
    return any(frozenset(part) in known for size in range(len(given)) for part in combinations(given, size))


def _names(of: CompiledQuestionnaire) -> set[str]:
    """The questions, and the options of each."""
    questions = {str(question.id) for question in of.questions}
    return questions | {f"{question.id}: {option}" for question in of.questions for option in question.answer_ids()}
