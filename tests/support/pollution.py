"""Clean files of forms, and what happens to such files on their way: each pollution makes other bytes of them."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache, partial

from iop_screen.batch.form_names import section_names
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from support.json_forms import as_list
from support.made_up import made_up_people
from support.questionnaires import ready

Rows = list[list[str]]
"""The cells of a file; the first row is the header."""

Change = Callable[[bytes], bytes]

PEOPLE = 500

_ITEM = "{id: %s, ask: %s?, role: risk, type: choice, options: [%s]}"
_POINTS = ", ".join(f'{{id: "{points}", label: Level {points}, points: {points}}}' for points in range(4))
_ITEMS = ("sleep", "meals", "work", "hope")
CODED = f"""
format: 1
id: coded
version: 1.0.0
title: Four items with codes
intended_use: For tests.
disclaimer: Not a diagnosis.
levels: [{{id: visit, title: At the next visit}}, {{id: soon, title: Soon}}]
sections: [{{id: all, title: All, questions: [{", ".join(_ITEM % (item, item, _POINTS) for item in _ITEMS)}]}}]
scores: [{{id: total, title: Total, add: [{", ".join(_ITEMS)}]}}]
rules: [{{id: high, when: {{total: {{at_least: 6}}}}, level: soon, because: A high total.}}]
"""
"""A questionnaire whose option ids are the whole numbers from 0 to 3."""


@dataclass(frozen=True, slots=True, eq=False)
class Clean:
    """A clean file, the questionnaire that it answers, and that questionnaire's text if it is not the default one."""

    content: bytes
    compiled: CompiledQuestionnaire
    source: str | None


@dataclass(frozen=True, slots=True)
class Pollution:
    """What happened to a file: a name, a sentence about it, and what makes the bytes.

    `options` are given to `score`. `helps` says what a person can do. `coded` takes the file with codes. With `unseen`
    the program cannot see it, and results may change without a word. With `blanks` answers are gone, and no more is
    wanted than that results stay open.
    """

    name: str
    did: str
    change: Change
    helps: str = ""
    options: tuple[str, ...] = ()
    coded: bool = False
    unseen: bool = False
    blanks: bool = False

    @property
    def clean(self) -> Clean:
        """The file as it was."""
        return coded_forms() if self.coded else clean_forms()

    @property
    def polluted(self) -> bytes:
        """The file as it is."""
        return self.change(self.clean.content)


@lru_cache(maxsize=8)
def clean_forms(number: int = PEOPLE, seed: int = 12) -> Clean:
    """So many people and the default questionnaire: the id first, then a remark, then a column for each question."""
    compiled = ready(default_questionnaire().read_bytes())
    people = made_up_people(compiled, number, seed)
    return Clean(written([[*people[0]], *([*person.values()] for person in people)]), compiled, None)


