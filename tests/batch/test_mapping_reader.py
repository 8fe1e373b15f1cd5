"""The mapping file as it is read: what may stand in it, and how each mistake is told."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laws import law
from support.mapped import COMPILED, QUESTIONNAIRE, START, mapping, read
from support.paths import REPOSITORY
from support.questionnaires import ready

from iop_screen.batch.mapping.model import ColumnRef, FromAge, FromColumn, FromColumns, FromTicks, Range
from iop_screen.batch.mapping.question_reader import QUESTION_KEYS
from iop_screen.batch.mapping.reader import FILE_KEYS, LAYOUT_KEYS, read_mapping, with_unconfirmed
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.core.problems import Severity
from iop_screen.questionnaire.answers import MissingReason

WHOLE = """\
file:
  encoding: cp1252
  delimiter: ";"
  skip_lines: 2
  header_rows: 3
  names_from: 2
  repeated_header: exclude
  sheet: Forms 2026
id_column: Response ID
time: {column: Submitted, format: "%m/%d/%Y %H:%M:%S"}
status: {column: Finished, score: [1, "True"], exclude: [0, "False"]}
missing: {N/A: not-applicable, Prefer not to say: declined}
ignore: [coming.from, {position: 12}]
questions:
  age:
    born: {column: DOB, format: "%m/%d/%Y"}
    on: {column: Signed}
    ranges:
      under_18: {from: 0, below: 18}
      18_64: {from: 18, below: 65}
      65_plus: {from: 65, below: 120.5}
  thoughts:
    column: [q12, "Thoughts (old)"]
    codes: {1.0: none, 2: passive, 3: plan}
    missing: {7: declined, 9: unknown, "": not-shown}
  seizures: {any_of: [Seizure ever, DTs ever]}
  concerns:
    ticks: {substances: Alcohol, eating: {position: 4}}
    ticked: [x, 1]
    unticked: [0]
    none_ticked: none
