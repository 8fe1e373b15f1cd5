"""Results as Parquet: the rows of JSON with their types, and what holds for all of them beside."""

from __future__ import annotations

import errno
import importlib.util
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given
from support.by_hand import json_by_hand, run_by_hand
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.paths import REPOSITORY
from support.running import Run
from support.scoring import scoring_of
from support.tables import Table, tables

from iop_screen import __version__
from iop_screen.batch.score import Scoring
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report import score_parquet
from iop_screen.report.score_output import METADATA_NAME
from iop_screen.report.score_parquet import parquet_rows, parquet_schema, parquet_writer

EXAMPLE = REPOSITORY / "examples" / "intake.csv"
ONCE = {"schema", "contacts"}
LISTS = {"reasons", "open_questions", "notes", "problems", "missing"}


def as_parquet(content: bytes | Mapping[str, bytes], compiled: CompiledQuestionnaire, **settings: Any) -> bytes:
    """What a run over a content gives, a lot at a time."""
    scoring = scoring_of(content, compiled, **settings)
    stream = io.BytesIO()
    schema = parquet_schema(compiled, scoring.shape)
    with parquet_writer(stream, schema) as writer:
        for judged in scoring.lots():
            writer.write(parquet_rows(judged, scoring.shape, schema))
    return stream.getvalue()


def rows_of_json(text: str) -> list[dict[str, object]]:
    """The rows without what stands once in a Parquet file."""
    return [{k: v for k, v in json.loads(line).items() if k not in ONCE} for line in text.splitlines()]


def both(run: Run, folder: Path, *words: object) -> tuple[pa.Table, list[dict[str, object]]]:
    """The rows of one run as Parquet, and those of the same run as JSON."""
    out = folder / "out.parquet"
    made = run("score", *words, "--format", "parquet", "-o", out, "--force")
    wanted = run("score", *words, "--format", "jsonl")
    assert (made.code, made.stdout, made.err) == (wanted.code, b"", wanted.err)
    return pq.read_table(out), rows_of_json(wanted.out)


def dirty(folder: Path) -> Path:
    """A file with what no other file should have: broken lines, odd cells, an id that comes twice."""
    lines = EXAMPLE.read_bytes().splitlines(keepends=True)
    lines[5] = lines[5].replace(b",", b"", 1)
    lines[9] = b"\xff" + lines[9]
    lines[12] = lines[13]
    lines[20] = b"=1;'x" + lines[20]
    lines[30] = b'"say ""\xc3\xa9""\nnext"' + lines[30][lines[30].index(b",") :]
    lines[40] = lines[40].replace(b"no", b"refused").replace(b"yes", b"maybe")
    file = folder / "dirty.csv"
    file.write_bytes(b"".join(lines))
    return file


@pytest.mark.parametrize("build", ["--no-fast", "--fast"])
def test_the_rows_are_those_of_json_also_where_a_file_is_dirty(run: Run, tmp_path: Path, build: str) -> None:
    table, wanted = both(run, tmp_path, dirty(tmp_path), "--keep", "id", build)
    assert table.to_pylist() == wanted
    assert {"rejected"} < {row["suggestion"] for row in wanted}
    assert any(row["problems"] and row["id"] is None for row in wanted)


def test_several_files_name_themselves_and_a_mapping_its_stamp(run: Run, tmp_path: Path) -> None:
    mapping = tmp_path / "clinic.yaml"
    mapping.write_text("format: 1\nid: clinic\nquestionnaire: level-of-care\n", encoding="utf-8")
    table, wanted = both(run, tmp_path, EXAMPLE, dirty(tmp_path), "--mapping", mapping)
    assert table.to_pylist() == wanted
    assert len({*table["file"].to_pylist()}) == 2
    said = json.loads(table.schema.metadata[METADATA_NAME.encode()])
    assert said["mapping"] is not None
    assert said["mapping"] == wanted[0]["mapping"]


def test_lists_are_lists_numbers_are_numbers_and_ids_are_kept_once(run: Run, tmp_path: Path) -> None:
    table, wanted = both(run, tmp_path, EXAMPLE, "--keep", "id")
    types = {field.name: field.type for field in table.schema}
    assert [*types] == [*wanted[0]]
    assert {name for name, kind in types.items() if pa.types.is_list(kind)} == LISTS
    assert {name for name, kind in types.items() if kind == pa.int64()} == {"line", "score_needs"}
    assert {name for name, kind in types.items() if kind == pa.string()} == {"id", "input_id"}
    others = {name for name, kind in types.items() if kind == pa.dictionary(pa.int32(), pa.string())}
    assert others == {*types} - LISTS - {"line", "score_needs", "id", "input_id"}


def test_the_file_says_what_holds_for_all_rows(run: Run, tmp_path: Path) -> None:
    table, wanted = both(run, tmp_path, EXAMPLE)
    first = json.loads(run("score", EXAMPLE, "--format", "jsonl").out.splitlines()[0])
    said = json.loads(table.schema.metadata[METADATA_NAME.encode()])
    same = ("schema", "questionnaire", "mapping", "disclaimer", "contacts")
    assert {name: said[name] for name in same} == {name: first[name] for name in same}
    assert (said["program"], said["site_settings"]) == (__version__, None)
    assert said["contacts"]
    assert wanted


