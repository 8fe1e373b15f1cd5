"""The result of one form, the emergency page and the guide as blocks, as every front end shows them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answer_batch import asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition, leaf_tests, questions_in
from iop_screen.engine.explain import Explanation, Reason, open_danger_indexes
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result, ScoreTotal
from iop_screen.questionnaire.answers import NOT_ASKED, MissingReason
from iop_screen.questionnaire.model import FirstStep, Note, Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.blocks import (
    Block,
    Group,
    Heading,
    Lines,
    Paragraph,
    Point,
    prose_blocks,
    titled,
    titled_items,
    titled_points,
)
from iop_screen.report.danger_state import sign_indexes
from iop_screen.report.headline import after_warning, first_step_text, quoted
from iop_screen.report.what_if import change_points, changes_title, no_effect_texts, open_question_effect
from iop_screen.report.wording import asked_and_answered, contact_texts, note_contact_texts, suggestion_text

OPENED_BY_HAND = "You asked for this page. If someone may be in danger, get help first. All else can wait."
"""What the emergency page says where no answer led to it."""
NOT_A_DIAGNOSIS = "A suggestion, not a diagnosis and not a placement"
NO_LEVEL = "No level: not made for this person."
"""What stands at the top where the questionnaire is not made for the person."""
NOT_FINISHED = "NOT FINISHED"
"""What the headline of a result so far begins with."""
WHY_TITLE = Heading(2, "Why")
SET_ASIDE_TITLE = "Answers that do not count, for their questions no longer apply"


@dataclass(frozen=True, slots=True)
class InterviewContext:
    """What an interview adds to a result: `remarks` to be read with it, the `decision`, and how the call stands."""

    remarks: tuple[str, ...] = ()
    decision: tuple[Block, ...] = ()
    danger_raised: bool = False
    finished: bool = True


def result_blocks(
    explanation: Explanation, compiled: CompiledQuestionnaire, interview: InterviewContext | None = None
) -> Iterator[Block]:
    """The result of one form, with what its interview adds."""
    context = interview or InterviewContext()
    yield from _top_blocks(explanation, compiled, context)
    yield from _set_aside_blocks(explanation)
    yield from _reason_blocks(explanation, context)
    yield from _open_blocks(explanation, compiled)
    yield from _score_blocks(explanation.result)
    yield from advice_part(explanation, compiled, context)
    yield from _change_blocks(explanation, compiled)
    yield from _no_effect_blocks(explanation)
    yield from _problem_blocks(explanation)
    yield from source_part(explanation, compiled)


def why_part(explanation: Explanation, compiled: CompiledQuestionnaire, context: InterviewContext) -> Iterator[Block]:
    """What the suggestion means, what was chosen, why, and what would change it."""
    yield from _reason_blocks(explanation, context)
    yield from _score_blocks(explanation.result)
    yield from _change_blocks(explanation, compiled)


def open_part(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """Answers that do not count, that are missing, or that have a problem."""
    yield from _set_aside_blocks(explanation)
    yield from _open_blocks(explanation, compiled)
    yield from _no_effect_blocks(explanation)
    yield from _problem_blocks(explanation)


def has_danger(explanation: Explanation, compiled: CompiledQuestionnaire, context: InterviewContext) -> bool:
    """Whether there is danger, a sign of it, may be, or was when raised: then whom to call stands at the top."""
    result = explanation.result
    raised = result.danger_open or context.danger_raised
    return result.suggestion == EMERGENCY or raised or bool(sign_indexes(compiled, explanation.answers.values))


def _top_blocks(
    explanation: Explanation, compiled: CompiledQuestionnaire, context: InterviewContext
) -> Iterator[Block]:
    """The headline, without a title above it that would push it off a small screen, and what is read with it.

    Where there is danger, may be, or where it was raised, the contacts stand right below it.
    """
    questionnaire = compiled.questionnaire
    text = headline(explanation, danger_raised=context.danger_raised, finished=context.finished)
    yield Paragraph(text, "suggestion")
    if has_danger(explanation, compiled, context):
        yield from _help_blocks(questionnaire, questionnaire.interrupt())
    yield from [Lines(context.remarks)] if context.remarks else []


def _reason_blocks(explanation: Explanation, context: InterviewContext) -> Iterator[Block]:
    """What the suggestion means, what was chosen, and why."""
    yield Heading(2, NOT_A_DIAGNOSIS)
    yield from (Group(tuple(prose_blocks(meaning))) for meaning in meaning_texts(explanation.result))
    yield from context.decision
    why, other_reasons = split_reasons(explanation)
    no_reason = Point(no_reason_text(explanation, danger_raised=context.danger_raised))
    yield from titled_points("Why", map(_reason_point, why) if why else [no_reason])
    yield from titled_points("What else counts, once nobody is in danger", map(_reason_point, other_reasons))


def _reason_point(reason: Reason) -> Point:
    answers = (asked_and_answered(given.question, given.answer) for given in reason.because_of)
    return Point(str(reason.rule.because), tuple(answers))


def _open_blocks(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """The questions without a usable answer that could change the result, and how."""
    yield from titled_items("Other dangers that are not ruled out", other_danger_texts(explanation, compiled))
    yield from titled_points("Still open", _open_question_points(explanation, compiled))


def _open_question_points(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Point]:
    emergency = explanation.result.suggestion == EMERGENCY
    for question in open_questions_in_order(explanation, compiled):
        effect = () if emergency else (open_question_effect(question, explanation.changes),)
        yield Point(open_question_text(question, explanation, compiled), effect)


def _score_blocks(result: Result) -> Iterator[Block]:
    return titled_items("Scores", score_texts(result))


def advice_part(
    explanation: Explanation, compiled: CompiledQuestionnaire, context: InterviewContext
) -> Iterator[Block]:
    """The next steps, the notes and all contacts; where there is danger, some contacts stand at the top already."""
    questionnaire = compiled.questionnaire
    yield from titled_items("Next steps", next_step_texts(explanation.result, questionnaire))
    shown = (
        contact_texts(questionnaire, questionnaire.interrupt()) if has_danger(explanation, compiled, context) else ()
    )
    notes = (_note_point(note, questionnaire, shown) for note in calm_notes(explanation.result))
    yield from titled_points("Daily life and what else to know", notes)
    yield from titled_items("Contacts", contact_texts(questionnaire, None))


def _note_point(note: Note, questionnaire: Questionnaire, shown: Collection[str]) -> Point:
    return Point(str(note.say), note_contact_texts(questionnaire, note, shown))


def note_text(note: Note, questionnaire: Questionnaire, shown: Collection[str]) -> str:
    """A note with its contacts in one line, without those that are `shown` above it."""
    contacts = note_contact_texts(questionnaire, note, shown)
    return f"{note.say} - {'; '.join(contacts)}" if contacts else str(note.say)


def urgent_notes(notes: Iterable[Note], step: FirstStep) -> Iterator[Note]:
    """The notes that name this first step: in an emergency they are part of what to do now."""
    return (note for note in notes if note.for_first_steps is not None and step.id in note.for_first_steps)


def danger_notes(explanation: Explanation, compiled: CompiledQuestionnaire) -> list[Note]:
    """The notes of a result that rest on a sign of danger, such as whom to ask to lock up guns."""
    found = {*sign_indexes(compiled, explanation.answers.values)}
    return notes_on(found, explanation.result, compiled)


def notes_on(indexes: Collection[int], result: Result, compiled: CompiledQuestionnaire) -> list[Note]:
    """The notes of a result whose condition reads one of these questions."""
    reads_them = [note.definition for note in compiled.notes if {*indexes} & _questions_read(note.when)]
    return [note for note in result.notes if note in reads_them]


def _questions_read(condition: Condition | None) -> set[int]:
    tests = [] if condition is None else leaf_tests(condition)
    return {index for test in tests for index in questions_in(test)}


def calm_notes(result: Result) -> list[Note]:
    """The notes of a result without those that its next steps have."""
    step = result.first_steps.at_least
    urgent = [] if step is None or not step.interrupt else [*urgent_notes(result.notes, step)]
    return [note for note in result.notes if note not in urgent]


def _change_blocks(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """Which answers would change the result; nothing in an emergency."""
    result = explanation.result
    if result.suggestion != EMERGENCY:
        yield from titled_points(changes_title(result), change_points(explanation, compiled.questionnaire))


def _no_effect_blocks(explanation: Explanation) -> Iterator[Block]:
    """Which questions without an answer would not change the result; nothing in an emergency."""
    if explanation.result.suggestion != EMERGENCY:
        yield from titled_items("What would not change it", no_effect_texts(explanation.without_effect))


def _problem_blocks(explanation: Explanation) -> Iterator[Block]:
    problems = explanation.result.problems
    return titled_items("Look at these answers again", (f"{each.question}: {each.code}" for each in problems))


def source_part(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """What the questionnaire is made for, the sources of the reasons, the disclaimer, and which questionnaire it is."""
    questionnaire = compiled.questionnaire
    yield from titled("What this rests on", prose_blocks(questionnaire.intended_use))
    sources = (str(reason.rule.source) for reason in explanation.reasons if reason.rule.source)
    yield from titled_items("Sources of the reasons", dict.fromkeys(sources))
    yield from prose_blocks(questionnaire.disclaimer)
    yield from _stamp_blocks(compiled, f"{questionnaire.title}, ")


def headline(explanation: Explanation, *, danger_raised: bool, finished: bool = True) -> str:
    """The suggestion after what speaks against it: danger that was raised, answers set aside, questions to be asked."""
    text = suggestion_text(explanation.result)
    if explanation.result.suggestion == EMERGENCY:
        return text
    text = after_warning(text, len(explanation.set_aside) if explanation.if_set_aside_counted is not None else 0)
    text = f"Danger was raised on this call. By the answers alone: {text}" if danger_raised else text
    return text if finished else f"{NOT_FINISHED}. {text}"


def not_asked_count(explanation: Explanation, compiled: CompiledQuestionnaire) -> int:
    """How many questions may be asked by the answers that count, and were not."""
    values = explanation.answers.values
    return sum(values[index] in NOT_ASKED for index in asked_indexes(compiled, explanation.answers))


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


def _set_aside_blocks(explanation: Explanation) -> Iterator[Block]:
    """The answers that do not count, and the result that they would give."""
    texts = (asked_and_answered(given.question, given.answer) for given in explanation.set_aside)
    yield from titled_items(SET_ASIDE_TITLE, texts)
    other_result = set_aside_result_text(explanation)
    if other_result:
        yield Paragraph(other_result, "broken")


def set_aside_result_text(explanation: Explanation) -> str:
    """The result if the answers that were set aside counted; empty if it would be the same."""
    if explanation.if_set_aside_counted is None:
        return ""
    return (
        "If these answers are true all the same, this result is not to be relied on. "
        f"It would be {quoted(suggestion_text(explanation.if_set_aside_counted))}. "
        "Look again at the answers that closed their questions."
    )


def _help_blocks(questionnaire: Questionnaire, step: FirstStep | None) -> Iterator[Block]:
    """The contacts, and the lines that the site added for its own staff, such as whom to fetch."""
    yield from titled_items("Contacts", contact_texts(questionnaire, step))
    yield from titled_items("At this site", map(str, questionnaire.site_lines))


def whom_to_call_texts(questionnaire: Questionnaire) -> Iterator[str]:
    """The contacts in their short form on one line, and the lines that the site added for its own staff."""
    if short := short_contacts(questionnaire):
        yield f"Whom to call: {short}"
    yield from map(str, questionnaire.site_lines)


def short_contacts(questionnaire: Questionnaire) -> str:
    """The contacts for danger in their short form, as one text; empty if there are none."""
    contacts = questionnaire.contacts_of(questionnaire.interrupt()) or questionnaire.contacts
    return "; ".join(str(contact.short or contact.reach) for contact in contacts)


def first_words(where: str = "", call_back: str = "", caution: str = "") -> Lines:
    """What has to be known before all else, so that help can be sent; what is known already is said instead.

    A `caution` about calling back stands right below the number.
    """
    place = f"Where the person is: {where}" if where else "Where is the person now? Get an address."
    number = f"Call back: {call_back}" if call_back else "Ask for a number to call back."
    return Lines((place, "Stay on the line.", number, *([caution] if caution else [])))


EmergencyPageParts = tuple[Heading, Lines, Lines, *tuple[Block, ...]]
"""The title of the emergency page, its first words, whom to call in few words, and the rest of it."""


def emergency_blocks(
    compiled: CompiledQuestionnaire,
    because: Iterable[str],
    notes: Iterable[Note] = (),
    words: Lines | None = None,
) -> EmergencyPageParts | tuple[()]:
    """The page that is shown as soon as an answer reaches the interrupt step; empty if the questionnaire has none.

    `because` says why it is shown. Of the `notes`, those that name the interrupt step are shown with what to do, right
    after the first thing to do. `words` are the first words, if something of them is known. What is needed at once
    stands first, so that a small screen has it; the contacts in full stand below it.
    """
    questionnaire = compiled.questionnaire
    step = questionnaire.interrupt()
    if step is None:
        return ()
    why, contacts = tuple(because), contact_texts(questionnaire, step)
    urgent = [_note_point(note, questionnaire, contacts) for note in urgent_notes(notes, step)]
    steps = [*map(Point, map(str, step.next_steps))]
    rest: tuple[Block, ...] = (
        *titled_items(WHY_TITLE.text, why),
        *([] if why else prose_blocks(OPENED_BY_HAND)),
        *titled_points("Do this now", [*steps[:1], *urgent, *steps[1:]]),
        *titled_items("Contacts", contacts),
        *(prose_blocks(step.means or "") if why else []),
        *_disclaimer_and_stamp(compiled),
    )
    title = Heading(1, f"*** {' '.join(filter(None, [step.title, step.when])).upper()} ***")
    return (title, words or first_words(), Lines(tuple(whom_to_call_texts(questionnaire))), *rest)


def _disclaimer_and_stamp(compiled: CompiledQuestionnaire) -> Iterator[Block]:
    yield from prose_blocks(compiled.questionnaire.disclaimer)
    yield from _stamp_blocks(compiled)


def _stamp_blocks(compiled: CompiledQuestionnaire, title: str = "") -> Iterator[Block]:
    """Which questionnaire a page rests on, and which site settings its local lines and contacts come from."""
    yield Paragraph(f"Questionnaire: {title}{compiled.stamp}")
    if compiled.site_stamp:
        yield Paragraph(compiled.site_stamp)


def meaning_texts(result: Result) -> Iterator[str]:
    """What the certain first step and the level mean for the person."""
    first, level = result.first_steps.at_least, result.level
    if first is not None and first.means:
        yield f"{first_step_text(first)}: {first.means}"
    if level is not None and level.means:
        yield f"{level.title}: {level.means}"


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
    """Each score with its total, the band of it, and how far it is an estimate."""
    return map(score_text, result.scores)


def score_text(score: ScoreTotal) -> str:
    """A score with its total: "PHQ-9 total: 12 (moderate), estimated: 2 of 9 items have no answer"."""
    if score.total is None:
        return f"{score.score.title}: not complete"
    band = "" if score.band is None else f" ({score.band.title})"
    missing = f", estimated: {_missing_items(score)}" if score.estimated else ""
    return f"{score.score.title}: {score.total}{band}{missing}"


def _missing_items(score: ScoreTotal) -> str:
    return f"{score.missing} of {score.asked} items {'has' if score.missing == 1 else 'have'} no answer"


def next_step_texts(result: Result, questionnaire: Questionnaire) -> Iterator[str]:
    """What to do next, beginning with the first step. Without a level, only what has to come before one.

    In an emergency the notes of the danger that is there stand right after the first thing to do.
    """
    steps = result.first_steps
    if steps.at_least is not None:
        yield from steps.at_least.next_steps[:1]
    if result.suggestion == EMERGENCY and steps.at_least is not None:
        shown = contact_texts(questionnaire, steps.at_least)
        for note in urgent_notes(result.notes, steps.at_least):
            yield note_text(note, questionnaire, shown)
    if steps.at_least is not None:
        yield from steps.at_least.next_steps[1:]
    yield from until_known_texts(result)
    if result.level is not None:
        yield from result.level.next_steps
    elif result.suggestion != EMERGENCY:
        yield from next_without_level(result)


def until_known_texts(result: Result) -> Iterator[str]:
    """What to do while a more urgent first step is not ruled out, where a level is known; else nothing."""
    least, most = result.first_steps.at_least, result.first_steps.at_most
    if result.level is not None and most is not None and most is not least:
        yield f"Ask what is still open. Until it is known, act as if this came first: {first_step_text(most)}."


def next_without_level(result: Result) -> Iterator[str]:
    """What to do next where no level is suggested and it is no emergency."""
    if result.danger_open:
        yield "Ask the open questions about danger first. If they stay open, hand this to a licensed clinician today."
        yield "At any sign of danger, call one of the contacts above right away."
    elif result.suggestion == OUT_OF_SCOPE:
        yield "Ask a licensed clinician which care fits, one who works with people of this age or need."
    elif result.open_questions:
        yield "Ask what is still open, or hand this to a licensed clinician."
    else:
        yield "Hand this to a licensed clinician; the answers do not settle it."
