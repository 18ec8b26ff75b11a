"""Front matter: the YAML mapping between two `---` lines at a Markdown file's top."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeVar

from runner.book import arguments
from runner.book.model import FrontMatter, Problem, Severity, Written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from yaml import Event, MappingNode, MarkedYAMLError, Node

    from runner.book.model import Place
    from runner.book.source import Source

T = TypeVar("T")

MAX_CHARACTERS = 64 * 1024
_MAX_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Front:
    """A file's front matter.

    Attributes:
        matter: What it says; all its defaults where there is none.
        lines: How many of the file's first lines it takes up, 0 where there is none.
        places: Where the value of each key stands.
        problems: What is wrong with it.
    """

    matter: FrontMatter = field(default_factory=FrontMatter)
    lines: int = 0
    places: Mapping[str, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


class _WrongError(Exception):
    """Something in the YAML that is not as it must be.

    Attributes:
        line: Its 0-based line in the YAML.
        column: Its 0-based column, in characters.
    """

    def __init__(self, message: str, at: Node | Event | MarkedYAMLError | None = None) -> None:
        super().__init__(message)
        mark = getattr(at, "problem_mark", None) or getattr(at, "start_mark", None)
        self.line: int = mark.line if mark else -1
        self.column: int = mark.column if mark else 0


def read(source: Source) -> Front:
    """Return a Markdown file's front matter.

    Args:
        source: The file.

    Returns:
        It, where the file begins with `---`, a YAML mapping and `---`. Where what stands there
        only looks like a mapping and is not valid YAML, that is a problem; anything else between
        two `---` is prose.
    """
    if source.line(1).rstrip() != "---":
        return Front()
    lines = source.lines
    end = next((row for row in range(1, len(lines)) if lines[row].rstrip() == "---"), 0)
    inside = lines[1:end]
    if not any(re.match(r"[A-Za-z_][\w-]*[ \t]*:(?:\s|$)", line) for line in inside):
        return Front()
    try:
        root = _compose("\n".join(inside))
    except _WrongError as wrong:
        return Front(lines=end + 1, problems=(_problem(source, wrong, Severity.ERROR),))
    return Front() if root is None else _front(source, root, end + 1)


def _compose(text: str) -> MappingNode | None:
    """Return the mapping that `text` is in YAML, None where it is something else.

    Raises:
        _WrongError: It is not YAML, or larger or deeper than front matter has reason to be.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(text) > MAX_CHARACTERS:
        raise _WrongError(f"the front matter is longer than {MAX_CHARACTERS} characters")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise _WrongError("anchors and aliases are not read in front matter", event)
            if depth > _MAX_DEPTH:
                raise _WrongError("the front matter is nested too deep", event)
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        reason = ", ".join(part for part in (error.problem, error.context) if part)
        raise _WrongError(f"the front matter is not valid YAML: {reason}", error) from None
    except (yaml.YAMLError, ValueError) as error:
        raise _WrongError(f"the front matter is not valid YAML: {error}") from None
    return root if isinstance(root, yaml.MappingNode) else None


def _problem(source: Source, wrong: _WrongError, severity: Severity) -> Problem:
    """Return a problem where `wrong` was found."""
    return source.problem(severity, _place(source, wrong.line, wrong.column), str(wrong))


def _place(source: Source, row: int, column: int) -> Place:
    """Return the place of a 0-based row and column of the YAML."""
    # The YAML begins in the file's second line; a mark may stand after its end.
    return source.place(min(row + 2, len(source.lines)), column + 1)


class _Fields:
    """The mapping's values, taken out one by one."""

    def __init__(self, source: Source, root: Node) -> None:
        self._source = source
        self._nodes = {str(key.value): value for key, value in root.value}
        self.problems = [
            _problem(source, wrong, Severity.WARNING) for wrong in _misspelt(root.value)
        ]
        self.places = {
            key: _place(source, node.start_mark.line, node.start_mark.column)
            for key, node in self._nodes.items()
        }

    def take(self, key: str, convert: Callable[[Node], T], default: T) -> T:
        """Return the value of `key`, or `default` where it is missing or wrong."""
        node = self._nodes.get(key)
        if node is None:
            return default
        try:
            return convert(node)
        except _WrongError as wrong:
            wrong.args = (f"`{key}` {wrong}",)
            self.problems.append(_problem(self._source, wrong, Severity.ERROR))
            return default

    def placed(self, key: str, texts: Sequence[str]) -> tuple[Written, ...]:
        """Return the texts of the list that `key` is, with where each stands."""
        nodes = self._nodes[key].value if texts else ()
        marks = [node.start_mark for node in nodes]
        return tuple(
            Written(text, _place(self._source, mark.line, mark.column))
            for text, mark in zip(texts, marks, strict=True)
        )


