"""The files that runbooks link to and that are no pages: which of them go with a site.

They are copied into a folder of the site. What is copied there is read by anybody, and by the
server: so nothing comes from outside the runbooks' folder, by a link of the file system either,
nothing that is hidden, and of a stranger's files only such as no server runs and no browser takes
for a page.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

IMAGES = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
"""The images that are put into a page, by their names' endings."""

LARGEST = 4 * 1024 * 1024
"""Bytes of such an image, which is linked if it is larger; and of a file that is copied."""

FOLDER = "cue-files"
"""The folder of a site that these files are copied into; nothing else stands there."""

_PICTURES = {".gif", ".jpeg", ".jpg", ".pdf", ".png", ".webp"}
_TEXTS = {".cfg", ".conf", ".csv", ".diff", ".ini", ".json", ".jsonl", ".log", ".patch", ".toml"}
_MORE_TEXTS = {".tsv", ".txt", ".yaml", ".yml"}
_CODE = {".bash", ".go", ".py", ".rs", ".sh", ".sql", ".tf", ".zsh"}
_ARCHIVES = {".gz", ".tar", ".tgz", ".zip"}
KINDS = _PICTURES | _TEXTS | _MORE_TEXTS | _CODE | _ARCHIVES
"""How the names of files end that are copied although they may be a stranger's."""


def within(file: Path, folders: Iterable[Path]) -> bool:
    """Return whether a file really stands in one of some folders, and is no link out of them."""
    real = Path(os.path.realpath(file))
    return any(real.is_relative_to(os.path.realpath(folder)) for folder in folders)


class StaysError(Exception):
    """A file does not go with a site; the text says what it is, as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Which files go with pages, and where to.

    Attributes:
        root: The folder that the runbooks are in; no file comes from elsewhere.
        site: The site's folder, None where there is a page alone, which no file goes with.
        pictures: Pictures are put into the pages.
        trust: Files of any kind go along.
    """

    root: Path
    site: Path | None = None
    pictures: bool = True
    trust: bool = False

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders from which pictures may be put into the pages."""
        return (self.root, self.site / FOLDER) if self.site else (self.root,)

    def place(self, file: Path, *, picture: bool) -> Path | None:
        """Return where a file is copied to, None where it need not be.

        Args:
            file: Its real path.
            picture: It is shown, and not only linked.

        Raises:
            StaysError: It cannot go along.
        """
        shown = self.pictures and picture
        if not within(file, [self.root]) and (self.site or (shown and not self.trust)):
            raise StaysError(f"outside of {self.root}")
        small = file.is_file() and file.stat().st_size <= LARGEST
        if self.site is None or (shown and small and file.suffix.lower() in IMAGES):
            return None
        inner = file.relative_to(os.path.realpath(self.root))
        if why := self._stays(inner, file, small=small):
            raise StaysError(why)
        return self.site / FOLDER / inner

    def _stays(self, inner: Path, file: Path, *, small: bool) -> str:
        if any(part.startswith(".") for part in inner.parts):
            return "hidden"
        if not file.is_file():
            return "a folder" if file.is_dir() else "no file"
        if not small:
            return f"larger than {LARGEST // 1024**2} MiB"
        if file.suffix.lower() not in KINDS and not self.trust:
            return "of no kind that is copied without --trust"
        return ""
