"""The report of a run as one page."""

from __future__ import annotations

from iop_screen.batch.score import Scoring


def report_page(scoring: Scoring) -> str:
    """The report of a run in which every row has been read, as HTML."""
    return f"<!DOCTYPE html>\n<title>{scoring.compiled.questionnaire.id}</title>\n"
