"""YAML text to a questionnaire, or to problems in its author's words.

Three steps, each of which keeps places: text to nodes (`nodes`), conditions read here, and the shape of the file
checked by pydantic against the classes of `model`. What pydantic finds comes out as our problems. A part that is
wrong is left out and the rest is read on, so that everything wrong is shown at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from iop_screen.problems import START, Findings, Span, did_you_mean, or_list
from iop_screen.questionnaire import model
from iop_screen.questionnaire.model import (
    All,
    AnyOf,
    AtLeast,
    AtMost,
    Clause,
    Condition,
    OneOf,
    Questionnaire,
    Test,
    Text,
    text_at,
)
from iop_screen.questionnaire.nodes import Mapping, Node, Scalar, Sequence, compose, read_text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

CONDITION_KEYS = frozenset({"when", "ask_when", "applies_when"})
MAX_ROUNDS = 20
Path = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a file: the questionnaire as far as its shape could be read, and the words in what could not."""

    questionnaire: Questionnaire | None
    left_out: frozenset[str] = frozenset()


def read_source(content: bytes, findings: Findings) -> Reading:
    """Read the bytes of a questionnaire file. Nothing but `findings` tells of what is wrong; nothing is raised."""
    text = read_text(content, findings)
    root = compose(text, findings) if text is not None else None
    if root is None:
        return Reading(None)
    if not isinstance(root, Mapping):
        findings.add("wrong-kind", f"a questionnaire is a list of keys, not {_kind(root)}", root.span)
        return Reading(None)
    return _Shape(root, findings).read()


@cache
def _adapter() -> TypeAdapter[tuple[Questionnaire]]:
    """The shape of the file. The config reaches the classes of the model only from outside of them."""
    return TypeAdapter(tuple[Questionnaire], config=ConfigDict(extra="forbid", arbitrary_types_allowed=True))


class _Shape:
    """Reads what can be read: what is wrong is noted, cut out, and the rest is tried again."""

    def __init__(self, root: Mapping, findings: Findings) -> None:
        self.root = root
        self.findings = findings
        self.left_out: set[str] = set()
        self.tree: Any = self._plain(root)

    def read(self) -> Reading:
        for _ in range(MAX_ROUNDS):  # each round cuts something out
            try:
                questionnaire = _adapter().validate_python((self.tree,))[0]
            except ValidationError as error:
                if not self._cut_out(error.errors(include_url=False)):
                    return Reading(None)
            else:
                return Reading(questionnaire, frozenset(self.left_out))
        return Reading(None)

    def _plain(self, node: Node) -> Any:
        """A node as what pydantic reads: dict, list and placed text, with conditions read already."""
        match node:
            case Scalar(text, span):
                return text_at(text, span)
            case Sequence(items):
                return [self._plain(item) for item in items]
            case Mapping(entries):
                return {_key(key): self._value(key.text, value) for key, value in entries}

    def _value(self, key: str, value: Node) -> Any:
        return read_condition(value, self.findings) if key in CONDITION_KEYS else self._plain(value)

    def _cut_out(self, errors: list[ErrorDetails]) -> bool:
        """Note each error and cut out the smallest part that holds it; False when nothing would be left."""
        cuts = set()
        for error in errors:
            path = self._path_in_tree(error["loc"][1:])
            self._note(error, path)
            cuts.add(path if error["type"] == "unexpected_keyword_argument" else _enclosing_item(path))
        for path in sorted(cuts, key=_last_first, reverse=True):
            self._cut(path)
        return not cuts & {("levels",), ("sections",)}

    def _path_in_tree(self, location: Path) -> Path:
        """Where an error lies; pydantic also names the kind of question on the way, which is no key."""
        path: list[int | str] = []
        part: Any = self.tree
        for step in location:
            if isinstance(part, list) and isinstance(step, int):
                part = part[step]
            elif isinstance(part, dict) and step in part:
                part = part[step]
            elif isinstance(part, dict) and step in _QUESTION_TYPES and "type" in part:
                continue
            else:
                part = None
            path.append(step)
        return tuple(path)

    def _cut(self, path: Path) -> None:
        *way, last = path
        part: Any = self.tree
        for step in way:
            part = part[step]
        with suppress(KeyError):
            self.left_out.update(_words(part[last]))
            del part[last]
        if path == ("rules",):
            self.tree[text_at("rules", START)] = []
        elif len(path) == 1 and last in _STAND_INS:
            part[text_at(str(last), START)] = text_at(_STAND_INS[str(last)], START)

    def _note(self, error: ErrorDetails, path: Path) -> None:
        code, message, hint = _in_our_words(error, path, self._part(path))
        if error["type"] == "union_tag_invalid":
            path = (*path, "type")
        self.findings.add(code, message, _place(self.root, path, at_key=code == "unknown-key"), hint)

    def _part(self, path: Path) -> Any:
        part: Any = self.tree
        for step in path:
            try:
                part = part[step]
            except (KeyError, TypeError):
                return None
        return part


