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
SMALL = f"""{HEADER}
sections:
  - id: all
    title: All
    questions:
      - {{id: drinks, ask: How many drinks?, role: risk, type: yes_no, worse: yes, source: "{FIRST}"}}
      - {{id: sleep, ask: How are the nights?, role: risk, type: yes_no, worse: no, source: "{SECOND}"}}
      - {{id: rest, ask: Rested?, role: context, type: yes_no, source: "TIP 42. Nothing to sign off: it is all there."}}
rules:
  - {{id: drinking, when: {{drinks: yes}}, first_step: nurse, because: Drinks count., source: "{RULE}"}}
  - {{id: no_sleep, when: {{sleep: no}}, level: stay, because: Sleep counts.}}
"""
RULE_TEXT = 'Rule 1 [drinking]: Drinks count. It asks for the first step "A nurse\n      rings" or a more urgent one.'
PLAIN = SMALL.replace("For sign-off:", "Note:").replace("for sign-off:", "Note:")


def studied(content: str) -> tuple[CompiledQuestionnaire, CheckReport]:
    check_report = check_questionnaire(content.encode(), date(2026, 12, 1))
    assert check_report.compiled is not None
    return check_report.compiled, check_report


def test_each_choice_has_a_box_and_says_where_it_stands() -> None:
    text = document_text(*studied(SMALL))
    sheet = text.partition("Choices for sign-off\n--------------------\n")[2].partition("\n\n\n")[0]
    assert re.split(r"\n\n(?=\[ \])", sheet)[1:] == [
        "[ ] the cut at &lt;3>.\n      Question 1 [drinks]: How many drinks?",
        "[ ] two weeks.\n      Question 2 [sleep]: How are the nights?",
        "[ ] no numbers.\n      Question 2 [sleep]: How are the nights?",
        f"[ ] a check, not more.\n      {RULE_TEXT}",
    ]


def test_the_page_has_the_same_boxes() -> None:
    source = document_html(*studied(SMALL))
    page = Page(source)
    assert {tag for tag, _ in page.tags} <= ALLOWED
    assert sum(given == {"class": "box"} for tag, given in page.tags if tag == "span") == 4
    assert "the cut at &lt;3>. Question 1 [drinks]: How many drinks?" in page.text
    assert "<p>the cut at &amp;lt;3&gt;.</p>" in source


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
    assert document_text(*studied(content)).count("\n[ ] ") == marks
