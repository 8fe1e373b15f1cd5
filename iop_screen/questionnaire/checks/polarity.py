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


def options_look_right(study: Study) -> Iterator[Verdict]:
    """In a question about a need "yes" is worse than "no"; in one about what a person can do it is better."""
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
            return best.match(first.label) is not None and worst.match(last.label) is not None
    return False
