"""A Parquet file is scored as the same forms in CSV are, and what cannot be read of it is said."""

from __future__ import annotations

import csv
import io
import random
import sys
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow.parquet import encryption
from support.paths import REPOSITORY
from support.questionnaires import DANGER_DAYS_TIES, ready
from support.running import Run

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.score import Outcome, Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources import parquet_columns
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.parquet_problems import PARQUET_PROBLEMS, is_parquet
from iop_screen.batch.sources.parquet_source import open_parquet
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source, SourceRecord
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.core.exits import CannotGoOn
from iop_screen.report.score_output import csv_head, csv_segments

NOTHING_SAID = FileSettings()
UNREADABLE = "\ufffd"
SMALL = ready(DANGER_DAYS_TIES)
NAMES = ("id", "danger", "bad_days", "ties")


def parquet(columns: dict[str, pa.Array], **options: object) -> bytes:
    """A Parquet file with these columns."""
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def of_texts(rows: Sequence[Sequence[str | None]], names: Sequence[str] = NAMES, **options: object) -> bytes:
    """A Parquet file with these rows, all texts."""
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(names))]
    stream = io.BytesIO()
    pq.write_table(pa.table(columns, names=[*names]), stream, **options)
    return stream.getvalue()


def of_bytes(column: pa.Array) -> pa.Array:
    """Texts whose bytes need not be UTF-8."""
    return pa.Array.from_buffers(pa.string(), len(column), column.buffers())


def opened(content: bytes, settings: FileSettings = NOTHING_SAID) -> TableSource:
    source = open_parquet("in.parquet", io.BytesIO(content), settings)
    assert isinstance(source, TableSource), source
    return source


def problem(content: bytes, settings: FileSettings = NOTHING_SAID) -> InputProblem:
    found = open_parquet("in.parquet", io.BytesIO(content), settings)
    assert isinstance(found, InputProblem)
    return found


def read(content: bytes, settings: FileSettings = NOTHING_SAID) -> list[SourceRecord]:
    return [*opened(content, settings).records()]


def texts(column: pa.Array) -> list[str]:
    """The cells that a column comes to."""
    found = read(parquet({"id": pa.array(["x"] * len(column)), "column": column}))
    return [record.cells[1] for record in found if isinstance(record, Record)]


# Cells


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        (pa.array(["a b", "", None, "\u00fc;\n,"]), ["a b", "", "", "\u00fc;\n,"]),
        (pa.array(["a", None, "a"]).dictionary_encode(), ["a", "", "a"]),
        (pa.array([2, None, 2]).dictionary_encode(), ["2", "", "2"]),
        (pa.array(["a", None], pa.large_string()), ["a", ""]),
        (pa.array(["a", None], pa.string_view()), ["a", ""]),
        (pa.array([None, None], pa.null()), ["", ""]),
        (pa.array([True, None, False]), ["true", "", "false"]),
        (pa.array([-3, None, 2**63 - 1]), ["-3", "", "9223372036854775807"]),
        (pa.array([2**64 - 1], pa.uint64()), ["18446744073709551615"]),
        (pa.array([1.0, None, 0.1, float("nan"), 1e22, float("inf")]), ["1.0", "", "0.1", "nan", "1e+22", "inf"]),
        (pa.array([0.1, 7.0], pa.float32()), ["0.1", "7.0"]),
        (pa.array([Decimal("1.00"), None, Decimal("-0.50")]), ["1.00", "", "-0.50"]),
        (pa.array([Decimal("0.0000000001")]), ["0.0000000001"]),
        (pa.array([date(2026, 11, 29), None]), ["2026-11-29", ""]),
        (pa.array([time(9, 5), None], pa.time64("us")), ["09:05:00", ""]),
        (pa.array([datetime(2026, 11, 29, 9, 5)]), ["2026-11-29 09:05:00"]),  # noqa: DTZ001 - it has no zone
        (pa.array([1], pa.timestamp("ns")), ["1970-01-01 00:00:00.000000001"]),
        (pa.array([datetime(2026, 11, 29, 23, 5, 0, 500, tzinfo=UTC)]), ["2026-11-29 23:05:00.000500Z"]),
        (
            pa.array([datetime(2026, 11, 29, 23, 5, tzinfo=UTC)], pa.timestamp("s", "Europe/Berlin")),
            ["2026-11-30 00:05:00+0100"],
        ),
        (pa.array([["a", "b"], ["a"], [], None]), ["a;b", "a", "", ""]),
        (pa.array([[1, 2]], pa.list_(pa.int8(), 2)), ["1;2"]),
        (pa.array([["a;b"], ["a", None], ["a", " "]]), ['["a;b"]', '["a", ""]', '["a", " "]']),
        (pa.array([["x"], ["a", "b"], None, ["c"]]).slice(1), ["a;b", "", "c"]),
        (pa.array([b"yes", None, b"\xff", b"\0"]), ["yes", "", UNREADABLE, UNREADABLE]),
        (pa.array([{"a": 1}, None]), [UNREADABLE, ""]),
        (pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int8())), [UNREADABLE, ""]),
        (pa.array([[["a"]], None]), [UNREADABLE, ""]),
        (pa.array([1, None], pa.duration("s")), [UNREADABLE, ""]),
        (pa.array([0, None], pa.timestamp("s", "Nowhere/Land")), [UNREADABLE, ""]),
    ],
    ids=lambda value: str(value.type) if isinstance(value, pa.Array) else "",
)
def test_each_type_of_column_becomes_texts(column: pa.Array, wanted: list[str]) -> None:
    assert texts(column) == wanted


