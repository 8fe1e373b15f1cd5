"""The handover: one record on one printed page, with one picture, for whoever takes over the call.

Where there is too much for a page, notes and reasons are cut, and the page says how many more there are. Where the
person is, the number to call back and whether that is safe, what is said and was done about danger, what to do now and
whom to call, the first step, the level, the open questions about danger and the disclaimer are never cut. Of what to do
now, the steps of the level are the first to go.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from iop_screen.engine.suggest import Result, is_out_of_scope
from iop_screen.questionnaire.answers import Answer, MissingReason
from iop_screen.questionnaire.types import Question
from iop_screen.records.call_data import NO_CALL_DATA, NOT_FILLED_IN, CallData, CallField, call_texts, field_text
from iop_screen.records.fitted_answers import FittedAnswers, answers_from_record, explain_record, result_shown_entry
from iop_screen.records.model import DangerActedOn, DangerCleared, DecisionMade, EmergencyShown, Record
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
from iop_screen.report.call_safety import CAUTION, unsafe_to_call, violence_notes
from iop_screen.report.chain_text import short_notices
from iop_screen.report.danger_state import Findings, danger_findings, follow_up_findings, signs, without_answer
from iop_screen.report.do_now import call_texts_in_short, do_now
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
    DANGER_ACTION_TEXTS,
    NOT_MARKED,
    decision_blocks,
    shown_result_text,
    time_text,
)
from iop_screen.report.result_text import NO_LEVEL, headline, no_reason_text, not_asked_count, split_reasons
from iop_screen.report.wording import PRACTICE, answer_text, plural, short_name

PAGE_LINES = 66
"""So many lines of text a printed page holds."""
SHEET_LINES = 72
"""So many lines of the small type of a page that is printed on one sheet."""
LENGTHS = (None, 240, 120)
"""How many characters are kept of a note, or of other words that were typed, the more the better; None keeps all."""
FEWER_ROUTINE = (None, 1, 0)
"""How many steps of the level are kept, before any words are cut; None keeps all."""
TIGHT = ((3, True, 3), (2, True, 3), (1, True, 3), (0, True, 2), (0, False, 1))
"""Where not all reasons fit: so many notes on the first step, whether with answers that the picture shows, and beside
how many reasons and notes that were typed, at the least, it is worth that room."""
SHORTEST, LEAST = 80, 40
"""So many are kept where not all notes and reasons fit, and where none of them do."""
DANGER_CHARACTERS = 160
"""At least so many characters are kept of the words on what was done about danger."""
MOST_STEPS = 3
"""Where there is no room, more steps than this stand in one text."""
MOST_MARKS = 5
"""Where there is no room, more marks than this stand in one text."""
MARK_CHARACTERS, FEWEST = 400, 20
"""So many characters are then kept of the words of all actions, but not fewer than this of each."""
WHY_NOT_KNOWN = {
    MissingReason.MISSING: "no answer",
    MissingReason.UNKNOWN: "don't know",
    MissingReason.DECLINED: "declined",
    MissingReason.UNREADABLE: "unreadable",
    MissingReason.NOT_SHOWN: "not shown",
    MissingReason.NOT_APPLICABLE: "not applicable",
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
    """The page with as many steps of the level, words that were typed, notes and reasons as there is room for.

    They go in this order. If no notes and reasons fit, typed words are cut once more, then answers that the picture
    shows, and the picture last. Nothing else is ever cut.
    """
    pages = (_document(handed, room) for room in _rooms_to_try(handed, fits))
    return next(filter(fits, pages), _document(handed, LEAST_ROOMS[-1]))


def _rooms_to_try(handed: _HandedOver, fits: Callable[[ReportDocument], bool]) -> Iterator[_Room]:
    """Less and less room; notes on the first step go before the last reason and the last note that was typed do."""
    parts = len(handed.reasons) + len(handed.notes)
    yield from (_Room(parts, None, routine=kept) for kept in FEWER_ROUTINE)
    yield from (_Room(parts, length, routine=0) for length in LENGTHS[1:])
    for advice, answers, least in TIGHT:
        tight = _Room(0, SHORTEST, spacious=False, answers=answers, advice=advice, routine=0)
        room = replace(tight, parts=_most_parts(handed, fits, tight))
        if room.parts >= min(least, parts):
            yield room
    yield from LEAST_ROOMS


def _most_parts(handed: _HandedOver, fits: Callable[[ReportDocument], bool], room: _Room) -> int:
    """How many reasons and notes that were typed fit beside the rest."""
    counts = range(1, len(handed.reasons) + len(handed.notes) + 1)
    return bisect_left(counts, x=True, key=lambda parts: not fits(_document(handed, replace(room, parts=parts))))


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
    `answers`: whether for the answers that have no scale and for those behind the reasons of an emergency.
    `advice` and `routine`: for so many notes on the first step, and steps of the level; None is for all.
    """

    parts: int
    characters: int | None
    spacious: bool = True
    answers: bool = True
    picture: bool = True
    advice: int | None = None
    routine: int | None = None

    def cut(self, text: str, least: int = 0) -> str:
        """A text as far as there is room for it; `least` characters are kept in any case."""
        return _shortened(text, None if self.characters is None else max(self.characters, least))


