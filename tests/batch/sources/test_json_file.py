"""A file of JSON is scored as the same forms in CSV are, and what cannot be read of it is said."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import ijson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import strategies
from support.json_forms import JSON_WRITERS
from support.paths import REPOSITORY
from support.questionnaires import DANGER_DAYS_TIES, ready
from support.running import Run
from support.strategies import sheets, sketches

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.rejects import MESSAGES
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources import physical_lines, seekable, table_text
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.json_file import document_text, values
from iop_screen.batch.sources.json_file import open as json_open
from iop_screen.batch.sources.json_file.items import End, Item, list_items, outline
from iop_screen.batch.sources.json_file.open import open_json
from iop_screen.batch.sources.json_file.problems import JSON_PROBLEMS, JSON_REJECTIONS
from iop_screen.batch.sources.opening import table_kind
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source, SourceRecord
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_output import csv_head, csv_segments

NOTHING_SAID = FileSettings()
QUESTIONS = DANGER_DAYS_TIES.replace("max: 30}", "max: 30, ask_when: {danger: yes}}")
SMALL = ready(QUESTIONS)
NAMES = ("id", "danger", "bad_days", "ties")


def opened(content: bytes, settings: FileSettings = NOTHING_SAID) -> Source:
    source = open_json("in.json", io.BytesIO(content), settings, SMALL)
    assert not isinstance(source, InputProblem), source
    return source


def problem(content: bytes, settings: FileSettings = NOTHING_SAID) -> InputProblem:
    found = open_json("in.json", io.BytesIO(content), settings, SMALL)
    assert isinstance(found, InputProblem)
    return found


def read(content: bytes, settings: FileSettings = NOTHING_SAID) -> list[SourceRecord]:
    return [*opened(content, settings).records()]


def cells(value: str) -> dict[str, str]:
    """The cells that the members of an object come to, as they are written."""
    source = opened(b'[{"id": "x"}, ' + value.encode() + b"]")
    _, record = source.records()
    assert isinstance(record, Record), record
    assert source.header.names[0] == "id"
    return dict(zip(source.header.names[1:], record.cells[1:], strict=True))


# Cells


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ('{"a": "a b", "b": "", "c": null}', {"a": "a b", "b": "", "c": ""}),
        ('{"a": true, "b": false}', {"a": "true", "b": "false"}),
        ('{"a": 7, "b": 7.0, "c": 1.50}', {"a": "7", "b": "7.0", "c": "1.50"}),
        ('{"a": -0, "b": 1E400, "c": 1e-7}', {"a": "-0", "b": "1E400", "c": "1e-7"}),
        ('{"a": 90071992547409931234567}', {"a": "90071992547409931234567"}),
        ('{"a": ["job", "kids"], "b": ["job"], "c": []}', {"a": "job;kids", "b": "job", "c": ""}),
        ('{"a": [1, 2.50, true]}', {"a": "1;2.50;true"}),
        ('{"a": ["a;b"], "b": ["a", null], "c": ["a", " "]}', {"a": '["a;b"]', "b": '["a",null]', "c": '["a"," "]'}),
        ('{"a": [["b"]], "b": [{"c": 1.50}]}', {"a": '[["b"]]', "b": '[{"c":1.50}]'}),
        ('{"a": {"b": 1, "c": {"d": [2, 3]}}}', {"a.b": "1", "a.c.d": "2;3"}),
        ('{"a": {}, "b": 1}', {"b": "1"}),
        ('{"a": {"job": false, "kids": true}}', {"a.job": "false", "a.kids": "true"}),
        ('{"a": "b\\nc\\u00fc\\"", "d": "e;f"}', {"a": 'b\nc\u00fc"', "d": "e;f"}),
    ],
)  # fmt: skip
def test_each_kind_of_value_becomes_texts(value: str, wanted: dict[str, str]) -> None:
    assert cells(value) == wanted


def test_the_columns_are_the_keys_in_the_order_in_which_they_come() -> None:
    source = opened(b'[{"b": 1, "a": {"x": 2}}, {"c": 3, "b": 4}]')
    assert source.header.names == ("b", "a.x", "c")
    assert [record.cells for record in source.records() if isinstance(record, Record)] == [
        ["1", "2", ""],
        ["4", "", "3"],
    ]


def test_a_list_is_read_as_its_members_and_one_that_cannot_be_told_apart_as_none() -> None:
    ties = [["job", "Children, small"], ["job;kids"], ["job", None], [], {"kids": True}]
    objects = [{"danger": False, "ties": each} for each in ties]
    rows = scored_rows(opened(json.dumps(objects).encode()))
    assert [row["suggestion"] for row in rows] == ["stay", *["undetermined"] * 4]
    assert ["ties:unreadable" in row["problems"] for row in rows] == [False, True, True, False, True]


def test_an_object_where_others_have_a_value_is_no_answer_and_not_blank() -> None:
    given = b"""{"danger": "no", "a": 1}
{"danger": {"value": "yes"}}
{"danger": {"value": null}}
{"danger.": "x"}
"""
    found = [record.cells[0] for record in read(given) if isinstance(record, Record)]
    assert found == ["no", "{...}", "", "{...}"]
    assert opened(given).header.names == ("danger", "a", "danger.value", "danger.")


def test_an_answer_that_was_hidden_again_is_told() -> None:
    """Programs such as SurveyJS keep it in a form that is not finished; it must not count, nor be lost."""
    [row] = scored_rows(opened(b'{"danger": "no", "bad_days": 9, "ties": [], "danger-Comment": "was yes"}'))
    assert row["suggestion"] == "undetermined"
    assert "bad_days:answered-but-not-asked" in row["problems"]


# Where the forms stand


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (b'{"id": 1}\n{"id": 2}', "a form on each line"),
        (b'\xef\xbb\xbf{"id": 1}\r\n{"id": 2}\r\n', "a form on each line"),
        (b'{"id": 1\n{"id": 2}\n{"id": 3}\n', "a form on each line"),
        (b'{"id": "1\n{"id": 2}\n{"id": 3}\n', "a form on each line"),
        (b'[{"id": 1}, {"id": 2}]', "a list of forms;"),
        (b'\xef\xbb\xbf [\n{"id": 1},\n{"id": 2}]\n', "a list of forms;"),
        (b'{"n": [1], "data": [{"id": 1}, {"id": 2}], "next": null}', "under 'data'"),
        (b'{"n": {"a": [{}]}, "data": [\n{"id": 1},\n{"id": 2}\n]\n}\n', "under 'data'"),
        (b'{"data": [\n{"id": 1}\n,{"id": 2}]}', "under 'data'"),
    ],
)
def test_lines_a_list_and_a_list_in_an_object_are_told_apart(content: bytes, remark: str) -> None:
    source = opened(content)
    assert remark in source.remarks[0]
    good = [record.cells for record in source.records() if isinstance(record, Record)]
    assert good in ([["1"], ["2"]], [["2"], ["3"]])
    assert source.account.adds_up


@pytest.mark.parametrize(
    "content",
    [
        b'{"id": "1", "danger": "yes"}',
        b'{"id": "1",\n"danger": "yes"\n}\n',
        b'{"id": "1", "danger": "yes", "who": [{"name": "x"}]}',
    ],
)
def test_an_object_with_a_question_in_it_is_one_form(content: bytes) -> None:
    source = opened(content)
    [record] = source.records()
    assert isinstance(record, Record)
    assert record.cells[:2] == ["1", "yes"]
    assert source.remarks == ("it is JSON, one object: it is read as one form",)


def test_several_lists_of_objects_are_not_guessed_between() -> None:
    found = problem(b'{"a": [{"id": 1}], "b": [{"id": 2}]}')
    assert (found.code, "'a', 'b'" in found.message) == ("several-lists", True)


# Records


def test_lines_count_from_one_and_the_account_adds_up_at_each() -> None:
    source = opened(b'{"id": 1}\n\n \n{"id": 2}\n[3]\n')
    seen = []
    for record in source.records():
        assert source.account.adds_up
        seen.append((type(record), record.line, record.raw))
    assert seen == [(Record, 1, b"1"), (Record, 4, b"2"), (RejectedRecord, 5, b"[3]")]
    assert (source.account.lines, source.account.blank, source.account.records) == (5, 2, 3)


REJECTED = {
    b'{"id": 1, "id": 2}': "duplicate-key",
    b'{"a.b": 1, "a": {"b": 2}}': "duplicate-key",
    b'{"id": NaN}': "bad-number",
    b'{"id": "\\ud800"}': "undecodable",
    b'{"id": "\xff"}': "undecodable",
    b'{"id": "\\u0000"}': "nul",
    b'{"id": ' + b"[" * 70 + b"]" * 70 + b"}": "too-deep",
    b"[1]": "no-object",
    b"null": "no-object",
    b'"text"': "no-object",
}


@pytest.mark.parametrize(("raw", "code"), [*REJECTED.items(), (b'{"id": 1,}', "bad-json"), (b'{"id": "1', "bad-json")])
def test_a_bad_line_is_rejected_alone(raw: bytes, code: str) -> None:
    first, bad, last = read(b'{"id": 1}\n' + raw + b'\n{"id": 2}\n')
    assert isinstance(bad, RejectedRecord)
    assert (bad.line, bad.code) == (2, code)
    assert [type(first), type(last)] == [Record, Record]


@pytest.mark.parametrize(("raw", "code"), REJECTED.items())
def test_a_bad_member_of_a_list_is_rejected_alone(raw: bytes, code: str) -> None:
    first, bad, last = read(b'{"data": [{"id": 1}, ' + raw + b', {"id": 2}]}')
    assert isinstance(bad, RejectedRecord)
    assert (bad.line, bad.code) == (2, code)
    assert [type(first), type(last)] == [Record, Record]


@pytest.mark.parametrize(
    "long", [b'{"id": "%s"}' % (b"x" * 300), b'{"id": [%s1]}' % (b"1, " * 99), b'"%s"' % (b"x" * 300), b"1" * 300]
)
@pytest.mark.parametrize("block", [7, 100, 5000])
def test_what_is_too_long_is_passed_over(long: bytes, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_text, "MAX_RECORD_BYTES", 200)
    monkeypatch.setattr(document_text, "BLOCK_BYTES", block)
    found = [*list_items(io.BytesIO(b'[{"id": 1}, ' + long + b', {"id": 2}]'))]
    assert [type(item) for item in found] == [Item, Item, Item]
    assert [item.value for item in found if isinstance(item, Item)][1] == values.BadValue("too-long")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_that_is_too_long_is_rejected_alone(place: int) -> None:
    lines = [b'{"id": 1}\n', b'{"id": 2}\n']
    lines.insert(place, b'{"id": "%s"}\n' % (b"x" * physical_lines.MAX_RECORD_BYTES))
    rejected = [isinstance(each, RejectedRecord) for each in read(b"".join(lines))]
    assert rejected == [each == place for each in range(3)]


def test_what_is_too_long_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_text, "MAX_RECORD_BYTES", 1000)
    pieces = iter([*([b'{"a": ', b'"%s"' % (b"x" * 900), b', "b": [']) * 2, *([b"[], "] * 2_000), b"]}]}", b""])
    stream = io.BytesIO()
    stream.read = lambda _size=-1: next(pieces)  # type: ignore[method-assign]
    text = document_text.DocumentText(stream)
    assert text.value() is None
    assert len(text._block) < 2_000  # noqa: SLF001 - nothing else shows it


@pytest.mark.parametrize(("said", "kind"), [(False, RejectedRecord), (True, ExcludedRecord)])
def test_an_object_that_repeats_the_keys_is_no_form(*, said: bool, kind: type[SourceRecord]) -> None:
    found = read(b'[{"id": "id", "danger": "danger"}, {"id": "1"}]', FileSettings(repeated_header=said))
    assert [type(record) for record in found] == [kind, Record]


# What cannot be read on


BROKEN = [
    b', {"id": 3,}]', b', {"id": "3]', b', {"id": 3', b",", b", ]", b" {}]", b"", b"]]", b'] {"id": 3}', b"]x",
    b', {"id": 3]]', b", {'id': 3}]",
    b', {"id": NaN, oops}]', b', {"id": 1, "id": 2, }]', b', {"id": "\\ud800", }]', b', {"id": "\xff", }]',
]  # fmt: skip


@pytest.mark.parametrize("rest", BROKEN)
def test_a_list_that_is_no_json_from_some_place_on_is_refused_and_the_place_is_said(rest: bytes) -> None:
    found = problem(b'[{"id": 1}, {"id": 2}' + rest)
    assert found.code == "bad-json"
    assert re.search(r"after item 2 of its list, at byte [23]\d$", found.message)


@pytest.mark.parametrize(
    "rest", [b"", b"]", b"],", b'], "total"}', b'], "total": 2', b'], "total": }', b'], "total": 2}}', b'], "a": [1,]}']
)
def test_an_object_around_a_list_has_to_be_json_too(rest: bytes) -> None:
    assert problem(b'{"n": 1, "data": [{"id": 1}' + rest).code == "bad-json"


def test_a_list_that_stands_there_twice_is_not_read_as_one() -> None:
    found = problem(b'{"data": [{"id": 1}], "data": [{"id": 2}]}')
    assert (found.code, "after item 1 of its list, at byte 23" in found.message) == ("duplicate-key", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"', "bad-json"),
        (b'{"a": 1}x', "bad-json"),
        (b'{"id":\n1}\n{"id":\n2}\n', "bad-json"),
        (b'{"a": 1, "a": 2}', "duplicate-key"),
        (b'{"a": {"b": 1, "b": 2}}', "no-header"),
        (b"[{", "bad-json"),
        (b"[]", "no-header"),
        (b"{}", "no-header"),
        (b'["a"]', "no-header"),
        (b"[[" * 500, "bad-json"),
        (b"[" * 500 + b"]" * 500, "no-header"),
        (b'{"a": NaN}', "no-header"),
        (b'{"a\\u0000": 1}', "no-header"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused(content: bytes, code: str) -> None:
    assert table_kind(content) == "JSON"
    assert problem(content).code == code


@pytest.mark.parametrize("content", [b"[" * 12, b'{"a": ' + b"[" * 12, b'[{"id": 1}, ' + b"[" * 11 + b"]" * 11 + b"]"])
def test_brackets_without_end_are_not_passed_over(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document_text, "ENDLESS_DEPTH", 10)
    assert problem(content).code == "too-deep"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_json_that_is_not_utf8_is_refused(encoding: str) -> None:
    content = '[{"id": 1}]'.encode(encoding)
    assert table_kind(content) == "JSON"
    assert problem(content).code == "wrong-encoding"


def test_no_more_columns_are_read_than_a_sheet_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_open, "MAX_COLUMNS", 3)
    assert len(opened(b'[{"a": 1, "b": 2}, {"c": 3}]').header.names) == 3
    assert problem(b'[{"a": 1, "b": 2}, {"c": 3, "d": 4}]').code == "too-many-columns"


def test_a_small_file_cannot_have_very_many_blank_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each record has a cell for each column, so a file of 500 KB took a minute."""
    monkeypatch.setattr(table_text, "SPARSE_FROM_CELLS", 1_000)
    monkeypatch.setattr(table_text, "SPARSE", 10)
    alone = b"".join(b'{"danger": "no", "k%d": 1}\n' % number for number in range(40))
    found = problem(alone)
    assert (found.code, "41 columns" in found.message) == ("too-many-columns", True)
    assert len(read(b'{"danger": "no", "k": 1}\n' * 600)) == 600
    answers = b'"item": [{"linkId": "k%d", "answer": [{"valueString": "x"}]}]'
    responses = b"".join(b'{"resourceType": "QuestionnaireResponse", ' + answers % each + b"}\n" for each in range(40))
    assert problem(responses).code == "too-many-columns"


