"""Which column of a file answers which question."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from iop_screen.batch.answer_columns import AnswerColumns, Match
from iop_screen.batch.cells import CellsReader, alone, cell_reader
from iop_screen.batch.code_check import whole_codes
from iop_screen.batch.column_names import NAMES_SHOWN, ColumnNames, Found, first_ten, ref_text
from iop_screen.batch.form_names import grouped_names
from iop_screen.batch.form_stamp import FormColumn, is_form_column
from iop_screen.batch.input_problems import InputProblem, inspect_command
from iop_screen.batch.mapping.model import ColumnRef, FromTicks, QuestionMapping, StatusColumn
from iop_screen.batch.mapping.plan import cells_reader, column_refs, known_texts
from iop_screen.batch.near_names import NearMiss, likely_question, respelled_name
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.redcap.texts import may_be_export
from iop_screen.batch.sources.source import Headed
from iop_screen.core.problems import START, did_you_mean
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import leaf_tests, questions_in
from iop_screen.questionnaire.types import Question

MOST_COMPARED = 200
"""So many names of columns are compared letter by letter with that of a question that has none."""

ALIKE = 0.8
"""How alike two names are, from 0 to 1, if one may be a slip for the other: `email` and `ed_meals` are less so."""

FEW = 3
"""So many questions are named in an option that is shown to be copied."""


@dataclass(frozen=True, slots=True)
class MatchedColumns:
    """What the header of one file came to.

    `answers` has one entry for each question, in file order. `absent` names the questions without a column.
    `allowed_missing` are those among them that something reads and that the user allowed to be missing, and the
    questions of `lacking`: of their several columns some are missing, which are given with them, and that was allowed.
    `respelled` are the columns whose name is an id written another way, as they are shown, and the id; the column `id`
    may be one, too. `not_questions` are the columns that are no question, as they are shown. The indexes are those of
    the columns with the id and the time of a form, and `kept` those of the columns to be copied. `statuses` are the
    columns with a status, each with what its texts mean. `form` is the one that says which questionnaire the form was
    made from. With `problems` the file cannot be scored.
    """

    answers: tuple[AnswerColumns, ...]
    id_index: int | None
    absent: tuple[str, ...]
    not_questions: tuple[str, ...]
    problems: tuple[InputProblem, ...] = ()
    respelled: tuple[tuple[str, str], ...] = ()
    allowed_missing: tuple[str, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()
    time_index: int | None = None
    statuses: tuple[tuple[int, StatusColumn], ...] = ()
    kept: tuple[int, ...] = ()
    form: FormColumn | None = None


def match_columns(source: Headed, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> MatchedColumns:
    """Match the columns of a file with the questions: by the mapping if there is one, else by the ids of the questions.

    If no column is known, no name is shown: in a file without a header, the first line holds somebody's answers.
    """
    return _Matching(source, compiled, settings).matched()


def _shifts_ids(entry: QuestionMapping) -> bool:
    """Whether some code of a question is the id of another answer to it."""
    codes = entry.codes or {}
    options = frozenset[str]().union(*codes.values())
    return any(text in options and meant != {text} for text, meant in codes.items())


def needed_questions(compiled: CompiledQuestionnaire) -> frozenset[str]:
    """The ids of the questions that a rule, a score, a gate or `applies_when` reads."""
    conditions = [rule.when for rule in compiled.rules]
    conditions += [when for when in (*compiled.ask_when, compiled.applies_when) if when is not None]
    tests = (test for condition in conditions for test in leaf_tests(condition))
    read = {index for test in tests for index in questions_in(test)}
    read |= {item.question for score in compiled.scores for item in score.items}
    return frozenset(str(compiled.questions[index].id) for index in read)


@dataclass(frozen=True, slots=True)
class _Lacking:
    """The columns of one question that may be missing and are: their places among those it has, and their names."""

    places: tuple[int, ...]
    shown: str


def _by_spelling(names: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The questions that each name stands for, by the name as names are compared."""
    found: dict[str, list[str]] = {}
    for name, question in names:
        found.setdefault(respelled_name(name), []).append(question)
    return found


def _listed(refs: Sequence[ColumnRef]) -> str:
    return first_ten(refs, ref_text)


