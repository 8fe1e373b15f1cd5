"""A file of SPSS is scored as the same forms in CSV are; one that is damaged ends nothing but its own reading."""

from __future__ import annotations

import csv
import io
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.questionnaires import HEADER, TWO_LEVELS
from support.running import Run
from support.sav_files import DATE, DATETIME, TIME, Cell, SavColumn, sav, sav_of_texts

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources import csv_problems, seekable, spss_script, spss_source
from iop_screen.batch.sources.opening import table_kind
from iop_screen.batch.sources.other_process import RUNNER, Bounds, Ended, values_of
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record, Source
from iop_screen.batch.sources.spreadsheet import reading
from iop_screen.batch.sources.spss_source import open_spss
from iop_screen.core.exits import CannotGoOn, Exit

pytest.importorskip("pyreadstat")

NOTHING_SAID = FileSettings()
BOUNDS = Bounds(500, 60)
QUESTIONS = (
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: bad_days, ask: Bad days?, role: risk, type: number, worse: higher, min: 0, max: 30}
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.},
        {id: days, when: {bad_days: {at_least: 7}}, level: stay, because: There are bad days.}]
"""
)
MAPPING = """
format: 1
id: from_spss
questionnaire: small
questions:
  danger: {column: danger, codes: {"1": yes, "2": no}, missing: {"9": declined}}
  bad_days: {column: bad_days, missing: {"97": not-shown, "99": declined}}
