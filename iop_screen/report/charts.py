"""Bars as drawings in a page: attributes only, so that no policy on styles stands against them.

A bar is as wide as its place, so it fits a phone and a sheet of paper. Kinds are told apart by pattern and not by
colour, and each bar says in words what it shows; the numbers stand beside it as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from iop_screen.report.html_page import safe_html

HEIGHT = 14
INK, PALE = "#1d2328", "#e9edf0"

PATTERNS = (
    '<rect width="8" height="8" fill="#fff"/>',
    '<rect width="8" height="8" fill="#fff"/><circle cx="4" cy="4" r="1.3" fill="INK"/>',
    '<rect width="8" height="8" fill="#fff"/><path d="M0 8L8 0M-2 2L2 -2M6 10L10 6" stroke="INK" stroke-width="1.6"/>',
    '<rect width="8" height="8" fill="#8fa9bd"/>',
    '<rect width="8" height="8" fill="#fff"/><path d="M0 4H8" stroke="INK" stroke-width="1.6"/>',
    '<rect width="8" height="8" fill="INK"/>',
)
"""What fills the parts of a bar, in their order: white, dots, slanted lines, grey, level lines, dark."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: what it counts, how often, and which pattern fills it."""

    name: str
    number: int
    pattern: int


def bar_svg(number: int, whole: int, what: str) -> str:
    """A bar that is as long as a share of the whole."""
    described = f"{what}: {number:,} of {whole:,}"
    rect = f'<rect x="0" y="1" width="{_percent(number, whole)}" height="{HEIGHT - 2}" fill="{INK}"/>'
    return _svg(described, _frame() + rect)


def parts_svg(parts: Sequence[Part], whole: int, what: str) -> str:
    """A bar of several parts, one after the other; what is left of the whole stays empty."""
    described = f"{what}: {', '.join(f'{part.number:,} {part.name}' for part in parts)}, of {whole:,}"
    drawn, before = [_frame()], 0
    for part in parts:
        place = f'x="{_percent(before, whole)}" y="1" width="{_percent(part.number, whole)}" height="{HEIGHT - 2}"'
        drawn.append(f'<rect {place} fill="url(#part{part.pattern})" stroke="{INK}" stroke-width="1"/>')
        before += part.number
    return _svg(described, "".join(drawn))


def legend_html(names: Iterable[str]) -> str:
    """What the patterns mean, in their order. The bars of the page refer to the patterns that are drawn here."""
    items = (f"<li>{_sample(index)} {safe_html(name)}</li>" for index, name in enumerate(names))
    return f'<ul class="legend">{"".join(items)}</ul>'


def _sample(index: int) -> str:
    inside = PATTERNS[index].replace("INK", INK)
    pattern = f'<pattern id="part{index}" width="8" height="8" patternUnits="userSpaceOnUse">{inside}</pattern>'
    box = f'<rect x="1" y="1" width="26" height="{HEIGHT - 2}" fill="url(#part{index})" stroke="{INK}"/>'
    return f'<svg width="28" height="{HEIGHT}" aria-hidden="true"><defs>{pattern}</defs>{box}</svg>'


def _svg(described: str, drawn: str) -> str:
    return f'<svg role="img" width="100%" height="{HEIGHT}"><title>{safe_html(described)}</title>{drawn}</svg>'


def _frame() -> str:
    """The whole, as a pale bar behind the parts."""
    return f'<rect x="0" y="1" width="100%" height="{HEIGHT - 2}" fill="{PALE}"/>'


def _percent(number: int, whole: int) -> str:
    return f"{100 * number / whole:.2f}%" if whole else "0%"
