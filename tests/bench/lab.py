"""Where the benchmarks run: a folder and a home of their own, the programs, the rounds."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

REPO = Path(__file__).resolve().parents[2]

# What a caller's environment could change about a run.
STRAYS = ("BASH_ENV", "CUEBOOK_", "DEMO_", "ENV", "PYTHON", "XDG_")

T = TypeVar("T")


class BenchError(Exception):
    """A benchmark could not be run; the message says why in one sentence."""


class Spent(NamedTuple):
    """What a run took, in seconds.

    Attributes:
        wall: From start to end. Whatever else the machine does counts too.
        cpu: Of processors, by the program and by what it started and waited for.
    """

    wall: float
    cpu: float


@dataclass(frozen=True)
class Lab:
    """What every benchmark is given.

    Attributes:
        rounds: How often each contender runs.
        work: An empty folder, gone afterwards; the contenders' working directory and home.
        cache: A folder that stays: compiled programs, other tools' environments.
    """

    rounds: int
    work: Path
    cache: Path
    python: str = sys.executable
    bash: str = field(default_factory=lambda: find("bash"))

    @property
    def cuebook(self) -> str:
        """The installed `cuebook` of this interpreter's environment."""
        program = Path(sys.executable).with_name("cuebook")
        if not program.exists():
            raise BenchError(f"there is no {program}: run this by `make bench`")
        return str(program)

    @property
    def env(self) -> dict[str, str]:
        """The caller's environment with an empty home, so that no start-up file is read."""
        home = self.work / "home"
        home.mkdir(exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(STRAYS)}
        return kept | {"HOME": str(home)}

    def file(self, name: str, text: str) -> Path:
        """Write a file into the work folder."""
        path = self.work / name
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, argv: Sequence[str | Path], *, cwd: Path | None = None) -> float:
        """Run a program with its output thrown away; return how many seconds it took."""
        env, errors = self.env, self.work / "stderr"
        with errors.open("w+b") as stderr:
            start = time.perf_counter()
            status = subprocess.call(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                cwd=cwd or self.work,
                env=env,
            )
            seconds = time.perf_counter() - start
        if status != 0:
            words = " ".join(map(str, argv))
            last = errors.read_text(errors="replace").strip()[-1000:]
            raise BenchError(f"`{words}` ended with status {status}: {last or 'it said nothing'}")
        return seconds

    def spend(self, argv: Sequence[str | Path]) -> Spent:
        """Run a program as `run` does; return what it took."""
        before = _children()
        wall = self.run(argv)
        return Spent(wall, _children() - before)

    def interleave(
        self, contenders: Mapping[str, Callable[[], T]], *, times: int = 1
    ) -> dict[str, list[T]]:
        """Run the contenders in turn, `times` × rounds, after one round that does not count.

        Every other round goes backwards, so that none always runs after the same neighbour.
        """
        results: dict[str, list[T]] = {name: [] for name in contenders}
        total = self.rounds * times
        for number in range(total + 1):
            order = list(contenders)[:: 1 if number % 2 else -1]
            for name in order:
                what = f"round {number} of {total}" if number else "warming up"
                say(f"  {what}: {name}", passing=True)
                result = contenders[name]()
                if number:
                    results[name].append(result)
        say("", passing=True)
        return results


def _children() -> float:
    """Seconds of processors that our children have spent so far, and theirs."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def find(program: str) -> str:
    """Return a program's path."""
    path = shutil.which(program)
    if path is None:
        raise BenchError(f"there is no {program} on PATH")
    return path


def say(text: str, *, passing: bool = False) -> None:
    """Tell the terminal how far we are; a passing line is overwritten by the next."""
    if not passing:
        print(text, file=sys.stderr, flush=True)
    elif sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
