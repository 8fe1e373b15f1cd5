"""DuckDB as the engine of a frame: its relations are scored where they lie, others through tables of Arrow.

A query is put on a relation as a chain of projections, since a name in SQL could mean a table of the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from iop_screen.batch.frames.duckdb_types import literal, text_of
from iop_screen.batch.frames.problems import FRAME, FrameError, not_read
from iop_screen.batch.frames.reading import Text
from iop_screen.batch.frames.scoring import BLANKS, frame_query
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.query import Query
from iop_screen.batch.sql.text_lists import TextLists, by_tables
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyRelation

FEW_TEXTS = 100
"""A text is compared with so many one by one; among more it is looked up."""

MOST_TEXTS = 100_000
"""A column of a relation has no more distinct texts that can be read: each stands in the query."""


class DuckDBEngine:
    """A relation, whose columns are in the query by their places, and DuckDB."""

    def __init__(self, relation: DuckDBPyRelation) -> None:
        self.dialect = Dialect("duckdb")
        self.lists: TextLists = by_tables
        self.names = tuple(relation.columns)
        texts = (f"{text_of(f'#{place}', kind)} AS c{place - 1}" for place, kind in enumerate(relation.types, start=1))
        self.relation = relation.project(", ".join(texts))

    def text(self, index: int) -> str:
        """The text of a column."""
        return f"c{index}"

    def distinct(self, texts: Sequence[str], where: str) -> list[list[Text]]:
        """The distinct texts, in one pass over the relation. FrameError if it cannot be read."""
        return distinct(self.relation, texts, where)

    def count(self, truth: str, where: str) -> int:
        """Of how many rows something is true. FrameError if they cannot be read."""
        return int(one_row(self.relation, f"count(*) FILTER (WHERE {truth})", where)[0])

    def place(self, text: str, texts: Sequence[Text]) -> str:
        """The place of a text. What is looked up among many becomes a column, by a join that DuckDB makes of it.

        FrameError if there are more than MOST_TEXTS.
        """
        if len(texts) <= FEW_TEXTS:
            return place(text, texts)
        if len(texts) > MOST_TEXTS:
            raise too_many_texts(len(texts))
        name = f"n{len(self.relation.columns)}"
        places = places_of(texts)
        listed, numbers = ", ".join(map(literal, places)), ", ".join(map(str, places.values()))
        known = f"SELECT unnest([{listed}]) AS text, unnest([{numbers}]) AS number"
        found = f"SELECT number FROM ({known}) AS known WHERE known.text = {exact(or_blank(text))}"
        self.relation = self.relation.project(f"*, coalesce(({found}), 0) AS {name}")
        return name

    def repeated(self, id_text: str, where: str) -> str:
        """The truth that a row has an id that stands twice."""
        key = id_key(id_text, where)
        twice = f"({key} IS NOT NULL AND count(*) OVER (PARTITION BY {key}) > 1)"
        return twice if has_repeated(self.relation, key) else ""


def exact(text: str) -> str:
    """A text as SQL that is compared sign by sign: a column may have a collation to which `a` and `ä` are the same."""
    return f'(({text}) COLLATE "binary")'


def or_blank(text: str) -> str:
    """A text as SQL, which is empty where it is NULL."""
    return f"coalesce({text}, '')"


def distinct(relation: DuckDBPyRelation, texts: Sequence[str], where: str) -> list[list[Text]]:
    """The distinct texts that each SQL gives, in one pass over a relation, NULL among them.

    Of a column that is a dictionary, as those of a Parquet file mostly are, DuckDB looks at the few texts in it alone
    as long as NULL stays NULL.
    """
    lists = ", ".join(f"list(DISTINCT {exact(text)})" for text in texts)
    return [each or [] for each in one_row(relation, lists, where)] if texts else []


def place(text: str, texts: Sequence[Text]) -> str:
    """The place of a text among some, from 1, as SQL; 0 if it is not among them."""
    if not texts:
        return "0"
    listed = ", ".join("NULL" if each is None else literal(each) for each in texts)
    return f"coalesce(CAST(list_position([{listed}], {exact(text)}) AS INTEGER), 0)"


def places_of(texts: Sequence[Text]) -> dict[str, int]:
    """The places of texts, from 1, where NULL is not told from an empty text; both mean the same."""
    return {text or "": place for place, text in reversed([*enumerate(texts, start=1)])}


def id_key(text: str, where: str) -> str:
    """What ids are compared by, as SQL; NULL for a blank one, and for a row for which `where` does not hold.

    An id of ASCII with no blank around it is so itself; to trim each of them would take most of the time of a run.
    """
    first, last = exact(f"left({text}, 1)"), exact(f"right({text}, 1)")
    is_key = f"strlen({text}) = length({text}) AND {first} > ' ' AND {last} > ' '"
    trimmed = exact(f"trim(nfc_normalize({text}), {literal(BLANKS)})")
    key = exact(f"CASE WHEN {is_key} THEN {text} ELSE nullif({trimmed}, '') END")
    return f"CASE WHEN {where} THEN {key} END" if where else key


def has_repeated(relation: DuckDBPyRelation, key: str) -> bool:
    """Whether any id stands twice."""
    ids, different = one_row(relation, f"count({key}), count(DISTINCT {key})", "")
    return bool(ids != different)


def one_row(relation: DuckDBPyRelation, columns: str, where: str) -> Sequence[Any]:
    """The one row of aggregates over a relation. FrameError, without what DuckDB says, if it cannot be read."""
    import duckdb  # noqa: PLC0415 - what is slow to import waits until it is needed

    try:
        return (relation.filter(where) if where else relation).aggregate(columns).fetchall()[0]
    except duckdb.Error as error:
        failed = not_read("DuckDB", type(error).__name__)
    raise failed  # outside the block, so that what DuckDB says is not kept in it as its context


def table(relation: DuckDBPyRelation) -> pa.Table:
    """The rows of a relation. FrameError, without what DuckDB says, if it cannot be read."""
    import duckdb  # noqa: PLC0415

    try:
        return relation.to_arrow_table()
    except duckdb.Error as error:
        failed = not_read("DuckDB", type(error).__name__)
    raise failed


def too_many_texts(count: int) -> FrameError:
    """That a column has more distinct texts than can stand in a query."""
    message = f"a question has {count:,} different texts, and a relation may have {MOST_TEXTS:,}"
    hint = "Score it as a table, `relation.to_arrow_table()`, or as a file with `iop-screen score`."
    return FrameError([InputProblem(FRAME, None, "too-many-texts", message, hint)])


def scored(relation: DuckDBPyRelation, query: Query) -> DuckDBPyRelation:
    """A query on a relation; it runs when it is asked for."""
    for columns, where in query.projections():
        relation = (relation.filter(where) if where else relation).project(columns)
    return relation


def score_relation(
    relation: DuckDBPyRelation, compiled: CompiledQuestionnaire, settings: ScoreSettings
) -> DuckDBPyRelation:
    """The results as a relation: the query runs when it is asked for. FrameError if it cannot be scored as it is."""
    engine = DuckDBEngine(relation)
    query = frame_query(engine, compiled, settings)  # it adds columns to the relation
    return scored(engine.relation, query)
