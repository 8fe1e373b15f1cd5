"""The bytes of a file of site settings to the settings, or to every problem it has.

It is read as strictly as the questionnaire, and by the same reader of YAML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, get_args

from iop_screen.core.problems import Findings, Problem, Severity, warning
from iop_screen.questionnaire.model import Contact
from iop_screen.questionnaire.node_reader import NodeReader
from iop_screen.questionnaire.nodes import Node, compose_ours, read_text
from iop_screen.questionnaire.scalars import Day, PlacedScalar, Text
from iop_screen.questionnaire.shared_text_checks import odd_character, stale_contact
from iop_screen.questionnaire.source import cut_texts
from iop_screen.site.settings import FrontEndName, Language, SiteContact, SiteSettings

FILE_KEYS = ("format", "on_call", "contacts", "data_dir", "front_end", "language")
CONTACT_KEYS = ("id", "name", "reach", "short", "checked_on", "emergency")

LONGEST_SHORT = 30
"""So many columns are left for contacts in the line of a screen 40 columns wide that says whom to call."""

Word = TypeVar("Word", bound=str)
Placed = TypeVar("Placed", bound=PlacedScalar)


@dataclass(frozen=True, slots=True)
class ReadSite:
    """What came of a file: its settings, None if they cannot be used, and its problems in file order."""

    settings: SiteSettings | None
    problems: tuple[Problem, ...]


def load_site(content: bytes) -> ReadSite:
    """Reads site settings. The problems may be warnings alone; the settings can then be used. Never raises."""
    findings = Findings()
    text = read_text(content, findings)
    document = None if text is None else compose_ours(text, findings)
    if document is None:
        return ReadSite(None, findings.in_order())
    findings.problems.extend(cut_texts(document.root, text or ""))
    settings = _SiteReader(findings).file(document.root, hashlib.sha256(content).hexdigest()[:12])
    usable = all(problem.severity is not Severity.ERROR for problem in findings.problems)
    return ReadSite(settings if usable else None, findings.in_order())


def check_site(content: bytes, today: date) -> ReadSite:
    """Reads site settings as `load_site` does, and looks closely at what people will read. Never raises."""
    read = load_site(content)
    if read.settings is None:
        return read
    return ReadSite(read.settings, Findings([*read.problems, *_text_problems(read.settings, today)]).in_order())


class _SiteReader(NodeReader):
    """Reads nodes as site settings; collects a problem for everything that is wrong, and reads on."""

    def file(self, root: Node, hash12: str) -> SiteSettings:
        keys = self.keys(root, "a file of site settings", FILE_KEYS, ("format",))
        if "format" in keys:
            self.one_of("format", keys["format"], ("1",))
        return SiteSettings(
            hash12=hash12,
            on_call=tuple(self.text("on_call", item) for item in self._listed(keys, "on_call")),
            contacts=tuple(filter(None, map(self._contact, self._listed(keys, "contacts")))),
            data_dir=self._optional(keys, "data_dir", Text),
            front_end=self._word(keys, "front_end", get_args(FrontEndName)),
            language=self._word(keys, "language", get_args(Language)),
        )

    def _contact(self, node: Node) -> SiteContact | None:
        """A contact; None if it has a problem."""
        keys = self.keys(node, "a contact", CONTACT_KEYS, CONTACT_KEYS[:3])
        identity = self.new_id(keys["id"]) if "id" in keys else None
        name, reach, short = (self._optional(keys, key, Text) for key in ("name", "reach", "short"))
        checked_on = self._optional(keys, "checked_on", Day)
        emergency = self._word(keys, "emergency", ("true", "false", "yes", "no")) in {"true", "yes"}
        if identity is None or name is None or reach is None:
            return None
        contact = Contact(id=identity, name=name, reach=reach, short=short, checked_on=checked_on)
        return SiteContact(contact, emergency)

    def _listed(self, keys: dict[str, Node], key: str) -> tuple[Node, ...]:
        return self.items(key, keys[key]) if key in keys else ()

    def _optional(self, keys: dict[str, Node], key: str, kind: type[Placed]) -> Placed | None:
        return self.scalar(key, keys[key], kind) if key in keys else None

    def _word(self, keys: dict[str, Node], key: str, known: tuple[Word, ...]) -> Word | None:
        """One of some words; None if there is none, or another."""
        written = self.one_of(key, keys[key], known) if key in keys else None
        return next((word for word in known if word == written), None)


def _text_problems(settings: SiteSettings, today: date) -> Iterator[Problem]:
    for line in settings.on_call:
        yield from _filled([odd_character(line, "a line of `on_call`", prose=False)])
    for listed in settings.contacts:
        contact = listed.contact
        texts = {"the name": contact.name, "`reach`": contact.reach, "`short`": contact.short}
        odd = [odd_character(text, f"{key} of `{contact.id}`", prose=False) for key, text in texts.items() if text]
        yield from _filled([*odd, _too_long(listed), stale_contact(contact, today)])


def _too_long(listed: SiteContact) -> Problem | None:
    """That a narrow screen has no room to say how a contact is reached, where it is to say so."""
    contact = listed.contact
    key, shown = ("reach", contact.reach) if contact.short is None else ("short", contact.short)
    if len(shown) <= LONGEST_SHORT or not (listed.emergency or contact.short):
        return None
    message = f"`{key}` of `{contact.id}` has {len(shown)} characters; a narrow screen has room for {LONGEST_SHORT}"
    hint = "use a few words, such as `ring 12`" if contact.short else "add `short:` with a few words, such as `ring 12`"
    return warning("short-too-long", message, shown.span, hint)


def _filled(problems: list[Problem | None]) -> Iterator[Problem]:
    return (problem for problem in problems if problem is not None)
