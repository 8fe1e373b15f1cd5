"""What happened to a record and when: what was chosen, the danger marks, and when the result was shown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from iop_screen.engine.instrument import Instrument
from iop_screen.records.model import (
    EMERGENCY_CARE,
    SOMETHING_ELSE,
    Acted,
    Alarmed,
    Because,
    Carried,
    Record,
    ResultShown,
)
from iop_screen.report.blocks import Block, Heading, Paragraph, Row, Table, fields

BECAUSE = {
    Because.NOT_AVAILABLE: "It is not available.",
    Because.WAITING_LIST: "There is a waiting list.",
    Because.PERSONS_CHOICE: "The person chose so.",
    Because.CLINICIANS_JUDGEMENT: "A clinician judged so.",
    Because.COST: "The cost.",
    Because.JOB: "The person's job.",
    Because.FAMILY_CARE: "The person takes care of family.",
    Because.COURT: "A court order.",
    Because.TRAVEL: "Travel is too hard.",
    Because.LANGUAGE: "The language spoken there.",
    Because.PROGRAM_REFUSED: "The program said no.",
    Because.OTHER: "Another reason.",
}

NOT_MARKED = "Nobody has marked yet that they acted on this."


def decision(record: Record, instrument: Instrument) -> Iterator[Block]:
    """What was chosen, by whom and why; it is not the suggestion."""
    yield Heading(2, "What was chosen")
    made = record.decision
    if made is None:
        yield Paragraph("No decision is recorded.")
        return
    because = "" if made.because is None else BECAUSE[made.because]
    yield fields(
        ("Chosen", selected_text(made.selected, instrument)),
        ("By", made.by),
        ("When", _time(made.at)),
        ("Why it differs", because),
        ("Clinician", made.clinician),
        ("Note", made.note),
    )


def selected_text(selected: str, instrument: Instrument) -> str:
    """Something that can be chosen, in words."""
    titles = {str(level.id): str(level.title) for level in instrument.questionnaire.levels}
    others = {EMERGENCY_CARE: "Emergency or hospital care", SOMETHING_ELSE: "Something else"}
    return {**titles, **others}.get(selected, selected)


def history(record: Record, instrument: Instrument) -> Iterator[Block]:
    """Which record it is, when it was made, and when there was danger."""
    head, shown = record.head, last_shown(record)
    yield Heading(2, "The record")
    yield fields(
        ("Reference", head.ref),
        ("Revision", str(head.revision)),
        ("Reference of the site", record.reference),
        ("Started", _time(head.started)),
        ("Result shown", f"{_time(shown.at)}: {shown_text(shown, instrument)}" if shown else "not yet"),
        ("Last change", _time(record.changed)),
        ("Questionnaire", f"{instrument.questionnaire.title}, {instrument.stamp}"),
        ("Taken over", tuple(_carried(entry) for entry in record.log if isinstance(entry, Carried))),
    )
    if record.alarms:
        yield Heading(2, "Danger, and what was done")
        rows = [(_time(mark.at), _mark(mark, instrument)) for mark in record.alarms]
        yield Table(("When", "What"), tuple(map(Row, rows)), tall=True)
    if record.danger_waits:
        yield Paragraph(NOT_MARKED, "broken")


def _carried(entry: Carried) -> str:
    left = f"; not used since then: {', '.join(entry.left_out)}" if entry.left_out else ""
    return f"{_time(entry.at)}, from {entry.made_with.stamp}{left}"


def _mark(mark: Alarmed | Acted, instrument: Instrument) -> str:
    if isinstance(mark, Acted):
        return "The coordinator marked that they acted."
    because = {str(rule.id): str(rule.because) for rule in instrument.questionnaire.rules}
    said = " ".join(because.get(name, f"Rule {name}.") for name in mark.rules)
    return f"The emergency page was shown. {said or 'The coordinator asked for it.'}"


def last_shown(record: Record) -> ResultShown | None:
    """The result that stands as it was shown, if the record has one."""
    shown = [entry for entry in record.log if isinstance(entry, ResultShown)]
    return shown[-1] if shown and record.final else None


def shown_text(shown: ResultShown, instrument: Instrument) -> str:
    """A result as it was shown: its suggestion and its first step."""
    titles = {str(step.id): str(step.title) for step in instrument.questionnaire.steps()}
    first = "" if shown.first_step is None else f"; first step: {titles.get(shown.first_step, shown.first_step)}"
    return f"{titles.get(shown.suggestion, shown.suggestion)}{first}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
