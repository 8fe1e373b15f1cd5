"""Words for what the engine found."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.suggest import Bounds, Result
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.model import FirstStep, Level, Questionnaire
from iop_screen.questionnaire.types import Question

WIDTH = 78

MISSING_REASON_WORDS = {
    MissingReason.MISSING: "not answered",
    MissingReason.UNKNOWN: "don't know",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "could not be read",
}


NO_LEVEL = {UNDETERMINED: "Not settled", OUT_OF_SCOPE: "Out of scope"}
"""What a suggestion without a level is called."""


def answer_text(question: Question, answer: Answer) -> str:
    """An answer in the questionnaire's own words."""
    return MISSING_REASON_WORDS[answer] if isinstance(answer, MissingReason) else question.answer_text(answer)


def asked_and_answered(question: Question, answer: Answer) -> str:
    """A question with its answer behind it."""
    return f"{question.ask} [{answer_text(question, answer)}]"


def suggestion_text(result: Result) -> str:
    """The suggestion with its first step; a level never stands without what has to come before it."""
    step = _first_step(result.first_steps)
    if result.suggestion == EMERGENCY:
        return _title(result.first_steps.at_least, "Emergency help now")
    if result.danger_open:
        return f"Not settled: an emergency is not ruled out{_until_then(result.first_steps)}"
    if result.level is not None:
        return f"{result.level.title}{step}"
    if result.suggestion == OUT_OF_SCOPE:
        return f"Out of scope: this questionnaire is not made for this person{step}"
    return f"Not settled: {_between(result.levels)}{step}"


def _between(levels: Bounds[Level]) -> str:
    if levels.at_least is levels.at_most:
        return f"{levels.at_least.title}, if this questionnaire is made for the person"
    return f"between {levels.at_least.title} and {levels.at_most.title}"


def _first_step(steps: Bounds[FirstStep | None]) -> str:
    least, most = _title(steps.at_least, ""), _title(steps.at_most, "")
    if steps.at_least is steps.at_most:
        return f". First step: {least}" if least else ""
    return f". First step: {least}; up to {most} is still open" if least else f". First step still open: up to {most}"


def _until_then(steps: Bounds[FirstStep | None]) -> str:
    """What has to come first for certain, while an emergency is not ruled out."""
    return f". For certain, first: {steps.at_least.title}" if steps.at_least is not None else ""


def _title(step: FirstStep | None, otherwise: str) -> str:
    return otherwise if step is None else str(step.title)


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 error", "2 errors"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Passage:
    """A title, a paragraph or an item before it is filled, with what stands before its first and its other lines."""

    text: str
    first: str = ""
    rest: str = ""


BLANK_LINE = Passage("")


def paragraphs(text: str, indent: str = "") -> str:
    """A text filled to the width of a screen. Blank lines part paragraphs, a line that starts with `- ` is an item."""
    return as_lines(prose(text, indent))


def item(text: str, mark: str = "- ") -> str:
    """A text as an item of a list, filled to the width of a screen."""
    return as_lines([listed_as(text, mark)])


def prose(text: str, indent: str = "") -> Iterator[Passage]:
    """The paragraphs and items of a text, as `paragraphs` parts them."""
    blocks: list[list[str]] = []
    for line in text.split("\n") if text else ():
        if not blocks or not line.strip() or not blocks[-1][-1].strip() or line.startswith("- "):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    for block in map(" ".join, blocks):
        yield Passage(block, indent, indent + ("  " if block.startswith("- ") else ""))


def listed_as(text: str, mark: str = "- ") -> Passage:
    """A text as an item of a list."""
    return Passage(text, f"  {mark}", " " * (2 + len(mark)))


def as_lines(passages: Iterable[Passage]) -> str:
    """Passages filled to the width of a screen, each from a line of its own."""
    return "\n".join(
        textwrap.fill(passage.text, WIDTH, initial_indent=passage.first, subsequent_indent=passage.rest)
        for passage in passages
    )


def heading(title: str) -> Passage:
    """A line that says what follows."""
    return Passage(title.upper())


def under(title: str, entries: Iterable[Iterable[Passage]]) -> tuple[Passage, ...]:
    """A heading and what stands under it; nothing if that is nothing."""
    said = tuple(chain.from_iterable(entries))
    return (heading(title), *said) if said else ()


def items(title: str, texts: Iterable[str]) -> tuple[Passage, ...]:
    """A heading and a list under it; nothing if the list is empty."""
    return under(title, [map(listed_as, texts)])


def contact_lines(questionnaire: Questionnaire, step: FirstStep | None) -> tuple[Passage, ...]:
    """How to reach help: the contacts that a first step names, or all of them."""
    return items("Contacts", contact_texts(questionnaire, step))


def contact_texts(questionnaire: Questionnaire, step: FirstStep | None) -> tuple[str, ...]:
    """Each contact that a first step names, or each of all, in one line."""
    return tuple(
        f"{contact.name}: {contact.reach}" for contact in questionnaire.contacts_of(step) or questionnaire.contacts
    )
