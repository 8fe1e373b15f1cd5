"""Which options a text names: one, or several with marks between them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from iop_screen.questionnaire.scalars import fold

SEPARATORS = ";,|\n\r"
"""What stands between the options of a cell with several; a line end is one."""

LONGEST_LIST = 10_000
MOST_READINGS = 16

_WHOLE = re.compile(r"(?<![\w.,])(\d+)\.0+(?![\w.])", re.ASCII)

OptionsReader = Callable[[str], frozenset[str] | None]
"""Reads a text as the options that it names; None if it cannot be read."""

Readings = frozenset[frozenset[str]]
_NONE: Readings = frozenset()
_DONE: Readings = frozenset({frozenset()})


class _TooManyReadingsError(Exception):
    """A text can be read in more ways than are followed."""


def option_name(text: str) -> str:
    """A name of an option as names are compared: folded, and with 1.0 as 1, since Excel may write it so."""
    return _WHOLE.sub(r"\1", fold(text))


def one_option(names: Mapping[str, str]) -> OptionsReader:
    """What reads a text that is the name of an option; `names` has the option of each `option_name`."""

    def read(text: str) -> frozenset[str] | None:
        option = names.get(option_name(text))
        return None if option is None else frozenset({option})

    return read


def several_options(names: Mapping[str, str], separators: str = "") -> OptionsReader:
    """What reads a text that names one or more options, with one of `SEPARATORS` or `separators` between them.

    A name may hold such a mark itself. The text is never split blindly: it is read as names from its start to its end.
    None if it cannot be read so, or if it names different options when it is read in different ways.
    """
    marks = frozenset(SEPARATORS + separators.casefold())
    rare, semicolons_part = marks - {";"}, not any(";" in name for name in names)
    starts: dict[str, list[tuple[str, str]]] = {}
    for name, option in names.items():
        starts.setdefault(name[:1], []).append((name, option))

    def read(text: str) -> frozenset[str] | None:
        if semicolons_part and rare.isdisjoint(text):
            parts = [part for part in map(option_name, text.split(";")) if part]
            return frozenset(names[part] for part in parts) if parts and all(part in names for part in parts) else None
        lines = "\n".join(filter(None, map(option_name, text.splitlines())))
        if len(lines) > LONGEST_LIST:
            return None
        try:
            readings = _readings(lines, starts, marks) - _DONE
        except _TooManyReadingsError:
            return None
        return next(iter(readings)) if len(readings) == 1 else None

    return read


def blank_joined(ids: Collection[str]) -> OptionsReader:
    """What reads a text every word of which is the id of an option, as ODK and Kobo write several; else it is None."""
    options = {option_name(option): option for option in ids}

    def read(text: str) -> frozenset[str] | None:
        if len(text) > LONGEST_LIST:
            return None
        words = option_name(text).split()
        return frozenset(options[word] for word in words) if words and all(word in options for word in words) else None

    return read


def list_or_blank_joined(names: Mapping[str, str], ids: Collection[str], separators: str = "") -> OptionsReader:
    """What reads a text as `several_options` does, or ids with nothing but blanks between them.

    A text that is a name as a whole, or has another mark in it, is never taken apart at its blanks.
    """
    read_list, read_words = several_options(names, separators), blank_joined(ids)
    marks = frozenset(SEPARATORS + separators.casefold())

    def read(text: str) -> frozenset[str] | None:
        is_list = option_name(text) in names or not marks.isdisjoint(text.strip().casefold())
        return read_list(text) if is_list else read_words(text)

    return read


def _readings(text: str, starts: Mapping[str, list[tuple[str, str]]], marks: frozenset[str]) -> Readings:
    """All sets of options that a text can be read as. It is gone through from its end, so that no part is read twice.

    `after_mark` is what the rest comes to if a name may begin in it, `after_name` if a mark must come first.
    """
    flat, may_begin = text.replace("\n", " "), _beginnings(text, marks)
    after_mark = [_DONE] * (len(text) + 1)
    after_name = [_DONE] * (len(text) + 1)
    for place in range(len(text) - 1, -1, -1):
        letter = text[place]
        between = after_mark[place + 1] if letter in marks or letter == " " else _NONE
        named = _named(flat, place, starts.get(flat[place], ()), after_name) if may_begin[place] else _NONE
        after_mark[place] = between | named
        if len(after_mark[place]) > MOST_READINGS:
            raise _TooManyReadingsError
        after_name[place] = after_mark[place + 1] if letter in marks else _NONE
        if letter == " " and letter not in marks:
            after_name[place] = after_name[place + 1]
    return after_mark[0]


def _named(flat: str, place: int, names: Iterable[tuple[str, str]], after_name: list[Readings]) -> Readings:
    """What the text from a place on comes to if a name begins there."""
    return frozenset(
        rest | {option}
        for name, option in names
        if flat.startswith(name, place)
        for rest in after_name[place + len(name)]
    )


def _beginnings(text: str, marks: frozenset[str]) -> list[bool]:
    """For each place of a text whether a name can begin there: at its start, or with a mark and blanks before it."""
    beginnings, may_begin = [], True
    for letter in text:
        beginnings.append(may_begin)
        may_begin = letter in marks or (may_begin and letter == " ")
    return beginnings
