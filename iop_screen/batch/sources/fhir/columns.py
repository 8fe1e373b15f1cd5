"""The columns of responses: what each response says of itself, and an answer for each link id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.batch.sources.fhir.answers import AnswerTexts
from iop_screen.batch.sources.fhir.response import Response

ID = "id"
STATUS = "status"
ABOUT = (ID, STATUS, "authored", "subject", "questionnaire", FORM_COLUMN)
"""The columns with what a response says of itself."""

_FORM = re.compile(r"urn:iop-screen:(?P<id>[^:|]+)\|(?P<version>[^|+]+)(\+(?P<hash>[^|]*))?")


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a response. `conflicting`: a question has different answers and takes one; `empty`: it has none."""

    cells: list[str]
    conflicting: bool
    empty: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file, in order: those of ABOUT, and the link ids."""

    links: tuple[str, ...]
    texts: AnswerTexts

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, none of which stands there twice: a link id keeps its name, unless that is `id`."""
        about = (name if name == ID or name not in self.links else f"response.{name}" for name in ABOUT)
        return (*about, *(f"item.{link}" if link == ID else link for link in self.links))

    def cells(self, response: Response) -> Cells:
        """The cells of a response, all of whose link ids are among the columns."""
        found = [self.texts.cell(link, response.answers.get(link, ())) for link in self.links]
        return Cells(
            [*about(response), *(each.text for each in found)],
            any(each.conflicting for each in found),
            not any(each.text.strip() for each in found),
        )


def about(response: Response) -> Sequence[str]:
    """The cells of the columns ABOUT."""
    said = response.id, response.status, response.authored, response.subject, response.questionnaire
    return (*said, form_stamp(response.questionnaire))


def form_stamp(questionnaire: str) -> str:
    """The stamp in the address of a questionnaire that a form of ours was made from; nothing for another address."""
    found = _FORM.fullmatch(questionnaire)
    if found is None:
        return ""
    return f"{found['id']}@{found['version']}{'' if found['hash'] is None else '#'}{found['hash'] or ''}"