KEYS = frozenset(field.name for field in fields(FrontMatter)) - {"others"}
"""The keys that front matter of ours may have."""


def _misspelt(pairs: Sequence[tuple[Node, Node]]) -> Iterator[_WrongError]:
    """Yield what is wrong with each key that is nearly one of ours; any other is not for us."""
    unknown = [key for key, _ in pairs if str(key.value) not in KEYS]
    if not unknown:
        return
    import difflib

    for key in unknown:
        # Further away are `subtitle`, `date` and `redirect`, which others have.
        near = difflib.get_close_matches(str(key.value).lower(), KEYS, n=1, cutoff=0.8)
        if near:
            message = f"unknown key `{key.value}` in front matter; did you mean `{near[0]}`?"
            yield _WrongError(message, key)


def _front(source: Source, root: MappingNode, lines: int) -> Front:
    take = (found := _Fields(source, root)).take
    matter = FrontMatter(
        title=take("title", _text, ""),
        description=take("description", _text, ""),
        cwd=take("cwd", _text, None),
        requires=found.placed("requires", take("requires", _list_of(arguments.program), ())),
        env=take("env", _variables, {}),
        export=take("export", _yes_or_no, True),
        timeout=take("timeout", _seconds, None),
        redact=take("redact", _list_of(_pattern), ()),
        others=tuple(_others(source.lines[1 : lines - 1], root)),
    )
    return Front(matter, lines, found.places, tuple(found.problems))


def _others(inside: Sequence[str], root: MappingNode) -> Iterator[str]:
    """Yield the lines of the keys that are not ours, each key up to the next."""
    if root.flow_style:  # they may share their lines
        return
    begins = [key.start_mark.line for key, _ in root.value]
    for (key, _), begin, end in zip(root.value, begins, [*begins[1:], len(inside)], strict=True):
        if str(key.value) not in KEYS:
            yield from inside[begin:end]


def _text(node: Node) -> str:
    if not _is(node, "scalar") or node.tag.endswith(":null"):
        raise _WrongError("needs a text", node)
    return str(node.value)


def _yes_or_no(node: Node) -> bool:
    if not (_is(node, "scalar") and node.tag.endswith(":bool")):
        raise _WrongError("needs true or false", node)
    return str(node.value).lower() in {"true", "yes", "on"}


def _seconds(node: Node) -> float:
    """A number of seconds, or a duration as directives take it."""
    text = str(node.value) if _is(node, "scalar") else ""
    bare = re.fullmatch(r"[0-9]+(\.[0-9]+)?", text)
    value = arguments.seconds(f"{text}s" if bare else text)
    if value is None:
        raise _WrongError("needs seconds, or a duration such as 90s or 5m", node)
    return value


def _variables(node: Node) -> dict[str, str]:
    if not _is(node, "mapping"):
        raise _WrongError("needs variables and their values", node)
    for key, value in node.value:
        if not re.fullmatch(r"[A-Za-z_]\w*", str(key.value), re.ASCII):
            raise _WrongError("has a name that no variable can have", key)
        if not _is(value, "scalar"):
            raise _WrongError("has a value that is not a text", value)
    return {
        key.value: "" if value.tag.endswith(":null") else value.value for key, value in node.value
    }


def _list_of(check: Callable[[str], str | None]) -> Callable[[Node], tuple[str, ...]]:
    def convert(node: Node) -> tuple[str, ...]:
        if not _is(node, "sequence"):
            raise _WrongError("needs a list", node)
        for item in node.value:
            wrong = check(_text(item))
            if wrong:
                raise _WrongError(wrong, item)
        return tuple(item.value for item in node.value)

    return convert


def _pattern(text: str) -> str | None:
    if len(text) > 1 and text[0] == text[-1] == "/":
        # As `@redact` has it. Taken as it is, it would mask nothing, and nobody would see why.
        return f"has its pattern without slashes around it: {text[1:-1]}"
    return arguments.secret(f"/{text}/")


def _is(node: Node, kind: str) -> bool:
    """Whether a node is a "scalar", a "sequence" or a "mapping"; no node is just a `Node`."""
    return getattr(node, "id", "") == kind
