"""A form filled in from top to bottom, as somebody does who sees only the questions that are shown.

What the form shows is compared at each question with its gate, read here in the plainest way, and with the interview:
as long as nobody left a question blank, it shows what an interview would ask.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from hypothesis import strategies as st

from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.report.blank_forms.form import AllOf, AnyOf, BlankForm, Chose, Gate, NumberFrom, PointsFrom
from support.naive import QuestionSketch, Sketch, tests
from support.strategies import answers_to, condition, pick, readable, sketches

Filled = Mapping[str, Answer]
"""What was filled in, by question. A blank and a question that is not shown are not in it."""

Shows = Callable[[str, Filled], bool]
"""Whether a form shows a question while this much of it is filled in."""

REASONS = (MissingReason.UNKNOWN, MissingReason.DECLINED)


@st.composite
def gated(draw: st.DrawFn) -> Sketch:
    """A questionnaire whose last question hangs on others, but not on points."""
    sketch = draw(sketches(most_questions=5))
    questions = [question for question in sketch.questions if question.type != "text"]
    ask_when = condition(draw, readable(questions, (), access=True), questions)
    last = QuestionSketch("last", "access", "yes_no", ask_when=ask_when)
    return replace(sketch, sections=(*sketch.sections, (last,)))


@st.composite
def walks(draw: st.DrawFn, sketch: Sketch, compiled: CompiledQuestionnaire, form: BlankForm, shows: Shows) -> Filled:
    """A form filled in. Each question that is shown must be one that should be, and the other way round."""
    filled: dict[str, Answer] = {}
    blank = False
    for index, (question, drawn) in enumerate(zip(form.questions, sketch.questions, strict=True)):
        shown = shows(question.id, filled)
        assert shown == holds(question.gate, filled), question.id
        if not blank:
            assert shown == would_be_asked(compiled, index, filled), question.id
        if shown and pick(draw, [True, True, True, False]):
            filled[question.id] = draw(_answers(drawn))
        elif shown:
            blank = True
    return filled


def points_in_gates(sketch: Sketch) -> list[str]:
    """For each test on points that decides whether a question is asked, that question; in file order."""
    names = {score.id for score in sketch.scores}
    return [
        question.id
        for question in sketch.questions
        for subject, _ in tests(question.ask_when or {})
        if subject in names
    ]


def would_be_asked(compiled: CompiledQuestionnaire, index: int, filled: Filled) -> bool:
    """Whether an interview would ask a question after these answers."""
    values = tuple(filled.get(str(question.id), MissingReason.MISSING) for question in compiled.questions)
    return bool(AnswerBatch(compiled, [Answers(values)]).asked(index).may)


def holds(gate: Gate | None, filled: Filled) -> bool:
    """Whether a gate is open."""
    match gate:
        case None:
            return True
        case Chose(question, codes):
            return not codes_of(filled.get(question)).isdisjoint(codes)
        case NumberFrom(question, bound, or_less):
            number = amount_of(filled.get(question))
            return number is not None and (number <= bound if or_less else number >= bound)
        case AllOf(parts):
            return all(holds(part, filled) for part in parts)
        case AnyOf(parts):
            return any(holds(part, filled) for part in parts)
        case PointsFrom():
            raise TypeError(gate)


def codes_of(answer: Answer | None) -> frozenset[str]:
    """The codes that are chosen in a form: options, or a reason for no answer."""
    match answer:
        case Chosen(options):
            return options
        case MissingReason():
            return frozenset({str(answer.value)})
        case Amount() | Words() | None:
            return frozenset()


def amount_of(answer: Answer | None) -> Decimal | None:
    """The number that is filled in, if one is."""
    return answer.number if isinstance(answer, Amount) else None


def _answers(question: QuestionSketch) -> st.SearchStrategy[Answer]:
    """What can be filled in: an answer, or where a form offers them, a reason for none."""
    usable = answers_to(question)
    return usable if question.type in {"number", "text"} else st.one_of(usable, st.sampled_from(REASONS))


def texts_of(filled: Filled) -> dict[str, str]:
    """What was filled in as words, by question."""
    return {name: answer.text for name, answer in filled.items() if isinstance(answer, Words)}


def as_answers(form: BlankForm, filled: Filled) -> Answers:
    """What was filled in, as the engine takes it."""
    return Answers(tuple(filled.get(question.id, MissingReason.MISSING) for question in form.questions))
