"""The whole report of `check`: what a close look found, what was proved, and what the cases came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from iop_screen.engine.instrument import Instrument
from iop_screen.problems import Problem
from iop_screen.questionnaire.cases import CaseFile, Outcome, case_text, promised, read_cases, run_cases
from iop_screen.questionnaire.checks.study import Finding
from iop_screen.questionnaire.load import Examined
from iop_screen.questionnaire.phrases import promise_phrase
from iop_screen.report.cases import cases_json, cases_text
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.examined import examined_json, examined_text, problem_json
from iop_screen.report.wording import plural
from iop_screen.showing import show

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
    outcomes: tuple[Outcome, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the file has a problem, or a case came to something else than expected."""
        return bool(self.problems) or any(outcome.mismatches for outcome in self.outcomes)


def run_case_file(path: str, content: bytes, instrument: Instrument | None) -> CaseRun:
    """Read the cases in a file and run them; without a questionnaire that can be used, none."""
    if instrument is None:
        return CaseRun(path, content)
    cases, problems = read_cases(content, instrument)
    return CaseRun(path, content, problems, cases, () if cases is None else run_cases(cases, instrument))


def checked_text(examined: Examined, path: str, content: bytes, run: CaseRun | None) -> str:
    """The report as text."""
    return "\n".join(filter(None, [examined_text(examined, path, content), _cases_text(examined.instrument, run)]))


def _cases_text(instrument: Instrument | None, run: CaseRun | None) -> str:
    """What the cases came to, and which were not run."""
    if instrument is None:
        return (
            "" if run is None else f"{show(run.path)}: the cases were not run, for the questionnaire cannot be used\n"
        )
    if run is None:
        return NO_CASES
    parts = [diagnostics(run.problems, run.path, run.content)]
    if run.cases is None:
        parts.append("the cases were not run\n")
    else:
        left_out = f"not run: {plural(run.cases.left_out, 'case')} with problems\n" if run.cases.left_out else ""
        parts.append(cases_text(run.outcomes, instrument, run.path) + left_out)
    return "\n".join(filter(None, parts))


def checked_json(examined: Examined, run: CaseRun | None) -> dict[str, object]:
    """The report as a JSON object; `cases` is null where none were run."""
    return {**examined_json(examined), "cases": _cases_json(examined.instrument, run)}


def _cases_json(instrument: Instrument | None, run: CaseRun | None) -> dict[str, object] | None:
    if run is None or instrument is None:
        return None
    problems = [problem_json(Finding(problem), None) for problem in run.problems]
    if run.cases is None:
        return {"file": run.path, "problems": problems}
    return {
        "file": run.path,
        **cases_json(run.outcomes, instrument),
        "not_run": run.cases.left_out,
        "problems": problems,
    }


def counterexample(examined: Examined) -> str | None:
    """The first form that breaks a guarantee, as a case that expects what is promised; None if none is broken."""
    for finding in examined.findings:
        if finding.witness is not None and examined.instrument is not None:
            whole = examined.instrument.questionnaire
            broken = next(guarantee for guarantee in whole.guarantees if guarantee.id == finding.of)
            story = f"By guarantee, {promise_phrase(whole, broken)}."
            return ABOUT + case_text(finding.witness.form, promised(broken), examined.instrument, broken.id, story)
    return None


ABOUT = """\
# A form that breaks a guarantee, as a case that expects what the guarantee promises. It fails until the
# questionnaire is mended, and passes from then on. `iop-screen check QUESTIONNAIRE --cases THIS_FILE` runs it.
"""

UNPROVED = {"not-decided": "could not be decided", "guarantee-never-applies": "can never apply"}


def no_counterexample(examined: Examined) -> str:
    """Why there is no form that breaks a guarantee."""
    if examined.instrument is None:
        return "no guarantee was looked at, for the questionnaire cannot be used"
    count = len(examined.instrument.questionnaire.guarantees)
    if not count:
        return "the questionnaire has no guarantees"
    told = Counter(finding.problem.code for finding in examined.findings if finding.of)
    unproved = [f"{told[code]} of {count} {what}" for code, what in UNPROVED.items() if told[code]]
    return f"no guarantee is broken, but {' and '.join(unproved)}" if unproved else "every guarantee holds"
