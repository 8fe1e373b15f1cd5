"""The same forms as each system writes them; what `score` makes of them must be the same."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from iop_screen.batch.cells import cell_reader
from iop_screen.batch.form_names import section_names
from iop_screen.batch.form_stamp import FORM_COLUMN
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.report.blank_forms.form import REASONS
from support.fhir_responses import Release, Shape, responses, written
from support.filled_in import blank, filled_csv, filled_fhir, filled_redcap, filled_xlsform
from support.json_forms import as_lines, as_list, as_wrapped_list
from support.redcap import write_redcap
from support.sav_files import sav_of_texts
from support.workbooks import Cell, write_ods, write_xlsx

Form = Mapping[str, str]
"""The cells of a form as a plain CSV file has them: `id`, and each question by its id."""

Arguments = tuple[object, ...]
"""What is given to `score`: the file, and the options that belong to it."""

Said = Callable[[Question, str], str]

OWN_TO_THE_FILE = frozenset({"line", "mapping"})
"""The columns of the output that say something about the file and not about the form."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a system writes forms.

    `said` is what a cell comes to there, as a cell of a plain CSV file. `empty` says whether it has forms without any
    answer, and `can` whether it can say all of a questionnaire. `needs` is a library that may be missing.
    """

    name: str
    write: Callable[[CompiledQuestionnaire, Sequence[Form], Path], Arguments]
    said: Said = field(default=lambda _, cell: cell)
    empty: bool = True
    can: Callable[[CompiledQuestionnaire], bool] = field(default=lambda _: True)
    needs: str = ""
    system: str = ""

    def forms(self, compiled: CompiledQuestionnaire, forms: Iterable[Form]) -> list[Form]:
        """The forms as far as the system can say them."""
        found = [
            {"id": form["id"], **{str(each.id): self.said(each, form[str(each.id)]) for each in compiled.questions}}
            for form in forms
        ]
        return [form for form in found if self.empty or any(form[str(each.id)] for each in compiled.questions)]


def write_plain(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """The forms as a plain CSV file, which everything is compared with."""
    return (_file(folder, "plain.csv", _csv([["id", *_ids(compiled)], *_rows(compiled, forms)])),)


def results(out: str) -> list[dict[str, str]]:
    """The rows of an output, without what hangs on the file."""
    rows = csv.DictReader(io.StringIO(out, newline=""), strict=True)
    return [{name: cell for name, cell in row.items() if name not in OWN_TO_THE_FILE} for row in rows]


# -------------------------------------------------------------------- what a system cannot say

NOT_OFFERED = frozenset({MissingReason.NOT_SHOWN.value, MissingReason.NOT_APPLICABLE.value})
"""The reasons for no answer that no form offers; there such a question is blank."""


def as_filled_in(_: Question, cell: str) -> str:
    """A cell where people choose what is offered: the two other reasons are blank."""
    return "" if cell in NOT_OFFERED else cell


def as_ticked(question: Question, cell: str) -> str:
    """The same where several answers are boxes: they hold no text that is no answer."""
    said = as_filled_in(question, cell)
    unreadable = cell_reader(question)(said).answer is MissingReason.UNREADABLE
    return "" if unreadable and question.allows_multiple else said


def as_offered(question: Question, cell: str) -> str:
    """The same where nothing else can be given than what a blank form of ours offers."""
    answer = cell_reader(question)(cell).answer
    if not isinstance(answer, MissingReason):
        return cell
    return cell if question.answer_ids() and answer in dict(REASONS) else ""


# -------------------------------------------------------------------- tables


def write_tabs(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Columns parted by tabs."""
    rows = [["id", *_ids(compiled)], *_rows(compiled, forms)]
    return (_file(folder, "forms.tsv", _csv(rows, "\t")), "--delimiter", "tab")


