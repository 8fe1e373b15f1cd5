"""Bytes of a questionnaire file to an instrument that can be used, or to every problem the file has."""

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
    """A questionnaire as it was read. `questionnaire` and `instrument` are None when it cannot be used.

    `hash12` is the first 12 hex digits of the SHA-256 of the bytes of the file.
    """

    questionnaire: Questionnaire | None
    compiled: CompiledQuestionnaire | None
    problems: tuple[Problem, ...]
    hash12: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a close look at a questionnaire found: problems by place, some with a form that shows them, and proofs."""

    compiled: CompiledQuestionnaire | None
    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...]
    hash12: str

    @property
    def errors(self) -> int:
        """How many of the problems keep the questionnaire from being what it promises."""
        return sum(finding.problem.severity is Severity.ERROR for finding in self.findings)


def load_questionnaire(content: bytes) -> LoadResult:
    """Read a questionnaire file, and prove of it what has to hold for any that is used; never raises.

    Warnings about the text are among the problems, and do not keep the questionnaire from being used.
    """
    findings = Findings()
    hash12 = hashlib.sha256(content).hexdigest()[:12]
    reading = read_source(content, findings)
    if reading.questionnaire is not None:
        scope = Declarations(reading.questionnaire, reading.left_out, reading.incomplete)
        for check in REFERENCE_CHECKS:
            findings.problems.extend(check(scope))
    if reading.questionnaire is None or _broken(findings.problems):
        return LoadResult(None, None, findings.in_order(), hash12)
    compiled = compile_questionnaire(reading.questionnaire, hash12)
    analysis = Analysis(compiled, today=date.min)  # these proofs do not ask what day it is
    for prove in INVARIANTS:
        findings.problems.extend(verdict.problem for verdict in prove(analysis) if isinstance(verdict, Finding))
    if _broken(findings.problems):
        return LoadResult(None, None, findings.in_order(), hash12)
    return LoadResult(reading.questionnaire, compiled, findings.in_order(), hash12)


def check_questionnaire(content: bytes, today: date) -> CheckReport:
    """Read a questionnaire file and look at it as closely as its author would; never raises."""
    loaded = load_questionnaire(content)
    findings = [Finding(problem) for problem in loaded.problems]
    proofs: list[Proof] = []
    if loaded.compiled is not None:
        from iop_screen.checking.author_checks import AUTHOR_CHECKS  # noqa: PLC0415 - only their author waits for them

        analysis = Analysis(loaded.compiled, today)
        verdicts = [verdict for check in (*INVARIANTS, *AUTHOR_CHECKS) for verdict in check(analysis)]
        findings += [verdict for verdict in verdicts if isinstance(verdict, Finding)]
        proofs = [verdict for verdict in verdicts if isinstance(verdict, Proof)]
    ordered = sorted(findings, key=lambda finding: (finding.problem.span, finding.problem.code))
    return CheckReport(loaded.compiled, tuple(ordered), tuple(proofs), loaded.hash12)


def _broken(problems: Iterable[Problem]) -> bool:
    return any(problem.severity is Severity.ERROR for problem in problems)
