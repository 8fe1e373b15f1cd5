"""The guide to the levels of care, as sections that can be read one by one, and as one document."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.model import Level
from iop_screen.report.blocks import Block, Heading, Items, Paragraph, ReportDocument, prose_blocks, titled_items
from iop_screen.report.wording import contact_texts

WHO = "Who this is for"
CONTACTS = "Contacts"


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A part of the guide: the name it is asked for by, its title, and what it says."""

    name: str
    title: str
    blocks: tuple[Block, ...]


def guide_sections(compiled: CompiledQuestionnaire) -> tuple[GuideSection, ...]:
    """All sections in the order of the guide: whom it is for, the levels, the pages of the questionnaire, contacts.

    A level is named by its id, any other section by the words of its title. No two have the same name.
    """
    questionnaire = compiled.questionnaire
    contacts = [Items(texts)] if (texts := contact_texts(questionnaire, None)) else []
    sections: list[tuple[str, str, Iterable[Block]]] = [
        ("", WHO, prose_blocks(questionnaire.intended_use)),
        *((str(level.id), str(level.title), _level_blocks(level)) for level in questionnaire.levels),
        *(("", str(page.title), prose_blocks(page.body)) for page in questionnaire.guide),
        *(("", CONTACTS, [part]) for part in contacts),
    ]
    names = _distinct(name or _slug(title) for name, title, _ in sections)
    return tuple(
        GuideSection(name, title, tuple(blocks)) for name, (_, title, blocks) in zip(names, sections, strict=True)
    )


def sections_named(sections: Sequence[GuideSection], typed: str) -> tuple[GuideSection, ...]:
    """The sections that a typed name may mean: the one of that name, else all whose names have each word of it."""
    wanted = _words(typed)
    exact = tuple(section for section in sections if wanted == _words(section.name))
    return exact or tuple(section for section in sections if {*wanted} <= {*_words(section.name)})


def section_list(sections: Iterable[GuideSection]) -> str:
    """The name of each section, one a line; with its title, where the name is not made of that."""
    lines = (
        section.name if section.name == _slug(section.title) else f"{section.name}: {section.title}"
        for section in sections
    )
    return "".join(f"{sanitize(line)}\n" for line in lines)


def guide_document(compiled: CompiledQuestionnaire, sections: Iterable[GuideSection]) -> ReportDocument:
    """The document of these sections, with the disclaimer and the questionnaire that it is made from."""
    questionnaire = compiled.questionnaire
    blocks = (
        Heading(1, str(questionnaire.title)),
        *(block for section in sections for block in (Heading(2, section.title), *section.blocks)),
        Paragraph(str(questionnaire.disclaimer), "strong"),
        Paragraph(f"Questionnaire: {compiled.stamp}"),
    )
    return ReportDocument(f"Guide: {questionnaire.title}", compiled.stamp, blocks)


def _level_blocks(level: Level) -> Iterator[Block]:
    yield from prose_blocks(str(level.means or ""))
    yield from titled_items("What to expect", level.expect, 3)
    yield from titled_items("Next steps", level.next_steps, 3)


def _slug(title: str) -> str:
    return "-".join(_words(title))


def _words(text: str) -> list[str]:
    """The words of a text in small letters without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"[^\W_]+", "".join(letter for letter in letters if not unicodedata.combining(letter)))


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """The names; one that was there already, or that is empty, gets a number behind it."""
    given: set[str] = set()
    for name in names:
        number, free = 2, name or "page"
        while free in given:
            number, free = number + 1, f"{name or 'page'}-{number}"
        given.add(free)
        yield free
