"""Scoring of bytes in this process, without files and without the command line."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rows import ScoredRow
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Source
from iop_screen.engine.compiled import CompiledQuestionnaire


def scoring_of(
    content: bytes | Mapping[str, bytes],
    compiled: CompiledQuestionnaire,
    file: FileSettings | None = None,
    **settings: Any,
) -> Scoring:
    """A run that can begin over one content, or several by the names of their files."""
    contents = content if isinstance(content, Mapping) else {"forms.csv": content}
    written = file or FileSettings()
    sources, again = ([opened(name, each, written) for name, each in contents.items()] for _ in range(2))
    return begun(sources, compiled, ScoreSettings(**{"allow_all_missing": True, **settings}), again)


def begun(
    sources: Iterable[Source], compiled: CompiledQuestionnaire, asked: ScoreSettings, again: Iterable[Source] = ()
) -> Scoring:
    """A run that can begin over open files."""
    scoring = open_scoring(sources, compiled, asked, again)
    assert isinstance(scoring, Scoring), scoring
    return scoring


def scored_bytes(
    content: bytes | Mapping[str, bytes], compiled: CompiledQuestionnaire, **settings: Any
) -> list[ScoredRow]:
    """The rows of a run over a content; questions need no column unless `allow_all_missing` is false."""
    return [row for rows in scoring_of(content, compiled, **settings).row_batches() for row in rows]


def opened(name: str, content: bytes, written: FileSettings) -> Source:
    """Some bytes as a file that can be read."""
    source = open_csv(name, io.BytesIO(content), written)
    assert not isinstance(source, InputProblem), source
    return source
