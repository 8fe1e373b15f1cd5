"""A small questionnaire with a question of each kind, and mappings for it."""

from __future__ import annotations

from iop_screen.batch.cells import Cell
from iop_screen.batch.mapping.model import Mapping
from iop_screen.batch.mapping.plan import cells_reader
from iop_screen.batch.mapping.reader import ReadMapping, read_mapping
from support.questionnaires import ready

QUESTIONNAIRE = """
format: 1
id: forms
version: 1.0.0
title: A question of each kind
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: live_in, title: Live in}]
sections:
  - id: one
    title: Questions
    questions:
      - id: age
        ask: Age?
        role: context
        type: choice
        options: [{id: under_18, label: Under 18}, {id: 18_64, label: 18 to 64}, {id: 65_plus, label: 65 or more}]
      - id: thoughts
        ask: Thoughts of death?
        role: risk
        type: choice
        options: [{id: none, label: No thoughts}, {id: passive, label: Passive}, {id: plan, label: A plan}]
      - {id: seizures, ask: Seizures?, role: risk, type: yes_no, worse: yes}
      - {id: sober, ask: Sober today?, role: risk, type: yes_no, worse: no}
      - id: concerns
        ask: What brings them?
        role: risk
        type: multiple
        options:
          - {id: substances, label: Alcohol or other drugs}
          - {id: eating, label: "Eating, purging or weight"}
          - {id: none, label: None of these, exclusive: true}
      - {id: nights, ask: How many nights?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - {id: remark, ask: What else?, role: context, type: text}
rules:
  - {id: seizure, when: {seizures: yes}, level: live_in, because: Seizures.}
"""
COMPILED = ready(QUESTIONNAIRE)
START = "format: 1\nid: clinic\nquestionnaire: forms\n"
"""The first three lines of every mapping."""


def read(text: str) -> ReadMapping:
    """A mapping as it is read, be it usable or not; the first lines are added."""
    return read_mapping((START + text).encode(), COMPILED)


def mapping(text: str) -> Mapping:
    """A mapping that must be usable."""
    found = read(text)
    assert found.mapping is not None, [problem.message for problem in found.problems]
    return found.mapping


def cell(text: str, *texts: str) -> Cell:
    """What the texts of the columns of a question come to by a mapping of this question alone."""
    found = mapping(text)
    (entry,) = found.questions
    question = COMPILED.questions[COMPILED.index_of(entry.question)]
    return cells_reader(entry, question, found.missing)(texts)
