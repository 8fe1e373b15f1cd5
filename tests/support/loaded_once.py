"""A large questionnaire is loaded once by each process of the tests: that takes 0.2 s, and gives the same each time.

What is loaded is frozen, so all who load the same bytes can share it. `anew` and `checked_anew` are the functions
themselves, for tests of the loading; a program that a test starts as a process of its own loads what it needs, too.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from iop_screen.checking import load
from iop_screen.checking.load import CheckReport, LoadResult
from iop_screen.core.files import default_questionnaire
from support.paths import TESTS

SHARED = {default_questionnaire().read_bytes(), *(path.read_bytes() for path in (TESTS / "fixtures").glob("*.yaml"))}
"""What was loaded of these is kept: the default questionnaire of today and those of the past."""

anew = load.load_questionnaire
checked_anew = load.check_questionnaire

_kept = lru_cache(maxsize=8)(anew)
_checked_kept = lru_cache(maxsize=8)(checked_anew)


def load_questionnaire(content: bytes) -> LoadResult:
    """What the function of this name gives; of a shared one that was loaded before, what it gave then."""
    return (_kept if content in SHARED else anew)(content)


def check_questionnaire(content: bytes, today: date) -> CheckReport:
    """What the function of this name gives; of a shared one that was checked before, what it gave then."""
    return (_checked_kept if content in SHARED else checked_anew)(content, today)


def share() -> None:
    """Puts these in the place of the functions. It has to come before anything else imports those by name."""
    setattr(load, "load_questionnaire", load_questionnaire)  # noqa: B010 - mypy lets no function be assigned to
    setattr(load, "check_questionnaire", check_questionnaire)  # noqa: B010
