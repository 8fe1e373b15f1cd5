"""A new type of question is one file and one place: everything else knows it by its facts."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from mypy import api
from support.duration import DurationQuestion
from support.paths import REPOSITORY, TESTS
from support.questionnaires import HEADER, ready
from support.recorded import at, made_with, record_of
from support.running import Run

from iop_screen.checking.cases import case_text, read_cases, run_cases
from iop_screen.checking.diff import differences
from iop_screen.checking.load import check_questionnaire, load_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.fullscreen.key_names import ENTER
from iop_screen.interview.fullscreen.keyboard import press, start_keyboard
from iop_screen.interview.pages import AnswerRefused, AnswerTaken, QuestionPage
from iop_screen.interview.session import enter
from iop_screen.interview.state import begin_session
from iop_screen.interview.wording.messages import reply_text
from iop_screen.interview.wording.page_text import prompt
from iop_screen.questionnaire.answers import Amount
from iop_screen.questionnaire.schema import questionnaire_schema
from iop_screen.questionnaire.types import QUESTION_TYPES
from iop_screen.questionnaire.validation import validator
from iop_screen.records.serialization import read_record, record_json
from iop_screen.report.questionnaire_document import document_text
from iop_screen.report.record_exports import export_answers
from iop_screen.report.wording import asked_and_answered

PACKAGE = REPOSITORY / "iop_screen"

FILE = (
    HEADER
    + """\
sections:
  - id: one
    title: Sleep
    questions:
      - {id: awake, ask: How long awake?, role: risk, type: duration, most: 6000}
      - {id: safe, ask: Safe?, role: risk, type: yes_no, worse: no}
rules:
  - {id: long, when: {awake: {at_least: 24:00}}, level: stay, because: No sleep for a day.}
  - {id: longer, when: {awake: {at_least: 72:00}}, first_step: nurse, because: No sleep for three days.}
  - {id: danger, when: {safe: no}, first_step: help_now, because: Not safe.}
guarantees:
  - {id: a_day_awake_is_a_stay, when: {awake: {at_least: 30:00}}, level: stay}
