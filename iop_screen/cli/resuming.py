"""Going on with a run of `score` that was killed: what is kept beside its output, and what becomes of that."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from iop_screen import __version__
from iop_screen.console.streams import print_message
from iop_screen.core.exits import CannotGoOn, Exit, system_reason
from iop_screen.core.files import (
    LeftPart,
    NewFile,
    TakenPart,
    end_hash,
    is_being_written,
    saved_states,
    take_part,
)
from iop_screen.core.safe_text import sanitize

if TYPE_CHECKING:
    from iop_screen.batch.run_state import RunState, SavedOutput, SavedRun
    from iop_screen.batch.score import Scoring
    from iop_screen.batch.settings import ScoreSettings
    from iop_screen.batch.sources.settings import FileSettings
    from iop_screen.engine.compiled import CompiledQuestionnaire

STATE_SECONDS = 5.0
"""How often a run saves how far it has come; one that takes less time saves nothing."""

ENDS_BYTES = 64 * 1024
"""So much of the start and of the end of an input tells whether it has been changed."""

FROM_THE_START = "Run it without --resume, and it starts from the beginning."

Asked = tuple[tuple[str, str], ...]
"""What a run was asked, as far as its output hangs on it: what each thing is called, and a text that stands for it."""


def can_be_resumed(streams: Iterable[tuple[Path, BinaryIO]], output: Path | None) -> bool:
    """Whether a run can be gone on with if it is killed: it reads plain files and writes one."""
    if output is None or os.name == "nt":
        return False
    return all(str(path) != "-" and stat.S_ISREG(os.fstat(stream.fileno()).st_mode) for path, stream in streams)


def asked_of(
    streams: Sequence[tuple[Path, BinaryIO]],
    written: FileSettings,
    compiled: CompiledQuestionnaire,
    settings: ScoreSettings,
    more: Iterable[tuple[str, str]],
) -> Asked:
    """What a run is asked; the streams are its open inputs, and `more` is what the command knows besides."""
    mapping = settings.mapping
    return (
        ("the version of the program", __version__),
        ("the questionnaire", compiled.stamp),
        ("the site settings", compiled.site_hash12),
        ("the mapping", "" if mapping is None else mapping.stamp),
        ("--dictionary", "" if settings.dictionary is None else settings.dictionary.hash12),
        ("--encoding", written.encoding or ""),
        ("--delimiter", written.delimiter or ""),
        ("--sheet", repr(written.sheet)),
        ("--allow-unended", str(written.allow_unended)),
        ("--id-column", repr(settings.id_column)),
        ("--keep", repr(settings.keep)),
        ("--allow-missing", repr((sorted(settings.allow_missing), settings.allow_all_missing))),
        ("--duplicates", settings.duplicates),
        ("--time-column", repr(settings.time_column)),
        ("--time-format", repr(settings.time_format)),
        *more,
        ("the list of the files", repr([(str(path), str(path.absolute())) for path, _ in streams])),
        *((f"the file {sanitize(str(path))}", _stamp(path, stream)) for path, stream in streams),
    )


def _stamp(path: Path, stream: BinaryIO) -> str:
    """Which file is open, how large it is, when it was changed last, and the hash of its start and its end."""
    found = os.fstat(stream.fileno())
    digest = hashlib.sha256()
    try:
        with path.open("rb") as again:
            digest.update(again.read(ENDS_BYTES))
            again.seek(max(0, found.st_size - ENDS_BYTES))
            digest.update(again.read(ENDS_BYTES))
    except OSError as error:
        raise CannotGoOn(f"cannot read {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None
    return f"{found.st_dev} {found.st_ino} {found.st_size} {found.st_mtime_ns} {digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class GoingOn:
    """What was left of a run that goes on: how far it had come, and its part files by the names they will get."""

    state: RunState | None = None
    parts: dict[Path, TakenPart] = field(default_factory=dict)


def left_to_go_on(output: Path, files: Iterable[Path], asked: Asked, stack: ExitStack) -> GoingOn:
    """What a killed run left of this output, taken over; nothing, and that is said, if there is no such run.

    `files` are all that the run writes; the stack closes what was taken. Of several runs it is the one that got
    furthest. Raises CannotGoOn if another run is writing the output, or if what is there was not made by a run that was
    asked the same, or was changed; then it can still be gone on with as before.
    """
    from iop_screen.batch.run_state import differences, run_in  # noqa: PLC0415

    if is_being_written(output):
        raise _busy(output)
    found = [run_in(content) for _, content in saved_states(output)]
    if not found:
        then = "it is there already" if output.exists() else "it starts from the beginning"
        print_message(f"no unfinished run of {sanitize(str(output))} was found; {then}\n")
        return GoingOn()
    runs = sorted((run for run in found if run is not None), key=_records_done, reverse=True)
    if not runs:
        raise _cannot(output, "what the run that was killed has saved cannot be read")
    fitting = next((run for run in runs if not differences(run, asked)), None)
    if fitting is None:
        names = ", ".join(differences(runs[0], asked))
        raise _cannot(output, f"this was not the same when the run began that was killed: {names}")
    parts = _taken(output, fitting, files, stack)
    print_message(f"going on with {sanitize(str(output))} after {_said_records(fitting)} that were done already\n")
    return GoingOn(fitting.state, parts)


def _records_done(run: SavedRun) -> int:
    return run.state.account.records


def _said_records(run: SavedRun) -> str:
    from iop_screen.report.wording import plural  # noqa: PLC0415

    return plural(_records_done(run), "record")


def _taken(output: Path, run: SavedRun, files: Iterable[Path], stack: ExitStack) -> dict[Path, TakenPart]:
    """The part files of a run, taken over; CannotGoOn if one is not as the run has left it."""
    by_path = {each.path: each for each in run.outputs}
    taken: dict[Path, TakenPart] = {}
    for path in files:
        part = _taken_part(path, by_path.get(str(path.absolute())))
        if part is None:
            for other in taken.values():  # else they would count as what another run is writing
                other.stream.close()
            raise _not_taken(output)
        taken[path] = part
        stack.enter_context(part.stream)
    return taken


def _taken_part(path: Path, saved: SavedOutput | None) -> TakenPart | None:
    if saved is None:
        return None
    part = path.parent / saved.part
    left = LeftPart(part, saved.identity, saved.length, saved.last_bytes, saved.whole, saved.named)
    try:
        return take_part(path, left)
    except OSError as error:
        raise CannotGoOn(f"cannot write {sanitize(str(path))}: {system_reason(error)}", Exit.FILE) from None


def _not_taken(output: Path) -> CannotGoOn:
    if is_being_written(output):
        return _busy(output)
    return _cannot(output, "what the run that was killed had written is not there as it was")


def _busy(output: Path) -> CannotGoOn:
    return CannotGoOn(f"cannot write {sanitize(str(output))}: another run is writing it now", Exit.FILE)


def _cannot(output: Path, why: str) -> CannotGoOn:
    return CannotGoOn(f"cannot go on with {sanitize(str(output))}: {why}. {FROM_THE_START}", Exit.FILE)


@dataclass(slots=True)
class StateKeeper:
    """Saves from time to time how far a run has come, beside the part file of its first output.

    The report is written at the end, and a run that goes on writes it anew.
    """

    scoring: Scoring
    asked: Asked
    outputs: tuple[tuple[Path, NewFile], ...]
    report: Path | None
    _due: float = field(default_factory=lambda: time.monotonic() + STATE_SECONDS)
    _is_kept: bool = False

    def after_lot(self) -> None:
        """To be called when all that comes of the lots so far is written to the streams.

        Raises CannotGoOn if the disk is full, or refuses it for another reason.
        """
        if time.monotonic() < self._due:
            return
        state = self.scoring.state()
        if state is not None:
            self._save(state)
        self._due = time.monotonic() + STATE_SECONDS

    def before_lots(self, left: GoingOn) -> None:
        """To be called when the outputs are open: files that were copied are known from now on, not their originals.

        The originals lose their names to the copies in the end. Raises CannotGoOn as `after_lot` does.
        """
        self._is_kept = left.state is not None
        if left.state is not None and any(taken.named for taken in left.parts.values()):
            self._save(left.state)

    def at_end(self) -> None:
        """To be called when all is written and no file has its name: a file that gets it is known by its last change.

        If nothing was saved before, nothing is now. Raises CannotGoOn as `after_lot` does.
        """
        state = self.scoring.state() if self._is_kept else None
        if state is not None:
            self._save(state, at_end=True)

    def _save(self, state: RunState, *, at_end: bool = False) -> None:
        from iop_screen.batch.run_state import FORMAT, SavedRun, run_as_bytes  # noqa: PLC0415

        try:
            outputs = tuple(self._saved_output(path, new, at_end=at_end) for path, new in self.outputs)
            self.outputs[0][1].save_state(run_as_bytes(SavedRun(FORMAT, self.asked, outputs, state)))
        except OSError as error:
            name = sanitize(str(self.outputs[0][0]))
            raise CannotGoOn(f"cannot write {name}: {system_reason(error)}", Exit.FILE) from None
        self._is_kept = True

    def _saved_output(self, path: Path, new: NewFile, *, at_end: bool) -> SavedOutput:
        """What there is of an output, once it is on disk."""
        from iop_screen.batch.run_state import SavedOutput  # noqa: PLC0415

        new.stream.flush()
        handle = new.stream.fileno()
        os.fsync(handle)
        found = os.fstat(handle)
        length = 0 if path == self.report else found.st_size
        return SavedOutput(
            path=str(path.absolute()),
            part=new.part.name,
            identity=(found.st_dev, found.st_ino),
            length=length,
            last_bytes=end_hash(handle, length),
            whole=(found.st_size, found.st_mtime_ns) if at_end else None,
            named=new.named,
        )
