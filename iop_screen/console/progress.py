"""A progress bar on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def reading_progress(title: str, path: Path, stream: BinaryIO) -> Iterator[Callable[[], None]]:
    """A bar on stderr that shows how much of a file has been read; calling what this gives brings it up to date.

    There is no bar if stderr is no terminal or the size of the input is not known.
    """
    if not (sys.stderr and sys.stderr.isatty() and path.is_file()):
        yield lambda: None
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=path.stat().st_size)
        yield lambda: bar.update(task, completed=stream.tell())
