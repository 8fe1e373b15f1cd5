"""The cases of the default questionnaire, each led through every door of the program.

What a case should come to was decided before the program was asked. No case answers a question that is not asked, so
an interview, which sets such answers aside, has to agree with `score` to the letter.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

import pytest
from support.effort import DEEP
from support.interviews import HEAD, enter
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.running import Run

from iop_screen.batch.rows import ScoredRow
from iop_screen.checking.cases import Case, CaseFile, FieldValue, case_answers, read_cases
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.answer_batch import Answers, set_all_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import Result, assess, assess_one
from iop_screen.interview.pages import ConfirmPage, QuestionPage, ResultPage, ReviewPage
from iop_screen.interview.state import Session, begin_session
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason, chosen
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.multiple import MultipleQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion
from iop_screen.report.score_output import json_object

BOUNDS = ("level_at_least", "level_at_most", "first_step_at_least", "first_step_at_most")
FIELDS = ("suggestion", *BOUNDS, "reasons", "open_questions", "notes", "problems")
DECIDED = {"suggestion", *BOUNDS, "reasons"}
"""What every case says it should come to."""

Seen = dict[str, str]
"""What a door shows of a result: these fields, lists joined with `;`."""


@dataclass(frozen=True, slots=True)
class Vignette:
    """A case as the doors are held to it."""

    case: Case
    file: CaseFile

    @property
    def id(self) -> str:
        return self.case.id

    @property
    def said(self) -> dict[str, FieldValue]:
        """What the case should come to, by field."""
        return {expectation.field: expectation.value for expectation in self.case.expected}

    def expected(self) -> Seen:
        """What every door should show, as far as the case says."""
        shown = {"open": "open_questions"}
        said = {shown.get(field, field): text(said) for field, said in self.said.items()}
        return {name: value for name, value in said.items() if name in FIELDS} | {"problems": ""}

    def answers(self, compiled: CompiledQuestionnaire) -> Answers:
        """The form that tells this case."""
        return case_answers(self.case, self.file, compiled)


def text(said: FieldValue) -> str:
    """What a case says of a field, as a door shows it."""
    return said.replace("none", "") if isinstance(said, str) else ";".join(said)


def _vignettes() -> Iterator[Vignette]:
    compiled = ready(default_questionnaire().read_bytes())
    file, problems = read_cases((REPOSITORY / "cases.yaml").read_bytes(), compiled)
    assert file is not None, [problem.message for problem in problems]
    yield from (Vignette(case, file) for case in file.cases)


VIGNETTES = tuple(_vignettes())


def seen(result: Result, compiled: CompiledQuestionnaire) -> Seen:
    return seen_in_json(json_object(ScoredRow(None, None, None, result, result.problems), compiled))


def seen_in_json(said: Mapping[str, object]) -> Seen:
    def text(value: object) -> str:
        return ";".join(value) if isinstance(value, list | tuple) else str(value or "")

    return {name: text(said[name]) for name in FIELDS}


@pytest.fixture(scope="module")
def judged(compiled: CompiledQuestionnaire) -> dict[str, Seen]:
    """What each vignette comes to. All are judged at once, since that is faster, and gives what each gives alone."""
    results = assess(compiled, [vignette.answers(compiled) for vignette in VIGNETTES])
    return {vignette.id: seen(result, compiled) for vignette, result in zip(VIGNETTES, results, strict=True)}


# Of all cases at once, so that it takes a second; what is compared names the case.


def test_each_case_comes_to_what_its_author_decided(judged: dict[str, Seen]) -> None:
    expected = {vignette.id: vignette.expected() for vignette in VIGNETTES}
    assert [name for name, said in expected.items() if not said.keys() >= DECIDED] == []
    assert {name: {field: judged[name][field] for field in said} for name, said in expected.items()} == expected


def test_a_vignette_answers_only_what_is_asked(compiled: CompiledQuestionnaire) -> None:
    answers = [vignette.answers(compiled) for vignette in VIGNETTES]
    pairs = zip(VIGNETTES, answers, set_all_aside(compiled, answers), strict=True)
    assert [vignette.id for vignette, before, after in pairs if before != after] == []


@pytest.mark.parametrize("every", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_in_a_batch_each_case_comes_to_what_it_comes_to_alone(
    every: int, judged: dict[str, Seen], compiled: CompiledQuestionnaire
) -> None:
    alone = {vignette.id: assess_one(compiled, vignette.answers(compiled)) for vignette in VIGNETTES[::every]}
    assert {name: seen(result, compiled) for name, result in alone.items()} == {name: judged[name] for name in alone}


def option_ids(question: Question, answer: Chosen) -> list[str]:
    return [option for option in question.answer_ids() if option in answer.options]


def labels(question: Question, answer: Chosen) -> list[str]:
    known = {str(option.id): str(option.label) for option in question.options_listed}
    return [known.get(option, option.upper()) for option in option_ids(question, answer)]


def cell(question: Question, answer: Answer, words: Callable[[Question, Chosen], list[str]]) -> str:
    if isinstance(answer, Chosen):
        return ";".join(words(question, answer))
    return {MissingReason.MISSING: "", MissingReason.UNKNOWN: "unknown", MissingReason.DECLINED: "declined"}[
        MissingReason(answer)
    ]


def read_csv(text: str) -> dict[str, Seen]:
    return {row["id"]: {name: row[name] for name in FIELDS} for row in csv.DictReader(text.splitlines())}


def read_jsonl(text: str) -> dict[str, Seen]:
    return {said["id"]: seen_in_json(said) for said in map(json.loads, text.splitlines())}


@pytest.mark.parametrize(("output_format", "read"), [("csv", read_csv), ("jsonl", read_jsonl)])
@pytest.mark.parametrize("words", [option_ids, labels])
def test_scored_from_a_file_each_case_comes_to_the_same(
    *,
    run: Run,
    tmp_path: Path,
    judged: dict[str, Seen],
    compiled: CompiledQuestionnaire,
    words: Callable[[Question, Chosen], list[str]],
    output_format: str,
    read: Callable[[str], dict[str, Seen]],
) -> None:
    with (tmp_path / "forms.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["id", *(question.id for question in compiled.questions)])
        for vignette in VIGNETTES:
            pairs = zip(compiled.questions, vignette.answers(compiled).values, strict=True)
            rows.writerow([vignette.id, *(cell(question, answer, words) for question, answer in pairs)])
    ran = run("score", tmp_path / "forms.csv", "--format", output_format)
    assert ran.code == 0
    assert read(ran.out) == judged


def key(question: Question, answer: Answer) -> str:
    """What a coordinator types for an answer."""
    if not isinstance(answer, Chosen):
        return {MissingReason.UNKNOWN: "u", MissingReason.DECLINED: "d"}[MissingReason(answer)]
    if isinstance(question, YesNoQuestion):
        return min(answer.options)[0]
    numbered = enumerate(question.options_listed, start=1)
    return " ".join("0" if option.exclusive else str(n) for n, option in numbered if option.id in answer.options)


def typed(compiled: CompiledQuestionnaire, answers: Answers) -> tuple[Session, list[str]]:
    """A session into which the answers of a form were typed, and the lines. A gap is passed over by the review."""
    session, lines = begin_session(compiled, HEAD), list[str]()
    while left := [
        index for index in session.unanswered_indexes() if answers.values[index] is not MissingReason.MISSING
    ]:
        line = key(compiled.questions[left[0]], answers.values[left[0]])
        way = [] if session.page == QuestionPage(left[0]) else ["r", str(session.asked_indexes().index(left[0]) + 1)]
        for said in (*way, line):
            session = enter(session, said)
            lines.append(said)
    ending = ["f"] if session.page == ReviewPage() else ["r", "f"]
    session = reduce(enter, ending, session)
    if isinstance(session.page, ConfirmPage):
        session, ending = enter(session, "f"), [*ending, "f"]
    return session, [*lines, *ending]


@pytest.mark.slow
@pytest.mark.parametrize("vignette", VIGNETTES[:: 3 if DEEP else 6], ids=lambda vignette: vignette.id)
def test_typed_in_an_interview_a_case_comes_to_the_same(
    vignette: Vignette, judged: dict[str, Seen], compiled: CompiledQuestionnaire
) -> None:
    session, _ = typed(compiled, vignette.answers(compiled))
    assert session.page == ResultPage()
    assert session.counted == vignette.answers(compiled)
    assert seen(session.explanation().result, compiled) == judged[vignette.id]


@pytest.mark.slow
@pytest.mark.parametrize("vignette", VIGNETTES[:: 12 if DEEP else 24], ids=lambda vignette: vignette.id)
def test_the_whole_command_comes_to_the_same(
    run: Run, vignette: Vignette, judged: dict[str, Seen], compiled: CompiledQuestionnaire
) -> None:
    _, lines = typed(compiled, vignette.answers(compiled))
    ran = run("interview", "--json", typed="".join(f"{line}\n" for line in lines))
    assert ran.code == 0
    assert seen_in_json(json.loads(ran.out)) == judged[vignette.id]


def test_every_vignette_has_its_own_id() -> None:
    assert max(Counter(vignette.id for vignette in VIGNETTES).values()) == 1


@pytest.mark.parametrize("side", ["fires", "misses"])
def test_every_rule_has_a_case_that_fires_and_one_that_just_misses(side: str, compiled: CompiledQuestionnaire) -> None:
    named = {rule for vignette in VIGNETTES for rule in vignette.said.get(side, ())}
    assert named == {str(rule.definition.id) for rule in compiled.rules}


@pytest.mark.parametrize(("side", "are_reasons"), [("fires", True), ("misses", False)])
def test_the_rules_a_case_was_written_for_are_reasons_or_are_none(
    judged: dict[str, Seen], *, side: str, are_reasons: bool
) -> None:
    pairs = [(vignette.id, rule) for vignette in VIGNETTES for rule in vignette.said.get(side, ())]
    assert [(name, rule) for name, rule in pairs if (rule in judged[name]["reasons"].split(";")) != are_reasons] == []


@pytest.mark.parametrize("vignette", [each for each in VIGNETTES if "misses" in each.said], ids=lambda each: each.id)
def test_a_rule_that_a_case_just_misses_is_one_answer_away(vignette: Vignette, compiled: CompiledQuestionnaire) -> None:
    """One answer makes it a reason: a worse option, or one option more."""
    results = assess(compiled, [*one_answer_worse(compiled, vignette.answers(compiled))])
    assert set(vignette.said["misses"]) <= {str(rule.id) for result in results for rule in result.reasons}


def test_every_note_has_a_case_that_gives_it(compiled: CompiledQuestionnaire) -> None:
    given = {note for vignette in VIGNETTES for note in vignette.said.get("notes", ())}
    assert given == {str(note.id) for note in compiled.questionnaire.notes}


@pytest.mark.slow
def test_every_note_has_a_case_that_just_does_not_give_it(compiled: CompiledQuestionnaire) -> None:
    """One answer gives it: the next option, or one option more."""
    nearly = set[str]()
    for vignette in (each for each in VIGNETTES if "notes" in each.said):
        answers, notes = vignette.answers(compiled), set(vignette.said["notes"])
        for result in assess(compiled, [*one_answer_worse(compiled, answers)]):
            nearly |= {str(note.id) for note in result.notes} - notes
    assert nearly == {str(note.id) for note in compiled.questionnaire.notes}


def one_answer_worse(compiled: CompiledQuestionnaire, answers: Answers) -> Iterator[Answers]:
    for index, question in enumerate(compiled.questions):
        for worse in next_answers(question, answers.values[index]):
            yield answers.with_answer(index, worse)


def next_answers(question: Question, answer: Answer) -> Iterator[Answer]:
    """Each option worse than the one that was picked; with more than one to pick, one option more than were picked."""
    if isinstance(question, MultipleQuestion) and isinstance(answer, Chosen):
        kept = answer.options - question.exclusive_ids()
        yield from (chosen(*kept, str(option.id)) for option in question.needs())
        return
    ids = question.answer_ids()
    for place, option in enumerate(ids):
        if answer == chosen(option):
            yield from map(chosen, ids[place + 1 :])


@pytest.mark.parametrize(
    "outcome",
    [
        ("iop", "none"),
        ("iop", "clinician_check"),
        ("iop", "medical_check"),
        ("iop_safe_place", "none"),
        ("iop_safe_place", "clinician_check"),
        ("iop_safe_place", "medical_check"),
        ("residential", "clinician_check"),
        ("residential", "medical_check"),
        ("residential", "medical_care"),
        ("emergency", "emergency"),
        ("out_of_scope", "none"),
        ("out_of_scope", "clinician_check"),
        ("out_of_scope", "medical_check"),
        ("out_of_scope", "medical_care"),
        ("undetermined", "none"),
        ("undetermined", "clinician_check"),
        ("undetermined", "medical_check"),
        ("undetermined", "medical_care"),
    ],
)
def test_the_cases_reach_every_kind_of_outcome(outcome: tuple[str, str]) -> None:
    assert outcome in {(vignette.said["suggestion"], vignette.said["first_step_at_least"]) for vignette in VIGNETTES}
