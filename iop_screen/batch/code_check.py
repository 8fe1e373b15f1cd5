"""Whether a column is coded as it is read: a number that is no code, or a column of which nothing is understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

from iop_screen.batch.column_names import first_ten
from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.core.problems import shortened
from iop_screen.questionnaire.types.option_names import SEPARATORS, option_name

if TYPE_CHECKING:
    from iop_screen.batch.answer_columns import AnswersReader

FEWEST_FILLED = 10
"""So many cells must be filled before a column with nothing readable stops a run."""

_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_BETWEEN = re.compile(f"[{re.escape(SEPARATORS)}]")


def whole_codes(codes: Collection[str], others: Collection[str], said: Collection[str] = ()) -> frozenset[int] | None:
    """The whole numbers that are known in the cells of a question; None if another one is no sign of shifted codes.

    It is one if more of the codes are whole numbers than not, or if a mapping has `said` of any that it is an answer.
    `others` are texts that mean something, too, such as labels and reasons for no answer; words do not matter there.
    """
    whole = [number for number in map(_whole, codes) if number is not None]
    if 2 * len(whole) <= len(codes) and all(_whole(text) is None for text in said):
        return None
    return frozenset(number for number in (*whole, *map(_whole, (*said, *others))) if number is not None)


def foreign_code(texts: Iterable[str], codes: Collection[int], *, several: bool) -> int | None:
    """The first whole number in the cells of a question that is none of its codes; `several` are read one by one."""
    parts = (part for text in texts for part in (_BETWEEN.split(text) if several else (text,)))
    return next((number for number in map(_whole, parts) if number is not None and number not in codes), None)


def _whole(text: str) -> int | None:
    """The whole number that a text is, also as 1.0 or with an apostrophe before it."""
    name = option_name(text)
    name = name[1:].strip() if name.startswith("'") else name
    return int(name) if _WHOLE.fullmatch(name) else None


class CodeCheck:
    """Watches what the columns of one file have held so far; `names` are those of its header."""

    def __init__(self, reader: AnswersReader, names: Sequence[str]) -> None:
        self._reader = reader
        self._names = names

    def problems(self, file: str, *, show_values: bool = False) -> tuple[InputProblem, ...]:
        """What stops the run after the records read so far: numbers that are no codes, as one problem of the file."""
        found = [index for index, use in enumerate(self._reader.uses) if use.foreign_code is not None]
        if not found:
            return ()
        lines = [line for index in found if (line := self._reader.uses[index].foreign_line) is not None]
        message = (
            f"whole numbers that are no codes: {first_ten(found, lambda i: self._foreign(i, show_values=show_values))}"
        )
        hint = "If codes are shifted, no answer of the column can be trusted. Say in a mapping what each code means."
        return (InputProblem(file, min(lines, default=None), "unknown-code", message, hint, inspect_command(file)),)

    def problems_at_end(self, file: str) -> tuple[InputProblem, ...]:
        """What stops the run when all records of the file are read: columns of which nothing was understood."""
        uses = enumerate(self._reader.uses)
        found = [index for index, use in uses if use.unreadable >= FEWEST_FILLED and not use.understood]
        if not found:
            return ()
        message = f"columns in which no answer can be read: {first_ten(found, self._filled)}"
        hint = "Say in a mapping what their cells mean."
        return (InputProblem(file, None, "nothing-readable", message, hint, inspect_command(file)),)

    def _foreign(self, index: int, *, show_values: bool) -> str:
        """A column with a number that is no code, and where that stands."""
        use = self._reader.uses[index]
        place = [] if use.foreign_line is None else [f"line {use.foreign_line}"]
        value = [str(use.foreign_code)] if show_values else []
        said = f" ({': '.join(place + value)})" if place or value else ""
        return f"{self._columns(index)}{said}"

    def _filled(self, index: int) -> str:
        return f"{self._columns(index)} ({self._reader.uses[index].unreadable:,} filled)"

    def _columns(self, index: int) -> str:
        """The columns of a question by their names, and the question."""
        columns = self._reader.columns[index]
        names = [self._names[each].strip() for each in columns.indexes]
        shown = f"{' and '.join(f'{shortened(name)!a}' for name in names[:3])}{' and more' if len(names) > 3 else ''}"
        return f"{shown} as `{columns.question.id}`"
