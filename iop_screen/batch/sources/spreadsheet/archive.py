"""The archive that a workbook is: what is in it is looked at before anything is unpacked."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from iop_screen.batch.sources.spreadsheet.problems import damaged, encrypted, too_large

MAX_MEMBERS = 2_000
MAX_DIRECTORY_BYTES = 2 * 1024 * 1024
"""So many files may be in the archive, and so large may the list of them be."""
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 200
RATIO_FROM_BYTES = 16 * 1024 * 1024
"""So large may all files be together, and so many times as large as they are packed; small ones may be more."""

READ_ERRORS = (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError)
"""What is raised if an archive is damaged, but for zlib.error, which is met where something is unpacked."""

_END, _END_BYTES = b"PK\x05\x06", 22
_END_64, _END_64_BYTES, _LOCATOR, _LOCATOR_BYTES = b"PK\x06\x06", 56, b"PK\x06\x07", 20
_MOST_COMMENT = 64 * 1024
_ENCRYPTED = 0x1
_KNOWN_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
BLOCK_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive within all bounds, and its files by their names, in small letters."""

    _zip: zipfile.ZipFile
    _members: dict[str, zipfile.ZipInfo]

    @property
    def names(self) -> frozenset[str]:
        """The names of its files, in small letters."""
        return frozenset(self._members)

    @property
    def unpacked_bytes(self) -> int:
        """How large its files are together."""
        return sum(member.file_size for member in self._members.values())

    def blocks(self, name: str) -> Iterator[bytes]:
        """What is in a file, piece by piece. Raises Unusable if it is not there, or is damaged."""
        import zlib  # noqa: PLC0415 - with a workbook alone

        member = self._members.get(name.casefold())
        if member is None:
            raise damaged("a part of the workbook is missing")
        try:
            with self._zip.open(member) as stream:
                while block := stream.read(BLOCK_BYTES):
                    yield block
        except (*READ_ERRORS, zlib.error):
            raise damaged() from None


def open_archive(stream: BinaryIO) -> Archive:
    """Look at the list of files of an archive. Raises Unusable if it cannot be read, or is past a bound; OSError."""
    _check_directory(stream)
    stream.seek(0)
    try:
        archive = zipfile.ZipFile(stream)
    except (*READ_ERRORS, struct.error):
        raise damaged() from None
    members = archive.infolist()
    _check_members(members)
    _check_sizes(members)
    return Archive(archive, {_plain(member.filename): member for member in members})


def _check_directory(stream: BinaryIO) -> None:
    """That the list of files is not too long to be read."""
    members, size = _directory(stream)
    if members > MAX_MEMBERS or size > MAX_DIRECTORY_BYTES:
        raise too_large(f"the workbook has more than {MAX_MEMBERS:,} parts")


def _directory(stream: BinaryIO) -> tuple[int, int]:
    """How many files an archive says it has, and how many bytes the list of them has."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _MOST_COMMENT - _END_BYTES - _LOCATOR_BYTES - _END_64_BYTES))
    tail = stream.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_BYTES > len(tail):
        raise damaged()
    members, listed = struct.unpack_from("<HL", tail, at + 10)
    before = tail[max(0, at - _LOCATOR_BYTES - _END_64_BYTES) : at]
    if before[_END_64_BYTES:].startswith(_LOCATOR) and before.startswith(_END_64):
        members, listed = struct.unpack_from("<QQ", before, 32)
    elif before[-_LOCATOR_BYTES:].startswith(_LOCATOR):
        raise damaged()
    return members, listed


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    """That no name stands twice, and each file is where it can be, and packed as those of workbooks are."""
    if len(members) > MAX_MEMBERS:
        raise too_large(f"the workbook has more than {MAX_MEMBERS:,} parts")
    if len({_plain(member.filename) for member in members}) < len(members):
        raise damaged("the workbook has two parts of the same name, so nobody can tell which one counts")
    if any(member.header_offset < 0 for member in members):
        raise damaged()
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise encrypted()
    if not _KNOWN_METHODS.issuperset(member.compress_type for member in members):
        raise damaged("the workbook is packed in a way that no workbook is")


def _check_sizes(members: list[zipfile.ZipInfo]) -> None:
    """That it does not grow past all measure when it is unpacked."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES:
        raise too_large(f"the workbook has more than {MAX_UNPACKED_BYTES // 2**20:,} MB when it is unpacked")
    if unpacked > RATIO_FROM_BYTES and unpacked > MAX_RATIO * max(1, packed):
        raise too_large(f"the workbook grows to more than {MAX_RATIO} times its size when it is unpacked")


def _plain(name: str) -> str:
    """A name as Windows knows it: without regard to case and to the kind of slash."""
    return name.replace("\\", "/").removeprefix("/").casefold()


def whole(archive: Archive, name: str, most: int) -> bytes:
    """All that is in a small file. Raises Unusable if it is not there, or has more than `most` bytes."""
    content = io.BytesIO()
    for block in archive.blocks(name):
        content.write(block)
        if content.tell() > most:
            raise too_large(f"a part of the workbook that lists others has more than {most // 2**20} MB")
    return content.getvalue()
