"""The header and the cells of an export: what is an answer, what is none, and what never becomes a "no"."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.questionnaires import ready

from iop_screen.batch.input_columns import AnswersReader, Cell, cell_reader, read_header
from iop_screen.core.exits import CannotGoOn
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import (
    NOT_ALONE,
    OUT_OF_RANGE,
    UNREADABLE,
    Amount,
    Answer,
    Chosen,
    MissingReason,
    Words,
    chosen,
)

COMPILED = ready("""
format: 1
id: cells
version: 1.0.0
title: One question of each type
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: live_in, title: Live in}]
sections:
  - id: one
    title: Questions
    questions:
      - {id: sober, ask: Sober?, role: risk, type: yes_no, worse: no}
      - id: rest
        ask: Where do they rest?
        role: context
        type: choice
        options: [{id: cafe, label: Im Café}, {id: street, label: "On the street, outside"}, {id: 1, label: Nowhere}]
      - id: needs
        ask: What do they lack?
        role: risk
        type: multiple
        options:
          - {id: food, label: Food and drink}
          - {id: sleep, label: Sleep}
          - {id: none, label: Nothing, exclusive: true}
      - {id: nights, ask: How many nights?, role: risk, type: number, worse: higher, min: -2, max: 30.5}
      - {id: remark, ask: What else?, role: context, type: text}
rules:
  - {id: not_sober, when: {sober: no}, level: live_in, because: Not sober.}
