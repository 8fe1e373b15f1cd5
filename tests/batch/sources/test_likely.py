"""What the first lines of a file suggest; nothing is scored by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples

from iop_screen.batch.sources.likely import DELIMITERS, START_BYTES, likely_delimiter, likely_encoding, likely_head
from iop_screen.batch.sources.settings import Delimiter, Encoding

TABLE = "id,größe,word\n1,2,x\n3,4,y\n"


@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("cp1252"), "cp1252"),
        (TABLE.encode("utf-16"), "utf-16"),
        (TABLE.encode("utf-16-le"), "utf-16"),
        (TABLE.encode("utf-16-be"), "utf-16"),
        (b"id,word\n" * 10_000, "utf-8"),
        (b"i" + "é".encode() * 40_000, "utf-8"),
        ("é".encode() * 40_000, "utf-8"),
        (b"caf\xe9", "cp1252"),
        (b"id\n" + "é".encode() * 40_000, "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_the_encoding_is_told_by_the_mark_or_the_first_lines(start: bytes, encoding: Encoding) -> None:
    assert likely_encoding(start[:START_BYTES]) == encoding


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("id,word\n1,a;b\n2,c;d\n", ","),
        ("id;size\n1;1,75\n2;2,50\n", ";"),
        ("id\tword, or two\n1\tx, y\n2\tz\n", "\t"),
        ("id|word\n1|x\n", "|"),
        ('"id";"word"\n"1";"x, y"\n', ";"),
        ("Export of 3 May\n\nid;word\n1;x\n2;y\n3;z\n", ";"),
        ("id\n1\n2\n", None),
        ("", None),
        ("id,a;b\n", None),
        ("id,word\n" + "1,x\n" * 40_000, ","),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_delimiter_that_parts_most_records_alike_is_likely(
    text: str, delimiter: Delimiter | None, encoding: str
) -> None:
    assert likely_delimiter(text.encode(encoding)[:START_BYTES]) == delimiter


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("id,word,age\n1,2,3\n", 0),
        ("Intake\nid,word,age\n1,2,3\n", 1),
        ("Intake\n\nFrom:,Jo\n\nid,word,age,x\n1,2,3,4\n1,2,3,4\n", 4),
        ("Intake,,\nid,word,age\n1,2,3\n", 1),
        ('"Intake\nin May",,\nid,word,age\n1,2,3\n', 2),
        ("id,word\n1,2,\n1,2,\n", 0),
        ("id,word\n1,2\n1,2\n", 0),
        ("id,which,,,,,why\n,a,b,c,d,e,text\n1,,,,,,x\n", 0),
        ("id\n1\n2\n", 0),
        ("", 0),
    ],
)
def test_lines_with_few_cells_above_a_table_are_likely_no_header(text: str, lines: int) -> None:
    assert likely_head(text.encode(), ",") == lines


@settings(max_examples=examples(200))
@given(st.binary(max_size=60))
def test_any_bytes_suggest_something_or_nothing(start: bytes) -> None:
    for delimiter in DELIMITERS:
        assert 0 <= likely_head(start, delimiter) <= len(start)
    assert likely_delimiter(start) in {None, *DELIMITERS}
