"""The cells of an export: what is an answer, what is none, and what never becomes a "no"."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.naive import Sketch
from support.questionnaires import ready
from support.strategies import sketches, text_of

from iop_screen.batch import answer_columns
from iop_screen.batch.answer_columns import LONGEST_REMEMBERED, AnswerColumns, AnswersReader, Match
from iop_screen.batch.cells import WRITTEN_FOR_BLANK, Cell, CellText, alone, cell_reader, likely_missing
from iop_screen.batch.sources.source import UNENDED
from iop_screen.checking.load import load_questionnaire
from iop_screen.core.problems import Severity
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
from iop_screen.questionnaire.types.option_names import LONGEST_LIST, several_options

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
        options: [{id: cafe, label: Im Café}, {id: street, label: "On the street, outside"}, {id: 1, label: Nowhere},
                  {id: friend, label: At a friend's}]
      - id: needs
        ask: What do they lack?
        role: risk
        type: multiple
        options:
          - {id: food, label: Food and drink}
          - {id: sleep, label: Sleep}
          - {id: work, label: "Work, school or a course"}
          - {id: none, label: Nothing, exclusive: true}
      - {id: nights, ask: How many nights?, role: risk, type: number, worse: higher, min: -2, max: 30.5}
      - {id: remark, ask: What else?, role: context, type: text}
rules:
  - {id: not_sober, when: {sober: no}, level: live_in, because: Not sober.}
""")
CHOICES = """
format: 1
id: choices
version: 1.0.0
title: One question with options
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{{id: home, title: At home}}, {{id: stay, title: A stay}}]
sections:
  - id: one
    title: Questions
    questions:
      - {{id: q, ask: Which?, role: context, type: multiple, options: [{options}]}}
      - {{id: ill, ask: Ill?, role: risk, type: yes_no, worse: yes}}
rules:
  - {{id: r, when: {{ill: yes}}, level: stay, because: So.}}
"""
"""A questionnaire with one question, into which options go."""

IDS = ("sober", "rest", "needs", "nights", "remark")

BLANKS = ("", " ", "  \t ", "\n", "\u00a0", "\u3000")
NO_ANSWERS = (
    *("1", "0", "1.0", "T", "F", "N/A", "n/a", "NA", "null", "None.", "-9", "99", "999", ".", "-", "?", "\0"),
    *("J", "oui", "yes!", "yes no", "yes;no", "refused", "[not completed]", "#N/A", "unknown;declined", "'"),
)


def read_cell(question: str, cell: str) -> Cell:
    """What a cell says in the column of a question."""
    return cell_reader(COMPILED.questions[COMPILED.index_of(question)])(cell)


