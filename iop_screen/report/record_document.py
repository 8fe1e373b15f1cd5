"""One record as a document for a chart: the result with its reasons, every answer, and what happened when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import assert_never

from iop_screen.engine.answers import asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, Reason
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.suggest import Result
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.questionnaire.model import Questionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.records.answers import FittedAnswers, answers_from_record, explain_record, result_shown_entry
from iop_screen.records.model import Record
from iop_screen.report.blocks import (
    Block,
    Group,
    Heading,
    Items,
    Paragraph,
    ReportDocument,
    Table,
    TableRow,
    as_html,
    as_text,
    prose_blocks,
)
from iop_screen.report.record_history import NOT_MARKED, decision, history, moment, raised, shown_text
from iop_screen.report.result_text import (
    SET_ASIDE,
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
from iop_screen.report.what_if import idle_texts, open_text
from iop_screen.report.wording import MISSING_REASON_WORDS, answer_text, asked_and_answered, contact_texts

DRAFT = "DRAFT - no result yet"


def record_text(record: Record, compiled: CompiledQuestionnaire) -> str:
    """A record as plain text to paste into a chart, 78 columns."""
    return as_text(record_document(record, compiled))


def record_html(record: Record, compiled: CompiledQuestionnaire) -> str:
    """The same as one HTML page that loads nothing and runs nothing."""
    return as_html(record_document(record, compiled))


@dataclass(frozen=True, slots=True)
class _Case:
    """A record as this questionnaire reads it; `asked` are the places of the questions that may be asked."""

    record: Record
    compiled: CompiledQuestionnaire
    taken: FittedAnswers
    explanation: Explanation
    asked: frozenset[int]

    @property
    def result(self) -> Result:
        return self.explanation.result

    def answer(self, index: int) -> Answer:
        """The answer that counts to the question at a place, or why there is none."""
        return self.explanation.answers.values[index]

    def said(self, index: int) -> bool:
        """Whether an answer or a note was taken there, whether it counts or not."""
        return self.taken.answers.values[index] is not MissingReason.MISSING or bool(self.taken.notes[index])

    @property
    def danger(self) -> bool:
        """Whether there is or was danger; once a result is given, also whether there may be."""
        open_danger = self.record.final and self.result.danger_open
        return self.result.suggestion == EMERGENCY or open_danger or bool(self.record.alarms)


def record_document(record: Record, compiled: CompiledQuestionnaire) -> ReportDocument:
    """Everything that is known of one interview; danger first, and no suggestion without a disclaimer."""
    case = _read(record, compiled)
    questionnaire, head = compiled.questionnaire, record.head
    draft = "" if record.final else f"{DRAFT}. "
    blocks = [
        Heading(1, str(questionnaire.title), head.ref),
        *_handling(questionnaire),
        *_warnings(case),
        *_danger(case),
        *(_result(case) if record.final else _draft(case)),
        *_contacts(case),
        *_answers(case),
        *_not_used(case),
        *history(record, compiled),
        Heading(2, "What this rests on"),
        *prose_blocks(questionnaire.intended_use),
        Paragraph(str(questionnaire.disclaimer), "strong"),
        *_handling(questionnaire),
    ]
    stamp = f"{draft}{head.ref}, revision {head.revision}. {compiled.stamp}"
    return ReportDocument(f"{head.ref} - {questionnaire.title}", stamp, tuple(blocks))


def _handling(questionnaire: Questionnaire) -> Iterator[Paragraph]:
    """How the paper is to be handled, for whoever holds any sheet of it."""
    if questionnaire.handling:
        yield Paragraph(str(questionnaire.handling), "strong")


def _read(record: Record, compiled: CompiledQuestionnaire) -> _Case:
    taken = answers_from_record(record, compiled)
    explanation = explain_record(record, compiled)
    return _Case(record, compiled, taken, explanation, frozenset(asked_indexes(compiled, explanation.answers)))


def _warnings(case: _Case) -> Iterator[Block]:
    """What a reader has to know before anything else is believed."""
    record = case.record
    if not record.final:
        yield Paragraph(DRAFT, "broken")
    made_with = record.head.questionnaire.stamp
    if made_with != case.compiled.stamp:
        said = f"This record was made with another questionnaire, {made_with}. It is read here with "
        yield Paragraph(f"{said}{case.compiled.stamp}; the result may not be the one that was shown.", "broken")
    shown = record.shown
    if shown and shown != result_shown_entry(case.explanation, shown.at):
        said = f"When the result was shown it was another one: {shown_text(shown, case.compiled)}."
        yield Paragraph(said, "broken")
    if case.taken.left_out:
        yield Paragraph(f"Answers that are not used here: {', '.join(case.taken.left_out)}.", "broken")


def _danger(case: _Case) -> Iterator[Block]:
    if case.danger:
        contacts = Items(contact_texts(case.compiled.questionnaire, case.compiled.questionnaire.interrupt()))
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
        danger = still_open_danger(case.explanation, case.compiled)
        yield from (with_gap(question, case.explanation, case.compiled) for question in danger)


def _contacts(case: _Case) -> Iterator[Block]:
    """All contacts, and the lines of the site if they do not stand at the top already."""
    yield from _list("Contacts", iter(contact_texts(case.compiled.questionnaire, None)))
    yield from () if case.danger else _site_lines(case)


def _site_lines(case: _Case) -> Iterator[Block]:
    lines = case.compiled.questionnaire.site_lines
    if lines:
        yield Heading(3, "At this site")
        yield Items(tuple(map(str, lines)))


def _draft(case: _Case) -> Iterator[Block]:
    """What is still to be asked, and what was asked and stayed open."""
    left = [index for index in sorted(case.asked) if case.answer(index) is MissingReason.MISSING]
    yield Heading(2, "Not answered yet")
    asks = tuple(str(case.compiled.questions[index].ask) for index in left)
    yield Items(asks) if asks else Paragraph("Every question was asked. The result was not shown yet.")
    indexes = ((case.compiled.index_of(question.id), question) for question in case.result.open_questions)
    asked = ((question, case.answer(index)) for index, question in indexes if index not in left)
    yield from _list("Asked, and still open", (asked_and_answered(each, said) for each, said in asked))


def _result(case: _Case) -> Iterator[Block]:
    questionnaire, result = case.compiled.questionnaire, case.result
    yield Heading(2, "Suggestion (not a diagnosis, not a placement)")
    yield Paragraph(headline(case.explanation, raised=case.record.danger_raised), "suggestion")
    yield Paragraph(str(questionnaire.disclaimer), "strong")
    yield from map(Paragraph, meanings(result))
    yield from _aside(case)
    yield from decision(case.record, case.compiled)
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


def _given(answers: Sequence[GivenAnswer]) -> tuple[str, ...]:
    return tuple(asked_and_answered(given.question, given.answer) for given in answers)


def _open(case: _Case) -> Iterator[Block]:
    """Open questions with what they could change; of the others without an answer, that they change nothing."""
    emergency = case.result.suggestion == EMERGENCY
    yield from _list("Other dangers that are not ruled out", other_dangers(case.explanation, case.compiled))
    yield from _list("Still open", map(partial(_open_line, case), still_open(case.explanation, case.compiled)))
    if not emergency:
        yield from _list("Not known, and would not change the suggestion", idle_texts(case.explanation.without_effect))


def _open_line(case: _Case, question: Question) -> str:
    said = with_gap(question, case.explanation, case.compiled)
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
    indexes = iter(enumerate(case.compiled.questions))
    for section in case.compiled.questionnaire.sections:
        here = [next(indexes)[0] for _ in section.questions]
        rows = [_row(case, index) for index in here if index in case.asked and (case.record.final or case.said(index))]
        if rows:
            yield Heading(3, str(section.title))
            yield _table(("Question", "Answer"), rows)


def _row(case: _Case, index: int) -> TableRow:
    question = case.compiled.questions[index]
    answer = answer_text(question, case.taken.answers.values[index])
    return TableRow((str(question.ask), answer), note=case.taken.notes[index])


def _table(head: tuple[str, ...], rows: Sequence[TableRow]) -> Table:
    return Table(head, tuple(rows), tall=True)


def _not_used(case: _Case) -> Iterator[Block]:
    """What was said and does not count: behind a branch that is closed now, or without a place in the questionnaire."""
    questions = range(len(case.compiled.questions))
    aside = [index for index in questions if index not in case.asked and case.said(index)]
    if aside:
        yield Heading(2, "Kept, but not used: no longer asked because of other answers")
        yield _table(("Question", "Answer"), [_row(case, index) for index in aside])
    answers, notes = case.record.answers, case.record.notes
    names = dict.fromkeys((*case.taken.left_out, *case.taken.notes_left_out))
    if names:
        rows = [TableRow((name, _as_kept(answers.get(name))), note=_note_of(name, case, notes)) for name in names]
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
        case MissingReason():
            return MISSING_REASON_WORDS[answer]
        case Words(text):
            return text
        case _:
            assert_never(answer)
