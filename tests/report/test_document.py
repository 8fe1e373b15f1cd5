"""The document says everything that the questionnaire says, in text and in HTML, and nothing in it can act."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import fields, is_dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from support.loaded_once import checked_anew
from support.markup import ALLOWED, Page, one_line
from support.paths import QUESTIONNAIRES, REPOSITORY

from iop_screen.checking.load import CheckReport, check_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.scalars import Text
from iop_screen.report.questionnaire_document import document_html, document_text, questionnaire_document

GOOD = QUESTIONNAIRES / "ok"
USABLE = [REPOSITORY / "questions.yaml", *sorted(GOOD.glob("*.yaml"))]
TODAY = date(2026, 12, 1)

HOSTILE = """\
format: 1
id: hostile
version: '"><script>alert(1)</script>'
title: '</title><script>alert("title")</script>'
intended_use: "'\\"><img src=x onerror=alert(1)> & <b>so on</b> {title} {body}"
disclaimer: <style>@import url(https://example.org/x.css)</style>
contacts: [{id: line, name: <a href="javascript:alert(1)">, reach: https://example.org/?a&b}]
levels:
  - {id: visits, title: </h3><script>, means: <iframe src=//example.org>, expect: [<p>], next_steps: ['"quoted"']}
  - {id: stay, title: A <em>stay</em>}
first_steps: [{id: now, title: "<now>", contacts: [line]}]
sections:
  - id: nights
    title: <section>
    questions:
      - {id: sleep, ask: "<sleep> & 'rest'?", role: risk, type: yes_no, worse: no, why: </dl>, source: <s>, help: <h>}
      - {id: kind, ask: <kind>, role: context, type: choice, options: [{id: a, label: <a>}, {id: b, label: '"b"'}]}
rules: [{id: no_sleep, when: {sleep: no, kind: a}, level: stay, because: <because>, source: '&lt;'}]
notes: [{id: tell, when: {kind: b}, say: <script>say</script>}]
guarantees: [{id: promised, when: {sleep: no}, level: stay}]
site_lines: [<object data=//example.org>, "</style><script>"]
guide: [{title: <guide>, body: "<body onload=alert(1)>\\n\\n- <li>"}]
"""


def studied(content: str | bytes) -> tuple[CompiledQuestionnaire, CheckReport]:
    check_report = check_questionnaire(content.encode() if isinstance(content, str) else content, TODAY)
    assert check_report.compiled is not None, [finding.problem.message for finding in check_report.findings]
    return check_report.compiled, check_report


def texts_of(part: object) -> list[str]:
    """Every text and id of a questionnaire, item by item."""
    if is_dataclass(part):
        return [text for entry in fields(part) for text in texts_of(getattr(part, entry.name))]
    if isinstance(part, tuple):
        return [text for inner in part for text in texts_of(inner)]
    return [str(part)] if isinstance(part, Text) else []


def lines_of(text: str) -> list[str]:
    """The paragraphs and items of a text, each on one line."""
    blocks = text.replace("\n- ", "\n\n- ").split("\n\n")
    return [one_line(block).removeprefix("- ") for block in blocks if block.strip()]


@pytest.mark.parametrize("path", USABLE, ids=lambda path: path.stem)
def test_everything_the_questionnaire_says_is_in_both(path: Path) -> None:
    compiled, check_report = studied(path.read_bytes())
    text, page = one_line(document_text(compiled, check_report)), Page(document_html(compiled, check_report))
    for written in texts_of(compiled.questionnaire):
        for line in lines_of(written):
            assert line in text, line
            assert line in page.text, line


@pytest.mark.parametrize("path", USABLE, ids=lambda path: path.stem)
def test_every_guarantee_is_proved_and_says_so(path: Path) -> None:
    compiled, check_report = studied(path.read_bytes())
    text = document_text(compiled, check_report)
    assert text.count("Proved: it holds for every possible form.") == len(compiled.guarantees)
    assert "NOT PROVED" not in text


@pytest.mark.parametrize("path", USABLE, ids=lambda path: path.stem)
def test_the_text_fits_a_screen(path: Path) -> None:
    lines = document_text(*studied(path.read_bytes())).split("\n")
    assert max(map(len, lines)) <= 78
    assert all(line == line.rstrip() for line in lines)


def test_the_longest_names_fit_a_screen() -> None:
    content = HOSTILE.replace("no_sleep", "r" * 64).replace("kind", "k" * 64).replace("<because>", "b" * 500)
    assert max(map(len, document_text(*studied(content)).split("\n"))) <= 78


def test_the_marks_of_the_text_are_ascii(compiled: CompiledQuestionnaire) -> None:
    check_report = studied((REPOSITORY / "questions.yaml").read_bytes())[1]
    assert all(text.isascii() for text in texts_of(compiled.questionnaire))
    assert document_text(compiled, check_report).isascii()


def test_a_rule_is_a_sentence_that_needs_no_file() -> None:
    text = one_line(document_text(*studied((REPOSITORY / "questions.yaml").read_bytes())))
    assert (
        "[strong_withdrawal] If withdrawal_now (question 18) is strong "
        '("Very sick: bad shakes, a racing heart, or cannot keep fluids down") where it is asked, then the first '
        'step "24-hour medical care" or a more urgent one, and at least Residential care. Because: Strong '
        "withdrawal calls for medical care day and night, whatever the drug is. Source: ASAM"
    ) in text
    assert '(alcohol_use (question 12) is most_days ("On most days or every day") or ' in text


def test_a_first_step_a_note_and_a_question_say_when_for_whom_and_how() -> None:
    compiled, check_report = studied((GOOD / "whole.yaml").read_bytes())
    text, page = one_line(document_text(compiled, check_report)), Page(document_html(compiled, check_report)).text
    assert "1. Talk with a nurse first [talk_first] By when: within the hour A nurse rings" in text
    assert "Is anybody in danger? [danger] To the person themselves: Are you in danger? - [best] Nobody" in text
    for shown in (text, page):
        assert "If the first step, as far as is certain, is none or Talk with a nurse first (talk_first), say:" in shown
    assert "There is time. Contacts: Desk of the ward" in text


@pytest.mark.parametrize(
    ("note", "occasion"),
    [
        ("", "Always, say:"),
        ("for_levels: [stay], ", "If the suggestion is A stay (stay), say:"),
        (
            "for_levels: [stay, stay, visits], for_first_steps: [help_now], ",
            "If the suggestion is A stay (stay) or Weekly visits (visits), and the first step, as far as is certain, ",
        ),
        (
            "when: {wish: home}, for_first_steps: [none], ",
            'If wish (question 4) is home ("To stay at home"), and the first step, as far as is certain, is none, say:',
        ),
        ("for_levels: [], for_first_steps: [], ", "If the suggestion is nothing, and the first step, as far as is"),
    ],
)
def test_a_note_says_for_whom_it_is(note: str, occasion: str) -> None:
    whole = (GOOD / "whole.yaml").read_text(encoding="utf-8").replace("{id: always, ", f"{{id: always, {note}")
    assert f"[always] {occasion}" in one_line(document_text(*studied(whole)))


def test_the_worse_answers_are_marked() -> None:
    text = document_text(*studied((REPOSITORY / "questions.yaml").read_bytes()))
    assert "[best] Not sick; id: none" in text
    assert "[worse] A little sick: uneasy, sweating, poor sleep; id: mild" in text
    assert "[worst] Very sick:" in text
    assert "- Under 18; id: under_18" in text


def test_scores_points_and_numbers_are_told() -> None:
    points = document_text(*studied((GOOD / "points.yaml").read_bytes()))
    assert "points: " in points
    assert "Adds the points of:" in points
    numbers = document_text(*studied((GOOD / "numbers.yaml").read_bytes()))
    assert "A number from 0 to 10; lower is worse." in numbers
    assert "A number from -5000 to 99999." in numbers


def test_a_broken_guarantee_is_shown_with_the_form_that_breaks_it() -> None:
    compiled, check_report = studied(HOSTILE)
    text = one_line(document_text(compiled, check_report))
    assert "NOT PROVED: error: the guarantee `promised` does not hold" in text
    assert "A form that shows it:" in text
    assert "sleep: <sleep> & 'rest'? [No]" in text
    assert "Proved: it holds" not in text
    page = document_html(compiled, check_report)
    assert '<p class="broken">NOT PROVED: error: the guarantee' in page
    assert 'class="proved"' not in page


def test_what_was_not_looked_at_is_not_said_to_hold() -> None:
    compiled, check_report = studied((REPOSITORY / "questions.yaml").read_bytes())
    unexamined = CheckReport(compiled, (), (), check_report.hash12)
    text = document_text(compiled, unexamined)
    assert text.count("NOT PROVED: it was not looked at.") == len(compiled.guarantees)
    assert "Proved: it holds" not in text


def test_what_the_check_found_is_told() -> None:
    compiled, check_report = studied(HOSTILE)
    text = one_line(document_text(compiled, check_report))
    for finding in check_report.findings:
        assert f"[{finding.problem.code}]" in text
    for proof in check_report.proofs:
        assert proof.sentence in text


def test_it_can_be_signed() -> None:
    compiled, check_report = studied((REPOSITORY / "questions.yaml").read_bytes())
    for shown in (document_text(compiled, check_report), Page(document_html(compiled, check_report)).text):
        assert compiled.hash12 in shown
        for label in ("I have read", "Name", "Licence (kind, state, number)", "Date", "Signature"):
            assert label in shown


def test_contacts_say_when_they_were_checked() -> None:
    text = one_line(document_text(*studied((REPOSITORY / "questions.yaml").read_bytes())))
    assert "988 Suicide & Crisis Lifeline [lifeline] How to reach: call or text 988" in text
    assert text.count("Checked on: 2026-11-23") == 3
    assert "Checked on: not said" in document_text(*studied(HOSTILE))


@pytest.mark.parametrize("content", [HOSTILE, (REPOSITORY / "questions.yaml").read_text(encoding="utf-8")])
def test_the_page_loads_nothing_and_runs_nothing(content: str) -> None:
    source = document_html(*studied(content))
    page = Page(source)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= ALLOWED
    attributes = {(tag, name) for tag, given in page.tags for name in given}
    assert attributes <= {
        ("html", "lang"),
        *(("meta", name) for name in ("charset", "http-equiv", "content", "name")),
        *((tag, "class") for tag in ("p", "span", "dl", "section")),
        ("th", "scope"),
    }
    style = source.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    policy = {given.get("content") for _, given in page.tags if given.get("http-equiv") == "Content-Security-Policy"}
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert policy == {f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"}


def test_hostile_texts_stay_texts() -> None:
    compiled, check_report = studied(HOSTILE)
    source = document_html(compiled, check_report)
    page = Page(source)
    assert page.title == compiled.questionnaire.title
    assert "{title} {body}" in page.text
    assert "&amp;lt;" in source
    assert "<script" not in source
    for text in texts_of(compiled.questionnaire):
        assert all(line in page.text for line in lines_of(text)), text


def test_what_a_screen_would_not_show_is_spelled_out() -> None:
    compiled, check_report = studied(HOSTILE)
    sly = replace(compiled.questionnaire, intended_use=Text("soft\u00adhyphen, \u202eturned, \x1b[2Jcleared"))
    compiled = replace(compiled, questionnaire=sly)
    for shown in (document_text(compiled, check_report), document_html(compiled, check_report)):
        assert "soft\\xadhyphen, \\u202eturned, \\x1b[2Jcleared" in shown


@pytest.mark.parametrize(
    "content", [HOSTILE, pytest.param((REPOSITORY / "questions.yaml").read_text("utf-8"), marks=pytest.mark.slow)]
)
def test_the_document_is_the_same_each_time(content: str) -> None:
    compiled, check_report = studied(content)
    report_again = checked_anew(content.encode(), TODAY)
    assert report_again.compiled is not None
    again = report_again.compiled, report_again
    assert questionnaire_document(compiled, check_report) == questionnaire_document(*again)
    assert document_text(compiled, check_report) == document_text(*again)
    assert document_html(compiled, check_report) == document_html(*again)
