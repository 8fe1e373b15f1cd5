"""What commands open: the questionnaire, and records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from iop_screen.problems import CannotGoOn
from iop_screen.showing import show
from iop_screen.streams import Exit, say

if TYPE_CHECKING:
    from iop_screen.engine.instrument import Instrument
    from iop_screen.records.model import Record
    from iop_screen.records.store import Store

NO_SUCH_RECORD = "there is no record with this reference; to see all: iop-screen records list"
NO_SUCH_REVISION = "there is no such revision of a record with this reference; to see all: iop-screen records list"

Questions = Annotated[
    Path | None,
    typer.Option("--questions", metavar="FILE", help="Use this questionnaire, not the one that comes along."),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        envvar="IOP_SCREEN_DATA_DIR",
        help="Keep records in this folder, not in that of the user.",
    ),
]


def store_in(folder: Path | None) -> Store:
    """Where records are kept: in the folder named, or in the one that the system has for each user."""
    from iop_screen.records.store import Store  # noqa: PLC0415

    return Store(folder or Path(typer.get_app_dir("iop-screen")))


def instrument(path: Path | None) -> Instrument:
    """The questionnaire, ready for judging; exit 4 with all its problems if it cannot be used."""
    return instrument_and_bytes(path)[0]


def instrument_and_bytes(path: Path | None) -> tuple[Instrument, bytes]:
    """The questionnaire ready for judging, as `instrument` gives it, and the very bytes it was made of."""
    path, content = questionnaire(path)
    return _usable(str(path), content), content


def record_in(store: Store, typed: str, revision: int | None = None) -> Record:
    """The record with the reference that was typed: its last revision, if none is named; exit 3 if there is none."""
    from iop_screen.records.model import Record  # noqa: PLC0415
    from iop_screen.records.names import reference  # noqa: PLC0415
    from iop_screen.records.written import Unreadable  # noqa: PLC0415

    ref = reference(typed)
    match None if ref is None else store.load(ref, revision):
        case Record() as record:
            return record
        case Unreadable(why):
            raise CannotGoOn(f"the record {ref} cannot be read: {why}", Exit.FILE)
    raise CannotGoOn(NO_SUCH_RECORD if revision is None else NO_SUCH_REVISION, Exit.FILE)


def draft_in(store: Store, typed: str | None) -> Record:
    """The record to go on with: the one named, or the draft changed last; exit 3 if there is none, 2 if it is final."""
    if typed is None:
        latest = store.latest_draft()
        if latest is None:
            raise CannotGoOn("there is no draft to go on with; to begin anew: iop-screen interview", Exit.FILE)
        return latest
    record = record_in(store, typed)
    if record.final:
        ref = record.head.ref
        raise CannotGoOn(f"{ref} is finished; to change it: iop-screen records edit {ref}", Exit.USAGE)
    return record


def instrument_of(record: Record, store: Store) -> Instrument:
    """The questionnaire that a record was made with; exit 4 if it cannot be had."""
    from iop_screen.records.written import Unreadable  # noqa: PLC0415

    made = record.head.questionnaire
    content = store.questionnaire(made.hash12)
    if isinstance(content, Unreadable):
        raise CannotGoOn(f"the questionnaire {show(made.stamp)} cannot be read: {content.why}", Exit.QUESTIONNAIRE)
    return _usable(made.stamp, content)


def _usable(name: str, content: bytes) -> Instrument:
    from iop_screen.questionnaire.load import load_questionnaire  # noqa: PLC0415
    from iop_screen.report.diagnostics import diagnostics  # noqa: PLC0415
    from iop_screen.report.wording import plural  # noqa: PLC0415

    loaded = load_questionnaire(content)
    if loaded.instrument is None:
        say(diagnostics(loaded.problems, name, content))
        raise CannotGoOn(
            f"{plural(len(loaded.problems), 'problem')}: this questionnaire cannot be used", Exit.QUESTIONNAIRE
        )
    return loaded.instrument


def questionnaire(path: Path | None) -> tuple[Path, bytes]:
    """Where the questionnaire is, the one that comes along if none is named, and its bytes."""
    from iop_screen.files import default_questionnaire, read_whole  # noqa: PLC0415
    from iop_screen.questionnaire.nodes import MAX_BYTES  # noqa: PLC0415

    path = path or default_questionnaire()
    return path, read_whole(path, MAX_BYTES)
