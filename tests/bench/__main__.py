"""`python -m tests.bench [NAME…]`: all benchmarks write the page, named ones are only printed."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import (
    commands,
    imports,
    latency,
    machine,
    matching,
    parsing,
    plan,
    redaction,
    render,
    sandbox,
    start,
    take,
    throughput,
)
from tests.bench.lab import REPO, BenchError, Lab, say
from tests.bench.page import goals, page
from tests.bench.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.bench.figures import Result

PAGE = REPO / "docs" / "performance.md"
BENCHES: dict[str, Callable[[Lab], Result]] = {
    "commands": commands.run,
    "throughput": throughput.run,
    "start": start.run,
    "imports": imports.run,
    "latency": latency.run,
    "parsing": parsing.run,
    "take": take.run,
    "matching": matching.run,
    "redaction": redaction.run,
    "render": render.run,
    "plan": plan.run,
    "sandbox": sandbox.run,
}


def main(names: Sequence[str]) -> int:
    """Run the benchmarks, by their names or all, and return the exit status."""
    if unknown := [name for name in names if name not in BENCHES]:
        say(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
        return 2
    cache = REPO / ".cache"
    cache.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cuebook-bench-") as work:
        lab = Lab(rounds=int(os.environ.get("BENCH_ROUNDS", "5")), work=Path(work), cache=cache)
        facts = machine.facts(lab)
        try:
            results = [BENCHES[name](lab) for name in names or BENCHES]
        except BenchError as error:
            say(f"bench: {error}")
            return 1
    text = page(facts, results, REASONS)
    print(text)
    say(goals(results))
    if not names:
        PAGE.write_text(text, encoding="utf-8")
        say(f"wrote {PAGE.relative_to(REPO)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
