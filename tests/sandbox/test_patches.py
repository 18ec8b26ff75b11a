"""Patches: an object and a patch -> an object."""

from __future__ import annotations

import pytest

from helpers.sandbox.patch import fields
from helpers.sandbox.patch.apply import FieldManager, apply, entries, update
from helpers.sandbox.patch.json import PatchError, json_patch
from helpers.sandbox.patch.merge import merge
from helpers.sandbox.patch.strategic import strategic
from helpers.sandbox.status import ApiError

POD = {"$ref": "io.k8s.api.core.v1.Pod"}
SERVICE = {"$ref": "io.k8s.api.core.v1.Service"}


def pod(*containers, **spec):
    return {"spec": {"containers": list(containers), **spec}}


def manager(name, *, by_apply=True):
    return FieldManager(name, by_apply, "v1", "2026-01-01T00:00:00Z")


@pytest.mark.parametrize(
    ("operations", "after"),
    [
        ([{"op": "add", "path": "/a", "value": 1}], {"a": 1, "l": [1, 2]}),
        ([{"op": "add", "path": "/l/1", "value": 9}], {"l": [1, 9, 2]}),
        ([{"op": "add", "path": "/l/-", "value": 3}], {"l": [1, 2, 3]}),
        ([{"op": "remove", "path": "/l/0"}], {"l": [2]}),
        ([{"op": "replace", "path": "/l", "value": {}}], {"l": {}}),
        ([{"op": "copy", "from": "/l/0", "path": "/b"}], {"b": 1, "l": [1, 2]}),
        ([{"op": "move", "from": "/l", "path": "/m"}], {"m": [1, 2]}),
        ([{"op": "test", "path": "/l/1", "value": 2}], {"l": [1, 2]}),
        ([{"op": "add", "path": "/a~1b~0", "value": 1}], {"a/b~": 1, "l": [1, 2]}),
    ],
)
def test_json_patch(operations, after):
    assert json_patch({"l": [1, 2]}, operations) == after


@pytest.mark.parametrize(
    "operations",
    [
        {},
        [1],
        [{"op": "remove", "path": "/nothing"}],
        [{"op": "replace", "path": "/l/7", "value": 1}],
        [{"op": "test", "path": "/l", "value": 1}],
        [{"op": "add", "path": "/a"}],
        [{"op": "dance", "path": "/a"}],
        [{"op": "add", "path": "a", "value": 1}],
    ],
)
def test_json_patch_that_does_not_fit(operations):
    with pytest.raises(PatchError):
        json_patch({"l": [1, 2]}, operations)


def test_merge_patch():
    before = {"a": {"b": 1, "c": 2}, "d": [1]}
    assert merge(before, {"a": {"b": None, "e": 3}, "d": [2]}) == {"a": {"c": 2, "e": 3}, "d": [2]}


@pytest.mark.parametrize(
    ("patch", "after"),
    [
        pytest.param(
            pod({"name": "a", "image": "2"}),
            pod({"name": "a", "image": "2"}, {"name": "b", "image": "1"}),
            id="an item is known by its key",
        ),
        pytest.param(
            pod({"name": "c", "image": "1"}),
            pod(
                {"name": "a", "image": "1"},
                {"name": "b", "image": "1"},
                {"name": "c", "image": "1"},
            ),
            id="a new item is added",
        ),
        pytest.param(
            pod({"name": "a", "$patch": "delete"}),
            pod({"name": "b", "image": "1"}),
            id="$patch: delete",
        ),
        pytest.param(
            {"spec": {"containers": [{"name": "c"}, {"$patch": "replace"}]}},
            pod({"name": "c"}),
            id="$patch: replace",
        ),
        pytest.param(
            {"spec": {"$setElementOrder/containers": [{"name": "b"}, {"name": "a"}]}},
            pod({"name": "b", "image": "1"}, {"name": "a", "image": "1"}),
            id="$setElementOrder",
        ),
        pytest.param({"spec": {"containers": None}}, {"spec": {}}, id="null removes"),
        pytest.param(
            {"spec": {"$retainKeys": ["nodeName"], "nodeName": "n"}},
            {"spec": {"nodeName": "n"}},
            id="$retainKeys",
        ),
    ],
)
def test_strategic_merge_patch(patch, after):
    before = pod({"name": "a", "image": "1"}, {"name": "b", "image": "1"})
    assert strategic(before, patch, POD) == after


def test_a_list_without_a_key_is_replaced():
    before = {"spec": {"containers": [{"name": "a", "args": ["x", "y"]}]}}
    patch = {"spec": {"containers": [{"name": "a", "args": ["z"]}]}}
    assert strategic(before, patch, POD) == patch


