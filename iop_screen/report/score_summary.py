"""The summary of a scored file as text: emergencies first, then counts that cover every record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from iop_screen.batch.rows import REJECTED
from iop_screen.batch.score import InputFile, Scoring
from iop_screen.batch.tally import RowOutcome
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.report.blocks import titled_items
from iop_screen.report.headline import Outcome, StepNames, outcome_text, step_names
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import contact_texts, item_text, paragraphs


def summary(scoring: Scoring) -> str:
    """The summary of a run in which every row has been read."""
    compiled = scoring.compiled
    questionnaire = compiled.questionnaire
    parts = [
        "\n".join(_emergencies(scoring)),
        "\n".join(_outcomes(scoring)),
        *map(_columns, scoring.files),
        "\n".join(_cell_problems(scoring)),
        "\n".join(_rejections(scoring)),
        screen_text(titled_items("Contacts", contact_texts(questionnaire, None))),
        paragraphs(str(questionnaire.disclaimer)),
        f"Questionnaire: {compiled.stamp}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _columns(file: InputFile) -> str:
    columns = file.columns
    lines = (
        _list_line("Columns of the questionnaire that the file does not have", columns.absent),
        _list_line("Columns of the file that are no question", map(sanitize, columns.not_questions)),
    )
    return "\n\n".join(filter(None, lines))


def _emergencies(scoring: Scoring) -> Iterator[str]:
    """Emergencies, and forms whose open answers could make them one."""
    tally, interrupt = scoring.tally, scoring.compiled.questionnaire.interrupt()
    certain = sum(number for outcome, number in tally.outcomes.items() if outcome.suggestion == EMERGENCY)
    yield from _urgent("EMERGENCIES", "Look at these forms first.", certain, tally.emergency_lines)
    possible = sum(
        number for outcome, number in tally.outcomes.items() if interrupt and outcome.may_become(str(interrupt.id))
    )
    if possible:
        advice = "An open answer could make these an emergency."
        yield from _urgent("EMERGENCY NOT RULED OUT", advice, possible, tally.open_danger_lines)


def _urgent(title: str, advice: str, count: int, lines: list[int]) -> Iterator[str]:
    yield f"{title}: {count:,}. {advice}" if count else f"{title}: none"
    more = f" and {count - len(lines):,} more" if count > len(lines) else ""
    if count:
        yield item_text(f"line {', '.join(map(str, lines))}{more}")


def _outcomes(scoring: Scoring) -> Iterator[str]:
    accounts = [file.source.account for file in scoring.files]
    lines, blank_lines = sum(each.lines for each in accounts), sum(each.blank for each in accounts)
    outcomes, records = scoring.tally.outcomes, scoring.account.records
    blank = f", {blank_lines:,} of them blank" if blank_lines else ""
    yield f"RECORDS READ: {records:,} (from {lines:,} lines{blank})"
    width = len(f"{records:,}")
    questionnaire = scoring.compiled.questionnaire
    names = step_names(questionnaire)
    for outcome in sorted(outcomes, key=_outcome_order(questionnaire)):
        yield item_text(_outcome_text(outcome, questionnaire, names), f"{outcomes[outcome]:>{width},}  ")
    yield f"  {outcomes.total():>{width},}  in all"


def _outcome_order(questionnaire: Questionnaire) -> Callable[[RowOutcome], tuple[int, int, int]]:
    suggestions = [EMERGENCY, OUT_OF_SCOPE, *(str(level.id) for level in questionnaire.levels), UNDETERMINED, REJECTED]
    steps = ["", *(str(step.id) for step in questionnaire.first_steps)]
    return lambda outcome: (
        suggestions.index(outcome.suggestion),
        steps.index(outcome.first_step_at_least),
        steps.index(outcome.first_step_at_most),
    )


def _outcome_text(outcome: RowOutcome, questionnaire: Questionnaire, names: StepNames) -> str:
    """The headline of the results that are counted together; how far their levels are open is not told apart."""
    if outcome.suggestion == REJECTED:
        return "Rejected"
    interrupt = questionnaire.interrupt()
    danger_open = interrupt is not None and outcome.may_become(str(interrupt.id))
    first_steps = outcome.first_step_at_least, outcome.first_step_at_most
    return outcome_text(Outcome(outcome.suggestion, None, first_steps, danger_open), names)


def _list_line(title: str, names: Iterable[str]) -> str:
    joined = ", ".join(names)
    return f"{title}: {joined}" if joined else ""


def _cell_problems(scoring: Scoring) -> Iterator[str]:
    problems = scoring.tally.cell_problems
    if problems:
        yield 'ANSWERS WITH A PROBLEM (counted as unanswered, or not asked; never as "no")'
    for problem, number in problems.most_common():
        yield item_text(f"{problem.question}: {problem.code}, {number:,} {'time' if number == 1 else 'times'}")


def _rejections(scoring: Scoring) -> Iterator[str]:
    count, named = scoring.tally.outcomes[RowOutcome(REJECTED)], scoring.tally.rejected_lines
    if count:
        yield f"REJECTED RECORDS: {count:,}"
    for line, code in named:
        yield item_text(f"line {line}: {code}")
    if count > len(named):
        yield item_text(f"and {count - len(named):,} more; each has its row in the output")
