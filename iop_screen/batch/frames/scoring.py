"""A frame scored by its own engine: the distinct texts are read here, the rest is one query that the engine runs.

What engines do differently stands in a `FrameEngine`; all that is decided stands in one place for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from iop_screen.batch.frames.matching import matched_columns
from iop_screen.batch.frames.reading import BETWEEN, FrameReader, ReadChoices, ReadTexts, Text
from iop_screen.batch.record_choice import DUPLICATE_ID, OTHER_VERSION, ToExclude, ToReject
from iop_screen.batch.rows import RECORD, OutputShape
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.numbered_answers import NumberedAnswers, NumberedQuestion, RecordWords, among
from iop_screen.batch.sql.query import Query, score_query
from iop_screen.batch.sql.text_lists import TextLists
from iop_screen.engine.compiled import CompiledQuestionnaire

LONGEST_REASON = 64
"""A longer cell of a question that takes any words is not read: no reason for having no answer is so long."""

BLANKS = (
    "".join(map(chr, (*range(9, 14), *range(28, 33), 0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029)))
    + "\u202f\u205f\u3000"
)
"""What Python takes for a blank around a text."""

INPUT = "forms"
"""What a query calls the frame. DuckDB does not look at it."""


class FrameEngine(Protocol):
    """A frame, and the engine that it lies in. SQL that it takes is about one row."""

    @property
    def dialect(self) -> Dialect:
        """Its SQL."""

    @property
    def lists(self) -> TextLists:
        """How lists are best written for it."""

    @property
    def names(self) -> Sequence[str]:
        """The names of the columns, in order."""

    def text(self, index: int) -> str:
        """The text of a column, from 0, as SQL; it may be NULL."""

    def distinct(self, texts: Sequence[str], where: str) -> list[list[Text]]:
        """The distinct texts that each SQL gives, of the rows for which `where` holds (empty: of all).

        NULL may be one of them, or be given as an empty text. FrameError if the rows cannot be read, or there are more
        texts than a query can hold.
        """

    def count(self, truth: str, where: str) -> int:
        """Of how many of these rows something is true."""

    def place(self, text: str, texts: Sequence[Text]) -> str:
        """The place of a row's text among some, from 1, as SQL; 0 if it is not among them.

        NULL and the empty text are both there or neither is; a row with one may get the place of the other.

        FrameError if there are more than a query can hold.
        """

    def repeated(self, id_text: str, where: str) -> str:
        """The truth, as SQL, that a row has an id that stands twice; empty if no id does.

        Rows for which `where` does not hold have no id. Ids are compared without the blanks around them, and, but on
        Spark, which has no NFC, as `batch.duplicates` compares them.
        """


def frame_query(
    engine: FrameEngine, compiled: CompiledQuestionnaire, settings: ScoreSettings, kept: Sequence[tuple[str, str]] = ()
) -> Query:
    """The query that scores a frame, for its engine to run.

    Before, the engine looks through the frame for its distinct texts and for ids that stand twice, for the columns that
    decide what becomes of a row if there are any, and once more for each column in which no text could be read.
    `kept` are further columns of the result: a name, and SQL about a row. FrameError if the frame cannot be scored as
    it is.
    """
    return _Scoring(engine, compiled, settings, kept).query()


class _Scoring:
    def __init__(
        self,
        engine: FrameEngine,
        compiled: CompiledQuestionnaire,
        settings: ScoreSettings,
        kept: Sequence[tuple[str, str]],
    ) -> None:
        self._engine, self._compiled, self._settings, self._kept = engine, compiled, settings, tuple(kept)
        self._columns = matched_columns(engine.names, compiled, settings)
        self._reader = FrameReader(self._columns, engine.names)

    def query(self) -> Query:
        choices = self._choices()
        scored = self._where(choices, (ToExclude, ToReject))
        texts = self._read(scored)
        self._reader.check_codes()
        self._reader.check_readable(lambda question: self._unreadable(question, texts[question], scored))
        questions = [self._numbered(question, read) for question, read in enumerate(texts)]
        engine = self._engine
        answers = NumberedAnswers(self._compiled, questions, self._record(choices, scored), INPUT, engine.dialect)
        shape = OutputShape(self._settings.mapping_stamp)
        return score_query(self._compiled, answers, engine.dialect, shape, engine.lists)

    # -------------------------------------------------------------- answers

    def _read(self, where: str) -> list[ReadTexts]:
        """What the distinct texts of each question mean."""
        asked = [index for index in range(len(self._compiled.questions)) if self._reader.indexes(index)]
        found = dict(zip(asked, self._engine.distinct([self._looked_at(index) for index in asked], where), strict=True))
        return [self._reader.read(index, found.get(index, ())) for index in range(len(self._compiled.questions))]

    def _looked_at(self, question: int) -> str:
        """The text that is looked at to learn what there is: long words in one column are not."""
        indexes, text = self._reader.indexes(question), self._answer_text(question)
        if len(indexes) > 1 or not self._compiled.questions[question].is_free_text:
            return text
        return f"CASE WHEN {self._is_long(text)} THEN NULL ELSE {text} END"

    def _answer_text(self, question: int) -> str:
        """The text of the columns of a question. Of long words in several it is enough whether they are the same."""
        indexes = self._reader.indexes(question)
        if len(indexes) == 1 or not self._compiled.questions[question].is_free_text:
            return self._text(indexes)
        return self._joined(
            f"CASE WHEN {self._is_long(text)} THEN md5({self._trimmed(text)}) ELSE {text} END"
            for text in map(self._engine.text, indexes)
        )

    def _is_long(self, text: str) -> str:
        """The truth that a text is longer than any reason for no answer, without the blanks around it."""
        return f"length({self._trimmed(text)}) > {LONGEST_REASON}"

    def _trimmed(self, text: str) -> str:
        return f"trim(BOTH {self._engine.dialect.text(BLANKS)} FROM {text})"

    def _text(self, indexes: Sequence[int]) -> str:
        """The text of one column, or of several with BETWEEN between them."""
        if len(indexes) == 1:
            return self._engine.text(indexes[0])
        return self._joined(map(self._engine.text, indexes))

    def _joined(self, texts: Iterable[str]) -> str:
        between = f" || {self._engine.dialect.text(BETWEEN)} || "
        return between.join(f"coalesce({text}, '')" for text in texts)

    def _numbered(self, question: int, read: ReadTexts) -> NumberedQuestion:
        indexes = self._reader.indexes(question)
        number = self._place_of_answer(question, read) if indexes else ""
        return NumberedQuestion(read.meanings, number, self._reader.allowed(question))

    def _place_of_answer(self, question: int, read: ReadTexts) -> str:
        return self._engine.place(self._answer_text(question), read.texts)

    def _unreadable(self, question: int, read: ReadTexts, where: str) -> int:
        """How many rows have a text in a question that cannot be read."""
        codes = [place for place, meaning in enumerate(read.meanings) if meaning.code]
        number = self._place_of_answer(question, read)
        return self._engine.count(among(number, codes), where)

    # -------------------------------------------------------------- what becomes of a row

    def _choices(self) -> ReadChoices | None:
        """What becomes of rows by the columns that decide; None if there are none."""
        deciding = self._reader.deciding
        if not deciding:
            return None
        (texts,) = self._engine.distinct([self._text(deciding)], "")
        return self._reader.read_choices(texts)

    def _where(self, choices: ReadChoices | None, without: tuple[type, ...]) -> str:
        """The truth that nothing of a kind becomes of a row; empty if it becomes of none."""
        places = (
            [] if choices is None else [at for at, choice in enumerate(choices.choices) if isinstance(choice, without)]
        )
        return "" if choices is None or not places else f"NOT ({self._among(choices, places)})"

    def _among(self, choices: ReadChoices, places: Sequence[int]) -> str:
        return among(self._engine.place(self._text(self._reader.deciding), choices.texts), places)

    def _record(self, choices: ReadChoices | None, scored: str) -> RecordWords:
        index = self._columns.id_index
        return RecordWords(
            None if index is None else self._engine.text(index),
            problems=tuple(self._problems(choices, scored)),
            kept=self._kept,
            rejected=() if choices is None else tuple(self._rejected(choices)),
            where=self._where(choices, (ToExclude,)),
        )

    def _problems(self, choices: ReadChoices | None, scored: str) -> Iterator[tuple[str, str]]:
        """The problems of records as a whole, in the order in which a row has them."""
        index = self._columns.id_index
        if index is not None and self._settings.duplicates == "mark":
            repeated = self._engine.repeated(self._engine.text(index), scored)
            if repeated:
                yield f"{RECORD}:{DUPLICATE_ID}", repeated
        if choices is not None and choices.other_version:
            yield f"{RECORD}:{OTHER_VERSION}", self._among(choices, choices.other_version)

    def _rejected(self, choices: ReadChoices) -> Iterator[tuple[str, str]]:
        codes = dict.fromkeys(choice.code for choice in choices.choices if isinstance(choice, ToReject))
        for code in codes:
            places = [at for at, each in enumerate(choices.choices) if isinstance(each, ToReject) and each.code == code]
            yield f"{RECORD}:{code}", self._among(choices, places)
