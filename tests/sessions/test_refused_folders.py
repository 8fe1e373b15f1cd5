"""Folders of records that the system refuses to read or to write, for a user whom it refuses something."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from support.paths import REPOSITORY
from support.running import Ran

pytestmark = pytest.mark.slow

NOBODY = 65534
TO_THE_REVIEW = "2\n3\nr\n"
TO_THE_END = f"{TO_THE_REVIEW}f\nf\nq\nq\n"
NOT_SAVED = "NOT SAVED. The answers are kept in this window only"


@dataclass(frozen=True)
class User:
    """Somebody whom the mode of a folder can refuse something, in a folder of his own."""

    folder: Path
    rights: list[str] = field(default_factory=list)

    @property
    def command(self) -> list[str]:
        """The words that start the program."""
        return [*self.rights, sys.executable, "-B", "-m", "iop_screen"]

    def run(self, *arguments: object, typed: str = "") -> Ran:
        """Run the program, in the folder."""
        env = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(REPOSITORY)}
        words = [*self.command, *map(str, arguments)]
        ran = subprocess.run(
            words, input=typed.encode(), capture_output=True, env=env, cwd=self.folder, check=False, timeout=120
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr.decode())


@pytest.fixture
def user() -> Iterator[User]:
    """Nobody, if this is root, whom no mode refuses anything."""
    folder = Path(tempfile.mkdtemp(prefix="iop-screen-"))
    rights = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
    user = User(folder, rights)
    try:
        if rights:
            os.chown(folder, NOBODY, NOBODY)
        if shutil.which(user.command[0]) is None or user.run("--version").code != 0:
            pytest.skip("there is no user here whom a mode refuses anything")
        yield user
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", folder], check=False)
        shutil.rmtree(folder)


def draft(user: User) -> str:
    """The reference of a new draft in the folder `kept`."""
    assert user.run("interview", "--plain", "--data-dir", "kept", typed=TO_THE_REVIEW + "q\n").code == 5
    (found,) = (user.folder / "kept" / "records").glob("*.json")
    return found.name.partition(".")[0]


@pytest.mark.parametrize("mode", [0o000, 0o300, 0o400], ids=oct)
@pytest.mark.parametrize("place", ["kept", "kept/records"])
def test_no_command_takes_a_closed_folder_for_an_empty_one(user: User, place: str, mode: int) -> None:
    if (place, mode) == ("kept", 0o300):
        pytest.skip("what is in such a folder can be read")
    ref = draft(user)
    commands = [
        ["records", "list"],
        ["records", "show", ref],
        ["records", "forget", ref, "--yes"],
        ["interview", "--resume"],
    ]
    for command in commands:
        (user.folder / place).chmod(mode)
        ran = user.run(*command, "--data-dir", "kept")
        said = "iop-screen: cannot read kept/records: permission denied\n"
        assert (command, ran.code, ran.out, ran.err) == (command, 3, "", said)
    (user.folder / place).chmod(0o700)
    assert ref in user.run("records", "list", "--data-dir", "kept").out


def make_refused(user: User, how: str) -> Path:
    """A folder that cannot be written by the user, or the name of one that cannot be made."""
    folder = user.folder / "refused"
    match how:
        case "a file":
            folder.touch()
        case "closed":
            folder.mkdir()
            folder.chmod(0)
            if user.rights:
                os.chown(folder, NOBODY, NOBODY)
        case "cannot be made":
            folder.mkdir()
            folder.chmod(0o500)
            if user.rights:
                os.chown(folder, NOBODY, NOBODY)
            return folder / "new"
        case "somebody else's":
            folder.mkdir()
            if not user.rights:
                pytest.skip("only root can give somebody else a folder")
        case _:
            folder.mkdir()
            mount(folder, "size=16k,mode=777")
            if how == "full disk":
                (folder / "ballast").write_bytes(bytes(16_384))
            else:
                mount(folder, "remount,ro,mode=777")
    return folder


def mount(folder: Path, options: str) -> None:
    """Mount a small disk."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no disk can be mounted here")


@pytest.mark.parametrize(
    "how", ["a file", "closed", "cannot be made", "somebody else's", "read-only disk", "full disk"]
)
def test_an_interview_that_cannot_be_saved_goes_to_its_end_and_says_so_on_every_page(user: User, how: str) -> None:
    folder = make_refused(user, how)
    try:
        ran = user.run("interview", "--plain", "--data-dir", folder, typed=TO_THE_END)
    finally:
        if "disk" in how:
            subprocess.run(["umount", "--lazy", folder], capture_output=True, check=False)
    assert ran.code == 3
    assert "SUGGESTION" in ran.out
    assert NOT_SAVED in ran.err.partition("Question 1 of")[0]
    assert ran.err.count(NOT_SAVED) == 1 + len(TO_THE_END.split()), "at the start, and after each input"
    assert "NOT SAVED: cannot write" in ran.err.rpartition(NOT_SAVED)[2]


def test_a_front_end_that_cannot_be_remembered_keeps_nobody_from_asking(user: User) -> None:
    (user.folder / "file").touch()
    ran = user.run("interview", "--plain", "--remember", "--data-dir", "file", typed=TO_THE_END)
    assert ran.code == 3
    assert ran.err.startswith("The front end is not remembered: cannot write file: ")
    assert "SUGGESTION" in ran.out
