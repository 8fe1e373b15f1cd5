"""The large questionnaire that the times of `check` and `diff` are measured with is what it is said to be."""

from __future__ import annotations

import pytest
from support.big import big_sketch, with_one_point_more, with_one_rule_less
from support.questionnaires import ready
from support.strategies import text_of

from iop_screen.checking.diff import differences


def test_it_is_ten_times_the_size_of_the_default_with_three_scores_of_twenty_items() -> None:
    sketch = big_sketch()
    counts = [len(part) for part in (sketch.questions, sketch.rules, sketch.guarantees, sketch.notes)]
    assert counts == [300, 401, 360, 250]
    assert [len(score.add) for score in sketch.scores] == [20, 20, 20]
    types = {(question.role, question.type) for question in sketch.questions}
    assert types >= {("risk", "number"), ("risk", "multiple"), ("context", "choice"), ("access", "yes_no")}
    scores = {score.id for score in sketch.scores}
    reading = [part for part in (*sketch.rules, *sketch.guarantees) if scores & {*_names(part.when)}]
    assert len(reading) > 200
    assert any(scores & {*_names(each.ask_when)} for each in sketch.questions if each.ask_when is not None)


def test_one_seed_gives_one_questionnaire_and_another_seed_another() -> None:
    assert big_sketch(7) == big_sketch(7)
    assert big_sketch(7) != big_sketch(8)


@pytest.mark.slow
def test_a_smaller_one_and_an_edited_copy_are_compared() -> None:
    sketch = big_sketch(size=0.22)
    found = differences(ready(text_of(sketch)), ready(text_of(with_one_rule_less(with_one_point_more(sketch)))))
    assert not found.not_decided


def _names(condition: object) -> set[str]:
    match condition:
        case dict():
            return {*condition}.union(*map(_names, condition.values()))
        case list():
            return set[str]().union(*map(_names, condition))
        case _:
            return set()
