"""The themes.

Colours are those of xterm's palette above 15: they look alike on every terminal that has 256
colours, and where a terminal has more there is nothing to gain; what has only 16 gets the nearest
of them. Nothing is `dim`: how dim that is, no terminal says.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from runner.stage.look.depth import Depth, colour_depth
from runner.stage.look.theme import Glyphs, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

_ASCII = Glyphs(
    double="=",
    single="-",
    column="|",
    crossing="+",
    bullets=("*", "-", "+"),
    quote="> ",
    gutter="| ",
    wrapped="\\ ",
    ellipsis="...",
    spelled=True,
    hashes=3,
)


def _tokens(
    *, keyword: str, builtin: str, string: str, variable: str, number: str, comment: str
) -> Mapping[str, str]:
    """Return the styles of code; few, so that each can be told from the others."""
    return MappingProxyType(
        {
            "Keyword": keyword,
            "Operator.Word": keyword,
            "Name.Tag": keyword,
            "Generic.Heading": keyword,
            "Generic.Subheading": keyword,
            "Name.Builtin": builtin,
            "Name.Function": builtin,
            "Name.Class": builtin,
            "Name.Decorator": builtin,
            "Literal": string,
            "Generic.Inserted": string,
            "Literal.Number": number,
            "Literal.String.Interpol": variable,
            "Literal.String.Escape": number,
            "Name.Variable": variable,
            "Name.Attribute": variable,
            "Name.Constant": number,
            "Generic.Deleted": number,
            "Comment": comment,
        }
    )


_DARK = Theme(
    name="dark",
    background="#282c34",  # One Dark's: lighter than most, so that darker ones are safe, too
    text="color(153)",
    heading1="bold color(221)",
    heading2="bold color(221)",
    heading3="bold color(221)",
    heading_rule="color(221)",
    emphasis="italic",
    strong="bold color(231)",
    strike="strike",
    code="color(120)",
    link="underline",
    address="color(250)",
    quote="italic color(189)",
    quote_bar="color(221)",
    marker="bold color(221)",
    table_head="bold color(231)",
    table_rule="color(109)",
    rule="color(109)",
    prompt="bold color(120)",
    command="bold color(231)",
    block="color(253)",
    comment="color(153)",
    notice="color(228)",
    failure="bold color(231) on color(124)",
    status="color(250) on color(235)",
    tokens=_tokens(
        keyword="bold color(219)",
        builtin="bold color(117)",
        string="color(120)",
        variable="color(222)",
        number="color(216)",
        comment="italic color(250)",
    ),
)

_LIGHT = Theme(
    name="light",
    background="#fdf6e3",  # Solarized's: darker than white, so that white is safe, too
    text="color(18)",
    heading1="bold color(89)",
    heading2="bold color(89)",
    heading3="bold color(89)",
    heading_rule="color(89)",
    emphasis="italic",
    strong="bold color(16)",
    strike="strike",
    code="color(88)",
    link="underline",
    address="color(239)",
    quote="italic color(54)",
    quote_bar="color(89)",
    marker="bold color(89)",
    table_head="bold color(16)",
    table_rule="color(60)",
    rule="color(60)",
    prompt="bold color(54)",
    command="bold color(16)",
    block="color(235)",
    comment="color(18)",
    notice="color(88)",
    failure="bold color(231) on color(124)",
    status="color(16) on color(188)",
    tokens=_tokens(
        keyword="bold color(90)",
        builtin="bold color(19)",
        string="color(88)",
        variable="color(54)",
        number="color(54)",
        comment="italic color(239)",
    ),
)

_CONTRAST = Theme(
    name="contrast",
    background="#000000",
    text="color(231)",
    heading1="bold color(226)",
    heading2="bold color(226)",
    heading3="bold underline color(226)",
    heading_rule="bold color(226)",
    emphasis="underline",
    strong="bold color(226)",
    strike="strike",
    code="bold color(123)",
    link="bold underline",
    address="color(231)",
    quote="bold color(231)",
    quote_bar="bold color(226)",
    marker="bold color(226)",
    table_head="bold color(226)",
    table_rule="color(231)",
    rule="color(231)",
    prompt="bold color(226)",
    command="bold color(231)",
    block="color(231)",
    comment="color(231)",
    notice="bold color(228)",
    failure="bold color(231) on color(52)",
    status="bold color(16) on color(231)",
    tokens=_tokens(
        keyword="bold color(226)",
        builtin="bold color(123)",
        string="bold color(157)",
        variable="bold color(225)",
        number="bold color(225)",
        comment="color(231)",
    ),
)

_PLAIN = Theme(
    name="plain",
    background="#000000",
    text="",
    heading1="bold",
    heading2="bold",
    heading3="bold",
    heading_rule="",
    emphasis="italic",
    strong="bold",
    strike="strike",
    code="",
    link="underline",
    address="",
    quote="",
    quote_bar="",
    marker="bold",
    table_head="bold",
    table_rule="",
    rule="",
    prompt="bold",
    command="bold",
    block="",
    comment="",
    notice="",
    failure="bold",
    status="reverse",
    tokens=MappingProxyType({}),
    glyphs=_ASCII,
    depth=Depth.MONO,
)

THEMES: Mapping[str, Theme] = MappingProxyType(
    {theme.name: theme for theme in (_DARK, _LIGHT, _CONTRAST, _PLAIN)}
)
"""All themes by name. In `plain`, signs of ASCII say what the others say by colour as well."""


def choose(name: str | None, env: Mapping[str, str], *, tty: bool = True) -> Theme:
    """Return the theme to show, for the colours that there are.

    Args:
        name: One of `THEMES`, or None for the one that the terminal's background asks for, as
            far as it is known.
        env: The environment variables.
        tty: Whether the output goes to a terminal.

    Returns:
        That theme, or `plain` where there are no colours.

    Raises:
        KeyError: There is no theme of that name.
    """
    theme = THEMES[name or _usual(env)]
    depth = colour_depth(env, tty=tty)
    if depth in {Depth.NONE, Depth.MONO}:
        theme = _PLAIN
    elif theme is _PLAIN:
        depth = Depth.MONO
    return replace(theme, depth=depth)


def _usual(env: Mapping[str, str]) -> str:
    """Return the theme for the background that COLORFGBG tells; few terminals set it."""
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return "light" if background in {"7", "15"} else "dark"
