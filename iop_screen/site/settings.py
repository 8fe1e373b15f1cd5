"""The settings of one site: what may differ from site to site without a change to what was signed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from iop_screen.questionnaire.model import Contact
from iop_screen.questionnaire.scalars import Text

FrontEndName = Literal["plain", "full-screen"]
"""The front end that a site prefers."""

Language = Literal["en"]
"""A language that the interview can be held in."""


@dataclass(frozen=True, slots=True)
class SiteContact:
    """A local contact; an `emergency` one stands on the emergency page."""

    contact: Contact
    emergency: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSettings:
    """The file of a site as it was read. `on_call` are lines for its own staff; what was not written is None or empty.

    `data_dir` is where records are kept, as it is written. `hash12` is the first 12 hex digits of the SHA-256 of the
    bytes of the file.
    """

    hash12: str
    on_call: tuple[Text, ...] = ()
    contacts: tuple[SiteContact, ...] = ()
    data_dir: Text | None = None
    front_end: FrontEndName | None = None
    language: Language | None = None
