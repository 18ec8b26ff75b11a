"""Read one runbook and print how many seconds that took: `python -m tests.bench.read_one FILE`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from runner.book.read import read


def main(path: Path) -> None:
    """Read it; an error in it would mean that less work was done, so it is a failure."""
    start = time.perf_counter()
    book = read(path)
    seconds = time.perf_counter() - start
    if book.errors:
        sys.exit("\n".join(map(str, book.errors[:5])))
    print(seconds)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