@pytest.mark.parametrize("stored", [True, False])
def test_a_uuid_is_written_as_one(*, stored: bool) -> None:
    """Programs other than Arrow store no Arrow schema; then only the Parquet type says that the bytes are a UUID."""
    value = UUID("12345678-1234-5678-1234-567812345678")
    content = parquet({"id": pa.array([value.bytes, None], pa.uuid())}, store_schema=stored)
    assert [record.cells for record in read(content) if isinstance(record, Record)] == [[str(value)], [""]]


def test_a_type_that_somebody_made_up_is_not_read_by_what_it_is_stored_as() -> None:
    field = pa.field("bad_days", pa.int64(), metadata={"ARROW:extension:name": "clinic.days"})
    stream = io.BytesIO()
    pq.write_table(pa.table([pa.array([600])], schema=pa.schema([field])), stream)
    [record] = read(stream.getvalue())
    assert isinstance(record, Record)
    assert record.cells == [UNREADABLE]


def test_a_list_is_read_as_its_members_and_one_that_cannot_be_told_apart_as_none() -> None:
    lists = pa.array([["job", "Children, small"], ["job;kids"], ["job", None], []])
    content = parquet({"id": pa.array(["1", "2", "3", "4"]), "danger": pa.array([False] * 4), "ties": lists})
    rows = [*csv.DictReader(io.StringIO(scored(opened(content))))]
    assert [row["suggestion"] for row in rows] == ["stay", "undetermined", "undetermined", "undetermined"]
    assert [row["problems"] for row in rows] == [
        "bad_days:no-column", "bad_days:no-column;ties:unreadable", "bad_days:no-column;ties:unreadable",
        "bad_days:no-column",
    ]  # fmt: skip


def test_a_stored_nan_is_unreadable_and_a_null_is_blank() -> None:
    content = parquet({"id": pa.array(["1", "2", "3"]), "bad_days": pa.array([float("nan"), None, 7.0])})
    rows = [*csv.DictReader(io.StringIO(scored(opened(content))))]
    assert ["bad_days:unreadable" in row["problems"] for row in rows] == [True, False, False]
    assert [row["reasons"] for row in rows] == ["", "", "days"]


def test_what_is_not_read_as_text_is_said_by_its_column() -> None:
    source = opened(parquet({"where": pa.array([{"a": 1}]), "photo": pa.array([b"\xff"]), "id": pa.array(["1"])}))
    assert source.remarks[1:] == (
        "columns of a type that cannot be read: 'where'",
        "columns of bytes, which are read as text in UTF-8: 'photo'",
    )


