"""docs/pacing.md: a row of its table to the order of what the audience sees and waits for."""

from __future__ import annotations

import itertools
import os
import pty
import re
from pathlib import Path

import pytest

from runner.book.read import read
from runner.shell.shell import Shell
from runner.show.director import Directions, Director
from runner.show.events import Output
from runner.stage.look.themes import choose
from runner.stage.manner import Manner
from runner.stage.presenter import Presenter
from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.keys import Key
from runner.stage.terminal.terminal import Terminal

DIRECTIVES = (
    *("@wait", "@clear", "@print TEXT"),
    *("@waitafter", "@nowaitbefore", "@noshow", "@notypeout", "@immed"),
)
TABLE = Path(__file__).parents[2] / "docs" / "pacing.md"
ROW = re.compile(r"^\| (?P<directives>[^|]*) \| (?P<shown>[^|]*) \| (?P<hidden>[^|]*) \|$", re.M)


def rows() -> list[tuple[tuple[str, ...], str, str]]:
    found = [m.groups() for m in ROW.finditer(TABLE.read_text())][1:]
    return [(tuple(re.findall(r"`([^`]*)`", names)), a, b) for names, a, b in found]


def longer_rows() -> list[tuple[str, str]]:
    table = TABLE.read_text().partition("## More than one")[2]
    return re.findall(r"^\| ([^|]*) \| ([^|]*) \|$", table, re.M)[1:]


class Log(Terminal):
    """A terminal that writes down what is written, by what it is, and writes none of it."""

    def __init__(self, fd: int) -> None:
        super().__init__(fd, fd)
        self.log: list[str] = []

    def write(self, text: str | bytes) -> None:
        text = text if isinstance(text, str) else text.decode()
        kinds = {"Prose": "prose", "echo": "shown", "ran\r\n": "run", "TEXT": "print"}
        kinds["\x1b[2J"] = "clear"
        for sign, kind in kinds.items():
            if sign in text and not (kind == "shown" and "typed" in self.log[-1:]):
                self.log.append(kind)


class Speaker(Keyboard):
    """A speaker who presses RETURN at each wait, and no key while something is typed."""

    def __init__(self, terminal: Log) -> None:
        super().__init__(terminal)
        self.log = terminal.log

    def next(self, timeout: float | None) -> Key | None:
        if timeout is not None:
            if self.log[-1:] != ["typed"]:
                self.log.append("typed")
            return None
        self.log.append("wait")
        return Key.RUN


class Backstage:
    def mark(self, step):
        pass


@pytest.fixture
def order(tmp_path):
    """Return a function: a runbook's text to what happens, in its order."""
    master, slave = pty.openpty()
    terminal = Log(slave)

    def order(text):
        path = tmp_path / "demo.md"
        path.write_text(text)
        runbook = read(path)
        assert not runbook.problems
        presenter = Presenter(
            runbook.steps,
            terminal=terminal,
            keyboard=Speaker(terminal),
            theme=choose("plain", {}),
            manner=Manner(speed=1e9),
            backstage=Backstage(),
        )
        shell = Shell(output=lambda data: presenter(Output(data)), cwd=tmp_path)
        director = Director(shell, {}, Directions(keep_going=True), presenter, pace=presenter)
        with terminal, shell:
            director.perform(runbook.steps)
        return " · ".join(terminal.log)

    yield order
    os.close(master)
    os.close(slave)


def runbook(directives, *, shown) -> str:
    """Prose, then a command under the directives, each in its place: standalone ones first."""
    lines = ["<!-- @SHOW -->" if shown else "", "Prose.", "", "```bash"]
    return "\n".join([*lines, *(f"#{name}" for name in directives), "echo ran", "```", ""])


@pytest.mark.parametrize(("directives", "shown", "hidden"), rows())
def test_the_order_is_the_tables(order, directives, shown, hidden):
    assert order(runbook(directives, shown=True)) == shown


@pytest.mark.parametrize(("directives", "shown", "hidden"), rows())
def test_the_order_is_the_tables_while_hidden(order, directives, shown, hidden):
    assert order(runbook(directives, shown=False)) == hidden


@pytest.mark.parametrize(("parts", "happens"), longer_rows())
def test_the_order_of_more_than_one(order, parts, happens):
    texts = {"prose": "Prose.", "command": "```bash\necho ran\n```"}
    blocks = [texts.get(part) or f"<!-- {part.strip('`')} -->" for part in parts.split(", ")]
    assert order("\n\n".join(blocks) + "\n") == happens


def test_every_directive_and_every_pair_has_a_row():
    singles = [(name,) for name in DIRECTIVES]
    wanted = [(), *singles, *itertools.combinations(DIRECTIVES, 2)]
    assert [directives for directives, _, _ in rows()] == wanted
