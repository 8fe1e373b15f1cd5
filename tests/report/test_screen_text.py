"""One tree of blocks in three styles: a page of a screen, a report in text, and HTML."""

from __future__ import annotations

from typing import get_args

import pytest

from iop_screen.report.blocks import (
    Blanks,
    Block,
    Boxes,
    Group,
    Heading,
    Items,
    Lines,
    Paragraph,
    Point,
    Points,
    ReportDocument,
    Table,
    TableRow,
    as_html,
    as_text,
    fields,
)
from iop_screen.report.picture import FilledMark, Picture, PictureRow, PictureSection
from iop_screen.report.screen_text import screen_text

BLOCKS: tuple[Block, ...] = (
    Heading(1, "The title"),
    Lines(("One line.", "Another one.")),
    Heading(2, "A part"),
    Paragraph("Prose:"),
    Items(("an item", "one more")),
    Group((Paragraph("Set in."), Items(("below",)))),
    Heading(3, "Lists"),
    Points((Point("a reason", ("an answer", "a second")), Point("alone"))),
    fields(("Name", "value"), ("Several", ("a", "b"))),
    Table(("What", "How"), (TableRow(("a cell", "a word"), mark="new", note="a note"),)),
    Boxes((("to be ticked", ("a place",)),)),
    Blanks(("Signed",)),
    Picture("How it looks", (PictureSection("Home", (PictureRow("A place", FilledMark(0.5, 3, "so so")),)),), "Legend"),
)

SCREEN = """\
The title
One line.
Another one.

A PART
Prose:
  - an item
  - one more

  Set in.
    - below

LISTS
  - a reason
    > an answer
    > a second
  - alone

  - Name: value
  - Several: a; b

  - [new] a cell
    > How: a word
    > Note: a note

  - [ ] to be ticked
    > a place

  - Signed:

Home                      best   worst
  A place                 ======#-----"""


def test_blocks_as_a_page_of_a_screen() -> None:
    assert screen_text(BLOCKS) == SCREEN


def test_the_table_above_has_every_kind_of_block() -> None:
    assert {type(block) for block in BLOCKS} == {*get_args(Block)}


@pytest.mark.parametrize("style", ["report", "html"])
def test_no_style_loses_a_text(style: str) -> None:
    document = ReportDocument("The title", "", BLOCKS)
    shown = as_text(document) if style == "report" else as_html(document)
    texts = "One line.|Another one.|an item|Set in.|below|a reason|an answer|a second|alone|value|a cell|a place|Signed"
    assert [text for text in texts.split("|") if text not in shown] == []


def test_a_point_has_its_list_below_it() -> None:
    document = ReportDocument("", "", (Points((Point("a reason", ("an answer",)), Point("alone"))),))
    assert as_text(document) == "- a reason\n  - an answer\n- alone\n"
    assert "<ul><li>a reason<ul><li>an answer</li></ul></li><li>alone</li></ul>" in as_html(document)


def test_a_text_that_acts_on_a_screen_is_written_out() -> None:
    assert screen_text([Paragraph("a\x1b[2Jb")]) == "a\\x1b[2Jb"
