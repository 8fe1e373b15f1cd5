"""The choice of the front end, full screen or line by line: the first thing that decides counts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum

from iop_screen.interview.fullscreen.layout import MIN_COLUMNS, MIN_ROWS


class Mode(StrEnum):
    """The two front ends."""

    PLAIN = "plain"
    FULL_SCREEN = "full-screen"


def choose_mode(
    requested: Mode | None,
    environment: Mapping[str, str],
    remembered: Mode | None,
    of_site: Mode | None,
    terminal: os.terminal_size | None,
) -> Mode:
    """An option, `IOP_SCREEN_UI`, `ACCESSIBLE`, what the terminal can do, the stored preference, the site's, its size.

    `terminal` is None if there is none to read keys from and draw on; then it is always line by line.
    """
    if terminal is None:
        return Mode.PLAIN
    named = environment.get("IOP_SCREEN_UI", "")
    if requested is not None:
        return requested
    if named in {*Mode}:
        return Mode(named)
    accessible = environment.get("ACCESSIBLE", "").casefold() not in {"", "0", "false"}
    if accessible or environment.get("TERM", "") in {"dumb", "unknown"}:
        return Mode.PLAIN
    small = terminal.columns < MIN_COLUMNS or terminal.lines < MIN_ROWS
    return remembered or of_site or (Mode.PLAIN if small else Mode.FULL_SCREEN)
