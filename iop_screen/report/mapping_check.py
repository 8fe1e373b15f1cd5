"""What `check --mapping` found in a mapping, as text and as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from iop_screen.batch.mapping.model import Mapping
from iop_screen.checking.analysis import Finding
from iop_screen.core.problems import Problem, Severity
from iop_screen.core.safe_text import sanitize
from iop_screen.report.check_report import problem_json
from iop_screen.report.diagnostics import diagnostics
from iop_screen.report.wording import plural

MAPPING_CHECK_SCHEMA = "iop-screen.mapping-check/1"


def mapping_check_text(mapping: Mapping | None, problems: Sequence[Problem], path: str, content: bytes) -> str:
    """Every problem with its place in the file, how many there are, and the name of the mapping in results."""
    found = diagnostics(problems, path, content)
    named = "" if mapping is None else f"Mapping {mapping.stamp}: {plural(len(mapping.questions), 'question')}\n"
    return "\n".join(filter(None, [found, f"{sanitize(path)}: {_counts_text(problems)}\n{named}"]))


def mapping_check_json(mapping: Mapping | None, problems: Sequence[Problem]) -> dict[str, object]:
    """The problems as a JSON object; `mapping` is null if it cannot be used."""
    return {
        "schema": MAPPING_CHECK_SCHEMA,
        "mapping": None if mapping is None else mapping.stamp,
        "problems": [problem_json(Finding(problem), None) for problem in problems],
    }


def _counts_text(problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return f"{plural(errors, 'error')}, {plural(len(problems) - errors, 'warning')}" if problems else "no problems"
