"""Where files are that tests read."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent.parent
REPOSITORY = TESTS.parent
GOLDEN = TESTS / "golden"
QUESTIONNAIRES = TESTS / "sample_questionnaires"
