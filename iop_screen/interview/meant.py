"""Whether a key can have been meant: not one held down, not one typed ahead, not the rest of an escape code.

What comes out of it is one line that says why the key does nothing. Times are seconds of a clock that never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from iop_screen.interview.pages import Asking, Confirming, Emergency, Page, Result, Reviewing
from iop_screen.interview.strokes import DOWN, ENTER, ESCAPE, LEFT, PAGE_DOWN, PAGE_UP, PASTE, UP

UNREAD_SECONDS = 0.25
"""Faster than this nobody reads a page and answers it: such a key was typed ahead."""

HELD_SECONDS = 1.1
"""The same key once more is taken for held down for so long.

A held key first repeats after 250 ms on some keyboards, after 660 ms on X11, and after up to a second on Windows and
macOS, so a shorter bound lets it answer two questions. Who means "no" twice in a second hears that it was ignored.
"""

REPEATED_SECONDS = 0.6
"""And for so long once it was ignored, for from then on a held key comes at least twice a second.

So whoever did mean it need not wait for the whole second again.
"""

ESCAPED_SECONDS, ESCAPED_AT_MOST = 0.5, 2.0
"""A key so soon after Esc, or after another that was ignored for it, is the rest of an escape code; up to that bound.

A terminal sends such codes for keys with Alt, on a keypad, and as late replies, and a slow line tears them apart.
"""

HELD = "Held key ignored; press it once more."
TYPED_AHEAD = "Ignored: that key came before the question was read."
AFTER_ESCAPE = "Ignored: that key came right after Esc."

MOVES = frozenset({UP, DOWN, PAGE_UP, PAGE_DOWN, LEFT, "b", "j", "r", "?", "q"})
"""Keys that answer nothing and confirm nothing; they may come fast and often."""

_READ_FIRST = Asking | Emergency | Confirming | Reviewing | Result
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Watch:
    """When keys came.

    `shown` is when the page was last shown or a key was last ignored. `key` is the last key, and `at` when it came or
    the page that it brought was shown; `turned` says that it brought the page, `held` that it was ignored as held.
    `escaped` is when Esc was pressed, and `trail` when the last key came that was ignored for it.
    """

    shown: float
    key: str = ""
    at: float = _NEVER
    turned: bool = False
    held: bool = False
    escaped: float = _NEVER
    trail: float = _NEVER

    def seen(self, now: float) -> Watch:
        """Once the page is really on the screen: the time that it took to save and to draw does not count."""
        return replace(self, shown=now, at=now if self.turned else self.at)

    def took(self, key: str, now: float, *, turned: bool) -> Watch:
        """After a key that did something; `turned` says that it brought another page."""
        after = replace(self, key=key.casefold(), at=now, turned=turned, held=False)
        after = replace(after, shown=now) if turned else after
        return replace(after, escaped=now, trail=now) if key == ESCAPE else after

    def dropped(self, key: str, now: float, why: str) -> Watch:
        """After a key that was ignored: the rest of a burst was meant for something else, too."""
        key = key.casefold()
        after = replace(self, shown=now, key=key, at=now, held=why == HELD, turned=self.turned and key == self.key)
        return replace(after, trail=now) if why == AFTER_ESCAPE else after


def first_watch(now: float) -> Watch:
    """At the first page, which the "n" for the next caller may have brought."""
    return Watch(now, key="n", at=now, turned=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a key came: the page, whether letters are text there, and whether the key is part of a number there."""

    page: Page
    writes: bool
    spells: bool


def why_ignored(watch: Watch, key: str, now: float, here: Place) -> str:
    """Why a key does nothing; empty if it was meant."""
    key = key.casefold()
    if key == "!" or (here.writes and key not in {ENTER, ESCAPE}):
        return ""
    if key != ESCAPE and now - watch.trail < ESCAPED_SECONDS and now - watch.escaped < ESCAPED_AT_MOST:
        return AFTER_ESCAPE
    if key in MOVES and not isinstance(here.page, Emergency):
        return ""
    if _is_held(watch, key, now, here):
        return HELD
    unread = isinstance(here.page, _READ_FIRST) and not here.writes and now - watch.shown < UNREAD_SECONDS
    return TYPED_AHEAD if unread else ""


def _is_held(watch: Watch, key: str, now: float, here: Place) -> bool:
    """A key of a number may well come twice, but not if it is the one that brought the page."""
    bound = REPEATED_SECONDS if watch.held else HELD_SECONDS
    return key == watch.key != PASTE and (watch.turned or not here.spells) and now - watch.at < bound
