"""The tutorial is walked, key by key, and its screens are those that the program shows."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator

from support.interviews import HEAD, pressed, text_of
from support.paths import REPOSITORY

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.key_names import DOWN, ENTER, ESCAPE
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.state import begin_session

TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
BLOCK = re.compile(r"(<!-- keys:(.*?)-->\n```text\n)(.*?)(```\n)", re.DOTALL)
NAMED = {"Enter": ENTER, "Esc": ESCAPE, "Down": DOWN}


def strokes(written: str) -> Iterator[str]:
    """Keys as the tutorial names them; in quotes, a text letter by letter."""
    for word in shlex.split(written):
        yield from [NAMED[word]] if word in NAMED else word


def test_the_tutorial_shows_what_the_program_shows(compiled: CompiledQuestionnaire) -> None:
    written = TUTORIAL.read_text("utf-8")
    keyboard = kb.start_keyboard(begin_session(compiled, HEAD), 0.0)
    shown = written
    for found in BLOCK.finditer(written):
        keyboard = pressed(keyboard, strokes(found[2]))
        screen = re.sub(r"#[0-9a-f]{12}", "#...", text_of(layout(keyboard, 80, 24)))
        shown = shown.replace(found[0], f"{found[1]}{screen}{found[4]}", 1)
    if os.environ.get("REWRITE_GOLDEN"):
        TUTORIAL.write_text(shown, encoding="utf-8")
    assert BLOCK.search(written)
    assert shown == TUTORIAL.read_text("utf-8")
