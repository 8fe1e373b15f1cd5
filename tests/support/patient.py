"""The program, made for a machine of any speed: no page counts as read, and what is typed at the end is waited for."""

from __future__ import annotations

from iop_screen import cli
from iop_screen.console import streams
from iop_screen.interview.fullscreen import key_guard

if __name__ == "__main__":
    key_guard.READING_SECONDS = key_guard.DANGER_QUESTION_SECONDS = 3600.0
    streams.QUIET_SECONDS = 2.0
    cli.main()
