"""The names of keys that are no characters, and of a paste."""

ENTER, ESCAPE, BACKSPACE, PASTE = "enter", "escape", "backspace", "paste"
UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN = "up", "down", "left", "right", "pageup", "pagedown"
HOME, END, SPACE = "home", "end", " "

SCROLLS = frozenset({UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END})
"""Keys that scroll the page or move its cursor. They are ignored only as the rest of an escape code."""
