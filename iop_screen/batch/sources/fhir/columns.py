"""The columns of responses: what each response says of itself, and an answer for each link id."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
    """The columns of a file, in order: those of ABOUT, and the link ids, each with its place among all of them."""

    links: dict[str, int]
    texts: AnswerTexts

    @property
    def names(self) -> tuple[str, ...]:
        """Their names, none of which stands there twice: a link id keeps its name, unless that is `id`."""
        about = (name if name == ID or name not in self.links else f"response.{name}" for name in ABOUT)
        return (*about, *(f"item.{link}" if link == ID else link for link in self.links))

    def cells(self, response: Response) -> Cells:
        """The cells of a response, all of whose link ids are among the columns."""
        cells = [*about(response), *([""] * len(self.links))]
        conflicting, empty = False, True
        for link, answers in response.answers.items():
            found = self.texts.cell(link, answers)
            cells[self.links[link]] = found.text
            conflicting, empty = conflicting or found.conflicting, empty and not found.text.strip()
        return Cells(cells, conflicting, empty)


def columns_of(links: Iterable[str], texts: AnswerTexts) -> Columns:
    """The columns of a file with these link ids, of which each may come more than once."""
    return Columns({link: len(ABOUT) + place for place, link in enumerate(dict.fromkeys(links))}, texts)


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
