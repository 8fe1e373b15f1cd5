"""What is guessed of a file: how it is written, which column is which question, what the values mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.questionnaires import HEADER, ready

from iop_screen.batch.cells import cell_reader
from iop_screen.batch.guesses.ages import NumberRange, likely_ranges
from iop_screen.batch.guesses.columns import KnownNames, guess_columns
from iop_screen.batch.guesses.file import guess_file
from iop_screen.batch.guesses.values import Doubt, ValueGuess, as_others, guess_values, shifts_ids
from iop_screen.batch.guesses.whole import StatusGuess, TimeGuess, guess_whole
from iop_screen.batch.inventory import LONGEST_VALUE, MOST_VALUES, ColumnInventory, Inventory
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason, chosen
from iop_screen.questionnaire.types import Question

CODED = ready(f"""{HEADER}
sections:
  - id: part
    title: Part
    questions:
      - {{id: item, ask: How often?, role: risk, type: choice, options: [
          {{id: "0", label: Never}}, {{id: "1", label: Some days}},
          {{id: "2", label: Most days}}, {{id: "3", label: Each day}}]}}
      - {{id: sick, ask: How sick?, role: risk, type: choice, options: [
          {{id: well, label: Not sick}}, {{id: bit, label: "A bit: shaky"}}, {{id: very, label: Very}}]}}
      - {{id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes}}
      - {{id: needs, ask: What is wanted?, role: context, type: multiple, options: [
          {{id: food, label: Food}}, {{id: bed, label: "A bed, or a room"}}, {{id: talk, label: A talk}}]}}
rules:
  - {{id: r1, when: {{item: "3"}}, level: stay, because: So.}}
  - {{id: r2, when: {{sick: very}}, first_step: nurse, because: So.}}
  - {{id: r3, when: {{alone: yes}}, first_step: help_now, because: So.}}
""")


WITH_WORDS = f"""{HEADER}
sections:
  - {{id: part, title: Part, questions: [
      {{id: alone, ask: "Alone?", role: risk, type: yes_no, worse: yes}},
      {{id: words, ask: "What else is there?", role: access, type: text}}]}}
rules:
  - {{id: alone, when: {{alone: yes}}, first_step: help_now, because: So.}}
