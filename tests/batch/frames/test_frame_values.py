"""Values of every type mean the same in a frame as in a Parquet file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.frame_kinds import KINDS, Row, rows_of
from support.mapped import COMPILED

import iop_screen
from iop_screen.batch.frames.score_frame import frame_kind, score_frame
from iop_screen.batch.score import open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.parquet_source import open_parquet
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.report.score_output import csv_head, csv_segments, safe_for_spreadsheet

SETTINGS = ScoreSettings(allow_all_missing=True, duplicates="allow")
TIME = dt.datetime(2024, 1, 2, 3, 4, 5)  # noqa: DTZ001 - some columns have no zone
IN_UTC = TIME.replace(tzinfo=dt.UTC)
DAY = dt.date(2024, 1, 2)

VALUES: list[tuple[pa.DataType, list[Any]]] = [
    (pa.string(), ["3", None, "", " 3 ", "a;b", "\ufffd", "substances; eating"]),
    (pa.large_string(), ["3", None]),
    (pa.string_view(), ["3", None, "substances" * 5]),
    (pa.dictionary(pa.int8(), pa.string()), ["3", None, "x", "x"]),
    (pa.dictionary(pa.uint32(), pa.large_string()), ["3", None]),
    (pa.dictionary(pa.int32(), pa.int64()), [3, None]),
    (pa.int8(), [3, -1, 0]),
    (pa.int64(), [2**62, 3, -(2**63)]),
    (pa.uint64(), [2**64 - 1, 3]),
    (pa.float64(), [3.0, 0.1, 1e16, 1e-5, float("inf"), -0.0, 1e15, 123456789.123, 5e-324]),
    (pa.float32(), [3.0, 0.5]),
    (pa.bool_(), [True, False]),
    (pa.decimal128(10, 2), [Decimal("3.00"), Decimal("1.5"), None]),
    (pa.date32(), [DAY, None]),
    (pa.timestamp("us"), [TIME, TIME.replace(microsecond=5), None]),
    (pa.timestamp("ns"), [TIME, None]),
    (pa.timestamp("us", "UTC"), [IN_UTC, IN_UTC.replace(microsecond=500_000), None]),
    (pa.time64("us"), [dt.time(1, 2, 3), None]),
    (pa.duration("s"), [dt.timedelta(1), None]),
    (pa.null(), [None, None]),
    (pa.binary(), [b"3", b"\xff", None, b"a\0b", "\u00e9".encode()]),
    (pa.large_binary(), [b"3", None]),
    (pa.list_(pa.string()), [["substances", "eating"], [], None, ["substances"]]),
    (pa.list_(pa.string(), 2), [["substances", "eating"], None]),
    (pa.list_(pa.int64()), [[3], [1, 2], None]),
    (pa.list_(pa.list_(pa.string())), [[["a"]], None]),
    (pa.struct([("a", pa.int64())]), [{"a": 1}, None]),
    (pa.map_(pa.string(), pa.int64()), [[("a", 1)], None]),
]
ASKED = ("nights", "concerns", "remark")


def table(values: pa.Array) -> pa.Table:
    """A table in which ids and three questions have the values. No record is blank: a file would not count it."""
    return pa.table({"id": values, "sober": ["yes"] * len(values)} | dict.fromkeys(ASKED, values))


def in_a_file(forms: pa.Table) -> list[Row]:
    """The rows that `score` gives for them in a Parquet file."""
    file = io.BytesIO()
    pq.write_table(forms, file)
    file.seek(0)
    source = open_parquet("forms.parquet", file, FileSettings())
    assert isinstance(source, TableSource)
    scoring = open_scoring([source], COMPILED, SETTINGS)
    assert not isinstance(scoring, tuple)
    parts = [bytes(scoring.build.rows(csv_segments(judged, scoring.shape), judged)) for judged in scoring.lots()]
    assert not scoring.stopped_by
    text = csv_head(COMPILED, scoring.shape) + b"".join(parts).decode()
    rows = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    return [{name: cell for name, cell in row.items() if name != "line"} for row in rows]


def in_a_frame(frame: Any) -> list[Row]:
    kind = frame_kind(frame)
    assert kind is not None
    rows = rows_of(score_frame(frame, kind, COMPILED, SETTINGS))
    return [
        {name: safe_for_spreadsheet("" if cell is None else str(cell)) for name, cell in row.items()} for row in rows
    ]


@pytest.mark.parametrize(("kind", "values"), VALUES, ids=[str(kind) for kind, _ in VALUES])
def test_a_value_means_the_same_in_a_frame_and_in_parquet(kind: pa.DataType, values: list[Any]) -> None:
    forms = table(pa.array(values, kind))
    expected = in_a_file(forms)
    assert len(expected) == len(values)
    for name in ("arrow", "pandas", "polars", "duckdb"):
        assert in_a_frame(KINDS[name](forms)) == expected, name


DOUBTFUL = [["substances", "eating;none"], ["substances", ""], ["substances", None], [" "]]


def test_members_of_a_list_that_cannot_be_told_apart_are_not_read() -> None:
    """They are not blank either."""
    forms = table(pa.array(DOUBTFUL))
    for name, make in KINDS.items():
        rows = in_a_frame(make(forms))
        assert ["concerns:unreadable" in row["problems"] for row in rows] == [True] * 4, name
        assert all(row["id"] for row in rows), name


@pytest.mark.parametrize(
    ("sql", "texts"),
    [
        ("TIMESTAMP_S '2024-01-02 03:04:05'", "2024-01-02 03:04:05"),
        ("TIMESTAMP_MS '2024-01-02 03:04:05.5'", "2024-01-02 03:04:05.500"),
        ("TIMESTAMP_NS '2024-01-02 03:04:05.000000005'", "2024-01-02 03:04:05.000000005"),
        ("TIMESTAMPTZ '2024-01-02 03:04:05+00'", "2024-01-02 03:04:05Z"),
        ("TIME '03:04:05.5'", "03:04:05.500000"),
        ("12345678901234567890::HUGEINT", "12345678901234567890"),
        ("'substances'::ENUM ('substances')", "substances"),
        ("['substances'::ENUM ('substances')]", "substances"),
        ("[1.50::DECIMAL(4, 2), 2]", "1.50;2.00"),
        ("UUID '00000000-0000-0000-0000-000000000005'", "00000000-0000-0000-0000-000000000005"),
        ("'7'::JSON", "7"),
        ("'infinity'::TIMESTAMPTZ", "\ufffd"),
        ("NULL::TIMESTAMPTZ", None),
        ("INTERVAL 1 DAY", "\ufffd"),
        ("'0101'::BIT", "\ufffd"),
        ("union_value(a := 1)", "\ufffd"),
        ("[[1]]", "\ufffd"),
        ("NULL::STRUCT(a INTEGER)", None),
        ("NULL::INTEGER[]", None),
    ],
)
def test_a_value_of_duckdb_has_its_text(sql: str, texts: str | None) -> None:
    relation = duckdb.connect().sql(f"SELECT {sql} AS id, {sql} AS nights")
    (row,) = rows_of(score_frame(relation, "duckdb", COMPILED, SETTINGS))
    assert row["id"] == texts


@pytest.mark.parametrize("kind", [pl.Int128, pl.UInt128])
def test_a_type_of_polars_that_arrow_does_not_have_has_its_texts(kind: Any) -> None:
    numbers = pl.Series([3, None, 2**100], dtype=kind)
    rows = in_a_frame(pl.DataFrame({"id": numbers, "nights": numbers}))
    assert [row["id"] for row in rows] == ["3", "", str(2**100)]
    assert ["nights:" in row["problems"] for row in rows] == [False, False, True]


class _Text(str):
    """A text of another class."""

    __slots__ = ()


OBJECTS: list[tuple[Any, str | None]] = [
    (None, None),
    (float("nan"), None),
    (pd.NA, None),
    (pd.NaT, None),
    ("", ""),
    ("a", "a"),
    (_Text("a"), "a"),
    (3, "3"),
    (True, "true"),
    (10**40, "1" + "0" * 40),
    (2.0, "2.0"),
    (Decimal("1.50"), "1.50"),
    (DAY, "2024-01-02"),
    (pd.Timestamp(TIME), "2024-01-02 03:04:05"),
    (["a", "b"], "a;b"),
    (["a", 1], "\ufffd"),
    (b"a", "a"),
    ({"a": 1}, "\ufffd"),
    (1j, "\ufffd"),
    (object(), "\ufffd"),
    ("a\ud800", "\ufffd"),
]


def test_each_object_of_pandas_is_read_by_itself() -> None:
    frame = pd.DataFrame({"id": pd.Series([value for value, _ in OBJECTS], dtype=object), "nights": 3})
    rows = rows_of(score_frame(frame, "pandas", COMPILED, SETTINGS))
    assert [row["id"] for row in rows] == [text for _, text in OBJECTS]


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (pd.Series(["a", None, "b"], dtype="str"), ["a", None, "b"]),
        (pd.Series(["a", None, "b"], dtype="string[pyarrow]"), ["a", None, "b"]),
        (pd.Series(["a", None, "b"], dtype="category"), ["a", None, "b"]),
        (pd.Series([1, None, 2], dtype="category"), ["1", None, "2"]),
        (pd.Series(["a", None, 2], dtype=object).astype("category"), ["a", None, "2"]),
        (pd.Series([1, None, 2], dtype="Int64"), ["1", None, "2"]),
        (pd.Series([1, None, 2], dtype="float64"), ["1.0", None, "2.0"]),
        (pd.Series([True, None, False], dtype="boolean"), ["true", None, "false"]),
        (
            pd.Series(pd.to_datetime(["2024-01-02", None, "2024-01-03"])),
            ["2024-01-02 00:00:00", None, "2024-01-03 00:00:00"],
        ),
        (pd.Series(pd.arrays.SparseArray([1, 0, 2])), ["1", "0", "2"]),
        (pd.Series(pd.period_range("2024-01", periods=3, freq="M")), ["\ufffd"] * 3),
        (pd.Series(pd.interval_range(0, 3)), ["\ufffd"] * 3),
        (pd.Series([1j, 2j, 3j]), ["\ufffd"] * 3),
    ],
    ids=lambda each: str(each.dtype) if isinstance(each, pd.Series) else "",
)
def test_a_column_of_pandas_has_its_texts(column: Any, texts: list[str | None]) -> None:
    frame = pd.DataFrame({"id": column, "nights": 3})
    rows = rows_of(score_frame(frame, "pandas", COMPILED, SETTINGS))
    assert [row["id"] or None for row in rows] == texts


def test_a_text_that_is_no_unicode_is_not_read() -> None:
    """Arrow holds what it was given; a name of a file or an old export may be anything."""
    broken = pa.array([b"\xff3", b"3"]).view(pa.string())
    rows = in_a_frame(table(broken))
    assert [row["id"] for row in rows] == ["\ufffd", "3"]
    assert ["nights:unreadable" in row["problems"] for row in rows] == [True, False]


def test_a_text_with_a_nul_is_kept_as_an_id_and_is_no_answer() -> None:
    """In SQL that is written down it would end the query."""
    forms = table(pa.array(["3\0", "3\0' OR TRUE --", "3"]))
    for name, make in KINDS.items():
        rows = in_a_frame(make(forms))
        assert [row["id"] for row in rows] == ["3\0", "3\0' OR TRUE --", "3"], name
        assert ["nights:unreadable" in row["problems"] for row in rows] == [True, True, False], name


def test_chunks_of_a_column_are_one_column() -> None:
    texts = pa.chunked_array([["3"], [], ["4", None], ["3"]], pa.string())
    coded = pa.chunked_array([chunk.dictionary_encode() for chunk in texts.chunks])
    expected = in_a_frame(table(pa.array(["3", "4", None, "3"])))
    assert in_a_frame(table(texts)) == in_a_frame(table(coded)) == expected


SAME_IDS = ["a", " a", "a\u00a0", "\u2003a\u3000", "\x1fa\x1c", "\ta\r\n"]
OTHER_IDS = ["A", "a b", "007", "7", "\x7f", "\u200b", "", " ", "\u3000", "a\u0301", "ba"]


@pytest.mark.parametrize("kind", ["arrow", "duckdb"])
def test_ids_are_the_same_without_blanks_and_in_nfc(kind: str) -> None:
    """As in a file; ids that are blank are nobody's."""
    ids = [*SAME_IDS, *OTHER_IDS, "\u00e1"]
    rows = rows_of(iop_screen.score(KINDS[kind](pa.table({"id": ids, "nights": ids})), COMPILED, missing="all"))
    marked = {row["id"] for row in rows if "record:duplicate-id" in row["problems"]}
    assert marked == {*SAME_IDS[1:], "\u00e1"} | ({SAME_IDS[0], "a\u0301"} if kind == "duckdb" else set())


IDS_WITH_NULL: list[tuple[pa.DataType, list[Any]]] = [
    (pa.string(), ["1", None]),
    (pa.int64(), [1, None]),
    (pa.date32(), [DAY, None]),
    (pa.binary(), [b"1", None]),
    (pa.dictionary(pa.int8(), pa.int64()), [1, None]),
    (pa.null(), [None, None]),
]


@pytest.mark.parametrize("make", KINDS.values(), ids=[*KINDS])
@pytest.mark.parametrize(("kind", "ids"), IDS_WITH_NULL, ids=[str(kind) for kind, _ in IDS_WITH_NULL])
def test_an_id_that_is_null_stays_null(make: Any, kind: pa.DataType, ids: list[Any]) -> None:
    frame = make(pa.table({"id": pa.array(ids, kind), "seizures": ["no", "no"]}))
    assert rows_of(iop_screen.score(frame, COMPILED, missing="all"))[1]["id"] is None
