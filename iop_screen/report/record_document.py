"""One record as a document for a chart: the result with its reasons, every answer, and what happened when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from iop_screen.engine.answer_batch import asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import leaf_tests, questions_in
from iop_screen.engine.explain import Explanation, Reason
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import Result, is_out_of_scope
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire.answers import NOT_ASKED, MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.records.call_data import NO_CALL_DATA, CallData, call_texts
from iop_screen.records.fitted_answers import FittedAnswers, answers_from_record, explain_record, result_shown_entry
from iop_screen.records.model import EmergencyShown, Record
from iop_screen.report.blocks import (
    Block,
    Group,
    Heading,
    Items,
    Paragraph,
    ReportDocument,
    Table,
    TableRow,
    as_html,
    as_text,
    fields,
    prose_blocks,
    titled,
    titled_items,
)
from iop_screen.report.call_safety import CAUTION, unsafe_record
from iop_screen.report.chain_text import no_chain_texts, record_notices
from iop_screen.report.danger_state import Findings, danger_findings, follow_up_findings, signs, without_answer
from iop_screen.report.headline import step_names
from iop_screen.report.questionnaire_version import (
    NO_OTHERS,
    OtherQuestionnaires,
    questions_as_asked,
    version_texts,
)
from iop_screen.report.record_history import (
    NOT_MARKED,
    danger_mark_texts,
    decision_blocks,
    history_blocks,
    shown_result_text,
    time_text,
)
from iop_screen.report.result_text import (
    NO_LEVEL,
    NOT_FINISHED,
    SET_ASIDE_TITLE,
    calm_notes,
    headline,
    meaning_texts,
    next_step_texts,
    no_reason_text,
    note_text,
    open_question_text,
    open_questions_in_order,
    other_danger_texts,
    score_texts,
    set_aside_result_text,
    split_reasons,
)
from iop_screen.report.what_if import no_effect_texts, open_question_effect
from iop_screen.report.wording import (
    PRACTICE,
    answer_text,
    asked_and_answered,
    contact_texts,
    recorded_text,
    short_ask,
)

DRAFT = "DRAFT - no result yet"


def record_text(
    record: Record,
    compiled: CompiledQuestionnaire,
    others: OtherQuestionnaires = NO_OTHERS,
    call: CallData | None = None,
) -> str:
    """A record as plain text to paste into a chart, 78 columns; see `record_document`."""
    return as_text(record_document(record, compiled, others, call))


def record_html(
    record: Record,
    compiled: CompiledQuestionnaire,
    others: OtherQuestionnaires = NO_OTHERS,
    call: CallData | None = None,
) -> str:
    """A record as one HTML page that loads nothing and runs nothing; see `record_document`."""
    return as_html(record_document(record, compiled, others, call))


@dataclass(frozen=True, slots=True)
class _ReadRecord:
    """A record read with a questionnaire; `asked` are the indexes of the questions that may be asked.

    `findings` are the questions about danger, and those that follow from one, that do not have the best answer.
    """

    record: Record
    compiled: CompiledQuestionnaire
    others: OtherQuestionnaires
    fitted: FittedAnswers
    explanation: Explanation
    asked: frozenset[int]
    findings: Findings

    @property
    def result(self) -> Result:
        return self.explanation.result

    def has_entry(self, index: int) -> bool:
        """Whether an answer or a note was recorded to this question, whether it counts or not."""
        return self.fitted.answers.values[index] is not MissingReason.MISSING or bool(self.fitted.notes[index])

    def as_asked(self) -> dict[str, Question | None]:
        """Each question with an answer or a note, as it was asked then; None if that is not known."""
        known = {**self.others.before, self.record.head.questionnaire: self.compiled}
        return questions_as_asked(self.record, known)

    @property
    def danger(self) -> bool:
        """Whether there is, was or may be danger."""
        return self.result.suggestion == EMERGENCY or bool(self.record.alarms or self.findings)


def record_document(
    record: Record,
    compiled: CompiledQuestionnaire,
    others: OtherQuestionnaires = NO_OTHERS,
    call: CallData | None = None,
) -> ReportDocument:
    """Everything that is known of one interview; danger first, and no suggestion without a disclaimer.

    The header of the call, with the reference of the site, is part of it only if it is given as `call`. What was
    recorded before the record was taken over is told in the words of the questionnaire of that time.
    """
    explanation, fitted = explain_record(record, compiled), answers_from_record(record, compiled)
    asked = frozenset(asked_indexes(compiled, explanation.answers))
    findings = (*danger_findings(record, compiled), *follow_up_findings(record, compiled))
    read = _ReadRecord(record, compiled, others, fitted, explanation, asked, findings)
    questionnaire, head = compiled.questionnaire, record.head
    blocks = [
        Heading(1, str(questionnaire.title), head.ref),
        *_handling(questionnaire),
        *_warnings(read),
        *_danger(read),
        *_call(call, read),
        *(_result(read) if record.final else _draft(read)),
        *titled_items("Contacts", contact_texts(questionnaire, None)),
        *(() if read.danger else _site_lines(questionnaire)),
        Heading(2, "Answers"),
        *_answers(read),
        *_not_used(read),
        *history_blocks(record, compiled, others.before),
        Heading(2, "What this rests on"),
        *prose_blocks(questionnaire.intended_use),
        *map(Paragraph, no_chain_texts(record)),
        Paragraph(str(questionnaire.disclaimer), "strong"),
        *_handling(questionnaire),
    ]
    marks = "".join(f"{mark}. " for mark in _marks(record))
    settings = f". {compiled.site_stamp}" if compiled.site_stamp else ""
    stamp = f"{marks}{head.ref}, revision {head.revision}. {compiled.stamp}{settings}"
    return ReportDocument(f"{head.ref} - {questionnaire.title}", stamp, tuple(blocks))


def _marks(record: Record) -> Iterator[str]:
    """What stands at the top of the report and on each printed sheet."""
    if record.head.practice:
        yield PRACTICE
    if not record.final:
        yield DRAFT


def _call(call: CallData | None, read: _ReadRecord) -> Iterator[Block]:
    """Who called and how to reach them, as far as it was filled in, and that to call back may not be safe."""
    filled = () if call is None else call_texts(call)
    told: list[Block] = [fields(*filled)] if filled else []
    if (filled or read.record.to_call_back) and unsafe_record(read.record, call or NO_CALL_DATA, read.compiled):
        told.append(Paragraph(CAUTION, "broken"))
    yield from titled("The call", told)


def _handling(questionnaire: Questionnaire) -> Iterator[Paragraph]:
    """How the paper is to be handled. It stands at the start and at the end, as sheets may get separated."""
    if questionnaire.handling:
        yield Paragraph(str(questionnaire.handling), "strong")


def _warnings(read: _ReadRecord) -> Iterator[Block]:
    """What a reader has to know before the rest."""
    record = read.record
    yield from (Paragraph(text, "broken") for text in record_notices(record))
    yield from (Paragraph(mark, "broken") for mark in _marks(record))
    if is_out_of_scope(read.compiled, read.explanation.answers):
        yield Paragraph(NO_LEVEL, "broken")
    yield from (Paragraph(text, "strong") for text in version_texts(record, read.others.todays))
    made_with = record.head.questionnaire.stamp
    if made_with != read.compiled.stamp:
        text = f"This record was made with another questionnaire, {made_with}. It is read here with "
        yield Paragraph(f"{text}{read.compiled.stamp}; the result may not be the one that was shown.", "broken")
    shown = record.shown
    if shown and shown != result_shown_entry(read.explanation, shown.at):
        before = shown_result_text(shown, step_names(read.compiled.questionnaire))
        yield Paragraph(f"When the result was shown it was another one: {before}.", "broken")
    if read.fitted.left_out:
        asked = read.as_asked()
        texts = (name if (question := asked[name]) is None else f'"{question.ask}"' for name in read.fitted.left_out)
        yield Paragraph(f"Answers that are not used here: {'; '.join(texts)}.", "broken")


def _danger(read: _ReadRecord) -> Iterator[Block]:
    if read.danger:
        questionnaire, tone = read.compiled.questionnaire, "broken" if read.record.danger_waits else "strong"
        texts = [Paragraph(text, tone) for text in _danger_texts(read)]
        contacts = Items(contact_texts(questionnaire, questionnaire.interrupt()))
        whom = [Paragraph("Whom to call:", "strong")] if read.findings else []
        below = (*_emergency_so_far(read), *texts, *_findings(read), *whom, contacts, *_site_lines(questionnaire))
        yield Group((Heading(2, "Danger: whom to call"), *below), "danger")


def _emergency_so_far(read: _ReadRecord) -> Iterator[Block]:
    """What a draft already comes to if an answer is danger: that is certain, whatever is still to be asked."""
    if not read.record.final and read.result.suggestion == EMERGENCY:
        text = headline(read.explanation, danger_raised=read.record.danger_raised)
        yield Paragraph(f"{NOT_FINISHED}. {text}", "suggestion")


def _danger_texts(read: _ReadRecord) -> Iterator[str]:
    """Whether danger waits or was acted on, with its times, and which answer meant danger before it was changed."""
    record = read.record
    if record.danger_since is not None:
        yield f"DANGER since {time_text(record.danger_since)}. {NOT_MARKED}"
    yield from danger_mark_texts(record)
    before = ", ".join(_danger_changed(read))
    if before:
        yield f"An earlier answer that meant danger was changed: {before}"


def _danger_changed(read: _ReadRecord) -> list[str]:
    """The first words of each question whose answer was danger when the emergency page was shown, and is not now."""
    shown = {name for alarm in read.record.alarms if isinstance(alarm, EmergencyShown) for name in alarm.rules}
    now = {str(reason.rule.id) for reason in read.explanation.reasons}
    rules = [rule for rule in read.compiled.interrupting() if str(rule.definition.id) in shown - now]
    indexes = {index for rule in rules for test in leaf_tests(rule.when) for index in questions_in(test)}
    return [short_ask(read.compiled.questions[index]) for index in sorted(indexes)]


def _findings(read: _ReadRecord) -> Iterator[Block]:
    """The questions about danger with an answer that is a sign of it, and those of which nothing is known.

    In an emergency the latter stand further down, with the result.
    """
    found, left = ([finding.text for finding in part(read.findings)] for part in (signs, without_answer))
    if found:
        yield Paragraph("Signs of danger in the answers:", "strong")
        yield Items(tuple(found))
    if left and not (read.record.final and read.result.suggestion == EMERGENCY):
        emergency = read.result.suggestion == EMERGENCY
        title = (
            "Other dangers that are not ruled out:" if emergency else "An emergency is not ruled out. Ask these first:"
        )
        yield Paragraph(title, "strong")
        yield Items(tuple(left))


def _site_lines(questionnaire: Questionnaire) -> Iterator[Block]:
    return titled_items("At this site", map(str, questionnaire.site_lines), rank=3)


def _draft(read: _ReadRecord) -> Iterator[Block]:
    """The questions that are still to be asked, and those that were asked and stayed open."""
    compiled, answers = read.compiled, read.explanation.answers.values
    not_asked = [index for index in sorted(read.asked) if answers[index] in NOT_ASKED]
    asks = [str(compiled.questions[index].ask) for index in not_asked]
    yield Heading(2, "Not answered yet")
    yield Items(tuple(asks)) if asks else Paragraph("Every question was asked. The result was not shown yet.")
    texts = (
        open_question_text(question, read.explanation, compiled)
        for question in read.result.open_questions
        if compiled.index_of(question.id) not in not_asked
    )
    yield from titled_items("Asked, and still open", texts)


def _result(read: _ReadRecord) -> Iterator[Block]:
    result, explanation, danger_raised = read.result, read.explanation, read.record.danger_raised
    yield Heading(2, "Suggestion (not a diagnosis, not a placement)")
    yield Paragraph(headline(explanation, danger_raised=danger_raised), "suggestion")
    yield Paragraph(str(read.compiled.questionnaire.disclaimer), "strong")
    yield from map(Paragraph, meaning_texts(result))
    other_result = set_aside_result_text(explanation)
    if other_result:
        yield Heading(2, SET_ASIDE_TITLE)
        yield _given_answers(explanation.set_aside)
        yield Paragraph(other_result, "broken")
    yield from decision_blocks(read.record, read.compiled)
    why, other_reasons = split_reasons(explanation)
    yield Heading(2, "Why")
    yield from map(_reason, why) if why else [Paragraph(no_reason_text(explanation, danger_raised=danger_raised))]
    yield from titled("What else counts, once nobody is in danger", map(_reason, other_reasons))
    yield from _open_questions(explanation, read.compiled)
    yield from titled_items("Scores", score_texts(result))
    yield from titled_items("Next steps", next_step_texts(result, read.compiled.questionnaire))
    yield from titled_items("Daily life and what else to know", _note_texts(read))


def _note_texts(read: _ReadRecord) -> Iterator[str]:
    """The notes of the result, each with its contacts; where there is danger, some stand above already."""
    questionnaire = read.compiled.questionnaire
    shown = contact_texts(questionnaire, questionnaire.interrupt()) if read.danger else ()
    return (note_text(note, questionnaire, shown) for note in calm_notes(read.result))


def _reason(reason: Reason) -> Group:
    return Group((Paragraph(str(reason.rule.because)), _given_answers(reason.because_of)))


def _given_answers(answers: Iterable[GivenAnswer]) -> Items:
    return Items(tuple(asked_and_answered(given.question, given.answer) for given in answers))


def _open_questions(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """Open questions with what they could change, and the questions whose answer would change nothing."""
    emergency = explanation.result.suggestion == EMERGENCY
    yield from titled_items("Other dangers that are not ruled out", other_danger_texts(explanation, compiled))
    texts = []
    for question in open_questions_in_order(explanation, compiled):
        effect = "" if emergency else f" - {open_question_effect(question, explanation.changes)}"
        texts.append(f"{open_question_text(question, explanation, compiled)}{effect}")
    yield from titled_items("Still open", texts)
    if not emergency:
        yield from titled_items(
            "Not known, and would not change the suggestion", no_effect_texts(explanation.without_effect)
        )


def _answers(read: _ReadRecord) -> Iterator[Block]:
    """By section, every question that may be asked, with its answer and the note on it; of a draft, those answered."""
    indexes = iter(range(len(read.compiled.questions)))
    for section in read.compiled.questionnaire.sections:
        in_section = [next(indexes) for _ in section.questions]
        listed = [index for index in in_section if index in read.asked and (read.record.final or read.has_entry(index))]
        yield from titled(str(section.title), _answer_table(read, listed), rank=3)


def _answer_table(read: _ReadRecord, indexes: Iterable[int]) -> tuple[Table, ...]:
    """The questions with their answers as a table; none if there are no questions."""
    rows = []
    for index in indexes:
        question = read.compiled.questions[index]
        answer = answer_text(question, read.fitted.answers.values[index])
        rows.append(TableRow((str(question.ask), answer), note=read.fitted.notes[index]))
    return (Table(("Question", "Answer"), tuple(rows), tall=True),) if rows else ()


def _not_used(read: _ReadRecord) -> Iterator[Block]:
    """Answers that do not count: to questions that are no longer asked, or that this questionnaire does not have."""
    indexes = range(len(read.compiled.questions))
    not_asked = [index for index in indexes if index not in read.asked and read.has_entry(index)]
    title = "Kept, but not used: no longer asked because of other answers"
    yield from titled(title, _answer_table(read, not_asked))
    rows = tuple(_rows_without_place(read))
    if rows:
        yield Heading(2, "Kept, but not used: this questionnaire has no place for it")
        yield Table(("Question, or its id", "As it was kept"), rows, tall=True)


def _rows_without_place(read: _ReadRecord) -> Iterator[TableRow]:
    """Answers and notes that do not fit, in the words of the questionnaire of their time, or as ids."""
    answers, notes, fitted = read.record.answers, read.record.notes, read.fitted
    asked = read.as_asked()
    for name in dict.fromkeys((*fitted.left_out, *fitted.notes_left_out)):
        question = asked[name]
        answer = recorded_text(question, answers[name]) if name in answers else ""
        note = notes[name] if name in fitted.notes_left_out else ""
        yield TableRow((name if question is None else str(question.ask), answer), note=note)
