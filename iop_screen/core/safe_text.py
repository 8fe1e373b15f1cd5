"""The one function that makes text from a file or a person safe to show on a terminal."""

from __future__ import annotations

import unicodedata


def sanitize(text: str) -> str:
    """The text with each control character, and all else that may not show as written, replaced by an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(character) for character in text)


def _escaped(character: str) -> str:
    category = unicodedata.category(character)
    if character == " " or category[0] in "LNPSM" or category == "Zs":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
