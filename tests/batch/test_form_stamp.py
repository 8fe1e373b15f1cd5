"""What a file says of the questionnaire that its forms were made from: said once, marked in each row, or rejected."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.effort import examples
from support.lot_sizes import LotSizes, lot_sizes
from support.running import Ran, Run
from support.scoring import opened
from support.small_screening import SCREENING, small_screening

from iop_screen.batch import form_stamp
from iop_screen.batch.form_stamp import FORM_COLUMN, FormColumn, MadeFrom, is_form_column
from iop_screen.batch.lots.build import Build, PlainBuild
from iop_screen.batch.mapping.reader import read_mapping
from iop_screen.batch.score import Scoring, open_scoring, outcomes_of
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.report.score_output import csv_segments
from iop_screen.report.score_rejects import rejects_text
from iop_screen.report.score_report import report_page
from iop_screen.report.score_summary import summary

COMPILED = small_screening()
OWN = COMPILED.stamp
OLD = "small@1.0.0#0123456789ab"
OTHER = "large@2.1.0#0123456789ab"
HEADER = f"id,danger,shakes,{FORM_COLUMN}\n"


def lines(*stamps: str) -> str:
    """A record with each of these stamps."""
    return "".join(f"F-{place},no,some,{stamp}\n" for place, stamp in enumerate(stamps, start=1))


def scored(text: str, **settings: Any) -> Scoring:
    """A run over a file of which every row was read."""
    scoring = begun(text, **settings)
    for _ in scoring.lots():
        pass
    assert scoring.adds_up
    return scoring


def begun(text: str, *, build: Build | None = None, **settings: Any) -> Scoring:
    asked = ScoreSettings(**{"allow_all_missing": True, **settings})
    sources, again = ([opened("forms.csv", text.encode(), FileSettings())] for _ in range(2))
    scoring = open_scoring(sources, COMPILED, asked, again, build)
    assert isinstance(scoring, Scoring), scoring
    return scoring


def told(text: str, **settings: Any) -> list[tuple[str | None, str, list[str]]]:
    """The id of each record with what it came to, and its problems."""
    return [
        (
            row.id,
            "rejected" if row.result is None else row.result.suggestion,
            [f"{p.question}:{p.code}" for p in row.problems],
        )
        for rows in begun(text, **settings).row_batches()
        for row in rows
    ]


# -------------------------------------------------------------------- one cell


@pytest.mark.parametrize(
    ("cell", "said", "shown"),
    [
        (OWN, MadeFrom.THIS, OWN),
        (f"  {OWN}\u00a0", MadeFrom.THIS, OWN),
        ("", MadeFrom.UNSAID, ""),
        ("  ", MadeFrom.UNSAID, ""),
        (OLD, MadeFrom.OTHER_VERSION, OLD),
        (OWN[:-1] + "x", MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
        (f"small@2.1.0#{'0' * 12}", MadeFrom.OTHER_VERSION, f"small@2.1.0#{'0' * 12}"),
        ("small@2.1.0", MadeFrom.OTHER_VERSION, "small@2.1.0"),
        ("small@2 beta#0123456789ab", MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
        (OTHER, MadeFrom.OTHER_QUESTIONNAIRE, OTHER),
        ("Small@2.1.0#0123456789ab", MadeFrom.OTHER_QUESTIONNAIRE, "Small@2.1.0#0123456789ab"),
        ("Jane Doe", MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
        ("jane@example.org drinks", MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
        ("\x1b[2J@1#0123456789ab", MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
        ("small@" + "9" * 41, MadeFrom.OTHER_VERSION, form_stamp.NO_STAMP),
    ],
)
def test_a_cell_says_which_questionnaire_the_form_was_made_from(cell: str, said: MadeFrom, shown: str) -> None:
    column = FormColumn(0, OWN)
    assert (column.made_from(cell), column.shown(cell)) == (said, shown)


def test_only_so_many_stamps_have_a_count_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_stamp, "MOST_STAMPS", 2)
    stamps = (
        scored(HEADER + lines(*(f"small@{number}.0" for number in range(5)), "small@0.0"))
        .files[0]
        .source.account.stamps
    )
    assert stamps == {"small@0.0": 2, "small@1.0": 1, form_stamp.MORE_STAMPS: 3}


# -------------------------------------------------------------------- the column


@pytest.mark.parametrize("name", [FORM_COLUMN, "all/iop_screen_form", "data-all-iop_screen_form", "IOP_Screen_Form *"])
def test_the_column_is_known_in_any_group_and_spelling_and_is_no_question(name: str) -> None:
    scoring = scored(f"id,danger,shakes,{name}\n{lines(OLD)}")
    assert scoring.tally.of_records["other-version"].count == 1
    assert scoring.files[0].columns.not_questions == ()


@pytest.mark.parametrize("name", ["iop_screen_form_2", "my_iop_screen_form", "iop_screen"])
def test_another_name_is_not_that_column(name: str) -> None:
    assert not is_form_column(name)
    assert scored(f"id,danger,shakes,{name}\n{lines(OLD)}").clean


def test_two_such_columns_stop_the_run() -> None:
    text = f"id,danger,shakes,{FORM_COLUMN},g/{FORM_COLUMN}\nA,no,some,{OWN},{OLD}\n"
    problems = open_scoring(
        [opened("a.csv", text.encode(), FileSettings())], COMPILED, ScoreSettings(allow_all_missing=True)
    )
    assert isinstance(problems, tuple)
    assert [problem.code for problem in problems] == ["two-columns"]


def test_a_mapping_can_have_the_column_ignored() -> None:
    mapping = read_mapping(
        f"format: 1\nid: m\nquestionnaire: small\nignore: [{FORM_COLUMN}]\n".encode(), COMPILED
    ).mapping
    assert mapping is not None
    scoring = scored(HEADER + lines(OLD, OTHER), mapping=mapping)
    assert (scoring.account.scored, scoring.tally.of_records) == (2, {})


# -------------------------------------------------------------------- records


def test_a_record_of_another_version_is_scored_and_marked_and_one_of_another_questionnaire_is_rejected() -> None:
    assert told(HEADER + lines(OWN, OLD, OTHER, "", "nothing like it")) == [
        ("F-1", "home", []),
        ("F-2", "home", ["record:other-version"]),
        ("F-3", "rejected", ["record:other-questionnaire"]),
        ("F-4", "home", []),
        ("F-5", "home", ["record:other-version"]),
    ]


def test_the_version_and_the_id_of_a_record_are_two_problems() -> None:
    twice = [("A", "home", ["record:other-version"]), ("A", "home", ["record:duplicate-id", "record:other-version"])]
    assert told(f"{HEADER}A,no,some,{OLD}\nA,no,some,{OLD}\n") == twice


def test_a_record_of_another_questionnaire_is_not_the_latest_of_its_id() -> None:
    text = f"id,when,danger,shakes,{FORM_COLUMN}\nA,2026-01-01,no,some,{OWN}\nA,2026-02-01,no,bad,{OTHER}\n"
    rows = told(text, duplicates="latest", time_column="when")
    assert rows == [("A", "home", []), ("A", "rejected", ["record:other-questionnaire"])]


def test_a_stamp_that_may_be_cut_does_not_lose_the_record() -> None:
    rows = told(HEADER + f"A,no,some,{OTHER[:-3]}")
    assert [(row[0], row[1]) for row in rows] == [("A", "home")]
    assert "record:unended" in rows[0][2]


def test_danger_in_a_record_of_another_questionnaire_is_named_all_the_same() -> None:
    scoring = scored(f"{HEADER}A,yes,some,{OTHER}\n")
    assert "EMERGENCIES AMONG FORMS LEFT OUT: 1" in summary(scoring)


# -------------------------------------------------------------------- what is said


def test_the_summary_and_the_report_say_once_where_the_forms_came_from() -> None:
    scoring = scored(HEADER + lines(OLD, OLD, OWN, "", OTHER, "Jane Doe"))
    for said in (summary(scoring, 500), report_page(scoring)):
        for words in (
            f"{OLD} (2 records)",
            "this questionnaire (1 record)",
            "not said (1 record)",
            f"{OTHER} (1 record)",
            "a text that is no stamp (1 record)",
            "another version of the questionnaire; scored all the same [other-version]",
            "other-questionnaire",
        ):
            assert said.count(words) == 1 or (words == "other-questionnaire" and words in said), words
        assert "Jane" not in said


def test_a_file_without_the_column_has_no_word_about_it() -> None:
    scoring = scored("id,danger,shakes\nA,no,some\n")
    assert "Made from" not in summary(scoring)


def test_a_file_in_which_nobody_says_so_is_clean_and_counted() -> None:
    scoring = scored(HEADER + lines("", ""))
    assert scoring.clean
    assert "Made from: not said (2 records)" in summary(scoring)


def test_a_blank_record_says_nothing() -> None:
    with lot_sizes(LotSizes(records=1, stretch=1)):
        scoring = scored(f"{HEADER}{lines(OWN)},,,\n")
    assert dict(scoring.files[0].source.account.stamps) == {OWN: 1}
    assert "not said" not in summary(scoring)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the questionnaire and a file of forms of each kind."""
    (tmp_path / "q.yaml").write_text(SCREENING, encoding="utf-8")
    (tmp_path / "in.csv").write_text(HEADER + lines(OWN, OLD, OTHER, "", "Jane Doe"), encoding="utf-8")
    return tmp_path


