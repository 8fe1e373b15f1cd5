"""Texts for what the engine found, and passages: text that is filled to the width of a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.suggest import Bounds, Result
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.model import Contact, FirstStep, Level, Note, Questionnaire
from iop_screen.questionnaire.types import Question

if TYPE_CHECKING:
    from iop_screen.records.model import Record

WIDTH = 78

MISSING_REASON_WORDS = {
    MissingReason.MISSING: "not answered",
    MissingReason.UNKNOWN: "don't know",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "could not be read",
}

NO_LEVEL_TITLES = {UNDETERMINED: "Not settled", OUT_OF_SCOPE: "Out of scope"}
"""What is shown in place of the title of a level."""


def answer_text(question: Question, answer: Answer) -> str:
    """An answer in the words of the questionnaire, or why there is none."""
    return MISSING_REASON_WORDS[answer] if isinstance(answer, MissingReason) else question.answer_text(answer)


def asked_and_answered(question: Question, answer: Answer) -> str:
    """A question with its answer in brackets."""
    return f"{question.ask} [{answer_text(question, answer)}]"


def suggestion_text(result: Result) -> str:
    """The suggestion with its first step; a level is never shown without its first step."""
    steps = result.first_steps
    least = _title(steps.at_least)
    if result.suggestion == EMERGENCY:
        return least or "Emergency help now"
    if result.danger_open:
        certain = f". For certain, first: {least}" if least else ""
        return f"Not settled: an emergency is not ruled out{certain}"
    if result.level is not None:
        return f"{result.level.title}{_first_step_text(steps)}"
    if result.suggestion == OUT_OF_SCOPE:
        return f"Out of scope: this questionnaire is not made for this person{_first_step_text(steps)}"
    return f"Not settled: {_levels_text(result.levels)}{_first_step_text(steps)}"


def _levels_text(levels: Bounds[Level]) -> str:
    if levels.at_least is levels.at_most:
        return f"{levels.at_least.title}, if this questionnaire is made for the person"
    return f"between {levels.at_least.title} and {levels.at_most.title}"


def _first_step_text(steps: Bounds[FirstStep | None]) -> str:
    least, most = _title(steps.at_least), _title(steps.at_most)
    if steps.at_least is steps.at_most:
        return f". First step: {least}" if least else ""
    return f". First step: {least}; up to {most} is still open" if least else f". First step still open: up to {most}"


def _title(step: FirstStep | None) -> str:
    return "" if step is None else str(step.title)


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 error", "2 errors"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Passage:
    """A title, a paragraph or a list item before it is filled; `first` and `rest` are the prefixes of its lines."""

    text: str
    first: str = ""
    rest: str = ""


BLANK_LINE = Passage("")


def paragraphs(text: str, indent: str = "") -> str:
    """A text filled to the width of a screen. Blank lines part paragraphs; a line that starts with `- ` is an item."""
    return passages_text(prose_passages(text, indent))


def item_text(text: str, mark: str = "- ") -> str:
    """A text as a list item, filled to the width of a screen."""
    return passages_text([list_item(text, mark)])


def prose_passages(text: str, indent: str = "") -> Iterator[Passage]:
    """The paragraphs and items of a text; see `paragraphs`."""
    parts: list[list[str]] = []
    for line in text.split("\n") if text else ():
        if not parts or not line.strip() or not parts[-1][-1].strip() or line.startswith("- "):
            parts.append([line])
        else:
            parts[-1].append(line)
    for part in map(" ".join, parts):
        yield Passage(part, indent, indent + ("  " if part.startswith("- ") else ""))


def list_item(text: str, mark: str = "- ") -> Passage:
    """A text as a list item."""
    return Passage(text, f"  {mark}", " " * (2 + len(mark)))


def passages_text(passages: Iterable[Passage]) -> str:
    """Passages filled to the width of a screen, each from a line of its own."""
    return "\n".join(
        textwrap.fill(passage.text, WIDTH, initial_indent=passage.first, subsequent_indent=passage.rest)
        for passage in passages
    )


def heading(title: str) -> Passage:
    """The title of what follows, in capitals."""
    return Passage(title.upper())


def titled_passages(title: str, passages: Iterable[Passage]) -> tuple[Passage, ...]:
    """A heading with the passages below it; nothing if there are none."""
    below = tuple(passages)
    return (heading(title), *below) if below else ()


def titled_list(title: str, texts: Iterable[str]) -> tuple[Passage, ...]:
    """A heading with a list below it; nothing if the list is empty."""
    return titled_passages(title, map(list_item, texts))


def contact_passages(questionnaire: Questionnaire, step: FirstStep | None) -> tuple[Passage, ...]:
    """How to reach help: the contacts that a first step names, or all of them."""
    return titled_list("Contacts", contact_texts(questionnaire, step))


def contact_texts(questionnaire: Questionnaire, step: FirstStep | None) -> tuple[str, ...]:
    """Each contact that a first step names, or each of all if it names none, in one line."""
    return _contact_lines(questionnaire.contacts_of(step) or questionnaire.contacts)


def note_contact_texts(questionnaire: Questionnaire, note: Note, shown: Collection[str] = ()) -> tuple[str, ...]:
    """Each contact that a note names, in one line, without those that are `shown` above it."""
    return tuple(line for line in _contact_lines(questionnaire.contacts_of(note)) if line not in shown)


def _contact_lines(contacts: Iterable[Contact]) -> tuple[str, ...]:
    return tuple(f"{contact.name}: {contact.reach}" for contact in contacts)


def danger_value(record: Record) -> str | None:
    """How a record stands with danger, as outputs name it; None if there never was any."""
    return record.danger and record.danger.value
