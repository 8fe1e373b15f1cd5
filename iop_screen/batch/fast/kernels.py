"""All that runs as machine code: reading lines, hashing ids, packing bits and writing rows.

What is kept of it from one run to the next is code alone: what a run reads comes in as arguments. Everything that is
compiled stands in this file, since numba makes kept code anew when the file changes that it stands in, and not when
another one does. The typed calls stand in `lines`, `ids`, `bits` and `row_text`.

Where bytes are read or written, there are `SLACK` more of them in the array after the last one that counts.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

Function = TypeVar("Function", bound=Callable[..., Any])

SLACK = 64
"""How many bytes there must be after the last one that counts: several are read and written at once."""

if sys.byteorder != "little":
    raise ImportError("the first byte of a word has to be its lowest")

READ = types.Array(types.uint8, 1, "C", readonly=True)
"""Bytes that are only read, as a type of an argument."""


def kernel(*arguments: types.Type, returns: types.Type) -> Callable[[Function], Function]:
    """A function that runs as machine code, for arguments of these types, without holding up other threads.

    The code is kept beside this package, or else in the user's cache folder. Where nothing can be kept there, or
    what was kept cannot be read, it is made anew, which takes a few seconds.
    """
    signature = returns(*arguments)

    def compiled(function: Function) -> Function:
        try:
            return njit(signature, nogil=True, cache=True, error_model="numpy")(function)  # type: ignore[no-any-return]
        except Exception:  # noqa: BLE001 - whatever is wrong with the kept code, it can be done without
            return njit(signature, nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]

    return compiled


def part(function: Function) -> Function:
    """A function that kernels are put together from."""
    return njit(nogil=True, error_model="numpy")(function)  # type: ignore[no-any-return]


def _pointer(context: Any, builder: ir.IRBuilder, array: tuple[Any, Any], at: Any, kind: ir.Type) -> Any:
    """The address of an element of an array of bytes, as one of something wider."""
    kept = make_array(array[0])(context, builder, array[1])
    return builder.bitcast(cgutils.gep_inbounds(builder, kept.data, at), kind.as_pointer())


@intrinsic  # type: ignore[untyped-decorator]
def word_at(_context: Any, array: Any, at: Any) -> Any:
    """The eight bytes of an array from a place on, the first one lowest."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = _pointer(context, builder, (signature.args[0], arguments[0]), arguments[1], ir.IntType(64))
        return builder.load(place, align=1)

    return types.uint64(array, at), code


def _equal_bits(builder: Any, block: Any, byte: Any) -> Any:
    """A bit for each byte of a block that is this one."""
    kind = ir.VectorType(ir.IntType(8), 64)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), byte, ir.Constant(ir.IntType(32), 0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), 64), None)
    return builder.icmp_unsigned("==", block, builder.shuffle_vector(one, one, zeros))


def _block(context: Any, builder: Any, array: tuple[Any, Any], at: Any) -> Any:
    place = _pointer(context, builder, array, at, ir.VectorType(ir.IntType(8), 64))
    return builder.load(place, align=1)


@intrinsic  # type: ignore[untyped-decorator]
def bytes_that_are(_context: Any, array: Any, at: Any, _byte: Any) -> Any:
    """A bit for each of the 64 bytes from a place on that is this one."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _block(context, builder, (signature.args[0], arguments[0]), arguments[1])
        found = _equal_bits(builder, block, arguments[2])
        return builder.bitcast(found, ir.IntType(64))

    return types.uint64(array, at, types.uint8), code


@intrinsic  # type: ignore[untyped-decorator]
def marks_at(_context: Any, array: Any, at: Any, _delimiter: Any) -> Any:
    """A bit for each of the 64 bytes from a place on that is the delimiter, LF, CR, a quote or NUL."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _block(context, builder, (signature.args[0], arguments[0]), arguments[1])
        found = _equal_bits(builder, block, arguments[2])
        for byte in (LF, CR, QUOTE, 0):
            found = builder.or_(found, _equal_bits(builder, block, ir.Constant(ir.IntType(8), byte)))
        return builder.bitcast(found, ir.IntType(64))

    return types.uint64(array, at, types.uint8), code


