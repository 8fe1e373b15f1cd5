"""The account of a run: what became of every record that was read, and of every id."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Account:
    """Counts over all files of a run. `excluded` counts by reason; `blank` are records whose every cell is blank.

    It is counted in two places: `records` and `ids_read` where records are read, the rest where rows are made, so that
    each is a check on the other. Ids are counted as a sum of the hashes of their texts, which
    does not depend on their order.
    """

    records: int = 0
    blank: int = 0
    scored: int = 0
    rejected: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    ids_read: int = 0
    ids_used: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether every record and every id is accounted for."""
        used = self.scored + self.rejected + self.excluded.total() + self.blank
        return self.records == used and self.ids_read == self.ids_used
