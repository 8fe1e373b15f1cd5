"""The choice of the front end, full screen or line by line: the first thing that decides counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from iop_screen.interview.fullscreen.layout import LOWEST, NARROWEST


class Mode(StrEnum):
    """The two front ends."""

    PLAIN = "plain"
    FULL_SCREEN = "full-screen"


@dataclass(frozen=True, slots=True)
class Terminal:
    """Whether keys come from a terminal and a terminal shows what is drawn, and its size."""

    interactive: bool
    columns: int
    rows: int


def choose_mode(
    requested: Mode | None, environment: Mapping[str, str], remembered: Mode | None, terminal: Terminal
) -> Mode:
    """An option, then `IOP_SCREEN_UI`, `ACCESSIBLE`, what the terminal can do, the stored preference, and its size."""
    if not terminal.interactive:
        return Mode.PLAIN
    named = environment.get("IOP_SCREEN_UI", "")
    if requested is not None:
        return requested
    if named in {*Mode}:
        return Mode(named)
    accessible = environment.get("ACCESSIBLE", "").casefold() not in {"", "0", "false"}
    if accessible or environment.get("TERM", "") in {"dumb", "unknown"}:
        return Mode.PLAIN
    small = terminal.columns < NARROWEST or terminal.rows < LOWEST
    return remembered or (Mode.PLAIN if small else Mode.FULL_SCREEN)
