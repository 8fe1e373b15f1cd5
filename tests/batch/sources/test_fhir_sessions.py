"""Whole runs over files of FHIR, and files of FHIR that nobody should have written."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.fhir_responses import SHAPES, Release, Shape, responses
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready
from support.running import Run
from support.scoring import scoring_of

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.json_file.open import open_json
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.batch.sources.source import ExcludedRecord, RejectedRecord
from iop_screen.batch.sources.table_source import TableSource
from iop_screen.core.exits import CannotGoOn
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire

PEAK = """
import atexit
atexit.register(lambda: print(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0]))
from iop_screen.cli import main
main()
"""
"""Runs the program, and prints how many kilobytes it had at most."""

EXAMPLE = REPOSITORY / "examples" / "intake.csv"
SICK = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}}
      - id: sick
        ask: How sick?
        role: risk
        type: choice
        options: [{{id: not_sick, label: Not sick}}, {{id: mild, label: A little}}, {{id: strong, label: Very sick}}]
rules: [{{id: in_danger, when: {{danger: yes}}, first_step: help_now, because: There is danger.}},
        {{id: is_sick, when: {{sick: strong}}, level: stay, because: The person is very sick.}}]
"""
MAPPING = "format: 1\nid: m\nquestionnaire: small\n"

Object = dict[str, Any]


def example_forms(compiled: CompiledQuestionnaire) -> dict[str, Answers]:
    """The answers of the forms of the example in which every cell can be read, by their ids."""
    rows = [row for rows in scoring_of(EXAMPLE.read_bytes(), compiled).row_batches() for row in rows]
    return {str(row.id): row.answers for row in rows if row.answers is not None and not row.problems}


def results(out: str) -> list[dict[str, str]]:
    """The rows of an output without where they come from."""
    return [{**row, "line": ""} for row in csv.DictReader(io.StringIO(out))]


def coded(link: str, *codes: str) -> Object:
    return {"linkId": link, "answer": [{"valueCoding": {"code": code}} for code in codes]}


def sick(name: str, *items: Object, **more: Any) -> Object:
    """A response to the questionnaire SICK."""
    return {"resourceType": "QuestionnaireResponse", "id": name, "status": "completed", "item": [*items], **more}


