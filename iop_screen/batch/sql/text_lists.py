"""A list as one text: the members that are there, with `;` between them. There are two ways to write one as SQL.

`by_cases` is easy to read, and every database takes it. `by_tables` is for DuckDB, where each text that is joined costs
as much as twenty truths: it looks up the text of several members at once. That takes a fifth less time, and makes the
query nearly three times as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from iop_screen.batch.sql.dialect import SEPARATOR, Dialect, filled
from iop_screen.batch.sql.truths import FALSE, TRUE

MOST_ENTRIES = 64
"""A table has no more texts, unless one member alone does: with more a list takes as long, and the query is longer."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a list: its texts, each behind where it is there, as SQL, true or false of every row.

    Where one holds, none of those behind it does. `behind` may be a column, as SQL, whose text comes behind that.
    """

    texts: tuple[tuple[str, str], ...]
    behind: str = ""

    def can_be_there(self) -> bool:
        """Whether there is a text, and it may be there."""
        return any(where != FALSE for where, _ in self.texts)


NO_MEMBER = Member(())
"""What is never there."""

TextLists = Callable[[Sequence[Member], Dialect], str]
"""Writes a list of members that can be there as SQL; one without members is an empty text."""


def by_cases(members: Sequence[Member], dialect: Dialect) -> str:
    """A CASE for each member."""
    return dialect.joined([_case(member, dialect) for member in members])


def _case(member: Member, dialect: Dialect) -> str:
    """The text of a member behind a `;` where it is there, else NULL."""
    behind = f" || {member.behind}" if member.behind else ""
    texts = [(where, f"{dialect.text(f'{SEPARATOR}{text}')}{behind}") for where, text in member.texts]
    if texts[0][0] == TRUE:
        return texts[0][1]
    return f"CASE {' '.join(f'WHEN {where} THEN {text}' for where, text in texts)} END"


def by_tables(members: Sequence[Member], dialect: Dialect) -> str:
    """A table for several members, with each text that they can make together.

    ValueError if a member has a column `behind` it.
    """
    if any(member.behind for member in members):
        raise ValueError("a table cannot have the text of a column in it")
    groups = [_looked_up(group, dialect) for group in _groups(members)]
    return f"concat_ws({dialect.text(SEPARATOR)}, {', '.join(groups)})" if groups else "''"


def _groups(members: Sequence[Member]) -> Iterator[list[Member]]:
    """Members that stand together in a table, in their order."""
    group: list[Member] = []
    entries = 1
    for member in members:
        if group and entries * _ways(member) > MOST_ENTRIES:
            yield group
            group, entries = [], 1
        group.append(member)
        entries *= _ways(member)
    if group:
        yield group


def _ways(member: Member) -> int:
    """How many texts a member can come to, none at all among them."""
    return 1 if member.texts[0][0] == TRUE else 1 + len(member.texts)


def _looked_up(group: Sequence[Member], dialect: Dialect) -> str:
    """The text of some members without a `;` before it; NULL if none of them is there."""
    entries = product(*(_entries(member) for member in group[::-1]))  # the first member changes fastest
    texts = [SEPARATOR.join(filter(None, entry[::-1])) for entry in entries]
    table = filled((dialect.text(text) if text else "NULL" for text in texts), ", ")
    return f"list_extract([{table}], {filled([*_numbers(group), '1'], ' + ')})"


def _numbers(group: Sequence[Member]) -> Iterator[str]:
    """What each member adds to the place of a text in the table, from 0, as SQL."""
    size = 1
    for member in group:
        if _ways(member) > 1:
            whens = (f"WHEN {where} THEN {size * at}" for at, (where, _) in enumerate(member.texts, start=1))
            yield f"CASE {' '.join(whens)} ELSE 0 END"
        size *= _ways(member)


def _entries(member: Member) -> list[str]:
    texts = [text for _, text in member.texts]
    return texts[:1] if _ways(member) == 1 else ["", *texts]
