"""Files that are no text of separated values, told by their first bytes, and what opens them as a source of forms."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal, assert_never

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.decoding import UTF16_BOMS
from iop_screen.batch.sources.parquet_problems import is_parquet
from iop_screen.batch.sources.physical_lines import UTF8_BOM
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Source
from iop_screen.engine.compiled import CompiledQuestionnaire

TableKind = Literal["Parquet", "a spreadsheet", "JSON", "SPSS"]

ZIP = b"PK\x03\x04"
SPSS = (b"$FL2", b"$FL3")
_JSON = re.compile(rb"\s*(\{\s*[\"}]|\[\s*[\[{\"\]])")


def table_kind(start: bytes) -> TableKind | None:
    """What kind of table a file is that starts so; None if it is text, or nothing that can be read."""
    if is_parquet(start):
        return "Parquet"
    if start.startswith(ZIP):
        return "a spreadsheet"
    if start.startswith(SPSS):
        return "SPSS"
    text = start.replace(b"\0", b"")[2:] if start.startswith(UTF16_BOMS) else start.removeprefix(UTF8_BOM)
    return "JSON" if _JSON.match(text) else None


def open_table(
    kind: TableKind, name: str, stream: BinaryIO, settings: FileSettings, compiled: CompiledQuestionnaire
) -> Source | InputProblem:
    """Read what such a file says of its columns, or say why it cannot be read as it is.

    The questionnaire is the one that the forms are to be read with: in FHIR, its codes are known by their system.
    """
    match kind:
        case "Parquet":
            from iop_screen.batch.sources.parquet_source import open_parquet  # noqa: PLC0415

            return open_parquet(name, stream, settings)
        case "a spreadsheet":
            from iop_screen.batch.sources.spreadsheet.open import open_spreadsheet  # noqa: PLC0415

            return open_spreadsheet(name, stream, settings)
        case "JSON":
            from iop_screen.batch.sources.json_file.open import open_json  # noqa: PLC0415

            return open_json(name, stream, settings, compiled)
        case "SPSS":
            from iop_screen.batch.sources.spss_source import open_spss  # noqa: PLC0415

            return open_spss(name, stream, settings)
        case _:
            assert_never(kind)
