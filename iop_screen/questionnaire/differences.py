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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, product
from math import prod

from iop_screen.engine.answers import Amount, Answer, Chosen, Crowd, Form, Gap, empty_form
from iop_screen.engine.conditions import judge, questions_in
from iop_screen.engine.corners import Corners
from iop_screen.engine.instrument import Instrument, ReadyRule
from iop_screen.engine.order import SharedOrder
from iop_screen.engine.pairing import Pairing
from iop_screen.engine.representatives import TooManyCorners, leaves, within_limits
from iop_screen.engine.suggest import certain_steps
from iop_screen.questionnaire.model import (
    Condition,
    MultipleQuestion,
    NumberQuestion,
    Question,
    YesNoQuestion,
    answers_of,
)

CROWD = 1024
"""So many forms are judged at a time."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Forms that get something else: `when` in words, what they got and get, and the smallest of them.

    `form` is a form of the questionnaire `of`, which is the new one unless the old one alone can express it.
    """

    when: str
    was: str
    now: str
    form: Form
    of: Instrument


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that changes; questions and options that only one of the two has; what was not compared, and why."""

    found: tuple[Difference, ...]
    only_old: tuple[str, ...]
    only_new: tuple[str, ...]
    not_decided: tuple[str, ...]


def differences(old: Instrument, new: Instrument) -> Differences:
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
    def __init__(self, old: Instrument, new: Instrument) -> None:
        self.new = new
        self.ways = Pairing(new, old), Pairing(old, new)
        self.not_decided: list[str] = []

    def in_ladders(self) -> Iterator[Difference]:
        """Forms that get another level or first step."""
        for pairing in self.ways:
            weakest = [empty_form(pairing.of), *self._of_rules(pairing), *self._of_two_rules(pairing)]
            forms = [*dict.fromkeys(weakest)]
            for start in range(0, len(forms), CROWD):
                yield from self._compared(forms[start : start + CROWD], pairing)

    def _of_rules(self, pairing: Pairing) -> Iterator[Form]:
        """The weakest forms of each rule."""
        corners = Corners(pairing.of, pairing=pairing)
        for ready in pairing.of.rules:
            try:
                yield from corners.forms(ready.when)
            except TooManyCorners as many:
                self._give_up(f"the rule {ready.rule.id}", pairing, many)

    def _of_two_rules(self, pairing: Pairing) -> Iterator[Form]:
        """The weakest forms on which two rules hold, one here and one there, whose steps stand in another order."""
        order = SharedOrder(pairing)
        here = cache(Corners(pairing.of, pairing=pairing, stand_ins=False).forms)
        back = Pairing(pairing.other, pairing.of)
        there = cache(Corners(pairing.other, pairing=back, stand_ins=False).forms)
        for mine, its in _rules_of_swapped_steps(pairing):
            try:
                pairs = [*product(here(mine.when), there(its.when))]
                within_limits(len(pairs))
                for pair in pairs:
                    yield from order.at_both(*pair)
            except TooManyCorners as many:
                self._give_up(f"the rules {mine.rule.id} and {its.rule.id} together, with the first", pairing, many)

    def in_scope(self) -> Iterator[Difference]:
        """Forms that one questionnaire applies to and the other one does not, or not for certain."""
        for pairing in self.ways:
            try:
                forms = [*_every_form(_scope_questions(pairing), pairing)]
            except TooManyCorners as many:
                self._give_up("applies_when", pairing, many)
                continue
            there = _scopes(pairing.other, [pairing.translated(form) for form in forms])
            for form, mine, its in zip(forms, _scopes(pairing.of, forms), there, strict=True):
                if mine != its:
                    yield self._difference(form, pairing, mine, its, form_phrase(form, pairing.of))

    def _compared(self, forms: Sequence[Form], pairing: Pairing) -> Iterator[Difference]:
        there = _gets(pairing.other, [pairing.translated(form) for form in forms])
        for form, mine, its in zip(forms, _gets(pairing.of, forms), there, strict=True):
            if mine != its:
                yield self._difference(form, pairing, mine, its, form_phrase(form, pairing.of, pairing))

    def _difference(self, form: Form, pairing: Pairing, mine: str, its: str, when: str) -> Difference:
        was, now = (its, mine) if pairing.of is self.new else (mine, its)
        return Difference(when, was, now, form, pairing.of)

    def _give_up(self, name: str, pairing: Pairing, many: TooManyCorners) -> None:
        whose = "new" if pairing.of is self.new else "old"
        self.not_decided.append(f"{name} of the {whose} one ({many})")


def _rules_of_swapped_steps(pairing: Pairing) -> Iterator[tuple[ReadyRule, ReadyRule]]:
    """A rule here and a rule there, each of which reaches a step that is the higher one of the two on its side."""
    here, there = pairing.of, pairing.other
    levels = (
        [str(level.id) for level in here.questionnaire.levels],
        [str(level.id) for level in there.questionnaire.levels],
    )
    first_steps = (
        ["", *(str(step.id) for step in here.questionnaire.first_steps)],
        ["", *(str(step.id) for step in there.questionnaire.first_steps)],
    )
    for mine, its in product(here.rules, there.rules):
        if _are_swapped(*levels, mine.level, its.level) or _are_swapped(*first_steps, mine.first_step, its.first_step):
            yield mine, its


def _are_swapped(here: list[str], there: list[str], mine: int, its: int) -> bool:
    """Whether a step is above another one here, and the other way round there."""
    one, other = here[mine], there[its]
    return one in there and other in here and mine > here.index(other) and its > there.index(one)


def form_phrase(form: Form, of: Instrument, pairing: Pairing | None = None) -> str:
    """The answers of a form as a condition: "stay_safe at least with_support and home at least others_use".

    "At least" stands where both sides of a pairing order the answers alike; without a pairing, nowhere.
    """
    phrases = [
        _answer_phrase(question, answer, ordered=pairing is not None and pairing.is_shared(place))
        for place, (question, answer) in enumerate(zip(of.questions, form.answers, strict=True))
        if not isinstance(answer, Gap)
    ]
    return " and ".join(phrases) or "nothing is answered"


def _answer_phrase(question: Question, answer: Answer, *, ordered: bool) -> str:
    ordered = ordered and question.role == "risk"
    match answer:
        case Amount(number) if isinstance(question, NumberQuestion) and ordered:
            return f"{question.id} at {'least' if question.worse == 'higher' else 'most'} {number:f}"
        case Amount(number):
            return f"{question.id} {number:f}"
        case Chosen(options) if isinstance(question, MultipleQuestion):
            return f"{question.id} with {' and '.join(sorted(options))}"
        case Chosen(options):
            option = min(options)
            worst = option == answers_of(question)[-1]
            at_least = ordered and not worst and not isinstance(question, YesNoQuestion)
            return f"{question.id} {'at least' if at_least else 'is'} {option}"
    return f"{question.id} answered"


def _gets(of: Instrument, forms: Sequence[Form]) -> list[str]:
    """What each form gets for certain, in ids."""
    whole = of.questionnaire
    return [
        whole.levels[level].id
        + (f" with {whole.first_steps[step - 1].id}" if step else "")
        + (", an emergency" if step == of.interrupt else "")
        for level, step in certain_steps(of, forms, of.rules)
    ]


def _scopes(of: Instrument, forms: Sequence[Form]) -> list[str]:
    """For each form, whether the questionnaire applies to it."""
    crowd = Crowd(of, forms)
    if of.applies_when is None:
        return ["in scope"] * len(forms)
    must, may = judge(of.applies_when, crowd)
    return [
        "in scope" if must >> place & 1 else "perhaps in scope" if may >> place & 1 else "out of scope"
        for place in range(len(forms))
    ]


def _scope_questions(pairing: Pairing) -> list[int]:
    """The places of the questions that either `applies_when` rests on, itself or through the gates of others."""
    ids = {
        instrument.questions[place].id
        for instrument in (pairing.of, pairing.other)
        for place in _rests_on(instrument, instrument.applies_when)
    }
    return [place for place, question in enumerate(pairing.of.questions) if question.id in ids]


def _rests_on(instrument: Instrument, condition: Condition | None) -> set[int]:
    if condition is None:
        return set()
    places = {place for test in leaves(condition) for place in questions_in(test)}
    return places.union(*(_rests_on(instrument, instrument.gates[place]) for place in places))


def _every_form(places: Sequence[int], pairing: Pairing) -> Iterator[Form]:
    """Each form on which nothing but the questions at these places is answered, as far as either side can tell."""
    order = SharedOrder(pairing)
    choices: list[list[Answer]] = [[Gap.MISSING, *order.every(place)] for place in places]
    within_limits(prod(map(len, choices)))
    answers = [*empty_form(pairing.of).answers]
    for picked in product(*choices):
        for place, answer in zip(places, picked, strict=True):
            answers[place] = answer
        yield Form(tuple(answers))


Given = frozenset[tuple[str, Answer]]
"""What a form answers, by question id."""


def _given(found: Difference) -> Given:
    pairs = zip(found.of.questions, found.form.answers, strict=True)
    return frozenset((str(question.id), answer) for question, answer in pairs if not isinstance(answer, Gap))


def _least_only(found: Iterable[Difference]) -> list[Difference]:
    """Of several differences with one outcome, those whose form holds nothing more than another one's, each once."""
    kinds: dict[tuple[str, str], dict[Given, Difference]] = {}
    for one in found:
        kinds.setdefault((one.was, one.now), {}).setdefault(_given(one), one)
    return [one for known in kinds.values() for given, one in known.items() if not _says_more(given, known)]


def _says_more(given: Given, known: Iterable[Given]) -> bool:
    """Whether another form answers only a part of what this one does."""
    known = {*known}
    if len(known) < 2 ** len(given):
        return any(other < given for other in known)
    return any(frozenset(part) in known for size in range(len(given)) for part in combinations(given, size))


def _names(of: Instrument) -> set[str]:
    """The questions, and the options of each."""
    questions = {str(question.id) for question in of.questions}
    return questions | {f"{question.id}: {option}" for question in of.questions for option in answers_of(question)}
