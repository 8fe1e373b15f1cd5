"""What `records list` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from iop_screen.cli.options import (
    print_unreadable_questionnaires,
    questionnaires_of,
    todays_questionnaire,
)
from iop_screen.console.streams import print_message, print_result
from iop_screen.core.safe_text import sanitize
from iop_screen.records.finding import call_of_listed
from iop_screen.records.model import QuestionnaireRef, Record
from iop_screen.report.questionnaire_version import other_versions_text
from iop_screen.report.record_list import PRACTICE_TITLE, ListFilter, list_items, records_object, records_text
from iop_screen.report.score_output import json_line

if TYPE_CHECKING:
    from iop_screen.records.store import Store

NO_RECORDS = {False: "there are no records\n", True: "there are no practice records\n"}


def print_list(store: Store, wanted: ListFilter, *, as_json: bool, practice: bool) -> None:
    """Print the records of a store that are wanted, as a table or as JSON; messages go to stderr."""
    now, listed = datetime.now(UTC), store.listed()
    readable = [one.record for one in listed if isinstance(one.record, Record)]
    compiled, unreadable = questionnaires_of(readable, store)
    items = list_items(listed, compiled, lambda each: call_of_listed(store, each))
    chosen = wanted.chosen(items, now)
    if as_json:
        print_result(json_line(records_object(chosen)))
        return
    if not listed:
        print_message(NO_RECORDS[practice])
        return
    title = f"{PRACTICE_TITLE}\n" if practice else ""
    print_result(title + records_text(chosen, len(items), now, call_back=wanted.call_back))
    _print_about_questionnaires(store, readable, unreadable)


def _print_about_questionnaires(
    store: Store, records: Sequence[Record], unreadable: Mapping[QuestionnaireRef, str]
) -> None:
    todays = todays_questionnaire({record.head.questionnaire for record in records})
    about = sanitize(other_versions_text(records, todays))
    print_message(f"{about}\n" if about else "")
    print_unreadable_questionnaires(records, unreadable, store)
