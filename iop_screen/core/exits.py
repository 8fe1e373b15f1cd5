"""How the program ends: its exit codes, and the exceptions that end it early.

`CannotGoOn` says that a file is missing, a pipe is closed and the like, `Stopped` that a signal came. Any other
exception, Ctrl-C aside, is a fault of ours.
"""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the exit codes mean. A level of care is never one."""

    DONE = 0
    PROBLEMS_FOUND = 1
    USAGE = 2
    FILE = 3
    QUESTIONNAIRE = 4
    NOT_FINISHED = 5
    OUR_FAULT = 70
    INTERRUPTED = 130


class CannotGoOn(Exception):
    """Ends the program: the message for the user, in one line, and the exit code."""

    def __init__(self, message: str, exit_code: Exit) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class Stopped(SystemExit):
    """Ends the program after a signal; on its way, unfinished files are removed and an interview is saved."""

    def __init__(self, number: int) -> None:
        super().__init__(128 + number)
        self.number = number


def system_reason(error: OSError) -> str:
    """Why the system refuses a file or a stream; never its name or its content."""
    return (error.strerror or "the system refused").lower()
