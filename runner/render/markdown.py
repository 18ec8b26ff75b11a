"""A page as CommonMark: what the runbook says, without directives, with what came of it.

Read as a runbook again, it has the same commands, and rendering it again changes nothing: what was
a directive is a sentence now, and what was output is a block in `text`.
"""

from __future__ import annotations

import html
from textwrap import indent
from typing import TYPE_CHECKING

from runner.book.markdown import SHELLS
from runner.book.text import printable
from runner.render import words
from runner.render.content import (
    HOLD,
    Browse,
    Code,
    Command,
    Commands,
    Folded,
    Note,
    Prose,
    Remark,
    Said,
)
from runner.render.escape import escaped, fence, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.render.content import Block, Output, Result, Sentence
    from runner.render.page import Page


def render(page: Page) -> str:
    """Return a page as CommonMark that ends with a newline.

    Front matter of other programs comes first: other site generators go by it.
    """
    parts = ["\n".join(["---", *page.front, "---"])] if page.front else []
    parts += [page.heading.text if page.heading else f"# {escaped(page.title)}"]
    parts += [escaped(page.description, begins=True)] if page.description else []
    if about := words.about(page):
        parts.append("> " + " ".join(map(told, about)))
    if needs := words.needs(page):
        parts += [f"{words.NEEDS}:", "\n".join(f"- {told(need)}" for need in needs)]
    parts += _blocks(page.body)
    parts += _blocks(page.cleanup)
    return "\n\n".join(parts) + "\n"


def told(sentence: Sentence) -> str:
    """Return a sentence as Markdown."""
    return "".join(
        f"<{part.text}>" if part.link else span(part.text) if part.code else escaped(part.text)
        for part in sentence
    )


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Prose():
                yield _prose(block)
            case Commands():
                yield from _commands(block)
            case Code():
                norun = " norun" if block.language in SHELLS else ""
                yield fence(block.text, f"{block.language}{norun}")
            case Said():
                yield escaped(block.text, begins=True)
            case Note():
                yield f"> {words.NOTE}: {escaped(block.text)}"
            case Browse():
                yield from map(told, words.browse(block))
                yield from _came(block.result)
            case Folded():
                yield f"<details>\n<summary>{html.escape(block.title)}</summary>"
                yield from _blocks(block.blocks)
                yield "</details>"


def _prose(prose: Prose) -> str:
    """Return prose with the blocks that stand in its lists."""
    text = prose.text
    for name, block in prose.inner:
        before, after = text.split(f"{HOLD}{name}\n", 1)
        begin = before[before.rfind("\n") + 1 :]
        made = "\n\n".join(_blocks([block]))
        inner = indent(made, begin, lambda line: line != "\n").removeprefix(begin)
        text = f"{before}{inner}{after.removeprefix(f'{begin}{HOLD}')}"
    return text


def _commands(block: Commands) -> Iterator[str]:
    lines: list[str] = []

    def ended() -> Iterator[str]:
        if lines:
            yield fence("\n".join(lines).rstrip("\n"), "bash")
            lines.clear()

    for item in block.items:
        if isinstance(item, Command):
            lines.append(f"{item.text}\n" if item.apart else item.text)
            after = list(_after(item))
            if after:
                yield from ended()
                yield from after
        elif isinstance(item, Remark):
            lines.append(item.text)
        else:
            yield from ended()
            yield fence(item.text, "bash norun")
    yield from ended()
    if block.example:
        yield fence("".join(f"{line}\n" for line in block.example), "text")


def _after(command: Command) -> Iterator[str]:
    """Yield what stands below a command."""
    yield from map(told, command.words)
    if command.state == "changed":
        yield told(words.CHANGED)
    yield from _came(command.result)


def _came(result: Result | None) -> Iterator[str]:
    """Yield what a command printed, and what was wrong with it."""
    if result is None:
        return
    if lines := list(_output(result.output)):
        yield fence("".join(f"{printable(line)}\n" for line in lines), "text")
    for sentence, difference in words.failure(result):
        yield told(sentence)
        if difference:
            yield fence("".join(f"{printable(line)}\n" for line in difference), "diff")


def _output(output: Output) -> Iterator[str]:
    head, tail = output.text
    yield from head
    if output.left_out:
        yield words.left_out(output)
    yield from tail
