"""Which forms a new questionnaire puts below an older one, as a Markdown page for the clinician who signs.

`python scripts/lower_results.py tests/fixtures/level-of-care-1.1.0.yaml questions.yaml > docs/changes-2.0.md`

A form is below if the level or the first step that it gets for certain stands lower in NEW than it did in OLD. Both
are compared by their order in NEW. An emergency names no level, so a form that is an emergency in NEW is never below.
Only complete forms are looked at: where an answer is missing, the result says what is open.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import iop_screen
from iop_screen.checking.best_form import BestForm, best_form
from iop_screen.engine.answer_batch import AnswerBatch, Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledRule
from iop_screen.engine.conditions import ScoreAtLeast, judge, judge_optional, leaf_tests, questions_in
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.representative_answers import bounds_tested, every_answer, questions_behind
from iop_screen.engine.suggest import BATCH_SIZE, certain_steps
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason, chosen, predicate
from iop_screen.questionnaire.phrases import condition_phrase
from iop_screen.questionnaire.types import Question
from iop_screen.report.headline import Outcome, StepNames, outcome_text, step_names
from iop_screen.report.wording import answer_text

Steps = tuple[int, int]
"""A level and a first step, by their place in NEW; 0 is the first level, and no first step."""

OLD_ANSWERS = {
    "pregnancy": ("pregnant", {"no": "no", "birth": "no", "yes": "yes"}),
    "opioid_use": (
        "opioid_use",
        {"none": "none", "earlier": "none", "some_days": "some_days", "most_days": "most_days"},
    ),
}
"""Questions of NEW that OLD has under another id or with other answers, and what each of their answers is in OLD."""

BLOCKS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "All questions that the changed rules read": {
        "age": (),
        "concerns": ("mood_or_other", "eating"),
        "pregnancy": (),
        "medical": (),
        "ed_body": (),
        "alcohol_use": (),
        "alcohol_amount": (),
        "sedative_use": (),
        "opioid_use": (),
        "withdrawal_now": (),
        "past_severe_withdrawal": (),
        "ed_meals": (),
        "self_care": (),
        "stay_safe": (),
        "support": (),
    },
    "No drinking and no drugs in the weeks asked about, and help wanted with substances": {
        "age": (),
        "concerns": ("substances",),
        "pregnancy": (),
        "medical": (),
        "ed_body": (),
        "withdrawal_now": (),
        "past_severe_withdrawal": (),
        "self_care": (),
        "stay_safe": (),
        "support": (),
    },
}
"""What is counted, by title: questions, and the answers to each; none named means all. The rest has its best answer.

