"""What stands on a page, block by block: plain data, the same for every format.

Nothing here is safe to be put into HTML as it stands: texts are what they are, and whoever writes a
format escapes them. Only `Prose` has been made safe, as CommonMark.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runner.checks.sgr import Look

if TYPE_CHECKING:
    from runner.book.model import Place
    from runner.show.events import Outcome
    from runner.take.model import Verdict

State = Literal["performed", "changed", "left out", "unknown"]
"""What the take knows of a command: what came of it; nothing, as it is another one by now; nothing,
as the performance did not come to it; or nothing can be known, as there is no take, or it is not
for such a performance."""


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a sentence of ours.

    Attributes:
        text: One line.
        code: It is to be typed or read literally, and stands out as code does.
        link: It is the address of a page, http or https, and leads there.
    """

    text: str
    code: bool = False
    link: bool = False


Sentence = tuple[Text, ...]
"""What is told in words: pieces that follow each other without a space between them."""


PLAIN = Look()

HOLD = "```"
"""How the empty fence begins, and ends, that holds a block's place in prose."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line of output that looks the same from end to end; no control characters."""

    text: str
    look: Look = PLAIN


Line = tuple[Run, ...]
"""A line of output; () for an empty one."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a command printed, as the terminal showed it in the end.

    Attributes:
        head: The first lines; all of them where none is left out.
        left_out: How many lines follow that the page does not have.
        tail: The last lines, after those.
        size: How many bytes were printed in all.
    """

    head: tuple[Line, ...] = ()
    left_out: int = 0
    tail: tuple[Line, ...] = ()
    size: int = 0

    @property
    def text(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The first lines and the last ones, without their colours."""
        head, tail = (
            tuple("".join(run.text for run in line) for line in lines)
            for lines in (self.head, self.tail)
        )
        return head, tail


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a command.

    Attributes:
        outcome: What it came to; "unfinished" where the performance was interrupted or broke off in
            it.
        status: Its exit status; 0 where it never ran.
        seconds: How long it took.
        attempts: How often it was tried.
        reason: How it ended, a sentence, where that is not told by its status; else "".
        broken: The checks that did not hold.
        output: What it printed.
    """

    outcome: Outcome | Literal["unfinished"]
    status: int
    seconds: float
    attempts: int
    reason: str
    broken: tuple[Verdict, ...]
    output: Output


@dataclass(frozen=True, slots=True)
class Command:
    r"""A command.

    Attributes:
        id: What the step is known by, unique on the page; see runner/book/identity.py.
        number: The step's number in the runbook.
        text: What is run and copied, of one or more lines, without a newline at its end.
        words: What to do, beside running it.
        state: What the take knows of it.
        result: What came of it; None unless its state is "performed".
        place: Where it stands.
        apart: A blank line follows it in its block.
    """

    id: str
    number: int
    text: str
    words: tuple[Sentence, ...]
    state: State
    result: Result | None
    place: Place
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """Comment lines between a block's commands, each with its `#`."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What an audience sees typed, and what is not run (`#$ …`)."""

    text: str


@dataclass(frozen=True, slots=True)
class Commands:
    """A shell block: its commands in their order, and what stands between them.

    Attributes:
        items: At least one.
        example: Lines of the expected output, with the `...` and `<name>` that stand in it; ()
            where there are none, or where what really came is known.
    """

    items: tuple[Command | Remark | Typed, ...]
    example: tuple[str, ...] = ()

    @property
    def commands(self) -> tuple[Command, ...]:
        """Its commands alone."""
        return tuple(item for item in self.items if isinstance(item, Command))


@dataclass(frozen=True, slots=True)
class Code:
    """A block that is only shown.

    Attributes:
        text: Its lines, each with its newline.
        language: The first word of its info string, "" for none.
        place: Where it stands.
    """

    text: str
    language: str
    place: Place


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in prose.

    Attributes:
        level: From 1 to 6.
        text: Without markup.
        anchor: What leads to it, unique on the page, in GitHub's manner.
    """

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Prose:
    """Text of the runbook: CommonMark with tables, blocks that are whole.

    Variables are filled in where the take knows them. Unless the runbook is trusted, its HTML is
    text, but for a few harmless tags, and its links lead to no scripts.

    Attributes:
        text: One or more lines, without a newline at its end.
        places: Where each of these lines stands; of a line that was put between, the one before.
        headings: Those in it, in their order.
        inner: The blocks that stand in items of its lists, by the info strings of the empty fences
            that hold their places in the text.
    """

    text: str
    places: tuple[Place, ...]
    headings: tuple[Heading, ...] = ()
    inner: tuple[tuple[str, Block], ...] = ()

    def part(self, start: int, end: int, headings: tuple[Heading, ...]) -> Prose:
        """Return the prose of some lines, from `start` to before `end`, with its headings."""
        lines = self.text.split("\n")[start:end]
        words = {line.strip() for line in lines}
        inner = tuple(held for held in self.inner if f"{HOLD}{held[0]}" in words)
        return Prose("\n".join(lines), self.places[start:end], headings, inner)


@dataclass(frozen=True, slots=True)
class Said:
    """A text that is printed (`@print`): plain, of one paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Browse:
    """A page to look at.

    Attributes:
        id: What the step is known by, unique on the page.
        url: Its address: http or https, unless a variable in it is not known.
        text: What is to be seen there, "" where nothing is said.
        state: What the take knows of it.
        result: What came of it; its output is empty.
    """

    id: str
    url: str
    text: str
    state: State
    result: Result | None


@dataclass(frozen=True, slots=True)
class Note:
    """What only the speaker sees; it is on a page that was asked for with notes."""

    text: str


@dataclass(frozen=True, slots=True)
class Folded:
    """What is hidden from an audience: it is there, and folded away.

    Attributes:
        title: What it is.
        blocks: What it holds; no `Folded`.
    """

    title: str
    blocks: tuple[Block, ...]


Block = Prose | Commands | Code | Said | Browse | Note | Folded
