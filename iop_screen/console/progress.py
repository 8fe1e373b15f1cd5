"""A progress bar on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def reading_progress(title: str, files: Sequence[tuple[Path, BinaryIO]]) -> Iterator[Callable[[], None]]:
    """A bar on stderr that shows how much of some files has been read; calling what this gives brings it up to date.

    There is no bar if stderr is no terminal or the size of the input is not known.
    """
    if not (sys.stderr and sys.stderr.isatty() and all(path.is_file() for path, _ in files)):
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=sum(path.stat().st_size for path, _ in files))
        yield lambda: bar.update(task, completed=sum(stream.tell() for _, stream in files))
