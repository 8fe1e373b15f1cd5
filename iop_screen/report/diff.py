"""The differences between two questionnaires, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.checking.diff import Difference, Differences
from iop_screen.checking.text_changes import text_changes
from iop_screen.checking.undecided import INSTALL_SOLVER
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.report.wording import answer_text, item_text, plural

DIFF_SCHEMA = "iop-screen.diff/1"


def differences_text(found: Differences, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> str:
    """Each difference as a condition, with the smallest form that shows it; then which texts differ, and the counts.

    First of all it says so if both carry the same version.
    """
    lines = [
        f"old: {old.stamp}",
        f"new: {new.stamp}",
        "",
        *([item_text(_SAME_VERSION, "! "), ""] if has_same_version(old, new) else []),
        *(line for difference in found.found for line in (*_difference_lines(difference), "")),
        *_name_lines("only in the old one", found.only_old),
        *_name_lines("only in the new one", found.only_new),
        *_name_lines("texts, notes and scores differ in", text_changes(old.questionnaire, new.questionnaire)),
        *_name_lines("further forms may get something else by", found.not_listed),
        *_name_lines("not compared", found.not_decided),
        *([f"to compare these too, install the solver: {INSTALL_SOLVER}", ""] if found.is_solver_missing else []),
        _counts_text(found),
    ]
    return "\n".join(lines) + "\n"


def differences_json(found: Differences, old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> dict[str, object]:
    """The same as a JSON object."""
    return {
        "schema": DIFF_SCHEMA,
        "old": old.stamp,
        "new": new.stamp,
        "same_version": has_same_version(old, new),
        "verdict": _verdict(found),
        "differences": [
            {"when": each.when, "was": each.was, "now": each.now, "witness": dict(_answers(each))}
            for each in found.found
        ],
        "only_old": found.only_old,
        "only_new": found.only_new,
        "text_changes": text_changes(old.questionnaire, new.questionnaire),
        "not_listed": found.not_listed,
        "not_compared": found.not_decided,
        "solver_missing": found.is_solver_missing,
    }


def has_same_version(old: CompiledQuestionnaire, new: CompiledQuestionnaire) -> bool:
    """Whether the two carry the same id and version and are not the same; layout and comments do not count."""
    before, after = old.questionnaire, new.questionnaire
    return (before.id, before.version) == (after.id, after.version) and before != after


_SAME_VERSION = (
    "WARNING: these two differ and carry the same id and version. Results and records name the version, so give the "
    "new one a version of its own."
)


def _difference_lines(difference: Difference) -> Iterator[str]:
    yield item_text(f"now {difference.now}; was {difference.was}: {difference.when}", "* ")
    for question, answer in _answers(difference):
        yield item_text(f"{question} [{answer}]", "    > ")


def _answers(difference: Difference) -> Iterator[tuple[str, str]]:
    for question, answer in zip(difference.compiled.questions, difference.answers.values, strict=True):
        if not isinstance(answer, MissingReason):
            yield str(question.ask), answer_text(question, answer)


def _name_lines(title: str, names: tuple[str, ...]) -> list[str]:
    return [f"{title}: {', '.join(names)}", ""] if names else []


def _counts_text(found: Differences) -> str:
    undecided = f"; not decided: {plural(len(found.not_decided), 'comparison')}" if found.not_decided else ""
    if found.found:
        more = " and more" if found.not_listed else ""
        return f"{plural(len(found.found), 'difference')}{more} in what forms get for certain{undecided}"
    if found.not_decided:
        return f"no difference found{undecided}, so forms may get something else"
    return "no form gets another level or first step for certain, or comes into or out of scope"


def _verdict(found: Differences) -> str:
    if found.found:
        return "different"
    return "not_decided" if found.not_decided else "no_difference"
