"""Polarity: answers that look as if best and worst had been swapped. A guess from words, so only ever a warning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from iop_screen.problems import Problem, Severity
from iop_screen.questionnaire.checks.study import Finding, Study, Verdict
from iop_screen.questionnaire.model import ChoiceQuestion, Question, YesNoQuestion

ASSENT = re.compile(r"\W*(yes|always|most|every|all|a lot|often|daily|severe|strong|very|much|high)\b", re.IGNORECASE)
DENIAL = re.compile(r"\W*(no|not|never|none|nothing|rarely|hardly|seldom|low|without)\b", re.IGNORECASE)
ABILITY = re.compile(r"\b(can|could) (the|they|a|an|any|you)\b|\b(able to|manage|willing|enough)\b", re.IGNORECASE)
"""Words of a question about what a person can do: there "yes" is the good answer."""


GOOD = re.compile(
    r"\b(able|bed|better|calm|care|contact|control|doctor|energy|family|fine|food|friends?|good|healthy|help|home|hope|"
    r"hous(e|ing)|meals?|medicine|money|one|place|rest|safe|sleeps?|sober|stable|steady|support|treatment|trust|well)\b",
    re.IGNORECASE,
)
"""Words for what a person needs: a label with one of them can say "much" and be the best, or "no" and be the worst."""


def options_look_right(study: Study) -> Iterator[Verdict]:
    """In a question about a need "yes" is worse than "no"; in one about what a person can do it is better.

    Of a list both ends tell, or one end alone if its label is not about something good.
    """
    for question in study.questionnaire.questions():
        if question.role == "risk" and _looks_reversed(question):
            message = f"the answers to `{question.id}` look reversed: is the best one first, and the worst one last?"
            hint = "in a risk question options stand best first; `worse:` names the worse of yes and no"
            yield Finding(Problem("looks-reversed", message, question.id.span, hint, severity=Severity.WARNING))


def _looks_reversed(question: Question) -> bool:
    yes_is_good = ABILITY.search(question.ask) is not None
    match question:
        case YesNoQuestion(worse=worse):
            return worse == ("yes" if yes_is_good else "no")
        case ChoiceQuestion(options=(first, *_, last)):
            best, worst = (DENIAL, ASSENT) if yes_is_good else (ASSENT, DENIAL)
            wrong = [str(end.label) for end, looks in ((first, best), (last, worst)) if looks.match(end.label)]
            return len(wrong) == 2 or any(GOOD.search(label) is None for label in wrong)
    return False
