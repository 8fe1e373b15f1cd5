"""The table of keys in the reference, from the keymap."""

from __future__ import annotations

from iop_screen.interview import pages
from iop_screen.interview.keymap import listed_rows
from iop_screen.interview.pages import Page

PAGES: dict[type[Page], str] = {
    pages.QuestionPage: "every question",
    pages.GoToPage: "list of questions",
    pages.ReviewPage: "review",
    pages.ConfirmPage: "questions about danger are open",
    pages.EmergencyPage: "emergency",
    pages.SoFarPage: "result so far",
    pages.ResultPage: "result",
    pages.ResultPartPage: "a part of the result",
    pages.CallPage: "the call",
    pages.GuidePage: "guide",
    pages.GuideSectionPage: "a section of the guide",
    pages.ClearPage: "is nobody in danger?",
    pages.LeavePage: "answers are not saved",
}
"""What the reference calls each page that has keys of its own."""


def table() -> str:
    """The rows of the table."""
    rows = [("page", "keys"), ("---", "---")]
    rows += [(name, ", ".join(_cell(row.key, row.label) for row in listed_rows(page))) for page, name in PAGES.items()]
    return "".join(f"| {page} | {keys} |\n" for page, keys in rows)


def _cell(key: str, label: str) -> str:
    return f"{key if key == 'number' else f'`{key}`'} {label}"
