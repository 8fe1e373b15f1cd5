"""Large tables of made-up forms: half of them people of eight kinds, half by chance alone, some with dirt in them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from random import Random

from iop_screen.questionnaire.types import Question
from support.drawn_tables import DrawnTable
from support.from_benchmarks import benchmark
from support.questionnaires import ready
from support.sql_engines import Cell

NO_ANSWERS: tuple[Cell, ...] = (
    None,
    "NA",
    "#N/A",
    " ",
    "\u00a0",
    "no answer to this",
    "Unknown",
    " DECLINED",
    "?;",
    "99",
)


def mixed_table(source: str, rows: int, dirt: float = 0.05) -> DrawnTable:
    """So many forms for a questionnaire; so much of the cells, from 0 to 1, is written as people and programs do."""
    compiled, chance = ready(source), Random(rows)  # noqa: S311 - nothing secret
    forms = benchmark("forms")
    half = rows // 2
    lines = [islice(chain.from_iterable(forms.lots(compiled, kind)), size) for kind, size in _parts(half, rows)]
    table = (
        (f"F{place:07}", *map(lambda question, cell: _dirty(question, cell, chance, dirt), compiled.questions, line))
        for place, line in enumerate(text.split(",") for text in chain(*lines))
    )
    return DrawnTable(source, ("id", *(str(question.id) for question in compiled.questions)), tuple(table))


def _parts(half: int, rows: int) -> Iterator[tuple[str, int]]:
    yield "mixed", half
    yield "random", rows - half


def _dirty(question: Question, cell: str, chance: Random, dirt: float) -> Cell:
    if chance.random() >= dirt:
        return cell
    return chance.choice([*_spelled(question, cell), *NO_ANSWERS])


def _spelled(question: Question, cell: str) -> list[Cell]:
    """The same answer, written otherwise."""
    labels = {str(option.id): str(option.label) for option in question.options_listed}
    labelled = "; ".join(labels.get(each, each) for each in cell.split(";"))
    return [cell.upper(), f"  {cell}\t", f"\u00a0{cell}", labelled, labelled.upper(), labelled.replace("'", "\u2019")]
