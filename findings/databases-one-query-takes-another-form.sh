#!/usr/bin/env bash
# DuckDB 2.0.1 and PySpark 4.3.0 (PyPI), and PostgreSQL 15 (Debian), given one and the same text of a query.
#
# Behaviour: four queries that all three take without an error say something else of the same person. The latest form by
# `ORDER BY sent DESC` is, in PostgreSQL, the one that has no date: a blank stands before all dates there, and behind
# them in DuckDB and Spark. `concat` of two columns with signs is nothing in Spark if one of them is blank, so the sign
# in the other is not found. `trim` takes a no-break space, which web forms put behind answers, in DuckDB only.
# `lower` leaves letters with an accent as they are in a PostgreSQL database with the locale C, so the Spanish yes is
# none.
#
# Output seen (Java 17); the query, and what it says of the same person:
#   suicide, of the latest form (danger)        DuckDB danger   PostgreSQL none     Spark danger
#   seizure, among two columns of signs         DuckDB yes      PostgreSQL yes      Spark no
#   yes, with a no-break space behind it        DuckDB yes      PostgreSQL no       Spark no
#   yes, in Spanish and in capitals             DuckDB yes      PostgreSQL no       Spark yes
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==2.0.1 pyspark==4.3.0
cat > ask.py <<'PY'
import sys

import duckdb
from pyspark.sql import SparkSession

FORMS = """(VALUES
  ('2026-01-05', 'danger', 'seizure', NULL, 'yes\u00a0', 'S\u00cd'),
  (NULL, 'none', 'seizure', NULL, 'yes\u00a0', 'S\u00cd')
) AS forms (sent, suicide, sign_1, sign_2, answer, respuesta)"""
QUERIES = {
    "suicide, of the latest form (danger)": f"SELECT suicide FROM {FORMS} ORDER BY sent DESC LIMIT 1",
}
TRUTHS = {
    "seizure, among two columns of signs": "concat(sign_1, ';', sign_2) LIKE '%seizure%'",
    "yes, with a no-break space behind it": "lower(trim(answer)) = 'yes'",
    "yes, in Spanish and in capitals": "lower(respuesta) = 's\u00ed'",
}
for name, truth in TRUTHS.items():
    QUERIES[name] = f"SELECT DISTINCT CASE WHEN {truth} THEN 'yes' ELSE 'no' END FROM {FORMS}"

if sys.argv[1] == "postgres":
    print(*(query.replace("\n", " ") + ";" for query in QUERIES.values()), sep="\n")
else:
    by_postgres = open("postgres.txt").read().split()
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    for (name, query), postgres in zip(QUERIES.items(), by_postgres, strict=True):
        in_duckdb = duckdb.sql(query).fetchall()[0][0]
        in_spark = spark.sql(query).collect()[0][0]
        print(f"{name:43} DuckDB {in_duckdb:8} PostgreSQL {postgres:8} Spark {in_spark}")
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
PYTHONUTF8=1 venv/bin/python ask.py postgres > queries.sql
PGCLIENTENCODING=UTF8 in_postgres queries.sql > postgres.txt
SPARK_LOCAL_IP=127.0.0.1 venv/bin/python ask.py all 2> noise | tee seen
diff seen <(sed -n 's/^#   \(suicide\|seizure\|yes\),/\1,/p' "$here")
