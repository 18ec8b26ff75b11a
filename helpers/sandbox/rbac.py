"""Who may do what: roles and bindings, asked about users that are impersonated (`kubectl --as`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.sandbox.status import ApiError
from helpers.sandbox.tls import MASTERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.sandbox.call import Call
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


def check(call: Call, verb: str) -> None:
    """Refuse a call that its user may not make.

    Raises:
        ApiError: 403.
    """
    if MASTERS in call.groups:
        return
    group, space = call.resource.group, call.namespace
    resource = f"{call.resource.plural}/{call.subresource}".removesuffix("/")
    action = Action(call.user, call.groups, verb, space, group, resource, call.name)
    if allowed(call.cluster, action):
        return
    named = f' "{call.name}"' if call.name else ""
    scope = f'in the namespace "{space}"' if space else "at the cluster scope"
    message = (
        f'{call.resource.name}{named} is forbidden: User "{call.user}" cannot {verb} resource '
        f'"{resource}" in API group "{group}" {scope}'
    )
    raise ApiError(403, "Forbidden", message, name=call.name, kind=resource)


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
