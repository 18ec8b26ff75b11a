"""Writes the lines in docs/localcluster.md anew, from the plans themselves: `make lines`.

A comment `<!-- lines: COMMAND DIR NAME… -->` stands before each block; `(link)` at its end asks for
the lines for a linkerd that has no `link-gen`.
"""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

PAGE = Path(__file__).with_name("localcluster.md")
BLOCK = re.compile(
    r"(<!-- lines: (?P<call>.+?) -->\n\n```bash\n)(?P<lines>.*?)(?=```\n)", re.DOTALL
)


def main() -> None:
    """Write them."""
    os.chdir(PAGE.parents[1])
    PAGE.write_text(page(PAGE.read_text()))


def page(text: str) -> str:
    """Return the page with its lines as they are now; the repository is the working directory."""
    return BLOCK.sub(lambda block: block[1] + lines(block["call"]), text)


def lines(call: str) -> str:
    """Return what a call prints in a dry run."""
    from helpers.localcluster.cli.act import planned
    from helpers.localcluster.definitions import load
    from helpers.localcluster.model import Link
    from helpers.localcluster.show import lines
    from helpers.localcluster.task import Task

    words = call.removesuffix(" (link)").split()
    option = {name: words[words.index(name) + 1] for name in ("--src", "--dst") if name in words}
    plain = [word for word in words if not word.startswith("--") and word not in option.values()]
    command, folder, *names = plain
    definitions = load([Path(folder)], names)
    task = Task(definitions.clusters, definitions.wanted, definitions.network)
    if option:
        link = Link(option["--dst"], "--gateway" in words)
        task = replace(task, wanted=definitions.named([option["--src"]]), link=link)
    plan = planned(command, replace(task, link_gen=not call.endswith(" (link)")))
    if call.endswith(" (link)"):
        plan.notes.clear()  # of what is assumed where nobody was asked
    return "".join(f"{text}\n" for text in lines(plan)).lstrip("\n")


if __name__ == "__main__":
    main()
