"""Case files: short stories with answers, and what each should come to, decided before the program is asked.

A case names the answers that make it. What it leaves unsaid is what the file says `otherwise`, as far as it is asked;
a case that says `otherwise: blank` leaves it open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from iop_screen.core.problems import Findings, Problem, Related, Span, did_you_mean, or_list, shortened
from iop_screen.engine.answers import Answers, set_aside
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE, UNDETERMINED
from iop_screen.engine.suggest import Result, assess
from iop_screen.engine.what_if import GivenAnswer
from iop_screen.questionnaire import nodes
from iop_screen.questionnaire.answers import Amount, Answer, Chosen, MissingReason, Words
from iop_screen.questionnaire.model import FirstStep, Guarantee, Level, Note, Rule
from iop_screen.questionnaire.nodes import Node, ScalarNode, SequenceNode, compose, is_hidden, node_kind, read_text
from iop_screen.questionnaire.scalars import Id, text_at
from iop_screen.questionnaire.types import Question
from iop_screen.questionnaire.validation import missing_key

NO_STEP = "none"
CASE_BLANK = "blank"
CASE_MISSING_REASONS = {"unknown": MissingReason.UNKNOWN, "declined": MissingReason.DECLINED}

FILE_KEYS = ("format", "otherwise", "cases")
TOLD = ("id", "story", "answers", "otherwise")
EXPECTED = (
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
"""What a case can expect; at least one of them. `fires` and `misses` are rules that must, or must not, be reasons."""

OR_MORE = {"level_or_more": "level_at_least", "first_step_or_more": "first_step_at_least"}
"""Fields that are content with a higher step, as a guarantee is, and what of a result they look at."""

Stated = str | tuple[str, ...]
"""What a result says in one field: an id, or ids in the order of the questionnaire."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one field of a result should say."""

    field: str
    said: Stated