# Records


def test_rows_count_from_one_and_the_account_adds_up_at_each() -> None:
    source = opened(of_texts([("1", "yes", None, None), (None, None, None, None)], row_group_size=1))
    seen = []
    for record in source.records():
        assert source.account.adds_up
        assert source.account.records == record.line
        seen.append((record.line, record.last_line, record.raw))
    assert seen == [(1, 1, b"1,yes,,"), (2, 2, b",,,")]
    assert (source.account.lines, source.account.head, source.account.in_records) == (2, 0, 2)
    assert (source.header.names, source.header.line) == (NAMES, None)


def test_a_file_without_rows_has_no_records() -> None:
    assert read(of_texts([])) == []


def test_a_row_is_rejected_for_what_a_line_of_csv_is_rejected_for() -> None:
    good, bad = pa.array([b"a", b"b", b"c", b"d"]), pa.array([b"x", b"\xff,\xc3", b"\0", b"y" * 1024 * 1024])
    first, second, third, fourth = read(parquet({"id": of_bytes(good), "note": of_bytes(bad)}))
    assert isinstance(first, Record)
    assert second == RejectedRecord(2, 2, "undecodable", b'b,"\xff,\xc3"')
    assert third == RejectedRecord(3, 3, "nul", b"c,\0")
    assert fourth == RejectedRecord(4, 4, "too-long", b"")


def test_a_bad_text_in_a_list_rejects_its_row_alone() -> None:
    members = of_bytes(pa.array([b"job", b"\xff"]))
    lists = pa.ListArray.from_arrays(pa.array([0, 1, 2], pa.int32()), members)
    kinds = [type(record) for record in read(parquet({"id": pa.array(["1", "2"]), "ties": lists}))]
    assert kinds == [Record, RejectedRecord]


@pytest.mark.parametrize(("said", "kind"), [(False, RejectedRecord), (True, ExcludedRecord)])
def test_a_row_that_repeats_the_names_is_no_form(*, said: bool, kind: type[SourceRecord]) -> None:
    found = read(of_texts([("1", "yes", "1", "job"), NAMES]), FileSettings(repeated_header=said))
    assert [type(record) for record in found] == [Record, kind]


def test_the_text_of_a_record_gives_its_cells_back() -> None:
    cells = ['a "b"', "c\nd", "e,f", "\r", ""]
    [record] = read(of_texts([cells], [*"abcde"]))
    assert [*csv.reader(io.StringIO(record.raw.decode(), newline=""))] == [cells]


def test_a_blank_record_of_one_column_has_a_text() -> None:
    assert [record.raw for record in read(of_texts([(None,)], ["id"]))] == [b'""']


def test_no_row_counts_as_cut_beside_one_that_is_rejected() -> None:
    """In CSV, a line without a delimiter that is rejected may be the rest of the cell before it."""
    notes = of_bytes(pa.array([b"a", b"\xff", b"c"]))
    scoring = run_of(opened(parquet({"danger": notes})))
    outcomes = [each for batch in scoring.outcome_batches() for each in batch]
    assert [codes(each) for each in outcomes] == [{"unreadable"}, {"undecodable"}, {"unreadable"}]


def codes(outcome: Outcome) -> set[str]:
    """The problems of a row but that a question has no column."""
    return {each.code for each in getattr(outcome, "problems", ())} - {"no-column"}


# The same forms as CSV


def run_of(source: Source) -> Scoring:
    scoring = open_scoring([source], SMALL, ScoreSettings(allow_all_missing=True))
    assert isinstance(scoring, Scoring), scoring
    return scoring


def scored(source: Source) -> str:
    scoring = run_of(source)
    rows = [scoring.build.rows(csv_segments(judged, scoring.shape), judged) for judged in scoring.lots()]
    assert scoring.adds_up
    return csv_head(SMALL, scoring.shape) + b"".join(rows).decode()


def without_lines(text: str) -> list[list[str]]:
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    assert rows[0][0] == "line"
    return [row[1:] for row in rows]


