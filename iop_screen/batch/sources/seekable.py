"""Streams that have to be read twice, or from their end."""

from __future__ import annotations

import io
from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.safe_text import sanitize

NEEDS_FILE = "needs-file"
MAX_PIPED_BYTES = 64 * 1024 * 1024
"""So much of what comes through a pipe is held in memory."""


def seekable(name: str, stream: BinaryIO, kind: str) -> BinaryIO | InputProblem:
    """The stream itself if one can go back in it, else all that comes through it, held in memory.

    `kind` says what it holds, such as "JSON". Raises CannotGoOn if it cannot be read.
    """
    if stream.seekable():
        return stream
    try:
        content = stream.read(MAX_PIPED_BYTES + 1)
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE) from None
    if len(content) <= MAX_PIPED_BYTES:
        return io.BytesIO(content)
    message = f"{kind} of more than {MAX_PIPED_BYTES // 2**20} MB cannot be read from a pipe: it is read twice"
    return InputProblem(name, None, NEEDS_FILE, message, "save it as a file, and name that")
