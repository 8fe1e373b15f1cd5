"""What a command is at, on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import BinaryIO


@contextmanager
def reading_progress(title: str, files: Sequence[tuple[Path, BinaryIO]]) -> Iterator[Callable[[int], None]]:
    """A bar on stderr that shows how much of some files has been read, how many records, how fast, and the time left.

    Calling what this gives with so many more records brings it up to date. There is no bar if stderr is no terminal or
    the size of the input is not known.
    """
    if not (sys.stderr and sys.stderr.isatty() and all(path.is_file() for path, _ in files)):
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[done]}"),
    )
    began, records = monotonic(), 0
    with Progress(*columns, TimeRemainingColumn(compact=True), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=sum(path.stat().st_size for path, _ in files), done="")

        def advance(more: int) -> None:
            nonlocal records
            records += more
            rate = records / max(monotonic() - began, 0.001)
            done = f"{records:,} records, {rate:,.0f} a second"
            bar.update(task, completed=sum(stream.tell() for _, stream in files), done=done)

        yield advance


@contextmanager
def steps_shown(first: str) -> Iterator[Callable[[str], None]]:
    """A line on stderr that says what the program is at, and for how long; the call that it gives says the next step.

    There is none if stderr is no terminal.
    """
    if not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    columns = (SpinnerColumn("line"), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(first, total=None)
        yield lambda step: bar.update(task, description=step)
