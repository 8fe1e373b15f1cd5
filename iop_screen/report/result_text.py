"""The result, the guide and the summary as plain text: pure functions from values to text, no colour, ASCII marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, Reason, open_danger_indexes
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.what_if import changes_said, changes_title, idle_texts, open_text
from iop_screen.report.wording import (
    BLANK_LINE,
    Passage,
    as_lines,
    asked_and_answered,
    contact_lines,
    heading,
    items,
    listed_as,
    plural,
    prose,
    suggestion_text,
    under,
)

ASKED_FOR = "You asked for this page. If someone may be in danger, get help first. All else can wait."
"""What the emergency page says where no answer led to it."""


def result_passages(
    explanation: Explanation,
    compiled: CompiledQuestionnaire,
    remarks: Sequence[Passage] = (),
    decision: Iterable[Passage] = (),
    *,
    raised: bool = False,
) -> Iterator[Passage]:
    """Everything the result of one form says, and of its interview what is to be known first and what was chosen.

    Where there is danger, or may be, or it was `raised`, the contacts stand above everything.
    """
    result, questionnaire = explanation.result, compiled.questionnaire
    emergency = result.suggestion == EMERGENCY
    danger = emergency or result.danger_open or raised
    why, also = reasons_apart(explanation)
    return separated(
        contact_lines(questionnaire, questionnaire.interrupt()) if danger else (),
        site_lines(questionnaire) if danger else (),
        remarks,
        (heading("Suggestion (not a diagnosis, not a placement)"), *prose(headline(explanation, raised=raised), "  ")),
        set_aside_passages(explanation),
        *(prose(meaning, "  ") for meaning in meanings(result)),
        decision,
        under("Why", map(_reason, why)) or items("Why", [no_reason(explanation, raised=raised)]),
        under("What else counts, once nobody is in danger", map(_reason, also)),
        items("Other dangers that are not ruled out", other_dangers(explanation, compiled)),
        under("Still open", _still_open(explanation, compiled)),
        items("Scores", score_texts(result)),
        items("Next steps", next_steps(result)),
        items("Daily life and what else to know", (str(note.say) for note in result.notes)),
        contact_lines(questionnaire, None),
        () if emergency else under(changes_title(result), [changes_said(explanation, questionnaire)]),
        () if emergency else items("What would not change it", idle_texts(explanation.without_effect)),
        items("Look at these answers again", (f"{p.question}: {p.code}" for p in result.problems)),
        (heading("What this rests on"), *prose(str(questionnaire.intended_use))),
        prose(str(questionnaire.disclaimer)),
        [Passage(f"Questionnaire: {questionnaire.title}, {compiled.stamp}")],
    )


def headline(explanation: Explanation, *, raised: bool) -> str:
    """The suggestion, and with it what stands against it: danger that was raised, and answers that were set aside."""
    said = suggestion_text(explanation.result)
    if explanation.result.suggestion == EMERGENCY:
        return said
    if explanation.if_set_aside_counted is not None:
        count = plural(len(explanation.set_aside), "answer")
        said = f"{said}. But {count} that do not count say otherwise"
    return f"By the answers alone: {said}. But danger was raised on this call" if raised else said


def _still_open(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Iterable[Passage]]:
    for question in still_open(explanation, compiled):
        yield [listed_as(with_gap(question, explanation, compiled))]
        if explanation.result.suggestion != EMERGENCY:
            yield [listed_as(open_text(question, explanation.changes), "  > ")]


def with_gap(question: Question, explanation: Explanation, compiled: CompiledQuestionnaire) -> str:
    """A question without a usable answer, and why it has none."""
    return asked_and_answered(question, explanation.answers.values[compiled.index_of(question.id)])


def still_open(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterable[Question]:
    """The open questions, those that could reach the interrupt step before the others.

    In an emergency these are named as dangers of their own.
    """
    danger = still_open_danger(explanation, compiled)
    others = [question for question in explanation.result.open_questions if question not in danger]
    return others if explanation.result.suggestion == EMERGENCY else [*danger, *others]


def still_open_danger(explanation: Explanation, compiled: CompiledQuestionnaire) -> list[Question]:
    """The open questions that could reach the interrupt step."""
    return [compiled.questions[index] for index in open_danger_indexes(compiled, explanation.result)]


def other_dangers(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """In an emergency, the questions about danger that have no usable answer: whoever goes there has to know."""
    if explanation.result.suggestion == EMERGENCY:
        answers = explanation.answers.values
        for index in danger_indexes(compiled):
            if isinstance(answers[index], MissingReason):
                yield with_gap(compiled.questions[index], explanation, compiled)


def reasons_apart(explanation: Explanation) -> tuple[list[Reason], list[Reason]]:
    """The reasons of a result, and in an emergency apart from them those that name no emergency."""
    interrupt = explanation.result.first_steps.at_least
    if explanation.result.suggestion != EMERGENCY or interrupt is None:
        return [*explanation.reasons], []
    now = [reason for reason in explanation.reasons if reason.rule.first_step == interrupt.id]
    return now, [reason for reason in explanation.reasons if reason not in now]


def set_aside_passages(explanation: Explanation) -> tuple[Passage, ...]:
    """The answers that do not count, and what they would come to."""
    said = (asked_and_answered(given.question, given.answer) for given in explanation.set_aside)
    otherwise = otherwise_text(explanation)
    return (*items(SET_ASIDE, said), *([listed_as(otherwise, "> ")] if otherwise else ()))


SET_ASIDE = "Answers that do not count, for their questions no longer apply"


def otherwise_text(explanation: Explanation) -> str:
    """What the answers that were set aside would come to, if that is something else."""
    if explanation.if_set_aside_counted is None:
        return ""
    return (
        "If these answers are true all the same, this result is not to be relied on. "
        f"It would be: {suggestion_text(explanation.if_set_aside_counted)}. "
        "Look again at the answers that closed their questions."
    )


def separated(*parts: Iterable[Passage]) -> Iterator[Passage]:
    """The parts that say something, with a blank line between two of them."""
    said = [passages for part in parts if (passages := tuple(part))]
    for number, passages in enumerate(said):
        yield from (BLANK_LINE, *passages) if number else passages


def site_lines(questionnaire: Questionnaire) -> tuple[Passage, ...]:
    """What the site adds for its own staff: whom to fetch, where to call back, what its plan says."""
    return items("At this site", map(str, questionnaire.site_lines))


def emergency_passages(compiled: CompiledQuestionnaire, because: Iterable[str]) -> Iterator[Passage]:
    """What is shown the moment an answer reaches the interrupt step; nothing if the questionnaire has none."""
    questionnaire = compiled.questionnaire
    step = questionnaire.interrupt()
    if step is None:
        return iter(())
    why = tuple(because)
    return separated(
        [Passage(f"*** {step.title.upper()} ***")],
        contact_lines(questionnaire, step),
        site_lines(questionnaire),
        items("Why", why),
        prose(ASKED_FOR if not why else str(step.means or "")),
        items("Do this now", map(str, step.next_steps)),
        prose(str(questionnaire.disclaimer)),
        [Passage(f"Questionnaire: {compiled.stamp}")],
    )


def guide_page(compiled: CompiledQuestionnaire) -> str:
    """What the levels of care are, and what else the questionnaire's author has to say about them."""
    questionnaire = compiled.questionnaire
    parts: list[Iterable[Passage]] = [
        [Passage(str(questionnaire.title))],
        (heading("Who this is for"), *prose(str(questionnaire.intended_use))),
    ]
    for level in questionnaire.levels:
        parts.append((heading(level.title), *prose(str(level.means or ""))))
        parts.append(items("What to expect", map(str, level.expect)))
        parts.append(items("Next steps", map(str, level.next_steps)))
    parts += [(heading(page.title), *prose(str(page.body))) for page in questionnaire.guide]
    parts += [
        contact_lines(questionnaire, None),
        prose(str(questionnaire.disclaimer)),
        [Passage(f"Questionnaire: {compiled.stamp}")],
    ]
    return as_lines(separated(*parts)) + "\n"