@intrinsic  # type: ignore[untyped-decorator]
def beyond_ascii_at(_context: Any, array: Any, at: Any) -> Any:
    """A bit for each of the 64 bytes from a place on that is above 127."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = _block(context, builder, (signature.args[0], arguments[0]), arguments[1])
        found = builder.icmp_signed("<", block, ir.Constant(block.type, None))
        return builder.bitcast(found, ir.IntType(64))

    return types.uint64(array, at), code


@intrinsic  # type: ignore[untyped-decorator]
def copy_block(_context: Any, out: Any, to: Any, source: Any, at: Any) -> Any:
    """Copy 32 bytes from one array to another."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        block = ir.VectorType(ir.IntType(64), 4)
        given = _pointer(context, builder, (signature.args[2], arguments[2]), arguments[3], block)
        taken = _pointer(context, builder, (signature.args[0], arguments[0]), arguments[1], block)
        builder.store(builder.load(given, align=1), taken, align=1)
        return context.get_dummy_value()

    return types.void(out, to, source, at), code


@intrinsic  # type: ignore[untyped-decorator]
def lowest_bit(_context: Any, _word: Any) -> Any:
    """The number of the lowest bit that is set in a word; there is one."""

    def code(_target: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), code


ONES = np.uint64(0x0101010101010101)
HIGH_BITS = np.uint64(0x8080808080808080)
FULL_WORD = np.uint64(0xFFFFFFFFFFFFFFFF)
MIX = np.uint64(0x9E3779B97F4A7C15)
QUOTE, CR, LF = 34, 13, 10

NEEDS_BYTES, NOT_CLEAN, ROWS_FULL, UNKNOWN_FULL = 0, 1, 2, 3
"""Why scanning stopped."""

UNKNOWN_CODE = 255
"""Stands where a cell has no code yet."""

ENTRY_WORDS = np.uint64(4)
CODE_BITS = np.uint64(8)
"""An entry of a table is four words: the first eight bytes of a text, its last eight, its size with its code + 1 in the
lowest byte, and where it starts. In a free one the third is 0."""


@part
def mask_of_size(size: int) -> Any:
    """A word in which the first bytes, as many as a text has, are full."""
    return FULL_WORD >> np.uint64(64 - 8 * min(size, 8)) if size > 0 else np.uint64(0)


@part
def first_bytes(data: Any, start: int, size: int) -> Any:
    """The first eight bytes of a text, or as many as it has."""
    return word_at(data, start) & mask_of_size(size)


@part
def last_bytes(data: Any, start: int, size: int) -> Any:
    """The last eight bytes of a text, or as many as it has."""
    return word_at(data, start + max(size, 8) - 8) & mask_of_size(size)


@part
def text_hash(first: Any, last: Any, size: Any) -> Any:
    """A number that depends on the beginning, the end and the size of a text."""
    return ((first ^ (last << np.uint64(29)) ^ (last >> np.uint64(35)) ^ size) * MIX) >> np.uint64(32)


@part
def same_middle(one: Any, at: int, other: Any, other_at: Any, size: int) -> bool:
    """Whether two texts are equal between their first eight bytes and their last eight."""
    for past in range(8, size - 8, 8):
        if word_at(one, at + past) != word_at(other, other_at + past):
            return False
    return True


