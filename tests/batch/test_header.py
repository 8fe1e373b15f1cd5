"""The header of an export: which column is which question, and what stops a run before it begins."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.questionnaires import ready

from iop_screen.batch.answer_columns import NO_COLUMN, AnswersReader, Match
from iop_screen.batch.header import MatchedColumns, match_columns, needed_questions
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.model import Mapping
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.near_names import likely_question
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import UNENDED, Header, Record, RejectedRecord, SourceAccount
from iop_screen.batch.tally import Tally
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.questionnaire.answers import Answer, MissingReason, chosen

COMPILED = ready("""
format: 1
id: header
version: 1.0.0
title: Questions that are read by something, and one that is not
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: home, title: At home}, {id: live_in, title: Live in}]
applies_when: {age: [adult]}
sections:
  - id: about
    title: About
    questions:
      - {id: age, ask: How old is the person?, role: context, type: choice,
         options: [{id: child, label: A child}, {id: adult, label: Grown up}]}
      - {id: coming_from, ask: "Where do you come from, \\"home\\" or not?", ask_self: Where from?, role: context,
         type: yes_no}
      - {id: remark, ask: What else?, role: access, type: text}
  - id: danger
    title: Danger
    questions:
      - {id: suicide, ask: Thoughts of suicide?, role: risk, type: yes_no, worse: yes, ask_when: {coming_from: yes}}
      - {id: needs, ask: What do they lack?, role: risk, type: multiple,
         options: [{id: food, label: Food and drink}, {id: sleep, label: Sleep}]}
      - {id: q1, ask: Little interest?, role: risk, type: choice,
         options: [{id: 0, label: No, points: 0}, {id: 1, label: Some, points: 1}]}
scores: [{id: sum, title: Sum, add: [q1]}]
rules:
  - {id: danger, when: {suicide: yes}, level: live_in, because: Danger.}
  - {id: hungry, when: {needs: food}, level: live_in, because: Hungry.}
