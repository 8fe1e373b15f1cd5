"""A run in lots gives, to the byte, what each record on its own gives, however much is read at once."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, fields
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from support.by_hand import csv_by_hand, json_by_hand, rejects_by_hand, run_by_hand, scoring_by_hand
from support.effort import examples
from support.lot_sizes import LOT_SIZES, LotSizes, lot_sizes
from support.naive import Sketch
from support.questionnaires import ready
from support.strategies import cells, estimated, number, pick, sheets, sketches, text_of

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.score import Scoring, open_scoring, outcomes_of
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Source
from iop_screen.batch.tally import Tally
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_output import csv_head, csv_rows, json_rows
from iop_screen.report.score_rejects import rejects_head, rejects_text
from iop_screen.report.score_summary import summary

ODD_CELLS = (
    *("", " ", "?", "N/A", "refused", "unknown", "declined", "not-shown", "not-applicable", "no answer to this"),
    *("a;b", "a;zz", "99", "1.5", "=1+1", "\u00e9", 'a "b" c', "two\nlines", "two\r\nlines", "with,comma", "x|y;z"),
)
IDS = ("", "A", "A", "B", " C ", "007", "=x", "+1", "d\u00e9j\u00e0", "long" * 40, 'say "x"')
DAMAGES = (
    "none",
    "none",
    "none",
    "short",
    "long",
    "nul",
    "bytes",
    "quote",
    "header",
    "blank line",
    "blank record",
    "part",
)
POLICIES = ("mark", "mark", "first", "latest", "allow")


@dataclass(frozen=True)
class Table:
    """A questionnaire, files by their names, and what is asked of a run over them."""

    compiled: CompiledQuestionnaire = field(repr=False)
    files: dict[str, bytes]
    written: FileSettings
    settings: ScoreSettings = field(repr=False)

    def begun(self) -> Scoring | tuple[InputProblem, ...]:
        sources, again = ([self._opened(name) for name in self.files] for _ in range(2))
        good = [[each for each in opened if not isinstance(each, InputProblem)] for opened in (sources, again)]
        if len(good[0]) < len(sources):
            return tuple(each for each in sources if isinstance(each, InputProblem))
        return open_scoring(good[0], self.compiled, self.settings, good[1])

    def _opened(self, name: str) -> Source | InputProblem:
        return open_csv(name, io.BytesIO(self.files[name]), self.written)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Files of forms for a drawn questionnaire, with all that can be wrong with them."""
    sketch = draw(sketches(most_questions=5) if pick(draw, [True, True, False]) else estimated())
    compiled = ready(text_of(sketch))
    delimiter = pick(draw, [",", ",", ";", "\t", "|"])
    names = [question.id for question in sketch.questions]
    extra = [name for name in ("id", "old", "state", "kind", "sent", "note") if number(draw, 0, 3)]
    header = [*extra, *names] if number(draw, 0, 1) else [*names, *extra]
    if number(draw, 0, 3) == 0:
        header.remove(names[-1])
    files = {
        name: _file(draw, sketch, header, delimiter) for name in pick(draw, [["a.csv"], ["a.csv"], ["b.csv", "a.csv"]])
    }
    policy = pick(draw, POLICIES) if "sent" in header else "mark"
    asked: dict[str, Any] = {"duplicates": policy, "time_column": "sent" if policy == "latest" else None}
    keep = tuple(dict.fromkeys(pick(draw, header) for _ in range(number(draw, 0, 2))))
    mapping = _mapping(draw, compiled, header, names[0])
    written = FileSettings(
        delimiter=delimiter, allow_unended=number(draw, 0, 2) == 0, repeated_header=number(draw, 0, 1) == 0
    )
    return Table(compiled, files, written, ScoreSettings(mapping=mapping, allow_all_missing=True, keep=keep, **asked))


def _mapping(draw: st.DrawFn, compiled: CompiledQuestionnaire, header: list[str], first: str) -> Any:
    if number(draw, 0, 1):
        return None
    text = "format: 1\nid: clinic\nquestionnaire: drawn\n"
    if "state" in header and "kind" in header:
        text += "status: [{column: state, score: [1], exclude: [0]}, {column: kind, exclude: [preview]}]\n"
    if "old" in header and first in header:
        text += f"questions: {{{first}: {{one_of: [{first}, old]}}}}\n"
    found = read_mapping(text.encode(), compiled)
    assert found.mapping is not None, [problem.message for problem in found.problems]
    return found.mapping


