"""The one function through which text that somebody wrote reaches a screen."""

from __future__ import annotations

import unicodedata


def sanitize(text: str) -> str:
    """A text as it can do nothing to a screen: what would not be seen as written is spelled out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_seen(character) for character in text)


def _seen(character: str) -> str:
    category = unicodedata.category(character)
    if character == " " or category[0] in "LNPSM" or category == "Zs":
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
