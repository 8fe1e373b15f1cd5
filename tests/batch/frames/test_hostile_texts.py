"""Ids, labels, names of columns and cells that would break SQL that is put together carelessly."""

from __future__ import annotations

import json

import pytest
from support.drawn_tables import DrawnTable
from support.duck import Duck
from support.frames import ENGINES, differences, scored_file, scored_frame, wanted
from support.questionnaires import ready
from support.spark import Spark

from iop_screen.batch.frames.score_frame import FrameKind

IDS = (
    *("select", "from", "order", "a0", "a1", "c0", "r0", "forms", "answers", "answers_1", "rules", "rules_1", "part_3"),
    *("suggestion", "reasons", "level_at_least", "asked_q", "q", "Q", "rule_q", "x.y", "x-y", "x__y", "_x", "null"),
    *("true", "x" * 64, "x" * 63 + "y", "row", "text", "user", "problems", "md5", "open_q", "note_q"),
)
LABELS = (
    *('He said "no"', "It's ''his''", "back\\slash\\", "\\'; DROP TABLE forms; --", "${env:HOME}", "$1 \\u0024 %s"),
    *("{forms}", "{{ ref('forms') }}", "/* a */", "a -- b", "`tick` [x]", "?", ":name", "@x", "l\u00f6ng " * 12),
)
COLUMNS = (
    *('say "x"', "it's", "a;b", "a -- b", "/* x */", "${env:HOME}", "{forms}", "back\\slash", "two\nlines", "`tick`"),
    *(" outer ", "x.y.z", "a,b", "select", "*", "count(*)", "d\u00e9j\u00e0", "\U0001f642", "x" * 200, "%", "$1", "#"),
)


def hostile_questionnaire() -> str:
    """A question for each id, each with all labels; a gate, a rule, a note and a point for each of them."""
    options = [{"id": f"o{place}", "label": label, "points": place} for place, label in enumerate(LABELS)]
    questions = [
        {"id": name, "ask": "What?", "role": "risk", "type": "choice", "options": options}
        | ({"ask_when": {IDS[place - 1]: "o14"}} if place % 5 == 4 else {})
        for place, name in enumerate(IDS)
    ]
    rules = [{"id": name, "when": {name: {"at_least": "o7"}}, "level": "stay", "because": "So."} for name in IDS]
    return json.dumps(
        {
            "format": 1,
            "id": "drawn",
            "version": "1.0.0",
            "title": "Hostile",
            "intended_use": "For tests.",
            "disclaimer": 'It\'s "no" \\ diagnosis; -- ${env:HOME} {forms} */ `x`',
            "levels": [{"id": "home", "title": "At home"}, {"id": "stay", "title": "Live in"}],
            "sections": [{"id": "all", "title": "All", "questions": questions}],
            "scores": [{"id": "insert", "title": "Sum", "add": IDS[::3], "may_miss": 2}],
            "rules": rules,
            "notes": [{"id": name, "when": {name: "o14"}, "say": "Mind."} for name in IDS],
        }
    )


def rows(places: int, spare: int | None = None) -> tuple[tuple[str | None, ...], ...]:
    """Each label in each column, texts that nobody can read, and a form of best answers; `spare` is mostly blank."""
    cells = [*LABELS, *(f"o{place}" for place in range(len(LABELS))), "'", "\\", '"', "${env:HOME}x", "x" * 9999]
    turned = (
        tuple(None if place == spare and row % 8 else cells[(row + place) % len(cells)] for place in range(places))
        for row in range(len(cells))
    )
    forms = [(LABELS[0],) * places, *turned]
    return tuple((f"{number}'\\\"${{env:HOME}}", *form) for number, form in enumerate(forms))


def by_ids(*, alike: bool) -> DrawnTable:
    """A column for each question, named by its id; with `alike`, also those that differ in case only."""
    names = tuple(name for name in IDS if alike or name != "Q")
    return DrawnTable(hostile_questionnaire(), ("id", *names), rows(len(names)))


def by_mapping() -> DrawnTable:
    """Columns with hostile names; the first two make one answer."""
    entries = {
        IDS[place]: {"one_of": [*COLUMNS[:2]]} if place == 1 else {"column": name}
        for place, name in enumerate(COLUMNS)
        if place
    }
    mapping = json.dumps(
        {"format": 1, "id": "m", "questionnaire": "drawn", "id_column": "${id}", "questions": entries},
        ensure_ascii=False,
    )
    return DrawnTable(hostile_questionnaire(), ("${id}", *COLUMNS), rows(len(COLUMNS), spare=1), mapping)


def check(table: DrawnTable, kind: FrameKind, running: Duck | Spark | None = None) -> None:
    """The rows are those of the file, and there are some."""
    ready(table.source)
    expected = scored_file(table)
    assert isinstance(expected, list), expected
    assert len({row["suggestion"] for row in expected}) > 1
    engine = ENGINES[kind]
    found = scored_frame(table, engine, running)
    assert not differences(kind, wanted(expected, engine), found, ordered=engine.ordered)


@pytest.mark.slow
@pytest.mark.parametrize("table", [by_ids(alike=False), by_mapping()], ids=["ids", "columns"])
def test_hostile_texts_do_no_harm_on_duckdb(duck: Duck, table: DrawnTable) -> None:
    check(table, "duckdb", duck)


def test_hostile_names_of_columns_do_no_harm_in_a_frame() -> None:
    check(by_mapping(), "pandas")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["arrow", "pandas", "polars"])
def test_hostile_ids_do_no_harm_in_a_frame(kind: FrameKind) -> None:
    check(by_ids(alike=True), kind)


@pytest.mark.slow
@pytest.mark.parametrize("table", [by_ids(alike=True), by_mapping()], ids=["ids", "columns"])
def test_hostile_texts_do_no_harm_on_spark(spark: Spark, table: DrawnTable) -> None:
    check(table, "spark", spark)


SEPARATED = """
format: 1
id: m
questionnaire: drawn
questions: {select: {one_of: [old, new]}}
"""


@pytest.mark.parametrize("old", ["\x1f", "o1\x1f", "\x1fo1\x1f"])
def test_what_parts_the_cells_of_several_columns_is_never_an_answer(duck: Duck, old: str) -> None:
    """In a file it is a blank. Here nobody can say which cell it stood in, so the question has no answer."""
    table = DrawnTable(hostile_questionnaire(), ("id", "old", "new"), (("1", old, "o1"),), SEPARATED)
    found = scored_frame(table, ENGINES["duckdb"], duck)
    assert isinstance(found, list)
    assert "select:unreadable" in (found[0]["problems"] or "").split(";")