These are the questions that the rules of 1.1.0 read which reach less in 2.0, and those that keep some of them as high
as they were. The danger questions are left out: which rule reaches an emergency is looked at rule by rule.
"""

WHY_LESS_IS_ENOUGH: Mapping[str, str] = {
    "past_severe_withdrawal_and_use": (
        "For sign-off: bad withdrawal once in a lifetime, and some use now, calls for a medical check on the same day. "
        "A hospital stays for daily use, for any signs of withdrawal, and for any calming drug."
    ),
    "daily_use_at_65_or_older": (
        "Joint Clinical Practice Guideline on benzodiazepine tapering 2025: most tapers are done outside of a "
        "hospital. For sign-off: a medical check on the same day is enough for a calming drug on most days, and for "
        "one or two drinks a day, with no signs of withdrawal and no second risk."
    ),
    "daily_use_with_unstable_health": (
        "For sign-off: a calming drug on most days with a health problem that is not under control, and no second "
        "risk, calls for a medical check on the same day. Alcohol on most days stays as it was."
    ),
    "alcohol_with_sedatives": (
        "For sign-off: a calming drug on most days with one or two drinks now and then, and no second risk, calls for "
        "a medical check on the same day. Alcohol on most days with any calming drug stays as it was."
    ),
    "weight_at_risk": (
        "For sign-off: losing weight fast may be meant, or come from a medicine. A medical check on the same day is "
        "enough where eating is no concern, and there is no pregnancy, no health problem out of control, no daily or "
        "heavy use, no bad withdrawal before, no overdose in 30 days, no thought of suicide, no help needed, and no "
        "care that made things worse."
    ),
    "help_needed_and_no_one_there": (
        "For sign-off: a disability is no reason for residential care. Some help with pills or washing, for someone "
        "who lives alone, gets a clinician's check and no level by itself. With daily or heavy use, withdrawal "
        "signs, an overdose in 30 days, pregnancy, a health problem out of control, thoughts of suicide, help needed "
        "at meals, or care that made things worse it stays as it was."
    ),
}
"""Why less is enough where a rule of OLD gave way, by its id. A rule that is missing here is reported."""

SOFTER_REASONS = (
    "suicide_thoughts",
    "worry_about_others",
    "recent_overdose",
    "daily_alcohol_or_sedatives",
)
"""Rules of both whose reason says less about by when, or who looks, than it did. The page shows both texts."""

WHAT_COUNTS: Mapping[str, str] = {
    "emergency_now": (
        "More: someone is hurting the person now, or is about to. Before, only medical danger counted. A yes is an "
        "emergency, as it was."
    ),
    "suicide": (
        "More: a try in the past year is at least the middle answer. It is asked for; before, only the past month was."
    ),
    "harm_others": "More: a child or adult who depends on them and is in danger now counts as danger, an emergency.",
    "reality": (
        "More: nights with next to no sleep and far too much energy, and being so wound up that they could come to "
        "harm. If that is new, gets worse or is not treated, it is an emergency."
    ),
    "medical": (
        "More: a head injury, and fever or sores in someone who injects. A new head injury and such a fever count as "
        "not under control. Less: of diabetes, only that with insulin is named."
    ),
    "sedative_use": (
        "More: GHB, phenibut, baclofen, and more gabapentin or pregabalin than a doctor ordered. Less: melatonin, "
        "allergy pills, CBD, cannabis and pills for low mood that also bring sleep are not to be counted."
    ),
    "opioid_use": (
        "More: kratom, 7-OH, tianeptine and nitazenes; pain pills as ordered, with alcohol or calming drugs; and use "
        "in the past year before these two weeks, which gets a clinician's check."
    ),
    "withdrawal_now": "Less: medicine counts only if doses were missed.",
}
"""Questions of both whose text or help changed what counts, with what is new in it."""

MOST_FORMS_SHOWN = 6


class Comparison:
    """Two questionnaires. A form is one of NEW; OLD reads of it what it asks."""

    def __init__(self, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> None:
        self.old, self.new = old, new
        self.best: BestForm = best_form(new)
        self.level_places = _places(_ids(old.questionnaire.levels), _ids(new.questionnaire.levels))
        old_steps = ["", *_ids(old.questionnaire.first_steps)]
        self.step_places = _places(old_steps, ["", *_ids(new.questionnaire.first_steps)])
        self._best_of_old = best_form(old).values
        self._sources = [self._source(str(question.id)) for question in old.questions]
        self._read = cache(self._read_answer)
        self._is_asked = cache(self._judge_asked)
        self._above = [[*sorted(questions_behind(new, filter(None, [when])))] for when in new.ask_when]

    def new_index(self, old_index: int) -> int | None:
        """The question of NEW that stands for one of OLD."""
        return self._sources[old_index]

    def new_questions(self) -> list[Question]:
        """What only NEW asks."""
        return [question for index, question in enumerate(self.new.questions) if index not in self._sources]

    def as_old(self, answers: Answers) -> Answers:
        """The form as OLD has it. What OLD asks and NEW does not has its best answer there."""
        values: list[Answer] = []
        for index, source in enumerate(self._sources):
            answer = MissingReason.MISSING if source is None else answers.values[source]
            missing = answer is MissingReason.MISSING
            values.append(self._best_of_old[index] if missing else self._read(index, answer))
        return Answers(tuple(values))

    def new_steps(self, forms: Sequence[Answers]) -> list[Steps]:
        """What each form gets for certain from NEW."""
        return certain_steps(self.new, forms, self.new.rules)

    def old_steps(self, forms: Sequence[Answers]) -> list[Steps]:
        """What each form gets for certain from OLD, by the places in NEW."""
        found = certain_steps(self.old, forms, self.old.rules)
        return [(self.level_places[level], self.step_places[step]) for level, step in found]

    def reach(self, rule: CompiledRule) -> Steps:
        """What a rule of OLD reaches, by the places in NEW."""
        return self.level_places[rule.level], self.step_places[rule.first_step]

    def is_below(self, now: Steps, was: Steps) -> bool:
        """Whether one of the two ladders stands lower; an emergency is never below."""
        return now[1] != self.new.interrupt and (now[0] < was[0] or now[1] < was[1])

    def forms(self, answers: Mapping[int, Sequence[Answer]]) -> Iterator[Answers]:
        """Every form with these answers, by the index of their question, and else the best. Each once."""
        yield from self._extended([*self.best.values], answers, 0)

    def answers_to(self, index: int, named: Sequence[str] = ()) -> list[Answer]:
        """The answers to a question, or those named; without those by which NEW does not apply."""
        question = self.new.questions[index]
        if named:
            return [chosen(option) for option in named]
        bounds = bounds_tested(self.new, index)
        if index in self._sources:
            bounds |= bounds_tested(self.old, self._sources.index(index))
        return [answer for answer in every_answer(question, bounds) if self._is_in_scope(index, answer)]

    def harmless(self, index: int, answers: Iterable[Answer]) -> list[Answer]:
        """Without the answers that are an emergency by themselves in NEW, whatever the others are."""
        pairs = [(answer, self.best.with_answers([{index: answer}])) for answer in answers]
        return [answer for answer, forms in pairs if self.new_steps(forms)[0][1] != self.new.interrupt]

    def _extended(self, values: list[Answer], answers: Mapping[int, Sequence[Answer]], start: int) -> Iterator[Answers]:
        for index in range(start, len(values)):
            if index not in answers and self.new.ask_when[index] is None:
                continue
            choices = answers.get(index, (self.best.values[index],))
            above = tuple(values[above] for above in self._above[index])
            for choice in choices if self._is_asked(index, above) else (MissingReason.MISSING,):
                values[index] = choice
                yield from self._extended(values, answers, index + 1)
            return
        yield Answers(tuple(values))

    def _judge_asked(self, index: int, above: tuple[Answer, ...]) -> bool:
        values = [*no_answers(self.new).values]
        for place, answer in zip(self._above[index], above, strict=True):
            values[place] = answer
        return bool(judge_optional(self.new.ask_when[index], AnswerBatch(self.new, [Answers(tuple(values))])).must)

    def _is_in_scope(self, index: int, answer: Answer) -> bool:
        forms = self.best.with_answers([{index: answer}])
        return bool(judge_optional(self.new.applies_when, AnswerBatch(self.new, forms)).must)

    def _source(self, old_id: str) -> int | None:
        renamed = {there: here for here, (there, _) in OLD_ANSWERS.items() if here in self.new.indexes}
        name = renamed.get(old_id, old_id)
        return self.new.indexes.get(name)

    def _read_answer(self, old_index: int, answer: Answer) -> Answer:
        name = str(self.old.questions[old_index].id)
        options = next((options for there, options in OLD_ANSWERS.values() if there == name), {})
        read = answer
        if isinstance(answer, Chosen):
            read = Chosen(frozenset(options.get(option, option) for option in answer.options))
        if not self.old.questions[old_index].fits(read):
            sys.exit(f"an answer that stands for `{name}` is none of OLD: say in OLD_ANSWERS what it counts as")
        return read


def _ids(parts: Iterable[Any]) -> list[str]:
    return [str(part.id) for part in parts]


def _places(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Where each step of OLD stands in NEW."""
    gone = [name for name in old if name not in new]
    if gone:
        sys.exit(f"NEW has no step {', '.join(gone)}, so the two cannot be compared")
    return [new.index(name) for name in old]


