"""Decides whether a key is ignored: one held down, one typed before the page could be read, the rest of an escape code.

The result is the message that says why the key was ignored. Times are seconds of a monotonic clock.

Whoever types on after an ignored key may not have seen that it was ignored, and then each further key would answer the
question before the one that it is meant for. What is assumed of hands: between two keys less than `BLIND_SECONDS`
apart, anything may happen, and nobody has looked; whoever takes longer has looked at the screen, and if it says that a
key was ignored, the next key is meant for the page that is shown. On a question whose answer can reach the emergency
step nothing of this is assumed: there any hands may type blindly that take up to 1.2 seconds from key to key.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from iop_screen.interview.fullscreen.key_names import ENTER, ESCAPE, SCROLLS
from iop_screen.interview.keymap import Effect
from iop_screen.interview.pages import ClearPage, ConfirmPage, EmergencyPage, Page, QuestionPage, ResultPage, ReviewPage

READING_SECONDS = 0.25
"""A key that comes sooner after a page was shown was typed before the page was read."""

DANGER_QUESTION_SECONDS = 0.8
"""The same for a question whose answer can reach the emergency step.

The key that led to the question counts there only after so long without any key. A held key repeats sooner on nearly
all keyboards, and the others are found out by `was_held`.
"""

DANGER_READING_SECONDS = 1.0
"""The same for the emergency page: it takes longer to read whom to call."""

HELD_SECONDS = 1.1
"""Where a key does not answer, the same key within this time is taken for a key that is held down.

A held key first repeats after 250 ms on some keyboards, after 660 ms on X11, and after up to a second on Windows and
macOS. What was confirmed or opened cannot be taken back.
"""

LOOK_BACK_SECONDS = 1.9
"""An answer by the same key as before, within this time, may come from the first repeat of a held key."""

REPEAT_SECONDS = 0.12
"""From its second repeat on a held key comes every 100 ms or faster; nobody presses a key twice so fast on purpose."""

FIRST_REPEAT_SECONDS = 0.2
"""No keyboard repeats a held key for the first time sooner. What comes sooner may be a repeat that was held up."""

AGAIN_SECONDS = 0.3
"""After a key was ignored, the same key within this time is still held down; later, it was pressed again."""

BLIND_SECONDS = 0.6
"""Who takes less than this from key to key may be typing without looking at the screen."""

NEXT_KEY_SECONDS = 1.15
"""So long after an ignored key no other key counts: the next one may have been under way already.

It is less than twice `BLIND_SECONDS`, so that whoever looks loses one more key at most.
"""

QUIET_SECONDS = 1.25
"""After such a pause any key counts. It is longer than the 1.2 seconds that hands which type blindly may take."""

ESCAPE_REST_SECONDS, ESCAPE_REST_MAX_SECONDS = 0.5, 2.0
"""A key this soon after Esc, or after another key ignored for that reason, is the rest of an escape code.

The second number is the most time after Esc. Terminals send such codes for keys with Alt, for keypads, and as late
replies, and a slow line splits them.
"""

HELD = "Held key ignored. Press it again."
TOO_EARLY = "Ignored: too early. Press it again."
WAIT = "Keys ignored. Wait a second, then type."
AFTER_ESCAPE = "Ignored: that key came right after Esc."

_READ_FIRST = QuestionPage | EmergencyPage | ClearPage | ConfirmPage | ReviewPage | ResultPage
"""Pages where one key can answer, confirm or end something, so they have to be read first.

