"""The form on paper: its boxes, when a question is to be answered, whom to call, and nothing that is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.filled_forms import reads_points, shown_in_order, sketches_without_points
from support.laws import law
from support.markup import Page, one_line
from support.naive import Sheet, Sketch
from support.questionnaires import HEADER, ready
from support.strategies import sheets, sketches, text_of

from iop_screen.checking.texts import reading_grade
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason
from iop_screen.report.blank_forms import html_form as html_page_form
from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError
from iop_screen.report.blank_forms.danger import GET_HELP_FIRST
from iop_screen.report.blank_forms.form import blank_form
from iop_screen.report.blank_forms.html_form import FOR_THE_OFFICE, HOW_TO, html_form

ALL_KINDS = f"""{HEADER.replace("title: Small", 'title: "Small <b>&"')}
contacts: [{{id: line, name: A <i>line, reach: call 000}}, {{id: other, name: Another, reach: call 111}}]
sections:
  - id: home
    title: At home
    questions:
      - {{id: home, ask: "Calm,\\nat <home>?", help: Read it out., role: context, type: yes_no}}
      - id: drugs
        ask: Which drugs?
        role: context
        type: multiple
        options:
          - {{id: beer, label: "Beer <wine>"}}
          - {{id: pills, label: Pills}}
          - {{id: no, label: No, exclusive: true}}
      - {{id: days, ask: How many days?, role: context, type: number, min: -1.5, max: 30}}
  - id: more
    title: More
    questions:
      - {{id: notes, ask: What else?, role: context, type: text, ask_when: {{days: {{at_least: 2.5}}}}}}
      - {{id: rest, ask: Rested?, role: context, type: yes_no, ask_when: {{days: {{at_least: 2.5}}}}}}
      - {{id: hurt, ask: Hurt?, role: risk, type: yes_no, worse: yes}}
      - id: sleep
        ask: Sleep?
        role: context
        type: yes_no
        ask_when: {{all: [{{home: yes}}, {{any: [{{drugs: [pills, beer]}}, {{days: {{at_most: 3}}}}]}}]}}
rules:
  - {{id: r, when: {{hurt: yes}}, first_step: help_now, because: So.}}
  - {{id: s, when: {{home: yes}}, level: stay, because: So.}}
