"""What is asked of a run of scoring beyond its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from iop_screen.batch.mapping.model import Mapping

if TYPE_CHECKING:
    from iop_screen.batch.sources.redcap.dictionary import Dictionary

Duplicates = Literal["mark", "first", "latest", "allow"]
"""What becomes of records with an id that was there before; `mark` scores them with a problem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreSettings:
    """What is asked of a run beyond its files.

    `keep` names input columns that the output copies. `allow_missing` are the ids of questions that need no column,
    `allow_all_missing` says that of every question. `time_column` and `time_format` go with `latest`; a format is
    written in the letters of `strptime`, None is ISO 8601. `expect` is how many records there should be. With
    `show_values` a message may show what stands in a cell. `dictionary` explains the files, which come from REDCap;
    `by_dictionary` are the questions of which it says where the answer is.
    """

    mapping: Mapping | None = None
    id_column: str | None = None
    keep: tuple[str, ...] = ()
    allow_missing: frozenset[str] = frozenset()
    allow_all_missing: bool = False
    duplicates: Duplicates = "mark"
    time_column: str | None = None
    time_format: str | None = None
    expect: int | None = None
    show_values: bool = False
    dictionary: Dictionary | None = None
    by_dictionary: frozenset[str] = frozenset()

    @property
    def mapping_stamp(self) -> str | None:
        """The name and the hash of the mapping, as results have it; None without one."""
        return None if self.mapping is None else self.mapping.stamp
