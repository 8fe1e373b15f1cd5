"""Danger in words: since when it waits for action, and the emergency page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.interview.pages import EmergencyPage
from iop_screen.interview.state import Session
from iop_screen.questionnaire.answers import NOT_ASKED
from iop_screen.questionnaire.model import Rule
from iop_screen.report.blocks import Heading, Items, Lines
from iop_screen.report.call_safety import CAUTION, unsafe_to_call
from iop_screen.report.danger_state import danger_findings, signs, without_answer
from iop_screen.report.result_text import EmergencyPageParts, emergency_blocks, first_words
from iop_screen.report.wording import contact_texts, plural, short_ask


def time_of_day(moment: datetime) -> str:
    """A moment as the local time of day."""
    return f"{moment.astimezone():%H:%M:%S}"


def waiting_danger(session: Session) -> Iterator[str]:
    """One sentence if there was danger and nobody has marked yet that they acted on it; else nothing."""
    since = session.record.danger_since
    if since is not None:
        day = "" if since.astimezone().date() == session.at.astimezone().date() else f"{since.astimezone():%Y-%m-%d} "
        yield f"DANGER since {day}{time_of_day(since)}, not marked as acted on"


def emergency_page(session: Session) -> EmergencyPageParts:
    """The emergency page: its title, where the person is, and whom to call in few words, before everything else.

    Where the person is and the number to call back are asked for, unless the header of the call has them. Where no
    answer led to the page, nobody knows which danger it is, so the notes for each danger are shown. A questionnaire
    without an interrupt step still has contacts, and there is always the emergency number.
    """
    questionnaire, rules = session.compiled.questionnaire, _rules(session)
    because = (str(rule.because) for rule in rules)
    notes = session.result().notes if rules else questionnaire.notes
    contacts = contact_texts(questionnaire, None)
    words = first_words(session.call.where, session.call.call_back, " ".join(call_caution(session)))
    return emergency_blocks(session.compiled, because, notes, words) or (
        Heading(1, "*** DANGER ***"),
        words,
        Lines(("Call your local emergency number now if someone is in danger.",)),
        *([Items(contacts)] if contacts else []),
    )


def call_caution(session: Session) -> Iterator[str]:
    """That a call back may put the person at risk; nothing if it may not."""
    if unsafe_to_call(session.call, session.compiled, session.answers):
        yield CAUTION


def _rules(session: Session) -> tuple[Rule, ...]:
    return session.page.rules if isinstance(session.page, EmergencyPage) else ()


def danger_signs_texts(session: Session) -> Iterator[str]:
    """The signs of danger in the answers, by the ids of their questions as in a list of records; nothing if none.

    How many questions about danger have no usable answer goes with them.
    """
    findings = danger_findings(session.record, session.compiled)
    found, left = signs(findings), len(without_answer(findings))
    if found:
        yield f"Signs of danger in the answers: {', '.join(str(each.question.id) for each in found)}."
    if found and left:
        yield f"{plural(left, 'question')} about danger {'is' if left == 1 else 'are'} open."


def danger_questions_left(session: Session) -> dict[int, str]:
    """The questions about danger that were not asked yet, in a few words, by the number they are shown with."""
    asked, answers, questions = session.asked_indexes(), session.answers.values, session.compiled.questions
    left = [index for index in danger_indexes(session.compiled) if answers[index] in NOT_ASKED]
    return {asked.index(index) + 1: short_ask(questions[index]) for index in left if index in asked}
