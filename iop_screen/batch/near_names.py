"""Names of columns that are not the id of a question, but most likely mean one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.scalars import fold

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
"""Characters that show nothing; programs leave them around names."""

LONGEST_NAME = 2_000
MOST_PARTS = 12

TAG = re.compile(r"<[^<>]{0,200}>")
_NUMBER = re.compile(r"(?:q(?:uestion)?\s?)?\d{1,4}[a-z]?(?:\s?[.:)_-]\s?|\s)")
_GROUP_END = re.compile(r"[/.:-]")
_OPTION_START = re.compile(r"_{2,4}|[/.:\[(-]")


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The question that a column most likely means, and why, in words that follow "it has".

    `option` is set if the column stands for one option of the question.
    """

    question: str
    why: str
    option: str | None = None


def clean_name(name: str) -> str:
    """The name of a column without what stands around it unseen: blanks of any kind, zero-width characters, a BOM."""
    before = None
    while before != name:
        before, name = name, name.strip().strip(INVISIBLE)
    return unicodedata.normalize("NFC", name)


def respelled_name(name: str) -> str:
    """A cleaned name without the case of its letters, and without the `*` or `:` that forms put behind a name."""
    return clean_name(name).rstrip("*: \u00a0\t").casefold()


def likely_question(name: str, compiled: CompiledQuestionnaire) -> NearMiss | None:
    """The question that a column most likely means, by its name alone; None if no name of a question is near."""
    return _near_names(compiled).find(name)


class NearNames:
    """All names by which the questions of a questionnaire may be found in a header."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self._ids: dict[str, str] = {}
        self._texts: dict[str, str] = {}
        self._options: dict[str, dict[str, str]] = {}
        for question in compiled.questions:
            name = str(question.id)
            self._ids.setdefault(_letters(name), name)
            for text in filter(None, (question.ask, question.ask_self)):
                self._texts.setdefault(_letters(text), name)
            options = [(str(option.id), str(option.label)) for option in question.options_listed]
            self._options[name] = {_letters(word): option for option, label in options for word in (option, label)}
        self._sections = {_letters(section.id): section for section in compiled.questionnaire.sections}
        self._sections_of = {
            str(question.id): _letters(section.id)
            for section in compiled.questionnaire.sections
            for question in section.questions
        }

    def find(self, name: str) -> NearMiss | None:
        """The question that a column most likely means."""
        plain = fold(_without_markup(clean_name(name)[:LONGEST_NAME]))
        if not plain:
            return None
        for written, numbered in ((plain, ""), (_NUMBER.sub("", plain, count=1), "a number before ")):
            if numbered and (written == plain or not _NUMBER.match(plain)):
                continue
            letters = _letters(written)
            if letters in self._ids:
                return NearMiss(self._ids[letters], f"{numbered}its id" if numbered else "its id with other marks")
            if letters in self._texts:
                return NearMiss(self._texts[letters], f"{numbered}its text")
        return self._behind_a_group(plain) or self._of_an_option(plain)

    def _behind_a_group(self, plain: str) -> NearMiss | None:
        """The question of which the id or the text stands behind the name of a group."""
        for place in _places(_GROUP_END, plain):
            letters = _letters(plain[place.end() :])
            found = self._ids.get(letters) or self._texts.get(letters)
            if found and place.start():
                return NearMiss(found, "its id behind a group" if letters in self._ids else "its text behind a group")
        for place in _places(re.compile("_"), plain):
            found = self._ids.get(_letters(plain[place.end() :]))
            if found and self._sections_of[found] == _letters(plain[: place.start()]):
                return NearMiss(found, "its id behind a group")
        return None

    def _of_an_option(self, plain: str) -> NearMiss | None:
        """The question of which the id or the text stands before one of its options, as in `concerns/eating`.

        A group may stand before it, as in `about/concerns/eating`.
        """
        for place in _places(_OPTION_START, plain):
            before = plain[: place.start()]
            letters, grouped = _letters(before), self._behind_a_group(before)
            found = self._ids.get(letters) or self._texts.get(letters) or (grouped and grouped.question)
            option = self._options[found].get(_letters(_choice(plain[place.end() :]))) if found else None
            if found and option:
                return NearMiss(found, "its id or text with one of its options", option)
        return None


@lru_cache(maxsize=4)
def _near_names(compiled: CompiledQuestionnaire) -> NearNames:
    return NearNames(compiled)


def _without_markup(text: str) -> str:
    """A text without the tags of HTML, and with its named characters as themselves."""
    text = TAG.sub(" ", text)
    if "&" not in text:
        return text
    import html  # noqa: PLC0415 - slow to import, and few headers need it

    return html.unescape(text)


def _letters(text: str) -> str:
    """The letters and digits of a text, folded."""
    return "".join(filter(str.isalnum, fold(text)))


def _choice(text: str) -> str:
    """What stands behind `choice=`, which REDCap writes before an option."""
    return text.removeprefix("choice=")


def _places(mark: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    for count, place in enumerate(mark.finditer(text)):
        if count == MOST_PARTS:
            return
        yield place
