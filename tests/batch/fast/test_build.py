"""Machine code writes and counts the same as plain Python, also where it cannot read a column as numbers."""

from __future__ import annotations

import pytest
from support.questionnaires import ready
from support.scoring import opened
from support.small_screening import SCREENING

pytest.importorskip("numba")

from iop_screen.batch.fast.build import FastBuild
from iop_screen.batch.lots.build import Build, PlainBuild
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources import physical_lines
from iop_screen.batch.sources.csv_problems import as_delimiter
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.report.score_output import csv_segments
from iop_screen.report.score_summary import summary

COMPILED = ready(
    SCREENING.replace(
        "      - {id: remark,",
        "      - {id: drinks, ask: Drinks?, role: risk, type: number, worse: higher, min: 0, max: 900}\n"
        "      - {id: remark,",
    ).replace("rules:\n", "rules:\n  - {id: many, when: {drinks: {at_least: 400}}, level: stay, because: Many.}\n")
)
SHARED = "format: 1\nid: clinic\nquestionnaire: small\nquestions: {danger: {column: both}, shakes: {column: both}}\n"
DRINKS = "\n".join(f"F-{n},no,some,{n % 700}," for n in range(1500))
ODD_IDS = ("d\u00e9j\u00e0", " A ", "\u00a0A", "de\u0301ja\u0300", "=1", "\u65e5\u672c" * 60, "-", "", " ", "A")
FEW = "\n".join(f'"{name}",no,bad,7,x' for name in ODD_IDS)

CASES = {
    "a number question with more meanings than a byte has": ("id,danger,shakes,drinks,remark\n" + DRINKS, ",", (), ""),
    "ids beyond ASCII and with blanks": ("id,danger,shakes,drinks,remark\n" + FEW, ",", ("remark", "id"), ""),
    "no id column": ("danger,shakes\nno,bad\nyes,none\n,\n?,some\n", ",", ("shakes",), ""),
    "a first header cell that is blank": (",danger,shakes\n1,no,bad\n,yes,none\n2,,\n,,\n", ",", (), ""),
    "one column": ("danger\nno\nyes\n\nrefused\n", ",", ("danger",), ""),
    "commas in ids": ("id;danger;shakes\n1,2;no;bad\n3;yes;none\n1,2;;\n4,;no;some\n", ";", ("id",), ""),
    "a column of two questions": ("id,both,drinks\n1,no,3\n2,yes,5\n3,bad,9\n4,,\n", ",", ("both",), SHARED),
}


@pytest.mark.parametrize("block", [16, 100, 4096, physical_lines.BLOCK_BYTES])
@pytest.mark.parametrize("case", CASES)
def test_machine_code_gives_what_plain_python_gives(case: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(physical_lines, "BLOCK_BYTES", block)
    assert run(case, FastBuild(), 2) == run(case, PlainBuild(), 1)


EVERYTHING = ScoreSettings(allow_all_missing=True)


def run(case: str, build: Build, threads: int) -> tuple[bytes, str]:
    text, delimiter, keep, mapping = CASES[case]
    read = read_mapping(mapping.encode(), COMPILED).mapping if mapping else None
    written = FileSettings(delimiter=as_delimiter(delimiter), allow_unended=True)
    settings = ScoreSettings(allow_all_missing=True, keep=keep, mapping=read)
    source = opened("a.csv", text.encode(), written)
    scoring = open_scoring([source], COMPILED, settings, build=build)
    assert isinstance(scoring, Scoring), scoring
    rows = b""
    for _, part in scoring.worked(lambda judged: build.rows(csv_segments(judged, scoring.shape), judged), threads):
        rows += bytes(part)
        build.take_back(part)
    assert scoring.adds_up
    assert rows
    return rows, summary(scoring)


def test_a_mark_of_utf8_inside_a_file_is_a_part_of_its_cell() -> None:
    content = "id,danger\nA2,no\nA9,no,more\n\ufeffA2,yes\nA5,no\n"
    ids = []
    for build in (PlainBuild(), FastBuild()):
        scoring = open_scoring([opened("a.csv", content.encode(), FileSettings())], COMPILED, EVERYTHING, build=build)
        assert isinstance(scoring, Scoring), scoring
        ids.append([row.id for rows in scoring.row_batches() for row in rows])
    assert ids == [["A2", None, "\ufeffA2", "A5"]] * 2
