"""The counts of a tally as plain texts and numbers, to be written to a file and read again."""

from __future__ import annotations

from dataclasses import dataclass

Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class SeenState:
    """How many records there are of one kind, and the first of them: number of the file, line, id."""

    count: int
    places: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class TotalState:
    """The counts of one score, by its id."""

    score: str
    forms: int
    with_total: int
    estimated: int
    bands: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TallyState:
    """A tally; each field holds what the field of that name holds there, in the same order."""

    files: tuple[str, ...]
    no_answer_words: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[Triple, SeenState], ...]
    problems: tuple[tuple[tuple[str, str], int], ...]
    of_records: tuple[tuple[str, SeenState], ...]
    rejected: tuple[tuple[str, SeenState], ...]
    excluded: tuple[tuple[str, SeenState], ...]
    unscored: tuple[tuple[tuple[str, Triple], SeenState], ...]
    not_judged: SeenState
    open_dangers: tuple[tuple[tuple[str, str], SeenState], ...]
    blank: SeenState
    totals: tuple[TotalState, ...]
    rules: tuple[tuple[str, int], ...]
    open: tuple[tuple[str, int], ...]
    missing: tuple[tuple[tuple[str, int], ...], ...]
