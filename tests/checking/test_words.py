"""The words of a language are in a data file: it can be read, and its faults are reported with their position."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from support.interviews import SMALL
from support.running import Run

import iop_screen
from iop_screen.checking import words as words_package
from iop_screen.checking.words import either, read_word_lists, word_lists

PACKAGE = Path(iop_screen.__file__).parent
ENGLISH = Path(words_package.__file__).with_name("en.yaml")
CLINICAL = ("substances", "illness")


def test_the_file_that_comes_along_has_no_fault() -> None:
    known, problems = read_word_lists(ENGLISH.read_bytes())
    assert problems == ()
    assert known == word_lists()


def test_no_entry_stands_in_a_list_twice_or_is_both_good_and_bad() -> None:
    lists = yaml.safe_load(ENGLISH.read_text("utf-8"))
    for name in ("good", "bad"):
        lists[name] = [entry for group in lists[name].values() for entry in group]
    assert all(len(entries) == len({*map(str, entries)}) for entries in lists.values())
    assert not {*lists["good"]} & {*lists["bad"]}


def test_a_mistake_in_the_file_ends_the_command_with_its_line(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "en.yaml").write_text(ENGLISH.read_text("utf-8").replace("\nbad:", "\nbda:"), "utf-8")
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    monkeypatch.setattr(words_package, "__file__", str(tmp_path / "__init__.py"))
    word_lists.cache_clear()
    try:
        ran = run("check", tmp_path / "small.yaml")  # the default was checked before, maybe
    finally:
        word_lists.cache_clear()
    assert ran.code == 3
    assert "en.yaml:1:1: the list `bad` is missing; add `bad:` (and 1 more)" in ran.err


# ---------------------------------------------------------------------- how entries are written


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("drink", "they drink tea", ["drink"]),
        ("drink", "they drinks", []),
        ("harm*", "harm, harms, harmful, charm", ["harm", "harms", "harmful"]),
        ("shak+", "shak shakes", ["shakes"]),
        ("*n't", "isn't not n't", ["isn't", "n't"]),
        ("free (of|from)", "free of, free from, free", ["free of", "free from"]),
        ("could [still] walk", "could walk, could still walk, could not walk", ["could walk", "could still walk"]),
        ("has [any|some] [+] food", "has food, has some good food", ["has food", "has some good food"]),
        ("[on] (most|a few) days", "most days, on a few days", ["most days", "on a few days"]),
        ("^ well", "well, not well", ["well"]),
        ("^ [so] well", "so well, not so well", ["so well"]),
    ],
)
def test_an_entry_finds_what_the_file_says(entry: str, text: str, found: list[str]) -> None:
    assert re.findall(rf"(?:\b|(?<!\w)(?=')){either([entry])}\b", text) == found


# ---------------------------------------------------------------------- faults


def altered(old: str, new: str) -> bytes:
    text = ENGLISH.read_text("utf-8")
    assert text.count(old) == 1
    return text.replace(old, new).encode()


@pytest.mark.parametrize(
    ("old", "new", "code", "at"),
    [
        ("  - chest pain", "  - Chest pain", "not-a-word", "Chest"),
        ("  - chest pain", "  - chest (pain", "not-a-word", "chest (pain"),
        ("  - chest pain", "  - chest pain]", "not-a-word", "chest pain]"),
        ("  - chest pain", "  - chest  pain", "not-a-word", "chest  pain"),
        ("  - chest pain", "  - chest.pain", "not-a-word", "chest.pain"),
        ("  - chest pain", "  - '[chest]'", "not-a-word", "'[chest]'"),
        ("  - chest pain", "  - ''", "not-a-word", "''"),
        ("  - chest pain", "  - {chest: pain}", "not-a-word", "chest: pain"),
        ("  - chest pain", "  - [chest, pain]", "not-a-word", "[chest, pain]"),
        ("silent_endings: [e]", "silent_endings: e", "wrong-kind", "e\nspoken"),
        ("silent_endings: [e]", "silent_endings: []", "wrong-kind", "[]\nspoken"),
        ("silent_endings: [e]", "silent_endings: {}", "wrong-kind", "{}\nspoken"),
        ("silent_endings: [e]", "silent_ending: [e]", "unknown-key", "silent_ending:"),
        ("silent_endings: [e]", "aside: [e]", "duplicate-key", "aside: [e]"),
        ("silent_endings: [e]", "silent_endings: [*e]", "yaml-alias", "*e]\nspoken"),
    ],
)
def test_a_fault_is_reported_with_its_line_and_column(old: str, new: str, code: str, at: str) -> None:
    content = altered(old, new)
    known, problems = read_word_lists(content)
    assert known is None
    before = content.decode()[: content.decode().index(at)]
    index = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    assert (code, index) in [(problem.code, (problem.span.line, problem.span.column)) for problem in problems]


@pytest.mark.parametrize("content", [b"", b"[good, bad]", b"good: [\xff]", b"good"])
def test_what_is_no_file_of_words_is_reported_and_not_raised(content: bytes) -> None:
    known, problems = read_word_lists(content)
    assert known is None
    assert problems


def test_each_list_has_to_be_there() -> None:
    known, problems = read_word_lists(b"good: [well]")
    assert known is None
    assert {problem.code for problem in problems} == {"missing-key"}
    assert len(problems) == len(words_package.WordLists.__slots__) - 1


# ---------------------------------------------------------------------- the code knows no drug


def clinical_words() -> list[str]:
    lists = yaml.safe_load(ENGLISH.read_text("utf-8"))
    found = [entry for side in ("good", "bad") for name in CLINICAL for entry in lists[side].get(name, ())]
    return [entry for entry in found if entry != "stroke"]  # the press of a key, too


def test_the_code_knows_no_drug_and_no_disease() -> None:
    """Neither in a text, nor in a name or a comment."""
    known = re.compile(rf"\b{either(clinical_words())}\b", re.IGNORECASE)
    assert [match.group() for match in known.finditer("Naloxone for alcohol, two seizures")] == [
        "Naloxone",
        "alcohol",
        "seizures",
    ]
    paths = sorted(PACKAGE.rglob("*.py"))
    assert len(paths) > 50
    found = [
        f"{path.relative_to(PACKAGE)}:{number}: {match.group()}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1)
        for match in known.finditer(line.replace("_", " "))
    ]
    assert found == []
