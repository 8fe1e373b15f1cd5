"""Texts for what the engine found, and text that is filled to the width of a screen."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from iop_screen.core.safe_text import sanitize
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.questionnaire.model import Contact, FirstStep, Note, Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.report.headline import Outcome, StepNames, outcome_text

if TYPE_CHECKING:
    from iop_screen.records.model import Record

WIDTH = 78

PRACTICE = "PRACTICE: the caller is made up"
"""The mark of a record of practice, on each page and paper."""

SHORT_ASK = 38
"""At most so many characters of a question stand for it where there is little room."""

MISSING_REASON_WORDS = {
    MissingReason.MISSING: "not answered",
    MissingReason.UNKNOWN: "don't know",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "could not be read",
    MissingReason.NOT_SHOWN: "not shown",
    MissingReason.NOT_APPLICABLE: "not applicable",
}


def answer_text(question: Question, answer: Answer) -> str:
    """An answer in the words of the questionnaire, or why there is none."""
    return MISSING_REASON_WORDS[answer] if isinstance(answer, MissingReason) else question.answer_text(answer)


def recorded_text(question: Question | None, answer: Answer) -> str:
    """The same for an answer that may not fit the question, or to one that is not known: then as ids and figures."""
    if question is not None and question.fits(answer):
        return answer_text(question, answer)
    match answer:
        case Chosen(options):
            return ", ".join(sorted(options))
        case Amount(number):
            return f"{number:f}"
        case MissingReason():
            return MISSING_REASON_WORDS[answer]
        case Words(text):
            return text


def asked_and_answered(question: Question, answer: Answer) -> str:
    """A question with its answer in brackets."""
    return f"{question.ask} [{answer_text(question, answer)}]"


def short_name(question: str) -> str:
    """The short name of a question, made of its id."""
    return question.replace("_", " ")


def short_ask(question: Question) -> str:
    """The first words of a question, to know it again by."""
    first, more, _ = question.ask.partition("? ")
    shortened = textwrap.shorten(first + more.strip(), SHORT_ASK, placeholder="...")
    return shortened.replace(",...", "...")


def suggestion_text(result: Result) -> str:
    """The headline of a result: its first step, and then its level, as far as both are settled."""
    levels, steps = result.levels, result.first_steps
    names = StepNames(
        {str(level.id): str(level.title) for level in (levels.at_least, levels.at_most)},
        {str(step.id): step for step in (steps.at_least, steps.at_most) if step is not None},
    )
    return outcome_text(result_outcome(result), names)


def result_outcome(result: Result) -> Outcome:
    """What a result comes to, by ids."""
    levels, steps = result.levels, result.first_steps
    least, most = ("" if step is None else str(step.id) for step in (steps.at_least, steps.at_most))
    return Outcome(
        result.suggestion, (str(levels.at_least.id), str(levels.at_most.id)), (least, most), result.danger_open
    )


def plural(number: int, noun: str) -> str:
    """A number with its noun: "1 error", "2 errors"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def paragraphs(text: str) -> str:
    """A text filled to the width of a screen. Blank lines part paragraphs; a line that starts with `- ` is an item."""
    parts: list[list[str]] = []
    for line in text.split("\n") if text else ():
        if not parts or not line.strip() or not parts[-1][-1].strip() or line.startswith("- "):
            parts.append([line])
        else:
            parts[-1].append(line)
    return "\n".join(_filled(part, "  " if part.startswith("- ") else "") for part in map(" ".join, parts))


def item_text(text: str, mark: str = "- ") -> str:
    """A text as a list item, filled to the width of a screen."""
    return _filled(text, " " * (2 + len(mark)), f"  {mark}")


def _filled(text: str, rest: str, first: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=first, subsequent_indent=rest)


def filled_whole(text: str, width: int = WIDTH, first: str = "", rest: str = "") -> str:
    """A text, made safe to show, filled to a width; no id, code or option is broken at its hyphen.

    `first` stands before its first line, `rest` before the others.
    """
    return textwrap.fill(sanitize(text), width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False)


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
