# ruff: noqa: S603, S607 - it runs programs of its own
"""Measures scoring, compared with other programs. Run it by hand: `python benchmarks/scoring.py --only FIGURE [...]`.

The figures:

- `copy`: mixed forms with all output columns, compared with a copy of the same file by Polars;
- `random`, `noted`: the same with fully random forms, and with a quoted note in each tenth form;
- `without-extras`: the program without numpy and numba, compared with an older build (`--old`);
- `small`: 200 forms from start to end, compared with an older build;
- `engines`: forms a second, reasons and all, compared with what other rule engines take for the outcome alone;
- `python`: compared with generated Python in a loop over the file, for the outcome alone;
- `memory`: the most memory of all processes together, at this many rows and at ten times as many;
- `rows`: CPU time a row after the start, from 10,000 rows to ten times `--rows`;
- `size`: CPU time a row as questions and rules grow tenfold.

Programs run in turn (A B A B ...), each once before that without being timed. CPU time is user and system time of the
process and of all that it started. Each figure is a median, and a ratio is one of medians. `docs/performance.md` says
more.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from forms import WITHOUT_TEXTS, FormKind, compiled_from, write_forms
from run import times_ten
from translated import CEL, RULE_ENGINE, ZEN, Outcome, Writer, json_logic, outcome, python_function, suggestion_of

from iop_screen.batch.cells import cell_reader
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.answer_batch import Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.suggest import BATCH_SIZE, Result, assess

HERE = Path(__file__).resolve().parent.parent
PEERS = (
    "polars==2.1.0",
    "zen-engine==2.1.3",
    "rule-engine==5.1.0",
    "common-expression-language==0.10.0",
    "panzi-json-logic==1.0.1",
    "datalogic-py==5.9.0",
)
ENGINES = {  # with how many forms each judges: the slow ones fewer
    "zen-decision": 4000,
    "zen-expression": 4000,
    "zen-batch": 4000,
    "cel": 2000,
    "json-logic": 400,
    "datalogic": 8000,
    "rule-engine": 150,
    "generated-python": 20_000,
}
PAUSE = 0.02  # seconds between two looks at the memory
SMALL = HERE / "examples" / "intake.csv"
WITHOUT_EXTRAS = """\
import runpy, sys
sys.modules.update(numpy=None, numba=None)
runpy.run_module("iop_screen", run_name="__main__", alter_sys=True)
"""

# ------------------------------------------------------------------ running programs


class Took(NamedTuple):
    """Seconds that a process took."""

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class Program:
    """A program that reads and writes files. `checkout` is where its package is found, `writes` what is taken away."""

    name: str
    command: list[str]
    writes: Path
    checkout: Path | None = None

    def start(self) -> int:
        """Start it without its output, and give its process id."""
        self.writes.unlink(missing_ok=True)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        if self.checkout is not None:
            environment |= {"PYTHONPATH": str(self.checkout), "PYTHONDONTWRITEBYTECODE": ""}
        nowhere = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
        return os.posix_spawn(self.command[0], self.command, environment, file_actions=nowhere)

    def run(self) -> Took:
        """Run it once."""
        began = perf_counter()
        _, status, used = os.wait4(self.start(), 0)
        wall = perf_counter() - began
        assert os.waitstatus_to_exitcode(status) in (0, 1), f"it failed: {' '.join(map(str, self.command))}"
        return Took(used.ru_utime + used.ru_stime, wall)


def in_turn(programs: Sequence[Program], runs: int) -> list[Took]:
    """Run the programs in turn, and give the medians of each. The first time of each is not counted."""
    took: list[list[Took]] = [[] for _ in programs]
    for number in range(runs + 1):
        for program, times in zip(programs, took, strict=True):
            time = program.run()
            if number:
                times.append(time)
    return [Took(*map(statistics.median, zip(*times, strict=True))) for times in took]


def compare(title: str, this: Program, other: Program, runs: int) -> None:
    """Print what two programs took, and the ratio."""
    one, two = in_turn([this, other], runs)
    print(f"{title}: {one.cpu / two.cpu:.2f} times the CPU time, {one.wall / two.wall:.2f} times the time on the clock")
    for program, took in ((this, one), (other, two)):
        print(f"    {program.name:<28} {took.cpu:8.2f} s CPU {took.wall:8.2f} s on the clock")


# ------------------------------------------------------------------ what the figures need


class Setting:
    """What all figures share: the files and the other programs, each made when it is first needed."""

    def __init__(self, wanted: argparse.Namespace, folder: Path) -> None:
        self.rows: int = wanted.rows
        self.runs: int = wanted.runs
        self.folder = folder
        self.content = default_questionnaire().read_bytes()
        self.compiled = compiled_from(self.content)
        self._venv: Path = wanted.venv or folder / "peers"
        self._old: str = wanted.old
        self._options: list[str] = wanted.option

    def forms(self, kind: FormKind, rows: int, compiled: CompiledQuestionnaire | None = None) -> Path:
        """A file of made-up forms."""
        compiled = compiled or self.compiled
        path = self.folder / f"{kind}-{rows}-{len(compiled.questions)}.csv"
        if not path.exists():
            write_forms(compiled, kind, rows, path.with_suffix(".part"))
            path.with_suffix(".part").rename(path)
        return path

    def ours(
        self, forms: Path, *, checkout: Path = HERE, without_extras: bool = False, questionnaire: Path | None = None
    ) -> Program:
        """Our program; the only place that says how it is called. Exit code 1 says that a cell could not be read."""
        start = ["-c", WITHOUT_EXTRAS] if without_extras else ["-m", "iop_screen"]
        results = self.folder / "results.csv"
        more = [] if questionnaire is None else ["--questions", str(questionnaire)]
        options = self._options if checkout == HERE else []
        command = [sys.executable, *start, "score", str(forms), "-o", str(results), *more, *options]
        name = "an older build" if checkout != HERE else "without extras" if without_extras else "iop-screen"
        return Program(name, command, results, checkout)

    def peer(self, name: str, *arguments: Path) -> Program:
        """Another program; the last argument is what it writes."""
        script = str(HERE / "benchmarks" / "peers.py")
        return Program(name, [str(self.peer_python), script, name, *map(str, arguments)], arguments[-1])

    @property
    def peer_python(self) -> Path:
        """The Python of the environment that has the peers."""
        python = self._venv / "bin" / "python"
        if not python.exists():
            venv.create(self._venv, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PEERS], check=True)
        return python

    @property
    def old(self) -> Path:
        """A checkout of the older build."""
        checkout = self.folder / f"old-{self._old}"
        if not checkout.exists():
            checkout.mkdir()
            archive = subprocess.run(["git", "-C", HERE, "archive", self._old], check=True, capture_output=True).stdout
            subprocess.run(["tar", "-x", "-C", checkout], input=archive, check=True)
        return checkout


# ------------------------------------------------------------------ the figures


def compare_with_copy(setting: Setting, kind: FormKind) -> None:
    forms = setting.forms(kind, setting.rows)
    copy = setting.peer("copy", forms, setting.folder / "copy.csv")
    compare(f"{setting.rows:,} {kind} forms against a copy", setting.ours(forms), copy, setting.runs)


def without_extras(setting: Setting) -> None:
    forms = setting.forms("mixed", setting.rows)
    pair = setting.ours(forms, without_extras=True), setting.ours(forms, checkout=setting.old)
    compare(f"{setting.rows:,} mixed forms without extras against an older build", *pair, setting.runs)


def small(setting: Setting) -> None:
    forms = Path(shutil.copy(SMALL, setting.folder))
    compare(
        "200 forms against an older build",
        setting.ours(forms),
        setting.ours(forms, checkout=setting.old),
        4 * setting.runs,
    )


def python(setting: Setting) -> None:
    forms = setting.forms("mixed", setting.rows)
    source = setting.folder / "outcome.py"
    source.write_text(str(rules_for("generated-python", setting.compiled)))
    other = setting.peer("python", source, forms, setting.folder / "outcomes.csv")
    compare(
        f"{setting.rows:,} mixed forms against generated Python (outcome only)",
        setting.ours(forms),
        other,
        setting.runs,
    )


def engines(setting: Setting) -> None:
    """The time of an engine is that of its evaluation alone; ours is that of the whole process."""
    forms = setting.forms("mixed", setting.rows)
    took = in_turn([setting.ours(forms)], setting.runs)[0]
    mine = Took(took.cpu / setting.rows, took.wall / setting.rows)
    print(f"{setting.rows:,} mixed forms, reasons and all: {1 / mine.cpu:,.0f} forms a CPU second")
    for name, times in engine_times(setting).items():
        cpu, wall = times.cpu / mine.cpu, times.wall / mine.wall
        print(
            f"    {name:<18} {1 / times.cpu:>9,.0f} a CPU second: ours {cpu:7.1f} times, on the clock {wall:7.1f} times"
        )


def engine_times(setting: Setting) -> dict[str, Took]:
    """What each engine takes for a form; all must first agree with our program on each form of two samples."""
    took: dict[str, list[Took]] = {name: [] for name in ENGINES}
    for name in ENGINES:
        judged_alike(setting, name, "random")
    for _ in range(setting.runs):
        for name, times in took.items():
            times.append(judged_alike(setting, name, "mixed"))
    return {name: Took(*map(statistics.median, zip(*times, strict=True))) for name, times in took.items()}


def judged_alike(setting: Setting, name: str, kind: FormKind) -> Took:
    """Let an engine judge a sample, make sure that each outcome is ours, and give what a form took."""
    records = sample(setting, kind, ENGINES[name])
    work = setting.folder / "work.json"
    given = [form(setting.compiled, record) for record in records]
    work.write_text(json.dumps({"rules": rules_for(name, setting.compiled), "forms": given}))
    command = [str(part) for part in (setting.peer_python, HERE / "benchmarks" / "peers.py", name, work)]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    found = [*map(Outcome._make, answer["outcomes"])]
    assert found_alike(setting.compiled, found, records), f"{name} finds another outcome"
    return Took(answer["cpu"] / len(records), answer["wall"] / len(records))


def sample(setting: Setting, kind: FormKind, rows: int) -> list[list[str]]:
    """The answers of the first records of a file of made-up forms, as they stand there."""
    with setting.forms(kind, max(ENGINES.values())).open(newline="") as file:
        return [record[1:] for record in islice(csv.reader(file), 1, rows + 1)]


def form(compiled: CompiledQuestionnaire, record: Sequence[str]) -> dict[str, str | list[str]]:
    """A record as other engines get it, ready made: no usable answer is an empty text, or an empty list."""
    answers: dict[str, str | list[str]] = {}
    for question, cell in zip(compiled.questions, record, strict=True):
        text = "" if cell in WITHOUT_TEXTS else cell
        answers[str(question.id)] = text.split(";") * bool(text) if question.allows_multiple else text
    return answers


def rules_for(name: str, compiled: CompiledQuestionnaire) -> str | list[object]:
    """The outcome in the language of an engine."""
    values = outcome(compiled)
    if name in ("json-logic", "datalogic"):
        return json_logic(values)
    if name == "generated-python":
        return python_function(values, ["_id", *(question.id for question in compiled.questions)])
    language = RULE_ENGINE if name == "rule-engine" else CEL if name == "cel" else ZEN
    return Writer(language).outcome(values)


def found_alike(compiled: CompiledQuestionnaire, found: Sequence[Outcome], records: Sequence[Sequence[str]]) -> bool:
    """Whether an engine found for each record the suggestion and the bounds that our engine finds."""
    readers = [cell_reader(question) for question in compiled.questions]
    answers = [
        Answers(tuple(read(cell).answer for read, cell in zip(readers, record, strict=True))) for record in records
    ]
    starts = range(0, len(answers), BATCH_SIZE)
    results = (result for start in starts for result in assess(compiled, answers[start : start + BATCH_SIZE]))
    return all(same_outcome(compiled, *pair) for pair in zip(found, results, strict=True))


def same_outcome(compiled: CompiledQuestionnaire, found: Outcome, result: Result) -> bool:
    """Whether an outcome and a result have the same suggestion and bounds."""
    levels, steps = compiled.questionnaire.levels, (None, *compiled.questionnaire.first_steps)
    assert compiled.interrupt is not None
    suggestion = suggestion_of(found, [str(level.id) for level in levels], compiled.interrupt)
    bounds = levels[found[0]], levels[found[1]], steps[found[2]], steps[found[3]]
    wanted = result.levels.at_least, result.levels.at_most, result.first_steps.at_least, result.first_steps.at_most
    return suggestion == result.suggestion and bounds == wanted


def memory(setting: Setting) -> None:
    few, many = (peak_memory(setting.ours(setting.forms("mixed", rows))) for rows in (setting.rows, 10 * setting.rows))
    more = (many - few) / (9 * setting.rows)
    print(f"memory at {setting.rows:,} rows {few / 1e6:.0f} MB, at {10 * setting.rows:,} {many / 1e6:.0f} MB:", end=" ")
    print(f"{many / few:.2f} times, {more:.1f} bytes for each further row")


def peak_memory(program: Program) -> int:
    """The most bytes of memory that a process and all that it started had at one time, by looking again and again."""
    child, done, seen = program.start(), threading.Event(), [0]

    def look() -> None:
        while not done.wait(PAUSE):
            seen.append(sum(map(memory_of, process_tree(child))))

    looking = threading.Thread(target=look)
    looking.start()
    _, status, _ = os.wait4(child, 0)
    done.set()
    looking.join()
    assert os.waitstatus_to_exitcode(status) in (0, 1)
    return max(seen)


def process_tree(process: int) -> Iterator[int]:
    """A process and all that it started."""
    yield process
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from process_tree(int(child))


def memory_of(process: int) -> int:
    """The bytes that a process has in memory. What processes share is shared out among them; see proc(5), Pss."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def rows(setting: Setting) -> None:
    sizes = sorted({10_000, 100_000, setting.rows, 10 * setting.rows})
    start, *took = in_turn([setting.ours(setting.forms("mixed", size)) for size in (1, *sizes)], setting.runs)
    print(f"CPU time to start and score one form {start.cpu:.3f} s; after that, a row:")
    for size, time in zip(sizes, took, strict=True):
        print(f"    {size:>12,} rows {(time.cpu - start.cpu) / size * 1e6:8.2f} microseconds")