@part
def find_code(data: Any, start: int, size: int, entries: Any, base: Any, last_place: Any, blob: Any) -> Any:
    """The code of a text in one table; UNKNOWN_CODE if it is not there."""
    first, last, length = first_bytes(data, start, size), last_bytes(data, start, size), np.uint64(size)
    place = text_hash(first, last, length) & last_place
    while True:
        entry = base + place * ENTRY_WORDS
        size_and_code = entries[entry + np.uint64(2)]
        differs = (
            (entries[entry] ^ first) | (entries[entry + np.uint64(1)] ^ last) | ((size_and_code >> CODE_BITS) ^ length)
        )
        if size_and_code == np.uint64(0):
            return np.uint64(UNKNOWN_CODE)
        if differs == np.uint64(0) and (
            size <= 16 or same_middle(data, start, blob, np.int64(entries[entry + np.uint64(3)]), size)
        ):
            return (size_and_code & np.uint64(255)) - np.uint64(1)
        place = (place + np.uint64(1)) & last_place


@kernel(READ, types.int64, types.int64, types.int64, types.uint64[::1], types.uint64, types.uint64, returns=types.void)
def add_entry(blob: Any, start: int, size: int, code: int, entries: Any, base: Any, last_place: Any) -> None:
    """Put a text that is not there yet into a table with room for it."""
    first, last, length = first_bytes(blob, start, size), last_bytes(blob, start, size), np.uint64(size)
    place = text_hash(first, last, length) & last_place
    while entries[base + place * ENTRY_WORDS + np.uint64(2)] != np.uint64(0):
        place = (place + np.uint64(1)) & last_place
    entry = base + place * ENTRY_WORDS
    entries[entry] = first
    entries[entry + np.uint64(1)] = last
    entries[entry + np.uint64(2)] = (length << CODE_BITS) | np.uint64(code + 1)
    entries[entry + np.uint64(3)] = np.uint64(start)


@part
def beyond_ascii(data: Any, start: int, end: int) -> Any:
    """Not 0 if a byte is above 127."""
    seen = np.uint64(0)
    while start + 8 <= end:
        seen |= word_at(data, start)
        start += 8
    return (seen | first_bytes(data, start, end - start)) & HIGH_BITS


@part
def is_utf8(data: Any, at: int, end: int) -> bool:
    """Whether bytes are UTF-8 as Python reads it: no longer than needed, no surrogates, nothing above U+10FFFF."""
    while at < end:
        if at + 8 <= end and word_at(data, at) & HIGH_BITS == np.uint64(0):
            at += 8
            continue
        byte = data[at]
        if byte < 0x80:
            at += 1
            continue
        lowest, highest = 0x80, 0xBF
        if 0xC2 <= byte <= 0xDF:
            more = 1
        elif 0xE0 <= byte <= 0xEF:
            more = 2
            if byte == 0xE0:
                lowest = 0xA0
            elif byte == 0xED:
                highest = 0x9F
        elif 0xF0 <= byte <= 0xF4:
            more = 3
            if byte == 0xF0:
                lowest = 0x90
            elif byte == 0xF4:
                highest = 0x8F
        else:
            return False
        if at + more >= end or data[at + 1] < lowest or data[at + 1] > highest:
            return False
        for following in range(at + 2, at + more + 1):
            if data[following] & 0xC0 != 0x80:
                return False
        at += more + 1
    return True


@part
def line_end(data: Any, at: int, end: int) -> int:
    """Where the line after this one starts; -1 if the bytes do not go that far. A CR alone ends a line too."""
    while at < end:
        if data[at] == LF:
            return at + 1
        if data[at] == CR:
            if at + 1 == end:
                return -1
            return at + 2 if data[at + 1] == LF else at + 1
        at += 1
    return -1


@part
def careful_cell(data: Any, at: int, end: int, delimiter: int, unread: bool) -> tuple[int, int, int]:  # noqa: FBT001
    """Where the text of a cell starts and ends, and where the delimiter or LF after it stands.

    That last one is -1 if the cell is not clean or its end is not there. Only a cell that is not read may have doubled
    quotes, since these are not what its text says.
    """
    start = at
    if data[at] == QUOTE:
        start = at = at + 1
        while at < end and data[at] != LF and data[at] != CR and data[at] != 0:
            if data[at] == QUOTE:
                if not unread or at + 1 >= end or data[at + 1] != QUOTE:
                    break
                at += 1
            at += 1
        stop = at
        if at >= end or data[at] != QUOTE:
            return start, stop, -1
        at += 1
    else:
        while (
            at < end
            and data[at] != delimiter
            and data[at] != LF
            and data[at] != CR
            and data[at] != QUOTE
            and data[at] != 0
        ):
            at += 1
        stop = at
    if at + 1 < end and data[at] == CR and data[at + 1] == LF:
        at += 1
    if at < end and (data[at] == delimiter or data[at] == LF):
        return start, stop, at
    return start, stop, -1


