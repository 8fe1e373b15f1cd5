"""The page of what a new questionnaire puts below an old one: what it lists and reports, and that it is complete."""

from __future__ import annotations

import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.edited import EDITS
from support.laws import law, sheet_of
from support.naive import Sheet, Sketch, completions, judge_complete
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready
from support.strategies import form_of, number, sketches, text_of

import iop_screen
from iop_screen.checking.load import load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.questionnaire.answers import MissingReason, chosen

OLD_FILE = REPOSITORY / "tests" / "fixtures" / "level-of-care-1.1.0.yaml"
PAGE = (REPOSITORY / "docs" / "changes-2.0.md").read_text("utf-8")


def loaded_script() -> Any:
    """The script as a module."""
    spec = spec_from_file_location("lower_results", REPOSITORY / "scripts" / "lower_results.py")
    assert spec is not None
    assert spec.loader is not None
    sys.modules[spec.name] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules[spec.name])
    return sys.modules[spec.name]


SCRIPT = loaded_script()

QUESTIONS = """\
sections:
  - id: all
    title: All
    questions:
      - {id: age, ask: Age?, role: context, type: choice, options: [{id: young, label: Young}, {id: old, label: Old}]}
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: sleep
        ask: Nights?
        role: risk
        type: choice
        options: [{id: good, label: Good}, {id: poor, label: Poor}, {id: bad, label: Bad}]
      - {id: alone, ask: Alone?, role: risk, type: yes_no, worse: yes, ask_when: {sleep: {at_least: poor}}}
"""
OLD = f"""{HEADER}{QUESTIONS}
rules:
  - {{id: in_danger, when: {{danger: yes}}, first_step: help_now, because: Danger.}}
  - {{id: no_sleep, when: {{sleep: {{at_least: poor}}}}, level: stay, first_step: nurse, because: No sleep.}}
  - {{id: is_alone, when: {{alone: yes}}, first_step: nurse, because: Alone.}}
"""
NEW = f"""{HEADER.replace("1.0.0", "2.0.0").replace("{id: help_now", "{id: doctor, title: A doctor}, {id: help_now")}
{QUESTIONS.replace("Nights?", "How are the nights?")}
      - {{id: noise, ask: Noise?, role: risk, type: yes_no, worse: yes}}
rules:
  - {{id: in_danger, when: {{danger: yes}}, first_step: help_now, because: Danger.}}
  - {{id: no_sleep, when: {{sleep: bad}}, level: stay, first_step: nurse, because: No sleep.}}
  - {{id: poor_sleep, when: {{sleep: {{at_least: poor}}, age: old}}, first_step: doctor, because: Poor sleep.}}
  - {{id: is_alone, when: {{alone: yes}}, first_step: doctor, because: Alone.}}
"""
BLOCKS = {"Nights": {"age": (), "danger": (), "sleep": (), "alone": ()}}


def compared(old: str, new: str) -> Any:
    return SCRIPT.Comparison(ready(old), ready(new))


def test_a_rule_that_gave_way_is_listed_with_its_smallest_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCRIPT, "WHY_LESS_IS_ENOUGH", {"no_sleep": "For sign-off: a bad night or two."})
    made = SCRIPT.page(compared(OLD, NEW), BLOCKS)
    assert (made.lost, made.unexplained) == ((), ())
    assert "\nFor 2 of 3 old rules nothing is lost" in made.text
    assert "They are `in_danger`, `is_alone`." in made.text
    assert (
        "### `no_sleep`\n\nIt held if sleep at least poor. It gave: First: A nurse rings. Then: A stay.\n\n"
        "For sign-off: a bad night or two.\n\n"
        "| smallest forms that get less from the new rules | they get now |\n|---|---|\n"
        "| `sleep`: Poor | Visits |\n\n"
    ) in made.text


def test_forms_are_counted_by_the_rules_that_put_them_higher() -> None:
    """Forms in danger, and answers to a question that is not asked, are no further forms.

    Of each age there are one form with good nights and two each with poor and bad ones.
    """
    text = SCRIPT.page(compared(OLD, NEW), BLOCKS).text
    assert "10 forms were looked at" in text
    assert "4 of them are below" in text
    assert "| `danger` | `no` |" in text
    rows = [line for line in text.splitlines() if line.startswith("| `no_sleep` |")]
    was = "First: A nurse rings. Then: A stay"
    none, doctor = rows
    assert none == f"| `no_sleep` | 1 | {was} | Visits | `sleep`: Poor |"
    assert doctor.startswith(f"| `no_sleep` | 3 | {was} | First: A doctor. Then: Visits | ")
    assert {*doctor.split(" | ")[-1].removesuffix(" |").split("<br>")} == {
        "`sleep`: Poor; `alone`: Yes",
        "`age`: Old; `sleep`: Poor",
    }