def test_a_file_without_records_has_the_columns(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    file.write_bytes(EXAMPLE.read_bytes().splitlines(keepends=True)[0])
    table, wanted = both(run, tmp_path, file)
    assert (table.num_rows, wanted) == (0, [])
    assert "suggestion" in table.column_names


def test_a_row_group_ends_where_it_is_large_enough(
    monkeypatch: pytest.MonkeyPatch, compiled: CompiledQuestionnaire
) -> None:
    content = EXAMPLE.read_bytes()
    whole = as_parquet(content, compiled)
    for bound in ("GROUP_ROWS", "GROUP_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(score_parquet, bound, 1)
            parts = as_parquet({"a.csv": content, "b.csv": content}, compiled)
        assert pq.read_metadata(io.BytesIO(parts)).num_row_groups == 2
        assert pq.read_table(io.BytesIO(parts)).num_rows == 2 * pq.read_table(io.BytesIO(whole)).num_rows
    assert pq.read_metadata(io.BytesIO(whole)).num_row_groups == 1


def test_parquet_needs_a_file_and_has_no_explanations(run: Run, tmp_path: Path) -> None:
    without_file = run("score", EXAMPLE, "--format", "parquet")
    assert without_file.code == 2
    assert "--format parquet needs -o FILE" in without_file.err
    explained = run("score", EXAMPLE, "--format", "parquet", "-o", tmp_path / "out", "--explain")
    assert explained.code == 2
    assert "--explain goes with --format jsonl" in explained.err
    resumed = run("score", EXAMPLE, "--format", "parquet", "-o", tmp_path / "out", "--resume")
    assert resumed.code == 2
    assert "--resume does not go with --format parquet" in resumed.err
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("missing", ["pyarrow", "numpy"])
def test_without_the_extra_nothing_is_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr("iop_screen.cli.score.find_spec", lambda name: None if name == missing else found(name))
    ran = run("score", tmp_path / "no such file", "--format", "parquet", "-o", tmp_path / "out.parquet")
    wanted = "--format parquet needs more packages: pip install 'iop-screen[parquet]'"
    assert (ran.code, ran.err) == (3, f"iop-screen: {wanted}\n")


class Full(io.BytesIO):
    """A file on a disk that is full after so many bytes."""

    room = 100

    def write(self, content: Any, /) -> int:
        if self.tell() + memoryview(content).nbytes > self.room:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(content)


def write_all(stream: io.BytesIO, schema: pa.Schema, batches: list[pa.RecordBatch]) -> None:
    with parquet_writer(stream, schema) as writer:
        for batch in batches:
            writer.write(batch)


@pytest.mark.parametrize("room", [0, 100, 7_000])
def test_a_write_error_is_raised_as_it_is_and_no_end_is_written(compiled: CompiledQuestionnaire, room: int) -> None:
    stream = Full()
    stream.room = room
    scoring = scoring_of(EXAMPLE.read_bytes(), compiled)
    schema = parquet_schema(compiled, scoring.shape)
    batches = [parquet_rows(judged, scoring.shape, schema) for judged in scoring.lots()]
    with pytest.raises(OSError, match="No space left") as raised:
        write_all(stream, schema, batches)
    assert raised.value.errno == errno.ENOSPC
    assert not stream.getvalue().endswith(b"PAR1") or len(stream.getvalue()) == 4


def test_a_full_disk_is_exit_3_and_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iop_screen.core.files.os.fdopen", lambda _handle, _mode: Full())
    ran = run("score", EXAMPLE, "--format", "parquet", "-o", tmp_path / "out.parquet")
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.splitlines()[-1].endswith("out.parquet: no space left on device")
    assert [*tmp_path.iterdir()] == []


@given(table=tables(), sizes=LOT_SIZES)
def test_a_run_in_lots_gives_as_parquet_what_each_record_on_its_own_gives(table: Table, sizes: LotSizes) -> None:
    by_hand = table.begun()
    assume(isinstance(by_hand, Scoring))
    assert isinstance(by_hand, Scoring)
    wanted = rows_of_json(json_by_hand(run_by_hand(by_hand), by_hand).decode())
    stream = io.BytesIO()
    with lot_sizes(sizes):
        scoring = table.begun()
        assert isinstance(scoring, Scoring)
        schema = parquet_schema(scoring.compiled, scoring.shape)
        with parquet_writer(stream, schema) as writer:
            for judged in scoring.lots():
                writer.write(parquet_rows(judged, scoring.shape, schema))
    assert pq.read_table(stream).to_pylist() == wanted


def test_a_file_that_was_given_up_gets_no_end(compiled: CompiledQuestionnaire) -> None:
    stream = io.BytesIO()
    with pytest.raises(KeyboardInterrupt), parquet_writer(stream, parquet_schema(compiled)):
        raise KeyboardInterrupt
    assert stream.getvalue() == b"PAR1"
