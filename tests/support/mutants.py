"""A questionnaire with one edit at a time, and who notices: the loader, a check, a guarantee or a case.

Run as a program it prints the table: `PYTHONPATH=tests python -m support.mutants`.
"""

from __future__ import annotations

import copy
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

from iop_screen.checking.analysis import Analysis, Finding
from iop_screen.checking.author_checks import AUTHOR_CHECKS
from iop_screen.checking.cases import CaseFile, read_cases, run_cases
from iop_screen.checking.claims import must
from iop_screen.checking.guarantees import guarantees_hold
from iop_screen.checking.load import load_questionnaire
from iop_screen.checking.minimal_forms import MinimalForms
from iop_screen.checking.solver import FormSolver
from iop_screen.core.files import default_cases, default_questionnaire
from iop_screen.engine.answer_batch import AnswerBatch, Answers, no_answers
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.conditions import Condition as AnyCondition
from iop_screen.engine.conditions import Verdict, judge
from iop_screen.engine.judgement import climb
from iop_screen.engine.representative_answers import TooManyMinimalForms, questions_behind
from iop_screen.questionnaire.answers import Answer, Chosen, MissingReason, chosen
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.types.multiple import MultipleQuestion

TODAY = date(2026, 12, 1)
RANDOM_FORMS = 3000
WEAKENED_FORMS = 60
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
def default_tree() -> Tree:
    """The default questionnaire without those texts that move nothing and may be left out, to have less to read."""
    tree = tree_of(default_questionnaire().read_bytes())
    del tree["guide"]
    for step in (*tree["levels"], *tree["first_steps"]):
        for key in ("means", "expect", "next_steps"):
            step.pop(key, None)
    for _, question in _questions(tree):
        question.pop("help", None)
    return tree


def tree_of(content: bytes) -> Tree:
    """A questionnaire file as plain data, all of it text."""
    tree: Tree = yaml.load(content, Loader=yaml.BaseLoader)  # noqa: S506 - plain text only
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
    yield from of_scores(default_tree())
    yield from _of_gates()
    yield from _of_scope()
    yield from _of_ladders()


def _mutant(kind: str, where: str, tree: Tree) -> Mutant:
    return Mutant(kind, where, written(tree))


def _of_rules() -> Iterator[Mutant]:
    for index, rule in enumerate(default_tree()["rules"]):
        tree = copy.deepcopy(default_tree())
        del tree["rules"][index]
        yield _mutant("drop a rule", rule["id"], tree)


def _of_steps() -> Iterator[Mutant]:
    ladders = {"level": [None, *_ids("levels")[1:]], "first_step": [None, *_ids("first_steps")]}
    for index, rule in enumerate(default_tree()["rules"]):
        for key, steps in ladders.items():
            now = steps.index(rule.get(key))
            for then in dict.fromkeys((now - 1, now + 1, 0)):
                if then == now or not 0 <= then < len(steps):
                    continue
                tree = copy.deepcopy(default_tree())
                tree["rules"][index].pop(key, None)
                if steps[then] is not None:
                    tree["rules"][index][key] = steps[then]
                verb = "remove" if then == 0 else "lower" if then < now else "raise"
                yield _mutant(f"{verb} a {key.replace('_', ' ')}", f"{rule['id']}: {steps[then]}", tree)


def _ids(key: str) -> list[str]:
    return [each["id"] for each in default_tree()[key]]


def _of_conditions() -> Iterator[Mutant]:
    """Edits of what rules, gates and `applies_when` ask for; notes and guarantees move nothing."""
    for name, path in _conditions():
        for kind, where, instead in _edits(_at(default_tree(), path)):
            tree = copy.deepcopy(default_tree())
            _at(tree, path[:-1])[path[-1]] = instead
            yield _mutant(kind, f"{name}: {where}", tree)


Path = tuple[str | int, ...]


def _conditions() -> Iterator[tuple[str, Path]]:
    tree = default_tree()
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
    if name in {score["id"] for score in default_tree().get("scores", ())}:
        return  # an edit of a score is one of `of_scores`
    [question] = [each for _, each in _questions(default_tree()) if each["id"] == name]
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
    for path, question in _questions(default_tree()):
        if question["role"] != "risk":
            continue
        if question["type"] == "yes_no":
            tree = copy.deepcopy(default_tree())
            _at(tree, path)["worse"] = "no" if question["worse"] == "yes" else "yes"
            yield _mutant("swap two options", question["id"], tree)
        for (index, one), (_, other) in pairwise(enumerate(question.get("options", ()))):
            tree = copy.deepcopy(default_tree())
            _at(tree, path)["options"][index : index + 2] = [other, one]
            yield _mutant("swap two options", f"{question['id']}: {one['id']}, {other['id']}", tree)


