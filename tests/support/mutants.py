"""The default questionnaire with one edit at a time, and who notices: the loader, a check, a guarantee or a case.

Run as a program it prints the table: `PYTHONPATH=tests python -m support.mutants`.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Any

import yaml

from iop_screen.checking.analysis import Analysis, CheckVerdict, Finding
from iop_screen.checking.author_checks import AUTHOR_CHECKS
from iop_screen.checking.cases import CaseFile, read_cases, run_cases
from iop_screen.checking.guarantees import guarantees_hold
from iop_screen.checking.load import load_questionnaire
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.core.files import default_cases, default_questionnaire
from iop_screen.engine import conditions
from iop_screen.engine.answer_batch import AnswerBatch, Answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import ScoreAtLeast, ScoreItem, Verdict, judge, leaf_tests
from iop_screen.engine.judgement import climb, judge_all
from iop_screen.questionnaire.answers import Answer, Chosen, HasOption, MissingReason, chosen
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.multiple import MultipleQuestion

TODAY = date(2026, 12, 1)
RANDOM_FORMS = 3000
FORMS_BY_A_BOUND = 1000
"""How many forms are drawn whose points just reach a bound, and how many that just miss it."""

NOTE_KINDS = ("show a note with more first steps", "show a note with any first step")
"""Edits that move no suggestion: they change which notes are given."""

NOTICED_BY = ("load", "guarantee", "case", "check")
"""Who may notice a mutant, in the order they are asked."""

Tree = dict[str, Any]
Condition = dict[str, Any]
Sheet = dict[str, Answer]


@dataclass(frozen=True)
class Mutant:
    """The default questionnaire with one edit: of which kind, and where."""

    kind: str
    where: str
    content: bytes


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: whether it changes a suggestion, and who noticed it first, if anybody did."""

    mutant: Mutant
    changes: bool
    noticed_by: str

    @property
    def survived(self) -> bool:
        return self.changes and not self.noticed_by


# The edits.


@cache
def _original() -> Tree:
    """The default questionnaire without those texts that move nothing and may be left out, to have less to read."""
    tree: Tree = yaml.load(default_questionnaire().read_bytes(), Loader=yaml.BaseLoader)  # noqa: S506 - plain text only
    del tree["guide"]
    for step in (*tree["levels"], *tree["first_steps"]):
        for key in ("means", "expect", "next_steps"):
            step.pop(key, None)
    for _, question in _questions(tree):
        question.pop("help", None)
    return tree


@cache
def _original_text() -> str:
    return json.dumps(_original())


def _copy() -> Tree:
    """The original once more, to be edited. Reading it again is faster than a deep copy."""
    tree: Tree = json.loads(_original_text())
    return tree


def written(tree: Tree) -> bytes:
    """A questionnaire as a file. JSON is YAML; only what has to be bare is bare."""
    return json.dumps(tree).replace('"true"', "true").encode()


def mutants() -> Iterator[Mutant]:
    """Every mutant, each kind by itself."""
    yield from _of_rules()
    yield from _of_steps()
    yield from _of_conditions()
    yield from _of_answers()
    yield from _of_gates()
    yield from _of_scope()
    yield from _of_ladders()
    yield from _of_points()
    yield from _of_sums()
    yield from _of_notes()


def _mutant(kind: str, where: str, tree: Tree) -> Mutant:
    return Mutant(kind, where, written(tree))


def _of_rules() -> Iterator[Mutant]:
    for index, rule in enumerate(_original()["rules"]):
        tree = _copy()
        del tree["rules"][index]
        yield _mutant("drop a rule", rule["id"], tree)


def _of_steps() -> Iterator[Mutant]:
    ladders = {"level": [None, *_ids("levels")[1:]], "first_step": [None, *_ids("first_steps")]}
    for index, rule in enumerate(_original()["rules"]):
        for key, steps in ladders.items():
            now = steps.index(rule.get(key))
            for then in dict.fromkeys((now - 1, now + 1, 0)):
                if then == now or not 0 <= then < len(steps):
                    continue
                tree = _copy()
                tree["rules"][index].pop(key, None)
                if steps[then] is not None:
                    tree["rules"][index][key] = steps[then]
                verb = "remove" if then == 0 else "lower" if then < now else "raise"
                yield _mutant(f"{verb} a {key.replace('_', ' ')}", f"{rule['id']}: {steps[then]}", tree)


def _ids(key: str) -> list[str]:
    return [each["id"] for each in _original()[key]]