"""
)

HEAD = record_of(made_with(FILE.encode(), version="1.0.0")).head


@pytest.fixture
def _known(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """While this lasts, the program has the type."""
    monkeypatch.setitem(QUESTION_TYPES, "duration", DurationQuestion)
    validator.cache_clear()
    yield
    validator.cache_clear()


@pytest.fixture
def compiled(_known: None) -> CompiledQuestionnaire:
    return ready(FILE)


def test_without_the_type_the_file_is_refused() -> None:
    (problem,) = load_questionnaire(FILE.encode()).problems
    assert problem.code == "unknown-word"


@pytest.mark.usefixtures("_known")
def test_a_file_with_a_new_type_is_read_proved_and_described() -> None:
    check_report = check_questionnaire(FILE.encode(), date(2026, 12, 1))
    assert [
        found.problem.code for found in check_report.findings if found.problem.code not in {"no-why", "no-source"}
    ] == []
    assert "a_day_awake_is_a_stay" in {proof.guarantee_id for proof in check_report.proofs}
    assert {"worse-never-lowers", "silence-never-reassures"} <= {proof.code for proof in check_report.proofs}
    assert check_report.compiled is not None
    assert "Hours and minutes, up to 100:00." in document_text(check_report.compiled, check_report)


@pytest.mark.usefixtures("_known")
@pytest.mark.parametrize(
    ("written", "instead", "code"),
    [
        ("{at_least: 24:00}", "24:00", "wrong-test"),
        ("{at_least: 24:00}", "{at_least: a day}", "wrong-test"),
        ("most: 6000", "most: 0", "empty-range"),
        ("most: 6000", "least: 6000", "missing-key"),
    ],
)
def test_what_a_new_type_refuses_is_said(written: str, instead: str, code: str) -> None:
    assert code in {problem.code for problem in load_questionnaire(FILE.replace(written, instead).encode()).problems}


@pytest.mark.usefixtures("_known")
def test_the_proofs_see_what_a_new_type_leaves_unproved() -> None:
    broken = FILE.replace("when: {awake: {at_least: 30:00}}", "when: {awake: {at_least: 23:59}}")
    (found,) = [
        found
        for found in check_questionnaire(broken.encode(), date(2026, 12, 1)).findings
        if found.counterexample is not None
    ]
    assert found.problem.code == "guarantee-broken"
    assert found.counterexample is not None
    assert found.counterexample.answers.values[0] == Amount(1439)  # type: ignore[arg-type]


@pytest.mark.usefixtures("_known")
def test_an_editor_knows_a_new_type() -> None:
    schema = questionnaire_schema()
    editor = Draft202012Validator({"$ref": "#/$defs/question", "$defs": schema["$defs"]})
    questionnaire = {"id": "awake", "ask": "Awake?", "role": "risk", "type": "duration", "most": 10}
    assert editor.is_valid(questionnaire)
    assert not editor.is_valid(questionnaire | {"most": "long"})
    assert not editor.is_valid(questionnaire | {"min": 0})


def test_an_interview_asks_and_takes_a_new_type(compiled: CompiledQuestionnaire) -> None:
    session = begin_session(compiled, HEAD)
    assert prompt(session) == "Answer (hours and minutes, such as 25:30): "
    assert enter(session, "very long", at(1)).replies == (AnswerRefused(0),)
    assert enter(session, "100:01", at(1)).replies == (AnswerRefused(0),)
    taken = enter(session, "25:30", at(1))
    assert AnswerTaken(0) in taken.replies
    assert "25:30" in reply_text(taken, AnswerTaken(0))
    assert taken.answers.values[0] == Amount(1530)  # type: ignore[arg-type]
    assert [rule.id for rule in taken.result().reasons] == ["long"]
    assert read_record(record_json(taken.record).encode()) == taken.record


def test_keys_write_the_answer_to_a_new_type(compiled: CompiledQuestionnaire) -> None:
    keyboard = start_keyboard(begin_session(compiled, HEAD), 0.0)
    for number, key in enumerate([ENTER, *"25:30", ENTER], start=1):
        keyboard = press(keyboard, key, at(1), 10.0 * number)
    assert keyboard.session.answers.values[0] == Amount(1530)  # type: ignore[arg-type]
    assert keyboard.session.page == QuestionPage(1)


def test_an_export_of_a_new_type_is_scored_alike(compiled: CompiledQuestionnaire, run: Run, tmp_path: Path) -> None:
    session = enter(enter(begin_session(compiled, HEAD), "25:30", at(1)), "y", at(2))
    answer_sets, questions = tmp_path / "forms.csv", tmp_path / "questions.yaml"
    answer_sets.write_text(export_answers(session.record, compiled), "utf-8")
    questions.write_text(FILE, "utf-8")
    assert ",25:30," in answer_sets.read_text("utf-8")
    ran = run("score", answer_sets, "--questions", questions, "--format", "jsonl", "--explain")
    scored = json.loads(ran.out.splitlines()[0])
    assert (ran.code, scored["suggestion"]) == (0, "stay")
    assert scored["reason_details"][0]["answers"] == [
        {"question": "awake", "ask": "How long awake?", "answer": "25:30"}
    ]
    unreadable = run("score", "-", "--questions", questions, "--format", "jsonl", typed="awake,safe\nlong,yes\n")
    assert (unreadable.code, json.loads(unreadable.out)["problems"]) == (1, ["awake:unreadable"])


def test_a_case_and_a_difference_know_a_new_type(compiled: CompiledQuestionnaire) -> None:
    case = "format: 1\ncases:\n- {id: a, story: S., answers: {awake: 25:30, safe: yes}, suggestion: stay}\n"
    file, problems = read_cases(case.encode(), compiled)
    assert (problems, file is None) == ((), False)
    assert file is not None
    (outcome,) = run_cases(file, compiled)
    assert (outcome.mismatches, outcome.result) == ((), assess_one(compiled, outcome.answers))
    assert asked_and_answered(compiled.questions[0], outcome.answers.values[0]) == "How long awake? [25:30]"
    told = case_text(outcome.answers, outcome.case.expected, compiled, "a", "S")
    again, _ = read_cases(told.encode(), compiled)
    assert again is not None
    assert again.cases[0].answers == outcome.case.answers
    (found,) = differences(compiled, ready(FILE.replace("24:00", "20:00"))).found
    assert (found.when, found.was, found.now) == ("awake at least 20:00", "visits", "stay")


# ---------------------------------------------------------------------- the places, counted

UNION, BASE = "Question = ", "from iop_screen.questionnaire.types.base"
FACTS = {
    "answer_ids",
    "answers_description",
    "input_hint",
    "input_mode",
    "misfit",
    "scale_position",
    "usable_no_worse",
    "answer_phrase",
    "problems",
    "read",
    "resolve_test",
    "distinct_answers",
    "test_problems",
    "case_value_hint",
    "worst_answer_tests",
}
"""What mypy demands of the class of a type."""


def errors(*arguments: object) -> list[str]:
    """What mypy finds wrong."""
    out, _, _ = api.run(["--config-file", str(REPOSITORY / "pyproject.toml"), *map(str, arguments)])
    return [line for line in out.splitlines() if ": error:" in line]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package whose union has one more member; the file of that type is still to be written."""
    copy = tmp_path_factory.mktemp("grown") / "iop_screen"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    union = copy / "questionnaire" / "types" / "__init__.py"
    types = union.read_text("utf-8").replace(UNION, f"{UNION}DurationQuestion | ", 1)
    imported = "from iop_screen.questionnaire.types.duration import DurationQuestion\n"
    union.write_text(types.replace(BASE, imported + BASE, 1), "utf-8")
    return copy