class _Matching:
    """The matching of one header, step by step; it collects the problems."""

    def __init__(self, source: Headed, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> None:
        self._file, self._line, self._delimiter = source.name, source.header.line, source.delimiter
        self._compiled, self._settings, self._mapping = compiled, settings, settings.mapping
        self._columns = ColumnNames(source.header.names)
        self._left_out = source.header.left_out
        self._ids = [str(question.id) for question in compiled.questions]
        self._entries = {entry.question: entry for entry in self._mapping.questions} if self._mapping else {}
        self._problems: list[InputProblem] = []
        self._used: set[int] = set()  # by the mapping or an option, for something else than its name says
        self._mapped: dict[str, tuple[int, ...]] = {}
        self._lacking: dict[str, _Lacking] = {}
        self._by_name: dict[str, int] = {}

    def matched(self) -> MatchedColumns:
        by_name = self._candidates()
        self._may_show = bool(by_name) or any(self._columns.referred(ref).indexes for ref in self._refs_by_name())
        self._match_mapped()
        id_index, time_index, statuses = self._id_index(), self._time_index(), tuple(self._statuses())
        kept = tuple(index for name in self._settings.keep for index in self._one_named(name, "--keep"))
        self._match_by_name(by_name)
        self._check_id(id_index)
        form = self._form_index()
        absent = tuple(name for name in self._ids if name not in self._mapped and name not in self._by_name)
        rest = self._rest(id_index)
        near = dict(self._near_misses(rest, absent))
        allowed = self._allowed(absent)
        self._check_missing(absent, allowed, near, rest)
        self._check_ids_beside_codes()
        return MatchedColumns(
            answers=tuple(self._answer_columns(question, allowed) for question in self._compiled.questions),
            id_index=id_index,
            absent=absent,
            not_questions=tuple(self._not_question(index, absent, len(rest)) for index in rest),
            problems=tuple(self._problems if self._may_show else self._without_names(near)),
            respelled=tuple(self._respelled()),
            allowed_missing=allowed,
            lacking=tuple((name, self._lacking[name].shown) for name in allowed if name in self._lacking),
            time_index=time_index,
            statuses=statuses,
            kept=kept,
            form=None if form is None else FormColumn(form, self._compiled.stamp),
        )

    # -------------------------------------------------------------- columns that the mapping or an option names

    def _refs_by_name(self) -> Iterator[ColumnRef]:
        """The columns of questions that the mapping names. A place is no sign that the header is one."""
        for entry in self._entries.values():
            refs = column_refs(entry.source) if entry.source is not None else ()
            yield from (ref for ref in refs if ref.position is None)

    def _match_mapped(self) -> None:
        """Find the columns of each question that the mapping names."""
        for name, entry in self._entries.items():
            if entry.source is not None:
                self._match_refs(name, column_refs(entry.source))
        self._used |= {index for indexes in self._mapped.values() for index in indexes}
        for ref in self._mapping.ignore if self._mapping else ():
            self._used |= {*self._columns.referred(ref).indexes}

    def _match_refs(self, name: str, refs: Sequence[ColumnRef]) -> None:
        """Find all columns of one question; the user may have allowed that some are missing, or that it has none."""
        found = [self._columns.referred(ref) for ref in refs]
        lacking = tuple(place for place, each in enumerate(found) if not each.indexes)
        allowed = name in self._settings.allow_missing or self._settings.allow_all_missing
        if lacking and not allowed:
            self._add_absent([refs[place] for place in lacking], f"`{name}`", self._allow_hint(name, lacking, refs))
        for ref, each in zip(refs, found, strict=True):
            self._refuse_several(each, f"the mapping names {ref_text(ref)} for `{name}`")
        indexes = tuple(each.only for each in found if each.only is not None)
        if indexes and len(indexes) + (len(lacking) if allowed else 0) == len(refs):
            self._mapped[name] = indexes
            if lacking:
                self._lacking[name] = _Lacking(lacking, _listed([refs[place] for place in lacking]))

    def _allow_hint(self, name: str, lacking: Sequence[int], refs: Sequence[ColumnRef]) -> str:
        without = "it" if len(lacking) == len(refs) else "what is missing, by the other columns alone"
        return f"To score without {without}, say `--allow-missing {name}`."

    def _add_absent(self, refs: Sequence[ColumnRef], purpose: str, hint: str = "") -> None:
        """A problem for columns that the mapping names and the file does not have."""
        message = f"the mapping names {_listed(refs)} for {purpose}, which the file does not have"
        names = [str(name) for ref in refs for name in ref.names]
        self._add("mapped-column-missing", message, self._did_you_mean(names) or hint)

    def _referred(self, ref: ColumnRef, purpose: str) -> int | None:
        """The column that the mapping names; a problem if there is none, or more than one."""
        found = self._columns.referred(ref)
        if not found.indexes:
            self._add_absent([ref], purpose)
        self._refuse_several(found, f"the mapping names {ref_text(ref)} for {purpose}")
        return found.only

    def _id_index(self) -> int | None:
        if self._settings.id_column is not None:
            return next(self._one_named(self._settings.id_column, "--id-column"), None)
        if self._mapping is not None and self._mapping.id_column is not None:
            return self._use(self._referred(self._mapping.id_column, "the id of a form"))
        found = self._columns.named("id")
        self._refuse_several(found, "the column `id` is copied to the results")
        return found.only

    def _check_id(self, index: int | None) -> None:
        """An id is shown in messages and copied to the results, so it is no answer."""
        answered = {at: name for name, indexes in self._mapped.items() for at in indexes}
        answered |= {at: name for name, at in self._by_name.items()}
        if index in answered:
            message = f"the column for the ids of forms answers `{answered[index]}`"
            self._add("id-is-answer", message, "Ids are shown in messages. Name a column with ids.", command=False)

    def _time_index(self) -> int | None:
        if self._settings.time_column is not None:
            return next(self._one_named(self._settings.time_column, "--time-column"), None)
        if self._mapping is None or self._mapping.time is None:
            return None
        return self._use(self._referred(self._mapping.time.column, "the time of a form"))

    def _statuses(self) -> Iterator[tuple[int, StatusColumn]]:
        mapped = set[int]()
        for status in self._mapping.status if self._mapping else ():
            index = self._use(self._referred(status.column, "the status of a form"))
            if index is not None:
                mapped.add(index)
                yield index, status
        for index, texts in self._left_out:
            if index not in mapped:
                self._use(index)
                yield index, StatusColumn(ColumnRef((), index + 1, START), None, texts)

    def _form_index(self) -> int | None:
        """The column with the stamps, unless the mapping or a question has it."""
        known = {*self._used, *self._by_name.values()}
        names = enumerate(self._columns.respelled)
        found = Found(tuple(index for index, name in names if is_form_column(name) and index not in known))
        self._refuse_several(found, "one column says which questionnaire a form was made from")
        return self._use(found.only)

    def _one_named(self, name: str, option: str) -> Iterator[int]:
        """The column that an option names."""
        found = self._columns.named(name)
        if not found.indexes:
            message = f"the file has no column {name!a}, which `{option}` names"
            self._add("no-such-column", message, self._did_you_mean([name]), command=False)
        self._refuse_several(found, f"`{option}` names {name!a}")
        if found.only is not None:
            yield found.only

    def _use(self, index: int | None) -> int | None:
        self._used |= set() if index is None else {index}
        return index

    def _refuse_several(self, found: Found, why: str) -> None:
        if len(found.indexes) > 1:
            places = ", ".join(f"column {index + 1}" for index in found.indexes[:NAMES_SHOWN])
            message = f"{why}, and that fits {len(found.indexes)} columns: {places}"
            self._add("two-columns", message, "Rename one of them, or say in a mapping by `position` which is meant.")

    # -------------------------------------------------------------- columns with the id of a question

    def _candidates(self) -> dict[str, list[int]]:
        """For each question the columns that have its id as their name, in whatever spelling, or behind its group."""
        spelled = _by_spelling((name, name) for name in self._ids)
        grouped = _by_spelling(grouped_names(self._compiled))
        found: defaultdict[str, list[int]] = defaultdict(list)
        for index, (name, respelled) in enumerate(zip(self._columns.names, self._columns.respelled, strict=True)):
            meant = spelled.get(respelled) or grouped.get(respelled, [])
            for question in [name] if name in meant else meant if len(meant) == 1 else []:
                found[question].append(index)
        return found

    def _match_by_name(self, candidates: Mapping[str, Sequence[int]]) -> None:
        elsewhere = {*self._read_elsewhere()}
        for name, indexes in candidates.items():
            left = [index for index in indexes if index not in self._used]
            if left and name in elsewhere:
                message = f"{self._columns.listed(left)} has the name of `{name}`, which the mapping reads elsewhere"
                self._add("two-columns", message, "If it is not wanted, list it in the mapping under `ignore`.")
            elif left:
                self._by_name[name] = left[0]
            if len(left) > 1 and name not in elsewhere:
                message = f"{self._columns.listed(left)} are all columns of `{name}`"
                hint = "Rename all but one, or write a mapping that lists the others under `ignore`."
                self._add("two-columns", message, hint)

    def _rest(self, id_index: int | None) -> list[int]:
        """The columns that nothing is known of."""
        known = {*self._used, *self._by_name.values(), id_index}
        return [index for index in range(len(self._columns.names)) if index not in known]

    # -------------------------------------------------------------- near misses, and questions without a column

    def _near_misses(self, rest: Iterable[int], absent: Sequence[str]) -> Iterator[tuple[int, NearMiss]]:
        """Columns that most likely mean a question that has no column; they are one problem together."""
        found = []
        named_by_user = {index for name in self._named_by_options() for index in self._columns.named(name).indexes}
        for index in rest:
            miss = None if index in named_by_user else likely_question(self._columns.names[index], self._compiled)
            if miss is not None and miss.question in absent:
                found.append((index, miss))
        if found:
            listed = "; ".join(
                f"{self._shown(index)} looks like `{miss.question}` ({miss.why})" for index, miss in found[:NAMES_SHOWN]
            )
            more = f"; and {len(found) - NAMES_SHOWN:,} more" if len(found) > NAMES_SHOWN else ""
            hint = "Write a mapping that says what they are; what is no question goes under `ignore` there."
            self._add("near-miss", f"columns that may be questions: {listed}{more}", hint + self._redcap_hint())
        yield from found

    def _redcap_hint(self) -> str:
        """That a data dictionary may say more than a mapping would."""
        if self._settings.dictionary is not None or not may_be_export(self._columns.names):
            return ""
        return " If REDCap made the file, name its data dictionary behind `--dictionary` instead."

    def _named_by_options(self) -> Iterator[str]:
        yield from filter(None, (self._settings.id_column, self._settings.time_column))

    def _shown(self, index: int) -> str:
        return self._columns.shown(index) if self._may_show else f"column {index + 1}"

    def _allowed(self, absent: Sequence[str]) -> tuple[str, ...]:
        """The questions without a column that the user allowed; a problem for what was allowed and need not be."""
        settings = self._settings
        for name in sorted(settings.allow_missing):
            if name not in self._ids:
                hint = did_you_mean(name, self._ids)
                self._add("allow-missing", f"{name!a} in `--allow-missing` is no question", hint, command=False)
            elif name not in absent and name not in self._lacking:
                message = f"`--allow-missing` names `{name}`, which has a column"
                self._add(
                    "allow-missing", message, "Leave it out: an answer that is there is not set aside.", command=False
                )
        needed = needed_questions(self._compiled) if settings.allow_all_missing else frozenset()
        allowed = {*settings.allow_missing, *needed}
        return tuple(name for name in self._ids if name in self._lacking or (name in absent and name in allowed))

    def _check_missing(
        self, absent: Iterable[str], allowed: Iterable[str], near: Mapping[int, NearMiss], rest: Sequence[int]
    ) -> None:
        """A problem that lists the questions without a column that something reads."""
        explained = {*allowed, *(miss.question for miss in near.values()), *self._read_elsewhere()}
        needed = needed_questions(self._compiled)
        missing = [name for name in absent if name in needed and name not in explained]
        if not missing:
            return
        likely = self._likely_typos(missing, [index for index in rest if index not in near])
        guesses = "; ".join(f"did you mean {self._shown(index)} for `{name}`?" for name, index in likely)
        listed = ", ".join(f"`{name}`" for name in missing)
        what = (
            "a question has no column that a rule or a score reads"
            if len(missing) == 1
            else (f"{len(missing)} questions have no column that a rule or a score reads")
        )
        few = ",".join(missing) if len(missing) <= FEW else f"{missing[0]},{missing[1]}"
        every = "" if len(missing) <= FEW else "; `--allow-missing all` allows all"
        hint = f"To score without columns, name them, as in `--allow-missing {few}`{every}. Every result then says so."
        hint += self._redcap_hint()
        self._add("missing-columns", f"{what}: {listed}", " ".join(filter(None, (guesses, hint))))

    def _read_elsewhere(self) -> Iterator[str]:
        """The questions of which the mapping says where their answer is."""
        return (name for name, entry in self._entries.items() if entry.source is not None)

    def _likely_typos(self, missing: Iterable[str], rest: Sequence[int]) -> Iterator[tuple[str, int]]:
        """For questions without a column the column whose name is nearly theirs."""
        if not self._may_show:
            return
        for name in missing:
            places = {
                self._columns.respelled[index]: index
                for index in rest
                if abs(len(self._columns.respelled[index]) - len(name)) <= 2
            }
            near = difflib.get_close_matches(name.casefold(), [*places][:MOST_COMPARED], n=1, cutoff=ALIKE)
            yield from ((name, places[each]) for each in near)

    def _did_you_mean(self, names: Iterable[str]) -> str:
        """A hint at the column that is nearest to a name that the file does not have."""
        known = [name for name in self._columns.names if name][:MOST_COMPARED] if self._may_show else []
        return next(filter(None, (did_you_mean(name, known) for name in names)), "")

    def _without_names(self, near: Mapping[int, NearMiss]) -> list[InputProblem]:
        """The problems of a file no column of which is known."""
        if near or self._entries:
            return self._problems
        names = self._columns.names
        mark = next((mark for mark in (";", "\t", "|", ",") if len(names) == 1 and mark in names[0]), None)
        self._problems = []
        whole_lines = len(names) == 1 and self._delimiter in names[0]
        hint = "Each line of it is one cell in quotes. Take the outer quotes away, or export it again."
        message = "no column of the header is a question of this questionnaire"
        self._add("no-question", message, hint if whole_lines else "")
        if mark is not None and not whole_lines:
            word = "tab" if mark == "\t" else mark
            command = ("iop-screen", "inspect", self._file, "--delimiter", word)
            hint = f"All of it is one column. It may be parted at {word!a}."
            return [InputProblem(self._file, self._line, "no-question", message, hint, command)]
        return self._problems

    def _check_ids_beside_codes(self) -> None:
        """Refuse to read whole-number ids where the mapping gives a question with the same ids other codes.

        A column in which nobody has the last code looks as if it held ids, and each answer would be one too high.
        """
        ids = {str(question.id): question.answer_ids() for question in self._compiled.questions}
        shifted = {ids[entry.question]: entry.question for entry in self._entries.values() if _shifts_ids(entry)}
        for name in self._by_name:
            if ids[name] in shifted and name not in self._entries:
                message = (
                    f"`{name}` would be read by its ids, but the mapping has other codes for `{shifted[ids[name]]}`"
                )
                hint = f"Both have the same answers. Give `{name}` its codes in the mapping, even if they are its ids."
                self._add("codes-not-said", message, hint)

    # -------------------------------------------------------------- what reads the columns

    def _answer_columns(self, question: Question, allowed: Iterable[str]) -> AnswerColumns:
        name = str(question.id)
        read, codes = self._cells_reader(question), self._codes(question)
        if name in self._mapped:
            lacks = name in self._lacking
            match = Match.DICTIONARY if name in self._settings.by_dictionary else Match.MAPPING
            return AnswerColumns(question, self._mapped[name], read, match, allowed=lacks, codes=codes)
        index = self._by_name.get(name)
        if index is None:
            return AnswerColumns(question, (), read, None, allowed=name in allowed)
        match = Match.ID if self._columns.names[index] == name else Match.SPELLING
        if match is Match.ID and name in self._settings.by_dictionary:
            match = Match.DICTIONARY
        return AnswerColumns(question, (index,), read, match, codes=codes)

    def _entry(self, name: str) -> QuestionMapping:
        return self._entries.get(name) or QuestionMapping(
            name, None, None, _NOTHING, (), MappingProxyType({}), "", START, None
        )

    def _cells_reader(self, question: Question) -> CellsReader:
        if self._mapping is None:
            return alone(cell_reader(question))
        name = str(question.id)
        absent = self._lacking[name].places if name in self._lacking else ()
        return cells_reader(self._entry(name), question, self._mapping.missing, absent)

    def _codes(self, question: Question) -> frozenset[int] | None:
        """The whole numbers that are known in the cells of a question, if another one may mean shifted codes."""
        if self._mapping is None:
            return whole_codes(question.answer_ids(), ())
        entry = self._entry(str(question.id))
        known = known_texts(entry, question) or frozenset()
        said = {*(entry.codes or ()), *entry.labels}
        codes = known
        if known and not isinstance(entry.source, FromTicks):
            codes = frozenset(question.answer_ids() if entry.codes is None else entry.codes)
        return whole_codes(codes, {*known, *entry.missing, *self._mapping.missing}, said)

    # -------------------------------------------------------------- what is shown

    def _respelled(self) -> Iterator[tuple[str, str]]:
        """The columns of questions whose name is the id written another way, and the id."""
        found = ((name, index) for name, index in self._by_name.items() if self._columns.names[index] != name)
        return ((self._columns.shown(index), name) for name, index in found)

    def _not_question(self, index: int, absent: Iterable[str], count: int) -> str:
        """A column that is no question, as it is shown to the user."""
        name = self._columns.respelled[index]
        hint = did_you_mean(name, absent, ALIKE) if name and count <= MOST_COMPARED else ""
        return f"{self._shown(index)}{f' ({hint})' if hint else ''}"

    def _add(self, code: str, message: str, hint: str, *, command: bool = True) -> None:
        words = inspect_command(self._file) if command else ()
        self._problems.append(InputProblem(self._file, self._line, code, message, hint, words))


_NOTHING: Mapping[str, str] = MappingProxyType({})
