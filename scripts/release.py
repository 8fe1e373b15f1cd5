"""What a release needs: `lock` pins what users install, `build` makes the files and tries them in a clean environment.

`python scripts/release.py lock` writes `requirements.lock`: every package that the program runs on, for every system
and Python that it supports, with hashes. `python scripts/release.py build` writes into `dist/`: the source archive, the
wheel, and `sbom.cdx.json`, a CycloneDX bill of materials of the environment in which the wheel was tried. That is not
kept in the repository, for it is true of one build only.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
LOCK = ROOT / "requirements.lock"
HEADER = """\
# What iop-screen runs on, with hashes. `python scripts/release.py lock` writes this file.
# pip install --require-hashes -r requirements.lock && pip install --no-deps .
"""
TRIED = (["--version"], ["guide"], ["check"])


def run(*command: str | Path) -> None:
    """Run a command in the root of the repository; CalledProcessError if it fails."""
    subprocess.run([*map(str, command)], cwd=ROOT, check=True, stdout=sys.stderr)


def environment(folder: Path, *packages: str | Path) -> Path:
    """A new virtual environment with some packages from pip; the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    run(programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages)
    return programs


def lock(folder: Path) -> None:
    """Write the lock file: newest versions within the bounds of pyproject.toml, no address of an index."""
    made = folder / "lock"
    programs = environment(folder / "tools", "uv")
    options = ("--generate-hashes", "--universal", "--python-version", "3.11", "--quiet")
    plain = ("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate")
    run(programs / "uv", "pip", "compile", "pyproject.toml", *options, *plain, "--output-file", made)
    LOCK.write_text(HEADER + made.read_text("utf-8"), encoding="utf-8")


def build(folder: Path) -> None:
    """Build, install the wheel on what is locked, run it, and write down what it ran on."""
    tools = environment(folder / "tools", "build", "cyclonedx-bom")
    run(tools / "python", "-m", "build", "--outdir", folder / "dist")
    (wheel,) = (folder / "dist").glob("*.whl")
    clean = environment(folder / "clean", "--require-hashes", "-r", LOCK)
    run(clean / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", wheel)
    for arguments in TRIED:
        run(clean / "iop-screen", *arguments)
    run(clean / "python", "-m", "pip", "uninstall", "--quiet", "--yes", "pip", "setuptools")
    bill = folder / "dist" / "sbom.cdx.json"
    kind = ("--output-reproducible", "--pyproject", ROOT / "pyproject.toml", "--output-format", "JSON")
    run(tools / "cyclonedx-py", "environment", *kind, "--output-file", bill, clean / "python")
    bill.write_text(without_paths(bill.read_text("utf-8")), encoding="utf-8")
    if str(folder) in bill.read_text("utf-8") or str(ROOT) in bill.read_text("utf-8"):
        raise SystemExit("the bill of materials names a folder of this machine")
    DIST.mkdir(exist_ok=True)
    for file in (folder / "dist").iterdir():
        (DIST / file.name).write_bytes(file.read_bytes())


def without_paths(bill: str) -> str:
    """A bill of materials without addresses of files on the machine that made it."""
    read = json.loads(bill)
    for part in read.get("components", []):
        references = part.get("externalReferences", [])
        part["externalReferences"] = [kept for kept in references if not kept["url"].startswith("file:")]
    return json.dumps(read, indent=2) + "\n"


if __name__ == "__main__":
    tasks = {"lock": lock, "build": build}
    if len(sys.argv) != 2 or sys.argv[1] not in tasks:
        raise SystemExit(f"say one of {', '.join(tasks)}")
    with tempfile.TemporaryDirectory() as made_here:
        tasks[sys.argv[1]](Path(made_here))
