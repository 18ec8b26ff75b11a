"""What holds for every text: a terminal comes to no harm, and no line is too wide."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from runner.stage.look.code import block, cells, command
from runner.stage.look.depth import Depth
from runner.stage.look.escapes import SGR, pictured
from runner.stage.look.graphemes import units
from runner.stage.look.paint import paint
from runner.stage.look.prose import comment, prose
from runner.stage.look.themes import THEMES

PIECES = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "- ",
            "1. ",
            "99. ",
            "> ",
            "    ",
            "\t",
            "\n",
            "\n\n",
            "---\n",
            "| a | b |\n|-|-|\n",
        ),
        *(
            "*",
            "**",
            "_",
            "`",
            "~~",
            "```",
            "```py\n",
            "[",
            "](",
            ")",
            "!",
            "<",
            "<!--",
            "-->",
            "<br>",
        ),
        *("\\", "&#27;", "&#x9b;", "|", "word", "two words ", "$(", "'", '"', "<<E\n", "# x\n"),
        *(
            "日本",
            "👩‍👩‍👧",
            "e\u0301",
            "🇩🇪",
            "👍🏽",
            "שלום",
            "\u200d",
            "\ufe0f",
            "\u00ad",
            "\u2028",
        ),
        *("\x1b[1;31m", "\x1b[0m", "\x1b[38;5;99m", "\x1b[38:2::1:2:3m", "\x1b[4:3m", "\x1b[38;5m"),
        *(
            "\x1b]0;t\x07",
            "\x1b[2J",
            "\x1b",
            "\x9b31m",
            "\r",
            "\r\n",
            "\x00",
            "\ud800",
            "\U00100000",
        ),
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=40).map("".join)
LOOKS = st.builds(
    lambda name, depth: replace(THEMES[name], depth=depth),
    st.sampled_from(sorted(THEMES)),
    st.sampled_from(list(Depth)),
)
WIDTHS = st.sampled_from([2, 3, 7, 12, 19, 20, 40, 80, 300])

# The first example imports rich and Pygments.
whatever_it_takes = settings(deadline=None)


def safe(text):
    """Say whether a terminal would only show it: colours, newlines, printable text."""
    return not any(unicodedata.category(c) in {"Cc", "Cs"} and c != "\n" for c in SGR.sub("", text))


def sane(line):
    """Say whether a line ends with its colours off."""
    return not SGR.search(line) or SGR.findall(line)[-1] == "\x1b[0m"


def harmless(text, width):
    assert text == "" or text.endswith("\n")
    assert safe(text)
    for line in text.split("\n"):
        assert sane(line)
        assert cell_len(SGR.sub("", line)) <= width


@whatever_it_takes
@given(TEXTS, LOOKS, WIDTHS)
def test_prose_is_harmless(text, theme, width):
    harmless(prose(text, theme=theme, width=width), width)


@whatever_it_takes
@given(TEXTS, LOOKS, WIDTHS)
def test_a_comment_is_harmless(text, theme, width):
    harmless(comment(text, theme=theme, width=width), width)


@whatever_it_takes
@given(TEXTS, st.sampled_from(["bash", "yaml", "python", "html", "json", "?"]), LOOKS, WIDTHS)
def test_a_block_is_harmless(text, language, theme, width):
    harmless(block(text, language, theme=theme, width=width), width)


@whatever_it_takes
@given(TEXTS, LOOKS, WIDTHS)
def test_a_painted_line_is_harmless(text, theme, width):
    line = paint(text, theme.failure, theme=theme, width=width)
    assert "\n" not in line
    harmless(f"{line}\n", width)


@whatever_it_takes
@given(TEXTS, LOOKS, st.integers(-3, 1))
def test_no_width_at_all_is_no_reason_to_fail(text, theme, width):
    for shown in (
        prose(text, theme=theme, width=width),
        comment(text, theme=theme, width=width),
        block(text, "bash", theme=theme, width=width),
        paint(text, theme.status, theme=theme, width=width),
    ):
        assert safe(shown)


@whatever_it_takes
@given(TEXTS, LOOKS)
def test_a_command_is_its_text(text, theme):
    seen = pictured(SGR.sub("", text))
    assert "".join(part for _, part in command(text, theme=theme)) == seen
    typed = cells(text, theme=theme)
    assert [SGR.sub("", cell) for cell in typed] == units(seen)
    for cell in typed:
        assert sane(cell)
        assert safe(cell.replace("\t", ""))


@whatever_it_takes
@given(TEXTS)
def test_a_command_without_control_characters_is_not_changed(text):
    text = re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]", "", text)
    assert "".join(part for _, part in command(text, theme=THEMES["light"])) == text


@whatever_it_takes
@given(st.text())
def test_units_put_together_are_the_text(text):
    assert "".join(units(text)) == text


@whatever_it_takes
@given(st.lists(st.from_regex(r"[a-z]{1,30}", fullmatch=True)), LOOKS, st.integers(1, 120))
def test_no_word_of_a_paragraph_is_lost(words, theme, width):
    shown = SGR.sub("", prose(" ".join(words), theme=theme, width=width))
    assert "".join(shown.split()) == "".join(words)