"""
CODED = [
    SavColumn("id", 8),
    SavColumn("danger", label="Danger?", value_labels={1: "Yes", 2: "No", 9: "Refused"}, missing=(9,)),
    SavColumn("bad_days", missing_range=(97, 99)),
]
FORMS: list[list[Cell]] = [["a", 1, None], ["b", 2, 7], ["c", 9, 99], ["d", None, 97], ["e", 2, 0.5]]


def opened(content: bytes, settings: FileSettings = NOTHING_SAID) -> Source:
    assert table_kind(content) == "SPSS"
    source = open_spss("in.sav", io.BytesIO(content), settings)
    assert not isinstance(source, InputProblem), source
    return source


def problem(content: bytes, settings: FileSettings = NOTHING_SAID) -> InputProblem:
    found = open_spss("in.sav", io.BytesIO(content), settings)
    assert isinstance(found, InputProblem)
    return found


def rows_of(content: bytes, settings: FileSettings = NOTHING_SAID) -> list[list[str]]:
    return [record.cells for record in opened(content, settings).records() if isinstance(record, Record)]


def test_codes_stay_as_they_are_and_blanks_blank() -> None:
    assert rows_of(sav(CODED, FORMS)) == [
        ["a", "1", ""],
        ["b", "2", "7"],
        ["c", "9", "99"],
        ["d", "", "97"],
        ["e", "2", "0.5"],
    ]


def test_rows_count_from_one_and_the_account_adds_up() -> None:
    source = opened(sav(CODED, FORMS))
    assert [record.line for record in source.records()] == [1, 2, 3, 4, 5]
    assert source.account.adds_up
    assert (source.account.lines, source.account.records, source.header.line) == (5, 5, None)
    assert source.header.names == ("id", "danger", "bad_days")


def test_what_counts_as_missing_and_what_codes_mean_is_said() -> None:
    assert opened(sav(CODED, FORMS)).remarks[1:] == (
        "codes that SPSS counts as missing, and that a mapping has to say: 'danger' 9; 'bad_days' 97 to 99",
        "what it says that codes mean: 'danger' 1 = 'Yes', 2 = 'No', 9 = 'Refused'",
    )


KINDS: list[tuple[SavColumn, Cell, str]] = [
    (SavColumn("whole"), 7, "7"),
    (SavColumn("broken"), -0.1, "-0.1"),
    (SavColumn("exact"), 2.0**53 - 1, "9007199254740991"),
    (SavColumn("not_exact"), 2.0**60, "1.152921504606847e+18"),
    (SavColumn("endless"), math.inf, "inf"),
    (SavColumn("date", shown_as=DATE), 13_983_235_200, "2025-11-23"),
    (SavColumn("first_date", shown_as=DATE), 0, "1582-10-14"),
    (SavColumn("no_date", shown_as=DATE), 1e15, "1000000000000000"),
    (SavColumn("no_date_given", shown_as=DATE), None, ""),
    (SavColumn("time", shown_as=DATETIME), 13_983_238_923, "2025-11-23 01:02:03"),
    (SavColumn("part", shown_as=DATETIME), 0.5, "1582-10-14 00:00:00.500000"),
    (SavColumn("span", shown_as=TIME), 30 * 3600, "30:00:00"),
    (SavColumn("before", shown_as=TIME), -61.25, "-00:01:01.250000"),
    (SavColumn("text", 12), "\u00fc; \u2028", "\u00fc; \u2028"),
    (SavColumn("blanks", 12), "  a  ", "  a"),
    (SavColumn("long", 250), "l" * 250, "l" * 250),
]


def test_each_kind_of_cell_becomes_a_text() -> None:
    [cells] = rows_of(sav([column for column, _, _ in KINDS], [[cell for _, cell, _ in KINDS]]))
    assert cells == [wanted for _, _, wanted in KINDS]


@pytest.mark.slow
def test_texts_in_another_encoding_are_read_with_it() -> None:
    content = sav([SavColumn("x", 8)], [["d\u00e9j\u00e0"]], encoding="cp1252")
    assert rows_of(content) == [["d\u00e9j\u00e0"]]
    wrongly = content.replace(b"cp1252", b"utf-8 ")
    source = opened(wrongly)
    with pytest.raises(CannotGoOn, match="encoding"):
        [*source.records()]
    assert rows_of(wrongly, FileSettings(encoding="cp1252")) == [["d\u00e9j\u00e0"]]


@pytest.mark.parametrize("rows", [0, 1, 5])
@pytest.mark.parametrize("most", [1, 2, 100])
def test_the_rows_are_the_same_in_pieces(rows: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spss_script, "MOST_CELLS", most * 3)
    about = type("About", (), {"column_names": ["a", "b", "c"], "original_variable_types": {}})()
    about.variable_storage_width = dict.fromkeys("abc", 8)
    all_rows = [[float(n), f"t{n}", None] for n in range(rows)]

    def read(
        *, row_offset: int = 0, row_limit: int = 0, metadataonly: bool = False, uncounted: bool = False
    ) -> tuple[dict[str, list[object]], object]:
        assert metadataonly or row_limit <= most
        assert not uncounted or row_offset == rows
        part = all_rows[row_offset:][:row_limit]
        return {name: [row[place] for row in part] for place, name in enumerate("abc")}, about

    assert [*spss_script.rows(read)] == [*([str(n), f"t{n}", ""] for n in range(rows)), rows]


# Damaged files, and what cannot be read at all


@pytest.mark.parametrize("kept", [5, pytest.param(400, marks=pytest.mark.slow)])
def test_a_file_that_is_cut_is_damaged(kept: int) -> None:
    found = problem(sav(CODED, FORMS)[:kept])
    assert (found.code, found.hint) == ("bad-spss", spss_source.AGAIN)


def test_a_file_that_is_cut_among_its_rows_ends_the_run_there() -> None:
    source = opened(sav(CODED, FORMS)[:-9])
    with pytest.raises(CannotGoOn, match="damaged, or was cut: it cannot be read after row") as stopped:
        [*source.records()]
    assert stopped.value.exit_code == Exit.FILE


@contextmanager
def script(tmp_path: Path, text: str) -> Iterator[Path]:
    path = tmp_path / "script.py"
    path.write_text(text)
    yield path


ENDS = "import os, sys\nprint('1', flush=True)\nos.kill(os.getpid(), 11)\n"


@pytest.mark.parametrize("says", [0, 1, 2])
def test_rows_that_a_file_does_not_count_are_not_lost(says: int) -> None:
    """The library reads no more rows than the file says it has."""
    content = bytearray(sav_of_texts(["id", "danger"], [["a", "no"], ["b", "no"], ["c", "yes"]]))
    content[80:84] = says.to_bytes(4, "little")
    with pytest.raises(CannotGoOn, match="has more rows than it says"):
        rows_of(bytes(content))


def test_a_file_may_leave_its_rows_uncounted_and_have_bytes_that_are_no_row() -> None:
    rows = [["a", "no"], ["b", "yes"]]
    content = bytearray(sav_of_texts(["id", "danger"], rows))
    assert rows_of(bytes(content) + b"xyz") == rows
    content[80:84] = b"\xff" * 4
    assert rows_of(bytes(content)) == rows


def test_a_process_that_a_fault_ends_is_no_end_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that reads such files has ended its process at a few damaged files."""
    with script(tmp_path, ENDS) as given:
        with values_of(given, (), io.BytesIO(b"x"), BOUNDS) as values:
            assert next(values) == 1
            with pytest.raises(Ended):
                next(values)
        monkeypatch.setattr(spss_source, "SCRIPT", given)
        assert problem(sav(CODED, FORMS)).code == "bad-spss"


