#!/usr/bin/env bash
# sqlglot 30.30.0 (PyPI), by which data tools translate SQL from one database to another. Here from DuckDB 2.0.1 to
# PySpark 4.3.0 and to PostgreSQL 15 (Debian).
#
# Behaviour: three screening questions, written for DuckDB, are translated without an error or a warning, run on all
# three, and find other people. `date_diff('year', born, sent)` counts the ends of years that lie between, and becomes
# DATEDIFF(YEAR, ...) on Spark, which counts full years: somebody who is 17 is 18 in DuckDB and PostgreSQL, and 17 in
# Spark. `CAST(drinks AS INT)` rounds 4.5 to 5 in DuckDB and PostgreSQL, and cuts it to 4 in Spark, so five drinks or
# more are not found there. `regexp_matches(answer, '^yes$')` becomes RLIKE on Spark: of a text with a line end behind
# it, as a cell of several lines has it, `$` lets the line end pass in Spark alone.
#
# Output seen (Java 17); the question, and what is said of the same person:
#   18 or older, born 2008-12-31, form 2026-01-05   DuckDB yes   PostgreSQL yes   Spark no
#   five drinks or more, answer 4.5                 DuckDB yes   PostgreSQL yes   Spark no
#   answer is yes, with a line end behind it        DuckDB no    PostgreSQL no    Spark yes
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 sqlglot==30.30.0 pyspark==4.3.0
cat > ask.py <<'PY'
import sys

import duckdb
import sqlglot
from pyspark.sql import SparkSession

FORMS = r"""
SELECT DATE '2008-12-31' AS born, DATE '2026-01-05' AS sent, CAST('4.5' AS DECIMAL(4, 1)) AS drinks,
concat('yes', chr(10)) AS answer
"""
QUESTIONS = {
    "18 or older, born 2008-12-31, form 2026-01-05": "date_diff('year', born, sent) >= 18",
    "five drinks or more, answer 4.5": "CAST(drinks AS INT) >= 5",
    "answer is yes, with a line end behind it": "regexp_matches(answer, '^yes$')",
}


def translated(truth: str, dialect: str) -> str:
    query = f"SELECT CASE WHEN {truth} THEN 'yes' ELSE 'no' END AS said FROM ({FORMS}) AS forms"
    return sqlglot.transpile(query, read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE)[0]


if sys.argv[1] == "postgres":
    print(*(translated(truth, "postgres") + ";" for truth in QUESTIONS.values()), sep="\n")
else:
    by_postgres = open("postgres.txt").read().split()
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    for (name, truth), postgres in zip(QUESTIONS.items(), by_postgres, strict=True):
        in_duckdb = duckdb.sql(translated(truth, "duckdb")).fetchall()[0][0]
        in_spark = spark.sql(translated(truth, "spark")).collect()[0][0]
        print(f"{name:47} DuckDB {in_duckdb:5} PostgreSQL {postgres:5} Spark {in_spark}")
PY
in_postgres() { # a file with queries; a server of its own, without a network, which is gone when this ends
  local bin user=()
  bin=$(ls -d /usr/lib/postgresql/15/bin)
  mkdir server
  if [ "$(id -u)" = 0 ]; then
    chown nobody server
    user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
  fi
  "${user[@]}" "$bin/initdb" --pgdata=server/data --auth=trust --encoding=UTF8 --locale=C > server.log 2>&1
  "${user[@]}" "$bin/pg_ctl" --pgdata=server/data --wait --log="$PWD/server/log" \
    --options="-c listen_addresses='' -c unix_socket_directories=$PWD/server" start >> server.log 2>&1
  "${user[@]}" "$bin/psql" --no-psqlrc --quiet --tuples-only --no-align --host="$PWD/server" postgres < "$1"
  "${user[@]}" "$bin/pg_ctl" --pgdata=server/data --mode=immediate stop >> server.log 2>&1
}
venv/bin/python ask.py postgres > questions.sql
in_postgres questions.sql > postgres.txt
SPARK_LOCAL_IP=127.0.0.1 venv/bin/python ask.py all 2> noise | tee seen
diff seen <(sed -n 's/^#   \(18\|five\|answer\)/\1/p' "$here")
