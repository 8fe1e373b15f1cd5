"""How a database writes names, texts and the few functions that a query needs.

Names are quoted and texts escaped by sqlglot, which knows the dialects. It comes with the extras `frames` and `spark`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, assert_never, get_args

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect as GlotDialect

DialectName = Literal["duckdb", "spark", "postgres"]
DIALECTS: tuple[DialectName, ...] = get_args(DialectName)

SEPARATOR = ";"
"""What stands between the members of a list in a text."""

_END = r"\z"
"""The end of a text in a pattern of Spark; `$` would stand before a line end, too."""

LONGEST_LINE = 110
"""A line with more signs is broken, where it can be."""
NEXT_LINE = "\n    "

_POSITION = {"duckdb": "instr", "spark": "instr", "postgres": "strpos"}
_WHOLE_DIVISION = {"duckdb": "//", "spark": "div", "postgres": "/"}
_CONCAT = {"duckdb": "concat(", "spark": "concat_ws('', ", "postgres": "concat("}  # Spark's `concat` of a NULL is NULL
_TEXT_TYPE = {"duckdb": "VARCHAR", "spark": "STRING", "postgres": "text"}


class Dialect:
    """The SQL of one kind of database."""

    def __init__(self, name: DialectName) -> None:
        self.name = name
        self._generator = GlotDialect.get_or_raise(name).generator()
        self.identifier = lru_cache(None)(self._identifier)
        self.text = lru_cache(None)(self._text)

    @property
    def text_type(self) -> str:
        """The name of the type of texts."""
        return _TEXT_TYPE[self.name]

    @property
    def stage_end(self) -> str:
        """What ends a stage. Postgres would put stages into one another, and take minutes to plan that."""
        return "\nOFFSET 0" if self.name == "postgres" else ""

    def contains(self, whole: str, part: str) -> str:
        """That one text is in another; both are SQL."""
        return f"{_POSITION[self.name]}({whole}, {part}) > 0"

    @property
    def repeated(self) -> str:
        """In a pattern, one or more of what stands before. Java takes it back step by step, unless a + follows.

        For that it would need more room than it has, and the query would end at a cell of some thousand signs.
        """
        return "++" if self.name == "spark" else "+"

    def matches(self, whole: str, pattern: str) -> str:
        """That a text, as SQL, fits a pattern from its first sign to its last, a line end among them."""
        match self.name:
            case "duckdb":
                return f"regexp_full_match({whole}, {self.text(pattern)})"
            case "spark":
                return f"{whole} RLIKE {self.text('^(' + pattern + ')' + _END)}"
            case "postgres":
                return f"{whole} ~ {self.text(f'^({pattern})$')}"
            case _:
                assert_never(self.name)

    def whole_division(self, dividend: str, divisor: str) -> str:
        """The quotient of two whole numbers, none of which is below nought, without its fraction."""
        return f"({dividend}) {_WHOLE_DIVISION[self.name]} ({divisor})"

    def joined(self, texts: list[str]) -> str:
        """Texts that each begin with SEPARATOR, one after another; those that are NULL are left out. All are SQL.

        The first separator is cut off.
        """
        return f"substr({_CONCAT[self.name]}{filled(texts, ', ')}), 2)" if texts else "''"

    @property
    def no_text(self) -> str:
        """NULL in a column of texts."""
        return f"CAST(NULL AS {self.text_type})"

    def _identifier(self, name: str) -> str:
        return self._generator.generate(exp.Identifier(this=name, quoted=True), copy=False)

    def _text(self, text: str) -> str:
        """Spark has no line end in a text of a query, and the others need not: a query is laid out line by line."""
        written = self._generator.generate(exp.Literal.string(text), copy=False)
        if self.name == "spark" or "\n" not in text:
            return written
        escaped = written.replace("\\", r"\\").replace("\n", r"\n")
        return f"E{escaped}"


def filled(parts: Iterable[str], between: str) -> str:
    """Parts of a query in a row, in lines of no more than about LONGEST_LINE signs."""
    return NEXT_LINE.join(filled_lines(parts, between))


def filled_lines(parts: Iterable[str], between: str) -> list[str]:
    """The lines of parts in a row; behind the last part stands nothing."""
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) > LONGEST_LINE and lines[-1]:
            lines.append("")
        lines[-1] += part + between
    *first, last = (line.rstrip() for line in lines)
    return [*first, last.removesuffix(between.rstrip())]


def indented(text: str) -> str:
    """A text of several lines, two blanks further to the right."""
    return "\n".join(f"  {line}" for line in text.split("\n"))
