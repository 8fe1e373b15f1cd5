"""The options that several commands have, and what they open: questionnaires, records and outputs."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from iop_screen.console.streams import print_message, result_stream
from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import (
    SITE_FILE,
    NewFile,
    TakenPart,
    UnfinishedFile,
    check_target,
    default_questionnaire,
    delete_unfinished,
    new_file,
    new_or_taken,
    read_whole,
)
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.core.problems import Problem
    from iop_screen.engine.compiled import CompiledQuestionnaire
    from iop_screen.records.model import QuestionnaireRef, Record
    from iop_screen.records.store import Store
    from iop_screen.report.questionnaire_version import OtherQuestionnaires
    from iop_screen.site.settings import SiteSettings

DATA_DIR_VARIABLE = "IOP_SCREEN_DATA_DIR"
"""The environment variable that names the folder of records if no option does."""

SITE_VARIABLE = "IOP_SCREEN_SITE"
"""The environment variable that names the file of site settings if no option does."""

Questions = Annotated[
    Path | None,
    typer.Option(
        "--questions",
        metavar="FILE",
        readable=False,  # whether a file can be read is seen when it is read, and is exit 3
        help="Use this questionnaire, not the one that comes along.",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        envvar=DATA_DIR_VARIABLE,
        readable=False,
        help="Keep records in this folder, not in that of the user.",
    ),
]
Practice = Annotated[bool, typer.Option("--practice", help="Records of made-up callers, which are kept apart.")]
Site = Annotated[
    Path | None,
    typer.Option(
        "--site",
        metavar="FILE",
        envvar=SITE_VARIABLE,
        readable=False,  # whether it can be read is seen when it is read, and is exit 3
        help=f"Use these site settings, not {SITE_FILE} in the data folder.",
    ),
]


def _output_file(named: Path | None) -> Path | None:
    """The output file that was named; `-` is stdout, as it is stdin for an input."""
    return None if named == Path("-") else named


Output = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", readable=False, help="Write here, not to stdout.", callback=_output_file
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the output file.")]


def kept_references(context: typer.Context) -> list[str]:
    """What a reference on the command line can be, for a shell that completes it; only names of files are read."""
    from iop_screen.records.private_folders import PRACTICE, RECORDS, names_in  # noqa: PLC0415 - the store takes longer
    from iop_screen.records.references import references_in  # noqa: PLC0415

    folder = _data_folder(context.params.get("data_dir"))
    with suppress(CannotGoOn):
        return references_in(names_in((folder / PRACTICE if context.params.get("practice") else folder) / RECORDS))
    return []


Ref = Annotated[
    str,
    typer.Argument(metavar="REF", help="The reference of the record, such as 7KQ2.", autocompletion=kept_references),
]
Revision = Annotated[int | None, typer.Option(min=1, metavar="N", help="This revision, not the last one.")]
SameQuestions = Annotated[
    Path | None,
    typer.Option(
        "--questions", metavar="FILE", help="Read it with this file, which must be the questionnaire of the record."
    ),
]


def _data_folder(named: Path | str | None) -> Path:
    return Path(named or typer.get_app_dir("iop-screen"))


def store_in(folder: Path | str | None, *, must_exist: bool = False) -> Store:
    """The store of records in a folder; if none is named, in the one that the system has for each user.

    With `must_exist`, exit 3 if a folder is named and is not there: a mistyped name holds no records either.
    """
    from iop_screen.records.store import Store  # noqa: PLC0415

    if must_exist and folder is not None and _is_missing(Path(folder)):
        name = sanitize(str(folder))
        raise CannotGoOn(f"the folder {name} does not exist; look at --data-dir or {DATA_DIR_VARIABLE}", Exit.FILE)
    return Store(_data_folder(folder))


def settings_and_store(
    site: Path | None, data_dir: Path | None, *, must_exist: bool = False, practice: bool = False
) -> tuple[SiteSettings | None, Store]:
    """The site settings in use, and the store of records; both may be named.

    The settings are in the file named, else in the data folder, if they are there at all. The store is in the folder
    named, else in the one that the settings name, else in that of the user; with `practice` it is the one inside that
    for made-up callers. Exit 3 if settings that are named or there cannot be read, 4 with all their problems if they
    cannot be used. With `must_exist`, exit 3 if the folder that is named, by the settings too, is not there: a disk
    that is not mounted holds no records either.
    """
    from iop_screen.records.practice import practice_store  # noqa: PLC0415

    settings, store = _settings_and_store(site, data_dir, must_exist=must_exist)
    return settings, practice_store(store) if practice else store


def _settings_and_store(
    site: Path | None, data_dir: Path | None, *, must_exist: bool
) -> tuple[SiteSettings | None, Store]:
    store = store_in(data_dir, must_exist=must_exist)
    path = site or store.folder / SITE_FILE
    if site is None and not os.path.lexists(path):
        return None, store
    settings = _site_settings(path)
    if data_dir is not None or settings.data_dir is None:
        return settings, store
    folder = _folder_named_in(path, settings.data_dir)
    if must_exist and not os.path.lexists(folder):
        text = f"the folder {folder} does not exist; look at `data_dir` in {path}"
        raise CannotGoOn(sanitize(text), Exit.FILE)
    return settings, store_in(folder)


def store_for(site: Path | None, data_dir: Path | None, *, practice: bool = False) -> Store:
    """The store of records, or that of made-up callers, for a command that reads them and shows nothing of the site.

    If the folder is named and the settings are not, the settings decide nothing and are not read.
    """
    from iop_screen.records.practice import practice_store  # noqa: PLC0415

    if site is not None or data_dir is None:
        return settings_and_store(site, data_dir, must_exist=True, practice=practice)[1]
    store = store_in(data_dir, must_exist=True)
    return practice_store(store) if practice else store


def _site_settings(path: Path) -> SiteSettings:
    from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES  # noqa: PLC0415
    from iop_screen.site.source import load_site  # noqa: PLC0415

    content = read_whole(path, MAX_QUESTIONNAIRE_BYTES)
    read = load_site(content)
    if read.settings is None:
        raise _unusable(read.problems, str(path), content, "these site settings cannot be used")
    return read.settings


def _folder_named_in(path: Path, data_dir: str) -> Path:
    """The folder that a file of site settings names; one that is not absolute is beside the file."""
    try:
        return path.parent / Path(data_dir).expanduser()
    except RuntimeError:
        text = f"{path}: `data_dir` begins with ~, and that home folder is not known"
        raise CannotGoOn(sanitize(text), Exit.FILE) from None


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except FileNotFoundError:
        return True
    except OSError:  # why it cannot be read is said when it is read
        return False
    return False


def output_to(
    output: Path | None, *, replace: bool, made_from: Iterable[Path | None], data_dir: Path | None = None
) -> AbstractContextManager[BinaryIO]:
    """Where a result is written: stdout or a new file. Raises CannotGoOn as `new_file` does, and in the store.

    What a killed run left of the same output is deleted and named.
    """
    if output is None:
        return result_stream()
    check_output(output, replace=replace, made_from=made_from, data_dir=data_dir)
    _make_way(output)
    return new_file(output, replace=replace, made_from=made_from)


def file_to(
    output: Path, *, replace: bool, made_from: Iterable[Path | None], taken: TakenPart | None = None
) -> AbstractContextManager[NewFile]:
    """The same for a file that another run can go on with; if a part of it was `taken` over, that is written on."""
    check_output(output, replace=replace, made_from=made_from, taken=taken)
    _make_way(output)
    return new_or_taken(output, replace=replace, made_from=made_from, taken=taken)


def check_output(
    output: Path,
    *,
    replace: bool,
    made_from: Iterable[Path | None],
    data_dir: Path | None = None,
    taken: TakenPart | None = None,
) -> None:
    """Raise CannotGoOn, as `output_to` and `file_to` do before they delete anything, if a file cannot be written."""
    if _is_among_records(output, data_dir):
        raise CannotGoOn(f"cannot write {sanitize(str(output))}: records are kept in that folder", Exit.FILE)
    is_own = taken is not None and taken.named is not None
    check_target(output, made_from, replace=replace or is_own)


def _make_way(output: Path) -> None:
    """Delete and name what killed runs left of an output."""
    for left in delete_unfinished(output):
        print_message(_unfinished_text(left))


def _is_among_records(path: Path, data_dir: Path | None) -> bool:
    """Whether a path lies where records are kept, be they of practice or not."""
    from iop_screen.records.private_folders import keeps_records  # noqa: PLC0415 - the store takes longer

    return keeps_records(_data_folder(data_dir or os.environ.get(DATA_DIR_VARIABLE)), path)


def _unfinished_text(left: UnfinishedFile) -> str:
    name = sanitize(str(left.path))
    if left.refusal:
        return f"{name} is the unfinished output of a run that was killed; it cannot be deleted: {left.refusal}\n"
    more = "; with --resume, the same command would have gone on with it" if left.had_state else ""
    return f"{name} is deleted: it was the unfinished output of a run that was killed{more}\n"


def compiled_at(path: Path | None) -> CompiledQuestionnaire:
    """The compiled questionnaire; exit 4 with all its problems if it cannot be used."""
    return compiled_and_bytes(path)[0]


def compiled_and_bytes(path: Path | None) -> tuple[CompiledQuestionnaire, bytes]:
    """The compiled questionnaire, as `compiled_at` gives it, and the bytes of its file."""
    path, content = read_yaml_file(path)
    return _compiled(str(path), content), content


def record_in(store: Store, typed: str, revision: int | None = None) -> Record:
    """The record that was named as for `ref_in`: its last revision, if none is named; exit 3 if it cannot be read."""
    from iop_screen.interview.record_lookup import record_error  # noqa: PLC0415
    from iop_screen.records.model import Record  # noqa: PLC0415

    ref = ref_in(store, typed)
    found = store.load(ref, revision)
    if isinstance(found, Record):
        return found
    raise record_error(store, ref, found, revision)


def ref_in(store: Store, typed: str) -> str:
    """The reference of the record that was named, by its own reference or by that of the site, readable or not.

    Exit 3 if there is none, 2 if several have this reference of the site.
    """
    from iop_screen.interview.record_lookup import no_such_record  # noqa: PLC0415
    from iop_screen.records.finding import refs_named  # noqa: PLC0415
    from iop_screen.records.references import parse_reference  # noqa: PLC0415

    found = refs_named(store, typed)
    if not found:
        raise CannotGoOn(no_such_record(store, parse_reference(typed)), Exit.FILE)
    return only_one(found)


def only_one(found: Sequence[str]) -> str:
    """The one reference that was found for a reference of the site; exit 2 if there are several."""
    if len(found) > 1:
        which = ", ".join(found)
        raise CannotGoOn(f"several records have this reference of the site: {which}; name one of them", Exit.USAGE)
    return found[0]


def typed_line() -> str | None:
    """The line that the user types; None if nobody can type any more."""
    try:
        line = sys.stdin.readline()
    except OSError:
        return None
    return line.strip() if line else None


def someone_types() -> bool:
    """Whether a person can be asked."""
    return bool(sys.stdin and sys.stdin.isatty())


def compiled_for_record(record: Record, store: Store, questions: Path | None = None) -> CompiledQuestionnaire:
    """The compiled questionnaire that a record goes by: its copy, or a file with the same content.

    `questions` names such a file; the one that comes along is tried, too. Exit 4 if there is none that can be used;
    the message says what can be done. Exit 3 if the file cannot be read.
    """
    from iop_screen.interview.record_lookup import stored_questionnaire  # noqa: PLC0415
    from iop_screen.records.serialization import Unreadable  # noqa: PLC0415

    own = record.head.questionnaire
    spare = _todays_bytes() if questions is None else _same_questionnaire(questions, own)
    found = stored_questionnaire(own, store, spare)
    if not isinstance(found, Unreadable):
        return found[0]
    raise CannotGoOn(_lost_questionnaire_text(own, found.why, store, record.head.ref), Exit.QUESTIONNAIRE)


def _todays_bytes() -> bytes:
    """The file of the questionnaire that comes along; empty if it cannot be read."""
    try:
        return read_yaml_file(None)[1]
    except CannotGoOn:
        return b""


def _same_questionnaire(path: Path, own: QuestionnaireRef) -> bytes:
    """The bytes of a file that is the questionnaire of a record; exit 4 if it is another one."""
    from iop_screen.records.references import hash12  # noqa: PLC0415

    content = read_yaml_file(path)[1]
    if hash12(content) != own.hash12:
        text = f"this is not the questionnaire of the record: its hash is {hash12(content)}, not {own.hash12}"
        raise CannotGoOn(f"{sanitize(str(path))}: {text}", Exit.QUESTIONNAIRE)
    return content


def _lost_questionnaire_text(own: QuestionnaireRef, why: str, store: Store, ref: str) -> str:
    """That a questionnaire cannot be read, and what can be done; `ref` is its record."""
    from iop_screen.report.questionnaire_version import copy_lost_advice  # noqa: PLC0415

    copy = store.questionnaires / f"{own.hash12}.yaml"
    return sanitize(f"the questionnaire {own.stamp} cannot be read: {why}. {copy_lost_advice(str(copy), ref)}")


def questionnaires_of(
    records: Iterable[Record], store: Store
) -> tuple[dict[QuestionnaireRef, CompiledQuestionnaire], dict[QuestionnaireRef, str]]:
    """The questionnaires that records go by, each read once, and why one cannot be used."""
    return read_questionnaires({record.head.questionnaire for record in records}, store)


def read_questionnaires(
    refs: Iterable[QuestionnaireRef], store: Store
) -> tuple[dict[QuestionnaireRef, CompiledQuestionnaire], dict[QuestionnaireRef, str]]:
    """The questionnaires with these names, as far as their copies can be used, and why one cannot be used."""
    from iop_screen.interview.record_lookup import stored_questionnaire  # noqa: PLC0415
    from iop_screen.records.serialization import Unreadable  # noqa: PLC0415

    todays = _todays_bytes()
    found = {ref: stored_questionnaire(ref, store, todays) for ref in refs}
    readable = {ref: one[0] for ref, one in found.items() if not isinstance(one, Unreadable)}
    return readable, {ref: one.why for ref, one in found.items() if isinstance(one, Unreadable)}


def print_unreadable_questionnaires(
    records: Iterable[Record], unreadable: Mapping[QuestionnaireRef, str], store: Store
) -> None:
    """Say of each questionnaire of records that cannot be read what can be done."""
    first = {record.head.questionnaire: record.head.ref for record in reversed([*records])}
    for own, why in unreadable.items():
        text = _lost_questionnaire_text(own, why, store, first[own])
        print_message(f"{text}\n")


def other_questionnaires(record: Record, store: Store) -> OtherQuestionnaires:
    """The questionnaires that a record went by before, as far as they can be read, and today's."""
    from iop_screen.report.questionnaire_version import OtherQuestionnaires  # noqa: PLC0415

    before = {change.made_with for change in record.questionnaire_changes}
    return OtherQuestionnaires(read_questionnaires(before, store)[0], todays_questionnaire({record.head.questionnaire}))


