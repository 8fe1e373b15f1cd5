"""The list of records, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.records.model import Danger, QuestionnaireRef, Record
from iop_screen.records.store import ListedRecord
from iop_screen.report.headline import StepNames, choice_text, step_names
from iop_screen.report.questionnaire_version import ListedQuestionnaires
from iop_screen.report.record_history import NO_LEVEL_CHOICES, shown_result_text
from iop_screen.report.wording import danger_value

RECORD_LIST_SCHEMA = "iop-screen.records/1"
QUESTIONNAIRE = "QUESTIONNAIRE"
HEADER = (
    "REF",
    "REV",
    "CHANGED",
    "STATE",
    "ANSWERED",
    "SUGGESTION",
    "CHOSEN",
    "DANGER",
    QUESTIONNAIRE,
    "SITE REFERENCE",
)
DRAFT_HEADER = ("REF", "BEGUN", "ANSWERED", "DANGER", QUESTIONNAIRE, "SITE REFERENCE")
DANGER_CELLS = {
    None: "",
    Danger.WAITS: "NOT MARKED",
    Danger.OPEN: "NOT RULED OUT",
    Danger.ACTED: "marked: acted",
    Danger.CLEARED: "marked: none",
}


def records_text(
    records: Iterable[ListedRecord],
    questionnaires: Mapping[QuestionnaireRef, Questionnaire],
    versions: ListedQuestionnaires,
) -> str:
    """A table with a line for each record, with titles in place of ids if its questionnaire is given."""
    return _table(HEADER, [_row(listed, questionnaires, versions) for listed in records])


def drafts_text(drafts: Iterable[ListedRecord], versions: ListedQuestionnaires) -> str:
    """A table with a line for each draft that can be resumed."""
    records = [(each.ref, each.record) for each in drafts if isinstance(each.record, Record)]
    return _table(DRAFT_HEADER, [_draft_row(ref, record, versions) for ref, record in records])


def other_revision(earlier: Record | None) -> str:
    """What is added to the reason why the last revision cannot be read: the latest one that can, if there is one."""
    revision = None if earlier is None else earlier.head.revision
    return "" if revision is None else f"; revision {revision} can be read: --revision {revision}"


def records_object(records: Iterable[ListedRecord]) -> dict[str, object]:
    """The list as a JSON object; times in UTC, nothing as null."""
    return {"schema": RECORD_LIST_SCHEMA, "records": [_object(listed) for listed in records]}


def _table(header: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows of cells by the name of their column; a missing cell is empty. Questionnaires only if a row has one."""
    rows = [*rows]
    header = [name for name in header if name != QUESTIONNAIRE or any(row.get(name) for row in rows)]
    lines = [header, *([row.get(name, "") for name in header] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines)
    return "".join("  ".join(cells).rstrip() + "\n" for cells in padded)


def _row(
    listed: ListedRecord, questionnaires: Mapping[QuestionnaireRef, Questionnaire], versions: ListedQuestionnaires
) -> dict[str, str]:
    record = listed.record
    revision, changed = str(listed.revision), _local_time(listed.changed)
    start = {"REF": listed.ref, "REV": revision, "CHANGED": changed, "STATE": listed.state}
    if not isinstance(record, Record):
        unreadable = f"cannot be read: {record.why}{other_revision(listed.earlier)}"
        return {**start, "SUGGESTION": unreadable, "DANGER": "not known"}
    names = step_names(questionnaires.get(record.head.questionnaire))
    return {
        **start,
        **_common_cells(record, versions),
        "ANSWERED": _answer_counts(record),
        "SUGGESTION": _suggestion(record, names),
        "CHOSEN": _chosen(record, names),
    }


def _draft_row(ref: str, record: Record, versions: ListedQuestionnaires) -> dict[str, str]:
    return {
        "REF": ref,
        "BEGUN": _local_time(record.head.started),
        "ANSWERED": str(_answered(record)),
        **_common_cells(record, versions),
    }


def _common_cells(record: Record, versions: ListedQuestionnaires) -> dict[str, str]:
    return {
        "DANGER": DANGER_CELLS[record.danger],
        QUESTIONNAIRE: sanitize(versions.cell(record)),
        "SITE REFERENCE": sanitize(record.reference),
    }


def _local_time(at: datetime) -> str:
    """A time in the local time zone, with its offset from UTC, which may change over the year."""
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
        "danger": danger_value(record),
        "chosen": made and made.selected,
        "chosen_first_step": made and made.first_step,
        "because": made and made.because and made.because.value,
        "lower": made and bool(made.clinician),
        "reference": record.reference or None,
        "questionnaire": record.head.questionnaire.stamp,
    }


def _answered(record: Record) -> int:
    """How many questions were answered, "don't know" and "declined" included."""
    return sum(answer is not MissingReason.MISSING for answer in record.answers.values())


def _answer_counts(record: Record) -> str:
    """How many questions were answered, and if fewer, how many with more than "don't know" or "declined"."""
    known = sum(not isinstance(answer, MissingReason) for answer in record.answers.values())
    return str(known) if known == _answered(record) else f"{_answered(record)}, {known} known"


def _suggestion(record: Record, names: StepNames) -> str:
    """The headline of the result when it was shown."""
    return "-" if record.shown is None else sanitize(shown_result_text(record.shown, names))


def _chosen(record: Record, names: StepNames) -> str:
    made = record.decision
    if made is None:
        return ""
    chosen = NO_LEVEL_CHOICES.get(made.selected) or names.level(made.selected)
    return sanitize(f"{'LOWER. ' if made.clinician else ''}{choice_text(made.first_step, chosen, names)}")
