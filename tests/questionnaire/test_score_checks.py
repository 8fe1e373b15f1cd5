"""What is refused in a score: totals that cannot be estimated, bands without order or reach, columns of one name."""

from __future__ import annotations

import pytest
from support.paths import QUESTIONNAIRES

from iop_screen.checking.load import load_questionnaire

WRITTEN = (QUESTIONNAIRES / "ok" / "estimates.yaml").read_text("utf-8")
UNGATED = ("        ask_when: {works: yes}\n", "")
MEALS = "[{id: well, label: Well, points: 0}, {id: badly, label: Badly, points: 2}]"
ALL_POINTS = ("points: 0", "points: 1")


def codes(*edits: tuple[str, str]) -> list[str]:
    """The codes of a good questionnaire with some of its text replaced."""
    content = WRITTEN
    for old, new in edits:
        assert old in content
        content = content.replace(old, new)
    return [problem.code for problem in load_questionnaire(content.encode()).problems]


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        ([("may_miss: 1", "may_miss: 2")], []),
        ([("may_miss: 1", "may_miss: 0")], []),
        ([("may_miss: 1", "may_miss: 3")], ["may-miss-all"]),
        ([("may_miss: 1", "may_miss: -1")], ["wrong-kind"]),
        ([("may_miss: 1", "may_miss: some")], ["wrong-kind"]),
        ([(MEALS, MEALS.replace("points: 2", "points: 3"))], ["uneven-items"]),
        ([("from: 2", "from: 5")], ["bands-out-of-order"]),
        ([("from: 2", "from: 6")], ["bands-out-of-order"]),
        ([("from: 5", "from: 6")], []),
        ([("from: 5", "from: 7")], ["band-out-of-reach"]),
        ([("from: 0", "from: 1")], ["no-lowest-band"]),
        ([("id: tired", "id: worn")], ["duplicate-id"]),
        ([("title: Tired, from: 2", "title: Tired")], ["missing-key"]),
        ([("from: 2", "to: 2")], ["missing-key", "unknown-key"]),
        ([("rest: {at_least: 4}", "rest: worn")], ["wrong-test"]),
        ([("add: [nights, meals, breaks]", "add: [nights, meals, brakes]")], ["unknown-question"]),
    ],
)
def test_a_score_is_refused_for_one_reason(edits: list[tuple[str, str]], expected: list[str]) -> None:
    assert sorted(codes(*edits)) == expected


def test_the_first_band_starts_at_the_lowest_total_that_there_can_be() -> None:
    """An item that is not asked of everyone brings nothing where it is not asked."""
    from_two = ("from: 0", "from: 2"), ("Tired, from: 2", "Tired, from: 3")
    from_three = ("from: 0", "from: 3"), ("Tired, from: 2", "Tired, from: 4")
    assert codes(ALL_POINTS) == ["band-out-of-reach"]
    assert codes(ALL_POINTS, *from_two) == []
    assert codes(ALL_POINTS, *from_three) == ["no-lowest-band"]
    assert codes(ALL_POINTS, UNGATED, *from_two) == ["band-out-of-reach"]
    assert codes(ALL_POINTS, UNGATED, *from_three) == []


@pytest.mark.parametrize("name", ["rest_band", "rest_missing"])
def test_no_score_goes_by_the_name_of_a_column_of_another(name: str) -> None:
    assert codes(("scores:\n", f"scores:\n  - {{id: {name}, title: Two, add: [meals]}}\n")) == ["reserved-id"]
    assert (
        codes(
            ("scores:\n", f"scores:\n  - {{id: {name}, title: Two, add: [meals]}}\n"),
            ("    may_miss: 1\n", ""),
            (WRITTEN[WRITTEN.index("    bands:") : WRITTEN.index("rules:")], ""),
        )
        == []
    )


@pytest.mark.parametrize("word", ["not-shown", "not-applicable"])
def test_an_option_does_not_go_by_a_word_for_no_answer(word: str) -> None:
    assert codes(("{id: so, label: So so, points: 1}", f"{{id: {word}, label: So so, points: 1}}"))[0] == "reserved-id"
