"""Tables of made-up forms for drawn questionnaires, with all that their cells can be: what frames are tried on.

The questionnaire and the mapping are drawn; the cells are then chosen by chance from what their columns can hold. To
draw each of them would take hundreds of times as long.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from iop_screen.batch.cells import MISSING_REASON_CELLS
from iop_screen.batch.code_check import FEWEST_FILLED
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.settings import Duplicates, ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.choice import ChoiceQuestion
from iop_screen.questionnaire.types.multiple import MultipleQuestion
from iop_screen.questionnaire.types.number import NumberQuestion
from iop_screen.questionnaire.types.text import TextQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion
from support.naive import QuestionSketch
from support.questionnaires import ready
from support.sql_engines import Cell
from support.strategies import COIN, NOT_AN_ANSWER, WORDS, estimated, number, pick, sketches, some, text_of

LABELS = (
    *("Option {0}", "Option {0}", "Option {0}, now", 'It\'s "{0}"', "${{env:HOME}} \\u0024 \\ {0}"),
    *("{{forms}} {0} -- */ /*", "D\u00e9j\u00e0 {0}", "', '{0}', '"),
)
REASONS = (
    *("unknown", "declined", "not-shown", "not-applicable", "Unknown", " DECLINED ", "not-shown;", "'unknown"),
    *("\u00a0Not-Applicable\u00a0", "declined ; "),
)
NOTHING: tuple[Cell, ...] = (None, None, "", "", " ", "\u00a0", "\t", "\u2003\u3000")
ODD = (
    *("NA", "#N/A", "None", "NULL", "nan", "N/A", "?", "no answer to this", "\ufffd", "\u200b", "=1+1", "'", "''"),
    *("a;zz", "yes;no", "two\nlines", "\u0130\u0131\u00df\u1e9e", "a\u0301", "\U0001f642", "${env:HOME}", "{forms}"),
    *("\\", "\\'", "--", "*/", "x" * 200, ";", ",", "|"),
)
NUMBERS = (
    *("0", "1", "2", "3", "1.0", "2.50", "0.25", " 1 ", "+2", "-1", "01", "'1", "1e0", "1,5", "1.", ".5", "1_0"),
    *("\u0661", "\u00bd", "99", "1000000000", "0.0000001", "\u00a01\u00a0", "infinity", "nan"),
)
LONG_WORDS = (
    *(*WORDS, "x" * 64, "x" * 65, "x" * 65 + " ", "word " * 500),
    *(" " * 40 + "unknown" + " " * 40, "Declined" + "\u00a0" * 80, "\u3000" * 99),
)
IDS: tuple[Cell, ...] = (
    *("A", "A", "B", " B ", "007", "7", "a", "=x", "+1", "d\u00e9j\u00e0", "de\u0301ja\u0300", " d\u00e9j\u00e0\u00a0"),
    *("", " ", None, "long" * 40, 'say "x"', "1,2", "'", "\u65e5\u672c", "\U0001f600", "${env:HOME}", "\\"),
)
DATES = ("2026-11-29", "2008-11-29", "2008-11-30", "1960-01-01", "2030-01-01", "29.11.2026", "soon", "1850-02-02")


@dataclass(frozen=True)
class Column:
    """A column: its name and what can stand in its cells, more often the first than the second."""

    name: str
    usual: Sequence[Cell]
    odd: Sequence[Cell] = ()


@dataclass(frozen=True)
class DrawnTable:
    """A questionnaire, a mapping or none, and a table of forms for them.

    `missing` are the questions that need no column; None are all of them.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    mapping: str | None = None
    missing: frozenset[str] | None = None
    duplicates: Duplicates = "mark"

    @property
    def compiled(self) -> CompiledQuestionnaire:
        """The questionnaire."""
        return ready(self.source)

    @property
    def settings(self) -> ScoreSettings:
        """What is asked of a run."""
        mapping = None
        if self.mapping is not None:
            found = read_mapping(self.mapping.encode(), self.compiled)
            assert found.mapping is not None, [problem.message for problem in found.problems]
            mapping = found.mapping
        missing = ScoreSettings(allow_missing=self.missing or frozenset(), allow_all_missing=self.missing is None)
        return replace(missing, mapping=mapping, duplicates=self.duplicates)


@st.composite
def drawn_tables(draw: st.DrawFn, most_rows: int = 16) -> DrawnTable:
    """A table in which anything may stand."""
    sketch = draw(sketches(most_questions=6) if number(draw, 0, 2) else estimated())
    source, labels = _labelled(draw, text_of(sketch))
    parts = [_answer(draw, question, labels.get(question.id, {})) for question in sketch.questions]
    entries = {question.id: entry for question, (entry, _) in zip(sketch.questions, parts, strict=True) if entry}
    columns = [column for _, of_question in parts for column in of_question]
    extra, keys = _of_record(draw, source)
    columns = [*extra, *columns] if draw(COIN) else [*columns, *extra]
    if number(draw, 0, 3) == 0:
        columns.pop(number(draw, 0, len(columns) - 1))
    keys = {key: value for key, value in keys.items() if any(column.name == "state" for column in columns)}
    mapping = None
    if entries or keys or number(draw, 0, 5) == 0:
        said = {"questions": entries} if entries else {}
        mapping = json.dumps({"format": 1, "id": "m", "questionnaire": "drawn", **keys, **said})
    size = number(draw, 0, most_rows)
    rows = _rows(columns, size, number(draw, 0, 1_000_000), pick(draw, [0.0, 0.05, 0.3]))
    missing = None if number(draw, 0, 9) else frozenset[str]()
    return DrawnTable(source, tuple(column.name for column in columns), rows, mapping, missing)


