"""Whether a column is coded as it is read: a number that is no code, or a column of which nothing is understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.questionnaire.types.option_names import SEPARATORS, option_name

if TYPE_CHECKING:
    from iop_screen.batch.answer_columns import AnswersReader, ColumnUse

FEWEST_FILLED = 10
"""So many cells must be filled before a column with nothing readable stops a run."""

_WHOLE = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_BETWEEN = re.compile(f"[{re.escape(SEPARATORS)}]")


def whole_codes(codes: Collection[str], others: Collection[str]) -> frozenset[int] | None:
    """The whole numbers that are known in the cells of a question, if all its codes are whole numbers; else None.

    `others` are texts that mean something, too, such as labels and reasons for no answer; words do not matter there.
    """
    numbers = [*map(_whole, codes)]
    if not numbers or None in numbers:
        return None
    return frozenset(number for number in (*numbers, *map(_whole, others)) if number is not None)


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
        """What stops the run after the records read so far: numbers that are no codes."""
        return tuple(
            self._unknown_code(file, index, use, show_values=show_values)
            for index, use in enumerate(self._reader.uses)
            if use.foreign_code is not None
        )

    def problems_at_end(self, file: str) -> tuple[InputProblem, ...]:
        """What stops the run when all records of the file are read: columns of which nothing was understood."""
        return tuple(self._nothing_readable(file))

    def _unknown_code(self, file: str, index: int, use: ColumnUse, *, show_values: bool) -> InputProblem:
        question = self._reader.columns[index].question
        value = f" ({use.foreign_code})" if show_values else ""
        return InputProblem(
            file,
            use.foreign_line,
            "unknown-code",
            f"{self._columns(index)} holds a whole number{value} that is no code of `{question.id}`",
            "If the codes are shifted, no answer of this column can be trusted. Say in a mapping what each code means.",
            inspect_command(file),
        )

    def _nothing_readable(self, file: str) -> Iterator[InputProblem]:
        for index, use in enumerate(self._reader.uses):
            if use.unreadable >= FEWEST_FILLED and not use.understood:
                message = f"no answer could be read in {self._columns(index)}; {use.unreadable:,} cells are filled"
                hint = (
                    f"Say in a mapping what the cells mean as answers to `{self._reader.columns[index].question.id}`."
                )
                yield InputProblem(file, None, "nothing-readable", message, hint, inspect_command(file))

    def _columns(self, index: int) -> str:
        indexes = self._reader.columns[index].indexes
        shown = [f"{self._names[each].strip()!a}" for each in indexes[:3]]
        more = f" and {len(indexes) - 3} more" if len(indexes) > 3 else ""
        return f"column{'s' if len(indexes) > 1 else ''} {', '.join(shown)}{more}"