""")
IDS = ("age", "coming_from", "remark", "suicide", "needs", "q1")
NEEDED = ("age", "coming_from", "suicide", "needs", "q1")


@dataclass(frozen=True)
class HeaderOnly:
    """A source without records."""

    names: tuple[str, ...]
    name: str = "forms.csv"
    delimiter: str = ","
    account: SourceAccount = field(default_factory=SourceAccount)
    remarks: tuple[str, ...] = ()

    @property
    def header(self) -> Header:
        return Header(self.names, 3, 3)

    def records(self) -> Iterator[Record | RejectedRecord]:
        return iter(())


def matched(*names: str, compiled: CompiledQuestionnaire = COMPILED, **settings: object) -> MatchedColumns:
    """What a header with these names comes to."""
    return match_columns(HeaderOnly(names), compiled, ScoreSettings(**settings))  # type: ignore[arg-type]


def mapped(text: str) -> Mapping:
    """The mapping in a text that begins with its questions."""
    read = read_mapping(f"format: 1\nid: m\nquestionnaire: header\n{text}".encode(), COMPILED)
    assert read.mapping is not None, read.problems
    return read.mapping


def codes(columns: MatchedColumns) -> list[str]:
    return [problem.code for problem in columns.problems]


def indexes(columns: MatchedColumns) -> list[tuple[int, ...]]:
    return [each.indexes for each in columns.answers]


def the_problem(columns: MatchedColumns) -> InputProblem:
    assert len(columns.problems) == 1, columns.problems
    return columns.problems[0]


# -------------------------------------------------------------------- names that match


def test_a_column_is_matched_by_the_id_of_its_question_in_any_order() -> None:
    columns = matched("when", "q1", "needs", "id", "suicide", "coming_from", "age")
    assert columns.problems == ()
    assert indexes(columns) == [(6,), (5,), (), (4,), (2,), (1,)]
    assert [each.match for each in columns.answers] == [Match.ID, Match.ID, None, Match.ID, Match.ID, Match.ID]
    assert (columns.id_index, columns.absent, columns.not_questions) == (3, ("remark",), ("'when'",))
    assert columns.respelled == ()


@pytest.mark.parametrize(
    "name", [" suicide", "suicide\u00a0\u00a0", "\ufeffsuicide", "\u200bsuicide\u200b ", "suicide\t"]
)
def test_what_stands_unseen_around_a_name_does_not_count(name: str) -> None:
    columns = matched("age", "coming_from", "needs", "q1", name)
    assert (columns.problems, columns.respelled, columns.answers[3].match) == ((), (), Match.ID)


@pytest.mark.parametrize(
    "name", ["Suicide", "SUICIDE", "suicide *", "suicide*", "Suicide:", " suicide :\u00a0", "suicide **"]
)
def test_another_spelling_of_an_id_is_matched_and_said(name: str) -> None:
    columns = matched("age", "coming_from", "needs", "q1", name)
    assert (columns.problems, columns.answers[3].match) == ((), Match.SPELLING)
    assert columns.answers[3].indexes == (4,)
    assert [question for _, question in columns.respelled] == ["suicide"]


def test_all_questions_that_anything_reads_are_needed() -> None:
    assert needed_questions(COMPILED) == {*NEEDED}


# -------------------------------------------------------------------- near misses

NEAR = [
    ("coming.from", "coming_from"),
    ("coming-from", "coming_from"),
    ("coming from", "coming_from"),
    ("comingFrom", "coming_from"),
    ("* coming_from", "coming_from"),
    ("coming_from?", "coming_from"),
    ("3. coming_from", "coming_from"),
    ("danger-age", "age"),
    ("danger/age", "age"),
    ("about/inner/age", "age"),
    ("data/danger/age", "age"),
    ("about.age", "age"),
    ("about_age", "age"),
    ("group one/inner/age", "age"),
    ("g1/coming-from", "coming_from"),
    ("How old is the person?", "age"),
    ("how old is  the person", "age"),
    ("3. How old is the person?", "age"),
    ("Q3: How old is the person?\u00a0\u00a0", "age"),
    ("Q3_How old is the person?", "age"),
    ("<p><b>How old</b> is the&nbsp;person?</p>", "age"),
    ("About/How old is the person?", "age"),
    ("Where do you come from, \u201chome\u201d or not?", "coming_from"),
    ("Where from?", "coming_from"),
    ("needs/food", "needs"),
    ("needs.sleep", "needs"),
    ("danger/needs/food", "needs"),
    ("danger-needs/Sleep", "needs"),
    ("needs___food", "needs"),
    ("What do they lack? [Food and drink]", "needs"),
    ("What do they lack? (choice=Sleep)", "needs"),
]


@pytest.mark.parametrize(("name", "question"), NEAR)
def test_a_near_miss_of_a_question_without_a_column_stops_the_run(name: str, question: str) -> None:
    columns = matched(*(each for each in IDS if each != question), name)
    problem = the_problem(columns)
    assert (problem.code, problem.file, problem.line) == ("near-miss", "forms.csv", 3)
    assert f"`{question}`" in problem.message
    assert problem.command == ("iop-screen", "inspect", "forms.csv", "--write-mapping", "map.yaml")


@pytest.mark.parametrize(("name", "question"), NEAR)
def test_a_near_miss_of_a_question_that_has_its_column_is_no_problem(name: str, question: str) -> None:
    columns = matched(*IDS, name)
    assert columns.problems == ()
    assert len(columns.not_questions) == 1
    miss = likely_question(name, COMPILED)
    assert miss is not None
    assert miss.question == question


@pytest.mark.parametrize(
    "name", ["", "language", "page", "my_age", "aged", "old", "?", "3.", "/", "needs/money", "q", "suicidal"]
)
def test_other_names_are_no_near_miss(name: str) -> None:
    assert likely_question(name, COMPILED) is None


def test_a_near_miss_of_a_question_that_nothing_reads_stops_the_run_too() -> None:
    assert codes(matched(*NEEDED, "What else")) == ["near-miss"]


def test_a_near_miss_is_not_also_a_missing_column() -> None:
    columns = matched("Coming-from", "Other/age")
    assert codes(columns) == ["near-miss"] or codes(columns) == ["near-miss", "missing-columns"]
    assert "`age`" not in columns.problems[-1].message or columns.problems[-1].code == "near-miss"


def test_no_more_than_ten_names_are_shown() -> None:
    problem = the_problem(matched(*NEEDED, *(f"g{number}/remark" for number in range(30))))
    assert problem.message.count("looks like") == 10
    assert problem.message.endswith("and 20 more")


def test_a_name_is_shown_so_that_it_can_do_nothing() -> None:
    shown = the_problem(matched(*NEEDED, "\x1b[2J\u202e/remark")).message
    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize("command", [False, True])
def test_a_column_that_the_user_names_for_something_else_is_no_near_miss(*, command: bool) -> None:
    if command:
        assert matched(*NEEDED, "g/remark", id_column="g/remark").problems == ()
    else:
        assert matched(*NEEDED, "g/remark", mapping=mapped("ignore: [g/remark]\n")).problems == ()
        assert matched(*NEEDED, "g/remark", mapping=mapped("ignore: [{position: 6}]\n")).problems == ()


def written_otherwise(name: str) -> Iterator[str]:
    """The id of a question as form builders and people write it."""
    for mark in (".", "-", " ", ""):
        yield name.replace("_", mark) if mark else name.title().replace("_", "")
    yield from (f"group-{name}", f"group/{name}", f"data.{name}", f"{name} ?", f"1. {name}", f"<b>{name}</b>")
    yield from (name.upper(), f"{name} *", f"\u00a0{name}:", name[:-1], f"{name}s", f"x{name}")


def test_however_one_name_of_the_default_questionnaire_is_written_it_is_read_rightly_or_stops_the_run(
    compiled: CompiledQuestionnaire,
) -> None:
    """No misnamed column is lost without a word."""
    ids = [str(question.id) for question in compiled.questions]
    needed = needed_questions(compiled)
    for place, name in enumerate(ids):
        for other in written_otherwise(name):
            columns = matched(*ids[:place], other, *ids[place + 1 :], compiled=compiled)
            right = [each.indexes for each in columns.answers] == [(index,) for index in range(len(ids))]
            assert right or columns.problems or name not in needed, (name, other)


def test_each_question_of_the_default_questionnaire_is_found_by_its_text(compiled: CompiledQuestionnaire) -> None:
    for question in compiled.questions:
        for text in filter(None, (question.ask, question.ask_self)):
            miss = likely_question(f"12) {str(text).upper()}\u00a0", compiled)
            assert miss is not None
            assert miss.question == question.id


# -------------------------------------------------------------------- groups


@pytest.mark.parametrize("name", ["about-age", "about/age", "data/about/age", "ABOUT/age:", " about-Age\u00a0"])
def test_an_id_behind_the_name_of_its_own_group_is_the_question(name: str) -> None:
    columns = matched(name, *IDS[1:])
    assert (columns.problems, columns.answers[0].indexes, columns.answers[0].match) == ((), (0,), Match.SPELLING)
    assert [question for _, question in columns.respelled] == ["age"]


@pytest.mark.parametrize("name", ["danger/age", "about.age", "about_age", "about/inner/age", "age/about", "data/age"])
def test_an_id_behind_any_other_name_is_not_taken_for_the_question(name: str) -> None:
    assert matched(name, *IDS[1:]).problems


SAME_NAMES = """
format: 1
id: names
version: 1.0.0
title: Names with marks in them, and names that stand twice
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: low, title: Low}, {id: high, title: High}]
sections:
  - {id: home, title: Home, questions: [{id: home, ask: Safe?, role: risk, type: yes_no, worse: no}]}
  - {id: work, title: Work, questions: [{id: day-ill, ask: Ill?, role: risk, type: yes_no, worse: yes}]}
  - {id: work-day, title: Days, questions: [{id: ill, ask: Ill by day?, role: risk, type: yes_no, worse: yes}]}