def write_labels(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Labels for ids, several with `;` between them."""
    rows = ([form["id"], *(";".join(_labels(each, form, {})) for each in compiled.questions)] for form in forms)
    return (_file(folder, "labels.csv", _csv([["id", *_ids(compiled)], *rows])),)


def write_workbook(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """A workbook of Excel."""
    return (write_xlsx(folder / "forms.xlsx", _typed_rows(compiled, forms)),)


def write_open_document(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """A workbook of LibreOffice."""
    return (write_ods(folder / "forms.ods", _typed_rows(compiled, forms)),)


def _typed_rows(compiled: CompiledQuestionnaire, forms: Sequence[Form]) -> list[list[Cell]]:
    """The cells, numbers as numbers."""
    rows: list[list[Cell]] = [["id", *_ids(compiled)]]
    rows += ([form["id"], *(_typed(each, form[str(each.id)]) for each in compiled.questions)] for form in forms)
    return rows


def _typed(question: Question, cell: str) -> Cell:
    answer = cell_reader(question)(cell).answer if question.number_range is not None else None
    return cell or None if answer is None or isinstance(answer, MissingReason) else float(cell)


def write_spss(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """A file of SPSS in which each cell is a text."""
    return (_file(folder, "forms.sav", sav_of_texts(["id", *_ids(compiled)], [*_rows(compiled, forms)])),)


def write_parquet(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """A Parquet file in which each cell is a text."""
    import pyarrow as pa  # noqa: PLC0415 - of an extra
    from pyarrow import parquet  # noqa: PLC0415

    columns = zip(["id", *_ids(compiled)], zip(*_rows(compiled, forms), strict=True), strict=True)
    parquet.write_table(pa.table({name: [*cells] for name, cells in columns}), folder / "forms.parquet")
    return (folder / "forms.parquet",)


# -------------------------------------------------------------------- JSON


def _json(name: str, write: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes]) -> Format:
    def write_json(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
        return (_file(folder, "forms.json", write(["id", *_ids(compiled)], [*_rows(compiled, forms)])),)

    return Format(name, write_json)


# -------------------------------------------------------------------- form builders

ANSWERS_FOR_REASONS = {reason.value: label for reason, label in REASONS}
"""What a form offers beside the options, by the reason for no answer that it means."""


def write_google(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Google Forms: the texts of the questions as headers, labels, several with a comma and a blank between them."""
    head = ["Timestamp", "Case", *(str(each.ask) for each in compiled.questions)]
    rows = (
        ["11/28/2026 9:00:00", form["id"], *(", ".join(_labels(each, form)) for each in compiled.questions)]
        for form in forms
    )
    return (_file(folder, "google.csv", _csv([head, *rows])), *_mapping(compiled, folder))


def write_microsoft(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Microsoft Forms: a workbook, with a no-break space behind a header, and `;` behind each of several labels."""
    head = ["Id", "Start time", "Case", *(f"{each.ask}\u00a0" for each in compiled.questions)]
    rows = [
        [str(number), "11/28/26 9:00:00", form["id"], *(_closed(each, form) for each in compiled.questions)]
        for number, form in enumerate(forms, start=1)
    ]
    return (write_xlsx(folder / "microsoft.xlsx", [head, *rows], "Form1"), *_mapping(compiled, folder))


def _closed(question: Question, form: Form) -> str:
    labels = _labels(question, form)
    return "".join(f"{label};" for label in labels if label) if question.allows_multiple else "".join(labels)


def _mapping(compiled: CompiledQuestionnaire, folder: Path) -> Arguments:
    """A mapping that finds each question by its text, and says what the two further answers mean."""
    said = {
        "format": 1,
        "id": "builder",
        "questionnaire": str(compiled.questionnaire.id),
        "id_column": "Case",
        "missing": {label: reason for reason, label in ANSWERS_FOR_REASONS.items()},
        "questions": {str(each.id): {"column": str(each.ask)} for each in compiled.questions},
    }
    return ("--mapping", _file(folder, "mapping.yaml", json.dumps(said).encode()))


def _labels(question: Question, form: Form, reasons: Mapping[str, str] = ANSWERS_FOR_REASONS) -> list[str]:
    """The labels of what was chosen, also of reasons for no answer; another text stands as it is."""
    labels = {"yes": "Yes", "no": "No"} | {str(each.id): str(each.label) for each in question.options_listed}
    cell = form[str(question.id)]
    known = {**(labels if question.answer_ids() else {}), **reasons}
    parts = [cell] if cell in known or not question.allows_multiple else cell.split(";")
    return [known.get(part, part) for part in parts] if all(part in known for part in parts) else [cell]


# -------------------------------------------------------------------- ODK and Kobo


def write_odk(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """ODK Central: `about-age`, several ids with blanks between them, and the stamp of the form."""
    rows = [*_grouped(compiled, forms, "-", split=False)]
    return (_file(folder, "odk.csv", _csv(rows)), "--id-column", "KEY")


def write_kobo(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Kobo: `about/age`, `;` between the columns, and a column for each option beside the joined one."""
    rows = [*_grouped(compiled, forms, "/", split=True)]
    return (_file(folder, "kobo.csv", _csv(rows, ";")), "--id-column", "KEY", "--delimiter", ";")


def _grouped(
    compiled: CompiledQuestionnaire, forms: Sequence[Form], mark: str, *, split: bool
) -> Iterator[Sequence[str]]:
    sections = zip(section_names(compiled), compiled.questionnaire.sections, strict=True)
    places = [(f"{group}{mark}{each.id}", each) for group, section in sections for each in section.questions]
    boxes = {name: [*each.answer_ids()] if split and each.allows_multiple else [] for name, each in places}
    yield [
        "SubmissionDate",
        *(column for name, _ in places for column in (name, *(f"{name}{mark}{box}" for box in boxes[name]))),
        FORM_COLUMN,
        "KEY",
    ]
    for form in forms:
        row = ["2026-11-28T09:00:00Z"]
        for name, question in places:
            cell = form[str(question.id)]
            row.append(cell.replace(";", " ") if question.allows_multiple else cell)
            row += [str(int(box in cell.split(";"))) if cell else "" for box in boxes[name]]
        yield [*row, compiled.stamp, form["id"]]


# -------------------------------------------------------------------- REDCap and FHIR


def _redcap(name: str, *, labels: bool, numbered: bool = False) -> Format:
    def write(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
        dictionary, export = write_redcap(compiled, forms, labels=labels, numbered=numbered)
        return (_file(folder, "redcap.csv", export), "--dictionary", _file(folder, "dictionary.csv", dictionary))

    return Format(name, write, as_ticked)


def _fhir(name: str, shape: Shape, release: Release, *, coded: bool) -> Format:
    def write(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
        readers = [(str(each.id), cell_reader(each)) for each in compiled.questions]
        answers = [Answers(tuple(read(form[name]).answer for name, read in readers)) for form in forms]
        ids = [form["id"] for form in forms]
        content = responses(compiled, answers, ids=ids, shape=shape, release=release, coded_reasons=coded)
        return (_file(folder, "fhir.json", content),)

    return Format(name, write, empty=False)


# -------------------------------------------------------------------- our blank forms, filled in


def _filled(
    name: str, system: str, filled: Callable[[bytes, Sequence[Form]], Sequence[Sequence[str]]], *more: object
) -> Format:
    def write(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
        return (_file(folder, f"{system}.csv", _csv(filled(_blank(compiled, system), forms))), *more)

    return Format(f"form --to {name}", write, as_offered, can=_can_say(system), system=system)


def write_filled_redcap(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """A project made from our data dictionary, filled in and exported."""
    dictionary = _blank(compiled, "redcap")
    export = _file(folder, "redcap.csv", _csv(filled_redcap(dictionary, forms)))
    return (export, "--dictionary", _file(folder, "dictionary.csv", dictionary))


def write_filled_fhir(compiled: CompiledQuestionnaire, forms: Sequence[Form], folder: Path) -> Arguments:
    """Responses to our Questionnaire."""
    return (_file(folder, "fhir.json", written(filled_fhir(_blank(compiled, "fhir"), forms), "Bundle")),)


def _blank(compiled: CompiledQuestionnaire, system: str) -> bytes:
    content = blank(compiled, system)
    assert content is not None, system
    return content


def _can_say(system: str) -> Callable[[CompiledQuestionnaire], bool]:
    return lambda compiled: blank(compiled, system) is not None


FILLED_IN = (
    _filled("csv", "csv", filled_csv),
    Format("form --to redcap", write_filled_redcap, as_offered, can=_can_say("redcap"), system="redcap"),
    _filled("xlsform, by ODK", "xlsform", lambda form, forms: filled_xlsform(form, forms, "-"), "--id-column", "KEY"),
    _filled("xlsform, by Kobo", "xlsform", lambda form, forms: filled_xlsform(form, forms, "/"), "--id-column", "KEY"),
    Format("form --to fhir", write_filled_fhir, as_offered, empty=False, can=_can_say("fhir"), system="fhir"),
)

# -------------------------------------------------------------------- all of them

FORMATS = (
    Format("CSV with labels", write_labels),
    Format("TSV", write_tabs),
    Format("XLSX", write_workbook),
    Format("ODS", write_open_document),
    Format("SPSS", write_spss, needs="pyreadstat"),
    Format("Parquet", write_parquet, needs="pyarrow"),
    _json("NDJSON", as_lines),
    _json("JSON, a list", as_list),
    _json("JSON, a list in an object", as_wrapped_list),
    Format("Google Forms, with a mapping", write_google, as_filled_in),
    Format("Microsoft Forms (XLSX), with a mapping", write_microsoft, as_filled_in),
    _redcap("REDCap, raw", labels=False),
    _redcap("REDCap, raw, codes from 1", labels=False, numbered=True),
    _redcap("REDCap, labels", labels=True),
    _fhir("FHIR R4, Bundle", "Bundle", "R4", coded=True),
    _fhir("FHIR R4, NDJSON", "lines", "R4", coded=False),
    _fhir("FHIR R5, Bundle", "Bundle", "R5", coded=False),
    _fhir("FHIR STU3, a list", "list", "STU3", coded=True),
    Format("ODK Central", write_odk, as_filled_in),
    Format("Kobo", write_kobo, as_filled_in),
    *FILLED_IN,
)


# -------------------------------------------------------------------- bytes


def _ids(compiled: CompiledQuestionnaire) -> list[str]:
    return [str(each.id) for each in compiled.questions]


def _rows(compiled: CompiledQuestionnaire, forms: Iterable[Form]) -> Iterator[list[str]]:
    return ([form["id"], *(form[name] for name in _ids(compiled))] for form in forms)


def _csv(rows: Iterable[Iterable[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _file(folder: Path, name: str, content: bytes) -> Path:
    (folder / name).write_bytes(content)
    return folder / name
