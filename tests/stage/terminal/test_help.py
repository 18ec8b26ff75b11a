"""The keys on one screen."""

from __future__ import annotations

import pytest

from runner.stage.terminal.help import lines, show_help
from runner.stage.terminal.keys import MEANINGS


@pytest.mark.parametrize(("rows", "columns"), [(24, 80), (20, 40), (50, 300)])
def test_it_fits_one_screen(rows, columns):
    found = lines(columns)
    assert len(found) < rows  # one line tells how to leave
    assert all(len(line) <= columns and "…" not in line for line in found)
    for label, text in MEANINGS:
        assert any(line.startswith(f"{label}  ") for line in found)
        assert text in " ".join(" ".join(line[11:].strip() for line in found).split())


@pytest.mark.parametrize("key", ["\r", "?", "Q", "\x03", "\x1b", "x", "\x1b[A"])
def test_any_key_goes_back_to_the_screen_as_it_was(stage, key):
    def program(terminal, keyboard):
        with terminal.listening():
            terminal.write("before\n$ ls")
            show_help(terminal=terminal, keyboard=keyboard)
            terminal.write(" -l")

    stage.play(program)
    stage.until("Any key goes back.")
    assert "run the command" in stage.text
    assert "before" not in stage.text
    stage.resize(20, 40)
    stage.until(lambda: stage.lines[0] == "Keys" and stage.lines[19] == "Any key goes back.")
    stage.type(key)
    stage.result()
    assert stage.text == "before\n$ ls -l"


def test_a_plain_terminal_gets_lines(stage):
    def program(terminal, keyboard):
        with terminal.listening():
            show_help(terminal=terminal, keyboard=keyboard)

    stage.play(program, plain=True)
    stage.result()
    assert stage.written.decode().replace("\r\n", "\n") == "\n".join(lines(80)) + "\n"