@kernel(
    READ,
    types.int64[::1],
    types.int32[::1],
    types.int32[::1],
    types.uint64[::1],
    types.uint64[:, ::1],
    READ,
    types.uint8[:, ::1],
    types.int32[:, ::1],
    types.int32[:, ::1],
    types.int32[::1],
    types.int32[:, ::1],
    types.int64[::1],
    returns=types.void,
)
def scan_lines(
    data: Any,
    given: Any,
    slot: Any,
    copied: Any,
    entries: Any,
    places: Any,
    blob: Any,
    codes: Any,
    copied_start: Any,
    copied_end: Any,
    line_start: Any,
    unknown: Any,
    result: Any,
) -> None:
    """Read clean lines up to the first that is not; see `lines.scan`.

    `given` is start, end, delimiter, longest line, first row; `result` is reason, where it stopped, rows, unknowns.
    """
    at, end, delimiter, longest, row = given[0], given[1], given[2], given[3], given[4]
    width = slot.size
    coded = places.shape[0]
    unknowns = 0
    reason = NEEDS_BYTES
    block, marks, beyond = at - 64, np.uint64(0), np.uint64(0)
    while True:
        line = at
        if row >= line_start.size:
            reason = ROWS_FULL
            break
        if unknowns + coded > unknown.shape[1]:
            reason = UNKNOWN_FULL
            break
        before = unknowns
        seen = beyond
        column = 0
        clean = at < end
        while clean:
            start = at
            while marks == np.uint64(0) and block + 64 < end:
                block += 64
                marks = marks_at(data, block, delimiter)
                beyond = beyond_ascii_at(data, block)
                seen |= beyond
            at = stop = block + lowest_bit(marks) if marks != np.uint64(0) else end
            if at >= end:
                clean = False
                break
            marks &= marks - np.uint64(1)
            mark = data[at]
            if mark != delimiter and mark != LF:
                start, stop, at = careful_cell(data, start, end, delimiter, slot[column] < 0 and copied[column] < 0)
                if at < 0:
                    clean = False
                    break
                mark = data[at]
                seen |= beyond_ascii(data, start, stop)
                block, marks, beyond = at - 63, np.uint64(0), np.uint64(0)
            at += 1
            which = slot[column]
            if which >= 0:
                code = find_code(data, start, stop - start, entries, places[which, 0], places[which, 1], blob)
                codes[which, row] = code
                if code == np.uint64(UNKNOWN_CODE):
                    unknown[0, unknowns] = row
                    unknown[1, unknowns] = which
                    unknown[2, unknowns] = start
                    unknown[3, unknowns] = stop
                    unknowns += 1
            which = copied[column]
            if which >= 0:
                copied_start[which, row] = start
                copied_end[which, row] = stop
            column += 1
            if mark != delimiter:
                clean = column == width and at - line <= longest and (seen == np.uint64(0) or is_utf8(data, line, at))
                break
            clean = column < width
        if not clean:
            following = line_end(data, line, min(end, line + longest + 1))
            reason = NOT_CLEAN if following >= 0 or end - line > longest else NEEDS_BYTES
            unknowns = before
            at = line
            break
        line_start[row] = line
        row += 1
    result[0], result[1], result[2], result[3] = reason, at, row, unknowns


@part
def is_blank(byte: int) -> bool:
    """Whether `str.strip` takes this ASCII byte away."""
    return byte == 32 or 9 <= byte <= 13 or 28 <= byte <= 31