def command(run: Run, name: str, folder: Path, *arguments: object) -> Ran:
    return run(name, folder / "in.csv", "--questions", folder / "q.yaml", *arguments)


@pytest.mark.parametrize(("stamp", "code"), [(OWN, 0), ("", 0), (OLD, 1), (OTHER, 1), ("?", 1)])
def test_the_exit_code_says_that_a_form_is_of_another_version(run: Run, folder: Path, stamp: str, code: int) -> None:
    (folder / "in.csv").write_text(HEADER + lines(stamp), encoding="utf-8")
    for name in ("score", "inspect"):
        assert command(run, name, folder).code == code


def test_inspect_says_what_score_will_do(run: Run, folder: Path) -> None:
    out = " ".join(command(run, "inspect", folder).out.split())
    assert "another version of this questionnaire: `score` marks 2 records" in out
    assert "another questionnaire: `score` rejects 1 record" in out
    assert f"{OLD} (1 record)" in out
    assert "Jane" not in out
    assert FORM_COLUMN not in out.partition("COLUMNS THAT ARE NO QUESTION")[2]


def test_the_rejects_file_says_what_the_codes_mean(run: Run, folder: Path) -> None:
    command(run, "score", folder, "--rejects", folder / "r.csv")
    rows = [*csv.DictReader(io.StringIO((folder / "r.csv").read_text("utf-8")))]
    assert [(row["line"], row["code"]) for row in rows[1:]] == [
        ("3", "other-version"),
        ("4", "other-questionnaire"),
        ("6", "other-version"),
    ]
    assert all("another" in row["message"] for row in rows[1:])


