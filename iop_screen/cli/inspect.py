"""The command that says what is understood of a file of forms before it is scored."""

from __future__ import annotations

import codecs
import io
import itertools
import shlex
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from iop_screen.cli.inputs import (
    AllowUnended,
    DelimiterOption,
    DictionaryOption,
    EncodingOption,
    MappingOption,
    SheetOption,
    as_export,
    dictionary_at,
    explained,
    file_settings,
    mapping_at,
    said_files,
)
from iop_screen.cli.options import Questions, compiled_at, output_to
from iop_screen.console.streams import is_terminal, page_result, print_message
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.files import default_questionnaire, open_input
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

    from iop_screen.batch.input_problems import InputProblem
    from iop_screen.batch.inspection import Inspection
    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.batch.sources.settings import FileSettings
    from iop_screen.batch.sources.source import Source
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.report.input_problems import SaidFiles

NARROWEST, WIDEST = 40, 100


def inspect(  # noqa: PLR0913 - one option each
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            readable=False,
            help="Exported forms: CSV, XLSX, ODS, JSON, FHIR, SPSS, Parquet; - is standard input.",
        ),
    ],
    questions: Questions = None,
    mapping: MappingOption = None,
    dictionary: DictionaryOption = None,
    *,
    delimiter: DelimiterOption = None,
    encoding: EncodingOption = None,
    sheet: SheetOption = None,
    id_column: Annotated[
        str | None, typer.Option(metavar="NAME", help="The column to copy as id; else `id` if there is one.")
    ] = None,
    allow_unended: AllowUnended = False,
    write_mapping: Annotated[
        Path | None,
        typer.Option(
            "--write-mapping", metavar="FILE", readable=False, help="Write what was guessed, to be confirmed."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the mapping file that is written.")] = False,
) -> None:
    """Say what is understood of a file of forms, and what each value will mean; nothing is scored.

    Example: iop-screen inspect intake.csv --write-mapping map.yaml
    """
    from iop_screen.batch.settings import ScoreSettings  # noqa: PLC0415
    from iop_screen.report.inspection import inspection_text  # noqa: PLC0415

    if mapping is not None and write_mapping is not None:
        raise typer.BadParameter("--write-mapping writes a first mapping; with --mapping, edit the one that there is")
    compiled = compiled_at(questions)
    read_mapping = mapping_at(mapping, compiled, with_guesses=True)
    said = file_settings(read_mapping, encoding=encoding, delimiter=delimiter, allow_unended=allow_unended, sheet=sheet)
    files = said_files(questions, mapping, dictionary)
    settings = ScoreSettings(mapping=read_mapping, id_column=id_column, dictionary=dictionary_at(dictionary, files))
    with open_input(file) as stream:
        inspection = _inspected(str(file), stream, said, compiled, settings, files)
    page_result(inspection_text(inspection, compiled, _width()))
    if write_mapping is not None and not (inspection.needs_mapping or inspection.lacking):
        print_message("No mapping was written: none is needed.\n")
        write_mapping = None
    if write_mapping is not None:
        made_from = [file, questions or default_questionnaire(), *([dictionary] if dictionary else [])]
        _write(inspection, compiled, write_mapping, made_from, replace=force)
    options = {
        "--questions": questions,
        "--dictionary": dictionary,
        "--delimiter": delimiter,
        "--encoding": encoding,
        "--sheet": sheet,
        "--id-column": id_column,
    }
    words = [str(file), *(word for name, value in options.items() if value for word in (name, str(value)))]
    words += ["--allow-unended"] * allow_unended
    print_message(_next_commands(inspection, words, mapping, write_mapping))
    raise typer.Exit(Exit.DONE if inspection.is_clean else Exit.PROBLEMS_FOUND)


def _inspected(  # noqa: PLR0913, PLR0917 - each is looked at once
    name: str,
    stream: BinaryIO,
    said: FileSettings,
    compiled: CompiledQuestionnaire,
    settings: ScoreSettings,
    files: SaidFiles,
) -> Inspection:
    """What is understood of an open file, as it is most likely written; exit 3 if it cannot be read."""
    from iop_screen.batch.guesses.columns import KnownNames  # noqa: PLC0415
    from iop_screen.batch.guesses.file import HEAD_BYTES, guess_file, sheet_guess, table_guess  # noqa: PLC0415
    from iop_screen.batch.inspection import inspect_source  # noqa: PLC0415
    from iop_screen.batch.sources.csv_source import open_csv  # noqa: PLC0415
    from iop_screen.batch.sources.opening import open_table, table_kind  # noqa: PLC0415
    from iop_screen.batch.sources.rejects_source import is_rejects_file  # noqa: PLC0415

    nothing_said = settings.mapping is None and said.skip_lines == 0 and said.header_rows is None
    guess_head = nothing_said and settings.dictionary is None
    start, again, is_utf8 = _looked_at(stream, HEAD_BYTES)
    kind = table_kind(start)
    if kind is not None:
        rows = _first_rows(name, again, said) if kind == "a spreadsheet" and guess_head else None
        guess = table_guess(said, kind) if rows is None else sheet_guess(said, rows, KnownNames(compiled))
        table = _usable(as_export(open_table(kind, name, again, guess.settings, compiled), compiled, settings), files)
        return inspect_source(table, guess, compiled, explained(settings, [table], compiled, files))
    if is_rejects_file(start):
        print_message(_about_rejects(name, files))
        raise typer.Exit(Exit.PROBLEMS_FOUND)
    guess = guess_file(start, said, KnownNames(compiled), is_utf8=is_utf8, guess_head=guess_head)
    source = _usable(as_export(open_csv(name, again, guess.settings), compiled, settings), files)
    return inspect_source(source, guess, compiled, explained(settings, [source], compiled, files))


def _first_rows(name: str, stream: BinaryIO, said: FileSettings) -> bytes | None:
    """The first rows of a workbook as lines of CSV; None if it comes through a pipe, or cannot be read."""
    from iop_screen.batch.sources.spreadsheet.open import first_rows  # noqa: PLC0415

    return first_rows(name, stream, said) if stream.seekable() else None


def _usable(opened: Source | InputProblem, files: SaidFiles) -> Source:
    """A source that could be opened; exit 3 with the problem if it could not."""
    from iop_screen.batch.input_problems import InputProblem  # noqa: PLC0415
    from iop_screen.report.input_problems import input_problems_text  # noqa: PLC0415

    if isinstance(opened, InputProblem):
        print_message(input_problems_text([opened], files))
        raise CannotGoOn("the file cannot be read as it is", Exit.FILE)
    return opened


def _about_rejects(name: str, files: SaidFiles) -> str:
    """What to do with a rejects file of an earlier run."""
    from iop_screen.report.input_problems import next_command  # noqa: PLC0415
    from iop_screen.report.wording import paragraphs  # noqa: PLC0415

    said = (
        f"{name} is a rejects file that `score --rejects` wrote. Its columns are not those of a form, so there is "
        "nothing to inspect. Correct what stands in its column `raw`, save it, and score it as it is. If the run it "
        "comes from had a mapping, name that too:"
    )
    command = next_command(("iop-screen", "score", name, "-o", "results.csv"), files)
    return f"{paragraphs(sanitize(said))}\n  {command}\n"


def _looked_at(stream: BinaryIO, size: int) -> tuple[bytes, BinaryIO, bool]:
    """The first bytes of a stream, a stream with all of it, and whether it is UTF-8, as far as that can be seen.

    A file is looked at to its end; of what comes through a pipe, only the first bytes are.
    """
    from iop_screen.batch.sources.opening import table_kind  # noqa: PLC0415

    try:
        start = stream.read(size)
        if not stream.seekable():
            return start, io.BufferedReader(_FromStart(start, stream)), _is_utf8([start])
        is_utf8 = table_kind(start) is None and _is_utf8(itertools.chain([start], iter(lambda: stream.read(size), b"")))
        stream.seek(0)
    except OSError as error:
        raise CannotGoOn(f"cannot read the input: {system_reason(error)}", Exit.FILE) from None
    return start, stream, is_utf8


def _is_utf8(blocks: Iterable[bytes]) -> bool:
    """Whether bytes can be read as UTF-8; a character that is cut off at their end does not count."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in blocks:
            decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


class _FromStart(io.RawIOBase):
    """A stream whose first bytes have been read already, from the start."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start, self._stream = start, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        piece = self._start[: len(view)] or self._stream.read(len(view))
        self._start = self._start[len(piece) :]
        view[: len(piece)] = piece
        return len(piece)


def _write(
    inspection: Inspection, compiled: CompiledQuestionnaire, path: Path, made_from: list[Path], *, replace: bool
) -> None:
    from iop_screen.report.mapping_text import mapping_text  # noqa: PLC0415

    with output_to(path, replace=replace, made_from=made_from) as out:
        out.write(mapping_text(inspection, compiled).encode())


def _width() -> int:
    """How wide the text is: as the terminal, within bounds; 78 columns if it goes elsewhere."""
    if not is_terminal(sys.stdout):
        return 78
    return min(WIDEST, max(NARROWEST, shutil.get_terminal_size().columns)) - 1


def _next_commands(inspection: Inspection, words: list[str], mapping: Path | None, written: Path | None) -> str:
    """What to do next, with each command on a line of its own. `words` are the file and the options that go along."""
    named = mapping or written
    inspected = ["iop-screen", "inspect", *words]
    confirmed = ["iop-screen", "score", *words, *([] if named is None else ["--mapping", str(named)])]
    score = _score_step(inspection, confirmed)
    if named is None and (inspection.needs_mapping or inspection.lacking):
        as_mapping = ("Next, to have it written down as a mapping:", [*inspected, "--write-mapping", "map.yaml"])
        return _steps(as_mapping) if inspection.needs_mapping else _steps(as_mapping, score)
    if written is None and not inspection.needs_mapping:
        return _steps(score)
    guesses = written is not None or inspection.mapping_guesses
    confirm = ", and delete each line with `guess` that is right" if guesses else ""
    return _steps(
        (f"Next: look at each part of {named}, mend it{confirm}. Then:", [*inspected, "--mapping", str(named)]),
        ("When nothing is left in it to be mended:", [*confirmed, "-o", "results.csv"]),
    )


def _score_step(inspection: Inspection, score: list[str]) -> tuple[str, list[str]]:
    """How to score what no mapping can mend: why each option of the command is there, and the command."""
    said, options = [], list[str]()
    if inspection.lacking:
        said.append("If the form really did not ask the questions without a column, allow that; each row says so.")
        options += ["--allow-missing", ",".join(inspection.lacking)]
    if inspection.unended:
        said.append("The last record has no line end. If you know that the file is whole, take it as complete.")
        options += ["--allow-unended"]
    if inspection.rejected:
        said.append("Records that cannot be read are written to a file of their own, to be mended.")
        options += ["--rejects", "rejects.csv"]
    if inspection.repeated_ids:
        said.append("Each record whose id was there before is scored and marked.")
    return " ".join(["Next:", *said]), [*score, *options, "-o", "results.csv"]


def _steps(*steps: tuple[str, list[str]]) -> str:
    from iop_screen.report.wording import paragraphs  # noqa: PLC0415

    return "".join(f"{paragraphs(sanitize(text))}\n  {sanitize(shlex.join(words))}\n" for text, words in steps)
