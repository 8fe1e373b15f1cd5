"""Frames of every kind that lies in this process: the same results, in their order, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from support.frame_kinds import KINDS, rows_of
from support.mapped import COMPILED, START
from support.paths import REPOSITORY

import iop_screen
from iop_screen.batch.frames import duckdb_engine
from iop_screen.batch.frames.score_frame import frame_kind

TELLTALE = "telltale-5309"
NAMES = [str(question.id) for question in COMPILED.questions]
KIND = pytest.mark.parametrize("make", KINDS.values(), ids=[*KINDS])
EAGER = pytest.mark.parametrize(
    "make", [make for name, make in KINDS.items() if name != "duckdb"], ids=[name for name in KINDS if name != "duckdb"]
)


def table(**columns: Any) -> pa.Table:
    """A table with some columns; a column that is not given has texts that nobody answered."""
    size = len(next(iter(columns.values())))
    return pa.table({name: columns.get(name, pa.nulls(size, pa.string())) for name in (*columns, *NAMES)})


def scored(frame: Any, **settings: Any) -> list[dict[str, Any]]:
    return rows_of(iop_screen.score(frame, COMPILED, **settings))


FORMS = table(id=["a", "b", "c"], seizures=["yes", "No", "maybe"], sober=["yes", None, ""], nights=["3", "31", "2.0"])


@KIND
def test_a_frame_gives_what_its_rows_give(make: Any) -> None:
    expected = [*iop_screen.score(FORMS.to_pylist(), COMPILED)]
    joined = [{name: ";".join(v) if isinstance(v, tuple) else v for name, v in row.items()} for row in expected]
    found = scored(make(FORMS))
    assert found == [{name: row[name] for name in found[0]} for row in joined]
    assert {*joined[0]} - {*found[0]} == {"schema", "contacts"}


@KIND
def test_what_comes_back_is_of_the_same_kind(make: Any) -> None:
    frame = make(FORMS)
    assert type(iop_screen.score(frame, COMPILED)) is type(frame)


@KIND
@pytest.mark.parametrize("size", [0, 1])
def test_a_frame_may_be_empty_or_short(make: Any, size: int) -> None:
    assert [row["id"] for row in scored(make(FORMS.slice(0, size)))] == ["a", "b", "c"][:size]
    result = iop_screen.score(make(FORMS.slice(0, size)), COMPILED)
    result = result.collect() if isinstance(result, pl.LazyFrame) else result
    names = result.column_names if isinstance(result, pa.Table) else result.columns
    assert [*names][:2] == ["id", "suggestion"]


@KIND
def test_names_of_columns_do_no_harm(make: Any) -> None:
    """Names that the query has itself, or that would end it."""
    harmful = [
        "row",
        "forms",
        "answers",
        "again",
        "c0",
        "c1",
        "n1",
        "a0",
        'x"; DROP TABLE forms; --',
        "it's",
        "\u00e9",
        "\\",
    ]
    wide = FORMS
    for name in harmful:
        wide = wide.append_column(name, pa.array([TELLTALE] * 3))
    assert scored(make(wide.select([*harmful, *FORMS.column_names]))) == scored(make(FORMS))


@EAGER
def test_rows_keep_their_order_and_the_first_of_an_id_is_not_marked(make: Any) -> None:
    size = 5000
    ids = [str(number % 4000) for number in range(size)]
    rows = scored(make(table(id=ids, seizures=["yes", "no"] * (size // 2))))
    assert [row["id"] for row in rows] == ids
    marked = [place for place, row in enumerate(rows) if "record:duplicate-id" in row["problems"]]
    assert marked == [*range(4000, size)]
    assert [row["level_at_least"] == "live_in" for row in rows] == [True, False] * (size // 2)


def test_a_relation_has_no_first_row_so_all_of_an_id_are_marked() -> None:
    rows = scored(KINDS["duckdb"](table(id=["a", "b", " a "])))
    assert sorted((row["id"], row["problems"]) for row in rows) == [
        (" a ", "record:duplicate-id"),
        ("a", "record:duplicate-id"),
        ("b", ""),
    ]


@KIND
@pytest.mark.parametrize("count", [10, 101, 3000])
def test_a_column_may_have_many_texts(make: Any, count: int) -> None:
    """Few are compared one by one, many are looked up. A NULL among them is as an empty text."""
    nights = [f"{number % 30}.{number:05}" for number in range(count)]
    text = (
        START
        + "questions: {seizures: {column: nights, ranges: {no: {from: 0, below: 15}, yes: {from: 15, below: 31}}}}\n"
    )
    forms = table(id=[*map(str, range(count + 3))], nights=[*nights, "many", "", None]).select(["id", "nights"])
    rows = scored(
        make(forms), mapping=text.encode(), missing=[name for name in NAMES if name not in {"seizures", "nights"}]
    )
    levels = {row["id"]: row["level_at_least"] for row in rows}
    assert [levels[str(number)] for number in range(count)] == [
        "live_in" if number % 30 >= 15 else "home" for number in range(count)
    ]
    said = {row.pop("id"): row for row in rows}
    assert said[str(count)]["problems"].count("seizures:unreadable") == 1
    assert said[str(count + 1)] == said[str(count + 2)]
    assert "unreadable" not in said[str(count + 1)]["problems"]


def test_a_relation_has_a_bound_and_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duckdb_engine, "MOST_TEXTS", 1000)
    forms = table(id=[*map(str, range(2000))], nights=[f"{number % 30}.{number:05}" for number in range(2000)])
    text = (
        START
        + "questions: {seizures: {column: nights, ranges: {no: {from: 0, below: 15}, yes: {from: 15, below: 31}}}}\n"
    )
    forms = forms.select(["id", "nights"])
    with pytest.raises(
        iop_screen.FrameError, match=r"too-many-texts.*2,000 different texts.*to_arrow_table"
    ) as refusal:
        scored(KINDS["duckdb"](forms), mapping=text.encode(), missing="all")
    assert TELLTALE not in str(refusal.value)


# -------------------------------------------------------------------- what is refused


@KIND
@pytest.mark.parametrize(
    ("columns", "settings", "said"),
    [
        ({"id": ["a"]}, {}, r"\[no-question\]"),
        ({"id": ["a"], "seizures": ["no"], " seizures ": ["yes"]}, {}, r"\[two-columns\]"),
        ({"id": ["a"], "sober": ["no"]}, {}, r'\[missing-columns\].*`seizures`.*`missing=\["seizures"\]`'),
        (
            {"id": ["a"], "seizures": ["no"]},
            {"id_column": "form"},
            r"the frame has no column 'form', which `id_column` names",
        ),
        ({"seizures": [TELLTALE] * 10}, {}, r"\[nothing-readable\].*'seizures' as `seizures` \(10 filled\)"),
    ],
)
def test_what_keeps_a_frame_from_being_scored_is_said_in_words_of_python(
    make: Any, columns: dict[str, list[str]], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(iop_screen.FrameError, match=said) as refusal:
        scored(make(pa.table(columns)), **settings)
    assert "--" not in str(refusal.value)
    assert refusal.value.problems[0].command == ()
    assert TELLTALE not in str(refusal.value)


@KIND
def test_all_columns_may_be_missing_but_for_one(make: Any) -> None:
    (row,) = scored(make(pa.table({"sober": ["no"]})), missing="all")
    assert row["id"] is None
    assert "seizures:no-column" in row["problems"].split(";")


@KIND
def test_a_name_in_missing_has_to_be_a_question(make: Any) -> None:
    with pytest.raises(ValueError, match="`missing`: 'seizure' is no question of this questionnaire; did you mean"):
        scored(make(FORMS), missing=["seizure"])


@pytest.mark.parametrize("frame", [FORMS, FORMS.to_pylist()])
def test_one_question_in_missing_stands_in_a_list(frame: Any) -> None:
    """Else each of its letters would be a name."""
    with pytest.raises(TypeError, match=r"`missing` takes ids of questions in a list, as in \['sober'\], or \"all\""):
        [*iop_screen.score(frame, COMPILED, missing="sober")]


def test_columns_of_a_relation_may_have_one_name() -> None:
    relation = duckdb.connect().sql("SELECT 'a' AS id, 'yes' AS seizures, 1 AS other, 2 AS other")
    assert [row["level_at_least"] for row in scored(relation, missing="all")] == ["live_in"]
    with pytest.raises(iop_screen.FrameError, match="two-columns"):
        scored(relation.project("#1 AS id, #2 AS seizures, 'no' AS seizures"), missing="all")


def test_columns_of_a_table_may_have_one_name() -> None:
    doubled = FORMS.append_column("other", FORMS["id"]).append_column("other", FORMS["id"])
    assert scored(doubled) == scored(FORMS)
    with pytest.raises(iop_screen.FrameError, match="two-columns"):
        scored(FORMS.append_column("seizures", FORMS["id"]))


class Telltale:
    """Says what nobody is to read."""

    def __repr__(self) -> str:
        return TELLTALE


ODD: list[Any] = [
    TELLTALE,
    Telltale(),
    TELLTALE.encode(),
    {TELLTALE: 1},
    [TELLTALE, 1],
    TELLTALE + "\ud800",
    TELLTALE + "\0",
    complex(5309, 1),
]


@pytest.mark.parametrize("column", ["id", *NAMES])
def test_no_error_has_a_cell(column: str) -> None:
    """A value that cannot be read is unreadable, not an error; what stops a run names the column alone."""
    forms = pd.concat([FORMS.to_pandas().astype(object)] * 6, ignore_index=True)
    forms[column] = pd.Series((ODD * 3)[:18], dtype=object)
    try:
        iop_screen.score(forms, COMPILED)
    except iop_screen.FrameError as refusal:
        words = "".join(traceback.format_exception(refusal)) + repr(refusal.problems)
        assert TELLTALE not in words
        assert f"'{column}'" in words


def test_what_duckdb_says_of_a_cell_is_not_shown() -> None:
    relation = duckdb.connect().sql(
        f"SELECT 'a' AS id, CAST(CAST(x AS INTEGER) AS VARCHAR) AS seizures FROM (SELECT '{TELLTALE}' AS x)"
    )
    with pytest.raises(iop_screen.FrameError, match=r"\[frame-not-read\].*ConversionException") as refusal:
        iop_screen.score(relation, COMPILED, missing="all")
    assert TELLTALE not in "".join(traceback.format_exception(refusal.value)) + repr(refusal.value.problems)

    error: BaseException | None = refusal.value
    while error is not None:  # what keeps whole errors, such as a log of another program, keeps these, too
        assert TELLTALE not in str(error)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize("place", ["each column", "the connection"])
@pytest.mark.parametrize("count", [2, 2 * duckdb_engine.FEW_TEXTS])
def test_a_collation_of_duckdb_makes_no_two_texts_the_same(place: str, count: int) -> None:
    """Else one that cannot be read could become a "no", and one code another."""
    connection = duckdb.connect()
    connection.sql("SET default_collation = 'noaccent'" if place == "the connection" else "SELECT 1")
    kind = "VARCHAR COLLATE noaccent" if place == "each column" else "VARCHAR"
    connection.sql(f"CREATE TABLE forms (id {kind}, seizures {kind}, thoughts {kind})")
    plain = [f"no{number}" for number in range(count)]
    accented = [text.replace("o", "ó") for text in plain]
    for text in (*plain, *accented):
        connection.execute("INSERT INTO forms VALUES (?, ?, ?)", [text, text, f"n{text[1]}ne"])
    codes = ", ".join([*(f"{text}: no" for text in plain), *(f"{text}: yes" for text in accented)])
    mapped = (
        f"{START}questions:\n  thoughts: {{column: thoughts}}\n  seizures: {{column: seizures, codes: {{{codes}}}}}\n"
    )
    rows = scored(connection.table("forms"), mapping=mapped.encode(), missing="all", id_column="id")
    assert [row["id"] for row in rows if "thoughts:unreadable" in row["problems"]] == accented
    assert [row["id"] for row in rows if row["reasons"] == "seizure"] == accented
    assert not [row for row in rows if "duplicate-id" in row["problems"]]


# -------------------------------------------------------------------- each kind


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["x", "x", "y"], name="form"),
        pd.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")], names=["site", "form"]),
        pd.DatetimeIndex(["2024-01-01", "2024-01-03", "2024-01-02"]),
        pd.RangeIndex(7, 1, -2),
    ],
)
def test_the_index_of_pandas_comes_back_as_it_was(index: pd.Index) -> None:
    frame = FORMS.to_pandas().set_axis(index)
    before = frame.copy(deep=True)
    result = iop_screen.score(frame, COMPILED)
    pd.testing.assert_index_equal(result.index, index)
    pd.testing.assert_frame_equal(frame, before)


STATUS = START + "status: {column: state, score: [done], exclude: [draft]}\n"
STATES = FORMS.append_column("state", pa.array(["draft", "done", "lost"]))


@EAGER
def test_a_status_leaves_rows_out_or_rejects_them(make: Any) -> None:
    with pytest.warns(UserWarning, match="by their status, and in a frame these are not judged for danger") as told:
        rows = scored(make(STATES), mapping=STATUS.encode())
    assert [each.filename for each in told] == [__file__]
    assert [(row["id"], row["suggestion"], row["problems"]) for row in rows] == [
        ("b", "home", "nights:out-of-range"),
        ("c", "rejected", "record:unknown-status"),
    ]
    assert rows[1]["level_at_least"] is None
    assert rows[1]["reasons"] == ""


def test_the_index_of_pandas_goes_with_the_rows_that_are_left() -> None:
    frame = STATES.to_pandas().set_axis(["x", "y", "z"])
    with pytest.warns(UserWarning, match="by their status"):
        assert [*iop_screen.score(frame, COMPILED, STATUS.encode()).index] == ["y", "z"]


def test_types_of_a_result_are_text_and_whole_numbers(compiled: Any) -> None:
    everything = {"missing": "all"}
    forms = pa.table({"id": ["a", "b"], "suicide": ["no", "danger"]})
    arrow = iop_screen.score(forms, compiled, **everything)
    numbers = {name for name in arrow.column_names if name.startswith("score_")}
    assert numbers
    assert {field.name: str(field.type) for field in arrow.schema} == {
        name: "int64" if name in numbers else "string" for name in arrow.column_names
    }
    frame = pl.DataFrame(forms.to_pydict())
    polars = iop_screen.score(frame, compiled, **everything)
    lazy = iop_screen.score(frame.lazy(), compiled, **everything)
    assert lazy.collect_schema() == polars.schema == lazy.collect().schema
    assert {str(polars.schema[name]) for name in numbers} == {"Int64"}
    pandas = iop_screen.score(forms.to_pandas(), compiled, **everything)
    assert {str(pandas.dtypes[name]) for name in numbers} == {"Int64"}
    assert {str(pandas.dtypes[name]) for name in pandas.columns if name not in numbers} <= {"str", "object"}


def test_what_holds_for_all_rows_goes_with_a_table_and_a_frame_of_pandas() -> None:
    for said in (
        iop_screen.score(FORMS, COMPILED).schema.metadata[b"iop-screen"],
        iop_screen.score(FORMS.to_pandas(), COMPILED).attrs["iop-screen"],
    ):
        assert json.loads(said)["disclaimer"] == str(COMPILED.questionnaire.disclaimer)
        assert json.loads(said)["questionnaire"] == COMPILED.stamp


def test_a_lazy_frame_is_read_when_it_is_collected_and_only_what_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "forms.parquet"
    pl.from_arrow(FORMS.append_column("other", FORMS["id"])).write_parquet(file)  # type: ignore[union-attr]
    lazy = iop_screen.score(pl.scan_parquet(file), COMPILED)
    assert f"PROJECT {len(NAMES) + 1}/{len(NAMES) + 2} COLUMNS" in lazy.explain()
    assert lazy.head(2).collect().height == 2
    assert lazy.select(pl.len()).collect().item() == 3
    assert lazy.filter(pl.col("id") == "b").select("level_at_most").collect().to_dicts() == [{"level_at_most": "home"}]
    assert rows_of(lazy.collect(engine="streaming")) == scored(FORMS)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        lazy.collect()


def test_a_lazy_frame_says_at_once_what_is_wrong_with_its_columns_and_of_its_cells_when_it_is_collected() -> None:
    with pytest.raises(iop_screen.FrameError, match="missing-columns"):
        iop_screen.score(pl.LazyFrame({"id": ["a"], "sober": ["no"]}), COMPILED)
    lazy = iop_screen.score(pl.LazyFrame({"seizures": [TELLTALE] * 10}), COMPILED)
    with pytest.raises(iop_screen.FrameError, match="nothing-readable") as refusal:
        lazy.collect()
    assert TELLTALE not in str(refusal.value)


def test_nothing_of_ours_stays_in_a_connection_and_its_tables_are_not_taken_for_ours() -> None:
    connection = duckdb.connect()
    for name in ("forms", "answers", "asked", "rules", "known"):
        connection.execute(f"CREATE TEMP VIEW {name} AS SELECT 'yes' AS c0, 'yes' AS c1")
    relation = connection.sql("SELECT 'a' AS id, 'no' AS seizures")
    result = iop_screen.score(relation, COMPILED, missing="all")
    assert [row["level_at_least"] for row in rows_of(result)] == ["home"]
    kept = connection.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall()
    assert kept == [(5,)]
    assert connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall() == [(0,)]


def test_a_relation_is_lazy() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE kept (id VARCHAR, seizures VARCHAR)")
    connection.execute("INSERT INTO kept VALUES ('a', 'no')")
    result = iop_screen.score(connection.table("kept"), COMPILED, missing="all")
    connection.execute("INSERT INTO kept VALUES ('b', 'no'), ('c', 'yes')")
    rows = {row["id"]: row for row in rows_of(result)}
    assert rows["b"]["level_at_least"] == "home"
    assert "seizures:unreadable" in rows["c"]["problems"], "a text that was not there before is never a no"


@pytest.mark.parametrize(("first", "late"), [("", None), (None, "")])
def test_a_blank_that_comes_later_is_a_blank(first: str | None, late: str | None) -> None:
    """Whether it is NULL or an empty text, and which of them was there before."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE kept (id VARCHAR, state VARCHAR, seizures VARCHAR, remark VARCHAR)")
    connection.execute("INSERT INTO kept VALUES ('a', 'done', 'no', 'x'), ('first', $1, $1, $1)", [first])
    status = START + 'status: {column: state, score: [done, ""]}\n'
    with pytest.warns(UserWarning, match="by their status"):
        result = iop_screen.score(connection.table("kept"), COMPILED, status.encode(), missing="all")
    connection.execute("INSERT INTO kept VALUES ('late', $1, $1, $1)", [late])
    rows = {row.pop("id"): row for row in rows_of(result)}
    assert rows["late"] == rows["first"]
    assert "unreadable" not in rows["late"]["problems"]


