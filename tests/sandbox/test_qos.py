"""What containers ask for, and the quality of service that their pod has."""

from __future__ import annotations

from fractions import Fraction

import pytest

from helpers.sandbox import qos


@pytest.mark.parametrize(
    ("quantity", "amount"),
    [
        ("1", 1),
        (2, 2),
        ("0.5", Fraction(1, 2)),
        ("500m", Fraction(1, 2)),
        ("1.", 1),
        (".5", Fraction(1, 2)),
        ("1k", 1000),
        ("1Ki", 1024),
        ("2Gi", 2 * 1024**3),
        ("1e3", 1000),
        ("1E-1", Fraction(1, 10)),
        ("1E", 10**18),
        ("", 0),
        ("much", 0),
        ("1e9999999", 0),
        (None, 0),
    ],
)
def test_quantities(quantity, amount):
    assert qos.amount(quantity) == amount


BOTH = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("resources", "found"),
    [
        ([{}], "BestEffort"),
        ([{"requests": {"cpu": "0"}}], "BestEffort"),
        ([{"requests": {"ephemeral-storage": "1Gi"}}], "BestEffort"),
        ([{"requests": {"cpu": "1m"}}], "Burstable"),
        ([{"limits": {"cpu": "1"}, "requests": {"cpu": "1"}}], "Burstable"),
        ([{"limits": BOTH, "requests": BOTH}], "Guaranteed"),
        ([{"limits": BOTH, "requests": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed"),
        ([{"limits": BOTH, "requests": BOTH | {"cpu": "1m"}}], "Burstable"),
        ([{"limits": BOTH, "requests": BOTH}, {}], "Burstable"),
    ],
)
def test_a_class(resources, found):
    assert qos.of({"containers": [{"resources": one} for one in resources]}) == found
    first, *rest = resources
    pod = {
        "initContainers": [{"resources": one} for one in rest],
        "containers": [{"resources": first}],
    }
    assert qos.of(pod) == found