@dataclass(frozen=True, slots=True)
class Case:
    """A story, the answers that make it, and what it should come to. A `blank` case leaves open what is unsaid."""

    id: str
    story: str
    answers: tuple[GivenAnswer, ...]
    blank: bool
    expected: tuple[Expectation, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Cases, the answers to what a case leaves unsaid, and how many cases are left out because of their problems."""

    otherwise: tuple[GivenAnswer, ...]
    cases: tuple[Case, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A field of a result that says something else than expected."""

    field: str
    expected: Stated
    got: Stated


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """A case, the form it tells, what that form comes to, and where this is not what was expected."""

    case: Case
    answers: Answers
    result: Result
    mismatches: tuple[Mismatch, ...]


def read_cases(content: bytes, compiled: CompiledQuestionnaire) -> tuple[CaseFile | None, tuple[Problem, ...]]:
    """The bytes of a case file as cases for a questionnaire, and every problem the file has; never raises.

    A case with a problem is left out. None if the problem is with the file itself.
    """
    findings = Findings()
    text = read_text(content, findings)
    document = compose(text, findings) if text is not None else None
    file = None if document is None else _Reader(compiled, findings).file(document.root)
    return file, findings.in_order()


def run_cases(file: CaseFile, compiled: CompiledQuestionnaire) -> tuple[CaseOutcome, ...]:
    """What each case comes to, in file order; all are judged at once."""
    answer_sets = [answers_of_case(case, file, compiled) for case in file.cases]
    results = assess(compiled, answer_sets)
    names = _names(compiled)
    return tuple(
        CaseOutcome(case, answers, result, _mismatches(case, result, names))
        for case, answers, result in zip(file.cases, answer_sets, results, strict=True)
    )


def answers_of_case(case: Case, file: CaseFile, compiled: CompiledQuestionnaire) -> Answers:
    """The form that tells a case.

    What the file says `otherwise` is left out where it is not asked; an answer that the case names always stays.
    """
    named = {given.question.id: given.answer for given in case.answers}
    unsaid = () if case.blank else file.otherwise
    said = {given.question.id: given.answer for given in unsaid} | named
    counted = set_aside(
        compiled, Answers(tuple(said.get(known.id, MissingReason.MISSING) for known in compiled.questions))
    )
    answers = zip(compiled.questions, counted.values, strict=True)
    return Answers(tuple(named.get(question.id, answer) for question, answer in answers))


def case_text(
    answers: Answers, expected: Iterable[Expectation], compiled: CompiledQuestionnaire, case_id: str, story: str
) -> str:
    """A case file that holds one form and what is expected of it.

    An answer that could not be read is left out, for it counts as none. A character that a screen would hide, which
    a case file may not hold, is replaced.
    """
    told = zip(compiled.questions, answers.values, strict=True)
    lines_of_answers = [
        f"      {known.id}: {_written(known, answer)}" for known, answer in told if _can_be_told(answer)
    ]
    lines = [
        "format: 1",
        "cases:",
        f"  - id: {case_id}",
        f"    story: {_plain_or_quoted(story)}",
        "    answers:" if lines_of_answers else "    answers: {}",
        *lines_of_answers,
        *(f"    {wanted.field}: {_listed(wanted.said)}" for wanted in expected),
    ]
    return "\n".join(lines) + "\n"


def promised(guarantee: Guarantee) -> tuple[Expectation, ...]:
    """What a guarantee promises, as a case expects it."""
    steps = zip(OR_MORE, (guarantee.level, guarantee.first_step), strict=True)
    return tuple(Expectation(field, str(step)) for field, step in steps if step is not None)


def comes_to(result: Result) -> dict[str, Stated]:
    """What a result says, in the words of a case file."""
    steps = result.first_steps
    return {
        "suggestion": result.suggestion,
        "level_at_least": str(result.levels.at_least.id),
        "level_at_most": str(result.levels.at_most.id),
        "first_step_at_least": NO_STEP if steps.at_least is None else str(steps.at_least.id),
        "first_step_at_most": NO_STEP if steps.at_most is None else str(steps.at_most.id),
        "reasons": _ids(result.reasons),
        "open": _ids(result.open_questions),
        "notes": _ids(result.notes),
    }


def _mismatches(case: Case, result: Result, names: Mapping[str, _Names]) -> tuple[Mismatch, ...]:
    said = comes_to(result)
    got = [(wanted, _got(wanted, said, names[wanted.field].known)) for wanted in case.expected]
    return tuple(Mismatch(wanted.field, wanted.said, found) for wanted, found in got if found != wanted.said)


def _got(wanted: Expectation, said: Mapping[str, Stated], known: tuple[str, ...]) -> Stated:
    """What a result says where something is wanted; of rules that should fire or miss, those that do.

    Where that or more is wanted and given, it is what is wanted; `known` are the steps in order.
    """
    if wanted.field == "fires":
        return tuple(rule for rule in wanted.said if rule in said["reasons"])
    if wanted.field == "misses":
        return tuple(rule for rule in wanted.said if rule not in said["reasons"])
    if wanted.field in OR_MORE:
        given = said[OR_MORE[wanted.field]]
        return wanted.said if known.index(given) >= known.index(wanted.said) else given
    return said[wanted.field]


def _ids(parts: Iterable[Level | FirstStep | Rule | Question | Note]) -> tuple[str, ...]:
    return tuple(str(part.id) for part in parts)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the ids in one field name, those that there are, in order, and whether the field is a list."""

    noun: str
    known: tuple[str, ...]
    listed: bool = False


def _names(compiled: CompiledQuestionnaire) -> dict[str, _Names]:
    """What each field that can be expected may say."""
    questionnaire = compiled.questionnaire
    level = _Names("level", _ids(questionnaire.levels))
    first_step = _Names("first step", (NO_STEP, *_ids(questionnaire.first_steps)))
    rules = _Names("rule", _ids(questionnaire.rules), listed=True)
    questions = _Names("question", _ids(compiled.questions), listed=True)
    notes = _Names("note", _ids(questionnaire.notes), listed=True)
    suggestion = _Names("suggestion", (*level.known, EMERGENCY, UNDETERMINED, OUT_OF_SCOPE))
    fields = (suggestion, *[level] * 2, *[first_step] * 2, level, first_step, rules, questions, notes, rules, rules)
    return dict(zip(EXPECTED, fields, strict=True))


class _Reader:
    """Reads nodes as cases; what is wrong is noted, and the rest is read on."""

    def __init__(self, compiled: CompiledQuestionnaire, findings: Findings) -> None:
        self.questions = {str(question.id): question for question in compiled.questions}
        self.names = _names(compiled)
        self.findings = findings
        self.first_written: dict[str, Span] = {}

    def file(self, root: Node) -> CaseFile | None:
        """The cases that nothing is wrong with; None if something is wrong with what stands around them."""
        keys = self._keys(root, "a case file", FILE_KEYS, ("format", "cases"))
        if "format" in keys:
            self._one_of("format", keys["format"], ("1",))
        otherwise = self._answers(keys["otherwise"]) if "otherwise" in keys else ()
        listed = keys.get("cases")
        items = self._items("cases", listed) if listed is not None else ()
        if isinstance(listed, SequenceNode) and not items:
            self.findings.add("no-cases", "there is no case in this file", listed.message_span)
        usable = not self.findings.problems
        cases = tuple(case for item in items if (case := self._sound_case(item)) is not None)
        return CaseFile(otherwise, cases, len(items) - len(cases)) if usable else None

    def _sound_case(self, node: Node) -> Case | None:
        before = len(self.findings.problems)
        case = self._case(node)
        return case if len(self.findings.problems) == before else None

    def _case(self, node: Node) -> Case:
        keys = self._keys(node, "a case", (*TOLD, *EXPECTED), TOLD[:3])
        fields = [field for field in EXPECTED if field in keys]
        if keys and not fields:
            hint = f"add one of {or_list(EXPECTED)}"
            self.findings.add(
                "nothing-expected", "this case does not say what it should come to", node.message_span, hint
            )
        if "otherwise" in keys:
            self._one_of("otherwise", keys["otherwise"], (CASE_BLANK,))
        return Case(
            id=self._id(keys["id"]) if "id" in keys else "",
            story=self._text("story", keys["story"]) if "story" in keys else "",
            answers=self._answers(keys["answers"]) if "answers" in keys else (),
            blank="otherwise" in keys,
            expected=tuple(Expectation(field, self._said(field, keys[field])) for field in fields),
            span=node.message_span,
        )

    def _keys(self, node: Node, what: str, known: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Node]:
        """The values of a set of keys that are known here, by key."""
        if not isinstance(node, nodes.MappingNode):
            self.findings.add("wrong-kind", f"{what} is a set of keys, not {_kind(node)}", node.message_span)
            return {}
        for key, _ in node.entries:
            if key.text not in known:
                hint = did_you_mean(key.text, known) or f"known here: {or_list(known)}"
                self.findings.add("unknown-key", f"`{shortened(key.text)}` is not a key of {what}", key.span, hint)
        for name in required:
            if node.entry(name) is None:
                code, message, hint = missing_key(name, (key.text for key, _ in node.entries))
                self.findings.add(code, message, node.message_span, hint)
        return {key.text: value for key, value in node.entries if key.text in known}

    def _id(self, node: Node) -> str:
        text = self._text("id", node)
        if not text or not isinstance(node, ScalarNode):
            return ""
        try:
            Id.read(text_at(text, node.span))
        except ValueError as wanted:
            self.findings.add("wrong-kind", f"`id` wants {wanted}, not `{shortened(text)}`", node.span)
        first = self.first_written.setdefault(text, node.span)
        if first is not node.span:
            message, where = f"the id `{shortened(text)}` stands here twice", [Related("first written here", first)]
            self.findings.add("duplicate-id", message, node.span, "rename one of the two", where)
        return text

    def _text(self, key: str, node: Node) -> str:
        """A text that is not empty; the empty text, and a finding, if it is not that."""
        if not isinstance(node, ScalarNode):
            self.findings.add("wrong-kind", f"`{key}` wants text, not {_kind(node)}", node.message_span)
            return ""
        if not node.text.strip():
            self.findings.add("empty-text", f"`{key}` is empty", node.span, "fill it in")
        return node.text.strip()

    def _one_of(self, key: str, node: Node, known: tuple[str, ...]) -> None:
        text = self._text(key, node)
        if text and text not in known:
            hint = did_you_mean(text, known) or f"it is {or_list(known)}"
            self.findings.add("unknown-word", f"`{shortened(text)}` is not known as `{key}`", node.message_span, hint)

    def _items(self, key: str, node: Node) -> tuple[Node, ...]:
        if isinstance(node, SequenceNode):
            return node.items
        hint = "write it as `[a, b]` or one `- ` a line"
        self.findings.add("wrong-kind", f"`{key}` wants a list, not {_kind(node)}", node.message_span, hint)
        return ()

    def _said(self, field: str, node: Node) -> Stated:
        """What a field should say. The order in which ids are written says nothing, so they are put in order."""
        names = self.names[field]
        if not names.listed:
            return self._name(field, node, names)
        said = {self._name(field, item, names) for item in self._items(field, node)}
        return tuple(known for known in names.known if known in said)

    def _name(self, field: str, node: Node, names: _Names) -> str:
        text = self._text(field, node)
        if text and text not in names.known:
            hint = did_you_mean(text, names.known) or ("" if names.listed else f"it is {or_list(names.known)}")
            code = f"unknown-{names.noun.replace(' ', '-')}"
            self.findings.add(code, f"there is no {names.noun} `{shortened(text)}`", node.message_span, hint)
        return text

    def _answers(self, node: Node) -> tuple[GivenAnswer, ...]:
        if not isinstance(node, nodes.MappingNode):
            message = f"answers are a set of keys, one a question, not {_kind(node)}"
            self.findings.add("wrong-kind", message, node.message_span, "write `{question: option}`")
            return ()
        return tuple(given for key, value in node.entries for given in self._given(key, value))

    def _given(self, key: ScalarNode, value: Node) -> Iterator[GivenAnswer]:
        """A question and its answer, where there is such a question and the answer can be read."""
        question = self.questions.get(key.text)
        if question is None:
            hint = did_you_mean(key.text, self.questions)
            self.findings.add("unknown-question", f"there is no question `{shortened(key.text)}`", key.span, hint)
            return
        answer = self._answer(question, value)
        if answer is None:
            return
        misfit = None if isinstance(answer, MissingReason) else question.misfit(answer)
        if misfit is not None and misfit.message:  # what is no answer at all has been said by now
            self.findings.add(misfit.code, misfit.message, value.message_span, misfit.hint)
        yield GivenAnswer(question, answer)

    def _answer(self, question: Question, node: Node) -> Answer | None:
        """An answer. Words in quotes are words, so that a text may be "unknown"."""
        if question.allows_multiple and isinstance(node, SequenceNode) and node.items:
            return self._options(question, node.items)
        if not isinstance(node, ScalarNode):
            self.findings.add(
                "wrong-kind", f"`{question.id}` wants {question.case_value_hint}, not {_kind(node)}", node.message_span
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
            message = f"`{question.id}` wants {question.case_value_hint}, not `{shortened(node.text)}`"
            self.findings.add("wrong-kind", message, node.span)
        return answer

    def _options(self, question: Question, items: Iterable[Node]) -> Chosen:
        known = question.answer_ids()
        return Chosen(frozenset(text for item in items if (text := self._option(question, item, known))))

    def _option(self, question: Question, node: Node, known: tuple[str, ...]) -> str:
        text = self._text(question.id, node)
        if text and text not in known:
            hint = did_you_mean(text, known) or f"it has {or_list(known)}"
            self.findings.add(
                "unknown-option", f"`{question.id}` has no option `{shortened(text)}`", node.message_span, hint
            )
        return text


def _kind(node: Node) -> str:
    """What stands at a place, as a message says it."""
    if isinstance(node, ScalarNode) and not node.text:
        return "nothing"
    return "an empty list" if isinstance(node, SequenceNode) and not node.items else node_kind(node)


def _can_be_told(answer: Answer) -> bool:
    return answer not in {MissingReason.MISSING, MissingReason.UNREADABLE}


def _written(question: Question, answer: Answer) -> str:
    match answer:
        case MissingReason():
            return answer.value
        case Words(text):
            return _quoted(text)
        case Chosen() | Amount():
            cell = question.as_cell(answer)
            return _listed(tuple(cell.split(";"))) if question.allows_multiple else cell


def _listed(said: Stated) -> str:
    return said if isinstance(said, str) else f"[{', '.join(said)}]"


def _plain_or_quoted(text: str) -> str:
    """A text in quotes unless it can do without: only letters, digits and marks that mean nothing in YAML."""
    plain = re.fullmatch(r"[A-Za-z0-9](?:[A-Za-z0-9 ,.;'()/_-]*[A-Za-z0-9.)])?", text)
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    """A text in double quotes; what JSON writes so, YAML reads so."""
    seen = "".join("\ufffd" if is_hidden(character) else character for character in text)
    return json.dumps(seen, ensure_ascii=False)
