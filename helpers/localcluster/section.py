"""A mapping of a YAML file, taken apart key by key; what is wrong is collected with its place."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from helpers.localcluster.document import is_a, kind_of, place_of
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
    """

    def __init__(
        self, file: Path, node: Node, *, within: str, keys: Sequence[str], problems: list[Problem]
    ) -> None:
        """Take a mapping.

        Args:
            file: The file that it is in.
            node: The mapping.
            within: The name of the mapping, for messages; "" for the document.
            keys: The keys that it may have.
            problems: Where problems are added.
        """
        self._file = file
        self._within = f" in `{within}`" if within else ""
        self._problems = problems
        self._nodes = {str(key.value): value for key, value in node.value}
        self.place = place_of(file, node)
        self.places: dict[str, Place] = {}
        for key, _ in node.value:
            if not (is_a(key, "scalar") and key.value in keys):
                name = str(key.value) if is_a(key, "scalar") else kind_of(key)
                self._problem(
                    key, f"unknown key `{name}`{self._within}; {meant(name, keys, 'keys')}"
                )

    def _problem(self, node: Node, text: str) -> None:
        self._problems.append(Problem(place_of(self._file, node), text))

    def _take(self, key: str, convert: Callable[[Node], T], example: str | None) -> T | None:
        """Return the value of `key`; None where it is wrong or missing.

        Args:
            key: The key.
            convert: Makes the value of a node; raises `_ExpectedError`.
            example: What could stand there, for a key that must be there; else None.
        """
        node = self._nodes.get(key)
        if node is None:
            if example is not None:
                self._problems.append(
                    Problem(self.place, f"`{key}` is missing{self._within}, such as `{example}`")
                )
            return None
        self.places[key] = place_of(self._file, node)
        try:
            return convert(node)
        except _ExpectedError as error:
            found = kind_of(error.node)
            self._problem(error.node, f"`{key}`{self._within}: expected {error}, found {found}")
            return None

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
            if not (is_a(node, "scalar") and node.tag.endswith(":bool")):
                raise _ExpectedError(node, "true or false")
            return str(node.value).lower() in {"true", "yes", "on"}

        return self._take(key, convert, None) if key in self._nodes else False

    def count(self, key: str, default: int, most: int) -> int:
        """Return the number of `key`, from 1 to `most`; `default` where it is missing or wrong."""

        def convert(node: Node) -> int:
            text = str(node.value) if is_a(node, "scalar") and node.tag.endswith(":int") else ""
            if not (re.fullmatch(r"[1-9][0-9]{0,8}", text, re.ASCII) and int(text) <= most):
                raise _ExpectedError(node, f"a number from 1 to {most}")
            return int(text)

        return self._take(key, convert, None) or default

    def section(self, key: str, keys: Sequence[str], example: str) -> Section | None:
        """Return the mapping of `key`, which must be there."""

        def convert(node: Node) -> Section:
            return self._section(node, key, keys)

        return self._take(key, convert, example)

    def sections(self, key: str, keys: Sequence[str]) -> tuple[Section, ...]:
        """Return the mappings in the list of `key`; none where it is missing or wrong."""

        def convert(node: Node) -> tuple[Section, ...]:
            return tuple(self._section(item, key, keys) for item in _items(node))

        return self._take(key, convert, None) or ()

    def texts(self, key: str, what: str, *, example: str | None = None) -> tuple[Text, ...]:
        """Return the texts in the list of `key`, each with its place."""

        def convert(node: Node) -> tuple[Text, ...]:
            items = _items(node)
            for item in items:
                if not (is_a(item, "scalar") and item.tag.endswith(":str")):
                    raise _ExpectedError(item, what)
            return tuple((str(item.value), place_of(self._file, item)) for item in items)

        return self._take(key, convert, example) or ()

    def _section(self, node: Node, within: str, keys: Sequence[str]) -> Section:
        if not is_a(node, "mapping"):
            raise _ExpectedError(node, f"keys and values ({', '.join(keys)})")
        return Section(self._file, node, within=within, keys=keys, problems=self._problems)


def _items(node: Node) -> Sequence[Node]:
    if not is_a(node, "sequence"):
        raise _ExpectedError(node, "a list")
    return list(node.value)


def meant(word: str, known: Iterable[str], what: str) -> str:
    """Return the end of a sentence about an unknown word: what was perhaps meant, what there is."""
    known = list(known)
    close = get_close_matches(word, known, n=1)
    perhaps = f"did you mean `{close[0]}`? " if close else ""
    return f"{perhaps}the {what} are {', '.join(known)}" if known else f"there are no {what}"
