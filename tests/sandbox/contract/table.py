"""The contract as calls/*.txt says it: calls of kubectl, and what must come of each.

    $ kubectl get cm nothing
    *configmaps "nothing" not found
    [1]

Below a call stand lines that it must print on either stream, in any order: `*` is any text, blanks
count as one, and a line after `! ` must not be there. `[1]` is the exit status, 0 where nothing is
said. As in a shell, `NAME=VALUE` before the program sets a variable, `<<< TEXT` is what it reads,
and `&` lets it go on until its lines are there; then it is interrupted.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

CALLS = Path(__file__).parent / "calls"
SCENARIOS = sorted(path.stem for path in CALLS.glob("*.txt"))


@dataclass(frozen=True)
class Call:
    """One call of kubectl."""

    line: str
    arguments: list[str]
    env: dict[str, str]
    stdin: str
    until: bool
    out: list[str] = field(default_factory=list)
    status: int = 0


def read(scenario: str) -> list[Call]:
    """Return the calls of a scenario."""
    text = (CALLS / f"{scenario}.txt").read_text()
    return [_call(*part.splitlines()) for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]]


def _call(line: str, *out: str) -> Call:
    words = shlex.split(line)
    until = words[-1] == "&"
    words = words[:-1] if until else words
    stdin = ""
    if "<<<" in words:
        stdin = words[-1]
        words = words[:-2]
    start = words.index("kubectl")
    env = dict(word.split("=", 1) for word in words[:start])
    status = 0
    if out and (match := re.fullmatch(r"\[(\d+)\]", out[-1])):
        status, out = int(match[1]), out[:-1]
    return Call(line, words[start + 1 :], env, stdin, until, list(out), status)