# -------------------------------------------------------------------- in lots, in machine code, and after a kill


STAMPS = st.lists(st.sampled_from([OWN, OWN, OWN, OLD, OTHER, "", " ", "Jane"]), min_size=1, max_size=40)


def all_written(scoring: Scoring, threads: int = 1) -> tuple[bytes, str, str, str]:
    """The rows, the rejects, the summary and the report of a run."""
    rows, rejects = b"", ""
    for judged, part in scoring.worked(
        lambda each: bytes(scoring.build.rows(csv_segments(each, scoring.shape), each)), threads
    ):
        rows += part
        rejects += rejects_text(outcomes_of(judged)) if judged.needs_look else ""
    assert scoring.adds_up
    return rows, rejects, summary(scoring), report_page(scoring)


@settings(max_examples=examples(25))
@given(stamps=STAMPS, records=st.integers(1, 9))
def test_a_run_that_goes_on_says_the_same_as_one_that_was_not_killed(stamps: list[str], records: int) -> None:
    text = HEADER + lines(*stamps)
    with lot_sizes(LotSizes(records=records, stretch=100)):
        whole = begun(text)
        states, rows = [], b""
        for judged in whole.lots():
            rows += bytes(whole.build.rows(csv_segments(judged, whole.shape), judged))
            states.append((rows, whole.state()))
        wanted = (rows, summary(whole), report_page(whole))
        before, state = states[len(states) // 2]
        again = begun(text)
        again.goes_on_from = state
        after, *_ = all_written(again)
        assert (before + after, summary(again), report_page(again)) == wanted


def test_machine_code_says_the_same_as_plain_python() -> None:
    pytest.importorskip("numba")
    from iop_screen.batch.fast.build import FastBuild  # noqa: PLC0415 - numba may be missing

    for text in (
        HEADER + lines(*[OWN, OLD, "", OTHER, "Jane", OWN] * 60),
        f"{FORM_COLUMN},id,danger,shakes\n" + "".join(f"{each},A,no,some\n" for each in [OLD, OTHER, '"x\ny"', OWN]),
        HEADER + lines(OWN, OLD)[:-1],
    ):
        plain = all_written(begun(text, build=PlainBuild()))
        assert all_written(begun(text, build=FastBuild()), 2) == plain