"""


def page_of(compiled: CompiledQuestionnaire) -> str:
    """The page."""
    written = html_form(blank_form(compiled))
    assert isinstance(written, bytes), [problem.message for problem in written]
    return written.decode()


def elements(page: str) -> ET.Element:
    """The body of the page, taken apart."""
    return ET.fromstring(re.findall(r"<main>.*</main>", page, re.DOTALL)[0])  # noqa: S314 - it is our own page


def said(element: ET.Element) -> str:
    """The words in a part of the page, with quotes where a page shows them."""
    return one_line("".join(_pieces(element)))


def _pieces(element: ET.Element) -> Iterator[str]:
    mark = '"' if element.tag == "q" else " " if element.tag in {"ul", "li"} else ""
    yield f"{mark}{element.text or ''}"
    for child in element:
        yield from _pieces(child)
        yield child.tail or ""
    yield mark


def questions(page: str) -> dict[str, ET.Element]:
    """The part of each question by its id."""
    parts = [part for part in elements(page).iter("div") if part.get("class") == "question"]
    return {part.attrib["id"].removeprefix("q-"): part for part in parts}


def gate(part: ET.Element) -> ET.Element | None:
    """When a question is to be answered; None if always."""
    return next((each for each in part.iter("div") if each.get("class") == "gate"), None)


def boxes(part: ET.Element) -> list[str]:
    """What stands beside each box."""
    return [said(item) for item in part.iter("li") if item.find("span[@class='box']") is not None]


# ---------------------------------------------------------------------- what is on the page


def test_every_question_has_its_words_and_its_boxes_in_order(compiled: CompiledQuestionnaire) -> None:
    parts = questions(page_of(compiled))
    assert [*parts] == [question.id for question in compiled.questions]
    for number, question in enumerate(compiled.questions, 1):
        text = said(parts[question.id])
        assert f"{number}. {one_line(question.ask)}" in text
        assert one_line(question.help or "") in text
        labels = [str(option.label) for option in question.options_listed] or ["No", "Yes"]
        assert boxes(parts[question.id]) == [*labels, "Don't know", "Prefer not to say"]


def test_what_is_to_be_done_is_said_by_the_kind_of_question() -> None:
    parts = questions(page_of(ready(ALL_KINDS)))
    for name, words in {
        "home": "Tick one box. home",
        "drugs": 'Tick all that fit. Tick "No", "Don\'t know" or "Prefer not to say" only by itself. drugs',
        "days": "Write a number from -1.5 to 30, or tick a box. days",
        "notes": "Write it in your own words, or tick a box. notes",
    }.items():
        (how,) = (each for each in parts[name].iter("p") if each.get("class") == "how")
        assert said(how) == words
    assert boxes(parts["days"]) == boxes(parts["notes"]) == ["Don't know", "Prefer not to say"]
    spaces = [[each.get("class") for each in parts[name].iter("div")][-1] for name in ("days", "notes")]
    assert spaces == ["digits", "lines"]


AFTER_DAYS = (
    "Answer this only if in question 3 the number is 2.5 or more, or a box is ticked. If not, go on with question 6."
)
AFTER_ALL = (
    'Answer this only if all of these are true: in question 1 any box but "No" is ticked. at least one of these is '
    'true: in question 2 "Beer <wine>", "Pills", "Don\'t know" or "Prefer not to say" is ticked. in question 3 the '
    "number is 3 or less, or a box is ticked. If not, go to the end."
)


@pytest.mark.parametrize(("question", "words"), [("notes", AFTER_DAYS), ("rest", AFTER_DAYS), ("sleep", AFTER_ALL)])
def test_when_to_answer_and_where_to_go_on_is_said_above_the_question(question: str, words: str) -> None:
    part = questions(page_of(ready(ALL_KINDS)))[question]
    above = gate(part)
    assert above is not None
    assert above is part[0]
    assert said(above) == words


def test_a_question_for_everyone_has_no_line_above_it() -> None:
    parts = questions(page_of(ready(ALL_KINDS)))
    assert [name for name, part in parts.items() if gate(part) is None] == ["home", "drugs", "days", "hurt"]


def test_whom_to_call_stands_first_and_last_and_right_above_danger(compiled: CompiledQuestionnaire) -> None:
    main = elements(page_of(compiled))
    crisis = [place for place, part in enumerate(main) if part.get("class") == "crisis"]
    first, *asked, last = crisis
    assert (first, last) == (1, len(main) - 2)  # after the title, and before the name of the form
    assert [main[place + 1].get("id") for place in asked] == ["q-emergency_now", "q-ed_body"]
    for place in crisis:
        assert GET_HELP_FIRST in said(main[place])
        assert "988 Suicide & Crisis Lifeline: call or text 988" in said(main[place])


def test_a_form_without_contacts_promises_none() -> None:
    page = page_of(ready(re.sub(r"contacts: .*", "", ALL_KINDS)))
    assert page.count(GET_HELP_FIRST) == 3
    assert "<ul></ul>" not in page


def test_the_office_is_told_that_an_empty_box_is_no_answer(compiled: CompiledQuestionnaire) -> None:
    assert "If no box is ticked, type nothing: that is not a no." in Page(page_of(compiled)).text


def test_the_page_says_what_it_is_and_what_it_is_not(compiled: CompiledQuestionnaire) -> None:
    source = page_of(compiled)
    page = Page(source)
    assert page.title == "Level-of-care screening"
    assert one_line(compiled.questionnaire.disclaimer) in page.text
    assert one_line(compiled.questionnaire.intended_use) in page.text
    assert page.text.endswith(f"Form {compiled.stamp}")
    assert f'@bottom-left {{ content: "{compiled.stamp}"' in source  # at the foot of each sheet


def test_nothing_is_run_or_loaded_and_no_text_is_markup() -> None:
    source = page_of(ready(ALL_KINDS))
    assert "default-src 'none'; style-src 'sha256-" in source
    assert not re.search(r"<script|<link|<img|<iframe|<form|@import|url\(|https?:| style=| on\w+=", source)
    page = Page(source)
    assert page.title == "Small <b>&"
    assert "A <i>line: call 000" in page.text
    assert "Calm, at <home>?" in page.text
    assert {(attributes.get("href") or "#")[0] for _, attributes in page.tags} == {"#"}


def test_each_sheet_has_a_place_for_the_reference(compiled: CompiledQuestionnaire) -> None:
    """Sheets of two people that come apart can be put together again."""
    source = page_of(compiled)
    assert re.search(r'@page \{ @top-right \{ content: "Reference _+"', source)
    assert "Write the reference on each sheet." in Page(source).text


def test_no_question_is_split_by_the_end_of_a_sheet() -> None:
    source = page_of(ready(ALL_KINDS))
    assert re.search(r"\.question \{[^}]*break-inside: avoid", source)
    assert "size:" not in re.findall(r"@page[^}]*", source)[0]  # the printer knows its paper


@pytest.mark.parametrize("text", [HOW_TO, FOR_THE_OFFICE, GET_HELP_FIRST])
def test_what_the_form_says_itself_is_easy_to_read(text: str) -> None:
    assert text.isascii()
    assert reading_grade(text) <= 8


def test_what_was_written_is_read_back_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[WrittenItem] = []
    monkeypatch.setattr(html_page_form, "check_written", lambda items, _: checked.extend(items))
    page_of(ready(ALL_KINDS))
    items = {item.name: item for item in checked}
    assert [*items] == ["home", "drugs", "days", "notes", "rest", "hurt", "sleep"]
    assert items["drugs"].choices == ("beer", "pills", "no", "unknown", "declined")
    assert {*items["notes"].reads} == {Read("days")}
    named = {Read("home", "no"), *(Read("drugs", code) for code in ("beer", "pills", "unknown", "declined"))}
    assert {*items["sleep"].reads} == {*named, Read("home"), Read("drugs"), Read("days")}


def test_a_page_that_is_wrong_is_given_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    gate_to_come = '<div class="gate">in <a href="#q-hurt">question 6</a> <span>'
    monkeypatch.setattr(html_page_form, "_gate", lambda question, _: gate_to_come if question.id == "home" else "")
    with pytest.raises(WrongFormError, match="home reads hurt, which does not stand further up"):
        html_form(blank_form(ready(ALL_KINDS)))


# ---------------------------------------------------------------------- with a pen


def filled_by_hand(page: str, sheet: Sheet) -> dict[str, set[str] | str]:
    """What somebody ticks or writes who goes by the page alone, from its first question on.

    The sheet says what they would answer; what it leaves out or cannot be ticked stays blank.
    """
    parts = questions(page)
    names, done = [*parts], dict[str, set[str] | str]()
    place = 0
    while place < len(names):
        part = parts[names[place]]
        above = gate(part)
        if above is None or is_so(above, [*names], done):
            done[names[place]] = marks(sheet[names[place]], part)
            place += 1
        else:
            *_, target = (link.attrib["href"][1:] for link in above.iter("a"))
            place = len(names) if target == "end" else names.index(target.removeprefix("q-"))
    return done


def marks(answer: Answer, part: ET.Element) -> set[str] | str:
    """The labels that are ticked, or the number that is written."""
    labels = {item.get("data-code"): said(item) for item in part.iter("li") if item.get("data-code")}
    match answer:
        case Chosen(options):
            return {labels[option] for option in options}
        case Amount(number):
            return f"{number:f}"
        case MissingReason.UNKNOWN | MissingReason.DECLINED:
            return {labels[answer.value]}
        case _:
            return set()


def is_so(part: ET.Element, names: list[str], done: dict[str, set[str] | str]) -> bool:
    """Whether what a line says is so, given what is ticked and written: it is read word by word."""
    inner = part.find("ul")
    if inner is not None:
        parts = [is_so(item, names, done) for item in inner]
        return all(parts) if "all of these are true:" in (part.text or "") else any(parts)
    words = said(part).removeprefix("Answer this only if ")
    number = re.match(r"in question (\d+) the number is (\S+) or (more|less), or a box is ticked\.", words)
    if number:
        written, bound = done.get(names[int(number[1]) - 1], ""), Decimal(number[2])
        if not isinstance(written, str) or not written:
            return bool(written)
        return Decimal(written) >= bound if number[3] == "more" else Decimal(written) <= bound
    ticked = re.match(r"in question (\d+) (any box(?: but)?)?(.*) is ticked\.", words)
    assert ticked, words
    marked = done.get(names[int(ticked[1]) - 1], set())
    named = {*re.findall(r'"([^"]*)"', ticked[3])}
    return bool({*marked} - named if ticked[2] else {*marked} & named)


@law
@given(st.data())
def test_who_goes_by_the_page_answers_what_would_be_asked(data: st.DataObject) -> None:
    sketch = data.draw(sketches_without_points())
    sheet = data.draw(sheets(sketch))
    done = filled_by_hand(page_of(ready(text_of(sketch))), sheet)
    assert [*done] == shown_in_order(sketch, sheet)


@law
@given(st.data())
def test_a_questionnaire_that_adds_points_up_to_ask_is_never_written(data: st.DataObject) -> None:
    sketch: Sketch = data.draw(sketches())
    written = html_form(blank_form(ready(text_of(sketch))))
    assert isinstance(written, bytes) != any(reads_points(sketch, question) for question in sketch.questions)
