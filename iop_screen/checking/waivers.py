"""Waivers: what is `accepted` beside a question has to be a warning that there would be without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, warning_finding
from iop_screen.checking.coverage import WORST_LEADS_NOWHERE, leads_nowhere
from iop_screen.checking.polarity import LOOKS_REVERSED, looks_reversed
from iop_screen.core.problems import did_you_mean, or_list

WAIVABLE_WARNINGS: dict[str, Callable[[Analysis, int], bool]] = {
    WORST_LEADS_NOWHERE: leads_nowhere,
    LOOKS_REVERSED: lambda analysis, index: looks_reversed(analysis.compiled.questions[index]),
}
"""What can be accepted, and whether there would be such a warning of the question with an index."""


def waivers_are_needed(analysis: Analysis) -> Iterator[CheckVerdict]:
    """What is accepted beside a question would be warned of."""
    for index, question in enumerate(analysis.compiled.questions):
        for waiver in question.accepted:
            is_warned_of = WAIVABLE_WARNINGS.get(waiver.check)
            if is_warned_of is None:
                yield warning_finding(
                    "accepted-for-nothing",
                    f"`{waiver.check}` is not something that can be accepted",
                    waiver.check.span,
                    did_you_mean(waiver.check, WAIVABLE_WARNINGS) or f"only {or_list([*WAIVABLE_WARNINGS])} can be",
                )
            elif not is_warned_of(analysis, index):
                yield warning_finding(
                    "accepted-for-nothing",
                    f"`{question.id}` accepts `{waiver.check}`, but there is no such warning for it",
                    waiver.check.span,
                    "remove it from `accepted`",
                )
