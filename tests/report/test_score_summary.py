"""The summary of a run: who needs a call first, every record accounted for, and what to do next."""

from __future__ import annotations

import os
import pty
import re
import sys
import termios
from collections import Counter
from dataclasses import replace

import pytest
from support.small_screening import HEADER, count_blank, count_excluded, judged_lots, scored, with_problems

from iop_screen.batch.rows import RECORD
from iop_screen.batch.score import Scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.console.streams import message_width
from iop_screen.engine.suggest import AnswerProblem
from iop_screen.report.score_summary import summary


def said(scoring: Scoring, width: int = 1000) -> str:
    return summary(scoring, width)


def with_problem(code: str, question: str = RECORD) -> Scoring:
    """A run with one row that has a problem."""
    scoring, (judged,) = scored(("a.csv", HEADER)), judged_lots(("a.csv", f"{HEADER}A-1,no,none,\n"))
    scoring.tally.count(with_problems(judged, AnswerProblem(question, code)))
    return scoring


def test_emergencies_come_first_by_id_and_line() -> None:
    text = said(scored(("a.csv", f"{HEADER}A-16,no,none,\nA-17,yes,,\n,yes,,\nA-18,,none,\n")))
    assert text.startswith(
        "EMERGENCIES: 2. Look at these forms first.\n  - A-17 (line 3), line 4\n"
        "EMERGENCY NOT RULED OUT: 1. An open answer could make these an emergency.\n  - A-18 (line 5)\n"
    )


def test_with_several_files_the_file_is_named_too() -> None:
    text = said(scored(("a.csv", f"{HEADER}1,yes,,\n"), ("b.csv", f"{HEADER}2,yes,,\n")))
    assert "  - 1 (a.csv, line 2); 2 (b.csv, line 2)\n" in text


@pytest.mark.parametrize("answer", ["yes", ""])
def test_twenty_forms_are_named_and_the_rest_is_counted(answer: str) -> None:
    text = said(scored(("a.csv", HEADER + "".join(f"F{index},{answer},,\n" for index in range(23)))))
    assert "F19 (line 21) and 3 more\n" in text
    assert "F20" not in text


def test_an_id_in_wide_letters_is_cut_by_columns() -> None:
    wide = "\u5c71"
    assert f"- {wide * 13}... (line 2)\n" in said(scored(("a.csv", f"{HEADER}{wide * 16},yes,,\n")))


def test_an_id_is_safe_to_show_and_is_cut() -> None:
    text = said(scored(("a.csv", f"{HEADER}\x1b[31m{'W' * 60},yes,,\n")))
    assert f"- \\x1b[31m{'W' * 19}... (line 2)\n" in text
    assert "\x1b" not in text


def test_the_account_stands_in_one_line_and_its_list_adds_up() -> None:
    scoring = scored(("a.csv", f"{HEADER}1,no,none,\n2,no\n3,yes,,\n"))
    count_excluded(scoring, "status", 6, "X-6", "a.csv")
    count_excluded(scoring, "duplicate-id", 7, "1", "a.csv")
    count_blank(scoring, 8, "a.csv")
    text = said(scoring)
    assert "RECORDS READ: 6 = 2 scored + 1 rejected + 2 excluded + 1 blank\n" in text
    listed = text.partition("RECORDS READ")[2].partition("\n\n")[0]
    *numbers, in_all = map(int, re.findall(r"^ +(\d+)  ", listed, re.MULTILINE))
    assert sum(numbers) == in_all == 6
    assert "EXCLUDED, the status column leaves them out [status]: 1\n  - X-6 (line 6)\n" in text
    assert "EXCLUDED, their id was there before, or comes again later [duplicate-id]: 1\n  - 1 (line 7)\n" in text
    assert "BLANK RECORDS, without a row: 1\n  - line 8\n" in text
    assert "REJECTED RECORDS: 1\n  - wrong-width: line 3\n" in text


def test_how_a_file_was_understood_is_said() -> None:
    text = said(scored(("forms.csv", "sep=;\nid;danger;Shakes *;remark\n1;no;none;\n\n")))
    assert "FILE forms.csv\n  - Records: 1 (from 4 lines, 1 of them blank)\n  - " in text
    assert "  - its first line says that semicolons part its columns\n" in text
    assert "column 'Shakes *' is read as `shakes`\n" in text


def test_a_column_that_rules_read_and_that_was_allowed_to_miss_is_a_warning() -> None:
    text = said(scored(("a.csv", "id,danger\n1,no\n")))
    assert "SCORED WITHOUT COLUMNS THAT RULES READ: shakes\n" in text
    assert "Columns of the questionnaire that the file does not have: remark\n" in text
    assert text.index("SCORED WITHOUT") < text.index("RECORDS READ")


def test_of_several_columns_of_a_question_those_that_are_missing_are_named() -> None:
    scoring = scored(("a.csv", "id,danger,shakes\n1,no,none\n"))
    (file,) = scoring.files
    lacking = replace(file.columns, allowed_missing=("danger",), lacking=(("danger", "'d2'"),))
    scoring.files = (replace(file, columns=lacking),)
    text = said(scoring)
    assert "SCORED WITHOUT COLUMNS THAT RULES READ: danger\n" in text
    assert "Columns that are missing beside others that are read: 'd2' of `danger`\n" in text


def test_of_many_columns_ten_are_named() -> None:
    names = ",".join(f"extra{index}" for index in range(14))
    text = said(scored(("a.csv", f"id,danger,shakes,{names}\n")))
    assert "'extra9' and 4 more\n" in text
    assert "extra10" not in text


