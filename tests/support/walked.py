"""What a walk through an interview is held against: a plain model, and the questionnaires that it walks through.

The model is what a careful person would keep on paper: the answers said last, the notes, when there was danger. What is
asked and what a form means it takes from the naive reading, not from the engine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from iop_screen.interview.fullscreen import key_names
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.records.model import (
    EMERGENCY_CARE,
    SOMETHING_ELSE,
    AnswerRecorded,
    AnswerTakenBack,
    CallEnded,
    DangerActedOn,
    DangerCleared,
    DecisionMade,
    EmergencyShown,
    Entry,
    KeptApart,
    NoteWritten,
    QuestionnaireChanged,
    ReferenceSet,
    ResultShown,
)
from support.naive import (
    Known,
    OptionSketch,
    Partial,
    QuestionSketch,
    RuleSketch,
    ScoreSketch,
    Sheet,
    Sketch,
    judge_partial,
    truths,
    without_strays,
)
from support.naive import known as what_is_asked
from support.strategies import text_of

REACH = "call 000"
DANGER, ACTED, CLEARED = "danger", "acted", "cleared"


def house(
    *, kind_b: bool = True, threat: bool = True, a_plan: bool = True, more: bool = False, most_days: int = 7
) -> Sketch:
    """Every type of question, a branch in a branch, and danger before them."""
    second_kind = [OptionSketch("b", 2)] if kind_b else []
    kinds = (OptionSketch("a", 1), *second_kind, OptionSketch("neither", 0, exclusive=True))
    graded = tuple(OptionSketch(name, points) for points, name in enumerate(("none", "some", "plan")))
    threats = [QuestionSketch("threat", "risk", "choice", graded)] if threat else []
    ask_when = {"threat": {"at_least": "some"}} if threat else {"kinds": "a"}
    added = [QuestionSketch("more", "risk", "yes_no", worse="yes", ask_when=ask_when)] if more else []
    first = (
        QuestionSketch("grown", "context", "yes_no"),
        QuestionSketch("danger", "risk", "yes_no", worse="yes"),
        *threats,
        QuestionSketch("kinds", "risk", "multiple", kinds),
    )
    second = (
        *added,
        QuestionSketch("days", "risk", "number", worse="higher", high=most_days, ask_when={"kinds": "a"}),
        QuestionSketch("safe", "risk", "yes_no", worse="no", ask_when={"days": {"at_least": 3}}),
        QuestionSketch("words", "context", "text"),
        QuestionSketch("job", "access", "yes_no"),
    )
    adds = ("threat", "kinds") if threat else ("kinds",)
    rules = [
        RuleSketch("danger_now", {"danger": "yes"}, first_step="now"),
        RuleSketch("not_safe", {"safe": "no"}, level="live_in", first_step="check"),
        RuleSketch("many_days", {"days": {"at_least": 5}}, level="live_in"),
        RuleSketch("heavy", {"sum": {"at_least": 3}}, level="live_in", first_step="check"),
    ]
    rules += [RuleSketch("a_plan", {"threat": "plan"}, first_step="now")] if threat and a_plan else []
    rules += [RuleSketch("more_of_it", {"more": "yes"}, level="live_in")] if more else []
    return Sketch(
        levels=("home", "live_in"),
        first_steps=("check", "now"),
        interrupts=True,
        sections=(first, second),
        scores=(ScoreSketch("sum", adds),),
        rules=tuple(rules),
        notes=(),
        guarantees=(),
        applies_when={"grown": "yes"},
    )


HOUSES = (
    house(),
    house(kind_b=False),
    house(threat=False),
    house(more=True),
    house(most_days=4),
    house(threat=False, more=True, kind_b=False),
    house(a_plan=False),
)


def file_of(sketch: Sketch) -> bytes:
    """The questionnaire as a file, with somebody to call."""
    questionnaire = json.loads(text_of(sketch))
    questionnaire["contacts"] = [{"id": "help", "name": "Help line", "reach": REACH}]
    for step in questionnaire.get("first_steps", []):
        if step.get("interrupt"):
            step |= {"contacts": ["help"], "next_steps": ["Stay with the person."]}
    return json.dumps(questionnaire).encode()


@dataclass
class Paper:
    """What was said so far; `alarms` has DANGER, ACTED and CLEARED in the order in which they came."""

    sketch: Sketch
    answers: dict[str, Answer] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    reference: str = ""
    alarms: list[str] = field(default_factory=list)
    final: bool = False
    decision: DecisionMade | None = None

    def copy(self) -> Paper:
        """The same on a sheet of its own."""
        return replace(self, answers={**self.answers}, notes={**self.notes}, alarms=[*self.alarms])

    def hear(self, entries: Iterable[Entry]) -> None:  # noqa: C901 - one case an entry
        """Write down what was said."""
        for entry in entries:
            match entry:
                case AnswerRecorded(_, question, answer):
                    self.take(question, answer)
                case NoteWritten(_, question, text):
                    self.notes[question] = text
                case ReferenceSet(_, reference):
                    self.reference = reference
                case EmergencyShown() | DangerActedOn() | DangerCleared():
                    self.alarms.append(
                        {EmergencyShown: DANGER, DangerActedOn: ACTED, DangerCleared: CLEARED}[type(entry)]
                    )
                case ResultShown():
                    self.final = True
                case DecisionMade():
                    self.decision = entry
                case QuestionnaireChanged():
                    self.final, self.decision = False, None
                case AnswerTakenBack(_, question):
                    del self.answers[question]  # a walk waits between two keys, so there was none before
                    self.final, self.decision = False, None
                case CallEnded() | KeptApart():
                    continue

    def take(self, question: str, answer: Answer) -> None:
        """An answer; a result that was shown before, and what was chosen by it, stand no longer."""
        self.answers[question] = answer
        self.final, self.decision = False, None

    @property
    def danger_waits(self) -> bool:
        """Whether nobody has acted since the last danger."""
        return self.alarms[-1:] == [DANGER]

    @property
    def sheet(self) -> Sheet:
        """The answers that fit the questionnaire as it is now."""
        said = {question.id: self.answers.get(question.id, MissingReason.MISSING) for question in self.sketch.questions}
        fitting = {name for name, answer in said.items() if fits(self.sketch.question(name), answer)}
        return {name: answer if name in fitting else MissingReason.MISSING for name, answer in said.items()}

    @property
    def counts(self) -> Sheet:
        """Those of them that count."""
        return without_strays(self.sketch, self.sheet)

    @property
    def known(self) -> Known:
        """What is asked."""
        return what_is_asked(self.sketch, self.counts)

    def asked(self) -> list[str]:
        """The questions that may be asked, in file order."""
        return [name for name, asked in self.known.asked.items() if asked.may]

    def left(self) -> list[str]:
        """Those of them without an answer."""
        return [name for name in self.asked() if self.sheet[name] is MissingReason.MISSING]

    def danger(self) -> list[str]:
        """The rules of danger that hold."""
        known, interrupt = self.known, self.sketch.interrupt
        rules = [rule for rule in self.sketch.rules if interrupt is not None and rule.first_step == interrupt]
        return [rule.id for rule in rules if truths(known, rule.when).must]

    def open_danger(self) -> list[str]:
        """The open questions that the rules of danger read; in an emergency there is nothing left to rule out."""
        if self.danger():
            return []
        interrupt = self.sketch.interrupt
        rules = [rule for rule in self.sketch.rules if interrupt is not None and rule.first_step == interrupt]
        read = {name for rule in rules for name in self.sketch.reads(rule.when)}
        return [name for name in self.meaning().open_questions if name in read]

    def unsure_danger(self) -> list[str]:
        """The questions that the rules of danger read, and that the caller declined or did not know."""
        interrupt = self.sketch.interrupt
        rules = [rule for rule in self.sketch.rules if interrupt is not None and rule.first_step == interrupt]
        read = {name for rule in rules for name in self.sketch.reads(rule.when)}
        return [name for name in read if self.sheet[name] in {MissingReason.UNKNOWN, MissingReason.DECLINED}]

    def fitting(self) -> tuple[list[str], list[str]]:
        """What the questionnaire has a place for, and the answers and then the notes that it has none for."""
        there = {question.id for question in self.sketch.questions}
        fit = [name for name, said in self.answers.items() if name in there and fits(self.sketch.question(name), said)]
        noted = [name for name, text in self.notes.items() if text and name not in there]
        return fit, [name for name in self.answers if name not in fit] + noted

    def choices(self) -> list[str]:
        """What can be chosen, in the order of the list."""
        return [*self.sketch.levels, EMERGENCY_CARE, SOMETHING_ELSE]

    def first_choices(self) -> list[str | None]:
        """What can be chosen to come first."""
        return [step for step in self.sketch.steps if step is None or step != self.sketch.interrupt]

    def needs(self, choice: str, first: str | None) -> tuple[bool, bool]:
        """Whether a choice needs a reason, and whether a clinician: by answers set aside and after danger, too."""
        because, clinician = self.needs_by(self.meaning(), choice, first)
        _, told = self.needs_by(judge_partial(self.sketch, self.sheet), choice, first)
        raised = self.alarms[-1:] not in ([], [CLEARED]) and choice in self.sketch.levels
        return because, clinician or told or raised

    def first_in_question(self, choice: str) -> bool:
        """Whether something comes first before a choice, or may."""
        reached = [self.meaning().first_steps[1], judge_partial(self.sketch, self.sheet).first_steps[1]]
        return choice in self.sketch.levels and reached != [None, None] and len(self.first_choices()) > 1

    def needs_by(self, meaning: Partial, choice: str, first: str | None) -> tuple[bool, bool]:
        """The same by one reading of the answers."""
        ladder = [SOMETHING_ELSE, *self.sketch.levels, EMERGENCY_CARE]
        least, most = meaning.first_steps
        needed = EMERGENCY_CARE if most is not None and most == self.sketch.interrupt else meaning.levels[1]
        lower = ladder.index(choice) < ladder.index(needed)
        another = choice != meaning.suggestion
        if choice in self.sketch.levels:
            urgency = self.sketch.steps.index
            lower = lower or urgency(first) < urgency(most)
            another = another or not urgency(least) <= urgency(first) <= urgency(most)
        unfit = meaning.suggestion == "out_of_scope" and choice in self.sketch.levels
        return another or lower, lower or unfit

    def meaning(self) -> Partial:
        """What it comes to."""
        return judge_partial(self.sketch, self.counts)

    def index(self, name: str) -> int:
        """Where a question stands in the file."""
        return [question.id for question in self.sketch.questions].index(name)


def fits(question: QuestionSketch, answer: Answer) -> bool:
    """Whether an answer is one of this question's."""
    match answer:
        case Chosen(names):
            return names in question.sets
        case Amount(number):
            return question.type == "number" and question.low <= number <= question.high
        case Words():
            return question.type == "text"
        case MissingReason():
            return True


