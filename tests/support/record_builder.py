"""Records as an interview would save them, built entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.questionnaire.answers import Answer, MissingReason, Words, chosen
from iop_screen.records.fitted_answers import explain_record, result_shown_entry
from iop_screen.records.model import (
    AnswerRecorded,
    CallEnded,
    CallOutcome,
    DangerActedOn,
    DangerAction,
    DecisionMade,
    DecisionReason,
    EmergencyShown,
    Entry,
    Head,
    NoteWritten,
    QuestionnaireRef,
    Record,
    ReferenceSet,
    ResultShown,
)
from iop_screen.report.result_text import result_blocks
from iop_screen.report.screen_text import screen_text

BEGUN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MISSING_REASONS = {"?": MissingReason.UNKNOWN, "-": MissingReason.DECLINED}

ANSWERS = {
    "age": "18_64",
    "concerns": "substances",
    "coming_from": "no",
    "emergency_now": "no",
    "suicide": "danger",
    "harm_others": "no",
    "reality": "no",
    "pregnancy": "no",
    "medical": "stable",
    "ed_body": "no",
    "alcohol_use": "some_days",
    "alcohol_amount": "one_or_two",
    "sedative_use": "none",
    "opioid_use": "none",
    "stimulant_use": "none",
    "treatment_medicine": "no",
    "withdrawal_now": "mild",
    "past_severe_withdrawal": "no",
    "overdose": "no",
    "self_care": "yes",
    "stay_safe": "no",
    "past_care": "did_not_help",
    "thinking": "?",
    "home": "others_use",
    "support": "-",
    "obligations": "job",
    "away": "with_help",
    "wishes": "home_based",
}
"""The answers of one caller: the option by question, `?` for "don't know", `-` for declined."""


@dataclass
class RecordBuilder:
    """Builds a record, with an entry every ten seconds."""

    compiled: CompiledQuestionnaire
    ref: str = "7KQ2-M4XP"
    entries: list[Entry] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time of the next entry."""
        return BEGUN + timedelta(seconds=10 * (1 + len(self.entries)))

    def answer(self, answers: dict[str, Answer]) -> RecordBuilder:
        """Add these answers."""
        for name, answer in answers.items():
            self.entries.append(AnswerRecorded(self.now, name, answer))
        return self

    def note(self, notes: dict[str, str]) -> RecordBuilder:
        """Add these notes."""
        for name, text in notes.items():
            self.entries.append(NoteWritten(self.now, name, text))
        return self

    def show(self, suggestion: str, first_step: str | None) -> RecordBuilder:
        """Add that this result was shown, with both bounds alike."""
        self.entries.append(
            ResultShown(
                self.now, suggestion, suggestion, suggestion, first_step, first_step, danger_open=False, set_aside=0
            )
        )
        return self

    def show_result(self) -> RecordBuilder:
        """Add that the result of the answers was shown."""
        explanation = explain_record(self.record(), self.compiled)
        self.entries.append(result_shown_entry(explanation, self.now))
        return self

    def record(self) -> Record:
        """The record so far."""
        questionnaire = self.compiled.questionnaire
        made = QuestionnaireRef(str(questionnaire.id), str(questionnaire.version), self.compiled.hash12)
        return Record(Head(self.ref, 1, BEGUN, made), tuple(self.entries))


def result_page(explanation: Explanation, compiled: CompiledQuestionnaire) -> str:
    """Everything the result of one form says, as text of 78 columns."""
    return screen_text(result_blocks(explanation, compiled)) + "\n"


def choices(answers: dict[str, str]) -> dict[str, Answer]:
    """Answers that each choose one option, or give a reason why there is none."""
    return {name: MISSING_REASONS.get(option) or chosen(option) for name, option in answers.items()}


def residential(compiled: CompiledQuestionnaire) -> Record:
    """A whole interview: danger that turned out to be none, notes, an answer behind a closed branch, a decision."""
    builder = RecordBuilder(compiled).answer(choices(ANSWERS))
    builder.entries.append(EmergencyShown(builder.now, ("suicide_danger",)))
    builder.entries.append(DangerActedOn(builder.now))
    builder.note({"suicide": "meant last year, not now; asked again with the clinician on the line"})
    builder.answer(choices({"suicide": "thoughts", "means_at_hand": "no", "ed_meals": "mostly"}))
    builder.note({"home": "brother drinks daily, 12 cans or more", "travel": "car broke down\nno bus on Sundays"})
    builder.entries.append(ReferenceSet(builder.now, "MR-0042"))
    builder.show_result()
    chose = DecisionReason.WAITING_LIST
    builder.entries.append(
        DecisionMade(
            builder.now,
            "iop_safe_place",
            "clinician_check",
            "J. Doe",
            chose,
            "Dr. A. Roe",
            "may not stay safe at night; sister stays with him",
            "bed from Monday on",
        )
    )
    return builder.record()


def draft(compiled: CompiledQuestionnaire) -> Record:
    """An interview that broke off after a few questions, one of them declined."""
    answers = {"age": "18_64", "concerns": "substances", "emergency_now": "no", "suicide": "-"}
    return RecordBuilder(compiled).answer(choices(answers)).note({"suicide": "call dropped here"}).record()


LONG_WORDS = "The caller said this in a low voice and asked not to be put on hold; her sister stood beside her. " * 20
"""As much as the program lets a person type."""


def worst(compiled: CompiledQuestionnaire, *, danger: bool = True, words: str = LONG_WORDS) -> Record:
    """The worst answer to every question, with a note on each; without `danger` none that breaks off the interview."""
    needs = {str(question.id): {*question.answer_ids()} for question in compiled.questions}
    single = (question for question in compiled.questions if not question.allows_multiple)
    needs |= {str(question.id): {question.answer_ids()[-1]} for question in single}
    milder = {"emergency_now": "no", "suicide": "thoughts", "harm_others": "worry", "reality": "steady"}
    needs |= {"age": {"65_plus"}, "obligations": {"job", "school", "children", "care_of_adult", "court"}}
    needs |= {} if danger else {name: {option} for name, option in {**milder, "ed_body": "risk"}.items()}
    builder = RecordBuilder(compiled, "9JW2").answer({name: chosen(*options) for name, options in needs.items()})
    if danger:
        rules = (str(rule.definition.id) for rule in compiled.interrupting())
        builder.entries.append(EmergencyShown(builder.now, tuple(rules)))
        builder.entries.append(DangerActedOn(builder.now, DangerAction.CALLED_EMERGENCY, words))
    builder.note(dict.fromkeys(needs, words)).entries.append(ReferenceSet(builder.now, words))
    builder.show_result()
    reason = DecisionReason.WAITING_LIST
    made = DecisionMade(builder.now, "iop_safe_place", "clinician_check", words, reason, words, words, words)
    builder.entries += [made, CallEnded(builder.now, CallOutcome.CALL_BACK, words)]
    return builder.record()


def hostile(compiled: CompiledQuestionnaire, text: str) -> Record:
    """A record in which every text that a person can type is this one."""
    builder = RecordBuilder(compiled).answer(choices({"danger": "no", "threat": "some"})).answer({"gone": Words(text)})
    builder.answer({"words": Words(text)}).note({"threat": text, "days": text, "gone_too": text})
    builder.entries += [EmergencyShown(builder.now, (text,)), ReferenceSet(builder.now, text)]
    builder.show(text, text)
    builder.entries.append(DecisionMade(builder.now, text, text, text, DecisionReason.OTHER, text, text, text))
    return builder.record()