def _shortened(text: str, most: int | None) -> str:
    """A text on one line, with a sign that it goes on if only so many characters are kept."""
    line = " ".join(text.split())
    return line if most is None or len(line) <= most else f"{_whole_words(line, most)} ..."


LEAST_ROOMS = (
    _Room(0, LEAST, spacious=False, advice=0, routine=0),
    _Room(0, LEAST, spacious=False, answers=False, advice=0, routine=0),
    _Room(0, LEAST, spacious=False, answers=False, picture=False, advice=0, routine=0),
)
"""Where neither notes nor reasons fit: less and less is kept."""


def _whole_words(line: str, most: int) -> str:
    """The first words of a line; a word that is long itself is cut."""
    words = line[:most].rpartition(" ")[0]
    return words if len(words) > most // 2 else line[:most]


@dataclass(frozen=True, slots=True)
class _HandedOver:
    """A record with all that the page says of it. `urgent` are the reasons of an emergency, `reasons` the others.

    `findings` are the questions about danger, and those that follow from one, that do not have the best answer.
    Reasons and notes stand in the order in which they are kept: reasons of the first step and of the level, and notes
    on questions about danger, come first.
    """

    record: Record
    call: CallData
    compiled: CompiledQuestionnaire
    explanation: Explanation
    fitted: FittedAnswers
    findings: Findings
    urgent: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    notes: tuple[str, ...]

    @property
    def emergency(self) -> bool:
        """Whether somebody is in danger: by the answers, or for nobody has marked yet that they acted on it."""
        return self.explanation.result.suggestion == EMERGENCY or self.record.danger_waits

    @property
    def unsafe(self) -> bool:
        """Whether to call back may put the person at risk."""
        return unsafe_to_call(self.call, self.compiled, self.fitted.answers)

    @property
    def danger(self) -> bool:
        """Whether there is or was danger, or may be, or a sign of it."""
        return self.emergency or bool(self.record.alarms or self.findings) or self.explanation.result.danger_open


def _handed_over(record: Record, call: CallData, compiled: CompiledQuestionnaire) -> _HandedOver:
    explanation, fitted = explain_record(record, compiled), answers_from_record(record, compiled)
    now, later = split_reasons(explanation)
    urgent, others = (now, later) if explanation.result.suggestion == EMERGENCY else ([], now)
    ordered = sorted(others, key=lambda reason: _after_the_first(reason, explanation.result))
    notes = tuple(_note_texts(record, compiled))
    findings = (*danger_findings(record, compiled), *follow_up_findings(record, compiled))
    return _HandedOver(record, call, compiled, explanation, fitted, findings, tuple(urgent), tuple(ordered), notes)


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
        *_not_asked(handed),
        _do_now_fields(handed, room),
        Paragraph(str(compiled.questionnaire.disclaimer), "strong"),
        Group((_danger_fields(handed, room, told),), "danger" if handed.danger else ""),
        _why_fields(handed, room, told),
        *(_picture(handed) if room.picture else ()),
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
    if is_out_of_scope(handed.compiled, handed.explanation.answers):
        yield Paragraph(NO_LEVEL, "broken")
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
        *_caller_fields(handed, room),
        ("How the call ended", ended),
        ("Questionnaire", ". ".join(filter(None, [handed.compiled.stamp, handed.compiled.site_stamp]))),
    )