@pytest.mark.slow
def test_no_file_is_left_behind(tmp_path: Path) -> None:
    script = "import pyarrow, iop_screen\nforms = pyarrow.table({'suicide': ['no']})\n"
    script += "iop_screen.score(forms, iop_screen.load(), missing='all')"
    home = tmp_path / "home"
    home.mkdir()
    here = {"PATH": "", "HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(REPOSITORY)}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=here, check=True)
    assert [*tmp_path.rglob("*")] == [home]


def test_two_threads_score_at_once() -> None:
    size = 2000
    forms = [table(id=[*map(str, range(size))], seizures=[word] * size) for word in ("yes", "no") * 2]
    results: list[tuple[int, set[str]]] = []

    def score(place: int) -> None:
        results.append((place, {row["level_at_least"] for row in scored(forms[place])}))

    threads = [threading.Thread(target=score, args=[place]) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [(0, {"live_in"}), (1, {"home"}), (2, {"live_in"}), (3, {"home"})]


# -------------------------------------------------------------------- what score takes


@pytest.mark.parametrize("value", [5, None, "forms.csv", b"", {"seizures": "yes"}, FORMS.to_batches()[0]])
def test_what_is_neither_a_frame_nor_rows_is_refused_without_its_value(value: Any) -> None:
    with pytest.raises(TypeError) as refusal:
        iop_screen.score(value, COMPILED)
    assert str(refusal.value) == (
        "score takes a frame of Polars, pandas, Arrow, DuckDB or Spark, or an iterable with a mapping for each person, "
        f"not {type(value).__name__}"
    )


def test_a_class_counts_by_its_package() -> None:
    class DataFrame(pd.DataFrame):  # type: ignore[misc]
        """A frame of somebody else, made from that of pandas."""

    of_spark_pandas = type("DataFrame", (), {"__module__": "pyspark.pandas.frame"})()
    of_spark = type("DataFrame", (), {"__module__": "pyspark.sql.connect.dataframe"})()
    assert frame_kind(DataFrame()) == "pandas"
    assert frame_kind(of_spark) == "spark"
    assert frame_kind(of_spark_pandas) is None
    assert frame_kind([]) is None


def test_rows_have_no_mapping_and_may_lack_every_question() -> None:
    with pytest.raises(TypeError, match="a mapping goes with a frame"):
        iop_screen.score([{}], COMPILED, b"")  # type: ignore[call-overload]
    (row,) = iop_screen.score([{"id": 1, "seizures": "yes"}], COMPILED, missing="all")
    assert row["level_at_least"] == "live_in"


MAPPED = START + "id_column: form\nquestions: {seizures: {column: 'Fits, ever', codes: {'1': yes, '2': no}}}\n"


@KIND
def test_a_mapping_is_a_path_or_bytes(make: Any, tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text(MAPPED)
    forms = pa.table({"form": [7, 8], "Fits, ever": [1, 2]})
    missing = [name for name in NAMES if name != "seizures"]
    for mapping in (MAPPED.encode(), file, str(file)):
        rows = scored(make(forms), mapping=mapping, missing=missing)
        assert [(row["id"], row["level_at_least"]) for row in rows] == [("7", "live_in"), ("8", "home")]
        assert {row["mapping"].partition("#")[0] for row in rows} == {"clinic"}


def test_a_mapping_that_cannot_be_used_says_all_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text("format: 1\nid: clinic\nquestions: {fits: {column: x}}\n")
    with pytest.raises(
        iop_screen.MappingError, match=r"map\.yaml:1:1: error: the key `questionnaire` is missing"
    ) as refusal:
        iop_screen.score(FORMS, COMPILED, file)
    assert len(refusal.value.problems) == 2
    with pytest.raises(iop_screen.MappingError, match="not-confirmed"):
        iop_screen.score(FORMS, COMPILED, (START + "questions: {seizures: {column: fits, guess: true}}\n").encode())
    with pytest.raises(OSError, match="No such file"):
        iop_screen.score(FORMS, COMPILED, tmp_path / "none.yaml")


@pytest.mark.parametrize("absent", ["duckdb", "sqlglot"])
def test_a_package_that_is_missing_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch, absent: str) -> None:
    from importlib.util import find_spec  # noqa: PLC0415

    monkeypatch.setattr(
        "iop_screen.batch.frames.score_frame.find_spec", lambda name: None if name == absent else find_spec(name)
    )
    for name in ("batch.frames.scoring", "batch.frames.arrow_frame", "batch.sql.dialect"):
        monkeypatch.setitem(sys.modules, f"iop_screen.{name}", None)  # nothing that needs it is imported before
    with pytest.raises(ModuleNotFoundError, match=rf"{absent}.*pip install 'iop-screen\[frames\]'") as refusal:
        iop_screen.score(FORMS, COMPILED)
    assert refusal.value.name == absent


def test_a_frame_with_no_question_is_told_of_mappings() -> None:
    with pytest.raises(iop_screen.FrameError, match=r"no column of the frame .* give a `mapping`; `iop-screen inspect"):
        iop_screen.score(pa.table({"0": ["a"]}), COMPILED)


def test_what_to_do_next_is_a_sentence() -> None:
    names = {"sezures" if name == "seizures" else name: ["no"] for name in NAMES}
    with pytest.raises(iop_screen.FrameError, match=r"`seizures`\. Did you mean 'sezures'"):
        iop_screen.score(pa.table(names), COMPILED)
