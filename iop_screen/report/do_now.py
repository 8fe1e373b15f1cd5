"""What to do now and whom to call, in the few lines that a page for somebody in a hurry has room for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.model import FirstStep, Note, Questionnaire
from iop_screen.report.result_text import (
    next_without_level,
    notes_on,
    short_contacts,
    until_known_texts,
    urgent_notes,
)


@dataclass(frozen=True, slots=True)
class DoNow:
    """What to do now, in three parts that stand one after the other; a page with little room drops the last ones.

    `needed` is never dropped: what is urgent, and all steps of the first step. `notes` say what to do while a more
    urgent first step is not ruled out, and what to know of the answers that lead to a first step. `routine` are the
    steps of the level.
    """

    needed: tuple[str, ...]
    notes: tuple[str, ...] = ()
    routine: tuple[str, ...] = ()

    def kept(self, notes: int | None, routine: int | None) -> tuple[str, ...]:
        """All that is needed, and at most so many of the others; None keeps all."""
        return (*self.needed, *self.notes[:notes], *self.routine[:routine])

    def dropped(self, notes: int | None, routine: int | None) -> int:
        """How many are left out then."""
        return len(self.kept(None, None)) - len(self.kept(notes, routine))


def do_now(
    explanation: Explanation, compiled: CompiledQuestionnaire, *, danger: bool, for_safety: tuple[str, ...]
) -> DoNow:
    """The next steps: with `danger` those of the emergency, else of the first step and of the level.

    `for_safety` is what keeps the person from harm by a call back.
    """
    interrupt = compiled.questionnaire.interrupt()
    if danger and interrupt is not None:
        return DoNow(tuple(_in_danger(explanation.result, interrupt, for_safety)))
    needed = (*for_safety, *map(str, _first(explanation.result)))
    notes = (
        *until_known_texts(explanation.result),
        *(str(note.say) for note in _notes_on_first_step(explanation, compiled)),
    )
    level = explanation.result.level
    routine = () if level is None else tuple(map(str, level.next_steps))
    beside = tuple(note for note in notes if note not in for_safety)
    if explanation.result.first_steps.at_least is None:  # else there might be nothing to do on a full page
        return DoNow((*needed, *routine[:1]), beside, routine[1:])
    return DoNow(needed, beside, routine)


def _in_danger(result: Result, interrupt: FirstStep, for_safety: Collection[str]) -> Iterator[str]:
    """The first step to take, each note on this danger, how to keep the person safe, and then all other steps."""
    yield from map(str, interrupt.next_steps[:1])
    yield from (str(note.say) for note in urgent_notes(result.notes, interrupt))
    yield from for_safety
    yield from map(str, interrupt.next_steps[1:])


def _first(result: Result) -> Iterator[str]:
    """What comes before a level: what is open where none is suggested, and all steps of the first step."""
    step = result.first_steps.at_least
    if result.level is None and result.suggestion != EMERGENCY:
        yield from next_without_level(result)
    yield from () if step is None else step.next_steps


def _notes_on_first_step(explanation: Explanation, compiled: CompiledQuestionnaire) -> Iterator[Note]:
    """The notes on the answers that lead to a first step, what to ask about them among these; none for a level only.

    An answer that alone would lead to a lesser step counts, too, beside one that leads to a more urgent one.
    """
    reasons = [reason for reason in explanation.reasons if reason.rule.first_step is not None]
    read = {compiled.index_of(given.question.id) for reason in reasons for given in reason.because_of}
    return (note for note in notes_on(read, explanation.result, compiled) if note.for_levels is None)


def call_texts_in_short(questionnaire: Questionnaire) -> tuple[str, ...]:
    """Whom to call in danger: the contacts in their short form as one text, and each line of the site."""
    short = short_contacts(questionnaire)
    return (*([short] if short else []), *map(str, questionnaire.site_lines))