def owned(obj, name):
    found = [one for one in obj["metadata"]["managedFields"] if one["manager"] == name]
    return {fields.shown(path) for one in found for path in fields.decode(one["fieldsV1"])}


def test_apply_owns_what_it_says():
    after = apply(
        {}, pod({"name": "a", "image": "1"}, nodeName="n"), POD, manager("m"), force=False
    )
    assert owned(after, "m") == {
        '.spec.containers[name="a"]',
        '.spec.containers[name="a"].name',
        '.spec.containers[name="a"].image',
        ".spec.nodeName",
    }


def test_what_is_applied_no_more_goes():
    once = apply({}, pod({"name": "a", "image": "1"}, nodeName="n"), POD, manager("m"), force=False)
    again = apply(once, pod({"name": "a", "image": "1"}), POD, manager("m"), force=False)
    assert again["spec"] == pod({"name": "a", "image": "1"})["spec"]


def test_what_others_own_stays():
    one = apply({}, pod({"name": "a", "image": "1"}), POD, manager("one"), force=False)
    both = apply(one, pod({"name": "b", "image": "1"}), POD, manager("two"), force=False)
    assert both["spec"] == pod({"name": "a", "image": "1"}, {"name": "b", "image": "1"})["spec"]
    rest = apply(both, pod(), POD, manager("one"), force=False)
    assert rest["spec"] == pod({"name": "b", "image": "1"})["spec"]


def test_a_conflict_names_manager_and_field():
    one = apply({}, pod({"name": "a", "image": "1"}), POD, manager("one"), force=False)
    with pytest.raises(ApiError) as refused:
        apply(one, pod({"name": "a", "image": "2"}), POD, manager("two"), force=False)
    assert str(refused.value) == (
        'Apply failed with 1 conflict: conflict with "one": .spec.containers[name="a"].image'
    )
    forced = apply(one, pod({"name": "a", "image": "2"}), POD, manager("two"), force=True)
    assert forced["spec"] == pod({"name": "a", "image": "2"})["spec"]
    assert '.spec.containers[name="a"].image' not in owned(forced, "one")


def test_the_same_value_is_owned_by_both():
    one = apply({}, {"spec": {"nodeName": "n"}}, POD, manager("one"), force=False)
    both = apply(one, {"spec": {"nodeName": "n"}}, POD, manager("two"), force=False)
    assert owned(both, "one") == owned(both, "two") == {".spec.nodeName"}


def test_an_update_takes_what_it_changes():
    before = apply({}, {"spec": {"nodeName": "n", "hostname": "h"}}, POD, manager("m"), force=False)
    after = {"metadata": {}, "spec": {"nodeName": "other", "hostname": "h"}}
    update(before, after, POD, manager("kubectl-edit", by_apply=False))
    assert owned(after, "m") == {".spec.hostname"}
    assert owned(after, "kubectl-edit") == {".spec.nodeName"}


@pytest.mark.parametrize(
    ("given", "owners"),
    [
        pytest.param(None, ["m"], id="a client that knows nothing of them keeps them"),
        pytest.param([], ["m"], id="none are as if it knew nothing of them"),
        pytest.param([{}], [], id="one that is empty takes all away"),
        pytest.param([{"manager": "other"}], ["m"], id="one that is not whole is not taken"),
        pytest.param(
            [manager("other").entry({("k:{",)})], ["m"], id="nor one of fields that cannot be"
        ),
        pytest.param([manager("other").entry({("f:spec",)})], ["other"], id="whole ones are taken"),
    ],
)
def test_managers_that_are_sent(given, owners):
    before = apply({}, {"spec": {"nodeName": "n"}}, POD, manager("m"), force=False)
    after = {"metadata": {"managedFields": given}, "spec": {"nodeName": "n"}}
    update(before, after, POD, manager("kubectl-patch", by_apply=False))
    assert [one["manager"] for one in entries(after)] == owners


def test_managers_that_are_sent_with_a_status_are_not_taken():
    before = apply({}, {"spec": {"nodeName": "n"}}, POD, manager("m"), force=False)
    after = {"metadata": {"managedFields": [manager("other").entry({("f:spec",)})]}} | before
    update(before, after, POD, FieldManager("k", False, "v1", "", "status"))
    assert owned(after, "m") == {".spec.nodeName"}


def test_ports_of_one_number_and_two_protocols_are_two():
    ports = [{"port": 53, "protocol": "UDP"}, {"port": 53}]
    after = apply({}, {"spec": {"ports": ports}}, SERVICE, manager("m"), force=False)
    assert len({path for path in owned(after, "m") if path.endswith("]")}) == 2
    again = apply(after, {"spec": {"ports": ports[:1]}}, SERVICE, manager("m"), force=False)
    assert again["spec"]["ports"] == ports[:1]
