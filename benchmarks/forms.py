"""Makes up forms to score. Run it by hand: `python benchmarks/forms.py KIND ROWS FILE`.

The kinds of file:

- `mixed`: forms of eight kinds of people. Each kind has its own chance for each answer. A question that cannot be asked
  is left blank, and some answers are unknown, declined or left out.
- `random`: each answer has the same chance, whatever the other answers are, and a question is answered whether it may
  be asked or not.
- `noted`: as `mixed`, and each tenth form has a note in quotes in one more column. The notes have commas and doubled
  quotes in them, and some have a line end.

The same kind and number of rows give the same file, and a shorter file is the start of a longer one. All is drawn by
chance from the questionnaire alone: no answers of a person are in it.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, islice
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from iop_screen.checking.load import load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Verdict, judge_optional, leaf_tests
from iop_screen.engine.representative_answers import bounds_tested, every_answer
from iop_screen.questionnaire.answers import (
    Answer,
    AnswerTest,
    Chosen,
    HasOption,
    MissingReason,
    UsableAnswer,
    predicate,
)

FormKind = Literal["mixed", "random", "noted"]

LOT = 10_000
"""How many forms are drawn at once."""

BYTES = 256
BLANK = 0
UNKNOWN_NOW_AND_THEN = (0.01, 0.03, 0.01)
UNKNOWN_OFTEN = (0.05, 0.20, 0.05)

NOTES = (
    "called back, spoke with sister",
    'says ""not today"", will call again',
    "came with a friend, no papers, no phone",
    "left a message\nsecond line, in a hurry",
    'from the ""north"" office, moved here',
)


class People(NamedTuple):
    """A kind of people. `share` is how many of a lot they are, `step` how much rarer each next worse answer is, and
    `without` the chances of an answer that is left out, unknown and declined.
    """

    share: int
    step: float
    without: tuple[float, float, float]


KINDS_OF_PEOPLE = (
    People(2600, 0.04, UNKNOWN_NOW_AND_THEN),
    People(2000, 0.10, UNKNOWN_NOW_AND_THEN),
    People(1500, 0.16, UNKNOWN_NOW_AND_THEN),
    People(1200, 0.24, UNKNOWN_NOW_AND_THEN),
    People(900, 0.36, UNKNOWN_NOW_AND_THEN),
    People(800, 0.10, UNKNOWN_OFTEN),
    People(600, 0.60, UNKNOWN_NOW_AND_THEN),
    People(400, 0.36, UNKNOWN_OFTEN),
)


@dataclass(frozen=True, slots=True)
class Cells:
    """What can stand in the column of a question: each answer with its text. The first is a blank.

    `likely` says of each usable answer how likely people give it, before it is known what kind of people they are.
    """

    answers: tuple[Answer, ...]
    texts: tuple[str, ...]
    likely: tuple[float, ...]
    ordered: bool

    @property
    def usable(self) -> int:
        """How many usable answers there are."""
        return len(self.answers) - len(WITHOUT)


WITHOUT = (MissingReason.MISSING, MissingReason.UNKNOWN, MissingReason.DECLINED)
WITHOUT_TEXTS = ("", *(reason.value for reason in WITHOUT[1:]))


def cells_of(compiled: CompiledQuestionnaire) -> list[Cells]:
    """What can stand in each column, in file order."""
    found = []
    for index, question in enumerate(compiled.questions):
        answers = [*islice(every_answer(question, bounds_tested(compiled, index)), BYTES - len(WITHOUT))]
        texts = (*WITHOUT_TEXTS, *map(question.as_cell, answers))
        likely = tuple(likelihood(compiled, index, answer) for answer in answers)
        in_order = question.role == "risk" and not question.allows_multiple
        found.append(Cells((*WITHOUT, *answers), texts, likely, in_order))
    return found


def likelihood(compiled: CompiledQuestionnaire, index: int, answer: UsableAnswer) -> float:
    """Few people choose many options, and the questionnaire is made for nearly all whom it is asked about."""
    applies = [] if compiled.applies_when is None else leaf_tests(compiled.applies_when)
    fits = all(predicate(test)(answer) for test in applies if isinstance(test, HasOption) and test.question == index)
    more_options = len(answer.options) - 1 if isinstance(answer, Chosen) else 0
    return 0.4**more_options * (1 if fits else 0.04)


class Drawn:
    """A `Valuation` of a lot of forms: bit i of a truth, from the highest down, is the form at place i."""

    def __init__(self, compiled: CompiledQuestionnaire, cells: Sequence[Cells]) -> None:
        self.compiled, self.cells = compiled, cells
        self.always, self.never = (1 << LOT) - 1, 0
        self.columns: list[bytes] = []
        self._asked: list[Verdict[int]] = []

    def add(self, drawn: bytes, *, only_asked: bool) -> None:
        """Add the next column. With `only_asked` it is blank where its question cannot be asked."""
        asked = judge_optional(self.compiled.ask_when[len(self.columns)], self)
        self._asked.append(asked)
        self.columns.append(_both(drawn, _spread(asked.may)) if only_asked else drawn)

    def passes(self, test: AnswerTest) -> int:
        passes = predicate(test)
        return self._where(test.question, (passes(answer) for answer in self.cells[test.question].answers))

    def unanswered(self, question: int) -> int:
        return self._where(question, (isinstance(answer, MissingReason) for answer in self.cells[question].answers))

    def asked(self, question: int) -> Verdict[int]:
        return self._asked[question]

    def add_up_to(self, points: list[tuple[int, int]], bound: int) -> int:
        reached = [self.always, *[self.never] * bound]  # who has this many points or more
        for number, where in points:
            reached = [held | (where & reached[max(0, at - number)]) for at, held in enumerate(reached)]
        return reached[bound]

    def and_not(self, this: int, other: int) -> int:
        return this & ~other

    def _where(self, question: int, chosen: Iterable[bool]) -> int:
        return int(self.columns[question].translate(bytes(map(b"01".__getitem__, chosen)).ljust(BYTES, b"0")), 2)


def _spread(mask: int) -> bytes:
    """A byte for each bit, from the highest down: all ones if it is set, else zero."""
    return f"{mask:0{LOT}b}".encode().translate(bytes(0 if byte == ord("0") else BYTES - 1 for byte in range(BYTES)))


def _both(these: bytes, others: bytes) -> bytes:
    return (int.from_bytes(these) & int.from_bytes(others)).to_bytes(len(these))


def chances(cells: Cells, people: People, chance: random.Random) -> list[float]:
    """The chance of each cell of a question in forms of one kind of people."""
    if cells.ordered:
        step = people.step * chance.uniform(0.5, 1.5)
        weights = [step**place for place in range(cells.usable)]
    else:
        weights = [likely * chance.uniform(0.1, 1) for likely in cells.likely]
    left = (1 - sum(people.without)) / sum(weights)
    return [*people.without, *(weight * left for weight in weights)]


def even_chances(cells: Cells) -> list[float]:
    """One in sixteen each for blank, unknown and declined; the answers share the rest evenly."""
    return [1 / 16] * len(WITHOUT) + [13 / 16 / cells.usable] * cells.usable


def table(chances: Iterable[float]) -> bytes:
    """A table that turns an even byte into a cell with these chances."""
    ends = [round(end * BYTES) for end in accumulate(chances)]
    return b"".join(
        bytes([cell]) * (end - start) for cell, (start, end) in enumerate(zip([0, *ends], ends, strict=False))
    )


def tables(cells: Sequence[Cells], kind: FormKind) -> list[list[tuple[int, bytes]]]:
    """For each column, how many forms of a lot are drawn with which table."""
    if kind == "random":
        return [[(LOT, table(even_chances(column)))] for column in cells]
    chance = random.Random("chances")  # noqa: S311 - no secret
    return [[(people.share, table(chances(column, people, chance))) for people in KINDS_OF_PEOPLE] for column in cells]


def lots(compiled: CompiledQuestionnaire, kind: FormKind) -> Iterator[list[str]]:
    """Lots of forms without end; each form as the rest of its line after its id."""
    cells = cells_of(compiled)
    ways = tables(cells, kind)
    chance = random.Random(f"forms, {'random' if kind == 'random' else 'mixed'}")  # noqa: S311
    while True:
        drawn = Drawn(compiled, cells)
        for parts in ways:
            column = b"".join(chance.randbytes(count).translate(into) for count, into in parts)
            drawn.add(column, only_asked=kind != "random")
        texts = (map(column.texts.__getitem__, codes) for column, codes in zip(cells, drawn.columns, strict=True))
        forms = [*map(",".join, zip(*texts, strict=True))]
        chance.shuffle(forms)
        yield forms


def header(compiled: CompiledQuestionnaire, kind: FormKind) -> str:
    """The first line of a file."""
    return (
        ",".join(["id", *(question.id for question in compiled.questions), *(["remarks"] * (kind == "noted"))]) + "\n"
    )


def note(number: int) -> str:
    """The cell of the remarks of a form; each tenth has some."""
    return f',"{NOTES[number // 10 % len(NOTES)]}"\n' if number % 10 == 0 else ",\n"


def file_parts(compiled: CompiledQuestionnaire, kind: FormKind, rows: int) -> Iterator[str]:
    """A file of made-up forms, in parts."""
    yield header(compiled, kind)
    for start, forms in zip(range(0, rows, LOT), lots(compiled, kind), strict=False):
        numbered = enumerate(forms[: rows - start], start)
        if kind == "noted":
            yield "".join([f"F{number:08},{form}{note(number)}" for number, form in numbered])
        else:
            yield "".join([f"F{number:08},{form}\n" for number, form in numbered])


def write_forms(compiled: CompiledQuestionnaire, kind: FormKind, rows: int, path: Path) -> None:
    """Write a file of made-up forms."""
    with path.open("w", encoding="ascii", newline="") as file:
        file.writelines(file_parts(compiled, kind, rows))


def compiled_from(content: bytes) -> CompiledQuestionnaire:
    """A questionnaire that has no problems, ready for judging."""
    compiled = load_questionnaire(content).compiled
    assert compiled is not None
    return compiled


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=get_args(FormKind))
    parser.add_argument("rows", type=int)
    parser.add_argument("file", type=Path)
    wanted = parser.parse_args()
    write_forms(compiled_from(default_questionnaire().read_bytes()), wanted.kind, wanted.rows, wanted.file)


if __name__ == "__main__":
    main()