# ------------------------------------------------------------------------------- rule by rule


@dataclass(frozen=True, slots=True)
class Lower:
    """A form that is below: its answers that are not the best ones, and what it got and gets."""

    answers: Mapping[int, Answer]
    was: Steps
    now: Steps


def lower_by_rule(comparison: Comparison, rule: CompiledRule) -> list[Lower]:
    """The smallest forms on which a rule of OLD holds and NEW gives less than that rule did."""
    questions = _questions_of(comparison, rule)
    answers = {index: comparison.answers_to(index) for index in sorted(questions)}
    was = comparison.reach(rule)
    found = []
    for forms in _batches(comparison.forms(answers)):
        holds = judge(rule.when, AnswerBatch(comparison.old, [*map(comparison.as_old, forms)])).must
        held = [answers for index, answers in enumerate(forms) if holds >> index & 1]
        for form, now in zip(held, comparison.new_steps(held), strict=True):
            if comparison.is_below(now, was):
                found.append(Lower(_changed(comparison, form), was, now))
    return _smallest(comparison, found)


def _questions_of(comparison: Comparison, rule: CompiledRule) -> set[int]:
    """What decides whether the rule holds, in either questionnaire, and where the best form does not stand for all.

    That is at a context question of NEW whose answer on the best form is tested: another answer could get less.
    """
    new, best = comparison.new, comparison.best.values
    sources = map(comparison.new_index, questions_behind(comparison.old, [rule.when]))
    conditions = [when for when in (*new.ask_when, *(each.when for each in new.rules)) if when is not None]
    tests = [test for when in conditions for test in leaf_tests(when)]
    passed = {
        index
        for test in tests
        for index in questions_in(test)
        if isinstance(test, ScoreAtLeast) or predicate(test)(best[index])
    }
    context = {index for index in passed if new.questions[index].role == "context"}
    waiting = {index for index in sources if index is not None} | context
    return waiting.union(questions_behind(new, filter(None, (new.ask_when[index] for index in waiting))))


