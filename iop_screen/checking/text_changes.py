"""Where the texts, notes and totals of scores of two questionnaires differ, by name only.

What a changed rule or question means for forms is what `diff` looks for. These parts move no level and no first step,
so here it is enough to say which of them were changed.
"""

from __future__ import annotations

from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question


def text_changes(old: Questionnaire, new: Questionnaire) -> tuple[str, ...]:
    """The parts with another text, such as "note keep_cool"; in the order of the new file, then of the old.

    Of a note, a first step and a contact everything counts, such as whom a note is for; of a score what it adds, how
    many items it may miss, and its bands. A part that only one has counts too, but for questions and options.
    """
    old_parts, new_parts = _parts(old), _parts(new)
    old_asked, new_asked = _question_parts(old), _question_parts(new)
    changed = [name for name in new_parts | old_parts if new_parts.get(name) != old_parts.get(name)]
    return (*changed, *(name for name in new_asked if name in old_asked and new_asked[name] != old_asked[name]))


def _parts(questionnaire: Questionnaire) -> dict[str, object]:
    """What is compared, by its name."""
    whole = ("title", "intended_use", "disclaimer", "site_lines", "handling")
    return {
        **{name: getattr(questionnaire, name) for name in whole},
        **{f"contact {contact.id}": contact for contact in questionnaire.contacts},
        **{f"level {level.id}": level for level in questionnaire.levels},
        **{f"first step {step.id}": step for step in questionnaire.first_steps},
        **{f"section {section.id}": section.title for section in questionnaire.sections},
        **{f"score {score.id}": (score.title, score.add, score.source) for score in questionnaire.scores},
        **{f"may_miss of score {score.id}": score.may_miss for score in questionnaire.scores},
        **{f"band {score.id}: {band.id}": band for score in questionnaire.scores for band in score.bands},
        **{f"rule {rule.id}": (rule.because, rule.source) for rule in questionnaire.rules},
        **{f"note {note.id}": note for note in questionnaire.notes},
        **{f"guide page {page.title}": page.body for page in questionnaire.guide},
    }


def _question_parts(questionnaire: Questionnaire) -> dict[str, object]:
    parts: dict[str, object] = {}
    for question in questionnaire.questions():
        parts[f"question {question.id}"] = _texts(question)
        parts |= {f"answer {question.id}: {option.id}": option.label for option in question.options_listed}
    return parts


def _texts(question: Question) -> tuple[object, ...]:
    return question.ask, question.ask_self, question.help, question.why, question.source
