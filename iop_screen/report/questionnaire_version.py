"""Which questionnaire a record goes by, in words, where that is not today's, or not the one that it was made with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.types import Question
from iop_screen.records.model import AnswerRecorded, NoteWritten, QuestionnaireRef, Record
from iop_screen.report.wording import plural


@dataclass(frozen=True, slots=True)
class OtherQuestionnaires:
    """Questionnaires that a record does not go by.

    `before`: those it went by before, as far as they can be read. `todays`: the one that comes along, if that is known.
    """

    before: Mapping[QuestionnaireRef, CompiledQuestionnaire]
    todays: QuestionnaireRef | None


NO_OTHERS = OtherQuestionnaires({}, None)


def other_versions_text(records: Sequence[Record], todays: QuestionnaireRef | None) -> str:
    """How many of some records go by another questionnaire than today's, or than the one they were made with."""
    if todays is None:
        return ""
    other = sum(record.head.questionnaire != todays for record in records)
    anew = sum(bool(record.questionnaire_changes) for record in records)
    if not (other or anew):
        return ""
    names = questionnaire_names({todays, *(record.head.questionnaire for record in records)})
    said = [f"Today's questionnaire is {names[todays]}."]
    if other:
        said.append(f"{plural(other, 'record')} {'goes' if other == 1 else 'go'} by another one.")
    if anew:
        said.append(f"{plural(anew, 'record')} {'was' if anew == 1 else 'were'} scored anew by a later one.")
    return f"{' '.join(said)} To see which: iop-screen records show REF"


def version_texts(record: Record, todays: QuestionnaireRef | None) -> Iterator[str]:
    """That a record goes by another questionnaire than today's, or than the one that it was made with."""
    own, changes = record.head.questionnaire, record.questionnaire_changes
    if changes:
        yield taken_over_text(changes[0].made_with, own)
    if changes and todays not in {own, None}:
        yield f"Today's is {_named_after(todays, own)}."
    elif todays not in {own, None}:
        yield goes_by_text(own, todays)


def goes_by_text(own: QuestionnaireRef, todays: QuestionnaireRef | None) -> str:
    """That a record goes by its own questionnaire; empty if that is today's, or if today's is not known."""
    if todays is None or todays == own:
        return ""
    return (
        f"This record goes by {_told_from(own, todays)}. Today's is {_named_after(todays, own)}. It is not scored anew."
    )


def taken_over_text(before: QuestionnaireRef, now: QuestionnaireRef) -> str:
    """That a record does not go by the questionnaire any more that it was made with."""
    made, goes = _told_from(before, now), _named_after(now, before)
    return f"This record was made with {made}. It goes by {goes} now, and is scored anew."


def copy_lost_text(own: QuestionnaireRef, why: str) -> str:
    """Why a record cannot go on with its own questionnaire."""
    return f"Its own questionnaire, {own.id} {own.version}, cannot be read: {why}."


def copy_lost_advice(copy: str, ref: str) -> str:
    """What can be done where the copy of a questionnaire, at this path, cannot be read; `ref` is the record."""
    return (
        f"What to do: put {copy} back from a backup; or, to read the record, name a file with the same content: "
        f"iop-screen records show {ref} --questions FILE; or take it over to today's questionnaire, "
        f"by which it is scored anew: iop-screen records edit {ref}. "
        f"What was recorded can be had without it: iop-screen records export {ref} --to json"
    )


def ids_shown_texts(record: Record, known: Collection[QuestionnaireRef]) -> Iterator[str]:
    """Why what was recorded by earlier questionnaires stands there with ids; nothing if all are known."""
    for before in dict.fromkeys(change.made_with for change in record.questionnaire_changes):
        if before not in known:
            yield f"{before.id} {before.version} cannot be read. What was recorded by it is shown with ids."


def questionnaire_names(refs: Iterable[QuestionnaireRef]) -> dict[QuestionnaireRef, str]:
    """Each by its id and version, and by its hash where these are not enough to tell it from the others."""
    distinct = {*refs}
    return {ref: _told_from(ref, *(distinct - {ref})) for ref in distinct}


def question_in(compiled: CompiledQuestionnaire | None, name: str) -> Question | None:
    """The question with this id; None if there is none, or if the questionnaire is not known."""
    questions = () if compiled is None else compiled.questions
    return next((question for question in questions if question.id == name), None)


def questions_as_asked(
    record: Record, known: Mapping[QuestionnaireRef, CompiledQuestionnaire]
) -> dict[str, Question | None]:
    """Each question that has a note or an answer, as it was asked then; None if that is not known."""
    asked: dict[type[AnswerRecorded | NoteWritten], dict[str, Question | None]] = {NoteWritten: {}, AnswerRecorded: {}}
    for made_with, entry in record.log_by_questionnaire():
        if isinstance(entry, AnswerRecorded | NoteWritten):
            asked[type(entry)][entry.question] = question_in(known.get(made_with), entry.question)
    return asked[NoteWritten] | asked[AnswerRecorded]


def _told_from(ref: QuestionnaireRef, *others: QuestionnaireRef) -> str:
    alike = any((ref.id, ref.version) == (other.id, other.version) for other in others)
    return f"{ref.id} {ref.version} #{ref.hash12}" if alike else f"{ref.id} {ref.version}"


def _named_after(ref: QuestionnaireRef, before: QuestionnaireRef) -> str:
    """The same, without the id if it was named just before."""
    return _without_id(_told_from(ref, before), ref, before)


def _without_id(name: str, ref: QuestionnaireRef, before: QuestionnaireRef) -> str:
    return name.removeprefix(f"{ref.id} ") if ref.id == before.id else name
