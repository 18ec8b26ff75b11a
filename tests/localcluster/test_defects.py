"""The defects of the tool before this one: each has a test that would fail if it were here.

A test says so in a comment, `# defect 7`, in it or right above it.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
DEFECTS = {
    1: "a dry run deletes certificates and keys",
    2: "a dry run writes and rewrites files",
    3: "a dry run hides routes, and shows an API server without an address",
    4: "create deletes first; no names mean all, without a question",
    5: "a route to a peer's old address stays, and its failure is none",
    6: "a second run of route ends at the first route that is there",
    7: "a peer without IPv4 has no IPv6 routes either",
    8: "clusters without a group are a group",
    9: "a new trust anchor leaves other clusters with issuers of the old one",
    10: "a trust anchor's key without its certificate is in the way",
    11: "a wide network is too small, kind's own among them",
    12: "a network narrower than a /24 is accepted with pools outside of it, or refused",
    13: "IPv6 pools are outside of the network",
    14: "id 0 is taken for none, and its load balancers are left out",
    15: "ids are neither held to their range nor to being used once",
    16: "pools meet nodes, the gateway or the broadcast address",
    17: "a pod range is a node's, so that there can be one node only",
    18: "no family means kind's defaults, the same in every cluster",
    19: "an IPv6 API server has no brackets; k3s with both families has no node addresses",
    20: "the first address of the first node, which may not be there yet",
    21: "delete fails where there is no network",
    22: "a container or an image is taken for the network of its name",
    23: "nodes are guessed by name, one a cluster, whoever made them",
    24: "the chart has no version and no repository, and a second run fails",
    25: "pools are applied before MetalLB's speakers and webhook are ready",
    26: "files that are checked in are needed and overwritten",
    27: "k3d has no MetalLB",
    28: "pipes lose failures, paths lose quotes, and nobody sees the output",
    29: "IPv6 is turned off in clusters that have it",
    30: "links always go by a gateway, and do not wait for its address",
    31: "delete leaves the context, and routes of peers",
    32: "the order is nobody's, and an unknown name is none",
    33: "one failure leaves the clusters before it without load balancers and routes",
    34: "Gateway API in a version that Linkerd does not support",
    35: "routes and contexts do not outlive a restart of Docker",
    36: "some failures are swallowed, others are tracebacks",
}


def asserted() -> dict[int, list[str]]:
    """Return the tests of each defect: those that assert or expect something to be raised."""
    found: dict[int, list[str]] = {}
    for file in sorted(FOLDER.rglob("test_*.py")):
        if file == Path(__file__):
            continue
        text = file.read_text()
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
            while first and lines[first - 1].lstrip().startswith("#"):
                first -= 1
            body = "\n".join(lines[first : node.end_lineno])
            if not re.search(r"\bassert\b|raises\(|\.ok\(|\.problems?\(|\.wrong\(", body):
                continue
            for comment in re.findall(r"#.*?\bdefect (.*)", body):
                for number in re.findall(r"\b\d+\b", comment.split(":")[0]):
                    found.setdefault(int(number), []).append(f"{file.name}::{node.name}")
    return found


@pytest.mark.parametrize("number", DEFECTS)
def test_each_defect_has_a_test(number):
    assert asserted().get(number), f"no test for defect {number}: {DEFECTS[number]}"


def test_no_test_names_a_defect_that_is_none():
    assert set(asserted()) <= set(DEFECTS)
