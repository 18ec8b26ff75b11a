"""Programs of the sandbox that need not ask it: `curl`, and `bat` and `jq` where there are none.

Called as `local.py PROGRAM REAL ARGUMENT...`, where REAL is the real program, "" for none.
"""

import json
import os
import sys
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

NETWORKS = ("192.0.2.0/24", "2001:db8::/64")
"""Addresses of the sandbox's network, which nobody has (RFC 5737, RFC 3849)."""

DOMAINS = (".svc", ".cluster.local")
"""How the names of Services end."""


def curl(real: str, argv: list[str]) -> int:
    """Answer marked text for an address of the sandbox; anything else is for the real one."""
    inside = [word for word in argv if not word.startswith("-") and _simulated(word)]
    if not inside:
        if not real:
            sys.stderr.write("curl: it is not installed, and this is no address of the sandbox\n")
            return 127
        os.execv(real, [real, *argv])
    for word in inside:
        sys.stdout.write(f"[simulated] {word}: no traffic flows in the sandbox\n")
    if mark := os.environ.get("CUEBOOK_SIMULATED"):
        with open(mark, "a", encoding="utf-8") as stream:
            stream.write(f"curl {inside[0]} needs real traffic\n")
    return 0


def bat(_real: str, argv: list[str]) -> int:
    """Print files, without colours."""
    sys.stderr.write("[simulated] bat is not installed; this is cat\n")
    files = [word for word in argv if not word.startswith("-")]
    os.execvp("cat", ["cat", "--", *files])


def jq(_real: str, argv: list[str]) -> int:
    """Indent JSON: the filter `.` alone."""
    if argv == ["--version"]:
        sys.stdout.write("jq-1.7+simulated\n")
        return 0
    if argv not in ([], ["."]):
        sys.stderr.write("jq: the sandbox does not simulate filters; install jq\n")
        return 64
    try:
        value = json.load(sys.stdin)
    except ValueError as error:
        sys.stderr.write(f"jq: error: {error}\n")
        return 2
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    return 0


def _simulated(word: str) -> bool:
    host = urlsplit(word if "://" in word else f"//{word}").hostname or ""
    try:
        address = ip_address(host)
    except ValueError:
        return host.endswith(DOMAINS)
    return any(address in ip_network(one) for one in (*NETWORKS, *_ranges()))


def _ranges() -> list[str]:
    """Return the ranges of the clusters' pods and Services."""
    folder = os.environ.get("CUEBOOK_SANDBOX")
    if not folder:
        return []
    with open(f"{folder}/ranges", encoding="utf-8") as file:
        return file.read().split()


if __name__ == "__main__":
    program = {"bat": bat, "curl": curl, "jq": jq}[sys.argv[1]]
    sys.exit(program(sys.argv[2], sys.argv[3:]))
