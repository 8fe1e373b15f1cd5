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

TWO_LEVELS = """
format: 1
id: small
version: 1.0.0
title: A small questionnaire
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
"""
"""The first lines of small questionnaires with two levels and no first step."""

DANGER_DAYS_TIES = (
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: bad_days, ask: Bad days?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - id: ties
        ask: What ties?
        role: risk
        type: multiple
        options: [{id: job, label: A job}, {id: kids, label: "Children, small"}]
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.},
        {id: days, when: {bad_days: {at_least: 7}}, level: stay, because: There are bad days.},
        {id: with_kids, when: {ties: kids}, level: stay, because: There are children.}]
"""
)
"""A question of yes and no, a number, and one with several answers, of which a label has a comma."""


@lru_cache(maxsize=32)
def ready(source: str | bytes) -> CompiledQuestionnaire:
    """A questionnaire that must have no problem, ready for judging: the same object for the same source."""
    loaded = load_questionnaire(source.encode() if isinstance(source, str) else source)
    assert loaded.questionnaire is not None, [problem.message for problem in loaded.problems]
    return compile_questionnaire(loaded.questionnaire, loaded.hash12)
