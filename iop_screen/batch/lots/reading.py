"""Reads the records of a file as lots: counted, chosen, and their cells read as answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from iop_screen.batch.account import Account
from iop_screen.batch.answer_columns import AnswersReader, Codes, ColumnUse
from iop_screen.batch.broken_lines import Piece, with_broken_ends
from iop_screen.batch.code_check import CodeCheck
from iop_screen.batch.form_stamp import MadeFrom, count_stamps
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.lots.build import Build
from iop_screen.batch.lots.cells import GatheredCells
from iop_screen.batch.lots.lot import InputFile, Lot
from iop_screen.batch.lots.masks import mask_of, masks_by_code, places
from iop_screen.batch.record_choice import (
    OTHER_VERSION,
    Choice,
    ChoiceById,
    RecordChoice,
    ToExclude,
    ToReject,
    ToScore,
    cut_cell,
    is_blank,
)
from iop_screen.batch.rows import RECORD
from iop_screen.batch.second_header import FIRST_RECORDS, second_header
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.source import (
    UNENDED,
    ExcludedRecord,
    Record,
    RejectedRecord,
    SourceRecord,
)
from iop_screen.engine.suggest import AnswerProblem


class FileReader:
    """Reads one file of a run. `account` grows as lots are read, and so does what `by_id` knows."""

    def __init__(
        self, file: InputFile, build: Build, settings: ScoreSettings, by_id: ChoiceById, account: Account
    ) -> None:
        self._file, self._settings, self._by_id, self._account = file, settings, by_id, account
        self._reader = AnswersReader(file.columns.answers)
        self._gathering = build.gathering(file, self._reader.questions)
        self._pieces = with_broken_ends(file.source.pieces(self._gathering.scan), file.source)
        self._held: list[Piece] = []
        self._at_start = True
        self._choice = RecordChoice(file.columns)
        self._code_check = CodeCheck(self._reader, file.source.header.names)
        self._columns_read = frozenset(index for each in file.columns.answers for index in each.indexes)
        self._header_problem: InputProblem | None = None
        mapping = settings.mapping
        self._header_is_said = mapping is not None and mapping.file.header_rows is not None

    def lots(self) -> Iterator[Lot]:
        """The records of the file, lot by lot; ask for `problems` after each of them, before it is used."""
        if self._at_start and not self._header_is_said:
            self._header_problem = second_header(self._file.source.name, self._first_records())
        self._at_start = False
        while (cells := self._next_cells()).size:
            yield self._lot(cells, coded=True)

    def _first_records(self) -> list[SourceRecord]:
        """The first records, which are still to be read."""
        found, pieces = list[SourceRecord](), list[Piece]()
        while len(found) < FIRST_RECORDS and (piece := next(self._pieces, None)) is not None:
            pieces.append(piece)
            if isinstance(piece, SourceRecord):
                found.append(piece)
            else:
                found += map(piece.record, range(min(FIRST_RECORDS, piece.records)))
        self._held = pieces[::-1]
        return found[:FIRST_RECORDS]

    def passed_over(self, records: int | None) -> Iterator[Lot]:
        """So many records from the start, or all, in lots without questions: counted and chosen, but not read on."""
        self._at_start = False
        while (cells := self._next_cells(records)).size:
            records = None if records is None else records - cells.size
            yield self._lot(cells, coded=False)

    @property
    def uses(self) -> tuple[ColumnUse, ...]:
        """What the cells of each question have been so far."""
        return tuple(replace(use) for use in self._reader.uses)

    def go_on_from(self, uses: Iterable[ColumnUse]) -> None:
        """Take over what the cells of each question have been in the records that were passed over."""
        for question, use in zip(self._reader.questions, uses, strict=True):
            question.use = use
        self._reader.uses = tuple(question.use for question in self._reader.questions)

    def problems(self) -> tuple[InputProblem, ...]:
        """What the records read so far say against reading on."""
        if self._header_problem is not None:
            return (self._header_problem,)
        return self._code_check.problems(self._file.source.name, show_values=self._settings.show_values)

    def end(self, no_answer_words: Counter[str]) -> tuple[InputProblem, ...]:
        """What all cells of the file say against its rows; to be called when all records are read.

        `no_answer_words` counts, by question, those that look like a reason for no answer and cannot be read.
        """
        for columns, use in zip(self._reader.columns, self._reader.uses, strict=True):
            if use.no_answer_words:
                no_answer_words[str(columns.question.id)] += use.no_answer_words
        return self._code_check.problems_at_end(self._file.source.name)

    def _next_cells(self, most: int | None = None) -> GatheredCells:
        """The next records, as many as belong together, but no more than that."""
        cells = self._gathering.new_cells()
        while most != 0 and (piece := self._next_piece(most)) is not None:
            if not cells.takes(piece):
                self._held.append(piece)
                break
            if most is not None:
                most -= 1 if isinstance(piece, SourceRecord) else piece.records
        return cells.gathered()

    def _next_piece(self, most: int | None) -> Piece | None:
        """The next piece; if it has more records than that, they are held."""
        piece = self._held.pop() if self._held else next(self._pieces, None)
        if most is None or piece is None or isinstance(piece, SourceRecord) or piece.records <= most:
            return piece
        self._held += piece.part(most, piece.records)
        return next(piece.part(0, most))

    def _lot(self, cells: GatheredCells, *, coded: bool) -> Lot:
        blank = self._blank(cells)
        choices = self._choices(cells, blank)
        size = cells.size
        unread = [place for place, record in cells.single.items() if not isinstance(record, Record)]
        read = cells.all & ~mask_of((*blank, *unread), size)
        rejected = _by_reason(choices, size, lambda choice: choice.code if isinstance(choice, ToReject) else None)
        excluded = _by_reason(choices, size, lambda choice: choice.reason if isinstance(choice, ToExclude) else None)
        scored = read & ~sum(mask for _, mask in (*rejected, *excluded))
        stamps = self._stamps(cells)
        self._count_stamps(stamps, read)
        questions = self._reader.questions if coded else ()
        codes = cells.codes(questions)
        if coded:
            self._note_codes(codes, scored, cells)
        self._account.records += size
        self._account.blank += len(blank)
        return Lot(
            file=self._file,
            size=size,
            lines=cells.lines,
            cells=cells,
            questions=questions,
            codes=codes,
            blank=mask_of(blank, size),
            read=read,
            scored=scored,
            rejected=rejected,
            excluded=excluded,
            of_record=self._of_record(choices, cells, scored, self._other_version(stamps)),
        )

    def _blank(self, cells: GatheredCells) -> list[int]:
        """The records whose every cell is blank, counted; only those are looked at whole that have no id."""
        likely = cells.blank_places(self._file.columns.id_index or 0)
        blank = []
        for place in likely:
            record = cells.record(place)
            if isinstance(record, Record) and is_blank(record):
                blank.append(place)
        return blank

    def _choices(self, cells: GatheredCells, blank: Sequence[int]) -> dict[int, Choice]:
        """What becomes of each record that is not blank, where that is not just to be scored."""
        choices: dict[int, Choice] = {}
        refused: dict[int, Choice] = {}
        for place, record in cells.single.items():
            match record:
                case RejectedRecord(code=code):
                    choices[place] = ToReject(code)
                case ExcludedRecord(reason=reason):
                    choices[place] = ToExclude(reason)
                case Record(rejected_for=code):
                    refused |= {place: ToReject(code)} if code else {}
        without_cells = {*blank, *choices}
        choices |= refused
        choices |= self._choice.by_status(cells, without_cells)
        index = self._file.columns.id_index
        if index is not None:
            self._account.ids_read += cells.id_sum(index, cells.all & ~mask_of(without_cells, cells.size))
            choices |= self._choice.by_id(cells, {*blank, *choices}, self._by_id)
        return choices

    def _stamps(self, cells: GatheredCells) -> Sequence[str]:
        """What each record says of the questionnaire that its form was made from; nothing if no column says it."""
        form = self._file.columns.form
        return () if form is None else [*cells.texts(form.index)]

    def _count_stamps(self, stamps: Sequence[str], read: int) -> None:
        form, counted = self._file.columns.form, self._file.source.account.stamps
        if form is not None:
            same = len({*stamps}) == 1
            count_stamps(counted, form, Counter({stamps[0]: read.bit_count()}) if same else _among(stamps, read))

    def _other_version(self, stamps: Sequence[str]) -> list[int]:
        """The records that say that their form was made from another version of the questionnaire."""
        form = self._file.columns.form
        if form is None:
            return []
        other = {each for each in {*stamps} if form.made_from(each) is MadeFrom.OTHER_VERSION}
        return [place for place, stamp in enumerate(stamps) if stamp in other] if other else []

    def _note_codes(self, codes: tuple[Codes, ...], scored: int, cells: GatheredCells) -> None:
        """Note what the cells of the records that are scored have been, where a run has to know that."""
        for question, of_question in zip(self._reader.questions, codes, strict=True):
            if not any(map(question.has_news, range(len(question.meanings)))):
                continue
            for code, mask in masks_by_code(of_question, cells.size):
                if question.has_news(code) and mask & scored:
                    first = (mask & scored & -(mask & scored)).bit_length() - 1
                    question.note(code, (mask & scored).bit_count(), cells.lines[first])

    def _of_record(
        self, choices: dict[int, Choice], cells: GatheredCells, scored: int, other_version: list[int]
    ) -> tuple[tuple[AnswerProblem, int], ...]:
        """The problems of scored records as a whole."""
        where: dict[AnswerProblem, list[int]] = {}
        for place, choice in choices.items():
            for problem in choice.problems if isinstance(choice, ToScore) else ():
                where.setdefault(problem, []).append(place)
        for place, record in cells.single.items():
            if isinstance(record, Record) and self._is_unended(record) and scored >> place & 1:
                where.setdefault(AnswerProblem(RECORD, UNENDED), []).append(place)
        if other_version:
            where[AnswerProblem(RECORD, OTHER_VERSION)] = other_version
        return tuple((problem, mask_of(each, cells.size) & scored) for problem, each in where.items())

    def _is_unended(self, record: Record) -> bool:
        """Whether a record may have been cut in a cell that is no answer; else the answer has the problem."""
        cut = cut_cell(record)
        return cut is not None and not (cut in self._columns_read and not (record.unended and record.unbegun))


def _among(texts: Sequence[str], mask: int) -> Counter[str]:
    """How often each text is there among the records of a mask."""
    return Counter(texts[place] for place in places(mask, len(texts)))


def _by_reason(
    choices: dict[int, Choice], size: int, reason_of: Callable[[Choice], str | None]
) -> tuple[tuple[str, int], ...]:
    places: dict[str, list[int]] = {}
    for place in sorted(choices):
        reason = reason_of(choices[place])
        if reason is not None:
            places.setdefault(reason, []).append(place)
    return tuple((reason, mask_of(each, size)) for reason, each in places.items())
