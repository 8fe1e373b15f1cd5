"""Bytes of a questionnaire file to a questionnaire that can be used, or to every problem it has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from iop_screen.problems import Findings, Problem, Severity
from iop_screen.questionnaire.checks import REFERENCE_CHECKS
from iop_screen.questionnaire.checks.scope import Scope
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.source import read_source


@dataclass(frozen=True, slots=True)
class Loaded:
    """A questionnaire as it was read. `questionnaire` is None when it cannot be used.

    `hash12` is the first 12 hex digits of the SHA-256 of the bytes of the file.
    """

    questionnaire: Questionnaire | None
    problems: tuple[Problem, ...]
    hash12: str


def load_questionnaire(content: bytes) -> Loaded:
    """Read a questionnaire file; never raises, whatever the bytes are."""
    findings = Findings()
    reading = read_source(content, findings)
    if reading.questionnaire is not None:
        scope = Scope(reading.questionnaire, reading.left_out, reading.touched)
        for check in REFERENCE_CHECKS:
            findings.problems.extend(check(scope))
    problems = findings.in_order()
    broken = any(problem.severity is Severity.ERROR for problem in problems)
    return Loaded(None if broken else reading.questionnaire, problems, hashlib.sha256(content).hexdigest()[:12])
