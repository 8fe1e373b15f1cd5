"""Runs of scoring for tests of what is said about them: made-up files, read to their end."""

from __future__ import annotations

from dataclasses import replace

from iop_screen.batch.lots.lot import JudgedLot
from iop_screen.batch.rows import ScoredRow
from iop_screen.batch.score import Scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.report.score_output import csv_text
from support.questionnaires import ready
from support.scoring import begun, opened

SCREENING = """
format: 1
id: small
version: 2.1.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis.
handling: Keep it locked.
contacts: [{id: line, name: A line, reach: call 000, checked_on: 2026-01-01}]
levels: [{id: home, title: At home}, {id: stay, title: Live in}]
first_steps:
  - {id: look, title: A nurse looks, when: today}
  - {id: now, title: Help now, interrupt: true}
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Is there danger?, role: risk, type: yes_no, worse: yes}
      - id: shakes
        ask: Shakes?
        role: risk
        type: choice
        options: [{id: none, label: Not at all}, {id: some, label: A bit}, {id: bad, label: Badly}]
      - {id: remark, ask: More?, role: access, type: text}
rules:
  - {id: in_danger, when: {danger: yes}, first_step: now, because: There is danger.}
  - {id: some_shakes, when: {shakes: {at_least: some}}, first_step: look, because: Some shakes.}
  - {id: bad_shakes, when: {shakes: bad}, level: stay, because: Bad shakes.}
"""
"""Two levels, two first steps of which one is an emergency, three rules, and a question that no rule reads."""

WITH_MORE_STEPS = (
    SCREENING.replace(
        "first_steps:\n",
        "first_steps:\n  - {id: talk, title: A talk, when: this week}\n",
    )
    .replace(
        "  - {id: now,",
        "  - {id: care, title: Care, when: today}\n  - {id: now,",
    )
    .replace(
        "when: {shakes: bad}, level: stay",
        "when: {shakes: bad}, level: stay, first_step: care",
    )
)
"""The same with four first steps: `talk`, `look`, `care` and the emergency."""

HEADER = "id,danger,shakes,remark\n"


def small_screening() -> CompiledQuestionnaire:
    """The questionnaire above."""
    return ready(SCREENING)


def scored(
    *files: tuple[str, str], compiled: CompiledQuestionnaire | None = None, settings: ScoreSettings | None = None
) -> Scoring:
    """A run over files, each a name and its text with the header, of which every row has been read."""
    scoring, _ = scored_with_rows(*files, compiled=compiled, settings=settings)
    return scoring


def scored_with_rows(
    *files: tuple[str, str], compiled: CompiledQuestionnaire | None = None, settings: ScoreSettings | None = None
) -> tuple[Scoring, list[ScoredRow]]:
    """The same with its rows."""
    sources = [opened(name, text.encode(), FileSettings()) for name, text in files]
    scoring = begun(sources, compiled or small_screening(), settings or ScoreSettings(allow_all_missing=True))
    return scoring, [row for rows in scoring.row_batches() for row in rows]


def judged_lots(*files: tuple[str, str], compiled: CompiledQuestionnaire | None = None) -> list[JudgedLot]:
    """The lots of a run over files, each a name and its text with the header."""
    sources = [opened(name, text.encode(), FileSettings()) for name, text in files]
    return [*begun(sources, compiled or small_screening(), ScoreSettings(allow_all_missing=True)).lots()]


def with_problems(judged: JudgedLot, *problems: AnswerProblem) -> JudgedLot:
    """The same lot, of which each record that is scored has these problems and no other."""
    return replace(judged, problems=tuple((problem, judged.lot.scored) for problem in problems))


def left_out(judged: JudgedLot, reason: str) -> JudgedLot:
    """The same lot, of which each record that was scored is left out."""
    return replace(judged, lot=replace(judged.lot, scored=0, excluded=((reason, judged.lot.scored),)))


def count_excluded(scoring: Scoring, reason: str, line: int, record_id: str, file: str) -> None:
    """Count one more record as left out, in the account and in the tally; it is no danger."""
    above = "\n" * (line - 2)
    text = f"{HEADER}{above}{csv_text([[record_id, 'no', 'none', '']])}"
    (judged,) = judged_lots((file, text), compiled=scoring.compiled)
    scoring.tally.count(left_out(judged, reason))
    scoring.account.excluded[reason] += 1
    scoring.account.records += 1


def count_blank(scoring: Scoring, line: int, file: str) -> None:
    """Count one more record as blank, in the account and in the tally."""
    above = "\n" * (line - 2)
    (judged,) = judged_lots((file, f"{HEADER}{above}{csv_text([['', '', '', '']])}"), compiled=scoring.compiled)
    scoring.tally.count(judged)
    scoring.account.blank += 1
    scoring.account.records += 1
