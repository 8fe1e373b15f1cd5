"""What an interview says, page by page and reply by reply: pure functions from a session to text."""

from __future__ import annotations

from collections.abc import Iterator

from iop_screen.engine.answers import Gap
from iop_screen.engine.suggest import assess_one
from iop_screen.interview.session import (
    Asking,
    Emergency,
    Explain,
    Nothing,
    NothingBefore,
    NothingOpen,
    NotKnown,
    NotTaken,
    Recorded,
    Reply,
    Reviewing,
    Session,
    keys,
)
from iop_screen.questionnaire.model import (
    ChoiceQuestion,
    MultipleQuestion,
    NumberQuestion,
    Question,
    Questionnaire,
    Section,
    TextQuestion,
    YesNoQuestion,
)
from iop_screen.report.text import emergency_page
from iop_screen.report.wording import answer_text, paragraphs, suggestion_text

_AFTER_EMERGENCY = "When help is on its way: g go on with the questions, r review the answers, f finish now, q quit."
KEYS = (
    "Answer, or type: u don't know, d declined, b back, ? why and how to ask, "
    "r review, f finish now with what is known, q quit."
)


def opening(session: Session) -> str:
    """The first lines of an interview."""
    whole = session.instrument.questionnaire
    parts = [f"{whole.title}. Line mode: type an answer and press Enter.", whole.disclaimer, *_in_danger(whole), KEYS]
    return "\n".join(paragraphs(str(part)) for part in parts) + "\n"


def _in_danger(whole: Questionnaire) -> Iterator[str]:
    """Whom to call if somebody is in danger already, for no question may stand before that."""
    step = whole.interrupt()
    named = [contact for contact in whole.contacts if step is not None and contact.id in step.contacts]
    if named:
        yield f"If someone is in danger now: {'; '.join(f'{contact.name}, {contact.reach}' for contact in named)}."


def left(session: Session) -> str:
    """What is said when an interview ends without a suggestion. After an answer of danger, whom to call."""
    whole = session.instrument.questionnaire
    said = "The interview is not finished; there is no suggestion.\n"
    if session.danger():
        return "\n" + said + "\n".join(paragraphs(line) for line in _in_danger(whole)) + "\n"
    return said


def page(session: Session, section_named: str) -> str:
    """The page a session is on. A question names its section only where that is not the one named last."""
    match session.page:
        case Asking(place):
            return _question(session, place, section_named)
        case Reviewing():
            return _review(session)
        case Emergency(rules):
            shown = emergency_page(session.instrument, (str(rule.because) for rule in rules))
            return f"\n{shown}\n{paragraphs(_AFTER_EMERGENCY)}\n"
    return ""


def prompt(session: Session) -> str:
    """What stands before the place where one types."""
    match session.page:
        case Asking(place):
            return f"Answer ({_expected(session.instrument.questions[place])}): "
        case Reviewing():
            return "Number to change, or g, f, b, q: "
    return "g, r, f or q: "


def reply_text(session: Session, reply: Reply) -> str:
    """What is said back to the line just typed."""
    questions = session.instrument.questions
    match reply:
        case Recorded(place):
            return f"Recorded: {answer_text(questions[place], session.form.answers[place])}."
        case NotTaken(place):
            return f"That is no answer here. Type {_expected(questions[place])}; u if not known, ? for help, b back."
        case Explain(place):
            return _why(questions[place])
        case NotKnown():
            return f"That means nothing here. {prompt(session).removesuffix(': ')}."
        case Nothing():
            return "Enter alone does not answer."
        case NothingBefore():
            return "This is the first question."
        case NothingOpen():
            said = suggestion_text(assess_one(session.instrument, session.counted))
            return paragraphs(
                f"No question that is left can change the suggestion: {said}. "
                "Type f to finish now, or go on with what is left."
            )


def section_of(session: Session) -> str:
    """The id of the section the page is in; empty on a page that is no question."""
    if not isinstance(session.page, Asking):
        return ""
    return _section(session, session.instrument.questions[session.page.place]).id


def _section(session: Session, question: Question) -> Section:
    sections = session.instrument.questionnaire.sections
    return next(section for section in sections if question in section.questions)


def _question(session: Session, place: int, section_named: str) -> str:
    question = session.instrument.questions[place]
    asked = session.asked_places()
    section = _section(session, question)
    named = "" if section.id == section_named else f"Section {section.title}. "
    lines = [paragraphs(f"{named}Question {asked.index(place) + 1} of {len(asked)}. {question.ask}")]
    lines += [paragraphs(f"{key}. {option.label}") for key, option in keys(question)]
    earlier = session.form.answers[place]
    if earlier is not Gap.MISSING:
        lines.append(paragraphs(f"Answer so far: {answer_text(question, earlier)}. Type g to keep it."))
    return "\n" + "\n".join(lines) + "\n"


def _expected(question: Question) -> str:
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


def _why(question: Question) -> str:
    texts = [("How to ask: ", question.help), ("Why we ask: ", question.why), ("Source: ", question.source)]
    said = [paragraphs(f"{start}{text}") for start, text in texts if text]
    return "\n".join(said) or "The questionnaire says no more about this question."


def _review(session: Session) -> str:
    questions, answers = session.instrument.questions, session.form.answers
    lines = ["Review. Check the answers before the suggestion."]
    for number, place in enumerate(session.asked_places(), start=1):
        if answers[place] is Gap.MISSING:
            continue
        lines.append(paragraphs(f"{number}. {questions[place].ask} {answer_text(questions[place], answers[place])}."))
    aside = [str(questions[place].ask) for place in session.set_aside_places()]
    if aside:
        lines.append(paragraphs(f"Kept but not used, because the question no longer applies: {' '.join(aside)}"))
    left = len(session.unanswered_places())
    if left:
        lines.append(f"{left} not asked yet: type g to go on.")
    ending = "Type a number to change that answer, b for the last one answered, f for the suggestion."
    lines.append(paragraphs(ending))
    return "\n" + "\n".join(lines) + "\n"