rules: [{id: bad, when: {any: [{home: no}, {day-ill: yes}, {ill: yes}]}, level: high, because: Bad.}]
"""


def test_a_group_whose_name_is_that_of_a_question_has_the_name_that_a_form_gives_it() -> None:
    compiled = ready(SAME_NAMES)
    assert indexes(matched("section_home/home", "day-ill", "ill", compiled=compiled)) == [(0,), (1,), (2,)]
    assert codes(matched("home/home", "day-ill", "ill", compiled=compiled)) == ["near-miss"]


def test_a_name_that_may_be_of_two_questions_behind_their_groups_is_neither() -> None:
    compiled = ready(SAME_NAMES)
    assert indexes(matched("home", "work/day-ill", "work-day/ill", compiled=compiled)) == [(0,), (1,), (2,)]
    for other, missing in (("day-ill", 2), ("ill", 1)):
        columns = matched("home", other, "work-day-ill", compiled=compiled)
        assert columns.answers[missing].indexes == ()
        assert columns.problems


def test_two_columns_for_one_question_stop_the_run_with_a_group_too() -> None:
    problem = the_problem(matched(*IDS, "about/age"))
    assert (problem.code, "'age', 'about/age' are all columns of `age`" in problem.message) == ("two-columns", True)


def test_columns_for_single_answers_beside_the_list_of_them_are_no_question() -> None:
    columns = matched(
        *(name for name in IDS if name != "needs"), "danger/needs", "danger/needs/food", "danger/needs/sleep"
    )
    assert (columns.problems, columns.answers[4].indexes) == ((), (5,))
    assert columns.not_questions == ("'danger/needs/food'", "'danger/needs/sleep'")


# -------------------------------------------------------------------- several columns for one


@pytest.mark.parametrize(
    "names", [("suicide", "suicide"), ("suicide", "Suicide"), ("SUICIDE", "suicide *"), ("suicide", " suicide\u00a0")]
)
def test_two_columns_for_one_question_stop_the_run(names: tuple[str, str]) -> None:
    problem = the_problem(matched("age", "coming_from", "needs", "q1", *names))
    assert problem.code == "two-columns"
    assert "`suicide`" in problem.message


def test_a_name_that_stands_twice_and_is_not_used_is_no_problem() -> None:
    assert matched(*NEEDED, "Other", "Other", "", "", "Other").problems == ()


@pytest.mark.parametrize("names", [("id", "id"), ("e\u0301", "\u00e9")])
def test_two_columns_for_the_id_stop_the_run(names: tuple[str, str]) -> None:
    wanted = None if names[0] == "id" else names[1]
    assert codes(matched(*NEEDED, *names, id_column=wanted)) == ["two-columns"]


# -------------------------------------------------------------------- missing columns


@pytest.mark.parametrize("missing", NEEDED)
def test_a_question_that_something_reads_must_have_a_column(missing: str) -> None:
    problem = the_problem(matched(*(each for each in IDS if each != missing)))
    assert problem.code == "missing-columns"
    assert f"`{missing}`" in problem.message
    assert f"`--allow-missing {missing}`" in problem.hint
    assert problem.command


def test_all_missing_columns_are_one_problem() -> None:
    problem = the_problem(matched("age"))
    assert all(f"`{name}`" in problem.message for name in NEEDED[1:])


def test_a_typing_mistake_is_named_where_a_column_is_missing() -> None:
    problem = the_problem(matched("age", "coming_from", "needs", "q1", "suicde"))
    assert "did you mean 'suicde' for `suicide`?" in problem.hint


@pytest.mark.parametrize("settings", [{"allow_missing": frozenset({"suicide", "q1"})}, {"allow_all_missing": True}])
def test_what_was_allowed_to_be_missing_stands_in_each_row_and_is_no_reason_for_exit_1(
    settings: dict[str, Any],
) -> None:
    columns = matched("age", "coming_from", "needs", **settings)
    assert (columns.problems, columns.allowed_missing) == ((), ("suicide", "q1"))
    answers, problems = AnswersReader(columns.answers).read(["adult", "yes", "food"])
    assert answers.values == (
        chosen("adult"),
        chosen("yes"),
        *[MissingReason.MISSING] * 2,
        chosen("food"),
        MissingReason.MISSING,
    )
    assert problems == (AnswerProblem("suicide", NO_COLUMN), AnswerProblem("q1", NO_COLUMN))
    tally = Tally()
    tally.cell_problems.update(problems)
    assert tally.clean


def test_a_question_that_nothing_reads_is_missing_without_a_problem_in_each_row() -> None:
    columns = matched(*NEEDED)
    assert (columns.absent, columns.allowed_missing) == (("remark",), ())
    assert AnswersReader(columns.answers).read(["adult", "yes", "no", "food", "1"])[1] == ()


@pytest.mark.parametrize(
    ("allowed", "message"),
    [
        ("suicid", "'suicid' in `--allow-missing` is no question"),
        ("suicide", "`--allow-missing` names `suicide`, which has a column"),
        ("Suicide", "'Suicide' in `--allow-missing` is no question"),
    ],
)
def test_what_need_not_be_allowed_is_a_problem(allowed: str, message: str) -> None:
    problem = the_problem(matched(*IDS, allow_missing=frozenset({allowed})))
    assert (problem.code, problem.message) == ("allow-missing", message)
    assert problem.hint


# -------------------------------------------------------------------- nothing matches


@pytest.mark.parametrize(
    "header", [["Jane Roe", "yes", "cafe"], ["Jane Roe", "Jane Roe"], ["Jane Roe;yes"], [""], ["Jane Roe", "id"]]
)
def test_where_nothing_matches_no_name_is_shown(header: list[str]) -> None:
    """A file without a header has somebody's answers in that place."""
    problem = the_problem(matched(*header, id_column="Jane", keep=("Roe",)))
    assert problem.code == "no-question"
    assert "Jane Roe" not in str(problem)
    assert problem.command