def test_what_only_the_new_rules_ask_about_the_person_is_looked_at() -> None:
    """A young person still gets as much for a bad night; it is the other age that does not."""
    comparison = compared(OLD, NEW.replace("{sleep: bad}", "{sleep: {at_least: poor}, age: young}"))
    no_sleep = comparison.old.rules[1]
    (lower,) = SCRIPT.lower_by_rule(comparison, no_sleep)
    assert lower.answers == {0: chosen("old"), 2: chosen("poor")}


def test_by_when_is_said_of_an_old_result_only_where_the_old_one_said_it() -> None:
    """The title is the new one, so that the same step has one name on the page."""
    new = NEW.replace("title: A nurse rings", "title: A nurse comes, when: today").replace(
        "title: A doctor", "title: A doctor, when: tonight"
    )
    assert "title: A nurse comes, when: today" in new
    text = SCRIPT.page(compared(OLD, new), BLOCKS).text
    assert "It gave: First: A nurse comes. Then: A stay.\n" in text
    assert "| First: A nurse comes. Then: A stay | First, tonight: A doctor. Then: Visits |" in text
    assert "| A nurse comes | not said | today |\n| A doctor | no such step | tonight |" in text
    timed = OLD.replace("title: A nurse rings", "title: A nurse rings, when: soon")
    assert "It gave: First, soon: A nurse comes. Then: A stay.\n" in SCRIPT.page(compared(timed, new), BLOCKS).text


def test_softer_reasons_and_what_questions_count_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCRIPT, "SOFTER_REASONS", ("is_alone",))
    monkeypatch.setattr(SCRIPT, "WHAT_COUNTS", {"sleep": "More: naps.", "not_there": "Nothing."})
    text = SCRIPT.page(compared(OLD, NEW.replace("because: Alone.", "because: Alone and cold.")), {}).text
    assert "| `is_alone` | Alone. | Alone and cold. | A doctor |\n" in text
    assert "| `sleep` | More: naps. |\n" in text
    assert "not_there" not in text
    assert "These questions are new: `noise`.\n" in text


def test_what_did_not_change_is_not_told() -> None:
    text = SCRIPT.page(compared(OLD, NEW), {}).text
    assert "reason before" not in text
    assert "count something else" not in text


def test_a_loss_that_nobody_explained_is_reported() -> None:
    made = SCRIPT.page(compared(OLD, NEW), {})
    assert made.unexplained == ("no_sleep",)
    assert "**NOT EXPLAINED**" in made.text


def test_an_emergency_that_is_none_any_more_is_reported() -> None:
    new = NEW.replace("{danger: yes}, first_step: help_now", "{danger: yes, sleep: bad}, first_step: help_now")
    new = new.replace("ask_when: {sleep: {at_least: poor}}", "ask_when: {sleep: bad}")
    made = SCRIPT.page(compared(OLD, new), {})
    assert made.lost == ("in_danger",)
    assert "**ERROR: `in_danger` was always an emergency, and is not now.**" in made.text


def test_a_question_under_another_id_is_read_as_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    new = NEW.replace("id: alone", "id: company").replace("alone: yes", "company: yes")
    comparison = compared(OLD, new)
    assert [str(rule.definition.id) for rule in comparison.old.rules if SCRIPT.lower_by_rule(comparison, rule)] == [
        "no_sleep"
    ]
    monkeypatch.setattr(SCRIPT, "OLD_ANSWERS", {"company": ("alone", {"no": "no", "yes": "yes"})})
    comparison = compared(OLD, new)
    (form,) = comparison.best.with_answers([{2: chosen("poor"), 3: chosen("yes")}])
    assert comparison.as_old(form).values == (chosen("young"), chosen("no"), chosen("poor"), chosen("yes"))


def test_an_answer_that_the_old_one_cannot_read_has_to_be_mapped() -> None:
    comparison = compared(OLD, NEW.replace("{id: bad, label: Bad}", "{id: fair, label: Fair}, {id: bad, label: Bad}"))
    (form,) = comparison.best.with_answers([{2: chosen("fair")}])
    with pytest.raises(SystemExit, match="`sleep`"):
        comparison.as_old(form)


def test_steps_that_are_gone_cannot_be_compared() -> None:
    with pytest.raises(SystemExit, match="nurse"):
        compared(OLD, NEW.replace("nurse", "nurse2"))


MOST_FORMS = 300


@pytest.mark.slow
@law
@given(st.data())
def test_every_form_that_is_below_contains_one_that_is_listed(data: st.DataObject) -> None:
    """Whatever rules change: each form listed is below, and each complete form that is below has a listed one in it.

    The naive reading says what a form gets.
    """
    old, new = data.draw(other_rules())
    comparison = SCRIPT.Comparison(*(load_questionnaire(text_of(sketch).encode()).compiled for sketch in (old, new)))
    listed = [lower for rule in comparison.old.rules for lower in SCRIPT.lower_by_rule(comparison, rule)]
    for form in comparison.best.with_answers([lower.answers for lower in listed]):
        assert is_below(old, new, sheet_of(new, form))
    blank = dict.fromkeys((question.id for question in new.questions), MissingReason.MISSING)
    for sheet in islice(completions(new, blank), MOST_FORMS):
        given_answers = SCRIPT.Lower(dict(enumerate(form_of(new, sheet).values)), (0, 0), (0, 0))
        contained = any(SCRIPT.contains(comparison, given_answers, smaller) for smaller in listed)
        assert contained or not is_below(old, new, sheet)


