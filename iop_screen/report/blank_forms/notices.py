"""What a form says besides its questions: what it is not, whom to call, and what to do where danger is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import leaf_tests, questions_in
from iop_screen.questionnaire.model import FirstStep
from iop_screen.report.blank_forms.form import BlankForm
from iop_screen.report.wording import contact_texts


@dataclass(frozen=True, slots=True)
class Notices:
    """The texts above all questions; the one where danger is asked, and the sections, by their ids, that ask it.

    A text has one or more lines. The one for danger is empty if the questionnaire has no step that breaks off.
    """

    disclaimer: str
    contacts: str
    danger: str
    danger_sections: frozenset[str]


def notices(form: BlankForm) -> Notices:
    """What this form says besides its questions."""
    questionnaire = form.compiled.questionnaire
    step = questionnaire.interrupt()
    asked = {*_danger_questions(form.compiled)}
    return Notices(
        disclaimer=str(questionnaire.disclaimer),
        contacts="\n".join(_calls(form.compiled, None)),
        danger="" if step is None else "\n".join(_danger_lines(form.compiled, step)),
        danger_sections=frozenset(
            section.id for section in form.sections if asked & {question.id for question in section.questions}
        ),
    )


def _danger_questions(compiled: CompiledQuestionnaire) -> Iterator[str]:
    for rule in compiled.interrupting():
        for test in leaf_tests(rule.when):
            yield from (str(compiled.questions[index].id) for index in questions_in(test))


def _danger_lines(compiled: CompiledQuestionnaire, step: FirstStep) -> Iterator[str]:
    when = f", {step.when}" if step.when else ""
    yield f"If an answer here shows danger, all else can wait. {step.title}{when}."
    yield from map(str, step.next_steps)
    yield from _calls(compiled, step)


def _calls(compiled: CompiledQuestionnaire, step: FirstStep | None) -> Iterator[str]:
    """Whom to call, one in a line, and the lines of the site."""
    yield from contact_texts(compiled.questionnaire, step)
    yield from map(str, compiled.questionnaire.site_lines)
