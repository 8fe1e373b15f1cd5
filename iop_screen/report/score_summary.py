"""The summary of a scored file: emergencies first, then an account in which every record has its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from iop_screen.batch.account import Account, RowOutcome
from iop_screen.batch.rows import REJECTED
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.report.wording import as_lines, contact_lines, item, paragraphs


def summary(account: Account, compiled: CompiledQuestionnaire) -> str:
    """The whole summary, as text for people."""
    questionnaire = compiled.questionnaire
    parts = [
        "\n".join(_emergencies(account, questionnaire)),
        "\n".join(_outcomes(account, compiled)),
        "\n".join(_named("Columns of the questionnaire that the file does not have", account.absent)),
        "\n".join(_named("Columns of the file that are no question", map(sanitize, account.not_questions))),
        "\n".join(_cell_problems(account)),
        "\n".join(_rejections(account)),
        "\n".join(_ending(account)),
        as_lines(contact_lines(questionnaire, None)),
        paragraphs(str(questionnaire.disclaimer)),
        f"Questionnaire: {compiled.stamp}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _emergencies(account: Account, questionnaire: Questionnaire) -> Iterator[str]:
    """Emergencies, and forms whose open answers could make them one, before anything else."""
    interrupt = questionnaire.interrupt()
    sure = sum(number for outcome, number in account.outcomes if outcome.suggestion == EMERGENCY)
    yield from _urgent("EMERGENCIES", "Look at these forms first.", sure, account.emergency_lines)
    maybe = sum(number for outcome, number in account.outcomes if interrupt and outcome.may_be(str(interrupt.id)))
    if maybe:
        said = "An open answer could make these an emergency."
        yield from _urgent("EMERGENCY NOT RULED OUT", said, maybe, account.open_danger_lines)


def _urgent(title: str, said: str, count: int, lines: tuple[int, ...]) -> Iterator[str]:
    if not count:
        yield f"{title}: none"
        return
    yield f"{title}: {count:,}. {said}"
    yield item(f"line {', '.join(map(str, lines))}{_more(count, len(lines))}")


def _outcomes(account: Account, compiled: CompiledQuestionnaire) -> Iterator[str]:
    blank = f", {account.blank_lines:,} of them blank" if account.blank_lines else ""
    yield f"RECORDS READ: {account.records:,} (from {account.lines:,} lines{blank})"
    order = _order(compiled)
    width = len(f"{account.records:,}")
    for outcome, number in sorted(account.outcomes, key=lambda pair: order(pair[0])):
        yield f"  {number:>{width},}  {_outcome_text(outcome)}"
    yield f"  {sum(number for _, number in account.outcomes):>{width},}  in all"


def _order(compiled: CompiledQuestionnaire) -> Callable[[RowOutcome], tuple[int, int, int]]:
    questionnaire = compiled.questionnaire
    suggestions = [EMERGENCY, OUT_OF_SCOPE, *(str(level.id) for level in questionnaire.levels), UNDETERMINED, REJECTED]
    steps = ["", *(str(step.id) for step in questionnaire.first_steps)]

    def key(outcome: RowOutcome) -> tuple[int, int, int]:
        least, most = outcome.first_step_at_least, outcome.first_step_at_most
        return suggestions.index(outcome.suggestion), steps.index(least), steps.index(most)

    return key


def _outcome_text(outcome: RowOutcome) -> str:
    least, most = outcome.first_step_at_least, outcome.first_step_at_most
    if outcome.suggestion in (REJECTED, EMERGENCY):
        return outcome.suggestion
    if least != most:
        return f"{outcome.suggestion}, first step open: {least or 'none'} to {most}"
    return f"{outcome.suggestion}, first step {least}" if least else outcome.suggestion


def _named(title: str, names: Iterable[str]) -> Iterator[str]:
    listed = [*names]
    if listed:
        yield f"{title}: {', '.join(listed)}"


def _cell_problems(account: Account) -> Iterator[str]:
    if account.cell_problems:
        yield 'ANSWERS WITH A PROBLEM (counted as unanswered, or not asked; never as "no")'
    for problem, number in account.cell_problems:
        yield item(f"{problem.question}: {problem.code}, {number:,} {'time' if number == 1 else 'times'}")


def _rejections(account: Account) -> Iterator[str]:
    count = sum(number for outcome, number in account.outcomes if outcome.suggestion == REJECTED)
    if count:
        yield f"REJECTED RECORDS: {count:,}"
    for line, code in account.rejected_lines:
        yield item(f"line {line}: {code}")
    if count > len(account.rejected_lines):
        yield item(f"and {count - len(account.rejected_lines):,} more; each has its row in the output")


def _ending(account: Account) -> Iterator[str]:
    if account.unended:
        yield "The last line of the file has no line end: make sure that the file was not cut short."


def _more(count: int, named: int) -> str:
    return f" and {count - named:,} more" if count > named else ""
