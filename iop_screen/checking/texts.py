"""Texts: a caller can follow them, they name their sources, and a screen shows them as written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding, warning_finding
from iop_screen.checking.words import word_lists
from iop_screen.core.problems import or_list
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.scalars import Text, fold
from iop_screen.questionnaire.shared_text_checks import odd_character, stale_contact

MAX_OPTIONS = 9
"""One digit each on a keyboard, and about as many as a listener can remember."""

LONGEST_BY_WHEN = 30
"""By when a first step has to happen stands in the headline of a result, before the level."""

SHORTEST_GRADED = 8
"""Texts with fewer words are not graded: the formula was made for prose and says nothing about a label."""

LOOK_ALIKES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-") | dict.fromkeys("\u2018\u2019\u02bc", "'")
)
"""Hyphens and apostrophes that look the same, and the one that stands for them in a search."""


@dataclass(frozen=True, slots=True)
class NamedText:
    """A text of the questionnaire that people read, its name in messages, and whether it is prose."""

    text: Text
    name: str
    prose: bool = True


def texts_are_plain(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text is above the reading grade that the file sets itself."""
    review = analysis.questionnaire.review
    if review is None or review.grade is None:
        return
    for named in named_texts(analysis.questionnaire):
        for paragraph in named.text.split("\n\n") if named.prose else ():
            grade = reading_grade(paragraph)
            if len(paragraph.split()) >= SHORTEST_GRADED and grade > review.grade:
                yield warning_finding(
                    "hard-to-read",
                    f"{named.name} reads at grade {grade:.1f}; the file asks for {review.grade} at most",
                    named.text.span,
                    "use shorter sentences and shorter words",
                )


