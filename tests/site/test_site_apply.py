"""Site settings in a questionnaire: what they add, where it stands, and that nothing else changes."""

from __future__ import annotations

import csv

import pytest
from support.interviews import HEAD, SMALL
from support.paths import REPOSITORY
from support.questionnaires import HEADER, ready

from iop_screen.batch.python_rows import scored
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.interview.fullscreen.keyboard import start_keyboard
from iop_screen.interview.fullscreen.layout import layout
from iop_screen.interview.state import begin_session, show_emergency
from iop_screen.interview.wording.emergency_page import emergency_page
from iop_screen.questionnaire.model import Contact
from iop_screen.report.score_output import json_object
from iop_screen.report.screen_text import screen_text
from iop_screen.report.wording import note_contact_texts
from iop_screen.site.apply import with_site
from iop_screen.site.settings import SiteSettings
from iop_screen.site.source import load_site

SITE = b"""
format: 1
on_call: [Ring 12 at the front desk.]
contacts:
  - {id: beds, name: Local beds, reach: call 555-0117}
  - {id: lifeline, name: County crisis team, reach: call 555-0190 at any hour, short: "county: 555-0190",
     emergency: true}
"""


def settings_of(content: bytes = SITE) -> SiteSettings:
    settings = load_site(content).settings
    assert settings is not None
    return settings


def names(contacts: tuple[Contact, ...]) -> list[str]:
    return [str(contact.name) for contact in contacts]


def of_emergency(compiled: CompiledQuestionnaire) -> list[str]:
    questionnaire = compiled.questionnaire
    return names(questionnaire.contacts_of(questionnaire.interrupt()))


def test_the_questionnaire_keeps_its_version_and_its_hash(compiled: CompiledQuestionnaire) -> None:
    settings = settings_of()
    local = with_site(compiled, settings)
    assert (local.stamp, local.hash12) == (compiled.stamp, compiled.hash12)
    assert local.site_stamp == f"Site settings #{settings.hash12}"
    assert compiled.site_stamp == ""


@pytest.mark.parametrize("content", [b"format: 1\n", b"format: 1\ndata_dir: a\nfront_end: plain\nlanguage: en\n"])
def test_settings_that_add_nothing_to_a_page_are_not_named_on_one(
    compiled: CompiledQuestionnaire, content: bytes
) -> None:
    assert with_site(compiled, settings_of(content)) is compiled
    assert with_site(compiled, None) is compiled


def test_every_form_gets_the_same_result(compiled: CompiledQuestionnaire) -> None:
    with (REPOSITORY / "examples" / "intake.csv").open(encoding="utf-8", newline="") as file:
        ids = {str(question.id) for question in compiled.questions}
        forms = [{name: cell for name, cell in row.items() if name in ids} for row in csv.DictReader(file)]
    local = with_site(compiled, settings_of())
    results = [
        [json_object(row, each) | {"contacts": None} for row in scored(forms, each, missing=ids - {*forms[0]})]
        for each in (compiled, local)
    ]
    assert len(results[0]) == 200
    assert results[0] == results[1]


def test_what_was_signed_for_an_emergency_stands_before_what_the_site_adds(compiled: CompiledQuestionnaire) -> None:
    signed = of_emergency(compiled)
    local = with_site(compiled, settings_of())
    assert of_emergency(local) == [*signed, "County crisis team"]
    everyone = names(compiled.questionnaire.contacts)
    assert names(local.questionnaire.contacts) == [
        *signed,
        "County crisis team",
        *everyone[len(signed) :],
        "Local beds",
    ]


def test_the_lines_of_the_site_stand_after_those_of_the_questionnaire() -> None:
    signed = ready(SMALL.replace("levels:", "site_lines: [Signed line.]\nlevels:", 1))
    lines = with_site(signed, settings_of()).questionnaire.site_lines
    assert lines == ("Signed line.", "Ring 12 at the front desk.")


def test_a_contact_of_the_site_never_passes_for_one_of_the_questionnaire(compiled: CompiledQuestionnaire) -> None:
    """Both have a contact `lifeline`; a note that names it means the one that was signed."""
    local = with_site(compiled, settings_of()).questionnaire
    naming = [note for note in local.notes if "lifeline" in note.contacts]
    assert naming
    for note in naming:
        assert note_contact_texts(local, note) == note_contact_texts(compiled.questionnaire, note)


def test_an_emergency_step_that_names_no_contact_still_shows_them_all() -> None:
    signed = ready(SMALL.replace("interrupt: true, contacts: [help]", "interrupt: true"))
    assert of_emergency(signed) == []
    assert of_emergency(with_site(signed, settings_of())) == ["Help line", "County crisis team"]


def test_a_site_can_be_added_to_a_questionnaire_without_contacts_or_first_steps() -> None:
    rest = """
sections:
  - {id: s, title: S, questions: [{id: q, ask: So?, role: risk, type: yes_no, worse: yes}]}
rules: [{id: r, when: {q: yes}, level: stay, because: So.}]
"""
    bare = ready("\n".join(line for line in HEADER.splitlines() if not line.startswith("first_steps")) + rest)
    assert names(with_site(bare, settings_of()).questionnaire.contacts) == ["County crisis team", "Local beds"]


def test_the_emergency_page_shows_whom_to_fetch_and_names_the_settings(compiled: CompiledQuestionnaire) -> None:
    local = with_site(compiled, settings_of())
    page = screen_text(emergency_page(show_emergency(begin_session(local, HEAD))))
    assert "County crisis team: call 555-0190 at any hour" in page
    assert "Ring 12 at the front desk." in page
    assert f"\n{local.site_stamp}" in page


def test_the_line_that_says_whom_to_call_never_loses_a_contact_to_the_site(compiled: CompiledQuestionnaire) -> None:
    """At no width: each contact that stood there without the site stands there with it, in its short form at least."""
    local = with_site(compiled, settings_of())
    questionnaire = compiled.questionnaire
    contacts = questionnaire.contacts_of(questionnaire.interrupt())
    for columns in range(40, 260, 7):
        before, after = _whom_to_call(compiled, columns), _whom_to_call(local, columns)
        for contact in contacts:
            forms = {str(contact.short), str(contact.reach)}
            stood, stands = (any(form in line for form in forms) for line in (before, after))
            assert stands or not stood, (columns, after)
    assert "call 911; call or text 988" in _whom_to_call(local, 40)
    assert "county: 555-0190" in _whom_to_call(local, 120)


def _whom_to_call(compiled: CompiledQuestionnaire, columns: int) -> str:
    """The last line of a question."""
    return layout(start_keyboard(begin_session(compiled, HEAD), 0.0), columns, 12).lines[-1].text