def test_what_a_json_file_does_not_have_cannot_be_said_of_it() -> None:
    found = problem(b'{"id": 1}', FileSettings(delimiter=";", sheet="x"))
    assert (found.code, "a JSON file" in found.message) == ("unused-setting", True)


@pytest.mark.parametrize("later", [b'[{"ix": 1}]', b'[{"id": 1} '])
def test_a_file_that_changes_while_it_is_read_ends_the_run(later: bytes) -> None:
    stream = io.BytesIO(b'[{"id": 1}]')
    source = open_json("in.json", stream, NOTHING_SAID, SMALL)
    assert not isinstance(source, InputProblem)
    stream.seek(0)
    stream.write(later)
    with pytest.raises(CannotGoOn, match="changed while it was read") as stopped:
        [*source.records()]
    assert stopped.value.exit_code == Exit.FILE


class Piped(io.BytesIO):
    """What comes through a pipe."""

    def seekable(self) -> bool:
        return False


def test_what_comes_through_a_pipe_is_held_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seekable, "MAX_PIPED_BYTES", 20)
    small, large = (open_json("-", Piped(b'{"danger": "yes"}' + b" " * n), NOTHING_SAID, SMALL) for n in (0, 9))
    assert not isinstance(small, InputProblem)
    assert len([*small.records()]) == 1
    assert isinstance(large, InputProblem)
    assert large.code == "needs-file"


