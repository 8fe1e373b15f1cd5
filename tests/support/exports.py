"""Made-up people, and their answers as each form builder exports them; nothing is taken from a real form."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from iop_screen.batch.guesses.ages import likely_ranges
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.scalars import Text
from iop_screen.questionnaire.types import Question

Person = dict[str, tuple[str, ...]]
"""The ids of the options that a made-up person chose, by question; none for a question that was left blank."""

IMPORT_ID = '{"ImportId":"%s"}'


def made_up_people(compiled: CompiledQuestionnaire, number: int = 80, seed: int = 7) -> list[Person]:
    """People who answer nearly everything, each in another way; every option is chosen by somebody."""
    chance = random.Random(seed)  # noqa: S311 - made-up answers
    return [{str(q.id): _choice(q, chance) for q in compiled.questions} for _ in range(number)]


def _choice(question: Question, chance: random.Random) -> tuple[str, ...]:
    ids = question.answer_ids()
    if not ids or chance.random() < 0.05:
        return ()
    if not question.allows_multiple:
        return (chance.choice(ids),)
    alone = [option for option in ids if option in question.exclusive_ids()]  # type: ignore[union-attr]
    if alone and chance.random() < 0.3:
        return (alone[0],)
    others = [option for option in ids if option not in alone]
    return tuple(option for option in others if chance.random() < 0.5) or (others[0],)


@dataclass(frozen=True)
class Export:
    """An export: its file name and its bytes."""

    name: str
    content: bytes


YES_NO = {"yes": Text("Yes"), "no": Text("No")}

Builder = Callable[[CompiledQuestionnaire, Sequence[Person]], Export]


def plain(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """The table as the reference describes it."""
    ids = [str(question.id) for question in compiled.questions]
    rows = [[f"P{n}", *(";".join(person[each]) for each in ids)] for n, person in enumerate(people, start=1)]
    return Export("plain.csv", _csv([["id", *ids], *rows]).encode())


def google_forms(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """The question as header, the labels as cells, several joined by a comma and a blank."""
    head = ["Timestamp", *(question.ask for question in compiled.questions)]
    rows = [
        [f"11/{n % 28 + 1}/2026 9:{n % 60:02}:00", *(", ".join(_labels(q, person)) for q in compiled.questions)]
        for n, person in enumerate(people)
    ]
    return Export("google.csv", _csv([head, *rows]).encode())


def ms_forms(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """Saved as CSV by Excel: cp1252, a no-break space behind a header, a semicolon behind each of several labels."""
    head = ["ID", "Start time", "Completion time", "Email", "Name"]
    head += [f"{question.ask}\u00a0\u00a0" for question in compiled.questions]
    rows = [
        [
            str(n),
            *[f"7/{n % 28 + 1}/26 11:00:22"] * 2,
            "anonymous",
            "Zo\u00eb",
            *(_ms_cell(q, person) for q in compiled.questions),
        ]
        for n, person in enumerate(people, start=1)
    ]
    return Export("ms-forms.csv", _csv([head, *rows], end="\r\n").encode("cp1252"))


def _ms_cell(question: Question, person: Person) -> str:
    labels = _labels(question, person)
    return "".join(f"{label};" for label in labels) if question.allows_multiple else "".join(labels)


def survey_monkey(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """Two rows of header; each answer of several has a column, and only the first has the question above it."""
    first, second = ["Respondent ID", "Collector ID", "Start Date", "End Date"], [""] * 4
    for question in compiled.questions:
        options = [option.label for option in question.options_listed] if question.allows_multiple else ["Response"]
        first += [question.ask, *[""] * (len(options) - 1)]
        second += options
    rows = [
        [
            f"11{n:08}",
            "99",
            "11/28/2026 09:00:00 AM",
            "11/28/2026 09:10:00 AM",
            *_spread(compiled, person, _label_or_blank),
        ]
        for n, person in enumerate(people)
    ]
    return Export("surveymonkey.csv", _csv([first, second, *rows]).encode())


def qualtrics(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """Three rows of header and numeric values: 1 and up in the order of the answers, several joined by a comma."""
    whole = ["StartDate", "EndDate", "Status", "Progress", "Finished", "ResponseId"]
    numbers = range(1, len(compiled.questions) + 1)
    head = [
        [*whole, *(f"Q{n}" for n in numbers)],
        [
            "Start Date",
            "End Date",
            "Response Type",
            "Progress",
            "Finished",
            "Response ID",
            *(q.ask for q in compiled.questions),
        ],
        [IMPORT_ID % name for name in (*whole, *(f"QID{n}" for n in numbers))],
    ]
    rows = [
        [
            "2026-11-28 09:00:00",
            "2026-11-28 09:10:00",
            "0",
            "100",
            "1",
            f"R_{n:06}",
            *(_codes(q, person) for q in compiled.questions),
        ]
        for n, person in enumerate(people)
    ]
    return Export("qualtrics.csv", _csv([*head, *rows]).encode("utf-8-sig"))


def _codes(question: Question, person: Person) -> str:
    """The places of the chosen options, from 1; no is 0 and yes is 1."""
    ids = question.answer_ids() if question.options_listed else ("no", "yes")
    start = 1 if question.options_listed else 0
    return ",".join(str(ids.index(option) + start) for option in person[str(question.id)])


def typeform(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """A column for each label of several, headed by the label alone; yes and no are 1 and 0."""
    head = ["#"]
    for question in compiled.questions:
        head += [option.label for option in question.options_listed] if question.allows_multiple else [question.ask]
    head += ["Start Date (UTC)", "Submit Date (UTC)", "Network ID"]
    rows = [
        [
            f"{n:032x}",
            *_spread(compiled, person, _label_or_digit),
            "2026-11-28 09:00:00",
            "2026-11-28 09:10:00",
            f"{n:010x}",
        ]
        for n, person in enumerate(people)
    ]
    return Export("typeform.csv", _csv([head, *rows]).encode())


def lime_survey(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """All cells quoted, a mark at the start, `Question [Answer]` with Yes or No; ages in years."""
    head = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    for question in compiled.questions:
        several = [f"{question.ask} [{option.label}]" for option in question.options_listed]
        head += several if question.allows_multiple else [question.ask]
    rows = [
        [str(n), "2026-11-28 09:10:00", "7", "en", "123", *_spread(compiled, person, _age_or_label)]
        for n, person in enumerate(people, start=1)
    ]
    return Export("limesurvey.csv", _csv([head, *rows], quoting=csv.QUOTE_ALL).encode("utf-8-sig"))


def kobo(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """Semicolons, own groups before ids with a slash; of several answers both the joined column and one for each."""
    return Export(
        "kobo.csv", _csv(_xls_form(compiled, people, "/", "_uuid", "_submission_time"), delimiter=";").encode()
    )


def odk(compiled: CompiledQuestionnaire, people: Sequence[Person]) -> Export:
    """Groups of its own before ids with a hyphen; of several answers both the joined column and one for each."""
    return Export("odk.csv", _csv(_xls_form(compiled, people, "-", "KEY", "SubmissionDate")).encode())


def _xls_form(
    compiled: CompiledQuestionnaire, people: Sequence[Person], group: str, key: str, time: str
) -> Iterator[list[str]]:
    places = [(section.id, question) for section in compiled.questionnaire.sections for question in section.questions]
    head = [time]
    for section, question in places:
        name = f"{section}_page{group}{question.id}"  # another group than that of the form that we write
        head += [name, *(f"{name}/{option.id}" for option in question.options_listed if question.allows_multiple)]
    yield [*head, key]
    for number, person in enumerate(people):
        row = ["Nov 28, 2026 9:10:00 AM"]
        for _, question in places:
            chosen = person[str(question.id)]
            row.append(" ".join(chosen))
            several = [option.id for option in question.options_listed if question.allows_multiple]
            row += [str(int(option in chosen)) if chosen else "" for option in several]
        yield [*row, f"uuid:{number:08}"]


BUILDERS: tuple[Builder, ...] = (
    google_forms, ms_forms, survey_monkey, qualtrics, typeform, lime_survey, kobo, odk,
)  # fmt: skip


def confirmed(mapping: str) -> str:
    """A mapping that was written as a guess, after a person has deleted each line with `guess`."""
    return re.sub(r"(?m)^\s*guess\w*: true\n", "", mapping)


def _labels(question: Question, person: Person) -> list[str]:
    labels = {str(option.id): option.label for option in question.options_listed} or YES_NO
    return [str(labels[option]) for option in person[str(question.id)]]


Cells = Callable[[Question, Person, "str | None"], str]


def _spread(compiled: CompiledQuestionnaire, person: Person, cell: Cells) -> list[str]:
    """A cell for each question, or for each option of several."""
    return [
        cell(question, person, option)
        for question in compiled.questions
        for option in ([str(each.id) for each in question.options_listed] if question.allows_multiple else [None])
    ]


def _label_or_blank(question: Question, person: Person, option: str | None) -> str:
    if option is None:
        return "".join(_labels(question, person))
    label = next(each.label for each in question.options_listed if str(each.id) == option)
    return label if option in person[str(question.id)] else ""


def _label_or_digit(question: Question, person: Person, option: str | None) -> str:
    text = _label_or_blank(question, person, option)
    return text if question.options_listed else {"Yes": "1", "No": "0", "": ""}[text]


def _age_or_label(question: Question, person: Person, option: str | None) -> str:
    chosen = person[str(question.id)]
    if option is not None:
        return ("Yes" if option in chosen else "No") if chosen else ""
    ranges = {each.option: each for each in likely_ranges(question)}
    if ranges and chosen:
        return str(ranges[chosen[0]].start + len(person["wishes"] + person["medical"] + person["concerns"]))
    return _label_or_blank(question, person, option)


def _csv(
    rows: Iterable[Sequence[str]], *, delimiter: str = ",", end: str = "\n", quoting: int = csv.QUOTE_MINIMAL
) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue()
