"""What is understood of a file of forms before anything is scored, and what it most likely means beyond that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from iop_screen.batch.answer_columns import AnswerColumns, Match
from iop_screen.batch.cells import Cell, CellReader, cell_reader
from iop_screen.batch.duplicates import SeenIds, id_key
from iop_screen.batch.form_stamp import FormColumn, MadeFrom, count_stamps
from iop_screen.batch.guesses.columns import ColumnGuess, KnownNames, guess_by_titles, guess_columns
from iop_screen.batch.guesses.file import FileGuess
from iop_screen.batch.guesses.labels import guess_by_labels, guess_reasons, ticked_option
from iop_screen.batch.guesses.values import ValueGuess, as_others, guess_values, shifts_ids, whole_number
from iop_screen.batch.guesses.whole import WholeGuess, guess_whole
from iop_screen.batch.header import MatchedColumns, match_columns, needed_questions
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.inventory import ColumnInventory, Inventory
from iop_screen.batch.mapping.model import ColumnRef, FromAge, FromColumn, FromColumns, FromTicks, QuestionMapping
from iop_screen.batch.mapping.model import Mapping as FormMapping
from iop_screen.batch.mapping.plan import UNTICKED, cells_reader, column_refs
from iop_screen.batch.record_choice import Choice, ToExclude, ToReject, ToScore, choice_by_status
from iop_screen.batch.scales import CodedColumn, UnusedEnd, unused_ends
from iop_screen.batch.second_header import FIRST_RECORDS, second_header
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_framing import REPEATED_HEADER
from iop_screen.batch.sources.redcap.texts import may_be_export
from iop_screen.batch.sources.source import ExcludedRecord, Record, RejectedRecord, Source, SourceRecord
from iop_screen.core.problems import START
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason
from iop_screen.questionnaire.types import Question

LINES_NAMED = 5
"""Of the records that were rejected for one reason, so many are named by their line."""

NEAR_MISSES = frozenset({"near-miss", "no-question", "missing-columns"})
"""Problems of a header that the report says in its own way, with what was guessed."""


MARKED_FORMS = frozenset({MadeFrom.OTHER_VERSION, MadeFrom.OTHER_QUESTIONNAIRE})
"""Records of such forms have a problem when they are scored, or are rejected."""


class Tick(Enum):
    """What a cell says of the option that has a column of its own, beside that it is chosen; the words are shown."""

    NOT_TICKED = "not chosen"
    BLANK = "not chosen beside a tick, if none says no; else no answer"


@dataclass(frozen=True, slots=True)
class ValueMeaning:
    """A value with its count and what it will mean; None if it cannot be read. `guessed`: nobody has confirmed that."""

    text: str
    count: int
    means: Answer | Tick | None
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class InspectedColumn:
    """A column of a question: its place from 0, its name, and its values, the most frequent first.

    `option` is the one that a column of ticks is about. `more` cells hold values beyond those that were kept. The
    values of a text are not shown: `different` is how many there are. `unique` says that no other column has its name.
    """

    index: int
    name: str
    option: str | None
    values: tuple[ValueMeaning, ...]
    more: int
    different: int
    unique: bool

    @property
    def unread(self) -> tuple[ValueMeaning, ...]:
        """The values that cannot be read, or that are only guessed."""
        return tuple(value for value in self.values if value.means is None or value.guessed)


@dataclass(frozen=True, slots=True)
class InspectedQuestion:
    """A question that has columns, or may have some.

    `match` says how they were found; None if that is a guess, for which `why` is the reason. `values` is what their
    cells most likely mean beyond what can be read. `together` counts the answers that several columns make.
    """

    question: Question
    columns: tuple[InspectedColumn, ...]
    match: Match | None
    why: str
    values: ValueGuess
    together: tuple[tuple[Answer, int], ...] = ()

    @property
    def guessed(self) -> bool:
        """Whether a person has to confirm something of it."""
        unread = any(column.unread for column in self.columns) or MissingReason.UNREADABLE in dict(self.together)
        return self.match is None or unread


@dataclass(frozen=True, slots=True)
class OtherColumn:
    """A column that is no question: its place from 0, its name, how many different values it has, whether more."""

    index: int
    name: str
    different: int
    more: bool
    unique: bool


@dataclass(frozen=True, slots=True)
class RejectedRecords:
    """How many records were rejected for one reason, and the lines of the first ones."""

    code: str
    count: int
    lines: tuple[int, ...]


class StatusStanding(Enum):
    """What becomes of a form by the text of a column with a status."""

    COUNTS = "counts"
    LEFT_OUT = "left out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class InspectedStatus:
    """A column with a status: how many forms stand how by it, and its texts with their counts, the most frequent first.

    Of very many different texts, only the first are there.
    """

    name: str
    forms: Mapping[StatusStanding, int]
    texts: tuple[tuple[str, int, StatusStanding], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is understood of one file, when all of it has been read.

    `excluded` has the reasons for which the source leaves records out, and how many; `remarks` are what it says of
    itself, and `displays` the words that it shows beside codes. `stamps` counts what the records say of the
    questionnaire that their form was made from, if `form` is there, and `made_from` what that means. `repeated_ids`
    counts records with an id that was there before. `questions` have columns, `absent` have none; `needed` are those
    that a rule, a gate or a score reads. `counting` forms count by all of `statuses`, and of `unknown_status` forms it
    is not known whether they do. `problems` keep the file from being scored, beside what the other parts say;
    `stopped_by` has the codes of all that does. `unused_ends` are signs of other codes than are read.
    """

    file: str
    guess: FileGuess
    header_line: int | None
    lines: int
    records: int
    rejected: tuple[RejectedRecords, ...]
    blank: int
    excluded: tuple[tuple[str, int], ...]
    displays: Mapping[str, tuple[str, ...]]
    remarks: tuple[str, ...]
    unended: bool
    questions: tuple[InspectedQuestion, ...]
    absent: tuple[Question, ...]
    needed: frozenset[str]
    others: tuple[OtherColumn, ...]
    id_column: str | None
    ids: int
    repeated_ids: int
    form: FormColumn | None
    stamps: Counter[str]
    made_from: Counter[MadeFrom]
    statuses: tuple[InspectedStatus, ...]
    counting: int
    unknown_status: int
    unused_ends: tuple[UnusedEnd, ...]
    whole: WholeGuess
    mapping: str | None
    mapping_guesses: int
    problems: tuple[InputProblem, ...]
    stopped_by: frozenset[str]

    @property
    def unread_values(self) -> int:
        """How many different values cannot be read."""
        return sum(value.means is None for each in self.questions for column in each.columns for value in column.unread)

    @property
    def guessed_values(self) -> int:
        """Of how many different values the meaning is only a guess."""
        return sum(value.guessed for each in self.questions for column in each.columns for value in column.unread)

    @property
    def unread_columns(self) -> int:
        """How many columns have such values."""
        return sum(1 for each in self.questions for column in each.columns if column.unread)

    @property
    def leaves_all_out(self) -> bool:
        """Whether no form counts although there are some."""
        return not self.counting and any(each.forms.get(StatusStanding.LEFT_OUT) for each in self.statuses)

    @property
    def is_clean(self) -> bool:
        """Whether `score` would run with the same settings and find nothing that it cannot read."""
        marked = self.rejected or self.repeated_ids or self.unended or self.made_from.keys() & MARKED_FORMS
        return not (marked or self.lacking or self.needs_mapping)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The questions without a column that something reads, in the order of the questionnaire."""
        return tuple(str(question.id) for question in self.absent if str(question.id) in self.needed)

    @property
    def needs_mapping(self) -> bool:
        """Whether anything is open that a mapping says: not a cut file, a rejected record or a column that lacks."""
        repeated = any(each.code == REPEATED_HEADER for each in self.rejected)
        open_parts = self.guess.guessed or self.mapping_guesses or any(each.guessed for each in self.questions)
        status = self.unknown_status or self.leaves_all_out
        return bool(repeated or open_parts or status or self.stopped_by - {"missing-columns"})


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a file: their names without outer blanks, how often each is there, and their values.

    `together` has the answers to the questions with several columns. `labels` are those that the file gives to codes,
    and `titles` what it calls columns beside their names.
    """

    names: tuple[str, ...]
    times: Counter[str]
    counted: tuple[ColumnInventory, ...]
    together: dict[str, Counter[Answer]]
    labels: Mapping[int, Mapping[str, str]]
    titles: Mapping[int, str]

    def guess(self, question: Question, index: int, values: Iterable[str], read: Callable[[str], Cell]) -> ValueGuess:
        """What values most likely mean: by the labels of a column if they are known, else by themselves."""
        labels = self.labels.get(index, {})
        return guess_by_labels(question, values, labels, read) or guess_values(question, values, read)

    def is_unique(self, index: int) -> bool:
        return bool(self.names[index]) and self.times[self.names[index]] == 1


