"""What is raised where a verdict cannot be reached."""

from __future__ import annotations

INSTALL_SOLVER = "pip install 'iop-screen[prove]'"
"""What installs the solver."""


class SolverGaveUp(Exception):
    """The solver came to no end in the time or the number of tries it has. Its text says so."""

    def __init__(self, after: str) -> None:
        super().__init__(f"a solver came to no end in {after}")


class NotDecided(Exception):
    """A verdict cannot be reached. `why` is part of a sentence; a solver may help if none is installed."""

    def __init__(self, why: str, *, is_solver_missing: bool) -> None:
        super().__init__(why)
        self.why = why
        self.is_solver_missing = is_solver_missing
