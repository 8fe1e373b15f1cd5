"""A DataFrame of PySpark as a frame: Spark computes all columns itself, without Python for any row.

Columns go by their places, not by their names: names may stand twice, or differ only in the case of their letters.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from zlib import crc32

from iop_screen.batch.frames.problems import FRAME, FrameError, not_read
from iop_screen.batch.frames.reading import Text
from iop_screen.batch.frames.scoring import BLANKS, INPUT, frame_query
from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.rejects_source import UNREADABLE_MARK
from iop_screen.batch.sql.dialect import SEPARATOR, Dialect
from iop_screen.batch.sql.query import Query
from iop_screen.batch.sql.text_lists import TextLists, by_cases
from iop_screen.engine.compiled import CompiledQuestionnaire

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import DataType

MOST_TEXTS = 20_000
"""A column may have so many distinct texts: each of them stands in the query."""
FEW_TEXTS = 40
"""So many texts are looked through one after another; more are parted by a checksum first."""
TEXTS_TOGETHER = 8
"""So many of them, more or less, have the same checksum."""
MOST_HASHES = 5_000
"""So many ids that stand twice are listed in the query; if there are more, Spark sorts the rows by their ids."""

MOST_CAUSES = 20
"""So many errors of Java, each the cause of the one before, are looked at; they may stand in a circle."""
PARTS = 8
"""Into so many parts goes a frame whose rows stand in its plan; it is never large."""

BINARY = "UTF8_BINARY"
"""The collation that tells all texts apart."""

ALIKE = ("byte", "short", "integer", "long", "boolean", "date", "time")
"""The types whose values Spark writes as Python and Arrow do."""


class SparkEngine:
    """A frame, and the Spark that it lies in. `names` are those of its columns, if they are not those of the frame."""

    def __init__(self, frame: DataFrame, names: Sequence[str] | None = None) -> None:
        self.dialect = Dialect("spark")
        self.lists: TextLists = by_cases
        self.names = tuple(frame.columns if names is None else names)
        columns = [f"c{place}" for place in range(len(frame.columns))]
        self._texts = [
            spark_text(column, field.dataType, self.dialect)
            for column, field in zip(columns, frame.schema.fields, strict=True)
        ]
        self._frame = frame.toDF(*columns)

    def text(self, index: int) -> str:
        """The text of a column, as a Parquet file with this column gives it."""
        return self._texts[index]

    def distinct(self, texts: Sequence[str], where: str) -> list[list[Text]]:
        """The distinct texts, in one job over the whole frame. FrameError if a column has more than MOST_TEXTS."""
        if not texts:
            return []
        lists = (f"slice(collect_set(coalesce({text}, '')), 1, {MOST_TEXTS + 1})" for text in texts)
        found: list[list[Text]] = [*self._row(lists, where)]
        many = [place for place, each in enumerate(found) if len(each) > MOST_TEXTS]
        if many:
            raise FrameError([_too_many(len(many))])
        return found

    def count(self, truth: str, where: str) -> int:
        """Of how many rows something is true, in a job of its own."""
        return int(self._row([f"count_if({truth})"], where)[0])

    def place(self, text: str, texts: Sequence[Text]) -> str:
        """The place of a text: Spark looks through a list, or, of many texts, through those with the same checksum."""
        if not texts:
            return "0"
        known = [each or "" for each in texts]  # as the text of a row, if one of them is blank
        wanted = f"coalesce({text}, '')" if "" in known else text
        if len(known) <= FEW_TEXTS:
            return f"coalesce(CAST(array_position({self._array(known)}, {wanted}) AS INT), 0)"
        return self._place_among_many(wanted, known)

    def _array(self, texts: Iterable[str]) -> str:
        return f"array({', '.join(map(self.dialect.text, texts))})"

    def _place_among_many(self, wanted: str, texts: Sequence[str]) -> str:
        """The same by a checksum that Spark and Python make alike: it says in which of many lists the text can be."""
        groups: list[list[int]] = [[] for _ in range(len(texts) // TEXTS_TOGETHER)]
        for place, text in enumerate(texts, start=1):
            groups[crc32(text.encode("utf-8", "surrogatepass")) % len(groups)].append(place)
        listed = ", ".join(
            self._array(texts[place - 1] for place in group) if group else "CAST(array() AS ARRAY<STRING>)"
            for group in groups
        )
        places = ", ".join(f"array({', '.join(map(str, (0, *group)))})" for group in groups)
        group = f"CAST(crc32(CAST({wanted} AS BINARY)) % {len(groups)} + 1 AS INT)"
        found = f"CAST(array_position(element_at(array({listed}), {group}), {wanted}) AS INT)"
        return f"coalesce(element_at(element_at(array({places}), {group}), {found} + 1), 0)"

    def repeated(self, id_text: str, where: str) -> str:
        """The truth that the id of a row stands twice: a frame of Spark has no first row.

        Ids are counted by a hash of 64 bits, as `score` compares them by one. Spark has no NFC: an accented letter as
        one sign and as two are two ids.
        """
        key = f"nullif(trim(BOTH {self.dialect.text(BLANKS)} FROM {id_text}), '')"
        key = f"CASE WHEN {where} THEN {key} END" if where else key
        repeated = [row[0] for row in self._query(self._repeated_hashes(key)).collect()]
        if not repeated:
            return ""
        if len(repeated) > MOST_HASHES:
            return f"({key} IS NOT NULL AND count(*) OVER (PARTITION BY {key}) > 1)"
        return f"coalesce({key} IS NOT NULL AND xxhash64({key}) IN ({', '.join(map(str, repeated))}), false)"

    def _repeated_hashes(self, key: str) -> str:
        ids = f"SELECT xxhash64({key}) AS hash FROM {INPUT} WHERE {key} IS NOT NULL"
        return f"SELECT hash FROM ({ids}) GROUP BY hash HAVING count(*) > 1 LIMIT {MOST_HASHES + 1}"

    def scored(self, query: Query) -> DataFrame:
        """The frame that a query gives; Spark computes it when it is asked for."""
        return stage_by_stage(self._frame, query)

    def _row(self, columns: Iterable[str], where: str) -> Sequence[Any]:
        """The one row of a query about the whole frame."""
        condition = f" WHERE {where}" if where else ""
        return self._query(f"SELECT {', '.join(columns)} FROM {INPUT}{condition}").collect()[0]

    def _query(self, query: str) -> DataFrame:
        """A query over the frame, which it calls INPUT."""
        return query_over(self._frame, query)


def stage_by_stage(frame: DataFrame, query: Query) -> DataFrame:
    """A query over a frame, each SELECT as a frame of its own.

    Spark looks at each once so. Of one text with all of them it looks at all again for each, which takes three times
    as long.
    """
    for columns, where in query.projections():
        condition = f"\nWHERE {where}" if where else ""
        selected = _escaped(f"SELECT\n{columns}\nFROM ") + "{frame}" + _escaped(condition)
        frame = frame.sparkSession.sql(selected, frame=frame)
    return frame


def query_over(frame: DataFrame, query: str, where: str = "") -> DataFrame:
    """A SELECT over the rows of a frame for which `where` holds, if it is given; it calls them INPUT.

    Nothing that stands in a text or a name of it is filled in.
    """
    condition = f" WHERE {_escaped(where)}" if where else ""
    named = f"WITH {INPUT} AS (SELECT * FROM {{frame}}{condition}){_escaped(query)}"
    return frame.sparkSession.sql(named, frame=frame)


def _escaped(query: str) -> str:
    """SQL of which neither Spark nor its Python fills in anything."""
    return query.replace("${", r"\u0024{").replace("{", "{{").replace("}", "}}")


def _too_many(columns: int) -> InputProblem:
    """No column is named: what is known here are the texts that a query reads."""
    which = "a column that answers a question has" if columns == 1 else f"{columns} columns that answer questions have"
    message = f"{which} more than {MOST_TEXTS:,} different texts"
    return InputProblem(FRAME, None, "too-many-texts", message, "Write the forms to a file, and score that.")


def score_spark_frame(frame: DataFrame, compiled: CompiledQuestionnaire, settings: ScoreSettings) -> DataFrame:
    """The results as a frame: Spark computes them when they are asked for. FrameError if it cannot be scored as it is.

    Spark looks through the frame once or twice before, for the texts that there are and for ids that stand twice.
    """
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    try:
        with _errors_not_logged():
            engine = SparkEngine(_out_of_the_plan(frame))
            return engine.scored(frame_query(engine, compiled, settings))
    except (PySparkException, Py4JError) as error:
        failed = not_read("Spark", class_of(error))
    raise failed  # outside the block, so that what Spark says is not kept in it as its context


def _out_of_the_plan(frame: DataFrame) -> DataFrame:
    """A frame whose rows stand in its plan, as after `createDataFrame`, as one that Spark computes like any other.

    For rows in a plan, the optimizer of Spark works out all columns by itself, without code and in one thread: 5,000
    forms took 28 s, and take 1 s so.
    """
    return frame.repartition(PARTS) if _in_the_plan(frame) else frame


def _in_the_plan(frame: DataFrame) -> bool:
    """Whether the rows stand in the plan once it is optimized; on Spark Connect, whether they do as it was made."""
    java = getattr(frame, "_jdf", None)
    if java is None:
        return bool(frame.isLocal())
    return str(java.queryExecution().optimizedPlan().nodeName()) == "LocalRelation"


def class_of(error: Exception) -> str:
    """The class of an error of Spark: the condition that Spark names, or the class of what it came from in Java.

    If there is neither, it is the name of the exception.
    """
    from py4j.protocol import Py4JError, Py4JJavaError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    with suppress(Py4JError):  # Java may have ended in the meantime
        condition = error.getCondition() if isinstance(error, PySparkException) else None
        if condition:
            return condition
        origin = error.java_exception if isinstance(error, Py4JJavaError) else getattr(error, "_origin", None)
        if origin is not None:
            return _first_cause(origin)
    return type(error).__name__


def _first_cause(error: Any) -> str:
    """The class of the error of Java that another one came from in the end."""
    for _ in range(MOST_CAUSES):
        cause = error.getCause()
        if cause is None:
            break
        error = cause
    return str(error.getClass().getSimpleName())


@contextmanager
def _errors_not_logged() -> Iterator[None]:
    """While the block runs, pyspark logs no error of this thread: it would write all that Spark says to stderr."""
    from pyspark.logger import PySparkLogger  # noqa: PLC0415

    here = threading.get_ident()

    def of_others(_record: object) -> bool:
        return threading.get_ident() != here

    loggers = [PySparkLogger.getLogger(f"{kind}QueryContextLogger") for kind in ("SQL", "DataFrame")]
    for logger in loggers:
        logger.addFilter(of_others)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(of_others)


# ------------------------------------------------------------------ the texts of values


def spark_text(column: str, kind: DataType, dialect: Dialect) -> str:
    """The text of a column as SQL: as a Parquet file gives it. What has no text is U+FFFD, which is no answer."""
    name, mark = kind.typeName(), dialect.text(UNREADABLE_MARK)
    if name == "array":
        return _list_text(column, kind, dialect)
    if getattr(kind, "collation", BINARY) != BINARY:  # to another one, two texts can be the same
        return f"collate({column}, '{BINARY}')"
    simple = _simple_text(column, name, mark)
    return f"CASE WHEN {column} IS NULL THEN '' ELSE {mark} END" if simple is None else simple


def _simple_text(value: str, kind: str, mark: str) -> str | None:
    """The same for a value without parts; None if it has no text."""
    text = f"CAST({value} AS STRING)"
    match kind:
        case "string" | "varchar" | "char":
            return value
        case "void" | "null":
            return "CAST(NULL AS STRING)"
        case "float" | "double":
            digits = f"concat(CAST(CAST({text} AS DECIMAL(38, 0)) AS STRING), '.0')"
            whole = f"CASE WHEN {value} = CAST({value} AS BIGINT) THEN {digits} ELSE {text} END"
            other = f"replace(lower({text}), 'infinity', 'inf')"
            return f"CASE WHEN abs({value}) < 1e16 THEN {whole} ELSE {other} END"  # others are no BIGINT
        case "decimal":
            return text
        case "timestamp":
            return f"concat(CAST(to_utc_timestamp({value}, current_timezone()) AS STRING), 'Z')"
        case "timestamp_ntz":
            return text
        case "binary":
            odd = f"NOT is_valid_utf8({text}) OR instr({text}, '\\u0000') > 0"
            return f"CASE WHEN {odd} THEN {mark} ELSE {text} END"
        case _ if kind in ALIKE:
            return text
        case _:
            return None


def _list_text(column: str, kind: Any, dialect: Dialect) -> str:
    """The members of a list with SEPARATOR between them; U+FFFD if they could not be told apart so."""
    mark = dialect.text(UNREADABLE_MARK)
    member = _simple_text("x", kind.elementType.typeName(), mark)
    if member is None:
        return f"CASE WHEN size({column}) > 0 THEN {mark} ELSE '' END"
    if getattr(kind.elementType, "collation", BINARY) != BINARY:
        member = f"collate({member}, '{BINARY}')"
    texts = f"transform({column}, x -> coalesce({member}, ''))"
    blanks = dialect.text(BLANKS)
    odd = f"exists({texts}, t -> trim(BOTH {blanks} FROM t) = '' OR instr(t, '{SEPARATOR}') > 0)"
    return f"CASE WHEN {column} IS NULL THEN '' WHEN {odd} THEN {mark} ELSE array_join({texts}, '{SEPARATOR}') END"
