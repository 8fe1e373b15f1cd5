"""What happens to files on their way changes no result without a word: each scored row is the clean one, or says so."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from support.effort import DEEP, examples
from support.paths import REPOSITORY
from support.pollution import GROUPS, POLLUTIONS, Clean, Pollution, clean_forms, coded_forms, rows_of, written
from support.pollution_outcome import (
    Kind,
    changed_rows,
    clean_rows,
    judged,
    next_commands,
    outcome_of,
    questions_option,
    scored_by_api,
    scored_by_command,
    serious,
    table_row,
)
from support.running import Run

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import Record

PAGE = (REPOSITORY / "docs" / "exports.md").read_text("utf-8")

each_pollution = pytest.mark.parametrize("pollution", POLLUTIONS, ids=lambda pollution: pollution.name)


@each_pollution
def test_no_row_changes_without_a_word_and_the_table_says_what_happens(
    pollution: Pollution, run: Run, tmp_path: Path
) -> None:
    outcome = outcome_of(pollution, run, tmp_path)
    assert (outcome.kind is Kind.UNSEEN) == pollution.unseen, outcome.silent[:3]
    assert pollution.unseen or not outcome.silent
    assert table_row(pollution, outcome) in PAGE


def test_the_table_has_each_pollution_once() -> None:
    table = PAGE.partition("<!-- pollution -->")[2].partition("<!-- end of pollution -->")[0]
    did = re.findall(r"^\| (.*?) \|", table, re.MULTILINE)
    assert [text for text in did if text != "what happened to the file"] == [each.did for each in POLLUTIONS]
    assert re.findall(r"^\*\*(.*)\*\*$", table, re.MULTILINE) == [*GROUPS]
    assert len({each.name for each in POLLUTIONS}) == len({each.did for each in POLLUTIONS}) == len(POLLUTIONS) >= 100


STOPPED = [each for each in POLLUTIONS if re.search(rf"^\| {re.escape(each.did)} \| stops", PAGE, re.MULTILINE)]
EXPORT_AGAIN = {"nothing", "zip", "many-columns"}
"""No command can read what is in these files."""
OTHER_PROGRAMS = {"gzip": "sh", "page": "libreoffice"}


@pytest.mark.parametrize("pollution", STOPPED, ids=lambda pollution: pollution.name)
def test_a_run_that_stops_names_a_command_that_works(
    pollution: Pollution, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can be pasted as it stands: the name of the file is as it was given."""
    monkeypatch.chdir(tmp_path)
    clean = pollution.clean
    commands = next_commands(scored_by_command(run, pollution.polluted, clean, tmp_path).said)
    assert bool(commands) == (pollution.name not in EXPORT_AGAIN)
    for program, *words in commands:
        (tmp_path / "map.yaml").unlink(missing_ok=True)
        assert program == OTHER_PROGRAMS.get(pollution.name, "iop-screen")
        if program == "iop-screen":
            ran = run(*words)
            assert ran.code in {0, 1}
            assert (tmp_path / "map.yaml").exists() == ("--write-mapping" in words)


@pytest.mark.slow
def test_the_command_for_a_packed_file_scores_what_is_in_it(run: Run, tmp_path: Path) -> None:
    [packed] = [each for each in POLLUTIONS if each.name == "gzip"]
    [words] = next_commands(scored_by_command(run, packed.polluted, packed.clean, tmp_path).said)
    program = tmp_path / "iop-screen"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iop_screen "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(words, cwd=tmp_path, env=os.environ | path, capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stdout == run("score", "-", typed=packed.clean.content).stdout


GUESSED = {each.name for each in STOPPED if f"| {each.did} | stops, exit 3: `near-miss` |" in PAGE}
GUESSED |= {"header-typing-error", "preamble", "preamble-with-commas", "semicolon", "tab", "utf-16-no-bom", "cp1252"}
GUESSED |= {"codes-shifted", "one-zero", "none-for-blank", "nan-for-blank", "prefer-not-to-say"}


@pytest.mark.parametrize("pollution", [each for each in POLLUTIONS if each.name in GUESSED], ids=lambda each: each.name)
def test_the_mapping_that_is_proposed_gives_the_clean_rows_once_it_is_confirmed(
    pollution: Pollution, run: Run, tmp_path: Path
) -> None:
    """To confirm a mapping is to delete the lines that say `guess`."""
    clean, mapping = pollution.clean, tmp_path / "map.yaml"
    (tmp_path / "forms.csv").write_bytes(pollution.polluted)
    run("inspect", tmp_path / "forms.csv", "--write-mapping", mapping, *questions_option(clean, tmp_path))
    lines = mapping.read_text("utf-8").splitlines(keepends=True)
    assert scored_by_command(run, pollution.polluted, clean, tmp_path, "--mapping", str(mapping)).code == 3
    mapping.write_text("".join(line for line in lines if "guess" not in line.partition("#")[0]), encoding="utf-8")
    scored = scored_by_command(run, pollution.polluted, clean, tmp_path, "--mapping", str(mapping))
    assert scored.code == 0, scored.said
    rows = {row["id"]: row | {"mapping": None} for row in scored.rows or ()}
    assert rows == clean_rows(clean)
    assert {row["mapping"] for row in scored.rows or ()} != {None}


