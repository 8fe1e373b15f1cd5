"""What a run of the program in this process did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ran:
    """What a run of the program did."""

    code: int
    stdout: bytes
    err: str

    @property
    def out(self) -> str:
        """What it printed, as text."""
        return self.stdout.decode()


Run = Callable[..., Ran]
