"""The second readers need the network and run apart; what they do without it is tested here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from second_readers import run
from second_readers.filled import Filled, Subject, answers, shown_as_in_the_interview, subjects
from second_readers.people import Act, Person, people
from second_readers.tools import BrokenError, Check, Fact, Finding, program


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.name)
def test_each_choice_is_made_by_somebody(subject: Subject) -> None:
    made = {(act.question, code) for person in people(subject.form) for act in person.acts for code in act.codes}
    assert {(each.id, choice.code) for each in subject.form.questions for choice in each.choices} <= made


def test_a_branch_that_is_shown_wrongly_fails_the_check() -> None:
    subject = subjects()[1]
    person = Person("one", (Act("kinds", ("neither",)),))
    always = tuple(each.id for each in subject.form.questions if each.gate is None)
    assert shown_as_in_the_interview(subject, [Filled(person, (0,), (*always, "who_helps"), None)]).wrong == ()
    wrong = shown_as_in_the_interview(subject, [Filled(person, (0,), (*always, "nights"), None)]).wrong
    assert wrong == ("one: nights is shown, and would not be asked",)


def test_an_answer_that_was_hidden_again_is_not_held() -> None:
    person = Person("one", (Act("kinds", ("sleep",)), Act("nights", ("3",)), Act("kinds", ("neither",))))
    form = Filled(person, (0, 1, 2), ("kinds",), None)
    assert answers(form) == {"kinds": "neither"}
    assert answers(form, hidden_too=True) == {"kinds": "neither", "nights": "3"}


def test_a_check_that_fails_or_a_reader_that_breaks_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fine(_: Path) -> Iterator[Finding]:
        yield Fact("a program 1.0")
        yield Check("all is well")

    def wrong(_: Path) -> Iterator[Finding]:
        yield Check("something is wrong", ("the first thing",))

    def breaks(_: Path) -> Iterator[Finding]:
        yield Fact("a program 2.0")
        raise BrokenError("it ended with 3")

    def absent(_: Path) -> Iterator[Finding]:
        yield Fact(program("no-such-program-here", "it is for this test"))

    monkeypatch.setattr(run, "READERS", {"fine": fine, "wrong": wrong, "breaks": breaks, "absent": absent})
    assert [run.main([name]) for name in ("fine", "wrong", "breaks", "absent", "else")] == [0, 1, 1, 0, 2]
    said = capsys.readouterr().out
    assert "fine: ok      all is well" in said
    assert "wrong: FAILED  something is wrong\n          the first thing" in said
    assert "breaks: FAILED  it ended with 3" in said
    assert "absent: skipped: there is no `no-such-program-here` on this machine; it is for this test" in said
    assert "no such reader: else; there are fine, wrong, breaks, absent" in said
