"""What an interview says, page by page: pure functions from a session to text.

Both front ends take their words from here, from `replies` and from `ends`. `page` and `prompt` are what the line mode
says; the pieces that a full screen lays out in another way have functions of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from iop_screen.engine.answers import Gap
from iop_screen.engine.suggest import OUT_OF_SCOPE, UNDETERMINED
from iop_screen.interview.deciding import Step, first_steps, needs_note, next_step, selectable
from iop_screen.interview.pages import (
    Asking,
    Confirming,
    Deciding,
    Emergency,
    Filing,
    GoingTo,
    Noting,
    Result,
    Reviewing,
    SoFar,
)
from iop_screen.interview.state import Session, can_be_cleared
from iop_screen.interview.typed import keys
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    MultipleQuestion,
    NumberQuestion,
    Question,
    Section,
    TextQuestion,
    YesNoQuestion,
)
from iop_screen.records.model import Because
from iop_screen.report.blocks import Fields, Paragraph
from iop_screen.report.history import BECAUSE, decision, first_step_text, selected_text
from iop_screen.report.text import apart, emergency_passages, items, result_passages
from iop_screen.report.wording import Passage, answer_text, as_lines, paragraphs, suggestion_text
from iop_screen.showing import show

COMMANDS = (
    ("u", "don't know"),
    ("d", "declined"),
    ("s", "skip"),
    ("b", "back"),
    ("j", "go to"),
    ("r", "review"),
    ("c", "note"),
    ("?", "why"),
    ("p", "result so far"),
    ("!", "danger"),
    ("q", "save and quit"),
)
"""The keys that work on every question, in both front ends."""


ALL_ANSWERS = "l"
"""What is typed on the review, line by line, to hear the whole list."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the review: its number, the question, the answer in words, and whether there is a note."""

    number: int
    ask: str
    answer: str
    noted: bool


def page(session: Session, section_named: str) -> str:
    """The page a session is on. A question names its section only where that is not the one named last."""
    match session.page:
        case Asking(place):
            return _waiting(session) + _question(session, place, section_named)
        case Emergency():
            return f"\n{as_lines(emergency_page(session))}\n\n"
        case SoFar():
            return f"\n{result_text(session)}"
        case Result():
            return result_text(session)
    return _waiting(session) + "\n" + "".join(f"{paragraphs(line)}\n" for line in _page_lines(session))


def _waiting(session: Session) -> str:
    """The danger that waits, above a page."""
    return "".join(f"\n{paragraphs(f'{said}. Type ! for whom to call.')}\n" for said in waiting_danger(session))


def _page_lines(session: Session) -> Iterator[str]:
    """The page as paragraphs, where it is a short one."""
    match session.page:
        case Noting(place):
            yield from noting_lines(session, place)
        case Filing():
            yield from filing_lines(session)
        case Reviewing():
            yield "Review. Check the answers before the suggestion."
            yield from review_lines(session)
        case GoingTo():
            yield "Go to a question."
            yield from review_lines(session)
        case Confirming(places):
            yield from confirming_lines(session, places)
        case Deciding():
            yield from deciding_lines(session, session.page)


def keys_text(session: Session) -> str:
    """What can be typed on a page that is no question; empty on one that is, for the opening has said it."""
    if isinstance(session.page, Asking | Noting | Filing | Deciding):
        return ""
    return paragraphs(f"Type: {listed(page_keys(session))}.") + "\n"


def prompt(session: Session) -> str:
    """What stands before the place where one types."""
    match session.page:
        case Asking(place):
            return f"Answer ({expected(session.instrument.questions[place])}): "
        case Noting():
            return "Note: "
        case Filing():
            return "Reference: "
        case Deciding():
            return f"{deciding_prompt(session, session.page)}: "
    return "Your choice: "


def page_keys(session: Session) -> tuple[tuple[str, str], ...]:
    """The keys of a page with what they do; of a question, those that are no answer."""
    danger, leave = ("!", "danger"), ("q", "save and quit")
    match session.page:
        case Asking(place):
            answered = session.form.answers[place] is not Gap.MISSING
            return tuple((key, "keep" if key == "s" and answered else does) for key, does in COMMANDS)
        case Reviewing():
            more = (("g", "ask what is left"),) if session.unanswered_places() else ()
            number = ("number", "change that answer")
            return (number, *more, ("f", "finish"), ("b", "back"), ("t", "file reference"), danger, leave)
        case GoingTo():
            return (("number", "go there"), ("b", "back"), danger, leave)
        case Confirming():
            return (("g", "ask them"), ("f", "finish all the same"), ("r", "review"), danger, leave)
        case Emergency():
            clear = (("x", "nobody is in danger"),) if can_be_cleared(session) else ()
            return (("m", "I have acted"), *clear, ("g", "back to the interview"), ("r", "review"), leave)
        case SoFar():
            return (("g", "back to the interview"), danger, leave)
        case Result():
            return (
                ("k", "record what was chosen"),
                ("b", "back to the answers"),
                ("t", "file reference"),
                ("n", "next caller"),
                danger,
                ("q", "close"),
            )
    return ()


