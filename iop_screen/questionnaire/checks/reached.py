"""Every level is suggested to somebody in scope, every first step is given to somebody, and danger is acted on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice, product

from iop_screen.engine.answers import Answer, Form, Gap, best_answer, chosen, holds, set_all_aside
from iop_screen.engine.conditions import AnswerTest, Reaches
from iop_screen.engine.instrument import Instrument, ReadyRule
from iop_screen.engine.representatives import TooManyCorners, conditions_of, leaves, telling_numbers
from iop_screen.engine.suggest import assess, certain_steps
from iop_screen.problems import Problem, Span
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict, warned
from iop_screen.questionnaire.model import (
    All,
    Level,
    NumberQuestion,
    Question,
    answers_of,
)

MOST_TRIED = 4096
"""So many ways to answer the rest of a form are tried before it is "not decided" whether a level is suggested."""

LOT = 64


def levels_can_be_suggested(study: Study) -> Iterator[Verdict]:
    """For every level there is a form in scope that is settled on it, and is no emergency.

    If any form is, then so is one that says no more than a weakest form of a rule for this level, and the best to all
    else. What has no best answer is tried with each.
    """
    if study.instrument.applies_when is not None and study.applies is None:
        return  # nobody is in scope, which is said once
    for place, level in enumerate(study.questionnaire.levels):
        try:
            weakest = _weakest(study, place)
        except _Undecided as undecided:
            yield _not_decided(study, level.id.span, f"level `{level.id}`", undecided.rule)
            continue
        mild = [form for form, step in weakest if step != study.instrument.interrupt]
        tried = islice(_completed(study, mild), MOST_TRIED)
        if any(suggestion == level.id for suggestion in _suggestions(study.instrument, tried)):
            continue
        if any(True for _ in islice(_completed(study, mild), MOST_TRIED, None)):
            message = f"whether any form is settled on the level `{level.id}` is not decided: too many ways to tell"
            yield Finding(Problem("not-decided", message, level.id.span, "write shorter rules"))
        else:
            yield _never_suggested(study, place, level, reached=bool(weakest))


def first_steps_can_be_given(study: Study) -> Iterator[Verdict]:
    """For every first step there is a form, in scope or not, that gets it, and no more, for certain."""
    for place, step in enumerate(study.questionnaire.first_steps, start=1):
        try:
            forms = _forms(study, (r for r in study.instrument.rules if r.first_step == place), in_scope=False)
        except _Undecided as undecided:
            yield _not_decided(study, step.id.span, f"first step `{step.id}`", undecided.rule)
            continue
        if place not in {given for _, given in certain_steps(study.instrument, forms, study.instrument.rules)}:
            message = f"no form gets the first step `{step.id}`: no rule that can hold stops there"
            yield Finding(Problem("never-reached", message, step.id.span, "add a rule that names it, or remove it"))


def danger_is_acted_on(study: Study) -> Iterator[Verdict]:
    """Where there are first steps one breaks off the interview; where there are contacts a first step shows one."""
    whole = study.questionnaire
    if whole.first_steps and whole.interrupt() is None:
        message = "no first step breaks off the interview, so no answer is ever an emergency"
        hint = "if the last one is for emergencies, give it `interrupt: true`"
        yield warned("no-interrupt", message, whole.first_steps[-1].id.span, hint)
    if whole.contacts and not any(step.contacts for step in whole.first_steps):
        message = "no first step names a contact, so none is shown with a result"
        hint = "add `contacts:` to the first steps that need one"
        yield warned("no-contacts", message, whole.contacts[0].id.span, hint)


class _Undecided(Exception):
    """A rule has too many weakest forms to look at each."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _forms(study: Study, rules: Iterable[ReadyRule], *, in_scope: bool) -> list[Form]:
    """The weakest forms of some rules, each once."""
    forms: dict[Form, None] = {}
    for ready in rules:
        try:
            forms |= dict.fromkeys(study.in_scope(ready.when) if in_scope else study.forms(ready.when))
        except TooManyCorners:
            raise _Undecided(str(ready.rule.id)) from None
    return [*forms]


