"""What can be wrong with a file of JSON and with a record in it: the codes, and what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from iop_screen.batch.column_names import first_ten
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_framing import RECORD_TOO_LONG, UNDECODABLE
from iop_screen.batch.sources.csv_problems import MAX_COLUMNS, NO_HEADER, TOO_MANY_COLUMNS, WRONG_ENCODING
from iop_screen.core.problems import shortened

BAD_JSON = "bad-json"
BAD_NUMBER = "bad-number"
DUPLICATE_KEY = "duplicate-key"
NO_OBJECT = "no-object"
TOO_DEEP = "too-deep"

JSON_REJECTIONS = {
    BAD_JSON: "the line is no JSON, or was cut",
    BAD_NUMBER: "the record has NaN or Infinity, which are no numbers of JSON",
    DUPLICATE_KEY: "a key stands twice in one object, so nobody knows which answer counts",
    NO_OBJECT: "the value is no object, so it has no answers",
    TOO_DEEP: "more objects and lists stand in each other than can be read",
}
"""What the codes of a record mean, in the words of a rejects file."""

SEVERAL_LISTS = "several-lists"
JSON_PROBLEMS = (BAD_JSON, DUPLICATE_KEY, SEVERAL_LISTS, TOO_DEEP)
"""Why a JSON file cannot be read as it is, beside what is wrong with its columns."""

WHY_UNREAD = {
    **JSON_REJECTIONS,
    UNDECODABLE: "it has bytes that are no UTF-8, or half of a character",
    RECORD_TOO_LONG: "it is longer than 1 MiB",
}
"""Why a value cannot be read, where none of a file can."""
_SCORED_ALONE = "export it again, with one object for each form"


def broken(name: str, code: str, byte: int, items: int = 0) -> InputProblem:
    """That a file cannot be read from some byte on, below so many items of a list."""
    hint = "export it again; if it holds one object after another, write each on a line of its own"
    return InputProblem(name, None, code, f"the file {where_broken(code, byte, items)}", hint)


def where_broken(code: str, byte: int, items: int) -> str:
    """What is wrong with a file, and where, in words that follow its name or "the file"."""
    after = f"after item {items:,} of its list, " if items else ""
    return f"{what_is_broken(code)}: it cannot be read on {after}at byte {byte:,}"


def what_is_broken(code: str) -> str:
    """What is wrong with a file as a whole, in words that follow its name."""
    return _BROKEN.get(code, "is cut or is no JSON")


_BROKEN = {DUPLICATE_KEY: "has a key twice in one object", TOO_DEEP: "has brackets in brackets without end"}


def not_utf8(name: str) -> InputProblem:
    """That a file is JSON in another encoding than JSON has; Windows PowerShell writes it so."""
    message = "the file is JSON, and is not in UTF-8, as its first bytes say"
    return InputProblem(name, None, WRONG_ENCODING, message, "open it in an editor, and save it as UTF-8")


def several_lists(name: str, keys: Sequence[str]) -> InputProblem:
    """That nobody can tell which list of objects has the forms."""
    shown = first_ten(keys, lambda key: f"{shortened(key)!a}")
    message = f"the file has several lists of objects, and only one can be the forms: {shown}"
    return InputProblem(name, None, SEVERAL_LISTS, message, "save the list of the forms as a file of its own")


def no_records(name: str, bad: Counter[str]) -> InputProblem:
    """That a file has no column: `bad` counts the values that are no record, by code."""
    if not bad:
        return InputProblem(name, None, NO_HEADER, "the file has no columns: no object in it has a key with a value")
    code, count = bad.most_common(1)[0]
    why = WHY_UNREAD[code]
    message = f"no form in the file can be read; {code}, in {count:,} of the values: {why}"
    return InputProblem(name, None, NO_HEADER, message, _SCORED_ALONE)


def too_many_columns(name: str) -> InputProblem:
    """That the objects of a file have more keys than can be columns."""
    message = f"the objects of the file have more than {MAX_COLUMNS:,} keys, and no more columns can be read"
    return InputProblem(name, None, TOO_MANY_COLUMNS, message, "leave out of the export what is no answer")


def too_sparse(name: str, columns: int) -> InputProblem:
    """That most records of a file have hardly any of its columns, and both are many."""
    message = f"the file has {columns:,} columns, and hardly a record has more than a few of them"
    return InputProblem(name, None, TOO_MANY_COLUMNS, message, "leave out of the export what is no answer")
