"""A plan: what will be done, as shell lines that depend on each other."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field


class Shell(str):
    """Shell text that stands in a line as it is: a variable, a redirection."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Given:
    """A variable that a line sets first, by the address that a command prints.

    Of a node that has just stopped, Docker says "" or "invalid IP", without an error. The line ends
    there with 1, since an address has a dot or a colon.

    Attributes:
        name: The variable's name.
        command: The words of the command.
    """

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line for bash, with the here-document that belongs to it.

    The whole of it, pasted into bash, does what a run of the plan does.

    Attributes:
        words: The command; each word is quoted, except `Shell` text.
        into: The command that reads its output: `A | B`. Both must end with 0.
        stdin: What the command reads, as a here-document, or "".
        given: An address that is only known when the line runs.
        tries: How often it is tried at most, `PAUSE` seconds apart.
    """

    words: tuple[str, ...]
    into: tuple[str, ...] = ()
    stdin: str = ""
    given: Given | None = None
    tries: int = 1

    def __str__(self) -> str:
        text = _join(self.words)
        if self.stdin:
            text += " <<'EOF'"
        if self.into:
            text += f" | {_join(self.into)}"
        if self.given:
            # An assignment has the status of its command; in a word it would be lost.
            name = self.given.name
            text = f"{name}=$({_join(self.given.command)}) && [[ ${name} == *[.:]* ]] && {text}"
        if self.tries > 1:
            text = (
                f"for i in {{1..{self.tries}}}; do {text} && break; "
                f"((i < {self.tries})) && sleep {PAUSE}; done"
            )
        return f"{text}\n{self.stdin}EOF" if self.stdin else text


PAUSE = 5
"""Seconds between two tries of a line."""


def line(
    *words: str,
    into: tuple[str, ...] = (),
    stdin: str = "",
    given: Given | None = None,
    tries: int = 1,
) -> Line:
    """Return a line of these words; see `Line`."""
    return Line(words, into, stdin, given, tries)


def _join(words: tuple[str, ...]) -> str:
    return " ".join(word if isinstance(word, Shell) else shlex.quote(word) for word in words)


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """One line of a plan.

    Attributes:
        line: What is run.
        about: The cluster that it is about, or "" for what all share.
        why: What it is for: a short phrase, shown as a comment.
        after: What must have succeeded before.
    """

    line: Line
    about: str
    why: str
    after: tuple[Action, ...] = ()


@dataclass(slots=True)
class Plan:
    """What a command will do.

    Attributes:
        actions: In an order in which they can be run one by one.
        notes: What a reader should know of the plan, one sentence each.
        again: Whether more can only be planned once this was run.
        destroys: What would be lost, one sentence each; it is asked about before anything runs.
    """

    actions: list[Action] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    destroys: list[str] = field(default_factory=list)
    again: bool = False

    def add(self, about: str, why: str, line: Line, *after: Action | None) -> Action:
        """Put an action at the plan's end and return it.

        Args:
            about: The cluster that it is about, or "".
            why: What it is for.
            line: What is run.
            after: What must have succeeded before; None stands for what is done already.
        """
        needed = tuple(dict.fromkeys(action for action in after if action is not None))
        action = Action(line, about, why, needed)
        self.actions.append(action)
        return action
