"""Checks of texts and contacts that hold for a questionnaire and for the settings of a site alike. All are warnings."""

from __future__ import annotations

import re
from datetime import date, timedelta

from iop_screen.core.problems import Problem, warning
from iop_screen.questionnaire.model import Contact
from iop_screen.questionnaire.scalars import Text

STALE_AFTER = timedelta(days=365)

PLAIN_CHARACTERS = re.compile(r"[ -~\u00a1-\u024f\u2010-\u2027\u20ac]*")
"""Characters that every terminal shows, one cell wide: ASCII, Latin letters, common punctuation."""


def odd_character(text: Text, name: str, *, prose: bool) -> Problem | None:
    """That a text does not show as written on every terminal; prose may stand on several lines."""
    on_one_line = text.replace("\n", " ")
    odd = next((character for character in on_one_line if not PLAIN_CHARACTERS.fullmatch(character)), None)
    if odd is not None:
        message = f"{name} holds U+{ord(odd):04X}, which not every terminal shows as written"
        return warning("odd-character", message, text.span, "write it with plain letters and marks")
    if "\n" in text and not prose:
        message = f"{name} holds a line break, which is not shown as written"
        return warning("odd-character", message, text.span, "write it on one line, or after `>-`")
    return None


def stale_contact(contact: Contact, today: date) -> Problem | None:
    """That nobody is known to have checked a contact within a year."""
    checked = contact.checked_on
    if checked is None:
        fault = "does not say when it was last checked"
    elif checked > today:
        fault = "was checked on a day yet to come"
    elif today - checked > STALE_AFTER:
        fault = "was last checked more than a year ago"
    else:
        return None
    span = contact.id.span if checked is None else checked.span
    hint = "call it, and write the day into `checked_on`"
    return warning("stale-contact", f"the contact `{contact.id}` {fault}", span, hint)
