"""Answers that look reversed: real reversals are reported, and a question whose words tell nothing is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from support.questionnaires import HEADER

from iop_screen.checking.load import check_questionnaire
from iop_screen.checking.polarity import looks_reversed
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.scalars import Id, Text
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.base import Option
from iop_screen.questionnaire.types.choice import ChoiceQuestion
from iop_screen.questionnaire.types.yes_no import YesNoQuestion

WORSE_NO = """
Does the person have a safe place to sleep tonight?
Is there food at home?
Does the person feel safe at home?
Is a sober adult there at night?
Is the pain under control?
Has the person quit drinking?
Does the person know what to do in case of an overdose?
Is someone there if things get worse?
Can the person be left alone?
Does the person have enough to drink?
Does the person follow the plan?
Does the person take the medicine for seizures?
Has a doctor seen the person since the overdose?
Has the person promised not to hurt themselves?
Does the person drink less than before?
"""
WORSE_YES = """
Could the person be pregnant?
Can the person not keep food down?
Is the person able to hurt others?
Has the person had enough of life?
Is there no food at home?
Is the person not safe at home?
Does the person need help to eat?
Could the person fall?
Does the person have seizures?
Is it not under control?
Has the person had to leave a safe home?
Can the person get hold of a gun?
Is the person well below a healthy weight?
Does the person live alone?
"""


def yes_no(ask: str, worse: str) -> YesNoQuestion:
    return YesNoQuestion(
        id=Id("q"),
        ask=Text(ask),
        role="risk",
        type="yes_no",
        worse=worse,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("ask", WORSE_NO.strip().split("\n"))
def test_a_good_thing_is_worse_where_it_is_not(ask: str) -> None:
    assert not looks_reversed(yes_no(ask, "no"))


@pytest.mark.parametrize("ask", WORSE_YES.strip().split("\n"))
def test_a_bad_thing_is_worse_where_it_is(ask: str) -> None:
    assert not looks_reversed(yes_no(ask, "yes"))


@pytest.mark.parametrize(
    ("ask", "worse"),
    [
        ("Does the person feel safe at home?", "yes"),
        ("Is there food at home?", "yes"),
        ("Is there no food at home?", "no"),
        ("Is the person not safe at home?", "no"),
        ("Can the person eat?", "yes"),
        ("Can the person not eat?", "no"),
        ("Does the person have seizures?", "no"),
        ("Could the person be pregnant?", "no"),
    ],
)
def test_yes_and_no_in_reverse_order_are_reported(ask: str, worse: str) -> None:
    assert looks_reversed(yes_no(ask, worse))


SCALES = [
    ("How often does the person take their medicine?", "Always", "Never"),
    ("Does the person see friends?", "Every week", "Not at all"),
    ("How is the mood?", "High", "Low"),
    ("Who is there?", "Always a friend", "No one"),
    ("How often does the person sleep through?", "Every night", "Never"),
    ("How many hours of sleep does the person get?", "Most nights seven or more", "Hardly any"),
    ("Does the person have money for food?", "Yes", "No"),
    ("Is it safe at home?", "Yes", "No"),
    ("Can the person walk?", "Yes", "No"),
    ("How sure is the person that they can cope?", "Very sure", "Not sure"),
    ("How much pain is there?", "None", "Very bad"),
    ("How are the nights?", "Good", "No sleep"),
    ("Did the treatment work?", "Yes", "No"),
    ("How often was it cocaine?", "Never", "Daily"),
    ("Did the person miss doses?", "No dose was missed", "Doses were missed"),
]
TURNED = [
    ("Has the person enough to eat?", "No", "Yes"),
    ("Does anyone at home use drugs?", "Yes", "No"),
    ("How bad is the craving?", "Severe", "Weak"),
    ("How strong is the craving?", "Unbearable", "Mild"),
    ("How often are there seizures?", "Daily", "Rarely"),
    ("Is the person able to walk?", "No", "Yes"),
    ("Does the person need help to walk?", "Yes", "No"),
    ("How is the home?", "Someone there hurts them", "Calm"),
    ("How often does the person use stimulants?", "Daily", "Never"),
    ("Did the person miss doses?", "Doses were missed", "No dose was missed"),
]


def scale(ask: str, *labels: str) -> ChoiceQuestion:
    options = tuple(Option(id=Id(f"o{index}"), label=Text(label)) for index, label in enumerate(labels))
    return ChoiceQuestion(id=Id("q"), ask=Text(ask), role="risk", type="choice", options=options)


@pytest.mark.parametrize(("ask", "first", "last"), SCALES)
def test_a_scale_in_order_is_let_alone(ask: str, first: str, last: str) -> None:
    assert not looks_reversed(scale(ask, first, "Some", last))


@pytest.mark.parametrize(("ask", "first", "last"), TURNED)
def test_a_scale_in_reverse_order_is_reported(ask: str, first: str, last: str) -> None:
    assert looks_reversed(scale(ask, first, "Some", last))
    assert not looks_reversed(scale(ask, last, "Some", first))


# ---------------------------------------------------------------------- the questionnaire that comes along


def turned(question: Question) -> Question:
    match question:
        case ChoiceQuestion():
            return replace(question, options=question.options[::-1])
        case YesNoQuestion():
            return replace(question, worse="no" if question.worse == "yes" else "yes")
        case _:
            raise TypeError(type(question))


def test_most_questions_in_reverse_order_look_so(
    compiled: CompiledQuestionnaire, capsys: pytest.CaptureFixture[str]
) -> None:
    """By their words alone, whatever the tests in rules say."""
    asked = [question for question in compiled.questions if question.role == "risk"]
    unseen = [str(question.id) for question in asked if not looks_reversed(turned(question))]
    with capsys.disabled():
        seen = f"{len(asked) - len(unseen)} of {len(asked)}"
        print(f"\nturned around, {seen} look so; not {', '.join(unseen)}")  # noqa: T201 - the share is to be read
    assert len(asked) > 20
    assert len(unseen) <= 2
    assert not any(looks_reversed(question) for question in asked)


# ---------------------------------------------------------------------- accepted

ACCEPTED = "accepted: [{check: looks-reversed, because: So.}]"


@pytest.mark.parametrize(
    ("worse", "accepted", "reported"),
    [
        ("yes", "", []),
        ("no", "", ["looks-reversed"]),
        ("no", ACCEPTED, []),
        ("yes", ACCEPTED, ["accepted-for-nothing"]),
        ("yes", ACCEPTED.replace("reversed", "reverse"), ["accepted-for-nothing"]),
    ],
)
def test_an_order_that_looks_reversed_can_be_accepted(worse: str, accepted: str, reported: list[str]) -> None:
    content = f"""\
{HEADER}sections:
  - id: one
    title: One
    questions:
      - {{id: pain, ask: Is there pain?, why: So., source: Own., role: risk, type: yes_no, worse: {worse}, {accepted}}}
rules: [{{id: r, when: {{pain: {worse}}}, level: stay, because: So., source: Own.}}]
"""
    codes = [finding.problem.code for finding in check_questionnaire(content.encode(), date(2026, 11, 23)).findings]
    assert [code for code in codes if code != "never-reached"] == reported
