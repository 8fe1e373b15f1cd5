"""Measures an interview on a terminal: the time from a key to the next question, and the time to the first question.

Run it by hand: `PYTHONPATH=tests python benchmarks/interview.py [--interviews N]`.

It runs the program itself with a folder of records on disk; each answer is saved and synced before the next question is
shown. The time of a key ends when the last bytes of the next page have been read. Compare the ratios; milliseconds
depend on the machine.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import tempfile
import time
from pathlib import Path

from support.window import READ, Window, environment

CALL = ["2", "3\r", *"1n2n1212111111212121", "4\r", *"121"]
"""The keys of a call about low mood, for the default questionnaire; those of one question are one text."""

GOAL_KEY, GOAL_START = 0.020, 0.5
"""Seconds from a key to the next question, and from the start to the first one."""


def main(interviews: int) -> None:
    starts, keys, ticks = [], [], 0.0
    for _ in range(interviews):
        with tempfile.TemporaryDirectory() as folder:
            start, took, cpu = interview(Path(folder))
        starts.append(start)
        keys += took
        ticks += cpu
    keys.sort()
    print(f"{len(keys)} keys in {interviews} interviews")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("slowest", 1.0)):
        row(f"key to next question, {name}", keys[min(len(keys) - 1, int(share * len(keys)))], GOAL_KEY)
    row("user time of a key", ticks / len(keys), GOAL_KEY)
    row("start to first question, median", statistics.median(starts), GOAL_START)
    row("start to first question, best", min(starts), GOAL_START)
    row("a file of a record synced, median", synced(), GOAL_KEY)


def row(name: str, seconds: float, goal: float) -> None:
    print(f"{name:<36} {seconds * 1000:9.2f} ms   {seconds / goal:6.2f} of the goal")


def interview(home: Path) -> tuple[float, list[float], float]:
    """Run one interview.

    Gives the seconds to the first question, the seconds of each key that led to another question, and the user time of
    these keys together.
    """
    began = time.monotonic()
    window = Window(["interview"], environment(home, IOP_SCREEN_DATA_DIR=str(home / "kept")))
    window.see("Question 1 of")
    start = window.read_at - began
    before, took = user_seconds(window), []
    for number, answer in enumerate(CALL, start=1):
        for tick in answer[:-1]:
            time.sleep(READ)
            window.type(tick)
            window.settle(0.1)
        time.sleep(window.reading_seconds(answer[-1]))
        window.last_key = answer[-1]
        pressed = time.monotonic()
        window.type(answer[-1])
        there = rf"Question {number + 1} of" if number < len(CALL) else "Check the answers"
        window.wait(lambda there=there: re.search(there, window.shown), there)
        took.append(window.read_at - pressed)
    spent = user_seconds(window) - before
    window.close()
    return start, took, spent


def user_seconds(window: Window) -> float:
    """User time of the program so far; the system counts it in hundredths of a second."""
    after_name = Path(f"/proc/{window.child.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return int(after_name[11]) / os.sysconf("SC_CLK_TCK")


def synced() -> float:
    """Seconds to write and sync a small file and its folder, as is done for each answer. No key can take less."""
    from iop_screen.records.private_folders import write_private_file  # noqa: PLC0415

    took = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(100):
            began = time.monotonic()
            write_private_file(Path(folder) / "record", b"." * 3000)
            took.append(time.monotonic() - began)
    return statistics.median(took)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interviews", type=int, default=9, help="how many interviews to run (%(default)s)")
    main(parser.parse_args().interviews)
