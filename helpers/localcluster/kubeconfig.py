"""The kubeconfig that all programs share: clusters put in and taken out, all else kept.

It is changed as YAML nodes, not as values, so that what others wrote into it (tokens, dates, flags)
is written back as it was; only comments are lost, as with kubectl. The lock is kubectl's and
kind's, FILE.lock made anew (client-go, tools/clientcmd/config.go), but we wait for it.
"""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.localcluster.errors import LocalclusterError
from helpers.localcluster.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

_KINDS = ("clusters", "contexts", "users")
_EMPTY = "apiVersion: v1\nkind: Config\n"
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE = 30.0  # seconds for a lock; those who hold it write a small file


class KubeconfigError(LocalclusterError):
    """A kubeconfig that cannot be read or written; its text is a sentence that says which."""


def files() -> list[Path]:
    """Return the kubeconfig files in kubectl's order: $KUBECONFIG's, or ~/.kube/config."""
    named = [Path(part) for part in os.environ.get("KUBECONFIG", "").split(os.pathsep) if part]
    return named or [Path.home() / ".kube" / "config"]


def _target() -> Path:
    """Return the file for new entries: the first that exists, else the last, as kubectl does."""
    every = files()
    return next((file for file in every if file.exists()), every[-1])


def servers() -> dict[str, str]:
    """Return each context's API server by the context's name; the first file's word counts."""
    found: dict[str, str] = {}
    for file in files():
        root = _read(file)
        urls = {name: _scalar(entry, "cluster", "server") for name, entry in _all(root, "clusters")}
        for name, entry in _all(root, "contexts"):
            found.setdefault(name, urls.get(_scalar(entry, "context", "cluster"), ""))
    return found


def add(source: Path) -> None:
    """Put all entries of `source` into the user's kubeconfig, and remove `source`.

    Entries of the same names are replaced. The current context stays; where there is none, it is
    that of `source`.

    Raises:
        KubeconfigError: A file is no kubeconfig, is locked for long, or cannot be written.
    """
    new = _read(source)
    if not any(_all(new, "contexts")):
        raise KubeconfigError(f"{source} has no context in it")
    target = _target()
    with _locked(target):
        root = _read(target)
        for kind in _KINDS:
            added = dict(_all(new, kind))
            _list(root, kind).value[:] = [
                *(entry for name, entry in _all(root, kind) if name not in added),
                *added.values(),
            ]
        if not _scalar(root, "current-context"):
            _set(root, "current-context", _scalar(new, "current-context"))
        _write(target, root)
        source.unlink()


def drop(names: tuple[str, ...]) -> None:
    """Take contexts out of the user's kubeconfig, with the clusters and users that only they use.

    Clusters and users that have one of these names themselves go too; what is not there is no
    error. A current context that goes leaves none behind.

    Raises:
        KubeconfigError: A file is no kubeconfig, is locked for long, or cannot be written.
    """
    for file in files():
        if not file.exists():
            continue
        with _locked(file):
            root = _read(file)
            if _dropped(root, names):
                _write(file, root)


def _dropped(root: yaml.MappingNode, names: tuple[str, ...]) -> bool:
    """Drop names from a kubeconfig and return whether that changed it."""
    gone = {kind: set(names) for kind in _KINDS}
    kept = {"clusters": set[str](), "users": set[str]()}
    for name, entry in _all(root, "contexts"):
        used = {
            "clusters": _scalar(entry, "context", "cluster"),
            "users": _scalar(entry, "context", "user"),
        }
        for kind, other in used.items():
            (gone if name in names else kept)[kind].add(other)
    changed = False
    for kind in _KINDS:
        stays = kept.get(kind, set())
        entries = _list(root, kind).value
        left = [e for n, e in _all(root, kind) if n not in gone[kind] or n in stays]
        changed |= len(left) != len(entries)
        entries[:] = left
    if _scalar(root, "current-context") in names:
        _set(root, "current-context", "")
        changed = True
    return changed


