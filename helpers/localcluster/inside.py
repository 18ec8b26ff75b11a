"""What a running cluster says of itself, by the `kubernetes` client.

Read through the node's own address, wherever the kubeconfig points: after Docker has restarted,
that may be somewhere else.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from helpers.localcluster.state import StateError
from helpers.localcluster.values import at, items, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from helpers.localcluster.model import Address, Cluster, Range
    from helpers.localcluster.state import State

_TIMES = (3.0, 10.0)  # seconds to connect, and to wait for an answer
_ZONE = "topology.kubernetes.io/zone"


@dataclass(frozen=True, slots=True)
class Peer:
    """A cluster that another one is linked to.

    Attributes:
        server: Its API server, as the credentials in the other one say.
        gateway: Whether it is reached by its gateway.
    """

    server: str
    gateway: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """What is in a cluster.

    Attributes:
        ready: Whether all nodes are ready.
        pods: The pods' ranges of all nodes.
        service: The address of the service `kubernetes`, the first of the services' range.
        zones: The zones of the nodes, "" for one without.
        chart: MetalLB's chart with its version if its controller and speakers are ready, else "".
        pools: The ranges of MetalLB's pools that are advertised.
        linkerd: Whether Linkerd's control plane is installed.
        links: The clusters that it is linked to, by name.
    """

    ready: bool
    pods: tuple[Range, ...]
    service: Address | None
    zones: frozenset[str]
    chart: str
    pools: tuple[Range, ...]
    linkerd: bool
    links: Mapping[str, Peer]


def read(clusters: Iterable[Cluster], state: State) -> dict[str, Inside | None]:
    """Ask the clusters that run, side by side.

    Returns:
        What they say, by name. None stands for one that does not answer; one without a context,
        which can only be asked whether it answers, is not there if it does.

    Raises:
        StateError: There is nothing to ask with.
    """
    asked = {cluster.name: url for cluster in clusters if (url := state.server(cluster))}
    with ThreadPoolExecutor(max_workers=8) as pool:
        known = [name for name in asked if name in state.servers]
        unknown = [name for name in asked if name not in state.servers]
        answers = pool.map(_answers, [asked[name] for name in unknown])
        said = pool.map(_read, known, [asked[name] for name in known])
        found = dict(zip(known, said, strict=True))
        return found | {n: None for n, yes in zip(unknown, answers, strict=True) if not yes}


def _answers(url: str) -> bool:
    """Whether an API server answers. It is told nothing, so its certificate does not matter."""
    host, _, port = url.removeprefix("https://").rpartition(":")
    context = ssl._create_unverified_context()  # noqa: S323 - the usual way to have one
    try:
        with (
            socket.create_connection((host.strip("[]"), int(port)), timeout=_TIMES[0]) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError:
        return False


def _read(context: str, url: str) -> Inside | None:
    try:
        import urllib3
        from kubernetes import client, config
    except ImportError:
        raise StateError(
            "kubernetes, the Python client that reads what is in clusters, is not installed: "
            "pip install 'cuebook[clusters]', or in a clone pip install '.[clusters]'"
        ) from None

    settings = client.Configuration(retries=False)

    def get(path: str) -> object:
        """Return the JSON at a path, None where there is nothing."""
        method, address, headers, *_ = api.param_serialize(
            "GET", path, auth_settings=["BearerToken"]
        )
        response = api.call_api(method, address, headers, _request_timeout=_TIMES)
        whole: Callable[[], bytes] = response.read
        body = whole()
        if response.status == 404:
            return None
        if response.status != 200:
            raise client.ApiException(http_resp=response)
        found: object = json.loads(body)
        return found

    try:
        load: Callable[..., None] = config.load_kube_config
        load(context=context, client_configuration=settings)
        settings.host = url
        api = client.ApiClient(settings)
        return _inside(get)
    except (client.ApiException, config.ConfigException, urllib3.exceptions.HTTPError, OSError):
        return None


def _inside(get: Callable[[str], object]) -> Inside:
    """Put together what the API says, given what gets the JSON at a path."""
    nodes = items(get("/api/v1/nodes"), "items")
    conditions = [items(node, "status", "conditions") for node in nodes]
    return Inside(
        ready=all(
            any((text(c, "type"), text(c, "status")) == ("Ready", "True") for c in of_node)
            for of_node in conditions
        ),
        pods=tuple(
            ip_network(str(range_)) for node in nodes for range_ in items(node, "spec", "podCIDRs")
        ),
        service=_address(text(get(f"{_core('default')}/services/kubernetes"), "spec", "clusterIP")),
        zones=frozenset(text(node, "metadata", "labels", _ZONE) for node in nodes),
        chart=_chart(get),
        pools=_pools(get),
        linkerd=get(f"{_core('linkerd')}/configmaps/linkerd-config") is not None,
        links=_links(get),
    )


def _core(namespace: str) -> str:
    return f"/api/v1/namespaces/{namespace}"


def _chart(get: Callable[[str], object]) -> str:
    apps = "/apis/apps/v1/namespaces/metallb"
    controller = get(f"{apps}/deployments/metallb-controller")
    speaker = get(f"{apps}/daemonsets/metallb-speaker")
    ready = bool(at(controller, "status", "availableReplicas")) and (
        at(speaker, "status", "numberReady") == at(speaker, "status", "desiredNumberScheduled")
        and bool(at(speaker, "status", "numberReady"))
    )
    return text(controller, "metadata", "labels", "helm.sh/chart") if ready else ""


def _pools(get: Callable[[str], object]) -> tuple[Range, ...]:
    """Return the ranges of all pools, none where no L2Advertisement announces them."""
    metallb = "/apis/metallb.io/v1beta1/namespaces/metallb"
    if not items(get(f"{metallb}/l2advertisements"), "items"):
        return ()
    pools = items(get(f"{metallb}/ipaddresspools"), "items")
    ranges = [str(each) for pool in pools for each in items(pool, "spec", "addresses")]
    return tuple(ip_network(each) for each in ranges if "/" in each)


def _links(get: Callable[[str], object]) -> dict[str, Peer]:
    """Return Linkerd's links, with the API server of the credentials that each needs."""
    import yaml

    namespace = "namespaces/linkerd-multicluster"
    versions = (f"/apis/multicluster.linkerd.io/v1alpha{n}/{namespace}/links" for n in (3, 2, 1))
    links = next(filter(None, map(get, versions)), None)
    gateways = {text(link, "metadata", "name"): link for link in items(links, "items")}
    found = {}
    prefix = "cluster-credentials-"
    for secret in items(get(f"/api/v1/{namespace}/secrets"), "items"):
        credentials = text(secret, "metadata", "name")
        name = credentials.removeprefix(prefix)
        if credentials.startswith(prefix) and name in gateways:
            kubeconfig = yaml.safe_load(base64.b64decode(text(secret, "data", "kubeconfig")))
            server = text(kubeconfig, "clusters", 0, "cluster", "server")
            found[name] = Peer(server, bool(text(gateways[name], "spec", "gatewayAddress")))
    return found


def _address(written: str) -> Address | None:
    return ip_address(written) if written and written != "None" else None
