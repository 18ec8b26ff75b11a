"""The bash that is used: the first on PATH."""

from __future__ import annotations

import functools
import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OLDEST = (4, 4)
"""The oldest bash that works."""


class ShellError(Exception):
    """There is no shell to run commands in. The message is for a person."""


def find_bash(env: Mapping[str, str]) -> str:
    """Return the path of the bash on PATH.

    Raises:
        ShellError: There is none, or it is older than OLDEST.
    """
    return _find(env.get("PATH"))[0]


def bash_version(env: Mapping[str, str]) -> str:
    """Return that bash's version, such as `5.2.15`.

    Raises:
        ShellError: As `find_bash` does.
    """
    return _find(env.get("PATH"))[1].partition("(")[0]


@functools.cache
def _find(path: str | None) -> tuple[str, str]:
    """Return the bash's path and its BASH_VERSION, such as `5.2.15(1)-release`."""
    found = shutil.which("bash", path=path)
    if found is None:
        raise ShellError("bash was not found on PATH; install bash 4.4 or newer, or mend PATH")
    try:
        asked = subprocess.run(
            [found, "--norc", "-c", 'echo "$BASH_VERSION"'],
            check=False,
            env={} if path is None else {"PATH": path},
            capture_output=True,
            text=True,
        )
    except OSError as error:
        raise ShellError(f"{found} does not start as bash: {error.strerror}") from error
    version = asked.stdout.strip()
    numbers = version.split(".")[:2]
    if len(numbers) < 2 or not all(n.isdigit() for n in numbers):
        raise ShellError(f"{found} does not work as bash: it says {version or asked.stderr!r}")
    if (int(numbers[0]), int(numbers[1])) < OLDEST:
        raise ShellError(
            f"{found} is bash {version}; cuebook needs 4.4 or newer first on PATH"
            " (on a Mac: brew install bash)"
        )
    return found, version
