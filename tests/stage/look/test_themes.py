"""Themes: they can be read from the back row, and they keep to what the terminal can show."""

from __future__ import annotations

import re
from dataclasses import fields, replace

import pytest
from rich.color import ColorSystem
from rich.color_triplet import ColorTriplet
from rich.style import Style

from runner.stage.look.code import block
from runner.stage.look.depth import Depth, colour_depth
from runner.stage.look.escapes import SGR
from runner.stage.look.paint import paint
from runner.stage.look.prose import prose
from runner.stage.look.themes import THEMES, choose

TERMINAL = {"TERM": "xterm-256color"}
LEAST = {"dark": 7.0, "light": 7.0, "contrast": 10.0}
DRAWN = {"heading_rule", "quote_bar", "table_rule", "rule"}
NO_STYLE = {"name", "background", "glyphs", "depth", "tokens"}
# They change no colour: what is in force around them stays.
SHAPES = {"italic", "underline", "strike", "bold underline"}


def styles(name):
    theme = THEMES[name]
    named = {f.name: getattr(theme, f.name) for f in fields(theme) if f.name not in NO_STYLE}
    return named | {f"token {token}": style for token, style in theme.tokens.items()}


def luminance(colour):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(style, background, system=ColorSystem.TRUECOLOR):
    """WCAG 2.2's contrast ratio of a style on its own background or on the theme's."""
    fore = style.color.downgrade(system).get_truecolor()
    back = style.bgcolor.downgrade(system).get_truecolor() if style.bgcolor else background
    light, dark = sorted((luminance(fore), luminance(back)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def hexadecimal(text):
    return ColorTriplet(*bytes.fromhex(text.removeprefix("#")))


@pytest.mark.parametrize("name", LEAST)
def test_every_style_can_be_read_from_the_back_row(name):
    background = hexadecimal(THEMES[name].background)
    for key, definition in styles(name).items():
        if definition in SHAPES:
            continue
        least = 3.0 if key in DRAWN else LEAST[name]
        assert contrast(Style.parse(definition), background) >= least, key


@pytest.mark.parametrize("name", LEAST)
def test_sixteen_colours_can_be_read_too(name):
    background = hexadecimal({"light": "#ffffff"}.get(name, "#000000"))
    for key, definition in styles(name).items():
        if definition in SHAPES or key in DRAWN:
            continue
        # Of the sixteen, only "bright black" is a grey for what matters less.
        least = 3.5 if key in {"address", "token Comment"} else 4.5
        assert contrast(Style.parse(definition), background, ColorSystem.STANDARD) >= least, key


@pytest.mark.parametrize("name", LEAST)
def test_no_style_is_dim_and_headings_and_commands_are_bold(name):
    assert not any("dim" in style for style in styles(name).values())
    theme = THEMES[name]
    for style in (theme.heading1, theme.heading2, theme.heading3, theme.command, theme.prompt):
        assert Style.parse(style).bold


@pytest.mark.parametrize("name", LEAST)
def test_a_heading_a_text_and_code_do_not_share_a_colour(name):
    theme = THEMES[name]
    assert len({Style.parse(s).color for s in (theme.heading1, theme.text, theme.code)}) == 3


@pytest.mark.parametrize(
    ("env", "depth"),
    [
        ({}, Depth.NONE),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, Depth.NONE),
        ({"TERM": "unknown"}, Depth.NONE),
        ({"TERM": "xterm"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({"TERM": "xterm-256color"}, Depth.MANY),
        ({"TERM": "tmux-256color"}, Depth.MANY),
        ({"TERM": "xterm-direct"}, Depth.TRUE),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Depth.TRUE),
        ({"TERM": "xterm", "COLORTERM": "24bit"}, Depth.TRUE),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Depth.MONO),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.MANY),
        ({"TERM": "dumb", "NO_COLOR": "1"}, Depth.NONE),
    ],
)
def test_colours_are_what_the_environment_says(env, depth):
    assert colour_depth(env) == depth


def test_no_terminal_no_escapes():
    assert colour_depth(TERMINAL, tty=False) == Depth.NONE


@pytest.mark.parametrize(
    ("name", "env", "tty", "chosen"),
    [
        (None, TERMINAL, True, ("dark", Depth.MANY)),
        (None, TERMINAL | {"COLORFGBG": "0;15"}, True, ("light", Depth.MANY)),
        (None, TERMINAL | {"COLORFGBG": "15;default;0"}, True, ("dark", Depth.MANY)),
        ("light", TERMINAL, True, ("light", Depth.MANY)),
        ("plain", TERMINAL, True, ("plain", Depth.MONO)),
        ("light", TERMINAL, False, ("plain", Depth.NONE)),
        ("contrast", TERMINAL | {"NO_COLOR": "1"}, True, ("plain", Depth.MONO)),
        ("dark", {"TERM": "dumb"}, True, ("plain", Depth.NONE)),
    ],
)
def test_the_theme_to_show_is_chosen_by_name_and_terminal(name, env, tty, chosen):
    theme = choose(name, env, tty=tty)
    assert (theme.name, theme.depth) == chosen


def test_a_name_that_no_theme_has_is_a_key_error():
    with pytest.raises(KeyError):
        choose("puce", TERMINAL)


COLOURS = {
    Depth.NONE: r"(?!)",
    Depth.MONO: r"[1-9](;[1-9])*",
    Depth.SIXTEEN: r"([1-9];)*([349]|10)[0-7](;([349]|10)[0-7])?",
    Depth.MANY: r"([1-9];)*[34]8;5;\d+(;48;5;\d+)?",
    Depth.TRUE: r"([1-9];)*[34]8;[25];\d+(;\d+;\d+)?(;48;5;\d+)?",
}


@pytest.mark.parametrize("depth", Depth)
@pytest.mark.parametrize("name", THEMES)
def test_only_colours_that_there_are_get_written(name, depth):
    theme = replace(THEMES[name], depth=depth)
    value = "\x1b[38;2;250;250;0mgold\x1b[0m"
    text = (
        prose(f"# A **b**\n\n`c` {value}\n\n> q\n", theme=theme, width=40)
        + block("a: 1", "yaml", theme=theme, width=40)
        + paint("gone", theme.failure, theme=theme)
    )
    for escape in set(SGR.findall(text)) - {"\x1b[0m"}:
        codes = escape[2:-1]
        assert re.fullmatch(COLOURS[depth], codes) or re.fullmatch(r"[1-9](;[1-9])*", codes), codes
    assert depth is not Depth.NONE or "\x1b" not in text


def test_one_style_is_written_right_for_each_terminal():
    one = [paint("x", "bold color(153)", theme=replace(THEMES["dark"], depth=d)) for d in Depth]
    assert one == [
        "x",
        "\x1b[1mx\x1b[0m",
        "\x1b[1;97mx\x1b[0m",
        "\x1b[1;38;5;153mx\x1b[0m",
        "\x1b[1;38;5;153mx\x1b[0m",
    ]
