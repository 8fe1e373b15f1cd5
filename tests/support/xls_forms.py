"""An XLSForm as ODK takes it: the rows of its sheets, and what its expressions give for what was filled in."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import python_calamine

Value = str | bool | Decimal
TOKEN = re.compile(
    r"\s*(?:(?P<question>\$\{[^}]+\})|(?P<text>'[^']*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[a-z]+(?:-[a-z]+)*)|"
    r"(?P<sign><=|>=|!=|[=<>(),.]))"
)


def sheet_rows(content: bytes, sheet: str) -> list[dict[str, str]]:
    """The rows of a sheet by its headers; every cell must be a text."""
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    headers, *rows = book.get_sheet_by_name(sheet).to_python()
    assert {type(cell) for row in (headers, *rows) for cell in row} == {str}
    return [{str(header): str(cell) for header, cell in zip(headers, row, strict=True)} for row in rows]


@dataclass
class Expression:
    """An expression being read, with what was filled in; a list is its codes with blanks between them."""

    tokens: list[tuple[str, str]]
    filled: Mapping[str, str]
    own: str

    def take(self, *wanted: str) -> str | None:
        """The next token, if it is one of these."""
        if self.tokens and self.tokens[0][1] in wanted:
            return self.tokens.pop(0)[1]
        return None

    def either(self) -> Value:
        """One or more parts, any of which may hold."""
        return self._chain("or", self.both, any)

    def both(self) -> Value:
        """One or more parts, all of which must hold."""
        return self._chain("and", self.compared, all)

    def _chain(self, word: str, part: Callable[[], Value], together: Callable[[list[bool]], bool]) -> Value:
        parts = [part()]
        while self.take(word):
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        assert all(isinstance(each, bool) for each in parts)
        return together([each is True for each in parts])

    def compared(self) -> Value:
        """A value, or two that are compared. A blank is no number, and no number is more or less than it."""
        left = self.value()
        sign = self.take("=", "!=", ">=", "<=", ">", "<")
        if sign is None:
            return left
        right = self.value()
        if sign in {"=", "!="}:
            assert isinstance(left, str)
            assert isinstance(right, str)
            return (left == right) == (sign == "=")
        first, second = _number(left), _number(right)
        if first is None or second is None:
            return False
        return {">=": first >= second, "<=": first <= second, ">": first > second, "<": first < second}[sign]

    def value(self) -> Value:
        """What a question holds, a text, a number, a function of these, or a part in brackets."""
        kind, written = self.tokens.pop(0)
        if kind == "question":
            return self.filled.get(written[2:-1], "")
        if kind == "text":
            return written[1:-1]
        if kind == "number":
            return Decimal(written)
        if written == ".":
            return self.own
        arguments = self._arguments() if kind == "word" else [self.either()]
        if kind != "word":
            assert written == "("
            assert self.take(")")
            return arguments[0]
        return _called(written, arguments)

    def _arguments(self) -> list[Value]:
        assert self.take("(")
        found = [self.either()]
        while self.take(","):
            found.append(self.either())
        assert self.take(")")
        return found


def _called(name: str, arguments: list[Value]) -> Value:
    match name, arguments:
        case "selected", [str(codes), str(code)]:
            return code in codes.split(" ")
        case "count-selected", [str(codes)]:
            return Decimal(len(codes.split()))
        case "not", [bool(part)]:
            return not part
        case _:
            raise ValueError(name)


def _number(value: Value) -> Decimal | None:
    if isinstance(value, Decimal):
        return value
    return Decimal(str(value)) if isinstance(value, str) and value else None


def evaluated(text: str, filled: Mapping[str, str], own: str = "") -> bool:
    """Whether an expression holds; a blank one always does. `own` is what stands in the question itself."""
    if not text:
        return True
    tokens, at = list[tuple[str, str]](), 0
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, text[at:]
        kind = str(found.lastgroup)
        tokens.append((kind, found[kind]))
        at = found.end()
    expression = Expression(tokens, filled, own)
    value = expression.either()
    assert not expression.tokens
    assert isinstance(value, bool)
    return value
