"""Files that are no CSV are named, with the next command that works."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from iop_screen.batch.input_problems import InputProblem
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.file_kinds import file_kind
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.report.input_problems import input_problems_text

TABLE = b"id,word\n1,x\n"
PACKED = gzip.compress(TABLE, mtime=0)  # else its bytes, which name a test, are others each second


def zipped(*names: str, first: str = "") -> bytes:
    """A ZIP archive with files of these names; what stands in the first, which is not packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in names:
            archive.writestr(name, first)
    return stream.getvalue()


XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"
LOCKED = XLS + b"\0" * 1_000 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (zipped("in.csv"), "ZIP"),
        (zipped(), "ZIP"),
        (XLS, "is old (XLS) or has a password"),
        (LOCKED, "a file of Office that has a password"),
        (PACKED, "gzip"),
        (bz2.compress(TABLE), "bzip2"),
        (lzma.compress(TABLE), "xz"),
        (b"\x28\xb5\x2f\xfd\0", "zstd"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\n <HTML>", "HTML"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "HTML"),
        (b"<table border=1><tr>", "HTML"),
        (b'<?xml version="1.0"?><Workbook>', "XML"),
        ("id,word\n".encode("utf-32"), "UTF-32"),
        (b"PAR1\0", "statistics"),
        (b"SQLite format 3\0", "database"),
    ],
)
def test_a_file_that_is_no_csv_is_named(content: bytes, what: str) -> None:
    found = open_csv("in.csv", io.BytesIO(content), FileSettings())
    assert isinstance(found, InputProblem)
    assert found.code == "not-csv"
    assert what in found.message
    assert found.hint


@pytest.mark.parametrize(
    "start",
    [b"", b"PK,id\n", b"[id],word\n", b"{id},word\n", b"<id>,word\n", b"id,<html>\n", b"BZh,id\n", b"\x1f,id\n"],
)
def test_a_header_that_begins_like_another_file_is_a_header(start: bytes) -> None:
    assert file_kind(start) is None


@pytest.mark.parametrize(
    ("content", "tool"),
    [(PACKED, "gunzip"), (bz2.compress(TABLE), "bunzip2"), (lzma.compress(TABLE), "xz")],
)
@pytest.mark.parametrize("name", ["intake.csv", "in take's $x.csv.gz", "-c.csv"])
def test_the_command_for_a_packed_file_works_as_it_is_printed(
    content: bytes, tool: str, name: str, tmp_path: Path
) -> None:
    """Whatever the file is called; `iop-screen` is put on the path as a program that copies what it is given."""
    if shutil.which(tool) is None:
        pytest.skip(f"there is no {tool}")
    (tmp_path / name).write_bytes(content)
    program = tmp_path / "bin" / "iop-screen"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\n[ \"$1 $2\" = 'score -' ] && exec {shlex.quote(sys.executable)} -c "
        "'import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())'\n"
    )
    program.chmod(0o755)
    found = open_csv(name, io.BytesIO(content), FileSettings())
    assert isinstance(found, InputProblem)
    line = input_problems_text([found]).splitlines()[-1]
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(line, shell=True, cwd=tmp_path, env={"PATH": path}, capture_output=True, check=False)  # noqa: S602
    assert (ran.stdout, ran.stderr) == (TABLE, b"")


def test_an_old_workbook_is_written_as_one_that_is_read_where_it_replaces_no_file() -> None:
    """It may itself be called `in.xlsx`, so what is made of it goes into a folder of its own."""
    found = open_csv("in.xlsx", io.BytesIO(XLS), FileSettings())
    assert isinstance(found, InputProblem)
    assert found.command == ("libreoffice", "--headless", "--convert-to", "xlsx", "--outdir", "converted", "in.xlsx")


def test_a_workbook_with_a_password_needs_a_person() -> None:
    found = open_csv("in.xlsx", io.BytesIO(LOCKED), FileSettings())
    assert isinstance(found, InputProblem)
    assert (found.hint, found.command) == ("open it in Excel, and save it without a password, as XLSX", ())


def test_a_workbook_whose_name_looks_like_an_option_is_no_option() -> None:
    found = open_csv("-x.csv", io.BytesIO(XLS), FileSettings())
    assert isinstance(found, InputProblem)
    assert found.command[-1] == "./-x.csv"


def test_standard_input_cannot_be_read_twice() -> None:
    for content in (XLS, PACKED):
        found = open_csv("-", io.BytesIO(content), FileSettings())
        assert isinstance(found, InputProblem)
        assert found.command == ()


def test_a_table_is_a_table() -> None:
    assert isinstance(open_csv("in.csv", io.BytesIO(TABLE), FileSettings()), CsvSource)
