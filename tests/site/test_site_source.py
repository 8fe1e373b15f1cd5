"""Site settings as they are read: what may stand in the file, and how each mistake is told."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.laws import law
from support.paths import REPOSITORY

from iop_screen.core.problems import Severity
from iop_screen.interview.fullscreen.layout import MIN_COLUMNS
from iop_screen.site.source import LONGEST_SHORT, check_site, load_site

EXAMPLE = (REPOSITORY / "examples" / "site.yaml").read_bytes()
TODAY = date(2026, 11, 28)
WHOLE = """\
format: 1
on_call: ["Ring 12.", "Plan: beside the door."]
contacts:
  - {id: crisis, name: Crisis team, reach: call 555-0190 at any hour, short: 555-0190, checked_on: 2026-11-20,
     emergency: true}
  - {id: beds, name: Beds, reach: call 555-0117, checked_on: 2026-11-20}
data_dir: kept
front_end: plain
language: en
"""


def told(content: str | bytes) -> list[str]:
    """The code of each problem and where it is."""
    read = check_site(content.encode() if isinstance(content, str) else content, TODAY)
    return [f"{problem.code} {problem.span.line}:{problem.span.column}" for problem in read.problems]


def edited(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)


def test_every_key_is_read_as_it_is_written() -> None:
    settings = load_site(WHOLE.encode()).settings
    assert settings is not None
    assert settings.on_call == ("Ring 12.", "Plan: beside the door.")
    crisis, beds = settings.contacts
    assert (crisis.emergency, beds.emergency) == (True, False)
    assert (crisis.contact.id, crisis.contact.short, beds.contact.short) == ("crisis", "555-0190", None)
    assert beds.contact.checked_on == date(2026, 11, 20)
    assert (settings.data_dir, settings.front_end, settings.language) == ("kept", "plain", "en")
    assert told(WHOLE) == []


def test_the_example_has_no_problems() -> None:
    assert told(EXAMPLE) == []


def test_all_but_the_format_may_be_left_out() -> None:
    read = load_site(b"format: 1\n")
    assert read.settings is not None
    assert read.problems == ()
    assert (read.settings.on_call, read.settings.contacts, read.settings.data_dir) == ((), (), None)
    assert (read.settings.front_end, read.settings.language) == (None, None)


def test_the_settings_are_named_by_the_hash_of_their_bytes() -> None:
    settings = load_site(WHOLE.encode()).settings
    assert settings is not None
    assert settings.hash12 == hashlib.sha256(WHOLE.encode()).hexdigest()[:12]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("on_call: [a]\n", ["missing-key 1:1"]),
        ("format: 2\n", ["unknown-word 1:9"]),
        ("- a\n", ["other-file 1:1"]),
        ("", ["empty-file 1:1"]),
        ("format: 1\nformat: 1\n", ["duplicate-key 2:1"]),
        ("format: 1\non_call: [a\n", ["yaml-syntax 2:10"]),
        ("format: &x 1\n", ["yaml-anchor 1:9"]),
        ('format: 1\non_call: ["a\\x1b[2J"]\n', ["hidden-character 2:11"]),
        ("format: 1\non_call: [a\x07]\n", ["hidden-character 2:12"]),
        ("format: 1\n#" + "a" * 1024 * 1024, ["file-too-large 1:1"]),
        (edited("on_call", "oncall"), ["unknown-key 2:1"]),
        (edited('["Ring 12.", "Plan: beside the door."]', "Ring 12."), ["wrong-kind 2:10"]),
        (edited('"Ring 12."', "{a: b}"), ["wrong-kind 2:12"]),
        (edited('"Ring 12."', '" "'), ["empty-text 2:11"]),
        (edited("id: beds", "id: crisis"), ["duplicate-id 6:10"]),
        (edited("id: beds", "id: two words"), ["wrong-kind 6:10"]),
        (edited("name: Beds, ", ""), ["missing-key 6:6"]),
        (edited("reach: call 555-0117, ", ""), ["missing-key 6:6"]),
        (edited("name: Beds", "nam: Beds"), ["missing-key 6:6", "unknown-key 6:16"]),
        (edited("emergency: true", "emergency: maybe"), ["unknown-word 5:17"]),
        (edited("0117, checked_on: 2026-11-20", "0117, checked_on: 2026-02-30"), ["wrong-kind 6:62"]),
        (edited("front_end: plain", "front_end: screen"), ["unknown-word 8:12"]),
        (edited("language: en", "language: es"), ["unknown-word 9:11"]),
        (edited("data_dir: kept", "data_dir: [kept]"), ["wrong-kind 7:11"]),
        (edited("data_dir: kept", "data_dir:"), ["empty-text 7:10"]),
    ],
)
def test_a_mistake_is_told_with_its_place_and_the_settings_are_not_used(content: str, expected: list[str]) -> None:
    assert told(content) == expected
    assert load_site(content.encode()).settings is None


@pytest.mark.parametrize("written", ["true", "yes"])
def test_yes_and_true_both_mean_an_emergency(written: str) -> None:
    settings = load_site(edited("emergency: true", f"emergency: {written}").encode()).settings
    assert settings is not None
    assert settings.contacts[0].emergency


def test_all_mistakes_are_told_at_once() -> None:
    assert told("on_cal: [a]\ncontacts: [{id: a}]\nlanguage: xx\n") == [
        "missing-key 1:1",
        "unknown-key 1:1",
        "missing-key 2:13",
        "missing-key 2:13",
        "unknown-word 3:11",
    ]


def test_an_unknown_key_is_answered_with_the_one_that_was_meant() -> None:
    (problem,) = load_site(edited("on_call", "oncall").encode()).problems
    assert problem.hint == "did you mean `on_call`?"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (edited("0117, checked_on: 2026-11-20", "0117, checked_on: 2025-11-27"), ["stale-contact 6:62"]),
        (edited("0117, checked_on: 2026-11-20", "0117, checked_on: 2025-11-28"), []),
        (edited("0117, checked_on: 2026-11-20", "0117, checked_on: 2026-11-29"), ["stale-contact 6:62"]),
        (edited("0117, checked_on: 2026-11-20", "0117"), ["stale-contact 6:10"]),
        (edited("Ring 12.", "Ring \u260e 12."), ["odd-character 2:11"]),
        (edited("name: Beds", 'name: "Be\\nds"'), ["odd-character 6:22"]),
        (edited('"Ring 12."', "Ring 12 # at night\n  "), ["text-cut-short 2:18"]),
        (edited("short: 555-0190", f"short: {'1' * LONGEST_SHORT}"), []),
        (edited("short: 555-0190", f"short: {'1' * (LONGEST_SHORT + 1)}"), ["short-too-long 4:78"]),
        (edited("at any hour, short: 555-0190", "at any hour of the day"), ["short-too-long 4:44"]),
        (edited("reach: call 555-0117", f"reach: {'1' * (LONGEST_SHORT + 1)}"), []),
    ],
)
def test_what_is_doubtful_is_a_warning_and_the_settings_are_used(content: str, expected: list[str]) -> None:
    read = check_site(content.encode(), TODAY)
    assert told(content) == expected
    assert read.settings is not None
    assert {problem.severity for problem in read.problems} <= {Severity.WARNING}


def test_a_short_form_may_be_as_long_as_the_narrowest_screen_has_room_for() -> None:
    assert MIN_COLUMNS - len("! DANGER: ") == LONGEST_SHORT


@law
@given(st.data())
def test_no_bytes_whatever_raise_anything(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(WHOLE)))
    end = data.draw(st.integers(start, min(len(WHOLE), start + 40)))
    put_in = data.draw(st.binary(max_size=12) | st.sampled_from([b"{", b"[]", b"{}", b"- ", b": ", b"#", b'"', b"\n"]))
    content = WHOLE.encode()[:start] + put_in + WHOLE.encode()[end:]
    read = check_site(content, TODAY)
    assert (read.settings is None) == any(problem.severity is Severity.ERROR for problem in read.problems)
