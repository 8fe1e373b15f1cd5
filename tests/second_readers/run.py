"""Other programs read what this one writes, and this one reads what they write. Run by hand and by `.ci/slow`.

`python tests/second_readers/run.py [NAME...]`, with one or more of `odk`, `fhir`, `redcap`, `surveyjs` and `workbook`;
all of them without a name. It needs the network: each program is fetched in one version into a folder that is removed
again. It ends with 1 if a check fails. What cannot run on this machine is passed over, with the reason.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from second_readers import fhir, odk, redcap, surveyjs, workbook
from second_readers.tools import BrokenError, Check, Fact, Finding, SkippedError

READERS: Mapping[str, Callable[[Path], Iterator[Finding]]] = {
    "odk": odk.check,
    "fhir": fhir.check,
    "redcap": redcap.check,
    "surveyjs": surveyjs.check,
    "workbook": workbook.check,
}
SHOWN = 8
"""How many of the faults of a check are printed."""


def main(names: list[str]) -> int:
    """Run these readers, or all. The exit code: 1 if a check failed, 2 for a name that is none."""
    unknown = [name for name in names if name not in READERS]
    if unknown:
        _say(f"no such reader: {', '.join(unknown)}; there are {', '.join(READERS)}")
        return 2
    failed = sum(_failed(name) for name in names or READERS)
    _say(f"{failed} checks failed" if failed else "no check failed")
    return 1 if failed else 0


def _failed(name: str) -> int:
    """Run one reader and print what it finds; how many checks failed."""
    failed = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="second-reader-") as folder:
        Path(folder).chmod(0o755)  # a browser reads it as a user without rights
        try:
            for finding in READERS[name](Path(folder)):
                _say(_line(name, finding))
                failed += isinstance(finding, Check) and bool(finding.wrong)
        except SkippedError as skipped:
            _say(f"{name}: skipped: {skipped}")
        except BrokenError as broken:
            _say(f"{name}: FAILED  {broken}")
            failed += 1
    _say(f"{name}: {time.monotonic() - began:.0f} s")
    return failed


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _line(name: str, finding: Finding) -> str:
    match finding:
        case Fact(text):
            return f"{name}: {text}"
        case Check(what, ()):
            return f"{name}: ok      {what}"
        case Check(what, wrong):
            more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
            return "\n          ".join([f"{name}: FAILED  {what}", *wrong[:SHOWN], *more])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
