"""Wording: texts that a caller can follow, that name their source, and that a screen shows as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from iop_screen.checking.analysis import Analysis, CheckVerdict, warning_finding
from iop_screen.checking.readability import reading_grade
from iop_screen.checking.words import words
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.scalars import Text, fold

MAX_OPTIONS = 9
"""One digit each on a keyboard, and about what a listener can keep in mind."""

STALE_AFTER = timedelta(days=365)
SHORTEST_GRADED = 8
"""Shorter texts, counted in words, are not graded: a formula made for prose says nothing about a label."""

PLAIN = re.compile(r"[ -~\u00a1-\u024f\u2010-\u2027\u20ac]*")
"""Characters that every terminal in use shows as one place each: ASCII, Latin letters, common punctuation."""

ALIKE = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc", "'")
)
"""Marks that a reader does not tell apart."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A text for people, what it is called, and whether it is prose."""

    text: Text
    name: str
    prose: bool = True


def texts_are_plain(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text is above the reading grade that the file sets itself."""
    review = analysis.questionnaire.review
    if review is None or review.grade is None:
        return
    for piece in pieces(analysis.questionnaire):
        for paragraph in piece.text.split("\n\n") if piece.prose else ():
            grade = reading_grade(paragraph)
            if len(paragraph.split()) >= SHORTEST_GRADED and grade > review.grade:
                message = f"{piece.name} reads at grade {grade:.1f}; the file asks for {review.grade} at most"
                yield warning_finding(
                    "hard-to-read", message, piece.text.span, "use shorter sentences and shorter words"
                )


def words_are_fit(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text holds a word that the file lists as not to be used."""
    review = analysis.questionnaire.review
    for word in {fold(word): word for word in (review.avoid if review else ())}.values():
        pattern = re.compile(rf"(?<!\w){re.escape(_as_read(word))}(?!\w)")
        for piece in pieces(analysis.questionnaire):
            if pattern.search(_as_read(piece.text)):
                message = f"{piece.name} says `{word}`, which the file lists as not to be used"
                yield warning_finding("word-to-avoid", message, piece.text.span, "say it in another way")


def texts_show_as_written(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Every character of every text is one that any terminal shows as it is; a name or label stands on one line."""
    for piece in pieces(analysis.questionnaire):
        text = piece.text.replace("\n", " ")
        odd = next((character for character in text if not PLAIN.fullmatch(character)), None)
        if odd is not None:
            message = f"{piece.name} holds U+{ord(odd):04X}, which not every terminal shows as written"
            yield warning_finding("odd-character", message, piece.text.span, "write it with plain letters and marks")
        elif "\n" in piece.text and not piece.prose:
            message = f"{piece.name} holds a line break, which is not shown as written"
            yield warning_finding("odd-character", message, piece.text.span, "write it on one line, or after `>-`")


def texts_are_finished(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text is a note of its author that it is still to be written."""
    for piece in pieces(analysis.questionnaire):
        mark = _author_mark(piece.text)
        if mark is not None:
            message = f"{piece.name} is not finished: it says `{mark.group().strip()}`"
            yield warning_finding("unfinished-text", message, piece.text.span, "write what is to stand here")


def _author_mark(text: str) -> re.Match[str] | None:
    """What an author leaves where a text is still to be written: in capitals anywhere, in small letters alone."""
    known = words().unfinished
    found = re.finditer(rf"\b{known}\b", text, re.IGNORECASE)
    in_capitals = (mark for mark in found if mark.group().isupper())
    return next(in_capitals, None) or re.fullmatch(rf"{known}|xxx+|\?+|\.{{2,}}", text, re.IGNORECASE)


def reasons_are_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Each question says why it is asked and on what that rests; each rule says on what it rests."""
    questionnaire = analysis.questionnaire
    for question in questionnaire.questions():
        for key in ("why", "source"):
            if getattr(question, key) is None:
                message = f"`{question.id}` has no `{key}`"
                yield warning_finding(
                    f"no-{key}", message, question.id.span, f"add `{key}:`; a caller, and whoever signs, may ask"
                )
    for rule in questionnaire.rules:
        if rule.source is None:
            message = f"the rule `{rule.id}` has no `source`"
            yield warning_finding("no-source", message, rule.id.span, "say what it rests on, or that it is a judgement")


def lists_are_short(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No question has more options than a listener can hold."""
    for question in analysis.questionnaire.questions():
        count = len(question.options_listed)
        if count > MAX_OPTIONS:
            message = f"`{question.id}` has {count} options; more than {MAX_OPTIONS} are hard to keep in mind"
            yield warning_finding("many-options", message, question.id.span, "join some of them, or ask two questions")


def contacts_are_fresh(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Somebody has made sure within a year that each contact works."""
    for contact in analysis.questionnaire.contacts:
        checked = contact.checked_on
        hint = "call it, and write the day into `checked_on`"
        if checked is None:
            message = f"the contact `{contact.id}` does not say when it was last checked"
            yield warning_finding("stale-contact", message, contact.id.span, hint)
        elif checked > analysis.today:
            message = f"the contact `{contact.id}` was checked on a day yet to come"
            yield warning_finding("stale-contact", message, checked.span, hint)
        elif analysis.today - checked > STALE_AFTER:
            message = f"the contact `{contact.id}` was last checked more than a year ago"
            yield warning_finding("stale-contact", message, checked.span, hint)


def pieces(questionnaire: Questionnaire) -> Iterator[Piece]:
    """Every text for people, in file order as far as it matters for a message."""
    yield Piece(questionnaire.title, "the title", prose=False)
    yield Piece(questionnaire.intended_use, "`intended_use`")
    yield Piece(questionnaire.disclaimer, "the disclaimer")
    for contact in questionnaire.contacts:
        yield Piece(contact.name, f"the name of `{contact.id}`", prose=False)
        yield Piece(contact.reach, f"`reach` of `{contact.id}`", prose=False)
    yield from (Piece(line, "a line of `site_lines`") for line in questionnaire.site_lines)
    yield from _optional(questionnaire.handling, "`handling`")
    for step in questionnaire.steps():
        yield Piece(step.title, f"the title of `{step.id}`", prose=False)
        yield from _optional(step.means, f"`means` of `{step.id}`")
        yield from (Piece(text, f"`next_steps` of `{step.id}`") for text in step.next_steps)
    for level in questionnaire.levels:
        yield from (Piece(text, f"`expect` of `{level.id}`") for text in level.expect)
    for section in questionnaire.sections:
        yield Piece(section.title, f"the title of `{section.id}`", prose=False)
    for question in questionnaire.questions():
        yield Piece(question.ask, f"`ask` of `{question.id}`")
        yield from _optional(question.help, f"`help` of `{question.id}`")
        yield from _optional(question.why, f"`why` of `{question.id}`")
        yield from _optional(question.source, f"`source` of `{question.id}`", prose=False)
        for option in question.options_listed:
            yield Piece(option.label, f"the label of `{option.id}` of `{question.id}`", prose=False)
        for entry in question.accepted:
            yield Piece(entry.because, f"`because` of `{entry.check}` of `{question.id}`")
    yield from (Piece(score.title, f"the title of `{score.id}`", prose=False) for score in questionnaire.scores)
    for rule in questionnaire.rules:
        yield Piece(rule.because, f"`because` of `{rule.id}`")
        yield from _optional(rule.source, f"`source` of `{rule.id}`", prose=False)
    yield from (Piece(note.say, f"`say` of `{note.id}`") for note in questionnaire.notes)
    for page in questionnaire.guide:
        yield Piece(page.title, f"the title of the guide page `{page.title}`", prose=False)
        yield Piece(page.body, f"the guide page `{page.title}`")


def _optional(text: Text | None, name: str, *, prose: bool = True) -> Iterator[Piece]:
    if text is not None:
        yield Piece(text, name, prose)


def _as_read(text: str) -> str:
    """A text as words are looked for in it: case, line breaks and kinds of hyphens and apostrophes do not count."""
    return " ".join(fold(text).translate(ALIKE).split())
