"""The options that several commands have, and what they open: questionnaires, records and outputs."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from iop_screen.console.streams import print_message, result_stream
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import default_questionnaire, new_file, read_whole
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.questionnaire.model import Questionnaire
    from iop_screen.records.model import QuestionnaireRef, Record
    from iop_screen.records.store import Store

DATA_DIR_VARIABLE = "IOP_SCREEN_DATA_DIR"
"""The environment variable that names the folder of records if no option does."""

Questions = Annotated[
    Path | None,
    typer.Option("--questions", metavar="FILE", help="Use this questionnaire, not the one that comes along."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        envvar=DATA_DIR_VARIABLE,
        help="Keep records in this folder, not in that of the user.",
    ),
]

Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here, not to stdout.")]
Force = Annotated[bool, typer.Option("--force", help="Replace the output file.")]


def store_in(folder: Path | str | None) -> Store:
    """The store of records in a folder; if none is named, in the one that the system has for each user."""
    from iop_screen.records.store import Store  # noqa: PLC0415

    return Store(Path(folder or typer.get_app_dir("iop-screen")))


def output_to(
    output: Path | None, *, replace: bool, made_from: Iterable[Path | None], data_dir: Path | None = None
) -> AbstractContextManager[BinaryIO]:
    """Where a result is written: stdout or a new file. Raises CannotGoOn as `new_file` does, and in the store."""
    if output is None:
        return result_stream()
    if store_in(data_dir or os.environ.get(DATA_DIR_VARIABLE)).contains(output):
        raise CannotGoOn(f"cannot write {sanitize(str(output))}: records are kept in that folder", Exit.FILE)
    return new_file(output, replace=replace, made_from=made_from)


def compiled_at(path: Path | None) -> CompiledQuestionnaire:
    """The compiled questionnaire; exit 4 with all its problems if it cannot be used."""
    return compiled_and_bytes(path)[0]


def compiled_and_bytes(path: Path | None) -> tuple[CompiledQuestionnaire, bytes]:
    """The compiled questionnaire, as `compiled_at` gives it, and the bytes of its file."""
    path, content = read_yaml_file(path)
    return _compiled(str(path), content), content


def record_in(store: Store, typed: str, revision: int | None = None) -> Record:
    """The record with the reference that was typed: its last revision, if none is named; exit 3 if there is none."""
    from iop_screen.interview.record_lookup import record_error  # noqa: PLC0415
    from iop_screen.records.model import Record  # noqa: PLC0415
    from iop_screen.records.references import parse_reference  # noqa: PLC0415
    from iop_screen.records.store import NotThere  # noqa: PLC0415

    ref = parse_reference(typed)
    found = NotThere() if ref is None else store.load(ref, revision)
    if isinstance(found, Record):
        return found
    raise record_error(store, ref, found, revision)


def ref_in(store: Store, typed: str) -> str:
    """The reference that was typed, if anything is kept under it, be it readable or not; exit 3 if nothing is."""
    from iop_screen.interview.record_lookup import NO_SUCH_RECORD  # noqa: PLC0415
    from iop_screen.records.references import parse_reference  # noqa: PLC0415

    ref = parse_reference(typed)
    if ref is None or not store.has(ref):
        raise CannotGoOn(NO_SUCH_RECORD, Exit.FILE)
    return ref


def draft_in(store: Store, typed: str | None) -> str:
    """The reference of the record to resume: the one typed, or the only draft; of several, the one the user types.

    Exit 3 if there is none, 2 if there are several and none is chosen.
    """
    from iop_screen.records.model import Record  # noqa: PLC0415
    from iop_screen.records.references import parse_reference  # noqa: PLC0415
    from iop_screen.report.record_list import drafts_text  # noqa: PLC0415

    if typed is not None:
        return ref_in(store, typed)
    drafts = store.drafts()
    if not drafts:
        raise CannotGoOn("there is no draft to go on with; to begin anew: iop-screen interview", Exit.FILE)
    if len(drafts) == 1:
        return drafts[0].ref
    names, _ = questionnaire_names_of(one.record for one in drafts if isinstance(one.record, Record))
    print_message(drafts_text(drafts, names))  # the newest is not taken, for it may be of another caller
    if not (sys.stdin and sys.stdin.isatty()):
        raise CannotGoOn("there are several drafts; say which: iop-screen interview --resume REF", Exit.USAGE)
    print_message("Type the reference of the one to go on with: ")
    ref = parse_reference(read_typed_line())
    if ref is None or ref not in {listed.ref for listed in drafts}:
        raise CannotGoOn("that is the reference of no draft; nothing was opened", Exit.USAGE)
    return ref


def read_typed_line() -> str:
    """The line that the user types; empty if the terminal has gone away."""
    try:
        return sys.stdin.readline().strip()
    except OSError:
        return ""


def compiled_for_record(record: Record, store: Store) -> CompiledQuestionnaire:
    """The compiled questionnaire that a record was made with; exit 4 if its copy is missing or cannot be used."""
    from iop_screen.records.serialization import Unreadable  # noqa: PLC0415

    ref = record.head.questionnaire
    content = store.questionnaire(ref.hash12)
    if isinstance(content, Unreadable):
        raise CannotGoOn(f"the questionnaire {sanitize(ref.stamp)} cannot be read: {content.why}", Exit.QUESTIONNAIRE)
    return _compiled(ref.stamp, content)


def questionnaires_of(records: Iterable[Record], store: Store) -> dict[str, Questionnaire]:
    """The questionnaires that records were made with, by hash, as far as their copies can be used; each read once."""
    from iop_screen.interview.record_lookup import stored_questionnaire  # noqa: PLC0415

    refs = {record.head.questionnaire.hash12: record.head.questionnaire for record in records}
    copies = {hash12: stored_questionnaire(ref, store) for hash12, ref in refs.items()}
    return {hash12: copy[0].questionnaire for hash12, copy in copies.items() if isinstance(copy, tuple)}


def questionnaire_names_of(records: Iterable[Record]) -> tuple[dict[QuestionnaireRef, str], str]:
    """The names of the questionnaires of records, and that of today's; none if all records go by today's."""
    from iop_screen.report.questionnaire_version import questionnaire_names  # noqa: PLC0415

    refs = {record.head.questionnaire for record in records}
    todays = todays_questionnaire(refs)
    if todays is None:
        return {}, ""
    names = questionnaire_names({*refs, todays})
    return names, names[todays]


def other_questionnaire_text(record: Record) -> str:
    """By which questionnaire a record goes, as a paragraph; empty if that is today's."""
    from iop_screen.report.questionnaire_version import goes_by_text  # noqa: PLC0415
    from iop_screen.report.wording import paragraphs  # noqa: PLC0415

    own = record.head.questionnaire
    said = goes_by_text(own, todays_questionnaire({own}))
    return f"{paragraphs(sanitize(said))}\n" if said else ""