def _weakest(study: Study, level: int) -> list[tuple[Form, int]]:
    """The weakest forms in scope that get just this level for certain, each with its first step."""
    rules = study.instrument.rules
    try:
        bottom = study.in_scope(All(())) if level == 0 else []
    except TooManyCorners:
        raise _Undecided("applies_when") from None
    forms = [*bottom, *_forms(study, (ready for ready in rules if ready.level == level and level), in_scope=True)]
    given = zip(forms, certain_steps(study.instrument, forms, rules), strict=True)
    return [(form, step) for form, (reached, step) in given if reached == level]


def _suggestions(instrument: Instrument, forms: Iterator[Form]) -> Iterator[str]:
    """What is suggested for each form, without the answers that an interview would set aside."""
    while lot := [*islice(forms, LOT)]:
        yield from (result.suggestion for result in assess(instrument, set_all_aside(instrument, lot)))


def _completed(study: Study, forms: list[Form]) -> Iterator[Form]:
    """The forms with the rest answered: first one way for each form, then every way."""
    mildest = {place: _mildest(study, place) for place in study.moving}
    ways = [
        [
            mildest.get(place, [answer]) if isinstance(answer, Gap) else [answer]
            for place, answer in enumerate(form.answers)
        ]
        for form in forms
    ]
    once = (Form(tuple(answers[0] for answers in way)) for way in ways)
    yield from chain(once, (Form(answers) for way in ways for answers in product(*way)))


def _mildest(study: Study, place: int) -> list[Answer]:
    """The best answer to a question; where none is best, one of each kind, those that pass the fewest tests first."""
    passes = [holds(test) for test in _tests_on(study.instrument, place)]
    kinds: dict[tuple[bool, ...], Answer] = {}
    for answer in _candidates(study.instrument, place, study.instrument.questions[place]):
        kinds.setdefault(tuple(passed(answer) for passed in passes), answer)
    return [kinds[kind] for kind in sorted(kinds, key=sum)]


def _candidates(instrument: Instrument, place: int, question: Question) -> Iterator[Answer]:
    best = best_answer(question) if question.role == "risk" else None
    if best is not None:
        yield best
    elif isinstance(question, NumberQuestion):
        yield from telling_numbers(instrument, place, question)
    else:
        yield from (chosen(option) for option in answers_of(question))


def _tests_on(instrument: Instrument, place: int) -> Iterator[AnswerTest]:
    """The tests that read a question, and the options of it that bring points."""
    for condition in conditions_of(instrument):
        for test in leaves(condition):
            if isinstance(test, Reaches):
                yield from (option for item in test.items if item.question == place for option, _ in item.points)
            elif test.question == place:
                yield test


def _never_suggested(study: Study, place: int, level: Level, *, reached: bool) -> Finding:
    who = "form" if study.applies is None else "form in scope"
    if place == 0:
        message = f"no {who} is settled on the level `{level.id}`: a rule for more, or for an emergency, is always met"
        hint = "look for a rule that holds whatever is answered"
    elif reached:
        message = f"no {who} is settled on the level `{level.id}`: an emergency or a higher level always comes with it"
        hint = "see which rules hold along with those that name it"
    else:
        message = f"no {who} gets the level `{level.id}`: no rule that can hold stops there"
        hint = "add a rule that names it, or remove it"
    return Finding(Problem("never-reached", message, level.id.span, hint))


def _not_decided(study: Study, span: Span, what: str, rule: str) -> Finding:
    who = "form" if study.applies is None or what.startswith("first") else "form in scope"
    message = f"whether any {who} gets the {what} is not decided: `{rule}` has too many weakest forms to look at each"
    return Finding(Problem("not-decided", message, span, "split that rule into several smaller ones"))
