"""Why FHIR says that a value is not there: the extension and the codes of data-absent-reason, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.batch.sources.json_file.values import JsonValue
from iop_screen.questionnaire.answers import MissingReason

EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
EXTENSIONS = "extension"
"""The key under which an element has its extensions."""
SYSTEMS = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/data-absent-reason",
        "http://hl7.org/fhir/data-absent-reason",
    }
)
"""The systems of its codes, from R4 on and before."""

REASONS = {
    "unknown": MissingReason.UNKNOWN,
    "asked-unknown": MissingReason.UNKNOWN,
    "temp-unknown": MissingReason.UNKNOWN,
    "asked-declined": MissingReason.DECLINED,
    "not-asked": MissingReason.NOT_SHOWN,
    "not-permitted": MissingReason.NOT_SHOWN,
    "not-applicable": MissingReason.NOT_APPLICABLE,
}
"""The codes that are reasons for no answer. The others say that there is something that cannot be told."""


def reason_text(code: str) -> str:
    """A code as the text of a cell: a reason for no answer, or a text that cannot be read."""
    reason = REASONS.get(code)
    return f"absent: {code}" if reason is None else reason.value


def stated_reasons(elements: Iterable[JsonValue]) -> list[str]:
    """The codes that the extensions of these elements give, each once, in their order."""
    extended = [each for each in elements if isinstance(each, dict) and EXTENSIONS in each]
    return [*dict.fromkeys(code for element in extended for code in _codes(element[EXTENSIONS]))]


def _codes(extensions: JsonValue) -> Iterator[str]:
    for each in extensions if isinstance(extensions, list) else ():
        if isinstance(each, dict) and each.get("url") == EXTENSION:
            code = each.get("valueCode")
            yield code if isinstance(code, str) and code.strip() else "no reason"