def _caller_fields(handed: _HandedOver, room: _Room) -> Iterator[tuple[str, str]]:
    """Who calls, where the person is and how to call back; said, too, if it was not filled in or is not safe.

    The place and the number are whole, however long: without them nobody can send help or call back.
    """
    call, caution = handed.call, f" - {CAUTION}" if handed.unsafe else ""
    if call == NO_CALL_DATA:
        yield "The call", f"who calls, from where and the number to call back were not filled in{caution}"
        return
    others = call_texts(CallData(call.caller, call.safe_to_talk, "", "", call.language, call.interpreter))
    yield "The call", "; ".join(f"{name}: {room.cut(text)}" for name, text in others) or NOT_FILLED_IN
    yield "Where the person is", _in_one_line(call, CallField.WHERE)
    yield "Number to call back", f"{_in_one_line(call, CallField.CALL_BACK)}{caution}"


def _in_one_line(call: CallData, field: CallField) -> str:
    return " ".join(field_text(call, field).split()) or NOT_FILLED_IN


def _suggestion(handed: _HandedOver) -> str:
    record = handed.record
    return headline(handed.explanation, danger_raised=record.danger_raised, finished=record.final)


def _not_asked(handed: _HandedOver) -> Iterator[Paragraph]:
    """How many questions were not asked, so that nobody takes the page for the whole of a call."""
    count = not_asked_count(handed.explanation, handed.compiled)
    if count:
        yield Paragraph(f"{plural(count, 'question')} {'was' if count == 1 else 'were'} not asked.", "strong")


def _do_now_fields(handed: _HandedOver, room: _Room) -> Fields:
    """Whom to call, and the first things to do."""
    questionnaire, emergency = handed.compiled.questionnaire, handed.emergency
    to_do = do_now(handed.explanation, handed.compiled, danger=emergency, for_safety=_for_safety(handed))
    kept, more = to_do.kept(room.advice, room.routine), (*_more(to_do.dropped(room.advice, room.routine)),)
    roomy = room.spacious if not emergency else room.picture
    steps = (*kept, *more) if roomy or len(kept) <= MOST_STEPS else (" ".join([*_numbered(kept), *more]),)
    named = (
        ("Call" if emergency else "Call in danger", call_texts_in_short(questionnaire)),
        ("Do this now" if emergency else "Do now", steps),
    )
    return Fields(tuple((name, texts) for name, texts in named if texts))


def _numbered(steps: Iterable[str]) -> Iterator[str]:
    """Steps that are told apart by their numbers, for they stand in one text."""
    return (f"({number}) {step}" for number, step in enumerate(steps, start=1))


def _for_safety(handed: _HandedOver) -> tuple[str, ...]:
    """What whoever takes over has to know before they call: the notes on violence at home, else the caution."""
    notes = tuple(str(note.say) for note in violence_notes(handed.compiled, handed.fitted.answers))
    return notes or ((CAUTION,) if handed.unsafe else ())


def _danger_fields(handed: _HandedOver, room: _Room, told: set[str]) -> Fields:
    """Danger by the answers, what was done and when, and each question about danger that has no answer."""
    without = tuple(finding.text for finding in without_answer(handed.findings))
    return Fields(
        (
            ("Danger, and what was done", tuple(_danger_texts(handed, room, told))),
            ("Danger questions without an answer", without or ("none",)),
        )
    )


def _danger_texts(handed: _HandedOver, room: _Room, told: set[str]) -> Iterator[str]:
    record = handed.record
    if record.danger_since is not None:
        yield f"DANGER since {time_text(record.danger_since)}. {NOT_MARKED}"
    if handed.explanation.result.danger_open:
        yield "An emergency is not ruled out."
    yield from _reason_texts(handed.urgent, told) if room.answers else _bare_texts(handed.urgent, told)
    yield from _sign_texts(handed.findings, told)
    yield from _mark_texts(handed, room)
    if not record.alarms:
        yield "The emergency page was not shown on this call."


def _bare_texts(reasons: Sequence[Reason], told: set[str]) -> Iterator[str]:
    """Each reason without its answers, which the picture shows."""
    told |= {str(given.question.id) for reason in reasons for given in reason.because_of}
    return (str(reason.rule.because) for reason in reasons)


