"""What holds for every questionnaire that can be used, proved anew for each from its resolved conditions.

The language can only ask for "at least this bad", so these proofs are short: they look at each test once. They run
whenever a questionnaire is loaded; one that fails any of them is not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from iop_screen.engine.answers import Amount, Answer, Chosen, chosen, holds
from iop_screen.engine.conditions import AnswerTest, Reaches, questions_in
from iop_screen.engine.instrument import Instrument
from iop_screen.engine.representatives import conditions_of, leaves, telling_numbers
from iop_screen.problems import Problem
from iop_screen.questionnaire.checks.study import Finding, Proof, Study, Verdict
from iop_screen.questionnaire.model import Condition, MultipleQuestion, NumberQuestion, answers_of

_OUR_FAULT = "the file is not at fault: please report it to whoever maintains the program"


def worse_never_lowers(study: Study) -> Iterator[Verdict]:
    """A test on a risk question that an answer passes is passed by every worse one; points never fall.

    Conditions are joined by "and" and "or" only, and a rule can only raise a ladder, so this is all there is to show.
    """
    instrument = study.instrument
    tests = [*dict.fromkeys(_answer_tests(instrument))]
    risky = [test for test in tests if instrument.questions[test.question].role == "risk"]
    undone = [test for test in risky if _undone_by_worse(instrument, test)]
    falling = [place for place in _scored(instrument) if _points_fall(instrument, place)]
    for place in sorted({*(test.question for test in undone), *falling}):
        question = instrument.questions[place]
        message = f"a worse answer to `{question.id}` could lower a suggestion"
        yield Finding(Problem("worse-lowers", message, question.id.span, _OUR_FAULT))
    if not undone and not falling:
        yield Proof(
            "worse-never-lowers",
            f"A worse answer never lowers a level or a first step: none of the {len(risky)} tests on risk "
            "questions can be undone by a worse answer.",
        )


def access_moves_nothing(study: Study) -> Iterator[Verdict]:
    """Nothing that moves a ladder reads an access question, itself, through a score or through a gate."""
    instrument = study.instrument
    moving = [ready.when for ready in instrument.rules]
    if instrument.applies_when is not None:
        moving.append(instrument.applies_when)
    read = _read_by(instrument, moving)
    access = [place for place, question in enumerate(instrument.questions) if question.role == "access"]
    for place in read & {*access}:
        question = instrument.questions[place]
        message = f"the access question `{question.id}` could move a suggestion"
        yield Finding(Problem("access-moves-level", message, question.id.span, _OUR_FAULT))
    if not read & {*access}:
        yield Proof(
            "access-moves-nothing",
            f"Duties, travel and wishes never move a suggestion: no rule can see any of the {len(access)} access "
            "questions.",
        )


def silence_never_reassures(study: Study) -> Iterator[Verdict]:
    """An unanswered question never gives less than its best answer: what may hold then may hold without an answer.

    An open answer passes every test that any answer could pass, as far as the question may be asked; that is how
    `judge` is written. What is left to show is that a score counts no open item below its best answer.
    """
    instrument = study.instrument
    for place in _scored(instrument):
        for ready in instrument.scores:
            for item in ready.items:
                points = [number for _, number in item.points]
                if item.question == place and not item.fewest <= min(points) <= max(points) <= item.most:
                    question = instrument.questions[place]
                    message = f"an open answer to `{question.id}` could count less than its best one"
                    yield Finding(Problem("silence-reassures", message, question.id.span, _OUR_FAULT))
                    return
    count = len(instrument.questions)
    yield Proof(
        "silence-never-reassures",
        f"A missing answer to any of the {count} questions never gives less than its best one, where it may be asked.",
    )


def one_suggestion(study: Study) -> Iterator[Verdict]:
    """Both ladders always have a bottom and are climbed, never fallen from: "at least" is never above "at most"."""
    count = len(study.instrument.rules)
    yield Proof(
        "one-suggestion",
        f"Every form gets exactly one suggestion, and the same one in whatever order the {count} rules and the "
        "questions stand: the highest step of any rule counts, and gates only look up.",
    )


def _answer_tests(instrument: Instrument) -> Iterator[AnswerTest]:
    for condition in conditions_of(instrument):
        yield from (test for test in leaves(condition) if not isinstance(test, Reaches))


def _undone_by_worse(instrument: Instrument, test: AnswerTest) -> bool:
    passes = holds(test)
    return any(passes(better) and not passes(worse) for better, worse in _worsening(instrument, test.question))


def _worsening(instrument: Instrument, place: int) -> Iterator[tuple[Answer, Answer]]:
    """Pairs of answers to a risk question of which the second is the next worse one."""
    question = instrument.questions[place]
    if isinstance(question, NumberQuestion):
        numbers: list[Amount] = telling_numbers(instrument, place, question)
        yield from pairwise(numbers if question.worse == "higher" else [*reversed(numbers)])
    elif isinstance(question, MultipleQuestion):
        alone = [option for option in question.options if option.exclusive]
        needs = [chosen(option.id) for option in question.options if not option.exclusive]
        yield from ((chosen(option.id), need) for option in alone for need in needs)
        yield from ((one, Chosen(one.options | other.options)) for one in needs for other in needs)
    else:
        yield from pairwise([chosen(option) for option in answers_of(question)])


def _scored(instrument: Instrument) -> list[int]:
    return sorted({item.question for ready in instrument.scores for item in ready.items})


def _points_fall(instrument: Instrument, place: int) -> bool:
    if instrument.questions[place].role != "risk":
        return False
    worth = {
        option: number
        for ready in instrument.scores
        for item in ready.items
        if item.question == place
        for test, number in item.points
        for option in test.options
    }
    pairs = _worsening(instrument, place)
    return any(_points(worth, better) > _points(worth, worse) for better, worse in pairs)


def _points(worth: dict[str, int], answer: Answer) -> int:
    return sum(worth[option] for option in answer.options) if isinstance(answer, Chosen) else 0


def _read_by(instrument: Instrument, conditions: Iterable[Condition]) -> set[int]:
    """Every question that a condition reads, itself, through a score, or through a gate, and so on up."""
    read: set[int] = set()
    waiting = [*conditions]
    while waiting:
        for test in leaves(waiting.pop()):
            for place in {*questions_in(test)} - read:
                read.add(place)
                gate = instrument.gates[place]
                waiting += [] if gate is None else [gate]
    return read