""")
IDS = ("sober", "rest", "needs", "nights", "remark")

BLANKS = ("", " ", "  \t ", "\n", "\u00a0", "\u3000")
NO_ANSWERS = (
    *("1", "0", "true", "false", "T", "N/A", "n/a", "NA", "null", "None.", "-9", "99", "999", ".", "-", "?", "\0"),
    *("y", "n", "J", "oui", "yes!", "yes no", "yes;no", "refused", "[not completed]", "#N/A", "unknown;declined"),
)


def read_cell(question: str, cell: str) -> Cell:
    """What a cell says in the column of a question."""
    return cell_reader(COMPILED.questions[COMPILED.index_of(question)])(cell)


@pytest.mark.parametrize(
    ("question", "cell", "answer"),
    [
        ("sober", "yes", chosen("yes")),
        ("sober", " NO ", chosen("no")),
        ("rest", "cafe", chosen("cafe")),
        ("rest", "CAFE", chosen("cafe")),
        ("rest", "im café", chosen("cafe")),
        ("rest", unicodedata.normalize("NFD", "Im Café"), chosen("cafe")),
        ("rest", unicodedata.normalize("NFD", "IM CAFÉ"), chosen("cafe")),
        ("rest", "\t on the street, OUTSIDE\u00a0", chosen("street")),
        ("rest", "1", chosen("1")),
        ("needs", "food", chosen("food")),
        ("needs", "food;sleep", chosen("food", "sleep")),
        ("needs", "sleep; Food and drink", chosen("food", "sleep")),
        ("needs", " food ;; SLEEP ;", chosen("food", "sleep")),
        ("needs", "food;food;", chosen("food")),
        ("needs", "none", chosen("none")),
        ("needs", "Nothing;none", chosen("none")),
        ("nights", "3", Amount(Decimal(3))),
        ("nights", " -2 ", Amount(Decimal(-2))),
        ("nights", "+5", Amount(Decimal(5))),
        ("nights", "010", Amount(Decimal(10))),
        ("nights", "30.50", Amount(Decimal("30.5"))),
        ("nights", "-0", Amount(Decimal(0))),
        ("remark", " no, 1; N/A ", Words("no, 1; N/A")),
    ],
)
def test_an_answer_is_read(question: str, cell: str, answer: Answer) -> None:
    assert read_cell(question, cell) == Cell(answer)


@pytest.mark.parametrize("question", IDS)
@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (BLANKS, MissingReason.MISSING),
        (("unknown", " Unknown ", "UNKNOWN"), MissingReason.UNKNOWN),
        (("declined", "Declined", "\tDECLINED"), MissingReason.DECLINED),
    ],
)
def test_blank_unknown_and_declined_are_known_in_every_column(
    question: str, cells: tuple[str, ...], reason: MissingReason
) -> None:
    assert [read_cell(question, cell) for cell in cells] == [Cell(reason)] * len(cells)


@pytest.mark.parametrize("cell", NO_ANSWERS)
def test_what_other_programs_write_for_yes_no_or_missing_is_no_answer(cell: str) -> None:
    for question in ("sober", "needs"):
        assert read_cell(question, cell) == Cell(MissingReason.UNREADABLE, UNREADABLE)


@pytest.mark.parametrize(
    ("question", "cell"),
    [
        ("rest", "caf"),
        ("rest", "im cafe"),
        ("rest", "cafe;street"),
        ("rest", "cafe;"),
        ("rest", "\ufeffcafe"),
        ("rest", "ca\u200bfe"),
        ("rest", "\uff43\uff41\uff46\uff45"),
        ("needs", "food,sleep"),
        ("needs", "food;drink"),
        ("needs", "food;unknown"),
        ("needs", ";"),
        ("needs", " ; ;"),
        *(
            ("nights", cell)
            for cell in ("1e3", "1_000", "1,5", ".5", "5.", "0x1f", "3 nights", "\uff15", "\u0665", "²")
        ),
        *(("nights", cell) for cell in ("NaN", "Infinity", "-inf", "--1", "+ 1", "1" * 10, "1.1234567", "\u22125")),
    ],
)
def test_a_cell_that_fits_nothing_is_unreadable(question: str, cell: str) -> None:
    assert read_cell(question, cell) == Cell(MissingReason.UNREADABLE, UNREADABLE)


@pytest.mark.parametrize("cell", ["-2.000001", "-3", "30.500001", "31", "999999999"])
def test_a_number_outside_its_range_is_no_answer(cell: str) -> None:
    assert read_cell("nights", cell) == Cell(MissingReason.UNREADABLE, OUT_OF_RANGE)


@pytest.mark.parametrize("cell", ["none;food", "sleep;Nothing", "food;sleep;none;"])
def test_none_of_these_with_another_option_is_no_answer(cell: str) -> None:
    assert read_cell("needs", cell) == Cell(MissingReason.UNREADABLE, NOT_ALONE)


PIECES = st.sampled_from(
    ["food", "Sleep", "none", "yes", "NO", "cafe", "Caf\u00e9", "1", "-", ".", ";", " ", "\u0301", "x"]
)


@pytest.mark.slow
@given(st.sampled_from(IDS[:-1]), st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=12))
def test_a_cell_is_an_answer_only_if_it_names_one(question: str, cell: str) -> None:
    """No text on earth becomes an option or a number without being its id, its label or that number."""
    read = read_cell(question, cell)
    named = {part.strip().casefold() for part in unicodedata.normalize("NFC", cell).split(";")}
    match read.answer:
        case Chosen(options):
            known = COMPILED.questions[COMPILED.index_of(question)]
            labels = {str(option.id): option.label.casefold() for option in known.options_listed}
            assert all(option in named or labels.get(option) in named for option in options)
        case Amount(number):
            assert Decimal(cell.strip()) == number
        case _:
            assert isinstance(read.answer, MissingReason)


def test_every_option_of_the_default_questionnaire_can_be_written_by_id_and_by_label(
    compiled: CompiledQuestionnaire,
) -> None:
    for question in compiled.questions:
        read = cell_reader(question)
        for name in question.answer_ids():
            assert read(name.upper()) == Cell(chosen(name))
        for option in question.options_listed:
            assert read(f" {option.label} ") == Cell(chosen(option.id))


def test_an_unreadable_cell_gives_no_answer_and_a_problem() -> None:
    reader = AnswersReader(COMPILED, read_header(["needs", "nights", "sober", "rest"], COMPILED, None))
    answers, problems = reader.read(["none;food", "99", "1", "cafe"])
    assert answers.values == (
        MissingReason.UNREADABLE,
        chosen("cafe"),
        MissingReason.UNREADABLE,
        MissingReason.UNREADABLE,
        MissingReason.MISSING,
    )
    assert problems == tuple(
        AnswerProblem(question, code)
        for question, code in [("sober", UNREADABLE), ("needs", NOT_ALONE), ("nights", OUT_OF_RANGE)]
    )


def test_the_same_text_means_in_each_column_what_that_column_says() -> None:
    reader = AnswersReader(COMPILED, read_header([*IDS], COMPILED, None))
    for _ in range(2):
        answers, _ = reader.read(["1", "1", "1", "1", "1"])
        assert answers.values == (
            MissingReason.UNREADABLE,
            chosen("1"),
            MissingReason.UNREADABLE,
            Amount(Decimal(1)),
            Words("1"),
        )


def test_a_column_is_matched_by_the_id_of_its_question_in_any_order() -> None:
    columns = read_header(["nights", " sober ", "when", "id"], COMPILED, None)
    assert columns.indexes == (1, None, None, 0, None)
    assert columns.id_index == 3
    assert columns.absent == ("rest", "needs", "remark")
    assert columns.not_questions == ("'when'",)


@pytest.mark.parametrize(("wanted", "index"), [(None, None), ("case", 1), ("sober", 0), ("F\u00e4lle", 2)])
def test_the_id_column_is_the_one_that_is_named(wanted: str | None, index: int | None) -> None:
    header = ["sober", "case", unicodedata.normalize("NFD", "F\u00e4lle")]
    assert read_header(header, COMPILED, wanted).id_index == index


def test_the_id_column_may_be_typed_with_accents_of_either_kind() -> None:
    assert read_header(["sober", "F\u00e4lle"], COMPILED, "Fa\u0308lle").id_index == 1


def test_the_id_column_is_not_listed_as_unknown() -> None:
    assert read_header(["sober", "case", "id"], COMPILED, "case").not_questions == ("'id'",)
    assert read_header(["sober", "case", "id"], COMPILED, None).not_questions == ("'case'",)


def test_names_of_columns_are_shown_so_that_they_can_do_nothing_and_with_a_guess() -> None:
    columns = read_header(["sober", "Nights", "", "a\x1b[2J\u202e", "rset"], COMPILED, None)
    assert columns.not_questions == (
        "'Nights' (did you mean `nights`?)",
        "column 3 (no name)",
        "'a\\x1b[2J\\u202e'",
        "'rset' (did you mean `rest`?)",
    )


@pytest.mark.parametrize(
    ("header", "id_column", "message"),
    [
        (["sober", "rest", "sober"], None, "the header has these columns twice: 'sober'"),
        (["sober", "extra", " extra "], None, "the header has these columns twice: 'extra'"),
        (["sober", "id", "id"], None, "the header has these columns twice: 'id'"),
        (["sober", "e\u0301", "\u00e9"], None, "the header has these columns twice: '\\xe9'"),
        (["sober"], "case", "the header has no column 'case'"),
        (["sober", "case_id"], "caseid", "the header has no column 'caseid'; did you mean `case_id`?"),
        (["sober;rest"], None, "no column of the header is a question of this questionnaire; to part"),
        (["sober\trest"], None, "no column of the header is a question of this questionnaire; to part"),
        (["Sober", "REST"], None, "no column of the header is a question of this questionnaire"),
        ([""], None, "no column of the header is a question of this questionnaire"),
    ],
)
def test_a_header_that_cannot_be_used_says_why(header: list[str], id_column: str | None, message: str) -> None:
    with pytest.raises(CannotGoOn) as stop:
        read_header(header, COMPILED, id_column)
    assert str(stop.value).startswith(message)
    assert stop.value.exit_code == 3


def test_columns_without_a_name_may_be_many() -> None:
    assert read_header(["", "sober", " "], COMPILED, None).not_questions == ("column 1 (no name)", "column 3 (no name)")


@pytest.mark.parametrize("header", [["Jane Roe", "yes", "cafe"], ["Jane Roe", "Jane Roe"], ["Jane Roe;yes"]])
def test_where_nothing_matches_no_name_is_shown(header: list[str]) -> None:
    """A file without a header has somebody's answers in that place."""
    with pytest.raises(CannotGoOn) as stop:
        read_header(header, COMPILED, "Jane")
    assert "Jane Roe" not in str(stop.value)
