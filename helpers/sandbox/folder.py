"""The private folder of a sandbox: the programs, their socket, the kubeconfig."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from helpers.sandbox.environment import SIMULATED
from helpers.sandbox.programs.manifests import GATEWAY_API, gateway_api
from helpers.sandbox.programs.serve import PROGRAMS

if TYPE_CHECKING:
    from helpers.sandbox.resources import Object

RANGES = "ranges"
"""The file of the ranges of pods and Services, in the folder."""

PREFIX = "cuebook-sandbox-"
_EXTRA = "pip install 'cuebook[sandbox]', or in a clone pip install '.[sandbox]'"
_PROGRAMS = Path(__file__).parent / "programs"


class LackingError(Exception):
    """Something that the `sandbox` extra has is not there; the message says what."""


def make(path: str) -> Path:
    """Make the folder and what is in it from the start.

    Its name has our process id in it: those that a killed process left go at the same time.

    Args:
        path: PATH, without the sandbox's programs.

    Raises:
        LackingError: There is no aiohttp, or no kubectl in the `sandbox` extra nor on PATH.
    """
    _sweep()
    if find_spec("aiohttp") is None:  # it is imported with the first cluster
        raise LackingError(f"there is no aiohttp: {_EXTRA}")
    kubectl = _kubectl(path)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    programs = folder / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        words = (sys.executable, "-IS", str(_PROGRAMS / "client.py"), str(folder / "socket"), name)
        _script(programs / name, f'exec {" ".join(map(quote, words))} "$@"')
    _write(folder / "gateway-api.yaml", gateway_api())
    _script(
        programs / "kubectl",
        _KUBECTL.format(
            url=GATEWAY_API, file=quote(str(folder / "gateway-api.yaml")), kubectl=quote(kubectl)
        ),
    )
    for name in ("curl", "jq", "bat"):
        real = shutil.which(name, path=path) or ""
        if name == "curl" or not real:
            words = (sys.executable, "-IS", str(_PROGRAMS / "local.py"), name, real)
            _script(programs / name, f'exec {" ".join(map(quote, words))} "$@"')
    for name in (SIMULATED, RANGES, "kubeconfig"):
        (folder / name).touch(mode=0o600)
    return folder


_KUBECTL = """\
for word do
  shift
  if [ "$word" = '{url}' ]; then
    echo '[simulated] {url}: the sandbox has a shorter one' >&2
    word={file}
  fi
  set -- "$@" "$word"
done
exec {kubectl} "$@\""""


def _script(file: Path, text: str) -> None:
    file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    file.chmod(0o700)


def _write(file: Path, found: list[Object]) -> None:
    # JSON is YAML.
    text = "".join(f"---\n{json.dumps(one)}\n" for one in found)
    file.write_text(text, encoding="utf-8")


def _kubectl(path: str) -> str:
    own = Path(sys.executable).with_name("kubectl")
    if found := (str(own) if os.access(own, os.X_OK) else shutil.which("kubectl", path=path)):
        return found
    raise LackingError(f"there is no kubectl: {_EXTRA}")


def _sweep() -> None:
    """Remove the folders whose process is gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*-*"):
        number = folder.name.removeprefix(PREFIX).partition("-")[0]
        with contextlib.suppress(ValueError, OverflowError, OSError):
            if folder.stat().st_uid == os.getuid() and not _runs(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
