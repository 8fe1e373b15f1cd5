"""A file of FHIR, looked through before its responses are read: what is in it, and the link ids that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iop_screen.batch.sources.csv_problems import MAX_COLUMNS
from iop_screen.batch.sources.fhir.columns import ABOUT, form_stamp
from iop_screen.batch.sources.fhir.resources import SHAPE_WORDS, Resource, Shape
from iop_screen.batch.sources.fhir.response import RESPONSE, Response, Unusable, read_response, type_of
from iop_screen.batch.sources.table_source import BlankLines
from iop_screen.engine.compiled import CompiledQuestionnaire

STATUSES = ("completed", "amended", "in-progress", "stopped", "entered-in-error")
OTHER_STATUS = "another status"
NO_STATUS = "no status"

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")


@dataclass(slots=True)
class Survey:
    """What was found: the link ids in order, how many responses there are, with what status, and what else.

    `others` counts by their type the resources that are no response, and `unread` the responses and lines that cannot
    be read. `of_form` counts the responses that name the questionnaire with this id.
    """

    form: str
    links: dict[str, None] = field(default_factory=dict)
    responses: int = 0
    of_form: int = 0
    with_contained: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    unread: int = 0

    @property
    def has_too_many_columns(self) -> bool:
        """Whether there are more link ids than a table can have columns."""
        return len(self.links) + len(ABOUT) > MAX_COLUMNS

    def look_at(self, resource: Resource) -> None:
        """Count one resource."""
        match resource.value:
            case dict() as value if type_of(value) == RESPONSE:
                self._count(read_response(value, resource.full_url))
            case dict() as value if type_of(value):
                self.others[type_of(value) if _TYPE.fullmatch(type_of(value)) else "another type"] += 1
            case None:
                self.others["an entry without a resource"] += 1
            case _:
                self.unread += 1

    def _count(self, response: Response | Unusable) -> None:
        self.responses += 1
        if isinstance(response, Unusable):
            self.unread += 1
            return
        self.links.update(dict.fromkeys(response.answers))
        self.of_form += form_stamp(response.questionnaire).startswith(f"{self.form}@")
        self.with_contained += response.has_contained
        self.statuses[_status_word(response.status)] += 1


def survey(resources: Iterable[Resource | BlankLines], compiled: CompiledQuestionnaire) -> Survey:
    """Look through a file, up to where it has too many link ids."""
    found = Survey(str(compiled.questionnaire.id))
    for resource in resources:
        if not isinstance(resource, BlankLines):
            found.look_at(resource)
        if found.has_too_many_columns:
            break
    return found


def _status_word(status: str) -> str:
    """A status by its code; one that FHIR does not have is not shown."""
    if not status.strip():
        return NO_STATUS
    return status if status in STATUSES else OTHER_STATUS


def remarks(found: Survey, shape: Shape) -> Iterator[str]:
    """What should be said of a file that is FHIR."""
    yield f"it is {SHAPE_WORDS[shape]}; the id of a record is that of its resource"
    if found.statuses:
        counts = ", ".join(f"{status} {number:,}" for status, number in found.statuses.most_common())
        yield f"statuses, by which nobody can tell whether a form was filled in: {counts}"
    if found.of_form:
        yield (
            f"responses that name this questionnaire: {found.of_form:,} of {found.responses:,}; a question that none of"
            " them has counts as not answered"
        )
    if found.with_contained:
        yield f"responses that contain other resources, which are not read: {found.with_contained:,}"
