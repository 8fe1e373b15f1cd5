"""How far a run has come, so that another one can go on if it is killed: a pure value, written as JSON.

It has what cannot be found again by framing the input once more. The hashes of ids are not in it: they are made with a
secret of the process. The first ids of each kind of records are, as far as the tally keeps them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iop_screen.batch.account import Account
from iop_screen.batch.answer_columns import ColumnUse
from iop_screen.batch.tally_state import TallyState

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 3
"""The version of the format of `SavedRun`; another one cannot be read."""


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """The file that is being read, by its number from 0; how many of its records are done; what its cells have been.

    `no_answer_words` are the counts of that name in the files before it.
    """

    file_number: int
    records: int
    uses: tuple[ColumnUse, ...]
    no_answer_words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AccountState:
    """The counts of an account that do not hang on hashes."""

    records: int
    blank: int
    scored: int
    rejected: int
    excluded: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, account: Account) -> AccountState:
        """Those of an account."""
        excluded = tuple(sorted(account.excluded.items()))
        return cls(account.records, account.blank, account.scored, account.rejected, excluded)


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run has come; `account` is there to check that the same records are passed over."""

    read_up_to: ReadUpTo
    account: AccountState
    tally: TallyState


@dataclass(frozen=True, slots=True)
class SavedOutput:
    """A file that a run writes: the name it will get, and the part file in the same folder with its device and inode.

    `length` is how many bytes of it belong to the state, and `last_bytes` the SHA-256 of the last of them. `whole` is
    the length and the last change (ns) of the complete file, once it is there; only then it gets its name. `named` is
    the file that the run had given the name already when it was killed before: device, inode, length, last change (ns).
    """

    path: str
    part: str
    identity: tuple[int, int]
    length: int
    last_bytes: str
    whole: tuple[int, int] | None
    named: tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class SavedRun:
    """A state file. `asked` is what the run was asked, each with what it is called in a message."""

    format: int
    asked: tuple[tuple[str, str], ...]
    outputs: tuple[SavedOutput, ...]
    state: RunState


def run_as_bytes(run: SavedRun) -> bytes:
    """A state file. It is ASCII, so it can hold names and ids that are not UTF-8 (half surrogate pairs)."""
    return json.dumps(_type().dump_python(run, mode="json")).encode()


def run_in(content: bytes) -> SavedRun | None:
    """The run in a state file; None if this is none, or one of another format."""
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        run = _type().validate_python(json.loads(content))
    except (ValidationError, ValueError, RecursionError):  # no such run, no JSON, or lists in lists to any depth
        return None
    return run if run.format == FORMAT else None


def _type() -> TypeAdapter[SavedRun]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - slow to import, and only long runs need it

    return TypeAdapter(SavedRun)


def differences(before: SavedRun, asked: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """What another run was asked otherwise, by what it is called, in order."""
    then, now = dict(before.asked), dict(asked)
    return tuple(name for name in dict.fromkeys((*then, *now)) if then.get(name) != now.get(name))
