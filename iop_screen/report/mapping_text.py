"""What was guessed of a file, as a mapping file for a person to confirm."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

from iop_screen.batch.answer_columns import Match
from iop_screen.batch.cells import cell_key
from iop_screen.batch.guesses.ages import likely_ranges
from iop_screen.batch.guesses.values import Doubt
from iop_screen.batch.guesses.whole import WholeGuess
from iop_screen.batch.inspection import InspectedColumn, InspectedQuestion, Inspection, OtherColumn
from iop_screen.batch.sources.csv_framing import REPEATED_HEADER
from iop_screen.core.columns import cut
from iop_screen.core.safe_text import sanitize
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.nodes import is_hidden
from iop_screen.questionnaire.types import Question
from iop_screen.report.wording import plural

MOST_LISTED = 100
"""So many values that nobody can guess are listed for a question."""

LONGEST_COMMENT = 100

LONGEST_WRITTEN = 300
"""A longer value is not written."""

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NO_ID = re.compile(r"[^A-Za-z0-9_.-]+")


def mapping_text(inspection: Inspection, compiled: CompiledQuestionnaire) -> str:
    """A mapping file in which all that was guessed is marked, with the reason above it."""
    name = cut(_comment(PurePath(inspection.file).name), 60)
    lines = (
        f"# What the columns and cells of {name} mean, as far as it could be guessed.",
        "# Compare each part with the form. Once a part is right, delete its line with `guess`.",
        "# Nothing is scored with this file while one of these lines is left.",
        *_beside(inspection),
        "format: 1",
        f"id: {_id(inspection.file)}",
        f"questionnaire: {compiled.questionnaire.id}",
        *_file_part(inspection),
        *_whole_part(inspection),
        *_displays_part(inspection),
        *_questions_part(inspection),
    )
    return "\n".join(lines) + "\n"


def _displays_part(inspection: Inspection) -> Iterator[str]:
    """The codes that the questionnaire does not have, with the words that the file shows for them, as comments."""
    words = [*inspection.displays.items()][:MOST_LISTED]
    if words:
        yield from ("", "# What the file shows for its codes. A code with several words may have been used wrongly.")
    for text, shown in words:
        said = "; ".join(_comment(_quoted(each)) for each in shown)
        yield f"#   {cut(_comment(_quoted(text)), LONGEST_COMMENT)}: {said}"


def _beside(inspection: Inspection) -> Iterator[str]:
    """That the mapping says only what a data dictionary does not."""
    if any(each.match is Match.DICTIONARY for each in inspection.questions):
        yield "# It goes with the data dictionary: name both, `--dictionary` and `--mapping`."


def _id(file: str) -> str:
    stem = _NO_ID.sub("-", PurePath(file).stem).strip("-.")[:64]
    return stem or "forms"


def _file_part(inspection: Inspection) -> Iterator[str]:
    guess, settings = inspection.guess, inspection.guess.settings
    repeated = any(each.code == REPEATED_HEADER for each in inspection.rejected)
    if not (guess.guessed or repeated or settings.sheet):
        return
    yield ""
    yield f"# How the file is written. Encoding: {guess.encoding}."
    yield f"# Delimiter: {guess.delimiter}. Header: {guess.head}."
    yield "file:"
    if settings.encoding is not None:
        yield f"  encoding: {settings.encoding}"
    if settings.delimiter is not None:
        yield f"  delimiter: {'tab' if settings.delimiter == chr(9) else _quoted(settings.delimiter)}"
    if settings.skip_lines:
        yield f"  skip_lines: {settings.skip_lines}"
    if settings.rows > 1:
        yield f"  header_rows: {settings.rows}"
        yield f"  names_from: {settings.names_from or 'all'}"
    if settings.sheet is not None and _can_be_written(settings.sheet):
        yield f"  sheet: {_quoted(settings.sheet)}"
    if repeated:
        yield "  # Some records repeat the header. They are left out:"
        yield "  repeated_header: exclude"
    if guess.guessed or repeated:
        yield "  guess: true"


def _whole_part(inspection: Inspection) -> Iterator[str]:
    """The columns about a form as a whole."""
    columns = {column.index: column for column in inspection.others}
    whole = inspection.whole
    if whole.id_index is not None:
        yield from ("", "# Who a form is of: the builder gives each form a key in this column.")
        yield f"id_column: {_column_of(columns[whole.id_index])}"
        yield "guess_id_column: true"
    yield from _time_part(whole, columns)
    yield from _status_part(whole, columns)


def _time_part(whole: WholeGuess, columns: dict[int, OtherColumn]) -> Iterator[str]:
    time = whole.time
    if time is None:
        return
    yield from ("", "# When a form was filled in.")
    if time.other is not None:
        yield f"# LOOK CLOSELY: {_quoted(time.other)} fits as well. Is the month first, or the day?"
    yield "time:"
    yield f"  column: {_column_of(columns[time.index])}"
    if time.format is not None:
        yield f"  format: {_quoted(time.format)}"
    yield "  guess: true"


def _status_part(whole: WholeGuess, columns: dict[int, OtherColumn]) -> Iterator[str]:
    if not whole.status:
        return
    yield from ("", "# Which forms count. Those with a text under `exclude` are left out of the results.")
    if any(status.score for status in whole.status):
        yield "# A form whose text is neither under `score` nor under `exclude` is rejected, for somebody to look at."
    yield "# A form that is not finished can still tell of a danger. If in doubt, delete this part."
    yield "status:"
    for status in whole.status:
        yield f"  - column: {_column_of(columns[status.index])}"
        for key, values in (("score", status.score), ("exclude", status.exclude)):
            if values:
                yield f"    {key}: [{', '.join(map(_quoted, values))}]"
        yield "    guess: true"


def _questions_part(inspection: Inspection) -> Iterator[str]:
    yield ""
    yield "questions:"
    for each in inspection.questions:
        if each.guessed:
            yield from _entry(each)
    if inspection.absent:
        yield ""
        yield "  # No column was found for the questions below. If the file has one, write its name."
    for question in inspection.absent:
        yield from _template(question)
        yield from _age_template(question, inspection)
    if inspection.absent and inspection.questions and inspection.others:
        yield "  # The columns of the file that are no question:"
        for column in inspection.others[:MOST_LISTED]:
            yield f"  #   {column.index + 1}: {cut(_comment(column.name), LONGEST_COMMENT)}"


def _entry(each: InspectedQuestion) -> Iterator[str]:
    question, values = each.question, each.values
    yield ""
    yield f"  # {cut(_comment(question.ask), LONGEST_COMMENT)}"
    if each.match is None:
        yield f"  # {plural(len(each.columns), 'column')} ({_places(each.columns)}): {each.why}."
    if each.match is Match.DICTIONARY:
        yield "  # The data dictionary says where the answer is, and what all other texts mean."
    if values.doubt is not Doubt.NONE:
        yield f"  # {values.doubt.value}"
    yield f"  {_key(str(question.id))}:"
    yield from _columns_of(each) if each.match is not Match.DICTIONARY else ()
    yield from _values_of(each)
    yield "    guess: true"


def _places(columns: Sequence[InspectedColumn]) -> str:
    return ", ".join(str(column.index + 1) for column in columns)


def _columns_of(each: InspectedQuestion) -> Iterator[str]:
    if each.columns[0].option is not None:
        yield "    ticks:"
        for column in each.columns:
            yield f"      {_key(column.option or '')}: {_column_of(column)}"
        left = [str(option.id) for option in each.question.options_listed]
        left = [option for option in left if option not in {column.option for column in each.columns}]
        if left:
            yield f"    # No column is for {', '.join(left)}. If no column is ticked, the answer counts as missing."
            yield f"    # If that means one of them on this form, write so: none_ticked: {left[-1]}"
    elif len(each.columns) > 1:
        yield "    # LOOK CLOSELY: several columns look like this question. Keep the right one; or keep all of them, if"
        yield "    # they are old and new wordings of one question: then two different answers cannot be read."
        yield f"    one_of: [{', '.join(map(_column_of, each.columns))}]"
    else:
        yield f"    column: {_column_of(each.columns[0])}"


def _values_of(each: InspectedQuestion) -> Iterator[str]:
    values = each.values
    reasons = ((text, reason.value) for text, reason in values.missing)
    for key, pairs in (("codes", values.codes), ("labels", values.labels), ("missing", reasons)):
        written = [f"      {_quoted(text)}: {meaning}" for text, meaning in _once(pairs) if _can_be_written(text)]
        yield from [f"    {key}:", *written] if written else ()
        if key == _key_to_fill_in(each):
            yield from _lines_to_fill_in(each, key, under_key=bool(written))
    if values.ranges:
        yield "    ranges:"
        for found in values.ranges:
            yield f"      {_key(found.option)}: {{from: {found.start}, below: {found.below}}}"
    if values.separator:
        yield f"    separator: {_quoted(values.separator)}"
    if values.needs_ranges and values.unknown:
        yield from _ranges_to_fill_in(each.question)


def _key_to_fill_in(each: InspectedQuestion) -> str:
    """Under which key values are to be written that nobody can guess; nothing if there are none, or ranges are."""
    if each.values.needs_ranges or not each.values.unknown:
        return ""
    if each.match is Match.DICTIONARY and each.columns[0].option is not None:
        return "missing"
    return "codes" if each.values.codes else "labels" if each.question.answer_ids() else "missing"


def _once(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs without those whose text a mapping does not tell apart from an earlier one."""
    found = {cell_key(_shown(text)): (text, meaning) for text, meaning in reversed([*pairs])}
    return [*reversed(found.values())]


