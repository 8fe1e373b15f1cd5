"""The list of records, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from iop_screen.engine.answers import Gap
from iop_screen.records.model import Record, ResultShown
from iop_screen.records.store import Listed
from iop_screen.showing import show

SCHEMA = "iop-screen.records/1"
HEADER = ("REF", "REV", "CHANGED", "STATE", "ANSWERED", "LAST SUGGESTION", "DANGER", "SITE REFERENCE")
DANGER = {None: "", "waits": "NOT ACTED ON", "acted": "acted on"}


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
        return (*start, "", f"cannot be read: {record.why}", "", "")
    return (*start, str(_answered(record)), _suggestion(record), DANGER[_danger(record)], show(record.reference))


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
    shown = _last_shown(record)
    return {
        **start,
        "answered": _answered(record),
        "suggestion": shown and shown.suggestion,
        "first_step": shown and shown.first_step,
        "danger": _danger(record),
        "reference": record.reference or None,
    }


def _state(listed: Listed) -> str:
    if not isinstance(listed.record, Record):
        return "unreadable"
    return "final" if listed.record.final else "draft"


def _answered(record: Record) -> int:
    """How many questions were answered, be it with "don't know"."""
    return sum(answer is not Gap.MISSING for answer in record.answers.values())


def _last_shown(record: Record) -> ResultShown | None:
    return next((entry for entry in reversed(record.log) if isinstance(entry, ResultShown)), None)


def _suggestion(record: Record) -> str:
    """A level never stands without its first step."""
    shown = _last_shown(record)
    return " after ".join(map(show, filter(None, [shown.suggestion, shown.first_step]))) if shown else "-"


def _danger(record: Record) -> str | None:
    return ("waits" if record.danger_waits else "acted") if record.alarms else None
