"""Running a case file, and writing one with a case that shows a broken guarantee."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.checking.cases import CaseFile, CaseOutcome, case_text, guarantee_expectations, read_cases, run_cases
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.phrases import promise_phrase

CASE_FILE_HEADER = """\
# A form that breaks a guarantee, as a case that expects what the guarantee promises. It fails until the
# questionnaire is mended, and passes from then on. `iop-screen check QUESTIONNAIRE --cases THIS_FILE` runs it.
"""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case file that was run: its problems, its usable cases, and their outcomes.

    `cases` is None if the file, or the questionnaire, cannot be used.
    """

    path: str
    content: bytes
    problems: tuple[Problem, ...] = ()
    cases: CaseFile | None = None
    outcomes: tuple[CaseOutcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the file has a problem, or a case has another result than expected."""
        return bool(self.problems) or any(outcome.mismatches for outcome in self.outcomes)


def run_case_file(path: str, content: bytes, compiled: CompiledQuestionnaire | None) -> CaseRun:
    """Reads the cases in a file and runs them; none if there is no usable questionnaire. Never raises."""
    if compiled is None:
        return CaseRun(path, content)
    cases, problems = read_cases(content, compiled)
    return CaseRun(path, content, problems, cases, () if cases is None else run_cases(cases, compiled))


def counterexample_case(check_report: CheckReport) -> str | None:
    """The first counterexample to a guarantee, as a case that expects the promise; None if no guarantee is broken."""
    for finding in check_report.findings:
        if finding.counterexample is not None and check_report.compiled is not None:
            questionnaire = check_report.compiled.questionnaire
            broken = next(guarantee for guarantee in questionnaire.guarantees if guarantee.id == finding.guarantee_id)
            story = f"By guarantee, {promise_phrase(questionnaire, broken)}."
            return CASE_FILE_HEADER + case_text(
                finding.counterexample.answers, guarantee_expectations(broken), check_report.compiled, broken.id, story
            )
    return None
