"""One definition -> a cluster, or what is wrong with it, with line and column."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from helpers.localcluster.model import Family, Link, Provider

NINES = "9" * 40
BASE = {"subnet": '"C1/C"', "provider": "kind", "v4Enabled": "true"}


def text(**spec: str | None) -> str:
    """A definition; line 3 is `spec:`, and what is given last stands last."""
    lines = [f"  {key}: {value}\n" for key, value in (BASE | spec).items() if value is not None]
    return "metadata:\n  name: color\nspec:\n" + "".join(lines)


EVERYTHING = """\
metadata:
  name: color
spec:
  subnet: "C1/C"
  provider: k3d
  v4Enabled: true
  v6Enabled: true
  group: face
  zone: east
  image: rancher/k3s:v1.35.5-k3s1
  nodes: 3
  podCIDR: fd00:c1:1::/56, 10.12.0.0/17
  serviceCIDR: 10.12.128.0/17,fd00:c1:2::/112
  links:
    - to: color-b
      gateway: true
    - to: cdn
"""


def test_all_that_a_definition_can_say(folder):
    folder.write("color", EVERYTHING)
    folder.define("color-b", "D1/D")
    folder.define("cdn", "E1/E")
    (cluster,) = folder.load("color").wanted
    assert cluster.provider is Provider.K3D
    assert cluster.group == "face"
    assert cluster.zone == "east"
    assert cluster.image == "rancher/k3s:v1.35.5-k3s1"
    assert cluster.nodes == 3
    assert cluster.pods == (ip_network("10.12.0.0/17"), ip_network("fd00:c1:1::/56"))
    assert cluster.services == (ip_network("10.12.128.0/17"), ip_network("fd00:c1:2::/112"))
    assert cluster.links == (Link("color-b", gateway=True), Link("cdn", gateway=False))


def test_what_a_definition_need_not_say(folder):
    cluster = folder.cluster(text())
    assert cluster.families == (Family.V4,)
    assert cluster.nodes == 1
    assert (cluster.group, cluster.zone, cluster.image, cluster.links) == (None, None, None, ())
    assert str(cluster.folder) == "clusters/color"


def test_dual_stack_has_ipv4_first(folder):
    cluster = folder.cluster(text(v6Enabled="true"))
    assert cluster.families == (Family.V4, Family.V6)
    assert cluster.ids == (0xC, 0xC1)
    assert cluster.pods == (ip_network("10.12.1.0/24"), ip_network("fd00:c1:1::/64"))
    assert cluster.services == (ip_network("10.12.2.0/24"), ip_network("fd00:c1:2::/112"))


@pytest.mark.parametrize("yes", ["true", "True", "TRUE"])
def test_what_every_yaml_reads_as_true(folder, yes):
    assert folder.cluster(text(v4Enabled=yes)).families == (Family.V4,)


@pytest.mark.parametrize("word", ["yes", "No", "on", "OFF"])
def test_what_only_old_yaml_reads_as_true_or_false(folder, word):
    old = f"found `{word}`, which only YAML 1.1 reads as true or false"
    told = folder.wrong(text(v4Enabled=word))
    assert told == f":6:14: error: `v4Enabled` in `spec`: expected true or false, {old}"
    told = folder.wrong(text(zone=word))
    assert told.endswith(f"(in quotes, where YAML would read something else), {old}")


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ({"subnet": None}, ":4:3: error: `subnet` is missing in `spec`, such as `C1/C`"),
        ({"provider": None}, ":4:3: error: `provider` is missing in `spec`, such as `kind`"),
        (
            {"provider": "minikube"},
            ":5:13: error: `provider` in `spec`: expected kind or k3d, found `minikube`",
        ),
        (
            {"v4Enabled": '"true"'},
            ":6:14: error: `v4Enabled` in `spec`: expected true or false without quotes, found",
        ),
        (
            {"group": "12"},
            ":7:10: error: `group` in `spec`: expected at most 63 letters, digits, `-`, `_`"
            " and `.`",
        ),
        (
            {"zone": "-a"},
            ":7:9: error: `zone` in `spec`: expected at most 63 letters, digits, `-`, `_` and `.`",
        ),
        (
            {"image": '"a b"'},
            ":7:10: error: `image` in `spec`: expected an image, such as "
            'kindest/node:v1.35.0, found `"a b"`',
        ),
        (
            {"nodes": "0"},
            ":7:10: error: `nodes` in `spec`: expected a number from 1 to 100, found `0`, "
            "which YAML reads as a number",
        ),
        (
            {"nodes": "two"},
            ":7:10: error: `nodes` in `spec`: expected a number from 1 to 100, found `two`",
        ),
        (
            {"nodes": "1_0"},
            ":7:10: error: `nodes` in `spec`: expected a number from 1 to 100, found `1_0`,"
            " which YAML reads as a number",
        ),
        (
            {"nodes": "9" * 5000},
            f":7:10: error: `nodes` in `spec`: expected a number from 1 to 100, found `{NINES}…`",
        ),
        (
            {"podCIDR": "[10.0.0.0/8]"},
            ":7:12: error: `podCIDR` in `spec`: expected a CIDR, or two with a comma between them",
        ),
        (
            {"podCIDR": "10.12.0.0"},
            ":7:12: error: `podCIDR`: `10.12.0.0` is not a CIDR such as 10.12.0.0/16 or "
            "fd00:c1::/48",
        ),
        (
            {"podCIDR": "10.12.0.0/255.255.0.0"},
            ":7:12: error: `podCIDR`: `10.12.0.0/255.255.0.0` is not a CIDR such as",
        ),
        (
            {"podCIDR": "10.12.0.1/16"},
            ":7:12: error: `podCIDR`: `10.12.0.1/16` is an address within a range; the "
            "range is 10.12.0.0/16",
        ),
        (
            {"podCIDR": "fd00:c1::/56"},
            ":7:12: error: `podCIDR`: expected one range of IPv4, as these are enabled",
        ),
        (
            {"podCIDR": '"10.12.0.0/17,10.13.0.0/17"'},
            ":7:12: error: `podCIDR`: expected one range of IPv4,",
        ),
        (
            {"v6Enabled": "true", "serviceCIDR": "10.12.0.0/17"},
            ":8:16: error: `serviceCIDR`: expected one range of IPv4 and one of IPv6, as "
            "these are enabled",
        ),
        ({"links": "faces"}, ":7:10: error: `links` in `spec`: expected a list, found `faces`"),
        (
            {"links": "[faces]"},
            ":7:11: error: `links` in `spec`: expected keys and values (to, gateway), found"
            " `faces`",
        ),
        (
            {"links": "[{gateway: true}]"},
            ":7:11: error: `to` is missing in `links`, such as `faces`",
        ),
        (
            {"links": "[{gateway: maybe, to: a}]"},
            ":7:21: error: `gateway` in `links`: expected true or false, found `maybe`",
        ),
        (
            {"grup": "face"},
            ":7:3: error: unknown key `grup` in `spec`; did you mean `group`? the keys are "
            "subnet, provider,",
        ),
        ({"[a, b]": "c"}, ":7:3: error: unknown key `a list` in `spec`; the keys are"),
        ({"<<": "{nodes: 2}"}, ":7:3: error: unknown key `<<` in `spec`; the keys are"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_a_definition_may_not_say(folder, spec, wrong):
    folder.write("color", text(**spec))
    first, *_ = folder.problems()
    assert first.removeprefix("clusters/color/sma.yaml").startswith(wrong)


@pytest.mark.parametrize(
    "name", ["Color", "-color", "color-", "color.b", "co lor", "c" * 33, "''", "12", "~", "[]"]
)
def test_a_name_that_no_cluster_can_have(folder, name):
    told = folder.wrong(text().replace("color", name))
    assert told.startswith(":2:9: error: `name` in `metadata`: expected at most 32 lower-case")


@pytest.mark.parametrize("name", ["a", "0", "color-b", "c" * 32])
def test_a_name_that_a_cluster_can_have(folder, name):
    folder.write(name, text().replace("color", f'"{name}"'))
    assert [cluster.name for cluster in folder.load().clusters] == [name]


# defect 15: ids were not held to a range: 1FF made an address that is none.
@pytest.mark.parametrize(
    "subnet", ["C1", "C1/", "/C", "C1/1FF", "10000/C", "C1/G", "-1/1", "C1/C/1", " C1/C"]
)
def test_ids_that_are_none(folder, subnet):
    assert folder.wrong(text(subnet=f'"{subnet}"')) == (
        ":4:11: error: `subnet` in `spec`: expected two ids in hexadecimal,"
        f' of IPv6 (0 to FFFF) and of IPv4 (0 to FF), such as C1/C, found `"{subnet}"`'
    )


# defect 18: a definition without a family got no ranges, and so kind's own, the same in each.
@pytest.mark.parametrize(
    "off",
    [{"v4Enabled": None}, {"v4Enabled": "false"}, {"v4Enabled": "False", "v6Enabled": "false"}],
)
def test_no_family(folder, off):
    assert folder.wrong(text(**off)).endswith(
        "error: no address family is enabled; write `v4Enabled: true`, `v6Enabled: true` or both"
    )
