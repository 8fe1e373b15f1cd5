"""The whole report of `check`: what a close look found, what was proved, and what the cases came to."""

from __future__ import annotations

from collections import Counter

from iop_screen.checking.analysis import Finding
from iop_screen.checking.case_run import CaseRun
from iop_screen.checking.load import CheckReport
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.case_results import cases_json, cases_text
from iop_screen.report.check_findings import examined_json, examined_text, problem_json
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import plural

NO_CASES = "no cases were run; --cases FILE runs those in a file\n"


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


UNPROVED = {"not-decided": "could not be decided", "guarantee-never-applies": "can never apply"}


def no_counterexample(check_report: CheckReport) -> str:
    """Why there is no form that breaks a guarantee."""
    if check_report.compiled is None:
        return "no guarantee was looked at, for the questionnaire cannot be used"
    count = len(check_report.compiled.questionnaire.guarantees)
    if not count:
        return "the questionnaire has no guarantees"
    told = Counter(finding.problem.code for finding in check_report.findings if finding.guarantee_id)
    unproved = [f"{told[code]} of {count} {what}" for code, what in UNPROVED.items() if told[code]]
    return f"no guarantee is broken, but {' and '.join(unproved)}" if unproved else "every guarantee holds"
