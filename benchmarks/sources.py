"""How much longer it takes to score forms as each system writes them than to score them as a CSV file. Run it by hand.

`PYTHONPATH=tests python benchmarks/sources.py [--forms N] [--runs N]`

The forms are made-up people, the same in each format. Counted is the CPU time of `score` without machine code, and of
each process that it starts. The figure is the median of several runs, in turn with runs over the CSV file.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from support.made_up import made_up_people
from support.questionnaires import ready
from support.same_forms import FORMATS, Format, write_plain

from iop_screen.core.files import default_questionnaire

SCORE = (sys.executable, "-m", "iop_screen", "score", "--no-fast", "--force")


def cost(arguments: Sequence[object], folder: Path) -> float:
    """The CPU seconds that a run of scoring takes."""
    out = ("-o", folder / "out.csv")
    command = [*SCORE, *map(str, (*arguments, *out))]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - the program itself
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:
        sys.exit(f"a run failed: {arguments[0]}")
    return used.ru_utime + used.ru_stime


def compared(form_of: Format, forms: int, runs: int) -> str:
    """A line of the table."""
    compiled = ready(default_questionnaire().read_bytes())
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        said = form_of.forms(compiled, made_up_people(compiled, forms))
        plain, theirs = write_plain(compiled, said, folder), form_of.write(compiled, said, folder)
        pairs = [(cost(plain, folder), cost(theirs, folder)) for _ in range(runs)]
    return f"| {form_of.name} | {median(there / csv for csv, there in pairs):.1f} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    said = parser.parse_args()
    print("| format | CPU time, CSV with ids is 1 |\n|---|---|")
    for form_of in FORMATS:
        print(compared(form_of, said.forms, said.runs), flush=True)


if __name__ == "__main__":
    main()
