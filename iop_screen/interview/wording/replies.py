"""What is said back to what was just typed."""

from __future__ import annotations

from iop_screen.core.safe_text import sanitize
from iop_screen.interview.answer_input import MAX_WORDS
from iop_screen.interview.pages import (
    ActedOn,
    DangerWaits,
    DecisionPage,
    DecisionTaken,
    Explain,
    NobodyInDanger,
    NotDecided,
    NoteTaken,
    Nothing,
    NothingBefore,
    NothingLeft,
    NothingOpen,
    NotKnown,
    NotMadeFor,
    NotTaken,
    NoWords,
    Recorded,
    ReferenceTaken,
    Reply,
    TakenUp,
    TooLong,
)
from iop_screen.interview.state import Session
from iop_screen.interview.wording.danger_page import clock
from iop_screen.interview.wording.decision_page import deciding_prompt
from iop_screen.interview.wording.page_text import listed, page_keys
from iop_screen.interview.wording.question_page import progress, why_lines
from iop_screen.report.wording import answer_text, paragraphs, plural, suggestion_text


def reply_text(session: Session, reply: Reply) -> str:  # noqa: C901 - one case a reply
    """What is said back to what was just typed."""
    questions = session.compiled.questions
    match reply:
        case Recorded(index):
            number = progress(session, index).partition(" of ")[0]
            return paragraphs(f"{number}, recorded: {answer_text(questions[index], session.answers.values[index])}.")
        case NotTaken(index):
            wanted = questions[index].input_hint
            return paragraphs(f"That is no answer here. Type {wanted}; u if not known, ? for help, b back.")
        case NoteTaken(index):
            return "Note kept." if session.notes[index] else "Note taken away."
        case Explain(index):
            return "\n".join(map(paragraphs, why_lines(questions[index])))
        case ReferenceTaken():
            kept = session.record.reference
            return paragraphs(f"Reference kept: {sanitize(kept)}") if kept else "Reference taken away."
        case NotKnown():
            return paragraphs(f"That means nothing here. Type: {_said_keys(session)}.")
        case NothingOpen():
            return paragraphs(
                f"No question that is left can change the suggestion: {suggestion_text(session.result())}. "
                "Type f to finish now, or go on with what is left."
            )
        case TakenUp(kept, left_out):
            lost = f" Not used, for the questionnaire has no place for it: {'; '.join(left_out)}." if left_out else ""
            return paragraphs(sanitize(f"Going on with {session.head.ref}; {plural(kept, 'answer')} kept.{lost}"))
        case ActedOn():
            return f"Written down: acted at {clock(session.record.alarms[-1].at)}."
        case (
            TooLong()
            | Nothing()
            | NotMadeFor()
            | DangerWaits()
            | NothingBefore()
            | NothingLeft()
            | DecisionTaken()
            | NoWords()
            | NotDecided()
            | NobodyInDanger()
        ):
            return paragraphs(_PLAIN_REPLIES[type(reply)])


_PLAIN_REPLIES: dict[type[Reply], str] = {
    TooLong: f"That is too long: at most {MAX_WORDS:,} characters are kept. Nothing was recorded.",
    Nothing: "Enter alone does not answer.",
    NotMadeFor: "These questions are not made for this person, so no level will be suggested. Ask the questions about "
    "danger. Then hand the call to a licensed clinician.",
    DangerWaits: "Nobody has marked that they acted on the danger. If you have, press m and then go on. "
    "q closes all the same.",
    NothingBefore: "This is the first question.",
    NothingLeft: "There is no question left to ask.",
    DecisionTaken: "What was chosen has been recorded.",
    NoWords: "Type at least two letters, or b to go back.",
    NotDecided: "No decision was recorded.",
    NobodyInDanger: "Written down: nobody is in danger.",
}


def _said_keys(session: Session) -> str:
    """What can be typed here."""
    if isinstance(session.page, DecisionPage):
        return deciding_prompt(session, session.page)
    return listed(page_keys(session))