@dataclass(slots=True)
class _Seen:
    """What was met while the records were read."""

    inventory: Inventory
    together: dict[str, Counter[Answer]]
    rejected: Counter[str] = field(default_factory=Counter)
    lines: dict[str, list[int]] = field(default_factory=dict)
    blank: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    repeated_ids: int = 0
    unended: bool = False
    first: list[SourceRecord] = field(default_factory=list)
    ids: SeenIds = field(default_factory=SeenIds)
    stamps: Counter[str] = field(default_factory=Counter)
    made_from: Counter[MadeFrom] = field(default_factory=Counter)
    by_status: Counter[tuple[StatusStanding, ...]] = field(default_factory=Counter)

    def reject(self, record: Record | RejectedRecord) -> None:
        """Count a record that is rejected for a code."""
        code = record.code if isinstance(record, RejectedRecord) else record.rejected_for
        self.rejected[code] += 1
        lines = self.lines.setdefault(code, [])
        if len(lines) < LINES_NAMED:
            lines.append(record.line)

    @property
    def counting(self) -> int:
        """How many forms count by all columns with a status."""
        return sum(count for each, count in self.by_status.items() if {*each} <= {StatusStanding.COUNTS})

    @property
    def unknown_status(self) -> int:
        """How many forms have a status of which it is not known whether they count."""
        return sum(count for each, count in self.by_status.items() if StatusStanding.UNKNOWN in each)

    @property
    def by_rejection(self) -> tuple[RejectedRecords, ...]:
        """The records that were rejected, by the reason."""
        return tuple(
            RejectedRecords(code, count, tuple(self.lines[code])) for code, count in self.rejected.most_common()
        )


