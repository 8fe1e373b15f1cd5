"""From the bytes of a file to a questionnaire, or to every problem it has, each at its place."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.paths import QUESTIONNAIRES
from support.questionnaires import HEADER

from iop_screen.checking.load import load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.core.problems import Findings, Problem, Related, Severity, Span
from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire import condition_reader, model, nodes, source, types, validation
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.nodes import (
    MAX_DEPTH,
    MAX_NODES,
    MAX_QUESTIONNAIRE_BYTES,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    compose,
)
from iop_screen.questionnaire.references import condition_checks, ladders, parts, score_checks
from iop_screen.questionnaire.types import base, by_options, choice, multiple, number, yes_no
from iop_screen.questionnaire.types import text as text_type
from iop_screen.questionnaire.types.choice import ChoiceQuestion
from iop_screen.questionnaire.types.number import NumberQuestion
from iop_screen.questionnaire.validation import key_of
from iop_screen.report.diagnostics import diagnostics

GOOD = sorted((QUESTIONNAIRES / "ok").glob("*.yaml"))
BAD = sorted((QUESTIONNAIRES / "err").glob("*.yaml"))
SHOWN_IN_CODE = {"file-too-large", "not-utf-8", "too-many-parts"}

SMALL = (
    HEADER
    + """\
sections:
  - id: one
    title: One
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: sleep, ask: Sleep?, role: risk, type: choice, options: [{id: yes, label: Good}, {id: no, label: Bad}]}
      - {id: age, ask: Age?, role: context, type: number, min: 0, max: 120}
      - {id: words, ask: Words?, role: context, type: text}
rules:
  - {id: tired, when: {sleep: no}, level: stay, because: No sleep.}
