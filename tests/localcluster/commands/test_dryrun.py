"""A dry run runs, reads, writes and deletes nothing."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import pytest

from helpers.localcluster.cli.commands import COMMANDS
from tests.localcluster.commands.conftest import LOCALCLUSTER, REPO

MORE = {"link": ["--src", "cdn", "--dst", "faces", "--gateway"]}


def listing(folder):
    """Everything about every file in a folder but when it was read."""
    found = {}
    for path in sorted(folder.rglob("*")):
        what = path.lstat()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path)] = (what.st_mode, what.st_mtime_ns, what.st_ino, digest)
    return found


@pytest.mark.parametrize("force", [[], ["--force"]])
@pytest.mark.parametrize("command", COMMANDS)
def test_with_an_empty_path_and_a_watched_file_system(world, command, force):  # defect 1, defect 2
    certs = world.work / "certs"
    certs.mkdir()
    for name in ("root.crt", "root.key"):
        (certs / name).write_text("not even a certificate\n")
    (world.work / "clusters" / "smiley" / "issuer.key").write_text("nor a key\n")
    world.kubeconfig.write_text("not: [a kubeconfig\n")
    empty = world.folder / "empty"
    empty.mkdir()
    before = listing(world.folder)
    done = subprocess.run(
        [*LOCALCLUSTER, "--dryrun", command, *force, *MORE.get(command, []), "clusters"],
        cwd=world.work,
        env={**world.environment, "PATH": str(empty), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout
    assert listing(world.folder) == before
    assert world.recorded() == []


@pytest.mark.parametrize("command", COMMANDS)
def test_no_process_is_started_and_no_connection_made(world, command):
    """Python tells of each as it happens, whatever the way."""
    watch = (
        "import sys\n"
        "EVENTS = ('subprocess.Popen', 'os.system', 'os.exec', 'os.fork', 'os.posix_spawn',"
        " 'socket.connect', 'os.remove', 'os.rename', 'os.mkdir', 'os.rmdir')\n"
        "def hook(event, arguments):\n"
        "    if event in EVENTS or event == 'open' and arguments[2] & 0o3:\n"
        "        print('did', event, arguments, file=sys.stderr)\n"
        "sys.addaudithook(hook)\n"
        "from helpers.localcluster.cli.main import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-c",
            watch,
            "--dryrun",
            command,
            "clusters",
            *MORE.get(command, []),
        ],
        cwd=world.work,
        env=world.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_options_stand_anywhere(world, place):
    words = ["create", "clusters", "smiley"]
    words.insert(place, "--dryrun")
    assert "kind create cluster --name smiley" in world.ok(*words).stdout


def test_no_client_and_no_display_is_imported(world):
    script = (
        "import sys\n"
        "from helpers.localcluster.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "heavy = {'kubernetes', 'cryptography', 'rich', 'concurrent.futures'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    argv = [sys.executable, "-c", script, "create", "--dryrun", "clusters"]
    done = subprocess.run(
        argv, cwd=REPO, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stderr == "[]\n"


def test_routes_and_servers_are_shown_as_they_will_run(world):  # defect 3
    shown = world.ok("create", "--dryrun", "clusters", "smiley").stdout
    assert shown.count(" ip route replace ") == 6
    assert "https://:6443" not in shown
    assert '--server "https://$NODE:6443"' in shown