def test_columns_by_their_place_do_not_show_the_names_of_the_others() -> None:
    mapping = mapped("questions: {suicide: {column: {position: 1}}}\nid_column: {position: 2}\n")
    columns = matched("yes", "Jane Roe", "Main Street", mapping=mapping, allow_all_missing=True)
    assert columns.problems == ()
    assert columns.not_questions == ("column 3",)
    stopped = matched("yes", "Jane Roe", "Main Street", mapping=mapping, keep=("Mane Street",))
    assert codes(stopped) == ["no-such-column", "missing-columns"]
    assert "Main" not in str(stopped.problems)


def test_where_only_texts_of_questions_stand_columns_are_named_by_their_place() -> None:
    columns = matched("Jane Roe", "How old is the person?", "What do they lack?")
    assert codes(columns) == ["near-miss", "missing-columns"]
    assert "column 2 looks like `age`" in columns.problems[0].message
    assert "Jane" not in str(columns.problems)


@pytest.mark.parametrize(("name", "word"), [("age;suicide", ";"), ("age\tsuicide", "tab"), ("age|suicide", "|")])
def test_a_header_in_one_piece_says_what_may_part_it(name: str, word: str) -> None:
    problem = the_problem(matched(name))
    assert problem.command[-2:] == ("--delimiter", word)