def clock(moment: datetime) -> str:
    """A moment as the time of day where the coordinator is."""
    return f"{moment.astimezone():%H:%M:%S}"


def section_of(session: Session) -> str:
    """The id of the section the page is in; empty on a page that is no question."""
    if not isinstance(session.page, Asking):
        return ""
    return str(section(session, session.instrument.questions[session.page.place]).id)


def section(session: Session, question: Question) -> Section:
    """The section of a question."""
    sections = session.instrument.questionnaire.sections
    return next(section for section in sections if question in section.questions)


def progress(session: Session, place: int) -> str:
    """Which question of how many this is."""
    asked = session.asked_places()
    return f"Question {asked.index(place) + 1} of {len(asked)}" if place in asked else "Question"


def _question(session: Session, place: int, section_named: str) -> str:
    question = session.instrument.questions[place]
    here = section(session, question)
    named = "" if here.id == section_named else f"Section {here.title}. "
    lines = [f"{named}{progress(session, place)}. {question.ask}"]
    lines += [f"{key}. {option.label}" for key, option in keys(question)]
    lines += earlier_lines(session, place)
    return "\n" + "\n".join(map(paragraphs, lines)) + "\n"


def earlier_lines(session: Session, place: int) -> Iterator[str]:
    """The answer and the note that a question has already."""
    question, earlier, note = session.instrument.questions[place], session.form.answers[place], session.notes[place]
    if earlier is not Gap.MISSING:
        yield f"Answer so far: {answer_text(question, earlier)}. Type s to keep it."
    if note:
        yield f"Note: {show(note)}"


def expected(question: Question) -> str:
    """What can be typed as an answer."""
    match question:
        case YesNoQuestion():
            return "y or n"
        case NumberQuestion(min=lowest, max=highest):
            return f"a number from {lowest} to {highest}"
        case TextQuestion():
            return "a few words"
        case ChoiceQuestion():
            return f"1 to {len(question.options)}"
        case MultipleQuestion():
            numbers = [key for key, _ in keys(question)]
            none = ", 0 for none of these" if "0" in numbers else ""
            return f"one or more of 1 to {len(numbers) - bool(none)}, with commas{none}"


def why_lines(question: Question) -> list[str]:
    """Why a question is asked, and how to ask it."""
    texts = [("How to ask: ", question.help), ("Why we ask: ", question.why), ("Source: ", question.source)]
    return [f"{start}{text}" for start, text in texts if text] or [
        "The questionnaire says no more about this question."
    ]


def noting_lines(session: Session, place: int) -> Iterator[str]:
    """What stands above a note that is being written."""
    yield f"A note on: {session.instrument.questions[place].ask}"
    if session.notes[place]:
        yield f"Note so far: {show(session.notes[place])}"
        yield "What you type is added to it. Enter alone changes nothing; - alone takes the note away."
    else:
        yield "Type the note and press Enter. Enter alone changes nothing. No rule reads it."


def filing_lines(session: Session) -> Iterator[str]:
    """What stands above a file reference that is being written."""
    if session.record.reference:
        yield f"Reference so far: {show(session.record.reference)}"
    yield "Type your own file reference, not a name. Enter alone changes nothing; - alone takes it away."


def confirming_lines(session: Session, places: tuple[int, ...]) -> Iterator[str]:
    """The open questions about danger, named before the result is shown without them."""
    yield "Questions about danger are still open. Without them an emergency is not ruled out:"
    for place in places:
        yield f"- {session.instrument.questions[place].ask} [{_said(session, place)}]"


def _said(session: Session, place: int) -> str:
    """The answer to a question in words."""
    return answer_text(session.instrument.questions[place], session.form.answers[place])


def list_rows(session: Session) -> list[ListRow]:
    """The questions asked as things stand, numbered from 1."""
    questions, notes = session.instrument.questions, session.notes
    return [
        ListRow(number, str(questions[place].ask), _said(session, place), bool(notes[place]))
        for number, place in enumerate(session.asked_places(), start=1)
    ]


def review_lines(session: Session) -> Iterator[str]:
    """The review, one sentence a question, and then what is left and what does not count."""
    for row in list_rows(session):
        yield f"{row.number}. {row.ask} {row.answer}.{' (note)' if row.noted else ''}"
    yield from review_endings(session)


def review_again(session: Session) -> str:
    """The review once a change was made: what is not answered and what is not used, without the list."""
    said = ("Review.", *review_endings(session), f"Type {ALL_ANSWERS} for all answers.")
    return f"{_waiting(session)}\n{paragraphs(' '.join(said))}\n"