def of_scores(original: Tree) -> Iterator[Mutant]:
    """Edits of what answers add to scores, and of how much a rule or a gate asks of one."""
    for path, question in _questions(original):
        for index, option in enumerate(question.get("options", ())):
            points = int(option.get("points", 0))
            changed = ("raise points", points + 1), ("lower points", points - 1)
            for kind, then in changed if "points" in option else ():
                if then >= 0:
                    tree = copy.deepcopy(original)
                    _at(tree, path)["options"][index]["points"] = str(then)
                    yield _mutant(kind, f"{question['id']}: {option['id']}", tree)
    for number, score in enumerate(original.get("scores", ())):
        for name in score["add"] if len(score["add"]) > 1 else ():
            tree = copy.deepcopy(original)
            tree["scores"][number]["add"].remove(name)
            yield _mutant("drop an item", f"{score['id']}: {name}", tree)
        for path in _tests_of(original, score["id"]):
            for kind, step in (("raise a sum", 1), ("lower a sum", -1)):
                tree = copy.deepcopy(original)
                test = _at(tree, path)
                test["at_least"] = str(int(test["at_least"]) + step)
                yield _mutant(kind, f"{score['id']}: {path}", tree)


def _tests_of(tree: Tree, name: str) -> Iterator[Path]:
    """Where rules, gates and `applies_when` test a score."""
    places: list[Path] = [("rules", index, "when") for index in range(len(tree["rules"]))]
    places += [(*path, "ask_when") for path, question in _questions(tree) if "ask_when" in question]
    places += [("applies_when",)] if "applies_when" in tree else []
    for place in places:
        yield from ((*place, *path) for path in _paths_to(_at(tree, place), name))


def _paths_to(condition: Condition, name: str) -> Iterator[Path]:
    for key, value in condition.items():
        if key in {"all", "any"}:
            yield from ((key, index, *path) for index, part in enumerate(value) for path in _paths_to(part, name))
        elif key == name:
            yield (key,)


def _of_gates() -> Iterator[Mutant]:
    for number, (path, question) in enumerate(_questions(default_tree())):
        yield _mutant("hide a question", question["id"], _hidden(question["id"]))
        if "ask_when" in question:
            tree = copy.deepcopy(default_tree())
            del _at(tree, path)["ask_when"]
            yield _mutant("drop an ask_when", question["id"], tree)
            continue
        ask_when: list[Condition] = [{"age": ["18_64", "65_plus"]}] if number else []
        ask_when += [{"concerns": "substances"}, {"concerns": "eating"}] if number > 1 else []
        for condition in ask_when:
            tree = copy.deepcopy(default_tree())
            _at(tree, path)["ask_when"] = condition
            yield _mutant("add an ask_when", f"{question['id']}: {condition}", tree)


def _hidden(name: str) -> Tree:
    """The questionnaire without a question and without every mention of it."""
    tree = copy.deepcopy(default_tree())
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
    tree = copy.deepcopy(default_tree())
    del tree["applies_when"]
    yield _mutant("drop applies_when", "", tree)


def _of_ladders() -> Iterator[Mutant]:
    tree = copy.deepcopy(default_tree())
    del tree["first_steps"][-1]["interrupt"]
    yield _mutant("drop interrupt", tree["first_steps"][-1]["id"], tree)
    for key, called in (("levels", "levels"), ("first_steps", "first steps")):
        for (index, one), (_, other) in pairwise(enumerate(default_tree()[key])):
            tree = copy.deepcopy(default_tree())
            tree[key][index : index + 2] = [other, one]
            yield _mutant(f"swap two {called}", f"{one['id']}, {other['id']}", tree)


# What becomes of them.


