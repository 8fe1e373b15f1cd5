"""Turns the bytes of a questionnaire file into a compiled questionnaire, or into every problem it has."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from iop_screen.checking.analysis import Analysis, Finding, Proof
from iop_screen.checking.invariants import INVARIANTS
from iop_screen.core.problems import Findings, Problem, Severity
from iop_screen.engine.compiled import CompiledQuestionnaire, compile_questionnaire
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.references import REFERENCE_CHECKS
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.source import read_source


@dataclass(frozen=True, slots=True)
class LoadResult:
    """A questionnaire as it was read. `questionnaire` and `compiled` are None when it cannot be used.

    `hash12` is the first 12 hex digits of the SHA-256 of the bytes of the file.
    """

    questionnaire: Questionnaire | None
    compiled: CompiledQuestionnaire | None
    problems: tuple[Problem, ...]
    hash12: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What all checks found: problems in file order, some with a counterexample, and proofs."""

    compiled: CompiledQuestionnaire | None
    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...]
    hash12: str

    @property
    def errors(self) -> int:
        """How many of the problems are errors and not warnings."""
        return sum(finding.problem.severity is Severity.ERROR for finding in self.findings)


def load_questionnaire(content: bytes) -> LoadResult:
    """Reads a questionnaire file and proves the invariants that every usable one has. Never raises.

    The problems may be warnings alone; the questionnaire can then be used.
    """
    findings = Findings()
    hash12 = hashlib.sha256(content).hexdigest()[:12]
    reading = read_source(content, findings)
    if reading.questionnaire is not None:
        declarations = Declarations(reading.questionnaire, reading.left_out, reading.incomplete)
        for check in REFERENCE_CHECKS:
            findings.problems.extend(check(declarations))
    if reading.questionnaire is None or _has_errors(findings.problems):
        return LoadResult(None, None, findings.in_order(), hash12)
    compiled = compile_questionnaire(reading.questionnaire, hash12)
    analysis = Analysis(compiled, today=date.min)  # the invariants do not depend on the day
    for invariant in INVARIANTS:
        findings.problems.extend(verdict.problem for verdict in invariant(analysis) if isinstance(verdict, Finding))
    if _has_errors(findings.problems):
        return LoadResult(None, None, findings.in_order(), hash12)
    return LoadResult(reading.questionnaire, compiled, findings.in_order(), hash12)


def check_questionnaire(content: bytes, today: date) -> CheckReport:
    """Reads a questionnaire file and runs all checks on it, those for its author too. Never raises."""
    loaded = load_questionnaire(content)
    findings = [Finding(problem) for problem in loaded.problems]
    proofs: list[Proof] = []
    if loaded.compiled is not None:
        from iop_screen.checking.author_checks import AUTHOR_CHECKS  # noqa: PLC0415 - slow to import

        analysis = Analysis(loaded.compiled, today)
        verdicts = [verdict for check in (*INVARIANTS, *AUTHOR_CHECKS) for verdict in check(analysis)]
        findings += [verdict for verdict in verdicts if isinstance(verdict, Finding)]
        proofs = [verdict for verdict in verdicts if isinstance(verdict, Proof)]
    ordered = sorted(findings, key=lambda finding: (finding.problem.span, finding.problem.code))
    return CheckReport(loaded.compiled, tuple(ordered), tuple(proofs), loaded.hash12)


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)
