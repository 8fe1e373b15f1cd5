"""Between codes and bits of records on one side, and whole numbers of which bit i is record i on the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from iop_screen.batch.fast import kernels

Bytes = NDArray[np.uint8]

CODES = 256
FEW_CODES = 16


def mask_of(codes: Bytes, table: Bytes) -> int:
    """The records whose code the table holds something but 0 for."""
    return int.from_bytes(np.packbits(table[codes], bitorder="little").tobytes(), "little")


def masks_by_code(codes: Bytes, n: int) -> dict[int, int]:
    """For each code that the first n records have, which of them have it."""
    order, rows = np.full(CODES, -1, np.int64), FEW_CODES
    bits = np.zeros((rows, (n + 63) // 64), np.uint64)
    count = kernels.split_by_code(codes, n, order, bits)
    if count > rows:
        bits = np.zeros((count, (n + 63) // 64), np.uint64)
        order[:] = -1
        kernels.split_by_code(codes, n, order, bits)
    present: list[int] = np.flatnonzero(order >= 0).tolist()
    return {code: int.from_bytes(row.tobytes(), "little") for code, row in zip(present, bits, strict=False)}


def bits_of(masks: list[int], n: int) -> Bytes:
    """A row of bytes for each mask of n records."""
    size = (n + 7) // 8
    return np.frombuffer(b"".join(mask.to_bytes(size, "little") for mask in masks), np.uint8).reshape(len(masks), size)


def group_keys(bits: Bytes, n: int, out: Bytes) -> None:
    """For group g of eight rows of bits and record i, let bit k of out[g, i] say whether row 8g+k holds for it."""
    if out.shape[0] != (bits.shape[0] + 7) // 8 or out.shape[1] < n or 8 * bits.shape[1] < n:
        raise ValueError("the arrays do not fit together")
    kernels.gather_bits(bits, n, out)