@part
def turned(word: Any, bits: int) -> Any:
    """A word with its bits turned to the left."""
    return (word << np.uint64(bits)) | (word >> np.uint64(64 - bits))


@part
def sip_round(v0: Any, v1: Any, v2: Any, v3: Any) -> Any:
    """One round of SipHash."""
    v0 += v1
    v2 += v3
    v1 = turned(v1, 13) ^ v0
    v3 = turned(v3, 16) ^ v2
    v0 = turned(v0, 32)
    v2 += v1
    v0 += v3
    v1 = turned(v1, 17) ^ v2
    v3 = turned(v3, 21) ^ v0
    v2 = turned(v2, 32)
    return v0, v1, v2, v3


@part
def siphash(data: Any, start: int, size: int, key0: Any, key1: Any) -> Any:
    """SipHash-1-3 of bytes."""
    v0 = key0 ^ np.uint64(0x736F6D6570736575)
    v1 = key1 ^ np.uint64(0x646F72616E646F6D)
    v2 = key0 ^ np.uint64(0x6C7967656E657261)
    v3 = key1 ^ np.uint64(0x7465646279746573)
    whole = size & ~7
    for past in range(0, whole, 8):
        word = word_at(data, start + past)
        v3 ^= word
        v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
        v0 ^= word
    word = first_bytes(data, start + whole, size - whole) | (np.uint64(size & 255) << np.uint64(56))
    v3 ^= word
    v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
    v0 ^= word
    v2 ^= np.uint64(255)
    for _ in range(3):
        v0, v1, v2, v3 = sip_round(v0, v1, v2, v3)
    return v0 ^ v1 ^ v2 ^ v3


@kernel(
    READ,
    types.int32[::1],
    types.int32[::1],
    types.int64,
    types.uint64,
    types.uint64,
    types.boolean,
    types.uint64[::1],
    types.int32[::1],
    returns=types.int64,
)
def hash_ids(
    data: Any, starts: Any, ends: Any, n: int, key0: Any, key1: Any, composed: bool, out: Any, special: Any
) -> int:
    """The key of each id; see `ids.id_keys`. Unless all are composed, those beyond ASCII go to the special ones."""
    specials = 0
    for row in range(n):
        start, end = starts[row], ends[row]
        out[row] = np.uint64(0)
        if not composed and beyond_ascii(data, start, end) != np.uint64(0):
            special[specials] = row
            specials += 1
            continue
        while start < end and is_blank(data[start]):
            start += 1
        while start < end and is_blank(data[end - 1]):
            end -= 1
        if start < end:
            key = siphash(data, start, end - start, key0, key1)
            out[row] = key if key != np.uint64(0) else np.uint64(1)
    return specials


@part
def quick_sum(data: Any, start: int, end: int) -> Any:
    """A number that depends on each byte of a text."""
    total = np.uint64(end - start)
    while start + 8 < end:
        total = (total ^ word_at(data, start)) * MIX
        total ^= total >> np.uint64(29)
        start += 8
    total = (total ^ first_bytes(data, start, end - start)) * MIX
    return total ^ (total >> np.uint64(32))


@kernel(READ, types.int32[::1], types.int32[::1], types.uint8[::1], types.int64, returns=types.uint64)
def sum_ids(data: Any, starts: Any, ends: Any, rows: Any, n: int) -> Any:
    """The sum of `quick_sum` over the cells of the rows that count."""
    total = np.uint64(0)
    for row in range(n):
        if rows[row] != 0:
            total += quick_sum(data, starts[row], ends[row])
    return total


@part
def put_key(table: Any, key: Any) -> bool:
    """Put a key into a table with room for it; whether it was there before."""
    place: Any = np.int64(((key >> np.uint64(32)) * np.uint64(table.size)) >> np.uint64(32))
    while table[place] != np.uint64(0):
        if table[place] == key:
            return True
        place += 1
        if place == table.size:
            place = 0
    table[place] = key
    return False


