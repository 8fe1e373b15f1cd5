"""A data dictionary is read whole, however it is written, and what is wrong with it is told by its line."""

from __future__ import annotations

import pytest
from support.paths import REPOSITORY
from support.redcap import HEADER, csv_file, dictionary_file, field

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.redcap import dictionary as module
from iop_screen.batch.sources.redcap.columns import COLUMN_OUT_OF_PLACE, OTHER_DICTIONARY, export_columns
from iop_screen.batch.sources.redcap.dictionary import (
    BAD_DICTIONARY,
    NOT_A_DICTIONARY,
    Dictionary,
    Field,
    read_dictionary,
)
from iop_screen.batch.sources.redcap.dictionary_header import DICTIONARY_AS_FORMS, is_dictionary
from iop_screen.batch.sources.redcap.rows import NO_FIELD
from iop_screen.batch.sources.redcap.source import MIXED_EXPORT
from iop_screen.batch.sources.redcap.texts import Choice, clean_label, label_key, read_choices

FIELDS = (
    field("no", "start", "text", "Record"),
    field("danger", "start", "radio", "Any <b>danger</b>?", "1, Yes, now | 0, No", **{HEADER[10]: "y"}),
    field("ties", "start", "checkbox", "Ties", "A, Work | -1, Other"),
    field("hint", "start", "descriptive", "Read this"),
    field("days", "end", "text", "Days", **{HEADER[7]: "integer", HEADER[11]: "[danger] = '1'", HEADER[12]: "y"}),
)


def read(content: bytes) -> Dictionary:
    found = read_dictionary("d.csv", content)
    assert isinstance(found, Dictionary), found
    return found


def problems(content: bytes) -> list[tuple[int | None, str, str]]:
    found = read_dictionary("d.csv", content)
    assert isinstance(found, tuple), found
    return [(each.line, each.code, each.message) for each in found]


def test_all_that_is_said_of_a_field_is_read() -> None:
    found = read(dictionary_file(FIELDS))
    choices = (Choice("1", "Yes, now"), Choice("0", "No"))
    assert found.fields[1] == Field(3, "danger", "start", "radio", "Any danger?", choices)
    assert [(name, len(fields)) for name, fields in found.forms] == [("start", 4), ("end", 1)]


def test_an_export_has_these_columns_in_this_order() -> None:
    names = [column.name for column in export_columns(read(dictionary_file(FIELDS)))]
    assert names == [
        "no", "redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group",
        "redcap_survey_identifier", "start_timestamp", "danger", "ties___a", "ties____1", "start_complete",
        "end_timestamp", "days", "end_complete",
    ]  # fmt: skip


API = {
    HEADER[0]: "field_name", HEADER[1]: "form_name", HEADER[3]: "field_type", HEADER[4]: "field_label",
    HEADER[5]: "select_choices_or_calculations", HEADER[11]: "branching_logic", HEADER[12]: "required_field",
}  # fmt: skip
PLAIN = dictionary_file(FIELDS)


def of_a_program() -> bytes:
    names = [API.get(name, name) for name in HEADER]
    return csv_file([names, *([each.get(name, "") for name in HEADER] for each in FIELDS)])


@pytest.mark.parametrize(
    "content",
    [
        dictionary_file(FIELDS, ";"),
        dictionary_file(FIELDS, "\t"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.removesuffix(b"\n"),
        PLAIN.decode().encode("utf-16"),
        of_a_program(),
    ],
    ids=["semicolon", "tab", "mark", "crlf", "no end", "utf-16", "of a program"],
)
def test_a_dictionary_is_read_however_it_is_written(content: bytes) -> None:
    assert [each.name for each in read(content).fields] == [each.name for each in read(PLAIN).fields]
    assert [each.choices for each in read(content).fields] == [each.choices for each in read(PLAIN).fields]


def test_a_file_is_a_dictionary_by_its_header() -> None:
    assert is_dictionary(HEADER)
    assert not is_dictionary(HEADER[:5])
    assert not is_dictionary(("record_id", "danger"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1, Yes | 0, No", [("1", "Yes"), ("0", "No")]),
        ("0, A|1, B", [("0", "A"), ("1", "B")]),
        ("1,A, with a comma|2,B", [("1", "A, with a comma"), ("2", "B")]),
        ("1, A | 2,  |", [("1", "A"), ("2", "")]),
        (" 1 ,A| 2,B", [("1", "A"), ("2", "B")]),
        ("A | B", [("A", "A"), ("B", "B")]),
        ("1, A | , nothing", [("1", "A")]),
        ("1, &lt; 5 | 2, 5 < 6", [("1", "< 5"), ("2", "5 < 6")]),
        ("", []),
    ],
)
def test_choices_are_parted_at_the_bars_and_at_their_first_commas(text: str, wanted: list[tuple[str, str]]) -> None:
    assert [(choice.code, choice.label) for choice in read_choices(text)] == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('<span style="color:red">Any</span> <b>danger</b>?', "Any danger?"),
        ("One<br/>two <p>three</p>", "One two three"),
        ("less < 5 > more", "less < 5 > more"),
        ("a &amp; b\n\nc", "a & b c"),
    ],
)
def test_a_label_is_read_without_html(text: str, wanted: str) -> None:
    assert clean_label(text) == wanted


