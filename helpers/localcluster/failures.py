"""What a program's words may mean, and what helps: for failures that others have met.

Each row names the thread in which it was found out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure that is known by its words.

    Attributes:
        words: A regular expression that is found in a line of output.
        meaning: What it is likely to mean, a sentence without its full stop.
        mend: What helps, likewise.
        source: Where that was found out.
    """

    words: str
    meaning: str
    mend: str
    source: str


FAILURES = (
    Failure(
        r"too many open files|failed to create fsnotify|inotify",
        "the limits for inotify are too low for so many nodes",
        "sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512",
        "kind#2219, kind#3398, colima#1000",
    ),
    Failure(
        r"failed to find interface with specified node ip",
        "Docker has given the node another address than the one that k3s was made with",
        "delete the cluster and create it again; ours take the address that there is",
        "k3d#1637, k3d#550",
    ),
    Failure(
        r"(bind|listen)\b.*address already in use|port is already allocated",
        "another program has taken the port of this machine that the node was to have",
        "the same command again: Docker chooses another port",
        "k3d, cmd/util/ports.go; kind, providers/common/getport.go",
    ),
    Failure(
        r"no available IPv4 addresses|address already in use.*network|no available addresses",
        "no address for another node is left in the network's range for nodes",
        "delete clusters, or give `nodes` a larger range in network.yaml and make the network anew",
        "libnetwork#1038, moby#19721",
    ),
    Failure(
        r"all predefined address pools have been fully subnetted|Pool overlaps with other one",
        "the network's subnets are in use, by another network of Docker or by a VPN",
        "name free ones in network.yaml, or remove the other network (docker network ls)",
        "kind#2488, kind#3926",
    ),
    Failure(
        r"failed calling webhook .*metallb|metallb-webhook-service",
        "MetalLB's webhook does not answer yet",
        "it is tried again for two minutes; after that, look at pods in the namespace metallb",
        "metallb#1597, metallb#1540, metallb#2486",
    ),
    Failure(
        r"(unable|failed) to parse IP(?! config)",
        "a container without an IPv4 address is on the network, which k3d cannot read",
        "disconnect it: docker network disconnect NETWORK CONTAINER",
        "k3d#1418",
    ),
    Failure(
        r"must share the same IP version",
        "k3s knows an address of one family only",
        "a network with IPv6 is needed: delete the clusters and the network, and create again",
        "k3s#11735",
    ),
    Failure(
        r"failed to lock config file|\.lock: file exists",
        "another program has the kubeconfig locked, or has left its lock behind",
        "if no kubectl and no kind is at work, remove the .lock file beside it",
        "kind, pkg/cluster/internal/kubeconfig, lock.go",
    ),
    Failure(
        r"Gateway API .*(not|missing)|no matches for kind \"?(HTTP|GRPC)Route",
        "the Gateway API's resources are not what this Linkerd expects",
        "let localcluster linkerd install them, version 1.2.1, and nothing else",
        "linkerd2#12232, linkerd2#14741, linkerd2#14846, linkerd2#14986",
    ),
    Failure(
        r"has no ingress addresses|no ingress address",
        "the gateway of the other cluster has no address yet",
        "localcluster lb gives it one",
        "linkerd2, multicluster link",
    ),
    Failure(
        r"0\.0\.0\.0:\d+|127\.0\.0\.1:\d+.*connection refused",
        "a kubeconfig points to the host, where only the host can reach the cluster",
        "localcluster repair",
        "kind#2018, k3d#111, linkerd2#5373, linkerd2#4398",
    ),
    Failure(
        r"x509: certificate is valid for .* not ",
        "the API server was reached by an address that its certificate does not have",
        "localcluster repair; if that does not help, delete the cluster and create it again",
        "kind#2045, k3d#111",
    ),
    Failure(
        r"no route to host|i/o timeout|context deadline exceeded|Client\.Timeout",
        "the node's address does not answer: the cluster has not started yet or was moved, "
        "or Docker's network cannot be reached from here, as with Docker Desktop",
        "localcluster doctor tells which; localcluster repair after Docker has restarted",
        "kind#3556, for-mac#7334, moby#51015, linkerd2#11566",
    ),
    Failure(
        r"Cannot connect to the Docker daemon|permission denied.*docker\.sock",
        "Docker does not run, or you may not use it",
        "start it (systemctl start docker, OrbStack, colima start); "
        "--dryrun shows without Docker what is planned or defined",
        "docker",
    ),
    Failure(
        r"(ErrImagePull|ImagePullBackOff|pull access denied|manifest unknown|toomanyrequests)",
        "an image cannot be had",
        "look at the image's name; log in (docker login) where Docker Hub limits you",
        "docker",
    ),
    Failure(
        r"already exist for a cluster with the name|cluster with that name already exists",
        "somebody else has made the cluster meanwhile",
        "the same command again, which leaves it if it is as defined",
        "kind, k3d",
    ),
    Failure(
        r"no space left on device|disk ?pressure",
        "the disk is full",
        "docker system df shows what takes the room",
        "kind, known issues",
    ),
    Failure(
        r"could not find a log line that matches|failed to init node with kubeadm",
        "a node has not come up: memory, inotify limits or a cgroup version are the usual reasons",
        "localcluster doctor",
        "kind, known issues",
    ),
)


def explain(text: str) -> Failure | None:
    """Return what a line of output is known for, whatever its case; None for nothing."""
    return next((failure for failure in FAILURES if re.search(failure.words, text, re.I)), None)
