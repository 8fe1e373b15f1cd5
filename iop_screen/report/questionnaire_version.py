"""Which questionnaire a record goes by, in words, where that is another one than today's."""

from __future__ import annotations

from collections.abc import Iterable

from iop_screen.records.model import QuestionnaireRef


def goes_by_text(own: QuestionnaireRef, todays: QuestionnaireRef | None) -> str:
    """That a record goes by its own questionnaire; empty if that is today's, or if today's is not known."""
    if todays is None or todays == own:
        return ""
    return (
        f"This record goes by {_told_from(own, todays)}. Today's is {_named_after(todays, own)}. It is not scored anew."
    )


def taken_over_text(before: QuestionnaireRef, now: QuestionnaireRef) -> str:
    """That a record does not go by the questionnaire any more that it was made with."""
    made, goes = _told_from(before, now), _named_after(now, before)
    return f"This record was made with {made}. It goes by {goes} now, and is scored anew."


def copy_lost_text(own: QuestionnaireRef, why: str) -> str:
    """Why a record cannot go on with its own questionnaire."""
    return f"Its own questionnaire, {own.id} {own.version}, cannot be read: {why}."


def questionnaire_names(refs: Iterable[QuestionnaireRef]) -> dict[QuestionnaireRef, str]:
    """Each by its id and version, and by its hash where these are not enough to tell it from the others."""
    distinct = {*refs}
    return {ref: _told_from(ref, *(distinct - {ref})) for ref in distinct}


def _told_from(ref: QuestionnaireRef, *others: QuestionnaireRef) -> str:
    alike = any((ref.id, ref.version) == (other.id, other.version) for other in others)
    return f"{ref.id} {ref.version} #{ref.hash12}" if alike else f"{ref.id} {ref.version}"


def _named_after(ref: QuestionnaireRef, before: QuestionnaireRef) -> str:
    """The same, without the id if it was named just before."""
    return _told_from(ref, before).removeprefix(f"{ref.id} " if ref.id == before.id else "")
