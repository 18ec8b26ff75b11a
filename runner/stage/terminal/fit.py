"""Text into so many columns, as a terminal counts them."""

from __future__ import annotations

import re

# Controls would move the cursor; overrides of the writing direction would turn the line around.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


def fit(text: str, columns: int) -> str:
    """Return the text as one line that is at most so many columns wide.

    Where it is cut, it ends in `…`; a wide character is never cut in two. Runs of control
    characters become a space.

    Limits: terminals differ in how wide they draw joined emoji. Draw with autowrap off.
    """
    from wcwidth import clip, width

    text = _UNFIT.sub(" ", text)
    if width(text) <= columns:
        return text
    return clip(text, 0, columns - 1).rstrip() + "…" if columns > 0 else ""
