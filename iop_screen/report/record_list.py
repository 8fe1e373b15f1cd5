"""The list of records: one line of at most 80 columns for each, and as JSON."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from iop_screen.core.columns import padded, width
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import NOT_ASKED, MissingReason
from iop_screen.records.call_data import CallData
from iop_screen.records.model import CallEnded, CallOutcome, Danger, QuestionnaireRef, Record
from iop_screen.records.store import ListedRecord
from iop_screen.report.call_safety import CAUTION, NOT_SAFE, unsafe_record
from iop_screen.report.chain_text import chain_text
from iop_screen.report.danger_state import Findings, danger_cell, danger_findings, findings_object, signs
from iop_screen.report.headline import StepNames, step_names
from iop_screen.report.short_result import ShortResult, short_result
from iop_screen.report.wording import danger_value, plural

RECORD_LIST_SCHEMA = "iop-screen.records/1"
COLUMNS = 80
PRACTICE_TITLE = "PRACTICE: made-up callers, kept apart from the records"
NOT_KNOWN = "not known"
CANNOT_BE_READ = "CANNOT BE READ"

SHORT_OUTCOMES = {
    CallOutcome.FINISHED: "finished",
    CallOutcome.HUNG_UP: "hung up",
    CallOutcome.CALL_BACK: "call back",
    CallOutcome.WRONG_NUMBER: "wrong number",
    CallOutcome.DUPLICATE: "duplicate",
    CallOutcome.REFERRED: "referred",
}


@dataclass(frozen=True, slots=True)
class ListItem:
    """A record of the list with what its questionnaire says of it.

    `findings` are the questions about danger that do not have the best answer; None if that is not known. `reference`
    is that of the site. `unsafe`: to call back may put the person at risk.
    """

    listed: ListedRecord
    names: StepNames
    findings: Findings | None
    reference: str
    unsafe: bool = False

    @property
    def record(self) -> Record | None:
        """The last revision, if it can be read."""
        return self.listed.record if isinstance(self.listed.record, Record) else None

    @property
    def call_end(self) -> CallEnded | None:
        """How the call ended, if that was recorded."""
        return None if self.record is None else self.record.call_end

    @property
    def to_call_back(self) -> bool:
        """Whether somebody is to call back."""
        return self.record is not None and self.record.to_call_back

    @property
    def danger(self) -> str:
        """How it stands with danger, in a few columns."""
        if self.record is not None:
            return danger_cell(self.record, self.findings)
        waits = self.listed.readable is not None and self.listed.readable.danger_waits
        return "NOT MARKED" if waits else NOT_KNOWN

    @property
    def is_open(self) -> bool:
        """Whether there is something to do: it is no finished record without danger that waits or may be there."""
        if self.record is None or self.to_call_back or self.record.danger in {Danger.WAITS, Danger.OPEN}:
            return True
        return not self.record.final and not self.is_closed

    @property
    def is_closed(self) -> bool:
        """Whether the call was a wrong number or a duplicate, and no answer is a sign of danger."""
        if self.call_end is None or self.findings is None or signs(self.findings):
            return False
        return self.call_end.outcome in {CallOutcome.WRONG_NUMBER, CallOutcome.DUPLICATE}


def list_items(
    records: Iterable[ListedRecord],
    questionnaires: Mapping[QuestionnaireRef, CompiledQuestionnaire],
    call_of: Callable[[ListedRecord], CallData],
) -> tuple[ListItem, ...]:
    """The items of a list; `questionnaires` are those of the records, as far as they can be read."""
    return tuple(_item(listed, questionnaires, call_of(listed)) for listed in records)


def _item(
    listed: ListedRecord, questionnaires: Mapping[QuestionnaireRef, CompiledQuestionnaire], call: CallData
) -> ListItem:
    record = listed.record
    if not isinstance(record, Record):
        return ListItem(listed, step_names(None), None, call.reference)
    compiled = questionnaires.get(record.head.questionnaire)
    names = step_names(None if compiled is None else compiled.questionnaire)
    findings = None if compiled is None else danger_findings(record, compiled)
    return ListItem(listed, names, findings, call.reference, unsafe_record(record, call, compiled))


@dataclass(frozen=True, slots=True)
class ListFilter:
    """Which records are wanted: those for which all hold that are set."""

    today: bool = False
    open: bool = False
    danger: bool = False
    call_back: bool = False

    def chosen(self, items: Iterable[ListItem], now: datetime) -> tuple[ListItem, ...]:
        """The items that are wanted, in their order. Days are those of the place."""
        return tuple(item for item in items if self._wants(item, now))

    def _wants(self, item: ListItem, now: datetime) -> bool:
        return (
            (not self.today or _day(item.listed.changed) == _day(now))
            and (not self.open or item.is_open)
            and (not self.danger or item.danger not in {"", "cleared"})
            and (not self.call_back or item.to_call_back)
        )


def records_text(items: Sequence[ListItem], total: int, now: datetime, *, call_back: bool = False) -> str:
    """A line for each item, the newest last, and the counts; `total` is how many records there are in all.

    With `call_back` it says when to call back in place of the result, the earliest first, and where that is not safe.
    """
    if call_back:
        items = sorted(items, key=_due)
        rows = [{**_cells(item, now), "CALL BACK": _call_back_cell(item)} for item in items]
        table = _table(("REF", "TIME", "STATE", "DANGER"), "CALL BACK", rows)
    else:
        items = sorted(items, key=lambda item: item.listed.changed)
        table = _table(("REF", "TIME", "STATE", "KNOWN", "DANGER"), "RESULT", [_cells(item, now) for item in items])
    counts = textwrap.wrap(_counts(items, total), COLUMNS, subsequent_indent="  ")
    return "\n".join([*(table if items else ()), *_caution_lines(items), *counts, ""])


def _caution_lines(items: Iterable[ListItem]) -> Iterator[str]:
    """What the mark of a call that is not safe to make stands for, if there is such a call to make."""
    if any(item.unsafe and item.to_call_back for item in items):
        yield CAUTION


def _call_back_cell(item: ListItem) -> str:
    """When to call back, after the mark that it is not safe: what stands last is cut first."""
    words = item.call_end.words if item.call_end else ""
    return "; ".join(filter(None, [NOT_SAFE if item.unsafe else "", sanitize(words)]))


def drafts_table(items: Sequence[ListItem], now: datetime) -> tuple[str, ...]:
    """A header, and a numbered line for each draft that can be resumed, in their order."""
    rows = [{**_cells(item, now), "NO": str(number)} for number, item in enumerate(items, start=1)]
    return _table(("NO", "REF", "TIME", "KNOWN", "DANGER"), "RESULT", rows)


def other_revision(earlier: Record | None) -> str:
    """What is added to the reason why the last revision cannot be read: the latest one that can, if there is one."""
    revision = None if earlier is None else earlier.head.revision
    return "" if revision is None else f"; revision {revision} can be read: --revision {revision}"


def records_object(items: Iterable[ListItem]) -> dict[str, object]:
    """The list as a JSON object; times in UTC, nothing as null."""
    return {"schema": RECORD_LIST_SCHEMA, "records": [_object(item) for item in items]}


Cell = str | ShortResult
SITE = "SITE REF"
SITE_COLUMNS = 16
"""How much of a reference of the site is shown where there is no room for more."""


def _table(fixed: Sequence[str], wide: str, rows: Sequence[Mapping[str, Cell]]) -> tuple[str, ...]:
    """Lines of at most 80 columns, the header first.

    The `fixed` columns are never cut. What is left goes to the `wide` one and to the reference of the site, if a record
    has one.
    """
    names = [*fixed, wide, *([SITE] if any(row[SITE] for row in rows) else [])]
    widths = {name: max(map(width, [name, *(str(row.get(name, "")) for row in rows)])) for name in names}
    left = COLUMNS - sum(widths[name] + 2 for name in fixed)
    if SITE in names:
        shown = min(SITE_COLUMNS, (left - 2) // 2)
        widths[SITE] = min(widths[SITE], max(shown, left - 2 - widths[wide]))
        left -= widths[SITE] + 2
    widths[wide] = min(widths[wide], left)
    header: Mapping[str, Cell] = {name: name for name in names}
    return tuple("  ".join(_fit(row.get(name, ""), widths[name]) for name in names).rstrip() for row in (header, *rows))


def _fit(cell: Cell, columns: int) -> str:
    return padded(cell.cut_to(columns) if isinstance(cell, ShortResult) else cell, columns)


def _cells(item: ListItem, now: datetime) -> dict[str, Cell]:
    record = item.record
    cells: dict[str, Cell] = {
        "REF": item.listed.ref,
        "TIME": short_time(item.listed.changed, now),
        "STATE": "" if record is None else record.state,
        "DANGER": item.danger,
        SITE: sanitize(item.reference),
    }
    if record is None:
        return {**cells, "RESULT": _unreadable_cell(item.listed)}
    return {
        **cells,
        "KNOWN": _known_of_answered(record),
        "RESULT": _result_cell(item, record),
    }


def _result_cell(item: ListItem, record: Record) -> ShortResult:
    """Whether its chain is broken or it was kept apart, how the call ended, and the result, if one was shown."""
    result = short_result(record.shown, item.names)
    apart = f"apart from {record.kept_apart_from}" if record.kept_apart_from else ""
    before = [text for text in (chain_text(record), apart, _call_end_text(record, unsafe=item.unsafe)) if text]
    if not record.final:
        return ShortResult("; ".join(before), "")
    return replace(result, before=f"{''.join(f'{text}; ' for text in before)}{result.before}".strip())


def _call_end_text(record: Record, *, unsafe: bool) -> str:
    """How the call ended, and if a call back is not safe; that a final record's call was finished goes unsaid."""
    end = record.call_end
    if end is None or (end.outcome is CallOutcome.FINISHED and record.final):
        return ""
    words = end.words if end.outcome in {CallOutcome.CALL_BACK, CallOutcome.DUPLICATE} else ""
    mark = f"{NOT_SAFE} to " if unsafe and record.to_call_back else ""
    return sanitize(f"{mark}{SHORT_OUTCOMES[end.outcome]} {words}".strip())


