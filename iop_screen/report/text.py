"""The result, the guide and the summary as plain text: pure functions from values to text, no colour, ASCII marks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from iop_screen.engine.explain import Change, Explanation, Reason
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import EMERGENCY, OUT_OF_SCOPE, Result
from iop_screen.questionnaire.model import Contact, FirstStep, Questionnaire
from iop_screen.report.wording import answer_text, item, paragraphs, suggestion_text


def result_page(explanation: Explanation, instrument: Instrument) -> str:
    """Everything the result of one form says. In an emergency the contacts stand above everything."""
    result, whole = explanation.result, instrument.questionnaire
    urgent = result.suggestion == EMERGENCY
    parts = [
        contact_lines(whole, result.first_steps.at_least) if urgent else "",
        heading("Suggestion (not a diagnosis, not a placement)") + paragraphs(suggestion_text(result), "  "),
        _meaning(result),
        _listed("Why", map(_reason, explanation.reasons)) or _no_reason(result),
        _listed("Still open", (item(str(question.ask)) for question in result.open_questions)),
        _listed("Scores", _scores(result)),
        _listed("What would change it", _changes(explanation.changes, whole)),
        _listed("Daily life and what else to know", (item(str(note.say)) for note in result.notes)),
        _listed("Next steps", map(item, _next_steps(result))),
        _listed("Look at these answers again", (item(f"{p.question}: {p.code}") for p in result.problems)),
        contact_lines(whole, None),
        heading("What this rests on") + paragraphs(str(whole.intended_use)),
        paragraphs(str(whole.disclaimer)),
        f"Questionnaire: {whole.title}, {instrument.stamp}",
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def heading(title: str) -> str:
    """A line that says what follows."""
    return f"{title.upper()}\n"


def contact_lines(whole: Questionnaire, step: FirstStep | None) -> str:
    """How to reach help: the contacts that a first step names, or all of them."""
    named = [contact for contact in whole.contacts if step is None or contact.id in step.contacts]
    return _listed("Contacts", (item(_contact(contact)) for contact in named or whole.contacts))


def emergency_page(instrument: Instrument, because: Iterable[str]) -> str:
    """What is shown the moment an answer reaches the interrupt step."""
    whole = instrument.questionnaire
    step = whole.interrupt()
    if step is None:
        return ""
    parts = [
        f"*** {step.title.upper()} ***",
        contact_lines(whole, step),
        "\n".join(map(item, because)),
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


def _meaning(result: Result) -> str:
    steps = [step for step in (result.first_steps.at_least, result.level) if step is not None]
    return "\n\n".join(paragraphs(f"{step.title}: {step.means}", "  ") for step in steps if step.means)


def _reason(reason: Reason) -> str:
    answers = [
        item(f"{given.question.ask} [{answer_text(given.question, given.answer)}]", "  > ")
        for given in reason.because_of
    ]
    source = [item(f"Source: {reason.rule.source}", "  ")] if reason.rule.source else []
    return "\n".join([item(str(reason.rule.because)), *answers, *source])


def _no_reason(result: Result) -> str:
    if result.suggestion == OUT_OF_SCOPE:
        said = "The answers show that this questionnaire is not made for this person."
    elif result.level is not None:
        said = "No answer showed a need for more than this."
    else:
        said = "No answer so far shows a need, and what is still open could."
    return heading("Why") + item(said)


def _scores(result: Result) -> Iterator[str]:
    for total in result.scores:
        said = "not complete" if total.total is None else str(total.total)
        yield item(f"{total.score.title}: {said}")


def _changes(changes: Iterable[Change], whole: Questionnaire) -> Iterator[str]:
    """Changes by what they lead to, the most urgent first; of one question, all the answers that lead there."""
    steps = (None, *whole.first_steps)

    def urgency(change: Change) -> tuple[int, int]:
        result = change.result
        return -steps.index(result.first_steps.at_least), -whole.levels.index(result.levels.at_least)

    by_outcome: dict[str, dict[str, list[str]]] = {}
    for change in sorted(changes, key=urgency):
        question = change.given.question
        answers = by_outcome.setdefault(suggestion_text(change.result), {}).setdefault(str(question.ask), [])
        answers.append(answer_text(question, change.given.answer))
    for outcome, questions in by_outcome.items():
        yield item(f"{outcome}, if:")
        for ask, answers in questions.items():
            yield item(f"{ask} [{'] or ['.join(answers)}]", "  > ")


def _next_steps(result: Result) -> Iterator[str]:
    """First steps first. Without a level, only what has to happen before one."""
    if result.first_steps.at_least is not None:
        yield from result.first_steps.at_least.next_steps
    if result.level is not None:
        yield from result.level.next_steps
    elif result.suggestion != EMERGENCY:
        yield from _when_unsettled(result)


def _when_unsettled(result: Result) -> Iterator[str]:
    if result.suggestion == OUT_OF_SCOPE:
        yield "Ask a licensed clinician which care fits."
        return
    if result.open_questions:
        yield "Ask what is still open, or ask a licensed clinician."
    else:
        yield "Ask a licensed clinician; the answers do not settle it."


def _contact(contact: Contact) -> str:
    return f"{contact.name}: {contact.reach}"
