"""YAML files in which everything has its place: read whole, judged, taken apart key by key."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, TypeVar

from helpers.localcluster.model import Place, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from yaml import Event, MarkedYAMLError, Node

    T = TypeVar("T")

MAX_BYTES = 64 * 1024
_MAX_DEPTH = 10
_READ_AS = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
}


class _ExpectedError(Exception):
    """A value that is not what was expected, which its text names."""

    def __init__(self, node: Node, expected: str) -> None:
        super().__init__(expected)
        self.node = node


class WrongError(Exception):
    """Something that is not as it must be.

    Attributes:
        problem: What it is, and where.
    """

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(place, text)


def read(file: Path) -> Node:
    """Return the mapping that a file holds.

    Args:
        file: A YAML file of one document, in UTF-8, no larger than `MAX_BYTES`.

    Returns:
        Its root: a mapping without anchors, aliases or keys that stand twice.

    Raises:
        WrongError: It holds something else or cannot be read.
    """
    text = _text(file)
    root = _compose(file, text)
    if root is None:
        raise WrongError(Place(file, 1, 1), "there is nothing in it")
    if not _is(root, "mapping"):
        raise WrongError(_place(file, root), f"expected keys and values, found {_kind(root)}")
    _refuse_duplicates(file, root)
    return root


def _text(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():
            raise WrongError(Place(file), "is not a regular file")
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise WrongError(Place(file), f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise WrongError(Place(file), f"is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise WrongError(
            _end_of(file, before), f"the byte 0x{data[error.start]:02x} here is not UTF-8"
        ) from None
    return text


def _compose(file: Path, text: str) -> Node | None:
    import yaml

    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        raise WrongError(
            _end_of(file, text[: unprintable.start()]),
            f"the character U+{ord(unprintable[0]):04X} here may not stand in YAML",
        )
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        # Before anything is composed, which calls itself at each level.
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise WrongError(_place(file, event), "anchors and aliases are not read here")
            if depth > _MAX_DEPTH:
                raise WrongError(_place(file, event), "this is nested too deep")
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(part for part in (error.problem, error.context) if part)
        raise WrongError(_place(file, error), f"this is not valid YAML: {reason}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise WrongError(Place(file), f"is not valid YAML: {error}") from None


def _end_of(file: Path, text: str) -> Place:
    """Return the place right behind `text`, which the file begins with."""
    return Place(file, text.count("\n") + 1, len(text) - text.rfind("\n"))


def _place(file: Path, at: Node | Event | MarkedYAMLError) -> Place:
    mark = getattr(at, "problem_mark", None) or getattr(at, "start_mark", None)
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def _is(node: Node, kind: str) -> bool:
    """Whether a node is a "scalar", a "sequence" or a "mapping"."""
    return getattr(node, "id", "") == kind


def _kind(node: Node) -> str:
    """Return what a node is, as a sentence's object."""
    if not _is(node, "scalar"):
        return {"sequence": "a list", "mapping": "keys and values"}[getattr(node, "id", "")]
    value = f"`{node.value[:40]}{'…' if len(node.value) > 40 else ''}`"
    name = node.tag.removeprefix("tag:yaml.org,2002:")
    if name == "null":
        return "nothing"
    if name in _READ_AS:
        return f"{value}, which YAML reads as {_READ_AS[name]}"
    return value if name == "str" else f"{value}, tagged {node.tag}"


def _refuse_duplicates(file: Path, node: Node) -> None:
    seen: dict[str, Node] = {}
    for item in node.value if not _is(node, "scalar") else ():
        key, value = item if _is(node, "mapping") else (None, item)
        if key is not None:
            name = str(key.value)
            if name in seen:
                first = _place(file, seen[name])
                raise WrongError(
                    _place(file, key), f"`{name}` stands here twice, first in line {first.line}"
                )
            seen[name] = key
        _refuse_duplicates(file, value)


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
        self.place = _place(file, node)
        self.places: dict[str, Place] = {}
        for key, _ in node.value:
            if not (_is(key, "scalar") and key.value in keys):
                name = str(key.value) if _is(key, "scalar") else _kind(key)
                self._problem(
                    key, f"unknown key `{name}`{self._within}; {meant(name, keys, 'keys')}"
                )

    def _problem(self, node: Node, text: str) -> None:
        self._problems.append(Problem(_place(self._file, node), text))

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
        self.places[key] = _place(self._file, node)
        try:
            return convert(node)
        except _ExpectedError as error:
            found = _kind(error.node)
            self._problem(error.node, f"`{key}`{self._within}: expected {error}, found {found}")
            return None

    def text(self, key: str, pattern: str, what: str, *, example: str | None = None) -> str | None:
        """Return the text of `key`, which must match `pattern`; `what` says so in words."""

        def convert(node: Node) -> str:
            if not (_is(node, "scalar") and node.tag.endswith(":str")):
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
            if not (_is(node, "scalar") and node.tag.endswith(":bool")):
                raise _ExpectedError(node, "true or false")
            return str(node.value).lower() in {"true", "yes", "on"}

        return self._take(key, convert, None) if key in self._nodes else False

    def count(self, key: str, default: int, most: int) -> int:
        """Return the number of `key`, from 1 to `most`; `default` where it is missing or wrong."""

        def convert(node: Node) -> int:
            text = str(node.value) if _is(node, "scalar") and node.tag.endswith(":int") else ""
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
                if not (_is(item, "scalar") and item.tag.endswith(":str")):
                    raise _ExpectedError(item, what)
            return tuple((str(item.value), _place(self._file, item)) for item in items)

        return self._take(key, convert, example) or ()

    def _section(self, node: Node, within: str, keys: Sequence[str]) -> Section:
        if not _is(node, "mapping"):
            raise _ExpectedError(node, f"keys and values ({', '.join(keys)})")
        return Section(self._file, node, within=within, keys=keys, problems=self._problems)


Text = tuple[str, Place]
"""A text of a document, and where it stands."""


def _items(node: Node) -> Sequence[Node]:
    if not _is(node, "sequence"):
        raise _ExpectedError(node, "a list")
    return list(node.value)


def meant(word: str, known: Iterable[str], what: str) -> str:
    """Return the end of a sentence about an unknown word: what was perhaps meant, what there is."""
    known = list(known)
    close = get_close_matches(word, known, n=1)
    perhaps = f"did you mean `{close[0]}`? " if close else ""
    return f"{perhaps}the {what} are {', '.join(known)}" if known else f"there are no {what}"
