"""How long kinds of calls are: each is led key by key, and its questions and keys are counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.key_names import ENTER
from iop_screen.interview.fullscreen.keyboard import Keyboard, start_keyboard
from iop_screen.interview.pages import QuestionPage, ResultPage, ReviewPage
from iop_screen.interview.state import begin_session
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.multiple import MultipleQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion
from support.interviews import HEAD, pressed

Said = dict[str, tuple[str, ...]]
"""What is answered otherwise than as well as can be, by question."""

SUBSTANCES: Said = {"concerns": ("substances",)}
CALLS: dict[str, Said] = {
    "low mood or worry, nothing else": {"concerns": ("mood_or_other",)},
    "eating, nothing else": {"concerns": ("eating",)},
    "drinks on most days": {**SUBSTANCES, "alcohol_use": ("most_days",)},
    "uses opioids on most days": {**SUBSTANCES, "opioid_use": ("most_days",)},
    "all of these, and thoughts of suicide": {
        "concerns": ("substances", "eating", "mood_or_other"),
        "suicide": ("thoughts",),
        "alcohol_use": ("most_days",),
        "opioid_use": ("most_days",),
    },
}
"""Kinds of calls on the default questionnaire."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a call took up to its result: the questions that were asked, in order, and how many keys were pressed."""

    questions: tuple[str, ...]
    keys: int
    at_end: Keyboard


@cache
def lead(compiled: CompiledQuestionnaire, kind: str) -> Call:
    """A call of a kind in which every question that comes up is answered, up to the page with the result."""
    said = CALLS[kind]
    keyboard = start_keyboard(begin_session(compiled, HEAD), 0.0)
    asked, keys = list[str](), 0
    while isinstance(page := keyboard.session.page, QuestionPage):
        question = compiled.questions[page.index]
        asked.append(str(question.id))
        typed = keys_for(question, said.get(str(question.id), (question.answer_ids()[0],)))
        keyboard, keys = pressed(keyboard, typed), keys + len(typed)
    if isinstance(keyboard.session.page, ReviewPage):
        keyboard, keys = pressed(keyboard, "f"), keys + 1
    assert isinstance(keyboard.session.page, ResultPage), keyboard.session.page
    return Call(tuple(asked), keys, keyboard)


def keys_for(question: Question, answer: tuple[str, ...]) -> list[str]:
    """The keys that answer a question with these options."""
    if isinstance(question, YesNoQuestion):
        return [answer[0][0]]
    numbers = [str(question.answer_ids().index(option) + 1) for option in answer]
    return [*numbers, ENTER] if isinstance(question, MultipleQuestion) else numbers


def table(compiled: CompiledQuestionnaire) -> str:
    """A row for each kind of call, as the reference shows it."""
    rows = [(kind, lead(compiled, kind)) for kind in CALLS]
    lines = [f"| {kind} | {len(call.questions)} | {call.keys} |" for kind, call in rows]
    return "\n".join(["| call | questions | keys |", "|---|---|---|", *lines]) + "\n"
