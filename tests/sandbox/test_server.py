"""What clients other than kubectl rely on: watches, pages, selectors, versions, conflicts."""

from __future__ import annotations

import http.client
import json

import pytest

MAPS = "/api/v1/namespaces/default/configmaps"


def config(name, **data):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data}


def test_a_watch_tells_what_happens_after_a_version(client):
    start = client.get(MAPS)["metadata"]["resourceVersion"]
    client.make(MAPS, config("a"))
    client.ask("PATCH", f"{MAPS}/a", {"data": {"k": "v"}}, "application/merge-patch+json")
    client.ask("DELETE", f"{MAPS}/a")
    events = client.events(f"{MAPS}?watch=true&resourceVersion={start}", 3)
    assert [(kind, obj["metadata"]["name"]) for kind, obj in events] == [
        ("ADDED", "a"),
        ("MODIFIED", "a"),
        ("DELETED", "a"),
    ]
    versions = [int(obj["metadata"]["resourceVersion"]) for _, obj in events]
    assert versions == sorted(set(versions))


def test_a_watch_with_a_selector_sees_objects_come_and_go(client):
    start = client.get(MAPS)["metadata"]["resourceVersion"]
    client.make(MAPS, config("a"))
    for value in ("yes", None):
        patch = {"metadata": {"labels": {"wanted": value}}}
        client.ask("PATCH", f"{MAPS}/a", patch, "application/merge-patch+json")
    path = f"{MAPS}?watch=true&labelSelector=wanted&resourceVersion={start}"
    assert [kind for kind, _ in client.events(path, 2)] == ["ADDED", "DELETED"]


def test_initial_events_end_with_a_bookmark(client):
    client.make(MAPS, config("a"))
    query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
    events = client.events(f"{MAPS}?{query}&allowWatchBookmarks=true", 3)
    assert [kind for kind, _ in events] == ["ADDED", "ADDED", "BOOKMARK"]
    assert events[2][1]["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_watch_from_too_long_ago_is_expired(client):
    for number in range(4100):
        client.ask("PATCH", f"{MAPS}/kube-root-ca.crt", {"data": {"n": str(number)}}, MERGE)
    [(kind, status)] = client.events(f"{MAPS}?watch=true&resourceVersion=2", 1)
    assert (kind, status["code"], status["reason"]) == ("ERROR", 410, "Expired")


def test_discovery_names_a_group_where_it_is_not_the_kinds_own(client):
    form = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
    groups = client.get("/apis", Accept=form)["items"]
    (apps,) = [group for group in groups if group["metadata"]["name"] == "apps"]
    found = next(r for r in apps["versions"][0]["resources"] if r["resource"] == "deployments")
    assert found["responseKind"] == {"group": "", "version": "", "kind": "Deployment"}
    assert [sub["responseKind"] for sub in found["subresources"]] == [
        {"group": "autoscaling", "version": "v1", "kind": "Scale"},
        {"group": "", "version": "", "kind": "Deployment"},
    ]


MERGE = "application/merge-patch+json"


def test_a_watch_ends_when_its_time_is_up(client):
    status, text = client.send("GET", f"{MAPS}?watch=true&timeoutSeconds=1")
    assert status == 200
    assert [json.loads(line)["type"] for line in text.splitlines()] == ["ADDED"]


def test_pages(client):
    for name in "abcde":
        client.make(MAPS, config(name))
    names, token = [], ""
    while True:
        found = client.get(f"{MAPS}?limit=2&continue={token}")
        names += [obj["metadata"]["name"] for obj in found["items"]]
        token = found["metadata"].get("continue", "")
        if not token:
            break
        assert found["metadata"]["remainingItemCount"] == 6 - len(names)
    assert names == ["a", "b", "c", "d", "e", "kube-root-ca.crt"]


def test_an_old_version_is_a_conflict(client):
    old = client.make(MAPS, config("a"))
    client.ask("PATCH", f"{MAPS}/a", {"data": {"k": "v"}}, MERGE)
    status, found = client.ask("PUT", f"{MAPS}/a", old)
    assert (status, found["reason"]) == (409, "Conflict")
    assert found["message"] == (
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please '
        "apply your changes to the latest version and try again"
    )


def test_a_write_that_changes_nothing_makes_no_version(client):
    made = client.make(MAPS, config("a", k="v"))
    _, again = client.ask("PUT", f"{MAPS}/a", made)
    assert again["metadata"]["resourceVersion"] == made["metadata"]["resourceVersion"]


def test_a_status_is_written_by_itself(client):
    path = "/apis/policy/v1/namespaces/default/poddisruptionbudgets"
    made = client.make(path, {"metadata": {"name": "a"}, "spec": {"minAvailable": 1}})
    changed = {"spec": {"minAvailable": 2}, "status": {"currentHealthy": 3}}
    status, found = client.ask("PUT", f"{path}/a/status", {"metadata": made["metadata"], **changed})
    assert status == 200
    assert (found["spec"], found["status"]["currentHealthy"]) == ({"minAvailable": 1}, 3)


def test_dry_runs_store_nothing(client):
    before = client.get("/api/v1/namespaces")["metadata"]["resourceVersion"]
    status, _ = client.ask("POST", f"{MAPS}?dryRun=All", config("a"))
    assert status == 201
    client.ask("PATCH", f"{MAPS}/kube-root-ca.crt?dryRun=All", {"data": None}, MERGE)
    client.ask("DELETE", f"{MAPS}/kube-root-ca.crt?dryRun=All")
    assert client.get("/api/v1/namespaces")["metadata"]["resourceVersion"] == before


def test_the_first_answer_warns_and_unknown_fields_do(client):
    def warnings(path, body=None):
        client.connection.request("POST" if body else "GET", path, body and json.dumps(body))
        answer = client.connection.getresponse()
        answer.read()
        return answer.headers.get_all("Warning") or []

    assert "is simulated: nothing runs in it" in warnings(MAPS)[0]
    assert warnings(MAPS) == []
    assert warnings(MAPS, config("a") | {"dada": {}}) == ['299 - "unknown field \\"dada\\""']


@pytest.mark.parametrize(
    "path",
    [
        "/apis/apps/v1/nothing",
        "/api/v2",
        "/apis/nothing",
        "/x",
        "/api/v1/pods/x",
        "/openapi/v3/apis/x/v1",
    ],
)
def test_what_is_not_there(client, path):
    status, found = client.ask("GET", path)
    assert (status, found["reason"]) == (404, "NotFound")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{MAPS}/kube-root-ca.crt"),
        ("PUT", MAPS),
        ("GET", "/apis/authentication.k8s.io/v1/selfsubjectreviews"),
    ],
)
def test_what_is_not_done(client, method, path):
    status, found = client.ask(method, path, {})
    assert (status, found["reason"]) == (405, "MethodNotAllowed")


def test_a_removed_cluster_answers_no_more_and_its_watches_end(sandbox_session, tmp_path):
    from tests.sandbox.client import Client

    client = Client(sandbox_session.add("to-be-removed"), tmp_path)
    client.connection.request("GET", f"{MAPS}?watch=true")
    answer = client.connection.getresponse()
    assert json.loads(answer.readline())["type"] == "ADDED"
    sandbox_session.remove("to-be-removed")
    assert answer.read() == b""
    with pytest.raises((OSError, http.client.HTTPException)):
        Client.send(client, "GET", "/version")


def test_a_name_is_taken_once(sandbox_session):
    sandbox_session.add("twice")
    try:
        with pytest.raises(ValueError, match="there is a cluster `twice` already"):
            sandbox_session.add("twice")
    finally:
        sandbox_session.remove("twice")
