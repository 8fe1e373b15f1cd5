"""What happened to a record and when: decisions, danger marks, changed answers, and when the result was shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Answer
from iop_screen.records.model import (
    EMERGENCY_CARE,
    SOMETHING_ELSE,
    AnswerRecorded,
    DangerActedOn,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    NoteWritten,
    QuestionnaireChanged,
    Record,
    ReferenceSet,
    ResultShown,
)
from iop_screen.report.blocks import Block, Fields, Heading, Paragraph, Table, TableRow, fields, titled
from iop_screen.report.headline import Outcome, StepNames, after_warning, choice_text, outcome_text, step_names
from iop_screen.report.wording import answer_text

DECISION_REASON_TEXTS = {
    DecisionReason.NOT_AVAILABLE: "It is not available.",
    DecisionReason.WAITING_LIST: "There is a waiting list.",
    DecisionReason.PERSONS_CHOICE: "The person chose so.",
    DecisionReason.CLINICIANS_JUDGEMENT: "A clinician judged so.",
    DecisionReason.COST: "The cost.",
    DecisionReason.JOB: "The person's job.",
    DecisionReason.FAMILY_CARE: "The person takes care of family.",
    DecisionReason.COURT: "A court order.",
    DecisionReason.TRAVEL: "Travel is too hard.",
    DecisionReason.LANGUAGE: "The language spoken there.",
    DecisionReason.PROGRAM_REFUSED: "The program said no.",
    DecisionReason.OTHER: "Another reason.",
}

NO_LEVEL_CHOICES = {EMERGENCY_CARE: "Emergency or hospital care", SOMETHING_ELSE: "Something else"}
"""What can be chosen in place of a level."""

LOWER_CHOICE = "a choice that a clinician has to stand for: it may be less than is needed, or there was danger"

NOT_MARKED = "Nobody has marked yet that they acted on this."


def decision_blocks(record: Record, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """What was chosen, by whom and why, which may differ from the suggestion."""
    yield Heading(2, "What was chosen")
    made = record.decision
    if made is not None:
        yield _decision_fields(made, compiled)
    elif any(isinstance(entry, DecisionMade) for entry in record.log):
        yield Paragraph("The answers have changed since a decision was recorded. It does not stand for them.", "broken")
    else:
        yield Paragraph("No decision is recorded.")


def _decision_fields(made: DecisionMade, compiled: CompiledQuestionnaire) -> Fields:
    return fields(
        ("Chosen", _choice_text(made, compiled)),
        ("To note", f"This is {LOWER_CHOICE}." if made.clinician else ""),
        ("Why this choice", "" if made.because is None else DECISION_REASON_TEXTS[made.because]),
        ("Clinician, as named by who recorded it", made.clinician),
        ("What may go wrong", made.risk),
        ("Note", made.note),
        ("Recorded by", made.by),
        ("When", time_text(made.at)),
    )


def selected_text(selected: str, compiled: CompiledQuestionnaire) -> str:
    """The title of what was chosen."""
    titles = {str(level.id): str(level.title) for level in compiled.questionnaire.levels}
    return {**titles, **NO_LEVEL_CHOICES}.get(selected, selected)


def chosen_first_step_text(first_step: str, compiled: CompiledQuestionnaire) -> str:
    """The title of what was chosen to come first, with by when."""
    return step_names(compiled.questionnaire).first_step(first_step) or "Nothing has to come first"


def _choice_text(made: DecisionMade, compiled: CompiledQuestionnaire) -> str:
    names = step_names(compiled.questionnaire)
    return choice_text(made.first_step, selected_text(made.selected, compiled), names)


def history_blocks(record: Record, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    """Which record it is, when it was made, and what happened since, in order."""
    head = record.head
    yield Heading(2, "The record")
    yield fields(
        ("Reference", head.ref),
        ("Revision", str(head.revision)),
        ("Reference of the site", record.reference),
        ("Started", time_text(head.started)),
        ("Result shown", "" if record.final else "not yet"),
        ("Last change", time_text(record.changed)),
        ("Questionnaire", f"{compiled.questionnaire.title}, {compiled.stamp}"),
    )
    rows = tuple(TableRow((time_text(at), what)) for at, what in _events(record, compiled))
    yield from titled("What happened, and when", [Table(("When", "What"), rows, tall=True)] if rows else [])
    if record.danger_waits:
        yield Paragraph(NOT_MARKED, "broken")


def danger_mark_texts(record: Record) -> Iterator[str]:
    """That there was danger on the call, and the mark that ended it; nothing if there is no such mark."""
    if not record.alarms:
        return
    by_answer = any(isinstance(mark, EmergencyShown) and mark.rules for mark in record.alarms)
    before = "There was danger by the answers" if by_answer else "The emergency page was opened by hand"
    match record.alarms[-1]:
        case DangerActedOn(at):
            yield f"{before}. It was marked at {time_text(at)} that somebody acted."
        case DangerCleared(at):
            yield f"{before}. It was marked at {time_text(at)} that nobody is in danger."
        case EmergencyShown():
            return


def _events(record: Record, compiled: CompiledQuestionnaire) -> Iterator[tuple[datetime, str]]:
    """The entries of the log that are shown: all but notes, references and first answers."""
    before: dict[str, Answer] = {}
    for entry in record.log:
        match entry:
            case AnswerRecorded():
                earlier = before.get(entry.question, entry.answer)
                before[entry.question] = entry.answer
                if earlier != entry.answer:
                    yield entry.at, _changed_answer_text(entry, earlier, compiled)
            case NoteWritten() | ReferenceSet():
                continue
            case (
                EmergencyShown()
                | DangerActedOn()
                | DangerCleared()
                | ResultShown()
                | DecisionMade()
                | QuestionnaireChanged()
            ):
                yield entry.at, _event_text(entry, compiled)


def _changed_answer_text(entry: AnswerRecorded, earlier: Answer, compiled: CompiledQuestionnaire) -> str:
    question = next((each for each in compiled.questions if each.id == entry.question), None)
    if question is None:
        return f"An answer was changed: {entry.question}"
    before, after = answer_text(question, earlier), answer_text(question, entry.answer)
    return f"An answer was changed: {question.ask} [{before}] -> [{after}]"


def _event_text(
    entry: EmergencyShown | DangerActedOn | DangerCleared | ResultShown | DecisionMade | QuestionnaireChanged,
    compiled: CompiledQuestionnaire,
) -> str:
    match entry:
        case EmergencyShown():
            because = {str(rule.id): str(rule.because) for rule in compiled.questionnaire.rules}
            reasons = " ".join(because.get(name, f"Rule {name}.") for name in entry.rules)
            return f"The emergency page was shown. {reasons or 'The coordinator asked for it.'}"
        case DangerActedOn():
            return "The coordinator marked that they acted."
        case DangerCleared():
            return "The coordinator marked that nobody is in danger."
        case ResultShown():
            return f"The result was shown: {shown_result_text(entry, step_names(compiled.questionnaire))}"
        case DecisionMade():
            return f"A decision was recorded: {_decision_line(entry, compiled)}"
        case QuestionnaireChanged():
            left = f"; not used since then: {', '.join(entry.left_out)}" if entry.left_out else ""
            return f"Taken over from {entry.made_with.stamp}{left}"


def _decision_line(made: DecisionMade, compiled: CompiledQuestionnaire) -> str:
    """A decision in one line."""
    lower = f"; {LOWER_CHOICE}; clinician named: {made.clinician}; risk: {made.risk}" if made.clinician else ""
    because = f"; why: {DECISION_REASON_TEXTS[made.because]}" if made.because else ""
    return f"{_choice_text(made, compiled)}{because}{lower}; recorded by {made.by}"


def shown_result_text(shown: ResultShown, names: StepNames) -> str:
    """The headline of a result as it was shown."""
    levels = shown.level_at_least, shown.level_at_most
    first_steps = shown.first_step_at_least or "", shown.first_step_at_most or ""
    outcome = Outcome(shown.suggestion, levels, first_steps, shown.danger_open)
    return after_warning(outcome_text(outcome, names), shown.set_aside)


def time_text(at: datetime) -> str:
    """A time in the local time zone, with its offset from UTC."""
    local = at.astimezone()
    offset = f"{local:%z}"
    return f"{local:%Y-%m-%d %H:%M:%S} UTC{'' if offset == '+0000' else f'{offset[:3]}:{offset[3:5]}'}"
