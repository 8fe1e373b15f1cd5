"""Where a file gives labels to codes, the labels say what the codes most likely mean."""

from __future__ import annotations

import pytest
from support.questionnaires import HEADER, TWO_LEVELS, ready

from iop_screen.batch.cells import cell_reader
from iop_screen.batch.guesses.labels import guess_by_labels, ticked_option
from iop_screen.questionnaire.answers import MissingReason

COMPILED = ready(
    TWO_LEVELS
    + """\
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - {id: days, ask: Days?, role: risk, type: number, worse: higher, min: 0, max: 30}
      - id: sick
        ask: How sick?
        role: risk
        type: choice
        options: [{id: "0", label: Not}, {id: "1", label: A little}, {id: "2", label: Very}]
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.}]
"""
)
DECLINED, UNKNOWN = MissingReason.DECLINED, MissingReason.UNKNOWN


@pytest.mark.parametrize(
    ("question", "labels", "values", "codes", "missing", "unknown"),
    [
        (0, {"1": "Yes", "2": "no ", "9": "Refused"}, ["1", "7"], {"1": "yes", "2": "no"}, {"9": DECLINED}, ["7"]),
        (0, {"1": "Yes", "8": "Not asked in May"}, ["1", "8", ""], {"1": "yes"}, {}, ["8"]),
        (0, {"0": "declined", "1": "unknown"}, ["0"], {}, {"0": DECLINED, "1": UNKNOWN}, []),
        (1, {"99": "Refused"}, ["7", "99", "x"], {}, {"99": DECLINED}, ["x"]),
        (2, {"1": "Not", "2": "A little", "3": "Very"}, ["1", "0"], {"1": "0", "2": "1", "3": "2"}, {}, ["0"]),
        (2, {"0": "Not", "1": "A little", "2": "Very", "9": "Refused"}, ["1"], {}, {"9": DECLINED}, []),
    ],
)
def test_a_label_that_is_an_answer_or_a_reason_says_what_its_code_means(
    *,
    question: int,
    labels: dict[str, str],
    values: list[str],
    codes: dict[str, str],
    missing: dict[str, MissingReason],
    unknown: list[str],
) -> None:
    asked = COMPILED.questions[question]
    guess = guess_by_labels(asked, values, labels, cell_reader(asked))
    assert guess is not None
    assert (dict(guess.codes), dict(guess.missing), [*guess.unknown]) == (codes, missing, unknown)


@pytest.mark.parametrize("labels", [{}, {"1": "Red", "2": "Blue"}])
def test_labels_that_are_no_answers_say_nothing(labels: dict[str, str]) -> None:
    asked = COMPILED.questions[0]
    assert guess_by_labels(asked, ["1"], labels, cell_reader(asked)) is None


SEVERAL = ready(
    f"{HEADER}\n"
    """
sections:
  - id: all
    title: All
    questions:
      - {id: danger, ask: Danger?, role: risk, type: yes_no, worse: yes}
      - id: ties
        ask: Which ties?
        role: access
        type: multiple
        options: [{id: job, label: A job}, {id: school, label: School}]
rules: [{id: in_danger, when: {danger: yes}, level: stay, because: There is danger.}]
"""
).questions[1]


@pytest.mark.parametrize(
    ("labels", "option"),
    [
        ({"1": "School", "0": "Not selected"}, "school"),
        ({"1": "A job"}, "job"),
        ({"1": "A job", "2": "School"}, ""),
        ({"2": "School"}, ""),
        ({"1": "Something else"}, ""),
        ({}, ""),
    ],
)
def test_a_column_of_ticks_is_about_the_one_option_that_its_code_1_is_called(
    labels: dict[str, str], option: str
) -> None:
    assert ticked_option(SEVERAL, labels, cell_reader(SEVERAL)) == option
