"""Dates and times as a mapping says that they are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from iop_screen.batch.mapping.model import TimeFormat

ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?", re.ASCII)
OLDEST = 120
"""No age in years reaches it."""

TRIED = datetime(2026, 11, 29, 13, 45, 56, tzinfo=UTC)
"""A time whose parts differ, so that none is taken for another."""


def read_time(text: str, written: TimeFormat) -> datetime | None:
    """The time in a cell; None if it is not written like that. A time without a zone stays without one."""
    text = text.strip()
    try:
        if written.pattern is None:
            return datetime.fromisoformat(text) if ISO.fullmatch(text) else None
        return datetime.strptime(text, written.pattern)  # noqa: DTZ007 - the zone is as it is written
    except (ValueError, OverflowError):
        return None


def pattern_fault(pattern: str) -> str:
    """Why a pattern of `strptime` cannot read back what it writes; empty if it can."""
    try:
        read = datetime.strptime(TRIED.strftime(pattern), pattern)  # noqa: DTZ007 - only its parts are compared
    except (ValueError, re.error):
        return "it cannot be used to read a time"
    if read.date() != TRIED.date():
        return "it does not give the day, the month and the year"
    return "" if read.hour in {0, TRIED.hour} else "it has an hour up to 12 without AM or PM"


def has_short_year(pattern: str | None) -> bool:
    """Whether a pattern has a year of two digits."""
    return pattern is not None and any(letters in pattern.replace("%%", "") for letters in ("%y", "%D", "%x", "%c"))


def full_years(born: date, on: date) -> int:
    """The age in completed years; who is born on 29 February completes a year on 1 March where there is no such day."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
