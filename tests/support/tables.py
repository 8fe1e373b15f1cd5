"""Drawn files of forms with all that can be wrong with them, and what is asked of a run over them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.lots.build import Build
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import open_csv
from iop_screen.batch.sources.settings import Delimiter, FileSettings
from iop_screen.batch.sources.source import Source
from iop_screen.engine.compiled import CompiledQuestionnaire
from support.naive import Sketch
from support.questionnaires import ready
from support.strategies import cells, estimated, number, pick, sheets, sketches, text_of

ODD_CELLS = (
    *("", " ", "?", "N/A", "refused", "unknown", "declined", "not-shown", "not-applicable", "no answer to this"),
    *("a;b", "a;zz", "99", "1.5", "=1+1", "\u00e9", 'a "b" c', "two\nlines", "two\r\nlines", "with,comma", "x|y;z"),
)
IDS = (
    *(
        "",
        "A",
        "A",
        "B",
        " C ",
        "007",
        "=x",
        "+1",
        "d\u00e9j\u00e0",
        "de\u0301ja\u0300",
        " d\u00e9j\u00e0\u00a0",
        "\u00a0",
    ),
    *("long" * 40, "l\u00f6ng" * 90, 'say "x"', "1,2", "1;2", "\u65e5\u672c", "\U0001f600"),
)
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

    def begun(self, build: Build | None = None) -> Scoring | tuple[InputProblem, ...]:
        """The run before its first record, or what keeps it from beginning."""
        sources, again = ([self._opened(name) for name in self.files] for _ in range(2))
        good = [[each for each in opened if not isinstance(each, InputProblem)] for opened in (sources, again)]
        if len(good[0]) < len(sources):
            return tuple(each for each in sources if isinstance(each, InputProblem))
        return open_scoring(good[0], self.compiled, self.settings, good[1], build)

    def _opened(self, name: str) -> Source | InputProblem:
        return open_csv(name, io.BytesIO(self.files[name]), self.written)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Files of forms for a drawn questionnaire, with all that can be wrong with them."""
    sketch = draw(sketches(most_questions=5) if pick(draw, [True, True, False]) else estimated())
    compiled = ready(text_of(sketch))
    delimiters: list[Delimiter] = [",", ",", ";", "\t", "|"]
    delimiter = pick(draw, delimiters)
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


def _line(draw: st.DrawFn, row: list[str], header: list[str], delimiter: str, end: str, damage: str) -> bytes:  # noqa: PLR0917 - all that a line is made of
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
