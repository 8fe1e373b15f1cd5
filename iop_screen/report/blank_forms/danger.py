"""What a blank form says about danger: whom to call, and which of its questions ask about it."""

from __future__ import annotations

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.report.blank_forms.form import FormSection

GET_HELP_FIRST = "If anyone may be in danger now, stop here and get help first."


def crisis_lines(compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    """Whom to call in danger, a line each: the contacts of the step that breaks off an interview, else all of them."""
    questionnaire = compiled.questionnaire
    contacts = questionnaire.contacts_of(questionnaire.interrupt()) or questionnaire.contacts
    lines = (f"{each.name}: {each.reach}" for each in contacts)
    return tuple(map(one_line, (*lines, *questionnaire.site_lines)))


def danger_texts(compiled: CompiledQuestionnaire) -> tuple[str, ...]:
    """What to do in danger, and whom to call. Each stands apart in a form, so that no number runs into a name."""
    return (GET_HELP_FIRST, *crisis_lines(compiled))


def danger_questions(compiled: CompiledQuestionnaire) -> frozenset[str]:
    """The ids of the questions that ask about danger."""
    return frozenset(str(compiled.questions[index].id) for index in danger_indexes(compiled))


def first_about_danger(section: FormSection, compiled: CompiledQuestionnaire) -> str | None:
    """The id of the first question of a section that asks about danger; whom to call stands before it."""
    asked = danger_questions(compiled)
    return next((question.id for question in section.questions if question.id in asked), None)


def one_line(text: str) -> str:
    """A text on one line: a blank for each line end."""
    return " ".join(text.split())
