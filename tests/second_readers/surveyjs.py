"""The same form as a SurveyJS model: what is sent from there, on the way and at the end, is scored as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import assert_never

from iop_screen.report.blank_forms.form import (
    AllOf,
    AnyOf,
    BlankForm,
    Chose,
    FormChoice,
    FormQuestion,
    Gate,
    NumberFrom,
    PointsFrom,
)
from second_readers.filled import (
    Export,
    Filled,
    Subject,
    answers,
    filled,
    for_script,
    scores_as_the_interview,
    shown_as_in_the_interview,
    subjects,
)
from second_readers.people import people
from second_readers.tools import Check, Fact, Finding, from_json, must_run, node_packages

SURVEYJS = "survey-core@3.1.1"

SHOWN_OTHERWISE = {"everything": ("opened and closed: nights_why is shown, and would not be asked",)}
"""A hidden question keeps its answer until the end, so what hangs on that answer stays open. `score` says so."""

Json = dict[str, object]


def check(folder: Path) -> Iterator[Finding]:
    """What forms that were filled in in SurveyJS score as."""
    scripts = node_packages(folder / "engine", SURVEYJS)
    yield Fact(SURVEYJS)
    for subject in subjects():
        model = folder / f"{subject.name}.json"
        model.write_text(json.dumps(_model(subject.form)), encoding="utf-8")
        acting = people(subject.form)
        given = for_script(subject.form, acting)
        forms = filled(acting, from_json(must_run(["node", "surveyjs.mjs", model], scripts, given=given)))
        yield from _come_back(subject, forms, folder)


def _come_back(subject: Subject, forms: Sequence[Filled], folder: Path) -> Iterator[Finding]:
    yield shown_as_in_the_interview(subject, forms, but=SHOWN_OTHERWISE.get(subject.name, ()))
    stale = [each.person.name for each in forms if answers(each) != answers(each, hidden_too=True)]
    yield Check(f"{subject.name}: partial data has stale answers", () if stale else ("no form has any",))
    names = {str(number): each.person.name for number, each in enumerate(forms)}
    for what in ("partial", "complete"):
        held = {each.person.name: answers(each, hidden_too=what == "partial") for each in forms}
        rows = [{"id": str(number), **_data(each, what)} for number, each in enumerate(forms)]
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        for name, content in ((f"{what}.ndjson", lines), (f"{what}.json", json.dumps(rows))):
            file = folder / f"{subject.name}-{name}"
            file.write_text(content, encoding="utf-8")
            yield from scores_as_the_interview(subject, Export(f"as {name}", file, names, held))


def _data(each: Filled, what: str) -> Mapping[str, object]:
    assert isinstance(each.export, dict)
    data = each.export[what]
    assert isinstance(data, dict)
    return data


def _model(form: BlankForm) -> Json:
    """A page for each section; a name is the id of a question, a value the id of a choice."""
    several = {each.id for each in form.questions if each.kind == "several"}
    pages = [
        {"name": f"page_{section.id}", "elements": [_element(each, several) for each in section.questions]}
        for section in form.sections
    ]
    return {"pages": pages}


def _element(question: FormQuestion, several: set[str]) -> Json:
    element: Json = {"name": question.id, "title": question.text}
    if question.gate is not None:
        element["visibleIf"] = _expression(question.gate, several)
    match question.kind:
        case "one":
            return element | {"type": "radiogroup", "choices": [_choice(each) for each in question.choices]}
        case "several":
            exclusive = [_choice(each) | {"isExclusive": each.exclusive} for each in question.choices]
            return element | {"type": "checkbox", "choices": exclusive}
        case "number":
            return element | {"type": "text", "inputType": "number"}
        case "words":
            return element | {"type": "comment"}
        case _:
            assert_never(question.kind)


def _choice(choice: FormChoice) -> Json:
    return {"value": choice.code, "text": choice.label}


def _expression(gate: Gate, several: set[str]) -> str:
    match gate:
        case Chose(question, codes):
            word = "contains" if question in several else "="
            return "(" + " or ".join(f"{{{question}}} {word} '{code}'" for code in codes) + ")"
        case NumberFrom(question, bound, or_less):
            return f"({{{question}}} notempty and {{{question}}} {'<=' if or_less else '>='} {bound})"
        case AllOf(parts):
            return "(" + " and ".join(_expression(part, several) for part in parts) + ")"
        case AnyOf(parts):
            return "(" + " or ".join(_expression(part, several) for part in parts) + ")"
        case PointsFrom():
            raise NotImplementedError("no questionnaire here has a question that is asked from a sum of points on")
        case _:
            assert_never(gate)