def _of_conditions() -> Iterator[Mutant]:
    """Edits of what rules, gates and `applies_when` ask for; notes and guarantees move nothing."""
    for name, path in _conditions():
        for kind, where, instead in _edits(_at(_original(), path)):
            tree = _copy()
            _at(tree, path[:-1])[path[-1]] = instead
            yield _mutant(kind, f"{name}: {where}", tree)


Path = tuple[str | int, ...]


def _conditions() -> Iterator[tuple[str, Path]]:
    tree = _original()
    yield "applies_when", ("applies_when",)
    yield from ((rule["id"], ("rules", index, "when")) for index, rule in enumerate(tree["rules"]))
    for path, question in _questions(tree):
        if "ask_when" in question:
            yield f"ask_when of {question['id']}", (*path, "ask_when")


def _questions(tree: Tree) -> Iterator[tuple[Path, Tree]]:
    for number, section in enumerate(tree["sections"]):
        for index, question in enumerate(section["questions"]):
            yield ("sections", number, "questions", index), question


def _at(tree: Any, path: Path) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _edits(condition: Condition) -> Iterator[tuple[str, str, Condition]]:
    """Each edit of a condition: its kind, where it is, and the condition after it."""
    for key, value in condition.items():
        if len(condition) > 1:
            yield "drop a key", key, {other: each for other, each in condition.items() if other != key}
        if key not in {"all", "any"}:
            yield from ((kind, key, condition | {key: instead}) for kind, instead in _test_edits(key, value))
            continue
        for index, part in enumerate(value):
            if len(value) > 1:
                kind = "drop an alternative" if key == "any" else "drop a part"
                yield kind, f"{key} {index + 1}", condition | {key: [*value[:index], *value[index + 1 :]]}
            for kind, where, instead in _edits(part):
                yield kind, where, condition | {key: [*value[:index], instead, *value[index + 1 :]]}


def _test_edits(name: str, test: Any) -> Iterator[tuple[str, Any]]:
    if name in _ids("scores"):
        bound = int(test["at_least"])
        yield "lower a bound of points", {"at_least": str(bound - 1)}
        yield "raise a bound of points", {"at_least": str(bound + 1)}
        return
    [question] = [each for _, each in _questions(_original()) if each["id"] == name]
    ids = [option["id"] for option in question.get("options", ())]
    match test:
        case {"at_least": bound}:
            index = ids.index(bound)
            yield "loosen an at_least", {"at_least": ids[index - 1]} if index else None
            if index + 1 < len(ids):
                yield "tighten an at_least", {"at_least": ids[index + 1]}
        case str() if question["role"] == "risk" and ids:
            yield "loosen a worst option", {"at_least": ids[-2]}
        case str() | list() if ids:
            named = [test] if isinstance(test, str) else test
            for option in ids:
                without = [other for other in named if other != option]
                if option not in named:
                    yield "name a further option", [*named, option]
                elif without:
                    yield "name one option less", without


def _of_answers() -> Iterator[Mutant]:
    for path, question in _questions(_original()):
        if question["role"] != "risk":
            continue
        if question["type"] == "yes_no":
            tree = _copy()
            _at(tree, path)["worse"] = "no" if question["worse"] == "yes" else "yes"
            yield _mutant("swap two options", question["id"], tree)
        for (index, one), (_, other) in pairwise(enumerate(question.get("options", ()))):
            tree = _copy()
            _at(tree, path)["options"][index : index + 2] = [other, one]
            yield _mutant("swap two options", f"{question['id']}: {one['id']}, {other['id']}", tree)


def _of_gates() -> Iterator[Mutant]:
    for number, (path, question) in enumerate(_questions(_original())):
        yield _mutant("hide a question", question["id"], _hidden(question["id"]))
        if "ask_when" in question:
            tree = _copy()
            del _at(tree, path)["ask_when"]
            yield _mutant("drop an ask_when", question["id"], tree)
            continue
        ask_when: list[Condition] = [{"age": ["18_64", "65_plus"]}] if number else []
        ask_when += [{"concerns": "substances"}, {"concerns": "eating"}] if number > 1 else []
        for condition in ask_when:
            tree = _copy()
            _at(tree, path)["ask_when"] = condition
            yield _mutant("add an ask_when", f"{question['id']}: {condition}", tree)


