"""Templates of the user's: which files of the folder replace none of ours, and so do nothing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from runner.render.html import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TEMPLATES = (".html", ".css", ".js")


def unused(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files that no page is made of, and what is wrong with each, a sentence.

    A file that is hidden, or that another one names (`{% include "footer.html" %}`), is none.

    Args:
        folder: The user's templates.
    """
    ours = sorted(path.name for path in TEMPLATES.iterdir())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: path.relative_to(folder).as_posix() for path in files}
    seen = {path: name for path, name in names.items() if not f"/{name}".count("/.")}
    if set(seen.values()) <= set(ours):
        return
    texts = [
        path.read_text(encoding="utf-8", errors="replace")
        for path in seen
        if path.suffix in _TEMPLATES
    ]
    for path, name in seen.items():
        named = any(f'"{name}"' in text or f"'{name}'" in text for text in texts)
        if name in ours or named:
            continue
        near = get_close_matches(path.name, ours, 1, cutoff=0.75)
        there = f"there are {', '.join(ours[:-1])} and {ours[-1]}"
        guess = f"did you mean {near[0]}?" if near else there
        yield path, f"it replaces no template of ours; {guess}"