_STAND_INS = dict.fromkeys(("id", "version", "title", "intended_use", "disclaimer"), "left-out") | {"format": "1"}
"""What stands in for a required text that is wrong, while the rest of the file is read."""


def _key(key: Scalar) -> Text:
    return text_at(key.text, key.span)


def _last_first(path: Path) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in path)


def _enclosing_item(path: Path) -> Path:
    """The smallest list item around a place; the top-level key if there is none."""
    last = max((index for index, step in enumerate(path) if isinstance(step, int)), default=0)
    return path[: last + 1]


def _words(part: object) -> Iterator[str]:
    """Every id a part may have declared; a reference to one of them is not a second mistake."""
    if isinstance(part, dict):
        part = [*part.values()]
    if isinstance(part, list):
        for inner in part:
            yield from _words(inner)
    elif isinstance(part, str):
        yield str(part)


def _place(root: Node, path: Path, *, at_key: bool) -> Span:
    """The narrowest place a path reaches: the value, or the key if that is what is wrong."""
    node, place = root, START
    for position, step in enumerate(path):
        if isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
        elif isinstance(node, Mapping) and isinstance(step, str) and (found := node.value(step)) is not None:
            key = node.key(step)
            if at_key and key is not None and position == len(path) - 1:
                return key.span
            node = found
        else:
            break
    place = node.span
    if isinstance(node, Mapping) and node.entries:
        return node.entries[0][0].span
    return place


_KINDS = {Scalar: "one piece of text", Sequence: "a list", Mapping: "a set of keys"}
_PLAIN_KINDS: dict[type, str] = {Text: "one piece of text", list: "a list", dict: "a set of keys"}


def _kind(node: Node) -> str:
    return _KINDS[type(node)]


_QUESTION_TYPES = {
    "yes_no": model.YesNoQuestion,
    "choice": model.ChoiceQuestion,
    "multiple": model.MultipleQuestion,
    "number": model.NumberQuestion,
    "text": model.TextQuestion,
}