def test_labels_are_compared_without_blanks_and_kinds_of_quotes() -> None:
    assert label_key("One<br>\u201ctwo\u201d") == label_key("ONE'two'")


BAD = [
    (b"a,b\n1,2\n", 1, "not-a-dictionary", "it has no column `Variable / Field Name`"),
    (csv_file([HEADER]), None, "bad-dictionary", "the dictionary has no fields"),
    (dictionary_file([field("", "f", "text", "x")]), 2, "bad-dictionary", "the field has no name"),
    (dictionary_file([field("a", "", "text", "x")]), 2, "bad-dictionary", "the field has no form"),
    (dictionary_file([*FIELDS, FIELDS[1]]), 7, "bad-dictionary", "'danger' is there already, on line 3"),
    (PLAIN + b"one,two\n", 7, "bad-dictionary", "the line cannot be read: wrong-width"),
    (PLAIN.replace(b"Ties", b"T\xefes"), 4, "bad-dictionary", "the line cannot be read: undecodable"),
    (b"\0" + PLAIN, 1, "no-header", "nul"),
]


@pytest.mark.parametrize(("content", "line", "code", "message"), BAD, ids=lambda value: str(value)[:20])
def test_what_is_wrong_with_a_dictionary_is_told(content: bytes, line: int | None, code: str, message: str) -> None:
    ((found_line, found_code, found_message),) = problems(content)
    assert (found_line, found_code) == (line, code)
    assert message in found_message


def test_two_choices_with_the_same_column_are_told() -> None:
    fields = [FIELDS[0], field("ties", "start", "checkbox", "Ties", "A, Work | a, Other")]
    assert problems(dictionary_file(fields)) == [(3, "bad-dictionary", "'ties___a' is there already, on line 3")]


def test_all_problems_of_a_dictionary_are_told_together() -> None:
    fields = [field("a", "f", "text", "x"), field("", "f", "text", "x"), field("a", "", "text", "x")]
    assert [line for line, _, _ in problems(dictionary_file(fields))] == [3, 4]


def test_a_dictionary_that_is_too_long_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_DICTIONARY_BYTES", len(PLAIN))
    assert isinstance(read_dictionary("d.csv", PLAIN), Dictionary)
    (found,) = problems(PLAIN + b"\n")
    assert found[1] == "not-a-dictionary"


@pytest.mark.parametrize("content", [PLAIN.replace(b"Ties", b"T\xefes"), b"\0" + PLAIN], ids=["a line", "the header"])
def test_the_problem_of_a_dictionary_is_no_problem_of_the_forms(content: bytes) -> None:
    """What to do about the encoding of forms would not help: the options are for them."""
    found = read_dictionary("d.csv", content)
    assert isinstance(found, tuple)
    (problem,) = found
    assert isinstance(problem, InputProblem)
    assert (problem.command, problem.hint) == ((), "Save the dictionary as CSV in UTF-8, as REDCap writes it.")


def test_the_reference_has_the_codes_of_all_problems() -> None:
    codes = {NOT_A_DICTIONARY, BAD_DICTIONARY, DICTIONARY_AS_FORMS, OTHER_DICTIONARY, COLUMN_OUT_OF_PLACE, MIXED_EXPORT}
    reference = (REPOSITORY / "docs/reference.md").read_text("utf-8")
    assert [code for code in sorted(codes) if f"| `{code}` |" not in reference] == []
    assert f"`{NO_FIELD}`" in reference
