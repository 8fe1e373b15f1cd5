"""Mappings with a status: on Spark the same rows are left out, rejected and scored."""

from __future__ import annotations

import pyarrow as pa
import pytest
from support.mapped import COMPILED, START
from support.spark import Spark

import iop_screen

pytestmark = pytest.mark.slow

STATUS = START + "status: {column: state, score: [done], exclude: [draft]}\n"
STATES = ["done", "draft", "lost", "", "Done ", None]


def table() -> pa.Table:
    """Forms in each state, with an answer in each that has none elsewhere."""
    names = [str(question.id) for question in COMPILED.questions]
    columns = {"id": [*"abcdef"], "seizures": ["yes", "yes", "yes", "no", "no", "maybe"], "state": STATES}
    return pa.table({name: columns.get(name, pa.nulls(len(STATES), pa.string())) for name in (*columns, *names)})


def test_a_status_leaves_rows_out_or_rejects_them(spark: Spark) -> None:
    frame = spark.session.createDataFrame(table())
    with pytest.warns(UserWarning, match="by their status"):
        expected = iop_screen.score(table(), COMPILED, STATUS.encode())
    with pytest.warns(UserWarning, match="by their status"):
        found = iop_screen.score(frame, COMPILED, STATUS.encode())
    rows = sorted(found.toArrow().to_pylist(), key=lambda row: str(row["id"]))
    assert rows == expected.to_pylist()
    assert [(row["id"], row["suggestion"] == "rejected") for row in rows] == [
        ("a", False),
        ("c", True),
        ("d", True),
        ("e", False),
        ("f", True),
    ]
