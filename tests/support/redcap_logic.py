"""Branching logic as REDCap reads it, so far as a form of ours uses it; written apart from what writes it.

`and` binds before `or`. `=` and `<>` compare texts. `<=` and `>=` compare numbers, and a blank counts as 0. The field
`[q(code)]` of a checkbox is 1 or 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

TOKEN = re.compile(r"\s*(\(|\)|and\b|or\b|<>|<=|>=|=|\[\w+\(\w+\)\]|\[\w+\]|'[^']*'|-?\d+(?:\.\d+)?)")

Record = Mapping[str, str | frozenset[str]]
"""What stands in the fields: a text, or the codes that are ticked; a blank field may be left out."""


def is_shown(branching: str, record: Record) -> bool:
    """Whether a field with this branching logic is shown."""
    return not branching or _Reader(branching, record).whole()


class _Reader:
    def __init__(self, branching: str, record: Record) -> None:
        self._tokens = self._split(branching)
        self._record = record

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text):
            found = TOKEN.match(text, place)
            assert found is not None, text[place:]
            tokens.append(found[1])
            place = found.end()
        return tokens

    def whole(self) -> bool:
        truth = self._any()
        assert not self._tokens, self._tokens
        return truth

    def _any(self) -> bool:
        truth = self._all()
        while self._tokens[:1] == ["or"]:
            self._tokens.pop(0)
            truth = self._all() or truth
        return truth

    def _all(self) -> bool:
        truth = self._one()
        while self._tokens[:1] == ["and"]:
            self._tokens.pop(0)
            truth = self._one() and truth
        return truth

    def _one(self) -> bool:
        if self._tokens[0] == "(":
            self._tokens.pop(0)
            truth = self._any()
            assert self._tokens.pop(0) == ")"
            return truth
        left, sign, right = self._value(), self._tokens.pop(0), self._value()
        match sign:
            case "=":
                return left == right
            case "<>":
                return left != right
            case "<=":
                return Decimal(left or "0") <= Decimal(right or "0")
            case ">=":
                return Decimal(left or "0") >= Decimal(right or "0")
            case _:
                raise AssertionError(sign)

    def _value(self) -> str:
        token = self._tokens.pop(0)
        if token.startswith("'"):
            return token[1:-1]
        if not token.startswith("["):
            return token
        name, _, code = token[1:-1].rstrip(")").partition("(")
        held = self._record.get(name, "")
        if code:
            return "1" if isinstance(held, frozenset) and code in held else "0"
        assert isinstance(held, str), f"{name} is a checkbox"
        return held
