"""The list of records, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iop_screen.engine.answers import Gap
from iop_screen.records.model import Danger, Record
from iop_screen.records.store import Listed
from iop_screen.report.wording import outcome_text
from iop_screen.showing import show

SCHEMA = "iop-screen.records/1"
HEADER = ("REF", "REV", "CHANGED", "STATE", "ANSWERED", "SUGGESTION", "CHOSEN", "DANGER", "SITE REFERENCE")
DANGER = {
    None: "",
    Danger.WAITS: "NOT ACTED ON",
    Danger.OPEN: "NOT RULED OUT",
    Danger.ACTED: "acted on",
    Danger.CLEARED: "nobody in danger",
}


def records_text(records: Iterable[Listed]) -> str:
    """A table, one line a record."""
    rows = [HEADER, *map(_row, records)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(_line(row, widths) for row in rows)


def records_object(records: Iterable[Listed]) -> dict[str, object]:
    """The same as the parts of a JSON object; times in UTC, nothing as null."""
    return {"schema": SCHEMA, "records": [_object(listed) for listed in records]}


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"


def _row(listed: Listed) -> tuple[str, ...]:
    record = listed.record
    start = (listed.ref, str(listed.revision), f"{listed.changed.astimezone():%Y-%m-%d %H:%M}", _state(listed))
    if not isinstance(record, Record):
        return (*start, "", f"cannot be read: {record.why}", "", "not known", "")
    told = _suggestion(record), _chosen(record), DANGER[record.danger], show(record.reference)
    return (*start, str(_answered(record)), *told)


def _object(listed: Listed) -> dict[str, object]:
    record = listed.record
    start: dict[str, object] = {
        "ref": listed.ref,
        "revision": listed.revision,
        "changed": listed.changed.isoformat().replace("+00:00", "Z"),
        "state": _state(listed),
    }
    if not isinstance(record, Record):
        return {**start, "why": record.why}
    shown, made = record.shown, record.decision
    return {
        **start,
        "answered": _answered(record),
        "suggestion": shown and shown.suggestion,
        "first_step_at_least": shown and shown.first_step_at_least,
        "first_step_at_most": shown and shown.first_step_at_most,
        "danger": record.danger and record.danger.value,
        "chosen": made and made.selected,
        "chosen_first_step": made and made.first_step,
        "because": made and made.because and made.because.value,
        "reference": record.reference or None,
    }


def _state(listed: Listed) -> str:
    if not isinstance(listed.record, Record):
        return "unreadable"
    return "final" if listed.record.final else "draft"


def _answered(record: Record) -> int:
    """How many questions were answered, be it with "don't know"."""
    return sum(answer is not Gap.MISSING for answer in record.answers.values())


def _suggestion(record: Record) -> str:
    """A level never stands without its first step."""
    shown = record.shown
    return show(outcome_text(shown.suggestion, shown.first_step_at_least, shown.first_step_at_most)) if shown else "-"


def _chosen(record: Record) -> str:
    """What was chosen, with what comes first."""
    made = record.decision
    return show(outcome_text(made.selected, made.first_step, made.first_step)) if made else ""