def _smallest(comparison: Comparison, found: Iterable[Lower]) -> list[Lower]:
    """Without the forms that contain another one: the same answers or worse ones, and perhaps more."""
    kept: list[Lower] = []
    for lower in sorted(found, key=lambda lower: len(lower.answers)):
        if not any(contains(comparison, lower, smaller) for smaller in kept):
            kept = [smaller for smaller in kept if not contains(comparison, smaller, lower)] + [lower]
    return kept


def contains(comparison: Comparison, larger: Lower, smaller: Lower) -> bool:
    """Whether the answers of the first form are those of the second one or worse, and perhaps more."""
    questions = comparison.new.questions
    return all(
        index in larger.answers and questions[index].is_no_worse(answer, larger.answers[index])
        for index, answer in smaller.answers.items()
    )


def _changed(comparison: Comparison, form: Answers) -> dict[int, Answer]:
    pairs = zip(form.values, comparison.best.values, strict=True)
    return {
        index: answer
        for index, (answer, best) in enumerate(pairs)
        if answer is not MissingReason.MISSING and answer != best
    }


def _batches(forms: Iterable[Answers]) -> Iterator[list[Answers]]:
    left = iter(forms)
    while batch := [*islice(left, BATCH_SIZE)]:
        yield batch


# ------------------------------------------------------------------------------- block by block


Kind = tuple[str, ...]
"""The rules of OLD that put a form higher than NEW does."""


@dataclass(slots=True)
class Counted:
    """How many forms of one kind went from one result to another, and the smallest of them."""

    count: int = 0
    smallest: list[Lower] = field(default_factory=list)

    def add(self, lower: Lower) -> None:
        """Count one more form."""
        self.count += 1
        size = len(self.smallest[0].answers) if self.smallest else len(lower.answers)
        if len(lower.answers) < size:
            self.smallest = []
        if len(lower.answers) <= size:
            self.smallest.append(lower)


@dataclass(slots=True)
class Block:
    """The forms that were looked at, and those that are below, by kind and result."""

    title: str
    answers: dict[int, list[Answer]]
    forms: int = 0
    kinds: dict[tuple[Kind, Steps, Steps], Counted] = field(default_factory=dict)

    @property
    def below(self) -> int:
        """How many forms are below."""
        return sum(counted.count for counted in self.kinds.values())


