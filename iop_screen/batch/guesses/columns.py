"""Which question a column of a form builder most likely answers, by its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from iop_screen.batch.guesses.texts import plain, squeezed
from iop_screen.batch.near_names import likely_question
from iop_screen.batch.second_header import RESPONSES
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.types import Question

ThingT = TypeVar("ThingT")

SHORTEST_START = 12
"""A column that has only the first words of a question has at least so many characters of it."""

MOST_COMPARED = 200
"""Names of at most so many columns are compared letter by letter."""

MOST_REMEMBERED = 40_000
"""Of so many names at most it is remembered what they are taken for."""

_PARTED = (
    re.compile(r"^(.*\S)?\s*\(choice=(.*)\)$", re.DOTALL),
    re.compile(r"^(.*\S)?\s*\[(.*)\]$", re.DOTALL),
    re.compile(r"^(.*\S) / (.*)$", re.DOTALL),
    re.compile(r"^(.*\S) - (.*)$", re.DOTALL),
    re.compile(r"^(.*\S)___(.*)$", re.DOTALL),
    re.compile(r"^(.*\S)[/.](.*)$", re.DOTALL),
)
"""How the name of a column holds the question and one option or row of a grid."""

_SELECTED = re.compile(r"\s+-\s+selected choice(?=\s+-\s|\s*$)", re.IGNORECASE)
"""What Qualtrics writes behind the text of a question some option of which has a text of its own."""
OWN_TEXT = "text"
"""What it writes behind the text of a question that is answered in words, and before that behind such an option."""

_GROUPED = re.compile(r"[/.-]")


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """A column, from 0, that most likely answers a question, or says whether one option of it was chosen; and why.

    `weak` says that its name may be somebody's answer as well, in a file without a header.
    """

    index: int
    question: str
    option: str | None
    why: str
    weak: bool = False


class KnownNames:
    """All names by which the columns of a questionnaire are known again."""

    def __init__(self, compiled: CompiledQuestionnaire) -> None:
        self._compiled = compiled
        self._seen: dict[str, ColumnGuess | None] = {}
        self._by_id = {squeezed(str(question.id)): question for question in compiled.questions}
        self._by_text = _unique(_texts(compiled.questions))
        self._by_start = _unique(_starts(compiled.questions))
        self._options = {str(question.id): _unique(_option_names(question)) for question in compiled.questions}
        options = (option for question in compiled.questions for option in question.options_listed)
        self.answers = {"yes", "no"} | {plain(word) for option in options for word in (str(option.id), option.label)}
        several = (question for question in compiled.questions if question.allows_multiple)
        self._by_label = _unique(
            (plain(option.label), (question, str(option.id)))
            for question in several
            for option in question.options_listed
        )

    def question(self, name: str) -> tuple[Question, str] | None:
        """The question that a name stands for, and why; None if it looks like none or like several."""
        words = plain(name)
        if not words:
            return None
        if (found := self._by_id.get(squeezed(name))) is not None:
            return found, "its name is the id, written another way"
        if (found := self._by_text.get(words)) is not None:
            return found, "its name is the text of the question"
        if (found := self._by_start.get(words)) is not None:
            return found, "its name is the first words of the question"
        return self._in_group(name)

    def by_text(self, text: str) -> str | None:
        """The id of the question that has this text, or begins so."""
        found = self._by_text.get(plain(text)) or self._by_start.get(plain(text))
        return None if found is None else str(found.id)

    def _in_group(self, name: str) -> tuple[Question, str] | None:
        last = _GROUPED.split(name.strip())[-1]
        found = self._by_id.get(squeezed(last)) if last != name.strip() else None
        return None if found is None or " " in name.strip() else (found, "its name is the id after that of a group")

    def guess(self, index: int, name: str) -> ColumnGuess | None:
        """What a column most likely is, by its name alone."""
        if name not in self._seen:
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            self._seen[name] = self._guess(0, _SELECTED.sub("", name))
        found = self._seen[name]
        return None if found is None else replace(found, index=index)

    def _guess(self, index: int, name: str) -> ColumnGuess | None:
        if option := self._option(index, name):
            return option
        if found := self.question(name):
            return ColumnGuess(index, str(found[0].id), None, found[1])
        return self._row_of_grid(index, name) or self._lone_label(index, name) or self._near_miss(index, name)

    def _near_miss(self, index: int, name: str) -> ColumnGuess | None:
        """What stops a run of scoring is always a guess here."""
        miss = likely_question(name, self._compiled)
        if miss is None:
            return None
        several = self._compiled.questions[self._compiled.index_of(miss.question)].allows_multiple
        return ColumnGuess(index, miss.question, miss.option if several else None, f"its name has {miss.why}")

    def _option(self, index: int, name: str) -> ColumnGuess | None:
        """A column for one option: the question and the option stand in its name."""
        if plain(name) in self._by_text:
            return None
        for before, after in _parts(name):
            found = self.question(before)
            if found is None:
                continue
            option = self._options[str(found[0].id)].get(plain(after))
            if option is not None and found[0].allows_multiple:
                return ColumnGuess(index, str(found[0].id), option, "its name is the question and one of its answers")
            if plain(after) in RESPONSES or (plain(after) == OWN_TEXT and not found[0].answer_ids()):
                return ColumnGuess(index, str(found[0].id), None, found[1])
        return None

    def _row_of_grid(self, index: int, name: str) -> ColumnGuess | None:
        """A row of a grid: the text of the question stands last."""
        for _, after in _parts(name):
            found = self._by_text.get(plain(after))
            if found is not None:
                return ColumnGuess(index, str(found.id), None, "its name ends in the text of the question")
        return None

    def _lone_label(self, index: int, name: str) -> ColumnGuess | None:
        if (found := self._by_label.get(plain(name))) is None:
            return None
        question, option = found
        return ColumnGuess(
            index, str(question.id), option, "its name is one of the answers of this question alone", weak=True
        )

    def misspelled(self, names: Sequence[str], missing: Iterable[str]) -> Iterator[ColumnGuess]:
        """Columns whose name is that of a question without a column, but for a letter or two."""
        ids = {squeezed(each): each for each in missing}
        for index, name in enumerate(names[:MOST_COMPARED]):
            close = get_close_matches(squeezed(name), ids, 2, 0.85) if len(name) < 80 else []
            if len(close) == 1:
                yield ColumnGuess(index, ids[close[0]], None, "its name is nearly the id", weak=True)


def guess_columns(names: Sequence[str], columns: KnownNames, taken: Iterable[str]) -> tuple[ColumnGuess, ...]:
    """What each column of a header most likely is. `taken` are the questions that have a column for certain.

    If two columns look like the same answer of a question, none of that question is guessed.
    """
    guesses = [guess for index, name in enumerate(names) if (guess := columns.guess(index, name)) is not None]
    whole = {guess.question for guess in guesses if guess.option is None}
    times = Counter((guess.question, guess.option) for guess in guesses if guess.option is not None)
    left_out = {*taken, *(question for (question, _), count in times.items() if count > 1 and question not in whole)}
    return tuple(
        guess
        for guess in guesses
        if guess.question not in left_out and (guess.option is None or guess.question not in whole)
    )


def guess_by_titles(titles: Mapping[int, str], known: KnownNames, taken: Iterable[str]) -> Iterator[ColumnGuess]:
    """The columns that the file itself calls by the text of a question, if no other column is called so.

    `taken` are the questions that have a column.
    """
    found = {index: question for index, title in titles.items() if (question := known.by_text(title)) is not None}
    times = Counter(found.values())
    for index, question in found.items():
        if times[question] == 1 and question not in {*taken}:
            yield ColumnGuess(index, question, None, "the file calls it by the text of the question")


def _parts(name: str) -> Iterator[tuple[str, str]]:
    for pattern in _PARTED:
        if (match := pattern.match(name.strip())) is not None:
            yield match[1] or "", match[2]


def _texts(questions: Iterable[Question]) -> Iterator[tuple[str, Question]]:
    for question in questions:
        for text in {question.ask, question.ask_self or question.ask}:
            yield plain(text), question


def _starts(questions: Iterable[Question]) -> Iterator[tuple[str, Question]]:
    """The first sentences of each question: forms often leave out the examples."""
    for question in questions:
        for text in {question.ask, question.ask_self or question.ask}:
            ends = [match.end() for match in re.finditer(r"[?.](?=\s)", text)]
            for start in {plain(text[:end]) for end in ends}:
                if len(start) >= SHORTEST_START:
                    yield start, question


def _option_names(question: Question) -> Iterator[tuple[str, str]]:
    for option in question.options_listed:
        for name in {plain(str(option.id)), plain(option.label)}:
            yield name, str(option.id)


def _unique(pairs: Iterable[tuple[str, ThingT]]) -> dict[str, ThingT]:
    """A dictionary of those names that stand for one thing only."""
    found: dict[str, ThingT] = {}
    several = set()
    for name, thing in pairs:
        if found.setdefault(name, thing) != thing:
            several.add(name)
    return {name: thing for name, thing in found.items() if name not in several}
