"""A page of HTML taken apart."""

from __future__ import annotations

from functools import cached_property
from html.parser import HTMLParser


def one_line(text: str) -> str:
    return " ".join(text.split())


class Page(HTMLParser):
    """Takes a page apart: its tags with their attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.pieces: list[str] = []
        self.title = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["title"]:
            self.title += data
        elif self.open[-1:] != ["style"]:
            self.pieces.append(data)

    @cached_property
    def text(self) -> str:
        return one_line(" ".join(self.pieces))


ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "h3", "p", "ul", "li"),
    *("dl", "div", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "code", "span"),
}
