"""The XLSForm: pyxform turns it into an XForm, ODK Validate looks at it, both engines of ODK fill it in."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

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
from second_readers.people import PICKS_ALL, people
from second_readers.tools import (
    HERE,
    Check,
    Fact,
    Finding,
    from_json,
    iop_screen,
    must_run,
    node_packages,
    program,
    python_packages,
    run,
)

PYXFORM = "pyxform==4.5.0"
ENGINE = "@getodk/xforms-engine@0.22.0"
DOM = "jsdom@26.1.0"
CONVERT = """
import sys
from pyxform.xls2xform import convert
warnings = []
form = convert(sys.argv[1], warnings=warnings)
open(sys.argv[2], "w", encoding="utf-8").write(form.xform)
print("\\n".join(warnings))
"""
VALIDATE_JAR = "import pyxform.validators.odk_validate as v; print(v.ODK_VALIDATE_PATH)"
STAMP = "iop_screen_form"


def check(folder: Path) -> Iterator[Finding]:
    """What each of the three says of our forms, and what forms that were filled in there score as."""
    java = program("java", "ODK Validate is written in Java")
    python = python_packages(folder / "pyxform", PYXFORM)
    scripts = node_packages(folder / "engine", ENGINE, DOM)
    jar = must_run([python, "-c", VALIDATE_JAR], folder).strip()
    yield Fact(f"{PYXFORM} with its ODK Validate and JavaRosa 5.1.0, {ENGINE}")
    for subject in subjects():
        form = folder / f"{subject.name}.xml"
        written = folder / f"{subject.name}.xlsx"
        ran = iop_screen(["form", "--to", "xlsform", "--questions", subject.file, "-o", written], folder)
        yield Check(f"{subject.name}: the form is written", () if ran.returncode == 0 else (ran.stderr,))
        if ran.returncode:
            continue
        warnings = must_run([python, "-c", CONVERT, written, form], folder).strip()
        yield Check(f"{subject.name}: pyxform takes it without a warning", (warnings,) if warnings else ())
        said = run([java, "-jar", jar, form], folder)
        valid = said.returncode == 0 and "Xform is valid" in said.stdout + said.stderr
        yield Check(f"{subject.name}: ODK Validate finds it valid", () if valid else (said.stdout + said.stderr,))
        acting = people(subject.form)
        given = for_script(subject.form, acting)
        web = must_run(["node", "odk.mjs", form], scripts, given=given)
        yield from _filled_in(subject, "Web Forms", filled(acting, from_json(web)), folder)
        collect = must_run([java, "-cp", jar, HERE / "Collect.java", form], folder, given=_lines(given))
        yield from _filled_in(subject, "Collect", filled(acting, from_json(collect)), folder)


def _lines(given: str) -> str:
    """What a script is given, as Collect.java reads it: a line for each act, after one that begins the person."""
    acting = json.loads(given)["people"]
    return "".join(
        "\t".join(cells) + "\n"
        for number, person in enumerate(map(str, range(len(acting))))
        for cells in [[person], *([person, act["question"], *act["said"]] for act in acting[number]["acts"])]
    )


def _filled_in(subject: Subject, engine: str, all_forms: Sequence[Filled], folder: Path) -> Iterator[Finding]:
    refused = {each.person.name for each in all_forms if _export(each)["status"] != "ready"}
    other = tuple(f"{name} is not as expected" for name in refused ^ {PICKS_ALL})
    yield Check(f"{subject.name}, {engine}: a form can be sent unless an excluding choice stands beside others", other)
    forms = [each for each in all_forms if each.person.name != PICKS_ALL]
    yield shown_as_in_the_interview(subject, forms)
    again = [(each.person.name, _export(each)) for each in forms if "again" in _export(each)]
    if again:
        changed = [name for name, export in again if export["again"] != export["xml"]]
        yield Check(f"{subject.name}, {engine}: each form is the same when it is opened again", tuple(changed))
    stamps = [each.person.name for each in forms if _cells(each).get(STAMP) != subject.form.compiled.stamp]
    yield Check(f"{subject.name}, {engine}: each form carries the stamp", tuple(f"{name} does not" for name in stamps))
    held = {each.person.name: answers(each) for each in forms}
    for what, separator in (("ODK", "-"), ("Kobo", "/")):
        file = folder / f"{subject.name}-{engine}-{what}.csv"
        file.write_text(_table(forms, separator), encoding="utf-8")
        names = {_key(each): each.person.name for each in forms}
        export = Export(f"{engine}, as {what} exports it", file, names, held, ("--id-column", "KEY"))
        yield from scores_as_the_interview(subject, export)


def _export(each: Filled) -> dict[str, str]:
    assert isinstance(each.export, dict)
    return each.export


def _cells(each: Filled, separator: str = "-") -> dict[str, str]:
    """The leaves of an instance by their paths, as a table of submissions has them."""

    def leaves(node: ET.Element, path: Sequence[str]) -> Iterator[tuple[str, str]]:
        children = list(node)
        if not children:
            yield separator.join(path), node.text or ""
        for child in children:
            yield from leaves(child, (*path, child.tag.rpartition("}")[2]))

    return dict(leaves(ET.fromstring(_export(each)["xml"]), ()))  # noqa: S314 - written by the engine


def _key(each: Filled) -> str:
    return _cells(each)["meta-instanceID"]


def _table(forms: Sequence[Filled], separator: str) -> str:
    """The table as it is exported: groups before the names, and what the server adds around them."""
    rows = [
        {"SubmissionDate": "2026-11-29T10:00:00.000Z", **_cells(each, separator), "KEY": _key(each)} for each in forms
    ]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