# -------------------------------------------------------------------- the columns of the id, the time and those to keep


@pytest.mark.parametrize(
    ("wanted", "index"), [(None, None), ("case", 5), ("Case", 5), ("F\u00e4lle", 6), ("Fa\u0308lle", 6)]
)
def test_the_id_column_is_the_one_that_is_named(wanted: str | None, index: int | None) -> None:
    columns = matched(*NEEDED, "case", unicodedata.normalize("NFD", "F\u00e4lle"), id_column=wanted)
    assert (columns.problems, columns.id_index) == ((), index)
    assert columns.answers[3].indexes == (2,)


def test_the_id_column_may_have_another_case_if_there_is_none_as_it_is_written() -> None:
    assert matched(*NEEDED, "ID").id_index == 5
    assert matched(*NEEDED, "ID", " id\u00a0").id_index == 6


def test_the_id_column_is_not_listed_as_unknown() -> None:
    assert matched(*NEEDED, "case", "id", id_column="case").not_questions == ("'id'",)
    assert matched(*NEEDED, "case", "id").not_questions == ("'case'",)


@pytest.mark.parametrize(
    "setting",
    [
        {"id_column": "suicide"},
        {"id_column": " Suicide *"},
        {"mapping": mapped("questions: {suicide: {column: suicide}}\nid_column: {position: 1}\n")},
    ],
)
def test_ids_are_no_answers_since_messages_show_them(setting: dict[str, Any]) -> None:
    problem = the_problem(matched("suicide", *(name for name in NEEDED if name != "suicide"), **setting))
    assert problem.code == "id-is-answer"
    assert problem.message.endswith("answers `suicide`")


@pytest.mark.parametrize("setting", [{"id_column": "caseid"}, {"time_column": "caseid"}, {"keep": ("caseid",)}])
def test_a_column_that_an_option_names_and_the_file_does_not_have_is_a_problem(setting: dict[str, Any]) -> None:
    problem = the_problem(matched(*NEEDED, "case_id", **setting))
    assert problem.code == "no-such-column"
    assert problem.hint == "did you mean `case_id`?"


def test_the_columns_of_the_time_and_those_to_keep_are_found() -> None:
    columns = matched(*NEEDED, "Submitted", "Site", time_column="submitted", keep=("Site", "age"))
    assert (columns.problems, columns.time_index, columns.kept) == ((), 5, (6, 0))


def test_names_of_columns_are_shown_so_that_they_can_do_nothing_and_with_a_guess() -> None:
    columns = matched(*NEEDED, "", "a\x1b[2J\u202e", "remrk")
    assert columns.not_questions == ("column 6 (no name)", "'a\\x1b[2J\\u202e'", "'remrk' (did you mean `remark`?)")


