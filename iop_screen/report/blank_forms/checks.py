"""What holds for every form that is written, whatever the system.

A writer reads back the names, choices and gates from what it has written and has them checked here. A form that fails
is a fault of ours, and nobody gets it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


class WrongFormError(Exception):
    """A form that was written cannot be right."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a gate reads: a question, and which of its choices; None if it is a number or only whether it is blank."""

    name: str
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class WrittenItem:
    """A field, an item or a group as it is written: its name, the codes of its choices, and what its gate reads."""

    name: str
    choices: tuple[str, ...] = ()
    reads: tuple[Read, ...] = ()


def check_written(items: Sequence[WrittenItem], pattern: re.Pattern[str]) -> None:
    """Raises WrongFormError with all that is wrong with a form; `pattern` is what a name of the system fits."""
    faults = [*_name_faults(items, pattern), *_choice_faults(items), *_gate_faults(items)]
    if faults:
        raise WrongFormError("; ".join(faults))


def _name_faults(items: Sequence[WrittenItem], pattern: re.Pattern[str]) -> Iterator[str]:
    yield from (f"no name: {item.name!a}" for item in items if not pattern.fullmatch(item.name))
    yield from (f"written twice: {name}" for name in _twice([item.name for item in items]))


def _choice_faults(items: Sequence[WrittenItem]) -> Iterator[str]:
    for item in items:
        yield from (f"{item.name} has the choice {code} twice" for code in _twice(item.choices))
        if "" in item.choices:
            yield f"{item.name} has a choice without a code"


def _gate_faults(items: Sequence[WrittenItem]) -> Iterator[str]:
    above: dict[str, WrittenItem] = {}
    for item in items:
        for read in item.reads:
            if read.name not in above:
                yield f"{item.name} reads {read.name}, which does not stand further up"
            elif read.choice is not None and read.choice not in above[read.name].choices:
                yield f"{item.name} reads the choice {read.choice}, which {read.name} does not have"
        above[item.name] = item


def _twice(words: Sequence[str]) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]
