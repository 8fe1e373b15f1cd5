"""What is understood of a file of forms, as text for a screen of any width from 40 columns on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from iop_screen.batch.answer_columns import Match
from iop_screen.batch.column_names import NAMES_SHOWN
from iop_screen.batch.form_stamp import MadeFrom
from iop_screen.batch.inspection import (
    InspectedColumn,
    InspectedQuestion,
    Inspection,
    StatusStanding,
    Tick,
    ValueMeaning,
)
from iop_screen.core.columns import cut
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.report.score_words import EXCLUDED_WORDS, stamps_text
from iop_screen.report.wording import MISSING_REASON_WORDS, answer_text, filled_whole, plural

MOST_CODES = 50
"""Of so many codes it is said what the file shows for them."""
MOST_VALUES = 30
"""So many values of a column are shown."""

MOST_COLUMNS = 40
"""So many columns that are no question are shown."""

MOST_TEXTS = 10
"""So many texts of a status are shown by which a form does not count."""

WIDEST_VALUE = 40
WIDEST_MEANING = 60


def inspection_text(inspection: Inspection, compiled: CompiledQuestionnaire, width: int = 78) -> str:
    """What is understood of a file, and what is not, in lines of at most `width` columns."""
    paper = _Paper(width)
    parts = [
        [*_file_lines(inspection, paper)],
        *([*_question_lines(each, paper)] for each in inspection.questions),
        [*_other_lines(inspection, paper)],
        [*_absent_lines(inspection, compiled, paper)],
        [*_problem_lines(inspection, paper)],
        [*_titled("LOOK AT THESE CODES", _unused_end_lines(inspection, paper))],
        [*_titled("WHAT THE FILE SHOWS FOR ITS CODES", _display_lines(inspection, paper))],
        [*_titled("WHAT CANNOT BE READ", _not_understood_lines(inspection, paper))],
        [*_totals(inspection, compiled, paper)],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines) + "\n"


@dataclass(frozen=True, slots=True)
class _Paper:
    """How wide the text is."""

    width: int

    def filled(self, text: str, first: str = "", rest: str = "  ") -> str:
        return filled_whole(text, self.width, first, rest)

    def pair(self, name: str, text: str) -> str:
        return self.filled(f"{name}: {text}")


def _file_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    guess = inspection.guess
    name = "standard input" if inspection.file == "-" else PurePath(inspection.file).name
    yield paper.pair("File", cut(name, paper.width - len("File: ")))
    yield paper.pair("Encoding", guess.encoding)
    yield paper.pair("Delimiter", guess.delimiter)
    place = "" if inspection.header_line is None else f"line {inspection.header_line}; "
    yield paper.pair("Header", f"{place}{guess.head}")
    if inspection.mapping is not None:
        yield paper.pair("Mapping", inspection.mapping)
    blank = f"; {inspection.blank:,} with blank cells only" if inspection.blank else ""
    kind = "row" if inspection.header_line is None else "line"
    yield paper.pair("Records", f"{inspection.records:,} (the file has {plural(inspection.lines, kind)}){blank}")
    for remark in inspection.remarks:
        yield paper.pair("Note", remark)
    for reason, number in inspection.excluded:
        yield paper.pair("Left out", f"{plural(number, 'record')}: {EXCLUDED_WORDS.get(reason, reason)}")
    for each in inspection.rejected:
        more = ", ..." if each.count > len(each.lines) else ""
        lines = ", ".join(map(str, each.lines))
        yield paper.pair("Rejected", f"{plural(each.count, 'record')}: {each.code} (line {lines}{more})")
    if inspection.unended:
        yield paper.pair(
            "Last record",
            "has no line end. Its last cell may be cut off: it is not read, unless you say --allow-unended",
        )
    yield from _form_lines(inspection, paper)
    yield from _status_lines(inspection, paper)
    if inspection.id_column is not None:
        yield paper.pair("Id", f"column {_quoted(inspection.id_column)}, {inspection.ids:,} different values")
    if inspection.repeated_ids:
        count = plural(inspection.repeated_ids, "record")
        yield paper.filled(f"{count} with an id that was there before; `score` marks each, see --duplicates", "  ")


def _form_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """Which questionnaires the forms were made from, and what `score` does where that is not this one."""
    if inspection.form is None:
        return
    yield paper.pair("Made from", stamps_text(inspection.form, inspection.stamps))
    if other := inspection.made_from[MadeFrom.OTHER_VERSION]:
        yield paper.filled(f"another version of this questionnaire: `score` marks {plural(other, 'record')}", "  ")
    if other := inspection.made_from[MadeFrom.OTHER_QUESTIONNAIRE]:
        yield paper.filled(f"another questionnaire: `score` rejects {plural(other, 'record')}", "  ")


def _status_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """Which forms count by their status, and by which texts the others do not."""
    for each in inspection.statuses:
        counts, left_out, unknown = (each.forms.get(standing, 0) for standing in StatusStanding)
        said = f"{plural(counts, 'form')} to score, {left_out:,} to leave out, {unknown:,} with an unknown status"
        yield paper.filled(f"Status: column {_quoted(each.name)}: {said}")
        texts = [
            (text, count, standing) for text, count, standing in each.texts if standing is not StatusStanding.COUNTS
        ]
        for text, count, standing in texts[:MOST_TEXTS]:
            meaning = "UNKNOWN: the form is rejected" if standing is StatusStanding.UNKNOWN else standing.value
            yield paper.filled(f"{_value(text)} = {meaning}", f"  {count:,}  ", "      ")
        if len(texts) > MOST_TEXTS:
            yield paper.filled(f"and {len(texts) - MOST_TEXTS:,} more texts", "  ")
    if len(inspection.statuses) > 1:
        yield paper.filled(f"All status columns together: {plural(inspection.counting, 'form')} to score", "  ")
    if inspection.leaves_all_out:
        yield paper.filled("NO FORM WOULD BE SCORED. Look at `status` in the mapping.", "  ")


def _question_lines(each: InspectedQuestion, paper: _Paper) -> Iterator[str]:
    """A question with its columns, and the values of each with what they will mean."""
    places = ", ".join(f"{_quoted(column.name)} ({column.index + 1})" for column in each.columns[:6])
    more = f" and {len(each.columns) - 6} more" if len(each.columns) > 6 else ""
    noun = "column" if len(each.columns) == 1 else "columns"
    yield paper.filled(f"{each.question.id} <- {noun} {places}{more}")
    yield paper.filled(_how(each), "  ", "  ")
    for column in each.columns:
        if len(each.columns) > 1:
            about = f" ({column.option})" if column.option else ""
            yield paper.filled(f"{_quoted(column.name)}{about}:", "  ", "    ")
        yield from _value_lines(column, each.question, paper)
    if each.together:
        yield paper.filled("Together:", "  ")
    meanings = sorted((-count, _meant(answer, each.question)) for answer, count in each.together)
    for count, meaning in meanings[:MOST_VALUES]:
        yield paper.filled(f"{-count:,}  {cut(meaning, WIDEST_MEANING)}", "    ", "      ")
    if len(meanings) > MOST_VALUES:
        yield paper.filled(f"and {len(meanings) - MOST_VALUES:,} more", "    ")


def _how(each: InspectedQuestion) -> str:
    match each.match:
        case None:
            return f"A GUESS: {each.why}."
        case Match.ID:
            return "Known by its id."
        case Match.SPELLING:
            return "Known by its id, written another way."
        case Match.MAPPING:
            return "By the mapping."
        case Match.DICTIONARY:
            return "By the data dictionary."


def _value_lines(column: InspectedColumn, question: Question, paper: _Paper) -> Iterator[str]:
    if not column.values:
        yield paper.filled(_different(column.different, more=column.more > 0), "    ", "    ")
        return
    shown = column.values[:MOST_VALUES]
    digits = len(f"{max(value.count for value in shown):,}")
    for value in shown:
        mark = f"    {value.count:>{digits},}  "
        yield paper.filled(f"{_value(value.text)} = {_meaning(value, question)}", mark, " " * (len(mark) + 2))
    rest = column.values[MOST_VALUES:]
    if rest or column.more:
        unread = sum(1 for value in rest if value.means is None or value.guessed)
        least = "at least " if column.more else ""
        said = f"and {least}{plural(len(rest) + bool(column.more), 'more value')}"
        yield paper.filled(f"{said}, {unread:,} of them not understood" if unread else said, "    ", "    ")


def _value(text: str) -> str:
    return _quoted(text) if text else "(blank)"


def _meaning(value: ValueMeaning, question: Question) -> str:
    if value.means is None:
        return "CANNOT BE READ"
    text = cut(_meant(value.means, question), WIDEST_MEANING)
    return f"{text} (A GUESS)" if value.guessed else text


def _meant(means: Answer | Tick, question: Question) -> str:
    match means:
        case Tick():
            return means.value
        case MissingReason():
            return f"no answer: {MISSING_REASON_WORDS[means]}"
        case _:
            return answer_text(question, means)


def _different(count: int, *, more: bool) -> str:
    return f"{'more than ' if more else ''}{plural(count, 'different value')}"


def _other_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """The columns that are no question; their values may be names, so they are only counted."""
    others = inspection.others
    if not others or not inspection.questions:
        return
    yield paper.filled("Columns that are no question (of their values, only how many differ):")
    for column in others[:MOST_COLUMNS]:
        name = _quoted(column.name) if column.name else "(no name)"
        yield paper.filled(
            f"{name} ({column.index + 1}): {_different(column.different, more=column.more)}", "  ", "    "
        )
    if len(others) > MOST_COLUMNS:
        yield paper.filled(f"and {len(others) - MOST_COLUMNS:,} more", "  ")


def _absent_lines(inspection: Inspection, compiled: CompiledQuestionnaire, paper: _Paper) -> Iterator[str]:
    """The questions without a column, first those that a rule needs; one line says so if that is all of them."""
    if not inspection.questions:
        yield paper.filled(
            f"No column is a question of {compiled.questionnaire.id}, or looks like one. Names of columns are not "
            "shown: the first line may hold somebody's answers."
        )
        yield paper.filled(
            "Is this the right file, and the right questionnaire (--questions FILE)? Does its header stand further "
            "down? If the columns have other names, write a mapping: --write-mapping gives one to be filled in."
        )
        return
    needed = [str(question.id) for question in inspection.absent if str(question.id) in inspection.needed]
    rest = [str(question.id) for question in inspection.absent if str(question.id) not in inspection.needed]
    if needed:
        yield paper.pair("QUESTIONS WITHOUT A COLUMN that a rule reads", ", ".join(needed))
    if rest:
        yield paper.pair("Questions without a column that no rule reads", ", ".join(rest))


def _problem_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    for problem in inspection.problems:
        yield paper.filled(f"{problem.message} [{problem.code}]")
        if problem.hint:
            yield paper.filled(problem.hint, "  ")
    if inspection.mapping_guesses:
        parts = plural(inspection.mapping_guesses, "part")
        yield paper.filled(f"Of the mapping, {parts} must be confirmed. Delete a line with `guess` once it is right.")


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines under a title; nothing if there are none."""
    found = [*lines]
    yield from [title, *found] if found else ()


