# ruff: noqa: PLC0415, ICN001 - each peer is imported only where it is run
"""Runs another rule engine, or a program that does part of the work. `benchmarks/scoring.py` starts it, in an
environment of its own that has the peers in it and not this program: `python peers.py NAME ARGUMENT...`.

`copy IN OUT` copies a CSV file with Polars. `python SOURCE IN OUT` judges the forms of a CSV file by generated Python.
Any other name is an engine: `ENGINE WORK` judges the forms of a JSON file and prints the time and the outcomes.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

Form = Mapping[str, Any]


class Work(NamedTuple):
    """What an engine is given: the outcome in its language, and the forms."""

    rules: Any
    forms: Sequence[Form]


Judged = Callable[[], Iterable[Sequence[Any]]]
"""Judges all forms, and gives the numbers of each outcome. What is done before is not timed."""


def zen_expression(work: Work) -> Judged:
    import zen

    evaluate = zen.compile_expression(work.rules).evaluate
    return lambda: [evaluate(form) for form in work.forms]


def zen_decision(work: Work) -> Judged:
    evaluate = _zen_engine(work).evaluate
    return lambda: [evaluate("rules", form)["result"]["outcome"] for form in work.forms]


def zen_batch(work: Work) -> Judged:
    evaluate_batch = _zen_engine(work).evaluate_batch
    requests = [{"key": "rules", "context": form} for form in work.forms]
    return lambda: [judged["data"]["result"]["outcome"] for judged in evaluate_batch(requests)]


def _zen_engine(work: Work) -> Any:
    """An engine that has read and compiled the rules, and has used them once."""
    import zen

    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": _zen_graph(work.rules)}}})
    engine.evaluate("rules", work.forms[0])
    return engine


def _zen_graph(expression: str) -> dict[str, object]:
    """A decision of one node that works out the outcome."""
    written = [{"id": "outcome", "key": "outcome", "value": expression}]
    node = {"id": "rules", "type": "expressionNode", "name": "rules", "content": {"expressions": written}}
    ends = [{"id": name, "type": f"{name}Node", "name": name} for name in ("input", "output")]
    edges = [("input", "rules"), ("rules", "output")]
    return {
        "nodes": [node, *ends],
        "edges": [{"id": start, "type": "edge", "sourceId": start, "targetId": end} for start, end in edges],
    }


def rule_engine(work: Work) -> Judged:
    import rule_engine

    evaluate = rule_engine.Rule(work.rules).evaluate
    return lambda: [evaluate(form) for form in work.forms]


def cel(work: Work) -> Judged:
    import cel

    execute = cel.compile(work.rules).execute
    return lambda: [execute(form) for form in work.forms]


def json_logic(work: Work) -> Judged:
    from json_logic import jsonLogic

    return lambda: [[jsonLogic(rule, form) for rule in work.rules] for form in work.forms]


def datalogic(work: Work) -> Judged:
    import datalogic_py

    evaluate = datalogic_py.Engine().compile(work.rules).evaluate
    return lambda: [evaluate(form) for form in work.forms]


def generated_python(work: Work) -> Judged:
    outcome = _function(work.rules)
    rows = [["", *map(_cell, form.values())] for form in work.forms]
    return lambda: map(outcome, rows)


def _cell(answer: Any) -> str:
    return ";".join(answer) if isinstance(answer, list) else answer


ENGINES: Mapping[str, Callable[[Work], Judged]] = {
    "zen-expression": zen_expression,
    "zen-decision": zen_decision,
    "zen-batch": zen_batch,
    "rule-engine": rule_engine,
    "cel": cel,
    "json-logic": json_logic,
    "datalogic": datalogic,
    "generated-python": generated_python,
}


def run_engine(name: str, path: Path) -> None:
    """Judge the forms, and print the CPU seconds of all threads, the wall seconds and the outcomes."""
    work = Work(**json.loads(path.read_bytes()))
    judge = ENGINES[name](work)
    wall, cpu = time.perf_counter(), time.process_time()
    outcomes = [*judge()]
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(json.dumps({"cpu": cpu, "wall": wall, "outcomes": [[*map(int, outcome)] for outcome in outcomes]}))


def _function(source: str) -> Callable[[Sequence[str]], tuple[int, ...]]:
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102 - we wrote it
    outcome: Callable[[Sequence[str]], tuple[int, ...]] = names["outcome"]
    return outcome


def run_python(source: Path, forms: Path, results: Path) -> None:
    """Write the id and the outcome of each record of a CSV file."""
    outcome = _function(source.read_text())
    with forms.open(newline="") as lines, results.open("w", newline="") as out:
        rows, writer = csv.reader(lines), csv.writer(out)
        next(rows)
        writer.writerows((row[0], *outcome(row)) for row in rows)


def run_copy(forms: Path, results: Path) -> None:
    """Copy a CSV file with Polars, each column as text."""
    import polars

    polars.scan_csv(forms, infer_schema=False).sink_csv(results)


def main(name: str, *arguments: str) -> None:
    paths = [Path(argument) for argument in arguments]
    if name == "copy":
        run_copy(*paths)
    elif name == "python":
        run_python(*paths)
    else:
        run_engine(name, *paths)


if __name__ == "__main__":
    main(*sys.argv[1:])
