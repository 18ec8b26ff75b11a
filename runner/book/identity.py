"""What a step is known by: an id that survives edits elsewhere in the runbook."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from runner.book.model import Step

_LONGEST = 40  # characters of a heading that are in an id
_DIGITS = 10  # of the digest


def identities(steps: Iterable[Step]) -> list[str]:
    """Return an id for each of a runbook's steps; no two are the same.

    An id is `SLUG:DIGEST`: the heading as a link would name it, and a digest of the whole
    heading, the kind and the text without the white space around it. Where a heading has that step
    more than once, the second one's id ends in `:2`, and so on. So it changes with the step's own
    text and its heading's, and where an equal step comes or goes before it under that heading;
    nothing else in the runbook matters.

    Args:
        steps: All of the runbook's, in their order.
    """
    seen: Counter[str] = Counter()
    slugs: dict[str, str] = {}
    ids = []
    for step in steps:
        if step.heading not in slugs:
            slugs[step.heading] = _slug(step.heading)
        key = "\0".join((step.heading, step.kind, step.text.strip()))
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        name = f"{slugs[step.heading]}:{digest}"
        seen[name] += 1
        ids.append(name if seen[name] == 1 else f"{name}:{seen[name]}")
    return ids


def _slug(heading: str) -> str:
    words = re.sub(r"[\W_]+", "-", heading.casefold()).strip("-")
    return words[:_LONGEST].rstrip("-")
