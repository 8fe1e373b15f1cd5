#!/usr/bin/env bash
# PySpark 4.3.0 and pyarrow 26.0.1 (PyPI).
#
# Behaviour: forms that come from pandas or Arrow by `createDataFrame` stand in Spark's plan as rows. Rules that are
# written as columns in stages, each over columns of the stage before, are then worked out by the optimizer while the
# query is planned: row by row, without generated code, in one thread of the driver, and each column is looked up by
# walking along a list. What is left of the plan is a `LocalRelation` with the results in it. Behind `repartition(2)` the
# same forms are a `Project` for the executors. 1,000 forms with 100 answers and 6 stages took five times as long; with
# 200 columns and 24 stages, 5,000 forms took 28 s instead of 1 s. No log line and no progress bar tells why.
#
# Output seen (Java 17, two cores, the second of two runs):
#   as createDataFrame gives them   plan: LocalRelation   5.3 s
#   behind repartition(2)           plan: Project         1.0 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pyspark==4.3.0 pyarrow==26.0.1
cat > ask.py <<'PY'
import time

import pyarrow as pa
from pyspark.sql import SparkSession

QUESTIONS, PEOPLE, STAGES = 100, 1000, 6
builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
spark = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
spark.sparkContext.setLogLevel("OFF")
answers = ["yes", "no"] * (PEOPLE // 2)
forms = spark.createDataFrame(pa.table({f"q{place}": answers for place in range(QUESTIONS)}))


def rules(frame):
    """Further columns in stages, each a rule over two columns of the stage before."""
    names = frame.columns
    for stage in range(STAGES):
        made = [f"r{stage}_{place}" for place in range(len(names) - 1)]
        texts = [f"if({one} = {two}, 'yes', 'no') AS {name}" for one, two, name in zip(names, names[1:], made)]
        frame, names = frame.selectExpr("*", *texts), made
    return frame


def measured(frame):
    """What the optimizer leaves of the plan, and the seconds; the second run counts."""
    for _ in range(2):
        began = time.monotonic()
        result = rules(frame)
        result.toArrow()
        seconds = time.monotonic() - began
    return result._jdf.queryExecution().optimizedPlan().nodeName(), seconds


(node, slow), (other, quick) = measured(forms), measured(forms.repartition(2))
print(f"as createDataFrame gives them   plan: {node}   {slow:.1f} s")
print(f"behind repartition(2)           plan: {other}         {quick:.1f} s")
assert (node, other) == ("LocalRelation", "Project"), (node, other)
assert slow > 2 * quick, (slow, quick)
PY
SPARK_LOCAL_IP=127.0.0.1 venv/bin/python ask.py 2> said || { cat said >&2; exit 1; }