def _file(draw: st.DrawFn, sketch: Sketch, header: list[str], delimiter: str) -> bytes:
    ends = pick(draw, [["\n"], ["\n"], ["\r\n"], ["\n", "\r\n"], ["\n", "\r\n", "\r"]])
    content = (delimiter.join(header) + pick(draw, ends)).encode()
    clean = number(draw, 0, 2) == 0
    for _ in range(number(draw, 0, 12)):
        form = {
            **cells(sketch, draw(sheets(sketch))),
            "id": pick(draw, IDS),
            "old": pick(draw, ["", "", "", "yes", "?"]),
            "state": pick(draw, ["1", "1", "1", "0", " 1 ", "?"]),
            "kind": pick(draw, ["", "", "PREVIEW"]),
            "sent": pick(draw, ["2026-01-01", "2026-01-02", "2026-01-02", "soon"]),
            "note": pick(draw, ODD_CELLS),
        }
        row = [_odd(draw, form[name], clean=clean) for name in header]
        content += _line(draw, row, header, delimiter, pick(draw, ends), "none" if clean else pick(draw, DAMAGES))
    return content[:-1] if number(draw, 0, 4) == 0 else content


def _odd(draw: st.DrawFn, text: str, *, clean: bool) -> str:
    way = number(draw, 0, 9)
    if clean or way > 3:
        return text
    return [pick(draw, ODD_CELLS), text.upper(), f" {text} ", f"Option {text}"][way]


def _line(draw: st.DrawFn, row: list[str], header: list[str], delimiter: str, end: str, damage: str) -> bytes:
    if damage == "blank line":
        return (" " * number(draw, 0, 1) + end).encode()
    row = {"header": header, "blank record": [" "] * len(row), "short": row[1:], "long": [*row, ""]}.get(damage, row)
    quoted = [_quoted(each, delimiter, always=number(draw, 0, 9) == 0) for each in row]
    text = {"quote": '"', "nul": "\0"}.get(damage, "") + delimiter.join(quoted) + end
    text += "rest" + end if damage == "part" else ""
    return text.encode().replace(b"a", b"\xff", 1 if damage == "bytes" else 0)


def _quoted(text: str, delimiter: str, *, always: bool) -> str:
    needs = always or not {*text}.isdisjoint(f'"\r\n{delimiter}')
    return '"' + text.replace('"', '""') + '"' if needs else text


@dataclass(frozen=True)
class Written:
    """All that a run gives."""

    csv: bytes
    jsonl: bytes
    rejects: str
    summary: str
    tally: dict[str, Any]


def in_lots(table: Table, sizes: LotSizes) -> Written:
    with lot_sizes(sizes):
        scoring = table.begun()
        assert isinstance(scoring, Scoring)
        csv, jsonl, rejects = csv_head(scoring.compiled, scoring.shape), "", rejects_head(scoring.files)
        for judged in scoring.lots():
            csv += csv_rows(judged, scoring.shape)
            jsonl += json_rows(judged, scoring.shape)
            rejects += rejects_text(outcomes_of(judged)) if judged.needs_look else ""
    assert scoring.adds_up
    return Written(csv.encode(), jsonl.encode(), rejects, summary(scoring), counts_of(scoring.tally))


def by_hand(table: Table) -> Written:
    scoring = table.begun()
    assume(isinstance(scoring, Scoring))  # a wide first record looks like the header, below a title
    assert isinstance(scoring, Scoring)
    run = run_by_hand(scoring)
    csv, jsonl, rejects = csv_by_hand(run, scoring), json_by_hand(run, scoring), rejects_by_hand(run, scoring)
    counted = scoring_by_hand(run, scoring)
    return Written(csv, jsonl, rejects, summary(counted), counts_of(counted.tally))


def counts_of(tally: Tally) -> dict[str, Any]:
    """All counts by their names; the numbers of files stand in the places of records already."""
    return {each.name: getattr(tally, each.name) for each in fields(tally) if each.name != "_files"}


@settings(
    phases=[Phase.generate],
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(table=tables(), sizes=LOT_SIZES)
def test_a_run_in_lots_gives_what_each_record_on_its_own_gives(table: Table, sizes: LotSizes) -> None:
    wanted = by_hand(table)
    assert in_lots(table, sizes) == wanted