"""
)


def edited(old: str, new: str) -> bytes:
    """The small questionnaire with one thing changed."""
    assert SMALL.count(old) == 1, old
    return SMALL.replace(old, new).encode()


def problems(content: bytes) -> tuple[Problem, ...]:
    return load_questionnaire(content).problems


def codes(content: bytes) -> list[str]:
    return [problem.code for problem in problems(content)]


def read(content: bytes) -> Questionnaire:
    loaded = load_questionnaire(content)
    assert loaded.questionnaire is not None, diagnostics(loaded.problems, "small", content)
    return loaded.questionnaire


def lines_of(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").split("\n")


def written_at(span: Span, content: bytes) -> str:
    """What stands at a place that lies in one line."""
    return lines_of(content)[span.line - 1][span.column - 1 : span.end_column - 1]


def is_inside(span: Span, lines: list[str]) -> bool:
    return (
        1 <= span.line <= len(lines)
        and 1 <= span.column <= len(lines[span.line - 1]) + 1
        and (span.line, span.column) <= (span.end_line, span.end_column)
    )


def hold_to_the_promises(content: bytes) -> None:
    """What is promised of any file: it is usable or has problems, never both, and each problem is at a place in it."""
    loaded = load_questionnaire(content)
    assert (loaded.questionnaire is None) == any(problem.severity is Severity.ERROR for problem in loaded.problems)
    lines = lines_of(content)
    for problem in loaded.problems:
        spans = [problem.span, *(related.span for related in problem.related)]
        assert all(is_inside(span, lines) for span in spans), problem
    diagnostics(loaded.problems, "any", content)


# ---------------------------------------------------------------------- files


def cases() -> list[object]:
    return [pytest.param(path, id=path.stem) for path in BAD]


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_has_no_problem(path: Path) -> None:
    assert read(path.read_bytes()).id == path.stem


@pytest.mark.parametrize("path", cases())
def test_what_is_wrong_is_said_letter_for_letter(path: Path) -> None:
    content = path.read_bytes()
    printed = diagnostics(problems(content), path.name, content)
    golden = path.with_suffix(".out")
    if "REWRITE_GOLDEN" in os.environ:
        golden.write_text(printed, "utf-8")
    assert printed == golden.read_text("utf-8")


@pytest.mark.parametrize("path", [path for path in BAD if "many" not in path.stem], ids=lambda path: path.stem)
def test_an_example_shows_the_code_it_is_named_for_and_no_other(path: Path) -> None:
    expected = re.findall(r"error: .* \[([a-z0-9-]+)\]$", path.with_suffix(".out").read_text("utf-8"), re.MULTILINE)
    assert {*expected} == {path.stem}


NO_CODES = {"utf-8", "left-out", "text-cut-short", "not-shown", "not-applicable"}
"""Words with a hyphen that stand in the code and are no codes of a file that cannot be used."""


def test_every_code_has_an_example() -> None:
    modules = [source, validation, condition_reader, nodes, ladders, parts, condition_checks, score_checks]
    modules += [base, by_options, yes_no, choice, multiple, number, text_type]
    text = "".join(Path(str(module.__file__)).read_text("utf-8") for module in modules)
    built = {"unknown-level", "unknown-first-step", "unknown-contact"}
    known = {*re.findall(r'"([a-z0-9]+(?:-[a-z0-9]+)+)"', text)} - NO_CODES | built
    assert known == {path.stem for path in BAD if "many" not in path.stem} | SHOWN_IN_CODE


@pytest.mark.parametrize("path", [path for path in BAD if "many" in path.stem], ids=lambda path: path.stem)
def test_many_problems_are_shown_at_once_and_by_place(path: Path) -> None:
    spans = [problem.span for problem in problems(path.read_bytes())]
    assert len(spans) > 5
    assert spans == sorted(spans)


def keys_in(node: Node | None) -> set[str]:
    match node:
        case MappingNode(entries):
            return {key.text for key, _ in entries}.union(*(keys_in(value) for _, value in entries))
        case SequenceNode(items):
            return set[str]().union(*(keys_in(part) for part in items))
        case ScalarNode() | None:
            return set()


def tree(path: Path) -> Node:
    document = compose(path.read_text("utf-8"), Findings())
    assert document is not None
    return document.root


def test_the_good_files_use_every_key_of_the_format() -> None:
    classes = [part for part in vars(model).values() if getattr(part, "__module__", "") == model.__name__]
    classes += [base.Option, base.Waiver, *types.QUESTION_TYPES.values()]
    named = [part for part in classes if hasattr(part, "__dataclass_fields__")]
    keys = {key_of(entry.name) for part in named for entry in fields(part)} | {"all", "any", "at_least", "at_most"}
    used = set[str]().union(*(keys_in(tree(path)) for path in GOOD))
    assert keys - used == set()


# ---------------------------------------------------------------------- plain words


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "null", "true", "010", "18_64", "0x1F", "1e3", "1.0", "y"])
def test_an_id_is_the_text_that_is_written(word: str) -> None:
    content = edited("{id: yes, label: Good}", f"{{id: {word}y, label: A}}, {{id: {word}, label: Good}}")
    content = content.replace(b"{sleep: no}", b"{sleep: {at_least: %b}}" % word.encode())
    content = content.replace(b"{id: no, label: Bad}", b"{id: worst, label: Bad}")
    question = read(content).questions()[1]
    assert isinstance(question, ChoiceQuestion)
    assert question.options[1].id == word


@pytest.mark.parametrize("text", ["off", "12:30", "010", "~", "2026-11-23", "1_000", ".inf", "=", "Straße 危険", "-1"])
def test_a_label_is_the_text_that_is_written(text: str) -> None:
    question = read(edited("label: Good", f"label: {text}")).questions()[1]
    assert isinstance(question, ChoiceQuestion)
    assert question.options[0].label == text


@pytest.mark.parametrize("worse", ["yes", "no"])
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_no_is_an_answer_with_and_without_quotes(worse: str, quote: str) -> None:
    word = f"{quote}{worse}{quote}"
    content = edited("worse: yes", f"worse: {word}").replace(b"{sleep: no}", f"{{danger: {word}}}".encode())
    assert codes(content) == []


@pytest.mark.parametrize(("written", "number"), [("010", 10), ("0.50", 0.5), ("-3", -3), ("+7", 7), ('"4"', 4)])
def test_the_place_decides_that_a_number_is_wanted(written: str, number: float) -> None:
    question = read(edited("min: 0", f"min: {written}")).questions()[2]
    assert isinstance(question, NumberQuestion)
    assert question.min == number


@pytest.mark.parametrize("written", ["0x10", "1e2", "1_000", "12:30", "ten", ".5", "5.", "nan", "1234567890", "٣"])
def test_what_is_not_written_as_a_number_is_none(written: str) -> None:
    assert codes(edited("min: 0", f"min: {written}")) == ["wrong-kind"]


@pytest.mark.parametrize(
    ("day", "expected"), [("2024-02-29", []), ("2025-02-29", ["wrong-kind"]), ("today", ["wrong-kind"])]
)
def test_a_day_is_one_that_the_calendar_has(day: str, expected: list[str]) -> None:
    contact = f"contacts: [{{id: line, name: Line, reach: call, checked_on: {day}}}]\nrules:"
    assert codes(edited("rules:", contact)) == expected


@pytest.mark.parametrize(("written", "expected"), [("true", []), ("yes", []), ("no", []), ("maybe", ["wrong-kind"])])
def test_yes_and_true_both_switch_on(written: str, expected: list[str]) -> None:
    assert codes(edited("interrupt: true", f"interrupt: {written}")) == expected


def test_blanks_around_a_text_are_not_part_of_it() -> None:
    assert read(edited("title: Small", "title: |\n\n  Small\n\n")).title == "Small"


# ---------------------------------------------------------------------- bytes


def test_a_byte_order_mark_changes_nothing_but_the_hash() -> None:
    plain, marked = load_questionnaire(SMALL.encode()), load_questionnaire(b"\xef\xbb\xbf" + SMALL.encode())
    assert marked.questionnaire == plain.questionnaire
    assert marked.hash12 != plain.hash12


def test_a_byte_order_mark_moves_no_column() -> None:
    wrong = edited("format: 1", "format: 2")
    assert problems(b"\xef\xbb\xbf" + wrong) == problems(wrong)


def test_line_ends_of_windows_change_nothing() -> None:
    content = SMALL.encode().replace(b"\n", b"\r\n")
    assert read(content) == read(SMALL.encode())


def test_line_ends_of_windows_move_no_place() -> None:
    for path in BAD:
        content = path.read_bytes()
        assert problems(content.replace(b"\n", b"\r\n")) == problems(content)


def test_the_hash_is_that_of_the_bytes() -> None:
    content = SMALL.encode().replace(b"\n", b"\r\n")
    assert load_questionnaire(content).hash12 == hashlib.sha256(content).hexdigest()[:12]


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        (b"title: caf\xe9\n", 1, 11),
        ("title: é\n".encode() + b"a: \xff\n", 2, 4),
        ("title: 危険".encode() + b"\xc0\xaf", 1, 10),
        (b"\xff\xfet\x00", 1, 1),
        (b"t: \xed\xa0\x80", 1, 4),
        pytest.param(
            b"\xef\xbb\xbftitle: caf\xe9\n",
            1,
            11,
        ),
    ],
)
def test_a_byte_that_is_no_text_is_found(content: bytes, line: int, column: int) -> None:
    (problem,) = problems(content)
    assert (problem.code, problem.span.line, problem.span.column) == ("not-utf-8", line, column)


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x1b", "\x7f", "\x85", "\u00a0", "\u00ad", "\u200b", "\u2028", "\u202e", "\ufeff", "\r"]
)
def test_a_character_that_a_screen_hides_is_refused_at_its_place(hidden: str) -> None:
    content = edited("title: Small", f"title: Sm{hidden}all")
    (problem,) = problems(content)
    assert (problem.code, problem.span) == ("hidden-character", Span(4, 10, 4, 11))


@pytest.mark.parametrize("escape", [r"\0", r"\e", r"\x85", r"\u202e", r"\_", r"\N"])
def test_an_escape_brings_in_no_hidden_character(escape: str) -> None:
    assert codes(edited("title: Small", f'title: "Sm{escape}all"')) == ["hidden-character"]


def test_a_character_that_yaml_refuses_is_reported_at_its_place() -> None:
    (problem,) = problems(edited("title: Small", "title: Sm\uffffall"))
    assert (problem.span.line, problem.span.column) == (4, 10)


def test_a_file_may_be_as_large_as_the_bound_and_no_larger() -> None:
    full = SMALL.encode() + b"#" * (MAX_QUESTIONNAIRE_BYTES - len(SMALL))
    assert codes(full) == []
    assert codes(full + b"#") == ["file-too-large"]


def test_a_file_may_have_as_many_parts_as_the_bound_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_NODES == 200_000
    monkeypatch.setattr(nodes, "MAX_NODES", 100)
    findings = Findings()
    full = "[" + "a," * 99
    assert compose(full + "]", findings) is not None
    assert findings.problems == []
    assert compose(full + "a]", findings) is None
    assert [problem.code for problem in findings.problems] == ["too-many-parts"]


@pytest.mark.parametrize(
    "piece", ["[", "{", "[{a: ", "- ", "? ", "a: ", '"', "'", "&a ", "*a ", "!", "|", "%", "a:\n "]
)
def test_one_thing_more_often_than_parts_go_deep_ends_in_problems(piece: str) -> None:
    content = (piece * (MAX_DEPTH + 1)).encode()
    assert problems(content)
    hold_to_the_promises(content)


@pytest.mark.parametrize("text", ["{", "[a", "a: [", "a: 1\nb: {c"])
def test_a_file_that_breaks_off_is_marked_in_its_last_line(text: str) -> None:
    (problem,) = problems(text.encode())
    assert is_inside(problem.span, lines_of(text.encode()))


@pytest.mark.parametrize(("depth", "expected"), [(MAX_DEPTH, None), (MAX_DEPTH + 1, "too-deep")])
def test_parts_go_twenty_deep(depth: int, expected: str | None) -> None:
    findings = Findings()
    assert MAX_DEPTH == 20
    compose("[" * depth + "]" * depth, findings)
    assert [problem.code for problem in findings.problems] == ([expected] if expected else [])


# ---------------------------------------------------------------------- places


@pytest.mark.parametrize("before", ["Danger", "Dänger", "危険", "🙂🙂", "e\u0301", "tab\tbed"])
def test_columns_count_characters(before: str) -> None:
    content = edited("ask: Danger?, role: risk", f'ask: "{before}?", role: rsik')
    (problem,) = problems(content)
    assert written_at(problem.span, content) == "rsik"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_carets_stand_exactly_under_the_place(path: Path) -> None:
    content = path.read_bytes()
    for problem in problems(content):
        lines = diagnostics([problem], path.name, content).split("\n")
        if problem.span.line == problem.span.end_line and problem.span.end_column > problem.span.column:
            start, end = lines[2].index("^"), lines[2].rindex("^") + 1
            assert sanitize(written_at(problem.span, content)).startswith(lines[1][start:end])


def test_a_tab_or_a_letter_from_elsewhere_does_not_move_the_caret() -> None:
    content = edited("ask: Danger?, role: risk", 'ask: "Dän\tger?", role: rsik')
    _, excerpt, carets, *_ = diagnostics(problems(content), "small", content).split("\n")
    assert excerpt.index("rsik") == carets.index("^^^^")


def test_a_place_far_to_the_right_is_shown() -> None:
    content = edited("level: stay", f"source: {'x' * 500}, level: stya, first_step: nurse")
    _, excerpt, carets, *_ = diagnostics(problems(content), "small", content).split("\n")
    assert len(excerpt) < 170
    assert excerpt[carets.index("^") : carets.rindex("^") + 1] == "stya"


def test_a_place_of_several_lines_is_marked_to_the_end_of_the_first() -> None:
    content = edited("title: Small", "title: [a,\n  b]")
    _, excerpt, carets, *_ = diagnostics(problems(content), "small", content).split("\n")
    assert (excerpt, carets) == ("  title: [a,", "         ^^^")


def test_a_problem_is_told_by_path_place_hint_and_related_place() -> None:
    problem = Problem("a-code", "it is so", Span(1, 3, 1, 5), "do that", (Related("as here", Span(2, 1, 2, 2)),))
    expected = "f:1:3: error: it is so [a-code]\n  title: x\n    ^^\n  hint: do that\n  f:2:1: as here\n"
    assert diagnostics([problem], "f", b"title: x\nf") == expected
    assert diagnostics([problem], "f", b"id,title\nf") == expected.replace("  title: x\n    ^^\n", "")


def test_no_text_of_a_file_reaches_the_screen_raw() -> None:
    content = b"title: \x1b[31m\xe2\x80\xae\n"
    printed = diagnostics(problems(content), "file\x1b[2J", content)
    assert printed.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ("role: risk, type: yes_no", "type: yes_no, role: rsik", "rsik"),
        ("role: risk, type: yes_no", "role: risk, type: yesno", "yesno"),
        ("title: A stay", "tilte: A stay, title: B", "tilte"),
        ("title: One\n", "title: [One]\n", "[One]"),
        ("{sleep: no}", "{slep: no}", "slep"),
        ("{sleep: no}", "{sleep: nope}", "nope"),
        ("{sleep: no}", "{sleep: {at_lest: no}}", "at_lest"),
        ("{sleep: no}", "{all: [{sleep: no}, tired]}", "tired"),
        ("level: stay", "level: stya", "stya"),
        ("interrupt: true", "interrupt: ture", "ture"),
        ("max: 120", "max: a lot", "a lot"),
        ("because: No sleep.", 'because: ""', '""'),
        ("id: tired, when", "when", "when"),
        ("title: Small\n", "", "format"),
    ],
)
def test_a_problem_stands_where_the_mistake_is(old: str, new: str, written: str) -> None:
    content = edited(old, new)
    (problem,) = problems(content)
    assert written_at(problem.span, content) == written


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("title: Small", "titel: Small\ntitle: Small", "`title`"),
        ("ask: Danger?", "asks: x, ask: Danger?", "`ask`"),
        ("worse: yes", "worse: Yes", "`yes`"),
        ("role: risk, type: yes_no", "role: Risk, type: yes_no", "`risk`"),
        ("type: text", "type: txt", "`text`"),
        ("{sleep: no}", "{slep: no}", "`sleep`"),
        ("{sleep: no}", "{danger: yess}", "`yes`"),
        ("level: stay", "level: stai", "`stay`"),
        ("level: stay", "first_step: nurs", "`nurse`"),
    ],
)
def test_a_word_that_is_nearly_right_is_hinted_at(old: str, new: str, hint: str) -> None:
    (problem,) = problems(edited(old, new))
    assert problem.hint == f"did you mean {hint}?"


def test_a_word_that_is_near_nothing_gets_the_whole_choice() -> None:
    (problem,) = problems(edited("role: risk, type: yes_no", "role: zzz, type: yes_no"))
    assert problem.hint == "it is `risk`, `context` or `access`"


@pytest.mark.parametrize(
    ("old", "new", "first", "second"),
    [
        ("version:", "title: Other\nversion:", (3, 1), (5, 1)),
        ("ask: Danger?,", "ask: Danger?, ask: Really?,", (13, 22), (13, 36)),
        ("{sleep: no}", "{sleep: no, sleep: no}", (18, 24), (18, 35)),
        ("ask: Danger?,", '"ask": Danger?, ask: Really?,', (13, 22), (13, 38)),
        ("title: Small", "caf\u00e9: 1\ncafe\u0301: 2\ntitle: Small", (4, 1), (5, 1)),
    ],
)
def test_a_key_that_stands_twice_names_both_places(
    old: str, new: str, first: tuple[int, int], second: tuple[int, int]
) -> None:
    twice = next(problem for problem in problems(edited(old, new)) if problem.code == "duplicate-key")
    assert (twice.span.line, twice.span.column) == second
    assert [(related.span.line, related.span.column) for related in twice.related] == [first]


def test_an_id_that_stands_twice_names_both_places() -> None:
    content = edited("{id: stay, title: A stay}", "{id: stay, title: A stay}, {id: stay, title: B}")
    (problem,) = problems(content)
    assert written_at(problem.span, content) == written_at(problem.related[0].span, content) == "stay"
    assert problem.span.column > problem.related[0].span.column


# ---------------------------------------------------------------------- one mistake, one problem


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: stay, title: A stay", "id: stay", ["missing-key"]),
        ("label: Bad", "labl: Bad", ["missing-key", "unknown-key"]),
        ("type: choice", "type: choise", ["unknown-word"]),
        ("ask: Sleep?", "ask: [Sleep?]", ["wrong-kind"]),
        ("title: One\n", "\n", ["missing-key"]),
        ("min: 0", "min: none", ["wrong-kind"]),
        ("title: Small\n", "title:\n", ["empty-text"]),
        ("disclaimer: Made up.\n", "", ["missing-key"]),
        ("title: Small\n", "title: *small\n", ["yaml-alias"]),
        pytest.param(
            "rules:\n",
            "guide: *pages\nrules:\n",
            ["yaml-alias"],
        ),
        pytest.param(
            ", worse: yes",
            "",
            ["missing-key"],
        ),
        pytest.param(
            "levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]",
            "levels: [{id: visits, title: Visits}, {id: stay, title: A stay}]\nlevels: [{id: day, title: B}]",
            ["duplicate-key"],
        ),
        pytest.param(
            "first_steps: [{id: nurse, title: A nurse rings}, {id: help_now, title: Help now, interrupt: true}]",
            "first_steps: {nurse: {title: A nurse rings}, help_now: {title: Help now, interrupt: true}}",
            ["wrong-kind"],
        ),
        pytest.param(
            "level: stay",
            "levle: stay",
            ["unknown-key"],
        ),
    ],
)
def test_a_part_that_cannot_be_read_makes_nothing_else_wrong(old: str, new: str, expected: list[str]) -> None:
    more = (
        b"  - {id: dangerous, when: {danger: yes}, first_step: nurse, because: It is.}\n"
        b"  - {id: older, when: {age: {at_least: 65}}, level: stay, because: It is.}\n"
        b"notes: [{id: note, for_levels: [%s], say: Hello.}]\n"
    )
    named = b"day" if "levels:" in new else b"visits"
    assert codes(edited(old, new) + more % named) == expected


@pytest.mark.parametrize(
    ("old", "new", "hidden"),
    [
        ("title: Small\n", "", "unknown-question"),
        ("id: small\n", "id: so small\n", "unknown-question"),
        ("format: 1", "format: 9", "unknown-question"),
        ("title: A stay", "title: [A stay]", "unknown-question"),
        ("max: 120", "max: many", "unknown-question"),
        ("first_steps:", "frist_steps: []\nfirst_steps:", "unknown-question"),
    ],
)
def test_a_part_that_cannot_be_read_hides_no_other_problem(old: str, new: str, hidden: str) -> None:
    other = b"  - {id: other, when: {dager: yes}, level: visits, because: It is.}\n"
    assert hidden in codes(edited(old, new) + other)


def test_an_unknown_key_does_not_hide_that_there_is_one_level() -> None:
    content = edited("{id: visits, title: Visits}, ", "").replace(b"rules:", b"rulez: [a]\nrules:")
    assert codes(content) == ["too-few-levels", "unknown-key"]


@pytest.mark.parametrize("kind", ["text", "number", "choice", "multiple", "yes_no"])
def test_a_key_named_like_the_type_of_its_question_is_an_unknown_key(kind: str) -> None:
    content = edited("type: text", f"type: {kind}, {kind}: hello, min: 0, max: 1, options: []")
    assert "unknown-key" in codes(content)


def test_a_type_that_is_a_list_is_told_as_written() -> None:
    (problem,) = problems(edited("type: text", "type: [text]"))
    assert "['" not in problem.message


def test_a_file_with_problems_is_never_used() -> None:
    for path in BAD:
        assert load_questionnaire(path.read_bytes()).questionnaire is None


# ---------------------------------------------------------------------- any file at all


@settings(max_examples=examples(300))
@given(st.binary(max_size=400).map(lambda content: content + b"\n"))
def test_no_bytes_on_earth_make_the_reader_raise(content: bytes) -> None:
    """Any bytes at all are a questionnaire or have problems, each at a place inside the file."""
    hold_to_the_promises(content)


@settings(max_examples=examples(300))
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("\n :-[]{},&*!|>'\"%@#?~"), max_size=300))
def test_no_text_on_earth_makes_the_reader_raise(text: str) -> None:
    """Any text at all is a questionnaire or has problems, each at a place inside the file."""
    hold_to_the_promises(text.encode() + b"\n")


DEFAULT = default_questionnaire().read_text("utf-8")
KEYS = ["id", "when", "any", "all", "options", "role", "ask_when", "at_least", "label", "points", "title", "sections"]


@st.composite
def damaged(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text in which lines were deleted, doubled or swapped, characters changed, and keys renamed."""
    lines = draw(texts).split("\n")
    for _ in range(draw(st.integers(1, 4))):
        here = draw(st.integers(0, len(lines) - 1))
        there = draw(st.integers(0, len(lines) - 1))
        match draw(st.sampled_from(["delete", "double", "swap", "change", "rename"])):
            case "delete":
                lines[here : here + 2] = lines[here : here + 1]
            case "double":
                lines.insert(there, lines[here])
            case "swap":
                lines[here], lines[there] = lines[there], lines[here]
            case "change":
                column = draw(st.integers(0, len(lines[here])))
                character = draw(st.sampled_from(" :-[]{},&*!|>'\"%@#?~0aé\t"))
                lines[here] = lines[here][:column] + character + lines[here][column + 1 :]
            case _:
                lines[here] = re.sub(r"\w+:", draw(st.sampled_from(KEYS)) + ":", lines[here], count=1)
    return "\n".join([*lines, ""])


@pytest.mark.slow
@settings(max_examples=examples(100))
@given(damaged(st.just(DEFAULT)))
def test_the_default_questionnaire_can_be_damaged_in_any_way(text: str) -> None:
    """Whatever slips in an editor do to the default file, it is usable or has problems, each at a place in it."""
    hold_to_the_promises(text.encode())


@pytest.mark.slow
@settings(max_examples=examples(400))
@given(damaged(st.sampled_from([path.read_text("utf-8") for path in (*GOOD, *BAD)])))
def test_any_file_can_be_damaged_in_any_way(text: str) -> None:
    """Whatever slips in an editor do to a small file, right or wrong, the promises hold."""
    hold_to_the_promises(text.encode())
