"""The program as it is without the extra that has the solver."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch


@contextmanager
def without_solver() -> Iterator[None]:
    """Hides the solver from whoever imports it while the block runs."""
    with patch.dict(sys.modules, {"z3": None}):
        yield