"""


def _question(name: str) -> Question:
    return CODED.questions[CODED.index_of(name)]


# ------------------------------------------------------------------------------------------ columns


@pytest.mark.parametrize(
    ("name", "question", "option"),
    [
        ("coming.from", "coming_from", None),
        ("comingFrom", "coming_from", None),
        ("Coming From*", "coming_from", None),
        ("about-age", "age", None),
        ("about/age", "age", None),
        ("data.about.age", "age", None),
        ("How old are you?", "age", None),
        ("3. How old are you?", "age", None),
        ("Q12: <b>How old are you?</b>\u00a0", "age", None),
        ("How old are you? / Response", "age", None),
        ("In the past month, has suicide been on the person\u2019s mind?", "suicide", None),
        ("Is the person in danger right now?", "emergency_now", None),
        ("Grid [How old are you?]", "age", None),
        (" [How old are you?]", "age", None),
        ("concerns/eating", "concerns", "eating"),
        ("concerns.eating", "concerns", "eating"),
        ("concerns___eating", "concerns", "eating"),
        ("about/concerns/mood_or_other", "concerns", "mood_or_other"),
        ("about-concerns/eating", "concerns", "eating"),
        (
            "What are you looking for help with? Pick all that fit. (choice=Eating, purging or weight)",
            "concerns",
            "eating",
        ),
        ("What are you looking for help with? [Eating, purging or weight]", "concerns", "eating"),
        ("What are you looking for help with? Pick all that fit. / Alcohol or other drugs", "concerns", "substances"),
        ("Alcohol or other drugs", "concerns", "substances"),
        ("None of these", "obligations", "none"),
        ("How old are you? - Selected Choice", "age", None),
        ("Q1. How old are you? - selected choice", "age", None),
        ("What are you looking for help with? - Eating, purging or weight", "concerns", "eating"),
        ("What are you looking for help with? - Selected Choice - Eating, purging or weight", "concerns", "eating"),
        ("concerns - Selected Choice", "concerns", None),
        ("about_age", "age", None),
        ("daily_life_wishes", "wishes", None),
    ],
)
def test_a_column_is_known_again_as_form_builders_name_it(
    compiled: CompiledQuestionnaire, name: str, question: str, option: str | None
) -> None:
    guess = KnownNames(compiled).guess(0, name)
    assert guess is not None
    assert (guess.question, guess.option) == (question, option)


@pytest.mark.parametrize(
    "name", ["", "  ", "Name", "No", "Yes", "Email", "the age of the house", "concerns/other", "1", "[x]"]
)
def test_a_column_that_is_something_else_is_not_taken_for_a_question(
    compiled: CompiledQuestionnaire, name: str
) -> None:
    guess = KnownNames(compiled).guess(0, name)
    assert guess is None or name == "concerns/other"


def test_the_column_with_all_answers_is_taken_before_those_with_one_each(compiled: CompiledQuestionnaire) -> None:
    guesses = guess_columns(["about/concerns", "about/concerns/eating"], KnownNames(compiled), [])
    assert [(guess.index, guess.option) for guess in guesses] == [(0, None)]


def test_what_is_written_beside_a_choice_is_no_answer_to_it(compiled: CompiledQuestionnaire) -> None:
    known = KnownNames(compiled)
    assert known.guess(0, "How old are you? - Text") is None
    assert known.guess(0, "How old are you? - Other - Text") is None
    found = KnownNames(ready(WITH_WORDS)).guess(0, "What else is there? - Text")
    assert found is not None
    assert found.question == "words"


def test_two_columns_for_the_same_answer_are_not_guessed(compiled: CompiledQuestionnaire) -> None:
    assert guess_columns(["concerns/eating", "concerns.eating"], KnownNames(compiled), []) == ()


def test_a_question_with_a_column_of_its_own_is_not_guessed_again(compiled: CompiledQuestionnaire) -> None:
    assert guess_columns(["age", "How old are you?"], KnownNames(compiled), ["age"]) == ()


# ------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("question", "values", "meanings"),
    [
        ("item", ["1", "2", "3", "4"], {"1": "0", "2": "1", "3": "2", "4": "3"}),
        ("item", ["1.0", "4.0"], {"1.0": "0", "4.0": "3"}),
        ("sick", ["0", "1", "2"], {"0": "well", "1": "bit", "2": "very"}),
        ("sick", ["1", "3"], {"1": "well", "3": "very"}),
        ("sick", ["1", "2"], {"1": None, "2": None}),
        ("sick", ["0", "3"], {"0": None, "3": None}),
        ("sick", ["A bit - shaky", "3. Very"], {"A bit - shaky": "bit", "3. Very": "very"}),
        ("sick", ["1", "2", "3", "7"], {"3": "very", "7": None}),
        ("sick", ["1", "3", "Not sick"], {"1": "well", "Not sick": "well"}),
        ("alone", ["1", "0"], {"1": "yes", "0": "no"}),
        ("alone", ["1", "2"], {"1": None, "2": None}),
        ("alone", ["checked", "off"], {"checked": "yes", "off": "no"}),
        ("needs", ["1,3", "2"], {"1,3": "food talk", "2": "bed"}),
        ("needs", ["food talk", "bed"], {"food talk": None}),
        ("needs", ["food and wine"], {"food and wine": None}),
        ("needs", ["A bed, or a room Food"], {"A bed, or a room Food": "bed food"}),
        ("needs", ["A talk food", "wine", "a TALK."], {"A talk food": "talk food", "wine": None, "a TALK.": "talk"}),
    ],
)
def test_values_are_guessed_only_where_they_can_mean_one_thing(
    question: str, values: list[str], meanings: dict[str, str | None]
) -> None:
    asked = _question(question)
    guess = guess_values(asked, values, cell_reader(asked))
    found = {value: guess.meaning(value) for value in meanings}
    assert found == {
        value: None if options is None else chosen(*options.split()) for value, options in meanings.items()
    }


def test_words_for_no_answer_are_guessed_and_a_blank_is_left_alone() -> None:
    asked = _question("sick")
    guess = guess_values(asked, ["", "Very", "Prefer not to say", "Don\u2019t know"], cell_reader(asked))
    assert guess.missing == (
        ("Prefer not to say", MissingReason.DECLINED), ("Don\u2019t know", MissingReason.UNKNOWN),
    )  # fmt: skip
    assert guess.unknown == ()


def test_numbers_taken_in_order_and_for_yes_are_said_loudly() -> None:
    item, alone = _question("item"), _question("alone")
    assert guess_values(item, ["1", "4"], cell_reader(item)).doubt is Doubt.IN_ORDER
    assert guess_values(alone, ["1", "0"], cell_reader(alone)).doubt is Doubt.ZERO_ONE


def test_ages_fall_into_the_groups_that_the_options_name(compiled: CompiledQuestionnaire) -> None:
    age = compiled.questions[compiled.index_of("age")]
    ranges = (NumberRange("under_18", 0, 18), NumberRange("18_64", 18, 65), NumberRange("65_plus", 65, 120))
    assert likely_ranges(age) == ranges
    guess = guess_values(age, ["17", "18", "64", "65", "77", "99"], cell_reader(age))
    assert (guess.ranges, guess.missing, guess.unknown) == (ranges, (), ())
    meant = [guess.meaning(value) for value in ("17", "18", "64", "77")]
    assert meant == [chosen("under_18"), chosen("18_64"), chosen("18_64"), chosen("65_plus")]


def test_one_age_among_answers_that_can_be_read_is_no_reason_to_read_ages_alone(
    compiled: CompiledQuestionnaire,
) -> None:
    """With ranges, the answers beside it could not be read any more."""
    age = compiled.questions[compiled.index_of("age")]
    guess = guess_values(age, ["18_64", "Under 18", "35"], cell_reader(age))
    assert (guess.ranges, guess.codes, guess.unknown) == ((), (), ("35",))


def test_a_number_below_nought_among_ages_is_guessed_to_be_no_answer(compiled: CompiledQuestionnaire) -> None:
    age = compiled.questions[compiled.index_of("age")]
    guess = guess_values(age, ["17", "18", "64", "77", "-99", "-9", "-4"], cell_reader(age))
    assert guess.missing == (("-99", MissingReason.MISSING), ("-9", MissingReason.MISSING))
    assert guess.unknown == ("-4",)


def test_options_that_leave_a_gap_are_no_ranges(compiled: CompiledQuestionnaire) -> None:
    assert likely_ranges(compiled.questions[compiled.index_of("alcohol_amount")]) == ()


@given(st.lists(st.text(max_size=12), max_size=8), st.sampled_from([str(each.id) for each in CODED.questions]))
def test_what_can_be_read_is_never_guessed_to_mean_something_else_but_numbers(values: list[str], name: str) -> None:
    asked = _question(name)
    read = cell_reader(asked)
    guess = guess_values(asked, values, read)
    for value in values:
        if not read(value).code and guess.doubt is Doubt.NONE and guess.meaning(value) is not None:
            assert guess.meaning(value) == read(value).answer


# ------------------------------------------------------------------------------------------ the file


@pytest.mark.parametrize(
    ("table", "guessed", "settings"),
    [
        (b"item,sick,alone\n1,2,3\n", (), FileSettings()),
        (b"item;sick;alone\n1;2;3\n", ("delimiter",), FileSettings(delimiter=";")),
        (b"item\tsick\talone\n1\t2\t3\n", ("delimiter",), FileSettings(delimiter="\t")),
        (b'"item";"sick, or so";"alone"\n', ("delimiter",), FileSettings(delimiter=";")),
        (b"sep=;\nitem;sick;alone\n1;2;3\n", (), FileSettings()),
        (b"Report\n\nitem,sick,alone\n1,2,3\n", ("skip_lines",), FileSettings(skip_lines=2)),
        (b"F1,well,no,3\nF2,bit,yes,1\nid,sick,alone,item\nF3,very,no,0\n", (), FileSettings()),
        (b"F1,well,no,food\nF2,,no,Food\nF3,Food,A talk,\n", (), FileSettings()),
        (b"Q1,Q2,Q3\nHow often?,How sick?,Alone?\n1,very,no\n", ("skip_lines",), FileSettings(skip_lines=1)),
        ("item,sick\n\u00e9,2\n".encode("cp1252"), ("encoding",), FileSettings(encoding="cp1252")),
        ("item,sick\n1,2\n".encode("utf-16"), (), FileSettings()),
        ("item,sick\n1,2\n".encode("utf-16-le"), ("encoding",), FileSettings(encoding="utf-16")),
        (
            b'Q1,Q2\nHow often?,How sick?\n"{""ImportId"":""QID1""}","{""ImportId"":""QID2""}"\n1,2\n',
            ("header_rows",),
            FileSettings(header_rows=3, names_from=2),
        ),
        (
            b'How often?,What is wanted?,,\nResponse,Food,"A bed, or a room",A talk\n1,Food,,\n',
            ("header_rows",),
            FileSettings(header_rows=2, names_from=0),
        ),
    ],
)
def test_how_a_file_is_written_is_guessed_from_its_start(
    table: bytes, guessed: tuple[str, ...], settings: FileSettings
) -> None:
    try:
        is_utf8 = table.decode() is not None
    except UnicodeDecodeError:
        is_utf8 = False
    guess = guess_file(table, FileSettings(), KnownNames(CODED), is_utf8=is_utf8)
    assert (guess.guessed, guess.settings) == (guessed, settings)


def test_what_was_said_is_not_guessed() -> None:
    said = FileSettings(encoding="cp1252", delimiter="|")
    guess = guess_file(b"item;sick\n", said, KnownNames(CODED), is_utf8=True)
    assert (guess.settings, guess.guessed) == (said, ())


# ------------------------------------------------------------------------------------------ the form as a whole


def test_the_columns_about_a_form_as_a_whole_are_found_by_their_names() -> None:
    names = ["Response ID", "Submit Date (UTC)", "Finished", "Name"]
    values = [["a", "b"], ["05/14/2026 10:00:00", "05/13/2026 10:00:00"], ["True", "False"], ["x", "y"]]
    found = guess_whole(names, [ColumnInventory(Counter(each)) for each in values], range(4), id_known=False)
    assert found.id_index == 0
    assert found.time == TimeGuess(1, "%m/%d/%Y %H:%M:%S", None)
    assert found.status == (StatusGuess(2, ("True",), ("False",)),)


def test_a_day_that_may_be_a_month_is_said() -> None:
    column = ColumnInventory(Counter(["05/04/2026 10:00"]))
    found = guess_whole(["Timestamp"], [column], [0], id_known=True)
    assert found.time == TimeGuess(0, "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M")


def test_a_status_with_a_value_that_nobody_knows_is_not_guessed() -> None:
    column = ColumnInventory(Counter(["True", "perhaps"]))
    assert guess_whole(["Finished"], [column], [0], id_known=True).status == ()


NAMES = ["ResponseId", "Finished", "Status"]


def statuses(names: Sequence[str], *values: Sequence[str]) -> dict[str, tuple[set[str], set[str]]]:
    """The columns that are guessed to say which forms count: the texts that do, and those that do not."""
    columns = [ColumnInventory(Counter(each)) for each in values]
    found = guess_whole(names, columns, range(len(names)), id_known=False)
    return {names[each.index]: ({*each.score}, {*each.exclude}) for each in found.status}


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("ReviewState", "rejected"),
        ("_validation_status", "Not Approved"),
        ("_validation_status", "validation_status_not_approved"),
    ],
)
def test_forms_that_somebody_refused_are_proposed_to_be_left_out(name: str, refused: str) -> None:
    """All others count, whatever is thought of them; and where none was refused, nothing is proposed."""
    assert statuses([name], ["", "approved", "hasIssues", refused]) == {name: (set(), {refused})}
    assert statuses([name], ["", "approved", "hasIssues"]) == {}


@pytest.mark.parametrize(
    ("found", "score", "exclude"),
    [
        (["TRUE"], {"TRUE"}, {"False"}),
        (["1"], {"1"}, {"0"}),
        (["yes"], {"yes"}, {"No"}),
        (["complete"], {"complete", "Completed"}, {"Incomplete", "Partial", "In progress"}),
    ],
)
def test_the_opposite_of_a_status_is_written_down_although_no_form_has_it(
    found: list[str], score: set[str], exclude: set[str]
) -> None:
    """Else a text that nobody knows would leave forms out."""
    assert statuses(["Finished"], found) == {"Finished": (score, exclude)}


def test_a_status_of_whole_numbers_is_guessed_only_where_qualtrics_writes_it() -> None:
    """There 0 is a real form, and 1 a preview."""
    assert statuses(["Status"], ["0", "1"]) == {}
    found = statuses(NAMES, ["R_1", "R_2"], ["1"], ["0", "1"])
    assert [*found] == ["Status"]
    assert ("0" in found["Status"][0], "1" in found["Status"][1]) == (True, True)


@pytest.mark.parametrize("name", ["Status", "Response Type"])
def test_a_preview_of_a_form_does_not_count(name: str) -> None:
    score, exclude = statuses([name], ["IP Address", "Survey Preview"])[name]
    assert ("IP Address" in score, {"Survey Preview", "Survey Test"} <= exclude) == (True, True)


def test_columns_that_leave_a_form_out_come_before_one_that_leaves_out_none() -> None:
    kinds = ["IP Address", "Survey Preview"]
    assert [*statuses(NAMES, ["R_1"], ["True"], kinds)] == ["Status"]
    assert [*statuses(NAMES, ["R_1"], ["True", "False"], kinds)] == ["Finished", "Status"]
    assert [*statuses(NAMES, ["R_1"], ["True"], ["IP Address"])] == ["Finished"]


def test_a_form_that_was_never_submitted_is_left_out() -> None:
    column = ColumnInventory(Counter(["2026-11-28", ""]))
    assert guess_whole(["Date submitted"], [column], [0], id_known=True).status == (StatusGuess(0, (), ("",)),)


# ------------------------------------------------------------------------------------------ the inventory


def test_the_inventory_keeps_so_many_values_and_counts_all_cells() -> None:
    inventory = Inventory(1)
    for number in range(MOST_VALUES + 50):
        inventory.count([f"v{number}"])
    inventory.count(["x" * (LONGEST_VALUE + 1)])
    inventory.count([" v1 "])
    column = inventory.columns[0]
    assert (len(column.values), column.more, column.filled) == (MOST_VALUES, 51, MOST_VALUES + 52)
    assert next(column.most_frequent()) == ("v1", 2)


# ---------------------------------------------------------------------- columns that are coded as others are


def test_a_column_without_the_last_code_is_taken_to_be_shifted_as_another_one_is() -> None:
    """Read by its ids, each answer would be one step too high."""
    item = _question("item")
    shifted = guess_values(item, ["1", "2", "4"], cell_reader(item))
    assert shifts_ids(item, shifted)
    plain = guess_values(item, ["1", "2", ""], cell_reader(item))
    assert plain == ValueGuess()
    taken = as_others(plain, ["1", "2.0", ""], shifted)
    assert (taken.codes, taken.doubt) == (shifted.codes, Doubt.AS_OTHERS)
    assert taken.meaning("1") == chosen("0")


def test_a_column_with_a_nought_or_of_a_file_without_shifts_is_read_by_its_ids() -> None:
    item = _question("item")
    shifted = guess_values(item, ["1", "4"], cell_reader(item))
    assert as_others(ValueGuess(), ["0", "1"], shifted) == ValueGuess()
    assert as_others(ValueGuess(), ["1", "2"], None) == ValueGuess()
    assert not shifts_ids(item, guess_values(item, ["0", "3"], cell_reader(item)))
