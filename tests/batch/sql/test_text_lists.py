"""Both ways of writing a list as SQL give the same text: the members that are there, with `;` between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.duck import Duck

from iop_screen.batch.sql.dialect import Dialect
from iop_screen.batch.sql.text_lists import MOST_ENTRIES, Member, by_cases, by_tables
from iop_screen.batch.sql.truths import FALSE, TRUE

DUCKDB = Dialect("duckdb")


@st.composite
def lists(draw: st.DrawFn) -> tuple[list[Member], str]:
    """Members, and the text of those that are there."""
    members, there = list[Member](), list[str]()
    for place in range(draw(st.integers(0, 20))):
        texts = [f"q{place}:{word}" for word in draw(st.sampled_from([("",), ("blank", "it's"), ("a", "b", "c")]))]
        holds = draw(st.integers(0, len(texts)))  # the place of the one that is there, or none
        members.append(Member(tuple((TRUE if at == holds else FALSE, text) for at, text in enumerate(texts))))
        there += texts[holds : holds + 1]
    return members, ";".join(there)


@given(lists(), st.sampled_from(["known beforehand", "true of each row"]))
def test_a_list_has_the_members_that_are_there(drawn: tuple[list[Member], str], where: str) -> None:
    """What holds may be known beforehand, or be another thing for each row."""
    members, expected = drawn
    known = where == "known beforehand"
    written = [member for member in members if member.can_be_there()] if known else [*map(_of_rows, members)]
    with Duck() as duck:
        found = {_text_of(duck, write(written, DUCKDB)) for write in (by_cases, by_tables)}
    assert found == {expected}


def _of_rows(member: Member) -> Member:
    """The same member with truths that are not constants."""
    return Member(tuple((f"(length(x) = {0 if where == TRUE else 1})", text) for where, text in member.texts))


def _text_of(duck: Duck, sql: str) -> object:
    (row,) = duck.query(f"SELECT {sql} AS list FROM (SELECT '' AS x)")
    return row["list"]


def test_a_member_may_have_a_column_behind_it(duck: Duck) -> None:
    """As in `iop-screen sql`, where the reason stands in a column."""
    listed = by_cases([Member((("x = ''", "age:"),), "y")], DUCKDB)
    assert duck.query(f"SELECT {listed} AS list FROM (SELECT '' AS x, 'unknown' AS y)") == [{"list": "age:unknown"}]


def test_a_table_has_no_column_in_it() -> None:
    with pytest.raises(ValueError, match="cannot have the text of a column"):
        by_tables([Member((("x = ''", "age:"),), "y")], DUCKDB)


@pytest.mark.parametrize("count", [6, 7, 40])
def test_a_table_has_no_more_texts_than_it_may(count: int) -> None:
    """Each further member makes it twice as long."""
    written = by_tables([Member(((f"x = {place}", f"m{place}"),)) for place in range(count)], DUCKDB)
    tables = written.split("list_extract(")[1:]
    assert len(tables) == -(-count // 6)
    assert all(table.partition("]")[0].count(", ") < MOST_ENTRIES for table in tables)
    places = [written.index(f"'m{place}'") for place in range(count)]
    assert places == sorted(places)
