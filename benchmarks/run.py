"""Measures how long checking and scoring take. Run it by hand: `python benchmarks/run.py [--forms N]`.

- `check` of the default questionnaire, and of one ten times its size;
- `diff` of both with a copy without its last rule;
- loading the default questionnaire, with the proofs that every file needs;
- scoring forms, compared with copying the file.

Compare the ratios; seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from iop_screen.batch.score import Scoring, open_scoring
from iop_screen.batch.settings import ScoreSettings
from iop_screen.batch.sources.csv_source import CsvSource, open_csv
from iop_screen.batch.sources.settings import FileSettings
from iop_screen.checking.diff import differences
from iop_screen.checking.load import check_questionnaire, load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.report.score_output import csv_segments


def main(forms: int) -> None:
    content = default_questionnaire().read_bytes()
    loaded = load_questionnaire(content)
    assert loaded.compiled is not None
    small = seconds(lambda: check_questionnaire(content, date(2026, 11, 23)), times=3)
    large = seconds(lambda: check_questionnaire(times_ten(content), date(2026, 11, 23)), times=1)
    print(f"check, default questionnaire        {small:8.3f} s")
    print(f"check, ten times its size           {large:8.3f} s   {large / small:6.1f} times as long")
    print(f"diff, default questionnaire         {diff_seconds(content):8.3f} s")
    print(f"diff, ten times its size            {diff_seconds(times_ten(content)):8.3f} s")
    print(f"load a questionnaire                {seconds(lambda: load_questionnaire(content), times=5):8.3f} s")
    answer_sets = made_up(loaded.compiled, forms)
    scored = seconds(lambda: score(answer_sets, loaded.compiled), times=1)
    ratio = scored / copy_seconds(answer_sets)
    print(f"{f'score {forms:,} forms':<35} {scored:8.3f} s   {ratio:6.0f} times as long as a copy")


def seconds(what: Callable[[], object], times: int) -> float:
    """How long the fastest of some runs takes."""
    return min(once(what) for _ in range(times))


def once(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


def diff_seconds(content: bytes) -> float:
    """How long it takes to compare a questionnaire with a copy without its last rule."""
    questionnaire = yaml.load(content, Loader=yaml.CBaseLoader)  # noqa: S506 - this loader makes only text
    questionnaire["rules"].pop()
    old, new = load_questionnaire(content).compiled, load_questionnaire(json.dumps(questionnaire).encode()).compiled
    assert old is not None
    assert new is not None
    return seconds(lambda: differences(old, new), times=1)


def times_ten(content: bytes) -> bytes:
    """Ten copies of the questions, rules, notes and guarantees in one file; the ids of each copy have its number."""
    questionnaire = yaml.load(content, Loader=yaml.CBaseLoader)  # noqa: S506 - this loader makes only text
    names = {question["id"] for section in questionnaire["sections"] for question in section["questions"]}
    names |= {score["id"] for score in questionnaire.get("scores", ())}
    copies = [renamed_ids(questionnaire, names, f"_{number}") for number in range(10)]
    for key in ("sections", "scores", "rules", "notes", "guarantees"):
        questionnaire[key] = [part for copy in copies for part in copy.get(key, ())]
    questionnaire["applies_when"] = copies[0]["applies_when"]
    return json.dumps(questionnaire).encode()


def renamed_ids(part: Any, names: set[str], ending: str) -> Any:
    if isinstance(part, list):
        return [renamed_ids(inner, names, ending) for inner in part]
    if not isinstance(part, dict):
        return part
    renamed = {key + ending if key in names else key: renamed_ids(value, names, ending) for key, value in part.items()}
    if "label" not in part and "reach" not in part and "means" not in part and "id" in part:
        renamed["id"] = part["id"] + ending
    if "add" in part:
        renamed["add"] = [name + ending for name in part["add"]]
    return renamed


def made_up(compiled: CompiledQuestionnaire, forms: int) -> bytes:
    """Random forms with mostly mild answers, as a CSV file."""
    chance = random.Random(1)  # noqa: S311 - no secret
    columns = [["", *question.answer_ids()] for question in compiled.questions]
    text = io.StringIO()
    text.write(",".join(["id", *(question.id for question in compiled.questions)]) + "\n")
    for number in range(forms):
        row = [column[min(int(chance.expovariate(1.2)) + 1, len(column) - 1)] for column in columns]
        text.write(f"F{number}," + ",".join(row) + "\n")
    return text.getvalue().encode()


def score(answer_sets: bytes, compiled: CompiledQuestionnaire) -> None:
    source = open_csv("forms.csv", io.BytesIO(answer_sets), FileSettings())
    assert isinstance(source, CsvSource)
    scoring = open_scoring([source], compiled, ScoreSettings())
    assert isinstance(scoring, Scoring)
    for judged in scoring.lots():
        scoring.build.rows(csv_segments(judged, scoring.shape), judged)


def copy_seconds(answer_sets: bytes) -> float:
    """How long it takes to copy the same bytes from one file to another."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "forms.csv"
        source.write_bytes(answer_sets)
        return seconds(lambda: shutil.copyfile(source, Path(folder) / "copy.csv"), times=3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=100_000, help="how many forms to score (%(default)s)")
    main(parser.parse_args().forms)