def _hidden(name: str) -> Tree:
    """The questionnaire without a question and without every mention of it."""
    tree = _copy()
    for section in tree["sections"]:
        section["questions"] = [question for question in section["questions"] if question["id"] != name]
        for question in section["questions"]:
            _forget(question, "ask_when", name)
    tree["sections"] = [section for section in tree["sections"] if section["questions"]]
    _forget(tree, "applies_when", name)
    for key in ("rules", "notes", "guarantees"):
        had = [each for each in tree[key] if "when" in each]
        for each in had:
            _forget(each, "when", name)
        tree[key] = [each for each in tree[key] if "when" in each or each not in had]
    return tree


def _forget(part: Tree, key: str, name: str) -> None:
    if key in part and (left := _without(part.pop(key), name)):
        part[key] = left


def _without(condition: Condition, name: str) -> Condition:
    left: Condition = {}
    for key, value in condition.items():
        if key in {"all", "any"}:
            parts = [part for part in (_without(part, name) for part in value) if part]
            left |= {key: parts} if parts else {}
        elif key != name:
            left[key] = value
    return left


def _of_scope() -> Iterator[Mutant]:
    tree = _copy()
    del tree["applies_when"]
    yield _mutant("drop applies_when", "", tree)


def _of_ladders() -> Iterator[Mutant]:
    tree = _copy()
    del tree["first_steps"][-1]["interrupt"]
    yield _mutant("drop interrupt", tree["first_steps"][-1]["id"], tree)
    for key, called in (("levels", "levels"), ("first_steps", "first steps")):
        for (index, one), (_, other) in pairwise(enumerate(_original()[key])):
            tree = _copy()
            tree[key][index : index + 2] = [other, one]
            yield _mutant(f"swap two {called}", f"{one['id']}, {other['id']}", tree)


def _of_points() -> Iterator[Mutant]:
    """A point more or fewer for an option, where a worse option still never has fewer than a better one."""
    for path, question in _questions(_original()):
        points = [int(option["points"]) for option in question.get("options", ()) if "points" in option]
        for index, now in enumerate(points):
            for kind, then in (("give a point fewer", now - 1), ("give a point more", now + 1)):
                changed = [*points[:index], then, *points[index + 1 :]]
                if then < 0 or changed != sorted(changed):
                    continue
                tree = _copy()
                option = _at(tree, path)["options"][index]
                option["points"] = str(then)
                yield _mutant(kind, f"{question['id']}: {option['id']}", tree)


def _of_sums() -> Iterator[Mutant]:
    """A score without one of its items, and with a further one, whose options get a point each from the second on."""
    for number, score in enumerate(_original()["scores"]):
        for index, item in enumerate(score["add"]):
            tree = _copy()
            del tree["scores"][number]["add"][index]
            yield _mutant("drop an item of a score", f"{score['id']}: {item}", tree)
        for path, question in _questions(_original()):
            if question["role"] != "risk" or question["id"] in score["add"] or "options" not in question:
                continue
            tree = _copy()
            for index, option in enumerate(_at(tree, path)["options"]):
                option["points"] = str(min(index, 1))
            tree["scores"][number]["add"].append(question["id"])
            yield _mutant("add an item to a score", f"{score['id']}: {question['id']}", tree)


def _of_notes() -> Iterator[Mutant]:
    for number, note in enumerate(_original()["notes"]):
        named = note.get("for_first_steps")
        if named is None:
            continue
        tree = _copy()
        del tree["notes"][number]["for_first_steps"]
        yield _mutant("show a note with any first step", note["id"], tree)
        for step in ("none", *_ids("first_steps")):
            if step not in named:
                tree = _copy()
                tree["notes"][number]["for_first_steps"].append(step)
                yield _mutant("show a note with more first steps", f"{note['id']}: {step}", tree)


# What becomes of them.


