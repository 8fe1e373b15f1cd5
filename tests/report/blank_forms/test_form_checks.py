"""The checks on every form that is written find what would make it a wrong form."""

from __future__ import annotations

import re

import pytest

from iop_screen.report.blank_forms.checks import Read, WrittenItem, WrongFormError, check_written

NAME = re.compile(r"[a-z]+")
ONE = WrittenItem("one", ("a", "b"))


def test_a_form_that_is_right_passes() -> None:
    check_written([ONE, WrittenItem("two", ("a",), (Read("one", "b"), Read("one")))], NAME)


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([WrittenItem("2nd")], "no name: '2nd'"),
        ([WrittenItem("")], "no name: ''"),
        ([ONE, ONE], "written twice: one"),
        ([WrittenItem("one", ("a", "b", "a"))], "one has the choice a twice"),
        ([WrittenItem("one", ("a", ""))], "one has a choice without a code"),
        ([ONE, WrittenItem("two", (), (Read("none"),))], "two reads none, which does not stand further up"),
        ([WrittenItem("two", ("a",), (Read("two", "a"),))], "two reads two, which does not stand further up"),
        ([WrittenItem("two", (), (Read("one", "a"),)), ONE], "two reads one, which does not stand further up"),
        ([ONE, WrittenItem("two", (), (Read("one", "c"),))], "two reads the choice c, which one does not have"),
    ],
)
def test_a_form_that_is_wrong_is_a_fault_of_ours(items: list[WrittenItem], said: str) -> None:
    with pytest.raises(WrongFormError, match=f"^{re.escape(said)}$"):
        check_written(items, NAME)


def test_all_faults_are_told_together() -> None:
    with pytest.raises(WrongFormError, match=r"no name.*written twice.*choice a twice.*further up"):
        check_written([WrittenItem("1", ("a", "a"), (Read("x"),)), WrittenItem("1")], NAME)