def meanings(result: Result) -> Iterator[str]:
    """What the first step reached for certain and the level mean for the person."""
    steps = [step for step in (result.first_steps.at_least, result.level) if step is not None]
    return (f"{step.title}: {step.means}" for step in steps if step.means)


def _reason(reason: Reason) -> Iterator[Passage]:
    yield listed_as(str(reason.rule.because))
    for given in reason.because_of:
        yield listed_as(asked_and_answered(given.question, given.answer), "  > ")


def no_reason(explanation: Explanation, *, raised: bool = False) -> str:
    """What stands in place of reasons where no rule holds."""
    result = explanation.result
    if result.suggestion == OUT_OF_SCOPE:
        said = "The answers show that this questionnaire is not made for this person."
    elif result.level is not None:
        unsaid = " Not every question was answered." if result.open_questions or explanation.without_effect else ""
        said = f"No answer that counts showed a need for more than this.{unsaid}"
    else:
        said = "No need was shown so far. Too much is open to rule all needs out."
    return f"{said} But danger was raised on this call." if raised else said


def score_texts(result: Result) -> Iterator[str]:
    """Each score with its total."""
    for total in result.scores:
        said = "not complete" if total.total is None else str(total.total)
        yield f"{total.score.title}: {said}"


def next_steps(result: Result) -> Iterator[str]:
    """First steps first. Without a level, only what has to happen before one."""
    steps = result.first_steps
    if steps.at_least is not None:
        yield from steps.at_least.next_steps
    if result.level is not None and steps.at_most is not None and steps.at_most is not steps.at_least:
        yield f"Ask what is still open. Until it is known, act as if this came first: {steps.at_most.title}."
    if result.level is not None:
        yield from result.level.next_steps
    elif result.suggestion != EMERGENCY:
        yield from _when_unsettled(result)


def _when_unsettled(result: Result) -> Iterator[str]:
    if result.danger_open:
        yield "Ask the open questions about danger first. If they stay open, hand this to a licensed clinician today."
        yield "At any sign of danger, call one of the contacts above right away."
    elif result.suggestion == OUT_OF_SCOPE:
        yield "Ask a licensed clinician who works with people like this person which care fits."
    elif result.open_questions:
        yield "Ask what is still open, or hand this to a licensed clinician."
    else:
        yield "Hand this to a licensed clinician; the answers do not settle it."
