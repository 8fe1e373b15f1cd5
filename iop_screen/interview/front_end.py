"""Full screen or line by line: the first that says something decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from iop_screen.interview.fullscreen.layout import MIN_COLUMNS, MIN_ROWS


class Mode(StrEnum):
    """The two front ends."""

    PLAIN = "plain"
    FULL_SCREEN = "full-screen"


@dataclass(frozen=True, slots=True)
class Terminal:
    """What there is to draw on: whether keys come from a terminal and a terminal shows what is drawn, and its size."""

    interactive: bool
    columns: int
    rows: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A front end, and what decided on it."""

    mode: Mode
    because: str


def choose(
    asked_for: Mode | None, environment: Mapping[str, str], preferred: Mode | None, terminal: Terminal
) -> Choice:
    """An option, then `IOP_SCREEN_UI`, `ACCESSIBLE`, what the terminal can do, the stored preference."""
    if not terminal.interactive:
        return Choice(Mode.PLAIN, "there is no terminal")
    named = environment.get("IOP_SCREEN_UI", "")
    if asked_for is not None:
        return Choice(asked_for, "the option")
    if named in {*Mode}:
        return Choice(Mode(named), "IOP_SCREEN_UI")
    if environment.get("ACCESSIBLE", "").casefold() not in {"", "0", "false"}:
        return Choice(Mode.PLAIN, "ACCESSIBLE")
    if environment.get("TERM", "") in {"dumb", "unknown"}:
        return Choice(Mode.PLAIN, "TERM")
    if preferred is not None:
        return Choice(preferred, "the stored preference")
    if terminal.columns < MIN_COLUMNS or terminal.rows < MIN_ROWS:
        return Choice(Mode.PLAIN, "the terminal is small")
    return Choice(Mode.FULL_SCREEN, "a terminal")