"""


def told(text: str) -> list[str]:
    """The code of each problem, with the line and column where it is; warnings have a question mark."""
    mark = {Severity.ERROR: "", Severity.WARNING: "?"}
    return [
        f"{problem.code}{mark[problem.severity]} {problem.span.line - 3}:{problem.span.column}"
        for problem in read(text).problems
    ]


def texts(*words: str) -> frozenset[str]:
    return frozenset(words)


def names(ref: ColumnRef) -> object:
    return list(ref.names) if ref.position is None else ref.position


def test_every_key_is_read_as_it_is_written() -> None:
    found = mapping(WHOLE)
    assert found.file == FileSettings(
        encoding="cp1252",
        delimiter=";",
        skip_lines=2,
        header_rows=3,
        names_from=2,
        repeated_header=True,
        sheet="Forms 2026",
    )
    assert found.id_column is not None
    assert names(found.id_column) == ["Response ID"]
    assert found.time is not None
    assert found.time.format.pattern == "%m/%d/%Y %H:%M:%S"
    (status,) = found.status
    assert (status.score, status.exclude) == (texts("1", "true"), texts("0", "false"))
    assert found.missing == {"n/a": MissingReason.NOT_APPLICABLE, "prefer not to say": MissingReason.DECLINED}
    assert [*map(names, found.ignore)] == [["coming.from"], 12]
    age, thoughts, seizures, concerns = found.questions
    assert isinstance(age.source, FromAge)
    assert age.source.on.format.pattern is None
    assert age.ranges[2] == Range("65_plus", Decimal(65), Decimal("120.5"))
    assert isinstance(thoughts.source, FromColumn)
    assert names(thoughts.source.column) == ["q12", "Thoughts (old)"]
    assert thoughts.codes == {"1": texts("none"), "2": texts("passive"), "3": texts("plan")}
    assert thoughts.missing == {"7": MissingReason.DECLINED, "9": MissingReason.UNKNOWN, "": MissingReason.NOT_SHOWN}
    assert isinstance(seizures.source, FromColumns)
    assert seizures.source.kind == "any_of"
    assert isinstance(concerns.source, FromTicks)
    assert [(option, names(ref)) for option, ref in concerns.source.columns] == [
        ("substances", ["Alcohol"]),
        ("eating", 4),
    ]
    assert (concerns.source.ticked, concerns.source.unticked) == (texts("x", "1"), texts("0"))
    assert concerns.source.none_ticked == "none"
    assert told(WHOLE) == []


def test_a_mapping_is_named_by_its_id_and_the_hash_of_its_bytes() -> None:
    assert mapping("").stamp == f"clinic#{hashlib.sha256(START.encode()).hexdigest()[:12]}"


def test_all_but_the_first_three_keys_may_be_left_out() -> None:
    found = mapping("")
    assert (found.file, found.id_column, found.time, found.status) == (FileSettings(), None, None, ())
    assert (found.questions, found.missing, found.ignore, found.guesses) == ((), {}, (), ())


def test_several_columns_may_say_which_forms_count() -> None:
    text = "status: [{column: Finished, score: [1]}, {column: Kind, exclude: Survey Preview}]\n"
    assert [(names(each.column), each.score, each.exclude) for each in mapping(text).status] == [
        (["Finished"], texts("1"), None),
        (["Kind"], None, texts("survey preview")),
    ]
    assert told("status: []\n") == ["wrong-kind 1:9"]


def test_names_are_joined_from_all_rows_of_the_header_if_the_mapping_says_so() -> None:
    assert mapping("file: {header_rows: 2, names_from: all}\n").file.names_from == 0


@pytest.mark.parametrize(("written", "meant"), [('"\\t"', "\t"), ("tab", "\t"), ('"|"', "|"), ('","', ",")])
def test_a_delimiter_is_a_sign_or_the_word_tab(written: str, meant: str) -> None:
    assert mapping(f"file: {{delimiter: {written}}}\n").file.delimiter == meant


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ["empty-file 1:1"]),
        ("- a\n", ["other-file 1:1"]),
        ("- a\nformat: 1\n", ["yaml-syntax 2:1"]),
        ("format: 1\nid: a\n", ["missing-key 1:1"]),
        ("format: 2\nid: a\nquestionnaire: forms\n", ["unknown-word 1:9"]),
        ("format: 1\nid: a b\nquestionnaire: forms\n", ["wrong-kind 2:5"]),
        ("format: 1\nid: a\nquestionnaire: other\nquestions: {gone: {column: A}}\n", ["other-questionnaire 3:16"]),
        ("format: 1\nid: a\nid: a\nquestionnaire: forms\n", ["duplicate-key 3:1"]),
    ],
)
def test_the_first_lines_are_judged(content: str, expected: list[str]) -> None:
    found = read_mapping(content.encode(), COMPILED)
    assert found.mapping is None
    assert [f"{problem.code} {problem.span.line}:{problem.span.column}" for problem in found.problems] == expected


THOUGHTS = "codes: {1: none, 2: passive, 3: plan}"
AGES = "ranges: {under_18: {from: 0, below: 18}, 18_64: {from: 18, below: 65}, 65_plus: {from: 65, below: 120}}"
BORN = 'born: {column: A, format: "%m/%d/%Y"}, on: {column: B}'

MISTAKES = [
    # ------------------------------------------------------------------ keys and words
    ("quetions: {}\n", ["unknown-key 1:1"]),
    ("file: {encodin: utf-8}\n", ["unknown-key 1:8"]),
    ("file: {encoding: latin1}\n", ["unknown-word 1:18"]),
    ('file: {delimiter: "/"}\n', ["unknown-word 1:19"]),
    ("file: {skip_lines: -1}\n", ["wrong-kind 1:20"]),
    ("file: {header_rows: 0}\n", ["wrong-kind 1:21"]),
    ("file: {header_rows: 2, names_from: 3}\n", ["names-outside-header 1:36"]),
    ("file: {repeated_header: drop}\n", ["unknown-word 1:25"]),
    ("id_column: {position: 0}\n", ["wrong-kind 1:23"]),
    ("id_column: {position: first}\n", ["wrong-kind 1:23"]),
    ("id_column: {place: 1}\n", ["missing-key 1:13", "unknown-key 1:13"]),
    ("id_column: []\n", ["wrong-kind 1:12"]),
    ("id_column: Person #1\n", ["text-cut-short? 1:12"]),
    ("ignore: coming.from\n", ["wrong-kind 1:9"]),
    ("missing: {N/A: gone}\n", ["unknown-word 1:16"]),
    ("missing: [N/A]\n", ["wrong-kind 1:10"]),
    ("guess_missing: maybe\n", ["unknown-word 1:16"]),
    # ------------------------------------------------------------------ times and status
    ("time: {format: '%Y'}\n", ["missing-key 1:8", "wrong-time-format 1:16"]),
    ("time: {column: A, format: '%d/%m'}\n", ["wrong-time-format 1:27"]),
    ("time: {column: A, format: '%m/%d/%Y %I:%M'}\n", ["wrong-time-format 1:27"]),
    ("time: {column: A, format: '%Y-%Y-%m-%d'}\n", ["wrong-time-format 1:27"]),
    ("time: {column: A, format: 'YYYY-MM-DD'}\n", ["wrong-time-format 1:27"]),
    ("time: {column: A, format: '%m/%d/%Y %I:%M %p'}\n", []),
    ("time: {column: A, format: '%Y-%m-%dT%H:%M:%S%z'}\n", []),
    ("status: {column: A}\n", ["missing-key 1:10"]),
    ("status: {column: A, score: [1], exclude: [1.0, 0]}\n", ["texts-alike 1:43"]),
    ("status: {column: A, score: {a: b}}\n", ["wrong-kind 1:29"]),
    # ------------------------------------------------------------------ questions and options
    ("questions: {thoghts: {column: A}}\n", ["unknown-question 1:13"]),
    ("questions: {thoughts: {}}\n", ["wrong-kind 1:23"]),
    ("questions: {thoughts: {colum: A}}\n", ["unknown-key 1:24"]),
    ("questions: {thoughts: {codes: {1: nnone}}}\n", ["unknown-option 1:35"]),
    ("questions: {thoughts: {codes: {1: none, 2: plan}}}\n", ["unreachable-option? 1:32"]),
    ("questions: {thoughts: {codes: {1: none, 2: plan, 3: [none, plan]}}}\n", ["not-alone 1:53"]),
    ("questions: {concerns: {codes: {1: substances, 2: eating, 3: [none, eating]}}}\n", ["not-alone 1:61"]),
    ("questions: {thoughts: {labels: {Some: pasive}}}\n", ["unknown-option 1:39"]),
    ("questions: {thoughts: {labels: {Passive: none}}}\n", ["texts-alike 1:33"]),
    ("questions: {thoughts: {labels: {Passive: passive}}}\n", []),
    ("questions: {seizures: {labels: {TRUE: no}}}\n", ["texts-alike 1:33"]),
    ("questions: {seizures: {codes: {TRUE: no, FALSE: yes}}}\n", []),
    ("questions: {seizures: {codes: {1: no, 2: yes}, missing: {TRUE: unknown}}}\n", []),
    ("questions: {concerns: {ticks: {food: A, eating: B, substances: C}, none_ticked: none}}\n", [
        "unknown-option 1:32",
    ]),
    ("questions: {concerns: {ticks: {eating: A}, none_ticked: none}}\n", ["unreachable-option? 1:32"]),
    ("questions: {concerns: {ticks: {eating: A, substances: B}, none_ticked: nothing}}\n", ["unknown-option 1:72"]),
    ("questions: {age: {ranges: {under_18: {from: 0, below: 18}, old: {from: 18, below: 99}}}}\n", [
        "unknown-option 1:60",
    ]),
    # ------------------------------------------------------------------ what fits a question
    ("questions: {concerns: {column: A, ranges: {none: {from: 0, below: 1}}}}\n", ["does-not-fit 1:44"]),
    ("questions: {nights: {column: A, codes: {1: none}}}\n", ["does-not-fit 1:41"]),
    ("questions: {nights: {column: A, labels: {1: none}}}\n", ["does-not-fit 1:42"]),
    ("questions: {remark: {column: A, codes: {1: none}}}\n", ["does-not-fit 1:41"]),
    ("questions: {nights: {column: A, ranges: {few: {from: 0, below: 9}}}}\n", ["does-not-fit 1:42"]),
    ("questions: {concerns: {born: {column: A}, on: {column: B}}}\n", ["does-not-fit 1:31"]),
    ("questions: {concerns: {column: A, separator: and}}\n", ["wrong-kind 1:46"]),
    ("questions: {remark: {ticks: {a: A}}}\n", ["does-not-fit 1:30"]),
    ("questions: {age: {worst_of: [A, B]}}\n", ["does-not-fit 1:29"]),
    ("questions: {concerns: {worst_of: [A, B]}}\n", ["does-not-fit 1:34"]),
    ("questions: {remark: {worst_of: [A, B]}}\n", ["does-not-fit 1:32"]),
    ("questions: {thoughts: {any_of: [A, B]}}\n", ["does-not-fit 1:32"]),
    ("questions: {thoughts: {column: A, separator: ' '}}\n", ["does-not-fit 1:46"]),
    ("questions: {sober: {any_of: [A, B]}}\n", ["does-not-fit 1:29"]),
    ("questions: {sober: {worst_of: [A, B]}}\n", []),
    ("questions: {remark: {born: {column: A}, on: {column: B}}}\n", ["does-not-fit 1:29"]),
    ("questions: {nights: {worst_of: [A, B]}}\n", []),
    # ------------------------------------------------------------------ two ways, and one without the other
    ("questions: {seizures: {column: A, any_of: [B, C]}}\n", ["two-ways 1:43"]),
    (f"questions: {{thoughts: {{column: A, {THOUGHTS}, labels: {{x: none}}}}}}\n", ["two-ways 1:83"]),
    ("questions: {seizures: {ticks: {yes: A, no: B}, ticked: [x], codes: {1: yes, 2: no}}}\n", ["two-ways 1:69"]),
    (f"questions: {{age: {{{BORN}, codes: {{1: under_18, 2: 18_64, 3: 65_plus}}}}}}\n", [
        "missing-key 1:26", "two-ways 1:83",
    ]),
    ("questions: {thoughts: {column: A, ticked: [x]}}\n", ["missing-key 1:43"]),
    ("questions: {age: {on: {column: B}}}\n", ["missing-key 1:24"]),
    (f"questions: {{age: {{born: {{column: B}}, {AGES}}}}}\n", ["missing-key 1:26"]),
    ("questions: {age: {born: {column: A}, on: {column: B}}}\n", ["missing-key 1:26"]),
    (f"questions: {{age: {{{BORN.replace('%Y', '%y')}, {AGES}}}}}\n", ["short-year 1:26"]),
    ("questions: {seizures: {any_of: [A]}}\n", ["wrong-kind 1:32"]),
    # ------------------------------------------------------------------ texts that say two things
    ("questions: {thoughts: {codes: {1: none, 1.0: passive, 2: plan}}}\n", ["texts-alike 1:41"]),
    ("questions: {thoughts: {codes: {A: none, a: plan, b: passive}}}\n", ["texts-alike 1:41"]),
    (f"questions: {{thoughts: {{{THOUGHTS}, missing: {{3: declined}}}}}}\n", ["answer-and-missing 1:73"]),
    ("questions: {thoughts: {column: A, missing: {passive: declined}}}\n", ["answer-and-missing 1:45"]),
    ("questions: {thoughts: {missing: {9: declined, 9.0: unknown}}}\n", ["texts-alike 1:47"]),
    ('questions: {thoughts: {codes: {"": none, 2: passive, 3: plan}}}\n', ["blank-as-answer 1:32"]),
    ('questions: {concerns: {ticks: {substances: A, eating: B, none: C}, ticked: ["", x]}}\n', [
        "blank-as-answer 1:77",
    ]),
    ("questions: {concerns: {ticks: {substances: A, eating: B, none: C}, ticked: [1], unticked: [1, 0]}}\n", [
        "texts-alike 1:77",
    ]),
    ("questions: {seizures: {ticks: {yes: A, no: B}}}\n", ["texts-alike 1:32"]),
    ("questions: {concerns: {codes: {a: substances, b: eating, 'a, b': none}}}\n", ["texts-alike 1:32"]),
    # ------------------------------------------------------------------ words for no answer as answers
    ("questions: {thoughts: {codes: {Unknown: none, 2: passive, 3: plan}}}\n", ["answer-and-missing 1:32"]),
    ("questions: {seizures: {labels: {declined: no}}}\n", ["answer-and-missing 1:33"]),
    ("questions: {seizures: {labels: {not-shown: no, not-applicable: no}}}\n", [
        "answer-and-missing 1:33", "answer-and-missing 1:48",
    ]),
    ("questions: {seizures: {ticks: {yes: A}, ticked: [1, unknown], none_ticked: no}}\n", ["answer-and-missing 1:53"]),
    ("questions: {seizures: {ticks: {yes: A}, unticked: [0, declined], none_ticked: no}}\n", [
        "answer-and-missing 1:55",
    ]),
    ("questions: {seizures: {labels: {Prefer not to say: no}}}\n", ["no-answer-word? 1:33"]),
    ("questions: {seizures: {codes: {1: yes, N/A: no}}}\n", ["no-answer-word? 1:40"]),
    ("questions: {seizures: {ticks: {yes: A}, unticked: [0, '', '-'], none_ticked: no}}\n", ["no-answer-word? 1:59"]),
    ("questions: {seizures: {codes: {1: yes, 0: no}, missing: {N/A: declined, unknown: not-shown}}}\n", []),
    # ------------------------------------------------------------------ numbers
    ("questions: {age: {column: A, ranges: {under_18: {from: 18, below: 18}}}}\n", ["empty-range 1:67"]),
    (f"questions: {{age: {{column: A, {AGES.replace('from: 18', 'from: 17')}}}}}\n", ["ranges-overlap 1:71"]),
    (f"questions: {{age: {{column: A, {AGES.replace('from: 18', 'from: 19')}}}}}\n", ["range-gap? 1:71"]),
    (f"questions: {{age: {{column: A, {AGES.replace('from: 18', 'from: ten')}}}}}\n", ["wrong-kind 1:85"]),
    (f"questions: {{age: {{column: A, {AGES}, missing: {{99: unknown}}}}}}\n", ["missing-in-range? 1:145"]),
    (f"questions: {{age: {{column: A, {AGES}, missing: {{120: unknown}}}}}}\n", []),
    ("questions: {nights: {column: A, missing: {30: unknown}}}\n", ["missing-in-range? 1:43"]),
    # ------------------------------------------------------------------ what holds for all questions
    ("missing: {N: not-applicable}\n", ["answer-and-missing 1:11"] * 2),
    ("missing: {Passive: declined}\n", ["answer-and-missing 1:11"]),
    ("missing: {9: declined}\n", ["answer-and-missing 1:11"]),
    ("missing: {9: declined}\nquestions: {nights: {column: A, missing: {9: unknown}}}\n", ["missing-in-range? 2:43"]),
    ("missing: {99: declined}\n", []),
    (f"missing: {{99: declined}}\nquestions: {{age: {{{AGES}}}}}\n", ["answer-and-missing 1:11"]),
    (f"missing: {{99: declined}}\nquestions: {{age: {{{BORN}, {AGES}}}}}\n", []),
    # ------------------------------------------------------------------ columns
    ("questions: {seizures: {any_of: [A, B]}, thoughts: {column: a}}\n", ["column-twice? 1:60"]),
    ("questions: {seizures: {any_of: [A, A]}}\n", ["column-twice 1:36"]),
    ("questions: {concerns: {ticks: {substances: {position: 1}, eating: {position: 1}}, none_ticked: none}}\n", [
        "column-twice 1:68",
    ]),
    ("questions: {thoughts: {column: A}}\nignore: [A]\n", ["column-twice? 2:10"]),
    ("questions: {thoughts: {column: [A, a]}}\n", []),
]  # fmt: skip


def test_an_option_of_the_questionnaire_is_no_word_for_no_answer() -> None:
    compiled = ready(QUESTIONNAIRE.replace("label: Passive", "label: Not sure"))
    text = START + "questions: {thoughts: {codes: {1: none, Not sure: passive, Refused: plan}}}\n"
    problems = read_mapping(text.encode(), compiled).problems
    assert [(problem.code, "`Refused`" in problem.message) for problem in problems] == [("no-answer-word", True)]


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[text.strip() for text, _ in MISTAKES])
def test_each_mistake_is_told_where_it_stands(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=[text.strip() for text, _ in MISTAKES])
def test_a_mapping_is_used_only_if_nothing_worse_than_a_warning_is_told(text: str, expected: list[str]) -> None:
    assert (read(text).mapping is None) == any("?" not in problem for problem in expected)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("questions: {thoghts: {column: A}}\n", "did you mean `thoughts`?"),
        ("questions: {thoughts: {codes: {1: none, 2: pasive, 3: plan}}}\n", "did you mean `passive`?"),
        ("questions: {thoughts: {codes: {1: none, 2: declined, 3: plan}}}\n", "stands under `missing`"),
        ("questions: {thoughts: {column: A, cods: {1: none}}}\n", "did you mean `codes`?"),
        ("missing: {N/A: unkown}\n", "did you mean `unknown`?"),
    ],
)
def test_a_misspelled_word_has_a_hint(text: str, hint: str) -> None:
    assert any(hint in problem.hint for problem in read(text).problems)


def test_every_word_that_something_is_a_guess_is_found() -> None:
    found = read(
        "guess_missing: true\n"
        "guess_id_column: true\n"
        "file: {guess: true}\n"
        "time: {column: A, guess: true}\n"
        "status: {column: B, score: [1], guess: true}\n"
        "questions:\n"
        "  thoughts: {column: C, guess: true}\n"
        "  seizures: {column: D, guess: false}\n"
    )
    assert [(problem.code, problem.span.line - 3) for problem in with_unconfirmed(found)] == [
        ("not-confirmed", line) for line in (1, 2, 3, 4, 5, 7)
    ]
    assert found.problems == ()
    assert found.mapping is not None
    thoughts, seizures = found.mapping.questions
    assert thoughts.guess == found.mapping.guesses[-1]
    assert seizures.guess is None


def test_a_mapping_without_a_guess_is_confirmed() -> None:
    assert with_unconfirmed(read(WHOLE)) == ()


@law
@given(st.data())
def test_no_file_ends_the_reading_with_an_error(data: st.DataObject) -> None:
    lines = (START + WHOLE).split("\n")
    place = data.draw(st.integers(0, len(lines) - 1))
    words = st.sampled_from(["{}", "[]", "a", "''", "{a: b}", "[a, [b]]", "- a", "1", ": :", "%y", "none", "[none]"])
    key = lines[place].partition(":")[0]
    lines[place] = f"{key}: {data.draw(words)}"
    read_mapping("\n".join(lines).encode(), COMPILED)


@law
@given(st.binary(max_size=60))
def test_no_bytes_end_the_reading_with_an_error(content: bytes) -> None:
    read_mapping(content, COMPILED)
    read_mapping(START.encode() + content, COMPILED)


REFERENCE = (REPOSITORY / "docs" / "reference.md").read_text()
SECTION = REFERENCE.partition("\n## The mapping file\n")[2].partition("\n## ")[0]
CODES = {problem.partition("?")[0].partition(" ")[0] for _, expected in MISTAKES for problem in expected}


@pytest.mark.parametrize("code", sorted({*CODES, "other-questionnaire", "not-confirmed"}))
def test_every_code_is_in_the_reference(code: str) -> None:
    assert f"| `{code}` |" in SECTION or f"### `{code}`" in (REPOSITORY / "docs" / "checks.md").read_text()


@pytest.mark.parametrize("key", sorted({*FILE_KEYS, *LAYOUT_KEYS, *QUESTION_KEYS, "position", "format", "below"}))
def test_every_key_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in SECTION or f"`{{{key}: " in SECTION or f" {key}: " in SECTION


def test_the_example_of_the_reference_has_no_problem() -> None:
    example = SECTION.partition("```yaml\n")[2].partition("```")[0]
    found = read_mapping(example.encode(), ready((REPOSITORY / "questions.yaml").read_text()))
    assert found.problems == ()
    assert found.mapping is not None
