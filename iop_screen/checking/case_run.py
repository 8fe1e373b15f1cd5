"""Running a case file, and writing one that shows which guarantee is broken."""

from __future__ import annotations

from dataclasses import dataclass

from iop_screen.checking.cases import CaseFile, CaseOutcome, case_text, promised, read_cases, run_cases
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Problem
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.phrases import promise_phrase

ABOUT = """\
# A form that breaks a guarantee, as a case that expects what the guarantee promises. It fails until the
# questionnaire is mended, and passes from then on. `iop-screen check QUESTIONNAIRE --cases THIS_FILE` runs it.
"""


@dataclass(frozen=True, slots=True)
class CaseRun:
    """A case file that was run: its problems, the cases that can be used, and what each of them came to.

    `cases` is None if the file, or the questionnaire, cannot be used.
    """

    path: str
    content: bytes
    problems: tuple[Problem, ...] = ()
    cases: CaseFile | None = None
    outcomes: tuple[CaseOutcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the file has a problem, or a case came to something else than expected."""
        return bool(self.problems) or any(outcome.mismatches for outcome in self.outcomes)


def run_case_file(path: str, content: bytes, compiled: CompiledQuestionnaire | None) -> CaseRun:
    """Read the cases in a file and run them; without a questionnaire that can be used, none."""
    if compiled is None:
        return CaseRun(path, content)
    cases, problems = read_cases(content, compiled)
    return CaseRun(path, content, problems, cases, () if cases is None else run_cases(cases, compiled))


def counterexample(check_report: CheckReport) -> str | None:
    """The first form that breaks a guarantee, as a case that expects what is promised; None if none is broken."""
    for finding in check_report.findings:
        if finding.counterexample is not None and check_report.compiled is not None:
            questionnaire = check_report.compiled.questionnaire
            broken = next(guarantee for guarantee in questionnaire.guarantees if guarantee.id == finding.guarantee_id)
            story = f"By guarantee, {promise_phrase(questionnaire, broken)}."
            return ABOUT + case_text(
                finding.counterexample.answers, promised(broken), check_report.compiled, broken.id, story
            )
    return None
