"""Definitions: from files to clusters, or to what is wrong and where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from helpers.localcluster.definitions import load
from helpers.localcluster.model import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.localcluster.definitions import Definitions
    from helpers.localcluster.model import Cluster

ROOT = Path(__file__).parents[2]


def sma(name: str = "color", subnet: str = "C1/C", *lines: str, provider: str = "kind") -> str:
    """A definition: line 3 is `spec`, line 4 the ids, and `lines` begin in line 6."""
    families = () if any("Enabled" in line for line in lines) else ("v4Enabled: true",)
    spec = (f'subnet: "{subnet}"', f"provider: {provider}", *lines, *families)
    return f"metadata:\n  name: {name}\nspec:\n" + "".join(f"  {line}\n" for line in spec)


class Folder:
    """A folder `clusters` in the current directory, and what comes of it."""

    def __init__(self) -> None:
        self.path = Path("clusters")
        self.path.mkdir()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write `clusters/NAME/sma.yaml`."""
        file = self.path / name / "sma.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def network(self, text: str) -> None:
        (self.path / "network.yaml").write_text(text)

    def load(self, *names: str) -> Definitions:
        return load([self.path], names)

    def problems(self, *names: str, folders: Sequence[str] = ("clusters",)) -> list[str]:
        """Everything that is wrong, as it is told."""
        with pytest.raises(DefinitionError) as caught:
            load([Path(folder) for folder in folders], names)
        return str(caught.value).splitlines()

    def problem(self) -> str:
        (problem,) = self.problems()
        return problem

    def define(self, name: str, subnet: str, *lines: str, provider: str = "kind") -> None:
        """Write the definition that `sma` is."""
        self.write(name, sma(name, subnet, *lines, provider=provider))

    def cluster(self, text: str) -> Cluster:
        """The cluster of one definition."""
        self.write("color", text)
        (cluster,) = self.load().clusters
        return cluster

    def wrong(self, text: str | bytes) -> str:
        """What is wrong with one definition: the place in it, and the sentence."""
        self.write("color", text)
        return self.problem().removeprefix("clusters/color/sma.yaml")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder()