@pytest.mark.parametrize("name", ["remain", "market", "mare"])
def test_a_name_that_is_only_a_little_like_that_of_a_question_is_shown_without_a_guess(name: str) -> None:
    assert matched(*NEEDED, name).not_questions == (f"'{name}'",)


# -------------------------------------------------------------------- with a mapping


def test_a_mapping_names_the_columns_of_its_questions_and_the_others_match_by_name() -> None:
    mapping = mapped("""
id_column: Response ID
time: {column: Submitted}
status: {column: Finished, score: [1]}
questions:
  suicide: {column: [Old text, "Q2: Thoughts"]}
  needs: {any_of: [Lack 1, {position: 2}]}
  age: {column: AGE OF PERSON}
""")
    columns = matched(
        *(
            "Lack 1",
            "Lack 1",
            "age of person",
            "Coming_From",
            "q1",
            "Q2: Thoughts",
            "response id",
            "Submitted",
            "Finished",
        ),
        mapping=mapping,
    )
    assert codes(columns) == ["two-columns"], "`Lack 1` stands twice and is used by name"
    columns = matched(
        *(
            "Lack 1",
            "Lack",
            "age of person",
            "Coming_From",
            "q1",
            "Q2: Thoughts",
            "response id",
            "Submitted",
            "Finished",
        ),
        mapping=mapping,
    )
    assert columns.problems == ()
    assert indexes(columns) == [(2,), (3,), (), (5,), (0, 1), (4,)]
    assert [each.match for each in columns.answers] == [
        *(Match.MAPPING, Match.SPELLING, None, Match.MAPPING, Match.MAPPING, Match.ID),
    ]
    assert (columns.id_index, columns.time_index, [index for index, _ in columns.statuses]) == (6, 7, [8])
    answers, problems = AnswersReader(columns.answers).read(["food", "sleep", "child", "no", "0", "yes", "7", "", "1"])
    assert answers.values == (
        *(chosen("child"), chosen("no"), MissingReason.MISSING, chosen("yes"), chosen("food", "sleep"), chosen("0")),
    )
    assert problems == ()


def test_an_option_beats_the_mapping() -> None:
    mapping = mapped("id_column: a\ntime: {column: b}\n")
    columns = matched(*NEEDED, "a", "b", "c", "d", mapping=mapping, id_column="c", time_column="d")
    assert (columns.id_index, columns.time_index) == (7, 8)


@pytest.mark.parametrize(
    "part",
    [
        "id_column: nix",
        "time: {column: nix}",
        "status: {column: nix, score: [1]}",
        "questions: {suicide: {column: nix}}",
        "questions: {suicide: {column: {position: 99}}}",
    ],
)
def test_a_column_that_the_mapping_names_and_the_file_does_not_have_is_a_problem(part: str) -> None:
    names = [name for name in NEEDED if name != "suicide" or "suicide" not in part]
    problem = the_problem(matched(*names, mapping=mapped(part)))
    assert problem.code == "mapped-column-missing"


@pytest.mark.parametrize("settings", [{"allow_missing": frozenset({"suicide"})}, {"allow_all_missing": True}])
@pytest.mark.parametrize(
    ("source", "text", "expected"),
    [
        ("worst_of: [a, b]", "yes", chosen("yes")),
        ("worst_of: [b, a]", "no", MissingReason.MISSING),
        ("worst_of: [a, b]", "declined", MissingReason.DECLINED),
        ("any_of: [b, a]", "yes", chosen("yes")),
        ("any_of: [a, b]", "no", MissingReason.MISSING),
        ("one_of: [b, a]", "yes", chosen("yes")),
        ("one_of: [a, b]", "no", chosen("no")),
        ("ticks: {yes: a, no: b}, ticked: [x]", "x", chosen("yes")),
        ("ticks: {no: b, yes: a}, ticked: [x], unticked: ['', 0], none_ticked: no", "", MissingReason.MISSING),
        ("ticks: {no: b, yes: a}, ticked: [x], missing: {'': not-shown}", "", MissingReason.NOT_SHOWN),
        ("ticks: {no: b, yes: a}, ticked: [x], unticked: [0], none_ticked: no", "0", MissingReason.MISSING),
    ],
)
def test_where_a_part_of_the_columns_is_allowed_to_be_missing_the_others_are_read(
    source: str, text: str, expected: Answer, settings: dict[str, Any]
) -> None:
    """What the columns that are there say is not set aside, and those that are not there are no "no"."""
    mapping = mapped(f"questions: {{suicide: {{{source}}}}}")
    columns = matched("age", "coming_from", "needs", "q1", "a", mapping=mapping, **settings)
    assert (columns.problems, columns.allowed_missing, columns.absent) == ((), ("suicide",), ("remark",))
    assert columns.lacking == (("suicide", "'b'"),)
    reader = AnswersReader(columns.answers)
    for _ in range(2):
        answers, problems = reader.read(["adult", "yes", "food", "1", text])
        assert answers.values[3] == expected
        assert problems == (AnswerProblem("suicide", NO_COLUMN),), "of what is remembered, too"
    assert reader.uses[3].unreadable == 0


