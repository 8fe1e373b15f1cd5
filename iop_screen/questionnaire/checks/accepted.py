"""Accepted warnings: what the author of a question has weighed beside it is something that would be warned of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from iop_screen.problems import Span, did_you_mean, or_list
from iop_screen.questionnaire.checks.coverage import WORST_LEADS_NOWHERE, leads_nowhere
from iop_screen.questionnaire.checks.polarity import LOOKS_REVERSED, looks_reversed
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict, warned

WOULD_BE_WARNED: dict[str, Callable[[Study, int], bool]] = {
    WORST_LEADS_NOWHERE: leads_nowhere,
    LOOKS_REVERSED: lambda study, place: looks_reversed(study.instrument.questions[place]),
}
"""What can be accepted, and whether there would be such a warning of the question at a place."""


def accepted_is_needed(study: Study) -> Iterator[Verdict]:
    """What is accepted beside a question is something that would be warned of."""
    for place, question in enumerate(study.instrument.questions):
        for entry in question.accepted:
            warned = WOULD_BE_WARNED.get(entry.check)
            if warned is None:
                hint = did_you_mean(entry.check, WOULD_BE_WARNED) or f"only {or_list([*WOULD_BE_WARNED])} can be"
                yield _for_nothing(f"`{entry.check}` is not something that can be accepted", entry.check.span, hint)
            elif not warned(study, place):
                message = f"`{question.id}` accepts `{entry.check}`, but there is no such warning for it"
                yield _for_nothing(message, entry.check.span, "remove it from `accepted`")


def _for_nothing(message: str, place: Span, hint: str) -> Finding:
    return warned("accepted-for-nothing", message, place, hint)