class MutantTester:
    """The default questionnaire, and what is known of it before anything is changed."""

    def __init__(self) -> None:
        loaded = load_questionnaire(written(_original()))
        assert loaded.compiled is not None, [problem.message for problem in loaded.problems]
        self.compiled = loaded.compiled
        self.problems = {(problem.code, problem.message) for problem in loaded.problems}
        analysis = Analysis(self.compiled, TODAY)
        self.problems |= _found(analysis) | _problems(guarantees_hold(analysis))
        self.cases_content = default_cases().read_bytes()
        file, problems = read_cases(self.cases_content, self.compiled)
        assert file is not None, [problem.message for problem in problems]
        self.cases: CaseFile = file
        assert not any(outcome.mismatches for outcome in run_cases(file, self.compiled)), "a case fails as it is"
        self.best: Sheet = {given.question.id: given.answer for given in file.otherwise}
        chance = random.Random(20261201)  # noqa: S311 - nothing secret
        self.sheets = [*_weakest(self.compiled, self.best)]
        self.sheets += [_drawn(self.compiled, self.best, chance) for _ in range(RANDOM_FORMS)]
        self.sheets += _by_the_bounds(self.compiled, self.best, chance)

    def fate(self, mutant: Mutant, *, all_changes: bool) -> Fate:
        """Who notices a mutant first, and whether it changes a suggestion.

        Without `all_changes` that is only found out of those that nobody notices.
        """
        loaded = load_questionnaire(mutant.content)
        new = {(problem.code, problem.message) for problem in loaded.problems} - self.problems
        if loaded.compiled is None or new:
            return Fate(mutant, changes=True, noticed_by="load")
        changed = loaded.compiled
        changes = not all_changes or self._changes(mutant, changed)
        analysis = Analysis(changed, TODAY)
        if _problems(guarantees_hold(analysis)) - self.problems:
            return Fate(mutant, changes, "guarantee")
        if self._cases_notice(changed):
            return Fate(mutant, changes, "case")
        if _found(analysis) - self.problems:
            return Fate(mutant, changes, "check")
        return Fate(mutant, self._changes(mutant, changed), "")

    def _changes(self, mutant: Mutant, changed: CompiledQuestionnaire) -> bool:
        """Whether one of many forms gets another suggestion or bound of a ladder; for edits of notes, other notes."""
        sheets = [*self.sheets, *_weakest(changed, self.best)]
        if mutant.kind in NOTE_KINDS:
            return _notes(self.compiled, sheets) != _notes(changed, sheets)
        return _readings(self.compiled, sheets) != _readings(changed, sheets)

    def _cases_notice(self, changed: CompiledQuestionnaire) -> bool:
        """Whether a case comes to something else, or has a problem now."""
        if any(outcome.mismatches for outcome in run_cases(self.cases, changed)):
            return True
        return bool(read_cases(self.cases_content, changed)[1])


def _found(analysis: Analysis) -> set[tuple[str, str]]:
    return _problems(verdict for check in AUTHOR_CHECKS for verdict in check(analysis))


def _problems(verdicts: Iterable[CheckVerdict]) -> set[tuple[str, str]]:
    """What was found; that something could not be decided is no notice of an edit."""
    found = {(verdict.problem.code, verdict.problem.message) for verdict in verdicts if isinstance(verdict, Finding)}
    return {(code, message) for code, message in found if code != "not-decided"}


def _weakest(compiled: CompiledQuestionnaire, best: Sheet) -> Iterator[Sheet]:
    """The weakest forms of each rule: with the rest left open, and with the best answers to the rest."""
    minimal_forms = MinimalForms(compiled)
    for rule in compiled.rules:
        if any(isinstance(test, ScoreAtLeast) for test in leaf_tests(rule.when)):
            continue  # too many of them: `_by_the_bounds` draws some
        for answers in minimal_forms.answer_sets(rule.when):
            said: Sheet = {
                str(question.id): answer
                for question, answer in zip(compiled.questions, answers.values, strict=True)
                if not isinstance(answer, MissingReason)
            }
            yield said
            yield best | said


def _drawn(compiled: CompiledQuestionnaire, best: Sheet, chance: random.Random) -> Sheet:
    """A form by chance: some answers are the best ones, some are any, some are left open."""
    some = chance.choice((0.1, 0.3, 0.6, 1.0))
    open_ = chance.choice((0.0, 0.0, 0.2))
    sheet: Sheet = {}
    for question in compiled.questions:
        if chance.random() >= open_:
            sheet[question.id] = _any_answer(question, chance) if chance.random() < some else best[question.id]
    return sheet


def _by_the_bounds(compiled: CompiledQuestionnaire, best: Sheet, chance: random.Random) -> list[Sheet]:
    """Forms by chance, answered as well as can be but for some items of a score: their points reach a bound or not."""
    tests = [test for rule in compiled.rules for test in leaf_tests(rule.when) if isinstance(test, ScoreAtLeast)]
    rules = [rule.when for rule in compiled.rules]
    found: list[Sheet] = []
    for test in dict.fromkeys(tests):
        beside = [answer for when in rules if test in leaf_tests(when) for answer in _answers_beside(compiled, when)]
        for points in (test.bound, test.bound - 1):
            for _ in range(FORMS_BY_A_BOUND):
                sheet = best | _with_points(compiled, test.items, points, chance)
                found.append(sheet | dict(chance.sample(beside, min(len(beside), chance.randint(0, 2)))))
    return found


