"""The list of records, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from iop_screen.core.safe_text import sanitize
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.records.model import Danger, Record
from iop_screen.records.store import ListedRecord
from iop_screen.report.record_history import NO_LEVEL_CHOSEN
from iop_screen.report.wording import NO_LEVEL

RECORD_LIST_SCHEMA = "iop-screen.records/1"
HEADER = ("REF", "REV", "CHANGED", "STATE", "ANSWERED", "SUGGESTION", "CHOSEN", "DANGER", "SITE REFERENCE")
DRAFT_HEADER = ("REF", "BEGUN", "ANSWERED", "DANGER", "SITE REFERENCE")
DANGER = {
    None: "",
    Danger.WAITS: "NOT MARKED",
    Danger.OPEN: "NOT RULED OUT",
    Danger.ACTED: "marked: acted",
    Danger.CLEARED: "marked: none",
}


def records_text(records: Iterable[ListedRecord], wholes: Mapping[str, Questionnaire]) -> str:
    """A table, one line a record. Where the questionnaire of a record is among these, by hash, it has the titles."""
    return _table(HEADER, [_row(listed, wholes) for listed in records])


def drafts_text(drafts: Iterable[ListedRecord]) -> str:
    """A table of what can be gone on with, one line a draft."""
    readable = ((listed.ref, listed.record) for listed in drafts if isinstance(listed.record, Record))
    return _table(DRAFT_HEADER, [_draft_row(ref, record) for ref, record in readable])


def other_revision(earlier: Record | None) -> str:
    """After why the last revision cannot be read: which one can, if one can."""
    if earlier is None:
        return ""
    revision = earlier.head.revision
    return f"; revision {revision} can be read: --revision {revision}"


def records_object(records: Iterable[ListedRecord]) -> dict[str, object]:
    """The same as the parts of a JSON object; times in UTC, nothing as null."""
    return {"schema": RECORD_LIST_SCHEMA, "records": [_object(listed) for listed in records]}


def _table(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of cells by the name of their column; a cell that is not there is empty."""
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(_line(line, widths) for line in lines)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"


def _row(listed: ListedRecord, wholes: Mapping[str, Questionnaire]) -> dict[str, str]:
    record = listed.record
    start = {
        "REF": listed.ref,
        "REV": str(listed.revision),
        "CHANGED": _local(listed.changed),
        "STATE": listed.state,
    }
    if not isinstance(record, Record):
        unreadable = f"cannot be read: {record.why}{other_revision(listed.earlier)}"
        return {**start, "SUGGESTION": unreadable, "DANGER": "not known"}
    titles = _titles(wholes.get(record.head.questionnaire.hash12))
    return {
        **start,
        **_danger_and_reference(record),
        "ANSWERED": _known(record),
        "SUGGESTION": _suggestion(record, titles),
        "CHOSEN": _chosen(record, titles),
    }


def _draft_row(ref: str, record: Record) -> dict[str, str]:
    begun = {"REF": ref, "BEGUN": _local(record.head.started), "ANSWERED": str(_answered(record))}
    return {**begun, **_danger_and_reference(record)}


def _danger_and_reference(record: Record) -> dict[str, str]:
    return {"DANGER": DANGER[record.danger], "SITE REFERENCE": sanitize(record.reference)}


def _local(at: datetime) -> str:
    """The time where one is, with its distance from UTC: that is another one in summer."""
    return f"{at.astimezone():%Y-%m-%d %H:%M%z}"


def _object(listed: ListedRecord) -> dict[str, object]:
    record = listed.record
    start: dict[str, object] = {
        "ref": listed.ref,
        "revision": listed.revision,
        "changed": listed.changed.isoformat().replace("+00:00", "Z"),
        "state": listed.state,
    }
    if not isinstance(record, Record):
        return {**start, "why": record.why, "readable_revision": listed.earlier and listed.earlier.head.revision}
    shown, made = record.shown, record.decision
    return {
        **start,
        "answered": _answered(record),
        "suggestion": shown and shown.suggestion,
        "first_step_at_least": shown and shown.first_step_at_least,
        "first_step_at_most": shown and shown.first_step_at_most,
        "set_aside": shown and shown.set_aside,
        "danger": record.danger and record.danger.value,
        "chosen": made and made.selected,
        "chosen_first_step": made and made.first_step,
        "because": made and made.because and made.because.value,
        "lower": made and bool(made.clinician),
        "reference": record.reference or None,
    }


def _answered(record: Record) -> int:
    """How many questions were answered, be it with "don't know"."""
    return sum(answer is not MissingReason.MISSING for answer in record.answers.values())


def _known(record: Record) -> str:
    """How many questions were answered; and how many of them with more than "don't know" or "declined", if fewer."""
    known = sum(not isinstance(answer, MissingReason) for answer in record.answers.values())
    return str(known) if known == _answered(record) else f"{_answered(record)}, {known} known"


def _suggestion(record: Record, titles: Mapping[str, str]) -> str:
    shown = record.shown
    if shown is None:
        return "-"
    said = _outcome(shown.suggestion, shown.first_step_at_least, shown.first_step_at_most, titles)
    return f"{said}; BUT {shown.set_aside} SET ASIDE" if shown.set_aside else said


def _chosen(record: Record, titles: Mapping[str, str]) -> str:
    made = record.decision
    if made is None:
        return ""
    named = {**titles, **NO_LEVEL_CHOSEN, "": "nothing"}
    first = "" if made.first_step is None else f"; first: {named.get(made.first_step, made.first_step)}"
    return sanitize(f"{named.get(made.selected, made.selected)}{first}{'; LOWER' if made.clinician else ''}")


def _outcome(suggestion: str, least: str | None, most: str | None, titles: Mapping[str, str]) -> str:
    """What was suggested; no level stands without what comes first."""
    named: dict[str | None, str] = {None: "none"} | {**titles}
    first = "" if suggestion == EMERGENCY else _first(least, most, named)
    return sanitize(f"{named.get(suggestion, suggestion)}{first}")


def _first(least: str | None, most: str | None, named: Mapping[str | None, str]) -> str:
    if least != most:
        return f"; first: open, {named.get(least, least)} to {named.get(most, most)}"
    return "" if least is None else f"; first: {named.get(least, least)}"


def _titles(questionnaire: Questionnaire | None) -> dict[str, str]:
    """What each outcome is called, by its id; nothing where the questionnaire is not known."""
    if questionnaire is None:
        return {}
    interrupt = questionnaire.interrupt()
    urgent = {EMERGENCY: str(interrupt.title)} if interrupt is not None else {}
    levels = {str(level.id): str(level.title) for level in questionnaire.levels}
    steps = {str(step.id): str(step.title) for step in questionnaire.first_steps}
    return {**NO_LEVEL, **levels, **steps, **urgent}
