"""What keeps a table that is no text from being read, as far as it is the same for several kinds."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources import csv_problems
from iop_screen.batch.sources.csv_framing import NUL
from iop_screen.batch.sources.csv_problems import NO_HEADER, TOO_MANY_COLUMNS

NEEDS_EXTRA = "needs-extra"


def not_installed(name: str, what: str, extra: str) -> InputProblem:
    """That the package which reads such a file is not there; `what` says what the file is."""
    message = f"the file is {what}, and the package that reads it is not installed"
    hint = "install it, or export the forms as CSV"
    return InputProblem(name, None, NEEDS_EXTRA, message, hint, ("pip", "install", f"iop-screen[{extra}]"))


def columns_problem(name: str, columns: Sequence[str]) -> InputProblem | None:
    """That a file has no columns, too many, or one whose name cannot be read."""
    most = csv_problems.MAX_COLUMNS
    if not columns:
        return InputProblem(name, None, NO_HEADER, "the file has no columns")
    if len(columns) > most:
        message = f"the file has {len(columns):,} columns; at most {most:,} can be read"
        return InputProblem(name, None, TOO_MANY_COLUMNS, message)
    return unreadable_name(name, NUL) if any("\0" in each for each in columns) else None


def unreadable_name(name: str, code: str) -> InputProblem:
    """That the name of a column cannot be read, for the reason that a record would be rejected for."""
    return InputProblem(
        name, None, NO_HEADER, f"the name of a column cannot be read: {code}", "give the column another name"
    )