CELL = st.sampled_from(
    ["", " ", "yes", "No", "true", "7", "7.0", "8", "31", "job;kids", "A JOB", "job,kids", "Children, small",
     "Unknown", "declined", "NaN", 'a "b"', "c\nd", "e,f", "\u00fc", "'=1", "id", "danger"]
)  # fmt: skip


@given(st.lists(st.tuples(CELL, CELL, CELL, CELL), max_size=12), st.integers(1, 4))
def test_the_same_forms_as_csv_and_as_parquet_score_to_the_same_rows(
    rows: list[tuple[str, str, str, str]], group: int
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([NAMES, *rows])
    as_csv = open_csv("in.csv", io.BytesIO(written.getvalue().encode()), NOTHING_SAID)
    assert isinstance(as_csv, CsvSource)
    nulls = [[cell or None for cell in row] for row in rows]
    assert without_lines(scored(opened(of_texts(nulls, row_group_size=group)))) == without_lines(scored(as_csv))


def test_the_example_as_parquet_is_scored_and_inspected_as_the_csv_is(tmp_path: Path, run: Run) -> None:
    example, file = REPOSITORY / "examples" / "intake.csv", tmp_path / "intake.parquet"
    with example.open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    file.write_bytes(of_texts([[cell or None for cell in row] for row in rows], names))
    as_csv, as_parquet = run("score", example), run("score", file)
    assert (as_parquet.code, without_lines(as_parquet.out)) == (as_csv.code, without_lines(as_csv.out))
    assert as_parquet.out.splitlines()[1].startswith("1,F-0001,")
    assert "200 (from 200 rows)" in as_parquet.err
    csv_said, parquet_said = run("inspect", example), run("inspect", file)
    assert parquet_said.code == csv_said.code
    assert parquet_said.out.split("Id: ")[1] == csv_said.out.split("Id: ")[1]
    assert "Header: the names of its columns\nRecords: 200 (the file has 200 rows)" in parquet_said.out


@pytest.mark.parametrize("size", [1, 7])
def test_the_size_of_a_batch_makes_no_difference(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    content = parquet({"id": pa.array(map(str, range(20))), "ties": pa.array([["job", str(n % 3)] for n in range(20)])})
    wanted = read(content)
    monkeypatch.setattr(parquet_columns, "MOST_ROWS", size)
    assert read(content) == wanted


@pytest.mark.parametrize(("bound", "rows"), [("MOST_ROWS", 12), ("MOST_CELLS", 3), ("MOST_BYTES", 1)])
def test_a_batch_has_no_more_than_its_bounds(bound: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    long = of_texts([(f"{number:020}", "yes", "1", "job") for number in range(50)])
    columns = parquet_columns.open_columns(io.BytesIO(long))
    monkeypatch.setattr(parquet_columns, bound, 12)
    first = next(columns.batches())
    assert len(first[0]) == rows


def test_rejects_of_parquet_are_mended_and_scored_with_the_numbers_of_their_rows(tmp_path: Path, run: Run) -> None:
    file, rejects = tmp_path / "in.parquet", tmp_path / "rejects.csv"
    notes = of_bytes(pa.array([b"a", b"b\nb", b"\xff"]))
    danger, days, ties = pa.array(["no", "perhaps", "no"]), pa.array([1, 1, 7]), pa.array(["job"] * 3)
    file.write_bytes(
        parquet({"id": pa.array(["1", "2", "3"]), "danger": danger, "bad_days": days, "ties": ties, "note": notes})
    )
    questions = tmp_path / "small.yaml"
    questions.write_text(DANGER_DAYS_TIES, "utf-8")
    ran = run("score", file, "--questions", questions, "--rejects", rejects)
    assert ran.code == 1
    lines = [*csv.DictReader(io.StringIO(rejects.read_text("utf-8"), newline=""))]
    assert [(each["line"], each["last_line"], each["code"]) for each in lines] == [
        ("0", "0", "header"), ("2", "2", "unreadable"), ("3", "3", "undecodable"),
    ]  # fmt: skip
    rejects.write_text(rejects.read_text("utf-8").replace("perhaps", "yes").replace("\ufffd", "x"), "utf-8")
    again = run("score", rejects, "--questions", questions)
    rows = [*csv.DictReader(io.StringIO(again.out))]
    assert [(row["line"], row["id"], row["suggestion"]) for row in rows] == [("2", "2", "stay"), ("3", "3", "stay")]
    assert again.code == 0
    assert "2 (from 2 rows)" in again.err


# What cannot be read


@pytest.mark.parametrize(
    ("start", "wanted"),
    [(b"PAR1\x15\x04", True), (b"PARE\x15\x04", True), (b"PARE,\x01\0\0", True), (b"PAR1", True), (b"PAR1,id\n", False),
     (b"PAR1\n1\n2", False), (b"PAR2\x15", False), (b"", False)],
)  # fmt: skip
def test_parquet_is_known_by_its_start_and_a_column_of_that_name_is_csv(start: bytes, *, wanted: bool) -> None:
    assert is_parquet(start) == wanted
    if start and start.isascii() and b"," in start and not wanted:
        assert isinstance(open_csv("in.csv", io.BytesIO(start), NOTHING_SAID), CsvSource)


GOOD = of_texts([("1", "yes", "1", "job")] * 50)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (GOOD[:-1], "was cut, or is damaged"),
        (GOOD[:200], "was cut, or is damaged"),
        (b"PAR1\x15", "was cut, or is damaged"),
        (b"PAR1PAR1", "is damaged"),
        (GOOD[:-8] + b"\xff\xff\xff\x7fPAR1", "is damaged"),
        (GOOD[:-400] + bytes(392) + GOOD[-8:], "is damaged"),
    ],
)
def test_a_damaged_file_is_a_problem_of_the_file(content: bytes, message: str) -> None:
    found = problem(content)
    assert (found.code, found.line) == ("bad-parquet", None)
    assert found.message.endswith(message)
    assert found.hint


def test_damage_that_shows_later_stops_the_run_with_a_plain_message(tmp_path: Path, run: Run) -> None:
    rng = random.Random(1)  # noqa: S311 - nothing secret
    rows = [(str(rng.random()), "yes", "1", "job") for _ in range(20_000)]
    content = bytearray(of_texts(rows, row_group_size=10_000, compression="snappy", use_dictionary=False))
    half = len(content) * 6 // 10
    content[half : half + 2_000] = b"\xff" * 2_000
    source = opened(bytes(content))
    with pytest.raises(CannotGoOn, match=r"^in.parquet is damaged: it cannot be read after row [\d,]+ of 20,000$"):
        [*source.records()]
    assert source.account.adds_up
    file, out = tmp_path / "in.parquet", tmp_path / "out.csv"
    file.write_bytes(content)
    ran = run("score", file, "--allow-missing", "all", "-o", out)
    assert (ran.code, out.exists()) == (3, False)


def test_fewer_rows_than_the_file_says_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    source = opened(GOOD)
    first = [*parquet_columns.open_columns(io.BytesIO(GOOD)).batches()]
    monkeypatch.setattr(parquet_columns.ParquetColumns, "batches", lambda _: [[each[:-1] for each in first[0]]])
    with pytest.raises(CannotGoOn, match="damaged: it cannot be read after row 49 of 50"):
        [*source.records()]


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_ends_in_anything_but_a_plain_message(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - nothing secret
    for _ in range(40):
        content = bytearray(GOOD)
        for place in rng.sample(range(4, len(GOOD) - 4), rng.choice([1, 4])):
            content[place] = rng.randrange(256)
        source = open_parquet("in.parquet", io.BytesIO(content), NOTHING_SAID)
        if isinstance(source, TableSource):
            try:
                [*source.records()]
            except CannotGoOn as stop:
                assert str(stop).startswith("in.parquet is ")  # noqa: PT017 - most of the files raise nothing


class BadDisk(io.BytesIO):
    """A file that cannot be read any more, once that is said."""

    is_bad = False

    def read(self, size: int | None = -1, /) -> bytes:
        if self.is_bad:
            raise OSError(5, "Input/output error")
        return super().read(size)


@pytest.mark.parametrize("is_bad", [True, False])
def test_a_disk_that_fails_is_said_to_fail(*, is_bad: bool) -> None:
    file = BadDisk(GOOD)
    file.is_bad = is_bad
    with pytest.raises(CannotGoOn, match=r"^cannot read in\.parquet: "):
        read_until(file)


def read_until(file: BadDisk) -> None:
    """Open a file, and read it when its disk has failed."""
    source = open_parquet("in.parquet", file, NOTHING_SAID)
    assert isinstance(source, TableSource)
    file.is_bad = True
    [*source.records()]


class KeyOfItself(encryption.KmsClient):  # type: ignore[misc]  # it has no types
    """Keeps keys by writing them down, which is enough for a test."""

    def wrap_key(self, key_bytes: bytes, _name: str) -> bytes:
        return b64encode(key_bytes)

    def unwrap_key(self, wrapped_key: bytes, _name: str) -> bytes:
        return b64decode(wrapped_key)


def test_a_file_with_an_encrypted_column_is_said_to_be_encrypted() -> None:
    """Its columns have names that anybody can read, so that shows only in the rows."""
    keys = encryption.CryptoFactory(lambda _: KeyOfItself())
    said = encryption.EncryptionConfiguration(footer_key="f", column_keys={"k": ["danger"]}, plaintext_footer=True)
    how = keys.file_encryption_properties(encryption.KmsConnectionConfig(), said)
    source = opened(of_texts([("1", "yes", "1", "job")], encryption_properties=how))
    with pytest.raises(CannotGoOn, match="is encrypted in part: it cannot be read after row 0 of 1"):
        [*source.records()]


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (parquet({}), "no-header", "no columns"),
        (parquet({"a\0b": pa.array(["1"])}), "no-header", "nul"),
        (parquet({f"c{number}": pa.array([1]) for number in range(16_385)}), "too-many-columns", "16,385 columns"),
        (of_texts([], store_schema=False).replace(b"danger", b"d\xffnger"), "no-header", "undecodable"),
        (b"PARE" + GOOD[4:-4] + b"PARE", "encrypted-parquet", "encrypted"),
    ],
    ids=["none", "nul", "many", "undecodable", "encrypted"],
)
def test_what_else_keeps_a_file_from_being_read(content: bytes, code: str, message: str) -> None:
    found = problem(content)
    assert found.code == code
    assert message in found.message


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (FileSettings(encoding="utf-8"), "`encoding` is"),
        (FileSettings(delimiter=","), "`delimiter` is"),
        (FileSettings(skip_lines=1), "`skip_lines` is"),
        (FileSettings(header_rows=2, allow_unended=True), "`header_rows` and `allow_unended` are"),
    ],
)
def test_what_a_parquet_file_does_not_have_cannot_be_said_of_it(settings: FileSettings, names: str) -> None:
    found = problem(GOOD, settings)
    assert (found.code, found.message.startswith(names)) == ("unused-setting", True)


def test_one_row_of_header_may_be_said() -> None:
    """So a mapping can say that the first record is somebody's answers, although it looks like a second header."""
    assert len(read(GOOD, FileSettings(header_rows=1))) == 50


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_standard_input_cannot_be_parquet(command: str, run: Run) -> None:
    ran = run(command, "-", typed=GOOD)
    assert ran.code == 3
    assert "[needs-file]\nsave it as a file, and name that" in ran.err


@pytest.mark.parametrize("command", ["score", "inspect"])
def test_without_the_extra_it_is_said_what_to_install(
    command: str, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "in.parquet"
    file.write_bytes(GOOD)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    ran = run(command, file)
    assert ran.code == 3
    assert "[needs-extra]" in ran.err
    assert "\n  pip install 'iop-screen[parquet]'\n" in ran.err


def test_a_problem_of_a_column_names_no_line(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "in.parquet"
    file.write_bytes(GOOD)
    ran = run("score", file, "--id-column", "ref")
    assert ran.code == 3
    assert ", line" not in ran.err


def test_every_problem_of_a_parquet_file_is_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
    assert [code for code in PARQUET_PROBLEMS if f"| `{code}` |" not in reference] == []
