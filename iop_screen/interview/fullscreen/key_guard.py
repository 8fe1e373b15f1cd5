"""Whether a key can have been meant: not one held down, not one typed ahead, not the rest of an escape code.

What comes out of it is one line that says why the key does nothing. Times are seconds of a clock that never goes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from iop_screen.interview.fullscreen.key_names import DOWN, ENTER, ESCAPE, LEFT, PAGE_DOWN, PAGE_UP, RIGHT, UP
from iop_screen.interview.pages import ConfirmPage, EmergencyPage, Page, QuestionPage, ResultPage, ReviewPage

UNREAD_SECONDS = 0.25
"""Faster than this nobody reads a page and answers it: such a key was typed ahead."""

UNREAD_DANGER_SECONDS = 1.0
"""And faster than this nobody reads whom to call, and says that they have acted."""

HELD_SECONDS = 1.1
"""The same key once more is taken for held down for so long.

A held key first repeats after 250 ms on some keyboards, after 660 ms on X11, and after up to a second on Windows and
macOS, so a shorter bound lets it answer two questions. Who means "no" twice in a second hears that it was ignored.
"""

REPEATED_SECONDS = 0.3
"""Once it was ignored, the same key is held down if it comes as fast as this; slower, it was pressed anew.

After its first delay a held key comes every 100 ms or faster, and nobody presses one anew so fast who has seen why.
"""

QUIET_SECONDS = 1.25
"""After a key was ignored, others do nothing until none has come for so long.

Who types on without looking would answer the question on the page with what is meant for the next one. A rhythm that
loses a key to `HELD_SECONDS` is faster than that, so who pauses for longer has stopped typing, and looks.
"""

ESCAPED_SECONDS, ESCAPED_AT_MOST = 0.5, 2.0
"""A key so soon after Esc, or after another that was ignored for it, is the rest of an escape code; up to that bound.

A terminal sends such codes for keys with Alt, on a keypad, and as late replies, and a slow line tears them apart.
"""

HELD = "Held key ignored. Press it again."
TOO_EARLY = "Ignored: too early. Press it again."
WAIT = "Keys ignored. Wait a second, then type."
AFTER_ESCAPE = "Ignored: that key came right after Esc."

SCROLLS = frozenset({UP, DOWN, PAGE_UP, PAGE_DOWN})
"""Keys that only show more of a page, or move the cursor on it; always free but for the rest of an escape code."""

MOVES = frozenset({LEFT, RIGHT, "b", "s", "j", "r", "?", "q"})
"""Keys that answer nothing and confirm nothing; they may come fast and often."""

_READ_FIRST = QuestionPage | EmergencyPage | ConfirmPage | ReviewPage | ResultPage
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class KeyGuard:
    """When keys came.

    `shown` is when the page was last shown or a key was last ignored. `key` is the last key, and `at` when it came or
    the page that it brought was shown; `turned` says that it brought the page.
    `lost` is when a key was last ignored, or pressed anew after that. `again` is the one key that need not wait until
    it has been quiet since then; `dropped` says that it has not been pressed anew yet.
    `escaped` is when Esc was pressed, and `trail` when the last key came that was ignored for it.
    """

    shown: float
    key: str = ""
    at: float = _NEVER
    turned: bool = False
    lost: float = _NEVER
    again: str = ""
    dropped: bool = False
    escaped: float = _NEVER
    trail: float = _NEVER

    def seen(self, now: float) -> KeyGuard:
        """Once the page is really on the screen: the time that it took to save and to draw does not count."""
        lost = now if self.turned and self.lost == self.at else self.lost
        return replace(self, shown=now, at=now if self.turned else self.at, lost=lost)

    def waits(self, now: float) -> bool:
        """Whether a key was ignored, and it has not been quiet since."""
        return now - self.lost < QUIET_SECONDS

    def took(self, key: str, now: float, *, turned: bool) -> KeyGuard:
        """After a key that did something; `turned` says that it brought another page."""
        key = key.casefold()
        after = replace(self._after_loss(key, now), key=key, at=now, turned=turned)
        after = replace(after, shown=now) if turned else after
        return replace(after, escaped=now, trail=now) if key == ESCAPE else after

    def _after_loss(self, key: str, now: float) -> KeyGuard:
        """A key that is pressed anew makes one wait again: it may be the one for the next question.

        To scroll and to ask for help change nothing; and once words are written, all that was lost was an Enter.
        """
        if not self.waits(now) or key not in {self.again, "!", *SCROLLS}:
            return replace(self, lost=_NEVER, again="", dropped=False)
        return replace(self, lost=now, dropped=False) if key == self.again else self

    def ignored(self, key: str, now: float, why: str) -> KeyGuard:
        """After a key that was ignored: the rest of a burst was meant for something else, too."""
        key = key.casefold()
        after = replace(self, shown=now, key=key, at=now, turned=self.turned and key == self.key)
        if why == AFTER_ESCAPE:
            return replace(after, trail=now)
        only = key == self.again or not self.waits(now)
        return replace(after, lost=now, again=key if only else "", dropped=True)


def first_key_guard(now: float) -> KeyGuard:
    """At the first page, which the "n" for the next caller may have brought."""
    return KeyGuard(now, key="n", at=now, turned=True)


@dataclass(frozen=True, slots=True)
class KeyContext:
    """Where a key came: the page, whether letters are text there, and whether the key may well come twice there."""

    page: Page
    writes: bool
    twice: bool


def why_ignored(guard: KeyGuard, key: str, now: float, here: KeyContext) -> str:
    """Why a key does nothing; empty if it was meant."""
    key = key.casefold()
    if key == "!" or (here.writes and key not in {ENTER, ESCAPE}):
        return ""
    if key != ESCAPE and now - guard.trail < ESCAPED_SECONDS and now - guard.escaped < ESCAPED_AT_MOST:
        return AFTER_ESCAPE
    if key in SCROLLS:
        return ""
    if guard.waits(now) and (key != guard.again or here.twice):
        return WAIT
    if guard.waits(now) and guard.dropped:
        return HELD if now - guard.shown < REPEATED_SECONDS else ""
    return _why_at_once(guard, key, now, here)


def _why_at_once(guard: KeyGuard, key: str, now: float, here: KeyContext) -> str:
    """Why a key does nothing where none was ignored before it. One that may come twice is no use pressed again."""
    if key in MOVES and not isinstance(here.page, EmergencyPage):
        return ""
    if _is_held(guard, key, now, here):
        return WAIT if here.twice else HELD
    bound = UNREAD_DANGER_SECONDS if isinstance(here.page, EmergencyPage) else UNREAD_SECONDS
    unread = isinstance(here.page, _READ_FIRST) and not here.writes and now - guard.shown < bound
    return (WAIT if here.twice else TOO_EARLY) if unread else ""


def _is_held(guard: KeyGuard, key: str, now: float, here: KeyContext) -> bool:
    """A key of a number may well come twice, but not if it is the one that brought the page."""
    return key == guard.key and (guard.turned or not here.twice) and now - guard.at < HELD_SECONDS