def _display_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """The codes that the questionnaire does not have, with the words that the file shows for them."""
    for text, words in [*inspection.displays.items()][:MOST_CODES]:
        more = "; SHOWN IN SEVERAL WAYS: look whether they mean the same" if len(words) > 1 else ""
        yield paper.filled(f"{_quoted(text)}: {', '.join(map(_quoted, words))}{more}", "  ", "    ")
    if len(inspection.displays) > MOST_CODES:
        yield paper.filled(f"and {len(inspection.displays) - MOST_CODES:,} more codes", "  ")


def _not_understood_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """The questions of which something cannot be read."""
    for each in inspection.questions:
        values = [value for column in each.columns for value in column.unread if value.means is None]
        cells = sum(value.count for value in values)
        together = dict(each.together).get(MissingReason.UNREADABLE, 0)
        if values:
            said = f"{each.question.id}: {plural(len(values), 'value')} in {plural(cells, 'cell')}"
            yield paper.filled(said, "  ", "    ")
        elif together:
            yield paper.filled(f"{each.question.id}: {plural(together, 'form')}, by all columns together", "  ", "    ")


def _unused_end_lines(inspection: Inspection, paper: _Paper) -> Iterator[str]:
    """Scales of which no cell has an end. Nobody can tell that from a file in which nobody gave that answer."""
    for each in inspection.unused_ends:
        listed = ", ".join(each.questions[:NAMES_SHOWN])
        more = f" and {len(each.questions) - NAMES_SHOWN:,} more" if len(each.questions) > NAMES_SHOWN else ""
        end = "highest" if each.furthest > each.unused else "lowest"
        yield paper.filled(f"{listed}{more}: no cell has {each.unused}; the {end} is {each.furthest}.", "  ", "    ")
        likely = f"from {each.likely_first} to {each.likely_last}"
        yield paper.filled(
            f"If the form has codes {likely}, each answer is taken for the one beside it. Look in its code book.",
            "    ",
            "    ",
        )


def _totals(inspection: Inspection, compiled: CompiledQuestionnaire, paper: _Paper) -> Iterator[str]:
    total, found = len(compiled.questions), len(inspection.questions)
    guessed = sum(1 for each in inspection.questions if each.match is None)
    said = f"{found} of {total} questions have a column"
    yield paper.filled(f"{said} ({guessed} of them by a guess)." if guessed else f"{said}.")
    unread, guesses = inspection.unread_values, inspection.guessed_values
    where = f" in {plural(inspection.unread_columns, 'column')}" if unread or guesses else ""
    yield paper.filled(f"{plural(unread, 'value')} cannot be read, {plural(guesses, 'value')} only by a guess{where}.")
    if inspection.is_clean:
        yield paper.filled("`score` reads this file as it is.")


def _quoted(text: str) -> str:
    return f'"{cut(" ".join(text.split()), WIDEST_VALUE)}"'
