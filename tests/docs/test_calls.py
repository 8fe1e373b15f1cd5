"""The reference says how many questions and keys a call takes; each kind of call is led to count them."""

from __future__ import annotations

import os
import re

from support.calls import table
from support.paths import REPOSITORY

from iop_screen.engine.compiled import CompiledQuestionnaire

REFERENCE = REPOSITORY / "docs" / "reference.md"
TABLE = re.compile(r"(?<=<!-- calls -->\n\n)(\|.*\n)+")


def test_the_reference_says_how_long_a_call_is(compiled: CompiledQuestionnaire) -> None:
    written = REFERENCE.read_text("utf-8")
    shown = TABLE.sub(table(compiled), written)
    if os.environ.get("REWRITE_GOLDEN"):
        REFERENCE.write_text(shown, encoding="utf-8")
    assert TABLE.search(written)
    assert f"The default questionnaire has {len(compiled.questions)} questions" in written
    assert shown == REFERENCE.read_text("utf-8")