@st.composite
def written_tables(draw: st.DrawFn, most_rows: int = FEWEST_FILLED - 1) -> DrawnTable:
    """A table with a column of texts for each question, or most of them, named by its id; ids may stand twice.

    It has so few rows that a column without an answer does not stop `score`, for a query does not look for that.
    """
    sketch = draw(sketches(most_questions=6) if number(draw, 0, 2) else estimated())
    questions = [each for place, each in enumerate(sketch.questions) if place == 0 or number(draw, 0, 9)]
    missing = frozenset(each.id for each in sketch.questions if each not in questions)
    columns = [
        Column("id", IDS),
        *(_plain(each.id, each, {name: f"Option {name}" for name in each.ids}) for each in questions),
    ]
    rows = _rows(columns, number(draw, 0, most_rows), number(draw, 0, 1_000_000), pick(draw, [0.05, 0.3]))
    names = tuple(column.name for column in columns)
    return DrawnTable(text_of(sketch), names, rows, missing=missing, duplicates="allow")


def as_written(table: DrawnTable) -> DrawnTable:
    """The same table, with a text that no reader understands in place of each that a form of ours would not have."""
    questions = {str(question.id): question for question in table.compiled.questions}
    places = [questions.get(name) for name in table.columns]
    rows = (
        tuple(
            cell if question is None else _written(question, cell) for question, cell in zip(places, row, strict=True)
        )
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))


def _written(question: Question, cell: Cell) -> Cell:
    if not cell or cell in MISSING_REASON_CELLS:
        return cell
    ids = question.answer_ids()
    match question:
        case TextQuestion():
            return "words"
        case NumberQuestion():
            fits = re.fullmatch("[+-]?[0-9]{1,9}([.][0-9]{1,6})?", cell) is not None
        case MultipleQuestion():
            fits = {*cell.split(";")} <= {*ids}
        case YesNoQuestion() | ChoiceQuestion():
            fits = cell in ids
    return cell if fits else NOT_AN_ANSWER


def _rows(columns: Sequence[Column], size: int, seed: int, odd: float) -> tuple[tuple[Cell, ...], ...]:
    chance = Random(seed)  # noqa: S311 - nothing secret
    return tuple(
        tuple(chance.choice(each.odd if each.odd and chance.random() < odd else each.usual) for each in columns)
        for _ in range(size)
    )


def _labelled(draw: st.DrawFn, text: str) -> tuple[str, dict[str, dict[str, str]]]:
    """The questionnaire with other labels, and the labels by question and option."""
    whole, found = json.loads(text), dict[str, dict[str, str]]()
    for section in whole["sections"]:
        for question in section["questions"]:
            label = pick(draw, LABELS)
            for option in question.get("options", ()):
                option["label"] = label.format(option["id"])
                found.setdefault(question["id"], {})[option["id"]] = option["label"]
    return json.dumps(whole), found


def _of_record(draw: st.DrawFn, source: str) -> tuple[list[Column], dict[str, Any]]:
    """The columns that are no answers, and what the mapping says of them."""
    columns, keys = [], dict[str, Any]()
    if number(draw, 0, 4):
        columns.append(Column("id", IDS if draw(COIN) else [f"F-{place}" for place in range(200)]))
    if number(draw, 0, 3) == 0:
        columns.append(Column("state", ["1", " 1.0", "done", "DONE"], [*NOTHING, "0", "preview", "?", *ODD]))
        said: dict[str, Any] = {"column": "state"}
        if draw(COIN):
            said["score"] = ["1", "done"]
        if draw(COIN) or "score" not in said:
            said["exclude"] = pick(draw, [["0"], ["0", "preview", ""]])
        keys["status"] = said
    if number(draw, 0, 3) == 0:
        stamp = ready(source).stamp
        others = ["drawn@0.9.0#0123456789ab", "other@1.0.0#0123456789ab", "", None, "?", f" {stamp} ", stamp.upper()]
        columns.append(Column("iop_screen_form", [stamp], others))
    if number(draw, 0, 3) == 0:
        columns.append(Column(pick(draw, ["note", "remark 'x'", "forms", "row", "c0", "a0"]), ODD))
    return columns, keys


# -------------------------------------------------------------------- the columns of a question


def _answer(draw: st.DrawFn, question: QuestionSketch, labels: dict[str, str]) -> tuple[dict[str, Any], list[Column]]:
    """What the mapping says of a question, nothing if it is read by its name, and its columns."""
    ways: list[Callable[[], tuple[dict[str, Any], list[Column]]]] = [
        lambda: ({}, [_plain(question.id if number(draw, 0, 5) else question.id.upper(), question, labels)])
    ]
    if number(draw, 0, 1):
        ways = [*_mapped_ways(draw, question, labels)]
    return pick(draw, ways)()


