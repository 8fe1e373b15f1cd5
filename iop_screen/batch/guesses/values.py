"""What the values of a column most likely mean, for a person to confirm."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from iop_screen.batch.cells import Cell, likely_missing
from iop_screen.batch.guesses.ages import NumberRange, likely_ranges, ranged
from iop_screen.batch.guesses.texts import plain
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason, UsableAnswer, chosen
from iop_screen.questionnaire.scalars import fold
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.yes_no import YesNoQuestion

WHOLE = re.compile(r"\s*([+-]?\d{1,9})(?:\.0+)?\s*", re.ASCII)
_LIST = re.compile(r"[,;|\s]+")
_NUMBERED = re.compile(r"^\W*\d{1,3}\W+(?=\w)", re.ASCII)
YES_NO_WORDS = {
    **dict.fromkeys(("yes", "y", "true", "t", "x", "checked", "on", "si", "s\u00ed"), "yes"),
    **dict.fromkeys(("no", "n", "false", "f", "unchecked", "off"), "no"),
}
"""Words that stand for yes and no in a question that is answered so."""


class Doubt(Enum):
    """What a person has to look at most closely before a guess is confirmed; the words go into the mapping."""

    NONE = ""
    IN_ORDER = "LOOK CLOSELY: these numbers are taken for the answers in order. Compare them with the code book."
    AS_OTHERS = (
        "LOOK CLOSELY: other columns have codes in this order. Here each number could also be the id of an answer."
    )
    ZERO_ONE = "LOOK CLOSELY: 1 is taken for yes, 0 for no. In some exports 1 is no. Look it up in the code book."
    LABELS = "The file itself shows these words for its codes. Compare them with the form."
    AGES = "LOOK CLOSELY: these numbers are taken for years of age."


@dataclass(frozen=True, slots=True)
class ValueGuess:
    """What the cells of a column most likely mean beyond what can be read already.

    `codes` are the texts that alone are read, with their options; else `labels` are further names of options. `unknown`
    are values that nobody can guess. With a `separator`, `lists` are the values that it parts, with the options that
    they name. `needs_ranges` says that the cells
    are numbers and the options no ranges.
    """

    codes: tuple[tuple[str, str], ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    missing: tuple[tuple[str, MissingReason], ...] = ()
    ranges: tuple[NumberRange, ...] = ()
    unknown: tuple[str, ...] = ()
    separator: str = ""
    lists: tuple[tuple[str, UsableAnswer], ...] = ()
    needs_ranges: bool = False
    doubt: Doubt = Doubt.NONE

    @property
    def says_something(self) -> bool:
        """Whether a mapping is needed for it."""
        return bool(self.codes or self.labels or self.missing or self.ranges or self.separator or self.unknown)

    def meaning(self, text: str) -> Answer | None:
        """What a value that cannot be read without it is taken to mean."""
        names = dict(self.missing) | {name: chosen(option) for name, option in (*self.codes, *self.labels)}
        by_key = {_key(name): answer for name, answer in names.items()}
        if (found := by_key.get(_key(text))) is not None or not text:
            return found
        number = whole_number(text)
        option = None if number is None else ranged(number, self.ranges)
        return chosen(option) if option is not None else dict(self.lists).get(text) or self._parted(text)

    def _parted(self, text: str) -> Answer | None:
        """What a list of codes is taken to mean."""
        names = {_key(code): option for code, option in self.codes}
        for split in (text.split(";"), _LIST.split(text)):  # a code of another system has a bar in it
            parts = {part.strip() for part in split if part.strip()}
            known = {names[_key(part)] for part in parts if _key(part) in names}
            if len(known) == len(parts) > 0:
                return Chosen(frozenset(known))
        return None


def whole_number(text: str) -> int | None:
    """The whole number that a cell holds, also if a spreadsheet wrote it as `1.0`."""
    match = WHOLE.fullmatch(text)
    return None if match is None else int(match[1])


def guess_values(question: Question, values: Iterable[str], read: Callable[[str], Cell]) -> ValueGuess:
    """What the different values of a column most likely mean; `read` reads what needs no guess."""
    filled = [value for value in values if value.strip()]
    unread = [value for value in filled if read(value).code]
    missing = [*_missing(question, unread)]
    reasons = dict(missing)
    left = [value for value in unread if value not in reasons]
    if not left or not question.answer_ids():
        return ValueGuess(missing=tuple(missing), unknown=tuple(left))
    guess = (
        _of_numbers(question, [value for value in filled if value not in reasons], left, read)
        or _of_parts(question, left)
        or _of_words(question, left)
    )
    return replace(guess, missing=tuple(missing))


def shifts_ids(question: Question, guess: ValueGuess) -> bool:
    """Whether the codes are ids of the question in another place, such as 1 to 4 for the ids 0 to 3."""
    return guess.doubt is Doubt.IN_ORDER and any(text in question.answer_ids() for text, _ in guess.codes)


def as_others(guess: ValueGuess, values: Iterable[str], others: ValueGuess | None) -> ValueGuess:
    """The guess for a column whose numbers are all ids, in a file where another column with such ids is shifted.

    `others` is the guess for that one. A column in which nobody gave the last answer looks as if it had ids.
    """
    filled = [value for value in values if value.strip()]
    codes = dict(others.codes) if others is not None and not guess.says_something else {}
    fits = bool(filled) and all(_key(value) in codes for value in filled)
    return replace(guess, codes=tuple(codes.items()), doubt=Doubt.AS_OTHERS) if fits else guess


def _missing(question: Question, unread: Sequence[str]) -> Iterator[tuple[str, MissingReason]]:
    """The values by which forms often say that there is no answer. Of ages, a number such as 77 is none of them."""
    ages = bool(likely_ranges(question)) and sum(1 for value in unread if whole_number(value) is not None) > 3
    for value in unread:
        reason, number = likely_missing(value), whole_number(value)
        if reason is not None and not (ages and number is not None and number >= 0):
            yield value, reason


def _of_numbers(
    question: Question, filled: Sequence[str], left: Sequence[str], read: Callable[[str], Cell]
) -> ValueGuess | None:
    """If numbers stand where options were wanted: codes in order, or ages."""
    numbers = {value: number for value in filled for number in [whole_number(value)] if number is not None}
    if question.allows_multiple:
        return _of_number_lists(question, left)
    if not any(value in numbers for value in left):
        return None
    options = _in_order(question, {*numbers.values()})
    are_all_numbers = all(value in numbers or read(value).code for value in filled)  # ranges read nothing else
    if options is None and are_all_numbers and (ranges := likely_ranges(question)):
        unknown = [value for value in left if value not in numbers or ranged(numbers[value], ranges) is None]
        return ValueGuess(ranges=ranges, unknown=tuple(unknown), doubt=Doubt.AGES)
    if options is None:
        return ValueGuess(unknown=tuple(left), needs_ranges=len(numbers) > len(question.answer_ids()) + 5)
    words = _of_words(question, [value for value in filled if value not in numbers])
    codes = {str(number): option for number, option in options.items()}
    codes |= dict(words.labels) | _read_names(question, filled, numbers, read)
    unknown = [value for value in numbers if numbers[value] not in options]
    doubt = Doubt.ZERO_ONE if isinstance(question, YesNoQuestion) else Doubt.IN_ORDER
    return ValueGuess(codes=tuple(codes.items()), unknown=(*unknown, *words.unknown), doubt=doubt)


def _read_names(
    question: Question, filled: Sequence[str], numbers: dict[str, int], read: Callable[[str], Cell]
) -> dict[str, str]:
    """The values that are read without a guess, which codes have to name as well."""
    answers = {value: read(value).answer for value in filled if value not in numbers}
    return {
        value: question.as_cell(answer)
        for value, answer in answers.items()
        if isinstance(answer, Chosen) and len(answer.options) == 1
    }


def _of_number_lists(question: Question, left: Sequence[str]) -> ValueGuess | None:
    """Cells of a question with several answers that hold their codes, such as `1,3`."""
    lists = [[whole_number(part) for part in _LIST.split(value.strip(" ,;|"))] for value in left]
    if any(None in each for each in lists):
        return None
    options = _in_order(question, {number for each in lists for number in each if number is not None})
    if options is None:
        return ValueGuess(unknown=tuple(left))
    return ValueGuess(codes=tuple((str(n), option) for n, option in options.items()), doubt=Doubt.IN_ORDER)


def _in_order(question: Question, numbers: set[int]) -> dict[int, str] | None:
    """The options by whole numbers in order, from 0 or from 1, if the numbers found tell which; else None."""
    ids = ("no", "yes") if isinstance(question, YesNoQuestion) else question.answer_ids()
    inside = {number for number in numbers if 0 <= number <= len(ids)}
    strange = len(numbers - inside)
    from_zero, from_one = 0 in inside, len(ids) in inside
    if from_zero == from_one or strange > 4 or (from_one and isinstance(question, YesNoQuestion)):
        return None
    return dict(enumerate(ids, start=int(from_one)))


def _of_parts(question: Question, left: Sequence[str]) -> ValueGuess | None:
    """If ids or labels stand in cells with blanks between them, as in some exports of several answers."""
    if not question.allows_multiple:
        return None
    read = question.cell_reader(separators=" ")
    answers = {value: read(value) for value in left}
    lists = {value: found for value, found in answers.items() if found is not None and question.misfit(found) is None}
    if not lists:
        return None
    words = _of_words(question, [value for value in left if value not in lists])
    return replace(words, separator=" ", lists=tuple(lists.items()))


def _of_words(question: Question, left: Sequence[str]) -> ValueGuess:
    """Labels written a little differently, and words for yes and no."""
    names = {plain(str(option.id)): str(option.id) for option in question.options_listed}
    names |= {plain(option.label): str(option.id) for option in question.options_listed}
    names |= YES_NO_WORDS if isinstance(question, YesNoQuestion) else {}
    ids = question.answer_ids()
    found = {value: option for value in left if (option := _named(value, names)) is not None and option in ids}
    return ValueGuess(labels=tuple(found.items()), unknown=tuple(value for value in left if value not in found))


def _named(value: str, names: dict[str, str]) -> str | None:
    return names.get(plain(value)) or names.get(plain(_NUMBERED.sub("", value)))


def _key(text: str) -> str:
    number = whole_number(text)
    return fold(text) if number is None else str(number)
