"""What sections are called as groups of a form in another system."""

from __future__ import annotations

import pytest
from support.questionnaires import ready

from iop_screen.batch.form_names import section_names
from iop_screen.engine.compiled import CompiledQuestionnaire


def questionnaire(sections: dict[str, list[str]]) -> CompiledQuestionnaire:
    """A questionnaire with these sections, each with these questions."""
    return ready(
        "format: 1\nid: names\nversion: 1.0.0\ntitle: Names\nintended_use: For tests.\n"
        "disclaimer: Not a diagnosis.\nlevels: [{id: low, title: Low}, {id: high, title: High}]\nsections:\n"
        + "".join(
            f"  - id: {section}\n    title: Section\n    questions:\n"
            + "".join(
                f"      - {{id: {each}, ask: About {each}?, role: risk, type: yes_no, worse: yes}}\n" for each in ids
            )
            for section, ids in sections.items()
        )
        + "rules:\n"
        + "".join(
            f"  - {{id: because_{each}, when: {{{each}: yes}}, level: high, because: Because.}}\n"
            for ids in sections.values()
            for each in ids
        )
    )


@pytest.mark.parametrize(
    ("sections", "names"),
    [
        ({"about": ["age"], "detox": ["sick"]}, ("about", "detox")),
        ({"home": ["home"], "detox": ["sick"]}, ("section_home", "detox")),
        ({"detox": ["sick"], "home": ["age"], "x": ["home"]}, ("detox", "section_home", "x")),
        ({"home": ["home", "section_home"]}, ("section_home_2",)),
        ({"home": ["home", "section_home", "section_home_2"]}, ("section_home_3",)),
        ({"home": ["home"], "section_home": ["age"]}, ("section_home_2", "section_home")),
        ({"meta": ["age"]}, ("section_meta",)),
        ({"iop_screen_form": ["age"]}, ("section_iop_screen_form",)),
        ({"1_detox": ["sick"]}, ("section_1_detox",)),
        ({"Home": ["home"]}, ("Home",)),
    ],
)
def test_only_a_section_with_a_name_that_is_taken_is_called_otherwise(
    sections: dict[str, list[str]], names: tuple[str, ...]
) -> None:
    assert section_names(questionnaire(sections)) == names


def test_a_system_may_reserve_other_names() -> None:
    assert section_names(questionnaire({"about": ["age"]}), frozenset({"about", "section_about"})) == (
        "section_about_2",
    )
