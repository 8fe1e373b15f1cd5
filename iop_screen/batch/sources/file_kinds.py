"""Files that are no CSV, told by their first bytes, and what can be done with them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.physical_lines import UTF8_BOM

NOT_CSV = "not-csv"
SHEET_HINT = (
    'in Excel, save it as "Excel Workbook" (XLSX); in LibreOffice, as "ODF Spreadsheet" (ODS); or run the line below,'
    " which writes it as XLSX into the folder converted"
)
EXPORT_HINT = "export it as CSV from the program that made it"


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that is no CSV: what it is, what can be done, and the words of the command that does it."""

    what: str
    hint: str
    command: Callable[[str], tuple[str, ...]]

    def problem(self, file: str) -> InputProblem:
        """That a file is of this kind."""
        command = () if file == "-" else self.command(as_argument(file))
        return InputProblem(file, None, NOT_CSV, f"the file is no CSV: it is {self.what}", self.hint, command)


def as_argument(file: str) -> str:
    """The name of a file as a command takes it: one that begins with a hyphen would be taken for an option."""
    return f"./{file}" if file.startswith("-") and file != "-" else file


def file_kind(start: bytes) -> FileKind | None:
    """What a file is by its first bytes; None if it may be CSV."""
    start = start.removeprefix(UTF8_BOM)
    return next((kind for pattern, kind in _KINDS if pattern.match(start)), None)


def _converted(file: str) -> tuple[str, ...]:
    return ("libreoffice", "--headless", "--convert-to", "xlsx", "--outdir", "converted", file)


def _unpacked_by(*unpack: str) -> Callable[[str], tuple[str, ...]]:
    """The command that scores a file while it is unpacked; one line of a shell, as it needs a pipe."""

    def command(file: str) -> tuple[str, ...]:
        return ("sh", "-c", f"{shlex.join(unpack)} < {shlex.quote(file)} | iop-screen score -")

    return command


def _none(_file: str) -> tuple[str, ...]:
    return ()


def _sheet(what: str) -> FileKind:
    return FileKind(what, SHEET_HINT, _converted)


def _packed(what: str, *unpack: str) -> FileKind:
    return FileKind(f"packed with {what}", "the line below unpacks it and scores what is in it", _unpacked_by(*unpack))


def _other(what: str, hint: str = EXPORT_HINT) -> FileKind:
    return FileKind(what, hint, _none)


def _at_start(pattern: bytes) -> re.Pattern[bytes]:
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


_KINDS: tuple[tuple[re.Pattern[bytes], FileKind], ...] = (
    (_at_start(rb"PK(\x03\x04|\x05\x06|\x07\x08)"), _other("a ZIP archive", "unpack it, and score the CSV file in it")),
    (
        _at_start(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1.*" + re.escape("EncryptedPackage".encode("utf-16-le"))),
        _other("a file of Office that has a password", "open it in Excel, and save it without a password, as XLSX"),
    ),
    (
        _at_start(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        _sheet("a workbook of Excel that is old (XLS) or has a password"),
    ),
    (_at_start(rb"\x1f\x8b"), _packed("gzip", "gunzip", "-c")),
    (_at_start(rb"BZh[1-9]1AY&SY"), _packed("bzip2", "bunzip2", "-c")),
    (_at_start(rb"\xfd7zXZ\x00"), _packed("xz", "xz", "-dc")),
    (_at_start(rb"\x28\xb5\x2f\xfd"), _packed("zstd", "zstd", "-dc")),
    (_at_start(rb"%PDF-"), _other("a PDF")),
    (
        _at_start(rb"\s*(<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*+<(QuestionnaireResponse|Bundle)\b"),
        _other("FHIR in XML", "export it as FHIR in JSON, which can be read"),
    ),
    (_at_start(rb"\s*<(!doctype\s|html\b|table\b|head\b|meta\b)"), _sheet("a web page (HTML), whatever its name says")),
    (_at_start(rb"\s*<\?xml\b"), _sheet("XML, whatever its name says")),
    (_at_start(rb"(\xff\xfe\x00\x00|\x00\x00\xfe\xff)"), _other("text in UTF-32", "save it as UTF-8")),
    (
        _at_start(rb"(PAR[1E](?![\t\n\r -~])|SQLite format 3\x00)"),
        _other("a file of a database or of statistics"),
    ),
)
