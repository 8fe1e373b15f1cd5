"""The handover: one record on one printed page, with one picture, for whoever takes over the call.

Where there is too much for a page, notes and reasons are cut, and the page says how many more there are. What is said
of danger, the first step, the level, the open questions about danger and the disclaimer are never cut.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import chain, zip_longest
from math import ceil
from unicodedata import east_asian_width

from iop_screen.engine.answer_batch import asked_indexes
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation, Reason
from iop_screen.engine.judgement import EMERGENCY
from iop_screen.engine.representative_answers import danger_indexes
from iop_screen.engine.suggest import Result
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.call_data import NO_CALL_DATA, CallData, CallField, call_texts, field_text
from iop_screen.records.fitted_answers import FittedAnswers, answers_from_record, explain_record, result_shown_entry
from iop_screen.records.model import DangerActedOn, DangerCleared, EmergencyShown, Record
from iop_screen.report.blocks import (
    Block,
    Fields,
    Group,
    Heading,
    Paragraph,
    ReportDocument,
    as_html,
    as_text,
    fields,
)
from iop_screen.report.chain_text import short_notices
from iop_screen.report.headline import step_names
from iop_screen.report.picture import (
    FilledMark,
    HollowMark,
    Mark,
    NoMark,
    Picture,
    PictureRow,
    PictureSection,
    column_rows,
    two_columns,
)
from iop_screen.report.questionnaire_version import version_texts
from iop_screen.report.record_document import DRAFT
from iop_screen.report.record_history import (
    CALL_OUTCOME_TEXTS,
    NOT_MARKED,
    danger_action_text,
    decision_blocks,
    shown_result_text,
    time_text,
)
from iop_screen.report.result_text import headline, no_reason_text, split_reasons
from iop_screen.report.wording import PRACTICE, answer_text, asked_and_answered

PAGE_LINES = 66
"""So many lines of text a printed page holds."""
SHEET_LINES = 72
"""So many lines of the small type of a page that is printed on one sheet."""
LENGTHS = (None, 240, 120)
"""How many characters are kept of a note, or of other words that were typed, the more the better; None keeps all."""
SHORTEST, LEAST = 80, 40
"""So many are kept where not all notes and reasons fit, and where none of them do."""
DANGER_CHARACTERS = 160
"""At least so many characters are kept of what was done about danger."""
MOST_MARKS = 5
NOT_FILLED_IN = "not filled in"
WHY_NOT_KNOWN = {
    MissingReason.MISSING: "no answer",
    MissingReason.UNKNOWN: "don't know",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "unreadable",
}
"""Why an answer is not known, in the few letters that a hollow mark holds."""
PICTURE_TITLE = "Where the need lies: each answer on its scale from best to worst."
LEGEND = "Filled: the answer. Hollow: not known, may lie anywhere. Dash: does not apply."
LEGEND_OF_NEEDS = " Where several needs can be chosen, worst means all of them."


def handover_text(record: Record, call: CallData, compiled: CompiledQuestionnaire) -> str:
    """The handover as plain text: at most 66 lines of 78 columns."""
    return as_text(_fitted(_handed_over(record, call, compiled), _fits_in_text))


def handover_html(record: Record, call: CallData, compiled: CompiledQuestionnaire) -> str:
    """The handover as one HTML page that loads nothing and runs nothing, and prints on one sheet of letter or A4."""
    return as_html(_fitted(_handed_over(record, call, compiled), _fits_on_sheet))


def _fitted(handed: _HandedOver, fits: Callable[[ReportDocument], bool]) -> ReportDocument:
    """The page with as much of all typed words, and then with as many notes and reasons as there is room for.

    If that is none of them, typed words are cut once more. Nothing else is ever cut.
    """
    parts = len(handed.reasons) + len(handed.notes)
    whole = (_document(handed, _Room(parts, length)) for length in LENGTHS)
    page = next(filter(fits, whole), None)
    if page is not None:
        return page
    over = bisect_left(range(parts + 1), x=True, key=lambda kept: not fits(_document(handed, _Room.tight(kept))))
    return _document(handed, _Room.tight(over - 1) if over else _Room(0, LEAST, spacious=False))


def _fits_in_text(document: ReportDocument) -> bool:
    return as_text(document).count("\n") <= PAGE_LINES


def _fits_on_sheet(document: ReportDocument) -> bool:
    """By an estimate that is on the safe side; how wide letters are is known to the printer alone."""
    parts = (block for block in document.blocks if isinstance(block, Heading | Paragraph | Fields | Picture | Group))
    return sum(map(_sheet_lines, parts)) <= SHEET_LINES


def _sheet_lines(part: Heading | Paragraph | Fields | Picture | Group) -> float:
    """How many lines of small type a part takes up on a sheet of letter or A4, whichever is more."""
    match part:
        case Heading():
            return 2.2
        case Paragraph(text, "suggestion"):
            return 1.4 * _lines_of(text, 80)
        case Paragraph(text):
            return 0.5 + _lines_of(text, 118)
        case Fields(pairs):
            return sum(0.4 + sum(_lines_of(text, 105) for text in texts) for _, texts in pairs)
        case Picture(_, _, legend):
            return 2.5 + _lines_of(legend, 100) + 1.05 * max(map(column_rows, two_columns(part)))
        case Group(blocks):
            return 3 + sum(_sheet_lines(block) for block in blocks if isinstance(block, Fields))


def _lines_of(text: str, columns: int) -> int:
    """How many lines a text fills; a long word begins a line of its own."""
    long_words = any(len(word) > columns // 3 for word in text.split())
    return max(1, ceil(sum(map(_columns, text)) / columns)) + long_words


def _columns(character: str) -> float:
    """How wide a character is, measured in those of a usual text."""
    if character in "WM@" or east_asian_width(character) in "WF":
        return 2.2
    return 1.6 if character.isupper() else 1


@dataclass(frozen=True, slots=True)
class _Room:
    """What a page has room for: so many notes and reasons, so many characters of each text that was typed.

    `spacious`: whether for blank lines, too, and for answers about duties and wishes, which decide nothing.
    """

    parts: int
    characters: int | None
    spacious: bool = True

    @classmethod
    def tight(cls, parts: int) -> _Room:
        """Room for so many notes and reasons where there is not enough for all."""
        return cls(parts, SHORTEST, spacious=False)

    def cut(self, text: str, least: int = 0) -> str:
        """A text as far as there is room for it; `least` characters are kept in any case."""
        line = " ".join(text.split())
        if self.characters is None or len(line) <= (most := max(self.characters, least)):
            return line
        return f"{_whole_words(line, most)} ..."


def _whole_words(line: str, most: int) -> str:
    """The first words of a line; a word that is long itself is cut."""
    words = line[:most].rpartition(" ")[0]
    return words if len(words) > most // 2 else line[:most]


@dataclass(frozen=True, slots=True)
class _HandedOver:
    """A record with all that the page says of it. `urgent` are the reasons of an emergency, `reasons` the others.

    Reasons and notes stand in the order in which they are kept: reasons of the first step and of the level, and notes
    on questions about danger, come first.
    """

    record: Record
    call: CallData
    compiled: CompiledQuestionnaire
    explanation: Explanation
    fitted: FittedAnswers
    urgent: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]


def _handed_over(record: Record, call: CallData, compiled: CompiledQuestionnaire) -> _HandedOver:
    explanation, fitted = explain_record(record, compiled), answers_from_record(record, compiled)
    now, later = split_reasons(explanation)
    urgent, others = (now, later) if explanation.result.suggestion == EMERGENCY else ([], now)
    ordered = sorted(others, key=lambda reason: _after_the_first(reason, explanation.result))
    notes = tuple(_note_texts(record, compiled))
    return _HandedOver(record, call, compiled, explanation, fitted, tuple(urgent), tuple(ordered), notes)


def _after_the_first(reason: Reason, result: Result) -> bool:
    """Whether a reason is one neither of the first step nor of the level: those stand after the others."""
    step = result.first_steps.at_least
    of_first_step = step is not None and reason.rule.first_step == step.id
    return not (of_first_step or reason.rule.level == result.levels.at_least.id)


def _note_texts(record: Record, compiled: CompiledQuestionnaire) -> Iterator[str]:
    """Each note with the short name of its question; those on questions about danger first."""
    danger = {str(compiled.questions[index].id) for index in danger_indexes(compiled)}
    order = {str(question.id): number for number, question in enumerate(compiled.questions)}
    for name in sorted(record.notes, key=lambda name: (name not in danger, order.get(name, len(order)))):
        yield f"{short_name(name)}: {record.notes[name]}"


def short_name(question: str) -> str:
    """The short name of a question, made of its id."""
    return question.replace("_", " ")


def _document(handed: _HandedOver, room: _Room) -> ReportDocument:
    """The page with what there is room for."""
    compiled, head = handed.compiled, handed.record.head
    told: set[str] = set()
    blocks: tuple[Block, ...] = (
        Heading(1, "Handover", head.ref),
        *_marks(handed),
        *([Paragraph(str(handling), "strong")] if (handling := compiled.questionnaire.handling) else []),
        _call_fields(handed, room),
        Paragraph(_suggestion(handed), "suggestion"),
        Paragraph(str(compiled.questionnaire.disclaimer), "strong"),
        Group((_danger_fields(handed, room, told),), "danger" if _is_danger(handed) else ""),
        _why_fields(handed, room, told),
        *_picture(handed),
    )
    stamp = ". ".join([*_mark_words(handed.record), f"{head.ref}, revision {head.revision}", compiled.stamp])
    return ReportDocument(f"{head.ref} - handover", stamp, blocks, one_page=True, dense=not room.spacious)


def _mark_words(record: Record) -> Iterator[str]:
    if record.head.practice:
        yield PRACTICE
    if not record.final:
        yield DRAFT


def _marks(handed: _HandedOver) -> Iterator[Block]:
    """What a reader has to know before the rest."""
    record, shown = handed.record, handed.record.shown
    words = ". ".join(_mark_words(record))
    if words:
        yield Paragraph(f"{words}.", "broken")
    yield from (Paragraph(text, "broken") for text in short_notices(record))
    yield from (Paragraph(text, "strong") for text in version_texts(record, None))
    if shown and shown != result_shown_entry(handed.explanation, shown.at):
        before = shown_result_text(shown, step_names(handed.compiled.questionnaire))
        yield Paragraph(f"When the result was shown it was another one: {before}.", "broken")
    if handed.fitted.left_out:
        names = "; ".join(map(short_name, handed.fitted.left_out))
        yield Paragraph(f"Answers that are not used here: {names}.", "broken")


def _call_fields(handed: _HandedOver, room: _Room) -> Fields:
    record, call, head = handed.record, handed.call, handed.record.head
    references = dict.fromkeys(filter(None, [record.reference, call.reference]))
    site_reference = "; ".join(map(room.cut, references)) or "none given"
    end = record.call_end
    ended = "" if end is None else ". ".join(filter(None, [CALL_OUTCOME_TEXTS[end.outcome], room.cut(end.words)]))
    return fields(
        ("Reference", f"{head.ref}, revision {head.revision}; of the site: {site_reference}"),
        ("Time", f"call began {time_text(head.started)}; last entry {time_text(record.changed)}"),
        *_caller_fields(call, room),
        ("How the call ended", ended),
        ("Questionnaire", ". ".join(filter(None, [handed.compiled.stamp, handed.compiled.site_stamp]))),
    )


def _caller_fields(call: CallData, room: _Room) -> Iterator[tuple[str, str]]:
    """Who calls, where the person is and how to call back; said, too, if it was not filled in."""
    if call == NO_CALL_DATA:
        yield "The call", "who calls, from where and the number to call back were not filled in"
        return
    apart = (CallField.WHERE, CallField.CALL_BACK, CallField.REFERENCE)
    others = call_texts(CallData(call.caller, call.safe_to_talk, "", "", call.language, call.interpreter))
    yield "The call", "; ".join(f"{name}: {room.cut(text)}" for name, text in others) or NOT_FILLED_IN
    for field, name in zip(apart, ("Where the person is", "Number to call back"), strict=False):
        yield name, room.cut(field_text(call, field)) or NOT_FILLED_IN


def _suggestion(handed: _HandedOver) -> str:
    record = handed.record
    return headline(handed.explanation, danger_raised=record.danger_raised, finished=record.final)


def _danger_fields(handed: _HandedOver, room: _Room, told: set[str]) -> Fields:
    """Danger by the answers, what was done and when, and each question about danger that has no answer."""
    answers, compiled = handed.explanation.answers.values, handed.compiled
    without = tuple(
        asked_and_answered(compiled.questions[index], answers[index])
        for index in danger_indexes(compiled)
        if isinstance(answers[index], MissingReason)
    )
    return Fields(
        (
            ("Danger, and what was done", tuple(_danger_texts(handed, room, told))),
            ("Danger questions without an answer", without or ("none",)),
        )
    )


def _is_danger(handed: _HandedOver) -> bool:
    """Whether there is or was danger, or may be."""
    result = handed.explanation.result
    return result.suggestion == EMERGENCY or result.danger_open or bool(handed.record.alarms)


def _danger_texts(handed: _HandedOver, room: _Room, told: set[str]) -> Iterator[str]:
    record = handed.record
    if record.danger_since is not None:
        yield f"DANGER since {time_text(record.danger_since)}. {NOT_MARKED}"
    if handed.explanation.result.danger_open:
        yield "An emergency is not ruled out."
    yield from _reason_texts(handed.urgent, told)
    marks = [*_alarm_texts(handed, room)]
    yield from marks[-MOST_MARKS:]
    yield from _more(len(marks) - MOST_MARKS)
    if not marks:
        yield "The emergency page was not shown on this call."


def _clock(started: datetime, at: datetime) -> str:
    """The time of day, with the date if it is not that on which the call began."""
    same_day = started.astimezone().date() == at.astimezone().date()
    return f"{at.astimezone():%H:%M:%S}" if same_day else time_text(at)


def _alarm_texts(handed: _HandedOver, room: _Room) -> Iterator[str]:
    """Each time the emergency page was shown, and what was done, in order; the same reasons again are left out."""
    known = {str(rule.id): str(rule.because) for rule in handed.compiled.questionnaire.rules}
    said = {str(reason.rule.id) for reason in handed.urgent}
    before: tuple[str, ...] | None = None
    clock = partial(_clock, handed.record.head.started)
    for alarm in handed.record.alarms:
        match alarm:
            case EmergencyShown(at, rules):
                reasons = " ".join(known.get(name, f"Rule {name}.") for name in rules if name not in said)
                asked_for = "" if rules else "The coordinator asked for it."
                if rules != before:
                    yield f"{clock(at)}: the emergency page was shown. {reasons or asked_for}".strip()
                before = rules
            case DangerActedOn(at):
                yield f"{clock(at)}: {room.cut(danger_action_text(alarm), DANGER_CHARACTERS)}."
                before = None
            case DangerCleared(at):
                yield f"{clock(at)}: it was marked that nobody is in danger."
                before = None


def _why_fields(handed: _HandedOver, room: _Room, told: set[str]) -> Fields:
    """Reasons and notes as far as there is room, what was chosen, and the answers that have no scale."""
    kinds = [*chain.from_iterable(zip_longest("r" * len(handed.reasons), "n" * len(handed.notes)))]
    kept = [kind for kind in kinds if kind][: room.parts]
    reasons, notes = handed.reasons[: kept.count("r")], handed.notes[: kept.count("n")]
    emergency = handed.explanation.result.suggestion == EMERGENCY
    why = (*_reason_texts(reasons, told), *_more(len(handed.reasons) - len(reasons)))
    noted = (*(room.cut(note) for note in notes), *_more(len(handed.notes) - len(notes)))
    none = () if emergency else (no_reason_text(handed.explanation, danger_raised=handed.record.danger_raised),)
    return fields(
        ("What else counts" if emergency else "Why", why or none),
        ("Notes", noted),
        ("What was chosen", "; ".join(_decision_texts(handed, room))),
        *_fields_without_scale(handed, room),
    )


def _more(number: int) -> Iterator[str]:
    """That so many more are in the record; nothing if there are no more."""
    if number > 0:
        yield f"... {number} more in the record"


def _reason_texts(reasons: Sequence[Reason], told: set[str]) -> Iterator[str]:
    """Each reason with its answers. One that was `told` before is only named, and each becomes told."""
    for reason in reasons:
        answers = "; ".join(_answer_once(given.question, given.answer, told) for given in reason.because_of)
        yield f"{reason.rule.because} [{answers}]"


def _answer_once(question: Question, answer: Answer, told: set[str]) -> str:
    name = str(question.id)
    text = short_name(name) if name in told else f"{short_name(name)}: {answer_text(question, answer)}"
    told.add(name)
    return text


def _decision_texts(handed: _HandedOver, room: _Room) -> Iterator[str]:
    """What was chosen, and each fact about it. That it may be less than is needed is seen by the clinician named."""
    for block in decision_blocks(handed.record, handed.compiled):
        if isinstance(block, Fields):
            (_, (chosen,)), *others = block.pairs
            yield chosen
            left_out = {"To note"} if room.spacious else {"To note", "Note", "Recorded by", "When"}
            kept = [(name, " ".join(texts)) for name, texts in others if name not in left_out]
            yield from (f"{name}: {room.cut(text.rstrip('.'))}" for name, text in kept)
        elif isinstance(block, Paragraph):
            yield block.text.rstrip(".")


def _fields_without_scale(handed: _HandedOver, room: _Room) -> Iterator[tuple[str, str]]:
    """By section, the questions that are no risk questions and may be asked, each with its answer."""
    for title, indexes in _sections(handed, of_risk=False):
        pairs = [(handed.compiled.questions[index], handed.explanation.answers.values[index]) for index in indexes]
        shown = [pair for pair in pairs if room.spacious or pair[0].role != "access"]
        answers = [f"{short_name(question.id)}: {_shown_answer(question, answer, room)}" for question, answer in shown]
        yield title, "; ".join([*answers, *(["in the record"] if len(shown) < len(pairs) else [])])


def _shown_answer(question: Question, answer: Answer, room: _Room) -> str:
    """An answer in words; words that were typed are cut where there is no room for them."""
    text = answer_text(question, answer)
    return room.cut(text) if question.is_free_text else text


def _sections(handed: _HandedOver, *, of_risk: bool) -> Iterator[tuple[str, list[int]]]:
    """The sections, each with the indexes of its risk questions, or of its other questions that may be asked."""
    asked = asked_indexes(handed.compiled, handed.explanation.answers)
    indexes = iter(range(len(handed.compiled.questions)))
    for section in handed.compiled.questionnaire.sections:
        numbered = [(next(indexes), question.role == "risk") for question in section.questions]
        chosen = [index for index, risk in numbered if risk is of_risk and (risk or index in asked)]
        if chosen:
            yield str(section.title), chosen


def _picture(handed: _HandedOver) -> Iterator[Picture]:
    """Each risk question with its answer on its scale; nothing if there are no risk questions."""
    asked = frozenset(asked_indexes(handed.compiled, handed.explanation.answers))
    sections = tuple(
        PictureSection(title, tuple(_rows(handed, indexes, asked)))
        for title, indexes in _sections(handed, of_risk=True)
    )
    if sections:
        several = any(question.allows_multiple and question.role == "risk" for question in handed.compiled.questions)
        yield Picture(PICTURE_TITLE, sections, LEGEND + (LEGEND_OF_NEEDS if several else ""))


def _rows(handed: _HandedOver, indexes: Iterable[int], asked: frozenset[int]) -> Iterator[PictureRow]:
    for index in indexes:
        question, answer = handed.compiled.questions[index], handed.explanation.answers.values[index]
        yield PictureRow(short_name(question.id), _mark(question, answer) if index in asked else NoMark())


def _mark(question: Question, answer: Answer) -> Mark:
    if isinstance(answer, MissingReason):
        return HollowMark(WHY_NOT_KNOWN[answer])
    return FilledMark(question.scale_position(answer), question.scale_steps, answer_text(question, answer))
