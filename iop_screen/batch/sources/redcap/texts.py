"""The texts of a data dictionary: labels, lists of choices, and the names of the columns of boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from iop_screen.questionnaire.scalars import fold

_BREAK = re.compile(r"</?(?:br|div|h[1-6]|hr|li|ol|p|t[dhr]|table|ul)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--[^<>]*-->")
_NOT_IN_NAME = re.compile(r"[^0-9a-z_]")


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a field: the code that is stored, and the label that is shown, which may be empty."""

    code: str
    label: str


def read_choices(text: str) -> tuple[Choice, ...]:
    """The choices of a list such as `1, Yes | 0, No, never`; what has no code is left out.

    They are parted at each `|`, and a code from its label at the first comma. Blanks around them do not count. A part
    without a comma is both.
    """
    parts = (part.partition(",") for part in text.split("|"))
    choices = (Choice(code.strip(), clean_label(label if comma else code)) for code, comma, label in parts)
    return tuple(choice for choice in choices if choice.code)


def clean_label(text: str) -> str:
    """A label without HTML, on one line."""
    import html  # noqa: PLC0415 - only where there is a dictionary

    return " ".join(html.unescape(_TAG.sub("", _BREAK.sub(" ", text))).split())


def label_key(text: str) -> str:
    """A label as it is compared: without HTML, blanks, case, and the kind of its quotes.

    REDCap leaves nothing where a tag was, also where that began a new line.
    """
    return fold(clean_label(text)).replace('"', "'").replace(" ", "")


def may_be_export(names: Iterable[str]) -> bool:
    """Whether names of columns are such as mostly REDCap writes: those of boxes, raw or with labels, or its own."""
    return any("___" in name or " (choice=" in name or name.strip().startswith("redcap_") for name in names)


def box_name(field: str, code: str) -> str:
    """The name of the column of one choice of a field with boxes."""
    return f"{field}___{_NOT_IN_NAME.sub('', code.lower().replace('-', '_').replace(' ', '_'))}"


def box_label(label: str, choice: str) -> str:
    """The header of the same column in an export with labels."""
    return f"{label} (choice={choice})"