def test_a_process_in_the_middle_of_its_work_ends_with_the_block(tmp_path: Path) -> None:
    with script(tmp_path, "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)\n") as given:
        with values_of(given, (), io.BytesIO(b"x"), BOUNDS) as values:
            number = next(values)
        assert isinstance(number, int)
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)


def test_a_program_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/program")
    with pytest.raises(CannotGoOn, match="second process"), values_of(Path("x"), (), io.BytesIO(), BOUNDS):
        pass


@pytest.mark.slow
def test_more_memory_than_it_may_have_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resource")
    monkeypatch.setattr(spss_source, "BOUNDS", Bounds(30, 60))
    assert problem(sav(CODED, FORMS)).code == "bad-spss"


def test_the_extra_is_asked_for_if_it_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spss_source, "find_spec", lambda _name: None)
    found = problem(sav(CODED, FORMS))
    assert (found.code, found.command[-1]) == ("needs-extra", "iop-screen[spss]")


def test_what_such_a_file_does_not_have_cannot_be_said_of_it() -> None:
    assert problem(sav(CODED, FORMS), FileSettings(delimiter=";")).code == "unused-setting"


def test_no_more_columns_are_read_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_problems, "MAX_COLUMNS", 2)
    assert problem(sav(CODED, FORMS)).code == "too-many-columns"


def test_more_than_the_bound_through_a_pipe_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped(io.BytesIO):
        def seekable(self) -> bool:
            return False

    content = sav(CODED, FORMS)
    assert not isinstance(open_spss("-", Piped(content), NOTHING_SAID), InputProblem)
    monkeypatch.setattr(seekable, "MAX_PIPED_BYTES", 20)
    found = open_spss("-", Piped(content), NOTHING_SAID)
    assert isinstance(found, InputProblem)
    assert found.code == "needs-file"


@pytest.mark.parametrize("program", [RUNNER, reading.SCRIPT, spss_source.SCRIPT])
def test_the_other_process_imports_nothing_of_the_package(program: Path) -> None:
    assert "iop_screen" not in program.read_text("utf-8")


# Whole runs


def without_lines(text: str) -> list[list[str]]:
    return [row[1:] for row in csv.reader(io.StringIO(text, newline=""))]


def test_coded_forms_score_through_a_mapping_as_the_same_csv_does(tmp_path: Path, run: Run) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONS)
    (tmp_path / "map.yaml").write_text(MAPPING)
    (tmp_path / "in.sav").write_bytes(sav(CODED, FORMS))
    (tmp_path / "in.csv").write_text("id,danger,bad_days\na,1,\nb,2,7\nc,9,99\nd,,97\ne,2,0.5\n")
    asked = ("--questions", tmp_path / "q.yaml", "--mapping", tmp_path / "map.yaml")
    as_csv, as_sav = run("score", tmp_path / "in.csv", *asked), run("score", tmp_path / "in.sav", *asked)
    assert (as_sav.code, without_lines(as_sav.out)) == (as_csv.code, without_lines(as_csv.out))
    reasons = [row["missing"] for row in csv.DictReader(io.StringIO(as_sav.out, newline=""))]
    assert reasons[2] == "danger:declined;bad_days:declined"
    said = run("inspect", tmp_path / "in.sav", *asked)
    assert "Records: 5 (the file has 5 rows)" in said.out