@pytest.mark.parametrize(
    ("expected", "words"),
    [(1, ""), (3, "EXPECTED 3 RECORDS, READ 1: 2 FEWER; IS THE FILE CUT?"), (0, "EXPECTED 0 RECORDS, READ 1: 1 MORE")],
)
def test_a_count_that_was_not_expected_is_said(expected: int, words: str) -> None:
    text = said(scored(("a.csv", f"{HEADER}1,no,none,\n"), settings=ScoreSettings(expect=expected)))
    assert (words or "RECORDS") in text
    assert ("EXPECTED" in text) is bool(words)


def test_why_there_is_no_answer_is_kept_apart() -> None:
    cells = ["", "", "declined", "unknown", "not-shown", "not-applicable", "?", "none"]
    text = said(scored(("a.csv", HEADER + "".join(f"1,no,{cell},x\n" for cell in cells))))
    assert "NO ANSWER, BY REASON" in text
    counted = "2 blank, 1 not shown, 1 declined, 1 unknown, 1 not applicable, 1 unreadable; open in 7"
    assert f"  - shakes: {counted}\n" in text


def test_a_question_without_a_column_is_not_said_to_be_blank() -> None:
    text = said(scored(("a.csv", "id,danger,shakes\n1,,none\n")))
    assert "  - danger: 1 blank; open in 1\n" in text
    assert "remark: " not in text


def test_problems_are_counted_by_question_and_code() -> None:
    text = said(scored(("a.csv", f"{HEADER}1,?,?,\n2,?,none,\n")))
    assert "  - danger: unreadable, 2 times\n  - shakes: unreadable, 1 time\n" in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("duplicate-id", "Ids that were there before; scored all the same [duplicate-id]: 1\n  - A-1 (line 2)\n"),
        ("unended", "Records whose last or first cell may be cut; it counts as unreadable [unended]: 1\n"),
        ("new-code", "Records with a problem [new-code]: 1\n"),
    ],
)
def test_a_problem_of_the_record_itself_is_named_by_id_and_line(code: str, words: str) -> None:
    text = said(with_problem(code))
    assert words in text
    assert "ANSWERS WITH A PROBLEM" not in text


def test_an_answer_that_may_be_cut_is_told_with_the_way_out() -> None:
    text = said(with_problem("unended", "shakes"))
    assert "  - shakes: unended, 1 time\n" in text
    assert "--allow-unended" in text
    assert "inspect" not in text


def test_a_record_that_is_rejected_because_it_may_be_cut_comes_with_the_way_out_too() -> None:
    file = ("a.csv", f"{HEADER}A-1\n")
    scoring, (judged,) = scored(file), judged_lots(file)
    ((_, mask),) = judged.lot.rejected
    scoring.tally.count(replace(judged, lot=replace(judged.lot, rejected=(("unended", mask),))))
    assert "--allow-unended" in said(scoring)


def test_unreadable_cells_come_with_the_command_that_shows_them() -> None:
    text = summary(scored(("my forms.csv", f"{HEADER}1,no,?,\n"), ("good.csv", f"{HEADER}2,no,none,\n")), 40)
    assert "\n    iop-screen inspect 'my forms.csv' --write-mapping map.yaml\n" in text
    assert "inspect good.csv" not in text


def test_standard_input_cannot_be_inspected_and_is_to_be_saved_first() -> None:
    text = said(scored(("-", f"{HEADER}1,no,?,\n")))
    assert "save the input as a file" in text
    assert "inspect -" not in text
    assert "FILE standard input\n" in text


def test_words_that_look_like_no_answer_are_counted_by_question() -> None:
    scoring = scored(("a.csv", f"{HEADER}1,no,N/A,\n"))
    scoring.tally.no_answer_words = Counter({"shakes": 1})
    assert "Cells that look like a reason for no answer, such as a refusal: shakes (1)\n" in said(scoring)


def test_rejected_records_come_with_the_option_that_writes_them_unless_that_was_done() -> None:
    scoring = scored(("a.csv", f"{HEADER}1\n"))
    assert "--rejects FILE" in said(scoring)
    assert "--rejects" not in summary(scoring, rejects_written=True)


def test_a_clean_run_says_nothing_of_problems() -> None:
    text = said(scored(("a.csv", f"{HEADER}1,no,none,x\n")))
    titles = [paragraph.split("\n")[0].split(":")[0] for paragraph in text.split("\n\n")]
    expected = ["EMERGENCIES", "RECORDS READ", "FILE a.csv", "CONTACTS", "Not a diagnosis.", "Questionnaire"]
    assert titles == expected


def test_a_file_without_a_record_is_accounted_for() -> None:
    assert "RECORDS READ: 0 = 0 scored + 0 rejected + 0 excluded + 0 blank\n  0  in all\n" in said(
        scored(("a.csv", HEADER))
    )


@pytest.mark.parametrize("width", [40, 80])
def test_no_line_but_a_command_is_wider_than_the_screen(width: int) -> None:
    lines = "".join(f"F{index},yes,bad,\n" for index in range(30)) + "x,no,?,\ny\n"
    scoring = scored(("a.csv", HEADER + lines))
    count_excluded(scoring, "status", 90, "X-6", "a.csv")
    for line in summary(scoring, width).splitlines():
        assert len(line) <= width or "iop-screen inspect" in line


@pytest.mark.parametrize(("columns", "width"), [(40, 40), (300, 78), (0, 78)])
def test_a_message_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch, columns: int, width: int) -> None:
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, columns))
    with os.fdopen(terminal, "w") as shown, os.fdopen(master):
        monkeypatch.setattr(sys, "stderr", shown)
        assert message_width(78) == width
