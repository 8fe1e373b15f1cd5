"""The options of the commands that read exported forms, and the opening of the files that they name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Literal, cast

import typer

from iop_screen.console.streams import print_message
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.files import open_input, read_whole
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.input_problems import InputProblem
    from iop_screen.batch.mapping.model import Mapping
    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.batch.sources.redcap.dictionary import Dictionary
    from iop_screen.batch.sources.settings import Delimiter, Encoding, FileSettings
    from iop_screen.batch.sources.source import Source
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.report.input_problems import SaidFiles

DELIMITERS: dict[str, Delimiter] = {
    ",": ",", "comma": ",", ";": ";", "semicolon": ";", "\t": "\t", "\\t": "\t", "tab": "\t", "|": "|", "pipe": "|",
}  # fmt: skip
"""What `--delimiter` can be, and the character that it means."""

START_BYTES = 200
"""So much of a file is enough to know a rejects file by its header."""

DelimiterOption = Annotated[
    str | None,
    typer.Option("--delimiter", help="What parts the columns: , or ; or tab or |; else as the file says, or ,"),
]
EncodingOption = Annotated[
    Literal["utf-8", "utf-16", "cp1252"] | None,
    typer.Option("--encoding", help="How the file is written; else UTF-8, or UTF-16 if the file says so."),
]
SheetOption = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook that holds the forms.")
]
AllowUnended = Annotated[
    bool, typer.Option("--allow-unended", help="Take the last record as complete although no line end follows.")
]
DictionaryOption = Annotated[
    Path | None,
    typer.Option("--dictionary", metavar="FILE", readable=False, help="The data dictionary, if REDCap made the file."),
]
MappingOption = Annotated[
    Path | None,
    typer.Option("--mapping", metavar="FILE", readable=False, help="What the columns and cells mean; see `inspect`."),
]


def file_settings(
    mapping: Mapping | None,
    *,
    encoding: Encoding | None,
    delimiter: str | None,
    allow_unended: bool,
    sheet: str | None,
) -> FileSettings:
    """How the files are written: as the mapping says, and where an option says something else, as that says.

    Raises BadParameter for a delimiter that is none.
    """
    from dataclasses import replace  # noqa: PLC0415

    from iop_screen.batch.sources.settings import FileSettings  # noqa: PLC0415

    if delimiter is not None and delimiter not in DELIMITERS:
        raise typer.BadParameter("it is , or ; or tab or |", param_hint="--delimiter")
    settings = FileSettings() if mapping is None else mapping.file
    return replace(
        settings,
        encoding=encoding or settings.encoding,
        delimiter=settings.delimiter if delimiter is None else DELIMITERS[delimiter],
        allow_unended=allow_unended or settings.allow_unended,
        sheet=settings.sheet if sheet is None else sheet,
    )


@contextmanager
def opened_sources(
    files: Sequence[Path],
    written: FileSettings,
    compiled: CompiledQuestionnaire,
    said: SaidFiles,
    settings: ScoreSettings,
) -> Iterator[tuple[list[Source], list[tuple[Path, BinaryIO]]]]:
    """The files open as sources, in their order, and their streams; exit 3 with all problems if one cannot be used.

    `compiled` is the questionnaire that they are read with, `said` are the files that the next commands name again.
    With a data dictionary in `settings`, they are exports of REDCap.
    """
    from iop_screen.batch.input_problems import InputProblem  # noqa: PLC0415

    with ExitStack() as stack:
        streams = [(path, stack.enter_context(open_input(path))) for path in files]
        found = [each for path, stream in streams for each in _sources_in(str(path), stream, written, compiled)]
        opened = [as_export(each, compiled, settings) for each in found]
        problems = [each for each in opened if isinstance(each, InputProblem)]
        if problems:
            raise cannot_score(problems, said)
        yield [each for each in opened if not isinstance(each, InputProblem)], streams


def as_export(
    source: Source | InputProblem, compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> Source | InputProblem:
    """A source read by the data dictionary, if there is one; a problem if the source is one itself."""
    from iop_screen.batch.input_problems import InputProblem  # noqa: PLC0415
    from iop_screen.batch.sources.redcap.dictionary_header import as_forms, is_dictionary  # noqa: PLC0415

    if isinstance(source, InputProblem):
        return source
    if is_dictionary(source.header.names):
        return as_forms(source.name, source.header.line)
    if settings.dictionary is None:
        return source
    from iop_screen.batch.sources.redcap.source import open_redcap  # noqa: PLC0415

    return open_redcap(source, settings.dictionary, compiled, settings.mapping)


def explained(
    settings: ScoreSettings, sources: Sequence[Source], compiled: CompiledQuestionnaire, said: SaidFiles
) -> ScoreSettings:
    """The settings of a run with what the data dictionary says of the questions; exit 3 if files differ in kind."""
    if settings.dictionary is None:
        return settings
    from iop_screen.batch.input_problems import InputProblem  # noqa: PLC0415
    from iop_screen.batch.redcap_settings import by_dictionary  # noqa: PLC0415

    found = by_dictionary(settings, settings.dictionary, sources, compiled)
    if isinstance(found, InputProblem):
        raise cannot_score([found], said)
    return found


def _sources_in(
    name: str, stream: BinaryIO, settings: FileSettings, compiled: CompiledQuestionnaire
) -> Sequence[Source | InputProblem]:
    """The sources in one file: itself, or if it is a rejects file, all files whose records stand in it."""
    from iop_screen.batch.sources.csv_source import open_csv  # noqa: PLC0415
    from iop_screen.batch.sources.opening import open_table, table_kind  # noqa: PLC0415
    from iop_screen.batch.sources.rejects_source import is_rejects_file, open_rejects  # noqa: PLC0415

    buffered = stream if isinstance(stream, BufferedReader) else BufferedReader(cast("RawIOBase", stream))
    start = _start(name, buffered)
    kind = table_kind(start)
    if kind is not None:
        return [open_table(kind, name, buffered, settings, compiled)]
    if not is_rejects_file(start):
        return [open_csv(name, buffered, settings)]
    opened = open_rejects(name, buffered, settings)
    return opened if isinstance(opened, list) else [opened]


def _start(name: str, stream: BufferedReader) -> bytes:
    """The first bytes of a file, which stay to be read."""
    try:
        return stream.peek(START_BYTES)
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(name)}: {system_reason(error)}", Exit.FILE) from None


def same_file(path: Path, others: Sequence[Path]) -> bool:
    """Whether a path leads to the same file as one of the others; `-` is standard input."""
    return path in others or any(_leads_to(path, other) for other in others if "-" not in {str(path), str(other)})


def _leads_to(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:  # one of them is not there yet
        return path.absolute() == other.absolute()


def said_files(
    questions: Path | None, mapping: Path | None, dictionary: Path | None, sheet: str | None = None
) -> SaidFiles:
    """The files and the sheet that a next command has to name again."""
    from iop_screen.report.input_problems import SaidFiles  # noqa: PLC0415

    return SaidFiles(*(None if said is None else str(said) for said in (questions, mapping, dictionary, sheet)))


def cannot_score(problems: Iterable[InputProblem], said: SaidFiles, rows_out: int = 0) -> CannotGoOn:
    """The error that files cannot be scored as they are; all problems are printed first.

    `rows_out` rows went to standard output before the run was stopped; nobody can take them back.
    """
    from iop_screen.report.input_problems import input_problems_text  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    problems = [*problems]
    print_message(input_problems_text(problems, said))
    found = plural(len(problems), "problem")
    if not rows_out:
        return CannotGoOn(f"{found}: nothing was scored", Exit.FILE)
    rows = "1 row was" if rows_out == 1 else f"{rows_out:,} rows were"
    return CannotGoOn(f"{found}: the run stopped. {rows} written to standard output; do not use them", Exit.FILE)


def mapping_at(path: Path | None, compiled: CompiledQuestionnaire, *, with_guesses: bool = False) -> Mapping | None:
    """The mapping in a file, None if no file is named; exit 3 with all its problems if it cannot be used.

    One in which something is not confirmed can be used only `with_guesses`, to show it. Its warnings are printed.
    """
    return None if path is None else _mapping_in(path, compiled, with_guesses=with_guesses)


def dictionary_at(path: Path | None, said: SaidFiles) -> Dictionary | None:
    """The data dictionary in a file, None if no file is named; exit 3 with all its problems if it cannot be used."""
    return None if path is None else _dictionary_in(path, said)


def _dictionary_in(path: Path, said: SaidFiles) -> Dictionary:
    from iop_screen.batch.sources.redcap.dictionary import (  # noqa: PLC0415
        MAX_DICTIONARY_BYTES,
        Dictionary,
        read_dictionary,
    )

    found = read_dictionary(str(path), read_whole(path, MAX_DICTIONARY_BYTES))
    if isinstance(found, Dictionary):
        return found
    raise cannot_score(found, said)


def _mapping_in(path: Path, compiled: CompiledQuestionnaire, *, with_guesses: bool) -> Mapping:
    from iop_screen.batch.mapping.reader import read_mapping, with_unconfirmed  # noqa: PLC0415
    from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES  # noqa: PLC0415
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    content = read_whole(path, MAX_QUESTIONNAIRE_BYTES)
    read = read_mapping(content, compiled)
    problems = read.problems if with_guesses else with_unconfirmed(read)
    if problems:
        print_message(diagnostics(problems, str(path), content))
    if read.mapping is None or len(problems) > len(read.problems):
        raise CannotGoOn(f"{plural(len(problems), 'problem')}: this mapping cannot be used", Exit.FILE)
    return read.mapping