def words_are_fit(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text holds a word that the file lists as not to be used."""
    review = analysis.questionnaire.review
    for word in {fold(word): word for word in (review.avoid if review else ())}.values():
        pattern = re.compile(rf"(?<!\w){re.escape(_searchable(word))}(?!\w)")
        for named in named_texts(analysis.questionnaire):
            if pattern.search(_searchable(named.text)):
                yield warning_finding(
                    "word-to-avoid",
                    f"{named.name} says `{word}`, which the file lists as not to be used",
                    named.text.span,
                    "say it in another way",
                )


def texts_show_as_written(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Every character of every text is one that any terminal shows as it is; a name or label stands on one line."""
    for named in named_texts(analysis.questionnaire):
        problem = odd_character(named.text, named.name, prose=named.prose)
        if problem is not None:
            yield Finding(problem)


def texts_are_finished(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No text is a reminder of its author that it is still to be written."""
    for named in named_texts(analysis.questionnaire):
        mark = _author_mark(named.text)
        if mark is not None:
            yield warning_finding(
                "unfinished-text",
                f"{named.name} is not finished: it says `{mark.group().strip()}`",
                named.text.span,
                "write what is to stand here",
            )


def _author_mark(text: str) -> re.Match[str] | None:
    """A mark such as TODO: in capitals anywhere in the text, in small letters if it is all of the text."""
    known = word_lists().unfinished
    in_capitals = (mark for mark in re.finditer(rf"\b{known}\b", text, re.IGNORECASE) if mark.group().isupper())
    return next(in_capitals, None) or re.fullmatch(rf"{known}|xxx+|\?+|\.{{2,}}", text, re.IGNORECASE)


def reasons_are_given(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Each question has a `why` and a `source`, and each rule a `source`."""
    questionnaire = analysis.questionnaire
    for question in questionnaire.questions():
        for key in ("why", "source"):
            if getattr(question, key) is None:
                yield warning_finding(
                    f"no-{key}",
                    f"`{question.id}` has no `{key}`",
                    question.id.span,
                    f"add `{key}:`; a caller, and whoever signs, may ask",
                )
    for rule in questionnaire.rules:
        if rule.source is None:
            yield warning_finding(
                "no-source",
                f"the rule `{rule.id}` has no `source`",
                rule.id.span,
                "say what it rests on, or that it is a judgement",
            )


def callers_are_asked_alike(analysis: Analysis) -> Iterator[CheckVerdict]:
    """If any question is worded for callers who ask for themselves, all are."""
    questions = analysis.questionnaire.questions()
    without = [question.id for question in questions if question.ask_self is None]
    if without and len(without) < len(questions):
        yield warning_finding(
            "no-ask-self",
            f"other questions have `ask_self`, but not {or_list(without)}",
            without[0].span,
            "add `ask_self:` to each, so that a caller hears `you` in all of them",
        )


def first_steps_say_by_when(analysis: Analysis) -> Iterator[CheckVerdict]:
    """If any first step says by when, all do; and each says it in a few words."""
    first_steps = analysis.questionnaire.first_steps
    without = [step.id for step in first_steps if step.when is None]
    if without and len(without) < len(first_steps):
        yield warning_finding(
            "no-by-when",
            f"other first steps have `when`, but not {or_list(without)}",
            without[0].span,
            "add `when:`, so that a result says by when",
        )
    for step in first_steps:
        if step.when is not None and len(step.when) > LONGEST_BY_WHEN:
            yield warning_finding(
                "long-by-when",
                f"`when` of `{step.id}` has {len(step.when)} characters; a headline has room for {LONGEST_BY_WHEN}",
                step.when.span,
                "use a few words, such as `today`; `means` has room for more",
            )


def lists_are_short(analysis: Analysis) -> Iterator[CheckVerdict]:
    """No question has more options than a listener can remember."""
    for question in analysis.questionnaire.questions():
        if (count := len(question.options_listed)) > MAX_OPTIONS:
            yield warning_finding(
                "many-options",
                f"`{question.id}` has {count} options; more than {MAX_OPTIONS} are hard to keep in mind",
                question.id.span,
                "join some of them, or ask two questions",
            )


def contacts_are_fresh(analysis: Analysis) -> Iterator[CheckVerdict]:
    """Each contact was checked within a year."""
    for contact in analysis.questionnaire.contacts:
        problem = stale_contact(contact, analysis.today)
        if problem is not None:
            yield Finding(problem)


def named_texts(questionnaire: Questionnaire) -> Iterator[NamedText]:
    """Every text that people read, in file order within each kind."""
    yield NamedText(questionnaire.title, "the title", prose=False)
    yield NamedText(questionnaire.intended_use, "`intended_use`")
    yield NamedText(questionnaire.disclaimer, "the disclaimer")
    for contact in questionnaire.contacts:
        yield NamedText(contact.name, f"the name of `{contact.id}`", prose=False)
        yield NamedText(contact.reach, f"`reach` of `{contact.id}`", prose=False)
    yield from (NamedText(line, "a line of `site_lines`") for line in questionnaire.site_lines)
    yield from _optional(questionnaire.handling, "`handling`")
    for step in questionnaire.steps():
        yield NamedText(step.title, f"the title of `{step.id}`", prose=False)
        yield from _optional(step.means, f"`means` of `{step.id}`")
        yield from (NamedText(text, f"`next_steps` of `{step.id}`") for text in step.next_steps)
    for step in questionnaire.first_steps:
        yield from _optional(step.when, f"`when` of `{step.id}`", prose=False)
    for level in questionnaire.levels:
        yield from (NamedText(text, f"`expect` of `{level.id}`") for text in level.expect)
    yield from (NamedText(part.title, f"the title of `{part.id}`", prose=False) for part in questionnaire.sections)
    for question in questionnaire.questions():
        yield NamedText(question.ask, f"`ask` of `{question.id}`")
        yield from _optional(question.ask_self, f"`ask_self` of `{question.id}`")
        yield from _optional(question.help, f"`help` of `{question.id}`")
        yield from _optional(question.why, f"`why` of `{question.id}`")
        yield from _optional(question.source, f"`source` of `{question.id}`", prose=False)
        yield from (
            NamedText(option.label, f"the label of `{option.id}` of `{question.id}`", prose=False)
            for option in question.options_listed
        )
        yield from (
            NamedText(waiver.because, f"`because` of `{waiver.check}` of `{question.id}`")
            for waiver in question.accepted
        )
    for score in questionnaire.scores:
        yield NamedText(score.title, f"the title of `{score.id}`", prose=False)
        yield from _optional(score.source, f"`source` of `{score.id}`", prose=False)
        yield from (
            NamedText(band.title, f"the title of `{band.id}` of `{score.id}`", prose=False) for band in score.bands
        )
    for rule in questionnaire.rules:
        yield NamedText(rule.because, f"`because` of `{rule.id}`")
        yield from _optional(rule.source, f"`source` of `{rule.id}`", prose=False)
    yield from (NamedText(note.say, f"`say` of `{note.id}`") for note in questionnaire.notes)
    for page in questionnaire.guide:
        yield NamedText(page.title, f"the title of the guide page `{page.title}`", prose=False)
        yield NamedText(page.body, f"the guide page `{page.title}`")


def _optional(text: Text | None, name: str, *, prose: bool = True) -> Iterator[NamedText]:
    if text is not None:
        yield NamedText(text, name, prose)


def _searchable(text: str) -> str:
    """A text in which words are looked for: case, line breaks and kinds of hyphens and apostrophes are made one."""
    return " ".join(fold(text).translate(LOOK_ALIKES).split())


WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
SENTENCE_END = re.compile(r"[.!?:]+(?=\s|$)|\n\s*-|\n\n")


def reading_grade(text: str) -> float:
    """The Flesch-Kincaid grade of a text: about how many years of school it asks for; 0 for one without words.

    Source: Kincaid and others 1975 (US Navy, Research Branch Report 8-75). Syllables are counted as groups of vowels,
    less a silent `e` at the end: rough for one word, fair for a paragraph of English.
    """
    words = WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, sum(bool(WORD.search(part)) for part in SENTENCE_END.split(text)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return max(0.0, 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59)


def _syllables(word: str) -> int:
    lists = word_lists()
    if not re.search(f"{lists.spoken_endings}$", word):
        word = re.sub(f"{lists.silent_endings}$", "", word)
    return max(1, len(re.findall(f"{lists.vowels}+", word)))
