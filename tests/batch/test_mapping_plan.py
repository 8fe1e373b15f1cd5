"""What cells mean by a mapping: what is an answer, and that none is made of what is not there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.laws import law
from support.mapped import COMPILED, QUESTIONNAIRE, cell, mapping
from support.naive import QuestionSketch, Sketch
from support.questionnaires import ready
from support.strategies import sketches, text_of

from iop_screen.batch.cells import Cell, CellsReader, cell_key
from iop_screen.batch.mapping.model import TimeFormat
from iop_screen.batch.mapping.plan import CONFLICT, cells_reader, column_refs, known_texts
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.mapping.times import full_years, read_time
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
from iop_screen.questionnaire.types import Question

NO_PLAN = Cell(chosen("none"))
YES, NO = Cell(chosen("yes")), Cell(chosen("no"))
BLANK, DECLINED, UNKNOWN, NOT_SHOWN = map(
    Cell, (MissingReason.MISSING, MissingReason.DECLINED, MissingReason.UNKNOWN, MissingReason.NOT_SHOWN)
)
NOT_APPLICABLE = Cell(MissingReason.NOT_APPLICABLE)
NO_SENSE = Cell(MissingReason.UNREADABLE, UNREADABLE)
OUTSIDE = Cell(MissingReason.UNREADABLE, OUT_OF_RANGE)
DIFFERENT = Cell(MissingReason.UNREADABLE, CONFLICT)


def both(*options: str, code: str = "") -> Cell:
    return Cell(chosen(*options), code)


# ---------------------------------------------------------------------- one column

CODED = """
missing: {N/A: not-applicable, 88: declined}
questions:
  thoughts:
    codes: {1: none, 02: passive, 3: plan, Plan B: plan}
    missing: {7: declined, 9: unknown, "": not-shown, "#N/A": unreadable, "-9": missing}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", NO_PLAN),
        (" 1.0 ", NO_PLAN),
        ("+1", NO_PLAN),
        ("01", NO_PLAN),
        ("'1", NO_PLAN),
        ("1.00", NO_PLAN),
        ("1.5", NO_SENSE),
        ("1,0", NO_SENSE),
        ("-1", NO_SENSE),
        ("2", both("passive")),
        ("plan b", both("plan")),
        ("7", DECLINED),
        ("7.0", DECLINED),
        ("9", UNKNOWN),
        ("88", DECLINED),
        ("n/a", NOT_APPLICABLE),
        ("#n/a", NO_SENSE),
        ("-9.0", BLANK),
        ("", NOT_SHOWN),
        ("  ", NOT_SHOWN),
        ("4", NO_SENSE),
        ("none", NO_SENSE),
        ("Passive", NO_SENSE),
        ("unknown", UNKNOWN),
        ("'declined", DECLINED),
        ("NULL", NO_SENSE),
        ("1;2", NO_SENSE),
    ],
)
def test_with_codes_only_what_the_mapping_names_is_read(text: str, expected: Cell) -> None:
    assert cell(CODED, text) == expected


@pytest.mark.parametrize("entry", ["labels: {Not ill: none}", "separator: /", "missing: {9: unknown}"])
@pytest.mark.parametrize("text", ["None", "NaN", " None ", "None; None"])
def test_what_a_program_writes_for_nothing_is_no_answer_by_a_mapping_either(entry: str, text: str) -> None:
    assert cell(f"questions: {{concerns: {{{entry}}}}}\n", text) == NO_SENSE
    assert cell(f"questions: {{concerns: {{{entry}}}}}\n", "none") == both("none")


def test_what_a_program_writes_for_nothing_is_a_code_where_it_is_written_exactly_so() -> None:
    codes = "questions: {concerns: {codes: {NONE_CODE: none, 1: substances, 2: eating}}}\n"
    assert cell(codes.replace("NONE_CODE", "none"), "None") == NO_SENSE
    assert cell(codes.replace("NONE_CODE", "None"), "None") == both("none")
    assert cell(codes.replace("NONE_CODE", "None"), "NULL") == NO_SENSE
    assert cell("questions: {concerns: {missing: {None: missing}}}\n", "None") == BLANK


