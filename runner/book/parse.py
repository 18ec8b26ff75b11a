"""One file, by itself: its elements, and what is wrong with them wherever they end up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runner.book import blocks
from runner.book.directives import DIRECTIVES
from runner.book.elements import Block, Element
from runner.book.front import Front
from runner.book.misnamed import misnamed
from runner.book.model import Directive, Problem, Severity
from runner.book.nest import Nest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from runner.book.elements import Lookalike
    from runner.book.gate import Draft, Gate
    from runner.book.nest import Node
    from runner.book.source import Source


@dataclass(frozen=True)
class Parsed:
    """A file that has been parsed.

    Attributes:
        source: The file.
        nodes: What it says, in order.
        front: Its front matter.
        blocks: The texts of its shell blocks.
        lookalikes: Comments that would be directives if they had an `@`.
        problems: What is wrong with it, whoever imports it.
    """

    source: Source
    nodes: tuple[Node, ...] = ()
    front: Front = field(default_factory=Front)
    blocks: tuple[str, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse(source: Source, gate: Gate) -> Parsed:
    """Return what a file says.

    Args:
        source: The file.
        gate: Where its shell blocks are checked.

    Returns:
        Its tree. Directives that the registry does not know are in it as they stand, since it
        takes the other files to know what they are.

    Raises:
        OSError: There is a bash, and it cannot be started.
    """
    front, parts, problems = contents(source)
    drafts = {part.number: blocks.draft(part) for part in parts if isinstance(part, Block)}
    problems += _gated(source, gate, list(drafts.values()))
    elements = list(_elements(parts, drafts))
    problems += _misused(source, elements)
    nest = Nest(elements)
    problems += [_error(source, c.directive, c.message) for c in nest.complaints]
    texts = tuple(draft.block.text for draft in drafts.values())
    return Parsed(source, nest.nodes, front, texts, tuple(nest.lookalikes), tuple(problems))


def contents(source: Source) -> tuple[Front, Sequence[Element | Block], list[Problem]]:
    """Return a file's front matter, what it says in order, and what is wrong so far.

    Shell blocks are not cut yet, and bash has not been asked about them.
    """
    if not source.markdown:
        if problem := misnamed(source):
            return Front(), [], [problem]
        block = Block(1, source.text, source.path)
        return Front(), [block] if source.text else [], []
    from runner.book import front, markdown

    matter = front.read(source)
    parts, problems = markdown.take_apart(source, matter.lines)
    return matter, parts, [*matter.problems, *problems]


def _elements(parts: Iterable[Element | Block], drafts: dict[int, Draft]) -> Iterator[Element]:
    for part in parts:
        if isinstance(part, Block):
            yield from blocks.elements(drafts[part.number])
        else:
            yield part


def _gated(source: Source, gate: Gate, drafts: Sequence[Draft]) -> list[Problem]:
    """Return what bash has against the blocks, and the directives in them that do nothing."""
    try:
        found = [source.problem(f.severity, f.place, f.message) for f in gate.settle(drafts)]
    except FileNotFoundError:
        message = f"`{gate.bash}` was not found on PATH"
        return [Problem(source.place(0, 0), Severity.ERROR, message)]
    for draft in drafts:
        for stray in blocks.strays(draft):
            message = f"`{stray}` has no effect inside a command or after one: put it before it"
            found.append(source.problem(Severity.WARNING, stray.place, message))
    return found


def _misused(source: Source, elements: Iterable[Element]) -> Iterator[Problem]:
    """Yield the directives whose arguments are wrong."""
    for element in elements:
        if not isinstance(element, Directive):
            continue
        known = DIRECTIVES.get(element.name)
        if not element.name:
            yield _error(source, element, "a directive's name stands right after its `@`")
        elif known and (wrong := known.check(element.argument)):
            yield _error(source, element, f"`@{element.name}` {wrong}")
        elif element.name in {"macro", "hook"}:
            name = element.argument.split()[0]
            if name in DIRECTIVES:
                message = f"`@{element.name}` cannot define `{name}`: that is a directive"
                yield _error(source, element, message)


def _error(source: Source, directive: Directive, message: str) -> Problem:
    return source.problem(Severity.ERROR, directive.place, message)
