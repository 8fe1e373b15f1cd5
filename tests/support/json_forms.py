"""A table of texts as JSON, in each way in which other programs write the same forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

Rows = Sequence[Sequence[str]]
Writer = Callable[[Sequence[str], Rows], bytes]


def objects(names: Sequence[str], rows: Rows) -> list[dict[str, str | None]]:
    """An object for each row; a blank cell is null."""
    return [{name: cell or None for name, cell in zip(names, row, strict=True)} for row in rows]


def as_lines(names: Sequence[str], rows: Rows) -> bytes:
    """Lines of JSON: an object on each."""
    return b"".join(json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in objects(names, rows))


def as_list(names: Sequence[str], rows: Rows) -> bytes:
    """A list of objects, as most programs write it: with line breaks and blanks."""
    return json.dumps(objects(names, rows), indent=2).encode()


def as_wrapped_list(names: Sequence[str], rows: Rows) -> bytes:
    """An object with a list of objects in it, as services answer."""
    return json.dumps({"total": len(rows), "page": {"next": None}, "results": objects(names, rows)}).encode()


JSON_WRITERS: dict[str, Writer] = {"lines": as_lines, "list": as_list, "wrapped list": as_wrapped_list}
