"""A small interview, and what tests do in one: lines typed and keys pressed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

from iop_screen.interview import session as sessions
from iop_screen.interview.autosave import Save, Saved
from iop_screen.interview.fullscreen.keyboard import Keyboard, note_drawn, press
from iop_screen.interview.fullscreen.layout import Layout, layout
from iop_screen.interview.fullscreen.styled_lines import StyledLine
from iop_screen.interview.state import Session
from iop_screen.records.model import Head, QuestionnaireRef, Record

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HEAD = Head("7KQ2", 1, NOON, QuestionnaireRef("small", "1.0.0", "0" * 12))


def enter(session: Session, line: str) -> Session:
    """The session after a line, typed a minute after the last one."""
    return sessions.enter(session, line, session.at + timedelta(minutes=1))


SMALL = """
format: 1
id: small
version: 1.0.0
title: A small screening
intended_use: For tests.
disclaimer: Not a diagnosis.
contacts: [{id: help, name: Help line, reach: call 000}]
levels: [{id: home, title: At home}, {id: live_in, title: Live in}]
first_steps:
  - {id: check, title: A check first}
  - {id: now, title: Help now, interrupt: true, contacts: [help], next_steps: [Stay with the person.]}
sections:
  - id: one
    title: First things
    questions:
      - {id: danger, ask: Is there danger?, role: risk, type: yes_no, worse: yes, why: It comes first.}
      - id: threat
        ask: Is there a threat?
        role: risk
        type: choice
        options: [{id: none, label: No threat}, {id: some, label: Some}, {id: plan, label: A plan}]
      - id: kinds
        ask: Which kinds?
        role: risk
        type: multiple
        options: [{id: a, label: Kind A}, {id: b, label: Kind B}, {id: neither, label: Neither, exclusive: true}]
  - id: two
    title: Further things
    questions:
      - {id: days, ask: How many days?, role: risk, type: number, worse: higher, min: 0, max: 7, ask_when: {kinds: a}}
      - {id: words, ask: What else?, role: context, type: text}
      - {id: job, ask: Is there a job?, role: access, type: yes_no}
rules:
  - {id: danger_now, when: {danger: yes}, first_step: now, because: There is danger.}
  - {id: a_plan, when: {threat: plan}, first_step: now, because: There is a plan.}
  - {id: many_days, when: {days: {at_least: 5}}, level: live_in, because: Too many days.}
  - {id: kind_b, when: {kinds: b}, first_step: check, because: Kind B.}
"""
DANGER, THREAT, KINDS, DAYS, WORDS = range(5)


def typed(session: Session, *lines: str) -> Session:
    """The session after some lines."""
    return reduce(enter, lines, session)


LONG = 2.0
"""Seconds after which a page has been read."""


def pressed(keyboard: Keyboard, keys: Iterable[str], *, every: float = LONG) -> Keyboard:
    """The keyboard after some keys, the first on a page that has been read, then one every so many seconds."""
    now = max(keyboard.guard.shown_at, keyboard.guard.key_at) + LONG
    for key in keys:
        keyboard = press(keyboard, key, NOON, now)
        now += every
    return keyboard


def drawn(keyboard: Keyboard, columns: int, rows: int) -> Keyboard:
    """The keyboard once its page is drawn on a screen of this size."""
    return note_drawn(keyboard, layout(keyboard, columns, rows))


def drawn_without(keyboard: Keyboard, *unseen: str, top: int = 0) -> Keyboard:
    """The keyboard once its page is drawn from that line on, with no room for these answers."""
    return note_drawn(keyboard, replace(layout(keyboard, 80, 24), top=top, unseen_keys=frozenset(unseen)))


def full_text(line: StyledLine) -> str:
    """The left column and the text of a line of the screen."""
    return line.left_column + line.text


def text_of(shown: Layout) -> str:
    return "\n".join(full_text(line).rstrip() for line in shown.lines) + "\n"


def saves(save: Callable[[Record], str]) -> Save:
    """What saves a record and leaves the call aside; `save` gives the reason if it could not."""
    return lambda record, _call: Saved(record, save(record))
