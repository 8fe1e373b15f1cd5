"""What the mapping of one question does to the cells of a record.

No answer is made of what is not there: columns without an answer leave the answer open unless no cell in them could
change it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import assert_never

from iop_screen.batch.cells import (
    CANNOT_BE_READ,
    Cell,
    CellReader,
    CellsReader,
    CellText,
    Missing,
    alone,
    answer_reader,
    cell_key,
    fitting,
    no_answer,
    read_unless_known,
    with_reasons,
    written_for_nothing,
)
from iop_screen.batch.mapping.model import (
    AnswerFrom,
    ColumnRef,
    Combination,
    FromAge,
    FromColumn,
    FromColumns,
    FromTicks,
    QuestionMapping,
    Range,
    TimeFormat,
)
from iop_screen.batch.mapping.texts import ListReader
from iop_screen.batch.mapping.times import OLDEST, full_years, read_time
from iop_screen.questionnaire.answers import (
    NOT_ASKED,
    OUT_OF_RANGE,
    Amount,
    Chosen,
    MissingReason,
    UsableAnswer,
    chosen,
)
from iop_screen.questionnaire.scalars import NUMBER
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.by_options import ByOptions

CONFLICT = "conflict"
"""The code of an answer in several columns that say different things."""

TICKED = frozenset({"x", "yes", "y", "true", "1", "checked"})
"""The texts of a cell that choose its option if a mapping names none; so do the id and the label of the option."""

UNTICKED = frozenset({"no", "n", "false", "0", "unchecked"})
"""The texts of a cell that do not choose its option if a mapping names none."""

ABSENT = Cell(MissingReason.MISSING)
"""The cell of a column that the file does not have. No mapping says what it means, as it may of a blank one."""

Texts = tuple[CellText, ...]


def column_refs(source: AnswerFrom) -> tuple[ColumnRef, ...]:
    """The columns that an answer is made of, in the order in which `cells_reader` takes their texts."""
    match source:
        case FromColumn(column):
            return (column,)
        case FromColumns(_, columns):
            return columns
        case FromTicks(columns):
            return tuple(column for _, column in columns)
        case FromAge(born, on):
            return born.column, on.column
        case _:
            assert_never(source)


def cells_reader(
    entry: QuestionMapping, question: Question, shared_missing: Missing, absent: Collection[int] = ()
) -> CellsReader:
    """A function that reads the texts of the columns of a question, in the order of `column_refs`, as one answer.

    `shared_missing` are the texts that are reasons for no answer to any question. An entry without a source reads the
    one column that was found for the question in another way. `absent` are the places of columns that the file does not
    have and that have no text; the answer is made of the others.
    """
    read = _cells_reader(entry, question, {**shared_missing, **entry.missing})
    return (lambda texts: read(_with_absent(texts, absent))) if absent else read


def _with_absent(texts: Texts, absent: Collection[int]) -> Texts:
    found = iter(texts)
    return tuple(ABSENT if place in absent else next(found) for place in range(len(texts) + len(absent)))


def _cells_reader(entry: QuestionMapping, question: Question, missing: Missing) -> CellsReader:
    match entry.source:
        case None | FromColumn():
            return alone(_one_cell(entry, question, missing))
        case FromColumns(kind):
            read, combine = _one_cell(entry, question, missing), _COMBINE[kind]
            return lambda texts: combine([read_unless_known(text, read) for text in texts], question)
        case FromTicks():
            return _ticks_reader(entry.source, question, missing)
        case FromAge():
            return _age_reader(entry.source, entry.ranges, question, missing)
        case _:
            assert_never(entry.source)


def known_texts(entry: QuestionMapping, question: Question) -> frozenset[str] | None:
    """The texts, as `cell_key` gives them, that this entry or the question says the meaning of.

    None if they cannot be listed, because a cell is a number, a date or free text. Texts that are reasons for no
    answer to any question are not among them. A cell of a question with several answers may list several texts.
    """
    known = answer_texts(entry, question)
    return known | {*entry.missing} if known else None


def answer_texts(entry: QuestionMapping, question: Question) -> frozenset[str]:
    """The texts of a cell that mean an option or that it is ticked; none where a cell is a number, a date or words."""
    match entry.source:
        case FromAge():
            return frozenset()
        case FromTicks(columns, _, unticked):
            return unticked.union(*(ticked_texts(entry.source, option, question) for option, _ in columns))
        case None | FromColumn() | FromColumns():
            return frozenset() if entry.ranges else frozenset(known_options(entry, question))
        case _:
            assert_never(entry.source)


def can_be_number(text: str, entry: QuestionMapping, question: Question) -> bool:
    """Whether a cell with this text can be an answer as the number that it is."""
    number = _number(text)
    if number is None or isinstance(entry.source, FromAge):
        return False
    if question.number_range is not None:
        return question.misfit(Amount(number)) is None
    return any(one.start <= number < one.below for one in entry.ranges)


def known_options(entry: QuestionMapping, question: Question) -> Mapping[str, frozenset[str]]:
    """The options that each text of a cell means, by its `cell_key`; nothing for a question without options."""
    if entry.codes is not None:
        return entry.codes
    further = {text: frozenset({option}) for text, option in entry.labels.items()}
    return {**own_texts(question), **further}


def own_texts(question: Question) -> dict[str, frozenset[str]]:
    """The texts that mean options without a mapping, by their `cell_key`: ids, labels, and words for yes and no.

    A key that two options have, as ids 1 and 01 would, means none of them.
    """
    words = question.cell_words() if isinstance(question, ByOptions) else {}
    labels = {str(option.label): str(option.id) for option in question.options_listed}
    ids = {option: option for option in question.answer_ids()}
    found: dict[str, set[str]] = {}
    for text, option in {**words, **labels, **ids}.items():
        found.setdefault(cell_key(text), set()).add(option)
    return {key: frozenset(options) for key, options in found.items() if len(options) == 1}


def ticked_texts(source: FromTicks, option: str, question: Question) -> frozenset[str]:
    """The texts of a cell that choose the option of its column."""
    if source.ticked is not None:
        return source.ticked
    return TICKED | {text for text, options in own_texts(question).items() if option in options}


def _one_cell(entry: QuestionMapping, question: Question, missing: Missing) -> CellReader:
    return with_reasons(
        _answer_reader(entry, question), missing, written_for_nothing(question, known_options(entry, question))
    )


def _answer_reader(entry: QuestionMapping, question: Question) -> CellReader:
    """Reads a cell that gives no reason for having no answer."""
    if entry.ranges:
        return lambda text: _number_cell(_number(text), entry.ranges, question)
    if entry.codes is None and not entry.labels and not entry.separator:
        return answer_reader(question)
    by_text = _options_reader(entry, question)
    otherwise = answer_reader(question) if entry.codes is None else lambda _: CANNOT_BE_READ
    return lambda text: otherwise(text) if (found := by_text(text)) is None else fitting(Chosen(found), question)


def _options_reader(entry: QuestionMapping, question: Question) -> Callable[[str], frozenset[str] | None]:
    known = known_options(entry, question)
    if question.allows_multiple:
        return ListReader(known, entry.separator).read
    return lambda text: known.get(cell_key(text))


def _number(text: str) -> Decimal | None:
    return Decimal(text.strip()) if NUMBER.fullmatch(text.strip()) else None


def _number_cell(number: Decimal | None, ranges: Sequence[Range], question: Question) -> Cell:
    """The answer that a number means: the option of its range; without ranges, itself."""
    if number is None:
        return CANNOT_BE_READ
    if not ranges:
        return fitting(Amount(number), question)
    meant = next((one.option for one in ranges if one.start <= number < one.below), None)
    return Cell(MissingReason.UNREADABLE, OUT_OF_RANGE) if meant is None else Cell(chosen(meant))


# ------------------------------------------------------------------ several columns


def _unanswered(cells: Sequence[Cell]) -> list[Cell]:
    """The cells without an answer, one that could not be read first, so that it is not taken for a blank."""
    return sorted((cell for cell in cells if isinstance(cell.answer, MissingReason)), key=lambda cell: not cell.code)


def _answers(cells: Sequence[Cell]) -> list[UsableAnswer]:
    return [cell.answer for cell in cells if not isinstance(cell.answer, MissingReason)]


def _first_code(cells: Sequence[Cell]) -> str:
    """The problem of a cell that could not be read, although the answer is certain without it."""
    return next((cell.code for cell in cells if cell.code), "")


def _any_of(cells: Sequence[Cell], question: Question) -> Cell:
    options = frozenset[str]().union(*(one.options for one in _answers(cells) if isinstance(one, Chosen)))
    if "yes" in options and not question.allows_multiple:
        options = frozenset({"yes"})
    open_cells, fitted = _unanswered(cells), fitting(Chosen(options), question)
    if open_cells and not (options and (fitted.code or _all_said(options, question))):
        return open_cells[0]
    return Cell(fitted.answer, fitted.code or _first_code(cells))


def _all_said(options: frozenset[str], question: Question) -> bool:
    """Whether no further answer in another column could add to these options."""
    if not question.allows_multiple:
        return "yes" in options
    return options >= {str(option.id) for option in question.options_listed if not option.exclusive}


def _worst_of(cells: Sequence[Cell], question: Question) -> Cell:
    open_cells, answers = _unanswered(cells), _answers(cells)
    if not answers:
        return open_cells[0]
    worst = answers[0]
    for answer in answers[1:]:
        worst = answer if question.is_no_worse(worst, answer) else worst
    as_bad = all(question.is_no_worse(possible, worst) for possible in question.fullest_answers(()))
    return open_cells[0] if open_cells and not as_bad else Cell(worst, _first_code(cells))


def _one_of(cells: Sequence[Cell], question: Question) -> Cell:  # noqa: ARG001 - it is called as the others are
    unreadable, answers = _first_code(cells), {*_answers(cells)}
    if unreadable:
        return Cell(MissingReason.UNREADABLE, unreadable)
    said = [cell for cell in cells if cell.answer not in NOT_ASKED]
    if len(answers) > 1 or (answers and _unanswered(said)):
        return Cell(MissingReason.UNREADABLE, CONFLICT)
    return (said or [*cells])[0]


_COMBINE: dict[Combination, Callable[[Sequence[Cell], Question], Cell]] = {
    "any_of": _any_of,
    "worst_of": _worst_of,
    "one_of": _one_of,
}


# ------------------------------------------------------------------ a column for each option


def _ticks_reader(source: FromTicks, question: Question, missing: Missing) -> CellsReader:
    ticks = [_tick_reader(source, option, question, missing) for option, _ in source.columns]
    none_ticked = source.none_ticked
    nothing = Cell(none_ticked) if isinstance(none_ticked, MissingReason) else fitting(chosen(none_ticked), question)

    def read(texts: Texts) -> Cell:
        cells = [tick(text) for text, tick in zip(texts, ticks, strict=True)]
        options = [option for cell, (option, _) in zip(cells, source.columns, strict=True) if cell is True]
        said = [cell for cell in cells if isinstance(cell, Cell)]
        if not said and None in cells and (False in cells or not options):
            said = [no_answer(missing.get("", MissingReason.MISSING))]
        if said:
            return _unanswered(said)[0]
        return fitting(chosen(*options), question) if options else nothing

    return read


def _tick_reader(
    source: FromTicks, option: str, question: Question, missing: Missing
) -> Callable[[CellText], bool | Cell | None]:
    """Whether a cell chooses its option, or why it does not say; None for a blank one and for one that is not there."""
    choosing = ticked_texts(source, option, question)

    def tick(text: str) -> bool | Cell:
        key = cell_key(text)
        return True if key in choosing else False if key in source.unticked else CANNOT_BE_READ

    read = with_reasons(tick, missing, frozenset())

    def read_tick(text: CellText) -> bool | Cell | None:
        if isinstance(text, Cell):
            return None if text is ABSENT else text
        if not text.strip():
            return False if "" in source.unticked else None
        return read(text)

    return read_tick


# ------------------------------------------------------------------ the age on the day of the form


def _age_reader(source: FromAge, ranges: Sequence[Range], question: Question, missing: Missing) -> CellsReader:
    dates = [_date_reader(source.born.format, missing), _date_reader(source.on.format, missing)]

    def read(texts: Texts) -> Cell:
        born, on = (read_unless_known(text, read_date) for text, read_date in zip(texts, dates, strict=True))
        if isinstance(born, Cell) or isinstance(on, Cell):
            return _unanswered([each for each in (born, on) if isinstance(each, Cell)])[0]
        age = full_years(born, on)
        if born > on or age >= OLDEST:
            return Cell(MissingReason.UNREADABLE, OUT_OF_RANGE)
        return _number_cell(Decimal(age), ranges, question)

    return read


def _date_reader(written: TimeFormat, missing: Missing) -> Callable[[str], date | Cell]:
    def read_date(text: str) -> date | Cell:
        read = read_time(text, written)
        return CANNOT_BE_READ if read is None else read.date()

    return with_reasons(read_date, missing, frozenset())