# The same as other readers


SCALARS = st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
MEMBERS = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('ab[{"\\', max_size=3), inner, max_size=3),
)


@given(st.lists(MEMBERS, max_size=6), st.integers(1, 9), st.booleans(), st.sampled_from([None, 0, 1]))
def test_the_members_of_a_list_are_those_that_another_reader_finds(
    members: list[object],
    block: int,
    wrapped: bool,  # noqa: FBT001 - drawn
    indent: int | None,
) -> None:
    content = json.dumps({"x": {"y": ["]"]}, "list": members, "z": 1} if wrapped else members, indent=indent).encode()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(document_text, "BLOCK_BYTES", block)
        found = [*list_items(io.BytesIO(content), "list" if wrapped else None)]
        assert outline(io.BytesIO(content)).end is None
    assert [json.loads(item.raw) for item in found if isinstance(item, Item)] == members
    assert members == [*ijson.items(io.BytesIO(content), "list.item" if wrapped else "item")]


@given(st.lists(MEMBERS, min_size=1, max_size=4), st.data())
def test_a_list_that_is_cut_anywhere_has_an_end(members: list[object], data: st.DataObject) -> None:
    content = json.dumps(members).encode()
    cut = data.draw(st.integers(1, len(content) - 1))
    *items, end = list_items(io.BytesIO(content[:cut]))
    assert isinstance(end, End)
    assert [json.loads(item.raw) for item in items if isinstance(item, Item)] == members[: len(items)]


