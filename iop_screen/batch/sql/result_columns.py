"""The columns of a result as SQL, over truths: the same names in the same order as every other output has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from iop_screen.batch.answer_columns import NO_COLUMN
from iop_screen.batch.rows import REJECTED, OutputShape, ResultColumn, output_columns
from iop_screen.batch.sql.dialect import Dialect, filled
from iop_screen.batch.sql.text_lists import Member, TextLists
from iop_screen.batch.sql.truths import FALSE, TRUE, TruthStages
from iop_screen.engine.compiled import CompiledQuestionnaire, CompiledScore
from iop_screen.engine.judgement import Judgement, PointsOfScore
from iop_screen.engine.noted_judgement import Noted
from iop_screen.engine.suggest import ANSWERED_BUT_NOT_ASKED
from iop_screen.questionnaire.model import Score

OF_EVERY_ROW = frozenset({"id", "questionnaire", "mapping", "disclaimer"})
"""The columns that a row has even if it is rejected."""

LINE = "line"
"""The one column of the other outputs that a query has not: a table has no lines."""


class AnswerWords(Protocol):
    """What a result says of the cells themselves, as SQL over the columns of the stage in which they were read."""

    def id(self) -> str:
        """The text of the id column; NULL if there is none."""

    def problems_of_record(self) -> Sequence[Member]:
        """The problems of a record as a whole."""

    def rejected(self) -> Member:
        """The codes for which a row is rejected."""

    def problem(self, question: int) -> Member:
        """The problem of the cells of a question, as `question:code`."""

    def missing(self, question: int) -> Member:
        """The reason for no answer that a form states, as `question:reason`."""

    def no_column(self, question: int) -> bool:
        """Whether the user allowed that a question, or a column of it, is not there."""


@dataclass(frozen=True, slots=True)
class ResultColumns:
    """All that the columns of a result are made of. `written` are the truths of the judgement."""

    compiled: CompiledQuestionnaire
    judged: Judgement[Noted]
    written: TruthStages
    words: AnswerWords
    shape: OutputShape
    dialect: Dialect
    lists: TextLists

    def named(self) -> Iterator[tuple[str, str]]:
        """The name of each column and its value as SQL, in the order of every output."""
        made = self._made()
        for column in output_columns(self.compiled, self.shape):
            if column.name != LINE:
                yield column.name, self._unless_rejected(column, made[column.name])

    def _unless_rejected(self, column: ResultColumn, value: str) -> str:
        """The value of a column, and what stands there in a row that is rejected."""
        rejected = self.words.rejected().texts
        if not rejected or column.name in OF_EVERY_ROW:
            return value
        nothing = self.dialect.text("") if column.kind == "list" else "NULL"
        said = {"suggestion": self.dialect.text(REJECTED)}.get(column.name, nothing)
        if column.name == "problems":
            whens = [f"WHEN {where} THEN {self.dialect.text(code)}" for where, code in rejected]
        else:
            whens = [f"WHEN {' OR '.join(where for where, _ in rejected)} THEN {said}"]
        return f"CASE {' '.join(whens)} ELSE {value} END"

    def _made(self) -> dict[str, str]:
        judged, compiled = self.judged, self.compiled
        questionnaire = compiled.questionnaire
        levels = [str(level.id) for level in questionnaire.levels]
        steps = [None, *(str(step.id) for step in questionnaire.first_steps)]
        questions = [str(question.id) for question in compiled.questions]
        made = {
            "id": self.words.id(),
            "suggestion": self._choice(((name, truth) for name, truth in judged.suggestions)),
            "level_at_least": self._highest(levels, judged.levels.must),
            "level_at_most": self._highest(levels, judged.levels.may),
            "first_step_at_least": self._highest(steps, judged.first_steps.must),
            "first_step_at_most": self._highest(steps, judged.first_steps.may),
            "reasons": self._listed([str(rule.definition.id) for rule in compiled.rules], judged.rules),
            "open_questions": self._listed(questions, judged.open),
            "notes": self._listed([str(note.definition.id) for note in compiled.notes], judged.notes),
            "problems": self._joined(self._problems(questions)),
            "missing": self._joined(map(self.words.missing, range(len(questions)))),
            "questionnaire": self._same(compiled.stamp),
            "mapping": self._same(self.shape.mapping),
            "disclaimer": self._same(str(questionnaire.disclaimer)),
        }
        for score, points in zip(compiled.scores, judged.scores, strict=True):
            made |= self._score(score, points)
        return made

    # -------------------------------------------------------------- texts

    def _same(self, text: str | None) -> str:
        return self.dialect.no_text if text is None else self.dialect.text(text)

    def _choice(self, texts: Iterable[tuple[str | None, Noted]]) -> str:
        """The first text whose truth holds."""
        whens = list[str]()
        for text, noted in texts:
            truth = self._truth(noted)
            if truth == FALSE:
                continue
            value = self._same(text)
            if truth == TRUE:
                return f"CASE {' '.join(whens)} ELSE {value} END" if whens else value
            whens.append(f"WHEN {truth} THEN {value}")
        return f"CASE {' '.join(whens)} END" if whens else self.dialect.no_text

    def _highest(self, ids: Sequence[str | None], reached: Sequence[Noted]) -> str:
        return self._choice([*zip(ids, reached, strict=True)][::-1])

    def _listed(self, ids: Sequence[str], truths: Sequence[Noted]) -> str:
        return self._joined(self._members(ids, truths))

    def _members(self, ids: Iterable[str], truths: Iterable[Noted]) -> Iterator[Member]:
        """Each id where its truth holds."""
        return (Member(((self._truth(truth), text),)) for text, truth in zip(ids, truths, strict=True))

    def _joined(self, members: Iterable[Member]) -> str:
        """The members that are there, with `;` between them; nothing is an empty text."""
        return self.lists([member for member in members if member.can_be_there()], self.dialect)

    def _problems(self, questions: Sequence[str]) -> Iterator[Member]:
        yield from self.words.problems_of_record()
        for index, name in enumerate(questions):
            yield self.words.problem(index)
            if self.words.no_column(index):
                yield Member(((TRUE, f"{name}:{NO_COLUMN}"),))
        yield from self._members((f"{name}:{ANSWERED_BUT_NOT_ASKED}" for name in questions), self.judged.not_asked)

    # -------------------------------------------------------------- scores

    def _score(self, score: CompiledScore, points: PointsOfScore[Noted]) -> dict[str, str]:
        """The columns of a score; `total` and the rest are as `engine.suggest.totals` has them."""
        definition = score.definition
        name = f"score_{definition.id}"
        total = self._whole_total(points) if definition.may_miss is None else self._estimate(score, points)
        made = {name: total}
        if definition.may_miss is not None:
            missing = self._count(points.missing)
            made[f"{name}_missing"] = f"CASE WHEN NOT ({self._truth(points.open)}) THEN {missing} END"
        if definition.bands:
            made[f"{name}_band"] = self._band(definition, total)
        return made

    def _whole_total(self, points: PointsOfScore[Noted]) -> str:
        """The total where it is settled which items are asked, and each of those has an answer."""
        truths = [self._truth(each) for each in (points.open, *points.missing)]
        incomplete = filled((f"({truth})" for truth in truths if truth != FALSE), " OR ")
        return f"CASE WHEN NOT ({incomplete or FALSE}) THEN {self._sum(points.points)} END"

    def _estimate(self, score: CompiledScore, points: PointsOfScore[Noted]) -> str:
        low, answered, missing = self._sum(points.points), self._count(points.answered), self._count(points.missing)
        found = f"({low} - ({missing}) * {score.items[0].fewest})"
        twice = f"2 * {found} * (({answered}) + ({missing})) + ({answered})"
        estimate = self.dialect.whole_division(twice, f"2 * ({answered})")
        return (
            f"CASE WHEN {self._truth(points.open)} THEN NULL WHEN ({missing}) = 0 THEN {low} "
            f"WHEN ({missing}) > {score.definition.may_miss} OR ({answered}) = 0 THEN NULL ELSE {estimate} END"
        )

    def _band(self, score: Score, total: str) -> str:
        whens = (f"WHEN ({total}) >= {band.from_} THEN {self.dialect.text(str(band.id))}" for band in score.bands[::-1])
        return f"CASE {' '.join(whens)} END"

    def _sum(self, points: Iterable[tuple[int, Noted]]) -> str:
        return self.written.total((number, truth.place) for number, truth in points)

    def _count(self, truths: Iterable[Noted]) -> str:
        return self._sum((1, truth) for truth in truths)

    def _truth(self, noted: Noted) -> str:
        return self.written.truth(noted.place)


def wanted_truths(judged: Judgement[Noted]) -> list[int]:
    """The places of all truths that the columns of a result are made of."""
    found: list[int] = []

    def note(truth: Noted) -> Noted:
        found.append(truth.place)
        return truth

    judged.mapped(note)
    return found
