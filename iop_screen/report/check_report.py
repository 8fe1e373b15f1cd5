"""The whole report of `check`: what a close look found, what was proved, and what the cases came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from iop_screen.checking.analysis import Finding
from iop_screen.checking.cases import CaseFile, CaseOutcome, case_text, promised, read_cases, run_cases
from iop_screen.checking.load import CheckReport
from iop_screen.core.problems import Problem
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.phrases import promise_phrase
from iop_screen.report.case_results import cases_json, cases_text
from iop_screen.report.check_findings import examined_json, examined_text, problem_json
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import plural

NO_CASES = "no cases were run; --cases FILE runs those in a file\n"


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


def checked_text(check_report: CheckReport, path: str, content: bytes, run: CaseRun | None) -> str:
    """The report as text."""
    return "\n".join(
        filter(None, [examined_text(check_report, path, content), _cases_text(check_report.compiled, run)])
    )


def _cases_text(compiled: CompiledQuestionnaire | None, run: CaseRun | None) -> str:
    """What the cases came to, and which were not run."""
    if compiled is None:
        return (
            ""
            if run is None
            else f"{sanitize(run.path)}: the cases were not run, for the questionnaire cannot be used\n"
        )
    if run is None:
        return NO_CASES
    parts = [diagnostics(run.problems, run.path, run.content)]
    if run.cases is None:
        parts.append("the cases were not run\n")
    else:
        left_out = f"not run: {plural(run.cases.left_out, 'case')} with problems\n" if run.cases.left_out else ""
        parts.append(cases_text(run.outcomes, compiled, run.path) + left_out)
    return "\n".join(filter(None, parts))


def checked_json(check_report: CheckReport, run: CaseRun | None) -> dict[str, object]:
    """The report as a JSON object; `cases` is null where none were run."""
    return {**examined_json(check_report), "cases": _cases_json(check_report.compiled, run)}


def _cases_json(compiled: CompiledQuestionnaire | None, run: CaseRun | None) -> dict[str, object] | None:
    if run is None or compiled is None:
        return None
    problems = [problem_json(Finding(problem), None) for problem in run.problems]
    if run.cases is None:
        return {"file": run.path, "problems": problems}
    return {
        "file": run.path,
        **cases_json(run.outcomes, compiled),
        "not_run": run.cases.left_out,
        "problems": problems,
    }


def counterexample(check_report: CheckReport) -> str | None:
    """The first form that breaks a guarantee, as a case that expects what is promised; None if none is broken."""
    for finding in check_report.findings:
        if finding.witness is not None and check_report.compiled is not None:
            questionnaire = check_report.compiled.questionnaire
            broken = next(guarantee for guarantee in questionnaire.guarantees if guarantee.id == finding.of)
            story = f"By guarantee, {promise_phrase(questionnaire, broken)}."
            return ABOUT + case_text(finding.witness.answers, promised(broken), check_report.compiled, broken.id, story)
    return None


ABOUT = """\
# A form that breaks a guarantee, as a case that expects what the guarantee promises. It fails until the
# questionnaire is mended, and passes from then on. `iop-screen check QUESTIONNAIRE --cases THIS_FILE` runs it.
"""

UNPROVED = {"not-decided": "could not be decided", "guarantee-never-applies": "can never apply"}


def no_counterexample(check_report: CheckReport) -> str:
    """Why there is no form that breaks a guarantee."""
    if check_report.compiled is None:
        return "no guarantee was looked at, for the questionnaire cannot be used"
    count = len(check_report.compiled.questionnaire.guarantees)
    if not count:
        return "the questionnaire has no guarantees"
    told = Counter(finding.problem.code for finding in check_report.findings if finding.of)
    unproved = [f"{told[code]} of {count} {what}" for code, what in UNPROVED.items() if told[code]]
    return f"no guarantee is broken, but {' and '.join(unproved)}" if unproved else "every guarantee holds"
