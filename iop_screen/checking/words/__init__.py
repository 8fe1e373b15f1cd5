"""The words that checks look for. They are in a data file, one a language, which a clinician can change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from iop_screen.core.exits import CannotGoOn, Exit
from iop_screen.core.files import read_whole
from iop_screen.core.problems import START, Findings, Problem, did_you_mean, or_list, shortened
from iop_screen.core.safe_text import sanitize
from iop_screen.questionnaire.nodes import (
    MAX_QUESTIONNAIRE_BYTES,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    compose,
    node_kind,
    read_text,
)

_WORD = r"(?:[^\W\d_]|['*+-])+"
_CHOICE = rf"{_WORD}(?: {_WORD})*(?:\|{_WORD}(?: {_WORD})*)*"
_NEEDED = rf"(?:{_WORD}|\({_CHOICE}\))"
_ENTRY = re.compile(rf"(?:\^ )?(?:\[{_CHOICE}\] )?{_NEEDED}(?: {_NEEDED}| \[{_CHOICE}\])*")
"""How an entry of the file is written; the first lines of the file say what it means."""


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of one language, each as the source of a regular expression that matches any of its entries.

    The file says what each list is for. An expression does not ask for word boundaries around what it matches.
    """

    good: str
    bad: str
    turns: str
    turns_inside: str
    aside: str
    says_yes: str
    says_no: str
    unfinished: str
    vowels: str
    silent_endings: str
    spoken_endings: str


@cache
def word_lists() -> WordLists:
    """The lists for English, the only language so far; read on first use. Raises CannotGoOn if the file is broken."""
    path = Path(__file__).with_name("en.yaml")
    lists, problems = read_word_lists(read_whole(path, MAX_QUESTIONNAIRE_BYTES))
    if lists is None:
        first, more = problems[0], len(problems) - 1
        where = f"{sanitize(str(path))}:{first.span.line}:{first.span.column}"
        hint = f"; {first.hint}" if first.hint else ""
        raise CannotGoOn(f"{where}: {first.message}{hint}{f' (and {more} more)' if more else ''}", Exit.FILE)
    return lists


def read_word_lists(content: bytes) -> tuple[WordLists | None, tuple[Problem, ...]]:
    """Reads a file of words: its lists, or None if it has problems, and all of its problems. Never raises."""
    findings = Findings()
    text = read_text(content, findings)
    document = None if text is None else compose(text, findings)
    lists = {} if document is None else _lists(document.root, findings)
    problems = findings.in_order()
    return None if problems else WordLists(**lists), problems


def either(entries: Iterable[str]) -> str:
    """The source of a regular expression that matches each of some entries, as the file writes them."""
    return f"(?:{'|'.join(map(_as_expression, entries))})"


def _as_expression(entry: str) -> str:
    text = entry.replace("*", r"\w*").replace("+", r"\w+").replace("(", "(?:").replace("^ ", "^")
    text = re.sub(r"^(\^?)\[(.*?)\] ", r"\1(?:(?:\2) )?", text)
    return re.sub(r" \[(.*?)\]", r"(?: (?:\1))?", text)


def _lists(root: Node, findings: Findings) -> dict[str, str]:
    names = [field.name for field in fields(WordLists)]
    if not isinstance(root, MappingNode):
        findings.add("wrong-kind", f"a file of words is a set of keys, not {node_kind(root)}", root.span)
        return {}
    for key, _ in root.entries:
        if key.text not in names:
            findings.add(
                "unknown-key",
                f"`{shortened(key.text)}` is not a list of words",
                key.span,
                did_you_mean(key.text, names) or f"known here: {or_list(names)}",
            )
    for name in names:
        if root.entry(name) is None:
            findings.add("missing-key", f"the list `{name}` is missing", START, f"add `{name}:`")
    return {key.text: either(_entries(node, findings)) for key, node in root.entries}


def _entries(node: Node, findings: Findings) -> Iterator[str]:
    """Every entry of a list, or of the lists of a group."""
    match node:
        case MappingNode(groups) if groups:
            for _, group in groups:
                yield from _entries(group, findings)
        case SequenceNode(items) if items:
            yield from (_entry(item, findings) for item in items)
        case _:
            findings.add(
                "wrong-kind",
                f"a list of words is wanted here, not {node_kind(node)}",
                node.message_span,
                "write it as `[a, b]` or one `- ` a line",
            )


def _entry(item: Node, findings: Findings) -> str:
    if isinstance(item, ScalarNode) and item.text == item.text.casefold() and _ENTRY.fullmatch(item.text):
        return item.text
    findings.add(
        "not-a-word",
        "this is not a word or phrase that can be looked for",
        item.message_span,
        "small letters, and the signs that the first lines of the file explain",
    )
    return ""
