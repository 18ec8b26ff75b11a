"""Whatever the text is, reading it gives steps or problems with places in the file."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runner.book.read import read

FRAGMENTS = st.sampled_from(
    [
        *(
            "```bash",
            "```",
            "~~~sh",
            "~~~",
            "```output",
            "```yaml",
            "- a",
            "  - b",
            "> c",
            "# h",
            "===",
        ),
        *(
            "<!-- @wait -->",
            "<!--",
            "-->",
            "<!-- @macro m -->",
            "<!-- @end -->",
            "<!-- @m -->",
            "#@m",
        ),
        *(
            "<!-- @SHOW -->",
            "<!-- @SKIP -->",
            "#@immed",
            "#@wait \\",
            "#$ x",
            "# y",
            "##",
            "ls",
            "x \\",
        ),
        *(
            "cat <<E",
            "E",
            "'",
            '"',
            "if x; then",
            "fi",
            "(",
            ")",
            "{",
            "}",
            "a |",
            "b &&",
            "m",
            "---",
        ),
        *(
            "<!-- @ifhook show_1 -->",
            "<!-- @endif -->",
            "<div>",
            "</div>",
            "",
            "",
            "\ttab",
            "é🎉\u2028",
        ),
        *(
            "#@import demo.md",
            "<!-- @exit 1 -->",
            "<!-- @cleanup -->",
            "t: [",
            "a: b",
            "\r",
            "<!-- x",
        ),
    ]
)
SOUP = st.lists(FRAGMENTS, max_size=14).map("\n".join)
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
QUICK = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def read_text(text: str, name: str = "demo.md"):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(text.encode())
        return read(path)


@pytest.mark.parametrize("name", ["demo.md", "demo.sh"])
@QUICK
@given(text=st.one_of(SOUP, ANY))
def test_any_text_is_read(name, text):
    runbook = read_text(text, name)
    lines = text.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    own = [s for s in runbook.steps if s.place.file.name == name]
    for place, content in [
        *((s.place, s.text) for s in own if s.kind in {"command", "prose"}),
        *((p.place, None) for p in runbook.problems if p.place.line),
    ]:
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        if content and content.strip():
            first = content.strip().split("\n")[0].strip()
            assert first in lines[place.line - 1]


@QUICK
@given(text=SOUP)
def test_nothing_outside_shell_blocks_becomes_a_command(text):
    """Every line is made to say where it stands, as CommonMark's own rules have it."""
    quiet = "\n".join(
        "bad" if line.startswith(("```b", "~~~s", "<!-- @m", "#@")) else line
        for line in text.split("\n")
    )
    runbook = read_text(f"{quiet}\n")
    assert [s.text for s in runbook.steps if s.kind == "command"] == []
