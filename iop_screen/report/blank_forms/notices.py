"""What a form says besides its questions, and before which of them."""

from __future__ import annotations

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blank_forms.danger import GET_HELP_FIRST, crisis_lines, danger_questions
from iop_screen.report.blank_forms.form import FormSection


def crisis_text(compiled: CompiledQuestionnaire) -> str:
    """What to do in danger, and whom to call, a line each."""
    return "\n".join([GET_HELP_FIRST, *crisis_lines(compiled)])


def first_about_danger(section: FormSection, compiled: CompiledQuestionnaire) -> str | None:
    """The id of the first question of a section that asks about danger; whom to call stands before it."""
    asked = danger_questions(compiled)
    return next((question.id for question in section.questions if question.id in asked), None)
