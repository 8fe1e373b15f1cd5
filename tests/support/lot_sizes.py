"""How much is read, judged and written at once, as a test wants it: nothing that is written may depend on that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import pytest
from hypothesis import strategies as st

from iop_screen.batch.lots import cells
from iop_screen.batch.sources import clean_lines, physical_lines


@dataclass(frozen=True)
class LotSizes:
    """How many records a lot has, how many bytes of clean lines are read at once, and how many bytes of a file."""

    records: int = cells.LOT_RECORDS
    stretch: int = clean_lines.STRETCH_BYTES
    block: int = physical_lines.BLOCK_BYTES


USUAL = LotSizes()

LOT_SIZES = st.builds(
    LotSizes,
    st.sampled_from([1, 2, 3, 7, 4096]),
    st.sampled_from([2, 40, 1024 * 1024]),
    st.sampled_from([1, 2, 3, 5, 7, 13, 61, 257, 1024 * 1024]),
)
"""Sizes at which borders fall anywhere: between records, in the middle of a quoted cell, a line end or a letter."""


@contextmanager
def lot_sizes(sizes: LotSizes, longest: int = physical_lines.MAX_RECORD_BYTES) -> Iterator[None]:
    """What is read in this block is read in such sizes; no record may have more bytes than the `longest`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "LOT_RECORDS", sizes.records)
        patch.setattr(clean_lines, "STRETCH_BYTES", sizes.stretch)
        patch.setattr(physical_lines, "BLOCK_BYTES", sizes.block)
        patch.setattr(physical_lines, "MAX_RECORD_BYTES", longest)
        if find_spec("numba") is not None:
            reading = import_module("iop_screen.batch.fast.reading")
            patch.setattr(reading, "LOT_RECORDS", sizes.records)
            patch.setattr(reading, "MOST_ROWS", min(reading.MOST_ROWS, 4 * sizes.records))
            patch.setattr(reading, "UNKNOWN_CELLS", min(reading.UNKNOWN_CELLS, 8 * sizes.records))
        yield
