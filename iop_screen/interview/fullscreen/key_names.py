"""The names of keys that are no characters, and of a paste."""

ENTER, ESCAPE, BACKSPACE, PASTE = "enter", "escape", "backspace", "paste"
UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN = "up", "down", "left", "right", "pageup", "pagedown"