def review_endings(session: Session) -> Iterator[str]:
    """What is not answered, and what is kept but not used."""
    counted, questions = session.counted, session.instrument.questions
    answers = [counted.answers[place] for place in session.asked_places()]
    counts = [(answers.count(Gap.MISSING), "not answered yet"), (answers.count(Gap.UNKNOWN), "not known")]
    counts.append((answers.count(Gap.DECLINED), "declined"))
    said = [f"{count} {word}" for count, word in counts if count]
    if said:
        yield f"{', '.join(said)}."
    aside = [str(questions[place].ask) for place in session.set_aside_places()]
    if aside:
        yield f"Kept but not used, because the question no longer applies: {' '.join(aside)}"


def emergency_page(session: Session) -> tuple[Passage, ...]:
    """The emergency page: whom to call before everything else, and whether somebody has acted."""
    rules = session.page.rules if isinstance(session.page, Emergency) else ()
    shown = tuple(emergency_passages(session.instrument, (str(rule.because) for rule in rules)))
    return shown or tuple(map(Passage, _no_emergency_step(session)))


def _no_emergency_step(session: Session) -> Iterator[str]:
    """A questionnaire without an interrupt step still has contacts, and there is always the emergency number."""
    yield "*** DANGER ***"
    yield "Call your local emergency number now if someone is in danger."
    for contact in session.instrument.questionnaire.contacts:
        yield f"- {contact.name}: {contact.reach}"


def waiting_danger(session: Session) -> Iterator[str]:
    """That there was danger before, and that nobody has marked yet that they acted; else nothing."""
    since = session.record.danger_since
    if since is not None:
        day = "" if since.astimezone().date() == session.at.astimezone().date() else f"{since.astimezone():%Y-%m-%d} "
        yield f"DANGER since {day}{clock(since)}, not marked as acted on"


def result_text(session: Session) -> str:
    """The result page as text."""
    return as_lines(result_page(session)) + "\n"


def result_page(session: Session) -> Iterator[Passage]:
    """The result page: as things stand, or at the end with what was chosen."""
    so_far = [Passage("RESULT SO FAR: THE INTERVIEW IS NOT FINISHED")] if isinstance(session.page, SoFar) else []
    waiting = tuple(map(Passage, waiting_danger(session)))
    return apart(so_far, result_passages(session.explanation(), session.instrument, waiting, _decision(session)))


def result_again(session: Session) -> str:
    """What is shown of a result that has been read already: what was chosen."""
    chosen = _decision(session)
    return f"\n{as_lines(chosen)}\n\n" if chosen else "\n"


def _decision(session: Session) -> tuple[Passage, ...]:
    """What was chosen, if that has been recorded; or that it does not stand any more."""
    said = []
    for block in decision(session.record, session.instrument):
        if isinstance(block, Fields):
            said += [f"{name}: {texts[0]}" for name, texts in block.pairs]
        if isinstance(block, Paragraph) and block.tone:
            said.append(block.text)
    return items("What was chosen", said)


def deciding_lines(session: Session, page: Deciding) -> Iterator[str]:
    """What stands above the next thing to say about a decision."""
    instrument = session.instrument
    match next_step(session, page):
        case Step.SELECTED:
            yield f"What was chosen? The suggestion was: {suggestion_text(session.result())}."
            yield from numbered(selected_text(selected, instrument) for selected in selectable(instrument))
        case Step.FIRST_STEP:
            yield "What comes first, as it was decided?"
            yield from numbered(first_step_text(step, instrument) for step in first_steps(instrument))
        case Step.BECAUSE:
            settled = session.result().suggestion not in {UNDETERMINED, OUT_OF_SCOPE}
            yield "That is not the suggestion. Why?" if settled else "No level was suggested. Why this choice?"
            yield from numbered(BECAUSE[because] for because in Because)
        case Step.CLINICIAN:
            yield "That may be less than is needed. A licensed clinician has to stand for it: type their name."
        case Step.RISK:
            yield "What may go wrong with this choice, and who watches for it? Type it in a few words."
        case Step.BY:
            yield "Who records this? Type initials or a name."
        case Step.NOTE if needs_note(page):
            yield "Say in a few words what was chosen, or why."
        case Step.NOTE:
            yield "A note on the decision, if you like. Enter alone leaves it out."


def numbered(texts: Iterable[str]) -> Iterator[str]:
    """Texts with the numbers that one picks them by."""
    return (f"{number}. {text}" for number, text in enumerate(texts, start=1))


def deciding_prompt(session: Session, page: Deciding) -> str:
    """What can be typed next about a decision."""
    return {
        Step.SELECTED: f"1 to {len(selectable(session.instrument))}, b back",
        Step.FIRST_STEP: f"1 to {len(first_steps(session.instrument))}, b back",
        Step.BECAUSE: f"1 to {len(Because)}, b back",
        Step.CLINICIAN: "Clinician",
        Step.RISK: "Risk",
        Step.BY: "Recorded by",
        Step.NOTE: "Note",
    }[next_step(session, page)]


def listed(pairs: tuple[tuple[str, str], ...]) -> str:
    """Keys with what they do, in one line."""
    return ", ".join(f"{key} {does}" for key, does in pairs)