@pytest.mark.slow
def test_labels_of_codes_are_taken_for_the_mapping_that_inspect_writes(tmp_path: Path, run: Run) -> None:
    (tmp_path / "q.yaml").write_text(QUESTIONS)
    (tmp_path / "in.sav").write_bytes(sav(CODED, FORMS))
    asked = ("--questions", tmp_path / "q.yaml")
    said = run("inspect", tmp_path / "in.sav", *asked, "--write-mapping", tmp_path / "map.yaml")
    assert '"2" = No (A GUESS)' in said.out
    assert "codes that SPSS counts as missing" in said.out
    written = (tmp_path / "map.yaml").read_text("utf-8")
    (tmp_path / "map.yaml").write_text(written.replace("    guess: true\n", "").replace("guess: true\n", ""))
    scored = run("score", tmp_path / "in.sav", *asked, "--mapping", tmp_path / "map.yaml")
    rows = [*csv.DictReader(io.StringIO(scored.out, newline=""))]
    assert [row["suggestion"] for row in rows[:2]] == ["stay", "stay"]
    assert "danger:declined" in rows[2]["missing"]


@pytest.mark.slow
def test_the_example_as_spss_is_scored_as_the_csv_is(tmp_path: Path, run: Run) -> None:
    example, file = REPOSITORY / "examples" / "intake.csv", tmp_path / "intake.sav"
    with example.open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    file.write_bytes(sav_of_texts(names, rows))
    as_csv, as_sav = run("score", example), run("score", file)
    assert (as_sav.code, without_lines(as_sav.out)) == (as_csv.code, without_lines(as_csv.out))


@pytest.mark.skipif(not hasattr(os, "pread"), reason="such a file is read from a pipe here")
def test_the_file_that_both_processes_have_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "in.sav"
    path.write_bytes(sav(CODED, FORMS))
    with path.open("rb") as stream:
        stream.seek(3)
        with values_of(spss_source.SCRIPT, ("head", ""), stream, BOUNDS) as values:
            head = next(values)
        assert stream.tell() == 3
    assert isinstance(head, dict)
    assert head["columns"] == ["id", "danger", "bad_days"]


def test_the_codes_of_such_a_file_stand_in_the_reference() -> None:
    assert f"| `{spss_source.BAD_SPSS}` |" in (REPOSITORY / "docs" / "reference.md").read_text("utf-8")


SEVERAL = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: alone, ask: Is the person alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: ties, ask: Which ties?, role: access, type: multiple, options: [
          {{id: job, label: A job}}, {{id: school, label: School}}]}}
rules:
  - {{id: alone, when: {{alone: yes}}, first_step: help_now, because: They are alone.}}
"""


@pytest.mark.slow
def test_a_column_for_each_answer_is_known_by_the_label_of_its_code_1(tmp_path: Path, run: Run) -> None:
    boxes = [
        SavColumn("ties_1", value_labels={0: "Not selected", 1: "A job"}),
        SavColumn("ties_2", value_labels={0: "Not selected", 1: "School"}),
    ]
    (tmp_path / "forms.sav").write_bytes(sav([SavColumn("alone", 8), *boxes], [["no", 0, 1], ["no", 1, 1]]))
    (tmp_path / "q.yaml").write_text(SEVERAL)
    ran = run(
        "inspect", tmp_path / "forms.sav", "--questions", tmp_path / "q.yaml", "--write-mapping", tmp_path / "map.yaml"
    )
    assert '    ticks:\n      job: "ties_1"\n      school: "ties_2"\n' in (tmp_path / "map.yaml").read_text()
    assert '"ties_2" (school):' in ran.out


@pytest.mark.slow
def test_a_variable_is_known_by_its_label_if_that_is_the_text_of_a_question(tmp_path: Path, run: Run) -> None:
    columns = [
        SavColumn("v1", 8, label="Is the person alone?"),
        SavColumn("v2", 8, label="Which ties?"),
        SavColumn("v3", 8, label="Which ties?"),
    ]
    (tmp_path / "forms.sav").write_bytes(sav(columns, [["no", "job", ""]]))
    (tmp_path / "q.yaml").write_text(SEVERAL)
    ran = run("inspect", tmp_path / "forms.sav", "--questions", tmp_path / "q.yaml")
    assert 'alone <- column "v1" (1) A GUESS: the file calls it by the text' in " ".join(ran.out.split())
    assert "ties <-" not in ran.out
