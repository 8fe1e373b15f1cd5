"""The shortest interview: from the start of the program to a result."""

from support.running import Run


def test_an_interview_that_finishes_at_once_says_what_is_open(run: Run) -> None:
    ran = run("interview", typed="f\nf\nf\n")
    assert ran.code == 0
    assert "Not settled" in ran.out
    assert "988" in ran.out
