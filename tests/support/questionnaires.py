"""Small questionnaires, and how a test reads one."""

from __future__ import annotations

from functools import lru_cache

from iop_screen.checking.load import load_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire

HEADER = """\
format: 1
id: small
version: 1.0.0
title: Small
intended_use: For tests.
disclaimer: Made up.
levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]
first_steps: [{id: nurse, title: A nurse rings}, {id: help_now, title: Help now, interrupt: true}]
"""
"""The first lines of small questionnaires: two levels, and two first steps."""

THREE_LEVELS = """
format: 1
id: small
version: 1.0.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: day, title: By day}, {id: beds, title: Day and night}]
"""
"""The first lines of small questionnaires with three levels and no first step."""


@lru_cache(maxsize=32)
def ready(source: str | bytes) -> CompiledQuestionnaire:
    """A questionnaire that must have no problem, ready for judging: the same object for the same source."""
    loaded = load_questionnaire(source.encode() if isinstance(source, str) else source)
    assert loaded.questionnaire is not None, [problem.message for problem in loaded.problems]
    return compile_questionnaire(loaded.questionnaire, loaded.hash12)
