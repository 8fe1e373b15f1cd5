"""A blank form as a FHIR R4 Questionnaire."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import assert_never

from iop_screen.batch.form_names import section_names
from iop_screen.batch.form_stamp import canonical, canonical_version, option_system
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.blank_forms.danger import danger_texts, first_about_danger, one_line
from iop_screen.report.blank_forms.fhir_checks import check_fhir
from iop_screen.report.blank_forms.form import BlankForm, FormChoice, FormKind, FormQuestion, FormSection, NumberFrom
from iop_screen.report.blank_forms.names import FHIR_NAMES, points_gate_problems, question_name_problems, question_span
from iop_screen.report.blank_forms.stages import ChoseOne, Stage, StageTest, has_points, stages

EXTENSION = "http://hl7.org/fhir/StructureDefinition"
ITEM_CONTROL = "http://hl7.org/fhir/questionnaire-item-control"
REASON_SYSTEM = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
REASON_CODES: Mapping[str, str] = {
    MissingReason.UNKNOWN.value: "asked-unknown",
    MissingReason.DECLINED.value: "asked-declined",
}
"""What FHIR calls the reasons for no answer that a form offers, by our words for them. No option has such a word."""

MOST_STAGES = 5
"""So many stages may decide whether a question is shown; around it stands one group less."""

Item = dict[str, object]
"""An object of JSON."""


def fhir_questionnaire(form: BlankForm) -> bytes | tuple[Problem, ...]:
    """The Questionnaire as JSON; or a problem for each question that FHIR cannot have, or not when it is shown."""
    problems = (*question_name_problems(form, FHIR_NAMES), *_gate_problems(form))
    if problems:
        return problems
    content = f"{json.dumps(_resource(form), indent=2, ensure_ascii=False)}\n".encode()
    check_fhir(content)
    return content


def _gate_problems(form: BlankForm) -> Iterator[Problem]:
    yield from points_gate_problems(form, "FHIR")
    for question in form.questions:
        if question.gate is not None and not has_points(question.gate) and _stages(question) is None:
            message = f"FHIR cannot say when `{question.id}` is asked: its `ask_when` has too many parts in one another"
            hint = "write it with fewer of `all` and `any`"
            yield Problem("form-gate", message, question_span(form.compiled, question.id), hint)


def _stages(question: FormQuestion) -> tuple[Stage, ...] | None:
    """The stages of a gate, so few that a form can have them; None if there are more, or if it adds up points."""
    found = () if question.gate is None else stages(question.gate)
    return None if found is None or len(found) > MOST_STAGES else found


def _resource(form: BlankForm) -> Item:
    """It is a draft, since nobody has looked at it in the system that takes it."""
    compiled = form.compiled
    return {
        "resourceType": "Questionnaire",
        "url": canonical(compiled),
        "version": canonical_version(compiled),
        "title": str(compiled.questionnaire.title),
        "status": "draft",
        "subjectType": ["Patient"],
        "description": str(compiled.questionnaire.intended_use),
        "item": _items(form),
    }


def _items(form: BlankForm) -> list[Item]:
    """What stands above all questions, and then a group for each section."""
    compiled = form.compiled
    names = section_names(compiled)
    return [
        _display("form:intended-use", one_line(compiled.questionnaire.intended_use)),  # a description need not be shown
        _display("form:disclaimer", str(compiled.questionnaire.disclaimer)),
        *_contacts("form:first-contacts", compiled),
        *(_group(name, section, compiled) for name, section in zip(names, form.sections, strict=True)),
    ]


def _display(link_id: str, text: str) -> Item:
    return {"linkId": link_id, "text": text, "type": "display"}


def _contacts(link_id: str, compiled: CompiledQuestionnaire) -> Iterator[Item]:
    """What to do in danger, and whom to call: an item each, for systems show line ends as blanks."""
    for number, text in enumerate(danger_texts(compiled), 1):
        yield _display(f"{link_id}-{number}", text)


def _group(name: str, section: FormSection, compiled: CompiledQuestionnaire) -> Item:
    return {
        "linkId": name,
        "text": section.title,
        "type": "group",
        "item": [*_section_items(section, compiled)],
    }


def _section_items(section: FormSection, compiled: CompiledQuestionnaire) -> Iterator[Item]:
    first = first_about_danger(section, compiled)
    for question in section.questions:
        if question.id == first:
            yield from _contacts(f"{question.id}:contacts", compiled)
        yield _gated(question, compiled)


def _gated(question: FormQuestion, compiled: CompiledQuestionnaire) -> Item:
    """A question with when it is shown. If that has several stages, groups stand around it, each with one of them."""
    item = _question(question, compiled)
    found = _stages(question) or ()
    for number, stage in reversed([*enumerate(found, 1)]):
        if number < len(found):
            item = {"linkId": f"{question.id}:when-{number}", "type": "group", "item": [item]}
        item |= _enabled(stage, compiled)
    return item


def _enabled(stage: Stage, compiled: CompiledQuestionnaire) -> Item:
    """When an item is shown. The behavior is always written: without it one system takes any and another one all."""
    return {
        "enableWhen": [_enable_when(test, compiled) for test in stage.tests],
        "enableBehavior": stage.behavior,
    }


def _enable_when(test: StageTest, compiled: CompiledQuestionnaire) -> Item:
    match test:
        case ChoseOne(question, code):
            return {"question": question, "operator": "=", "answerCoding": _coding(question, code, compiled)}
        case NumberFrom(question, bound, or_less):
            return {"question": question, "operator": "<=" if or_less else ">=", "answerDecimal": _number(bound)}
        case _:
            assert_never(test)


def _question(question: FormQuestion, compiled: CompiledQuestionnaire) -> Item:
    """A question without when it is shown. It is never required: nothing may force an answer."""
    extensions = [*_control(question.kind), *_range(question)]
    item: Item = {"extension": extensions} if extensions else {}
    item |= {"linkId": question.id, "text": question.text, "type": _type(question.kind)}
    if question.kind == "several":
        item["repeats"] = True
    if question.choices:
        item["answerOption"] = [_answer_option(question, choice, compiled) for choice in question.choices]
    if question.help:
        item["item"] = [{"extension": [_item_control("help")], **_display(f"{question.id}:help", question.help)}]
    return item


def _type(kind: FormKind) -> str:
    """A number may have a fraction, since an answer may."""
    match kind:
        case "one" | "several":
            return "choice"
        case "number":
            return "decimal"
        case "words":
            return "text"
        case _:
            assert_never(kind)


def _control(kind: FormKind) -> list[Item]:
    match kind:
        case "one":
            return [_item_control("radio-button")]
        case "several":
            return [_item_control("check-box")]
        case "number" | "words":
            return []
        case _:
            assert_never(kind)


def _item_control(code: str) -> Item:
    concept = {"coding": [{"system": ITEM_CONTROL, "code": code}]}
    return {"url": f"{EXTENSION}/questionnaire-itemControl", "valueCodeableConcept": concept}


def _range(question: FormQuestion) -> list[Item]:
    ends = (("minValue", question.lowest), ("maxValue", question.highest))
    return [{"url": f"{EXTENSION}/{name}", "valueDecimal": _number(end)} for name, end in ends if end is not None]


def _number(number: Decimal) -> int | float:
    """A number of so few digits that a float has it exactly as written."""
    return int(number) if number == number.to_integral_value() else float(number)


def _answer_option(question: FormQuestion, choice: FormChoice, compiled: CompiledQuestionnaire) -> Item:
    coding = _coding(question.id, choice.code, compiled) | {"display": choice.label}
    option: Item = {"valueCoding": coding}
    if question.kind == "several" and choice.exclusive:
        option["extension"] = [{"url": f"{EXTENSION}/questionnaire-optionExclusive", "valueBoolean": True}]
    return option


def _coding(question: str, code: str, compiled: CompiledQuestionnaire) -> Item:
    """A choice by its system and code. A reason for no answer has the system of HL7, so that any reader knows it."""
    if code in REASON_CODES:
        return {"system": REASON_SYSTEM, "code": REASON_CODES[code]}
    return {"system": option_system(compiled, question), "code": code}
