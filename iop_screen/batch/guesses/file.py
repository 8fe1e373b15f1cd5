"""How a file of forms is most likely written: its encoding, its delimiter, and where its header stands."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from iop_screen.batch.guesses.columns import KnownNames
from iop_screen.batch.guesses.texts import plain
from iop_screen.batch.second_header import IMPORT_ID, RESPONSES
from iop_screen.batch.sources.decoding import marked_encoding
from iop_screen.batch.sources.likely import DELIMITERS, likely_delimiter
from iop_screen.batch.sources.opening import TableKind
from iop_screen.batch.sources.settings import Delimiter, Encoding, FileSettings

HEAD_BYTES = 1024 * 1024
"""So much of the start of a file is looked at."""

DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}

MOST_CELLS = 5_000
"""So many cells of a row are looked at to see whether it is a header."""

MOST_PREAMBLE = 20
"""So many lines before a header are looked at."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_SEP = re.compile(r'\ufeff?"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FileGuess:
    """How a file is written: what was said of it together with what was guessed, and how each part is known.

    `encoding` and `delimiter` are sentences. `guessed` names the keys of `file` in a mapping that nobody has said and
    that a reader would not take by itself.
    """

    settings: FileSettings
    encoding: str
    delimiter: str
    head: str
    guessed: tuple[str, ...]


def guess_file(
    start: bytes, said: FileSettings, names: KnownNames, *, is_utf8: bool, guess_head: bool = True
) -> FileGuess:
    """How a file is written. `start` are its first bytes; `is_utf8` says whether all that was looked at is UTF-8."""
    encoding, encoding_text, encoding_guessed = _encoding(start, said.encoding, is_utf8=is_utf8)
    lines = _LINE.findall(_decoded(start, encoding))
    delimiter, delimiter_text, delimiter_guessed = _delimiter(start, lines, said.delimiter, names)
    settings = replace(said, encoding=encoding if encoding_guessed else said.encoding)
    settings = replace(settings, delimiter=delimiter if delimiter_guessed else said.delimiter)
    guessed = ["encoding"] * encoding_guessed + ["delimiter"] * delimiter_guessed
    head_text = "as the mapping or an option says"
    if guess_head:
        head, head_text = _head(lines, delimiter, names)
        settings = replace(
            settings, skip_lines=head.skip_lines, header_rows=head.header_rows, names_from=head.names_from
        )
        guessed += ["skip_lines"] * (head.skip_lines > 0) + ["header_rows"] * (head.rows > 1)
    return FileGuess(settings, encoding_text, delimiter_text, head_text, tuple(guessed))


def table_guess(said: FileSettings, kind: TableKind) -> FileGuess:
    """How a file is written that is a table and no text: nothing of it has to be guessed."""
    return FileGuess(said, f"as {kind} has it", "none: its columns stand apart", "the names of its columns", ())


def sheet_guess(said: FileSettings, head: bytes, names: KnownNames, *, guess_head: bool = True) -> FileGuess:
    """How forms stand in a workbook whose first rows are these lines of CSV: where the header is may be guessed."""
    as_lines = replace(said, encoding="utf-8", delimiter=",")
    found = guess_file(head, as_lines, names, is_utf8=True, guess_head=guess_head)
    settings = replace(found.settings, encoding=said.encoding, delimiter=said.delimiter)
    return replace(table_guess(settings, "a spreadsheet"), head=found.head, guessed=found.guessed)


def _encoding(start: bytes, said: Encoding | None, *, is_utf8: bool) -> tuple[Encoding, str, bool]:
    if said is not None:
        return said, f"{said}, as said", False
    if (marked := marked_encoding(start)) is not None:
        return marked, f"{marked}, by the mark at its start", False
    if start[:2_000].count(0) > len(start[:2_000]) // 3:
        return "utf-16", "utf-16: a guess, since every second byte is zero", True
    if is_utf8:
        return "utf-8", "utf-8; all of it can be read so", False
    return "cp1252", "cp1252 (Western Windows): a guess, since it is not utf-8", True


def _decoded(start: bytes, encoding: Encoding) -> str:
    if encoding == "utf-16" and marked_encoding(start) != "utf-16":
        return start.decode("utf-16-le", "replace")
    return start.decode(encoding, "replace").removeprefix("\ufeff")