def _mapped_ways(
    draw: st.DrawFn, question: QuestionSketch, labels: dict[str, str]
) -> Iterator[Callable[[], tuple[dict[str, Any], list[Column]]]]:
    name = question.id
    yield lambda: (
        {"column": f"col {name}", "missing": {"gone": "declined", "": pick(draw, ["unknown", "not-shown"])}},
        [_plain(f"col {name}", question, labels, "gone", " GONE ")],
    )
    several = [f"{name}_{place}" for place in range(number(draw, 2, 3))]
    yield lambda: ({"one_of": several}, [_plain(each, question, labels) for each in several])
    if question.type == "number":
        yield lambda: _age(name)
        return
    if question.type == "text":
        return
    ids = question.ids
    codes = {str(place + 1): option for place, option in enumerate(ids)}
    yield lambda: (
        {"column": name.upper(), "codes": codes},
        [_coded(name.upper(), question, codes, foreign=number(draw, 0, 9) == 0)],
    )
    yield lambda: (
        {"labels": {f"old {each}": each for each in ids}},
        [_plain(name, question, labels, *(f"Old  {each}" for each in ids))],
    )
    if question.type != "multiple":
        edges = [{"from": place * 2, "below": place * 2 + 2} for place in range(len(ids))]
        yield lambda: ({"ranges": dict(zip(ids, edges, strict=True))}, [Column(name, NUMBERS[:6], (*NUMBERS, *ODD))])
        if question.role == "risk":
            yield lambda: ({"worst_of": several}, [_plain(each, question, labels) for each in several])
    if question.type == "multiple" or (question.type == "yes_no" and question.worse == "yes"):
        yield lambda: ({"any_of": several}, [_plain(each, question, labels) for each in several])
    yield lambda: _ticks(draw, question)


def _age(name: str) -> tuple[dict[str, Any], list[Column]]:
    dates = [Column(f"{name} {when}", DATES[:4], (*DATES, *NOTHING, *REASONS, *ODD)) for when in ("born", "on")]
    entry = {key: {"column": column.name} for key, column in zip(("born", "on"), dates, strict=True)}
    return entry, dates


def _ticks(draw: st.DrawFn, question: QuestionSketch) -> tuple[dict[str, Any], list[Column]]:
    columns = {each: f"{question.id}___{each}" for each in question.ids}
    entry: dict[str, Any] = {"ticks": columns}
    if question.type == "yes_no" or draw(COIN):
        entry["ticked"] = ["x", "1", "checked"]
    if draw(COIN):
        entry["unticked"] = some(draw, ["0", "no", ""])
    if draw(COIN):
        entry["none_ticked"] = "unknown"
    marks = [*["0", "0", None, "", "no"], *["1", "x"]]
    return entry, [Column(each, marks, (*marks, "Checked", "TRUE", *REASONS, *ODD)) for each in columns.values()]


def _coded(name: str, question: QuestionSketch, codes: dict[str, str], *, foreign: bool) -> Column:
    written = [text for code in codes for text in (code, code, f"{code}.0", f" {code} ", f"0{code}", f"'{code}")]
    if question.type == "multiple":
        written += [";".join(codes), ", ".join(reversed([*codes])), "|".join([*codes][:2])]
    odd = [*NOTHING, *REASONS, *(text for text in ODD), *question.ids, *(["8", "9;1"] if foreign else [])]
    return Column(name, written, odd)


def _plain(name: str, question: QuestionSketch, labels: dict[str, str], *more: str) -> Column:
    """A column that is read by ids and labels."""
    if question.type == "text":
        return Column(name, [*LONG_WORDS, *NOTHING, *REASONS, *more], ODD)
    if question.type == "number":
        return Column(name, NUMBERS[:6], [*NUMBERS, *NOTHING, *REASONS, *ODD, *more])
    words = [*question.ids, *(label for name, label in labels.items() if name in question.ids)]
    usual = [*question.ids, *_listed(question, labels), *more]
    return Column(name, usual, [*_spelled(words), *NOTHING, *REASONS, *ODD, *more])


def _listed(question: QuestionSketch, labels: dict[str, str]) -> Iterator[str]:
    """Several options in one cell."""
    if question.type != "multiple":
        return
    needs = [option.id for option in question.needs]
    for ids in (needs, [*reversed(needs)], needs[:2], question.ids[:2], [*needs[:1]] * 2):
        yield ";".join(ids)
        yield "; ".join(labels[each] for each in ids)
        yield ", ".join(ids)
        yield " ".join(ids)


def _spelled(words: Iterable[str]) -> Iterator[str]:
    """Words as people and programs write them."""
    for word in words:
        yield from (word.upper(), word.title(), f"  {word} ", f"\u00a0{word}\t", f"{word};", f"'{word}")
        yield word.replace("'", "\u2019").replace('"', "\u201d").replace(" ", "  ")