def version_message(record: Record, others: OtherQuestionnaires) -> str:
    """By which questionnaire a record goes, as a paragraph; empty if it is today's, and always was."""
    from iop_screen.report.questionnaire_version import version_texts  # noqa: PLC0415
    from iop_screen.report.wording import paragraphs  # noqa: PLC0415

    said = " ".join(version_texts(record, others.todays))
    return f"{paragraphs(sanitize(said))}\n" if said else ""


def todays_questionnaire(used: Collection[QuestionnaireRef]) -> QuestionnaireRef | None:
    """The questionnaire that comes along, as records name it; None if it cannot be used.

    It is only compared with, so a fault in it stops nobody from reading records. It is not read if it is one of `used`.
    """
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415
    from iop_screen.records.model import QuestionnaireRef  # noqa: PLC0415
    from iop_screen.records.references import hash12  # noqa: PLC0415

    content = _todays_bytes()
    same = next((ref for ref in used if ref.hash12 == hash12(content)), None)
    compiled = load_questionnaire(content).compiled if same is None and content else None
    if compiled is None:
        return same
    return QuestionnaireRef(str(compiled.questionnaire.id), str(compiled.questionnaire.version), compiled.hash12)


def _compiled(name: str, content: bytes) -> CompiledQuestionnaire:
    from iop_screen.checking.load import load_questionnaire  # noqa: PLC0415

    loaded = load_questionnaire(content)
    if loaded.compiled is None:
        raise _unusable(loaded.problems, name, content, "this questionnaire cannot be used")
    return loaded.compiled


def _unusable(problems: Sequence[Problem], name: str, content: bytes, says: str) -> CannotGoOn:
    """The error that a file cannot be used; all of its problems are printed first."""
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    print_message(diagnostics(problems, name, content))
    return CannotGoOn(f"{plural(len(problems), 'problem')}: {says}", Exit.QUESTIONNAIRE)


def read_yaml_file(path: Path | None) -> tuple[Path, bytes]:
    """The path and bytes of a questionnaire or case file; None is the default questionnaire. Exit 3 if unreadable."""
    from iop_screen.questionnaire.nodes import MAX_QUESTIONNAIRE_BYTES  # noqa: PLC0415

    path = path or default_questionnaire()
    return path, read_whole(path, MAX_QUESTIONNAIRE_BYTES)
