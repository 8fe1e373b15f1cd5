"""The sections of the guide: what each is called, how it is found, and that they say all that the guide says."""

from __future__ import annotations

from itertools import pairwise

import pytest
from support.questionnaires import HEADER, ready

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.blocks import Heading, Items, Paragraph, as_html, as_text
from iop_screen.report.guide import GuideSection, guide_document, guide_sections, section_list, sections_named

QUESTION = "{id: rest, ask: Rested?, role: risk, type: yes_no, worse: no}"
SMALL = f"""{HEADER}
contacts: [{{id: line, name: A line, reach: call 000, checked_on: 2026-01-01}}]
sections: [{{id: all, title: All, questions: [{QUESTION}]}}]
rules: [{{id: tired, when: {{rest: no}}, level: stay, because: Tired.}}]
guide:
  - {{title: Visits, body: "One.\\n\\n- Two."}}
  - {{title: "What it costs: money", body: Three.}}
  - {{title: "\\xbfQu\\xe9 es?", body: Four.}}
  - {{title: "!?", body: Five.}}
  - {{title: "What it is", body: Six.}}
"""
NAMES = ["who-this-is-for", "visits", "stay", "visits-2", "what-it-costs-money", "que-es", "page", "what-it-is"]


@pytest.fixture(scope="module")
def small() -> CompiledQuestionnaire:
    """A questionnaire whose guide has titles that are hard to name."""
    return ready(SMALL.encode())


def test_a_section_is_named_by_the_id_of_its_level_or_the_words_of_its_title(small: CompiledQuestionnaire) -> None:
    sections = guide_sections(small)
    assert [section.name for section in sections] == [*NAMES, "contacts"]
    assert [section.title for section in sections[1:4]] == ["Visits", "A stay", "Visits"]
    assert sections[3].blocks == (Paragraph("One."), Items(("Two.",)))


def test_without_contacts_there_is_no_section_of_them() -> None:
    lines = [line for line in SMALL.splitlines() if not line.startswith("contacts")]
    assert [section.name for section in guide_sections(ready("\n".join(lines)))] == NAMES


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("visits", ["visits"]),
        ("Visits 2", ["visits-2"]),
        ("costs", ["what-it-costs-money"]),
        ("what it", ["what-it-costs-money", "what-it-is"]),
        ("IS-what-IT", ["what-it-is"]),
        ("es", ["que-es"]),
        ("cost", []),
        ("costs here", []),
    ],
)
def test_a_section_is_found_by_its_name_or_by_words_of_it(
    small: CompiledQuestionnaire, typed: str, meant: list[str]
) -> None:
    assert [section.name for section in sections_named(guide_sections(small), typed)] == meant


def test_the_name_of_each_section_finds_it(compiled: CompiledQuestionnaire) -> None:
    sections = guide_sections(compiled)
    assert all(sections_named(sections, section.name) == (section,) for section in sections)


def test_the_list_has_each_name_and_the_title_that_is_not_seen_from_it(small: CompiledQuestionnaire) -> None:
    lines = section_list(guide_sections(small)).splitlines()
    assert lines[:4] == ["who-this-is-for", "visits", "stay: A stay", "visits-2: Visits"]
    assert len(lines) == len(NAMES) + 1


def test_the_whole_guide_is_its_sections_one_after_the_other(compiled: CompiledQuestionnaire) -> None:
    sections = guide_sections(compiled)
    whole = as_text(guide_document(compiled, sections))
    places = []
    for section in sections:
        alone = as_text(guide_document(compiled, [section]))
        own = alone.partition(f"\n\n\n{section.title}\n---")[2].partition(str(compiled.questionnaire.disclaimer)[:40])[
            0
        ]
        assert own
        places.append(whole.index(own))
    assert all(one < other for one, other in pairwise(places))
    assert whole.endswith(f"Questionnaire: {compiled.stamp}\n")


def test_every_level_and_page_and_contact_of_the_questionnaire_is_in_the_guide(
    compiled: CompiledQuestionnaire,
) -> None:
    questionnaire = compiled.questionnaire
    document = guide_document(compiled, guide_sections(compiled))
    said = " ".join(as_text(document).split())
    titles = [block.text for block in document.blocks if isinstance(block, Heading) and block.rank == 2]
    assert titles == [
        "Who this is for",
        *(level.title for level in questionnaire.levels),
        *(page.title for page in questionnaire.guide),
        "Contacts",
    ]
    for level in questionnaire.levels:
        for text in (level.means or "", *level.expect, *level.next_steps):
            assert " ".join(text.split()) in said
    for contact in questionnaire.contacts:
        assert f"{contact.name}: {contact.reach}" in said


def test_no_control_character_gets_into_the_guide(small: CompiledQuestionnaire) -> None:
    """No file that can be used has one. This holds even if that is not so."""
    odd = GuideSection("odd\x1b[31m", "Title\x1b[31m", (Paragraph("Text\x1b[31m"),))
    document = guide_document(small, [odd])
    for written in (as_text(document), as_html(document)):
        assert "Title\\x1b[31m" in written
        assert "Text\\x1b[31m" in written
        assert "\x1b" not in written
    assert section_list([odd]) == "odd\\x1b[31m: Title\\x1b[31m\n"
