"""Totals of scores: how many items may be missing, and which bands a total can lie in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from iop_screen.core.problems import Problem
from iop_screen.questionnaire.model import Score
from iop_screen.questionnaire.references.declarations import Declarations
from iop_screen.questionnaire.types import Question


def totals_can_be_estimated(declarations: Declarations) -> Iterator[Problem]:
    """A score that may miss items keeps one at least, and a mean of its items says something of each of them."""
    for score in declarations.questionnaire.scores:
        if score.may_miss is None:
            continue
        if score.add and score.may_miss >= len(score.add):
            message = f"`{score.id}` may miss {score.may_miss} of its {len(score.add)} items"
            hint = f"an estimate needs an answer: {len(score.add) - 1} at most, or leave `may_miss` out"
            yield Problem("may-miss-all", message, score.may_miss.span, hint)
        if len({(item.fewest_points(), item.most_points()) for item in _items(declarations, score)}) > 1:
            message = f"`{score.id}` may miss items, but its items do not all go from the same points to the same"
            hint = "a mean says nothing of an item with other points; leave `may_miss` out"
            yield Problem("uneven-items", message, score.may_miss.span, hint)


def bands_cover_the_range(declarations: Declarations) -> Iterator[Problem]:
    """Bands stand from the lowest up, the first one starts at the lowest total, and each can be reached."""
    for score in declarations.questionnaire.scores:
        yield from _out_of_order(score)
        items = _items(declarations, score)
        if score.bands and items:
            yield from _beyond(score, items)


def columns_are_free(declarations: Declarations) -> Iterator[Problem]:
    """No score has the id that the column of another score's band or missing items goes by."""
    scores = declarations.questionnaire.scores
    taken = {f"{score.id}_band": score for score in scores if score.bands}
    taken |= {f"{score.id}_missing": score for score in scores if score.may_miss is not None}
    for score in scores:
        if score.id in taken:
            message = f"`{score.id}` is the name of a column of the score `{taken[score.id].id}`"
            yield Problem("reserved-id", message, score.id.span, "choose another id")


def _out_of_order(score: Score) -> Iterator[Problem]:
    for below, band in pairwise(score.bands):
        if band.from_ <= below.from_:
            message = f"`{band.id}` starts at {band.from_}, and `{below.id}` before it at {below.from_}"
            yield Problem("bands-out-of-order", message, band.from_.span, "bands stand from the lowest up")


def _beyond(score: Score, items: Sequence[Question]) -> Iterator[Problem]:
    """The bands that no total lies in, and a first band with totals below it."""
    least = sum(item.fewest_points() for item in items if item.ask_when is None)
    most = sum(item.most_points() for item in items)
    first = score.bands[0]
    if first.from_ > least:
        message = f"`{score.id}` can come to {least}, and its first band starts at {first.from_}"
        yield Problem("no-lowest-band", message, first.from_.span, f"start it at {least}, or put a band below it")
    for band, above in zip(score.bands, (*score.bands[1:], None), strict=True):
        if band.from_ > most or (above is not None and band.from_ < above.from_ <= least):
            message = f"no total lies in `{band.id}`: `{score.id}` goes from {least} to {most}"
            yield Problem("band-out-of-reach", message, band.from_.span, "take the band out, or look at the points")


def _items(declarations: Declarations, score: Score) -> tuple[Question, ...]:
    """What a score adds; nothing while an item is not known or has an option without points."""
    items = tuple(declarations.questions[name] for name in score.add if name in declarations.questions)
    known = len(items) == len(score.add) and not {score.id, *score.add} & declarations.incomplete
    has_points = all(
        item.can_be_scored and all(option.points is not None for option in item.options_listed) for item in items
    )
    return items if known and has_points else ()