def _unreadable_cell(listed: ListedRecord) -> str:
    """That it cannot be read, and which revision can; `records show` says why."""
    return (
        CANNOT_BE_READ if listed.earlier is None else f"{CANNOT_BE_READ}; see revision {listed.earlier.head.revision}"
    )


def short_time(at: datetime, now: datetime) -> str:
    """The time of day in the local time zone; of another day the date, and the year if it is another one."""
    here, today = at.astimezone(), now.astimezone()
    if here.date() == today.date():
        return f"{here:%H:%M}"
    return f"{here:%b %d}" if here.year == today.year else f"{here:%b %Y}"


def _day(at: datetime) -> object:
    return at.astimezone().date()


CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:.]([0-5]\d)(?!\d)")


def _due(item: ListItem) -> datetime:
    """When to call back, if what was typed has a time of day: the next time that it is, or that of tomorrow.

    Without such a time, when it was typed.
    """
    if item.call_end is None:
        return item.listed.changed.astimezone()
    words, typed_at = item.call_end.words, item.call_end.at.astimezone()
    clock, tomorrow = CLOCK.search(words), "tomorrow" in words.casefold()
    due = datetime.combine(typed_at, time(int(clock[1]), int(clock[2])), typed_at.tzinfo) if clock else typed_at
    return due + timedelta(days=1) if tomorrow or due < typed_at else due


