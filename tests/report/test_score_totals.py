"""Totals of scores: when there is one, when it is an estimate, in which band it lies, and how all outputs say so."""

from __future__ import annotations

from datetime import date

import pytest
from support.markup import one_line
from support.paths import QUESTIONNAIRES
from support.questionnaires import ready

from iop_screen.batch.rows import ScoredRow, column_values, output_columns
from iop_screen.checking.load import check_questionnaire
from iop_screen.checking.text_changes import text_changes
from iop_screen.checking.texts import named_texts
from iop_screen.engine.answer_batch import no_answers
from iop_screen.engine.explain import explain
from iop_screen.engine.suggest import Result, assess_one
from iop_screen.questionnaire.answers import Answer, MissingReason, chosen
from iop_screen.report.questionnaire_document import document_text
from iop_screen.report.result_json import explained_object
from iop_screen.report.result_text import score_texts

WRITTEN = (QUESTIONNAIRES / "ok" / "estimates.yaml").read_text("utf-8")
COMPILED = ready(WRITTEN)
GAP = "-"


def answers_of(works: str, nights: str, meals: str, breaks: str, gap: MissingReason = MissingReason.MISSING) -> Result:
    """The result of four answers; `-` is no usable one."""
    answers = no_answers(COMPILED)
    for index, said in enumerate((works, nights, meals, breaks)):
        answer: Answer = gap if said == GAP else chosen(said)
        answers = answers.with_answer(index, answer)
    return assess_one(COMPILED, answers)


TOTALS = [
    (("yes", "badly", "badly", "badly"), (6, 0, "worn"), "Rest in sum: 6 (Worn out)"),
    (("yes", "well", "badly", "well"), (2, 0, "tired"), "Rest in sum: 2 (Tired)"),
    (("no", "badly", "badly", GAP), (4, 0, "tired"), "Rest in sum: 4 (Tired)"),
    (("yes", "so", "badly", GAP), (5, 1, "worn"), "Rest in sum: 5 (Worn out), estimated: 1 of 3 items has no answer"),
    (("yes", "so", "well", GAP), (2, 1, "tired"), "Rest in sum: 2 (Tired), estimated: 1 of 3 items has no answer"),
    (("no", "so", GAP, GAP), (2, 1, "tired"), "Rest in sum: 2 (Tired), estimated: 1 of 2 items has no answer"),
    (("yes", "well", GAP, "well"), (0, 1, "rested"), "Rest in sum: 0 (Rested), estimated: 1 of 3 items has no answer"),
    (("yes", "badly", GAP, GAP), (None, 2, None), "Rest in sum: not complete"),
    ((GAP, "badly", "badly", GAP), (None, None, None), "Rest in sum: not complete"),
    ((GAP, "badly", "badly", "badly"), (None, None, None), "Rest in sum: not complete"),
    (("no", GAP, GAP, GAP), (None, 2, None), "Rest in sum: not complete"),
]


@pytest.mark.parametrize(("said", "fields", "text"), TOTALS)
@pytest.mark.parametrize("gap", MissingReason)
def test_a_total_is_estimated_while_no_more_items_are_missing_than_may_be(
    said: tuple[str, str, str, str], gap: MissingReason, fields: tuple[int | str | None, ...], text: str
) -> None:
    """Half a point is rounded up: 1 and 0 of two items are 1.5 of three. Which gap it is makes no difference."""
    result = answers_of(*said, gap)
    values = column_values(ScoredRow(None, None, None, result, ()), COMPILED)
    assert [values[f"score_rest{suffix}"] for suffix in ("", "_missing", "_band")] == [*fields]
    assert [*score_texts(result)] == [text]


def test_a_rule_reads_the_two_sums_and_never_the_estimate() -> None:
    result = answers_of("yes", "so", "badly", GAP)
    assert result.scores[0].total == 5
    assert (result.suggestion, result.reasons) == ("undetermined", ())
    assert (result.levels.at_least.id, result.levels.at_most.id) == ("visits", "stay")


def test_the_columns_of_a_score_stand_together_and_only_where_they_hold_something() -> None:
    def names(content: str) -> list[str]:
        return [column.name for column in output_columns(ready(content)) if column.name.startswith("score_")]

    assert names(WRITTEN) == ["score_rest", "score_rest_missing", "score_rest_band"]
    assert names(WRITTEN.replace("    may_miss: 1\n", "")) == ["score_rest", "score_rest_band"]
    assert names((QUESTIONNAIRES / "ok" / "points.yaml").read_text("utf-8")) == ["score_mood_sum", "score_all_in_all"]


def test_a_score_that_may_miss_none_counts_what_is_missing_and_estimates_nothing() -> None:
    strict = ready(WRITTEN.replace("may_miss: 1", "may_miss: 0"))
    answers = no_answers(strict).with_answer(0, chosen("no")).with_answer(1, chosen("so"))
    [score] = assess_one(strict, answers).scores
    assert (score.total, score.missing, score.estimated) == (None, 1, False)


def test_a_result_in_json_says_what_its_totals_rest_on() -> None:
    answers = no_answers(COMPILED).with_answer(0, chosen("no")).with_answer(1, chosen("so"))
    explanation = explain(COMPILED, answers)
    row = ScoredRow(None, None, answers, explanation.result, ())
    assert explained_object(explanation, row, COMPILED)["score_details"] == [
        {
            "id": "rest",
            "title": "Rest in sum",
            "total": 2,
            "estimated": True,
            "asked": 2,
            "missing": 1,
            "band": "Tired",
        }
    ]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("may_miss: 1", "may_miss: 2", ["may_miss of score rest"]),
        ("    may_miss: 1\n", "", ["may_miss of score rest"]),
        ("from: 5", "from: 4", ["band rest: worn"]),
        ("title: Worn out", "title: Done in", ["band rest: worn"]),
        ("      - {id: worn, title: Worn out, from: 5}\n", "", ["band rest: worn"]),
        ("    source: Made up.\n", "", ["score rest"]),
        ("add: [nights, meals, breaks]", "add: [meals, breaks, nights]", ["score rest"]),
    ],
)
def test_a_change_of_how_a_total_is_made_or_read_is_named(old: str, new: str, named: list[str]) -> None:
    assert WRITTEN.count(old) == 1
    assert [*text_changes(COMPILED.questionnaire, ready(WRITTEN.replace(old, new)).questionnaire)] == named


def test_titles_of_bands_and_the_source_of_a_score_are_checked_as_texts() -> None:
    names = {text.name: str(text.text) for text in named_texts(COMPILED.questionnaire)}
    assert names["the title of `worn` of `rest`"] == "Worn out"
    assert names["`source` of `rest`"] == "Made up."


def document_of(content: str) -> str:
    """The questionnaire as a document, on one line."""
    return one_line(document_text(ready(content), check_questionnaire(content.encode(), date(2026, 12, 1))))


def test_the_document_says_how_a_total_is_estimated_and_where_bands_start() -> None:
    text = document_of(WRITTEN)
    assert "Estimated while at most 1 of 3 items have no answer" in text
    assert "from 5: Worn out [worn]" in text


def test_the_sheet_to_sign_has_a_box_for_each_band_and_for_what_may_be_missing() -> None:
    marked = WRITTEN.replace("because: Nobody", "source: 'For sign-off: four points.', because: Nobody")
    text = document_of(marked)
    assert "[ ] A total is estimated while at most 1 of 3 items have no answer." in text
    assert "[ ] From 2: Tired." in text