@kernel(types.uint64[::1], types.uint64[::1], types.int32[::1], types.uint8[::1], returns=types.int64)
def put_keys(table: Any, keys: Any, rows: Any, seen: Any) -> int:
    """Put the keys of these rows into a table, and mark those that were there; how many are new."""
    new = 0
    for row in rows:
        was_there = put_key(table, keys[row])
        seen[row] = was_there
        new += not was_there
    return new


@kernel(types.uint64[::1], types.uint64[::1], returns=types.void)
def move_keys(old: Any, table: Any) -> None:
    """Put all keys of one table into another."""
    for key in old:
        if key != np.uint64(0):
            put_key(table, key)


@kernel(types.uint64[::1], types.int64, types.int32[::1], types.int32[::1], returns=types.void)
def sort_by_shard(keys: Any, n: int, ends: Any, rows: Any) -> None:
    """The rows whose key is not 0 by the shard of the key, in their order; where those of each shard end."""
    last = np.uint64(ends.size - 1)
    ends[:] = 0
    for row in range(n):
        if keys[row] != np.uint64(0):
            ends[np.int64(keys[row] & last)] += 1
    total = 0
    for shard in range(ends.size):
        total, ends[shard] = total + ends[shard], total
    for row in range(n):
        if keys[row] != np.uint64(0):
            of: Any = np.int64(keys[row] & last)
            rows[ends[of]] = row
            ends[of] += 1


