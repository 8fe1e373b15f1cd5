"""The old name of `input_columns`."""

from iop_screen.batch.input_columns import Cell, CellReader, cell_reader

__all__ = ["Cell", "CellReader", "cell_reader"]
