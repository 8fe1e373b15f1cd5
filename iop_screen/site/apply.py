"""Site settings put into a questionnaire, so that every page that shows its contacts shows those of the site too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.model import Contact, FirstStep, Questionnaire
from iop_screen.questionnaire.scalars import Id
from iop_screen.site.settings import SiteContact, SiteSettings

SITE_PREFIX = "site:"
"""Stands before the id of each contact of a site. No id of a questionnaire has a colon, so none is the same."""


def with_site(compiled: CompiledQuestionnaire, settings: SiteSettings | None) -> CompiledQuestionnaire:
    """The questionnaire with the on-call lines and the contacts of a site added; its version and hash stay.

    What was signed comes first, so that a line with little room never drops it for what the site added: on the
    emergency page and in the line that says whom to call, all contacts that the questionnaire names for an emergency
    stand before those of the site. Nothing that decides a result is touched.
    """
    if settings is None or not (settings.on_call or settings.contacts):
        return compiled
    questionnaire = compiled.questionnaire
    urgent = _contacts(listed for listed in settings.contacts if listed.emergency)
    others = _contacts(listed for listed in settings.contacts if not listed.emergency)
    changed = replace(
        questionnaire,
        contacts=(*_with_urgent(questionnaire, urgent), *others),
        site_lines=(*questionnaire.site_lines, *settings.on_call),
        first_steps=tuple(_with_contacts(step, questionnaire, urgent) for step in questionnaire.first_steps),
    )
    return replace(compiled, questionnaire=changed, site_hash12=settings.hash12)


def _contacts(listed: Iterable[SiteContact]) -> tuple[Contact, ...]:
    return tuple(replace(each.contact, id=Id(f"{SITE_PREFIX}{each.contact.id}")) for each in listed)


def _with_urgent(questionnaire: Questionnaire, urgent: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """The contacts of the questionnaire, and the urgent ones of the site after the last that is for an emergency."""
    own = questionnaire.contacts
    for_emergency = questionnaire.contacts_of(questionnaire.interrupt()) or own
    place = own.index(for_emergency[-1]) + 1 if for_emergency else 0
    return (*own[:place], *urgent, *own[place:])


def _with_contacts(step: FirstStep, questionnaire: Questionnaire, urgent: tuple[Contact, ...]) -> FirstStep:
    """The interrupt step with the urgent contacts of the site added; if it names none, all are shown, and still are."""
    if not (step.interrupt and urgent):
        return step
    own = step.contacts or tuple(contact.id for contact in questionnaire.contacts)
    return replace(step, contacts=(*own, *(contact.id for contact in urgent)))
