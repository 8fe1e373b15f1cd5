"""How a blank form for another system says which questionnaire it was made from, and what comes back says it again."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto

from iop_screen.engine.compiled import CompiledQuestionnaire

FORM_COLUMN = "iop_screen_form"
"""The column, or the hidden field, that holds the stamp of the questionnaire that a form was made from."""


def canonical(compiled: CompiledQuestionnaire) -> str:
    """The address of a questionnaire in FHIR, without its version. It names it, and leads nowhere."""
    return f"urn:iop-screen:{compiled.questionnaire.id}"


def canonical_version(compiled: CompiledQuestionnaire) -> str:
    """The version of a questionnaire in FHIR: that of the file, and the first 12 hex digits of its hash."""
    return f"{compiled.questionnaire.version}+{compiled.hash12}"


def option_system(compiled: CompiledQuestionnaire, question: str) -> str:
    """The system in FHIR of the options of a question; an id means something else in another question."""
    return f"{canonical(compiled)}:{question}"


NO_STAMP = "a text that is no stamp"
MORE_STAMPS = "further stamps"
MOST_STAMPS = 20
"""So many different stamps of one file are shown and counted by themselves."""

_STAMP = re.compile(r"(?P<id>[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})@(?P<version>[^@#\s]{1,64})(?:#[0-9a-f]{12})?", re.ASCII)
_SHOWN = re.compile(r"[A-Za-z0-9_.-]{1,64}@[A-Za-z0-9._+-]{1,40}(?:#[0-9a-f]{12})?", re.ASCII)
"""What may be shown: a text in the column may be anything, somebody's name too."""


class MadeFrom(Enum):
    """What the stamp of a record says of the form that it was filled in on. `UNSAID`: it is blank."""

    THIS = auto()
    UNSAID = auto()
    OTHER_VERSION = auto()
    OTHER_QUESTIONNAIRE = auto()


@dataclass(frozen=True, slots=True)
class FormColumn:
    """The column with the stamps of a file, from 0, and the stamp of the questionnaire that is scored with."""

    index: int
    own: str

    def made_from(self, text: str) -> MadeFrom:
        """What a cell says. A text that is no stamp may be any version, and so counts as another one."""
        stamp = text.strip()
        if not stamp or stamp == self.own:
            return MadeFrom.THIS if stamp else MadeFrom.UNSAID
        found = _STAMP.fullmatch(stamp)
        other = found is not None and found["id"] != self.own.partition("@")[0]
        return MadeFrom.OTHER_QUESTIONNAIRE if other else MadeFrom.OTHER_VERSION

    def shown(self, text: str) -> str:
        """A cell as it is shown: a stamp, or that it is none; empty if it is blank."""
        stamp = text.strip()
        return stamp if stamp in {"", self.own} or _SHOWN.fullmatch(stamp) else NO_STAMP


def is_form_column(name: str) -> bool:
    """Whether a name, as names are compared, is FORM_COLUMN, alone or behind the name of a group."""
    return re.split(r"[/-]", name)[-1] == FORM_COLUMN


def count_stamps(stamps: Counter[str], column: FormColumn, texts: Counter[str]) -> None:
    """Count so many cells of each text, as they are shown; the first MOST_STAMPS have a count of their own."""
    for text, number in (+texts).items():
        shown = column.shown(text)
        stamps[shown if shown in stamps or len(stamps) < MOST_STAMPS else MORE_STAMPS] += number
