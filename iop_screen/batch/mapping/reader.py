"""The bytes of a mapping file to a mapping, or to every problem it has.

It is read as strictly as the questionnaire, and by the same reader of YAML.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from iop_screen.batch.mapping.model import (
    ColumnRef,
    Mapping,
    QuestionMapping,
    StatusColumn,
    TimeColumn,
)
from iop_screen.batch.mapping.parts import Meaning, PartsReader
from iop_screen.batch.mapping.plan import answer_texts, can_be_number, column_refs
from iop_screen.batch.mapping.question_reader import QuestionReader, also_an_answer
from iop_screen.batch.sources.settings import Delimiter, Encoding, FileSettings
from iop_screen.core.problems import START, Findings, Problem, Related, Severity, Span, did_you_mean, shortened
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.questionnaire.answers import MissingReason
from iop_screen.questionnaire.nodes import Node, ScalarNode, SequenceNode, compose_ours, read_text
from iop_screen.questionnaire.scalars import Id, fold
from iop_screen.questionnaire.types import Question

FILE_KEYS = (
    "format", "id", "questionnaire", "file", "id_column", "time", "status", "missing", "ignore", "questions",
    "guess_missing", "guess_id_column",
)  # fmt: skip
LAYOUT_KEYS = ("encoding", "delimiter", "skip_lines", "header_rows", "names_from", "repeated_header", "sheet", "guess")
DELIMITERS: dict[str, Delimiter] = {",": ",", ";": ";", "|": "|", "tab": "\t", "\t": "\t", "\\t": "\t"}
MAX_SKIPPED = 10_000
MAX_HEADER_ROWS = 20
ALL_ROWS = "all"

Word = TypeVar("Word", bound=str)


@dataclass(frozen=True, slots=True)
class ReadMapping:
    """What came of a file: its mapping, None if it cannot be used, and its problems in file order."""

    mapping: Mapping | None
    problems: tuple[Problem, ...]


def read_mapping(content: bytes, compiled: CompiledQuestionnaire) -> ReadMapping:
    """Reads a mapping for a questionnaire. The problems may be warnings alone; it can then be used. Never raises.

    A mapping of which something is not confirmed is read like any other; `with_unconfirmed` has the problems of that.
    """
    findings = Findings()
    text = read_text(content, findings)
    document = None if text is None else compose_ours(text, findings)
    if document is None or text is None:
        return ReadMapping(None, findings.in_order())
    lines = text.replace("\r\n", "\n").split("\n")
    mapping = _MappingReader(findings, lines, compiled).file(document.root, hashlib.sha256(content).hexdigest()[:12])
    usable = all(problem.severity is not Severity.ERROR for problem in findings.problems)
    return ReadMapping(mapping if usable else None, findings.in_order())


def with_unconfirmed(read: ReadMapping) -> tuple[Problem, ...]:
    """The problems of a mapping that is to be used: with one for each part that nobody has confirmed."""
    guesses = () if read.mapping is None else read.mapping.guesses
    hint = "look at what `iop-screen inspect` says it will mean; if that is right, delete this `guess`"
    unconfirmed = (Problem("not-confirmed", "nobody has confirmed this yet", span, hint) for span in guesses)
    return Findings([*read.problems, *unconfirmed]).in_order()


class _MappingReader(PartsReader):
    def __init__(self, findings: Findings, lines: list[str], compiled: CompiledQuestionnaire) -> None:
        super().__init__(findings, lines)
        self._compiled = compiled

    def file(self, root: Node, hash12: str) -> Mapping:
        keys = self.keys(root, "a mapping", FILE_KEYS, ("format", "id", "questionnaire"))
        if "format" in keys:
            self.one_of("format", keys["format"], ("1",))
        identity = self.scalar("id", keys["id"], Id) if "id" in keys else None
        missing = self.missing(keys["missing"]) if "missing" in keys else {}
        questions = self._questions(keys["questions"]) if self._is_for_these(keys) and "questions" in keys else ()
        self._check_shared(missing, questions)
        ignore = tuple(filter(None, (self.column("ignore", node) for node in self._listed(keys, "ignore"))))
        self._check_columns(questions, ignore)
        mapping = Mapping(
            id=str(identity or ""),
            hash12=hash12,
            file=self._layout(keys["file"]) if "file" in keys else FileSettings(),
            id_column=self.column("id_column", keys["id_column"]) if "id_column" in keys else None,
            time=self._time(keys["time"]) if "time" in keys else None,
            status=self._statuses(keys["status"]) if "status" in keys else (),
            questions=questions,
            missing={text: reason for text, (_, reason) in missing.items()},
            ignore=ignore,
            guesses=(),
        )
        for key in ("guess_missing", "guess_id_column"):
            self.guess(root, key)
        return replace(mapping, guesses=tuple(sorted(self.guesses)))

    def _is_for_these(self, keys: dict[str, Node]) -> bool:
        """Whether the mapping is for this questionnaire; if it is for another one, its questions are not looked at."""
        own = str(self._compiled.questionnaire.id)
        named = self.text("questionnaire", keys["questionnaire"]) if "questionnaire" in keys else None
        if not named or named == own:
            return True
        message = f"this mapping is for the questionnaire `{shortened(named)}`, not for `{own}`"
        self.findings.add("other-questionnaire", message, named.span, "name that questionnaire with `--questions`")
        return False

    def _listed(self, keys: dict[str, Node], key: str) -> tuple[Node, ...]:
        return self.items(key, keys[key]) if key in keys else ()

    # ------------------------------------------------------------------ the file, its ids, times and status

    def _layout(self, node: Node) -> FileSettings:
        keys = self.keys(node, "`file`", LAYOUT_KEYS, ())
        self.guess(node)
        rows = self.whole(keys, "header_rows", 1, MAX_HEADER_ROWS)
        return FileSettings(
            encoding=self._word(keys, "encoding", get_args(Encoding)),
            delimiter=self._delimiter(keys["delimiter"]) if "delimiter" in keys else None,
            skip_lines=self.whole(keys, "skip_lines", 0, MAX_SKIPPED) or 0,
            header_rows=rows,
            names_from=self._names_from(keys, rows or 1),
            repeated_header=self._word(keys, "repeated_header", ("exclude", "reject")) == "exclude",
            sheet=self.text("sheet", keys["sheet"]) or None if "sheet" in keys else None,
        )

    def _word(self, keys: dict[str, Node], key: str, known: tuple[Word, ...]) -> Word | None:
        """One of some words; None if there is none, or another."""
        written = self.one_of(key, keys[key], known) if key in keys else None
        return next((word for word in known if word == written), None)

    def _delimiter(self, node: Node) -> Delimiter | None:
        found = DELIMITERS.get(node.text) if isinstance(node, ScalarNode) else None
        if found is None:
            hint = 'it is `","`, `";"`, `"|"` or `tab`'
            self.findings.add("unknown-word", "this is no delimiter that is known", node.message_span, hint)
        return found

    def _names_from(self, keys: dict[str, Node], rows: int) -> int:
        node = keys.get("names_from")
        if isinstance(node, ScalarNode) and node.text == ALL_ROWS:
            return 0
        row = self.whole(keys, "names_from", 1, MAX_HEADER_ROWS) or 1
        if node is not None and row > rows:
            message = f"the names are in row {row} of a header that has {rows}"
            self.findings.add("names-outside-header", message, node.message_span, "say how many `header_rows` it has")
        return row

    def _time(self, node: Node) -> TimeColumn | None:
        self.guess(node)
        return self.time("`time`", node, known=("guess",))

    def _statuses(self, node: Node) -> tuple[StatusColumn, ...]:
        """One status, or a list of them."""
        if isinstance(node, SequenceNode) and not node.items:
            self.findings.add("wrong-kind", "`status` names no column", node.message_span, "name one or more")
        nodes = node.items if isinstance(node, SequenceNode) else (node,)
        return tuple(filter(None, map(self._status, nodes)))

    def _status(self, node: Node) -> StatusColumn | None:
        keys = self.keys(node, "`status`", ("column", "score", "exclude", "guess"), ("column",))
        self.guess(node)
        column = self.column("column", keys["column"]) if "column" in keys else None
        score, exclude = (self.cell_texts(key, keys[key]) if key in keys else None for key in ("score", "exclude"))
        if keys and score is None and exclude is None:
            message = "`status` does not say which forms count"
            self.findings.add("missing-key", message, node.message_span, "add `score:` or `exclude:`, or both")
        for text in {*(score or {})} & {*(exclude or {})}:
            self._add_alike((exclude or {})[text], (score or {})[text])
        if column is None:
            return None
        return StatusColumn(
            column, None if score is None else frozenset(score), None if exclude is None else frozenset(exclude)
        )

    # ------------------------------------------------------------------ the questions

    def _questions(self, node: Node) -> tuple[QuestionMapping, ...]:
        if isinstance(node, ScalarNode) and not node.text:  # all that stands below it is a comment
            return ()
        read = (self._question(key, part) for key, part in self.entries("questions", node))
        return tuple(entry for entry in read if entry is not None)

    def _question(self, key: ScalarNode, node: Node) -> QuestionMapping | None:
        index = self._compiled.indexes.get(key.text)
        if index is None:
            hint = did_you_mean(key.text, self._compiled.indexes) or "`iop-screen show` lists the questions"
            message = f"the questionnaire has no question `{shortened(key.text)}`"
            self.findings.add("unknown-question", message, key.span, hint)
            return None
        return QuestionReader(self._compiled.questions[index], self).read(key, node)

    # ------------------------------------------------------------------ what holds for all questions

    def _check_shared(self, missing: dict[str, Meaning[MissingReason]], questions: tuple[QuestionMapping, ...]) -> None:
        """A text that is a reason for no answer to all questions is an answer to none."""
        mapped = {entry.question: entry for entry in questions}
        for question in self._compiled.questions if missing else ():
            entry = mapped.get(str(question.id)) or _unmapped(question)
            for key, (text, _) in missing.items():
                if key not in entry.missing and _can_be_answer(key, entry, question):
                    hint = "say under `questions`, for each question, where it is a reason for no answer"
                    self.findings.add(*also_an_answer(text, entry.question), text.span, hint)

    def _check_columns(self, questions: tuple[QuestionMapping, ...], ignore: tuple[ColumnRef, ...]) -> None:
        """A column that is named twice: for one question an error, for several a warning."""
        first: dict[str | int, tuple[str, Span]] = {}
        for use, ref in _uses(questions, ignore):
            for name in [*map(fold, ref.names)] if ref.position is None else [ref.position]:
                earlier, span = first.setdefault(name, (use, ref.span))
                if span is not ref.span:
                    self._add_twice(use, earlier, ref.span, span)

    def _add_twice(self, use: str, earlier: str, span: Span, first: Span) -> None:
        where = (Related("first named here", first),)
        if use == earlier:
            message = f"this column stands twice in {use}"
            self.findings.add("column-twice", message, span, "name each column once", where)
        else:
            message = f"this column is named in {earlier} too"
            self.warn("column-twice", message, span, "is that meant?", where)


def _unmapped(question: Question) -> QuestionMapping:
    """The entry of a question of which the mapping says nothing."""
    return QuestionMapping(str(question.id), None, None, {}, (), {}, "", START, None)


def _can_be_answer(text: str, entry: QuestionMapping, question: Question) -> bool:
    return text in answer_texts(entry, question) or can_be_number(text, entry, question)


def _uses(questions: Iterable[QuestionMapping], ignore: Iterable[ColumnRef]) -> Iterator[tuple[str, ColumnRef]]:
    """Each column that is named for a question or left out, and where."""
    for entry in questions:
        if entry.source is not None:
            yield from ((f"`{entry.question}`", ref) for ref in column_refs(entry.source))
    yield from (("`ignore`", ref) for ref in ignore)