def _read(file: Path) -> yaml.MappingNode:
    """Return a kubeconfig's top node, an empty one where there is no file."""
    import yaml

    try:
        text = file.read_text(encoding="utf-8").strip() if file.exists() else ""
        root = yaml.compose(text or _EMPTY, Loader=yaml.SafeLoader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise KubeconfigError(f"{file} cannot be read as a kubeconfig: {error}") from error
    if not isinstance(root, yaml.MappingNode):
        raise KubeconfigError(f"{file} is no kubeconfig: a mapping is expected at its top")
    return root


def _write(file: Path, root: yaml.MappingNode) -> None:
    """Write a kubeconfig whole, readable by its owner alone unless it was for others before."""
    import yaml

    _unfold(root)
    text = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=1 << 20)
    real = file.resolve()  # a link to a file elsewhere stays one
    try:
        mode = real.stat().st_mode & 0o777 if real.exists() else 0o600
        write_whole((real, text.encode(), mode))
    except OSError as error:
        raise KubeconfigError(f"{file} cannot be written: {error.strerror}") from error


def _unfold(node: yaml.Node) -> None:
    """Write collections one item a line; between braces, some values would have to be quoted."""
    import yaml

    if isinstance(node, yaml.CollectionNode):
        node.flow_style = not node.value
        for item in node.value:
            for each in item if isinstance(item, tuple) else (item,):
                _unfold(each)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Hold kubectl's lock on a file.

    Signals that would end us wait until it is released, a moment later, so that no lock stays.
    """
    lock = file.with_name(f"{file.name}.lock")
    until = time.monotonic() + _PATIENCE
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        while not _made(lock):
            if time.monotonic() > until:
                raise KubeconfigError(
                    f"{file} is locked by {lock}, there for {_PATIENCE:.0f} seconds; "
                    "if no kubectl, kind or localcluster is at work, remove it and try again"
                )
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            time.sleep(0.05)
            signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _made(lock: Path) -> bool:
    """Make a lock; False where somebody else has it."""
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    except OSError as error:
        raise KubeconfigError(f"{lock} cannot be made: {error.strerror}") from error
    return True


def _list(root: yaml.MappingNode, kind: str) -> yaml.SequenceNode:
    """Return one of the lists of a kubeconfig, put in where it is missing or null."""
    import yaml

    for key, value in root.value:
        if key.value == kind and isinstance(value, yaml.SequenceNode):
            return value
    root.value[:] = [pair for pair in root.value if pair[0].value != kind]
    made = yaml.SequenceNode("tag:yaml.org,2002:seq", [])
    root.value.append((yaml.ScalarNode("tag:yaml.org,2002:str", kind), made))
    return made


def _all(root: yaml.MappingNode, kind: str) -> Iterator[tuple[str, yaml.MappingNode]]:
    """Yield the named entries of one of the lists of a kubeconfig."""
    import yaml

    for key, value in root.value:
        if key.value == kind and isinstance(value, yaml.SequenceNode):
            for entry in value.value:
                if isinstance(entry, yaml.MappingNode):
                    yield _scalar(entry, "name"), entry


def _scalar(node: yaml.MappingNode, *path: str) -> str:
    """Return the text at a path of keys, "" where there is none."""
    import yaml

    here: yaml.Node = node
    for part in path:
        if not isinstance(here, yaml.MappingNode):
            return ""
        found = [value for key, value in here.value if key.value == part]
        if not found:
            return ""
        here = found[0]
    return str(here.value) if isinstance(here, yaml.ScalarNode) else ""


def _set(root: yaml.MappingNode, key: str, text: str) -> None:
    """Set a text at the top of a kubeconfig."""
    import yaml

    value = yaml.ScalarNode("tag:yaml.org,2002:str", text)
    for number, (name, _) in enumerate(root.value):
        if name.value == key:
            root.value[number] = (name, value)
            return
    root.value.append((yaml.ScalarNode("tag:yaml.org,2002:str", key), value))
