"""Files that Spark scores: the same rows as `score` gives, or a run that stops and says why."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
from support.questionnaires import ready
from support.running import Run
from support.small_screening import SCREENING
from support.spark import Spark

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.spark.counts import SparkCounts
from iop_screen.batch.spark.output import Format
from iop_screen.batch.spark.places import FileSystems
from iop_screen.batch.spark.scoring import SparkTask, score_files
from iop_screen.batch.tally import RowOutcome

pytestmark = pytest.mark.slow

HEADER = "id,danger,shakes,remark\n"


class Folder:
    """A folder with files, and the Spark that scores them."""

    def __init__(self, spark: Spark, path: Path) -> None:
        self.path, self._session = path, spark.session

    def file(self, content: str | bytes, name: str = "forms.csv") -> Path:
        """A new file."""
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def scored(
        self,
        *inputs: object,
        settings: ScoreSettings | None = None,
        written: FileSettings | None = None,
        out: Format = "csv",
        questions: str = SCREENING,
    ) -> SparkCounts | tuple[InputProblem, ...]:
        """What a run comes to; its results are in the folder `out`."""
        task = SparkTask(
            [*map(str, inputs)],
            str(self.path / "out"),
            out,
            ready(questions),
            settings or ScoreSettings(),
            written or FileSettings(),
        )
        return score_files(self._session, FileSystems(self._session, local=True), task)

    def codes(self, *inputs: object, written: FileSettings | None = None) -> list[str]:
        """The codes of the problems for which a run is stopped; then it has written nothing."""
        problems = self.scored(*inputs, written=written)
        assert isinstance(problems, tuple)
        assert not (self.path / "out").exists()
        return [problem.code for problem in problems]

    def lines(self) -> list[str]:
        """The rows of the results with the header, in order, as they are written."""
        files = sorted((self.path / "out").glob("part-*.csv"))
        texts = [file.read_bytes().decode() for file in files]
        return sorted({line for text in texts for line in _rows(text)[:1]}) + sorted(
            line for text in texts for line in _rows(text)[1:]
        )


def _rows(text: str) -> list[str]:
    """The rows of CSV, each as it is written: a quoted cell can have line ends."""
    rows, open_row = list[str](), ""
    for line in text.split("\n")[:-1]:
        open_row += line
        if open_row.count('"') % 2:
            open_row += "\n"
        else:
            rows.append(open_row)
            open_row = ""
    return rows


@pytest.fixture
def folder(spark: Spark, tmp_path: Path) -> Folder:
    return Folder(spark, tmp_path)


@pytest.fixture
def screening(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SCREENING)
    return path


def without_line(text: str) -> list[str]:
    """The rows of `score` as Spark has them: no column `line`, and sorted."""
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    place = rows[0].index("line")
    header, *others = ([*row[:place], *row[place + 1 :]] for row in rows)
    return [_written([header]), *sorted(_written([row]) for row in others)]


def _written(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().removesuffix("\r\n")


ODD_ROWS = """\
1,no,Not at all,"said ""fine"", twice"
2,yes,"Bad
ly","two
lines"
3,no,a bit,a backslash at the end \\
4,no,"A bit","\\"
#5,no,none,a line that begins with a hash
 6 , YES , bad ,outer spaces
