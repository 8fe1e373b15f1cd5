"""Writing the handover of a record into the data folder."""

from __future__ import annotations

from pathlib import Path

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.records.call_data import CallData
from iop_screen.records.handovers import save_handover
from iop_screen.records.lock import Refused
from iop_screen.records.model import Record
from iop_screen.report.handover import handover_html, handover_text


def write_handover(record: Record, call: CallData, compiled: CompiledQuestionnaire, folder: Path) -> Path | Refused:
    """Write the handover as a page and as text into the folder of the store; the path of the page, or why not."""
    pages = {".html": handover_html(record, call, compiled), ".txt": handover_text(record, call, compiled)}
    return save_handover(folder, record.head, pages)
