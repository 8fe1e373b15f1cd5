"""Folders of records that earlier versions saved: they open, lose nothing, and say that they have no chain."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from support.paths import TESTS
from support.recorded import later
from support.running import Run

from iop_screen.questionnaire.answers import Words, chosen
from iop_screen.records.chain import ChainState
from iop_screen.records.model import Danger, Record
from iop_screen.records.serialization import read_record, record_json
from iop_screen.records.store import Store

SAVED = TESTS / "fixtures" / "records-0.1"
READ = SAVED.with_name(f"{SAVED.name}-read")
FILES = sorted((SAVED / "records").glob("*.json"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the folder, where the commands look for it."""
    folder = tmp_path / "kept"
    shutil.copytree(SAVED, folder)
    monkeypatch.setenv("IOP_SCREEN_DATA_DIR", str(folder))
    return folder


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_record_that_is_read_is_written_again_with_all_that_was_in_it(file: Path) -> None:
    before = json.loads(file.read_bytes())
    record = read_record(file.read_bytes())
    assert isinstance(record, Record)
    written = json.loads(record_json(record))
    head = ("ref", "revision", "started", "questionnaire")
    assert [written[key] for key in head] == [before[key] for key in head]
    assert len(written["log"]) == len(before["log"])
    for now, then in zip(written["log"], before["log"], strict=True):
        assert now.items() >= then.items()
    assert read_record(record_json(record).encode()) == record


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_record_from_before_has_no_chain_and_gets_one_for_what_is_added(file: Path) -> None:
    record = read_record(file.read_bytes())
    assert isinstance(record, Record)
    assert record.chain.state is ChainState.NONE
    added = read_record(record_json(later(record, 5)).encode())
    assert isinstance(added, Record)
    assert added == later(record, 5)
    assert (added.chain.state, added.chain.unhashed) == (ChainState.NONE, len(record.log))
    assert added.chain.hashes[-1]


def test_the_list_says_what_it_said(run: Run, folder: Path) -> None:
    """Where each record stands: its danger, what was suggested and what was chosen; more may have come since."""
    assert folder.exists()
    before, now = json.loads((READ / "list.json").read_bytes()), json.loads(run("records", "list", "--json").out)
    listed = zip(before["records"], now["records"], strict=True)
    assert all({name: record[name] for name in told} == told for told, record in listed)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_answers_of_each_revision_are_what_they_were(run: Run, folder: Path, file: Path) -> None:
    assert folder.exists()
    ref, revision, _ = file.name.split(".")
    ran = run("records", "export", ref, "--to", "answers", "--revision", revision)
    assert ran.stdout == (READ / f"{ref}.{revision}.csv").read_bytes()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_can_be_shown(run: Run, folder: Path, file: Path) -> None:
    assert folder.exists()
    ref, revision, _ = file.name.split(".")
    assert run("records", "show", ref, "--revision", revision).code == 0


def test_a_record_with_everything_in_it_says_what_it_said() -> None:
    record = Store(SAVED).load("7KQ2")
    assert isinstance(record, Record)
    assert record.answers["kinds"] == chosen("a", "b")
    assert record.answers["words"] == Words('\x1b[31m\u202e "\\" \U0001f6d1\n=1+1')
    assert record.notes == {"threat": "a\nb", "gone": "kept"}
    assert (record.danger, record.final, record.reference) == (Danger.OPEN, True, "C-1")
    assert record.decision is not None
    assert (record.decision.selected, record.decision.note) == ("emergency", "last")
