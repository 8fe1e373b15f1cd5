"""The sheet on which a clinician ticks each choice that no source settles: none is missing, and it can be filled in."""

from __future__ import annotations

import re
from datetime import date

import pytest
from support.markup import ALLOWED, Page, one_line
from support.paths import REPOSITORY
from support.questionnaires import HEADER

from iop_screen.checking.load import CheckReport, check_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.questionnaire_document import document_html, document_text

FIRST = "TIP 45. For sign-off: the cut at &lt;3>."
SECOND = "For sign-off: two weeks. For sign-off: no numbers."
RULE = "for sign-off: a check, not more."
OTHER = "For sign-off: a stay."
SMALL = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: drinks, ask: How many drinks?, role: risk, type: yes_no, worse: yes, source: "{FIRST}"}}
      - {{id: sleep, ask: How are the nights?, role: risk, type: yes_no, worse: no, source: "{SECOND}"}}
      - {{id: rest, ask: Rested?, role: context, type: yes_no, source: "TIP 42. Nothing to sign off: it is all there."}}
      - id: mood
        ask: How is the mood?
        role: risk
        type: choice
        options:
          - {{id: good, label: Good, points: 0}}
          - {{id: low, label: Low, points: 2}}
          - {{id: bad, label: Bad, points: 5}}
scores: [{{id: sum, title: The sum, add: [mood]}}]
rules:
  - id: drinking
    when: {{any: [{{drinks: yes, sleep: no}}, {{sum: {{at_least: 2}}}}]}}
    first_step: nurse
    because: Drinks count.
    source: "{RULE}"
  - {{id: no_sleep, when: {{sleep: no}}, level: stay, because: Sleep counts., source: "{OTHER}"}}
  - {{id: bad_mood, when: {{mood: bad}}, first_step: nurse, because: Mood counts., source: "{RULE}"}}
"""
RULE_TEXTS = """\
      Rule 1 [drinking]: If (drinks is yes and sleep is no) or sum at least 2,
        then the first step "A nurse rings" or a more urgent one.
      Rule 3 [bad_mood]: If mood is bad, then the first step "A nurse rings"
        or a more urgent one.
"""
PLAIN = SMALL.replace("For sign-off:", "Note:").replace("for sign-off:", "Note:")


def studied(content: str) -> tuple[CompiledQuestionnaire, CheckReport]:
    check_report = check_questionnaire(content.encode(), date(2026, 12, 1))
    assert check_report.compiled is not None
    return check_report.compiled, check_report


def sheet_of(content: str) -> str:
    text = document_text(*studied(content))
    return text.partition("Choices for sign-off\n--------------------\n")[2].partition("\n\n\n")[0]


def boxes_under(title: str) -> list[str]:
    part = re.split(r"\n\n(?=[A-Z])", sheet_of(SMALL).partition(f"\n\n{title}\n\n")[2])[0]
    return re.split(r"\n\n(?=\[ \])", part)


def test_each_choice_has_a_box_and_says_where_it_stands() -> None:
    assert boxes_under("Choices in questions") == [
        "[ ] the cut at &lt;3>.\n      Question 1 [drinks]: How many drinks?",
        "[ ] two weeks.\n      Question 2 [sleep]: How are the nights?",
        "[ ] no numbers.\n      Question 2 [sleep]: How are the nights?",
    ]


def test_a_choice_in_a_rule_is_shown_with_the_condition_of_each_rule() -> None:
    """The same words have one box, with every rule at which they stand."""
    assert boxes_under("Choices in rules") == [
        f"[ ] a check, not more.\n{RULE_TEXTS.rstrip()}",
        "[ ] a stay.\n      Rule 2 [no_sleep]: If sleep is no, then at least A stay.",
    ]


def test_the_order_and_the_time_of_each_step_have_a_box() -> None:
    assert boxes_under("Order and time") == [
        "[ ] The order of levels of care: each one is more than the one before it.\n      1. Visits; 2. A stay",
        "[ ] The order of first steps: each one is more than the one before it.\n      1. A nurse rings; 2. Help now",
        "[ ] By when: not said.\n      First step 1 [nurse]: A nurse rings",
        "[ ] By when: not said.\n      First step 2 [help_now]: Help now",
    ]
    timed = SMALL.replace("title: A nurse rings", "title: A nurse rings, when: within the hour")
    assert "[ ] By when: within the hour.\n      First step 1 [nurse]: A nurse rings" in sheet_of(timed)


def test_the_points_of_a_score_are_a_table_with_a_box() -> None:
    box = "[ ] The points of each answer, and that they are added up.\n      Score [sum]: The sum"
    rows = "- mood; answer: Good; points: 0\n- mood; answer: Low; points: 2\n- mood; answer: Bad; points: 5"
    assert f"{box}\n\n{rows}\n" in sheet_of(SMALL)


def test_the_page_has_the_same_boxes() -> None:
    source = document_html(*studied(SMALL))
    page = Page(source)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert sum(given == {"class": "box"} for tag, given in page.tags if tag == "span") == sheet_of(SMALL).count("[ ] ")
    assert "the cut at &lt;3>. Question 1 [drinks]: How many drinks?" in page.text
    assert f"a check, not more. {one_line(RULE_TEXTS)}" in page.text
    assert "<p>the cut at &amp;lt;3&gt;.</p>" in source


def test_the_first_page_says_how_long_it_is_and_where_to_start() -> None:
    for shown in (one_line(document_text(*studied(SMALL))), Page(document_html(*studied(SMALL))).text):
        front = shown.partition("Levels of care, from least")[0]
        for words in ("Questions: 4", "Rules: 3", "Scores: 1", "Boxes on the sheet: 10"):
            assert words.replace(":", "") in front.replace(":", "")
        for paper in ('The sheet "Choices for sign-off"', "`iop-screen check --pairs`", "the page of changes"):
            assert paper in front
        assert "Notes 0" not in front.replace(":", "")


def test_whoever_signs_confirms_what_is_ticked() -> None:
    """The sheet stands right before the lines for a name, a date and a signature."""
    for shown in (one_line(document_text(*studied(SMALL))), Page(document_html(*studied(SMALL))).text):
        assert shown.index("Choices for sign-off") < shown.index("Sign-off by a licensed clinician")
        _, _, signing = shown.partition("Sign-off by a licensed clinician")
        assert "I confirm each choice for sign-off that is ticked." in signing
        assert all(blank in signing for blank in ("Name", "Date", "Signature"))


def test_without_such_choices_there_is_no_sheet() -> None:
    for shown in (document_text(*studied(PLAIN)), document_html(*studied(PLAIN))):
        assert "Choices for sign-off" not in shown
        assert "ticked" not in shown
        assert "[ ]" not in shown
        assert 'class="box"' not in shown


@pytest.mark.parametrize("name", ["questions.yaml", "tests/fixtures/level-of-care-1.1.0.yaml"])
def test_no_choice_of_a_file_is_missing(name: str) -> None:
    """However the file breaks its lines, and wherever in it the choice stands."""
    content = (REPOSITORY / name).read_text("utf-8")
    marks = len(re.findall(r"For\s+sign-off:", content))
    assert marks > 5
    places = re.findall(r"^      (?:Question|Rule) \d+ \[", sheet_of(content), re.MULTILINE)
    assert len(places) == marks