def test_a_cell_that_cannot_be_read_is_a_problem_beside_the_column_that_is_missing() -> None:
    mapping = mapped("questions: {suicide: {any_of: [a, b]}}")
    columns = matched("age", "coming_from", "needs", "q1", "a", mapping=mapping, allow_all_missing=True)
    reader = AnswersReader(columns.answers)
    assert reader.read(["adult", "yes", "food", "1", "huh"])[1] == (
        AnswerProblem("suicide", "unreadable"),
        AnswerProblem("suicide", NO_COLUMN),
    )
    assert reader.uses[3].unreadable == 1


def test_without_one_of_its_dates_nobody_has_an_age() -> None:
    mapping = mapped(
        "questions: {age: {born: {column: a}, on: {column: b}, "
        "ranges: {child: {from: 0, below: 18}, adult: {from: 18, below: 120}}}}"
    )
    columns = matched(*NEEDED[1:], "a", mapping=mapping, allow_missing=frozenset({"age"}))
    answers, problems = AnswersReader(columns.answers).read(["yes", "no", "food", "1", "2000-01-01"])
    assert (answers.values[0], problems) == (MissingReason.MISSING, (AnswerProblem("age", NO_COLUMN),))


def test_without_any_of_its_columns_a_mapped_question_has_none() -> None:
    mapping = mapped("questions: {suicide: {any_of: [a, b]}}")
    columns = matched("age", "coming_from", "needs", "q1", mapping=mapping, allow_missing=frozenset({"suicide"}))
    assert (columns.problems, columns.allowed_missing, columns.answers[3].indexes) == ((), ("suicide",), ())


def test_a_name_that_fits_two_columns_is_a_problem_although_one_may_be_missing() -> None:
    mapping = mapped("questions: {suicide: {any_of: [a, b]}}")
    names = ("age", "coming_from", "needs", "q1", "a", "a")
    assert codes(matched(*names, mapping=mapping, allow_missing=frozenset({"suicide"}))) == ["two-columns"]


def test_each_missing_column_of_a_mapped_question_is_named() -> None:
    mapping = mapped("questions: {suicide: {any_of: [a, first, second]}}")
    columns = matched("age", "coming_from", "needs", "q1", "a", mapping=mapping)
    problem = the_problem(columns)
    assert (problem.code, "'first'" in problem.message, "'second'" in problem.message) == (
        *("mapped-column-missing", True, True),
    )
    assert "`--allow-missing suicide`" in problem.hint
    assert "'a'" not in problem.message
    assert columns.answers[3].indexes == (), "it is not read by a part of its columns before somebody allows that"


@pytest.mark.parametrize(
    ("source", "texts", "cut", "expected"),
    [
        ("worst_of: [a, b]", ["yes", "no"], 5, chosen("yes")),
        ("any_of: [a, b]", ["no", "yes"], 4, chosen("yes")),
        ("any_of: [a, b]", ["yes", "huh"], 5, chosen("yes")),
        ("any_of: [a, b]", ["no", "yes"], 5, MissingReason.UNREADABLE),
        ("any_of: [a, b]", ["yes", "no"], 4, MissingReason.UNREADABLE),
        ("one_of: [a, b]", ["yes", ""], 5, MissingReason.UNREADABLE),
        ("ticks: {yes: a, no: b}, ticked: [x]", ["x", ""], 5, MissingReason.UNREADABLE),
    ],
)
def test_what_a_cell_that_may_be_cut_says_does_not_count_and_a_certain_answer_beside_it_does(
    source: str, texts: list[str], cut: int, expected: Answer
) -> None:
    columns = matched(
        "age", "coming_from", "needs", "q1", "a", "b", mapping=mapped(f"questions: {{suicide: {{{source}}}}}")
    )
    answers, problems = AnswersReader(columns.answers).read(["adult", "yes", "food", "1", *texts], cut=cut)
    assert (answers.values[3], problems) == (expected, (AnswerProblem("suicide", UNENDED),))


