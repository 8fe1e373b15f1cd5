"""What a mapping file says of one question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar, get_args

from iop_screen.batch.cells import MISSING_REASON_CELLS, cell_key, likely_missing
from iop_screen.batch.mapping.model import (
    AnswerFrom,
    Combination,
    FromAge,
    FromColumn,
    FromColumns,
    FromTicks,
    QuestionMapping,
    Range,
)
from iop_screen.batch.mapping.parts import REASONS, Meaning, PartsReader
from iop_screen.batch.mapping.plan import UNTICKED, answer_texts, can_be_number, known_options, own_texts, ticked_texts
from iop_screen.batch.mapping.texts import ListReader
from iop_screen.batch.mapping.times import has_short_year
from iop_screen.core.problems import Related, Severity, did_you_mean, or_list, shortened
from iop_screen.questionnaire.answers import MissingReason, chosen
from iop_screen.questionnaire.nodes import MappingNode, Node, ScalarNode, SequenceNode, is_blank
from iop_screen.questionnaire.scalars import Number
from iop_screen.questionnaire.types import Question

T = TypeVar("T")

COMBINATIONS: tuple[Combination, ...] = get_args(Combination)
SOURCES = ("column", *COMBINATIONS, "ticks", "born")
MEANINGS = ("codes", "labels", "ranges")
TICK_KEYS = ("ticked", "unticked", "none_ticked")
QUESTION_KEYS = (*SOURCES, "on", *MEANINGS, "missing", "separator", *TICK_KEYS, "guess")

INSTEAD = (SOURCES, MEANINGS, ("ticks", *MEANINGS, "separator"), ("born", "codes", "labels", "separator"))
"""Keys of which one can stand for a question, the first of each with none of the others."""

GOES_WITH = {"on": "born", "born": "on", **dict.fromkeys(TICK_KEYS, "ticks")}
"""Keys that say nothing without another."""


def _has_options(question: Question) -> bool:
    return bool(question.answer_ids())


def _has_one_answer(question: Question) -> bool:
    return _has_options(question) and not question.allows_multiple


def _can_be_worst(question: Question) -> bool:
    return question.role == "risk" and not question.allows_multiple


def _can_be_age(question: Question) -> bool:
    return _has_one_answer(question) or question.number_range is not None


def _joins(question: Question) -> bool:
    return question.allows_multiple or (question.type == "yes_no" and question.answer_ids()[-1] == "yes")


FITS: dict[str, tuple[Callable[[Question], bool], str]] = {
    "codes": (_has_options, "a question with options"),
    "labels": (_has_options, "a question with options"),
    "ticks": (_has_options, "a question with options"),
    "ranges": (_has_one_answer, "a question of which one option is chosen"),
    "separator": (lambda question: question.allows_multiple, "a question with several answers"),
    "any_of": (_joins, "a question with several answers, or of yes or no where no is not worse; else `worst_of`"),
    "worst_of": (_can_be_worst, "a risk question with one answer"),
    "born": (_can_be_age, "a number, or a question of which one option is chosen"),
}
"""Which questions a key fits, and that in words."""


class QuestionReader:
    """Reads the part of one question; the small parts are read by `parts`, which has the problems."""

    def __init__(self, question: Question, parts: PartsReader) -> None:
        self._question = question
        self._id = str(question.id)
        self._parts = parts
        self._add = parts.findings.add

    def read(self, key: ScalarNode, node: Node) -> QuestionMapping:
        """The entry of the question, as far as it can be read."""
        so_far = len(self._parts.findings.problems)
        written = {} if is_blank(node) else self._parts.keys(node, f"the mapping of `{self._id}`", QUESTION_KEYS, ())
        self._check_together(written, node)
        keys = {name: written[name] for name in written if self._fits(name, written[name])}
        codes, missing = self._codes(keys), self._parts.missing(keys["missing"]) if "missing" in keys else {}
        entry = QuestionMapping(
            question=self._id,
            source=self._source(keys),
            codes=codes,
            labels=self._labels(keys),
            ranges=self._ranges(keys),
            missing={text: reason for text, (_, reason) in missing.items()},
            separator=self._separator(keys),
            span=key.span,
            guess=self._parts.guess(node),
        )
        if not any(problem.severity is Severity.ERROR for problem in self._parts.findings.problems[so_far:]):
            self._check_reachable(entry, keys)  # else what is wrong may be why an option is left
        self._check_missing(entry, missing)
        self._check_lists(entry, keys)
        return entry

    # ------------------------------------------------------------------ which keys go together

    def _fits(self, key: str, node: Node) -> bool:
        fits, which = FITS.get(key, (lambda _: True, ""))
        if fits(self._question):
            return True
        message = f"`{key}` does not fit `{self._id}`, which is of type `{self._question.type}`"
        self._add("does-not-fit", message, node.message_span, f"it is for {which}")
        return False

    def _check_together(self, keys: dict[str, Node], node: Node) -> None:
        clashes = {(one, other) for group in INSTEAD for one, other in _pairs(group, keys)}
        for one, other in sorted(clashes):
            message = f"`{self._id}` has both `{one}` and `{other}`, which are two ways to say the same thing"
            self._add("two-ways", message, keys[other].message_span, "keep one of the two")
        for key, other in GOES_WITH.items():
            if key in keys and other not in keys:
                self._add("missing-key", f"`{key}` goes with `{other}`", keys[key].message_span, f"add `{other}:`")
        if "born" in keys and "ranges" not in keys and _has_one_answer(self._question):
            hint = "say under `ranges` which ages mean which option"
            self._add("missing-key", f"`{self._id}` is no number", keys["born"].message_span, hint)
        if isinstance(node, MappingNode) and not node.entries:
            self._add(
                "wrong-kind", f"nothing is said of `{self._id}`", node.message_span, "remove it, or add `column:`"
            )

    # ------------------------------------------------------------------ where the answer is

    def _source(self, keys: dict[str, Node]) -> AnswerFrom | None:
        written = next((key for key in SOURCES if key in keys), None)
        match written:
            case None:
                return None
            case "column":
                column = self._parts.column(written, keys[written])
                return None if column is None else FromColumn(column)
            case "ticks":
                return self._ticks(keys)
            case "born":
                return self._age(keys)
            case _:
                kind = next(kind for kind in COMBINATIONS if kind == written)
                return FromColumns(kind, self._parts.columns(written, keys[written]))

    def _age(self, keys: dict[str, Node]) -> FromAge | None:
        born = self._parts.time("`born`", keys["born"])
        on = self._parts.time("`on`", keys["on"]) if "on" in keys else None
        if born is not None and has_short_year(born.format.pattern):
            message = "a year of two digits does not say in which century somebody was born"
            self._add("short-year", message, keys["born"].message_span, "export the date with four digits, `%Y`")
        return None if born is None or on is None else FromAge(born, on)

    def _ticks(self, keys: dict[str, Node]) -> FromTicks:
        written = self._parts.entries("ticks", keys["ticks"])
        read = [(self._option(name), self._parts.column("ticks", node)) for name, node in written]
        columns = tuple((option, column) for option, column in read if option is not None and column is not None)
        ticked = self._tick_texts("ticked", keys)
        unticked = self._tick_texts("unticked", keys)
        source = FromTicks(
            columns,
            None if ticked is None else frozenset(ticked),
            UNTICKED if unticked is None else frozenset(unticked),
            self._none_ticked(keys),
        )
        self._check_ticks(source, ticked or {}, keys["ticks"])
        return source

    def _tick_texts(self, key: str, keys: dict[str, Node]) -> dict[str, ScalarNode] | None:
        if key not in keys:
            return None
        texts = self._parts.cell_texts(key, keys[key])
        for text in texts.values():
            self._check_no_answer_word(text, own=False)
        return texts

    def _none_ticked(self, keys: dict[str, Node]) -> str | MissingReason:
        if "none_ticked" not in keys:
            return MissingReason.MISSING
        node = keys["none_ticked"]
        if isinstance(node, ScalarNode) and node.text in REASONS and node.text not in self._question.answer_ids():
            return REASONS[node.text]
        return self._option(node) or MissingReason.MISSING

    def _check_ticks(self, source: FromTicks, ticked: dict[str, ScalarNode], node: Node) -> None:
        if "" in ticked:
            self._add_blank(ticked[""])
        for option, _ in source.columns:
            both = ticked_texts(source, option, self._question) & source.unticked
            if both:
                message = f"`{min(both)}` in the column of `{option}` would say that it is ticked and that it is not"
                span = ticked[min(both)].span if min(both) in ticked else node.message_span
                self._add("texts-alike", message, span, "name the texts under `ticked` and `unticked`")
                return

    # ------------------------------------------------------------------ what the cells mean

    def _option(self, node: Node) -> str | None:
        """An option of the question; None, with a problem, if it has no such option."""
        ids = self._question.answer_ids()
        if not isinstance(node, ScalarNode):
            self._parts.text("option", node)
            return None
        if node.text.strip() in ids:
            return node.text.strip()
        hint = did_you_mean(node.text, ids) or f"it has {or_list(ids)}"
        if node.text in REASONS:
            hint = f"{hint}; a reason for no answer stands under `missing`"
        self._add("unknown-option", f"`{self._id}` has no option `{shortened(node.text)}`", node.span, hint)
        return None

    def _codes(self, keys: dict[str, Node]) -> dict[str, frozenset[str]] | None:
        if "codes" not in keys:
            return None
        written = self._parts.entries("codes", keys["codes"])
        return self._meanings((text, self._options(node)) for text, node in written)

    def _labels(self, keys: dict[str, Node]) -> dict[str, str]:
        written = self._parts.entries("labels", keys["labels"]) if "labels" in keys else ()
        found = self._meanings((text, self._option(node)) for text, node in written)
        for text, _ in written:
            self._check_own_name(text, found.get(cell_key(text.text)))
        return found

    def _meanings(self, written: Iterable[tuple[ScalarNode, T | None]]) -> dict[str, T]:
        found = self._parts.apart((text, meant) for text, meant in written if meant is not None)
        if "" in found:
            self._add_blank(found.pop("")[0])
        own = own_texts(self._question)
        for key, (text, _) in found.items():
            self._check_no_answer_word(text, own=key in own)
        return {text: meant for text, (_, meant) in found.items()}

    def _check_no_answer_word(self, text: ScalarNode, *, own: bool) -> None:
        """A word for no answer is no answer, and what many forms write for none is looked at once more.

        `own` says that the questionnaire itself has an answer that is written so.
        """
        key = cell_key(text.text)
        if key in MISSING_REASON_CELLS and key:
            hint = "leave it out; what says that there is no answer stands under `missing`"
            self._add(*also_an_answer(text, self._id), text.span, hint)
        elif key and not own and (reason := likely_missing(text.text)) is not None:
            message = f"`{shortened(text.text)}` is often written where there is no answer; here it means an answer"
            hint = f"if it is none, put it under `missing`, such as `{reason.value}`"
            self._parts.warn("no-answer-word", message, text.span, hint)

    def _add_blank(self, text: ScalarNode) -> None:
        hint = "a reason for no answer stands under `missing`, such as `not-shown`"
        self._add("blank-as-answer", f"a blank cell is no answer to `{self._id}`", text.span, hint)

    def _options(self, node: Node) -> frozenset[str] | None:
        """What a code means: an option, or a list of options that go together."""
        if not isinstance(node, SequenceNode):
            option = self._option(node)
            return None if option is None else frozenset({option})
        options = [option for option in map(self._option, node.items) if option is not None]
        if not options or len(options) < len(node.items):
            return None
        misfit = self._question.misfit(chosen(*options))
        if misfit is not None:
            self._add(misfit.code, misfit.message or f"`{self._id}` has one answer", node.message_span, misfit.hint)
        return frozenset(options)

    def _check_own_name(self, text: ScalarNode, option: str | None) -> None:
        own = own_texts(self._question).get(cell_key(text.text), frozenset())
        if option is not None and own and option not in own:
            message = f"`{shortened(text.text)}` is the option `{min(own)}` of `{self._id}`, not `{option}`"
            self._add("texts-alike", message, text.span, "say under `codes` what each text means")

    def _ranges(self, keys: dict[str, Node]) -> tuple[Range, ...]:
        written = self._parts.entries("ranges", keys["ranges"]) if "ranges" in keys else ()
        read = [(name, self._range(name, node)) for name, node in written]
        found = sorted(((one, name) for name, one in read if one is not None), key=lambda pair: pair[0].start)
        for (lower, first), (upper, second) in pairwise(found if len(found) == len(read) else ()):
            self._check_neighbours(lower, upper, first, second)
        return tuple(one for one, _ in found)

    def _range(self, name: ScalarNode, node: Node) -> Range | None:
        option = self._option(name)
        keys = self._parts.keys(node, "a range", ("from", "below"), ("from", "below"))
        start, below = (
            self._parts.scalar(key, keys[key], Number) if key in keys else None for key in ("from", "below")
        )
        if option is None or start is None or below is None:
            return None
        if start >= below:
            self._add("empty-range", f"no number is from {start} and below {below}", below.span, "is it the wrong way?")
        return Range(option, Decimal(start), Decimal(below))

    def _check_neighbours(self, lower: Range, upper: Range, first: ScalarNode, second: ScalarNode) -> None:
        where = [Related("the lower one is here", first.span)]
        if upper.start < lower.below:
            message = f"numbers from {upper.start} mean both `{lower.option}` and `{upper.option}`"
            self._add("ranges-overlap", message, second.span, "let each range begin where the one before ends", where)
        elif upper.start > lower.below:
            message = f"numbers from {lower.below} and below {upper.start} mean nothing"
            hint = "let each range begin where the one before ends"
            self._parts.warn("range-gap", message, second.span, hint, tuple(where))

    def _separator(self, keys: dict[str, Node]) -> str:
        node = keys.get("separator")
        if node is None:
            return ""
        if isinstance(node, ScalarNode) and node.text and not node.text.strip().isalnum():
            return node.text
        self._add("wrong-kind", "`separator` wants signs or a blank", node.message_span, 'such as `"/"` or `" "`')
        return ""

    # ------------------------------------------------------------------ what the entry comes to

    def _check_reachable(self, entry: QuestionMapping, keys: dict[str, Node]) -> None:
        reached = _reached(entry)
        left = [] if reached is None else [name for name in self._question.answer_ids() if name not in reached]
        if left:
            key = next(key for key in ("codes", "ranges", "ticks") if key in keys)
            message = f"no cell can mean {or_list(left)} of `{self._id}`"
            hint = "add what means it; if the form does not have it, nobody was asked for it"
            self._parts.warn("unreachable-option", message, keys[key].message_span, hint)

    def _check_lists(self, entry: QuestionMapping, keys: dict[str, Node]) -> None:
        """In a cell with several answers, no text can be read as a list of others."""
        key = next((key for key in ("codes", "labels", "separator") if key in keys), None)
        if key is None or not self._question.allows_multiple:
            return
        known = known_options(entry, self._question)
        for text in known:
            others = {name: options for name, options in known.items() if name != text}
            if ListReader(others, entry.separator).read_list(text) is not None:
                message = f"`{shortened(text)}` can also be read as a list of other texts of `{self._id}`"
                self._add("texts-alike", message, keys[key].message_span, "a cell could not tell them apart")

    def _check_missing(self, entry: QuestionMapping, missing: dict[str, Meaning[MissingReason]]) -> None:
        for key, (text, _) in missing.items():
            if key in answer_texts(entry, self._question):
                self._add(*also_an_answer(text, self._id), text.span, "keep one of the two")
            elif can_be_number(key, entry, self._question):
                message = f"`{shortened(text.text)}` is also a number that `{self._id}` can have"
                hint = "it will never be read as that number; if it can be one, remove it here"
                self._parts.warn("missing-in-range", message, text.span, hint)


def also_an_answer(text: ScalarNode, question: str) -> tuple[str, str]:
    """Code and message of a text that is an answer and a reason for no answer."""
    message = f"`{shortened(text.text)}` is an answer to `{question}` and a reason for no answer"
    return "answer-and-missing", message


def _pairs(group: tuple[str, ...], keys: dict[str, Node]) -> Iterator[tuple[str, str]]:
    """The keys of a group that stand beside one with which they cannot."""
    found = [key for key in group if key in keys]
    if group in {SOURCES, MEANINGS} or group[0] in found:
        yield from ((found[0], other) for other in found[1:])


def _reached(entry: QuestionMapping) -> frozenset[str] | None:
    """The options that a cell can mean; None if it can mean all that the question has."""
    if entry.codes is not None:
        return frozenset().union(*entry.codes.values())
    if entry.ranges:
        return frozenset(one.option for one in entry.ranges)
    match entry.source:
        case FromTicks(columns, none_ticked=none_ticked):
            alone = frozenset() if isinstance(none_ticked, MissingReason) else frozenset({none_ticked})
            return alone.union(option for option, _ in columns)
        case None | FromColumn() | FromColumns() | FromAge():
            return None
