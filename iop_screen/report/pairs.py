"""The table of pairs of answers for a clinician to read: as text, as one HTML page, and as CSV with a row a form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from iop_screen.checking.pairs import GivenAnswer, Height, PairTable, Tried
from iop_screen.engine.compiled import CompiledQuestionnaire
from iop_screen.engine.judgement import EMERGENCY, OUT_OF_SCOPE
from iop_screen.questionnaire.answers import Chosen
from iop_screen.report.blocks import (
    Block,
    Fields,
    Heading,
    Paragraph,
    ReportDocument,
    Table,
    TableRow,
    as_html,
    as_text,
    fields,
    prose_blocks,
    titled,
)
from iop_screen.report.score_output import csv_cell, csv_text
from iop_screen.report.wording import plural, suggestion_text


def pairs_text(table: PairTable, compiled: CompiledQuestionnaire) -> str:
    """The table as plain text, 78 columns, ASCII marks."""
    return as_text(_document(table, compiled))


def pairs_html(table: PairTable, compiled: CompiledQuestionnaire) -> str:
    """The table as one HTML page that loads nothing and runs nothing."""
    return as_html(_document(table, compiled))


def pairs_csv(table: PairTable, compiled: CompiledQuestionnaire) -> str:
    """A row for each answer alone and for each pair, in file order, with its result."""
    disclaimer = str(compiled.questionnaire.disclaimer)
    return csv_text(
        [
            CSV_COLUMNS,
            *(
                [*map(csv_cell, _csv_fields(tried, compiled)), compiled.stamp, csv_cell(disclaimer)]
                for tried in (*table.singles, *table.pairs)
            ),
        ]
    )


CSV_COLUMNS = (
    "first_question",
    "first_answer",
    "second_question",
    "second_answer",
    "added",
    "suggestion",
    "level",
    "first_step",
    "more_together",
    "questionnaire",
    "disclaimer",
)


def _csv_fields(tried: Tried, compiled: CompiledQuestionnaire) -> Iterator[str | tuple[str, ...] | None]:
    for given in tried.given:
        question = compiled.questions[given.index]
        yield from (str(question.id), question.as_cell(given.answer))
    if len(tried.given) == 1:
        yield from (None, None)
    step = tried.result.first_steps.at_least
    yield tuple(_name(given, compiled) for given in tried.added)
    yield tried.result.suggestion
    yield str(tried.result.levels.at_least.id)
    yield None if step is None else str(step.id)
    yield None if len(tried.given) == 1 else "yes" if tried.more_together else "no"


# ------------------------------------------------------------------------------- text and HTML


def _document(table: PairTable, compiled: CompiledQuestionnaire) -> ReportDocument:
    questionnaire = compiled.questionnaire
    title = f"Answers in pairs: {questionnaire.title}"
    groups = _groups(table)
    blocks = [
        Heading(1, title, str(questionnaire.id)),
        fields(("Version", questionnaire.version), ("Fingerprint of the file", compiled.hash12)),
        Paragraph(str(questionnaire.disclaimer), "strong"),
        *titled("How to read it", prose_blocks(_HOW_TO_READ)),
        *titled("Results", _counts(table, groups)),
        *titled("Each answer alone", _alone(table, compiled)),
        *(block for group in groups for block in _group_blocks(group, table, compiled)),
    ]
    return ReportDocument(title, f"{questionnaire.id} {compiled.hash12}", tuple(blocks))


_HOW_TO_READ = """\
Each form here has one answer or two that are not the best. All its other answers are the best ones. Questions on daily
life are left out, for they never change a level or a first step.

First comes each answer alone, and then each pair, by its result, the most urgent first. Read the pairs that get more
together than alone with most care. Of the others, see if any should get more.

Each pair stands once: under the one of its two answers that gets more alone, or under the first if both get the same.
An answer that takes a form out of scope has all its pairs. "Both need something" are pairs of which each answer gets
more alone than the best form does. Of the others, only the first one does.

"All others" are all the answers that stand under this one in any group. They are not named in an emergency, out of
scope, and where the answer alone gets the most that there is short of an emergency.