@part
def transposed(word: Any) -> Any:
    """Eight bytes of eight bits with bit i of byte k as bit k of byte i."""
    swap = (word ^ (word >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
    word ^= swap ^ (swap << np.uint64(7))
    swap = (word ^ (word >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
    word ^= swap ^ (swap << np.uint64(14))
    swap = (word ^ (word >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
    return word ^ swap ^ (swap << np.uint64(28))


@kernel(types.Array(types.uint8, 2, "C", readonly=True), types.int64, types.uint8[:, ::1], returns=types.void)
def gather_bits(bits: Any, n: int, out: Any) -> None:
    """For each group of eight items and each record, the bits of the items; see `bits.group_keys`."""
    for group in range(out.shape[0]):
        items = min(8, bits.shape[0] - 8 * group)
        for start in range(0, n, 8):
            word = np.uint64(0)
            for item in range(items):
                word |= np.uint64(bits[8 * group + item, start >> 3]) << np.uint64(8 * item)
            word = transposed(word)
            for record in range(start, min(start + 8, n)):
                out[group, record] = word & np.uint64(255)
                word >>= np.uint64(8)


@kernel(types.uint8[::1], types.int64, types.int64[::1], types.uint64[:, ::1], returns=types.int64)
def split_by_code(codes: Any, n: int, order: Any, bits: Any) -> int:
    """For each code the bits of the records that have it, in the row of `bits` that `order` says; how many codes.

    `order` holds -1 for each code. If `bits` has too few rows, the number that is needed comes out and no bit.
    """
    for record in range(n):
        order[codes[record]] = 0
    count = 0
    for code in range(order.size):
        if order[code] == 0:
            order[code] = count
            count += 1
    if count > bits.shape[0]:
        return count
    whole = n & ~63
    for code in range(order.size):
        row = order[code]
        if row >= 0:
            for start in range(0, whole, 64):
                bits[row, start >> 6] = bytes_that_are(codes, start, code)
            for record in range(whole, n):
                if codes[record] == code:
                    bits[row, record >> 6] |= np.uint64(1) << np.uint64(record & 63)
    return count


@kernel(
    READ,
    types.Array(types.int32, 2, "C", readonly=True),
    types.Array(types.int32, 2, "C", readonly=True),
    types.int64,
    types.uint8[:, ::1],
    returns=types.void,
)
def find_care(data: Any, starts: Any, ends: Any, n: int, out: Any) -> None:
    """Mark the cells that cannot be written as they are; see `row_text.needs_care`."""
    for column in range(out.shape[0]):
        for row in range(n):
            start, end = starts[column, row], ends[column, row]
            care = False
            if start < end:
                first = data[start]
                letter = first | 32
                care = not (48 <= first <= 57 or 97 <= letter <= 122)
                for at in range(start, end):
                    byte = data[at]
                    care |= byte == 44 or byte == QUOTE or byte == LF or byte == CR
            out[column, row] = care


CONSTANT, LINE, COPIED, LIST_START, GROUP, SEPARATED, CHOICE = 0, 1, 2, 3, 4, 5, 6
"""What a segment of a row is."""


@part
def copy_text(out: Any, to: int, data: Any, start: int, size: int) -> int:
    """Copy a text; where it ends in `out`."""
    copy_block(out, to, data, start)
    for past in range(32, size, 32):
        copy_block(out, to + past, data, start + past)
    return to + size


@part
def put_number(out: Any, at: int, number: int) -> int:
    """Write a number that is not negative; where it ends."""
    size, rest = 1, number // 10
    while rest > 0:
        size += 1
        rest //= 10
    for place in range(at + size - 1, at - 1, -1):
        out[place] = 48 + number % 10
        number //= 10
    return at + size


@kernel(
    READ,
    READ,
    READ,
    types.Array(types.int32, 2, "C", readonly=True),
    types.Array(types.int32, 2, "C", readonly=True),
    types.int32[:, ::1],
    types.int32[:, ::1],
    types.int32[:, ::1],
    types.int32[:, ::1],
    types.int64[::1],
    types.uint8[:, ::1],
    types.int32[:, ::1],
    types.uint8[::1],
    types.int64,
    types.int64,
    types.int64,
    types.uint8[::1],
    types.uint64[::1],
    returns=types.void,
)
def write_rows(
    data: Any,
    texts: Any,
    overrides: Any,
    segments: Any,
    text_places: Any,
    copied_start: Any,
    copied_end: Any,
    override_start: Any,
    override_end: Any,
    lines: Any,
    groups: Any,
    codes: Any,
    rows: Any,
    first: int,
    n: int,
    longest: int,
    out: Any,
    result: Any,
) -> None:
    """Write the rows of a lot, as many as there is room for; see `row_text.render`.

    `result` is the next record, the bytes written, and the sum of `quick_sum` over the ids in them.
    """
    at, total, record = 0, np.uint64(0), first
    while record < n:
        if rows[record] == 0:
            record += 1
            continue
        began, list_start, ids = at, at, np.uint64(0)
        room = out.size - SLACK - at - longest
        for segment in range(segments.shape[0]):
            kind, which = segments[segment, 0], segments[segment, 1]
            if kind >= GROUP:
                key = np.int64(codes[which, record]) if kind == CHOICE else np.int64(groups[which, record])
                entry = segments[segment, 2] + key
                start, size = text_places[entry, 0], text_places[entry, 1]
                if room >= 0:
                    if kind == SEPARATED and size > 0 and at > list_start:
                        out[at] = 59
                        at += 1
                    at = copy_text(out, at, texts, start, size)
            elif kind == CONSTANT:
                entry = segments[segment, 2]
                if room >= 0:
                    at = copy_text(out, at, texts, text_places[entry, 0], text_places[entry, 1])
            elif kind == COPIED:
                start, end = override_start[which, record], override_end[which, record]
                instead = start >= 0
                if not instead:
                    start, end = copied_start[which, record], copied_end[which, record]
                room -= end - start
                if room >= 0:
                    to = at
                    at = copy_text(out, at, overrides if instead else data, start, end - start)
                    if which == 0:
                        if instead:
                            ids += quick_sum(data, copied_start[0, record], copied_end[0, record])
                        else:
                            ids += quick_sum(out, to, at)
            elif kind == LINE:
                if room >= 0:
                    at = put_number(out, at, lines[record])
            else:
                list_start = at
        if room < 0:
            at = began
            break
        total += ids
        record += 1
    result[0], result[1], result[2] = np.uint64(record), np.uint64(at), total