def run_of(source: Source, compiled: CompiledQuestionnaire) -> Scoring:
    scoring = open_scoring([source], compiled, ScoreSettings(allow_all_missing=True))
    assert isinstance(scoring, Scoring), scoring
    return scoring


def scored(source: Source, compiled: CompiledQuestionnaire = SMALL) -> str:
    scoring = run_of(source, compiled)
    rows = [scoring.build.rows(csv_segments(judged, scoring.shape), judged) for judged in scoring.lots()]
    assert scoring.adds_up
    return csv_head(compiled, scoring.shape) + b"".join(rows).decode()


def scored_rows(source: Source) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(scored(source), newline=""))]


def without_lines(text: str) -> list[list[str]]:
    rows = [*csv.reader(io.StringIO(text, newline=""))]
    assert rows[0][0] == "line"
    return [row[1:] for row in rows]


CELL = st.sampled_from(
    ["", " ", "yes", "No", "true", "7", "7.0", "8", "31", "job;kids", "A JOB", "job,kids", "Children, small",
     "Unknown", "declined", "NaN", 'a "b"', "c\nd", "e,f", "\u00fc", "'=1", "id", "danger", "]}", "\\", "\U0001f600"]
)  # fmt: skip


@pytest.mark.parametrize("way", JSON_WRITERS)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=12))
def test_the_same_forms_as_csv_and_as_json_score_to_the_same_rows(way: str, rows: list[tuple[str, ...]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerows([NAMES, *rows])
    as_csv = open_csv("in.csv", io.BytesIO(written.getvalue().encode()), NOTHING_SAID)
    assert not isinstance(as_csv, InputProblem)
    content = JSON_WRITERS[way](NAMES, rows)
    assert table_kind(content) == "JSON"
    assert without_lines(scored(opened(content))) == without_lines(scored(as_csv))


@st.composite
def drawn_forms(draw: st.DrawFn) -> tuple[CompiledQuestionnaire, list[str], list[list[str]]]:
    """A questionnaire, the names of columns, and forms for it."""
    sketch = draw(sketches(most_questions=5))
    forms = [strategies.cells(sketch, draw(sheets(sketch))) for _ in range(draw(st.integers(1, 6)))]
    names = ["id", *(question.id for question in sketch.questions)]
    rows = [[f"{n:03}", *(form[name] for name in names[1:])] for n, form in enumerate(forms)]
    return ready(strategies.text_of(sketch)), names, rows


@given(drawn_forms())
def test_drawn_forms_come_to_the_same_in_each_way(
    drawn: tuple[CompiledQuestionnaire, list[str], list[list[str]]],
) -> None:
    compiled, names, rows = drawn
    written = io.StringIO(newline="")
    csv.writer(written).writerows([names, *rows])
    as_csv = open_csv("in.csv", io.BytesIO(written.getvalue().encode()), NOTHING_SAID)
    assert not isinstance(as_csv, InputProblem)
    wanted = without_lines(scored(as_csv, compiled))
    for write in JSON_WRITERS.values():
        source = open_json("in.json", io.BytesIO(write(names, rows)), NOTHING_SAID, compiled)
        assert not isinstance(source, InputProblem)
        assert without_lines(scored(source, compiled)) == wanted


@pytest.mark.parametrize("way", JSON_WRITERS)
def test_the_example_as_json_is_scored_and_inspected_as_the_csv_is(way: str, tmp_path: Path, run: Run) -> None:
    example, file = REPOSITORY / "examples" / "intake.csv", tmp_path / "intake.json"
    with example.open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    file.write_bytes(JSON_WRITERS[way](names, rows))
    as_csv, as_json = run("score", example), run("score", file)
    assert (as_json.code, without_lines(as_json.out)) == (as_csv.code, without_lines(as_csv.out))
    csv_said, json_said = run("inspect", example), run("inspect", file)
    assert json_said.code == csv_said.code
    assert json_said.out.split("Id: ")[1] == csv_said.out.split("Id: ")[1]


def test_a_run_over_a_broken_list_says_where_and_ends_with_code_3(tmp_path: Path, run: Run) -> None:
    file = tmp_path / "in.json"
    file.write_bytes(b'[{"id": "1", "suicide": "danger"}, {"id": "2", "sui')
    found = run("score", file, "--allow-missing", "all")
    assert (found.code, found.out) == (3, "")
    assert "after item 1 of its list, at byte 52 [bad-json]" in " ".join(found.err.split())


def test_what_a_rejects_file_shows_of_a_value_is_no_row_of_cells(tmp_path: Path, run: Run) -> None:
    """A list of numbers would be one where the file is scored again, and the answers would be somebody's."""
    (tmp_path / "q.yaml").write_text(QUESTIONS)
    (tmp_path / "in.json").write_bytes(
        b'{"id": 1, "danger": true, "bad_days": 1, "ties": []}\n[1, "no", 3, null]\n{"id": 2, "danger": NaN}\n'
    )
    asked = ("--questions", tmp_path / "q.yaml")
    first = run("score", tmp_path / "in.json", *asked, "--rejects", tmp_path / "rejects.csv")
    again = run("score", tmp_path / "rejects.csv", *asked)
    assert (first.code, again.code) == (1, 1)
    suggestions = [row["suggestion"] for row in csv.DictReader(io.StringIO(again.out, newline=""))]
    assert suggestions == ["rejected", "rejected"]


# What is said of it


def test_each_code_has_a_meaning_and_stands_in_the_reference() -> None:
    reference = (REPOSITORY / "docs" / "reference.md").read_text("utf-8")
    assert {*JSON_REJECTIONS} <= {*MESSAGES}
    assert [code for code in (*JSON_PROBLEMS, *JSON_REJECTIONS) if f"| `{code}` |" not in reference] == []
    assert {*REJECTED.values()} - {"undecodable", "nul"} | {"bad-json"} == {*JSON_REJECTIONS}