class MutantTester:
    """A questionnaire and its cases, and what is known of it before anything is changed; else the default ones."""

    def __init__(self, content: bytes | None = None, cases: bytes | None = None) -> None:
        loaded = load_questionnaire(content or written(default_tree()))
        assert loaded.compiled is not None, [problem.message for problem in loaded.problems]
        self.compiled = loaded.compiled
        self.problems = {(problem.code, problem.message) for problem in loaded.problems}
        self.problems |= _found(Analysis(self.compiled, TODAY))
        self.cases_content = cases or default_cases().read_bytes()
        file, problems = read_cases(self.cases_content, self.compiled)
        assert file is not None, [problem.message for problem in problems]
        self.cases: CaseFile = file
        self.best: Sheet = {given.question.id: given.answer for given in file.otherwise}
        chance = random.Random(20261201)  # noqa: S311 - nothing secret
        self.sheets = [*_weakest(self.compiled, self.best)]
        self.sheets += [_drawn(self.compiled, self.best, chance) for _ in range(RANDOM_FORMS)]

    def fate(self, mutant: Mutant, *, all_changes: bool) -> Fate:
        """Who notices a mutant first, and whether it changes a suggestion.

        Without `all_changes` that is only found out of those that nobody notices.
        """
        loaded = load_questionnaire(mutant.content)
        new = {(problem.code, problem.message) for problem in loaded.problems} - self.problems
        if loaded.compiled is None or new:
            return Fate(mutant, changes=True, noticed_by="load")
        changed = loaded.compiled
        changes = not all_changes or self._changes(changed)
        analysis = Analysis(changed, TODAY)
        if any(isinstance(verdict, Finding) for verdict in guarantees_hold(analysis)):
            return Fate(mutant, changes, "guarantee")
        if self._cases_notice(changed):
            return Fate(mutant, changes, "case")
        if _found(analysis) - self.problems:
            return Fate(mutant, changes, "check")
        return Fate(mutant, self._changes(changed), "")

    def _changes(self, changed: CompiledQuestionnaire) -> bool:
        """Whether any of many forms gets another suggestion, or another bound of a ladder."""
        sheets = [*self.sheets, *_weakest(changed, self.best)]
        return _readings(self.compiled, sheets) != _readings(changed, sheets)

    def _cases_notice(self, changed: CompiledQuestionnaire) -> bool:
        """Whether a case comes to something else, or has a problem now."""
        if any(outcome.mismatches for outcome in run_cases(self.cases, changed)):
            return True
        return bool(read_cases(self.cases_content, changed)[1])


def _found(analysis: Analysis) -> set[tuple[str, str]]:
    verdicts = [verdict for check in AUTHOR_CHECKS for verdict in check(analysis)]
    return {(verdict.problem.code, verdict.problem.message) for verdict in verdicts if isinstance(verdict, Finding)}


def _weakest(compiled: CompiledQuestionnaire, best: Sheet) -> Iterator[Sheet]:
    """Weakest forms of each rule: with the rest left open, and with the best answers to the rest.

    Where a rule has too many, they are some that just reach it by one way and another.
    """
    minimal_forms, chance = MinimalForms(compiled), random.Random(20261201)  # noqa: S311 - nothing secret
    for rule in compiled.rules:
        try:
            answer_sets = minimal_forms.answer_sets(rule.when)
        except TooManyMinimalForms:
            answer_sets = [*_weakened(compiled, rule.when, best, chance)]
        for answers in answer_sets:
            said: Sheet = {
                str(question.id): answer
                for question, answer in zip(compiled.questions, answers.values, strict=True)
                if not isinstance(answer, MissingReason)
            }
            yield said
            yield best | said


def _weakened(
    compiled: CompiledQuestionnaire, condition: AnyCondition, best: Sheet, chance: random.Random
) -> Iterator[Answers]:
    """Forms for which a condition must hold, each made as weak as it can be in an order of its own."""
    holds = FormSolver(compiled).replay(must(condition))
    behind = sorted(questions_behind(compiled, [condition]))
    for _ in range(WEAKENED_FORMS):
        sheet = _drawn(compiled, best, chance)
        answers = no_answers(compiled)
        for index in behind:
            answer = sheet.get(str(compiled.questions[index].id), MissingReason.MISSING)
            answers = answers.with_answer(index, answer)
        if holds(answers):
            for index in chance.sample(behind, len(behind)):
                question, now = compiled.questions[index], answers.values[index]
                milder = [] if isinstance(now, MissingReason) else [*question.other_answers(now, ())]
                ways = [MissingReason.MISSING, *(other for other in milder if question.is_no_worse(other, now))]
                tried = (answers.with_answer(index, answer) for answer in ways)
                answers = next(filter(holds, tried), answers)
            yield answers


def _drawn(compiled: CompiledQuestionnaire, best: Sheet, chance: random.Random) -> Sheet:
    """A form by chance: some answers are the best ones, some are any, some are left open."""
    some = chance.choice((0.1, 0.3, 0.6, 1.0))
    open_ = chance.choice((0.0, 0.0, 0.2))
    sheet: Sheet = {}
    for question in compiled.questions:
        if chance.random() >= open_:
            sheet[question.id] = _any_answer(question, chance) if chance.random() < some else best[question.id]
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
