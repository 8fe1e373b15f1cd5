#!/usr/bin/env bash
# tablib 3.9.0, the reader behind the import pages of many case-management sites.
#
# Behaviour: a record of a CSV file with fewer cells than the header is filled with blanks, without a word, so an
# answer that was cut away looks like a question left blank. A record with one cell more raises, with no message at
# all. Of two columns with one name the last one wins in `dict`, without a word: here yes becomes no.
#
# Output seen (Python 3.11):
#   short row  [{'id': '1', 'seizure': 'no', 'plan': 'no'}, {'id': '2', 'seizure': 'yes', 'plan': ''}]
#   long row   InvalidDimensions ''
#   one name   [{'id': '1', 'plan': 'no'}]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check tablib==3.9.0
cat > read.py <<'PY'
import tablib


def rows(text):
    return tablib.Dataset().load(text, format="csv").dict


print("short row ", rows("id,seizure,plan\n1,no,no\n2,yes\n"))
try:
    print("long row  ", rows("id,seizure,plan\n1,no,no\n2,yes,no,no\n"))
except tablib.exceptions.InvalidDimensions as error:
    print("long row  ", type(error).__name__, repr(str(error)))
print("one name  ", rows("id,plan,plan\n1,yes,no\n"))
PY
venv/bin/python read.py | tee seen
diff seen <(sed -n 's/^#   \(short row\|long row\|one name\)/\1/p' "$here")
