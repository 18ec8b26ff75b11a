"""All definitions of the folders that a command names: read, checked together, put in order."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.localcluster import addresses, check, network, sma
from helpers.localcluster.model import DefinitionError, Network, Place, Problem
from helpers.localcluster.section import meant

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.localcluster.model import Address, Cluster, Definition


@dataclass(frozen=True, slots=True)
class Definitions:
    """What the folders of a command define.

    Attributes:
        clusters: All clusters: folders in the order in which they were named, sorted within.
        wanted: The clusters that the command is about: in the order in which they were named, all
            where none was.
        network: The network that they share.
        sources: Where their definitions say what.
    """

    clusters: tuple[Cluster, ...]
    wanted: tuple[Cluster, ...]
    network: Network
    sources: tuple[Definition, ...]

    def on(self, network: Network, taken: Mapping[Address, str] | None = None) -> Definitions:
        """Return the same clusters on another network: the one that there is.

        Args:
            network: The network, of any size (`network.found` makes it of what Docker says).
            taken: The addresses that are in use on it, and by what.

        Raises:
            DefinitionError: They have no place there.
        """
        problems = list(check.on(self.sources, network, taken or {}))
        if problems:
            raise DefinitionError(problems)
        return _placed(self.sources, network, [cluster.name for cluster in self.wanted])

    def named(self, names: Sequence[str]) -> tuple[Cluster, ...]:
        """Return clusters by their names, each once, in the order in which they are named.

        Raises:
            DefinitionError: There is none of such a name.
        """
        by_name = {cluster.name: cluster for cluster in self.clusters}
        problems = _unknown(names, by_name)
        if problems:
            raise DefinitionError(problems)
        return tuple(by_name[name] for name in dict.fromkeys(names))


def load(folders: Sequence[Path], names: Sequence[str] = ()) -> Definitions:
    """Read all definitions in some folders and below them, and check them together.

    Args:
        folders: The folders. A network.yaml in one of them defines the network.
        names: The names of the clusters that are wanted; none for all.

    Returns:
        The clusters and their network.

    Raises:
        DefinitionError: Something is wrong with them, or a name is unknown. It has all problems.
    """
    problems: list[Problem] = []
    shared = _network(folders, problems)
    known: dict[str, None] = {}
    found: list[Definition] = []
    for file in _files(folders, problems):
        definition = sma.load(file, problems)
        if definition:
            found.append(definition)
            known[definition.cluster.name] = None
        known[sma.expected(file)] = None  # what is wrong with its name is told by itself
    problems += check.together(found, known)
    problems += check.on(found, shared, {}) if shared else ()
    problems += _unknown(names, known)
    if problems or shared is None:
        raise DefinitionError(problems)
    return _placed(found, shared, names)


def _placed(sources: Sequence[Definition], network: Network, names: Sequence[str]) -> Definitions:
    """Return clusters in a network in which nothing is wrong with them."""
    clusters = tuple(
        replace(one, pools=addresses.pools(one.ids, one.families, network))
        for one in (source.cluster for source in sources)
    )
    placed = Definitions(clusters, clusters, network, tuple(sources))
    return replace(placed, wanted=placed.named(names)) if names else placed


def _unknown(names: Sequence[str], known: Mapping[str, object]) -> list[Problem]:
    return [
        Problem(None, f"unknown cluster `{name}`; {meant(name, known, 'clusters')}")
        for name in dict.fromkeys(names)
        if name not in known
    ]


def _network(folders: Sequence[Path], problems: list[Problem]) -> Network | None:
    """Return the network of the folders; None where a definition of it is wrong."""
    found: dict[Path, Network | None] = {}
    right: set[Path] = set()
    for folder in folders:
        # Who names a cluster's own folder means that cluster on the network beside it.
        holder = folder.parent if (folder / sma.FILE).is_file() else folder
        file = holder / network.FILE
        if file.exists() and file.resolve() not in {known.resolve() for known in found}:
            before = len(problems)
            found[file] = network.load(file, problems)
            right |= {file} if len(problems) == before else set()
    first, *others = found or [None]
    if first is None:
        return network.DEFAULT
    for other in others:
        if other and {first, other} <= right and found[other] != found[first]:
            text = f"defines another network than {first}; all clusters share one"
            problems.append(Problem(Place(other), text))
    return found[first]


def _files(folders: Sequence[Path], problems: list[Problem]) -> list[Path]:
    """Return the definitions in and below some folders, each once."""

    def unreadable(error: OSError) -> None:
        problems.append(Problem(Place(Path(error.filename)), f"cannot be read: {error.strerror}"))

    files: dict[Path, Path] = {}
    for folder in folders:
        if not folder.is_dir():
            text = "is not a folder" if folder.exists() else "there is no such folder"
            problems.append(Problem(Place(folder), text))
            continue
        here = []
        for path, below, names in os.walk(folder, onerror=unreadable):
            below[:] = [name for name in below if not name.startswith(".")]
            here += [Path(path, sma.FILE)] if sma.FILE in names else []
        if not here:
            text = f"there is no {sma.FILE} in this folder or below it"
            problems.append(Problem(Place(folder), text))
        for file in sorted(here):
            files.setdefault(file.resolve(), file)
    return list(files.values())
