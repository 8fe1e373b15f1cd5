"""Case files: short stories with answers, and the results that their author expects.

A case names the answers that matter to it. Questions that it does not name have the answers that the file gives under
`otherwise`, as far as they are asked; a case with `otherwise: blank` leaves them open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from iop_screen.core.problems import Findings, Problem, Span, did_you_mean, or_list, shortened
from iop_screen.engine.answer_batch import Answers, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.suggest import Result, assess
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire.answers import STATED_REASONS, Amount, Answer, Chosen, MissingReason, Words
from iop_screen.questionnaire.model import NO_FIRST_STEP, FirstStep, Guarantee, Level, Note, Rule
from iop_screen.questionnaire.node_reader import NodeReader, written_kind
from iop_screen.questionnaire.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    compose_ours,
    is_hidden,
    read_text,
)
from iop_screen.questionnaire.types import Question

CASE_BLANK = "blank"
CASE_MISSING_REASONS = {reason.value: reason for reason in STATED_REASONS}

FILE_KEYS = ("format", "otherwise", "cases")
CASE_KEYS = ("id", "story", "answers", "otherwise")
EXPECTED_FIELDS = (
    "suggestion",
    "level_at_least",
    "level_at_most",
    "first_step_at_least",
    "first_step_at_most",
    "level_or_more",
    "first_step_or_more",
    "reasons",
    "open",
    "notes",
    "fires",
    "misses",
)
"""A case expects at least one of these. `fires` and `misses` are rules that must, or must not, be reasons."""

OR_MORE_FIELDS = {"level_or_more": "level_at_least", "first_step_or_more": "first_step_at_least"}
"""Fields that a higher step meets too, as with a guarantee, and the field of a result that they look at."""

FieldValue = str | tuple[str, ...]
"""The value of a field of a result: an id, or ids in the order of the questionnaire."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """A field of a result, and the value that it should have."""

    field: str
    value: FieldValue


@dataclass(frozen=True, slots=True)
class Case:
    """A story, its answers, and the result expected. A `blank` case leaves open what it does not name."""

    id: str
    story: str
    answers: tuple[GivenAnswer, ...]
    blank: bool
    expected: tuple[Expectation, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Cases, the answers to questions that a case does not name, and how many cases their problems leave out."""

    otherwise: tuple[GivenAnswer, ...]
    cases: tuple[Case, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A field of a result that has another value than expected."""

    field: str
    expected: FieldValue
    got: FieldValue


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A case with all of its answers, their result, and where that is not what was expected."""

    case: Case
    answers: Answers
    result: Result
    mismatches: tuple[Mismatch, ...]


def read_cases(content: bytes, compiled: CompiledQuestionnaire) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """Reads a case file: its cases, and every problem it has. Never raises.

    A case with a problem is left out. None if the problem is with the file itself.
    """
    findings = Findings()
    text = read_text(content, findings)
    document = None if text is None else compose_ours(text, findings)
    file = None if document is None else _CaseReader(compiled, findings).file(document.root)
    return file, findings.in_order()


def run_cases(file: CaseFile, compiled: CompiledQuestionnaire) -> tuple[CaseOutcome, ...]:
    """The result of each case, in file order; all are judged at once."""
    answer_sets = [case_answers(case, file, compiled) for case in file.cases]
    results = assess(compiled, answer_sets)
    known_ids = _known_ids(compiled)
    return tuple(
        CaseOutcome(case, answers, result, _mismatches(case, result, known_ids))
        for case, answers, result in zip(file.cases, answer_sets, results, strict=True)
    )


def case_answers(case: Case, file: CaseFile, compiled: CompiledQuestionnaire) -> Answers:
    """All answers of a case.

    Those from `otherwise` are left out where the question is not asked; an answer that the case names always stays.
    """
    named = {given.question.id: given.answer for given in case.answers}
    otherwise = {given.question.id: given.answer for given in file.otherwise if not case.blank} | named
    values = (otherwise.get(question.id, MissingReason.MISSING) for question in compiled.questions)
    counted = zip(compiled.questions, set_aside(compiled, Answers(tuple(values))).values, strict=True)
    return Answers(tuple(named.get(question.id, answer) for question, answer in counted))


def case_text(
    answers: Answers, expected: Iterable[Expectation], compiled: CompiledQuestionnaire, case_id: str, story: str
) -> str:
    """A case file with one case: these answers and what is expected of them.

    An answer that could not be read is left out, for it counts as none. A character that a screen would hide may not
    be in a case file and is replaced.
    """
    answer_lines = [
        f"      {question.id}: {_yaml_answer(question, answer)}"
        for question, answer in zip(compiled.questions, answers.values, strict=True)
        if answer not in {MissingReason.MISSING, MissingReason.UNREADABLE}
    ]
    lines = [
        "format: 1",
        "cases:",
        f"  - id: {case_id}",
        f"    story: {_plain_or_quoted(story)}",
        "    answers:" if answer_lines else "    answers: {}",
        *answer_lines,
        *(f"    {expectation.field}: {_yaml_value(expectation.value)}" for expectation in expected),
    ]
    return "\n".join(lines) + "\n"


def guarantee_expectations(guarantee: Guarantee) -> tuple[Expectation, ...]:
    """What a guarantee promises, as the expectations of a case."""
    steps = zip(OR_MORE_FIELDS, (guarantee.level, guarantee.first_step), strict=True)
    return tuple(Expectation(field, str(step)) for field, step in steps if step is not None)


def result_fields(result: Result) -> dict[str, FieldValue]:
    """A result as the fields of a case file."""
    steps = result.first_steps
    return {
        "suggestion": result.suggestion,
        "level_at_least": str(result.levels.at_least.id),
        "level_at_most": str(result.levels.at_most.id),
        "first_step_at_least": NO_FIRST_STEP if steps.at_least is None else str(steps.at_least.id),
        "first_step_at_most": NO_FIRST_STEP if steps.at_most is None else str(steps.at_most.id),
        "reasons": _ids(result.reasons),
        "open": _ids(result.open_questions),
        "notes": _ids(result.notes),
    }


def _mismatches(case: Case, result: Result, known_ids: Mapping[str, _KnownIds]) -> tuple[Mismatch, ...]:
    fields = result_fields(result)
    return tuple(
        Mismatch(expected.field, expected.value, got)
        for expected in case.expected
        if (got := _value_to_compare(expected, fields, known_ids[expected.field].ids)) != expected.value
    )


def _value_to_compare(expected: Expectation, fields: Mapping[str, FieldValue], known: tuple[str, ...]) -> FieldValue:
    """The value of a result that is held against an expectation.

    Of rules that should fire, or should not, those that do so. If a step or more is expected and the result has it,
    that step; `known` are the steps in order.
    """
    if expected.field in {"fires", "misses"}:
        return tuple(rule for rule in expected.value if (rule in fields["reasons"]) == (expected.field == "fires"))
    if expected.field in OR_MORE_FIELDS:
        step = fields[OR_MORE_FIELDS[expected.field]]
        return expected.value if known.index(step) >= known.index(expected.value) else step
    return fields[expected.field]


def _ids(parts: Iterable[Level | FirstStep | Rule | Question | Note]) -> tuple[str, ...]:
    return tuple(str(part.id) for part in parts)


@dataclass(frozen=True, slots=True)
class _KnownIds:
    """What the ids in one field stand for, all of them in order, and whether the field is a list."""

    noun: str
    ids: tuple[str, ...]
    listed: bool = False


def _known_ids(compiled: CompiledQuestionnaire) -> dict[str, _KnownIds]:
    """The ids that each field of a case may have."""
    questionnaire = compiled.questionnaire
    level = _KnownIds("level", _ids(questionnaire.levels))
    first_step = _KnownIds("first step", (NO_FIRST_STEP, *_ids(questionnaire.first_steps)))
    rules = _KnownIds("rule", _ids(questionnaire.rules), listed=True)
    questions = _KnownIds("question", _ids(compiled.questions), listed=True)
    notes = _KnownIds("note", _ids(questionnaire.notes), listed=True)
    suggestion = _KnownIds("suggestion", (*level.ids, EMERGENCY, UNDETERMINED, OUT_OF_SCOPE))
    fields = (suggestion, *[level] * 2, *[first_step] * 2, level, first_step, rules, questions, notes, rules, rules)
    return dict(zip(EXPECTED_FIELDS, fields, strict=True))


class _CaseReader(NodeReader):
    """Reads nodes as cases; collects a problem for everything that is wrong, and reads on."""

    def __init__(self, compiled: CompiledQuestionnaire, findings: Findings) -> None:
        super().__init__(findings)
        self.questions = {str(question.id): question for question in compiled.questions}
        self.known_ids = _known_ids(compiled)

    def file(self, root: Node) -> CaseFile | None:
        """The cases without problems; None if there is a problem in the file around them."""
        keys = self.keys(root, "a case file", FILE_KEYS, ("format", "cases"))
        if "format" in keys:
            self.one_of("format", keys["format"], ("1",))
        otherwise = self._answers(keys["otherwise"]) if "otherwise" in keys else ()
        listed = keys.get("cases")
        items = self.items("cases", listed) if listed is not None else ()
        if isinstance(listed, SequenceNode) and not items:
            self.findings.add("no-cases", "there is no case in this file", listed.message_span)
        usable = not self.findings.problems
        cases = tuple(case for item in items if (case := self._usable_case(item)) is not None)
        return CaseFile(otherwise, cases, len(items) - len(cases)) if usable else None

    def _usable_case(self, node: Node) -> Case | None:
        before = len(self.findings.problems)
        case = self._case(node)
        return case if len(self.findings.problems) == before else None

    def _case(self, node: Node) -> Case:
        keys = self.keys(node, "a case", (*CASE_KEYS, *EXPECTED_FIELDS), CASE_KEYS[:3])
        fields = [field for field in EXPECTED_FIELDS if field in keys]
        if keys and not fields:
            message, hint = "this case does not say what it should come to", f"add one of {or_list(EXPECTED_FIELDS)}"
            self.findings.add("nothing-expected", message, node.message_span, hint)
        if "otherwise" in keys:
            self.one_of("otherwise", keys["otherwise"], (CASE_BLANK,))
        return Case(
            id=str(self.new_id(keys["id"]) or "") if "id" in keys else "",
            story=self.text("story", keys["story"]) if "story" in keys else "",
            answers=self._answers(keys["answers"]) if "answers" in keys else (),
            blank="otherwise" in keys,
            expected=tuple(Expectation(field, self._value(field, keys[field])) for field in fields),
            span=node.message_span,
        )

    def _value(self, field: str, node: Node) -> FieldValue:
        """The value of a field. Ids of a list are put into the order of the questionnaire."""
        known = self.known_ids[field]
        if not known.listed:
            return self._known_id(field, node, known)
        listed = {self._known_id(field, item, known) for item in self.items(field, node)}
        return tuple(known_id for known_id in known.ids if known_id in listed)

    def _known_id(self, field: str, node: Node, known: _KnownIds) -> str:
        text = self.text(field, node)
        if text and text not in known.ids:
            hint = did_you_mean(text, known.ids) or ("" if known.listed else f"it is {or_list(known.ids)}")
            code = f"unknown-{known.noun.replace(' ', '-')}"
            self.findings.add(code, f"there is no {known.noun} `{shortened(text)}`", node.message_span, hint)
        return text

    def _answers(self, node: Node) -> tuple[GivenAnswer, ...]:
        if not isinstance(node, MappingNode):
            self.findings.add(
                "wrong-kind",
                f"answers are a set of keys, one a question, not {written_kind(node)}",
                node.message_span,
                "write `{question: option}`",
            )
            return ()
        return tuple(given for key, value in node.entries for given in self._given(key, value))

    def _given(self, key: ScalarNode, value: Node) -> Iterator[GivenAnswer]:
        """The question and its answer, if there is such a question and the answer can be read."""
        question = self.questions.get(key.text)
        if question is None:
            self.findings.add(
                "unknown-question",
                f"there is no question `{shortened(key.text)}`",
                key.span,
                did_you_mean(key.text, self.questions),
            )
            return
        answer = self._answer(question, value)
        if answer is None:
            return
        misfit = None if isinstance(answer, MissingReason) else question.misfit(answer)
        if misfit is not None and misfit.message:  # without a message it has been reported already
            self.findings.add(misfit.code, misfit.message, value.message_span, misfit.hint)
        yield GivenAnswer(question, answer)

    def _answer(self, question: Question, node: Node) -> Answer | None:
        """The answer, or None and a problem. A text in quotes is always a text, so that it can be "unknown"."""
        if question.allows_multiple and isinstance(node, SequenceNode) and node.items:
            return self._options(question, node.items)
        if not isinstance(node, ScalarNode):
            self.findings.add(
                "wrong-kind",
                f"`{question.id}` wants {question.case_value_hint}, not {written_kind(node)}",
                node.message_span,
            )
            return None
        if question.is_free_text and not node.plain:
            return Words(node.text)
        if not node.text:
            self.findings.add("empty-text", f"`{question.id}` is empty", node.span, "leave out what is not answered")
            return None
        return CASE_MISSING_REASONS.get(node.text) or self._usable(question, node)

    def _usable(self, question: Question, node: ScalarNode) -> Answer | None:
        answer = question.read(node.text)
        if answer is None and question.answer_ids():
            self._option(question, node, question.answer_ids())
        elif answer is None:
            self.findings.add(
                "wrong-kind",
                f"`{question.id}` wants {question.case_value_hint}, not `{shortened(node.text)}`",
                node.span,
            )
        return answer

    def _options(self, question: Question, items: Iterable[Node]) -> Chosen:
        known = question.answer_ids()
        return Chosen(frozenset(text for item in items if (text := self._option(question, item, known))))

    def _option(self, question: Question, node: Node, known: tuple[str, ...]) -> str:
        text = self.text(question.id, node)
        if text and text not in known:
            self.findings.add(
                "unknown-option",
                f"`{question.id}` has no option `{shortened(text)}`",
                node.message_span,
                did_you_mean(text, known) or f"it has {or_list(known)}",
            )
        return text


def _yaml_answer(question: Question, answer: Answer) -> str:
    match answer:
        case MissingReason():
            return answer.value
        case Words(text):
            return _quoted(text)
        case Chosen() | Amount():
            cell = question.as_cell(answer)
            return _yaml_value(tuple(cell.split(";"))) if question.allows_multiple else cell


def _yaml_value(value: FieldValue) -> str:
    return value if isinstance(value, str) else f"[{', '.join(value)}]"


def _plain_or_quoted(text: str) -> str:
    """A text, in quotes if it has more than letters, digits and marks that mean nothing in YAML."""
    return text if re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.;'()/_-]*[A-Za-z0-9.)])?", text) else _quoted(text)


def _quoted(text: str) -> str:
    """A text in double quotes, written as JSON, which YAML reads too."""
    visible = "".join("\ufffd" if is_hidden(character) else character for character in text)
    return json.dumps(visible, ensure_ascii=False)
