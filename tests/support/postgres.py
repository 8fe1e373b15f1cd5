"""A server of PostgreSQL for tests: started where its programs are found, and gone when they end."""

from __future__ import annotations

import csv
import io
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.sql_engines import Cell, quoted

NULL = "\x1fno value\x1f"
"""What psql writes for NULL; no test has this text in a cell."""
SETTINGS = {
    "unix_socket_directories": ".",  # in the folder of the data, and no other way in
    "listen_addresses": "''",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",  # it would take longer to compile a query of ours than to run it
    "max_connections": "10",
    "shared_buffers": "16MB",
}
LIFE = """
initdb --pgdata=data --username=tests --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1 &&
pg_ctl --pgdata=data --wait --log=server.log --options="$1" start >>log 2>&1 &&
{ echo ready; cat; pg_ctl --pgdata=data --wait --mode=immediate stop >>log 2>&1; } ||
cat log server.log
rm -rf -- "$PWD"
"""
"""From the first file of the server to the last. `cat` waits for the end of its input, so for the end of the tests."""
ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Postgres:
    """A server that is running: where its programs are looked for, and its folder."""

    path: str
    folder: Path

    def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Make a table of texts. No text of Postgres holds the character 0."""
        lines = "".join("\t".join(map(_copied, row)) + "\n" for row in rows)
        made = ", ".join(f"{quoted(column)} text" for column in columns)
        name = quoted(table)
        self._psql(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({made});\nCOPY {name} FROM STDIN;\n{lines}\\.\n")

    def query(self, sql: str) -> list[dict[str, Cell]]:
        """The rows that a query gives. Names of columns end after 63 bytes, as Postgres has it."""
        limit = csv.field_size_limit(1 << 30)  # all reasons of a large questionnaire are more than the usual 128 kB
        try:
            names, *rows = csv.reader(io.StringIO(self._psql(sql), newline=""))
        finally:
            csv.field_size_limit(limit)
        return [dict(zip(names, map(_read, row or [""]), strict=True)) for row in rows]

    def _psql(self, script: str) -> str:
        told = ["--no-psqlrc", "--quiet", "--csv", "--set=ON_ERROR_STOP=1", f"--pset=null={NULL}"]
        where = [f"--host={self.folder / 'data'}", "--username=tests", "--dbname=postgres"]
        ran = subprocess.run(
            ["psql", *told, *where],
            input=script.encode(),
            capture_output=True,
            env={
                **os.environ,
                "PATH": self.path,
                "PGCLIENTENCODING": "UTF8",
                "PGOPTIONS": "--client-min-messages=warning",
            },
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()
        return ran.stdout.decode()


def _copied(cell: Cell) -> str:
    """A cell as COPY reads it."""
    return r"\N" if cell is None else cell.translate(ESCAPED)


def _read(shown: str) -> Cell:
    """A cell as psql shows it."""
    return None if shown == NULL else shown


def program_path() -> str:
    """Where programs are looked for: in the path, then in what Debian has for the server, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    return os.pathsep.join([os.environ.get("PATH", os.defpath), *map(str, reversed(debian))])


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A new server, on a socket in a folder of its own, which are gone when the block, or this process, has ended.

    The folder is not one of pytest's: the user that the server runs as has to get there, who cannot be root, and the
    path of a socket has to be short.
    """
    path = program_path()
    missing = [name for name in ("initdb", "pg_ctl", "psql") if not shutil.which(name, path=path)]
    if missing:
        pytest.skip(f"PostgreSQL is not installed: neither the path nor /usr/lib/postgresql has {missing}.")
    folder = Path(tempfile.mkdtemp(prefix="iop-screen-postgres-", dir="/tmp"))
    with _life(path, folder) as server:
        assert server.stdin
        assert server.stdout
        said = server.stdout.readline()
        assert said == b"ready\n", (said + server.stdout.read()).decode()
        yield Postgres(path, folder)
    assert not folder.exists()


def _life(path: str, folder: Path) -> subprocess.Popen[bytes]:
    """The process that starts the server and stops it. As one of its own session it does not hear Ctrl-C."""
    settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    user, group = None, None
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        user, group = nobody.pw_uid, nobody.pw_gid
        os.chown(folder, user, group)
    return subprocess.Popen(
        ["sh", "-c", LIFE, "sh", settings],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, "PATH": path},
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        start_new_session=True,
    )
