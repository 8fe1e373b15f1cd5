"""The example of a scored instrument: totals and bands of coded data are those of a plain sum, and gaps give none."""

from __future__ import annotations

import csv
import io
import random
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.questionnaires import ready
from support.running import Ran, Run

from iop_screen.checking.load import check_questionnaire

EXAMPLES = REPOSITORY / "examples"
COLUMNS = tuple(f"DPQ0{number}0" for number in range(1, 10))
BANDS = ("minimal", "mild", "moderate", "moderately_severe", "severe")
POINTS = {"0": 0, "1": 1, "2": 2, "3": 3}

Codes = tuple[str, ...]
"""The nine codes of a person, as whole numbers or blank."""

GAPS = ("", "7", "9")


def scored(run: Run, file: Path, *options: object) -> Ran:
    """The file scored with the example questionnaire and mapping."""
    return run(
        "score", file, *options, "--questions", EXAMPLES / "phq9.yaml", "--mapping", EXAMPLES / "phq9-mapping.yaml"
    )


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return [*csv.DictReader(io.StringIO(text, newline=""))]


def plain_total(codes: Sequence[str]) -> str:
    """The sum of nine codes, nothing if one of them is not from 0 to 3."""
    points = [POINTS.get(code) for code in codes]
    return "" if None in points else str(sum(filter(None, points)))


def plain_band(total: str) -> str:
    """The band of a total, by its cuts."""
    return total and BANDS[bisect([5, 10, 15, 20], int(total))]


def survey() -> list[Codes]:
    """People as many and as complete as in the public file of this shape; their answers are made up."""
    chance = random.Random(2001)  # noqa: S311 - the same people each time
    complete = [("0",) * 9] * 2754 + [_with_points(chance, 1) for _ in range(1101)] + [("3",) * 9]
    complete += [_with_points(chance, chance.randint(2, 26)) for _ in range(8276 - len(complete))]
    people = complete + [("",) * 9] * 600 + [_with_gap(chance) for _ in range(89)]
    chance.shuffle(people)
    return people


def _with_points(chance: random.Random, total: int) -> Codes:
    points = [0] * 9
    while sum(points) < total:
        points[chance.choice([index for index in range(9) if points[index] < 3])] += 1
    return tuple(map(str, points))


def _with_gap(chance: random.Random) -> Codes:
    codes = [*_with_points(chance, chance.randint(0, 26))]
    for index in chance.sample(range(9), chance.randint(1, 8)):
        codes[index] = chance.choice(GAPS)
    return tuple(codes)


def file_text(people: Iterable[Codes], write: Callable[[str], str]) -> str:
    """The file, with a column that is no item, as the survey has it; `write` says how a code is written."""
    lines = [",".join(("SEQN", *COLUMNS, "DPQ100"))]
    lines += [",".join((str(id_), *map(write, codes), "")) for id_, codes in enumerate(people, start=109263)]
    return "\n".join(lines) + "\n"


def as_decimal(code: str) -> str:
    """A code as programs write it that take every number for a decimal one."""
    return code and f"{code}.0"


def as_read_from_sas(code: str) -> str:
    """The same, with the number that a well-known reader of SAS files gives for 0."""
    return "5.397605346934028e-79" if code == "0" else as_decimal(code)


def test_the_example_is_scored_as_a_plain_sum_says(run: Run) -> None:
    ran = scored(run, EXAMPLES / "phq9.csv")
    assert ran.code == 0, ran.err
    given, rows = rows_of((EXAMPLES / "phq9.csv").read_text("utf-8")), rows_of(ran.out)
    assert [row["id"] for row in rows] == [person["SEQN"] for person in given]
    totals = [plain_total([person[column] for column in COLUMNS]) for person in given]
    assert [row["score_phq9"] for row in rows] == totals
    assert [row["score_phq9_band"] for row in rows] == [*map(plain_band, totals)]
    assert {*map(plain_band, totals)} == {"", *BANDS}


def test_a_refused_item_and_one_not_known_are_named_and_a_blank_is_not(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "survey.csv"
    people = [("7", "9", "", *"000000"), tuple("000000003"), tuple("000000009")]
    file.write_text(file_text(people, str), "utf-8")
    first, second, third = rows_of(scored(run, file).out)
    assert first["missing"] == "interest:declined;mood:unknown"
    assert (first["score_phq9"], first["score_phq9_band"], first["problems"]) == ("", "", "")
    assert (second["suggestion"], second["score_phq9"]) == ("emergency", "3")
    assert (third["suggestion"], third["missing"]) == ("undetermined", "death_thoughts:unknown")


@pytest.mark.parametrize("write", [str, as_decimal, as_read_from_sas])
def test_codes_are_read_however_the_number_is_written(run: Run, tmp_path: Path, write: Callable[[str], str]) -> None:
    people, file = survey()[:200], tmp_path / "survey.csv"
    file.write_text(file_text(people, write), "utf-8")
    rows = rows_of(scored(run, file).out)
    assert [row["score_phq9"] for row in rows] == [*map(plain_total, people)]


@pytest.mark.slow
def test_a_whole_survey_gives_as_many_totals_as_it_has_complete_people(run: Run, tmp_path: Path) -> None:
    people, file = survey(), tmp_path / "survey.csv"
    file.write_text(file_text(people, as_decimal), "utf-8")
    ran = scored(run, file)
    assert ran.code == 0, ran.err
    totals = [row["score_phq9"] for row in rows_of(ran.out)]
    assert totals == [*map(plain_total, people)]
    counts = Counter(totals)
    assert (len(totals), len(totals) - counts[""], counts[""]) == (8965, 8276, 689)
    assert (counts["0"], counts["1"], counts["27"]) == (2754, 1101, 1)


def test_codes_from_one_to_four_stop_the_run(run: Run, tmp_path: Path) -> None:
    """Read as they are, they would give totals that are nine too high."""
    file, out = tmp_path / "survey.csv", tmp_path / "scored.csv"
    file.write_text(file_text([tuple("123122311"), tuple("223412341")] * 3, str), "utf-8")
    ran = scored(run, file, "-o", out)
    assert (ran.code, "unknown-code" in ran.err) == (3, True)
    assert not out.exists()


def test_the_example_has_no_problem_and_keeps_its_promises() -> None:
    report = check_questionnaire((EXAMPLES / "phq9.yaml").read_bytes(), date(2026, 12, 1))
    assert [finding.problem.message for finding in report.findings] == []


def test_the_example_words_its_items_itself_and_says_what_it_is_not() -> None:
    """The published items may be used by all, but who asks people uses all of their wording, not some of it."""
    questionnaire = ready((EXAMPLES / "phq9.yaml").read_bytes()).questionnaire
    assert "does not choose care" in questionnaire.intended_use
    assert all("in words of our own" in str(question.source) for question in questionnaire.questions())
