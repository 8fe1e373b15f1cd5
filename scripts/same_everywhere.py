"""Prints for each system how many forms were scored as it writes them, and how many rows are those of a plain CSV file.

`PYTHONPATH=tests python scripts/same_everywhere.py [NUMBER OF FORMS]`
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from support.made_up import made_up_people
from support.questionnaires import ready
from support.same_forms import FORMATS, OWN_TO_THE_FILE, Form, Format, results, write_plain

from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire

FORMS = 500


def rows(*arguments: object) -> list[dict[str, str]]:
    """The rows that `score` writes, in a process of its own."""
    command = [sys.executable, "-m", "iop_screen", "score", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in {0, 1}:
        sys.exit(done.stderr.decode())
    return results(done.stdout.decode())


def equal_rows(
    compiled: CompiledQuestionnaire, form_of: Format, forms: Sequence[Form], folder: Path
) -> tuple[int, int]:
    """How many forms there are, and how many of their rows are equal."""
    said = form_of.forms(compiled, forms)
    wanted, found = rows(*write_plain(compiled, said, folder)), rows(*form_of.write(compiled, said, folder))
    pairs = zip(wanted, found, strict=len(wanted) == len(found))
    return len(said), sum(one == other for one, other in pairs)


def table(forms: int) -> Iterator[str]:
    """The lines of the table."""
    compiled = ready(default_questionnaire().read_bytes())
    people = made_up_people(compiled, forms)
    yield "| format | forms | equal rows |"
    yield "|---|---|---|"
    for form_of in FORMATS:
        with tempfile.TemporaryDirectory() as folder:
            number, equal = equal_rows(compiled, form_of, people, Path(folder))
        yield f"| {form_of.name} | {number:,} | {equal:,} |"
    yield ""
    yield f"Equal in all columns but {' and '.join(f'`{name}`' for name in sorted(OWN_TO_THE_FILE))}."


def main() -> None:
    for line in table(int(sys.argv[1]) if len(sys.argv) > 1 else FORMS):
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main()
