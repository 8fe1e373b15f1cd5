"""What keeps a CSV file from being read as it is, told from its first lines, and the next command that works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from iop_screen.batch.column_names import first_ten
from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.batch.sources.decoding import looks_utf16, marked_encoding, utf16_codec
from iop_screen.batch.sources.file_kinds import NOT_CSV, as_argument
from iop_screen.batch.sources.likely import (
    DELIMITERS,
    as_utf8,
    first_rows,
    likely_delimiter,
    likely_head,
    not_utf8_at_start,
)
from iop_screen.batch.sources.physical_lines import UTF8_BOM
from iop_screen.batch.sources.settings import Delimiter, Encoding, FileSettings
from iop_screen.batch.sources.source import Record, RejectedRecord
from iop_screen.core.problems import shortened

MAX_COLUMNS = 16_384
"""As many as a sheet of Excel has."""

NO_HEADER = "no-header"
WRONG_ENCODING = "wrong-encoding"
WRONG_DELIMITER = "wrong-delimiter"
TEXT_ABOVE_HEADER = "text-above-header"
WRONG_HEADER_ROWS = "wrong-header-rows"
TOO_MANY_COLUMNS = "too-many-columns"
FILE_PROBLEMS = (
    NOT_CSV,
    NO_HEADER,
    WRONG_ENCODING,
    WRONG_DELIMITER,
    TEXT_ABOVE_HEADER,
    WRONG_HEADER_ROWS,
    TOO_MANY_COLUMNS,
)
"""Why a file cannot be read as it is."""

ENCODING_NAMES: dict[Encoding, str] = {"utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252 (cp1252)"}
DELIMITER_NAMES: dict[Delimiter, str] = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes (|)"}
DELIMITER_ARGUMENTS: dict[Delimiter, str] = {",": ",", ";": ";", "\t": "tab", "|": "|"}
"""The delimiters as options name them."""

CP1252_HINT = "if it comes from Excel on Windows, it is most likely cp1252; else save it as UTF-8"


@dataclass(frozen=True, slots=True)
class FileStart:
    """The first bytes of a file, what was said of how it is written, and how it is going to be read."""

    name: str
    start: bytes
    said: FileSettings
    settings: FileSettings

    def encoding_problem(self) -> InputProblem | None:
        """That the file is not written as it should be; only what its first bytes leave no doubt about."""
        said, marked = self.said.encoding, marked_encoding(self.start)
        if said and marked and said != marked:
            marks = f"its first bytes say {ENCODING_NAMES[marked]}, and it was to be read as {ENCODING_NAMES[said]}"
            return self._read_with(WRONG_ENCODING, marks, encoding=marked)
        if said == "utf-16" and not marked and self.start and not looks_utf16(self.start):
            likely: Encoding = "cp1252" if not_utf8_at_start(self.start) else "utf-8"
            return self._read_with(WRONG_ENCODING, "the file is not UTF-16", encoding=likely)
        if not marked and said != "utf-16" and looks_utf16(self.start):
            return self._read_with(WRONG_ENCODING, "the file looks like UTF-16", encoding="utf-16")
        if not said and not marked and not_utf8_at_start(self._below_skipped(self.start)):
            return self._read_with(WRONG_ENCODING, "the file is not UTF-8", encoding="cp1252", hint=CP1252_HINT)
        return None

    def named_problem(self, named: str) -> InputProblem | None:
        """That the first line names a delimiter, if it does, that cannot be used or that somebody said otherwise."""
        delimiter, said = as_delimiter(named), self.said.delimiter
        if named and delimiter is None:
            return self.problem(WRONG_DELIMITER, "its first line names a delimiter that cannot be read", line=1)
        if delimiter is None or said is None or delimiter == said:
            return None
        message = f"its first line says that {DELIMITER_NAMES[delimiter]} part its columns, not {DELIMITER_NAMES[said]}"
        return self._read_with(WRONG_DELIMITER, message, delimiter=delimiter)

    def head_problem(self, rows: Sequence[Record | RejectedRecord]) -> InputProblem | None:
        """What keeps the rows of the header from being used."""
        if not rows:
            return self.problem(NO_HEADER, "the file has no header: it is empty")
        first = rows[0]
        if isinstance(first, Record) and len(first.cells) > MAX_COLUMNS:
            names = first_ten(first.cells, lambda cell: f"{shortened(cell.strip())!a}")
            message = f"the header has {len(first.cells):,} columns; at most {MAX_COLUMNS:,} can be read: {names}"
            return self.problem(TOO_MANY_COLUMNS, message, line=first.line)
        title = self._title_problem() if isinstance(first, Record) else None
        return self._delimiter_problem() or title or self._row_problem(rows)

    def _delimiter_problem(self) -> InputProblem | None:
        """That another delimiter parts the header and the records, and this one does not."""
        text = self._text()
        likely, now = likely_delimiter(text), self.settings.delimiter or ","
        if likely is None or likely == now or _is_parted(first_rows(text, now)):
            return None
        if not _is_parted(first_rows(text, likely)):
            return None
        message = f"{DELIMITER_NAMES[likely]} seem to part the columns, and not {DELIMITER_NAMES[now]}"
        if self._names_delimiter():
            return self.problem(WRONG_DELIMITER, message, hint="its first line says otherwise; take that line away")
        return self._read_with(WRONG_DELIMITER, message, delimiter=likely)

    def _title_problem(self) -> InputProblem | None:
        """That lines with few cells stand above what looks like the header."""
        delimiter = self.settings.delimiter or ","
        lines = likely_head(self._text(), delimiter)
        if not lines or self.settings.skip_lines or self.settings.rows > 1:
            return None
        lines += self._names_delimiter()
        message = f"the header seems to stand on line {lines + 1}, below a title or the like"
        parted = "" if delimiter == "," else f', delimiter: "{DELIMITER_ARGUMENTS[delimiter]}"'
        hint = f"a mapping can say it: `file: {{skip_lines: {lines}{parted}}}`"
        return self.problem(TEXT_ABOVE_HEADER, message, hint=hint, command=inspect_command(as_argument(self.name)))

    def _row_problem(self, rows: Sequence[Record | RejectedRecord]) -> InputProblem | None:
        wanted, widths = self.settings.rows, set[int]()
        for row in rows:
            if isinstance(row, RejectedRecord):
                return self._unreadable_head(row)
            widths.add(len(row.cells))
        if len(rows) < wanted:
            return self.problem(NO_HEADER, f"the file ends inside its header, which has {wanted} rows")
        if len(widths) > 1:
            return self.problem(WRONG_HEADER_ROWS, "the rows of the header differ in how many columns they have")
        if self.settings.names_from > wanted:
            return self.problem(WRONG_HEADER_ROWS, f"names are to be in row {self.settings.names_from} of {wanted}")
        return None

    def _unreadable_head(self, row: RejectedRecord) -> InputProblem:
        message = f"the header cannot be read: {row.code}"
        match row.code, self.settings.encoding:
            case "undecodable", "utf-8" if marked_encoding(self.start) is None:
                return self._read_with(NO_HEADER, message, encoding="cp1252", hint=CP1252_HINT)
            case "undecodable", _:
                hint = "it is not written as was said; save it as UTF-8"
            case "nul", _:
                hint = "it has NUL bytes, which no text file has; export it again as CSV"
            case "too-long", _:
                hint = "it has more than 1 MiB; look for a missing line end, or for too many columns"
            case _:
                hint = "look for a quote that is missing or not doubled"
        return self.problem(NO_HEADER, message, hint=hint, line=row.line)

    def encoding_remarks(self) -> Iterator[str]:
        """How the file is decoded, where that is not by UTF-8."""
        encoding = self.settings.encoding or "utf-8"
        marked = marked_encoding(self.start) is not None
        if encoding == "utf-16":
            order = ", low byte first" if utf16_codec(self.start) == "utf-16-le" else ", high byte first"
            yield f"it is read as UTF-16{'' if marked else order}"
        elif encoding == "cp1252":
            also = "" if self.start.isascii() or not_utf8_at_start(self.start) else "; it could be UTF-8 too"
            yield f"it is read as {ENCODING_NAMES[encoding]}{also}"

    def head_remarks(self, named: str) -> Iterator[str]:
        """What stands above the header; `named` is the delimiter that the first line names."""
        delimiter = as_delimiter(named)
        if delimiter:
            yield f"its first line says that {DELIMITER_NAMES[delimiter]} part its columns"
        if self.settings.skip_lines:
            yield f"lines that are skipped above the header: {self.settings.skip_lines}"

    def _text(self) -> bytes:
        """The first lines of the file from the header on, as UTF-8."""
        text = self._below_skipped(as_utf8(self.start, self.settings.encoding or "utf-8"))
        return b"".join(text.splitlines(keepends=True)[1:]) if self._names_delimiter() else text

    def _names_delimiter(self) -> bool:
        """Whether the first line is one that names the delimiter."""
        lines = as_utf8(self.start, self.settings.encoding or "utf-8").splitlines()
        return not self.settings.skip_lines and bool(lines) and bool(delimiter_in(lines[0]))

    def _below_skipped(self, text: bytes) -> bytes:
        return b"".join(text.splitlines(keepends=True)[self.settings.skip_lines :])

    def problem(
        self, code: str, message: str, *, hint: str = "", line: int | None = None, command: tuple[str, ...] = ()
    ) -> InputProblem:
        """A problem of this file."""
        return InputProblem(self.name, line, code, message, hint, command)

    def _read_with(
        self,
        code: str,
        message: str,
        *,
        encoding: Encoding | None = None,
        delimiter: Delimiter | None = None,
        hint: str = "",
    ) -> InputProblem:
        """A problem that goes away if the file is read with this, and else as was said before."""
        encoding, delimiter = encoding or self.said.encoding, delimiter or self.said.delimiter
        options = (
            *(["--encoding", encoding] if encoding else []),
            *(["--delimiter", DELIMITER_ARGUMENTS[delimiter]] if delimiter else []),
            *(["--allow-unended"] if self.said.allow_unended else []),
        )
        return self.problem(code, message, hint=hint, command=("iop-screen", "score", as_argument(self.name), *options))


def as_delimiter(text: str) -> Delimiter | None:
    """The delimiter that a text is, if it is one."""
    return next((each for each in DELIMITERS if each == text), None)


def _is_parted(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a header has several columns, and a record below it as many, if there is one."""
    widths = [len(row) for row in rows]
    return bool(widths) and widths[0] > 1 and (len(widths) == 1 or widths[0] in widths[1:])


def delimiter_in(line: bytes) -> str:
    """The character after `sep=`, if a line says only that, as Excel reads and writes it; else nothing."""
    bare = line.removeprefix(UTF8_BOM).rstrip(b"\r\n").removeprefix(b'"').removesuffix(b'"')
    return bare[4:].decode("latin-1") if len(bare) == 5 and bare[:4].lower() == b"sep=" else ""
