"""The result of one form and the emergency page as passages of text; no colour, ASCII marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, Reason, open_danger_indexes
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import FirstStep, Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.headline import after_warning, first_step_text, quoted
from iop_screen.report.what_if import change_passages, changes_title, no_effect_texts, open_question_effect
from iop_screen.report.wording import (
    BLANK_LINE,
    Passage,
    asked_and_answered,
    contact_passages,
    contact_texts,
    heading,
    list_item,
    note_contact_texts,
    prose_passages,
    suggestion_text,
    titled_list,
    titled_passages,
)

OPENED_BY_HAND = "You asked for this page. If someone may be in danger, get help first. All else can wait."
"""What the emergency page says where no answer led to it."""
NOT_A_DIAGNOSIS = "A suggestion, not a diagnosis and not a placement"
NOT_FINISHED = "NOT FINISHED"
"""What the headline of a result so far begins with."""
SET_ASIDE_TITLE = "Answers that do not count, for their questions no longer apply"


@dataclass(frozen=True, slots=True)
class InterviewContext:
    """What an interview adds to a result: `remarks` to be read with it, the `decision`, and how the call stands."""

    remarks: tuple[Passage, ...] = ()
    decision: tuple[Passage, ...] = ()
    danger_raised: bool = False
    finished: bool = True


def result_passages(
    explanation: Explanation, compiled: CompiledQuestionnaire, interview: InterviewContext | None = None
) -> Iterator[Passage]:
    """The result of one form, with what its interview adds.

    The headline stands first, without a title above it that would push it off a small screen. Where there may be
    danger, or where it was raised, the contacts stand right below it; in an emergency they stand above it.
    """
    result, questionnaire = explanation.result, compiled.questionnaire
    context = interview or InterviewContext()
    danger_raised = context.danger_raised
    emergency = result.suggestion == EMERGENCY
    danger = emergency or result.danger_open or danger_raised
    suggestion = tuple(prose_passages(headline(explanation, danger_raised=danger_raised, finished=context.finished)))
    help_passages = _help_passages(questionnaire, questionnaire.interrupt()) if danger else ()
    why, other_reasons = split_reasons(explanation)
    return with_blank_lines(
        *(
            (*help_passages, context.remarks, suggestion)
            if emergency
            else (suggestion, *help_passages, context.remarks)
        ),
        _set_aside_passages(explanation),
        [heading(NOT_A_DIAGNOSIS)],
        *(prose_passages(meaning, "  ") for meaning in meaning_texts(result)),
        context.decision,
        titled_passages("Why", _reason_passages(why))
        or titled_list("Why", [no_reason_text(explanation, danger_raised=danger_raised)]),
        titled_passages("What else counts, once nobody is in danger", _reason_passages(other_reasons)),
        titled_list("Other dangers that are not ruled out", other_danger_texts(explanation, compiled)),
        titled_passages("Still open", _open_question_passages(explanation, compiled)),
        titled_list("Scores", score_texts(result)),
        titled_list("Next steps", next_step_texts(result)),
        titled_passages("Daily life and what else to know", _note_passages(result, questionnaire, danger=danger)),
        contact_passages(questionnaire, None),
        () if emergency else titled_passages(changes_title(result), change_passages(explanation, questionnaire)),
        () if emergency else titled_list("What would not change it", no_effect_texts(explanation.without_effect)),
        titled_list("Look at these answers again", (f"{p.question}: {p.code}" for p in result.problems)),
        (heading("What this rests on"), *prose_passages(str(questionnaire.intended_use))),
        prose_passages(str(questionnaire.disclaimer)),
        _stamp_passages(compiled, f"{questionnaire.title}, "),
    )


def headline(explanation: Explanation, *, danger_raised: bool, finished: bool = True) -> str:
    """The suggestion after what speaks against it: danger that was raised, answers set aside, questions to be asked."""
    text = suggestion_text(explanation.result)
    if explanation.result.suggestion == EMERGENCY:
        return text
    text = after_warning(text, len(explanation.set_aside) if explanation.if_set_aside_counted is not None else 0)
    text = f"Danger was raised on this call. By the answers alone: {text}" if danger_raised else text
    return text if finished else f"{NOT_FINISHED}. {text}"


def _open_question_passages(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Passage]:
    for question in open_questions_in_order(explanation, compiled):
        yield list_item(open_question_text(question, explanation, compiled))
        if explanation.result.suggestion != EMERGENCY:
            yield list_item(open_question_effect(question, explanation.changes), "  > ")


def open_question_text(question: Question, explanation: Explanation, compiled: CompiledQuestionnaire) -> str:
    """A question without a usable answer, and why it has none."""
    return asked_and_answered(question, explanation.answers.values[compiled.index_of(question.id)])


def open_questions_in_order(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterable[Question]:
    """The open questions, first those whose answer could reach the interrupt step.

    In an emergency these are left out, for `other_danger_texts` lists them.
    """
    danger = open_danger_questions(explanation, compiled)
    others = [question for question in explanation.result.open_questions if question not in danger]
    return others if explanation.result.suggestion == EMERGENCY else [*danger, *others]


def open_danger_questions(explanation: Explanation, compiled: CompiledQuestionnaire) -> list[Question]:
    """The open questions whose answer could reach the interrupt step."""
    return [compiled.questions[index] for index in open_danger_indexes(compiled, explanation.result)]


def other_danger_texts(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """In an emergency, the questions about danger that have no usable answer, for whoever goes there to help."""
    if explanation.result.suggestion == EMERGENCY:
        for index in danger_indexes(compiled):
            if isinstance(explanation.answers.values[index], MissingReason):
                yield open_question_text(compiled.questions[index], explanation, compiled)


def split_reasons(explanation: Explanation) -> tuple[list[Reason], list[Reason]]:
    """The reasons of a result; in an emergency, those that name the emergency and the others."""
    interrupt = explanation.result.first_steps.at_least
    if explanation.result.suggestion != EMERGENCY or interrupt is None:
        return [*explanation.reasons], []
    urgent = [reason for reason in explanation.reasons if reason.rule.first_step == interrupt.id]
    return urgent, [reason for reason in explanation.reasons if reason not in urgent]


def _set_aside_passages(explanation: Explanation) -> tuple[Passage, ...]:
    """The answers that do not count, and the result that they would give."""
    texts = (asked_and_answered(given.question, given.answer) for given in explanation.set_aside)
    other_result = set_aside_result_text(explanation)
    return (*titled_list(SET_ASIDE_TITLE, texts), *([list_item(other_result, "> ")] if other_result else ()))


def set_aside_result_text(explanation: Explanation) -> str:
    """The result if the answers that were set aside counted; empty if it would be the same."""
    if explanation.if_set_aside_counted is None:
        return ""
    return (
        "If these answers are true all the same, this result is not to be relied on. "
        f"It would be {quoted(suggestion_text(explanation.if_set_aside_counted))}. "
        "Look again at the answers that closed their questions."
    )


def with_blank_lines(*parts: Iterable[Passage]) -> Iterator[Passage]:
    """The parts that are not empty, with a blank line between each two."""
    filled = [passages for part in parts if (passages := tuple(part))]
    for number, passages in enumerate(filled):
        yield from (BLANK_LINE, *passages) if number else passages


def _note_passages(result: Result, questionnaire: Questionnaire, *, danger: bool) -> Iterator[Passage]:
    """The notes of a result, each with its contacts; where there is danger, some stand above already."""
    shown = contact_texts(questionnaire, questionnaire.interrupt()) if danger else ()
    for note in result.notes:
        yield list_item(str(note.say))
        yield from (list_item(text, "  > ") for text in note_contact_texts(questionnaire, note, shown))


def _help_passages(questionnaire: Questionnaire, step: FirstStep | None) -> tuple[tuple[Passage, ...], ...]:
    """The contacts, and the lines that the site added for its own staff, such as whom to fetch."""
    site_lines = titled_list("At this site", map(str, questionnaire.site_lines))
    return contact_passages(questionnaire, step), site_lines


def emergency_passages(compiled: CompiledQuestionnaire, because: Iterable[str]) -> Iterator[Passage]:
    """The page that is shown as soon as an answer reaches the interrupt step; empty if the questionnaire has none."""
    questionnaire = compiled.questionnaire
    step = questionnaire.interrupt()
    if step is None:
        return iter(())
    why = tuple(because)
    return with_blank_lines(
        [Passage(f"*** {' '.join(filter(None, [step.title, step.when])).upper()} ***")],
        *_help_passages(questionnaire, step),
        titled_list("Why", why),
        prose_passages(str(step.means or "") if why else OPENED_BY_HAND),
        titled_list("Do this now", map(str, step.next_steps)),
        *_disclaimer_and_stamp(compiled),
    )


def _disclaimer_and_stamp(compiled: CompiledQuestionnaire) -> tuple[Iterable[Passage], Iterable[Passage]]:
    disclaimer = prose_passages(str(compiled.questionnaire.disclaimer))
    return disclaimer, _stamp_passages(compiled)


def _stamp_passages(compiled: CompiledQuestionnaire, title: str = "") -> Iterator[Passage]:
    """Which questionnaire a page rests on, and which site settings its local lines and contacts come from."""
    yield Passage(f"Questionnaire: {title}{compiled.stamp}")
    if compiled.site_stamp:
        yield Passage(compiled.site_stamp)


def meaning_texts(result: Result) -> Iterator[str]:
    """What the certain first step and the level mean for the person."""
    first, level = result.first_steps.at_least, result.level
    if first is not None and first.means:
        yield f"{first_step_text(first)}: {first.means}"
    if level is not None and level.means:
        yield f"{level.title}: {level.means}"


def _reason_passages(reasons: Iterable[Reason]) -> Iterator[Passage]:
    for reason in reasons:
        yield list_item(str(reason.rule.because))
        for given in reason.because_of:
            yield list_item(asked_and_answered(given.question, given.answer), "  > ")


def no_reason_text(explanation: Explanation, *, danger_raised: bool = False) -> str:
    """What is shown in place of reasons if no rule holds."""
    result = explanation.result
    if result.suggestion == OUT_OF_SCOPE:
        text = "The answers show that this questionnaire is not made for this person."
    elif result.level is not None:
        incomplete = " Not every question was answered." if result.open_questions or explanation.without_effect else ""
        text = f"No answer that counts showed a need for more than this.{incomplete}"
    else:
        text = "No need was shown so far. Too much is open to rule all needs out."
    return f"{text} But danger was raised on this call." if danger_raised else text


def score_texts(result: Result) -> Iterator[str]:
    """Each score with its total."""
    return (f"{total.score.title}: {'not complete' if total.total is None else total.total}" for total in result.scores)


def next_step_texts(result: Result) -> Iterator[str]:
    """What to do next, beginning with the first step. Without a level, only what has to come before one."""
    steps = result.first_steps
    if steps.at_least is not None:
        yield from steps.at_least.next_steps
    if result.level is not None and steps.at_most is not None and steps.at_most is not steps.at_least:
        yield f"Ask what is still open. Until it is known, act as if this came first: {first_step_text(steps.at_most)}."
    if result.level is not None:
        yield from result.level.next_steps
    elif result.suggestion != EMERGENCY:
        yield from _next_without_level(result)


def _next_without_level(result: Result) -> Iterator[str]:
    if result.danger_open:
        yield "Ask the open questions about danger first. If they stay open, hand this to a licensed clinician today."
        yield "At any sign of danger, call one of the contacts above right away."
    elif result.suggestion == OUT_OF_SCOPE:
        yield "Ask a licensed clinician which care fits, one who works with people of this age or need."
    elif result.open_questions:
        yield "Ask what is still open, or hand this to a licensed clinician."
    else:
        yield "Hand this to a licensed clinician; the answers do not settle it."
