"""Each record of a file is scored, rejected, left out or blank, and named by where it stands, whatever the format."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.json_forms import as_lines, as_list
from support.redcap import csv_file, dictionary_file, field
from support.running import Run
from support.sav_files import sav_of_texts
from support.small_screening import SCREENING
from support.workbooks import Sheet, ods, xlsx

NAMES = ("id", "state", "danger", "shakes")
ROWS = (
    ("A", "done", "no", "some"),
    ("B", "draft", "yes", "bad"),
    ("", "", "", ""),
    ("C", "what", "no", "none"),
    ("D", "done", "no", "none"),
)
"""Scored, left out by its status, blank, rejected for its status, and scored."""

MAPPING = """
format: 1
id: states
questionnaire: small
status: {column: state, score: [done], exclude: [draft]}
"""


@dataclass(frozen=True)
class Case:
    """A file, and how many of its records are read, scored, rejected, left out and blank.

    `named` are the lines of the scored rows, and then of those in the rejects file with their codes.
    """

    name: str
    write: Callable[[Path], Sequence[object]]
    counts: tuple[int, int, int, int, int]
    scored: tuple[str, ...]
    rejects: tuple[tuple[str, str], ...]
    needs: str = ""


def table(
    name: str, write: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]
) -> Callable[[Path], list[object]]:
    """The rows above as a file, with the mapping."""

    def written(folder: Path) -> list[object]:
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        (folder / name).write_bytes(write(NAMES, ROWS))
        return [folder / name, "--mapping", folder / "map.yaml"]

    return written


def as_csv(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    return csv_file([names, *rows])


def as_parquet(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    from pyarrow import parquet  # noqa: PLC0415

    stream = io.BytesIO()
    parquet.write_table(pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))), stream)
    return stream.getvalue()


def as_sheet(book: Callable[[Sequence[Sheet]], bytes]) -> Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]:
    """The rows from C5 on."""
    return lambda names, rows: book(
        [Sheet("Forms", [names, *([cell or None for cell in row] for row in rows)], (5, 3))]
    )


def redcap(folder: Path) -> list[object]:
    """Two events; the second one has none of our fields. A row of no event of ours, and one of too many cells."""
    yes_no, shakes = "yes, Yes | no, No", "none, Not at all | some, A bit | bad, Badly"
    fields = [
        field("record_id", "one", "text", "Record"),
        field("danger", "one", "radio", "Danger", yes_no),
        field("shakes", "one", "radio", "Shakes", shakes),
        field("other", "two", "text", "Other"),
    ]
    rows = [
        ["record_id", "redcap_event_name", "danger", "shakes", "one_complete", "other", "two_complete"],
        ["A", "intake_arm_1", "no", "some", "2", "", ""],
        ["A", "later_arm_1", "", "", "", "x", "2"],
        ["", "", "", "", "", "", ""],
        ["B", "intake_arm_1", "no", "some", "2", "", "", "more"],
        ["C", "intake_arm_1", "no", "none", "2", "", ""],
    ]
    (folder / "dictionary.csv").write_bytes(dictionary_file(fields))
    (folder / "export.csv").write_bytes(csv_file(rows))
    return [folder / "export.csv", "--dictionary", folder / "dictionary.csv"]


def response(name: str, **answers: str) -> dict[str, object]:
    items = [{"linkId": link, "answer": [{"valueCoding": {"code": code}}]} for link, code in answers.items()]
    made: dict[str, object] = {"resourceType": "QuestionnaireResponse", "id": name, "status": "completed"}
    return made | ({"item": items} if items else {})


def fhir(folder: Path) -> list[object]:
    """A scored response, an empty one, a person, one that contradicts itself, one that was an error, a scored one."""
    twice = [{"valueCoding": {"code": "yes"}}, {"valueCoding": {"code": "no"}}]
    resources = [
        response("A", danger="no", shakes="some"),
        response("B"),
        {"resourceType": "Patient", "id": "P"},
        response("C", shakes="none") | {"item": [{"linkId": "danger", "answer": twice}]},
        response("D", danger="yes", shakes="bad") | {"status": "entered-in-error"},
        response("E", danger="no", shakes="none"),
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": each} for each in resources]}
    (folder / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
    return [folder / "bundle.json"]


USUAL = (5, 2, 1, 1, 1)
CASES = (
    Case("CSV", table("a.csv", as_csv), USUAL, ("2", "6"), (("3", "excluded-status"), ("5", "unknown-status"))),
    Case("NDJSON", table("a.json", as_lines), USUAL, ("1", "5"), (("2", "excluded-status"), ("4", "unknown-status"))),
    Case("JSON", table("a.json", as_list), USUAL, ("1", "5"), (("2", "excluded-status"), ("4", "unknown-status"))),
    Case(
        "XLSX",
        table("a.xlsx", as_sheet(xlsx)),
        (4, 2, 1, 1, 0),
        ("6", "10"),
        (("7", "excluded-status"), ("9", "unknown-status")),
    ),
    Case(
        "ODS",
        table("a.ods", as_sheet(ods)),
        (4, 2, 1, 1, 0),
        ("6", "10"),
        (("7", "excluded-status"), ("9", "unknown-status")),
    ),
    Case(
        "SPSS",
        table("a.sav", sav_of_texts),
        USUAL,
        ("1", "5"),
        (("2", "excluded-status"), ("4", "unknown-status")),
        "pyreadstat",
    ),
    Case(
        "Parquet",
        table("a.parquet", as_parquet),
        USUAL,
        ("1", "5"),
        (("2", "excluded-status"), ("4", "unknown-status")),
        "pyarrow",
    ),
    Case("REDCap", redcap, USUAL, ("2", "6"), (("3", "excluded-no-field-of-this-form"), ("5", "wrong-width"))),
    Case(
        "FHIR",
        fhir,
        (6, 2, 1, 3, 0),
        ("1", "6"),
        (
            ("2", "excluded-empty-response"),
            ("3", "excluded-not-a-response"),
            ("4", "conflicting-answers"),
            ("5", "excluded-status"),
        ),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_record_is_counted_once_and_named_by_its_place(case: Case, run: Run, tmp_path: Path) -> None:
    if case.needs:
        pytest.importorskip(case.needs)
    (tmp_path / "q.yaml").write_text(SCREENING, encoding="utf-8")
    rejects = tmp_path / "rejects.csv"
    ran = run("score", *case.write(tmp_path), "--questions", tmp_path / "q.yaml", "--rejects", rejects)
    read, *parts = case.counts
    words = zip(parts, ("scored", "rejected", "excluded", "blank"), strict=True)
    assert f"{read} = {' + '.join(f'{number} {word}' for number, word in words)}" in re.sub(r"\s+", " ", ran.err)
    assert read == sum(parts)
    rows = [*csv.DictReader(io.StringIO(ran.out, newline=""))]
    assert tuple(row["line"] for row in rows if row["suggestion"] != "rejected") == case.scored
    named = [*csv.DictReader(io.StringIO(rejects.read_text("utf-8"), newline=""))]
    assert tuple((row["line"], row["code"]) for row in named if row["code"] != "header") == case.rejects
    assert ran.code == 1
