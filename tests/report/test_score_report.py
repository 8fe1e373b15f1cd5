"""The report of a run as a page: whole, safe, and with the same numbers as the account."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pytest
from support.markup import ALLOWED, Page, one_line
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.small_screening import (
    HEADER,
    SCREENING,
    count_blank,
    count_excluded,
    judged_lots,
    scored,
    with_problems,
)

from iop_screen.batch.answer_columns import Match
from iop_screen.batch.lots.lot import InputFile
from iop_screen.batch.rows import RECORD
from iop_screen.batch.score import Scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.report.score_report import PEOPLE_SHOWN, report_page

DRAWN = {"svg", "defs", "pattern", "rect", "path", "circle"}
NASTY = "<img src=//example.org/x onerror=alert(1)>&\"'"
MIXED = f"{HEADER}A-1,yes,none,\nA-2,no,some,x\nA-3,,bad,\nA-4,no,none,\nA-5,no,?,declined\nA-6,no\n"


def cells(page: Page, table: str, source: str) -> list[list[str]]:
    """The texts of the rows of a table of the page, rows that only hold a bar left out."""
    found = re.search(rf'<table class="{table}">.*?</table>', source, re.DOTALL)
    assert found, f"no table {table} in {page.title}"
    rows = re.findall(r"<tr>(.*?)</tr>", found[0].partition("<tbody>")[2], re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows
    ]


def bars(source: str, title: str) -> list[list[str]]:
    """The rows of the table of bars below a heading."""
    below = source.partition(f"<h2>{title}</h2>")[2]
    return cells(Page(source), "bars", below)


def section(source: str, title: str) -> str:
    """The text below a heading, up to the next of its kind."""
    return re.sub(r"<[^>]+>", " ", source.partition(f"<h2>{title}</h2>")[2].partition("<h2>")[0])


@pytest.fixture(scope="module")
def mixed() -> Scoring:
    """A run with an emergency, one that is not ruled out, a rejected, an excluded and a blank record."""
    scoring = scored(("a.csv", MIXED), settings=ScoreSettings(allow_all_missing=True, expect=9))
    count_excluded(scoring, "status", 9, "A-9", "a.csv")
    count_blank(scoring, 10, "a.csv")
    return scoring


@pytest.fixture(scope="module")
def intake(compiled: CompiledQuestionnaire) -> Scoring:
    """A run over the example that comes along."""
    content = (REPOSITORY / "examples" / "intake.csv").read_text(encoding="utf-8")
    return scored(("intake.csv", content), compiled=compiled)


def test_the_page_is_whole_and_holds_nothing_that_acts(intake: Scoring) -> None:
    source = report_page(intake)
    page = Page(source)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= ALLOWED | DRAWN
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in {"href", "src", "style", "action"}}
    assert "url(" not in re.sub(r"url\(#part\d\)", "", source)
    assert not re.search(r"https?:|//\w", source)


def test_the_policy_of_the_page_allows_its_own_style_sheet_and_no_other(intake: Scoring) -> None:
    source = report_page(intake)
    style = source.partition("<style>")[2].partition("</style>")[0]
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'" in source


def test_the_page_says_at_the_top_that_it_holds_data_about_persons(mixed: Scoring) -> None:
    text = Page(report_page(mixed)).text
    assert text.index("This page holds data about persons") < text.index("Keep it locked.") < text.index("A-1")


def test_who_needs_a_call_stands_first_the_most_urgent_at_the_top(mixed: Scoring) -> None:
    source = report_page(mixed)
    assert cells(Page(source), "people", source) == [
        ["A-1", "2", "Help now", "EMERGENCY"],
        ["A-3", "4", "A nurse looks (today). Still open: up to &quot;Help now&quot;", "Not ruled out"],
        ["A-2", "3", "A nurse looks (today)", ""],
        ["A-5", "6", "Still open: up to &quot;A nurse looks&quot; (today)", ""],
    ]
    assert source.index('class="people"') < source.index("What was suggested")


def test_of_many_people_the_first_are_listed_and_the_rest_is_counted() -> None:
    lines = "".join(f"E{index},{'yes' if index % 2 else 'no'},some,\n" for index in range(500))
    source = report_page(scored(("a.csv", HEADER + lines)))
    rows = cells(Page(source), "people", source)
    assert len(rows) == PEOPLE_SHOWN
    assert {row[3] for row in rows} == {"EMERGENCY"}
    assert f"And {500 - PEOPLE_SHOWN:,} more; the rows of the output name all that were scored." in source


def test_with_several_files_each_person_is_named_with_the_file() -> None:
    source = report_page(scored(("a.csv", f"{HEADER}1,yes,,\n"), ("b.csv", f"{HEADER},yes,,\n")))
    assert [row[:2] for row in cells(Page(source), "people", source)] == [
        ["1", "2 of a.csv"],
        ["(no id)", "2 of b.csv"],
    ]


def test_the_numbers_add_up_to_the_account(mixed: Scoring, intake: Scoring) -> None:
    for scoring in (mixed, intake):
        source, scored_forms = report_page(scoring), scoring.account.scored
        shares = bars(source, "What was suggested")
        assert sum(int(number) for _, number, _ in shares) == scored_forms
        assert sum(float(share.rstrip("%")) for *_, share in shares) == pytest.approx(100, abs=0.05 * len(shares))
    text = section(report_page(mixed), "What became of every record")
    assert "8 = 5 scored + 1 rejected + 1 excluded + 1 blank" in text
    for said in (
        *("Rejected [wrong-width]  1 (line 7)", "the status column leaves them out [status]  1 (A-9 (line 9))"),
        "Blank in every cell, without a row  1 (line 10)",
    ):
        assert one_line(said) in one_line(text)


def test_every_rule_held_or_never_held(intake: Scoring) -> None:
    source = report_page(intake)
    held = bars(source, "Rules that held")
    below = source.partition("<h3>Rules that never held</h3>")[2].partition("</ul>")[0]
    never = re.findall(r"<code>(.*?)</code>", below)
    rules = {str(rule.definition.id) for rule in intake.compiled.rules}
    named = {text.rpartition(" ")[2]: int(number) for text, number, _ in held}
    assert named == intake.tally.rules_fired
    assert set(named) | set(never) == rules
    assert len(named) + len(never) == len(rules)
    assert [*named.values()] == sorted(named.values(), reverse=True)


def test_a_run_in_which_every_rule_held_lists_none_that_never_did(mixed: Scoring) -> None:
    assert "Rules that never held" not in report_page(mixed)


def test_why_there_is_no_answer_is_kept_apart_and_drawn() -> None:
    reasons = ["", "", "declined", "unknown", "not-shown", "not-applicable", "?", "none"]
    source = report_page(scored(("a.csv", HEADER + "".join(f"1,no,{cell},x\n" for cell in reasons))))
    assert bars(source, "What is missing most") == [["Shakes? shakes", "7", "7"]]
    text = one_line(section(source, "What is missing most"))
    assert "2 blank, 1 not shown, 1 declined, 1 unknown, 1 not applicable, 1 unreadable" in text
    drawn = re.findall(r'width="([\d.]+)%" height="12" fill="url\(#part(\d)\)"', source)
    assert drawn == [("25.00", "0"), *(("12.50", str(index)) for index in range(1, 6))]
    assert all(f'id="part{index}"' in source for index in range(6))


def test_each_bar_says_in_words_what_it_shows(mixed: Scoring) -> None:
    source = report_page(mixed)
    assert "<title>some_shakes: 2 of 5</title>" in source
    assert source.count('<svg role="img"') == source.count('height="14"><title>')


def test_problems_stand_by_column(mixed: Scoring) -> None:
    source = report_page(mixed)
    assert cells(Page(source), "problems", source) == [["shakes", "unreadable", "1"]]


def test_problems_of_the_record_itself_name_the_records() -> None:
    file = ("a.csv", f"{HEADER}A-1,no,none,\n")
    scoring, (judged,) = scored(file), judged_lots(file)
    scoring.tally.count(with_problems(judged, AnswerProblem(RECORD, "duplicate-id")))
    assert "scored all the same [duplicate-id]: 1 (A-1 (line 2))" in report_page(scoring)


def test_warnings_stand_above_all_results() -> None:
    source = report_page(
        scored(("a.csv", "id,danger\n1,no\n"), settings=ScoreSettings(allow_all_missing=True, expect=4))
    )
    for warning in ("Expected 4 records, read 1: 3 fewer", "a.csv was scored without columns that rules read: shakes"):
        assert source.index(warning) < source.index("Who needs a call first")


def test_the_files_the_stamp_the_disclaimer_and_the_contacts_are_there(mixed: Scoring) -> None:
    source = report_page(mixed)
    text = Page(source).text
    assert "6 (from 7 lines)" in section(source, "How the files were understood")
    for part in (mixed.compiled.stamp, "Not a diagnosis.", "A line: call 000", "Mapping none"):
        assert part in text


def test_a_run_without_a_record_has_a_page_too() -> None:
    page = Page(report_page(scored(("a.csv", HEADER))))
    assert "0 = 0 scored + 0 rejected + 0 excluded + 0 blank" in page.text
    assert "Nothing is missing." in page.text


def test_nothing_in_a_file_or_a_questionnaire_can_become_markup() -> None:
    hostile = ready(SCREENING.replace("because: Some shakes.", "because: '<b>Some</b> shakes & \"more\".'"))
    csv_id = '"' + NASTY.replace('"', '""') + '"'
    scoring = scored((f"{NASTY}.csv", f"{HEADER}{csv_id},yes,some,\n"), compiled=hostile)
    count_excluded(scoring, NASTY, 3, NASTY, NASTY)
    (file,) = scoring.files
    columns = replace(file.columns, not_questions=(NASTY,))
    columns = replace(columns, respelled=((NASTY, "danger"),), allowed_missing=(NASTY,))
    scoring.files = (InputFile(file.source, columns),)
    page = report_page(scoring)
    assert {tag for tag, _ in Page(page).tags} <= ALLOWED | DRAWN
    assert "<b>" not in page
    assert "&lt;b&gt;Some&lt;/b&gt; shakes &amp; &quot;more&quot;." in page


def test_a_character_that_a_screen_would_not_show_is_spelled_out() -> None:
    page = report_page(scored(("a.csv", f"{HEADER}\u202eA-1,yes,,\n")))
    assert "\u202e" not in page
    assert "\\u202eA-1" in page


def test_the_same_run_gives_the_same_page() -> None:
    assert report_page(scored(("a.csv", MIXED))) == report_page(scored(("a.csv", MIXED)))


def test_a_column_that_is_read_another_way_is_said() -> None:
    scoring = scored(("a.csv", f"{HEADER}1,no,none,\n"))
    (file,) = scoring.files
    answers = tuple(replace(each, match=Match.MAPPING) for each in file.columns.answers)
    scoring.files = (InputFile(file.source, replace(file.columns, answers=answers)),)
    assert one_line("By the mapping 3 questions") in one_line(
        section(report_page(scoring), "How the files were understood")
    )
