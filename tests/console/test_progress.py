"""What a command shows on the terminal while it works, and nowhere else."""

from __future__ import annotations

import io

import pytest

from iop_screen.console.progress import steps_shown


class Screen(io.StringIO):
    """A stderr that is a terminal, or is none."""

    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize("terminal", [True, False])
def test_steps_are_shown_on_a_terminal_alone(monkeypatch: pytest.MonkeyPatch, *, terminal: bool) -> None:
    monkeypatch.setenv("TERM", "xterm")
    screen = Screen(terminal=terminal)
    monkeypatch.setattr("sys.stderr", screen)
    with steps_shown("Starting") as step:
        step("Writing the results")
    shown = screen.getvalue()
    assert [text in shown for text in ("Writing the results", "0:00:0")] == [terminal, terminal]
    assert bool(shown) is terminal