def test_of_several_names_of_a_column_a_file_has_one() -> None:
    mapping = mapped("questions: {suicide: {column: [new, old]}}")
    assert codes(matched("age", "coming_from", "needs", "q1", "old", "new", mapping=mapping)) == ["two-columns"]


def test_a_column_with_the_id_of_a_question_that_the_mapping_reads_elsewhere_stops_the_run() -> None:
    mapping = mapped("questions: {suicide: {column: q12}}")
    assert codes(matched(*NEEDED, "q12", mapping=mapping)) == ["two-columns"]
    ignoring = mapped("questions: {suicide: {column: q12}}\nignore: [suicide]\n")
    assert matched(*NEEDED, "q12", mapping=ignoring).problems == ()


def test_a_column_that_the_mapping_uses_is_not_matched_by_its_name_as_well() -> None:
    columns = matched(
        "age", "coming_from", "needs", "q1", mapping=mapped("questions: {suicide: {column: coming_from}}")
    )
    assert codes(columns) == ["missing-columns"]
    assert "`coming_from`" in columns.problems[0].message


def test_codes_of_the_mapping_hold_for_a_column_that_is_found_by_its_name() -> None:
    mapping = mapped("missing: {N/A: not-applicable}\nquestions: {suicide: {codes: {1: no, 2: yes}}}\n")
    columns = matched(*NEEDED, mapping=mapping)
    answers, problems = AnswersReader(columns.answers).read(["adult", "n/a", "2.0", "food", "1"])
    assert answers.values[1:4] == (MissingReason.NOT_APPLICABLE, MissingReason.MISSING, chosen("yes"))
    assert problems == ()


# -------------------------------------------------------------------- wide files


@pytest.mark.parametrize(
    "names",
    [[f"column {number}" for number in range(16_000)], [f"g{number}/x_{number}_y.z" for number in range(16_000)]],
)
def test_sixteen_thousand_columns_are_matched_within_two_seconds(
    names: list[str], compiled: CompiledQuestionnaire
) -> None:
    begun = time.process_time()
    columns = matched(*names, "age", "suicde", compiled=compiled)
    assert time.process_time() - begun < 2
    assert codes(columns) == ["missing-columns"]
    assert max(len(str(problem)) for problem in columns.problems) < 5_000


# ---------------------------------------------------------------------- codes beside ids

CODED = ready("""
format: 1
id: header
version: 1.0.0
title: Two items with the same codes
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{id: visit, title: A visit}, {id: stay, title: A stay}]
sections:
  - id: all
    title: All
    questions:
      - {id: sleep, ask: Sleep?, role: risk, type: choice, options: [{id: 0, label: Well}, {id: 1, label: Badly}]}
      - {id: work, ask: Work?, role: risk, type: choice, options: [{id: 0, label: All}, {id: 1, label: None of it}]}
rules: [{id: tired, when: {sleep: 1, work: 1}, level: stay, because: Tired.}]
""")


def coded(questions: str) -> MatchedColumns:
    """What the mapping of some questions makes of a file with both columns."""
    content = f"format: 1\nid: m\nquestionnaire: header\nquestions:\n{questions}"
    return matched("sleep", "work", compiled=CODED, mapping=read_mapping(content.encode(), CODED).mapping)


def test_a_question_is_not_read_by_its_ids_beside_one_with_the_same_ids_and_other_codes() -> None:
    """Where nobody has the last code, a shifted column looks as if it held ids."""
    shifted = "  sleep: {column: sleep, codes: {1: 0, 2: 1}}\n"
    columns = coded(shifted)
    assert codes(columns) == ["codes-not-said"]
    assert "`work`" in columns.problems[0].message
    assert "`sleep`" in columns.problems[0].message
    assert codes(coded(shifted + "  work: {column: work, codes: {0: 0, 1: 1}}\n")) == []


def test_codes_that_are_the_ids_or_none_of_them_shift_nothing() -> None:
    assert codes(coded("  sleep: {column: sleep, codes: {0: 0, 1: 1}}\n")) == []
    assert codes(coded("  sleep: {column: sleep, codes: {a: 0, b: 1}}\n")) == []
