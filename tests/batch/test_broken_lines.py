"""A line end in the first or last cell of a record: the record looks whole, and a part of it is a line of one cell."""

from __future__ import annotations

import io

import pytest

from iop_screen.batch.broken_lines import records_with_broken_ends
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record


def read(content: bytes) -> list[Record]:
    """The records below a header that could be read."""
    source = open_csv("forms.csv", io.BytesIO(b"a,b,c\n" + content), FileSettings())
    assert isinstance(source, CsvSource)
    found = [each for each in records_with_broken_ends(source) if isinstance(each, Record)]
    assert source.account.adds_up
    return found


def unended(content: bytes) -> list[int]:
    """The lines of the records whose last or first cell may be cut."""
    return [each.line for each in read(content) if each.unended]


def unbegun(content: bytes) -> list[int]:
    """The lines of the records whose first cell may have lost its start."""
    return [each.line for each in read(content) if each.unbegun]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"1,2,\n3\n4,5,6\n", [2]),
        (b"1,2,job;\nchildren\n4,5,6\n", [2]),
        (b"1,2,3\n\nrest\n4,5,6\n", [2]),
        (b'1,2,3\n"rest"\n4,5,6\n', [2]),
        (b'1,2,3\n"rest\n4,5,6\n', [2]),
        (b"1,2,3\n4,5,6\nthe end\n", [3]),
        (b"1,2,3\n4,5,6\n7", [3]),
    ],
)
def test_a_line_of_one_cell_may_be_the_rest_of_the_cell_before_it(content: bytes, lines: list[int]) -> None:
    assert unended(content) == lines


@pytest.mark.parametrize(
    "content",
    [b"1,2,3\n4,5\n6,7,8\n", b"1,2,3\n4,5,6,7\n", b"1,2,3\n\n4,5,6\n", b"rest\n1,2,3\n", b"1,2,3\n\n\n\nrest\n"],
)
def test_a_record_before_another_one_is_complete(content: bytes) -> None:
    assert unended(content) == []


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"1\n,2,3\n4,5,6\n", [3]),
        (b"job;\nchildren,2,3\n", [3]),
        (b"1\n\n,2,3\n", [4]),
        (b'"1\n,2,3\n', [3]),
        (b"1,2,3\nrest\n4,5,6\n", [4]),
        (b'1,"x"y\nrest\n,2,3\n', [4]),
    ],
)
def test_a_line_of_one_cell_may_be_the_start_of_the_cell_after_it(content: bytes, lines: list[int]) -> None:
    assert unbegun(content) == lines


@pytest.mark.parametrize(
    "content", [b"1,2\n4,5,6\n", b"1,2,3,4\n4,5,6\n", b"1\n\n\n\n4,5,6\n", b"1,2,3\n4,5,6\nrest\n"]
)
def test_a_record_after_another_one_is_complete(content: bytes) -> None:
    assert unbegun(content) == []


def test_a_file_of_one_column_has_no_such_lines() -> None:
    source = open_csv("forms.csv", io.BytesIO(b"a\n1\n2\n"), FileSettings())
    assert isinstance(source, CsvSource)
    assert not any(each.unended for each in records_with_broken_ends(source) if isinstance(each, Record))
