"""The result, the guide and the summary as plain text: pure functions from values to text, no colour, ASCII marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.engine.explain import Explanation, Reason
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import danger_places
from iop_screen.engine.suggest import EMERGENCY, OUT_OF_SCOPE, Result
from iop_screen.questionnaire.model import FirstStep, Question, Questionnaire
from iop_screen.report.changing import change_lines, idle_texts, open_text
from iop_screen.report.wording import answer_text, danger_is_open, item, paragraphs, suggestion_text


def result_page(explanation: Explanation, instrument: Instrument) -> str:
    """Everything the result of one form says. Where there is danger, or may be, the contacts stand above everything."""
    result, whole = explanation.result, instrument.questionnaire
    emergency = result.suggestion == EMERGENCY
    danger = emergency or danger_is_open(result)
    parts = [
        contact_lines(whole, whole.interrupt()) if danger else "",
        site_lines(whole) if danger else "",
        heading("Suggestion (not a diagnosis, not a placement)") + paragraphs(suggestion_text(result), "  "),
        "\n\n".join(paragraphs(meaning, "  ") for meaning in meanings(result)),
        _listed("Why", map(_reason, explanation.reasons)) or _listed("Why", [item(no_reason(result))]),
        _listed("Still open", _still_open(explanation, instrument)),
        _listed("Scores", map(item, score_texts(result))),
        _listed("Next steps", map(item, next_steps(result))),
        _listed("Daily life and what else to know", (item(str(note.say)) for note in result.notes)),
        contact_lines(whole, None),
        "" if emergency else _listed("What would change it", change_lines(explanation, whole)),
        "" if emergency else _listed("What would not change it", map(item, idle_texts(explanation.idle))),
        _listed("Look at these answers again", (item(f"{p.question}: {p.code}") for p in result.problems)),
        heading("What this rests on") + paragraphs(str(whole.intended_use)),
        paragraphs(str(whole.disclaimer)),
        f"Questionnaire: {whole.title}, {instrument.stamp}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _still_open(explanation: Explanation, instrument: Instrument) -> Iterator[str]:
    for question in danger_first(explanation.result, instrument):
        yield item(str(question.ask))
        if explanation.result.suggestion != EMERGENCY:
            yield item(open_text(question, explanation.changes), "  > ")


def danger_first(result: Result, instrument: Instrument) -> Iterable[Question]:
    """The open questions, those that could reach the interrupt step before the others."""
    danger = {instrument.questions[place].id for place in danger_places(instrument)}
    return sorted(result.open_questions, key=lambda question: question.id not in danger)


def heading(title: str) -> str:
    """A line that says what follows."""
    return f"{title.upper()}\n"


def contact_lines(whole: Questionnaire, step: FirstStep | None) -> str:
    """How to reach help: the contacts that a first step names, or all of them."""
    return _listed("Contacts", map(item, contact_texts(whole, step)))


def contact_texts(whole: Questionnaire, step: FirstStep | None) -> tuple[str, ...]:
    """Each contact that a first step names, or each of all, in one line."""
    return tuple(f"{contact.name}: {contact.reach}" for contact in whole.contacts_of(step) or whole.contacts)


def site_lines(whole: Questionnaire) -> str:
    """What the site adds for its own staff: whom to fetch, where to call back, what its plan says."""
    return _listed("At this site", map(item, map(str, whole.site_lines)))


def emergency_page(instrument: Instrument, because: Iterable[str]) -> str:
    """What is shown the moment an answer reaches the interrupt step."""
    whole = instrument.questionnaire
    step = whole.interrupt()
    if step is None:
        return ""
    parts = [
        f"*** {step.title.upper()} ***",
        contact_lines(whole, step),
        site_lines(whole),
        _listed("Why", map(item, because)),
        paragraphs(str(step.means)) if step.means else "",
        _listed("Do this now", map(item, step.next_steps)),
        paragraphs(str(whole.disclaimer)),
        f"Questionnaire: {instrument.stamp}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def guide_page(instrument: Instrument) -> str:
    """What the levels of care are, and what else the questionnaire's author has to say about them."""
    whole = instrument.questionnaire
    parts = [whole.title, heading("Who this is for") + paragraphs(str(whole.intended_use))]
    for level in whole.levels:
        body = [paragraphs(str(level.means)) if level.means else ""]
        body.append(_listed("What to expect", map(item, level.expect)))
        body.append(_listed("Next steps", map(item, level.next_steps)))
        parts.append(heading(level.title) + "\n\n".join(filter(None, body)))
    parts += [heading(page.title) + paragraphs(str(page.body)) for page in whole.guide]
    parts += [contact_lines(whole, None), paragraphs(str(whole.disclaimer)), f"Questionnaire: {instrument.stamp}"]
    return "\n\n".join(parts) + "\n"


def _listed(title: str, items: Iterable[str]) -> str:
    lines = [*items]
    return heading(title) + "\n".join(lines) if lines else ""


def meanings(result: Result) -> Iterator[str]:
    """What the first step reached for certain and the level mean for the person."""
    steps = [step for step in (result.first_steps.at_least, result.level) if step is not None]
    return (f"{step.title}: {step.means}" for step in steps if step.means)


def _reason(reason: Reason) -> str:
    answers = [
        item(f"{given.question.ask} [{answer_text(given.question, given.answer)}]", "  > ")
        for given in reason.because_of
    ]
    return "\n".join([item(str(reason.rule.because)), *answers])


def no_reason(result: Result) -> str:
    """What stands in place of reasons where no rule holds."""
    if result.suggestion == OUT_OF_SCOPE:
        said = "The answers show that this questionnaire is not made for this person."
    elif result.level is not None:
        said = "No answer showed a need for more than this."
    else:
        said = "No answer so far shows a need, and what is still open could."
    return said


def score_texts(result: Result) -> Iterator[str]:
    """Each score with its total."""
    for total in result.scores:
        said = "not complete" if total.total is None else str(total.total)
        yield f"{total.score.title}: {said}"


def next_steps(result: Result) -> Iterator[str]:
    """First steps first. Without a level, only what has to happen before one."""
    if result.first_steps.at_least is not None:
        yield from result.first_steps.at_least.next_steps
    if result.level is not None:
        yield from result.level.next_steps
    elif result.suggestion != EMERGENCY:
        yield from _when_unsettled(result)


def _when_unsettled(result: Result) -> Iterator[str]:
    if danger_is_open(result):
        yield "Ask the open questions about danger first. If they stay open, hand this to a licensed clinician today."
        yield "At any sign of danger, call one of the contacts above right away."
    elif result.suggestion == OUT_OF_SCOPE:
        yield "Ask a licensed clinician who works with people like this person which care fits."
    elif result.open_questions:
        yield "Ask what is still open, or hand this to a licensed clinician."
    else:
        yield "Hand this to a licensed clinician; the answers do not settle it."
