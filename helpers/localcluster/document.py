"""YAML files in which everything has its place: read whole, and judged as YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.localcluster.model import Place, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from yaml import Event, MarkedYAMLError, Node

MAX_BYTES = 64 * 1024
_MAX_DEPTH = 10
_READ_AS = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
}


class _WrongError(Exception):
    """Something that keeps a file from being read; `problem` says what it is, and where."""

    def __init__(self, place: Place, text: str) -> None:
        super().__init__(text)
        self.problem = Problem(place, text)


def read(file: Path, problems: list[Problem]) -> Node | None:
    """Return the mapping that a file holds, None where it holds something else.

    Args:
        file: A YAML file of one document, in UTF-8, no larger than `MAX_BYTES`, without anchors.
        problems: Where what is wrong with it is added.
    """
    try:
        root = _compose(file, _text(file), problems)
        if root is None:
            raise _WrongError(Place(file, 1, 1), "there is nothing in it")
        if not is_a(root, "mapping"):
            found = kind_of(root)
            raise _WrongError(place_of(file, root), f"expected keys and values, found {found}")
    except _WrongError as error:
        problems.append(error.problem)
        return None
    return root


def _text(file: Path) -> str:
    try:
        if file.exists() and not file.is_file():
            raise _WrongError(Place(file), "is not a regular file")
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _WrongError(Place(file), f"cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise _WrongError(Place(file), f"is larger than {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig")
        raise _WrongError(
            _end_of(file, before), f"the byte 0x{data[error.start]:02x} here is not UTF-8"
        ) from None
    return text


def _compose(file: Path, text: str, problems: list[Problem]) -> Node | None:
    import yaml

    unprintable = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if unprintable:
        raise _WrongError(
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
            # An alias stands for what its anchor is told for; without one it is not valid YAML.
            if getattr(event, "anchor", None) and not isinstance(event, yaml.AliasEvent):
                problems.append(Problem(place_of(file, event), "anchors are not read here"))
            if depth > _MAX_DEPTH:
                raise _WrongError(place_of(file, event), "this is nested too deep")
        return yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(part for part in (error.problem, error.context) if part)
        raise _WrongError(place_of(file, error), f"this is not valid YAML: {reason}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise _WrongError(Place(file), f"is not valid YAML: {error}") from None


def _end_of(file: Path, text: str) -> Place:
    """Return the place right behind `text`, which the file begins with."""
    return Place(file, text.count("\n") + 1, len(text) - text.rfind("\n"))


def place_of(file: Path, at: Node | Event | MarkedYAMLError) -> Place:
    """Return where something of a file's YAML begins, or where an error was found."""
    mark = getattr(at, "problem_mark", None) or getattr(at, "start_mark", None)
    return Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)


def is_a(node: Node, kind: str) -> bool:
    """Return whether a node is a "scalar", a "sequence" or a "mapping"."""
    return getattr(node, "id", "") == kind


def quotes(node: Node) -> str:
    """Return the quotation mark that a scalar stands in, "" where there is none."""
    style = str(getattr(node, "style", ""))
    return style if style in {"'", '"'} else ""


def kind_of(node: Node) -> str:
    """Return what a node is, as a sentence's object."""
    if not is_a(node, "scalar"):
        return {"sequence": "a list", "mapping": "keys and values"}[getattr(node, "id", "")]
    mark = quotes(node)
    value = f"`{mark}{node.value[:40]}{'…' if len(node.value) > 40 else ''}{mark}`"
    name = node.tag.removeprefix("tag:yaml.org,2002:")
    if name == "null":
        return "nothing"
    if name in _READ_AS:
        # YAML 1.2, and so editors, read yes, no, on and off as text.
        old = name == "bool" and str(node.value).lower() not in {"true", "false"}
        return f"{value}, which {'only YAML 1.1' if old else 'YAML'} reads as {_READ_AS[name]}"
    return value if name == "str" else f"{value}, tagged {node.tag}"
