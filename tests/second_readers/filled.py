"""Forms that were filled in by another program, and what its export must score as."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from support.paths import REPOSITORY

import iop_screen
from iop_screen.report.blank_forms.form import AllOf, AnyOf, BlankForm, Chose, Gate, NumberFrom, PointsFrom, blank_form
from second_readers.people import Act, Person
from second_readers.tools import HERE, Check
from second_readers.tools import iop_screen as program

NOT_COMPARED = ("line", "id", "file", "mapping")
"""What a result of a file has, or says of the file, beside what it says of the person."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A questionnaire that is written as a form: its file, and what the form has."""

    file: Path
    form: BlankForm

    @property
    def name(self) -> str:
        """The id of the questionnaire."""
        return str(self.form.compiled.questionnaire.id)

    def result(self, answers: Mapping[str, object]) -> dict[str, object]:
        """The result that these answers have in the Python API."""
        return iop_screen.assess(answers, self.form.compiled)


def subjects() -> list[Subject]:
    """The default questionnaire, and one that has every kind of question."""
    files = (REPOSITORY / "questions.yaml", HERE / "everything.yaml")
    return [Subject(file, blank_form(iop_screen.load(file))) for file in files]


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a person's form: which acts were possible, which questions are shown at last, what came out."""

    person: Person
    done: tuple[int, ...]
    shown: tuple[str, ...]
    export: object


def for_script(form: BlankForm, people: Sequence[Person]) -> str:
    """The people as a script reads them: to choose is to pick a label, as a person does."""
    questions = {each.id: each for each in form.questions}
    labels = {(each.id, choice.code): choice.label for each in form.questions for choice in each.choices}

    def act(each: Act) -> dict[str, object]:
        kind = questions[each.question].kind
        said = [labels.get((each.question, code), code) for code in each.codes]
        return {"question": each.question, "kind": kind, "said": said}

    acts = [{"name": person.name, "acts": [act(each) for each in person.acts]} for person in people]
    return json.dumps({"questions": [*questions], "people": acts})


def filled(people: Sequence[Person], printed: object) -> list[Filled]:
    """What a script printed: for each person `done`, `shown` and `export`."""
    assert isinstance(printed, list)
    return [
        Filled(person, tuple(each["done"]), tuple(each["shown"]), each["export"])
        for person, each in zip(people, printed, strict=True)
    ]


def answers(each: Filled, *, hidden_too: bool = False, excludes: bool = True) -> dict[str, object]:
    """What the form holds at last: the answer said last to each question that is still shown.

    With `hidden_too`, those to questions that are hidden again, too. Not `excludes`: a choice that excludes others does
    not take them away.
    """
    acts = [each.person.acts[place] for place in each.done]
    said = {act.question: (act.left if excludes else None) or act.codes for act in acts}
    kept = {name: codes for name, codes in said.items() if hidden_too or name in each.shown}
    return {name: [*codes] if len(codes) > 1 else codes[0] for name, codes in kept.items()}


def shown_as_in_the_interview(subject: Subject, people: Sequence[Filled], *, but: Collection[str] = ()) -> Check:
    """Whether each form shows what the interview would ask, and nothing else; `but` has what is known to differ."""
    found = [f"{each.person.name}: {said}" for each in people for said in _shown_otherwise(subject, each)]
    wrong = (*(said for said in found if said not in but), *(f"no longer: {said}" for said in but if said not in found))
    known = f", but for {len(but)} known" if but else ""
    return Check(f"{subject.name}: {len(people)} forms show what the interview asks{known}", wrong)


def _shown_otherwise(subject: Subject, each: Filled) -> Iterator[str]:
    held = answers(each)
    for question in subject.form.questions:
        one = question.choices[0].code if question.choices else "0" if question.kind == "number" else "words"
        problems = subject.result({**held, question.id: one})["problems"]
        assert isinstance(problems, tuple)
        stray = f"{question.id}:answered-but-not-asked" in problems
        if question.id in each.shown and stray:
            yield f"{question.id} is shown, and would not be asked"
        blank = question.gate is not None and any(name not in held for name in _hangs_on(question.gate))
        if question.id not in each.shown and not stray and not blank:
            yield f"{question.id} is not shown, and would be asked"


def _hangs_on(gate: Gate) -> tuple[str, ...]:
    match gate:
        case Chose() | NumberFrom():
            return (gate.question,)
        case AllOf() | AnyOf():
            return tuple(name for part in gate.parts for name in _hangs_on(part))
        case PointsFrom():
            return gate.questions


@dataclass(frozen=True, slots=True)
class Export:
    """A file that came out of another program: who is behind each id, what each answered, and how the run ends."""

    what: str
    file: Path
    names: Mapping[str, str]
    answers: Mapping[str, Mapping[str, object]]
    options: tuple[str, ...] = ()
    left_out: int = 0
    exit_code: int = 0


def scores_as_the_interview(subject: Subject, export: Export) -> Iterator[Check]:
    """Score an exported file with no mapping, and compare each result with that of the interview."""
    what = f"{subject.name}, {export.what}"
    arguments: list[str | Path] = ["score", export.file, "--questions", subject.file, "--format", "jsonl"]
    ran = program([*arguments, *export.options], export.file.parent)
    rows = {export.names.get(str(row["id"]), str(row["id"])): row for row in map(json.loads, ran.stdout.splitlines())}
    if ran.returncode != export.exit_code or not rows:
        yield Check(f"{what}: scored", (f"exit {ran.returncode}: {ran.stderr[-3000:]}",))
    if rows:
        account = f"{len(export.answers)} scored + 0 rejected + {export.left_out} excluded + 0 blank"
        yield Check(f"{what}: {account}", () if account in ran.stderr else ("the account is another one",))
        absent = [f"{name} has no result" for name in export.answers if name not in rows]
        extra = [f"{name} has a result" for name in rows if name not in export.answers]
        other = [said for name, row in rows.items() for said in _otherwise(subject, export, name, row)]
        yield Check(f"{what}: {len(rows)} results are those of the interview", (*absent, *extra, *other))


def _otherwise(subject: Subject, export: Export, name: str, row: Mapping[str, object]) -> Iterator[str]:
    for key, value in _compared(subject.result(export.answers.get(name, {}))).items():
        if row.get(key) != value:
            yield f"{name}: {key} is {json.dumps(row.get(key))}, not {json.dumps(value)}"


def _compared(result: Mapping[str, object]) -> dict[str, object]:
    as_read: dict[str, object] = json.loads(json.dumps(result))
    return {key: value for key, value in as_read.items() if key not in NOT_COMPARED}
