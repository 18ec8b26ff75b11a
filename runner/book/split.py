"""Cutting a shell block into its top-level commands and comments.

The bash grammar of tree-sitter says where they stand; where it is known not to know bash well
enough, bash itself is asked, by `exactly`. Put together, the cuts are the block, line for line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tree_sitter import Node

# What tree-sitter-bash 0.25 reads wrongly without saying so: more than one here-document on a
# line, a here-document whose line goes on after its end, and coproc with a name.
_MISREAD = re.compile(r"<<.*<<|<<.*(?:&&|\|\|?)[ \t]*(?:#.*)?$|\bcoproc\b", re.MULTILINE)


# Nodes whose parts stand on one line, unless a backslash ends it.
_ONE_LINE = frozenset(
    {
        "command",
        "declaration_command",
        "file_redirect",
        "negated_command",
        "redirected_statement",
        "unset_command",
        "variable_assignment",
        "variable_assignments",
    }
)
_COMPOUND = frozenset(
    {
        "c_style_for_statement",
        "case_statement",
        "compound_statement",
        "for_statement",
        "function_definition",
        "if_statement",
        "subshell",
        "while_statement",
    }
)


class Cut(NamedTuple):
    """Some whole lines of a block, from row `start` up to but not including row `end`.

    Attributes:
        start: 0-based row of its first line.
        end: The row after its last line; blank lines that follow are not counted in.
        comment: It is a comment on lines of its own, else a command.
        sure: The grammar had no doubt about it.
        compound: It is one command with others inside, such as a loop or a function.
    """

    start: int
    end: int
    comment: bool = False
    sure: bool = True
    compound: bool = False


def cuts(root: Node, lines: Sequence[str]) -> list[Cut]:
    """Return the top-level commands and comments that a syntax tree shows, in order.

    Args:
        root: The block's tree.
        lines: The block's lines, without their ends.

    Returns:
        Cuts that do not overlap; all that stands on one line stays in one cut.
    """
    found: list[Cut] = []
    goes_on = False
    for node in root.children:
        start, end = node.start_point.row, _end(node)
        comment = node.type == "comment"
        last = found[-1] if found else None
        joined = last is not None and (
            start < last.end
            or (goes_on and start == last.end and ends_in_backslash(lines[start - 1]))
        )
        sure = root.type != "ERROR" and not node.has_error and not _swallows(node, lines)
        if joined and last is not None:
            compound = last.compound and comment
            found[-1] = Cut(last.start, max(last.end, end), False, last.sure and sure, compound)
        else:
            found.append(Cut(start, end, comment, sure, node.type in _COMPOUND))
        goes_on = not comment
    return [c if c.comment else _doubting(c, lines) for c in found]


def _end(node: Node) -> int:
    """Return the row after a node's last; one that ends at a line's start is not on it."""
    row, column = node.end_point
    return row if column == 0 and row > node.start_point.row else row + 1


def _swallows(top: Node, lines: Sequence[str]) -> bool:
    """Return whether the grammar missed a line's end that ends a command.

    tree-sitter-bash 0.25 does so in some files, without an error: a next command's words become
    arguments. Only nodes of more than one line are looked at.
    """
    nodes = [top]
    while nodes:
        node = nodes.pop()
        if node.start_point.row == node.end_point.row:
            continue
        children = node.children
        if node.type in _ONE_LINE:
            ends = [child.end_point.row for child in children]
            starts = [child.start_point.row for child in children[1:]]
            for end, start in zip(ends, starts, strict=False):
                if not all(ends_in_backslash(lines[row]) for row in range(end, start)):
                    return True
        nodes += children
    return False


def _doubting(cut: Cut, lines: Sequence[str]) -> Cut:
    if not _MISREAD.search("\n".join(lines[cut.start : cut.end])):
        return cut
    return Cut(cut.start, cut.end, sure=False, compound=cut.compound)


def ends_in_backslash(line: str) -> bool:
    """Return whether a command's line goes on in the next one."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def exactly(
    lines: Sequence[str], hints: Sequence[Cut], complete: Callable[[str], bool]
) -> list[Cut]:
    r"""Return the top-level commands and comments of a valid block, as bash reads it.

    A command is the shortest run of lines that bash accepts as complete.

    Args:
        lines: The block's lines, without their ends.
        hints: What the grammar made of it; what it was sure of is taken over.
        complete: Says whether bash reads some lines (each with its `\n`) as complete.

    Returns:
        Cuts that do not overlap, in order.
    """
    hinted = {hint.start: hint for hint in hints if not hint.comment}
    found: list[Cut] = []
    row = 0
    while row < len(lines):
        line = lines[row].strip()
        if not line or line.startswith("#"):
            # Between two commands, a line that begins with # is a comment.
            end = row + 1
            if line:
                found.append(Cut(row, end, comment=True))
        else:
            end = _command_end(lines, row, hinted.get(row), complete)
            found.append(Cut(row, end))
        row = end
    return found


def _command_end(
    lines: Sequence[str], row: int, hint: Cut | None, complete: Callable[[str], bool]
) -> int:
    if hint is not None and hint.sure:
        return hint.end

    def completes(end: int) -> bool:
        text = "".join(f"{line}\n" for line in lines[row:end])
        # A backslash at the end goes on, unless it ends a comment: there, ) is nothing special.
        goes_on = ends_in_backslash(lines[end - 1]) and not complete(f"{text[:-2]})\n")
        return not goes_on and complete(text)

    end = row + 1
    if completes(end):
        return end
    # A long function with one word in it that the grammar does not know: not line by line.
    if hint is not None and hint.compound and completes(hint.end):
        return hint.end
    while end < len(lines):
        end += 1
        if completes(end):
            break
    return end


def pieces(lines: Sequence[str], found: Sequence[Cut]) -> list[str]:
    r"""Return the text of each cut; together they are the block.

    Blank lines belong to the piece before them, and those at the top to the first one.

    Args:
        lines: The block's lines, without their ends.
        found: Its cuts.

    Returns:
        As many texts as there are cuts, each line with its `\n`.
    """
    starts = [0, *(cut.start for cut in found[1:])] if found else []
    ends = [*starts[1:], len(lines)]
    return [
        "".join(f"{line}\n" for line in lines[start:end])
        for start, end in zip(starts, ends, strict=False)
    ]