def _sign_texts(findings: Findings, told: set[str]) -> Iterator[str]:
    """The signs of danger that were not told yet, in one text."""
    found = [sign for sign in signs(findings) if sign.question.id not in told]
    if found:
        texts = [_answer_once(sign.question, sign.answer, told) for sign in found]
        yield f"Signs of danger: {'; '.join(texts)}"


def _mark_texts(handed: _HandedOver, room: _Room) -> Iterator[str]:
    """What was marked, and each time the emergency page was shown.

    Where there is no room, showings of the page that tell nothing new are left out, and many marks share their lines.
    """
    marks = [*_alarms_told(handed, room)]
    told = marks if room.spacious else [mark for mark in marks if not mark.only_shown]
    texts = [mark.text for mark in (marks if room.answers and len(marks) <= len(told) + 1 else told)]
    yield from texts if room.spacious or len(texts) <= MOST_MARKS else [" ".join(texts)]
    if len(texts) < len(marks) - 1:
        shown = sum(isinstance(alarm, EmergencyShown) for alarm in handed.record.alarms)
        yield f"The emergency page was shown {shown} times in all."


@dataclass(frozen=True, slots=True)
class _Mark:
    """What is told of one alarm; `only_shown` if it is no more than that the emergency page was shown."""

    text: str
    only_shown: bool = False


def _clock(started: datetime, at: datetime) -> str:
    """The time of day, with the date if it is not that on which the call began."""
    same_day = started.astimezone().date() == at.astimezone().date()
    return f"{at.astimezone():%H:%M:%S}" if same_day else time_text(at)


def _alarms_told(handed: _HandedOver, room: _Room) -> Iterator[_Mark]:
    """Each time the emergency page was shown, and what was done, in order; each reason is told once."""
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
                    text = f"{clock(at)}: the emergency page was shown. {reasons or asked_for}"
                    yield _Mark(text.strip(), not reasons)
                said |= {*rules}
                before = rules
            case DangerActedOn(at):
                yield _Mark(f"{clock(at)}: {_action_text(alarm, handed, room)}.")
                before = None
            case DangerCleared(at):
                yield _Mark(f"{clock(at)}: it was marked that nobody is in danger.")
                before = None


def _action_text(acted: DangerActedOn, handed: _HandedOver, room: _Room) -> str:
    """What was done, which is never cut, with the words that were typed as far as there is room for them."""
    many = sum(isinstance(alarm, DangerActedOn) for alarm in handed.record.alarms)
    most = min(DANGER_CHARACTERS if room.answers else LEAST, max(FEWEST, MARK_CHARACTERS // many))
    words = room.cut(acted.words, DANGER_CHARACTERS) if room.spacious else _shortened(acted.words, most)
    done = "acted" if acted.action is None else DANGER_ACTION_TEXTS[acted.action]
    return f"{done} ({words})" if words else done


def _why_fields(handed: _HandedOver, room: _Room, told: set[str]) -> Fields:
    """Reasons and notes as far as there is room, what was chosen, and the answers that have no scale."""
    kinds = [*chain.from_iterable(zip_longest("r" * len(handed.reasons), "n" * len(handed.notes)))]
    kept = [kind for kind in kinds if kind][: room.parts]
    reasons, notes = handed.reasons[: kept.count("r")], handed.notes[: kept.count("n")]
    emergency = handed.emergency
    texts = _reason_texts(reasons, told) if room.answers else _bare_texts(reasons, told)
    why = (*texts, *_more(len(handed.reasons) - len(reasons)))
    noted = (*(room.cut(note) for note in notes), *_more(len(handed.notes) - len(notes)))
    none = () if emergency else (no_reason_text(handed.explanation, danger_raised=handed.record.danger_raised),)
    return fields(
        ("Once nobody is in danger" if emergency else "Why", why or none),
        ("Notes", noted),
        ("What was chosen", "; ".join(_decision_texts(handed, room)) if room.answers or _was_decided(handed) else ""),
        *(_fields_without_scale(handed, room) if room.answers else [("Other answers", "in the record")]),
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


def _was_decided(handed: _HandedOver) -> bool:
    """Whether a decision was ever recorded, be it that it does not stand any more."""
    return any(isinstance(entry, DecisionMade) for entry in handed.record.log)


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
