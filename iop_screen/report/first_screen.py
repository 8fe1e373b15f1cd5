"""The result of one form in so few lines that it fits on one screen; what is left out is counted, with its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, Reason, open_danger_indexes
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Rule
from iop_screen.report.blocks import Block, Fields, Items, Lines, Paragraph, prose_blocks, titled, titled_items
from iop_screen.report.headline import quoted
from iop_screen.report.result_text import (
    InterviewContext,
    danger_notes,
    has_danger,
    headline,
    next_step_texts,
    no_reason_text,
    not_asked_count,
    split_reasons,
    urgent_notes,
    whom_to_call_texts,
)
from iop_screen.report.wording import answer_text, plural, short_ask, suggestion_text

WHY_KEY, OPEN_KEY, ADVICE_KEY = "w", "o", "a"
"""Behind these keys stands the rest: why, what is open, and what to do."""


@dataclass(frozen=True, slots=True)
class Limits:
    """At most so many reasons and next steps are shown; the others are counted."""

    reasons: int
    steps: int


@dataclass(frozen=True, slots=True)
class FirstScreen:
    """What the screen can show: the headline and what is read with it, the reasons, the steps and the disclaimer.

    In an emergency the reasons are those for it; of the others `later` tells. The first `steps_kept` steps are left out
    only where they cannot be shown with even one reason.
    """

    top: tuple[Block, ...]
    reasons: tuple[str, ...]
    steps: tuple[str, ...]
    disclaimer: tuple[Block, ...]
    later: tuple[str, ...] = ()
    steps_kept: int = 1

    def blocks(self, limits: Limits) -> Iterator[Block]:
        """The screen within these limits."""
        yield from self.top
        yield from titled("Why", [Items(_at_most(limits.reasons, self.reasons, WHY_KEY))])
        yield from titled_items("Next steps", _at_most(limits.steps, self.steps, ADVICE_KEY))
        yield from [Lines(self.later)] if self.later else []
        yield from self.disclaimer

    def whole(self) -> Iterator[Block]:
        """The screen without limits."""
        return self.blocks(Limits(len(self.reasons), len(self.steps)))

    def limits_to_try(self, lines: int) -> Iterator[Limits]:
        """Smaller and smaller ones: at first fewer reasons, then fewer steps, and in the end one of each.

        The steps to keep are kept as long as that can be.

        Those that cannot fit in so many lines are left out.
        """
        steps = len(self.steps)
        pairs = [(count, steps) for count in range(len(self.reasons), 3, -1)]
        pairs += [(3, count) for count in range(steps, max(3, self.steps_kept), -1)]
        kept = min(self.steps_kept, steps)
        pairs += [(most, max(count, kept)) for most, count in ((3, 3), (2, 3), (2, 2), (1, 2), (1, 1))]
        pairs += [(1, count) for count in range(kept - 1, 0, -1)]
        return (Limits(*pair) for pair in pairs if sum(pair) < lines)


def first_screen(explanation: Explanation, compiled: CompiledQuestionnaire, context: InterviewContext) -> FirstScreen:
    """The headline, danger and whom to call, what is open, the main reasons, the next steps and the disclaimer."""
    questionnaire = compiled.questionnaire
    text = headline(explanation, danger_raised=context.danger_raised, finished=context.finished)
    about = [*whom_to_call_texts(questionnaire)] if has_danger(explanation, compiled, context) else []
    about += [*context.remarks, *_chosen_texts(context), *_set_aside_texts(explanation)]
    about += _not_asked_texts(explanation, compiled)
    now, later = split_reasons(explanation)
    reasons = [str(reason.rule.because) for reason in _main_first(now, explanation.result)]
    steps, kept = _steps(explanation, compiled)
    return FirstScreen(
        (Paragraph(text, "suggestion"), *([Lines(tuple(about))] if about else [])),
        tuple(reasons) or (no_reason_text(explanation, danger_raised=context.danger_raised),),
        steps,
        tuple(prose_blocks(questionnaire.disclaimer)),
        (f"Once nobody is in danger, {plural(len(later), 'more reason')}: {WHY_KEY}",) if later else (),
        kept,
    )


def _steps(explanation: Explanation, compiled: CompiledQuestionnaire) -> tuple[tuple[str, ...], int]:
    """The next steps, and how many of them, from the first, are to be kept: what to do about a sign of danger.

    In an emergency the steps have the notes for it. Else the first words of each such note stand after the first step;
    the advice has them in full.
    """
    result = explanation.result
    steps, first = [*map(str, next_step_texts(result, compiled.questionnaire))], result.first_steps.at_least
    if result.suggestion == EMERGENCY and first is not None:
        return tuple(steps), 1 + len([*urgent_notes(result.notes, first)])
    notes = [_first_sentence(str(note.say)) for note in danger_notes(explanation, compiled)]
    return (*steps[:1], *notes, *steps[1:]), 1 + len(notes)


def _first_sentence(text: str) -> str:
    first, stop, _ = text.partition(". ")
    return first + stop.strip()


def _chosen_texts(context: InterviewContext) -> Iterator[str]:
    """What was chosen, or that it does not stand any more; the rest of the decision stands with the reasons."""
    for block in context.decision:
        if isinstance(block, Fields):
            yield from (f"{name}: {texts[0]}" for name, texts in block.pairs[:1])
        if isinstance(block, Paragraph):
            yield block.text


def _set_aside_texts(explanation: Explanation) -> Iterator[str]:
    """The result that the answers which do not count would give, if it is another; the headline warns of it."""
    if explanation.if_set_aside_counted is not None:
        yield f"With what does not count: {quoted(suggestion_text(explanation.if_set_aside_counted))}: {OPEN_KEY}"


def _not_asked_texts(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """How many questions were not asked, and by name those about danger that have no usable answer."""
    count = not_asked_count(explanation, compiled)
    danger = "; ".join(_open_danger_texts(explanation, compiled))
    counted = [f"{plural(count, 'question')} not asked: press {OPEN_KEY}."] if count else []
    texts = [*counted, *([f"Danger is not ruled out by: {danger}"] if danger else [])]
    if texts:
        yield " ".join(texts)


def _open_danger_texts(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """In an emergency, each question about danger without a usable answer; else those that could reach one."""
    values, emergency = explanation.answers.values, explanation.result.suggestion == EMERGENCY
    for index in danger_indexes(compiled) if emergency else open_danger_indexes(compiled, explanation.result):
        question, answer = compiled.questions[index], values[index]
        if isinstance(answer, MissingReason):
            asked = answer is not MissingReason.MISSING
            yield f"{short_ask(question)} [{answer_text(question, answer)}]" if asked else short_ask(question)


def _main_first(reasons: Iterable[Reason], result: Result) -> list[Reason]:
    """First the reasons for the first step, then those for the level, then the others."""

    def weight(rule: Rule) -> int:
        step = result.first_steps.at_least
        if step is not None and rule.first_step == step.id:
            return 0
        return 1 if rule.level == result.levels.at_least.id else 2

    return sorted(reasons, key=lambda reason: weight(reason.rule))


def _at_most(most: int, texts: tuple[str, ...], key: str) -> tuple[str, ...]:
    """So many of the texts; of the others, the number, and the key that shows them."""
    left = len(texts) - most
    return (*texts[:most], f"and {left} more: {key}") if left > 0 else texts
