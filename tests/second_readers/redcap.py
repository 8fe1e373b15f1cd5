"""The REDCap data dictionary: reproschema reads it. REDCap itself is no program that can be fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import iop_screen
from iop_screen.report.blank_forms.form import FormQuestion, blank_form
from second_readers.filled import Subject, subjects
from second_readers.tools import Check, Fact, Finding, must_run, python_packages
from second_readers.tools import iop_screen as program

REPROSCHEMA = "reproschema==1.1.0"
PROTOCOL = """protocol_name: read
protocol_display_name: Read
protocol_description: Read
redcap_version: "1.0"
"""


def check(folder: Path) -> Iterator[Finding]:
    """What reproschema reads in our dictionaries. Its branching is not looked at: it makes code that cannot be run."""
    python = python_packages(folder / "python", REPROSCHEMA)
    yield Fact(REPROSCHEMA)
    (folder / "protocol.yaml").write_text(PROTOCOL, encoding="utf-8")
    for subject in [_without_signs(each, folder) for each in subjects()]:
        dictionary = folder / f"{subject.name}.csv"
        ran = program(["form", "--to", "redcap", "--questions", subject.file, "-o", dictionary], folder)
        yield Check(f"{subject.name}: the form is written", (ran.stderr,) if ran.returncode else ())
        if ran.returncode == 0:
            out = folder / subject.name
            program_of_it = python.with_name("reproschema")
            must_run([program_of_it, "redcap2reproschema", dictionary, "protocol.yaml", "--output-path", out], folder)
            yield _as_written(subject, {item.name: item for item in out.glob("*/activities/*/items/*")})


def _without_signs(subject: Subject, folder: Path) -> Subject:
    """The same questionnaire without `<` and `>`: REDCap does not show them, and our form is then refused."""
    text = subject.file.read_text("utf-8")
    if not any(sign in each.text for each in subject.form.questions for sign in "<>"):
        return subject
    file = folder / subject.file.name
    file.write_text(text.replace("<", "").replace(">", ""), encoding="utf-8")
    return Subject(file, blank_form(iop_screen.load(file)))


def _as_written(subject: Subject, items: Mapping[str, Path]) -> Check:
    wrong = [said for question in subject.form.questions for said in _otherwise(question, items.get(question.id))]
    return Check(f"{subject.name}: {len(items)} fields, with texts, choices and bounds as they were written", (*wrong,))


def _otherwise(question: FormQuestion, item: Path | None) -> Iterator[str]:
    if item is None:
        yield f"there is no {question.id}"
        return
    read = json.loads(item.read_text("utf-8"))
    options = read.get("responseOptions", {})
    if read["question"]["en"] != question.text:
        yield f"{question.id} has another text"
    choices = [(str(each["value"]), each["name"]["en"]) for each in options.get("choices") or ()]
    if choices != [(_code(choice.code), choice.label) for choice in question.choices]:
        yield f"{question.id} has other choices: {choices}"
    if bool(options.get("multipleChoice")) != (question.kind == "several"):
        yield f"{question.id} takes another number of choices"
    bounds = [options.get("minValue"), options.get("maxValue")]
    if question.kind == "number" and bounds != [question.lowest, question.highest]:
        yield f"{question.id} has other bounds: {bounds}"


def _code(code: str) -> str:
    """A code as reproschema has it, which makes a number of what Python takes for one: 18_64 becomes 1864."""
    is_number = code.replace("_", "").isdigit() and not code.startswith("0")
    return str(int(code)) if is_number else code
