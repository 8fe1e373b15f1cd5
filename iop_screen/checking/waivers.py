"""Accepted warnings: what the author of a question has weighed beside it is something that would be warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, warning_finding
from iop_screen.checking.coverage import WORST_LEADS_NOWHERE, leads_nowhere
from iop_screen.checking.polarity import LOOKS_REVERSED, looks_reversed
from iop_screen.core.problems import Span, did_you_mean, or_list

WOULD_BE_WARNED: dict[str, Callable[[Analysis, int], bool]] = {
    WORST_LEADS_NOWHERE: leads_nowhere,
    LOOKS_REVERSED: lambda analysis, index: looks_reversed(analysis.compiled.questions[index]),
}
"""What can be accepted, and whether there would be such a warning of the question at a place."""


def accepted_is_needed(analysis: Analysis) -> Iterator[CheckVerdict]:
    """What is accepted beside a question is something that would be warned of."""
    for index, question in enumerate(analysis.compiled.questions):
        for entry in question.accepted:
            warned = WOULD_BE_WARNED.get(entry.check)
            if warned is None:
                hint = did_you_mean(entry.check, WOULD_BE_WARNED) or f"only {or_list([*WOULD_BE_WARNED])} can be"
                yield _for_nothing(f"`{entry.check}` is not something that can be accepted", entry.check.span, hint)
            elif not warned(analysis, index):
                message = f"`{question.id}` accepts `{entry.check}`, but there is no such warning for it"
                yield _for_nothing(message, entry.check.span, "remove it from `accepted`")


def _for_nothing(message: str, span: Span, hint: str) -> Finding:
    return warning_finding("accepted-for-nothing", message, span, hint)
