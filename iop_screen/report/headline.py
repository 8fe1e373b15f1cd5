"""The headline of a result: its first step, with by when, before the level. Never a level without its first step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.questionnaire.model import FirstStep, Questionnaire


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a result comes to, by ids.

    `levels` are the level at least and at most; None if they were not kept. `first_steps` are the same for the first
    step, with "" for none. `danger_open`: an emergency is not ruled out.
    """

    suggestion: str
    levels: tuple[str, str] | None
    first_steps: tuple[str, str]
    danger_open: bool


@dataclass(frozen=True, slots=True)
class StepNames:
    """How the levels and the first steps are called. One that is not known is called by its id.

    A level and a first step may have the same id.
    """

    levels: Mapping[str, str]
    first_steps: Mapping[str, FirstStep]

    def level(self, name: str) -> str:
        """The title of a level."""
        return self.levels.get(name, name)

    def first(self, name: str, start: str = "First") -> str:
        """A first step as the start of a headline: "First, today: A nurse rings"."""
        step = self.first_steps.get(name)
        if step is None:
            return f"{start}: {name}"
        return f"{start}, {step.when}: {step.title}" if step.when else f"{start}: {step.title}"

    def first_step(self, name: str) -> str:
        """A first step inside a sentence: "A nurse rings (today)"."""
        step = self.first_steps.get(name)
        return name if step is None else first_step_text(step)

    def open_first_step(self, name: str) -> str:
        """A first step that may have to come: its title in quotes, for it may be a sentence ("A nurse rings")."""
        step = self.first_steps.get(name)
        return f'"{name}"' if step is None else _with_when(f'"{step.title}"', step)


def step_names(questionnaire: Questionnaire | None) -> StepNames:
    """The names that a questionnaire gives; without one, ids are shown."""
    if questionnaire is None:
        return StepNames({}, {})
    return StepNames(
        {str(level.id): str(level.title) for level in questionnaire.levels},
        {str(step.id): step for step in questionnaire.first_steps},
    )


def first_step_text(step: FirstStep) -> str:
    """The title of a first step, with by when it has to happen in brackets."""
    return _with_when(str(step.title), step)


def quoted(headline: str) -> str:
    """A headline in quotes; the quotes inside it become single ones."""
    return '"{}"'.format(headline.replace('"', "'"))


def outcome_text(outcome: Outcome, names: StepNames) -> str:
    """The headline of a result: "First, today: A nurse rings. Then: Visits"."""
    least, _ = outcome.first_steps
    if outcome.suggestion == EMERGENCY:
        return names.first(least or EMERGENCY)
    if outcome.danger_open:
        certain = f". {names.first(least, 'First for certain')}" if least else ""
        return f"Not settled: an emergency is not ruled out{certain}"
    first, level = _first_steps_text(outcome.first_steps, names), _level_text(outcome, names)
    if not first:
        return level
    settled = outcome.suggestion not in {UNDETERMINED, OUT_OF_SCOPE}
    return f"{first}. Then: {level}" if settled else f"{first}. Then, {level[0].lower()}{level[1:]}"


def choice_text(first_step: str | None, chosen: str, names: StepNames) -> str:
    """What was decided, in the same order. `first_step` is "" if nothing has to come first, None if that is not said.

    `chosen` is a text, for it need not be a level.
    """
    if first_step is None:
        return chosen
    return f"{names.first(first_step) if first_step else 'First: nothing'}. Then: {chosen}"


def after_warning(text: str, set_aside: int) -> str:
    """A headline after the warning that so many answers that do not count would make it another, if there are any."""
    if not set_aside:
        return text
    answers = "1 answer that does not count says" if set_aside == 1 else f"{set_aside} answers that do not count say"
    return f"Look again: {answers} otherwise. {text}"


def _first_steps_text(first_steps: tuple[str, str], names: StepNames) -> str:
    least, most = first_steps
    if least == most:
        return names.first(least) if least else ""
    up_to = f"till open: up to {names.open_first_step(most)}"
    return f"{names.first(least)}. S{up_to}" if least else f"First, s{up_to}"


def _with_when(title: str, step: FirstStep) -> str:
    return f"{title} ({step.when})" if step.when else title


def _level_text(outcome: Outcome, names: StepNames) -> str:
    if outcome.suggestion == OUT_OF_SCOPE:
        return "Out of scope: this questionnaire is not made for this person"
    if outcome.suggestion != UNDETERMINED:
        return names.level(outcome.suggestion)
    if outcome.levels is None:
        return "Not settled"
    least, most = map(names.level, outcome.levels)
    return f"Not settled: {_between(least, most)}"


def _between(least: str, most: str) -> str:
    return f"{least}, if this questionnaire is made for the person" if least == most else f"between {least} and {most}"
