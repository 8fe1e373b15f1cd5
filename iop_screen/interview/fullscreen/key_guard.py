"""Decides whether a key is ignored: one held down, one typed before the page could be read, the rest of an escape code.

The result is the message that says why the key was ignored. Times are seconds of a monotonic clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from iop_screen.interview.fullscreen.key_names import DOWN, ENTER, ESCAPE, PAGE_DOWN, PAGE_UP, UP
from iop_screen.interview.keymap import Effect
from iop_screen.interview.pages import ConfirmPage, EmergencyPage, Page, QuestionPage, ResultPage, ReviewPage

READING_SECONDS = 0.25
"""A key that comes sooner after a page was shown was typed before the page was read."""

DANGER_READING_SECONDS = 1.0
"""The same for the emergency page: it takes longer to read whom to call."""

HELD_SECONDS = 1.1
"""The same key within this time is taken for a key that is held down.

A held key first repeats after 250 ms on some keyboards, after 660 ms on X11, and after up to a second on Windows and
macOS. A shorter bound would let one held key answer two questions. Who presses "no" twice within a second is told that
the second key was ignored.
"""

REPEAT_SECONDS = 0.3
"""After a key was ignored, the same key within this time is still held down; later, it was pressed again.

After its first delay a held key repeats every 100 ms or faster. People need longer than this to read the message and
press the key again.
"""

QUIET_SECONDS = 1.25
"""After a key was ignored, other keys are ignored, too, until no key has come for this time.

Otherwise somebody who types on without looking would answer the page with a key meant for the next one. It is longer
than `HELD_SECONDS`, so a steady rhythm that loses a key to that bound does not pass for a pause.
"""

ESCAPE_REST_SECONDS, ESCAPE_REST_MAX_SECONDS = 0.5, 2.0
"""A key this soon after Esc, or after another key ignored for that reason, is the rest of an escape code.

The second number is the most time after Esc. Terminals send such codes for keys with Alt, for keypads, and as late
replies, and a slow line splits them.
"""

HELD = "Held key ignored. Press it again."
TOO_EARLY = "Ignored: too early. Press it again."
WAIT = "Keys ignored. Wait a second, then type."
AFTER_ESCAPE = "Ignored: that key came right after Esc."

SCROLLS = frozenset({UP, DOWN, PAGE_UP, PAGE_DOWN})
"""Keys that scroll the page or move its cursor. They are ignored only as the rest of an escape code."""

_READ_FIRST = QuestionPage | EmergencyPage | ConfirmPage | ReviewPage | ResultPage
"""Pages where one key can answer, confirm or end something, so they have to be read first.

On the page with the result so far, the list of questions and the warning before leaving, keys only move or leave. What
is typed for a decision counts once Enter ends it.
"""

_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class KeyGuard:
    """When the last keys came.

    `waits_from`: when the page was last shown, or a key was last ignored. `key`: the last key. `key_at`: when it came,
    or when the page that it led to was shown. `new_page`: whether it led to another page. `ignored_at`: when a key was
    last ignored, or last pressed again after that. `retry_key`: the one key that may be pressed again before
    `QUIET_SECONDS` have passed; `retry_due`: it has not been pressed again yet. `escape_at`: when Esc was pressed.
    `escape_rest_at`: when the last key came that was ignored as the rest of an escape code.
    """

    waits_from: float
    key: str = ""
    key_at: float = _NEVER
    new_page: bool = False
    ignored_at: float = _NEVER
    retry_key: str = ""
    retry_due: bool = False
    escape_at: float = _NEVER
    escape_rest_at: float = _NEVER

    def after_shown(self, now: float) -> KeyGuard:
        """Once the page is on the screen. The time that it took to save and to draw is not time to read."""
        ignored_at = now if self.new_page and self.ignored_at == self.key_at else self.ignored_at
        return replace(self, waits_from=now, key_at=now if self.new_page else self.key_at, ignored_at=ignored_at)

    def is_waiting(self, now: float) -> bool:
        """Whether a key was ignored, and there has been no pause since."""
        return now - self.ignored_at < QUIET_SECONDS

    def after_accepted(self, key: str, now: float, *, new_page: bool) -> KeyGuard:
        """After a key that was accepted; `new_page`: it led to another page."""
        key = key.casefold()
        after = replace(self, key=key, key_at=now, new_page=new_page, waits_from=now if new_page else self.waits_from)
        if not self.is_waiting(now) or key not in {self.retry_key, "!", *SCROLLS}:
            after = replace(after, ignored_at=_NEVER, retry_key="", retry_due=False)
        elif key == self.retry_key:  # it may be meant for the next question, so the wait begins again
            after = replace(after, ignored_at=now, retry_due=False)
        return replace(after, escape_at=now, escape_rest_at=now) if key == ESCAPE else after

    def after_ignored(self, key: str, now: float, why: str) -> KeyGuard:
        """After a key that was ignored for this reason."""
        key = key.casefold()
        after = replace(self, waits_from=now, key=key, key_at=now, new_page=self.new_page and key == self.key)
        if why == AFTER_ESCAPE:
            return replace(after, escape_rest_at=now)
        only_key = key == self.retry_key or not self.is_waiting(now)
        return replace(after, ignored_at=now, retry_key=key if only_key else "", retry_due=True)


@dataclass(frozen=True, slots=True)
class KeyContext:
    """Where a key came, and what it does there.

    `is_text`: letters are text there, not commands. `effect`: that of the key by the keymap. `may_repeat`: the key may
    well come twice.
    """

    page: Page
    is_text: bool
    effect: Effect
    may_repeat: bool


def why_ignored(guard: KeyGuard, key: str, now: float, context: KeyContext) -> str:
    """The message that says why a key is ignored; empty if it is accepted."""
    key = key.casefold()
    if key == "!" or (context.is_text and key not in {ENTER, ESCAPE}):
        return ""
    since_escape = now - guard.escape_at
    if key != ESCAPE and now - guard.escape_rest_at < ESCAPE_REST_SECONDS and since_escape < ESCAPE_REST_MAX_SECONDS:
        return AFTER_ESCAPE
    if key in SCROLLS:
        return ""
    if guard.is_waiting(now) and (key != guard.retry_key or context.may_repeat):
        return WAIT
    if guard.is_waiting(now) and guard.retry_due:
        return HELD if now - guard.waits_from < REPEAT_SECONDS else ""
    return _why_too_fast(guard, key, now, context)


def _why_too_fast(guard: KeyGuard, key: str, now: float, context: KeyContext) -> str:
    """Why a key is ignored if no key was ignored shortly before.

    WAIT where it may repeat: pressing it again would not help.
    """
    in_danger = isinstance(context.page, EmergencyPage)
    if context.effect is Effect.MOVES and not in_danger:
        return ""
    # a key that may repeat is taken for held only if it led to this page
    if key == guard.key and (guard.new_page or not context.may_repeat) and now - guard.key_at < HELD_SECONDS:
        return WAIT if context.may_repeat else HELD
    seconds = DANGER_READING_SECONDS if in_danger else READING_SECONDS
    unread = isinstance(context.page, _READ_FIRST) and not context.is_text and now - guard.waits_from < seconds
    return (WAIT if context.may_repeat else TOO_EARLY) if unread else ""
