"""Records to show: what an interview would have kept, entry by entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.explain import Explanation
from iop_screen.questionnaire.answers import Answer, MissingReason, Words, chosen
from iop_screen.records.answers import explain_record, result_shown_entry
from iop_screen.records.model import (
    AnswerRecorded,
    DangerActedOn,
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
from iop_screen.report.result_text import result_passages
from iop_screen.report.wording import passages_text

BEGUN = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
GAPS = {"?": MissingReason.UNKNOWN, "-": MissingReason.DECLINED}

TOLD = {
    "age": "18_64",
    "concerns": "substances",
    "coming_from": "no",
    "emergency_now": "no",
    "suicide": "danger",
    "harm_others": "no",
    "reality": "no",
    "pregnant": "no",
    "medical": "stable",
    "ed_body": "no",
    "alcohol_use": "some_days",
    "sedative_use": "none",
    "opioid_use": "none",
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
"""What a caller tells; the option by question, `?` for "don't know", `-` for declined."""


@dataclass
class Keeping:
    """A record as it grows, an entry every ten seconds."""

    compiled: CompiledQuestionnaire
    ref: str = "7KQ2-M4XP"
    entries: list[Entry] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The time of the next entry."""
        return BEGUN + timedelta(seconds=10 * (1 + len(self.entries)))

    def answer(self, answers: dict[str, Answer]) -> Keeping:
        """Take these answers."""
        for name, answer in answers.items():
            self.entries.append(AnswerRecorded(self.now, name, answer))
        return self

    def note(self, notes: dict[str, str]) -> Keeping:
        """Write these notes."""
        for name, text in notes.items():
            self.entries.append(NoteWritten(self.now, name, text))
        return self

    def show(self, suggestion: str, first_step: str | None) -> Keeping:
        """Show this result, settled in all it says."""
        self.entries.append(
            ResultShown(
                self.now, suggestion, suggestion, suggestion, first_step, first_step, danger_open=False, set_aside=0
            )
        )
        return self

    def show_result(self) -> Keeping:
        """Show the result that the answers come to."""
        explanation = explain_record(self.record(), self.compiled)
        self.entries.append(result_shown_entry(explanation, self.now))
        return self

    def record(self) -> Record:
        """What is kept so far."""
        questionnaire = self.compiled.questionnaire
        made = QuestionnaireRef(str(questionnaire.id), str(questionnaire.version), self.compiled.hash12)
        return Record(Head(self.ref, 1, BEGUN, made), tuple(self.entries))


def result_page(explanation: Explanation, compiled: CompiledQuestionnaire) -> str:
    """Everything the result of one form says, as text of 78 columns."""
    return passages_text(result_passages(explanation, compiled)) + "\n"


def said(answers: dict[str, str]) -> dict[str, Answer]:
    """Answers by option, each of one option."""
    return {name: GAPS.get(option) or chosen(option) for name, option in answers.items()}


def residential(compiled: CompiledQuestionnaire) -> Record:
    """A whole interview: danger that turned out to be none, notes, an answer behind a closed branch, a decision."""
    keeping = Keeping(compiled).answer(said(TOLD))
    keeping.entries.append(EmergencyShown(keeping.now, ("suicide_danger",)))
    keeping.entries.append(DangerActedOn(keeping.now))
    keeping.note({"suicide": "meant last year, not now; asked again with the clinician on the line"})
    keeping.answer(said({"suicide": "thoughts", "ed_meals": "mostly"}))
    keeping.note({"home": "brother drinks daily, 12 cans or more", "travel": "car broke down\nno bus on Sundays"})
    keeping.entries.append(ReferenceSet(keeping.now, "MR-0042"))
    keeping.show_result()
    chose = DecisionReason.WAITING_LIST
    keeping.entries.append(
        DecisionMade(
            keeping.now,
            "iop_safe_place",
            "clinician_check",
            "J. Doe",
            chose,
            "Dr. A. Roe",
            "may not stay safe at night; sister stays with him",
            "bed from Monday on",
        )
    )
    return keeping.record()


def draft(compiled: CompiledQuestionnaire) -> Record:
    """An interview that broke off after a few questions, one of them declined."""
    told = {"age": "18_64", "concerns": "substances", "emergency_now": "no", "suicide": "-"}
    return Keeping(compiled).answer(said(told)).note({"suicide": "call dropped here"}).record()


def hostile(compiled: CompiledQuestionnaire, text: str) -> Record:
    """A record in which every text that a person can type is this one."""
    keeping = Keeping(compiled).answer(said({"danger": "no", "threat": "some"})).answer({"gone": Words(text)})
    keeping.answer({"words": Words(text)}).note({"threat": text, "days": text, "gone_too": text})
    keeping.entries += [EmergencyShown(keeping.now, (text,)), ReferenceSet(keeping.now, text)]
    keeping.show(text, text)
    keeping.entries.append(DecisionMade(keeping.now, text, text, text, DecisionReason.OTHER, text, text, text))
    return keeping.record()
