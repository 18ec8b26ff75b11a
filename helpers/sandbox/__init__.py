"""Simulated Kubernetes clusters: control planes in one process, which real clients talk to.

They keep objects, answer kubectl, and bring Deployments, Services and the like to the state that
they would reach. Nothing runs in them, and no traffic flows: versions end in `+simulated`, logs and
exec answer with text that begins `[simulated]`.

    from helpers.sandbox import ThreadedSandbox

    with ThreadedSandbox() as sandbox:
        print(sandbox.add("west").kubeconfig)
"""

from helpers.sandbox.cluster import Cluster, Node
from helpers.sandbox.sandbox import Sandbox, ThreadedSandbox

__all__ = ["Cluster", "Node", "Sandbox", "ThreadedSandbox"]