# ---------------------------------------------------------------------- cut files


def changed_by_a_cut(content: bytes, place: int, clean: Clean) -> list[str]:
    """What a cut after so many bytes changes without a word. At the end of a record nobody can see it."""
    cut = content[:place]
    scored = scored_by_api(cut, clean)
    wrong = [*changed_rows(scored, clean_rows(clean))]
    if scored.code == 0 and scored.rows and not in_whole_records(cut):
        wrong.append("exit 0")
    return wrong


def in_whole_records(content: bytes) -> bool:
    """Whether a file ends in a line end outside quotes; the line end may be cut after its CR."""
    return content.endswith((b"\n", b"\r")) and content.count(b'"') % 2 == 0


@pytest.mark.parametrize("clean", [clean_forms(24), coded_forms(40)], ids=["forms", "codes"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"], ids=["LF", "CRLF"])
def test_a_cut_is_seen_wherever_it_is_in_a_file(clean: Clean, line_end: bytes) -> None:
    content = clean.content.replace(b"\n", line_end)
    for place in range(1, len(content), len(content) // 16):
        assert not changed_by_a_cut(content, place, clean), place


@pytest.mark.slow
@pytest.mark.parametrize("last", ["id", "remarks", "obligations", "home", *(["deep"] if DEEP else [])])
def test_a_cut_at_any_byte_of_the_last_record_is_seen(last: str) -> None:
    """Columns are moved round, so that an id, a quoted text, a list and an option is the last; in deep runs, each."""
    clean = clean_forms(8)
    names = rows_of(clean.content)[0]
    for name in names if last == "deep" else [last]:
        rows = [moved_round(row, names.index(name)) for row in rows_of(clean.content)]
        content = written(rows)
        for place in range(len(written(rows[:-1])), len(content)):
            assert not changed_by_a_cut(content, place, clean), (name, place)


@pytest.mark.slow
@pytest.mark.parametrize("last", range(5))
def test_a_cut_at_any_byte_of_a_file_with_codes_is_seen_whichever_column_is_the_last(last: int) -> None:
    clean = coded_forms(24)
    content = written(moved_round(row, last) for row in rows_of(clean.content))
    for place in range(1, len(content)):
        assert not changed_by_a_cut(content, place, clean), place


def moved_round(row: list[str], last: int) -> list[str]:
    """A row with its cells moved round so that one of them is the last."""
    return [*row[last + 1 :], *row[: last + 1]]


# ---------------------------------------------------------------------- second readers and the account


@dataclass(frozen=True)
class HowWritten:
    """How a file is written, as a person would say it."""

    encoding: str
    delimiter: str


def how_written(pollution: Pollution, content: bytes) -> HowWritten:
    said = dict(zip(pollution.options[::2], pollution.options[1::2], strict=False))
    utf_16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = said.get("--encoding", "utf-16" if utf_16 else "utf-8-sig")
    delimiter = ";" if content.startswith(b"sep=;") else said.get("--delimiter", ",")
    return HowWritten("utf-16-le" if encoding == "utf-16" and not utf_16 else encoding, delimiter)


def opened(pollution: Pollution) -> tuple[CsvSource | InputProblem, bytes, HowWritten]:
    content = pollution.polluted
    written_so = how_written(pollution, content)
    options = dict(zip(pollution.options[::2], pollution.options[1::2], strict=False))
    settings = FileSettings(
        encoding=options.get("--encoding"),  # type: ignore[arg-type]
        delimiter=options.get("--delimiter"),  # type: ignore[arg-type]
        allow_unended="--allow-unended" in pollution.options,
    )
    return open_csv("forms.csv", io.BytesIO(content), settings), content, written_so


READ_AS_IS = [
    each
    for each in POLLUTIONS
    if each.name != "json" and re.search(rf"^\| {re.escape(each.did)} \| (?:read|counted)", PAGE, re.MULTILINE)
]
"""The files that are still CSV, and are read."""


@pytest.mark.parametrize("pollution", READ_AS_IS, ids=lambda pollution: pollution.name)
def test_the_reader_of_python_finds_the_same_cells(pollution: Pollution) -> None:
    """Python's reader does not know a line of blanks or `sep=;`, nor a second byte order mark."""
    source, content, how = opened(pollution)
    assert isinstance(source, CsvSource)
    text = content.decode(how.encoding).removeprefix("\ufeff").removeprefix("sep=;\n")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=how.delimiter, strict=True)
    names, *theirs = (row for row in reader if "".join(row).strip())
    ours = [record.cells for record in source.records() if isinstance(record, Record)]
    assert [name.removeprefix("\ufeff") for name in source.header.names] == names
    assert [cells for cells in ours if "".join(cells).strip()] == theirs


@pytest.mark.slow  # one by one they are not, but they are many; a run checks its account as well
@each_pollution
def test_each_line_and_each_record_is_counted_once(pollution: Pollution) -> None:
    source, content, how = opened(pollution)
    if not isinstance(source, CsvSource):
        return
    scoring = open_scoring([source], pollution.clean.compiled, ScoreSettings())
    if not isinstance(scoring, Scoring):
        return
    rows = [row for batch in scoring.row_batches() for row in batch]
    account = scoring.account
    assert scoring.stopped_by or scoring.adds_up
    assert len(rows) == account.scored + account.rejected
    if not scoring.stopped_by:
        assert source.account.lines == physical_lines(content.decode(how.encoding, "replace"))


def physical_lines(text: str) -> int:
    """How many lines a text has, by the plainest count."""
    *ended, last = re.split("\r\n|\r|\n", text)
    return len(ended) + bool(last)


# ---------------------------------------------------------------------- single changes at random places

STRUCTURE = [b",", b'"', b"\n", b"\r\n", b"\r", b"\0", b"\xff", b";", b" ", b"\t", b'""', b",,", b"\n\n"]
"""What parts cells and records, and what cannot stand in a file."""


@st.composite
def small_pollutions(draw: st.DrawFn) -> tuple[Clean, bytes]:
    """A small file of forms, with one piece of structure put in, taken out, or written twice.

    The last column is one that rules read: without the last letter of its name the run stops.
    """
    clean = draw(st.sampled_from([clean_forms(16), coded_forms(40)]))
    rows = [[*row[:-5], *row[-4:], row[-5]] for row in rows_of(clean.content)]
    first = draw(st.integers(1, len(rows) - 4))
    content = written([rows[0], *rows[first : first + draw(st.integers(1, 4))]])
    place = draw(st.integers(0, len(content)))
    piece = draw(st.sampled_from(STRUCTURE))
    found = content.find(piece, place)
    how = draw(st.sampled_from(["in", "out", "twice"]))
    if how == "in" or found < 0:
        return clean, content[:place] + piece + content[place:]
    return clean, content[:found] + (piece * 2 if how == "twice" else b"") + content[found + len(piece) :]


@given(small_pollutions())
@settings(max_examples=examples(300))
def test_one_piece_of_structure_at_any_place_changes_no_row_without_a_word(polluted: tuple[Clean, bytes]) -> None:
    """An id is a text of any kind, so that a change inside one cannot be seen; the answers beside it stay."""
    clean, content = polluted
    scored = scored_by_api(content, clean)
    for row in scored.rows or ():
        same = [name for name in clean_rows(clean) if row == clean_rows(clean)[name] | {"id": row["id"]}]
        known = row["id"] in clean_rows(clean)
        told = scored.code == 1 and serious(row, clean_rows(clean))
        assert told or (row["id"] in same if known else same)


@st.composite
def two_quotes(draw: st.DrawFn) -> tuple[Clean, bytes]:
    """A small file of forms, with a quote before or behind two cells of two rows."""
    clean = draw(st.sampled_from([clean_forms(16), coded_forms(40)]))
    names, *rows = rows_of(clean.content)
    first = draw(st.integers(0, len(rows) - 5))
    few = [[*row] for row in rows[first : first + 5]]
    chosen = draw(st.lists(st.integers(0, 3), min_size=2, max_size=2, unique=True))
    column = draw(st.integers(0, len(names) - 1))
    lines = [b",".join(cell.encode() for cell in row) for row in few if not any({*'",'} & {*cell} for cell in row)]
    for row in {row for row in chosen if row < len(lines)}:
        cells = lines[row].split(b",")
        cells[column] = draw(st.sampled_from([b'"%b', b'%b"'])) % cells[column]
        lines[row] = b",".join(cells)
        column = draw(st.sampled_from([column, column, draw(st.integers(0, len(names) - 1))]))
    return clean, b"".join(line + b"\n" for line in [written([names]).strip(), *lines])


@given(two_quotes())
@settings(max_examples=examples(300))
def test_two_quotes_at_any_cells_of_two_rows_change_no_row_without_a_word(polluted: tuple[Clean, bytes]) -> None:
    """An id is a text of any kind, so that a quote behind it cannot be seen; the answers beside it stay."""
    clean, content = polluted
    scored = scored_by_api(content, clean)
    rows = scored.rows or ()
    changed = [row for row in rows if row | {"id": str(row["id"]).strip('"')} not in clean_rows(clean).values()]
    assert all(scored.code == 1 and serious(row, clean_rows(clean)) for row in changed)
    assert scored.code or len(rows) == content.count(b"\n") - 1


PLAIN = [each for each in POLLUTIONS if not (each.coded or each.options or each.unseen or each.blanks)]


@pytest.mark.slow
@given(pollution=st.sampled_from(PLAIN), number=st.integers(24, 48), seed=st.integers(0, 2**16))
@settings(max_examples=examples(200))
def test_no_row_of_any_small_table_changes_without_a_word(pollution: Pollution, number: int, seed: int) -> None:
    clean = clean_forms(number, seed)
    try:
        polluted = pollution.change(clean.content)
    except StopIteration:
        reject()  # a small table may have no two lines without quotes where it needs them
    assert not judged(scored_by_api(polluted, clean), clean).silent
