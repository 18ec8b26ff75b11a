"""Pages of a site that are not made any more: those of runbooks that were deleted or renamed.

Only what a site's own start page lists, and what says of itself that cuebook made it, can be one.
So a file that somebody else put there stays, and so does a site of other runbooks beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from runner.render.places import STARTS

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

_INDEX = re.compile(r'<script type="application/json" class="index">(.*?)</script>', re.DOTALL)


def mark(names: Iterable[Path], root: Path) -> str:
    """Return what tells a site from one of other runbooks, without saying where they stand.

    Args:
        names: The files and folders that it is made of, as the user named them.
        root: The site's folder.
    """
    seen = sorted(os.path.relpath(name, root) for name in names)
    return hashlib.sha256(os.fsencode("\0".join(seen))).hexdigest()[:16]


def gone(root: Path, of: str, made: Container[Path]) -> Iterator[Path]:
    """Yield the pages that were made for a site and are not made for it now.

    Args:
        root: The site's folder.
        of: The site's mark; its start page has it, as it was written the last time.
        made: The files that the site has now.
    """
    for start in (root / name for name in STARTS):
        for page in (start, *_listed(_own(start, root, of), root)):
            if page not in made and _own(page, root, of):
                yield page


def _listed(start: str, root: Path) -> list[Path]:
    """Return the pages that a start page's search knows."""
    found = _INDEX.search(start)
    try:
        parts = json.loads(found[1]) if found else []
        addresses = {str(part[0]).partition("#")[0] for part in parts}
    except (ValueError, TypeError, LookupError):  # somebody has edited it, or it is none
        return []
    return [root / unquote(address) for address in sorted(addresses)]


def _own(page: Path, root: Path, of: str) -> str:
    """Return a page's HTML; "" unless it was written as one of this site, and is in its folder."""
    try:
        inside = page.resolve() == root.resolve() / page.relative_to(root)  # and so is no link
        text = page.read_text(encoding="utf-8") if inside else ""
    except (OSError, ValueError):
        return ""
    return text if f'content="cuebook" data-site="{of}">' in text.partition("<body")[0] else ""