@st.composite
def other_rules(draw: st.DrawFn) -> tuple[Sketch, Sketch]:
    """A questionnaire with neither numbers nor `access` questions, and the same with other rules; both usable."""
    old = draw(sketches(most_questions=4))
    assume(all(question.type != "number" for question in old.questions))
    assume(all(question.best is not None for question in old.questions if question.role == "risk"))
    questions = tuple(replace(each, role="context") if each.role == "access" else each for each in old.questions)
    old = replace(old, sections=(questions,), notes=(), guarantees=(), applies_when=None)
    new = old
    for _ in range(number(draw, 1, 3)):
        new = EDITS["rule"](draw, new) if new.rules else new
    assume(all(load_questionnaire(text_of(sketch).encode()).compiled for sketch in (old, new)))
    return old, new


def is_below(old: Sketch, new: Sketch, sheet: Sheet) -> bool:
    """Whether a complete form gets less."""
    was, now = judge_complete(old, sheet), judge_complete(new, sheet)
    lower_level = new.levels.index(now.level) < new.levels.index(was.level)
    return now.suggestion != "emergency" and (
        lower_level or new.steps.index(now.first_step) < new.steps.index(was.first_step)
    )


# ---------------------------------------------------------------------- the page in the documents


def test_the_page_is_of_these_two_questionnaires() -> None:
    old, new = iop_screen.load(OLD_FILE), iop_screen.load(default_questionnaire())
    assert f"| old | `{old.stamp}` |\n| new | `{new.stamp}` |" in PAGE


def test_the_page_tells_of_texts_that_did_change() -> None:
    """Each rule that is named has another reason, and each question another text or help."""
    old, new = (iop_screen.load(path).questionnaire for path in (OLD_FILE, default_questionnaire()))
    reasons = [{str(rule.id): str(rule.because) for rule in each.rules} for each in (old, new)]
    for name in SCRIPT.SOFTER_REASONS:
        assert reasons[0][name] != reasons[1][name]
    asked = [{str(question.id): (question.ask, question.help) for question in each.questions()} for each in (old, new)]
    for name in SCRIPT.WHAT_COUNTS:
        assert asked[0][name] != asked[1][name]


WORDS_OF_QUESTIONS = {
    "emergency_now": ("hurting them",),
    "suicide": ("in the past year",),
    "harm_others": ("depends on them",),
    "reality": ("no sleep", "too much energy"),
    "medical": ("with insulin", "head injury", "fever", "sores"),
    "sedative_use": (
        "GHB",
        "phenibut",
        "baclofen",
        "gabapentin",
        "pregabalin",
        "melatonin",
        "allergy pills",
        "CBD",
        "cannabis",
    ),
    "opioid_use": ("kratom", "7-OH", "tianeptine", "nitazenes", "the mix", "in the past year"),
    "withdrawal_now": ("only if doses were missed",),
}


@pytest.mark.parametrize("question", [*SCRIPT.WHAT_COUNTS])
def test_what_the_page_says_a_question_counts_is_new_in_it(question: str) -> None:
    old, new = (asked_text(path, question) for path in (OLD_FILE, default_questionnaire()))
    for words in WORDS_OF_QUESTIONS[question]:
        assert words in new
        assert words not in old


def asked_text(path: Path, name: str) -> str:
    """What is asked and how, of one question."""
    questions = iop_screen.load(path).questionnaire.questions()
    return next(f"{question.ask} {question.help}" for question in questions if question.id == name)


def test_the_page_has_the_texts_that_changed() -> None:
    """That part needs no counting, so it is compared as it is."""
    comparison = SCRIPT.Comparison(iop_screen.load(OLD_FILE), iop_screen.load(default_questionnaire()))
    assert "\n".join(SCRIPT.changed_texts(comparison)) in PAGE


def test_the_page_has_the_smallest_block_as_it_is() -> None:
    comparison = SCRIPT.Comparison(iop_screen.load(OLD_FILE), iop_screen.load(default_questionnaire()))
    title, named = list(SCRIPT.BLOCKS.items())[-1]
    assert SCRIPT.block_text(comparison, SCRIPT.counted_block(comparison, title, named)) in PAGE


@pytest.mark.slow
def test_the_page_is_what_the_script_makes() -> None:
    comparison = SCRIPT.Comparison(iop_screen.load(OLD_FILE), iop_screen.load(default_questionnaire()))
    made = SCRIPT.page(comparison, SCRIPT.BLOCKS)
    assert (made.text, made.lost, made.unexplained) == (PAGE, (), ())