def reader_of(*names: str, codes: frozenset[int] | None = None) -> AnswersReader:
    """What reads records with a column for each of these questions, in this order."""

    def columns(question: str) -> AnswerColumns:
        asked = COMPILED.questions[COMPILED.index_of(question)]
        read, indexes = cell_reader(asked), (names.index(question),) if question in names else ()
        return AnswerColumns(asked, indexes, alone(read), Match.ID, codes=codes)

    return AnswersReader([*map(columns, IDS)])


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
        ("sober", "y", chosen("yes")),
        ("sober", "N", chosen("no")),
        ("sober", "TRUE", chosen("yes")),
        ("sober", "False", chosen("no")),
        ("sober", "x", chosen("yes")),
        ("sober", "'yes", chosen("yes")),
        ("rest", "1.0", chosen("1")),
        ("rest", "1.00", chosen("1")),
        ("rest", "'1", chosen("1")),
        ("rest", "\u2019cafe", chosen("cafe")),
        ("rest", "on the  street,\u00a0outside", chosen("street")),
        ("rest", "at a friend's", chosen("friend")),
        ("rest", "At a friend\u2019s", chosen("friend")),
        ("needs", "food,sleep", chosen("food", "sleep")),
        ("needs", "Food and drink, Sleep", chosen("food", "sleep")),
        ("needs", "sleep|food", chosen("food", "sleep")),
        ("needs", "sleep\nFood and drink\r\n", chosen("food", "sleep")),
        ("needs", "Food and\ndrink", chosen("food")),
        ("needs", "Work, school or a course, Sleep", chosen("work", "sleep")),
        ("needs", "Sleep, Work, school or a course", chosen("work", "sleep")),
        ("needs", "Sleep, Work,\u00a0school  or a course,", chosen("work", "sleep")),
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
        (("declined", "Declined", "\tDECLINED", "'declined"), MissingReason.DECLINED),
        (("not-shown", "Not-Shown"), MissingReason.NOT_SHOWN),
        (("not-applicable",), MissingReason.NOT_APPLICABLE),
    ],
)
def test_the_words_for_no_answer_are_known_in_every_column(
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
        ("needs", "food, sleep and more"),
        ("needs", "Work, school"),
        ("needs", "school or a course"),
        ("needs", "Food and drinkSleep"),
        ("needs", ", school"),
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


SPREADSHEET_WORDS = {"y": {"yes"}, "x": {"yes"}, "true": {"yes"}, "n": {"no"}, "false": {"no"}}
PIECES = st.sampled_from(
    [
        "food",
        "Sleep",
        ", ",
        "|",
        "\n",
        "work",
        "none",
        "yes",
        "NO",
        "cafe",
        "Caf\u00e9",
        "1",
        "-",
        ".",
        ";",
        " ",
        "\u0301",
        "x",
    ]
)


@pytest.mark.slow
@given(st.sampled_from(IDS[:-1]), st.lists(PIECES, max_size=5).map("".join) | st.text(max_size=12))
def test_a_cell_is_an_answer_only_if_it_names_one(question: str, cell: str) -> None:
    """No text on earth becomes an option or a number without being its id, its label or that number."""
    read = read_cell(question, cell)
    normal = unicodedata.normalize("NFC", cell).replace("\n", ";").replace(",", ";").replace("|", ";")
    named = {part.strip().casefold() for part in normal.split(";")} | SPREADSHEET_WORDS.get(
        cell.strip().casefold(), set()
    )
    match read.answer:
        case Chosen(options):
            known = COMPILED.questions[COMPILED.index_of(question)]
            words = normal.split()
            named |= {*words} if {*words} <= {*known.answer_ids()} else set()  # ids with blanks between them
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
    reader = reader_of("needs", "nights", "sober", "rest")
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
    reader = reader_of(*IDS)
    for _ in range(2):
        answers, _ = reader.read(["1", "1", "1", "1", "1"])
        assert answers.values == (
            MissingReason.UNREADABLE,
            chosen("1"),
            MissingReason.UNREADABLE,
            Amount(Decimal(1)),
            Words("1"),
        )


def test_a_list_that_can_be_read_in_two_ways_is_no_answer() -> None:
    """Of `tea, milk, sugar` nobody can say whether it is `tea, milk` and `sugar`, or `tea` and `milk, sugar`."""
    options = ["tea", "sugar", "tea, milk", "milk, sugar"]
    lines = ", ".join(f'{{id: o{number}, label: "{label}"}}' for number, label in enumerate(options))
    question = ready(CHOICES.format(options=lines)).questions[0]
    read = cell_reader(question)
    assert read("tea, milk, sugar") == Cell(MissingReason.UNREADABLE, UNREADABLE)
    assert read("tea, milk; sugar") == Cell(chosen("o2", "o1"))
    assert read("tea, milk, tea") == Cell(chosen("o2", "o0"))


def test_of_two_labels_that_begin_alike_the_one_that_fits_the_whole_is_read() -> None:
    lines = '{id: eating, label: Eating}, {id: weight, label: "Eating, purging or weight"}, {id: drugs, label: Drugs}'
    read = cell_reader(ready(CHOICES.format(options=lines)).questions[0])
    assert read("Drugs, Eating, purging or weight") == Cell(chosen("drugs", "weight"))
    assert read("Eating, purging or weight, Eating") == Cell(chosen("eating", "weight"))
    assert read("Eating, purging") == Cell(MissingReason.UNREADABLE, UNREADABLE)


BLANK_JOINED = """{id: eating, label: Eating}, {id: low, label: Low weight}, {id: mood, label: Low mood},
    {id: weight, label: "Eating, or weight"}, {id: 1, label: One}, {id: none, label: "No", exclusive: true}"""


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("eating low", Cell(chosen("eating", "low"))),
        ("  low\u00a0 EATING  low ", Cell(chosen("eating", "low"))),
        ("1.0 eating", Cell(chosen("1", "eating"))),
        ("'eating low", Cell(chosen("eating", "low"))),
        ("low mood", Cell(chosen("mood"))),
        ("low weight", Cell(chosen("low"))),
        ("mood low", Cell(chosen("mood", "low"))),
        ("low\nmood", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("low;mood", Cell(chosen("mood", "low"))),
        ("low mood weight", Cell(chosen("mood", "low", "weight"))),
        ("none eating", Cell(MissingReason.UNREADABLE, NOT_ALONE)),
        ("None None", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("nan nan", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("eating low; mood", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("eating One", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("eating unknown", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("declined eating", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("unknown declined", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("unknown", Cell(MissingReason.UNKNOWN)),
        ("declined", Cell(MissingReason.DECLINED)),
        ("eating sleeping", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("eating " * 2_000, Cell(MissingReason.UNREADABLE, UNREADABLE)),
    ],
)
def test_ids_may_be_joined_by_blanks_and_a_label_is_never_taken_apart(cell: str, expected: Cell) -> None:
    read = cell_reader(ready(CHOICES.format(options=BLANK_JOINED)).questions[0])
    assert read(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("unknown;", Cell(MissingReason.UNKNOWN)),
        ("unknown;;", Cell(MissingReason.UNKNOWN)),
        ("Declined ;\u00a0", Cell(MissingReason.DECLINED)),
        ("'unknown;", Cell(MissingReason.UNKNOWN)),
        (";", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        ("unknown;eating;", Cell(MissingReason.UNREADABLE, UNREADABLE)),
        (";unknown", Cell(MissingReason.UNREADABLE, UNREADABLE)),
    ],
)
def test_a_reason_may_have_a_semicolon_behind_it_as_each_of_several_answers_may(cell: str, expected: Cell) -> None:
    assert cell_reader(ready(CHOICES.format(options=BLANK_JOINED)).questions[0])(cell) == expected


def test_one_answer_of_a_choice_is_never_two_words() -> None:
    assert read_cell("rest", "cafe street") == Cell(MissingReason.UNREADABLE, UNREADABLE)


def test_numbers_in_a_list_may_be_written_as_excel_does() -> None:
    read = cell_reader(ready(CHOICES.format(options="{id: 1, label: One}, {id: 2, label: Two}")).questions[0])
    assert read("1.0;2.0") == Cell(chosen("1", "2"))
    assert read("2.00, One") == Cell(chosen("1", "2"))
    assert read("1.5") == Cell(MissingReason.UNREADABLE, UNREADABLE)


def test_a_list_that_is_very_long_or_has_very_many_readings_is_no_answer_and_takes_little_time() -> None:
    read = cell_reader(ready(CHOICES.format(options="{id: a, label: One}, {id: b, label: Two}")).questions[0])
    assert read("a," * (LONGEST_LIST // 2 - 1)) == Cell(chosen("a"))
    assert read("a," * LONGEST_LIST) == Cell(MissingReason.UNREADABLE, UNREADABLE)
    letters = [chr(ord("a") + number) for number in range(20)]
    names = {letter: letter for letter in letters} | {f"{letter}, {letter}": f"two {letter}" for letter in letters}
    assert several_options(names)(", ".join(f"{letter}, {letter}" for letter in letters)) is None


def test_a_label_that_reads_as_a_list_of_other_options_is_a_problem_of_the_questionnaire() -> None:
    lines = '{id: a, label: Tea}, {id: b, label: Milk}, {id: c, label: "Tea, milk"}'
    loaded = load_questionnaire(CHOICES.format(options=lines).encode())
    assert [problem.code for problem in loaded.problems if problem.severity is Severity.ERROR] == ["options-alike"]


@pytest.mark.parametrize("pair", [("A b", "a  B"), ("Don\u2019t", "don't"), ("1.0", "1")])
def test_labels_that_a_cell_cannot_tell_apart_are_a_problem_of_the_questionnaire(pair: tuple[str, str]) -> None:
    lines = ", ".join(f'{{id: o{number}, label: "{label}"}}' for number, label in enumerate(pair))
    loaded = load_questionnaire(CHOICES.format(options=lines).encode())
    assert [problem.code for problem in loaded.problems if problem.severity is Severity.ERROR] == ["options-alike"]


@pytest.mark.parametrize("word", ["not-shown", "Not-Applicable"])
def test_a_word_for_no_answer_is_no_option(word: str) -> None:
    loaded = load_questionnaire(CHOICES.format(options=f"{{id: a, label: A}}, {{id: {word}, label: B}}").encode())
    assert [problem.code for problem in loaded.problems if problem.severity is Severity.ERROR] == ["reserved-id"]


def test_in_a_record_that_may_be_cut_the_answers_of_the_last_cell_do_not_count() -> None:
    reader = reader_of("sober", "nights", "rest")
    answers, problems = reader.read(["yes", "3", "cafe"], cut=2)
    assert answers.values == (
        chosen("yes"),
        MissingReason.UNREADABLE,
        MissingReason.MISSING,
        Amount(Decimal(3)),
        MissingReason.MISSING,
    )
    assert problems == (AnswerProblem("rest", UNENDED),)
    assert reader.read(["yes", "3", ""], cut=2)[1] == (AnswerProblem("rest", UNENDED),), "a blank may be cut, too"
    assert reader.read(["yes", "3", "cafe"])[0].values[1] == chosen("cafe"), "it is not remembered"


def test_as_many_texts_of_a_column_are_remembered_as_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_columns, "MAX_REMEMBERED", 2)
    read: list[str] = []

    def reads(texts: tuple[CellText, ...]) -> Cell:
        read.append(str(texts[0]))
        return Cell(Words(str(texts[0])))

    reader = AnswersReader([AnswerColumns(COMPILED.questions[4], (0,), reads, Match.ID)])
    long = "o" * LONGEST_REMEMBERED
    for text in (long, "a", "b", "c", long, "a", "b", "c"):
        assert reader.questions[0].code_of([text]) == 0, "all words have one meaning"
    assert read == [long, "a", "b", "c", long, "c"], "what is long or one too many is read each time"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Prefer not to say", MissingReason.DECLINED),
        ("REFUSED", MissingReason.DECLINED),
        ("Don\u2019t know", MissingReason.UNKNOWN),
        ("don't  know", MissingReason.UNKNOWN),
        ("Not sure", MissingReason.UNKNOWN),
        ("N/A", MissingReason.NOT_APPLICABLE),
        ("n/a", MissingReason.NOT_APPLICABLE),
        ("-", MissingReason.MISSING),
        (".", MissingReason.MISSING),
        ("NA", MissingReason.MISSING),
        ("-99", MissingReason.MISSING),
        ("-99.0", MissingReason.MISSING),
        ("[not completed]", MissingReason.MISSING),
        ("declined", MissingReason.DECLINED),
        ("yes", None),
        ("none", None),
        ("0", None),
        ("9", None),
        ("Prefer not to say;", MissingReason.DECLINED),
    ],
)
def test_what_most_likely_says_that_there_is_no_answer_is_only_a_guess(text: str, reason: MissingReason | None) -> None:
    assert likely_missing(text) is reason


def test_words_for_no_answer_that_are_not_ours_are_counted_apart_and_are_no_answers() -> None:
    reader = reader_of("sober")
    for cell in ("N/A", "Prefer not to say", "maybe", "yes", "N/A", ""):
        reader.read([cell])
    use = reader.uses[0]
    assert (use.unreadable, use.no_answer_words, use.understood) == (4, 3, True)


NOISE = st.sampled_from(["", " ", "\u00a0", "\t", "  "])


@pytest.mark.slow
@given(sketches(), st.data())
def test_every_option_reads_back_as_itself_however_it_is_written(sketch: Sketch, data: st.DataObject) -> None:
    for question in ready(text_of(sketch)).questions:
        read = cell_reader(question)
        names = {str(option.id): [str(option.id), str(option.label)] for option in question.options_listed}
        names = names or {option: [option] for option in question.answer_ids()}
        for option, written in names.items():
            name = data.draw(st.sampled_from(written))
            spellings = {name, name.upper(), name.title(), name.replace(" ", "\u00a0 ")} - WRITTEN_FOR_BLANK
            name = data.draw(st.sampled_from(sorted({name, *spellings})))
            assert read(data.draw(NOISE) + name + data.draw(NOISE)) == Cell(chosen(option))
        for answer in question.every_answer(()) if question.allows_multiple else ():
            assert isinstance(answer, Chosen)
            order = data.draw(st.permutations(sorted(answer.options)))
            mark = data.draw(st.sampled_from([";", ", ", "|", "\n", " ; "]))
            assert read(mark.join(data.draw(st.sampled_from(names[option])) for option in order)) == Cell(answer)


# ---------------------------------------------------------------------- what programs write for nothing


@pytest.mark.parametrize("cell", ["None", " None ", "NULL", "null", "NaN", "nan", "NA", "<NA>", "None;", "None, None"])
def test_what_a_program_writes_for_nothing_is_not_the_option_none(cell: str) -> None:
    assert cell_reader(COMPILED.questions[2])(cell).code == UNREADABLE
    assert likely_missing(cell.split(";", maxsplit=1)[0].split(",", maxsplit=1)[0]) is MissingReason.MISSING


@pytest.mark.parametrize("cell", ["none", "NONE", "Nothing"])
def test_the_option_none_is_read_as_it_is_written_and_in_capitals(cell: str) -> None:
    assert cell_reader(COMPILED.questions[2])(cell) == Cell(chosen("none"))


def test_an_option_or_a_label_that_is_written_so_is_an_answer() -> None:
    compiled = ready(CHOICES.format(options="{id: NA, label: North America}, {id: other, label: None}"))
    read = cell_reader(compiled.questions[0])
    assert [read("NA"), read("None")] == [Cell(chosen("NA")), Cell(chosen("other"))]
    assert read("NULL").code == UNREADABLE
