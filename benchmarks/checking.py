"""Measures `check` and `diff` with and without the solver: `PYTHONPATH=tests python benchmarks/checking.py`.

- `check` of the default questionnaire;
- `check` of the same with points on its first dozen risk questions and a rule on their sum;
- `check` of a questionnaire ten times its size, with three scores of twenty items each;
- `diff` of the last one with a copy of it, with a point more in one score and without one rule.

It is run by hand. Seconds are CPU time of this process; they depend on the machine. With `--size` below 1 the large
questionnaire is smaller.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date

import yaml
from support.big import big_sketch, with_one_point_more, with_one_rule_less
from support.no_solver import without_solver
from support.strategies import text_of

from iop_screen.checking.diff import differences
from iop_screen.checking.load import check_questionnaire, load_questionnaire
from iop_screen.core.files import default_questionnaire
from iop_screen.engine.compiled import CompiledQuestionnaire

GOAL_DEFAULT, GOAL_LARGE = 3.0, 60.0
"""Seconds for the default questionnaire, also with a score, and for the large one."""


def main(size: float) -> None:
    default = default_questionnaire().read_bytes()
    large = big_sketch(size=size)
    changed = text_of(with_one_rule_less(with_one_point_more(large))).encode()
    row("check, default", lambda: check_undecided(default), GOAL_DEFAULT)
    row("check, default with a score", lambda: check_undecided(with_score(default)), GOAL_DEFAULT)
    row("check, large", lambda: check_undecided(text_of(large).encode()), GOAL_LARGE)
    old, new = loaded(text_of(large).encode()), loaded(changed)
    row("diff, large", lambda: len(differences(old, new).not_decided), GOAL_LARGE)


def row(name: str, work: Callable[[], int], goal: float) -> None:
    """Prints how long some work takes without the solver and with it, and how much it leaves undecided."""
    with without_solver():
        without, undecided_without = timed(work)
    took, undecided = timed(work)
    print(
        f"{name:<28} without {without:7.2f} s, {undecided_without:4} not decided;"
        f"   with {took:7.2f} s, {undecided:4} not decided, {took / goal:5.2f} of the goal"
    )


def timed(work: Callable[[], int]) -> tuple[float, int]:
    started = time.process_time()
    count = work()
    return time.process_time() - started, count


def check_undecided(content: bytes) -> int:
    """How many verdicts `check` does not reach."""
    found = check_questionnaire(content, date(2026, 12, 1)).findings
    return sum(finding.problem.code == "not-decided" for finding in found)


def with_score(content: bytes) -> bytes:
    """The questionnaire with a score of its first dozen risk questions, a rule that reads it, and a promise of it."""
    questionnaire = yaml.load(content, Loader=yaml.CBaseLoader)  # noqa: S506 - this loader makes only text
    questions = [question for section in questionnaire["sections"] for question in section["questions"]]
    items = [each for each in questions if each["role"] == "risk" and each["type"] == "choice"][:12]
    for item in items:
        for points, option in enumerate(item["options"]):
            option["points"] = points
    when = {"dozen": {"at_least": 8}}
    level = questionnaire["levels"][-1]["id"]
    questionnaire.setdefault("scores", []).append(
        {"id": "dozen", "title": "A dozen needs", "add": [item["id"] for item in items]}
    )
    questionnaire["rules"].append({"id": "dozen_needs", "when": when, "level": level, "because": "Many needs."})
    questionnaire["guarantees"].append({"id": "dozen_kept", "when": when, "level": level})
    return json.dumps(questionnaire).encode()


def loaded(content: bytes) -> CompiledQuestionnaire:
    compiled = load_questionnaire(content).compiled
    assert compiled is not None
    return compiled


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=1.0, help="the size of the large one (%(default)s)")
    main(parser.parse_args().size)