def counted_block(comparison: Comparison, title: str, named: Mapping[str, Sequence[str]]) -> Block:
    """Looks at each form of one block."""
    indexes = {comparison.new.index_of(name): options for name, options in named.items()}
    answers = {
        index: comparison.harmless(index, comparison.answers_to(index, options))
        for index, options in sorted(indexes.items())
    }
    block = Block(title, answers)
    for forms in _batches(comparison.forms(answers)):
        block.forms += len(forms)
        old_forms = [*map(comparison.as_old, forms)]
        pairs = zip(comparison.new_steps(forms), comparison.old_steps(old_forms), strict=True)
        below = [(index, now, was) for index, (now, was) in enumerate(pairs) if comparison.is_below(now, was)]
        kinds = _kinds(comparison, [(old_forms[index], now) for index, now, _ in below])
        for kind, (index, now, was) in zip(kinds, below, strict=True):
            counted = block.kinds.setdefault((kind, was, now), Counted())
            counted.add(Lower(_changed(comparison, forms[index]), was, now))
    return block


def _kinds(comparison: Comparison, below: Sequence[tuple[Answers, Steps]]) -> list[Kind]:
    """For each form of OLD, the rules that put it higher than NEW now does."""
    if not below:
        return []
    batch = AnswerBatch(comparison.old, [form for form, _ in below])
    holds = [(rule, judge(rule.when, batch).must) for rule in comparison.old.rules]
    return [
        tuple(
            str(rule.definition.id)
            for rule, mask in holds
            if mask >> index & 1 and comparison.is_below(now, comparison.reach(rule))
        )
        for index, (_, now) in enumerate(below)
    ]


# ------------------------------------------------------------------------------- the page


HEAD = """\
# What {new_version} puts below {old_version}

The questionnaire `{id}` {new_version} gives some people less than {old_version} did: a lower level of care, or a less
urgent first step. This page lists each kind of such a form. A licensed clinician has to read it and sign it together
with the questionnaire.

This page is written by `python scripts/lower_results.py OLD NEW`, and a test holds it to the program.

| | questionnaire |
|---|---|
| old | `{old_stamp}` |
| new | `{new_stamp}` |

- Both are compared on the same answers. Every question that is asked has an answer. Where one is missing, the result
  says what is open.
- A form is below if its level or its first step stands lower than before. The order of the steps is that of the new
  questionnaire. An emergency names no level, so a form that is an emergency is never below.
- The old questionnaire does not see the answers to new questions.{renamed}
- Only people that the questionnaire is made for are looked at.
- What the old questionnaire gave has the titles of the new one. By when is only said where the old one said it.
"""

CHANGED_TEXTS = """\
## By when, and what is asked

The tables below this part compare levels and first steps on the same answers. They do not show by when a first step is
due, nor that the same person may get another answer because a question now counts something else.

| first step | by when, before | by when, now |
|---|---|---|
{steps}
"""

SOFTER = """\
The reasons of these rules asked for more haste, or for a medical check, and now ask for less. For sign-off: that a
clinician is told today and decides if the talk can wait, and that else the time of the first step is soon enough.

| rule | reason before | reason now | first step now |
|---|---|---|---|
{reasons}
"""

COUNTS = """\
These questions have the same id, and count something else than before. For sign-off: what each of them counts.

| question | what has changed |
|---|---|
{questions}
"""

BY_RULE = """\
## Rule by rule

A worse answer never lowers a result. So it is enough to look at each old rule by itself, with every combination of
answers to the questions that it reads, and the best answers elsewhere. A form that is below has the answers of one of
the forms listed here, or worse ones, whatever else it says.

For {kept_count} of {count} old rules nothing is lost: a form on which one of them holds still gets at least as much.
They are {kept}.

{below_count} old rules reach less on some forms.
"""

ONE_RULE = """\
### `{rule}`

It held if {when}. It gave: {gave}.

{why}

| smallest forms that get less from the new rules | they get now |
|---|---|
"""

BLOCK = """\
## {title}

{forms:,} forms were looked at: every combination of these answers that can be given, with the best answers to all other
questions. {below:,} of them are below.

| question | answers |
|---|---|
{questions}

A kind is the set of old rules that put a form higher than it is now. The smallest forms are those with the fewest
answers that are not the best ones; at most {shown} are shown.

| old rules | forms | before | now | smallest forms |
|---|---:|---|---|---|
"""

SIGN = """\
## Sign-off

I have read each kind of form on this page. I agree that these people can get less than before.

Name: ________________________________

Date: ________________________________

Signature: ________________________________
"""


