"""Pages -> the start page of their site."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.render import site
from runner.render.html import Manner

COMMAND = "\n```bash\none\n```\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("# A\n\nWhat *it* `is`\nabout.\n\nMore.\n", "What it is about."),
        ("---\ndescription: Said.\n---\n# A\n\nText.\n", "Said."),
        ("# A\n\n- a list\n", ""),
        ("# A\n", ""),
        ("# A\n\n" + "word " * 100, " ".join(["word"] * 31) + " …"),
    ],
)
def test_how_a_page_is_told_of(text, told, page):
    out = Path("out")
    *_, (_, start) = site.pages(
        {out / "a.html": page(text + COMMAND)}, out, title="A", mark="0", manner=Manner()
    )
    listed = start[start.index('<nav class="list"') : start.index("</nav>")]
    assert (f"<p>{told}</p>" in listed) if told else ("<p>" not in listed)
