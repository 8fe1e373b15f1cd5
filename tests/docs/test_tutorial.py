"""The tutorial is walked, key by key, and its screens are those that the program shows."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace

from support.interviews import HEAD, pressed, text_of
from support.paths import REPOSITORY
from support.record_builder import result_page

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen import keyboard as kb
from iop_screen.interview.fullscreen.key_names import DOWN, ENTER, ESCAPE
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.state import begin_session
from iop_screen.records.model import Danger

TUTORIAL = REPOSITORY / "docs" / "tutorial.md"
BLOCK = re.compile(r"(<!-- keys:(.*?)-->\n```text\n)(.*?)(```\n)", re.DOTALL)
NAMED = {"Enter": ENTER, "Esc": ESCAPE, "Down": DOWN}


def strokes(written: str) -> Iterator[str]:
    """Keys as the tutorial names them; in quotes, a text letter by letter."""
    for word in shlex.split(written):
        yield from [NAMED[word]] if word in NAMED else word


def test_the_tutorial_shows_what_the_program_shows(compiled: CompiledQuestionnaire) -> None:
    written = TUTORIAL.read_text("utf-8")
    keyboard = kb.start_keyboard(begin_session(compiled, replace(HEAD, practice=True)), 0.0)
    shown = written
    for found in BLOCK.finditer(written):
        keyboard = pressed(keyboard, strokes(found[2]))
        screen = re.sub(r"#[0-9a-f]{12}", "#...", text_of(layout(keyboard, 80, 24)))
        shown = shown.replace(found[0], f"{found[1]}{screen}{found[4]}", 1)
    if os.environ.get("REWRITE_GOLDEN"):
        TUTORIAL.write_text(shown, encoding="utf-8")
    assert BLOCK.search(written)
    assert shown == TUTORIAL.read_text("utf-8")
    assert keyboard.session.record.danger is Danger.CLEARED, "who follows the text is to be rid of the danger"


CALL = "2 1 Enter 1 n 1 1 1 1 1 1 3 2 1 1 1 1 2 n 1 1"
"""The answers of the tutorial, up to the question that the README shows."""

TO_THE_RESULT = "1 u 1 1 1 1 3 Enter 2 1 3 f"


def test_the_readme_shows_what_the_program_shows(compiled: CompiledQuestionnaire) -> None:
    """Each line of its two screens, but for what is left out and what differs with each call."""
    screen, result = re.findall(r"```text\n(.*?)```", (REPOSITORY / "README.md").read_text("utf-8"), re.DOTALL)
    keyboard = pressed(kb.start_keyboard(begin_session(compiled, HEAD), 0.0), strokes(CALL))
    assert left_over(screen, text_of(layout(keyboard, 80, 24))) == []
    keyboard = pressed(keyboard, strokes(TO_THE_RESULT))
    assert left_over(result, result_page(keyboard.session.explanation(), compiled)) == []


def left_over(written: str, shown: str) -> list[str]:
    """The lines that are written and not shown."""
    there, here = (re.sub(r"saved [\d:]+|#[0-9a-f.]+", "", text).splitlines() for text in (written, shown))
    return [line for line in there if line not in {*here, "..."}]