Some questions are only asked after certain answers. Where that is so, such an answer was added to the form, the mildest
there is. It is named after "with"."""


@dataclass(frozen=True, slots=True)
class _ResultGroup:
    """The forms that get the same."""

    title: str
    singles: tuple[Tried, ...]
    pairs: tuple[Tried, ...]

    @property
    def more_together(self) -> tuple[Tried, ...]:
        return tuple(pair for pair in self.pairs if pair.more_together)


def _groups(table: PairTable) -> list[_ResultGroup]:
    """The forms by their result, from the most urgent one to the one for which least is done."""
    every = sorted((*table.singles, *table.pairs), key=_rank, reverse=True)
    return [
        _ResultGroup(title, *(tuple(each for each in found if len(each.given) == size) for size in (1, 2)))
        for title, found in ((title, [*same]) for (_, title), same in groupby(every, _rank))
    ]


def _rank(tried: Tried) -> tuple[tuple[bool, bool, Height], str]:
    """How urgent a result is, and its title; out of scope there is no level to tell results apart."""
    suggestion, (step, level) = tried.result.suggestion, tried.height
    in_scope = suggestion != OUT_OF_SCOPE
    return (suggestion == EMERGENCY, in_scope, (step, level if in_scope else 0)), suggestion_text(tried.result)


def _counts(table: PairTable, groups: Sequence[_ResultGroup]) -> Iterator[Block]:
    rows = [(group.title, len(group.singles), len(group.pairs), len(group.more_together)) for group in groups]
    together = sum(pair.more_together for pair in table.pairs)
    rows.append(("All results", len(table.singles), len(table.pairs), together))
    head = ("Result", "Answers alone", "Pairs", "More together than alone")
    yield Table(head, tuple(TableRow((title, *map(str, counts))) for title, *counts in rows))
    yield fields(
        ("The best form gets", suggestion_text(table.best)),
        ("Pairs in all", f"{table.every_pair:,}"),
        ("Left out, two answers to one question", f"{table.one_question:,}"),
        ("Left out, no form has both", f"{table.not_together:,}"),
    )


def _alone(table: PairTable, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    rows = [
        TableRow((_labelled(single.given[0], compiled), suggestion_text(single.result)), note=_with(single, compiled))
        for single in table.singles
    ]
    rows += [TableRow((_labelled(one, compiled), "No form asks for it")) for one in table.never_asked]
    yield Table(("Answer", "Alone it gets"), tuple(rows), tall=True)


def _group_blocks(group: _ResultGroup, table: PairTable, compiled: CompiledQuestionnaire) -> Iterator[Block]:
    if not group.pairs:
        return
    leads = _Leads(table, compiled)
    more, others = group.more_together, [pair for pair in group.pairs if not pair.more_together]
    yield Heading(2, group.title)
    yield Paragraph(f"{plural(len(group.pairs), 'pair')}. More together than alone: {len(more) or 'none'}.")
    yield from titled("More together than alone", leads.rows(more, split=False), rank=3)
    yield from titled("Other pairs", leads.rows(others), rank=3) if more else leads.rows(others)


_Partner = tuple[GivenAnswer, Tried]
"""The other answer of a pair, with the pair."""


class _Leads:
    """Under which of its two answers each pair stands, and how that is said."""

    def __init__(self, table: PairTable, compiled: CompiledQuestionnaire) -> None:
        self.compiled = compiled
        self._alone = {single.given[0]: single for single in table.singles}
        self._every = self._by_lead(table.pairs)
        self._top = _top(compiled)
        self._best = suggestion_text(table.best)

    def rows(self, pairs: Iterable[Tried], *, split: bool = True) -> Iterator[Block]:
        """The pairs, a row for each answer under which some stand; if `split`, those that both need something first."""
        leads = sorted(self._by_lead(pairs).items(), key=lambda pair: pair[0].index)
        if leads:
            yield Fields(tuple(self._row(lead, partners, split=split) for lead, partners in leads))

    def _row(self, lead: GivenAnswer, partners: Sequence[_Partner], *, split: bool) -> tuple[str, tuple[str, ...]]:
        here = {other for other, _ in partners}
        elsewhere = [other for other, _ in self._every[lead] if other not in here]
        if len(elsewhere) < len(partners) and all(self._is_harmless(lead, pair) for _, pair in partners):
            but = f" but {_names(elsewhere, self.compiled)}" if elsewhere else ""
            return _name(lead, self.compiled), (f"all others ({len(partners):,}){but}",)
        always = self._added_always(lead, partners)
        name = _name(lead, self.compiled) + (f" (with {_names(always, self.compiled)})" if always else "")
        return name, self._named(partners, always, split=split and self._needs_something(lead))

    def _named(self, partners: Sequence[_Partner], always: Sequence[GivenAnswer], *, split: bool) -> tuple[str, ...]:
        both = [partner for partner in partners if self._needs_something(partner[0])]
        others = [partner for partner in partners if partner not in both]
        if not (split and both and others):
            return (self._partners_text(partners, always),)
        return (
            f"Both need something: {self._partners_text(both, always)}",
            f"Others: {self._partners_text(others, always)}",
        )

    def _is_harmless(self, lead: GivenAnswer, pair: Tried) -> bool:
        """Whether the names of the other answers can be left out.

        In an emergency, and where the answer alone gets the most, no pair could get more. Out of scope no level is
        suggested.
        """
        if pair.result.suggestion in {EMERGENCY, OUT_OF_SCOPE}:
            return True
        single = self._alone.get(lead)
        return single is not None and single.height == self._top

    def _needs_something(self, given: GivenAnswer) -> bool:
        single = self._alone.get(given)
        return single is not None and suggestion_text(single.result) != self._best

    def _added_always(self, lead: GivenAnswer, partners: Sequence[_Partner]) -> tuple[GivenAnswer, ...]:
        """What the answer has added alone, if it has that in all these pairs."""
        single = self._alone.get(lead)
        added = () if single is None else single.added
        return added if all(not _beyond(added, (*pair.added, other)) for other, pair in partners) else ()

    def _partners_text(self, partners: Sequence[_Partner], always: Sequence[GivenAnswer]) -> str:
        """The other answers, those to one question and with the same added behind one name."""
        added = [(other, _beyond(pair.added, always)) for other, pair in partners]
        runs = groupby(added, lambda each: (each[0].index, each[1]))
        return "; ".join(
            _names([other for other, _ in run], self.compiled)
            + (f" (with {_names(more, self.compiled)})" if more else "")
            for (_, more), run in runs
        )

    def _by_lead(self, pairs: Iterable[Tried]) -> dict[GivenAnswer, list[_Partner]]:
        leads: dict[GivenAnswer, list[_Partner]] = {}
        for pair in pairs:
            first, second = pair.given
            if self._weight(second) > self._weight(first):
                first, second = second, first
            leads.setdefault(first, []).append((second, pair))
        return leads

    def _weight(self, given: GivenAnswer) -> tuple[bool, Height]:
        single = self._alone.get(given)
        return (False, (0, 0)) if single is None else (single.result.suggestion == OUT_OF_SCOPE, single.height)


def _beyond(given: Iterable[GivenAnswer], known: Sequence[GivenAnswer]) -> tuple[GivenAnswer, ...]:
    """The answers without what is known of them; of several options of one question, the others are left."""
    return tuple(each for found in given if (each := _without(found, known)) is not None)


def _without(given: GivenAnswer, known: Sequence[GivenAnswer]) -> GivenAnswer | None:
    if given in known:
        return None
    answer = given.answer
    if not isinstance(answer, Chosen):
        return given
    same = [each.answer.options for each in known if each.index == given.index and isinstance(each.answer, Chosen)]
    left = answer.options.difference(*same)
    return GivenAnswer(given.index, Chosen(left)) if left else None


def _top(compiled: CompiledQuestionnaire) -> Height:
    """The most that there is short of an emergency."""
    steps = len(compiled.questionnaire.first_steps)
    return steps if compiled.interrupt is None else compiled.interrupt - 1, len(compiled.questionnaire.levels) - 1


def _names(given: Iterable[GivenAnswer], compiled: CompiledQuestionnaire) -> str:
    """Answers by ids; several to one question stand behind its id once."""
    texts = []
    for index, same in groupby(given, lambda each: each.index):
        question = compiled.questions[index]
        texts.append(f"{question.id} {', '.join(question.as_cell(each.answer) for each in same)}")
    return "; ".join(texts)


def _name(given: GivenAnswer, compiled: CompiledQuestionnaire) -> str:
    return _names([given], compiled)


def _with(tried: Tried, compiled: CompiledQuestionnaire) -> str:
    return f"with {_names(tried.added, compiled)}" if tried.added else ""


def _labelled(given: GivenAnswer, compiled: CompiledQuestionnaire) -> str:
    """An answer by ids, and in the words of the questionnaire if these say more."""
    name, words = _name(given, compiled), compiled.questions[given.index].answer_text(given.answer)
    return name if name.endswith(f" {words}") else f"{name}: {words}"