def test_a_mapping_of_missing_texts_alone_leaves_the_options_as_they_are() -> None:
    text = "questions: {thoughts: {missing: {9: unknown}}}\n"
    assert cell(text, "A PLAN") == both("plan")
    assert cell(text, "passive") == both("passive")
    assert cell(text, "9") == UNKNOWN
    assert cell(text, "declined") == DECLINED
    assert cell(text, "") == BLANK
    assert cell(text, "8") == NO_SENSE


def test_old_labels_are_read_beside_those_of_the_questionnaire() -> None:
    text = "questions: {thoughts: {column: A, labels: {Has thoughts: passive}}}\n"
    assert cell(text, " has thoughts ") == both("passive")
    assert cell(text, "A plan") == both("plan")
    assert cell(text, "has") == NO_SENSE


def test_ids_that_differ_by_a_nought_are_never_taken_for_each_other() -> None:
    compiled = ready(QUESTIONNAIRE.replace("{id: passive,", "{id: 1,").replace("{id: plan,", "{id: 01,"))
    text = "format: 1\nid: a\nquestionnaire: forms\nquestions: {thoughts: {labels: {Old: 1}}}\n"
    found = read_mapping(text.encode(), compiled).mapping
    assert found is not None
    read = cells_reader(found.questions[0], compiled.questions[compiled.index_of("thoughts")], {})
    assert [read((written,)) for written in ("1", "01", "old", "001")] == [both("1"), both("01"), both("1"), NO_SENSE]


