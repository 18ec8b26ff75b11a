"""The schemas for editors say what the code says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from helpers.localcluster import network, sma
from helpers.localcluster.model import Provider

HERE = Path(sma.__file__).parent
SCHEMA = json.loads((HERE / "schema.json").read_text())
NETWORK_SCHEMA = json.loads((HERE / "network-schema.json").read_text())
SPEC = SCHEMA["properties"]["spec"]["properties"]
CLUSTERS = Path(__file__).parents[2] / "clusters"


@pytest.mark.parametrize("schema", [SCHEMA, NETWORK_SCHEMA], ids=["sma.yaml", "network.yaml"])
def test_it_is_a_schema(schema):
    Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("schema", "keys"),
    [
        (SCHEMA, sma.KEYS),
        (SCHEMA["properties"]["metadata"], sma.METADATA_KEYS),
        (SCHEMA["properties"]["spec"], sma.SPEC_KEYS),
        (SPEC["links"]["items"], sma.LINK_KEYS),
        (NETWORK_SCHEMA, network.KEYS),
    ],
    ids=["sma.yaml", "metadata", "spec", "links", "network.yaml"],
)
def test_keys_are_those_of_the_code(schema, keys):
    assert tuple(schema["properties"]) == keys
    assert schema["additionalProperties"] is False


def test_patterns_are_those_of_the_code():
    patterns = {
        "name": SCHEMA["properties"]["metadata"]["properties"]["name"]["pattern"],
        "to": SPEC["links"]["items"]["properties"]["to"]["pattern"],
    } | {key: SPEC[key]["pattern"] for key in ("subnet", "group", "zone", "image")}
    assert patterns == {
        "name": f"^({sma.NAME})$",
        "to": f"^({sma.NAME})$",
        "subnet": f"^({sma.SUBNET})$",
        "group": f"^({sma.LABEL})$",
        "zone": f"^({sma.LABEL})$",
        "image": f"^({sma.IMAGE})$",
    }
    assert NETWORK_SCHEMA["properties"]["name"]["pattern"] == f"^({network.NAME})$"
    assert SPEC["provider"]["enum"] == list(Provider)
    assert SPEC["nodes"]["maximum"] == sma.MOST_NODES


@pytest.mark.parametrize(
    "file", sorted(CLUSTERS.glob("*/sma.yaml")), ids=lambda file: file.parent.name
)
def test_shipped_definitions_are_valid(file):
    Draft202012Validator(SCHEMA).validate(yaml.safe_load(file.read_text()))


def test_the_shipped_network_is_valid():
    Draft202012Validator(NETWORK_SCHEMA).validate(
        yaml.safe_load((CLUSTERS / network.FILE).read_text())
    )


WORDS = st.sampled_from(
    [
        "a",
        "kind",
        "k3d",
        "C1/C",
        "1FF/1",
        "-a",
        "",
        "a b",
        "10.12.0.0/17",
        "10.12.0.0/17, fd00::/64",
    ]
)
VALUES = WORDS | st.booleans() | st.integers(-1, 200) | st.none() | st.lists(WORDS, max_size=1)
LINKS = st.lists(st.dictionaries(st.sampled_from(["to", "gateway", "x"]), VALUES), max_size=2)
MORE = st.dictionaries(st.sampled_from((*sma.SPEC_KEYS, "x")), VALUES, max_size=2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(more=MORE, links=LINKS)
def test_schema_and_code_refuse_the_same(tmp_path, more, links):
    spec = {"subnet": "C1/C", "provider": "kind", "v4Enabled": True, "links": links}
    document = {"metadata": {"name": "color"}, "spec": spec | more}
    file = tmp_path / "sma.yaml"
    file.write_text(yaml.safe_dump(document))
    problems = []
    assert sma.load(file, problems)
    errors = [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]
    if errors:
        assert problems, f"the schema alone says {errors}"
    # What a schema cannot say: which families a range is of.
    elsewhere = [problem for problem in problems if "CIDR`: " in problem.text]
    if problems and not elsewhere:
        assert errors, f"the code alone says {[str(problem) for problem in problems]}"
