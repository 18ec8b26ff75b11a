"""Configuration files of kind and k3d."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.sandbox.parts import at
from helpers.sandbox.programs.call import ProgramError, unknown

if TYPE_CHECKING:
    from collections.abc import Collection

    from helpers.sandbox.programs.call import Call
    from helpers.sandbox.resources import Json


class Config:
    """A configuration, asked by paths such as `networking.podSubnet`."""

    def __init__(self, root: Json) -> None:
        """Take the mapping at its top."""
        self.root = root

    def at(self, path: str) -> Json:
        """Return the value at a path, None where there is none."""
        return at(self.root, path) if path else self.root

    def text(self, path: str, default: str = "") -> str:
        """Return the text at a path."""
        found = self.at(path)
        return default if found is None else str(found)

    def items(self, path: str) -> list[dict[str, Json]]:
        """Return the mappings in the list at a path."""
        return [one for one in self.at(path) or () if isinstance(one, dict)]

    def only(self, path: str, known: Collection[str], where: str = "") -> None:
        """Refuse keys that are not simulated.

        Raises:
            ProgramError: There is one.
        """
        found = self.at(path)
        for key in found if isinstance(found, dict) else ():
            if key not in known:
                name = ".".join(part for part in (where or path, key) if part)
                raise unknown("sandbox", f"`{name}` in a cluster's configuration")


def read(call: Call, failed: str) -> Config:
    """Return the file that `--config` names, or what was given on standard input.

    Args:
        call: The call.
        failed: What its program says before the reason, where the file cannot be read.

    Raises:
        ProgramError: It cannot be read, or is no YAML.
    """
    import yaml

    name = call.flag("--config")
    try:
        text = call.stdin.decode() if name == "-" else call.path(name).read_text(encoding="utf-8")
        root = yaml.safe_load(text)
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise ProgramError(f"{failed} open {name}: {reason}") from None
    except (ValueError, yaml.YAMLError) as error:
        raise ProgramError(f"{failed} {name}: {error}") from None
    if not isinstance(root, dict):
        raise ProgramError(f"{failed} {name}: a mapping is expected")
    return Config(root)
