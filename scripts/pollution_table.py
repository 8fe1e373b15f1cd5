"""Writes the table of what `score` makes of polluted files into docs/exports.md, from runs over each of them.

`PYTHONPATH=tests python scripts/pollution_table.py`
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from support.paths import REPOSITORY
from support.pollution import POLLUTIONS
from support.pollution_outcome import outcome_of, table
from support.running import Ran

PAGE = REPOSITORY / "docs" / "exports.md"
MARKED = re.compile(r"(?<=<!-- pollution -->\n\n).*(?=<!-- end of pollution -->)", re.DOTALL)


def run(*arguments: object) -> Ran:
    """Run the program in a process of its own."""
    command = [sys.executable, "-m", "iop_screen", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr.decode())


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        outcomes = {pollution.name: outcome_of(pollution, run, Path(folder)) for pollution in POLLUTIONS}
    written = f"{table(outcomes)}\n"
    PAGE.write_text(MARKED.sub(lambda _: written, PAGE.read_text("utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