def with_type(grown: Path, source: str) -> list[str]:
    """What mypy says of the whole copy with this source of the type."""
    (grown / "questionnaire" / "types" / "duration.py").write_text(source, "utf-8")
    return errors("--cache-dir", grown.parent / "cache", grown)


SOURCE = (TESTS / "support" / "duration.py").read_text("utf-8")


@pytest.mark.slow
def test_a_new_type_is_one_file_and_one_place_in_the_union(grown: Path) -> None:
    assert with_type(grown, SOURCE) == []


@pytest.mark.slow
def test_a_type_without_its_facts_is_named_in_its_own_file_and_nowhere_else(grown: Path) -> None:
    bare = SOURCE.partition("    KEYS: ClassVar")[0] + '    type: Literal["duration"]\n    most: Number\n'
    (error,) = with_type(grown, bare)
    assert Path(error.partition(":")[0]).name == "duration.py"
    assert {*re.findall(r'"(\w+)"', error.partition("abstract attributes")[2])} == FACTS


SNIPPET = """\
from iop_screen.engine.conditions import Condition, leaf_tests
from iop_screen.questionnaire.answers import HasOption
from iop_screen.questionnaire.conditions import Clause, OneOf, WrittenCondition, clauses
from iop_screen.questionnaire.scalars import Text

written = Clause(Text("sleep"), OneOf((Text("poor"),), listed=False))
resolved = HasOption(0, frozenset({"poor"}))
clauses(written), leaf_tests(resolved)
leaf_tests(written)
clauses(resolved)
"""


@pytest.mark.slow
def test_written_and_resolved_conditions_are_not_taken_for_each_other(tmp_path: Path) -> None:
    snippet = tmp_path / "snippet.py"
    snippet.write_text(SNIPPET, "utf-8")
    found = [line.partition("snippet.py:")[2] for line in errors("--cache-dir", tmp_path / "cache", snippet)]
    assert [(line.partition(":")[0], line.rpartition("  ")[2]) for line in found] == [
        ("9", "[arg-type]"),
        ("10", "[arg-type]"),
    ]
