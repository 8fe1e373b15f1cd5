"""Not read yet: the message says what can be done."""

from __future__ import annotations

from typing import BinaryIO

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.file_kinds import file_kind
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Source
from iop_screen.engine.compiled import CompiledQuestionnaire


def open_json(
    name: str, stream: BinaryIO, settings: FileSettings, compiled: CompiledQuestionnaire
) -> Source | InputProblem:
    """Why the file cannot be read."""
    kind = file_kind(stream.read(4096))
    assert kind is not None  # noqa: S101
    return kind.problem(name)
