"""What a blank form has, whatever the system: sections, questions with their choices, and when each is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, assert_never

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import AllHold, AnyHolds, Condition, ScoreAtLeast
from iop_screen.questionnaire.answers import HasOption, MissingReason, NumberAtLeast, NumberAtMost
from iop_screen.questionnaire.model import Section
from iop_screen.questionnaire.scalars import Text
from iop_screen.questionnaire.types import Question

FormKind = Literal["one", "several", "number", "words"]
"""Whether one choice is made, or several, or a number or words are written."""

REASONS: tuple[tuple[MissingReason, str], ...] = (
    (MissingReason.UNKNOWN, "Don't know"),
    (MissingReason.DECLINED, "Prefer not to say"),
)
"""The reasons for no answer that a form offers beside the options, and what they are called there."""


@dataclass(frozen=True, slots=True)
class FormChoice:
    """What can be chosen: the id of an option, or a reason for no answer. An exclusive one goes with no other."""

    code: str
    label: str
    exclusive: bool = False
    reason: MissingReason | None = None


@dataclass(frozen=True, slots=True)
class Chose:
    """One of these codes was chosen. Reasons for no answer are among them: then the interview would ask on, too."""

    question: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NumberFrom:
    """The number is the bound or more; or with `or_less`, the bound or less."""

    question: str
    bound: Decimal
    or_less: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class PointsFrom:
    """Points add up to a bound or more; few systems can say that."""

    questions: tuple[str, ...]
    bound: int


Gate = Chose | NumberFrom | AllOf | AnyOf | PointsFrom
"""When a question is shown: when the interview would ask it, but not while what it hangs on is blank."""


@dataclass(frozen=True, slots=True)
class FormQuestion:
    """A question of a form. `lowest` and `highest` are those of a number; `gate` None is always."""

    id: str
    text: str
    help: str
    kind: FormKind
    choices: tuple[FormChoice, ...]
    lowest: Decimal | None
    highest: Decimal | None
    gate: Gate | None


@dataclass(frozen=True, slots=True)
class FormSection:
    """Questions that belong together."""

    id: str
    title: str
    questions: tuple[FormQuestion, ...]


@dataclass(frozen=True, slots=True)
class BlankForm:
    """A whole form. `compiled` is the questionnaire that it was made from."""

    compiled: CompiledQuestionnaire
    sections: tuple[FormSection, ...]

    @property
    def questions(self) -> tuple[FormQuestion, ...]:
        """All questions, in file order."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def several(self) -> frozenset[str]:
        """The ids of the questions in which several choices can be made."""
        return frozenset(question.id for question in self.questions if question.kind == "several")


REASON_CHOICES = tuple(FormChoice(reason.value, label, exclusive=True, reason=reason) for reason, label in REASONS)


def blank_form(compiled: CompiledQuestionnaire) -> BlankForm:
    """The questionnaire as a form."""
    gates = dict(zip(compiled.questions, compiled.ask_when, strict=True))
    return BlankForm(compiled, tuple(_section(section, compiled, gates) for section in compiled.questionnaire.sections))


def _section(section: Section, compiled: CompiledQuestionnaire, gates: dict[Question, Condition | None]) -> FormSection:
    questions = tuple(_question(question, gates[question], compiled.questions) for question in section.questions)
    return FormSection(str(section.id), str(section.title), questions)


def _question(question: Question, gate: Condition | None, questions: Sequence[Question]) -> FormQuestion:
    lowest, highest = question.number_range or (None, None)
    return FormQuestion(
        id=str(question.id),
        text=str(question.ask),
        help=str(question.help or ""),
        kind=_kind(question),
        choices=_choices(question),
        lowest=lowest,
        highest=highest,
        gate=None if gate is None else _gate(gate, questions),
    )


def _kind(question: Question) -> FormKind:
    if question.number_range is not None:
        return "number"
    if question.is_free_text:
        return "words"
    return "several" if question.allows_multiple else "one"


def _choices(question: Question) -> tuple[FormChoice, ...]:
    """The options, and then the reasons for no answer; nothing for a number or words."""
    labels = {str(option.id): option for option in question.options_listed}
    options = tuple(
        FormChoice(each, str(labels[each].label), exclusive=labels[each].exclusive)
        if each in labels
        else FormChoice(each, each.capitalize())
        for each in question.answer_ids()
    )
    return (*options, *REASON_CHOICES) if options else ()


def _gate(condition: Condition, questions: Sequence[Question]) -> Gate:
    match condition:
        case HasOption(index, options):
            ids = [each for each in questions[index].answer_ids() if each in options]
            return Chose(str(questions[index].id), (*ids, *(reason.value for reason, _ in REASONS)))
        case NumberAtLeast(index, bound):
            return NumberFrom(str(questions[index].id), bound)
        case NumberAtMost(index, bound):
            return NumberFrom(str(questions[index].id), bound, or_less=True)
        case AllHold(parts):
            return AllOf(tuple(_gate(part, questions) for part in parts))
        case AnyHolds(parts):
            return AnyOf(tuple(_gate(part, questions) for part in parts))
        case ScoreAtLeast(items, bound):
            return PointsFrom(tuple(str(questions[item.question].id) for item in items), bound)
        case _:
            assert_never(condition)


def shown_texts(compiled: CompiledQuestionnaire) -> Iterator[Text]:
    """Every text of the file that goes into a form, but the labels of choices."""
    questionnaire = compiled.questionnaire
    yield from (questionnaire.title, questionnaire.intended_use, questionnaire.disclaimer, *questionnaire.site_lines)
    yield from (text for contact in questionnaire.contacts for text in (contact.name, contact.reach))
    yield from (section.title for section in questionnaire.sections)
    yield from (text for question in compiled.questions for text in (question.ask, question.help) if text is not None)


def shown_labels(compiled: CompiledQuestionnaire) -> Iterator[Text]:
    """The labels of choices."""
    yield from (option.label for question in compiled.questions for option in question.options_listed)
