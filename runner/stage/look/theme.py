"""What a theme is: a style for everything that the stage shows.

A style is written as rich writes it (`bold color(221)`), so that a theme is plain data.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.stage.look.depth import Depth

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The signs that a theme draws with.

    Attributes:
        double: A line above and below the largest headings.
        single: A line below headings of the second level; a rule; a line in a table.
        column: What stands between a table's columns.
        crossing: Where that crosses a line.
        bullets: What stands before a list's items, by depth, then again from the first.
        quote: What stands before a quoted line.
        gutter: What stands before a line of code.
        wrapped: What stands before the rest of a line of code that was too long.
        ellipsis: What stands for text that was cut off.
        spelled: Whether `code`, *emphasis* and the like keep Markdown's own signs.
        hashes: From which level on a heading is told by hashes; 7 is never.
    """

    double: str = "━"
    single: str = "─"
    column: str = "│"
    crossing: str = "┼"
    bullets: tuple[str, ...] = ("•", "◦", "▪")
    quote: str = "▌ "
    gutter: str = "│ "
    wrapped: str = "↪ "
    ellipsis: str = "…"
    spelled: bool = False
    hashes: int = 7


@dataclass(frozen=True, slots=True)
class Theme:
    """What everything looks like.

    Attributes:
        name: What `--theme` calls it.
        background: The background that its colours are chosen for, `#rrggbb`.
        text: Prose.
        heading1: The largest headings.
        heading2: The second level.
        heading3: All levels below.
        heading_rule: The lines around a heading.
        emphasis: *So*.
        strong: **So**.
        strike: ~~So~~.
        code: Code within a line.
        link: A link's text.
        address: Where a link leads.
        quote: Quoted text.
        quote_bar: The bar beside it.
        marker: A list's bullets and numbers.
        table_head: A table's first row.
        table_rule: Its lines.
        rule: A line across, and the gutter beside a block of code.
        prompt: The prompt.
        command: A command, where no token says otherwise.
        block: Code that is shown and not run, where no token says otherwise.
        comment: Prose that is a comment in a shell block.
        notice: What the engine says.
        failure: What went wrong.
        status: The line at the bottom.
        tokens: Styles of code, by the names of Pygments' tokens without `Token.`; what has no
            entry looks like the next wider name that has one (`Name.Builtin`, `Name`).
        glyphs: What it draws with.
        depth: The colours that there are to show it in.
    """

    name: str
    background: str
    text: str
    heading1: str
    heading2: str
    heading3: str
    heading_rule: str
    emphasis: str
    strong: str
    strike: str
    code: str
    link: str
    address: str
    quote: str
    quote_bar: str
    marker: str
    table_head: str
    table_rule: str
    rule: str
    prompt: str
    command: str
    block: str
    comment: str
    notice: str
    failure: str
    status: str
    tokens: Mapping[str, str] = field(hash=False)
    glyphs: Glyphs = field(default=Glyphs())
    depth: Depth = Depth.TRUE
