"""What happened to a record and when: decisions, danger marks, changed answers, and when the result was shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Answer
from iop_screen.questionnaire.types import Question
from iop_screen.records.model import (
    EMERGENCY_CARE,
    SOMETHING_ELSE,
    AnswerRecorded,
    AnswerTakenBack,
    CallEnded,
    CallOutcome,
    DangerActedOn,
    DangerAction,
    DangerCleared,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    KeptApart,
    NoteWritten,
    QuestionnaireChanged,
    QuestionnaireRef,
    Record,
    ReferenceSet,
    ResultShown,
)
from iop_screen.report.blocks import Block, Fields, Heading, Paragraph, Table, TableRow, fields, titled
from iop_screen.report.headline import Outcome, StepNames, after_warning, choice_text, outcome_text, step_names
from iop_screen.report.questionnaire_version import ids_shown_texts, question_in
from iop_screen.report.wording import recorded_text

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

DANGER_ACTION_TEXTS = {
    DangerAction.CALLED_EMERGENCY: "called 911",
    DangerAction.HANDED_TO_CRISIS_LINE: "handed to 988",
    DangerAction.SOMEONE_WITH_THEM: "someone is with them",
    DangerAction.CLINICIAN_ON_LINE: "a clinician is on the line",
    DangerAction.OTHER: "something else",
}

CALL_OUTCOME_TEXTS = {
    CallOutcome.FINISHED: "finished",
    CallOutcome.HUNG_UP: "the caller hung up",
    CallOutcome.CALL_BACK: "to call back",
    CallOutcome.WRONG_NUMBER: "a wrong number",
    CallOutcome.DUPLICATE: "the same person as in another record",
    CallOutcome.REFERRED: "referred elsewhere",
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
        yield _decision_fields(made, step_names(compiled.questionnaire))
    elif any(isinstance(entry, DecisionMade) for entry in record.log):
        yield Paragraph(_decision_that_does_not_stand(record), "broken")
    else:
        yield Paragraph("No decision is recorded.")


def _decision_that_does_not_stand(record: Record) -> str:
    """What has changed since the last decision: answers, the questionnaire, or both."""
    last = max(index for index, entry in enumerate(record.log) if isinstance(entry, DecisionMade))
    changed = {type(entry) for entry in record.log[last:]}
    if QuestionnaireChanged not in changed:
        return "The answers have changed since a decision was recorded. It does not stand for them."
    what = "answers and the questionnaire have" if AnswerRecorded in changed else "questionnaire has"
    return f"The {what} changed since a decision was recorded. The decision does not stand any more."


def _decision_fields(made: DecisionMade, names: StepNames) -> Fields:
    return fields(
        ("Chosen", _choice_text(made, names)),
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
    return _selected_text(selected, step_names(compiled.questionnaire))


def _selected_text(selected: str, names: StepNames) -> str:
    return NO_LEVEL_CHOICES.get(selected) or names.level(selected)


def chosen_first_step_text(first_step: str, compiled: CompiledQuestionnaire) -> str:
    """The title of what was chosen to come first, with by when."""
    return step_names(compiled.questionnaire).first_step(first_step) or "Nothing has to come first"


def _choice_text(made: DecisionMade, names: StepNames) -> str:
    return choice_text(made.first_step, _selected_text(made.selected, names), names)


def history_blocks(
    record: Record,
    compiled: CompiledQuestionnaire,
    before: Mapping[QuestionnaireRef, CompiledQuestionnaire],
) -> Iterator[Block]:
    """Which record it is, when it was made, and what happened since, in order.

    Each entry is told with the titles of the questionnaire it was made with; with ids, if it is not in `before`.
    """
    head = record.head
    yield Heading(2, "The record")
    yield fields(
        ("Reference", head.ref),
        ("Revision", str(head.revision)),
        ("Started", time_text(head.started)),
        ("Result shown", "" if record.final else "not yet"),
        ("Last change", time_text(record.changed)),
        ("Questionnaire", f"{compiled.questionnaire.title}, {compiled.stamp}"),
        ("Site settings", compiled.site_name),
    )
    known = {**before, head.questionnaire: compiled}
    rows = tuple(TableRow((time_text(at), what)) for at, what in _events(record, known))
    yield from titled("What happened, and when", [Table(("When", "What"), rows, tall=True)] if rows else [])
    yield from (Paragraph(text) for text in ids_shown_texts(record, known))
    if record.danger_waits:
        yield Paragraph(NOT_MARKED, "broken")


def danger_mark_texts(record: Record, *, danger_stands: bool = False) -> Iterator[str]:
    """That there was danger on the call, and the mark that ended it; nothing if there is no such mark.

    `danger_stands`: an answer still means danger, so that it is there, whatever was marked.
    """
    if not record.alarms:
        return
    by_answer = any(isinstance(mark, EmergencyShown) and mark.rules for mark in record.alarms)
    is_or_was = "is" if danger_stands else "was"
    before = f"There {is_or_was} danger by the answers" if by_answer else "The emergency page was opened by hand"
    match record.alarms[-1]:
        case DangerActedOn(at) as acted:
            yield f"{before}. It was marked at {time_text(at)} that somebody acted{_action_end(acted)}."
        case DangerCleared(at):
            yield f"{before}. It was marked at {time_text(at)} that nobody is in danger."
        case EmergencyShown():
            return


_Given = tuple[Question | None, Answer]
"""An answer, and its question as it was asked then."""


def _events(  # noqa: C901 - one case an entry
    record: Record, known: Mapping[QuestionnaireRef, CompiledQuestionnaire]
) -> Iterator[tuple[datetime, str]]:
    """The entries of the log that are shown: all but notes, references and first answers."""
    last: dict[str, _Given] = {}
    before: dict[str, list[_Given]] = {}
    for made_with, entry in record.log_by_questionnaire():
        compiled = known.get(made_with)
        match entry:
            case AnswerRecorded():
                given = question_in(compiled, entry.question), entry.answer
                earlier = last.get(entry.question, given)
                before.setdefault(entry.question, []).append(earlier)
                last[entry.question] = given
                if earlier[1] != entry.answer:
                    yield entry.at, _changed_answer_text(entry.question, earlier, given)
            case QuestionnaireChanged():
                yield entry.at, _taken_over_event(entry, last)
            case AnswerTakenBack(at, question):
                yield at, f"An answer was taken back, for its key was held down: {_asked(question, last.get(question))}"
                if before.get(question):
                    last[question] = before[question].pop()
            case NoteWritten() | ReferenceSet():
                continue
            case CallEnded(at, outcome, words):
                yield at, f"How the call ended: {CALL_OUTCOME_TEXTS[outcome]}{_in_words(words)}"
            case KeptApart(at, ref):
                yield at, f"Another window had changed {ref} meanwhile, so this was kept as a record of its own."
            case EmergencyShown() | DangerActedOn() | DangerCleared() | ResultShown() | DecisionMade():
                yield entry.at, _event_text(entry, compiled)


def _asked(name: str, given: _Given | None) -> str:
    return name if given is None or given[0] is None else str(given[0].ask)


def _action_end(acted: DangerActedOn) -> str:
    """What was done, after "acted"; nothing in a record from before."""
    return "" if acted.action is None else f": {danger_action_text(acted)}"


def danger_action_text(acted: DangerActedOn) -> str:
    """What was done about danger, with the words that were typed; "acted" in a record from before."""
    return "acted" if acted.action is None else f"{DANGER_ACTION_TEXTS[acted.action]}{_in_words(acted.words)}"


def _in_words(words: str) -> str:
    return f" ({words})" if words else ""


def _changed_answer_text(name: str, earlier: _Given, given: _Given) -> str:
    question = given[0] or earlier[0]
    asked = name if question is None else question.ask
    return f"An answer was changed: {asked} [{recorded_text(*earlier)}] -> [{recorded_text(*given)}]"


def _taken_over_event(entry: QuestionnaireChanged, last: Mapping[str, _Given]) -> str:
    asked = {name: f'"{question.ask}"' for name, (question, _) in last.items() if question is not None}
    names = "; ".join(asked.get(name, name) for name in entry.left_out)
    return f"Taken over from {entry.made_with.stamp}{f'; not used since then: {names}' if names else ''}"


def _event_text(
    entry: EmergencyShown | DangerActedOn | DangerCleared | ResultShown | DecisionMade,
    compiled: CompiledQuestionnaire | None,
) -> str:
    names = step_names(None if compiled is None else compiled.questionnaire)
    match entry:
        case EmergencyShown():
            rules = () if compiled is None else compiled.questionnaire.rules
            because = {str(rule.id): str(rule.because) for rule in rules}
            reasons = " ".join(because.get(name, f"Rule {name}.") for name in entry.rules)
            return f"The emergency page was shown. {reasons or 'The coordinator asked for it.'}"
        case DangerActedOn() as acted:
            return f"The coordinator marked that they acted{_action_end(acted)}."
        case DangerCleared():
            return "The coordinator marked that nobody is in danger."
        case ResultShown():
            return f"The result was shown: {shown_result_text(entry, names)}"
        case DecisionMade():
            return f"A decision was recorded: {_decision_line(entry, names)}"


def _decision_line(made: DecisionMade, names: StepNames) -> str:
    """A decision in one line."""
    lower = f"; {LOWER_CHOICE}; clinician named: {made.clinician}; risk: {made.risk}" if made.clinician else ""
    because = f"; why: {DECISION_REASON_TEXTS[made.because]}" if made.because else ""
    return f"{_choice_text(made, names)}{because}{lower}; recorded by {made.by}"


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
