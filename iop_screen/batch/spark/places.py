"""Files where Spark finds them: on this machine, or on any file system that it knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HIDDEN = ("_", ".")
"""How the names of files begin that Spark passes over in a folder."""
SCHEME = re.compile("[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class SparkFile:
    """A file: what messages call it, its address as Spark takes it and as it says it, and how many bytes it has."""

    name: str
    address: str
    said: str
    size: int


@dataclass(frozen=True, slots=True)
class NotThere:
    """An input that leads to no file, and why."""

    name: str
    reason: str


def has_scheme(text: str) -> bool:
    """Whether a text is an address such as `s3a://forms/2026`."""
    return SCHEME.match(text) is not None


class FileSystems:
    """The file systems of a session. `local` says that a name without a scheme is a file of this machine."""

    def __init__(self, session: Any, *, local: bool) -> None:
        self._hadoop = session._jvm.org.apache.hadoop.fs  # noqa: SLF001 - there is no other way to it
        self._settings = session._jsc.hadoopConfiguration()  # noqa: SLF001
        self._local = local

    def path(self, text: str) -> Any:
        """A path of Hadoop. What looks like a pattern or an escape in the name of a local file is neither."""
        if has_scheme(text) or not self._local:
            return self._hadoop.Path(text)
        return self._hadoop.Path("file", None, str(Path(text).absolute()))

    def files(self, text: str) -> list[SparkFile] | NotThere:
        """The files that an input leads to: one, those of a folder, or those that a pattern fits."""
        path = self.path(text)
        system = self._system(path)
        found = [system.getFileStatus(path)] if system.exists(path) else [*(system.globStatus(path) or ())]
        if not found:
            return NotThere(text, "no such file or folder")
        files = list[SparkFile]()
        for status in found:
            inner = self._in_folder(system, status) if status.isDirectory() else [status]
            if any(each.isDirectory() for each in inner):
                return NotThere(text, "there are folders in that folder; name them, as with a pattern (*)")
            files += (self._file(each, text if each is status and len(found) == 1 else "") for each in inner)
        return files or NotThere(text, "there is no file in that folder")

    def start(self, file: SparkFile, size: int) -> bytes:
        """The first bytes of a file."""
        stream = self._opened(file)
        try:
            return bytes(stream.readNBytes(size))
        finally:
            stream.close()

    def last(self, file: SparkFile, size: int = 1) -> bytes:
        """The last bytes of a file, or all if it has no more."""
        stream = self._opened(file)
        try:
            stream.seek(max(0, file.size - size))
            return bytes(stream.readNBytes(size))
        finally:
            stream.close()

    def exists(self, text: str) -> bool:
        """Whether there is a file or a folder."""
        path = self.path(text)
        return bool(self._system(path).exists(path))

    def write(self, folder: str, name: str, content: bytes) -> None:
        """Write a small file into a folder."""
        path = self._hadoop.Path(self.path(folder), name)
        stream = self._system(path).create(path)
        try:
            stream.write(bytearray(content))
        finally:
            stream.close()

    def _system(self, path: Any) -> Any:
        return path.getFileSystem(self._settings)

    def _opened(self, file: SparkFile) -> Any:
        path = self._hadoop.Path(file.address)
        return self._system(path).open(path)

    @staticmethod
    def _in_folder(system: Any, status: Any) -> list[Any]:
        """What stands in a folder, but for what Spark passes over there."""
        found = system.listStatus(status.getPath())
        return sorted(
            (each for each in found if not each.getPath().getName().startswith(HIDDEN)),
            key=lambda each: each.getPath().toString(),
        )

    @staticmethod
    def _file(status: Any, name: str) -> SparkFile:
        path = status.getPath()
        address = path.toString()
        return SparkFile(name or address.removeprefix("file:"), address, path.toUri().toString(), status.getLen())
