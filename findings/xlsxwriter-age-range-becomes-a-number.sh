#!/usr/bin/env bash
# XlsxWriter 3.3.1 with `strings_to_numbers`: the answer `18_64`, an age range, is written as the number 1864.
#
# The option is there so that numbers that come as text, as from a CSV file, are numbers in the workbook; pandas hands
# it on as `engine_kwargs={"options": {"strings_to_numbers": True}}`. It asks Python's float(), which takes underscores
# between digits. So the ids of age ranges, or codes such as `1_2`, become other numbers without a word, while `18-64`
# and `65_plus` stay. A workbook read back with openpyxl 3.1.5 shows it. Without the option all texts stay texts.
#
# Output seen (Python 3.11), for 18_64, 65_plus, 18-64, 007, 12:
#   with the option     1864, '65_plus', '18-64', 7, 12
#   without it          '18_64', '65_plus', '18-64', '007', '12'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check XlsxWriter==3.3.1 openpyxl==3.1.5
"$folder/venv/bin/python" - "$folder" <<'PY'
import sys
from pathlib import Path

import openpyxl
import xlsxwriter

ANSWERS = ["18_64", "65_plus", "18-64", "007", "12"]
found = {}
for asked in (True, False):
    path = Path(sys.argv[1]) / f"{asked}.xlsx"
    with xlsxwriter.Workbook(path, {"strings_to_numbers": asked}) as book:
        book.add_worksheet().write_column(0, 0, ANSWERS)
    found[asked] = [row[0] for row in openpyxl.load_workbook(path).active.iter_rows(values_only=True)]
    print(f"XlsxWriter {xlsxwriter.__version__}, strings_to_numbers={asked}: {ANSWERS} is read back as {found[asked]}")
assert found[True] == [1864, "65_plus", "18-64", 7, 12], found[True]
assert found[False] == ANSWERS, found[False]
PY