On the page with the result so far, the list of questions and the warning before leaving, keys only move or leave. What
is typed for a decision counts once Enter ends it.
"""

_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class KeyContext:
    """Where a key came, and what it does there.

    `is_text`: letters are text there, not commands. `effect`: that of the key by the keymap. `may_repeat`: the key may
    well come twice. `is_danger`: an answer to the question on the page can reach the emergency step.
    """

    page: Page
    is_text: bool
    effect: Effect
    may_repeat: bool
    is_danger: bool

    @property
    def answers(self) -> bool:
        """Whether the key is an answer to a question, or a part of one."""
        return self.effect is Effect.ANSWERS and isinstance(self.page, QuestionPage) and not self.is_text


@dataclass(frozen=True, slots=True)
class KeyGuard:
    """When the last keys came, and which were ignored.

    `shown_at`: when the page was shown. `key`: the last key. `key_at`: when it came, or when the page that it led to
    was shown. `page_key`: the key that led to the page.

    `lost`: a key was ignored, and there has been no pause of `QUIET_SECONDS` since. `lost_at`: when that was, until a
    key counts again that was pressed by somebody who looks. `shifted`: since then the ignored key has counted once,
    maybe because it was meant for the next question, too. `retry_key`: the one key that may be pressed again before it
    has been quiet; `retry_due`: it has not been pressed again yet.

    `escape_at`: when Esc was pressed. `escape_rest_at`: when the last key came that was ignored as the rest of an
    escape code.
    """

    shown_at: float
    key: str = ""
    key_at: float = _NEVER
    page_key: str = ""
    lost: bool = False
    lost_at: float | None = None
    shifted: bool = False
    retry_key: str = ""
    retry_due: bool = False
    escape_at: float = _NEVER
    escape_rest_at: float = _NEVER

    def after_shown(self, now: float) -> KeyGuard:
        """Once the page is on the screen. The time that it took to save and to draw is not time to read."""
        return replace(self, shown_at=now, key_at=now, lost_at=None if self.lost_at is None else now)

    def is_waiting(self, now: float, *, is_danger: bool) -> bool:
        """Whether a key was ignored, and the next may be meant for another question than the one on the page."""
        return self.lost and now - self.key_at < QUIET_SECONDS and (is_danger or self.lost_at is not None)

    def led_here(self, key: str) -> bool:
        """Whether this key led to the page, and none was pressed on it yet."""
        return key == self.key == self.page_key and self.key_at <= self.shown_at

    def has_looked(self, now: float) -> bool:
        """Whether a key that comes now is meant for the page on the screen, after another key was ignored there."""
        wait = QUIET_SECONDS if self.shifted else NEXT_KEY_SECONDS
        return now - self.key_at >= BLIND_SECONDS and (self.lost_at is None or now - self.lost_at >= wait)

    def may_be_repeat(self, key: str, now: float, context: KeyContext) -> bool:
        """Whether an answer may come from a held key, so that it has to be taken back if that key comes again at once.

        A digit of a number comes twice often enough; it is one only where the key that led to the page comes again.
        """
        key = key.casefold()
        may_be = context.answers and key == self.key and now - self.key_at < LOOK_BACK_SECONDS
        return may_be and (not context.may_repeat or self.led_here(key))

    def was_held(self, key: str, now: float) -> bool:
        """Whether the key before this one was the repeat of a held key, as this one is."""
        return key.casefold() == self.key and now - self.key_at < REPEAT_SECONDS

    def may_be_late_repeat(self, key: str, now: float) -> bool:
        """Whether the key before this one may still turn out to be the repeat of a held key, if more of them come."""
        return key.casefold() == self.key and now - self.key_at < FIRST_REPEAT_SECONDS

    def after_accepted(self, key: str, now: float, *, new_page: bool) -> KeyGuard:
        """After a key that was accepted; `new_page`: it led to another page."""
        key = key.casefold()
        after = self._with_loss_after(key, now)
        after = replace(after, key=key, key_at=now)
        if new_page:
            after = replace(after, page_key=key, shown_at=now)
        return replace(after, escape_at=now, escape_rest_at=now) if key == ESCAPE else after

    def _with_loss_after(self, key: str, now: float) -> KeyGuard:
        """What an accepted key says of the keys that were ignored before it."""
        pause = now - self.key_at
        if not self.lost or pause >= QUIET_SECONDS:
            return replace(self, lost=False, lost_at=None, shifted=False, retry_key="", retry_due=False)
        if key in {"!", *SCROLLS}:
            return self
        if key == self.retry_key and (pause < BLIND_SECONDS or self.shifted):
            return replace(self, lost_at=now, shifted=True, retry_due=False)
        return replace(self, lost_at=None, shifted=False, retry_key="", retry_due=False)

    def after_ignored(self, key: str, now: float, why: str, *, is_danger: bool) -> KeyGuard:
        """After a key that was ignored for this reason. The first of several says from when on others count again."""
        key = key.casefold()
        after = replace(self, key=key, key_at=now)
        if why == AFTER_ESCAPE:
            return replace(after, escape_rest_at=now)
        if not self.is_waiting(now, is_danger=is_danger):
            return replace(after, lost=True, lost_at=now, shifted=False, retry_key=key, retry_due=True)
        lost_at = now if self.lost_at is None else self.lost_at
        return replace(after, lost_at=lost_at, retry_key=key if key == self.retry_key else "", retry_due=True)


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
    waits = guard.is_waiting(now, is_danger=context.is_danger)
    retries = key == guard.retry_key and not context.may_repeat
    if waits and not retries and (context.is_danger or not guard.has_looked(now)):
        return WAIT
    pressed_again = waits and retries and guard.retry_due
    if pressed_again and key == guard.key and now - guard.key_at < AGAIN_SECONDS:
        return HELD
    return _why_too_fast(guard, key, now, context, pressed_again=pressed_again)


def _why_too_fast(guard: KeyGuard, key: str, now: float, context: KeyContext, *, pressed_again: bool) -> str:
    """Why a key is ignored that does not wait for another.

    WAIT where it may repeat: pressing it again would not help.
    """
    if context.effect is Effect.MOVES and not isinstance(context.page, EmergencyPage):
        return ""
    if _is_held(guard, key, now, context, pressed_again=pressed_again):
        return WAIT if context.may_repeat else HELD
    unread = isinstance(context.page, _READ_FIRST) and not context.is_text
    if unread and now - guard.shown_at < _reading_seconds(context):
        return WAIT if context.may_repeat else TOO_EARLY
    return ""


def _reading_seconds(context: KeyContext) -> float:
    if isinstance(context.page, EmergencyPage):
        return DANGER_READING_SECONDS
    return DANGER_QUESTION_SECONDS if context.is_danger else READING_SECONDS


def _is_held(guard: KeyGuard, key: str, now: float, context: KeyContext, *, pressed_again: bool) -> bool:
    """Whether the same key as before may be held down, and it must not count until that is known.

    An answer counts at once: it is taken back if the key turns out to be held.
    """
    pause = now - guard.key_at
    if context.is_danger and key == guard.page_key and pause < DANGER_QUESTION_SECONDS:
        return True
    if pressed_again or key != guard.key:
        return False
    if context.answers:
        return not context.may_repeat and not guard.led_here(key) and pause < AGAIN_SECONDS
    return (guard.led_here(key) or not context.may_repeat) and pause < HELD_SECONDS