@dataclass(frozen=True, slots=True)
class Page:
    """The page, and what is wrong: emergencies that are none any more, and old rules whose loss nobody explained."""

    text: str
    lost: tuple[str, ...]
    unexplained: tuple[str, ...]


def page(comparison: Comparison, blocks: Mapping[str, Mapping[str, Sequence[str]]]) -> Page:
    """The whole page, with what it says is wrong."""
    by_rule = {rule: lower_by_rule(comparison, rule) for rule in comparison.old.rules}
    counted = [counted_block(comparison, title, named) for title, named in blocks.items()]
    gave_way = [rule for rule, lower in by_rule.items() if lower]
    lost = tuple(str(rule.definition.id) for rule in gave_way if rule.first_step == comparison.old.interrupt)
    unexplained = tuple(str(rule.definition.id) for rule in gave_way if rule.definition.id not in WHY_LESS_IS_ENOUGH)
    parts = [
        _head_text(comparison),
        *(f"**ERROR: `{name}` was always an emergency, and is not now.**\n" for name in lost),
        *([] if lost else ["Everything that was an emergency still is one.\n"]),
        *changed_texts(comparison),
        *_rules_texts(comparison, by_rule),
        *(block_text(comparison, block) for block in counted),
        SIGN,
    ]
    return Page("\n".join(parts), lost, unexplained)


def _head_text(comparison: Comparison) -> str:
    old, new = comparison.old, comparison.new
    return HEAD.format(
        id=new.questionnaire.id,
        old_version=old.questionnaire.version,
        new_version=new.questionnaire.version,
        old_stamp=old.stamp,
        new_stamp=new.stamp,
        renamed="".join(_renamed_texts(comparison)),
    )


def _renamed_texts(comparison: Comparison) -> Iterator[str]:
    for here, (there, options) in OLD_ANSWERS.items():
        if here in comparison.new.indexes:
            counts = ", ".join(f"`{name}` counts as `{old_name}`" for name, old_name in options.items())
            yield f" Its `{there}` {'has other answers' if there == here else f'is now `{here}`'}: {counts}."


def changed_texts(comparison: Comparison) -> Iterator[str]:
    """What has changed in the texts: by when, reasons, and what questions count."""
    yield CHANGED_TEXTS.format(steps="\n".join(_when_rows(comparison)))
    if reasons := [*_reason_rows(comparison)]:
        yield SOFTER.format(reasons="\n".join(reasons))
    asked = [f"| `{name}` | {changed} |" for name, changed in WHAT_COUNTS.items() if name in comparison.old.indexes]
    if asked:
        yield COUNTS.format(questions="\n".join(asked))
    if new := [f"`{question.id}`" for question in comparison.new_questions()]:
        yield f"These questions are new: {', '.join(new)}.\n"


def _when_rows(comparison: Comparison) -> Iterator[str]:
    before = {str(step.id): step for step in comparison.old.questionnaire.first_steps}
    for step in comparison.new.questionnaire.first_steps:
        was = before.get(str(step.id))
        yield f"| {step.title} | {(was.when or 'not said') if was else 'no such step'} | {step.when or 'not said'} |"


def _reason_rows(comparison: Comparison) -> Iterator[str]:
    steps = step_names(comparison.new.questionnaire)
    before = {str(rule.id): rule for rule in comparison.old.questionnaire.rules}
    for rule in comparison.new.questionnaire.rules:
        if rule.id in SOFTER_REASONS and rule.id in before:
            step = steps.first_step(str(rule.first_step or ""))
            yield f"| `{rule.id}` | {before[str(rule.id)].because} | {rule.because} | {step} |"


def _rules_texts(comparison: Comparison, by_rule: Mapping[CompiledRule, Sequence[Lower]]) -> Iterator[str]:
    gave_way = {rule: lower for rule, lower in by_rule.items() if lower}
    kept = [f"`{rule.definition.id}`" for rule in by_rule if rule not in gave_way]
    counts = {"kept_count": len(kept), "count": len(by_rule), "below_count": len(gave_way)}
    yield BY_RULE.format(kept=", ".join(kept), **counts)
    for rule, lower in gave_way.items():
        definition = rule.definition
        head = ONE_RULE.format(
            rule=definition.id,
            when=condition_phrase(definition.when),
            gave=_old_result_text(comparison, comparison.reach(rule)),
            why=WHY_LESS_IS_ENOUGH.get(str(definition.id), "**NOT EXPLAINED**"),
        )
        rows = (
            f"| {_answers_text(comparison, each.answers)} | {_result_text(comparison, each.now)} |\n" for each in lower
        )
        yield head + "".join(rows)