def _answers_beside(compiled: CompiledQuestionnaire, when: conditions.Condition) -> list[tuple[str, Answer]]:
    """The answers that a condition asks for beside points."""
    tests = [test for test in leaf_tests(when) if isinstance(test, HasOption)]
    return [(str(compiled.questions[test.question].id), _answer((name,))) for test in tests for name in test.options]


def _with_points(
    compiled: CompiledQuestionnaire, items: Sequence[ScoreItem], points: int, chance: random.Random
) -> Sheet:
    """Answers to some items, in any order, that come to so many points."""
    sheet: Sheet = {}
    for item in chance.sample(items, len(items)):
        question = compiled.questions[item.question]
        few = [option for option in question.options_listed if 0 < (option.points or 0) <= points]
        if few:
            option = few[0] if chance.random() < 0.7 else chance.choice(few)
            sheet[str(question.id)] = _answer((str(option.id),))
            points -= option.points or 0
    return sheet


@cache
def _answer(options: tuple[str, ...]) -> Chosen:
    return chosen(*options)


def _any_answer(question: Question, chance: random.Random) -> Answer:
    if isinstance(question, MultipleQuestion):
        needs = [str(option.id) for option in question.options_listed if not option.exclusive]
        return _answer(tuple(chance.sample(needs, chance.randint(1, 2))))
    return _answer((chance.choice(question.answer_ids()),))


def _readings(compiled: CompiledQuestionnaire, sheets: Sequence[Sheet]) -> tuple[object, ...]:
    """For each step of each ladder, who must reach it and who may; what interrupts; and who is in scope."""
    ids = [str(question.id) for question in compiled.questions]
    batch = AnswerBatch(
        compiled, [Answers(tuple(sheet.get(name, MissingReason.MISSING) for name in ids)) for sheet in sheets]
    )
    verdicts = [(rule, judge(rule.when, batch)) for rule in compiled.rules]
    questionnaire = compiled.questionnaire
    levels = climb(len(questionnaire.levels), ((rule.level, verdict) for rule, verdict in verdicts), batch)
    steps = climb(len(questionnaire.first_steps) + 1, ((rule.first_step, verdict) for rule, verdict in verdicts), batch)
    applies = Verdict(batch.always, batch.always)
    if compiled.applies_when is not None:
        applies = judge(compiled.applies_when, batch)
    order = [step.id for step in questionnaire.steps()]
    return order, levels, steps, compiled.interrupt, applies


def _notes(compiled: CompiledQuestionnaire, sheets: Sequence[Sheet]) -> tuple[object, ...]:
    """For each note, who gets it."""
    ids = [str(question.id) for question in compiled.questions]
    forms = [Answers(tuple(sheet.get(name, MissingReason.MISSING) for name in ids)) for sheet in sheets]
    return judge_all(compiled, AnswerBatch(compiled, forms)).notes


def fates(*, all_changes: bool) -> list[Fate]:
    """What becomes of every mutant."""
    guard = MutantTester()
    return [guard.fate(mutant, all_changes=all_changes) for mutant in mutants()]


def table(fates: Iterable[Fate]) -> str:
    """How many mutants of each kind there are, how many change a suggestion, and who notices those first."""
    listed = [*fates]
    kinds = [*dict.fromkeys(fate.mutant.kind for fate in listed)]
    rows: list[tuple[str, ...]] = [("kind of edit", "mutants", "changing", *NOTICED_BY, "survive")]
    for kind in [*kinds, "all"]:
        those = [fate for fate in listed if kind in {fate.mutant.kind, "all"}]
        by = Counter(fate.noticed_by for fate in those if fate.changes)
        counts = (len(those), by.total(), *(by[who] for who in NOTICED_BY), by[""])
        rows.append((kind, *map(str, counts)))
    lines = ["  ".join([name.ljust(24), *(cell.rjust(9) for cell in cells)]) for name, *cells in rows]
    changing = sum(fate.changes for fate in listed)
    noticed = changing - sum(fate.survived for fate in listed)
    lines.append(f"noticed: {noticed} of {changing} that change a suggestion ({100 * noticed / changing:.1f} %)")
    lines += [f"survives: {fate.mutant.kind}: {fate.mutant.where}" for fate in listed if fate.survived]
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(fates(all_changes=True)))  # noqa: T201 - that is what it is for
