"""Nobody in danger is out of sight: in forms left out, behind answers that are open, and in steps that cannot wait."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.questionnaires import ready
from support.running import Run
from support.small_screening import HEADER, SCREENING, WITH_MORE_STEPS, scored

from iop_screen.batch.score import Scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.tally import RowOutcome
from iop_screen.report.score_report import report_page
from iop_screen.report.score_summary import summary

FIRST = ScoreSettings(duplicates="first")
MAPPING = """
format: 1
id: forms
questionnaire: small
file: {repeated_header: exclude}
status: {column: remark, score: [done], exclude: [draft]}
"""
WITH_TOTAL = SCREENING.replace(
    "rules:",
    """      - {id: one, ask: One?, role: risk, type: choice, options: &}
      - {id: two, ask: Two?, role: risk, type: choice, options: &}
      - {id: three, ask: Three?, role: risk, type: choice, options: &}
scores:
  - id: sum
    title: The sum
    add: [one, two, three]
    may_miss: 1
    bands: [{id: low, title: Low, from: 0}, {id: high, title: High, from: 3}]
rules:""".replace("&", "[{id: 0, label: Never, points: 0}, {id: 2, label: Often, points: 2}]"),
)


def said(scoring: Scoring) -> str:
    return summary(scoring, 1000)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main>")[2]))


def people(page: str) -> list[list[str]]:
    table = page.partition('<table class="people">')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]


# Forms left out


OPEN_STEP = "A nurse looks (today). Still open: up to &quot;Help now&quot;"
LEFT_OUT = f"{HEADER}A,no,none,\nA,yes,none,\nB,no,none,\nB,,bad,\nB,no,bad,\n"
"""Of two people the first form is scored; of those left out one is an emergency, and one may be."""


def test_danger_in_forms_left_out_is_named_at_the_top() -> None:
    text = said(scored(("a.csv", LEFT_OUT), settings=FIRST))
    assert text.startswith(
        "EMERGENCIES: none\n"
        "EMERGENCIES AMONG FORMS LEFT OUT: 1. Look at these forms too.\n  - A (line 3)\n"
        "EMERGENCY NOT RULED OUT AMONG FORMS LEFT OUT: 1. They are not scored.\n  - B (line 5)\n"
    )


@pytest.mark.parametrize(("records", "words"), [("", "none, for no form was scored"), ("A,no,none,\n", "none")])
def test_a_none_says_so_if_no_form_was_scored(records: str, words: str) -> None:
    scoring = scored(("a.csv", f"{HEADER}{records}"))
    assert said(scoring).startswith(f"EMERGENCIES: {words}\n")
    assert f"Emergencies: {words}." in text_of(report_page(scoring))


def test_danger_in_forms_left_out_stands_in_the_first_table_of_the_page() -> None:
    page = report_page(scored(("a.csv", LEFT_OUT), settings=FIRST))
    assert people(page) == [
        ["A", "3", "Help now", "EMERGENCY, left out: duplicate-id"],
        ["B", "5", OPEN_STEP, "Not ruled out, left out: duplicate-id"],
    ]
    assert "Among forms left out: emergencies 1, emergency not ruled out 1." in text_of(page)


def test_a_form_that_is_scored_stands_before_one_like_it_that_is_left_out() -> None:
    page = report_page(scored(("a.csv", f"{HEADER}A,no,none,\nA,yes,none,\nC,yes,none,\n"), settings=FIRST))
    assert [(row[0], row[3]) for row in people(page)] == [
        ("C", "EMERGENCY"),
        ("A", "EMERGENCY, left out: duplicate-id"),
    ]


def test_forms_left_out_are_in_no_share_and_no_count() -> None:
    tally = scored(("a.csv", LEFT_OUT), settings=FIRST).tally
    assert tally.outcomes == {RowOutcome("home"): 2}
    assert not tally.rules_fired
    assert not tally.open_questions
    assert not tally.open_dangers


def test_an_emergency_that_is_left_out_is_not_clean_and_one_not_ruled_out_is() -> None:
    assert not scored(("a.csv", f"{HEADER}A,no,none,\nA,yes,none,\n"), settings=FIRST).clean
    assert scored(("a.csv", f"{HEADER}A,no,none,\nA,,none,\n"), settings=FIRST).clean


@pytest.mark.parametrize(
    ("records", "code", "words"),
    [
        ("A,yes,none,draft\n", 1, "EMERGENCIES AMONG FORMS LEFT OUT: 1. Look at these forms too.\n  - A (line 3)\n"),
        ("A,,none,draft\n", 0, "EMERGENCY NOT RULED OUT AMONG FORMS LEFT OUT: 1."),
        ("A,yes,none,?\n", 1, "EMERGENCIES AMONG FORMS LEFT OUT: 1. Look at these forms too.\n  - A (line 3)\n"),
        ("A,no,none,?\n", 1, "EMERGENCIES: none\n\n"),
        ("A,no,none,draft\nid,danger,shakes,remark\n", 0, "EMERGENCIES: none\n\n"),
    ],
)
def test_a_form_that_its_status_keeps_from_being_scored_is_looked_at_for_danger(
    tmp_path: Path, run: Run, records: str, code: int, words: str
) -> None:
    files = {"q.yaml": SCREENING, "map.yaml": MAPPING, "a.csv": f"{HEADER}Z,no,none,done\n{records}"}
    paths = [tmp_path / name for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.write_text(text)
    ran = run("score", paths[2], "--questions", paths[0], "--mapping", paths[1])
    assert ran.code == code
    assert words in ran.err
    assert [line.split(",")[2] for line in ran.out.splitlines()[1:]] == ["home"] + ["rejected"] * ("?" in records)


def test_a_code_of_a_form_that_is_left_out_stops_no_run() -> None:
    choice = "type: choice\n        options: [{id: 0, label: Not at all}, {id: 1, label: A bit}, {id: 2, label: Badly}]"
    before = re.search(r"type: choice\n +options: \[.*\]", SCREENING)
    assert before
    coded = (
        SCREENING.replace(before[0], choice)
        .replace("at_least: some", "at_least: 1")
        .replace("shakes: bad", "shakes: 2")
    )
    scoring = scored(("a.csv", f"{HEADER}A,no,0,\nA,no,7,\n"), compiled=ready(coded), settings=FIRST)
    assert scoring.stopped_by == ()
    assert scoring.account.scored == 1


# Records that nobody judged


def test_with_rejected_records_there_is_no_plain_none() -> None:
    scoring = scored(("a.csv", f"{HEADER}A,no,none,\nB,no\nC,no,none,\nD\n"))
    words = "none among the 2 forms scored; 2 records could not be read (line 3, line 5)"
    assert said(scoring).startswith(f"EMERGENCIES: {words}\n")
    assert f"Emergencies: {words}." in text_of(report_page(scoring))


def test_beside_emergencies_the_rejected_records_are_named_too() -> None:
    scoring = scored(("a.csv", f"{HEADER}A,yes,none,\nB,no\n"))
    assert "\nNOT JUDGED: 1. They could not be read.\n  - line 3\n" in said(scoring)
    assert "Not judged, since they could not be read: 1 record (line 3)." in text_of(report_page(scoring))


# Why an emergency is not ruled out

MORE_DANGER = SCREENING.replace(
    "      - id: shakes", "      - {id: harm, ask: Harm?, role: risk, type: yes_no, worse: yes}\n      - id: shakes"
).replace("when: {danger: yes}", "when: {any: [{danger: yes}, {harm: yes}]}")


def test_what_keeps_an_emergency_from_being_ruled_out_is_counted_by_question_and_reason() -> None:
    records = "A,,no,none\nB,,,none\nF-3,declined,no,none\nD,no,unknown,none\nE,no,no,\nG,yes,declined,none\n"
    scoring = scored(("a.csv", f"id,danger,harm,shakes\n{records}"), compiled=ready(MORE_DANGER))
    reasons = "danger: 1 declined (F-3 (line 4)), 2 blank", "harm: 1 unknown (D (line 5)), 1 blank"
    block = said(scoring).partition("EMERGENCY NOT RULED OUT: 4.")[2].partition("\n\n")[0]
    assert "".join(f"\n    {text}" for text in reasons) + "\nFIRST" in block
    assert " ".join(reasons) in text_of(report_page(scoring)), "an emergency that is certain is in none of them"


def test_a_form_without_open_danger_has_no_such_line() -> None:
    assert "declined" not in said(scored(("a.csv", f"{HEADER}A,no,declined,\n"))).partition("\n\n")[0]


def test_questions_that_danger_hangs_on_come_first_and_are_never_cut() -> None:
    many = [f"more{index}" for index in range(14)]
    questions = "".join(f"      - {{id: {name}, ask: More?, role: risk, type: yes_no, worse: yes}}\n" for name in many)
    rules = "".join(
        f"  - {{id: rule_{name}, when: {{{name}: yes}}, {'first_step: now' if name > 'more2' else 'level: stay'}, "
        "because: It is so.}\n"
        for name in many
    )
    text = SCREENING.replace("rules:\n", f"{questions}rules:\n{rules}")
    header = ",".join(["id", "danger", "shakes", *many])
    settled = ["no" if name > "more2" else "" for name in many]
    lines = [["1", "declined", "none", *([""] * 14)], *(["2", "no", "", *settled] for _ in range(5))]
    scoring = scored(("a.csv", f"{header}\n" + "".join(f"{','.join(line)}\n" for line in lines)), compiled=ready(text))
    below = said(scoring).partition("NO ANSWER, BY REASON")[2].partition("\n\n")[0]
    danger = ["danger", *(name for name in many if name > "more2")]
    named = re.findall(r"^  - (\w+): ", below, re.MULTILINE)
    assert named[: len(danger)] == danger
    assert len(danger) < 10 <= len(named)


# Steps that cannot wait


def test_forms_with_a_step_above_the_lowest_are_named_the_most_urgent_first() -> None:
    compiled = ready(WITH_MORE_STEPS)
    text = said(scored(("a.csv", f"{HEADER}A,no,some,\nB,no,bad,\nC,no,,\nD,no,none,\n"), compiled=compiled))
    assert (
        "EMERGENCIES: none\n"
        "FIRST, today: Care: 1\n  - B (line 3)\n"
        'FIRST, STILL OPEN: UP TO "Care" (today): 1\n  - C (line 4)\n'
        "FIRST, today: A nurse looks: 1\n  - A (line 2)\n\n"
    ) in text


def test_the_lowest_step_is_named_only_where_it_is_the_only_one() -> None:
    lowest = WITH_MORE_STEPS.replace("first_step: look", "first_step: talk")
    records = ("a.csv", f"{HEADER}A,no,some,\n")
    assert "A (line 2)" not in said(scored(records, compiled=ready(lowest)))
    assert "FIRST, today: A nurse looks: 1\n  - A (line 2)\n" in said(scored(records))


def test_ten_forms_of_a_step_are_named_and_the_page_is_said_to_have_more() -> None:
    records = "".join(f"F{index},no,bad,\n" for index in range(13))
    text = said(scored(("a.csv", HEADER + records)))
    assert "F9 (line 11) and 3 more; --report lists more of them\n" in text
    assert "F10" not in text
    assert "--report" not in said(scored(("a.csv", HEADER + "F,no,bad,\n")))


# Totals


def test_totals_are_counted_by_band_and_those_that_are_estimated_are_said() -> None:
    records = "A,no,none,0,0,0\nB,no,none,2,2,\nC,no,none,2,,\nD,no,none,2,2,2\n"
    scoring = scored(("a.csv", f"id,danger,shakes,one,two,three\n{records}"), compiled=ready(WITH_TOTAL))
    words = "3 totals, 1 of them estimated since items are missing; 1 without; Low 1; High 2"
    assert f"\nTHE SUM: {words}\n" in said(scoring)
    assert f"The sum {words}" in text_of(report_page(scoring))


def test_a_score_without_bands_that_may_miss_nothing_is_not_counted() -> None:
    plain = WITH_TOTAL.replace("    may_miss: 1\n", "").replace(
        "    bands: [{id: low, title: Low, from: 0}, {id: high, title: High, from: 3}]\n", ""
    )
    scoring = scored(("a.csv", "id,danger,shakes,one,two,three\nA,no,none,0,0,0\n"), compiled=ready(plain))
    assert "THE SUM" not in said(scoring)
    assert "Totals" not in report_page(scoring)
