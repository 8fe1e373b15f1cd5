"""What keeps a workbook from being read as it is."""

from __future__ import annotations

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.file_kinds import as_argument

BAD_WORKBOOK = "bad-workbook"
WORKBOOK_TOO_LARGE = "workbook-too-large"
ENCRYPTED_WORKBOOK = "encrypted-workbook"
SEVERAL_SHEETS = "several-sheets"
NO_SUCH_SHEET = "no-such-sheet"
MERGED_CELL = "merged-cell"
"""Why a row is rejected that has a cell which is covered by another one."""
WORKBOOK_PROBLEMS = (BAD_WORKBOOK, ENCRYPTED_WORKBOOK, NO_SUCH_SHEET, SEVERAL_SHEETS, WORKBOOK_TOO_LARGE)
"""Why a workbook cannot be read as it is, beside what is wrong with its header."""

AGAIN = "open it in Excel or LibreOffice and save it again, or copy it again from where it came from"
SMALLER = "copy the forms alone into a new workbook, or save the sheet as CSV"


class Unusable(Exception):
    """Ends the reading of a workbook: a code, what is wrong, and what can be done. It holds no text of a cell."""

    def __init__(self, code: str, message: str, hint: str, command: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.code, self.message, self.hint, self.command = code, message, hint, command

    def problem(self, file: str) -> InputProblem:
        """The same, of a file."""
        command = (*self.command[:2], as_argument(file), *self.command[2:]) if self.command and file != "-" else ()
        return InputProblem(file, None, self.code, self.message, self.hint, command)


def damaged(what: str = "the workbook is damaged, or was cut") -> Unusable:
    """That a file begins as a workbook does, and cannot be read as one."""
    return Unusable(BAD_WORKBOOK, what, AGAIN)


def too_large(what: str) -> Unusable:
    """That a workbook is past a bound."""
    return Unusable(WORKBOOK_TOO_LARGE, what, SMALLER)


def encrypted() -> Unusable:
    """That a workbook has a password."""
    return Unusable(ENCRYPTED_WORKBOOK, "the workbook has a password", "save it without one")
