"""Type commands on this terminal and write down how late each character was, in seconds.

`python -m tests.bench.type_one RESULT`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random

from runner.stage.look.code import cells
from runner.stage.look.themes import choose
from runner.stage.terminal.keyboard import Keyboard
from runner.stage.terminal.terminal import Terminal
from runner.stage.terminal.typist import schedule, type_out

SPEED = 3.0
SEED = 7
COMMAND = "kubectl --context east get pods -n linkerd -o wide | grep Running\n" * 3


class _Stamping(Terminal):
    """A terminal that knows when each piece was written."""

    stamps: list[float] = []  # noqa: RUF012 - of the one that there is

    def write(self, text: str | bytes) -> None:
        self.stamps.append(time.monotonic())
        super().write(text)


def main(result: Path) -> None:
    """Type 600 characters, in three pieces: lateness adds up nowhere."""
    late: list[float] = []
    with _Stamping() as terminal, terminal.listening():
        for seed in range(SEED, SEED + 3):
            pieces = cells(COMMAND, theme=choose("dark", {}))
            terminal.stamps = []
            keyboard = Keyboard(terminal)
            random = Random(seed)
            type_out(pieces, terminal=terminal, keyboard=keyboard, speed=SPEED, random=random)
            planned = schedule(pieces, SPEED, Random(seed))
            began = terminal.stamps[0]
            late += [s - began - p for s, p in zip(terminal.stamps, planned, strict=True)]
    result.write_text(json.dumps(late))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
