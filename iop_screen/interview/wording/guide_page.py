"""The guide to the levels of care inside an interview: the list of its sections, and one section."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.state import Session
from iop_screen.report.blocks import Block, Heading
from iop_screen.report.guide import guide_sections


def guide_lines(session: Session) -> Iterator[str]:
    """The sections of the guide with their numbers."""
    yield "The guide. Type the number of what you want to read, or to read aloud."
    for number, section in enumerate(guide_sections(session.compiled), start=1):
        yield f"{number}. {sanitize(section.title)}"


def section_blocks(session: Session, index: int) -> tuple[Block, ...]:
    """One section of the guide."""
    section = guide_sections(session.compiled)[index]
    return Heading(2, section.title), *section.blocks