def todays_questionnaire(used: Collection[QuestionnaireRef]) -> QuestionnaireRef | None:
    """The questionnaire that comes along, as records name it; None if all these are the same, or if it cannot be used.

    It is only compared with, so a fault in it stops nobody from reading records.
    """
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415
    from iop_screen.records.model import QuestionnaireRef  # noqa: PLC0415
    from iop_screen.records.references import hash12  # noqa: PLC0415

    try:
        content = read_yaml_file(None)[1]
    except CannotGoOn:
        return None
    if all(ref.hash12 == hash12(content) for ref in used):
        return None
    compiled = load_questionnaire(content).compiled
    if compiled is None:
        return None
    return QuestionnaireRef(str(compiled.questionnaire.id), str(compiled.questionnaire.version), compiled.hash12)


def _compiled(name: str, content: bytes) -> CompiledQuestionnaire:
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    loaded = load_questionnaire(content)
    if loaded.compiled is None:
        print_message(diagnostics(loaded.problems, name, content))
        raise CannotGoOn(
            f"{plural(len(loaded.problems), 'problem')}: this questionnaire cannot be used", Exit.QUESTIONNAIRE
        )
    return loaded.compiled


def read_yaml_file(path: Path | None) -> tuple[Path, bytes]:
    """The path and bytes of a questionnaire or case file; None is the default questionnaire. Exit 3 if unreadable."""
    from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES  # noqa: PLC0415

    path = path or default_questionnaire()
    return path, read_whole(path, MAX_QUESTIONNAIRE_BYTES)
