"""Small questionnaires that are written as blank forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from iop_screen.questionnaire.answers import Amount, Answer, MissingReason, chosen
from iop_screen.report.blank_forms.form import BlankForm, blank_form
from support.questionnaires import HEADER, ready

EVERY_KIND = """\
format: 1
id: small
version: 1.2.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis.
contacts:
  - {id: line, name: The line, reach: call 555-0100}
  - {id: other, name: Another line, reach: write to it}
site_lines: ["On call: ring 7"]
levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]
first_steps:
  - {id: nurse, title: A nurse rings}
  - {id: help_now, title: Help, when: now, next_steps: [Ring them.], contacts: [line], interrupt: true}
sections:
  - id: home
    title: At home
    questions:
      - {id: home, ask: Is it safe at home?, help: Ask gently., role: risk, type: yes_no, worse: no}
      - id: likes
        ask: What helps?
        role: context
        type: multiple
        options:
          - {id: 1_walk, label: Walks & "talks"}
          - {id: rest, label: Rest}
          - {id: none, label: None of these, exclusive: true}
  - id: nights
    title: Nights
    questions:
      - {id: sleep, ask: How many hours of sleep?, role: risk, type: number, min: 0, max: 12.5, worse: lower}
      - {id: dreams, ask: "Bad dreams?", role: context, type: yes_no, ask_when: {likes: [1_walk, rest]}}
      - id: alone
        ask: Is anyone there?
        role: context
        type: choice
        options: [{id: some, label: Some nights}, {id: never, label: Never}]
        ask_when: {home: no, any: [{sleep: {at_most: 4.5}}, {dreams: yes}]}
      - {id: naps, ask: How many naps?, role: context, type: number, min: 0, max: 9}
      - {id: tired, ask: Tired?, role: context, type: yes_no, ask_when: {sleep: {at_most: 6}, naps: {at_least: 2}}}
      - {id: wishes, ask: Any wishes?, role: access, type: text}
rules:
  - {id: danger, when: {home: no}, first_step: help_now, because: Home is not safe.}
  - {id: tired, when: {sleep: {at_most: 3}}, level: stay, because: Little sleep.}
"""
"""Every type of question, an exclusive option, a section called as a question is, and gates of each kind."""


NAMES = ("home", "section_home", "section_home_2", "data", "contacts", "whom_to_call", "a-b", "a.b", "_x", "form")
"""Ids that clash with what a form adds or renames."""


def questionnaire_of(sections: Mapping[str, Sequence[str]]) -> str:
    """A questionnaire with these sections, each with these questions; all of them ask about danger."""
    asked = "".join(
        f"  - id: {section}\n    title: Part\n    questions:\n"
        + "".join(f"      - {{id: {each}, ask: Rested?, role: risk, type: yes_no, worse: no}}\n" for each in questions)
        for section, questions in sections.items()
    )
    rules = "".join(
        f"  - {{id: no_{number}, when: {{{each}: no}}, first_step: help_now, because: So.}}\n"
        for number, each in enumerate(each for questions in sections.values() for each in questions)
    )
    return f"{HEADER}sections:\n{asked}rules:\n{rules}"


@st.composite
def clashing(draw: st.DrawFn) -> dict[str, list[str]]:
    """Sections with their questions, whose ids clash wherever they can."""
    questions = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=6))
    sections = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=2, max_size=2))
    return {sections[0]: questions[:1], sections[1]: questions[1:]}


def form_of_text(source: str) -> BlankForm:
    """A questionnaire as a blank form."""
    return blank_form(ready(source))


POINTS = EVERY_KIND.replace(
    "rules:\n",
    """\
  - id: last
    title: Last
    questions:
      - {id: mood, ask: Mood?, role: risk, type: choice, options: [
        {id: good, label: Good, points: 0}, {id: bad, label: Bad, points: 3}]}
      - {id: more, ask: More?, role: context, type: yes_no, ask_when: {sum: {at_least: 2}}}
scores: [{id: sum, title: Sum, add: [mood]}]
rules:
""",
)
"""The same, with a question that is asked by points."""


def every_filling() -> Iterator[tuple[str, dict[str, Answer]]]:
    """Each question of `EVERY_KIND` that has a gate, with everything that can be filled in before it and matters."""
    reasons = (MissingReason.UNKNOWN, MissingReason.DECLINED)
    yes_no = (None, chosen("yes"), chosen("no"), *reasons)
    hours = (None, *map(Amount, map(Decimal, ("0", "4.5", "4.6", "6", "6.1", "10"))))
    naps = (None, *map(Amount, map(Decimal, ("0", "1.9", "2", "9"))))
    likes = (None, chosen("1_walk"), chosen("rest"), chosen("1_walk", "rest"), chosen("none"), *reasons)
    for answers in product(likes):
        yield "dreams", _given(likes=answers[0])
    for home, sleep, dreams in product(yes_no, hours, yes_no):
        yield "alone", _given(home=home, likes=chosen("rest"), sleep=sleep, dreams=dreams)
    for sleep, nap in product(hours, naps):
        yield "tired", _given(sleep=sleep, naps=nap)


def _given(**answers: Answer | None) -> dict[str, Answer]:
    return {name: answer for name, answer in answers.items() if answer is not None}
