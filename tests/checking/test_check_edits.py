"""The default questionnaire after a slip of the hand: whatever is left of it, only problems come of it, in place."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest
from support.effort import DEEP

from iop_screen.checking.load import load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.core.problems import Problem, Span

EDITS = 3_000 if DEEP else 300
"""How many edits are tried."""

ODD = "\t\n\r :#-?[]{},&*!|>'\"%@`~<=.0_yn\\\u00e9\u0301\u00a0\u200b\u202e\u2028\x00\x07\x85\ufeff\U0001f600"
"""Characters that mean something in YAML, or that a screen would not show."""

Edit = Callable[[str, random.Random], str]


def _line(text: str, chance: random.Random, change: Callable[[list[str], int, int], None]) -> str:
    lines = text.splitlines(keepends=True)
    change(lines, chance.randrange(len(lines)), chance.randrange(len(lines)))
    return "".join(lines)


def delete_a_line(text: str, chance: random.Random) -> str:
    return _line(text, chance, lambda lines, index, _: lines.__delitem__(index))


def delete_some_lines(text: str, chance: random.Random) -> str:
    def cut(lines: list[str], index: int, _: int) -> None:
        del lines[index : index + chance.randint(2, 40)]

    return _line(text, chance, cut)


def write_a_line_twice(text: str, chance: random.Random) -> str:
    return _line(text, chance, lambda lines, index, _: lines.insert(index, lines[index]))


def copy_a_line_elsewhere(text: str, chance: random.Random) -> str:
    return _line(text, chance, lambda lines, index, other: lines.insert(index, lines[other]))


def swap_two_lines(text: str, chance: random.Random) -> str:
    def swap(lines: list[str], index: int, other: int) -> None:
        lines[index], lines[other] = lines[other], lines[index]

    return _line(text, chance, swap)


def indent_a_line(text: str, chance: random.Random) -> str:
    def shift(lines: list[str], index: int, _: int) -> None:
        lines[index] = chance.choice((f" {lines[index]}", f"  {lines[index]}", lines[index].removeprefix("  ")))

    return _line(text, chance, shift)


def change_a_character(text: str, chance: random.Random) -> str:
    index = chance.randrange(len(text))
    return text[:index] + chance.choice(ODD) + text[index + 1 :]


def insert_a_character(text: str, chance: random.Random) -> str:
    index = chance.randrange(len(text))
    return text[:index] + chance.choice(ODD) + text[index:]


def delete_a_character(text: str, chance: random.Random) -> str:
    index = chance.randrange(len(text))
    return text[:index] + text[index + 1 :]


def break_off(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def swap_two_words(text: str, chance: random.Random) -> str:
    words = [*re.finditer(r"[\w.-]+", text)]
    first, second = sorted(chance.sample(words, 2), key=re.Match.start)
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def change_a_word(text: str, chance: random.Random) -> str:
    words = [*re.finditer(r"[\w.-]+", text)]
    word, other = chance.sample(words, 2)
    return text[: word.start()] + other[0] + text[word.end() :]


EDITS_OF_A_HAND: tuple[Edit, ...] = (
    delete_a_line,
    delete_some_lines,
    write_a_line_twice,
    copy_a_line_elsewhere,
    swap_two_lines,
    indent_a_line,
    change_a_character,
    insert_a_character,
    delete_a_character,
    break_off,
    swap_two_words,
    change_a_word,
)


def edited(number: int, original: str) -> tuple[str, str]:
    """The text after the edits with this number, one or two of them, and what they are called."""
    chance = random.Random(number)  # noqa: S311 - nothing secret
    edits = chance.choices(EDITS_OF_A_HAND, k=chance.choice((1, 1, 2)))
    text = original
    for edit in edits:
        text = edit(text, chance) if text else text
    return text, " and ".join(edit.__name__ for edit in edits)


def in_file(span: Span, lines: list[str]) -> bool:
    """A span begins and ends in the text; it may end just behind a line, and a text that breaks off just below it."""
    start, end = (span.line, span.column), (span.end_line, span.end_column)
    return (1, 1) <= start <= end and all(
        1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 2 for line, column in (start, end)
    )


def misplaced(problem: Problem, lines: list[str]) -> bool:
    """Whether a span is not in the file; where unfinished YAML begins is looked at in a test of its own."""
    related = () if problem.code == "yaml-syntax" else problem.related
    return not all(in_file(span, lines) for span in (problem.span, *(part.span for part in related)))


def test_where_unfinished_yaml_begins_is_in_the_file() -> None:
    text = "title: A\nlevels:\n  - {id: a, title:"
    [problem] = load_questionnaire(text.encode()).problems
    lines = text.split("\n")
    assert all(in_file(span, lines) for span in (problem.span, *(related.span for related in problem.related)))


@pytest.mark.slow
def test_an_accidental_edit_gives_problems_each_with_a_span_in_the_file() -> None:
    """Never an exception; every problem has words and stands in the file; no questionnaire without a reason."""
    original = default_questionnaire().read_text(encoding="utf-8")
    refused = 0
    for number in range(EDITS):
        text, name = edited(number, original)
        loaded = load_questionnaire(text.encode())
        lines = re.split(r"\r\n|[\n\r\x85\u2028\u2029]", text.removeprefix("\ufeff"))
        wrong = [problem for problem in loaded.problems if misplaced(problem, lines) or not problem.message]
        assert not wrong, (number, name, wrong)
        assert (loaded.compiled is None) == (loaded.questionnaire is None), (number, name)
        assert loaded.compiled is not None or loaded.problems, (number, name)
        refused += loaded.compiled is None
    assert EDITS / 4 < refused < EDITS, "edits that all fail, or none of them, would say little"
