"""What keeps a Parquet file from being read, as far as that shows before its columns are looked at."""

from __future__ import annotations

import os
from importlib import import_module
from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.seekable import NEEDS_FILE
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.table_header import NEEDS_EXTRA, not_installed
from iop_screen.batch.sources.unused_settings import UNUSED_SETTING, unused_settings
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

MAGIC = b"PAR1"
"""What a Parquet file begins and ends with."""
ENCRYPTED_MAGIC = b"PARE"
"""What it begins and ends with if nobody can know its columns without the key."""
TEXT_BYTES = frozenset(b"\t\n\r") | frozenset(range(0x20, 0x7F))

BAD_PARQUET = "bad-parquet"
ENCRYPTED_PARQUET = "encrypted-parquet"
PARQUET_PROBLEMS = (BAD_PARQUET, ENCRYPTED_PARQUET, NEEDS_EXTRA, NEEDS_FILE, UNUSED_SETTING)
"""Why a Parquet file cannot be read as it is, beside what is wrong with its names."""

AGAIN = "copy it again, or export it again from the program that made it"


def is_parquet(start: bytes) -> bool:
    """Whether a file that starts so is Parquet; in a text that begins with the same letters, more text follows."""
    return start[:4] in {MAGIC, ENCRYPTED_MAGIC} and not (start[4:8] and TEXT_BYTES.issuperset(start[4:8]))


def problem_before_reading(name: str, stream: BinaryIO, settings: FileSettings) -> InputProblem | None:
    """What can be said of a file that starts as Parquet without reading it as such."""
    if name == "-" or not stream.seekable():
        message = "Parquet cannot be read from standard input or a pipe: its end has to be read first"
        return InputProblem(name, None, NEEDS_FILE, message, "save it as a file, and name that")
    return unused_settings(name, settings, "a Parquet file") or _ends(name, stream) or _not_installed(name)


def _ends(name: str, stream: BinaryIO) -> InputProblem | None:
    """That a file does not end as it begins, or that nobody can read it without a key."""
    try:
        start = stream.read(len(MAGIC))
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - len(MAGIC)))
        end = stream.read(len(MAGIC))
        stream.seek(0)
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE) from None
    if end != start:
        return damaged(name, "the file begins as Parquet does and does not end so: it was cut, or is damaged")
    return encrypted(name) if start == ENCRYPTED_MAGIC else None


def _not_installed(name: str) -> InputProblem | None:
    """That what reads Parquet is not there."""
    try:
        import_module("pyarrow.parquet")
    except ImportError:
        return not_installed(name, "Parquet", "parquet")
    return None


def damaged(name: str, message: str = "the Parquet file is damaged") -> InputProblem:
    """That a file cannot be read as Parquet."""
    return InputProblem(name, None, BAD_PARQUET, message, AGAIN)


def encrypted(name: str) -> InputProblem:
    """That a file is encrypted, whole or in part."""
    hint = "write it again without encryption, with the program that made it"
    return InputProblem(name, None, ENCRYPTED_PARQUET, "the Parquet file is encrypted, and no key can be given", hint)