def inspect_source(
    source: Source, guess: FileGuess, compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> Inspection:
    """Read a source to its end, and say what is understood of it. Nothing is scored."""
    matched = match_columns(source, compiled, settings)
    several = {str(each.question.id): each for each in matched.answers if len(each.indexes) > 1}
    choosers = [(index, choice_by_status(status)) for index, status in matched.statuses]
    seen = _read(source, matched, several, choosers)
    names = tuple(name.strip() for name in source.header.names)
    head = source.header
    file = _Columns(names, Counter(names), seen.inventory.columns, seen.together, head.code_labels, head.titles)
    questions = [*_questions(file, matched, compiled, settings.mapping)]
    found = {str(each.question.id) for each in questions}
    used = {column.index for each in questions for column in each.columns}
    id_index = matched.id_index
    apart = {id_index, None if matched.form is None else matched.form.index}
    free = [index for index in range(len(names)) if index not in used and index not in apart]
    header = None if guess.settings.header_rows is not None else second_header(source.name, seen.first)
    problems = matched.problems if header is None else (*matched.problems, header)
    whole = WholeGuess()
    if questions and not settings.mapping:  # else a name may be somebody's answer
        known = {index for index, _ in matched.statuses}
        about = [index for index in free if index not in known]
        whole = guess_whole(names, file.counted, about, id_known=id_index is not None)
    return Inspection(
        file=source.name,
        guess=guess,
        header_line=source.header.line,
        lines=source.account.lines,
        records=source.account.records,
        rejected=seen.by_rejection,
        blank=seen.blank,
        excluded=tuple(seen.excluded.most_common()),
        displays=_displays(source.header.displays, questions),
        remarks=(*source.remarks, *_dictionary_remark(source, settings)),
        unended=seen.unended,
        questions=tuple(questions),
        absent=tuple(question for question in compiled.questions if str(question.id) not in found),
        needed=needed_questions(compiled),
        others=tuple(_others(file, free)),
        id_column=None if id_index is None else names[id_index],
        repeated_ids=seen.repeated_ids,
        ids=0 if id_index is None else file.counted[id_index].filled - seen.repeated_ids,
        form=matched.form,
        stamps=seen.stamps,
        made_from=seen.made_from,
        statuses=tuple(_statuses(file, choosers, seen.by_status)),
        counting=seen.counting,
        unknown_status=seen.unknown_status,
        unused_ends=tuple(unused_ends(_coded(questions, settings.mapping))),
        whole=whole,
        mapping=settings.mapping_stamp,
        mapping_guesses=0 if settings.mapping is None else len(settings.mapping.guesses),
        stopped_by=frozenset(problem.code for problem in problems),
        problems=tuple(problem for problem in problems if problem.code not in NEAR_MISSES),
    )


def _dictionary_remark(source: Source, settings: ScoreSettings) -> Iterator[str]:
    """That a data dictionary may say what most cells mean, if REDCap made the file."""
    if settings.dictionary is None and may_be_export(source.header.names):
        yield "if REDCap made the file, name its data dictionary behind `--dictionary`: it says what most cells mean"


def _displays(
    displays: Mapping[str, tuple[str, ...]], questions: Iterable[InspectedQuestion]
) -> dict[str, tuple[str, ...]]:
    """What is shown for the codes in columns of questions; elsewhere a code may say what nobody has to see."""
    values = (value.text for each in questions for column in each.columns for value in column.values)
    texts = {part for text in values for part in (text, *text.split(";"))}
    return {text: shown for text, shown in displays.items() if text in texts}


_StatusChooser = tuple[int, Callable[[str], Choice]]
"""The index of a column with a status, and what becomes of a form by its text."""


def _standing(choice: Choice) -> StatusStanding:
    match choice:
        case ToScore():
            return StatusStanding.COUNTS
        case ToExclude():
            return StatusStanding.LEFT_OUT
        case ToReject():
            return StatusStanding.UNKNOWN


def _statuses(
    file: _Columns, choosers: Sequence[_StatusChooser], seen: Counter[tuple[StatusStanding, ...]]
) -> Iterator[InspectedStatus]:
    for place, (index, choose) in enumerate(choosers):
        forms: Counter[StatusStanding] = Counter()
        for standings, count in seen.items():
            forms[standings[place]] += count
        texts = ((text, count, _standing(choose(text))) for text, count in file.counted[index].most_frequent())
        yield InspectedStatus(file.names[index], forms, tuple(texts))


def _read(
    source: Source, matched: MatchedColumns, several: Mapping[str, AnswerColumns], choosers: Sequence[_StatusChooser]
) -> _Seen:
    """Read all records; of the questions with several columns, count the answers that these make."""
    seen = _Seen(Inventory(len(source.header.names)), {name: Counter() for name in several})
    for record in source.records():
        if len(seen.first) < FIRST_RECORDS:
            seen.first.append(record)
        if isinstance(record, ExcludedRecord):
            seen.excluded[record.reason] += 1
        elif isinstance(record, RejectedRecord) or record.rejected_for:
            seen.reject(record)
        else:
            seen.unended = record.unended
            if any(map(str.strip, record.cells)):
                _count(seen, record.cells, matched, several, choosers)
            else:
                seen.blank += 1
    return seen


def _count(
    seen: _Seen,
    cells: Sequence[str],
    matched: MatchedColumns,
    several: Mapping[str, AnswerColumns],
    choosers: Sequence[_StatusChooser],
) -> None:
    """Count a record in which something stands."""
    seen.inventory.count(cells)
    if matched.form is not None:
        count_stamps(seen.stamps, matched.form, Counter([cells[matched.form.index]]))
        seen.made_from[matched.form.made_from(cells[matched.form.index])] += 1
    standings = tuple(_standing(choose(cells[index])) for index, choose in choosers)
    seen.by_status[standings] += 1
    if matched.id_index is not None and {*standings} <= {StatusStanding.COUNTS}:
        key = id_key(cells[matched.id_index])
        seen.repeated_ids += key is not None and not seen.ids.add(key)
    for name, columns in several.items():
        seen.together[name][columns.read(tuple(cells[index] for index in columns.indexes)).answer] += 1


def _coded(questions: Iterable[InspectedQuestion], mapping: FormMapping | None) -> Iterator[CodedColumn]:
    """The questions with one answer that are read by whole numbers, and not by a guess."""
    said = {} if mapping is None else {entry.question: entry.codes for entry in mapping.questions}
    for each in questions:
        name, answers = str(each.question.id), each.question.answer_ids()
        texts = said.get(name) or {answer: frozenset({answer}) for answer in answers}
        numbers = {options: number for text, options in texts.items() if (number := whole_number(text)) is not None}
        if each.match is not None and not each.question.allows_multiple and not each.values.codes:
            found = Counter[int]()
            for value in (value for column in each.columns for value in column.values):
                if isinstance(value.means, Chosen) and value.means.options in numbers:
                    found[numbers[value.means.options]] += value.count
            yield CodedColumn(name, answers, frozenset(numbers.values()), found)


_Shifts = Mapping[tuple[str, ...], ValueGuess]
"""What codes mean that are shifted against the ids of their question, by these ids."""


def _questions(
    file: _Columns, matched: MatchedColumns, compiled: CompiledQuestionnaire, mapping: FormMapping | None
) -> Sequence[InspectedQuestion]:
    """The questions that have columns, and those that most likely have some, in the order of the questionnaire.

    Where codes are shifted is known once all columns were looked at; then they are looked at again.
    """
    found = [*_each_question(file, matched, compiled, mapping, {})]
    shifts = {each.question.answer_ids(): each.values for each in found if shifts_ids(each.question, each.values)}
    return [*_each_question(file, matched, compiled, mapping, shifts)] if shifts else found


def _each_question(
    file: _Columns,
    matched: MatchedColumns,
    compiled: CompiledQuestionnaire,
    mapping: FormMapping | None,
    shifts: _Shifts,
) -> Iterator[InspectedQuestion]:
    certain = {str(each.question.id): each for each in matched.answers if each.indexes}
    known = KnownNames(compiled)
    guesses = [*guess_columns(file.names, known, certain)]
    guesses += guess_by_titles(file.titles, known, {*certain, *(guess.question for guess in guesses)})
    missing = {str(question.id) for question in compiled.questions} - {*certain} - {guess.question for guess in guesses}
    guesses += known.misspelled(file.names, missing)
    if not certain and all(guess.weak for guess in guesses):
        guesses = []  # the first line may be somebody's answers
    entries = {} if mapping is None else {entry.question: entry for entry in mapping.questions}
    for question in compiled.questions:
        name = str(question.id)
        own = _by_option(question, [guess for guess in guesses if guess.question == name], file)
        if (columns := certain.get(name)) is not None:
            yield _matched_question(columns, file, entries.get(name), mapping, shifts)
        elif own:
            yield _guessed_question(question, own, file, shifts)


def _matched_question(
    columns: AnswerColumns,
    file: _Columns,
    entry: QuestionMapping | None,
    mapping: FormMapping | None,
    shifts: _Shifts,
) -> InspectedQuestion:
    """A question whose columns were found. The values of several columns are read one column at a time."""
    readers = [*_readers(columns, entry, mapping)]
    counted = [file.counted[index] for index in columns.indexes]
    guess = ValueGuess()
    if len(counted) == 1 and mapping is None:
        guess = file.guess(columns.question, columns.indexes[0], counted[0].values, readers[0])
        guess = as_others(guess, counted[0].values, shifts.get(columns.question.answer_ids()))
    elif columns.match is Match.DICTIONARY:
        labels = file.labels.get(columns.indexes[0], {}) if columns.indexes else {}
        guess = guess_reasons(_not_read(counted, readers), labels)
    meanings = [_Meanings(columns.question, read, guess) for read in readers]
    if entry is not None and mapping is not None and isinstance(entry.source, FromTicks):
        places = range(len(columns.indexes))
        ticks = (_tick_meanings(entry, entry.source, at, columns.question, mapping.missing) for at in places)
        meanings = [replace(each, guess=guess) for each in ticks]
    shown = entry is None or not isinstance(entry.source, FromAge)
    return InspectedQuestion(
        columns.question,
        tuple(_column(index, file, each, shown=shown) for index, each in zip(columns.indexes, meanings, strict=True)),
        columns.match,
        "",
        guess,
        tuple(file.together.get(str(columns.question.id), Counter()).most_common()),
    )


def _not_read(counted: Sequence[ColumnInventory], readers: Sequence[Callable[[str], Cell]]) -> tuple[str, ...]:
    """The values of some columns that nobody has said the meaning of, each once."""
    pairs = zip(counted, readers, strict=True)
    return tuple(dict.fromkeys(text for column, read in pairs for text in column.values if read(text).code))


def _readers(
    columns: AnswerColumns, entry: QuestionMapping | None, mapping: FormMapping | None
) -> Iterator[Callable[[str], Cell]]:
    """What reads one column each of a question: the others are taken as blank, or as if they were not there."""
    width = len(columns.indexes)
    for place in range(width):
        if entry is not None and mapping is not None and isinstance(entry.source, FromColumns):
            alone = replace(entry, source=FromColumn(column_refs(entry.source)[place]))
            yield _alone(cells_reader(alone, columns.question, mapping.missing), 0, 1)
        else:
            yield _alone(columns.read, place, width)


def _alone(read: Callable[[tuple[str, ...]], Cell], place: int, width: int) -> Callable[[str], Cell]:
    return lambda text: read(tuple(text if each == place else "" for each in range(width)))


def _by_option(question: Question, guesses: Sequence[ColumnGuess], file: _Columns) -> Sequence[ColumnGuess]:
    """The columns of a question with several answers, by option, if the file says for each that it is about one."""
    if not question.allows_multiple or len(guesses) < 2 or any(guess.option for guess in guesses):
        return guesses
    read = cell_reader(question)
    options = [ticked_option(question, file.labels.get(guess.index, {}), read) for guess in guesses]
    if len({*options} - {""}) < len(options):
        return guesses
    why = "the file says of each for which answer it is"
    return [replace(guess, option=option, why=why) for guess, option in zip(guesses, options, strict=True)]


def _guessed_question(
    question: Question, guesses: Sequence[ColumnGuess], file: _Columns, shifts: _Shifts
) -> InspectedQuestion:
    read = cell_reader(question)
    values = ValueGuess()
    if guesses[0].option is None:
        every = dict.fromkeys(value for guess in guesses for value in file.counted[guess.index].values)
        if question.allows_multiple and len(guesses) > 1:
            values = _without_numbers(question, every, read)
        else:
            guess = file.guess(question, guesses[0].index, every, read)
            values = as_others(guess, every, shifts.get(question.answer_ids()))
    columns = (_column(guess.index, file, _guessed_meanings(question, guess, read, values)) for guess in guesses)
    return InspectedQuestion(question, tuple(columns), None, guesses[0].why, values)


def _without_numbers(question: Question, values: Iterable[str], read: Callable[[str], Cell]) -> ValueGuess:
    """A guess for several columns of a question with several answers: a number may mean another answer in each."""
    listed = [*values]
    numbers = [value for value in listed if whole_number(value) is not None and read(value).code]
    guess = guess_values(question, [value for value in listed if value not in numbers], read)
    return replace(guess, unknown=(*guess.unknown, *numbers))


def _guessed_meanings(question: Question, guess: ColumnGuess, read: CellReader, values: ValueGuess) -> _Meanings:
    if guess.option is None:
        return _Meanings(question, read, values)
    entry, ticks = _usual_ticks(guess, guess.option)
    return _tick_meanings(entry, ticks, 0, question, {})


def _column(index: int, file: _Columns, meanings: _Meanings, *, shown: bool = True) -> InspectedColumn:
    counted, question = file.counted[index], meanings.question
    shown = shown and bool(question.answer_ids() or question.number_range)
    return InspectedColumn(
        index,
        file.names[index],
        meanings.option,
        tuple(meanings.of(text, count) for text, count in counted.most_frequent()) if shown else (),
        counted.more,
        counted.different,
        file.is_unique(index),
    )


@dataclass(frozen=True, slots=True)
class _Meanings:
    """What the values of one column of a question mean: by what reads them, and beyond that by a guess.

    `option` is the one that a column of ticks is about.
    """

    question: Question
    read: Callable[[str], Cell | Tick]
    guess: ValueGuess
    option: str | None = None

    def of(self, text: str, count: int) -> ValueMeaning:
        guessed, cell = self.guess.meaning(text), self.read(text)
        if isinstance(cell, Tick):
            return ValueMeaning(text, count, cell)
        if cell.code or (guessed is not None and guessed != cell.answer):
            return ValueMeaning(text, count, guessed, guessed=guessed is not None)
        return ValueMeaning(text, count, cell.answer)


def _tick_meanings(
    entry: QuestionMapping, ticks: FromTicks, place: int, question: Question, missing: Mapping[str, MissingReason]
) -> _Meanings:
    """What the values of one column of ticks mean, as `score` reads them.

    Where an answer would be what it means that nothing is ticked, the cell does not choose its option. To find that,
    the column alone is read with two such meanings.
    """
    option, column = ticks.columns[place]
    first, second = (
        cells_reader(
            replace(entry, source=replace(ticks, columns=((option, column),), none_ticked=nothing)), question, missing
        )
        for nothing in (MissingReason.DECLINED, MissingReason.UNKNOWN)
    )

    def read(text: str) -> Cell | Tick:
        cell = first((text,))
        if cell != second((text,)):
            return Tick.NOT_TICKED
        return cell if text.strip() else Tick.BLANK

    return _Meanings(question, read, ValueGuess(), option)


def _usual_ticks(guess: ColumnGuess, option: str) -> tuple[QuestionMapping, FromTicks]:
    """What a proposed mapping says of a column of ticks."""
    ticks = FromTicks(((option, ColumnRef((), guess.index + 1, START)),), None, UNTICKED, MissingReason.MISSING)
    entry = QuestionMapping(
        question=guess.question,
        source=ticks,
        codes=None,
        labels={},
        ranges=(),
        missing={},
        separator="",
        span=START,
        guess=None,
    )
    return entry, ticks


def _others(file: _Columns, free: Iterable[int]) -> Iterator[OtherColumn]:
    for index in free:
        counted = file.counted[index]
        yield OtherColumn(index, file.names[index], counted.different, counted.more > 0, file.is_unique(index))