7,"",,""
,,,
"",,"",
=8,no,none,
-9,no,bad,
'10,no,,
\t11,no,,
\u00a0@12,no,,
\u200b+13,no,,
\uff1d14,no,,
"=15,""x"",y",no,,
"16
=",no,,
17,maybe,Badly,null
18,\\N,null,NULL
,no,some,no id
19,declined,unknown,declined
20,no,${env:HOME},{x} {{y}} ${spark.app.name}
${env:HOME}{0},no,none,
"21,22",no,none,
"2""3",no,none,
24 ,no,none,a space behind the id
\u00e925,no,none,
"""


def test_csv_has_the_bytes_of_score_but_for_the_line(folder: Folder, run: Run, screening: Path) -> None:
    path = folder.file(HEADER + ODD_ROWS)
    expected = without_line(run("score", path, "--questions", screening).out)
    counts = folder.scored(path)
    assert isinstance(counts, SparkCounts)
    assert folder.lines() == expected
    assert (counts.records, counts.blank, counts.rows) == (28, 2, 26)


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (HEADER + "1,no\n", "wrong-width"),
        (HEADER + "1,no,none,,\n", "wrong-width"),
        (HEADER + '1,no,none,"never closed\n2,yes,bad,\n3,yes,bad,\n', "swallowed-record unclosed-quote"),
        (HEADER + '1,no,"none,\n2,yes,bad,"\n3,no,none,\n', "wrong-width swallowed-record"),
        (HEADER + '1,no,none,x\n2,no,none,"cut\n', "unclosed-quote"),
        (HEADER.replace("\n", "\r\n") + '1,no,none,x\r\n2,no,none,"cut\r\n', "unclosed-quote"),
        ((HEADER + "1,no,none,caf").encode() + b"\xe9 x\n", "undecodable"),
        (HEADER + "1,no,none,\0\n", "nul"),
        (HEADER + "1,no,none,x\r\n2,no,none,y\n", "mixed-line-ends"),
        (HEADER + "1,no,none,x\n" + HEADER, "repeated-header"),
    ],
    ids=lambda value: value if isinstance(value, str) and "\n" not in value else "",
)
def test_rows_that_spark_would_misread_stop_the_run(folder: Folder, content: str | bytes, codes: str) -> None:
    long = content if isinstance(content, bytes) else content.encode()
    good = folder.file(HEADER + "8,no,none,\n", "good.csv")
    bad = folder.file(long, "b d%#.csv")
    problems = folder.scored(good, bad)
    assert isinstance(problems, tuple)
    assert [(problem.file, problem.code) for problem in problems] == [(str(bad), code) for code in codes.split()]
    assert problems[0].message.startswith("1 record: ")
    assert "without `--engine spark`" in problems[0].hint
    assert not (folder.path / "out").exists()


def test_a_cell_that_is_too_long_stops_the_run_without_a_word_of_it(folder: Folder) -> None:
    from iop_screen.core.exits import CannotGoOn  # noqa: PLC0415

    path = folder.file(HEADER + "1,no,none,telltale" + "x" * 2_000_000 + "\n")
    with pytest.raises(CannotGoOn) as stopped:
        folder.scored(path)
    assert "telltale" not in str(stopped.value)
    assert len(str(stopped.value)) < 200


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "no-header"),
        (HEADER.encode("utf-16"), "not-for-spark"),
        (HEADER + "1,no,none,", "unended"),
        ("\n" + HEADER + "1,no,none,\n", "text-above-header"),
        ("id;danger;shakes;remark\n1;no;none;\n", "wrong-delimiter"),
        (b"PK\x03\x04" + bytes(60), "not-csv"),
        (HEADER.replace("\n", "\r\n") + "1,no,none,\n2,yes,bad,\n", "mixed-line-ends"),
        ("id,danger,remark\n1,no,\n", "missing-columns"),
    ],
)
def test_a_file_is_looked_at_before_a_row_is_read(folder: Folder, content: str | bytes, code: str) -> None:
    assert folder.codes(folder.file(content)) == [code]


def test_a_file_without_a_last_line_end_is_taken_if_that_is_allowed(folder: Folder) -> None:
    counts = folder.scored(folder.file(HEADER + "1,yes,none,"), written=FileSettings(allow_unended=True))
    assert isinstance(counts, SparkCounts)
    assert counts.outcomes == {RowOutcome("emergency", "now", "now"): 1}


def test_a_line_end_within_quotes_is_none_of_the_file(folder: Folder) -> None:
    """A form that was written on one system, and saved on another."""
    counts = folder.scored(folder.file('"id",danger,shakes,remark\r\n1,no,none,"a\nb"\r\n2,no,none,"c\n""d"""\r\n'))
    assert isinstance(counts, SparkCounts)
    assert counts.records == 2


def test_a_quote_in_a_line_without_an_end_has_to_be_closed(folder: Folder) -> None:
    written = FileSettings(allow_unended=True)
    cut = folder.file(HEADER + '1,no,none,"said ""no""\n2,no,none,x"\n3,no,none,"cut')
    assert folder.codes(cut, written=written) == ["unclosed-quote"]


def test_files_are_read_by_the_names_of_their_columns(folder: Folder, run: Run, screening: Path) -> None:
    folder.file(HEADER + "1,no,bad,\n2,yes,none,\n", "in/a.csv")
    folder.file("\ufeffshakes,remark,id,danger\r\nnone,,3,yes\r\n", "in/b.csv")
    folder.file(HEADER, "in/empty.csv")
    folder.file("passed over", "in/_SUCCESS")
    assert isinstance(folder.scored(folder.path / "in"), SparkCounts)
    both = folder.file(HEADER + "1,no,bad,\n2,yes,none,\n3,yes,none,\n")
    assert folder.lines() == without_line(run("score", both, "--questions", screening).out)


