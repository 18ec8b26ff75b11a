"""What docs/localcluster.md says of definitions is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from helpers.localcluster import network, sma

PAGE = (Path(__file__).parents[2] / "docs" / "localcluster.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
YAML = [text for language, text in BLOCKS if language == "yaml"]


@pytest.mark.parametrize("text", [text for text in YAML if "spec" in text])
def test_its_definitions_are_definitions(folder, text):
    name = yaml.safe_load(text)["metadata"]["name"]
    folder.write(name, text)
    assert [cluster.name for cluster in folder.load().clusters] == [name]


def test_its_network_is_the_default(folder):
    (text,) = (text for text in YAML if "subnets" in text)
    folder.network(text)
    folder.define("color", "C1/C")
    assert folder.load().network == network.DEFAULT


def test_its_keys_are_all():
    table = re.search(r"\| key \| says \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE)
    rows = [line.split(" | ")[0] for line in table[1].splitlines()]
    assert [key for row in rows for key in re.findall(r"`(\w+)`", row)] == list(sma.SPEC_KEYS)


def test_its_addresses_are_those_of_the_ids(folder):
    folder.define("color", "C1/C", "v4Enabled: true", "v6Enabled: true")
    (color,) = folder.load().clusters
    for ranges in (color.pods, color.services, color.pools):
        assert " | ".join(f"`{range_}`" for range_ in ranges) + " |\n" in PAGE


def test_its_messages_are_what_is_told(folder):
    folder.define("blue", "B1/C")
    folder.write("color", YAML[0])
    folder.define("faces", "A1/A", "zon: east", "v4Enabled: true")
    text = (folder.path / "faces/sma.yaml").read_text()
    folder.write("faces", text.replace("  zon: east\n", "") + "  zon: east\n")
    (shown,) = (text for language, text in BLOCKS if language == "text")
    assert shown.splitlines() == folder.problems()
