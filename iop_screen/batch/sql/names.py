"""The parts of a query, and the names of the truths in it: a reader finds the rules and the questions by their ids."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.batch.sql.truths import NamedTruth
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict
from iop_screen.engine.judgement import Reached
from iop_screen.engine.noted_judgement import Noted, NotedJudgement

PARTS = ("answers", "asked", "rules", "steps", "suggestion", "open_questions", "notes", "result")
"""The parts of a query, in order; a part is one stage or several."""
ASKED, RULES, STEPS, SUGGESTION, OPEN, NOTES, RESULT = range(1, len(PARTS))


def truth_names(compiled: CompiledQuestionnaire, noted: NotedJudgement) -> dict[int, NamedTruth]:
    """The names of truths by their places; the first name that one gets counts."""
    names: dict[int, NamedTruth] = {}
    for part, name, truth in _named(compiled, noted):
        names.setdefault(truth.place, NamedTruth(part, name))
    return names


def rule_and_note_names(compiled: CompiledQuestionnaire, noted: NotedJudgement) -> Iterator[tuple[str, int]]:
    """The name that a reader would look for each rule and each note by, and the place of its truth."""
    for rule in compiled.rules:
        yield f"rule_{rule.definition.id}", noted.verdict(rule.when).must.place
    for note, truth in zip(compiled.notes, noted.judgement.notes, strict=True):
        yield f"note_{note.definition.id}", truth.place


def _named(compiled: CompiledQuestionnaire, noted: NotedJudgement) -> Iterator[tuple[int, str, Noted]]:
    judged = noted.judgement
    questionnaire = compiled.questionnaire
    for index, question in enumerate(compiled.questions):
        yield from _both(ASKED, f"asked_{question.id}", noted.asked(index))
    for rule in compiled.rules:
        yield from _both(RULES, f"rule_{rule.definition.id}", noted.verdict(rule.when))
    if compiled.applies_when is not None:
        yield from _both(RULES, "applies", noted.verdict(compiled.applies_when))
    yield from _ladder("level", [str(level.id) for level in questionnaire.levels], judged.levels)
    yield from _ladder(
        "first_step", ["none", *(str(step.id) for step in questionnaire.first_steps)], judged.first_steps
    )
    for name, truth in judged.suggestions:
        yield SUGGESTION, f"suggests_{name}", truth
    for question, truth in zip(compiled.questions, judged.open, strict=True):
        yield OPEN, f"open_{question.id}", truth
    for question, truth in zip(compiled.questions, judged.not_asked, strict=True):
        yield OPEN, f"not_asked_{question.id}", truth
    for note, truth in zip(compiled.notes, judged.notes, strict=True):
        yield NOTES, f"note_{note.definition.id}", truth


def _both(part: int, name: str, verdict: Verdict[Noted]) -> Iterator[tuple[int, str, Noted]]:
    yield part, name, verdict.must
    yield part, f"{name}_may", verdict.may


def _ladder(kind: str, ids: list[str], reached: Reached[Noted]) -> Iterator[tuple[int, str, Noted]]:
    for name, must, may in zip(ids, reached.must, reached.may, strict=True):
        yield from _both(STEPS, f"{kind}_{name}", Verdict(must, may))