def _delimiter(
    start: bytes, lines: Sequence[str], said: Delimiter | None, names: KnownNames
) -> tuple[Delimiter, str, bool]:
    if said is not None:
        return said, f"{DELIMITER_NAMES[said]}, as said", False
    first = _SEP.fullmatch(lines[0]) if lines else None
    if first and (named := next((each for each in DELIMITERS if each == first[1]), None)) is not None:
        return named, f"{DELIMITER_NAMES[named]}, by the line `sep=`", False
    best = {each: _best_row(lines, each, names)[1] for each in DELIMITERS}
    most = max(best.values())
    if most and [*best.values()].count(most) == 1:
        found = max(DELIMITERS, key=best.__getitem__)
        how = f"a guess: the columns match {most} questions or answers so"
        return found, f"{DELIMITER_NAMES[found]}{'' if found == ',' else '; ' + how}", found != ","
    even = likely_delimiter(start) or ","
    return even, f"{DELIMITER_NAMES[even]}{'' if even == ',' else ': a guess, by the first lines'}", even != ","


def _rows(lines: Sequence[str], start: int, delimiter: Delimiter, most: int) -> list[list[str]]:
    """The first rows from a line on, as far as they can be read."""
    found: list[list[str]] = []
    reader = csv.reader(io.StringIO("".join(lines[start : start + 400]), newline=""), delimiter=delimiter)
    try:
        for row in reader:
            found.append(row)
            if len(found) == most:
                break
    except csv.Error:
        pass
    return found


def _matches(row: Sequence[str], names: KnownNames) -> int:
    """How many cells of a row look like names of columns of the questionnaire; none if all may be answers."""
    found = [guess for cell in row[:MOST_CELLS] if (guess := names.guess(0, cell)) is not None]
    return len({(guess.question, guess.option) for guess in found}) if any(not guess.weak for guess in found) else 0


def _may_be_a_person(row: Sequence[str], names: KnownNames) -> bool:
    """Whether a row above a header may be somebody's: it has more cells than a title, and one of them is an answer."""
    filled = [cell for cell in row[:MOST_CELLS] if cell.strip()]
    return len(filled) > 2 and any(plain(cell) in names.answers for cell in filled)


def _best_row(lines: Sequence[str], delimiter: Delimiter, names: KnownNames) -> tuple[int, int]:
    """The line, from 0, at which the header most likely begins, and how many names match there.

    That is the first line, unless a later one matches far better, and no line above that may be somebody's answers.
    """
    first = 1 if lines and _SEP.fullmatch(lines[0]) else 0
    counts = {first: 0}
    for start in range(first, min(len(lines), first + MOST_PREAMBLE)):
        rows = _rows(lines, start, delimiter, 1)
        if rows and (start == first or len(rows[0]) <= MOST_CELLS):
            counts[start] = _matches(rows[0], names)
        if rows and not counts.get(start) and _may_be_a_person(rows[0], names):
            break
    best = max(counts, key=lambda start: (counts[start], -start))
    return (best, counts[best]) if counts[best] > max(1, 2 * counts[first]) else (first, counts[first])


def _head(lines: Sequence[str], delimiter: Delimiter, names: KnownNames) -> tuple[FileSettings, str]:
    """Where the header stands, and how that is known."""
    start, _ = _best_row(lines, delimiter, names)
    sep_line = 1 if lines and _SEP.fullmatch(lines[0]) else 0
    rows = _rows(lines, sep_line, delimiter, 6)
    marked = [number for number, row in enumerate(rows) if any(cell.strip().startswith(IMPORT_ID) for cell in row)]
    if marked and marked[0] >= 1:
        best = max(range(1, marked[0] + 1), key=lambda number: _matches(rows[number - 1], names))
        text = f"{marked[0] + 1} rows as Qualtrics writes them: a guess; the names are in row {best}"
        return FileSettings(header_rows=marked[0] + 1, names_from=best), text
    skipped = start if start > sep_line else 0
    said = f"after {skipped} other line{'' if skipped == 1 else 's'}: a guess, by the names; " if skipped else ""
    if _is_two_rows(_rows(lines, start, delimiter, 2), names):
        text = f"{said}2 rows as SurveyMonkey writes them: a guess; the names are made of both"
        return FileSettings(skip_lines=skipped, header_rows=2, names_from=0), text
    return FileSettings(skip_lines=skipped), f"{said}1 row"


def _is_two_rows(rows: Sequence[Sequence[str]], names: KnownNames) -> bool:
    """Whether the second row goes on with the names of the first: with the answers of a question, or `Response`."""
    if len(rows) < 2 or len(rows[0]) != len(rows[1]):
        return False
    under_blank = [below for above, below in zip(*rows, strict=True) if not above.strip()]
    responses = any(plain(cell) in RESPONSES for cell in rows[1])
    options = any(names.guess(0, cell) is not None for cell in under_blank)
    return responses or (bool(under_blank) and all(map(str.strip, under_blank)) and options)
