"""The example files show what they are there to show."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.running import Ran, Run

from iop_screen.batch.cells import CELL_PROBLEMS
from iop_screen.batch.sources.csv_framing import RECORD_TOO_LONG, REJECTIONS
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import OUT_OF_RANGE

INTAKE = REPOSITORY / "examples" / "intake.csv"
DIRTY = REPOSITORY / "examples" / "intake-dirty.csv"
HOWTO = (REPOSITORY / "docs" / "howto.md").read_text("utf-8")


def rows(ran: Ran) -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(ran.out, newline=""))]


def counts(summary: str) -> dict[str, int]:
    """The lines of the account: what is counted, and how often."""
    account = re.sub(r"\n +(?! *[\d,]+  )", " ", summary.partition("RECORDS READ")[2].partition("\n\n")[0])
    found = re.findall(r"^ +([\d,]+)  (.+)$", account, re.MULTILINE)
    return {what: int(number.replace(",", "")) for number, what in found}


def test_the_intake_example_reaches_everything(run: Run, compiled: CompiledQuestionnaire) -> None:
    ran = run("score", INTAKE)
    assert ran.code == 0
    scored = rows(ran)
    questionnaire = compiled.questionnaire
    levels = {str(level.id) for level in questionnaire.levels}
    assert {row["suggestion"] for row in scored} == levels | {"emergency", "out_of_scope", "undetermined"}
    assert {row["first_step_at_least"] for row in scored} == {"", *(str(step.id) for step in questionnaire.first_steps)}
    assert not any(row["problems"] for row in scored)


@pytest.mark.parametrize(("path", "records"), [(INTAKE, 200), (DIRTY, 73)])
def test_the_account_adds_up(run: Run, path: object, records: int) -> None:
    ran = run("score", path, "--exit-zero")
    counted = counts(ran.err)
    assert counted.pop("in all") == records == sum(counted.values()) == len(rows(ran))
    assert f"RECORDS READ: {records}" in ran.err


def test_the_dirty_example_shows_what_goes_wrong(run: Run) -> None:
    ran = run("score", DIRTY)
    assert ran.code == 1
    problems = {problem.partition(":")[2] for row in rows(ran) for problem in row["problems"].split(";") if problem}
    no_number_question = {OUT_OF_RANGE}
    assert problems == {*REJECTIONS, *CELL_PROBLEMS, "answered-but-not-asked"} - {RECORD_TOO_LONG} - no_number_question
    for said in ("3 of them blank", "does not have: wishes", "'Support phone'", "no line end"):
        assert said in " ".join(ran.err.split())


def test_a_dirty_record_changes_no_other(run: Run) -> None:
    clean = {row["id"]: row for row in rows(run("score", INTAKE))}
    dirty = [row for row in rows(run("score", DIRTY)) if row["id"].strip() in clean and not row["problems"]]
    assert len(dirty) > 40
    for row in dirty:
        assert row["suggestion"] == clean[row["id"].strip()]["suggestion"]
        assert row["reasons"] == clean[row["id"].strip()]["reasons"]


def test_nobody_in_the_dirty_example_gets_less_than_in_the_clean_one(run: Run, compiled: CompiledQuestionnaire) -> None:
    """What could not be read leaves a form open; it never settles it lower."""
    levels = [str(level.id) for level in compiled.questionnaire.levels]
    clean = {row["id"]: row for row in rows(run("score", INTAKE))}
    for row in rows(run("score", DIRTY)):
        if row["id"] in clean:
            assert levels.index(row["level_at_most"]) >= levels.index(clean[row["id"]]["level_at_most"])


def test_the_summary_in_the_howto_is_what_the_program_prints(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example is made of forms of the intake example, with a cell and a record that cannot be read."""
    header, *forms = INTAKE.read_text("utf-8").splitlines()
    by_id = {form.partition(",")[0]: f"{form},am" for form in forms}
    shown = [by_id[name] for name in ("F-0003", "F-0006", "F-0166", "F-0005", "F-0002", "F-0034", "F-0023")]
    shown[0] = re.sub(r",(?:yes|no),", ",N/A,", shown[0], count=1)
    monkeypatch.chdir(tmp_path)
    Path("forms.csv").write_text("\n".join([f"{header},when_called", *shown, "F-0099,25", ""]))
    said = run("score", "forms.csv").err
    example = HOWTO.partition("## Read the summary")[2].partition("```text\n")[2].partition("```")[0]
    assert re.sub(r"#[0-9a-f]{12}", "#...", said).split() == example.split()
