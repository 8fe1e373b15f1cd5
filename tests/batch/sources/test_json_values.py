"""A value of JSON is read exactly as it is written, or refused with a code that says why."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iop_screen.batch.sources.json_file import values
from iop_screen.batch.sources.json_file.values import MAX_DEPTH, BadValue, JsonValue, Number, parse_value


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"null", None),
        (b" true ", True),
        (b"\t[false]\r\n", [False]),
        (b"{}", {}),
        (b'{"a": {"b": []}}', {"a": {"b": []}}),
        (b"90071992547409931234567", Number("90071992547409931234567")),
        (
            b"[1.50, 1.0, -0, 0, 1E400, 1e-400, 1E+2]",
            [*map(Number, ["1.50", "1.0", "-0", "0", "1E400", "1e-400", "1E+2"])],
        ),
        (b'"\\u00fc\\n\\"\\\\\\/ \xc3\xbc\\ud83d\\ude00\\u0000"', '\u00fc\n"\\/ \u00fc\U0001f600\0'),
        (b'{"\\ud83d\\ude00": 1}', {"\U0001f600": Number("1")}),
        (b'"\\\\ud800"', "\\ud800"),
        (b'{"": 1, " ": 2}', {"": Number("1"), " ": Number("2")}),
        (b'{"a": {"a": 1}}', {"a": {"a": Number("1")}}),
        (b"9" * 5000, Number("9" * 5000)),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, "deep"),
        (b'"' + b"[" * 1000 + b'"', "[" * 1000),
        (b'"\\"' + b"[" * 1000 + b'"', '"' + "[" * 1000),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_value_is_read_as_it_is_written(raw: bytes, wanted: JsonValue) -> None:
    found = parse_value(raw)
    assert not isinstance(found, BadValue) if wanted == "deep" else found == wanted


BAD_JSON = [
    b"",
    b" ",
    b"{",
    b"[",
    b"}",
    b"]",
    b"[1,]",
    b"[,1]",
    b"[1 2]",
    b'{"a":1,}',
    b'{"a"}',
    b'{"a" 1}',
    b"{a: 1}",
    b"{'a': 1}",
    b"{1: 2}",
    b'{"a": 1} {}',
    b'{"a": 1}x',
    b"[1]]",
    b"01",
    b"+1",
    b"1.",
    b".5",
    b"-",
    b"1e",
    b"0x1",
    b"1_0",
    b"1,5",
    b"True",
    b"nul",
    b'"a',
    b'"a\nb"',
    b'"a\tb"',
    b'"a\0b"',
    b'"\\x41"',
    b'"\\u12"',
    b'"\\u 123"',
    b"// x\n1",
    b"/* */ 1",
    b"[1}",
    b'{"a": 1]',
    b"\xef\xbb\xbf1",
    b"\xc2\xa01",
    b"\x0b1",
    b"1\0",
    b"\xe2\x80\xa81",
    "\u0661".encode(),
    "1\u0661".encode(),
]


@pytest.mark.parametrize("raw", BAD_JSON, ids=lambda value: str(value)[2:22])
def test_what_is_no_json_is_refused(raw: bytes) -> None:
    assert parse_value(raw) == BadValue("bad-json")


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a": 1, "a": 1}', "duplicate-key"),
        (b'[{"b": {"a": 1, "\\u0061": 2}}]', "duplicate-key"),
        (b"NaN", "bad-number"),
        (b'{"a": [-Infinity]}', "bad-number"),
        (b'"\\ud800"', "undecodable"),
        (b'{"\\uDFFF": 1}', "undecodable"),
        (b'["\\ude00\\ud83d"]', "undecodable"),
        (b'"\xff"', "undecodable"),
        (b'"\xed\xa0\x80"', "undecodable"),
        (b'"\xc0\xaf"', "undecodable"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too-deep"),
        (b'{"a":' * (MAX_DEPTH + 1), "too-deep"),
        (b"[" * (MAX_DEPTH + 1), "too-deep"),
        (b'"' + b"a" * 1024 * 1024 + b'"', "too-long"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_taken_as_it_is_says_why(raw: bytes, code: str) -> None:
    assert parse_value(raw) == BadValue(code)


def test_many_quotes_are_looked_at_once() -> None:
    began = time.process_time()
    assert parse_value(b'"' + b'\\"' * 300_000 + b"[" * 100) == BadValue("bad-json")
    assert time.process_time() - began < 1


def test_the_bound_on_depth_is_that_of_brackets_in_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MAX_DEPTH", 2)
    assert parse_value(b'[[], [], [{}], "[[["]'.replace(b"[{}]", b"[]")) == [[], [], [], "[[["]
    assert parse_value(b"[[], [[]]]") == BadValue("too-deep")


TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
WRITTEN = st.recursive(
    st.none() | st.booleans() | TEXTS | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
)


def plain(value: JsonValue) -> object:
    match value:
        case Number(text):
            return int(text)
        case list():
            return [*map(plain, value)]
        case dict():
            return {key: plain(member) for key, member in value.items()}
        case _:
            return value


@given(WRITTEN, st.booleans())
def test_what_any_writer_writes_is_read_back(value: object, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    found = parse_value(json.dumps(value, ensure_ascii=ascii_only).encode())
    assert not isinstance(found, BadValue)
    assert plain(found) == value


@given(st.binary(max_size=30) | st.text(alphabet='{}[]":,\\u0d8e1.-tn ', max_size=30).map(str.encode))
def test_any_bytes_are_a_value_or_have_a_code(raw: bytes) -> None:
    """Whatever is taken, the reader of the standard library takes too, as the same value but for its numbers."""
    found = parse_value(raw)
    if not isinstance(found, BadValue):
        json.loads(raw.decode())