def _counts(items: Sequence[ListItem], total: int) -> str:
    """How many records there are, and how many of them wait for somebody."""
    number = plural(total, "record") if len(items) == total else f"{len(items):,} of {plural(total, 'record')}"
    parts = ", ".join(_count_parts(items))
    return f"{number}: {parts}" if parts else number


def _count_parts(items: Sequence[ListItem]) -> Iterator[str]:
    states = [item.listed.state for item in items]
    counted = Counter(_danger_count(item) for item in items if item.record is not None)
    if states.count("draft"):
        yield plural(states.count("draft"), "draft")
    yield from (f"{counted[words]:,} {words}" for words in DANGER_COUNTS if counted[words])
    waiting = (sum(item.to_call_back for item in items), "to call back"), (states.count("unreadable"), "cannot be read")
    yield from (f"{count:,} {words}" for count, words in waiting if count)


NOT_MARKED, NOT_RULED_OUT, ACTED = "danger not marked", "danger not ruled out", "danger acted on"
SIGN, OPEN, UNKNOWN = "with a sign of danger", "with questions on danger open", "with danger not known"
DANGER_COUNTS = (NOT_MARKED, NOT_RULED_OUT, ACTED, SIGN, OPEN, UNKNOWN)


def _danger_count(item: ListItem) -> str:
    """Under which words a record is counted; none if all answers about danger are the best."""
    marked = {Danger.WAITS: NOT_MARKED, Danger.OPEN: NOT_RULED_OUT, Danger.ACTED: ACTED}
    danger = item.record and item.record.danger
    if danger in marked:
        return marked[danger]
    if item.findings is None or item.danger == NOT_KNOWN:
        return UNKNOWN
    return SIGN if signs(item.findings) else OPEN if item.findings and not item.is_closed else ""


def _object(item: ListItem) -> dict[str, object]:
    listed = item.listed
    record = listed.record
    start: dict[str, object] = {
        "ref": listed.ref,
        "revision": listed.revision,
        "changed": listed.changed.isoformat().replace("+00:00", "Z"),
        "state": listed.state,
    }
    if not isinstance(record, Record):
        return {**start, "why": record.why, "readable_revision": listed.earlier and listed.earlier.head.revision}
    shown, made, ended = record.shown, record.decision, record.call_end
    return {
        **start,
        "practice": record.head.practice,
        "answered": _answered(record),
        "known": _known(record),
        "suggestion": shown and shown.suggestion,
        "first_step_at_least": shown and shown.first_step_at_least,
        "first_step_at_most": shown and shown.first_step_at_most,
        "set_aside": shown and shown.set_aside,
        "danger": danger_value(record),
        "danger_questions": findings_object(item.findings),
        "call_ended": ended and ended.outcome.value,
        "call_ended_words": (ended and ended.words) or None,
        "unsafe_to_call": item.unsafe,
        "chosen": made and made.selected,
        "chosen_first_step": made and made.first_step,
        "because": made and made.because and made.because.value,
        "lower": made and bool(made.clinician),
        "reference": item.reference or None,
        "questionnaire": record.head.questionnaire.stamp,
        "chain": record.chain.state.value,
    }


def _answered(record: Record) -> int:
    """How many questions were answered, "don't know" and "declined" included."""
    return sum(answer not in NOT_ASKED for answer in record.answers.values())


def _known(record: Record) -> int:
    """How many questions have more of an answer than "don't know" or "declined"."""
    return sum(not isinstance(answer, MissingReason) for answer in record.answers.values())


def _known_of_answered(record: Record) -> str:
    known, answered = _known(record), _answered(record)
    return str(known) if known == answered else f"{known}/{answered}"
