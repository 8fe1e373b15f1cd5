"""The whole report of `check`: what a close look found, what was proved, and what the cases came to."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.engine.instrument import Instrument
from iop_screen.problems import Problem
from iop_screen.questionnaire.cases import Outcome, case_text, read_cases, run_cases
from iop_screen.questionnaire.checks.study import Finding
from iop_screen.questionnaire.load import Examined
from iop_screen.report.cases import cases_json, cases_text
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.examined import examined_json, examined_text, problem_json


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case file that was run: its problems, or what each of its cases came to."""

    path: str
    content: bytes
    problems: tuple[Problem, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def failed(self) -> bool:
        """Whether the file cannot be read, or a case came to something else than expected."""
        return bool(self.problems) or any(outcome.mismatches for outcome in self.outcomes)


def run_case_file(path: str, content: bytes, instrument: Instrument) -> CaseRun:
    """Read the cases in a file and run them."""
    cases, problems = read_cases(content, instrument)
    return CaseRun(path, content, problems, () if cases is None else run_cases(cases, instrument))


def checked_text(examined: Examined, path: str, content: bytes, run: CaseRun | None) -> str:
    """The report as text."""
    text = examined_text(examined, path, content)
    if run is None or examined.instrument is None:
        return text
    if run.problems:
        return f"{text}\n{diagnostics(run.problems, run.path, run.content)}\nthe cases were not run\n"
    return f"{text}\n{cases_text(run.outcomes, examined.instrument, run.path)}"


def checked_json(examined: Examined, run: CaseRun | None) -> dict[str, object]:
    """The report as a JSON object; `cases` is null where none were run."""
    report = examined_json(examined)
    if run is None or examined.instrument is None:
        return {**report, "cases": None}
    if run.problems:
        return {**report, "cases": {"problems": [problem_json(Finding(problem), None) for problem in run.problems]}}
    return {**report, "cases": cases_json(run.outcomes, examined.instrument)}


def counterexample(examined: Examined) -> str | None:
    """The first form that breaks a guarantee, as a case file; None if none is broken."""
    for finding in examined.findings:
        if finding.witness is not None and examined.instrument is not None:
            story = f"{finding.problem.code}: {finding.problem.message}"
            witness = finding.witness
            return case_text(witness.form, witness.result, examined.instrument, "counterexample", story)
    return None