def lines(*resources: Object) -> bytes:
    return "".join(f"{json.dumps(each)}\n" for each in resources).encode()


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    path = tmp_path / "sick.yaml"
    path.write_text(SICK, "utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("shape", "release"), [("Bundle", "R4"), ("lines", "R5"), ("list", "STU3")])
def test_the_example_as_fhir_is_scored_as_the_csv_is(
    tmp_path: Path, run: Run, compiled: CompiledQuestionnaire, shape: Shape, release: Release
) -> None:
    forms, file = example_forms(compiled), tmp_path / "in.json"
    file.write_bytes(responses(compiled, forms.values(), ids=[*forms], shape=shape, release=release))
    wanted = [row for row in results(run("score", EXAMPLE).out) if row["id"] in forms]
    ran = run("score", file)
    assert results(ran.out) == wanted
    assert len(wanted) == len(forms) > 100
    assert (ran.code, f"Records: {len(forms)} (from {len(forms)} " in ran.err) == (0, True)
    assert [run("score", file, how).out for how in ("--fast", "--no-fast")] == [ran.out] * 2
    assert run("score", "-", typed=file.read_bytes()).out == ran.out


def test_what_is_left_out_is_counted_each_for_itself(tmp_path: Path, run: Run, questions: Path) -> None:
    file = tmp_path / "in.ndjson"
    danger = coded("danger", "yes")
    file.write_bytes(
        lines(
            sick("a", danger, coded("sick", "mild")),
            sick("b", status="completed"),
            sick("c", danger, coded("sick", "mild"), status="entered-in-error"),
            {"resourceType": "Patient", "id": "p"},
            sick("e", danger, coded("sick", "mild", "strong")),
        )
    )
    ran = run("score", file, "--questions", questions)
    assert ran.code == 1
    assert "RECORDS READ: 5 = 1 scored + 1 rejected + 3 excluded + 0 blank" in ran.err
    assert "EMERGENCIES AMONG FORMS LEFT OUT: 2" in ran.err
    assert "- c (line 3), e (line 5)" in ran.err
    assert ran.err.count("[empty-response]: 1") == ran.err.count("[not-a-response]: 1") == 1
    assert "statuses, by which nobody can tell" in ran.err
    inspected = run("inspect", file, "--questions", questions)
    said = " ".join(inspected.out.split())
    assert "Left out: 1 record: they are responses without an answer, whatever their status" in said
    assert "Rejected: 1 record: conflicting-answers (line 5)" in said
    assert '"entered-in-error" = left out' in said


def test_a_response_entered_in_error_that_cannot_be_read_is_named_as_not_judged(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    """Danger may be said in it, which nobody can tell; so no "none" goes without it."""
    file = tmp_path / "in.ndjson"
    unknown = {"modifierExtension": [{"url": "urn:not"}]}
    unread = sick("c", coded("danger", "yes"), status="entered-in-error", **unknown)
    file.write_bytes(lines(sick("a", coded("danger", "no"), coded("sick", "mild")), unread))
    ran = run("score", file, "--questions", questions)
    assert "EMERGENCIES: none among the 1 form scored; 1 record could not be read (line 2)" in " ".join(ran.err.split())
    file.write_bytes(lines(sick("a", coded("danger", "yes"), coded("sick", "mild")), unread))
    ran = run("score", file, "--questions", questions)
    assert "NOT JUDGED: 1. They could not be read.\n  - line 2\n" in ran.err


def test_inspect_guesses_no_status_for_fhir(tmp_path: Path, run: Run, questions: Path) -> None:
    """The words of other systems would leave out forms that are in progress, in which danger may be said."""
    file, mapping = tmp_path / "in.ndjson", tmp_path / "map.yaml"
    file.write_bytes(lines(sick("a", coded("1.sick", "mild")), sick("b", coded("1.sick", "mild"))))
    run("inspect", file, "--questions", questions, "--write-mapping", mapping)
    assert "1.sick" in mapping.read_text("utf-8")
    assert "status:" not in mapping.read_text("utf-8")


def test_a_mapping_of_the_status_goes_before_what_fhir_says(tmp_path: Path, run: Run, questions: Path) -> None:
    file, mapping = tmp_path / "in.ndjson", tmp_path / "map.yaml"
    item = coded("sick", "mild"), coded("danger", "no")
    file.write_bytes(lines(*(sick(each, *item, status=each) for each in ("stopped", "entered-in-error"))))
    mapping.write_text(
        f"{MAPPING}status: [{{column: status, exclude: [stopped]}}]\nquestions: {{sick: {{column: sick}}}}\n", "utf-8"
    )
    with_mapping = run("score", file, "--questions", questions, "--mapping", mapping)
    assert [row["id"] for row in results(with_mapping.out)] == ["entered-in-error"]
    assert [row["id"] for row in results(run("score", file, "--questions", questions).out)] == ["stopped"]


def test_codes_of_another_system_have_the_meaning_that_a_mapping_gives_them(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    file, mapping = tmp_path / "in.json", tmp_path / "map.yaml"
    loinc = {"valueCoding": {"system": "http://loinc.org", "code": "LA6571-9", "display": "Nearly every day"}}
    file.write_bytes(lines(sick("a", {"linkId": "/1", "answer": [loinc]}, coded("danger", "no"))))
    mapping.write_text(
        f"{MAPPING}questions: {{sick: {{column: /1, labels: {{'http://loinc.org|LA6571-9': strong}}}}}}\n", "utf-8"
    )
    (row,) = results(run("score", file, "--questions", questions, "--mapping", mapping).out)
    assert (row["suggestion"], row["problems"]) == ("stay", "")


def test_inspect_says_what_is_shown_for_codes_and_a_mapping_keeps_that(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    """Nobody knows what `LA6571-9` means; that one code is shown in two ways is a sign of danger."""

    def shown(code: str, display: str) -> Object:
        coding = {"system": "http://loinc.org", "code": code, "display": display}
        other = {"valueCoding": {"system": "urn:other", "code": code, "display": "SECRET"}}
        items = [{"linkId": "1.sick", "answer": [{"valueCoding": coding}]}, {"linkId": "other", "answer": [other]}]
        return sick(code, *items, coded("danger", "no"))

    file, mapping = tmp_path / "in.json", tmp_path / "map.yaml"
    texts = [("LA6571-9", "Nearly every day"), ("LA6568-5", "Not at all"), ("LA6568-5", "Nearly every day")]
    file.write_bytes(lines(*(shown(*each) for each in texts)))
    said = " ".join(run("inspect", file, "--questions", questions, "--write-mapping", mapping).out.split())
    assert 'FOR ITS CODES "http://loinc.org|LA6571-9": "Nearly every day" "http://loinc.org|LA6568-5": "Not at' in said
    assert (said.count("SHOWN IN SEVERAL WAYS"), "SECRET" in said) == (1, False)
    assert '#   "http://loinc.org|LA6568-5": "Not at all"; "Nearly every day"\n' in mapping.read_text("utf-8")


def test_the_latest_response_of_a_person_is_found_by_subject_and_time(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    file, ann = tmp_path / "in.ndjson", {"reference": "Patient/ann"}
    items = coded("danger", "no"), coded("sick", "mild")
    times = {"a": "2026-11-28T10:00:00Z", "b": "2026-11-28T12:30:00+01:00", "c": "2026-11-28T11:00:00.123Z"}
    file.write_bytes(lines(*(sick(name, *items, subject=ann, authored=time) for name, time in times.items())))
    latest = ("--id-column", "subject", "--time-column", "authored", "--duplicates", "latest", "--keep", "id")
    (row,) = results(run("score", file, "--questions", questions, *latest).out)
    assert (row["id"], row["input_id"], row["problems"]) == ("Patient/ann", "b", "")


def test_rejects_of_fhir_are_mended_and_scored_with_the_number_of_their_entry(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    file, rejects = tmp_path / "in.ndjson", tmp_path / "rejects.csv"
    no = coded("danger", "no")
    broken = sick("d", {"answer": [{"valueBoolean": True}]})
    file.write_bytes(
        lines(sick("a", no, coded("sick", "mild")), sick("b", no, coded("sick", "mild", "strong")), broken)
    )
    assert run("score", file, "--questions", questions, "--rejects", rejects).code == 1
    unmended = run("score", rejects, "--questions", questions)
    assert [row["suggestion"] for row in results(unmended.out)] == ["undetermined", "rejected"]
    assert "sick:unreadable" in unmended.out
    rejects.write_text(rejects.read_text("utf-8").replace("mild;strong", "strong"), "utf-8")
    mended = [*csv.DictReader(io.StringIO(run("score", rejects, "--questions", questions).out))]
    assert [(row["line"], row["id"], row["suggestion"]) for row in mended] == [
        ("2", "b", "stay"),
        ("3", "", "rejected"),
    ]


def test_a_form_that_nobody_filled_in_is_not_scored_and_that_is_a_problem(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"resourceType": "QuestionnaireResponse", "status": "completed"}, indent=1), "utf-8")
    ran = run("score", file, "--questions", questions)
    assert (ran.code, results(ran.out)) == (1, [])
    assert "NO FORM WAS SCORED: 1 LEFT OUT" in ran.err


# What nobody should have written


@pytest.mark.slow
@pytest.mark.parametrize("how", ["--fast", "--no-fast"])
def test_link_ids_that_are_never_the_same_cost_no_more_memory_than_the_bounds_say(tmp_path: Path, how: str) -> None:
    """Each response has a cell for each link id of the file, so few bytes may become many cells."""
    file, questions = tmp_path / "in.ndjson", tmp_path / "sick.yaml"
    questions.write_text(SICK, "utf-8")
    no = coded("danger", "no"), coded("sick", "mild")
    file.write_bytes(lines(*(sick(f"r{at}", *no, coded(f"/{at % 3900}", "a")) for at in range(2500))))
    command = [sys.executable, "-c", PEAK, "score", file, "--questions", questions, how, "-o", tmp_path / "out.csv"]
    ran = subprocess.run([*map(str, command)], capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) < 300_000


SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "yes", "strong", "a;b", "\0"])
KEYS = st.sampled_from(
    (
        *("item", "answer", "linkId", "valueCoding", "valueBoolean", "_valueBoolean", "extension", "url", "valueCode"),
        *("code", "system", "display", "contained", "questionnaire", "id", "status", "modifierExtension", "subject"),
    )
)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=12
)
RESOURCES = st.dictionaries(KEYS, TREES, max_size=6).map(
    lambda parts: {"resourceType": "QuestionnaireResponse", **parts}
)


@pytest.mark.slow
@settings(max_examples=100)
@given(st.lists(RESOURCES, min_size=1, max_size=4), st.sampled_from(SHAPES))
def test_whatever_stands_in_a_response_each_resource_is_one_record(resources: list[Object], shape: Shape) -> None:
    good = sick("good", coded("sick", "mild"))
    data = _written([good, *resources], shape)
    source = open_json("in.json", io.BytesIO(data), FileSettings(), ready(SICK))
    assert isinstance(source, TableSource)
    found = [*source.records()]
    assert len(found) == source.account.records == len(resources) + 1
    assert source.account.adds_up
    reasons = {each.reason for each in found if isinstance(each, ExcludedRecord)}
    assert reasons <= {"empty-response", "status"}
    codes = {each.code for each in found if isinstance(each, RejectedRecord)}
    assert codes <= {"bad-response", "modified-meaning", "nul"}


def _written(resources: list[Object], shape: Shape) -> bytes:
    if shape == "lines":
        return lines(*resources)
    entries = [{"resource": each} for each in resources]
    return json.dumps(resources if shape == "list" else {"resourceType": "Bundle", "entry": entries}).encode()


@given(st.integers(0, 400), st.binary(min_size=1, max_size=3), st.sampled_from(SHAPES))
def test_no_damage_ends_in_anything_but_a_plain_message(place: int, damage: bytes, shape: Shape) -> None:
    data = _written([sick("a", coded("sick", "mild")), sick("b", coded("sick", "strong"))], shape)
    place %= len(data)
    damaged = data[:place] + damage + data[place + len(damage) :]
    source = open_json("in.json", io.BytesIO(damaged), FileSettings(), ready(SICK))
    if isinstance(source, InputProblem):
        assert source.message
        return
    try:
        [*source.records()]
    except CannotGoOn as stop:
        assert str(stop).startswith("in.json ")  # noqa: PT017 - most of the files raise nothing


def shown(link: str, code: str, words: str, text: str = "") -> Object:
    """An item answered with a code of another system, and the words that are shown for it."""
    coding = {"system": "http://loinc.org", "code": code, "display": words}
    return {"linkId": link, "text": text, "answer": [{"valueCoding": coding}]}


def written_mapping(run: Run, file: Path, questions: Path) -> str:
    mapping = file.with_name("map.yaml")
    run("inspect", file, "--questions", questions, "--write-mapping", mapping, "--force")
    return mapping.read_text("utf-8")


def test_codes_of_another_system_are_proposed_by_the_words_that_are_always_shown_for_them(
    tmp_path: Path, run: Run, questions: Path
) -> None:
    """Words that are not always the same may be those of a code that was used wrongly; nobody guesses by them."""
    file = tmp_path / "in.ndjson"
    forms = [
        [shown("danger", "LA33-6", "Yes"), shown("sick", "LA1", "Not sick")],
        [shown("danger", "LA32-8", "No"), shown("sick", "LA1", "not sick ")],
        [shown("danger", "LA9", "Prefer not to say"), shown("sick", "LA2", "A little")],
        [shown("danger", "LA32-8", "No"), shown("sick", "LA2", "Very sick")],
    ]
    file.write_bytes(lines(*(sick(str(n), *items) for n, items in enumerate(forms))))
    text = written_mapping(run, file, questions)
    assert '"http://loinc.org|LA33-6": yes\n      "http://loinc.org|LA32-8": no\n' in text
    assert '    missing:\n      "http://loinc.org|LA9": declined\n' in text
    assert '"http://loinc.org|LA1": not_sick\n' in text
    assert '#   "http://loinc.org|LA2": ANSWER\n' in text
    assert "# The file itself shows these words for its codes." in text


def test_words_that_are_very_long_are_not_kept_for_each_code() -> None:
    forms = [sick("a", shown("danger", f"LA{n}", "Yes" + " " * n + "x" * n)) for n in (1, 3_000)]
    source = open_json("in.ndjson", io.BytesIO(lines(*forms)), FileSettings(), ready(SICK))
    assert isinstance(source, TableSource)
    kept = source.header.code_labels[source.header.names.index("danger")]
    assert [*kept] == ["http://loinc.org|LA1"]


def test_a_link_id_is_proposed_by_the_text_of_its_items(tmp_path: Path, run: Run, questions: Path) -> None:
    file = tmp_path / "in.ndjson"
    first = [shown("/1", "a", "Yes", "Danger?"), shown("/2", "b", "Very sick", "How sick?")]
    file.write_bytes(lines(sick("a", *first), sick("b", shown("/1", "a", "Yes", " danger?"))))
    text = written_mapping(run, file, questions)
    assert '  danger:\n    column: "/1"\n' in text
    assert "the file calls it by the text of the question" in text
    mapping = file.with_name("map.yaml")
    mapping.write_text("".join(line for line in text.splitlines(keepends=True) if "guess" not in line.split("#")[0]))
    ran = run("score", file, "--questions", questions, "--mapping", mapping)
    assert [row["first_step_at_least"] for row in results(ran.out)] == ["help_now", "help_now"]


def test_a_link_id_with_two_texts_is_nobodys(tmp_path: Path, run: Run, questions: Path) -> None:
    file = tmp_path / "in.ndjson"
    items = [shown("/1", "a", "Yes", text) for text in ("Danger?", "Is there a dog?", "Danger?")]
    file.write_bytes(lines(*(sick(str(n), item) for n, item in enumerate(items))))
    assert 'danger: {column: ""}' in written_mapping(run, file, questions)


def test_a_response_has_no_header_that_could_stand_further_down(tmp_path: Path, run: Run, questions: Path) -> None:
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(sick("a", coded("/1", "yes"))))
    said = " ".join(run("inspect", file, "--questions", questions).out.split())
    assert "No column is a question of small" in said
    assert "further down" not in said
    assert "first line" not in said