def test_a_name_that_is_there_is_no_pattern(folder: Folder) -> None:
    exact = folder.file(HEADER + "1,no,none,\n", "f[1] {a,b}*.csv")
    folder.file(HEADER + "1,no,none,\n2,no,none,\n", "f1 a.csv")
    counts = folder.scored(exact)
    assert isinstance(counts, SparkCounts)
    assert counts.records == 1


def test_a_pattern_leads_to_all_files_that_it_fits(folder: Folder) -> None:
    folder.file(HEADER + "1,no,none,\n", "a1.csv")
    folder.file(HEADER + "1,no,none,\n2,no,none,\n", "a2.csv")
    counts = folder.scored(folder.path / "a*.csv", folder.path / "a1.csv")
    assert isinstance(counts, SparkCounts)
    assert (counts.records, counts.duplicates) == (3, 2)


def test_what_leads_to_no_file_is_said(folder: Folder) -> None:
    (folder.path / "empty").mkdir()
    folder.file(HEADER, "deep/er.csv")
    (folder.path / "deep" / "inner").mkdir()
    assert folder.codes(*(folder.path / name for name in ("none.csv", "x*.csv", "empty", "deep"))) == ["no-file"] * 4


@pytest.mark.parametrize("other", ["id,danger,shakes\n1,no,none\n", "id,danger,shakes,Remark\n1,no,none,\n"])
def test_files_with_other_columns_are_refused(folder: Folder, other: str) -> None:
    first = folder.file(HEADER + "1,no,none,\n", "a.csv")
    assert folder.codes(first, folder.file(other, "b.csv")) == ["other-columns"]


NUMBERS = SCREENING.replace(
    "      - {id: remark",
    """      - {id: days, ask: Days?, role: risk, type: number, worse: higher, min: 0, max: 7}
      - id: kinds
        ask: Which?
        role: context
        type: multiple
        options: [{id: a, label: A}, {id: none, label: None, exclusive: true}]
      - {id: remark""",
)


@pytest.mark.parametrize("out", ["csv", "parquet"])
@pytest.mark.parametrize(
    "rows",
    [
        "1,no,none,3,a,\n",
        "1,no,none,8,a,\n",
        "1,no,none,3,a;none,\n",
        "1,no,x,3,a,\n",
        "1,no,none,3,a,\n1,no,none,3,a,\n",
    ],
    ids=["clean", "out-of-range", "not-alone", "unreadable", "duplicate"],
)
def test_a_run_is_as_clean_as_score_finds_it(folder: Folder, run: Run, screening: Path, rows: str, out: Format) -> None:
    screening.write_text(NUMBERS)
    file = folder.file(f"id,danger,shakes,days,kinds,remark\n{rows}")
    counts = folder.scored(file, out=out, questions=NUMBERS)
    assert isinstance(counts, SparkCounts)
    assert counts.clean == (run("score", file, "--questions", screening).code == 0)


def test_no_row_gives_a_header_alone(folder: Folder) -> None:
    counts = folder.scored(folder.file(HEADER))
    assert isinstance(counts, SparkCounts)
    assert (counts.records, counts.rows) == (0, 0)


def test_parquet_gives_the_columns_of_score(folder: Folder, run: Run, screening: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    columns = {
        "id": pa.array([7, 12_345_678, None, 9, 9], pa.int64()),
        "danger": pa.array([True, False, None, None, False]),
        "shakes": pa.array(["A BIT", "bad", None, None, "none"]).dictionary_encode(),
        "remark": pa.array([["one", "two"], [], None, None, ["a;b"]]),
    }
    path = folder.path / "forms.parquet"
    pq.write_table(pa.table(columns), path)
    run("score", path, "--questions", screening, "--format", "parquet", "-o", folder.path / "own.parquet")
    counts = folder.scored(path, out="parquet")
    assert isinstance(counts, SparkCounts)
    own = pq.read_table(folder.path / "own.parquet").drop_columns("line").to_pylist()
    found = pq.read_table(folder.path / "out").to_pylist()
    first_of_nine = next(row for row in own if row["id"] == "9")
    first_of_nine["problems"] = ["record:duplicate-id", *first_of_nine["problems"]]  # Spark knows no first
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, own))