def _in_our_words(error: ErrorDetails, path: Path, written: Any) -> tuple[str, str, str]:
    """Code, message and hint for one finding of pydantic."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "this")
    what = f"`{written}`" if isinstance(written, str) and written else _PLAIN_KINDS.get(type(written), "nothing")
    match error["type"]:
        case "unexpected_keyword_argument":
            known = _keys_at(error["loc"])
            hint = did_you_mean(str(name), known) or f"known here: {or_list(known)}"
            return "unknown-key", f"`{name}` is not a key of this part", hint
        case "missing":
            return "missing-key", f"the key `{name}` is missing here", ""
        case "literal_error" | "union_tag_invalid" | "union_tag_not_found":
            return _wrong_word(error, name, written, what)
        case "dataclass_type":
            return "wrong-kind", f"`{name}` wants a set of keys, not {what}", ""
        case "tuple_type":
            return "wrong-kind", f"`{name}` wants a list, not {what}", "write it as `[a, b]` or one `- ` a line"
        case "bool_parsing" | "bool_type":
            return "wrong-kind", f"`{name}` wants `true` or `false`, not {what}", ""
        case "is_instance_of":
            return "wrong-kind", f"`{name}` wants a condition, not {what}", ""
        case _:
            wanted = str(error.get("ctx", {}).get("error", "something else"))
            return _wanted(name, wanted, what, written)


def _wanted(name: int | str, wanted: str, what: str, written: Any) -> tuple[str, str, str]:
    if isinstance(written, str) and not written.strip():
        return "empty-text", f"`{name}` is empty", "fill it in, or remove the key if it may be left out"
    return "wrong-kind", f"`{name}` wants {wanted}, not {what}", ""


def _wrong_word(error: ErrorDetails, name: int | str, written: Any, what: str) -> tuple[str, str, str]:
    if error["type"] != "literal_error":
        kind = written.get("type") if isinstance(written, dict) else None
        known = tuple(_QUESTION_TYPES)
        if not isinstance(written, dict):
            return "wrong-kind", f"a question is a set of keys, not {what}", ""
        if kind is None:
            return "missing-key", "the key `type` is missing here", f"it is one of {or_list(known)}"
        hint = did_you_mean(str(kind), known) or f"known types: {or_list(known)}"
        return "unknown-word", f"`{kind}` is not a type of question", hint
    known = tuple(word.strip("'") for word in error["ctx"]["expected"].replace(" or ", ", ").split(", "))
    hint = did_you_mean(str(written), known) or f"it is {or_list(known)}"
    return "unknown-word", f"{what} is not known as `{name}`", hint


_PARTS: dict[str, type] = {
    "contacts": model.Contact,
    "levels": model.Level,
    "first_steps": model.FirstStep,
    "sections": model.Section,
    "options": model.Option,
    "scores": model.Score,
    "rules": model.Rule,
    "notes": model.Note,
    "guarantees": model.Guarantee,
    "guide": model.GuidePage,
} | _QUESTION_TYPES


def _keys_at(location: Path) -> list[str]:
    """The keys known at the place of an unknown key."""
    part = next((_PARTS[step] for step in reversed(location[:-1]) if step in _PARTS), Questionnaire)
    return [entry.name for entry in fields(part)]


def read_condition(node: Node, findings: Findings) -> Condition:
    """A condition as it is written; what is wrong with its shape is noted, and that part left out."""
    if not isinstance(node, Mapping):
        findings.add("wrong-kind", f"a condition is a set of keys, not {_kind(node)}", node.span, _CONDITION_HINT)
        return All(())
    if not node.entries:
        findings.add("empty-condition", "this condition has no test in it", node.span, _CONDITION_HINT)
    parts = tuple(part for key, value in node.entries if (part := _entry(key, value, findings)) is not None)
    return parts[0] if len(parts) == 1 else All(parts)


_CONDITION_HINT = "write `{question: option}`, `{question: {at_least: option}}`, `all: [...]` or `any: [...]`"


def _entry(key: Scalar, value: Node, findings: Findings) -> Condition | None:
    if key.text in {"all", "any"}:
        return _group(key, value, findings)
    test = _test(value, findings)
    return None if test is None else Clause(_key(key), test)


def _group(key: Scalar, value: Node, findings: Findings) -> Condition | None:
    if not isinstance(value, Sequence):
        message = f"`{key.text}` wants a list of conditions, not {_kind(value)}"
        findings.add("wrong-kind", message, value.span, _CONDITION_HINT)
        return None
    if not value.items:
        findings.add("empty-condition", f"`{key.text}` has no condition in it", value.span, _CONDITION_HINT)
        return None
    parts = tuple(read_condition(item, findings) for item in value.items)
    return All(parts) if key.text == "all" else AnyOf(parts)


def _test(value: Node, findings: Findings) -> Test | None:
    match value:
        case Scalar():
            return OneOf((_key(value),), listed=False)
        case Sequence(items) if items and all(isinstance(item, Scalar) for item in items):
            return OneOf(tuple(_key(item) for item in items if isinstance(item, Scalar)), listed=True)
        case Mapping(((Scalar("at_least"), Scalar() as bound),)):
            return AtLeast(_key(bound))
        case Mapping(((Scalar("at_most"), Scalar() as bound),)):
            return AtMost(_key(bound))
    findings.add("bad-test", "this is not a test on an answer", _place(value, (), at_key=False), _CONDITION_HINT)
    return None
