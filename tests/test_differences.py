"""What changes from one questionnaire to another: said as rules, with a form that shows it, and nothing left out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from conftest import REPOSITORY, Run, ready
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from naive import Sketch
from strategies import form_of, sheets, sketches, text_of

from iop_screen.engine.answers import Form
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import assess_one
from iop_screen.questionnaire.differences import differences, form_phrase, translated
from iop_screen.report.differences import differences_text

QUESTIONS = (REPOSITORY / "questions.yaml").read_text("utf-8")
SAFE = "  - id: unsafe_without_staff\n    when: {stay_safe: no}"


def changed(*edits: tuple[str, str]) -> Instrument:
    """The default questionnaire with some of its text replaced."""
    text = QUESTIONS
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return ready(text)


def said(old: Instrument, new: Instrument) -> list[tuple[str, str, str]]:
    return [(found.now, found.was, found.when) for found in differences(old, new).found]


def test_nothing_changes_from_a_questionnaire_to_itself(instrument: Instrument) -> None:
    assert said(instrument, instrument) == []
    assert "no form gets anything else" in differences_text(differences(instrument, instrument), instrument, instrument)


def test_a_stricter_rule_is_said_as_a_rule(instrument: Instrument) -> None:
    stricter = changed((SAFE, SAFE.replace("no}", "{at_least: with_support}}")))
    assert said(instrument, stricter) == [
        ("residential with clinician_check", "iop with clinician_check", "stay_safe at least with_support")
    ]
    assert said(stricter, instrument) == [
        ("iop with clinician_check", "residential with clinician_check", "stay_safe at least with_support")
    ]


def test_a_change_of_words_is_no_difference(instrument: Instrument) -> None:
    assert said(instrument, changed(("title: Level-of-care screening", "title: Another title"))) == []


def test_who_is_in_scope_is_said(instrument: Instrument) -> None:
    wider = changed(("applies_when: {age: [18_64, 65_plus]}", "applies_when: {age: [18_64, 65_plus, under_18]}"))
    assert said(instrument, wider) == [("in scope", "not in scope", "age is under_18")]


def test_questions_that_only_one_has_are_named(instrument: Instrument) -> None:
    question = "      - {id: tattoos, ask: Any tattoos?, role: context, type: yes_no}\n"
    more = changed(("  - id: safety\n    title: Safety\n", f"{question}  - id: safety\n    title: Safety\n"))
    assert differences(instrument, more).only_new == ("tattoos", "tattoos: no", "tattoos: yes")
    assert differences(more, instrument).only_old == ("tattoos", "tattoos: no", "tattoos: yes")


def test_the_command_prints_text_and_json(run: Run, tmp_path: Path) -> None:
    path = REPOSITORY / "questions.yaml"
    new = tmp_path / "new.yaml"
    new.write_text(QUESTIONS.replace(SAFE, SAFE.replace("no}", "{at_least: with_support}}")), "utf-8")
    ran = run("diff", path, new)
    assert ran.code == 0
    assert "* now residential with clinician_check, was iop with clinician_check" in ran.out
    report = json.loads(run("diff", path, new, "--format", "json").out)
    assert report["differences"][0]["when"] == "stay_safe at least with_support"


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Sketch, Sketch]:
    """A questionnaire, and the same one without a rule or with a rule at another level."""
    sketch = draw(sketches(most_questions=4))
    assume(sketch.rules)
    place = draw(st.integers(0, len(sketch.rules) - 1))
    rule = sketch.rules[place]
    levels = [level for level in sketch.levels if level != rule.level]
    other = draw(st.sampled_from([None, *levels]))
    if other is None:
        rules = (*sketch.rules[:place], *sketch.rules[place + 1 :])
    else:
        rules = (*sketch.rules[:place], replace(rule, level=other), *sketch.rules[place + 1 :])
    assume(rules)
    return sketch, replace(sketch, rules=rules)


@settings(deadline=None, max_examples=60)
@given(pairs(), st.data())
def test_no_form_gets_something_else_unsaid(pair: tuple[Sketch, Sketch], data: st.DataObject) -> None:
    """Where any form gets another level or first step for certain, a difference is found; each found one is real."""
    old, new = (ready(text_of(sketch)) for sketch in pair)
    found = differences(old, new).found
    for _ in range(10):
        form = form_of(pair[0], data.draw(sheets(pair[0])))
        assert found or got(old, form) == got(new, form)
    for difference in found:
        other = old if difference.of is new else new
        there = translated(difference.form, difference.of, other)
        assert got(difference.of, difference.form) != got(other, there)
        assert difference.when == form_phrase(difference.form, difference.of)


def got(instrument: Instrument, form: Form) -> tuple[str, str | None]:
    """The level and the first step that a form gets for certain."""
    result = assess_one(instrument, form)
    step = result.first_steps.at_least
    return result.levels.at_least.id, None if step is None else step.id
