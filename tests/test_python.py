"""The Python API: its page is run, and it gives what the command line gives."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import pyarrow as pa
import pytest
from support.paths import REPOSITORY
from support.running import Run
from support.spark import Spark

import iop_screen

PAGE = (REPOSITORY / "docs" / "python.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
INTAKE = REPOSITORY / "examples" / "intake.csv"
QUESTIONNAIRE = iop_screen.load()
IDS = [str(question.id) for question in QUESTIONNAIRE.questions]


def rows_of_intake() -> list[dict[str, object]]:
    return [*csv.DictReader(io.StringIO(INTAKE.read_text("utf-8")))]


def plain(result: object) -> Any:
    return json.loads(json.dumps(result))


def test_the_examples_of_the_page_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    names: dict[str, object] = {}
    for example in EXAMPLES:
        exec(compile(example, "docs/python.md", "exec"), names)  # noqa: S102 - the examples are ours
    assert len(EXAMPLES) >= 6


NOTEBOOK = (REPOSITORY / "docs" / "notebook.md").read_text("utf-8")
CELL = re.compile(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
ON_SPARK = NOTEBOOK.index("\n## PySpark")


def shown(cell: str, names: dict[str, object]) -> str:
    """What a notebook shows for a cell: what it prints, and the value of its last line."""
    *before, last = ast.parse(cell).body
    assert isinstance(last, ast.Expr)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(before, []), "a cell", "exec"), names)  # noqa: S102 - the cells are ours
        value = eval(compile(ast.Expression(last.value), "a cell", "eval"), names)  # noqa: S307
    return printed.getvalue() + ("" if value is None else f"{value}\n")


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def test_the_cells_of_the_notebook_show_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("polars", "pandas", "duckdb", "pyarrow", "sqlglot"):
        pytest.importorskip(package)
    import polars as pl  # noqa: PLC0415

    monkeypatch.chdir(REPOSITORY)
    names: dict[str, object] = {}
    cells = CELL.findall(NOTEBOOK[:ON_SPARK])
    with pl.Config():
        assert [lines_of(shown(cell, names)) for cell, _ in cells] == [lines_of(said) for _, said in cells]
    assert len(cells) == NOTEBOOK[:ON_SPARK].count("```python") == 6
    urgent = cast("pl.LazyFrame", names["urgent"]).collect()
    assert urgent.height == 21, "13 emergencies, and 8 forms in which an emergency is not ruled out"


@pytest.mark.slow
def test_the_cell_of_the_notebook_on_spark_shows_what_it_says(monkeypatch: pytest.MonkeyPatch, spark: Spark) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert spark.query("SELECT 1 AS one")
    names: dict[str, object] = {"iop_screen": iop_screen, "questionnaire": QUESTIONNAIRE}
    ((cell, said),) = CELL.findall(NOTEBOOK[ON_SPARK:])
    assert lines_of(shown(cell, names)) == lines_of(said)


def test_all_that_is_public_is_there_and_documented() -> None:
    for name in iop_screen.__all__:
        assert getattr(iop_screen, name), name
        assert name == "__version__" or (getattr(iop_screen, name).__doc__ and name in PAGE), name
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        iop_screen.nothing  # noqa: B018 - to look is to ask


@pytest.mark.slow
def test_rows_get_what_the_command_gives_them(run: Run) -> None:
    """Every row, by `score`, and alone by `assess` and `explain`."""
    printed = [json.loads(line) for line in run("score", INTAKE, "--format", "jsonl", "--explain").out.splitlines()]
    short = [json.loads(line) for line in run("score", INTAKE, "--format", "jsonl").out.splitlines()]
    rows = rows_of_intake()
    scored = plain([*iop_screen.score(rows, QUESTIONNAIRE)])
    assert scored == [{name: value for name, value in row.items() if name != "line"} for row in short]
    for row, whole, brief in [*zip(rows, printed, short, strict=True)][::20]:
        answers = {name: value for name, value in row.items() if name != "id"}
        nowhere = {"line": None, "id": None}
        assert plain(iop_screen.assess(answers, QUESTIONNAIRE)) == brief | nowhere
        assert plain(iop_screen.explain(answers, QUESTIONNAIRE)) == whole | nowhere


def test_a_lot_is_no_border() -> None:
    """More rows than are judged at once come out one for one, in order."""
    rows = [{"id": str(number), "suicide": "danger" if number % 7 == 0 else "no"} for number in range(1500)]
    results = [*iop_screen.score(rows, QUESTIONNAIRE, missing={*IDS} - {"suicide"})]
    assert [result["id"] for result in results] == [row["id"] for row in rows]
    assert [result["suggestion"] == "emergency" for result in results] == [n % 7 == 0 for n in range(1500)]


@pytest.mark.parametrize(
    ("name", "value", "problems"),
    [
        ("suicide", "no", ()),
        ("suicide", None, ()),
        ("suicide", "", ()),
        ("suicide", "unknown", ()),
        ("suicide", iop_screen.MissingReason.DECLINED, ()),
        ("suicide", "maybe", ("suicide:unreadable",)),
        ("suicide", ["no", "danger"], ("suicide:unreadable",)),
        ("suicide", float("nan"), ("suicide:unreadable",)),
        ("emergency_now", False, ()),
        ("suicide", False, ("suicide:unreadable",)),
        ("concerns", ["substances;"], ("concerns:unreadable",)),
        ("concerns", ["None"], ("concerns:unreadable",)),
        ("emergency_now", 0, ("emergency_now:unreadable",)),
        ("concerns", ["substances", "mood_or_other"], ()),
        ("concerns", {"substances"}, ()),
        ("concerns", "substances;mood_or_other", ()),
        ("concerns", ["substances;mood_or_other"], ("concerns:unreadable",)),
        ("concerns", ["substances, mood_or_other"], ("concerns:unreadable",)),
        ("concerns", "substances, mood_or_other", ()),
        ("concerns", [], ()),
    ],
)
def test_a_value_is_an_answer_or_is_named(name: str, value: object, problems: tuple[str, ...]) -> None:
    assert iop_screen.assess({name: value}, QUESTIONNAIRE)["problems"] == problems


@pytest.mark.parametrize("value", [object(), b"no", {"no": 1}, ["no", None], [["no"]]])
def test_what_can_be_no_answer_is_refused_without_a_word_of_it(value: object) -> None:
    with pytest.raises(TypeError) as refusal:
        iop_screen.assess({"suicide": value}, QUESTIONNAIRE)
    assert str(refusal.value).startswith(
        "row 1, suicide: an answer is a text, a number, a bool, a list of texts or None, not "
    )
    assert str(refusal.value).endswith(f"not {type(value).__name__}")


@pytest.mark.parametrize(("truth", "suggestion"), [(True, "emergency"), (False, "undetermined")])
def test_a_truth_of_numpy_is_one_of_python(truth: bool, suggestion: str) -> None:  # noqa: FBT001 - a column
    numpy = pytest.importorskip("numpy")
    answers = {"emergency_now": numpy.bool_(truth)}
    assert iop_screen.assess(answers, QUESTIONNAIRE)["suggestion"] == suggestion


def test_a_name_that_is_no_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(
        ValueError, match="row 1: 'suicde' is no question of this questionnaire; did you mean `suicide`"
    ):
        iop_screen.assess({"suicde": "no"}, QUESTIONNAIRE)
    with pytest.raises(ValueError, match="'note' is no question"):
        [*iop_screen.score([{**rows_of_intake()[0], "note": "x"}], QUESTIONNAIRE)]


def test_a_generator_may_yield_the_same_mapping_again() -> None:
    """Else every person would get the answers of the last one."""

    def rows() -> Iterator[dict[str, object]]:
        row: dict[str, object] = {}
        for number, answer in enumerate(["danger", "no", "danger"]):
            row.update(id=number, suicide=answer)
            yield row

    results = [*iop_screen.score(rows(), QUESTIONNAIRE, missing={*IDS} - {"suicide"})]
    assert [result["id"] for result in results] == ["0", "1", "2"]
    assert [result["suggestion"] == "emergency" for result in results] == [True, False, True]


def test_an_id_column_that_is_a_question_is_refused_as_by_the_command(run: Run) -> None:
    assert "[id-is-answer]" in run("score", INTAKE, "--id-column", "age").err
    with pytest.raises(ValueError, match="`id_column` names the question `age`, and ids are shown in messages"):
        [*iop_screen.score(rows_of_intake(), QUESTIONNAIRE, id_column="age")]


@pytest.mark.parametrize("value", [1.5, float("nan"), ["a"], object()])
def test_what_can_be_no_id_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=f"row 1: an id is a text, a whole number or None, not {type(value).__name__}"):
        [*iop_screen.score([{**rows_of_intake()[0], "id": value}], QUESTIONNAIRE)]


class Series:
    """Goes through its values, as a row of a pandas frame does."""

    def __iter__(self) -> Iterator[str]:
        return iter(["18_64", "danger"])


@pytest.mark.parametrize("answers", [Series(), ["danger"], "danger", None])
def test_answers_that_are_no_mapping_are_refused_without_a_word_of_them(answers: Any) -> None:
    with pytest.raises(TypeError) as refusal:
        iop_screen.assess(answers, QUESTIONNAIRE)
    assert str(refusal.value) == f"row 1: answers are a mapping by question id, not {type(answers).__name__}"


def test_what_is_missing_has_to_be_a_question() -> None:
    with pytest.raises(ValueError, match="`missing`: 'agee' is no question of this questionnaire; did you mean `age`"):
        [*iop_screen.score([], QUESTIONNAIRE, missing=["agee"])]


def test_a_row_without_a_question_is_refused_wherever_it_stands() -> None:
    whole, cut = rows_of_intake()[:2]
    del cut["suicide"]
    with pytest.raises(ValueError, match="row 2 has no answer to suicide"):
        [*iop_screen.score([whole, cut], QUESTIONNAIRE)]


def test_numbers_are_read_as_they_are_written() -> None:
    source = (REPOSITORY / "tests" / "sample_questionnaires" / "ok" / "numbers.yaml").read_bytes()
    questionnaire = iop_screen.load(source)
    number = next(str(q.id) for q in questionnaire.questions if q.number_range)
    given = [iop_screen.assess({number: value}, questionnaire) for value in (3, 3.0, Decimal(3), "3")]
    assert all(result == given[0] for result in given)
    assert given[0]["problems"] == ()
    for value in (float("inf"), 10**400, Decimal("sNaN"), 1e-9, Fraction(1, 3)):
        assert iop_screen.assess({number: value}, questionnaire)["problems"] == (f"{number}:unreadable",)


def test_a_file_that_cannot_be_used_says_all_that_is_wrong(tmp_path: Any) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("format: 1\n", "utf-8")
    with pytest.raises(iop_screen.QuestionnaireError, match=r"bad\.yaml:1:1: error: the key `id` ") as refusal:
        iop_screen.load(path)
    assert len(refusal.value.problems) > 3
    with pytest.raises(OSError, match="No such file"):
        iop_screen.load(tmp_path / "none.yaml")


def test_to_import_it_imports_nothing_else() -> None:
    """The command line starts with this module, so what it needs waits until it is called."""
    told = "import sys, iop_screen; print(*sorted(name for name in sys.modules if name.startswith('iop_screen')))"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["iop_screen"]


@pytest.mark.parametrize("given", ["questions.yaml", b"format: 1", None])
def test_what_is_no_questionnaire_is_said_to_be_none(given: Any) -> None:
    calls = (iop_screen.assess, iop_screen.explain, lambda _, other: iop_screen.score([], other))
    for call in calls:
        with pytest.raises(TypeError, match=r"the questionnaire is what iop_screen\.load\(\) gives"):
            call({}, given)


@pytest.mark.parametrize(("given", "said"), [({"suicide": "d1"}, "not dict"), ("format: 1\nid: m\n", "not its text")])
def test_what_is_no_mapping_is_said_to_be_none(given: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"takes the path of a mapping or its bytes, {said}"):
        iop_screen.score(pa.table({"id": ["A"]}), QUESTIONNAIRE, given)


def test_a_mapping_of_another_questionnaire_is_answered_in_words_of_python() -> None:
    with pytest.raises(iop_screen.MappingError, match="give that questionnaire to `score`") as raised:
        iop_screen.score(pa.table({"id": ["A"]}), QUESTIONNAIRE, REPOSITORY / "examples" / "phq9-mapping.yaml")
    assert "--questions" not in str(raised.value)
