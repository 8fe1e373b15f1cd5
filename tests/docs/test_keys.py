"""The keys that the reference names."""

from __future__ import annotations

import os
import re

from support.keys import PAGES, table
from support.paths import REPOSITORY

from iop_screen.interview.keymap import KEYMAP

REFERENCE = REPOSITORY / "docs" / "reference.md"
TABLE = re.compile(r"(?<=<!-- keys -->\n\n)(\|.*\n)+")


def test_the_reference_names_the_keys_of_every_page() -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    shown = TABLE.sub(lambda _found: table(), text)
    if os.environ.get("REWRITE_GOLDEN"):
        REFERENCE.write_text(shown, encoding="utf-8")
    assert TABLE.search(text)
    assert shown == text


def test_every_page_with_a_key_is_in_the_table() -> None:
    assert {page for row in KEYMAP if row.label for page in row.pages} == {*PAGES}