def line_of(question: QuestionSketch, answer: Answer) -> str:
    """What one types on a line for an answer."""
    match answer:
        case MissingReason():
            return {MissingReason.UNKNOWN: "u", MissingReason.DECLINED: "d"}[answer]
        case Amount(number):
            return f"{number:f}"
        case Words(text):
            return text
        case Chosen(names) if question.type == "yes_no":
            return min(names)[0]
        case Chosen(names):
            return ",".join(sorted(number_of(question, name) for name in names))
    raise TypeError(answer)


def number_of(question: QuestionSketch, name: str) -> str:
    """The number of an option: 0 for the one that goes with no other, else counted from 1."""
    alone = [option.id for option in question.options if option.exclusive]
    if alone == [name]:
        return "0"
    numbered = [other for other in question.ids if [other] != alone]
    return str(numbered.index(name) + 1)


def what_to_say(question: QuestionSketch, answer: Answer, ticked: frozenset[str]) -> list[str]:
    """The keys for an answer, if these options are ticked already."""
    line = line_of(question, answer)
    if isinstance(answer, MissingReason) or question.type in {"yes_no", "choice"}:
        return [line]
    if question.type == "text":
        return [key_names.ENTER, *line, key_names.ENTER]
    if question.type == "number":
        return [*line, key_names.ENTER]
    wanted = {*line.split(",")}
    return [*sorted(ticked - wanted), *sorted(wanted - ticked), key_names.ENTER]