def _lines_to_fill_in(each: InspectedQuestion, key: str, *, under_key: bool) -> Iterator[str]:
    """The values that nobody can guess, as comments that are right where they stand without their `# `.

    So is the line of their key, where that does not stand above them yet.
    """
    answers = ", ".join(each.question.answer_ids())
    yield f"    # What these mean could not be guessed. {f'The answers are: {answers}.' if answers else ''}".rstrip()
    yield "    # A reason for no answer goes under `missing:`, as unknown, declined, not-shown or not-applicable."
    unknown = [text for text, _ in _once((text, "") for text in each.values.unknown)]
    if not under_key and any(map(_can_be_written, unknown[:MOST_LISTED])):
        yield f"    # {key}:"
    for text in unknown[:MOST_LISTED]:
        yield (
            f"    #   {_quoted(text)}: ANSWER"
            if _can_be_written(text)
            else "    # (a text too long or odd to be written)"
        )
    if len(unknown) > MOST_LISTED:
        yield f"    # and {len(unknown) - MOST_LISTED:,} more"


def _ranges_to_fill_in(question: Question) -> Iterator[str]:
    yield "    # What these numbers mean could not be guessed. If they are ages, say which of them mean which answer:"
    yield "    # ranges:"
    for option in question.answer_ids():
        yield f"    #   {_key(option)}: {{from: 0, below: 0}}"