LABELLED = """
questions:
  concerns:
    column: A
    labels: {"Drink, pills": substances}
    separator: " / "
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drink, pills", both("substances")),
        ("Eating, purging or weight, Drink, pills", both("eating", "substances")),
        ("Drink, pills; Eating, purging or weight;", both("eating", "substances")),
        ("drink, pills\neating", both("eating", "substances")),
        ("eating / substances", both("eating", "substances")),
        ("eating|substances", both("eating", "substances")),
        ("None of these", both("none")),
        ("none, eating", Cell(MissingReason.UNREADABLE, NOT_ALONE)),
        ("Drink", NO_SENSE),
        ("Drink, pills and more", NO_SENSE),
        ("Drink, pillseating", NO_SENSE),
        ("eating, other", NO_SENSE),
        (";", NO_SENSE),
        ("declined", DECLINED),
        ("", BLANK),
    ],
)
def test_a_list_is_matched_with_the_known_texts_and_never_split_blindly(text: str, expected: Cell) -> None:
    assert cell(LABELLED, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", both("substances")),
        ("1 2", both("eating", "substances")),
        ("1,2", both("eating", "substances")),
        ("1.0;2.0", both("eating", "substances")),
        ("3", both("eating", "substances")),
        ("12", NO_SENSE),
        ("1 9", NO_SENSE),
        ("1 0", Cell(MissingReason.UNREADABLE, NOT_ALONE)),
    ],
)
def test_a_code_can_mean_several_options_and_a_cell_can_list_several_codes(text: str, expected: Cell) -> None:
    codes = "{0: none, 1: substances, 2: eating, 3: [eating, substances]}"
    assert cell(f"questions: {{concerns: {{codes: {codes}, separator: ' '}}}}\n", text) == expected


def test_a_list_that_can_be_read_in_two_ways_is_unreadable() -> None:
    codes = "{'a, b': eating, c: substances, 'b, c': none, a: substances}"
    text = f"questions: {{concerns: {{codes: {codes}}}}}\n"
    assert cell(text, "a, b; c") == both("eating", "substances")
    assert cell(text, "a, b, c") == NO_SENSE


AGES = "{under_18: {from: 0, below: 18}, 18_64: {from: 18, below: 65}, 65_plus: {from: 65, below: 120}}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", both("under_18")),
        ("17.9", both("under_18")),
        ("18", both("18_64")),
        (" 64.0 ", both("18_64")),
        ("65", both("65_plus")),
        ("119", both("65_plus")),
        ("120", OUTSIDE),
        ("-1", OUTSIDE),
        ("999", UNKNOWN),
        ("17,5", NO_SENSE),
        ("50ish", NO_SENSE),
        ("1e1", NO_SENSE),
        ("9e22", NO_SENSE),
        ("Under 18", NO_SENSE),
        ("'17.5", both("under_18")),
        ("NaN", NO_SENSE),
        ("declined", DECLINED),
        ("not-shown", NOT_SHOWN),
        ("not-applicable", NOT_APPLICABLE),
        ("unknown", UNKNOWN),
        ("", BLANK),
    ],
)
def test_a_number_means_the_option_of_its_range(text: str, expected: Cell) -> None:
    assert cell(f"questions: {{age: {{column: A, ranges: {AGES}, missing: {{999: unknown}}}}}}\n", text) == expected


def test_numbers_and_words_are_read_as_without_a_mapping() -> None:
    nights = "questions: {nights: {column: A, missing: {99: declined}}}\n"
    assert cell(nights, "7") == Cell(Amount(Decimal(7)))
    assert cell(nights, "31") == OUTSIDE
    assert cell(nights, "99") == DECLINED
    remark = "questions: {remark: {column: A, missing: {N/A: not-applicable}}}\n"
    assert cell(remark, "n/a") == NOT_APPLICABLE
    assert cell(remark, "by bus") == Cell(Words("by bus"))


# ---------------------------------------------------------------------- several columns


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("yes", "no"), YES),
        (("yes", ""), YES),
        (("", "yes"), YES),
        (("declined", "yes"), YES),
        (("no", "no"), NO),
        (("no", ""), BLANK),
        (("no", "declined"), DECLINED),
        (("declined", "unknown"), DECLINED),
        (("", "unknown"), BLANK),
        (("", "maybe"), NO_SENSE),
        (("no", "maybe"), NO_SENSE),
        (("yes", "maybe"), both("yes", code=UNREADABLE)),
        (("", ""), BLANK),
    ],
)
def test_any_of_is_yes_if_one_says_so_and_no_only_if_all_do(texts: tuple[str, ...], expected: Cell) -> None:
    assert cell("questions: {seizures: {any_of: [A, B]}}\n", *texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("eating", "substances"), both("eating", "substances")),
        (("eating", "eating"), both("eating")),
        (("eating", ""), BLANK),
        (("eating; substances", ""), both("eating", "substances")),
        (("none", "none"), both("none")),
        (("none", "declined"), DECLINED),
        (("none", "eating"), Cell(MissingReason.UNREADABLE, NOT_ALONE)),
        (("none", "eating", ""), Cell(MissingReason.UNREADABLE, NOT_ALONE)),
    ],
)
def test_any_of_takes_all_that_are_chosen(texts: tuple[str, ...], expected: Cell) -> None:
    assert cell("questions: {concerns: {any_of: [A, B]}}\n", *texts) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("none", "passive"), both("passive")),
        (("plan", "none"), both("plan")),
        (("plan", ""), both("plan")),
        (("plan", "huh"), both("plan", code=UNREADABLE)),
        (("passive", ""), BLANK),
        (("declined", "passive"), DECLINED),
        (("passive", "huh"), NO_SENSE),
        (("", "huh"), NO_SENSE),
        (("", "declined"), BLANK),
        (("none", "plan", ""), both("plan")),
        (("", "none", "plan"), both("plan")),
        (("none", "passive", ""), BLANK),
    ],
)
def test_worst_of_is_open_while_a_column_could_still_be_worse(texts: tuple[str, ...], expected: Cell) -> None:
    assert cell("questions: {thoughts: {worst_of: [A, B]}}\n", *texts) == expected


def test_the_worst_number_is_the_one_that_the_questionnaire_calls_worse() -> None:
    text = "questions: {nights: {worst_of: [A, B]}}\n"
    assert cell(text, "3", "20") == Cell(Amount(Decimal(20)))
    assert cell(text, "3", "") == BLANK
    assert cell(text, "30", "") == Cell(Amount(Decimal(30)))
    assert cell(text, "3", "31") == OUTSIDE


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("plan", ""), both("plan")),
        (("", "plan"), both("plan")),
        (("not-shown", "plan"), both("plan")),
        (("declined", "plan"), DIFFERENT),
        (("plan", "unknown"), DIFFERENT),
        (("not-applicable", "none"), DIFFERENT),
        (("plan", "A plan"), both("plan")),
        (("plan", "A plan", "declined"), DIFFERENT),
        (("plan", "passive"), DIFFERENT),
        (("plan", "huh"), NO_SENSE),
        (("", ""), BLANK),
        (("", "declined"), DECLINED),
        (("not-shown", "unknown"), UNKNOWN),
        (("", "not-shown"), BLANK),
    ],
)
def test_one_of_takes_the_column_that_has_an_answer(texts: tuple[str, ...], expected: Cell) -> None:
    assert cell("questions: {thoughts: {one_of: [A, B]}}\n", *texts) == expected


# ---------------------------------------------------------------------- a column for each option

TICKS = "questions: {concerns: {ticks: {substances: A, eating: B}"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("x", ""), both("substances")),
        (("X", "TRUE"), both("eating", "substances")),
        (("1.0", "0"), both("substances")),
        (("Alcohol or other drugs", ""), both("substances")),
        (("", "eating"), both("eating")),
        (("eating", ""), NO_SENSE),
        (("No", "N"), both("none")),
        (("0", "Unchecked"), both("none")),
        (("", ""), BLANK),
        (("0", ""), BLANK),
        (("1", "huh"), NO_SENSE),
        (("", "huh"), NO_SENSE),
        (("1", "88"), DECLINED),
        (("88", "huh"), NO_SENSE),
        (("unknown", ""), UNKNOWN),
        (("x", "not-shown"), NOT_SHOWN),
        (("0", "declined"), DECLINED),
        (("'x", ""), both("substances")),
        (("x", "None"), NO_SENSE),
    ],
)
def test_a_ticked_column_chooses_its_option(texts: tuple[str, ...], expected: Cell) -> None:
    text = f"missing: {{88: declined}}\n{TICKS}, none_ticked: none}}}}\n"
    assert cell(text, *texts) == expected


def test_blank_cells_say_that_nothing_is_ticked_only_if_the_mapping_says_so() -> None:
    assert cell(f"{TICKS}, none_ticked: none, unticked: ['', 0]}}}}\n", "", "") == both("none")
    assert cell(f"{TICKS}, none_ticked: none, unticked: ['', 0]}}}}\n", "", "0") == both("none")
    assert cell(f"{TICKS}, none_ticked: none, unticked: [0]}}}}\n", "", "") == BLANK
    assert cell(f"{TICKS}, missing: {{'': not-shown}}}}}}\n", "", "") == NOT_SHOWN


def test_nothing_ticked_is_no_answer_unless_the_mapping_says_what_it_means() -> None:
    assert cell(f"{TICKS}}}}}\n", "0", "0") == BLANK
    assert cell(f"{TICKS}, none_ticked: unknown}}}}\n", "0", "0") == UNKNOWN


def test_only_the_texts_that_are_named_tick_a_column() -> None:
    text = f"{TICKS}, ticked: [2], unticked: [1]}}}}\n"
    assert cell(text, "2", "1") == both("substances")
    assert cell(text, "2", "x") == NO_SENSE
    assert cell(text, "2", "0") == NO_SENSE
    assert cell(text, "2", "eating") == NO_SENSE


def test_two_ticks_are_no_answer_where_one_option_is_chosen() -> None:
    text = "questions: {thoughts: {ticks: {none: A, passive: B, plan: C}}}\n"
    assert cell(text, "x", "", "") == NO_PLAN
    assert cell(text, "x", "", "x") == Cell(MissingReason.UNREADABLE, NOT_ALONE)


# ---------------------------------------------------------------------- dates

BORN = f'questions: {{age: {{born: {{column: A, format: "%m/%d/%Y"}}, on: {{column: B}}, ranges: {AGES}}}}}\n'


@pytest.mark.parametrize(
    ("born", "on", "expected"),
    [
        ("11/29/2008", "2026-11-28", both("under_18")),
        ("11/29/2008", "2026-11-29", both("18_64")),
        ("11/29/2008", "2026-11-29 08:30", both("18_64")),
        ("02/29/2008", "2026-02-28", both("under_18")),
        ("02/29/2008", "2026-03-01", both("18_64")),
        ("2/9/1961", "2026-02-09T00:00:00Z", both("65_plus")),
        ("11/29/2026", "2026-11-29", both("under_18")),
        ("11/30/2026", "2026-11-29", OUTSIDE),
        ("11/30/1906", "2026-11-29", both("65_plus")),
        ("11/29/1906", "2026-11-29", OUTSIDE),
        ("declined", "2026-11-29", DECLINED),
        ("11/29/2008", "not-shown", NOT_SHOWN),
        ("NaT", "2026-11-29", NO_SENSE),
        ("29/11/2008", "2026-11-29", NO_SENSE),
        ("11/29/08", "2026-11-29", NO_SENSE),
        ("39781", "2026-11-29", NO_SENSE),
        ("2008-11-29", "2026-11-29", NO_SENSE),
        ("11/29/2008", "11/29/2026", NO_SENSE),
        ("11/29/2008", "20261129", NO_SENSE),
        ("", "2026-11-29", BLANK),
        ("11/29/2008", "", BLANK),
        ("", "huh", NO_SENSE),
    ],
)
def test_an_age_is_counted_from_the_date_of_birth_to_the_date_of_the_form(born: str, on: str, expected: Cell) -> None:
    assert cell(BORN, born, on) == expected


def test_an_age_can_be_the_answer_itself() -> None:
    text = "questions: {nights: {born: {column: A}, on: {column: B}}}\n"
    assert cell(text, "2000-01-01", "2026-01-01") == Cell(Amount(Decimal(26)))
    assert cell(text, "1960-01-01", "2026-01-01") == OUTSIDE


@law
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_completed_year_ends_on_a_birthday(born: date, on: date) -> None:
    assume(born <= on)
    age = full_years(born, on)
    day = (born.month, born.day)
    assert (born.year + age, *day) <= (on.year, on.month, on.day) < (born.year + age + 1, *day)


@law
@given(st.text(max_size=20))
def test_no_text_of_a_date_ends_with_an_error(text: str) -> None:
    for pattern in (None, "%m/%d/%Y", "%b %d, %Y %I:%M:%S %p"):
        read_time(text, TimeFormat(pattern))


def test_a_time_is_read_with_its_zone() -> None:
    read = read_time("Apr 26, 2018 8:58:20 AM", TimeFormat("%b %d, %Y %I:%M:%S %p"))
    assert read is not None
    assert read.isoformat() == "2018-04-26T08:58:20"
    zoned = read_time("2018-04-26T08:58:20-05:00", TimeFormat(None))
    assert zoned is not None
    assert zoned.utcoffset() is not None


# ---------------------------------------------------------------------- what is known of a question


def known(text: str) -> frozenset[str] | None:
    (entry,) = mapping(text).questions
    return known_texts(entry, COMPILED.questions[COMPILED.index_of(entry.question)])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("questions: {thoughts: {codes: {1.0: none, 2: [passive], 3: plan}, missing: {9: unknown}}}\n", "1 2 3 9"),
        ("questions: {seizures: {column: A, labels: {Ja: yes}}}\n", "ja no yes n y x true false"),
        ("questions: {seizures: {ticks: {yes: A}, ticked: [1], unticked: [2]}}\n", "1 2"),
    ],
)
def test_the_texts_that_mean_something_are_known(text: str, expected: str) -> None:
    assert known(text) == frozenset(expected.split())


@pytest.mark.parametrize(
    "text",
    ["questions: {nights: {column: A}}\n", "questions: {remark: {column: A, missing: {9: unknown}}}\n", BORN,
     f"questions: {{age: {{column: A, ranges: {AGES}}}}}\n"],
)  # fmt: skip
def test_the_texts_of_numbers_dates_and_words_cannot_be_listed(text: str) -> None:
    assert known(text) is None


def test_columns_stand_in_the_order_in_which_they_are_written() -> None:
    found = mapping(f"{TICKS}}}, seizures: {{any_of: [C, D]}}}}\n" + "time: {column: T}\n")
    refs = [column_refs(entry.source) for entry in found.questions if entry.source is not None]
    assert [[str(ref.names[0]) for ref in each] for each in refs] == [["A", "B"], ["C", "D"]]


# ---------------------------------------------------------------------- laws


def reader_for(sketch: Sketch, question: QuestionSketch, entry: str) -> tuple[CellsReader, Question]:
    """What reads the cells of one question of a drawn questionnaire by an entry for it."""
    compiled = ready(text_of(sketch))
    text = f"format: 1\nid: drawn\nquestionnaire: drawn\nquestions: {{{question.id}: {entry}}}\n"
    found = read_mapping(text.encode(), compiled)
    assert found.mapping is not None, [problem.message for problem in found.problems]
    meant = compiled.questions[compiled.index_of(question.id)]
    return cells_reader(found.mapping.questions[0], meant, {}), meant


def of_type(sketch: Sketch, *types: str) -> list[QuestionSketch]:
    return [question for question in sketch.questions if question.type in types]


@pytest.mark.slow
@law
@given(sketches(most_questions=3), st.data())
def test_a_code_for_each_option_gives_every_answer_back(sketch: Sketch, data: st.DataObject) -> None:
    for question in of_type(sketch, "yes_no", "choice", "multiple"):
        codes = data.draw(st.permutations(range(len(question.ids))))
        code = dict(zip(question.ids, codes, strict=True))
        written = ", ".join(f"{number}: {option}" for option, number in code.items())
        read, _ = reader_for(sketch, question, f"{{codes: {{{written}}}}}")
        for options in question.sets:
            text = data.draw(st.sampled_from([";", ", ", "|", "\n"])).join(str(code[option]) for option in options)
            assert read((text,)) == Cell(Chosen(options))


@pytest.mark.slow
@law
@given(sketches(most_questions=3))
def test_a_column_for_each_option_gives_every_answer_back(sketch: Sketch) -> None:
    for question in of_type(sketch, "choice", "multiple"):
        columns = ", ".join(f"{option}: Column {option}" for option in question.ids)
        read, _ = reader_for(sketch, question, f"{{ticks: {{{columns}}}}}")
        for options in question.sets:
            for ticked, not_ticked in (("x", ""), ("1", "0")):
                texts = tuple(ticked if option in options else not_ticked for option in question.ids)
                assert read(texts) == Cell(Chosen(options))


def completions(texts: Sequence[str], possible: Sequence[str]) -> list[tuple[str, ...]]:
    """All ways in which the columns without an answer can be filled in."""
    return [*product(*(possible if text in GAPS else (text,) for text in texts))]


GAPS = ("", "declined", "huh")


def drawn_cells(data: st.DataObject, possible: Sequence[str]) -> tuple[str, ...]:
    """The texts of two or three columns, some of them without an answer."""
    return tuple(data.draw(st.lists(st.sampled_from([*possible, *GAPS]), min_size=2, max_size=3)))


def columns_of(kind: str, texts: Sequence[str]) -> str:
    return f"{{{kind}: [{', '.join(f'Column {place}' for place, _ in enumerate(texts))}]}}"


@pytest.mark.slow
@law
@given(sketches(most_questions=3), st.data())
def test_what_is_said_of_several_columns_holds_however_the_others_are_filled_in(
    sketch: Sketch, data: st.DataObject
) -> None:
    for question in sketch.questions:
        kinds = [kind for kind, fits in KINDS.items() if fits(question)]
        if not kinds:
            continue
        possible = [*map(str, range(question.low, question.high + 1))] if question.type == "number" else question.ids
        texts = drawn_cells(data, possible)
        read, meant = reader_for(sketch, question, columns_of(data.draw(st.sampled_from(kinds)), texts))
        now = read(texts).answer
        then = [read(full).answer for full in completions(texts, possible)]
        if isinstance(now, MissingReason):
            assert len({*then}) > 1 or now in then, "it could have been said"
        else:
            assert all(same_or_conflict(meant, now, answer) for answer in then)


def same_or_conflict(question: Question, now: Answer, then: Answer) -> bool:
    """Whether an answer stays, or what is filled in goes with it in no way."""
    return now == then or (question.allows_multiple and then is MissingReason.UNREADABLE)


def _any_of(question: QuestionSketch) -> bool:
    return question.type == "multiple" or (question.type == "yes_no" and question.worse != "no")


def _worst_of(question: QuestionSketch) -> bool:
    return question.role == "risk" and question.type != "multiple"


KINDS = {"any_of": _any_of, "worst_of": _worst_of}


@pytest.mark.slow
@law
@given(sketches(most_questions=3), st.data())
def test_the_worst_of_several_columns_is_worse_than_none_of_them(sketch: Sketch, data: st.DataObject) -> None:
    for question in filter(_worst_of, sketch.questions):
        possible = [*map(str, range(question.low, question.high + 1))] if question.type == "number" else question.ids
        texts = drawn_cells(data, possible)
        read, meant = reader_for(sketch, question, columns_of("worst_of", texts))
        alone, _ = reader_for(sketch, question, "{column: A}")
        worst = read(texts).answer
        for full in completions(texts, possible) if not isinstance(worst, MissingReason) else ():
            for text in full:
                assert meant.is_no_worse(alone((text,)).answer, worst)


@law
@given(sketches(most_questions=3), st.data())
def test_ticks_are_an_answer_only_if_every_column_says_so(sketch: Sketch, data: st.DataObject) -> None:
    for question in of_type(sketch, "multiple"):
        columns = ", ".join(f"{option}: Column {option}" for option in question.ids)
        read, _ = reader_for(sketch, question, f"{{ticks: {{{columns}}}, none_ticked: {question.ids[0]}}}")
        size = len(question.ids)
        texts = data.draw(st.lists(st.sampled_from(["1", "1", "0", "0", "", "huh"]), min_size=size, max_size=size))
        now = read(tuple(texts)).answer
        ticked = {option for option, text in zip(question.ids, texts, strict=True) if text == "1"}
        if not isinstance(now, MissingReason):
            assert now == chosen(*(ticked or question.ids[:1]))
            assert {*texts} <= ({"1", "0"} if "0" in texts else {"1", ""})
            assert ticked or "" not in texts


@given(st.text(max_size=8))
def test_the_key_of_a_text_is_its_own_key(text: str) -> None:
    assert cell_key(cell_key(text)) == cell_key(text)
