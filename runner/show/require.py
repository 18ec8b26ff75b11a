"""What a runbook needs: the programs that `@require` and the front matter's `requires` name."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from runner.book.arguments import words
from runner.book.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from runner.book.model import Place, Runbook

_ASKING = (("--version",), ("version", "--client"), ("version",), ("-V",))
"""How programs are asked for their version; kubectl, kind, k3d and linkerd know only `version`."""
_PATIENCE = 15.0  # seconds for an answer; on a machine that has much else to do, 5 were too few
_VERSION = re.compile(rb"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class Requirement:
    """A program that a runbook needs.

    Attributes:
        program: Its name, or a path.
        least: The lowest version that will do, such as `1.25`; "" for any.
        url: Where to get it, "" where the runbook does not say.
        place: Where the runbook says so.
    """

    program: str
    least: str
    url: str
    place: Place


def requirements(runbook: Runbook) -> list[Requirement]:
    """Return what a runbook needs, in its order, each once."""
    front = [_parse(one.text, one.place) for one in runbook.front.requires]
    steps = [_parse(s.text, s.place) for s in runbook.steps if s.kind is Kind.REQUIRE]
    found: dict[tuple[str, str], Requirement] = {}
    for requirement in (*front, *steps):
        found.setdefault((requirement.program, requirement.least), requirement)
    return list(found.values())


def missing(wanted: Sequence[Requirement], env: Mapping[str, str]) -> list[tuple[Place, str]]:
    """Return a sentence for each program that is missing or too old, with its place.

    Args:
        wanted: What is needed.
        env: The environment that the runbook's shell starts with.
    """
    from concurrent.futures import ThreadPoolExecutor  # start-up: few runbooks need anything

    with ThreadPoolExecutor(8) as pool:  # each may take a moment
        found = pool.map(lambda requirement: _objection(requirement, env), wanted)
    return [
        (requirement.place, f"{objection}{_where(requirement)}")
        for requirement, objection in zip(wanted, found, strict=True)
        if objection
    ]


def version(program: str, env: Mapping[str, str]) -> str:
    """Return a program's version, such as `1.32.4`; "" where it does not tell."""
    path = shutil.which(program, path=env.get("PATH"))
    for arguments in _ASKING if path else ():
        try:
            asked = subprocess.run(
                [str(path), *arguments],
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if asked.returncode == 0 and (number := _VERSION.search(asked.stdout)):
            return number.group().decode()
    return ""


def _parse(argument: str, place: Place) -> Requirement:
    program, *rest = words(argument)
    least = (
        rest.pop(0).removeprefix(">=").removeprefix("v") if rest[:1] and rest[0][0] == ">" else ""
    )
    return Requirement(program, least, rest[0] if rest else "", place)


def _objection(requirement: Requirement, env: Mapping[str, str]) -> str:
    program, least = requirement.program, requirement.least
    if shutil.which(program, path=env.get("PATH")) is None:
        return f"`{program}` is not on PATH"
    if not least:
        return ""
    found = version(program, env)
    if not found:
        return f"`{program}` does not tell its version, and {least} or newer is needed"
    if _older(_numbers(found), _numbers(least)):
        return f"`{program}` is version {found}, and {least} or newer is needed"
    return ""


def _where(requirement: Requirement) -> str:
    return f"; see {requirement.url}" if requirement.url else ""


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", text)]


def _older(found: Iterable[int], least: Iterable[int]) -> bool:
    for mine, wanted in zip_longest(found, least, fillvalue=0):
        if mine != wanted:
            return mine < wanted
    return False