def size(setting: Setting) -> None:
    large = setting.folder / "times-ten.yaml"
    large.write_bytes(times_ten(setting.content))
    compiled = compiled_from(large.read_bytes())
    sizes = 1, setting.rows
    programs = [setting.ours(setting.forms("mixed", count)) for count in sizes]
    programs += [setting.ours(setting.forms("mixed", count, compiled), questionnaire=large) for count in sizes]
    cpu = [took.cpu for took in in_turn(programs, setting.runs)]
    small_row, large_row = ((end - start) / setting.rows * 1e6 for start, end in (cpu[:2], cpu[2:]))
    print(f"questionnaire as it is: start {cpu[0]:.3f} s CPU, a row {small_row:.2f} microseconds")
    print(f"questionnaire times ten: start {cpu[2]:.3f} s CPU, a row {large_row:.2f} microseconds")
    print(f"a row costs {large_row / small_row:.1f} times as much")


FIGURES: Mapping[str, Callable[[Setting], None]] = {
    "copy": lambda setting: compare_with_copy(setting, "mixed"),
    "random": lambda setting: compare_with_copy(setting, "random"),
    "noted": lambda setting: compare_with_copy(setting, "noted"),
    "without-extras": without_extras,
    "small": small,
    "engines": engines,
    "python": python,
    "memory": memory,
    "rows": rows,
    "size": size,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=FIGURES, action="append", help="which figure, or figures; else all")
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many forms to score (%(default)s)")
    parser.add_argument("--runs", type=int, default=5, help="of how many runs the median is taken (%(default)s)")
    parser.add_argument("--old", metavar="COMMIT", default="HEAD", help="the older build (%(default)s)")
    parser.add_argument("--option", action="append", default=[], help="give our program one more option")
    parser.add_argument("--venv", type=Path, metavar="FOLDER", help="where the other programs are, or are installed")
    parser.add_argument("--folder", type=Path, help="where the made-up forms are kept; else they are thrown away")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        setting = Setting(wanted, wanted.folder or Path(temporary))
        for name in wanted.only or FIGURES:
            FIGURES[name](setting)


if __name__ == "__main__":
    main()
