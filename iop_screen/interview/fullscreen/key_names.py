"""The names of what is pressed and is no character; and of a paste, which is many characters."""

ENTER, ESCAPE, BACKSPACE, PASTE = "enter", "escape", "backspace", "paste"
UP, DOWN, LEFT, RIGHT, PAGE_UP, PAGE_DOWN = "up", "down", "left", "right", "pageup", "pagedown"
