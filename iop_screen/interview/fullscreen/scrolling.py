"""Which lines of a page are shown, and where Page Up, Page Down and End lead. Turning pages skips no line.

If more lines follow, the last line of the screen says so, and one line less of the page is seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iop_screen.interview.fullscreen.styled_lines import LineStyle, StyledLine

HELP_START = -1
"""In place of the first line that is shown: start where the help begins, if not all of it fits on the first screen."""


@dataclass(frozen=True, slots=True)
class Place:
    """The first line of a page that is shown, and the selected row if the page is a list."""

    top: int
    row: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was drawn of a page, and where the keys lead that depend on how much there was room for.

    `top` is the first line that was shown. `unseen_keys` are the keys of the answers that there was no room for.
    """

    top: int
    page_up: Place
    page_down: Place
    end: Place
    unseen_keys: frozenset[str]


def first_shown(page: Sequence[StyledLine], top: int, room: int, *, follows_row: bool) -> int:
    """The first line that is shown: `top`, but not past the end; if it `follows_row`, the selected row is in view."""
    selected = [index for index, line in enumerate(page) if line.style is LineStyle.SELECTED] if follows_row else []
    if top == HELP_START:
        top = _help_start(page, room)
    if selected:
        top = _with_row_in_view(selected[0], selected[-1], top, room)
    return min(top, _last_top(page, room))


def page_up(page: Sequence[StyledLine], top: int, room: int) -> Place:
    """One screen further up; at the top, on the first row."""
    above = max(0, top - _page_step(room))
    return Place(above, _row_from(page, above, room) if top else 0)


def page_down(page: Sequence[StyledLine], top: int, room: int) -> Place:
    """One screen further down; at the end, on the last row."""
    below = min(top + _page_step(room), _last_top(page, room))
    return Place(below, _row_from(page, below, room) if below > top else _last_row(page))


def page_end(page: Sequence[StyledLine], room: int) -> Place:
    """The end of the page, and the last row."""
    return Place(_last_top(page, room), _last_row(page))


def _page_step(room: int) -> int:
    """One line less than is seen, so that each two screens share a line."""
    return max(1, room - 2)


def _last_top(page: Sequence[StyledLine], room: int) -> int:
    return max(0, len(page) - room)


def _help_start(page: Sequence[StyledLine], room: int) -> int:
    help_lines = [index for index, line in enumerate(page) if line.style is LineStyle.HELP]
    return help_lines[0] if help_lines and help_lines[-1] >= room else 0


def _with_row_in_view(first: int, last: int, top: int, room: int) -> int:
    """As little further up or down as shows the whole row; of one that is too long, its start."""
    if last <= room - 2:
        return 0  # with the title of the list
    return min(first, max(top, last - room + 2))


def _row_from(page: Sequence[StyledLine], top: int, room: int) -> int:
    """The first row that starts on the screen; if none does, the last one above it."""
    starts = {line.row: index for index, line in reversed([*enumerate(page)]) if line.row >= 0}
    on_screen = [row for row, start in starts.items() if top <= start <= top + room - 2]
    return min(on_screen) if on_screen else max((row for row, start in starts.items() if start < top), default=0)


def _last_row(page: Sequence[StyledLine]) -> int:
    return max((line.row for line in page), default=0)