@cache
def coded_forms(number: int = PEOPLE) -> Clean:
    """So many people and four items with codes from 0 to 3."""
    rows = [[f"{place + 1:05}", *(str((place // 4**item + place) % 4) for item in range(4))] for place in range(number)]
    return Clean(written([["id", *_ITEMS], *rows]), ready(CODED), CODED)


# ---------------------------------------------------------------------- rows and bytes


def rows_of(content: bytes) -> Rows:
    """The cells of a file, as Python's own reader has them."""
    return [*csv.reader(io.StringIO(content.decode(), newline=""), strict=True)]


def written(rows: Iterable[Iterable[str]], delimiter: str = ",", *, quoted: bool = False) -> bytes:
    """Rows as a file, by Python's own writer."""
    text = io.StringIO(newline="")
    dialect = _Quoted if quoted else _Plain
    csv.writer(text, dialect, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode()


class _Plain(csv.excel):
    lineterminator = "\n"


class _Quoted(_Plain):
    quoting = csv.QUOTE_ALL


def by_rows(change: Callable[[Rows], Rows]) -> Change:
    """A change of the cells."""
    return lambda content: written(change(rows_of(content)))


def header(**names: str) -> Change:
    """Other names for some columns."""
    return by_rows(lambda rows: [[names.get(name, name) for name in rows[0]], *rows[1:]])


def all_headers(name: Callable[[str], str]) -> Change:
    """Another name for each column of a question."""
    return by_rows(lambda rows: [[*rows[0][:2], *map(name, rows[0][2:])], *rows[1:]])


def as_json(content: bytes) -> bytes:
    """The same as a list of objects."""
    names, *rows = rows_of(content)
    return as_list(names, rows)


def behind_its_section(name: str) -> str:
    """The id of a question with its section before it, as Kobo writes it."""
    return next(f"{group}/{name}" for group, names in _groups() if name in names)


@cache
def _groups() -> tuple[tuple[str, frozenset[str]], ...]:
    """The sections of the default questionnaire as groups, with the ids of their questions."""
    compiled = ready(default_questionnaire().read_bytes())
    sections = zip(section_names(compiled), compiled.questionnaire.sections, strict=True)
    return tuple((name, frozenset(str(each.id) for each in section.questions)) for name, section in sections)


def cells(column: str, change: Callable[[str], str]) -> Change:
    """Other cells in one column."""

    def changed(rows: Rows) -> Rows:
        place = rows[0].index(column)
        return [rows[0], *([*row[:place], change(row[place]), *row[place + 1 :]] for row in rows[1:])]

    return by_rows(changed)


def all_cells(change: Callable[[str, str], str]) -> Change:
    """Other cells in each column of a question; the change is given the name of the column and the cell."""

    def changed(rows: Rows) -> Rows:
        names = rows[0]
        return [names, *([*row[:2], *map(change, names[2:], row[2:])] for row in rows[1:])]

    return by_rows(changed)


def one_row(change: Callable[[list[str]], list[str]]) -> Change:
    """Other cells in one row."""

    def changed(rows: Rows) -> Rows:
        place = middle(rows)
        return [*rows[:place], change(rows[place]), *rows[place + 1 :]]

    return by_rows(changed)


def middle(rows: Rows) -> int:
    """The row that is polluted where only one is."""
    return len(rows) // 2


def without(column: str) -> Change:
    """A file that lacks one column."""

    def changed(rows: Rows) -> Rows:
        place = rows[0].index(column)
        return [[*row[:place], *row[place + 1 :]] for row in rows]

    return by_rows(changed)


def swapped(one: str, other: str) -> Change:
    """Two names of the header in each other's place."""
    return header(**{one: other, other: one})


def lines(change: Callable[[list[bytes]], Iterable[bytes]]) -> Change:
    """A change of the physical lines, each with its line end."""
    return lambda content: b"".join(change(content.splitlines(keepends=True)))


def plain_line(all_lines: list[bytes]) -> int:
    """The place of a line that is a record of its own, without quotes, in the middle of the file."""
    return next(place for place in range(len(all_lines) // 2, len(all_lines)) if _plain(all_lines[place]))


def _plain(line: bytes) -> bool:
    return b'"' not in line and line.count(b",") >= 4


def at_plain_line(change: Callable[[bytes], bytes]) -> Change:
    """A change of one plain line in the middle."""

    def changed(all_lines: list[bytes]) -> Iterable[bytes]:
        place = plain_line(all_lines)
        return [*all_lines[:place], change(all_lines[place]), *all_lines[place + 1 :]]

    return lines(changed)


def between_lines(what: bytes) -> Change:
    """Something put before a plain line in the middle."""
    return at_plain_line(lambda line: what + line)


def replaced(old: bytes, new: bytes) -> Change:
    """Each of some bytes replaced."""
    return lambda content: content.replace(old, new)


def put_before(what: bytes) -> Change:
    """Something before the first byte."""
    return lambda content: what + content


# ---------------------------------------------------------------------- labels and questions


def label(name: str, cell: str, joined: str = ";") -> str:
    """A cell with the labels of its options."""
    question = next(each for each in clean_forms().compiled.questions if str(each.id) == name)
    labels = {str(option.id): str(option.label) for option in question.options_listed}
    return joined.join(labels.get(part, part) for part in cell.split(";"))


def question_text(name: str) -> str:
    """The text of a question."""
    return next(str(each.ask) for each in clean_forms().compiled.questions if str(each.id) == name)


def curly(text: str) -> str:
    """A text as a word processor writes it: quotes that are curled, blanks that do not break."""
    return text.replace("'", "\u2019").replace(" ", "\u00a0")


# ---------------------------------------------------------------------- the larger changes


def same_record_twice(rows: Rows) -> Rows:
    return [*rows, rows[middle(rows)]]


def id_of_another(rows: Rows) -> Rows:
    changed = [[*row] for row in rows]
    changed[middle(rows)][0] = changed[middle(rows) - 1][0]
    return changed


def phantom_record(rows: Rows) -> Rows:
    """A remark that holds the whole record of another person, and more lines."""
    changed = [[*row] for row in rows]
    name, _, *answers = rows[middle(rows) + 1]
    changed[middle(rows)][1] = f"pasted:\n{written([[name, 'x', *answers]]).decode()}"
    return changed


def phantom_in_a_long_record(rows: Rows) -> Rows:
    changed = phantom_record(rows)
    changed[middle(rows)].append("one cell more")
    return changed


def second_table(content: bytes) -> bytes:
    return content + b"\nsite,forms\nnorth,300\nsouth,200\n"


def line_end_in_the_last_list(content: bytes) -> bytes:
    """A list moved to the end of each row, and one broken in two behind its first option."""
    names, *rows = rows_of(content)
    place = names.index("obligations")
    moved = written([*row[:place], *row[place + 1 :], row[place]] for row in [names, *rows])
    return moved.replace(b"children;court\n", b"children;\ncourt\n", 1)


def first_cell_on_its_own_line(content: bytes) -> bytes:
    """The ids moved to the end of each row, and a line end behind the first answer of one."""
    moved = written([*row[1:], row[0]] for row in rows_of(content))
    return at_plain_line(lambda line: line.replace(b",", b"\n,", 1))(moved)


def two_stray_quotes(all_lines: list[bytes]) -> Iterable[bytes]:
    """A cell that begins with a quote, in two records, one some lines after the other."""
    first = plain_line(all_lines)
    second = next(place for place in range(first + 3, len(all_lines)) if _plain(all_lines[place]))
    return [line.replace(b",", b',"', 1) if at in {first, second} else line for at, line in enumerate(all_lines)]


def quotes_of_neighbours(column: int) -> Callable[[list[bytes]], Iterable[bytes]]:
    """A quote that opens in a cell, and one that closes in the same column of the next record."""

    def changed(all_lines: list[bytes]) -> Iterable[bytes]:
        places = range(len(all_lines) - 2, 0, -1)
        first = next(place for place in places if _plain(all_lines[place]) and _plain(all_lines[place + 1]))
        opened, closed = all_lines[first].split(b","), all_lines[first + 1].split(b",")
        opened[column], closed[column] = b'"' + opened[column], closed[column] + b'"'
        return [*all_lines[:first], b",".join(opened), b",".join(closed), *all_lines[first + 2 :]]

    return changed


def mixed_line_ends(all_lines: list[bytes]) -> Iterable[bytes]:
    return [line[:-1] + b"\r\n" if place % 3 else line for place, line in enumerate(all_lines)]


def zipped(content: bytes) -> bytes:
    """A ZIP archive with the file in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("forms.csv", content)
    return archive.getvalue()


def as_page(content: bytes) -> bytes:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows_of(content))
    return f"<html><body><table>{body}</table></body></html>\n".encode()


def cut_in_the_last_cell(content: bytes) -> bytes:
    return content[:-4]


def cut_in_a_record(content: bytes) -> bytes:
    return content[: content.index(written([rows_of(content)[-1]])) + 60]


def cut_after_a_record(content: bytes) -> bytes:
    return written(rows_of(content)[:-5])


def many_columns(content: bytes) -> bytes:
    return written([[*row, *(f"x{place}" for place in range(100_000))] for row in rows_of(content)[:3]])


def in_one_column(content: bytes) -> bytes:
    """Each line as one quoted cell, as a spreadsheet writes a file that it did not part."""
    return written([[line.decode()] for line in content.splitlines()], quoted=True)


# ---------------------------------------------------------------------- the list

YES_NO = frozenset({"emergency_now", "means_at_hand", "past_severe_withdrawal"})
INSPECT = "`inspect --write-mapping`, then a mapping"

IN_THE_HEADER = (
    Pollution("header-case", "One header has another case: `Suicide`", header(suicide="Suicide")),
    Pollution("headers-in-capitals", "All headers of questions are in capitals", all_headers(str.upper)),
    Pollution("header-star", "A header has a star for a required question: `suicide *`", header(suicide="suicide *")),
    Pollution("header-colon", "A header ends in a colon: `home:`", header(home="home:")),
    Pollution("header-blanks", "All headers have blanks around them", all_headers("  {} ".format)),
    Pollution("header-dot", "A header has a dot: `coming.from`", header(coming_from="coming.from"), INSPECT),
    Pollution("header-hyphen", "A header has a hyphen: `stay-safe`", header(stay_safe="stay-safe"), INSPECT),
    Pollution("header-parted", "A header is parted: `coming from`", header(coming_from="coming from"), INSPECT),
    Pollution("header-joined", "A header is joined: `stimulantUse`", header(stimulant_use="stimulantUse"), INSPECT),
    Pollution("header-group", "A header has its section before it: `about-age`", header(age="about-age")),
    Pollution("headers-group", "All headers do: `about/age`", all_headers(behind_its_section)),
    Pollution(
        "headers-other-group", "All headers have another word there: `data/age`", all_headers("data/{}".format), INSPECT
    ),
    Pollution("header-question", "A header is the text of its question", header(home=question_text("home")), INSPECT),
    Pollution("headers-question", "All headers are the texts of the questions", all_headers(question_text), INSPECT),
    Pollution("header-typing-error", "A header has a letter too few: `suicde`", header(suicide="suicde"), INSPECT),
    Pollution("header-twice", "Two columns have the same name", header(harm_others="suicide"), INSPECT),
    Pollution("header-two-spellings", "Two columns fit one question: `age`, `Age`", header(remarks="Age"), INSPECT),
    Pollution("header-line-end", "A header has a line end inside", header(home="home\n")),
    Pollution("header-of-ids", "The header of the ids has another case: `ID`", header(id="ID")),
    Pollution("header-of-ids-twice", "Two columns are named `id`", header(remarks="id"), INSPECT),
    Pollution("header-no-name", "A column that is no question has no name", header(remarks="")),
    Pollution(
        "column-missing",
        "A column that rules read is missing",
        without("suicide"),
        "another export, or `--allow-missing suicide`",
    ),
    Pollution("column-missing-access", "A column that only notes read is missing", without("wishes"), blanks=True),
    Pollution(
        "columns-moved", "The columns stand in another order", by_rows(lambda rows: [[*row[::-1]] for row in rows])
    ),
    Pollution(
        "headers-swapped",
        "Two headers are swapped whose questions have different options",
        swapped("age", "home"),
        INSPECT,
    ),
    Pollution(
        "headers-swapped-alike",
        "Two headers are swapped whose questions have the same options",
        swapped("alcohol_use", "opioid_use"),
        "`inspect` shows how often each answer was given",
        unseen=True,
    ),
    Pollution(
        "headers-swapped-partly",
        "Two headers are swapped whose questions share some options",
        swapped("suicide", "harm_others"),
        "as above; cells that fit only one of the two are `unreadable`",
        unseen=True,
    ),
    Pollution(
        "headers-shifted",
        "The header lacks a cell, so that each name stands over the next column",
        by_rows(lambda rows: [[rows[0][0], *rows[0][2:], "extra"], *rows[1:]]),
        INSPECT,
    ),
    Pollution(
        "header-absent", "There is no header: the first line is a person", by_rows(lambda rows: rows[1:]), INSPECT
    ),
    Pollution("header-doubled", "The header stands there twice", lines(lambda all_lines: [all_lines[0], *all_lines])),
    Pollution(
        "header-in-the-middle",
        "Two exports were put together, each with its header",
        by_rows(lambda rows: [*rows[: middle(rows)], rows[0], *rows[middle(rows) :]]),
        "`repeated_header: exclude` in a mapping",
    ),
    Pollution(
        "preamble",
        "Three lines stand before the header",
        put_before(b"Intake forms\nfrom the north site\n\n"),
        "`skip_lines` in a mapping",
    ),
    Pollution(
        "preamble-with-commas",
        "Two lines with as many commas stand before the header",
        lambda content: b"Export" + b"," * 32 + b"\nNorth" + b"," * 32 + b"\n" + content,
        "`skip_lines` in a mapping",
    ),
)

IN_THE_RECORDS = (
    Pollution("unquoted-comma", "A remark has a comma and no quotes", one_row(lambda row: [row[0], "a", *row[1:]])),
    Pollution(
        "row-shifted",
        "A row is shifted by one cell, and its last cell is lost",
        one_row(lambda row: [*row[:2], "x", *row[2:-1]]),
    ),
    Pollution("row-short", "A row lacks its last cell", one_row(lambda row: row[:-1])),
    Pollution("row-long", "A row has a cell more", one_row(lambda row: [*row, "x"])),
    Pollution(
        "row-shifted-codes",
        "The same in a file whose columns have the same codes",
        one_row(lambda row: [row[0], "3", *row[1:-1]]),
        "compare a total with its form",
        coded=True,
        unseen=True,
    ),
    Pollution(
        "line-end-before-the-last-cell",
        "A line end stands before the last cell of a row",
        at_plain_line(lambda line: b",\n".join(line.rsplit(b",", 1))),
        coded=True,
    ),
    Pollution(
        "line-end-in-the-last-cell", "A line end stands inside the list in the last cell", line_end_in_the_last_list
    ),
    Pollution(
        "line-end-after-the-first-cell",
        "A line end stands behind the first cell of a row, which is an answer",
        first_cell_on_its_own_line,
        coded=True,
    ),
    Pollution("rows-moved", "The rows stand in another order", by_rows(lambda rows: [rows[0], *rows[:0:-1]])),
    Pollution(
        "trailing-commas-below",
        "Each row ends in a comma, the header does not",
        by_rows(lambda rows: [rows[0], *([*row, ""] for row in rows[1:])]),
        "export again; or add a comma to the header",
    ),
    Pollution("trailing-commas", "Each line ends in a comma", by_rows(lambda rows: [[*row, ""] for row in rows])),
    Pollution("blank-lines", "Blank lines stand between the rows", between_lines(b"\n\n\r\n  \n")),
    Pollution("empty-rows", "Rows of nothing but commas", lambda content: content + (b"," * 32 + b"\n") * 3),
    Pollution("two-tables", "A second table stands below", second_table),
    Pollution("footer", "A last line says how many there are", lambda content: content + b"500 forms\n"),
    Pollution("id-twice", "Two people have the same id", by_rows(id_of_another), "`--duplicates`"),
    Pollution("record-twice", "A record stands there twice", by_rows(same_record_twice), "`--duplicates first`"),
    Pollution(
        "ids-as-numbers",
        "A spreadsheet made `7` of the id `00007`",
        cells("id", lambda cell: cell.lstrip("0")),
        "format the column as text before the spreadsheet opens it",
        unseen=True,
    ),
)

CUT = (
    Pollution("cut-in-the-last-cell", "The file is cut inside its last cell", cut_in_the_last_cell),
    Pollution("cut-in-a-record", "The file is cut inside its last record", cut_in_a_record),
    Pollution("line-end-missing", "The last line end is missing", lambda content: content[:-1], "`--allow-unended`"),
    Pollution(
        "line-end-missing-allowed",
        "The same, with `--allow-unended`",
        lambda content: content[:-1],
        options=("--allow-unended",),
    ),
    Pollution(
        "cut-after-a-record",
        "The file is cut at the end of a record",
        cut_after_a_record,
        "`--expect 500`",
        unseen=True,
    ),
    Pollution(
        "cut-after-a-record-expected",
        "The same, with `--expect 500`",
        cut_after_a_record,
        options=("--expect", "500"),
    ),
    Pollution("nothing", "The file is empty", lambda _: b"", "export again"),
)

IN_THE_LINES = (
    Pollution("crlf", "Lines end as on Windows", replaced(b"\n", b"\r\n")),
    Pollution("mixed-line-ends", "Lines end in both ways", lines(mixed_line_ends)),
    Pollution("cr", "Lines end as on old Macs", replaced(b"\n", b"\r")),
    Pollution("cr-cr-lf", "Line ends were translated twice", replaced(b"\n", b"\r\r\n")),
    Pollution("all-quoted", "All cells are quoted", lambda content: written(rows_of(content), quoted=True)),
    Pollution(
        "stray-quote",
        "A cell begins with a quote that nothing closes",
        at_plain_line(lambda line: line.replace(b",", b',"', 1)),
    ),
    Pollution("two-stray-quotes", "Two such quotes, some rows apart", lines(two_stray_quotes)),
    Pollution(
        "quotes-of-neighbours",
        "A quote opens in one row and closes in the same column of the next",
        lines(quotes_of_neighbours(1)),
    ),
    Pollution(
        "quotes-of-neighbours-in-the-id",
        "The same in the column of the ids",
        lines(quotes_of_neighbours(0)),
    ),
    Pollution(
        "quote-inside",
        "An answer has a quote inside",
        at_plain_line(lambda line: line.replace(b",none,", b',n"one,', 1)),
    ),
    Pollution(
        "text-after-a-quote",
        "Text follows a closing quote",
        at_plain_line(lambda line: line.replace(b",none,", b',"none"!,', 1)),
    ),
    Pollution(
        "backslash-quotes",
        "Quotes are written with a backslash",
        at_plain_line(lambda line: line.replace(b",", b',"a \\"remark\\", short",', 1).replace(b",,", b",", 1)),
    ),
    Pollution("record-in-a-cell", "A quoted remark holds a whole record", by_rows(phantom_record)),
    Pollution("record-in-a-rejected-row", "So does one in a row with a cell more", by_rows(phantom_in_a_long_record)),
    Pollution(
        "semicolon", "`;` parts the columns", lambda content: written(rows_of(content), ";"), "`--delimiter ';'`"
    ),
    Pollution(
        "semicolon-quoted",
        "`;` does, and all cells are quoted",
        lambda content: written(rows_of(content), ";", quoted=True),
        "`--delimiter ';'`",
    ),
    Pollution(
        "semicolon-said",
        "`;` does, and `--delimiter ';'` says so",
        lambda content: written(rows_of(content), ";"),
        options=("--delimiter", ";"),
    ),
    Pollution("tab", "Tabs part the columns", lambda content: written(rows_of(content), "\t"), "`--delimiter tab`"),
    Pollution("sep-line", "The first line is `sep=;`", lambda content: b"sep=;\n" + written(rows_of(content), ";")),
    Pollution("one-column", "Each line is one quoted cell", in_one_column, "export again"),
    Pollution("end-of-file-mark", "The file ends in the mark of old DOS programs", lambda content: content + b"\x1a"),
)

IN_THE_ENCODING = (
    Pollution("bom", "The file begins with a byte order mark", put_before(b"\xef\xbb\xbf")),
    Pollution("two-boms", "It begins with two", put_before(b"\xef\xbb\xbf" * 2)),
    Pollution("utf-16-le", "UTF-16 as Windows writes it", lambda content: content.decode().encode("utf-16")),
    Pollution(
        "utf-16-be",
        "UTF-16 with the other byte order",
        lambda content: b"\xfe\xff" + content.decode().encode("utf-16-be"),
    ),
    Pollution(
        "utf-16-no-bom",
        "UTF-16 without a byte order mark",
        lambda content: content.decode().encode("utf-16-le"),
        "`--encoding utf-16`",
    ),
    Pollution(
        "utf-16-no-bom-said",
        "The same, with `--encoding utf-16`",
        lambda content: content.decode().encode("utf-16-le"),
        options=("--encoding", "utf-16"),
    ),
    Pollution("cp1252", "Windows-1252", lambda content: content.decode().encode("cp1252"), "`--encoding cp1252`"),
    Pollution(
        "cp1252-said",
        "The same, with `--encoding cp1252`",
        lambda content: content.decode().encode("cp1252"),
        options=("--encoding", "cp1252"),
    ),
    Pollution("nul", "A row has a NUL byte", at_plain_line(lambda line: line.replace(b",", b",\0", 1))),
    Pollution(
        "bad-byte", "A row has a byte that is no letter", at_plain_line(lambda line: line.replace(b",no", b",n\xff", 1))
    ),
)

IN_THE_CELLS = (
    Pollution("labels", "Cells hold labels", all_cells(label)),
    Pollution(
        "labels-curly",
        "Labels with curly quotes and blanks that do not break",
        all_cells(lambda name, cell: curly(label(name, cell))),
    ),
    Pollution("cells-in-capitals", "Cells are in capitals", all_cells(lambda _, cell: cell.upper())),
    Pollution("cells-with-blanks", "Cells have blanks around them", all_cells(lambda _, cell: f"  {cell}\u00a0")),
    Pollution(
        "lists-by-comma",
        "Lists are joined by a comma and a blank",
        cells("obligations", lambda cell: cell.replace(";", ", ")),
    ),
    Pollution("lists-of-labels", "Lists of labels are joined by a comma", all_cells(partial(label, joined=", "))),
    Pollution(
        "lists-end-in-semicolon",
        "Lists end in `;`",
        all_cells(lambda name, cell: f"{cell};" if cell and name in {"concerns", "obligations"} else cell),
    ),
    Pollution(
        "lists-by-blank",
        "Lists are joined by a blank",
        cells("obligations", lambda cell: cell.replace(";", " ")),
    ),
    Pollution(
        "lists-by-slash",
        "Lists are joined by `/`",
        cells("concerns", lambda cell: cell.replace(";", "/")),
        "`separator` in a mapping",
    ),
    Pollution(
        "true-false",
        "A spreadsheet made `TRUE` and `FALSE` of yes and no",
        all_cells(lambda name, cell: {"yes": "TRUE", "no": "FALSE"}.get(cell, cell) if name in YES_NO else cell),
    ),
    Pollution(
        "y-n",
        "`Y` and `N` stand for yes and no",
        all_cells(lambda name, cell: cell[:1].upper() if name in YES_NO else cell),
    ),
    Pollution(
        "one-zero",
        "`1` and `0` stand for yes and no",
        cells("emergency_now", lambda cell: "1" if cell == "yes" else "0"),
        "`codes` in a mapping",
    ),
    Pollution(
        "prefer-not-to-say",
        "`Prefer not to say` instead of `declined`",
        replaced(b",declined,", b",Prefer not to say,"),
        "`missing` in a mapping",
    ),
    Pollution(
        "not-applicable",
        "`N/A` instead of a blank",
        cells("support", lambda cell: cell or "N/A"),
        "`missing` in a mapping",
    ),
    Pollution(
        "dont-know",
        "`Don't know` instead of `unknown`",
        replaced(b",unknown,", b",Don't know,"),
        "`missing` in a mapping",
    ),
    Pollution(
        "none-for-blank",
        "A program wrote `None` for a blank, and `none` is an option",
        cells("withdrawal_now", lambda cell: cell or "None"),
        INSPECT,
    ),
    Pollution(
        "nan-for-blank",
        "A program wrote `nan` for a blank",
        cells("support", lambda cell: cell or "nan"),
        "`missing` in a mapping",
    ),
    Pollution(
        "column-blank",
        "All answers of a column are gone",
        cells("suicide", lambda _: ""),
        "`inspect` counts blanks",
        blanks=True,
    ),
    Pollution(
        "column-of-other-words",
        "A column has words that are no option",
        cells("home", lambda _: "quite good"),
        "`labels` in a mapping",
    ),
    Pollution(
        "apostrophes",
        "Cells have an apostrophe before them, as a guard",
        all_cells(lambda _, cell: f"'{cell}" if cell else cell),
    ),
    Pollution(
        "codes",
        "Codes are written `1.0`",
        by_rows(lambda rows: [rows[0], *([row[0], *(f"{cell}.0" for cell in row[1:])] for row in rows[1:])]),
        coded=True,
    ),
    Pollution(
        "codes-shifted",
        "Codes from 1 to 4 where ids go from 0 to 3",
        by_rows(lambda rows: [rows[0], *([row[0], *(str(int(cell) + 1) for cell in row[1:])] for row in rows[1:])]),
        "`codes` in a mapping",
        coded=True,
    ),
    Pollution(
        "codes-refused",
        "`7` stands for refused",
        cells("hope", lambda cell: "7" if cell == "3" else cell),
        "`missing` in a mapping",
        coded=True,
    ),
    Pollution(
        "codes-as-dates",
        "A spreadsheet made dates of some codes",
        cells("hope", lambda cell: "3-Jan" if cell == "3" else cell),
        "export again",
        coded=True,
    ),
    Pollution(
        "codes-cut-in-the-last-cell",
        "A file of codes is cut before the last digit",
        lambda content: content[:-2],
        coded=True,
    ),
)
IN_THE_KIND = (
    Pollution("gzip", "The file is packed with gzip", partial(gzip.compress, mtime=0), "`gunzip -c FILE`"),
    Pollution("zip", "The file is packed as a ZIP archive", zipped, "unpack it"),
    Pollution("page", "A web page is named `.csv`", as_page, "export as CSV"),
    Pollution("json", "JSON is named `.csv`", as_json),
    Pollution("many-columns", "There are 100,000 columns", many_columns, "leave out columns"),
)

GROUPS = {
    "The header": IN_THE_HEADER,
    "The records": IN_THE_RECORDS,
    "A cut file": CUT,
    "Lines, quotes and delimiters": IN_THE_LINES,
    "Encodings": IN_THE_ENCODING,
    "Cells": IN_THE_CELLS,
    "Not a CSV file": IN_THE_KIND,
}
POLLUTIONS = tuple(pollution for group in GROUPS.values() for pollution in group)