def _template(question: Question) -> Iterator[str]:
    answers = ", ".join(question.answer_ids())
    yield f'  # {_key(str(question.id))}: {{column: ""}}'
    yield f"  #   {cut(_comment(question.ask), 100)}{f' ({answers})' if answers else ''}"


def _age_template(question: Question, inspection: Inspection) -> Iterator[str]:
    """If a column may hold dates of birth: how it gives the age on the day of the form, for a question with ages."""
    columns = {column.index: column for column in inspection.others}
    born, on, ranges = inspection.whole.born, inspection.whole.time, likely_ranges(question)
    if born is None or on is None or not ranges or "age" not in str(question.id).casefold():
        return
    yield f"  # Or, if column {born.index + 1} holds dates of birth and column {on.index + 1} the day of the form:"
    yield f"  # {_key(str(question.id))}:"
    for key, time in (("born", born), ("on", on)):
        pattern = "" if time.format is None else f", format: {_quoted(time.format)}"
        yield f"  #   {key}: {{column: {_column_of(columns[time.index])}{pattern}}}"
    listed = ", ".join(f"{_key(each.option)}: {{from: {each.start}, below: {each.below}}}" for each in ranges)
    yield f"  #   ranges: {{{listed}}}"


def _comment(text: str) -> str:
    """A text in one line, without a character that no mapping file can hold."""
    line = sanitize(" ".join(text.split()))
    return "".join("?" if is_hidden(character) else character for character in line)


def _column_of(column: InspectedColumn | OtherColumn) -> str:
    """A column as a mapping names it: by its name, if no other has it and it can be written; else by its place."""
    if column.unique and column.name and _can_be_written(column.name, 5_000) and "\u00a0" not in column.name:
        return _quoted(column.name)
    return f"{{position: {column.index + 1}}}"


def _key(option: str) -> str:
    return option if _PLAIN.fullmatch(option) else _quoted(option)


def _can_be_written(text: str, longest: int = LONGEST_WRITTEN) -> bool:
    """Whether a mapping file can hold a text: no character that a screen would not show."""
    return len(text) <= longest and not any(map(is_hidden, _shown(text)))


def _shown(text: str) -> str:
    """A text with plain blanks, which cells are compared with."""
    return text.replace("\u00a0", " ")


def _quoted(text: str) -> str:
    return json.dumps(_shown(text), ensure_ascii=False)
