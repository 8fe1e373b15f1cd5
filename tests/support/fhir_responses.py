"""Forms as FHIR responses, as systems write them; each release and each way of keeping several in one file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal

from iop_screen.batch.form_stamp import canonical, canonical_version, option_system
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.questionnaire.types import Question

Release = Literal["STU3", "R4", "R5"]
Shape = Literal["Bundle", "lines", "list"]
SHAPES: tuple[Shape, ...] = ("Bundle", "lines", "list")
RELEASES: tuple[Release, ...] = ("STU3", "R4", "R5")

ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ABSENT_CODES = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
ABSENT_CODES_BEFORE = "http://hl7.org/fhir/data-absent-reason"
ABSENT_CODE = {
    MissingReason.UNKNOWN: "asked-unknown",
    MissingReason.DECLINED: "asked-declined",
    MissingReason.NOT_SHOWN: "not-asked",
    MissingReason.NOT_APPLICABLE: "not-applicable",
}

Object = dict[str, Any]


def responses(
    compiled: CompiledQuestionnaire,
    forms: Iterable[Answers],
    *,
    ids: Sequence[str] | None = None,
    shape: Shape = "Bundle",
    release: Release = "R4",
    grouped: bool = True,
    coded_reasons: bool = True,
) -> bytes:
    """The forms as one file. Ids are f1, f2 and so on if they are not given.

    `grouped` has the questions of a section in a group. Reasons for no answer are codes, or extensions. An answer that
    cannot be read is a text that is no answer; one that is missing is left out. A form without any answer comes back
    as an empty response, which is not scored.
    """
    made = [
        response(compiled, form, ids[place] if ids else f"f{place + 1}", release, grouped=grouped, coded=coded_reasons)
        for place, form in enumerate(forms)
    ]
    return written(made, shape)


def written(resources: Sequence[Object], shape: Shape) -> bytes:
    """Resources as one file."""
    if shape == "lines":
        return "".join(f"{json.dumps(each, ensure_ascii=False)}\n" for each in resources).encode()
    if shape == "list":
        return json.dumps(resources, ensure_ascii=False).encode()
    entries = [{"fullUrl": f"http://example.org/{place}", "resource": each} for place, each in enumerate(resources)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return json.dumps(bundle, ensure_ascii=False, indent=1).encode()


def response(
    compiled: CompiledQuestionnaire, form: Answers, name: str, release: Release = "R4", *, grouped: bool, coded: bool
) -> Object:
    """One form as a response."""
    items = {
        str(question.id): {"linkId": str(question.id), "text": str(question.ask), "answer": given}
        for question, answer in zip(compiled.questions, form.values, strict=True)
        if (given := _answers(compiled, question, answer, release, coded=coded))
    }
    address = f"{canonical(compiled)}|{canonical_version(compiled)}"
    made: Object = {
        "resourceType": "QuestionnaireResponse",
        "id": name,
        "questionnaire": {"reference": address} if release == "STU3" else address,
        "status": "completed",
        "authored": "2026-11-28T10:00:00Z",
        "item": _grouped(compiled, items) if grouped else [*items.values()],
    }
    return made if made["item"] else {key: value for key, value in made.items() if key != "item"}


def _grouped(compiled: CompiledQuestionnaire, items: dict[str, Object]) -> list[Object]:
    found = []
    for section in compiled.questionnaire.sections:
        within = [items[str(question.id)] for question in section.questions if str(question.id) in items]
        if within:
            found.append({"linkId": f"section_{section.id}", "text": str(section.title), "item": within})
    return found


def _answers(
    compiled: CompiledQuestionnaire, question: Question, answer: Answer, release: Release, *, coded: bool
) -> list[Object]:
    match answer:
        case MissingReason.MISSING:
            return []
        case MissingReason.UNREADABLE:
            return [{"valueString": "no answer to this"}]
        case MissingReason():
            return [_reason(answer, release, coded=coded)]
        case Amount(number):
            return [_number(number)]
        case Words(text):
            return [{"valueString": text}]
        case Chosen(options):
            system, labels = option_system(compiled, str(question.id)), _labels(question)
            ids = [each for each in question.answer_ids() if each in options]
            return [{"valueCoding": {"system": system, "code": each, "display": labels[each]}} for each in ids]


def _labels(question: Question) -> dict[str, str]:
    return {"yes": "Yes", "no": "No"} | {str(each.id): str(each.label) for each in question.options_listed}


def _reason(reason: MissingReason, release: Release, *, coded: bool) -> Object:
    code = ABSENT_CODE[reason]
    if not coded:
        return {"extension": [{"url": ABSENT, "valueCode": code}]}
    system = ABSENT_CODES_BEFORE if release == "STU3" else ABSENT_CODES
    return {"valueCoding": {"system": system, "code": code}}


def _number(number: Decimal) -> Object:
    """A number as JSON has it without losing a digit that counts."""
    if number == int(number):
        return {"valueInteger": int(number)}
    assert Decimal(repr(float(number))) == number
    return {"valueDecimal": float(number)}
