"""A program of the sandbox: it asks the sandbox's process, prints what that answers, and exits.

Called as `client.py SOCKET PROGRAM ARGUMENT...`; it needs nothing but the standard library, since
each call pays for what it imports.
"""

import json
import os
import socket
import sys

VARIABLES = ("KUBECONFIG", "HOME", "KIND_EXPERIMENTAL_DOCKER_NETWORK")


def main() -> int:
    """Ask, print, and return the exit status."""
    where, program, *argv = sys.argv[1:]
    reads = "-" in argv or any(word.endswith("=-") for word in argv)
    asked = {
        "program": program,
        "argv": argv,
        "cwd": os.getcwd(),
        "environment": {name: os.environ[name] for name in VARIABLES if name in os.environ},
        "stdin": sys.stdin.buffer.read().decode("utf-8", "replace") if reads else "",
    }
    connection = socket.socket(socket.AF_UNIX)
    try:
        # From within its folder: a socket's path has some hundred bytes at most (unix(7)).
        folder, _, name = where.rpartition("/")
        os.chdir(folder)
        connection.connect(name)
        connection.sendall(json.dumps(asked).encode() + b"\n")
        with connection.makefile("rb") as stream:
            answer = json.loads(stream.readline())
    except (OSError, ValueError):
        sys.stderr.write(f"{program}: the sandbox has ended\n")
        return 1
    sys.stdout.write(answer["stdout"])
    sys.stdout.flush()
    sys.stderr.write(answer["stderr"])
    return int(answer["status"])


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # as `head` has had enough
        os._exit(141)
    except KeyboardInterrupt:
        os._exit(130)
