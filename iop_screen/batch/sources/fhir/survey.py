"""A file of FHIR, looked through before its responses are read: what is in it, and the link ids that there are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from iop_screen.batch.form_stamp import canonical
from iop_screen.batch.sources.fhir.answers import AnswerTexts, JsonObject
from iop_screen.batch.sources.fhir.resources import BUNDLE, SHAPE_WORDS, FhirFile, Resource
from iop_screen.batch.sources.fhir.response import (
    BAD_RESPONSE,
    NESTED_BUNDLE,
    NESTED_RESPONSE,
    RESPONSE,
    Response,
    Unusable,
    holds_response,
    read_response,
    type_of,
)
from iop_screen.batch.sources.json_file.items import End
from iop_screen.batch.sources.json_file.values import BadValue
from iop_screen.batch.sources.table_source import BlankLines
from iop_screen.core.problems import shortened
from iop_screen.engine.compiled import CompiledQuestionnaire

MOST_CODES = 1_000
MOST_DISPLAYS = 3
"""Of so many codes it is noted what is shown for them, and of each so many different words."""
MAX_LINKS = 4_000
"""A file has no more link ids. A response may have few of them, and each has a cell for all."""
STATUSES = ("completed", "amended", "in-progress", "stopped", "entered-in-error")
OTHER_STATUS = "another status"
NO_STATUS = "no status"

_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}")


@dataclass(slots=True)
class Survey:
    """What was found: the link ids in order, how many responses there are, with what status, and what else.

    `filled` are the link ids of all responses together. `others` counts by their type the resources that are no
    response, and `unread` by their code those that cannot be read. `of_form` counts the responses that name the
    questionnaire with this address, and `of_none` those that name none. `end` is where the file cannot be read on.
    `displays` has the words that are shown for codes that the questionnaire does not have.
    """

    form: str
    texts: AnswerTexts
    links: dict[str, None] = field(default_factory=dict)
    responses: int = 0
    filled: int = 0
    of_form: int = 0
    of_none: int = 0
    with_contained: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    end: End | None = None
    displays: dict[str, dict[str, None]] = field(default_factory=dict)

    @property
    def has_too_many_links(self) -> bool:
        """Whether there are more link ids than a file may have."""
        return len(self.links) > MAX_LINKS

    def look_at(self, resource: Resource) -> None:
        """Count one resource."""
        match resource.value:
            case dict() as value if type_of(value) == RESPONSE:
                self._count(read_response(value, resource.full_url))
            case dict() as value if type_of(value) == BUNDLE:
                self.unread[NESTED_BUNDLE] += 1
            case dict() as value if type_of(value) and holds_response(value):
                self.unread[NESTED_RESPONSE] += 1
            case dict() as value if type_of(value):
                self.others[type_of(value) if _TYPE.fullmatch(type_of(value)) else "another type"] += 1
            case None:
                self.others["an entry without a resource"] += 1
            case BadValue(code=code):
                self.unread[code] += 1
            case _:
                self.unread[BAD_RESPONSE] += 1

    def _count(self, response: Response | Unusable) -> None:
        if isinstance(response, Unusable):
            self.unread[response.code] += 1
            return
        self.responses += 1
        self.filled += len(response.answers)
        self.links.update(dict.fromkeys(response.answers))
        for link, answers in response.answers.items():
            for answer in answers:
                self._note_display(link, answer)
        self.of_form += response.questionnaire.partition("|")[0] == self.form
        self.of_none += not response.questionnaire.strip()
        self.with_contained += response.has_contained
        self.statuses[_status_word(response.status)] += 1

    def _note_display(self, link: str, answer: JsonObject) -> None:
        """Note what is shown for a code; a person may see that two things are shown for one."""
        found = self.texts.display(link, answer)
        if found is None or (len(self.displays) >= MOST_CODES and found[0] not in self.displays):
            return
        shown = self.displays.setdefault(found[0], {})
        if len(shown) < MOST_DISPLAYS:
            shown[shortened(found[1])] = None


def survey(resources: Iterable[Resource | BlankLines | End], compiled: CompiledQuestionnaire) -> Survey:
    """Look through a file, up to where it has too many link ids."""
    found = Survey(canonical(compiled), AnswerTexts(compiled))
    for resource in resources:
        if isinstance(resource, End):
            found.end = resource
        elif isinstance(resource, Resource):
            found.look_at(resource)
        if found.has_too_many_links:
            break
    return found


def _status_word(status: str) -> str:
    """A status by its code; one that FHIR does not have is not shown."""
    if not status.strip():
        return NO_STATUS
    return status if status in STATUSES else OTHER_STATUS


def remarks(found: Survey, file: FhirFile) -> Iterator[str]:
    """What should be said of a file that is FHIR."""
    yield f"it is {SHAPE_WORDS[file.shape]}; the id of a record is that of its resource"
    if found.end is not None:
        yield f"it {found.end.why}: only the responses before byte {found.end.byte:,} can be read"
    if file.is_page():
        yield "it is one page of a search, and another page follows, in which there may be more responses"
    if found.statuses:
        counts = ", ".join(f"{status} {number:,}" for status, number in found.statuses.most_common())
        yield f"statuses, by which nobody can tell whether a form was filled in: {counts}"
    forms = found.responses - found.of_form - found.of_none
    yield f"questionnaires that responses name: this one {found.of_form:,}, another {forms:,}, none {found.of_none:,}"
    if found.of_form:
        yield "a question that no response answers has a column all the same, since some name this questionnaire"
    if found.with_contained:
        yield f"responses that contain other resources, which are not read: {found.with_contained:,}"
