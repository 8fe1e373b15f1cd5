"""One record as a document for a chart: the result with its reasons, every answer, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat

from iop_screen.engine.answers import Amount, Answer, Chosen, Gap, asked_places
from iop_screen.engine.changes import Given
from iop_screen.engine.explain import Explanation, Reason
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.suggest import EMERGENCY, Result
from iop_screen.questionnaire.model import Question, Questionnaire
from iop_screen.records.forms import Taken, explanation_of, form_of, shown_as
from iop_screen.records.model import Record
from iop_screen.report.blocks import (
    Block,
    Document,
    Group,
    Heading,
    Items,
    Paragraph,
    Row,
    Table,
    as_html,
    as_text,
    prose,
)
from iop_screen.report.changing import idle_texts, open_text
from iop_screen.report.history import NOT_MARKED, decision, history, moment, raised, shown_text
from iop_screen.report.text import (
    SET_ASIDE,
    contact_texts,
    headline,
    meanings,
    next_steps,
    no_reason,
    other_dangers,
    otherwise_text,
    reasons_apart,
    score_texts,
    still_open,
    still_open_danger,
    with_gap,
)
from iop_screen.report.wording import GAPS, answer_text, asked_and_answered

DRAFT = "DRAFT - no result yet"


def record_text(record: Record, instrument: Instrument) -> str:
    """A record as plain text to paste into a chart, 78 columns."""
    return as_text(record_document(record, instrument))


def record_html(record: Record, instrument: Instrument) -> str:
    """The same as one HTML page that loads nothing and runs nothing."""
    return as_html(record_document(record, instrument))


@dataclass(frozen=True, slots=True)
class _Case:
    """A record as this questionnaire reads it; `asked` are the places of the questions that may be asked."""

    record: Record
    instrument: Instrument
    taken: Taken
    explanation: Explanation
    asked: frozenset[int]

    @property
    def result(self) -> Result:
        return self.explanation.result

    def answer(self, place: int) -> Answer:
        """The answer that counts to the question at a place, or why there is none."""
        return self.explanation.form.answers[place]

    def said(self, place: int) -> bool:
        """Whether an answer or a note was taken there, whether it counts or not."""
        return self.taken.form.answers[place] is not Gap.MISSING or bool(self.taken.notes[place])

    @property
    def danger(self) -> bool:
        """Whether there is or was danger; once a result is given, also whether there may be."""
        open_danger = self.record.final and self.result.danger_open
        return self.result.suggestion == EMERGENCY or open_danger or bool(self.record.alarms)


def record_document(record: Record, instrument: Instrument) -> Document:
    """Everything that is known of one interview; danger first, and no suggestion without a disclaimer."""
    case = _read(record, instrument)
    whole, head = instrument.questionnaire, record.head
    draft = "" if record.final else f"{DRAFT}. "
    blocks = [
        Heading(1, str(whole.title), head.ref),
        *_handling(whole),
        *_warnings(case),
        *_danger(case),
        *(_result(case) if record.final else _draft(case)),
        *_contacts(case),
        *_answers(case),
        *_not_used(case),
        *history(record, instrument),
        Heading(2, "What this rests on"),
        *prose(whole.intended_use),
        Paragraph(str(whole.disclaimer), "strong"),
        *_handling(whole),
    ]
    stamp = f"{draft}{head.ref}, revision {head.revision}. {instrument.stamp}"
    return Document(f"{head.ref} - {whole.title}", stamp, tuple(blocks))


def _handling(whole: Questionnaire) -> Iterator[Paragraph]:
    """How the paper is to be handled, for whoever holds any sheet of it."""
    if whole.handling:
        yield Paragraph(str(whole.handling), "strong")


def _read(record: Record, instrument: Instrument) -> _Case:
    taken = form_of(record, instrument)
    explanation = explanation_of(record, instrument)
    return _Case(record, instrument, taken, explanation, frozenset(asked_places(instrument, explanation.form)))


def _warnings(case: _Case) -> Iterator[Block]:
    """What a reader has to know before anything else is believed."""
    record = case.record
    if not record.final:
        yield Paragraph(DRAFT, "broken")
    made_with = record.head.questionnaire.stamp
    if made_with != case.instrument.stamp:
        said = f"This record was made with another questionnaire, {made_with}. It is read here with "
        yield Paragraph(f"{said}{case.instrument.stamp}; the result may not be the one that was shown.", "broken")
    shown = record.shown
    if shown and shown != shown_as(case.explanation, shown.at):
        said = f"When the result was shown it was another one: {shown_text(shown, case.instrument)}."
        yield Paragraph(said, "broken")
    if case.taken.left_out:
        yield Paragraph(f"Answers that are not used here: {', '.join(case.taken.left_out)}.", "broken")


def _danger(case: _Case) -> Iterator[Block]:
    if case.danger:
        contacts = Items(contact_texts(case.instrument.questionnaire, case.instrument.questionnaire.interrupt()))
        said = map(Paragraph, _how_danger_stands(case), repeat("broken" if case.record.danger_waits else "strong"))
        yield Group((Heading(2, "Danger: whom to call"), *said, contacts, *_site_lines(case)), "danger")


def _how_danger_stands(case: _Case) -> Iterator[str]:
    """Whether danger waits, was acted on, or is not ruled out; each with its time or its questions."""
    record = case.record
    if record.danger_since is not None:
        yield f"DANGER since {moment(record.danger_since)}. {NOT_MARKED}"
    yield from raised(record)
    if case.result.danger_open:
        yield "An emergency is not ruled out. Ask these first:"
        danger = still_open_danger(case.explanation, case.instrument)
        yield from (with_gap(question, case.explanation, case.instrument) for question in danger)


def _contacts(case: _Case) -> Iterator[Block]:
    """All contacts, and the lines of the site if they do not stand at the top already."""
    yield from _list("Contacts", iter(contact_texts(case.instrument.questionnaire, None)))
    yield from () if case.danger else _site_lines(case)


def _site_lines(case: _Case) -> Iterator[Block]:
    lines = case.instrument.questionnaire.site_lines
    if lines:
        yield Heading(3, "At this site")
        yield Items(tuple(map(str, lines)))


def _draft(case: _Case) -> Iterator[Block]:
    """What is still to be asked, and what was asked and stayed open."""
    left = [place for place in sorted(case.asked) if case.answer(place) is Gap.MISSING]
    yield Heading(2, "Not answered yet")
    asks = tuple(str(case.instrument.questions[place].ask) for place in left)
    yield Items(asks) if asks else Paragraph("Every question was asked. The result was not shown yet.")
    places = ((case.instrument.place(question.id), question) for question in case.result.open_questions)
    asked = ((question, case.answer(place)) for place, question in places if place not in left)
    yield from _list("Asked, and still open", (asked_and_answered(each, said) for each, said in asked))


def _result(case: _Case) -> Iterator[Block]:
    whole, result = case.instrument.questionnaire, case.result
    yield Heading(2, "Suggestion (not a diagnosis, not a placement)")
    yield Paragraph(headline(case.explanation, raised=case.record.danger_raised), "suggestion")
    yield Paragraph(str(whole.disclaimer), "strong")
    yield from map(Paragraph, meanings(result))
    yield from _aside(case)
    yield from decision(case.record, case.instrument)
    yield from _reasons(case)
    yield from _open(case)
    yield from _list("Scores", score_texts(result))
    yield from _list("Next steps", next_steps(result))
    yield from _list("Daily life and what else to know", (str(note.say) for note in result.notes))


def _aside(case: _Case) -> Iterator[Block]:
    """The answers that do not count, where they would come to something else."""
    otherwise = otherwise_text(case.explanation)
    if otherwise:
        yield Heading(2, SET_ASIDE)
        yield Items(_given(case.explanation.set_aside))
        yield Paragraph(otherwise, "broken")


def _reasons(case: _Case) -> Iterator[Block]:
    why, also = reasons_apart(case.explanation)
    yield Heading(2, "Why")
    yield from map(_reason, why)
    if not why:
        yield Paragraph(no_reason(case.explanation, raised=case.record.danger_raised))
    if also:
        yield Heading(2, "What else counts, once nobody is in danger")
        yield from map(_reason, also)


def _reason(reason: Reason) -> Group:
    return Group((Paragraph(str(reason.rule.because)), Items(_given(reason.because_of))))


def _given(answers: Sequence[Given]) -> tuple[str, ...]:
    return tuple(asked_and_answered(given.question, given.answer) for given in answers)


def _open(case: _Case) -> Iterator[Block]:
    """Open questions with what they could change; of the others without an answer, that they change nothing."""
    emergency = case.result.suggestion == EMERGENCY
    yield from _list("Other dangers that are not ruled out", other_dangers(case.explanation, case.instrument))
    yield from _list("Still open", map(partial(_open_line, case), still_open(case.explanation, case.instrument)))
    if not emergency:
        yield from _list("Not known, and would not change the suggestion", idle_texts(case.explanation.idle))


def _open_line(case: _Case, question: Question) -> str:
    said = with_gap(question, case.explanation, case.instrument)
    emergency = case.result.suggestion == EMERGENCY
    return said if emergency else f"{said} - {open_text(question, case.explanation.changes)}"


def _list(title: str, texts: Iterator[str]) -> Iterator[Block]:
    said = tuple(texts)
    if said:
        yield Heading(2, title)
        yield Items(said)


def _answers(case: _Case) -> Iterator[Block]:
    """Every question that may be asked, by section, with its answer and the note on it; of a draft, what was said."""
    yield Heading(2, "Answers")
    places = iter(enumerate(case.instrument.questions))
    for section in case.instrument.questionnaire.sections:
        here = [next(places)[0] for _ in section.questions]
        rows = [_row(case, place) for place in here if place in case.asked and (case.record.final or case.said(place))]
        if rows:
            yield Heading(3, str(section.title))
            yield _table(("Question", "Answer"), rows)


def _row(case: _Case, place: int) -> Row:
    question = case.instrument.questions[place]
    answer = answer_text(question, case.taken.form.answers[place])
    return Row((str(question.ask), answer), note=case.taken.notes[place])


def _table(head: tuple[str, ...], rows: Sequence[Row]) -> Table:
    return Table(head, tuple(rows), tall=True)


def _not_used(case: _Case) -> Iterator[Block]:
    """What was said and does not count: behind a branch that is closed now, or without a place in the questionnaire."""
    questions = range(len(case.instrument.questions))
    aside = [place for place in questions if place not in case.asked and case.said(place)]
    if aside:
        yield Heading(2, "Kept, but not used: no longer asked because of other answers")
        yield _table(("Question", "Answer"), [_row(case, place) for place in aside])
    answers, notes = case.record.answers, case.record.notes
    names = dict.fromkeys((*case.taken.left_out, *case.taken.notes_left_out))
    if names:
        rows = [Row((name, _as_kept(answers.get(name))), note=_note_of(name, case, notes)) for name in names]
        yield Heading(2, "Kept, but not used: this questionnaire has no place for it")
        yield _table(("Id of the question", "As it was kept"), rows)


def _note_of(name: str, case: _Case, notes: dict[str, str]) -> str:
    return notes[name] if name in case.taken.notes_left_out else ""


def _as_kept(answer: Answer | None) -> str:
    """An answer without a question to say it in words: ids and figures."""
    match answer:
        case None:
            return ""
        case Chosen(options):
            return ", ".join(sorted(options))
        case Amount(number):
            return f"{number:f}"
        case Gap():
            return GAPS[answer]
    return answer.text
