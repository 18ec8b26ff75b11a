"""Who may do what: roles and bindings, asked about users that are impersonated (`kubectl --as`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.sandbox.status import ApiError
from helpers.sandbox.tls import MASTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.sandbox.cluster import Cluster
    from helpers.sandbox.resources import Object

_GROUP = ".rbac.authorization.k8s.io"


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a user would do."""

    user: str
    groups: tuple[str, ...]
    verb: str
    namespace: str
    group: str
    resource: str
    """The plural, with its subresource: "pods/log"."""
    name: str = ""


def allowed(cluster: Cluster, action: Action) -> bool:
    """Return whether roles allow an action; to system:masters everything is."""
    if MASTERS in action.groups:
        return True
    return any(_covers(rule, action) for rule in rules(cluster, action))


def rules(cluster: Cluster, action: Action) -> Iterator[Object]:
    """Yield the rules that apply to an action's user in its namespace."""
    bindings = [("", one) for one in cluster.store.all(f"clusterrolebindings{_GROUP}")]
    if action.namespace:
        found = cluster.store.all(f"rolebindings{_GROUP}", action.namespace)
        bindings += [(action.namespace, one) for one in found]
    for namespace, binding in bindings:
        if not any(_is(subject, action) for subject in binding.get("subjects") or ()):
            continue
        reference = binding.get("roleRef") or {}
        if reference.get("kind") == "ClusterRole":
            role = cluster.store.get(f"clusterroles{_GROUP}", "", str(reference.get("name")))
        else:
            role = cluster.store.get(f"roles{_GROUP}", namespace, str(reference.get("name")))
        yield from (role or {}).get("rules") or ()


def check(cluster: Cluster, action: Action) -> None:
    """Refuse an action that is not allowed.

    Raises:
        ApiError: 403.
    """
    if allowed(cluster, action):
        return
    subject = f"{action.resource.partition('/')[0]}{'.' + action.group if action.group else ''}"
    named = f' "{action.name}"' if action.name else ""
    scope = f'in the namespace "{action.namespace}"' if action.namespace else "at the cluster scope"
    message = (
        f'{subject}{named} is forbidden: User "{action.user}" cannot {action.verb} resource '
        f'"{action.resource}" in API group "{action.group}" {scope}'
    )
    raise ApiError(403, "Forbidden", message, name=action.name, kind=action.resource)


def _is(subject: Object, action: Action) -> bool:
    kind, name = subject.get("kind"), subject.get("name")
    if kind == "ServiceAccount":
        return action.user == f"system:serviceaccount:{subject.get('namespace')}:{name}"
    return name == action.user if kind == "User" else name in action.groups


def _covers(rule: Object, action: Action) -> bool:
    def has(field: str, value: str) -> bool:
        found: Iterable[str] = rule.get(field) or ()
        return "*" in found or value in found

    names = rule.get("resourceNames")
    return (
        has("verbs", action.verb)
        and has("apiGroups", action.group)
        and has("resources", action.resource)
        and (not names or action.name in names)
    )