def block_text(comparison: Comparison, block: Block) -> str:
    """The part of the page about one block."""
    questions = [
        f"| `{comparison.new.questions[index].id}` | {', '.join(map(_option_ids, answers))} |"
        for index, answers in block.answers.items()
    ]
    counts = {"forms": block.forms, "below": block.below, "shown": MOST_FORMS_SHOWN}
    ordered = sorted(block.kinds.items(), key=lambda pair: (len(pair[0][0]), *pair[0]))
    rows = (_kind_row(comparison, *key, counted) for key, counted in ordered)
    return BLOCK.format(title=block.title, questions="\n".join(questions), **counts) + "".join(rows)


def _kind_row(comparison: Comparison, kind: Kind, was: Steps, now: Steps, counted: Counted) -> str:
    rules = ", ".join(f"`{name}`" for name in kind)
    results = f"{_old_result_text(comparison, was)} | {_result_text(comparison, now)}"
    return f"| {rules} | {counted.count:,} | {results} | {_smallest_text(comparison, counted)} |\n"


def _smallest_text(comparison: Comparison, counted: Counted) -> str:
    shown = [_answers_text(comparison, lower.answers) for lower in counted.smallest[:MOST_FORMS_SHOWN]]
    more = len(counted.smallest) - len(shown)
    return "<br>".join([*shown, f"and {more:,} more"] if more else shown)


def _answers_text(comparison: Comparison, answers: Mapping[int, Answer]) -> str:
    questions = comparison.new.questions
    pairs = ((questions[index], answer) for index, answer in answers.items())
    texts = (f"`{question.id}`: {answer_text(question, answer)}" for question, answer in pairs)
    return "; ".join(texts).replace("|", "\\|") or "the best answers alone"


def _option_ids(answer: Answer) -> str:
    return f"`{' and '.join(sorted(answer.options)) if isinstance(answer, Chosen) else answer}`"


def _result_text(comparison: Comparison, steps: Steps) -> str:
    """The headline of a result, in the words of NEW."""
    return _headline(comparison, steps, step_names(comparison.new.questionnaire))


def _old_result_text(comparison: Comparison, steps: Steps) -> str:
    """The headline of a result of OLD, with the titles of NEW; by when is what OLD said."""
    names = step_names(comparison.new.questionnaire)
    when = {str(step.id): step.when for step in comparison.old.questionnaire.first_steps}
    first_steps = {name: replace(step, when=when.get(name)) for name, step in names.first_steps.items()}
    return _headline(comparison, steps, replace(names, first_steps=first_steps))


def _headline(comparison: Comparison, steps: Steps, names: StepNames) -> str:
    compiled, (level, step) = comparison.new, steps
    level_id = str(compiled.questionnaire.levels[level].id)
    step_id = str(compiled.questionnaire.first_steps[step - 1].id) if step else ""
    suggestion = EMERGENCY if step == compiled.interrupt else level_id
    return outcome_text(Outcome(suggestion, (level_id, level_id), (step_id, step_id), danger_open=False), names)


def main() -> None:
    """Print the page; exit 1 if an emergency is lost, or if nobody explained why less is enough."""
    parser = argparse.ArgumentParser(description="Which forms NEW puts below OLD, as a Markdown page.")
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    arguments = parser.parse_args()
    made = page(Comparison(iop_screen.load(arguments.old), iop_screen.load(arguments.new)), BLOCKS)
    sys.stdout.write(made.text)
    sys.stderr.writelines(f"an emergency no more: {name}\n" for name in made.lost)
    sys.stderr.writelines(f"not explained in WHY_LESS_IS_ENOUGH: {name}\n" for name in made.unexplained)
    sys.exit(1 if made.lost or made.unexplained else 0)


if __name__ == "__main__":
    main()
