"""The distinct texts of the columns of a frame, read by our own readers: what each of them means.

An engine finds the distinct texts, and afterwards gives each row the place of its text among them. Place 0 is a text
that was not among them, as in rows that came later: it cannot be read, and so is never a "no". In a question that takes
any words it is words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from iop_screen.batch.answer_columns import ANY_WORDS, AnswersReader, Meaning, QuestionCells
from iop_screen.batch.code_check import FEWEST_FILLED, CodeCheck
from iop_screen.batch.form_stamp import MadeFrom
from iop_screen.batch.frames.problems import FRAME, FrameError
from iop_screen.batch.header import MatchedColumns
from iop_screen.batch.record_choice import SCORED, Choice, choice_by_form, choice_by_status, strictest
from iop_screen.batch.sources.rejects_source import UNREADABLE_MARK
from iop_screen.batch.sql.numbered_answers import in_order
from iop_screen.questionnaire.answers import UNREADABLE, MissingReason

BETWEEN = "\x1f"
"""What stands between the cells of several columns in one text. Of several, one that has it cannot be read."""

Text = str | None
"""A text as an engine has it. NULL means the same as an empty text, and has a place of its own."""

NOT_READ = Meaning(MissingReason.UNREADABLE, UNREADABLE)
NO_WORDS = Meaning(ANY_WORDS)


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """The texts of a question, from place 1 on, and what the places mean, from place 0 on.

    What place 0 means, a text that is not among them, means no other: such texts are not listed.
    """

    texts: tuple[Text, ...]
    meanings: tuple[Meaning, ...]


@dataclass(frozen=True, slots=True)
class ReadChoices:
    """The texts of the columns that decide what becomes of a row, from place 1 on, and what does, from place 0 on.

    `other_version` are the places of rows that say that their form was made from another version.
    """

    texts: tuple[Text, ...]
    choices: tuple[Choice, ...]
    other_version: tuple[int, ...]


class FrameReader:
    """Reads the texts of a frame whose columns were matched; `names` are those of all its columns."""

    def __init__(self, columns: MatchedColumns, names: Sequence[str]) -> None:
        self._columns = columns
        self._reader = AnswersReader(columns.answers)
        self._check = CodeCheck(self._reader, names)

    def indexes(self, question: int) -> tuple[int, ...]:
        """The columns of a question, from 0."""
        return self._reader.columns[question].indexes

    def read(self, question: int, texts: Iterable[Text]) -> ReadTexts:
        """Read the distinct texts of a question. Those of several columns have BETWEEN between them."""
        cells = self._reader.questions[question]
        if not cells.columns.indexes:
            return ReadTexts((), (cells.meanings[cells.code_of(())],))
        found = [(text, _meaning(cells, text or "")) for text in _known(texts)]
        other = NO_WORDS if cells.columns.question.is_free_text else NOT_READ
        listed = [
            (text, meaning) for text, meaning in found if meaning.code != other.code or meaning.answer != other.answer
        ]
        order = in_order([meaning for _, meaning in listed], cells.columns.question)
        ordered = [listed[place] for place in order]
        return ReadTexts(
            tuple(text for text, _ in ordered),
            (other, *(Meaning(meaning.answer, meaning.code) for _, meaning in ordered)),
        )

    def check_codes(self) -> None:
        """FrameError if a whole number that was read is no code: then no answer of its column can be trusted."""
        problems = self._check.problems(FRAME)
        if problems:
            raise FrameError(problems)

    def check_readable(self, unreadable: Callable[[int], int]) -> None:
        """FrameError if many cells of a column are filled and none can be read; `unreadable` counts those."""
        for question, use in enumerate(self._reader.uses):
            if use.unreadable and not use.understood:
                use.unreadable = unreadable(question)
        problems = self._check.problems_at_end(FRAME)
        if problems:
            raise FrameError(problems)

    def allowed(self, question: int) -> bool:
        """Whether the user allowed that a question has no column, or not all of them."""
        return self._reader.columns[question].allowed

    # -------------------------------------------------------------- what becomes of a row

    @property
    def deciding(self) -> tuple[int, ...]:
        """The columns that decide what becomes of a row: those with a status, and with the stamp of its form."""
        form = self._columns.form
        return (*(index for index, _ in self._columns.statuses), *(() if form is None else (form.index,)))

    def read_choices(self, texts: Iterable[Text]) -> ReadChoices:
        """Read the distinct texts of the columns that decide, with BETWEEN between them."""
        deciders = [choice_by_status(status) for _, status in self._columns.statuses]
        form = self._columns.form
        if form is not None:
            deciders.append(choice_by_form(form))
        known = [text for text in _known(texts) if (text or "").count(BETWEEN) == len(deciders) - 1]
        cells = [(text or "").split(BETWEEN) for text in known]
        choices = [_choice(deciders, each) for each in ([UNREADABLE_MARK] * len(deciders), *cells)]
        other = (
            place
            for place, each in enumerate(cells, start=1)
            if form is not None and form.made_from(each[-1]) is MadeFrom.OTHER_VERSION
        )
        return ReadChoices(tuple(known), tuple(choices), tuple(other))


def _known(texts: Iterable[Text]) -> list[Text]:
    """Each text once. If one of NULL and the empty text is there, both are: the other may come in later rows."""
    known = dict.fromkeys(texts)
    if None in known or "" in known:
        known |= {None: None, "": None}
    return [*known]


def _choice(deciders: Sequence[Callable[[str], Choice]], cells: Sequence[str]) -> Choice:
    choices = [decide(cell) for decide, cell in zip(deciders, cells, strict=True)]
    return strictest(choices) if choices else SCORED


def _meaning(cells: QuestionCells, text: str) -> Meaning:
    """What a text means. It is noted as read, so that the columns can be checked."""
    count = len(cells.columns.indexes)
    if count > 1 and text.count(BETWEEN) != count - 1:
        return NOT_READ
    number = cells.known[text if count == 1 else tuple(text.split(BETWEEN))]
    cells.note(number, FEWEST_FILLED, None)
    return cells.meanings[number]
