"""A mapping of a YAML file, taken apart key by key; what is wrong is collected with its place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from helpers.localcluster.document import is_a, kind_of, place_of, quotes
from helpers.localcluster.model import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from yaml import Node

    T = TypeVar("T")

Text = tuple[str, Place]
"""A text of a document, and where it stands."""


class _ExpectedError(Exception):
    """A value that is not what was expected, which its text names."""

    def __init__(self, node: Node, expected: str) -> None:
        super().__init__(expected)
        self.node = node


class Section:
    """A mapping of a document, whose values are taken out key by key.

    What is wrong is not raised but added to `problems`, so that all of it can be told at once.

    Attributes:
        place: Where it begins.
        places: Where the values stand that were taken out.
        wrong: The keys about which something is told: their values are not known.
    """

    def __init__(
        self,
        file: Path,
        node: Node | None,
        *,
        within: str,
        keys: Sequence[str],
        problems: list[Problem],
    ) -> None:
        """Take a mapping.

        Args:
            file: The file that it is in.
            node: The mapping; None for one that is wrong itself, of which nothing is known.
            within: The name of the mapping, for messages; "" for the document.
            keys: The keys that it may have.
            problems: Where problems are added.
        """
        self._file = file
        self._within = f" in `{within}`" if within else ""
        self._problems = problems
        self._nodes: dict[str, Node] = {}
        self.place = place_of(file, node) if node else Place(file, 1, 1)
        self.places: dict[str, Place] = {}
        self.wrong: set[str] = set() if node else set(keys)
        first: dict[str, Place] = {}
        misspelt = set()
        for key, value in node.value if node else ():
            name = str(key.value) if is_a(key, "scalar") else kind_of(key)
            if not (is_a(key, "scalar") and name in keys):
                text = f"unknown key `{name}`{self._within}; {meant(name, keys, 'keys')}"
                self._problem(key, text)
                misspelt |= set(_close(name, keys))
            elif name in first:
                line = first[name].line
                self._problem(key, f"`{name}` stands here twice, first in line {line}")
                self.wrong.add(name)
            else:
                first[name] = place_of(file, key)
                self._nodes[name] = value
        self.wrong |= misspelt - set(first)

    def _problem(self, node: Node, text: str) -> None:
        self._problems.append(Problem(place_of(self._file, node), text))

    def _take(self, key: str, convert: Callable[[Node], T], example: str | None) -> T | None:
        """Return the value of `key`; None where it is wrong or missing.

        Args:
            key: The key.
            convert: Makes the value of a node; raises `_ExpectedError`.
            example: What could stand there, for a key that must be there; else None.
        """
        if key in self.wrong:
            return None
        node = self._nodes.get(key)
        if node is None:
            if example is not None:
                text = f"`{key}` is missing{self._within}, such as `{example}`"
                self._problems.append(Problem(self.place, text))
                self.wrong.add(key)
            return None
        self.places[key] = place_of(self._file, node)
        try:
            return convert(node)
        except _ExpectedError as error:
            self._refuse(key, error)
            return None

    def _refuse(self, key: str, error: _ExpectedError) -> None:
        text = f"`{key}`{self._within}: expected {error}, found {kind_of(error.node)}"
        self._problem(error.node, text)
        self.wrong.add(key)

    def text(self, key: str, pattern: str, what: str, *, example: str | None = None) -> str | None:
        """Return the text of `key`, which must match `pattern`; `what` says so in words."""

        def convert(node: Node) -> str:
            if not (is_a(node, "scalar") and node.tag.endswith(":str")):
                raise _ExpectedError(
                    node, f"{what} (in quotes, where YAML would read something else)"
                )
            if not re.fullmatch(pattern, node.value):
                raise _ExpectedError(node, what)
            return str(node.value)

        return self._take(key, convert, example)

    def yes(self, key: str) -> bool | None:
        """Return whether `key` is true: false where it is missing, None where it is wrong."""

        def convert(node: Node) -> bool:
            word = str(node.value).lower()
            if not (node.tag.endswith(":bool") and word in {"true", "false"}):
                raise _ExpectedError(node, f"true or false{_bare(node)}")
            return word == "true"

        known = key in self._nodes or key in self.wrong
        return self._take(key, convert, None) if known else False

    def count(self, key: str, default: int, most: int) -> int:
        """Return the number of `key`, from 1 to `most`; `default` where it is missing or wrong."""

        def convert(node: Node) -> int:
            text = str(node.value) if is_a(node, "scalar") and node.tag.endswith(":int") else ""
            if not (re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) and int(text) <= most):
                raise _ExpectedError(node, f"a number from 1 to {most}{_bare(node)}")
            return int(text)

        return self._take(key, convert, None) or default

    def section(self, key: str, keys: Sequence[str], example: str) -> Section:
        """Return the mapping of `key`; where it is missing, one of which nothing is known."""

        def convert(node: Node) -> Section:
            return self._section(node, key, keys)

        found = self._take(key, convert, example)
        return found or Section(self._file, None, within=key, keys=keys, problems=self._problems)

    def sections(self, key: str, keys: Sequence[str]) -> tuple[Section, ...]:
        """Return the mappings in the list of `key`, without those that are none."""
        return self._list(key, lambda node: self._section(node, key, keys), None)

    def texts(self, key: str, what: str, *, example: str | None = None) -> tuple[Text, ...]:
        """Return the texts in the list of `key`, each with its place, without what is none."""

        def convert(node: Node) -> Text:
            if not (is_a(node, "scalar") and node.tag.endswith(":str")):
                raise _ExpectedError(node, what)
            return str(node.value), place_of(self._file, node)

        return self._list(key, convert, example)

    def _list(self, key: str, convert: Callable[[Node], T], example: str | None) -> tuple[T, ...]:
        """Return what `convert` makes of each item of a list, as far as they are right."""
        found = []
        for item in self._take(key, _items, example) or ():
            try:
                found.append(convert(item))
            except _ExpectedError as error:
                self._refuse(key, error)
        return tuple(found)

    def _section(self, node: Node, within: str, keys: Sequence[str]) -> Section:
        if not is_a(node, "mapping"):
            raise _ExpectedError(node, f"keys and values ({', '.join(keys)})")
        return Section(self._file, node, within=within, keys=keys, problems=self._problems)


def _items(node: Node) -> Sequence[Node]:
    if not is_a(node, "sequence"):
        raise _ExpectedError(node, "a list")
    return list(node.value)


def _bare(node: Node) -> str:
    """Return what is to be said of quotes: where they are, YAML sees text."""
    return " without quotes" if quotes(node) else ""


def meant(word: str, known: Iterable[str], what: str) -> str:
    """Return the end of a sentence about an unknown word: what was perhaps meant, what there is."""
    known = list(known)
    perhaps = "".join(f"did you mean `{close}`? " for close in _close(word, known))
    return f"{perhaps}the {what} are {', '.join(known)}" if known else f"there are no {what}"


def _close(word: str, known: Iterable[str]) -> list[str]:
    """Return the known word that is most like a word, if there is one."""
    return get_close_matches(word, list(known), n=1)
