"""A fake of docker, kind, k3d, kubectl, helm and linkerd, by the name that it is called by.

It records each call (arguments, here-document, when it began and ended), keeps a small world of
networks, nodes and kubeconfigs, and does as its rules say: fail, be slow, print.

It starts some thousand times: pathlib alone would be a fifth of that.
"""

import fcntl
import json
import os
import re
import signal
import sys
import time

WORLD = os.environ["FAKE_WORLD"]
NAME = os.path.basename(sys.argv[0])
ARGS = sys.argv[1:]
CALL = " ".join([NAME, *ARGS])


def read(file, default=""):
    """A file's text, or the default where there is none."""
    try:
        with open(file) as opened:
            return opened.read()
    except FileNotFoundError:
        return default


def write(file, text):
    with open(file, "w") as opened:
        opened.write(text)


class World:
    """The world's file, read and written under a lock."""

    def __enter__(self):
        self.lock = open(f"{WORLD}/lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.data = json.loads(read(f"{WORLD}/world.json", "{}"))
        for key in ("networks", "nodes", "helm", "applied"):
            self.data.setdefault(key, {})
        return self.data

    def __exit__(self, *_):
        write(f"{WORLD}/world.json", json.dumps(self.data))
        self.lock.close()


signal.signal(signal.SIGINT, signal.SIG_DFL)


def main():
    stdin = sys.stdin.read() if "-" in ARGS else ""
    record("began", stdin)
    status = 0
    for rule in json.loads(read(f"{WORLD}/rules.json", "[]")):
        if re.search(rule["match"], CALL):
            if rule.get("times") is not None:
                spent = f"{WORLD}/spent-{rule['id']}"
                count = int(read(spent, "0"))
                write(spent, str(count + 1))
                if count >= rule["times"]:
                    continue
            time.sleep(rule.get("sleep", 0))
            print(rule.get("print", ""), end="", flush=True)
            print(rule.get("error", ""), end="", flush=True, file=sys.stderr)
            status = rule.get("status", 0)
            if status or rule.get("instead"):
                record("ended", "")
                sys.exit(status)
    status = globals()[f"be_{NAME}"](stdin)
    record("ended", "")
    sys.exit(status or 0)


def record(what, stdin):
    with open(f"{WORLD}/calls.jsonl", "a") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        entry = {"what": what, "argv": [NAME, *ARGS], "stdin": stdin, "at": time.monotonic()}
        log.write(json.dumps(entry) + "\n")


def option(name, default=""):
    for number, word in enumerate(ARGS):
        if word == name:
            return ARGS[number + 1]
        if word.startswith(f"{name}="):
            return word.split("=", 1)[1]
    return default


def say(*objects):
    for each in objects:
        print(json.dumps(each))


def be_docker(_stdin):
    with World() as world:
        if ARGS[:2] == ["network", "ls"]:
            say(*({"ID": f"net-{name}", "Name": name} for name in world["networks"]))
        elif ARGS[:2] == ["network", "inspect"]:
            name = ARGS[2].removeprefix("net-")
            say(network(world, name))
        elif ARGS[:2] == ["network", "create"]:
            if ARGS[-1] in world["networks"]:
                print(f"network with name {ARGS[-1]} already exists", file=sys.stderr)
                return 1
            world["networks"][ARGS[-1]] = config = []
            for word in ARGS:
                key, _, value = word.partition("=")
                if key == "--subnet":
                    config.append({"Subnet": value})
                elif key == "--ip-range":
                    config[-1]["IPRange"] = value
                elif key == "--gateway":
                    config[-1]["Gateway"] = value
        elif ARGS[0] == "ps":
            label = option("--filter").removeprefix("label=")
            found = [name for name, node in world["nodes"].items() if label in node["labels"]]
            say(*({"ID": name, "Names": name} for name in found))
        elif ARGS[0] == "inspect" and ARGS[1] == "-f":
            node = world["nodes"].get(ARGS[3])
            if node is None:
                print(f"Error: No such object: {ARGS[3]}", file=sys.stderr)
                return 1
            print(node["v6" if "GlobalIPv6Address" in ARGS[2] else "v4"])
        elif ARGS[0] == "inspect":
            say(*(container(n, world["nodes"][n]) for n in ARGS[1:] if n in world["nodes"]))
        elif ARGS[0] == "start":
            for name in ARGS[1:]:
                world["nodes"][name]["running"] = True
                print(name)
    return 0


def network(world, name):
    members = {
        n: {"Name": n, "IPv4Address": f"{node['v4']}/24", "IPv6Address": ""}
        for n, node in world["nodes"].items()
        if node["running"]
    }
    config = world["networks"][name]
    return {"Name": name, "IPAM": {"Config": config}, "Containers": members}


def container(name, node):
    end = {"IPAddress": node["v4"], "GlobalIPv6Address": node["v6"]} if node["running"] else {}
    return {
        "Name": f"/{name}",
        "State": {"Running": node["running"]},
        "Config": {"Image": node["image"], "Labels": node["labels"]},
        "NetworkSettings": {"Networks": {"kind": end}},
    }


def make(cluster, names, labels, image, config):
    with World() as world:
        base = os.environ.get("FAKE_ADDRESSES", "172.16.100.")
        for name, role in names:
            number = max((n["number"] for n in world["nodes"].values()), default=1) + 1
            world["nodes"][name] = {
                "number": number,
                "v4": f"{base}{number}",
                "v6": f"fd5c:6c8f:2a1e:64::{number:x}",
                "running": True,
                "image": image,
                "labels": labels(cluster, role),
                "config": config,
            }


def kubeconfig(file, entry, user):
    write(
        file,
        "apiVersion: v1\nkind: Config\n"
        f"current-context: {entry} # context\n"
        f"clusters:\n- name: {entry}\n  cluster:\n"
        f"    server: https://127.0.0.1:39999 # {entry}\n    insecure-skip-tls-verify: true\n"
        f"contexts:\n- name: {entry} # context\n"
        f"  context: {{cluster: {entry}, user: {user}}}\n"
        f"users:\n- name: {user}\n  user: {{token: made-up}}\n",
    )
    os.chmod(file, 0o600)


def be_kind(stdin):
    cluster = option("--name")
    if ARGS[:2] == ["create", "cluster"]:
        count = stdin.count("- role:")
        roles = ["control-plane", *["worker"] * (count - 1)]
        names = [(f"{cluster}-{r}{'' if n < 2 else n}", r) for n, r in enumerate(roles)]

        def labels(cluster, role):
            return {"io.x-k8s.kind.cluster": cluster, "io.x-k8s.kind.role": role}

        print(f'Creating cluster "{cluster}" ...')
        make(cluster, names, labels, option("--image"), stdin)
    if ARGS[:2] in (["create", "cluster"], ["export", "kubeconfig"]):
        kubeconfig(option("--kubeconfig"), f"kind-{cluster}", f"kind-{cluster}")
    if ARGS[:2] == ["delete", "cluster"]:
        unmake("io.x-k8s.kind.cluster", cluster)
    if ARGS == ["get", "clusters"]:
        listed("io.x-k8s.kind.cluster")
    return 0


def be_k3d(stdin):
    if ARGS[:2] == ["cluster", "create"]:
        cluster = re.search(r"metadata: {name: (.*)}", stdin)[1]
        agents = int(re.search(r"agents: (\d+)", stdin)[1])
        roles = ["server-0", *(f"agent-{n}" for n in range(agents))]

        def labels(cluster, role):
            return {"k3d.cluster": cluster, "k3d.role": role.split("-")[0]}

        image = re.search(r"image: (.*)", stdin)[1]
        make(cluster, [(f"k3d-{cluster}-{r}", r) for r in roles], labels, image, stdin)
    if ARGS[:2] == ["kubeconfig", "merge"]:
        kubeconfig(option("--output"), f"k3d-{ARGS[2]}", f"admin@k3d-{ARGS[2]}")
    if ARGS[:2] == ["cluster", "delete"]:
        unmake("k3d.cluster", ARGS[2])
    if ARGS == ["cluster", "list"]:
        listed("k3d.cluster", " 1/1  0/0")
    if ARGS[:2] == ["cluster", "start"]:
        with World() as world:
            for node in world["nodes"].values():
                if node["labels"].get("k3d.cluster") == ARGS[2]:
                    node["running"] = True
    return 0


def listed(label, more=""):
    with World() as world:
        names = {node["labels"].get(label) for node in world["nodes"].values()} - {None}
    for name in sorted(names):
        print(f"{name}{more}")


def unmake(label, cluster):
    with World() as world:
        gone = [n for n, node in world["nodes"].items() if node["labels"].get(label) == cluster]
        for name in gone:
            del world["nodes"][name]
        for kept in ("helm", "applied"):
            world[kept].pop(cluster, None)


def be_kubectl(stdin):
    file = option("--kubeconfig") or "/nowhere"
    if "rename-context" in ARGS:
        old, new = ARGS[-2:]
        with open(file) as opened:
            text = opened.read()
        write(file, text.replace(f"{old} # context", f"{new} # context"))
    elif "set-cluster" in ARGS:
        entry = ARGS[ARGS.index("set-cluster") + 1]
        url = option("--server")
        with open(file) as opened:
            text = opened.read()
        write(file, re.sub(rf"server: \S+ # {entry}", f"server: {url} # {entry}", text))
    elif "apply" in ARGS:
        if "-" in ARGS and not stdin.strip():
            print("error: no objects passed to apply", file=sys.stderr)
            return 1
        with World() as world:
            world["applied"].setdefault(option("--context"), []).append(stdin or option("-f"))
        print("applied")
    return 0


def be_helm(_stdin):
    with World() as world:
        world["helm"][option("--kube-context")] = f"metallb-{option('--version')}"
    return 0


def be_linkerd(_stdin):
    if "--help" in ARGS:
        print(read(f"{WORLD}/linkerd-help"))
    elif "check" not in ARGS:
        print(f"# from {CALL}")
    return 0


main()
