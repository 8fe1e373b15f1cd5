"""Which column of a frame answers which question: as in a file, by the mapping or by the ids of the questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from iop_screen.batch.frames.problems import FRAME, FrameError
from iop_screen.batch.header import MatchedColumns, match_columns
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import Header
from iop_screen.engine.compiled import CompiledQuestionnaire


@dataclass(frozen=True, slots=True)
class _Columns:
    """The names of the columns of a frame, as the header of a file has them."""

    header: Header
    name: str = FRAME
    delimiter: str = ","


def matched_columns(names: Sequence[str], compiled: CompiledQuestionnaire, settings: ScoreSettings) -> MatchedColumns:
    """What the columns of a frame come to, by their names in order; FrameError if it cannot be scored so."""
    matched = match_columns(_Columns(Header(tuple(names), None, 0)), compiled, settings)
    if matched.problems:
        raise FrameError(matched.problems)
    return matched


def needed_columns(columns: MatchedColumns) -> tuple[int, ...]:
    """The columns that a result depends on, in their order."""
    answers = (index for each in columns.answers for index in each.indexes)
    others = (columns.id_index, columns.form.index if columns.form else None, *(index for index, _ in columns.statuses))
    return tuple(sorted({*answers, *(index for index in others if index is not None)}))
