"""Makes the picture of a report's page in docs/reports.md from a real run: `make picture`.

The runbook that docs/reports.md shows is rehearsed, and its page is drawn by a headless Chromium.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PAGE = Path(__file__).with_name("reports.md")
PICTURE = PAGE.with_name("report.png")
CUEBOOK = Path(sys.executable).with_name("cuebook")
WIDTH, HEIGHT = 900, 940


def main() -> None:
    """Draw the picture."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        sys.exit(f"{PICTURE.name} is drawn by Chromium, which is not there (Debian: chromium)")
    found = re.search(r"^````markdown\n(.*?)^````$", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    if not found:
        sys.exit(f"there is no runbook in {PAGE}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "web.md").write_text(found[1])
        command = [CUEBOOK, "rehearse", "--no-init", "--no-take", "--report", "html=r.html"]
        # It fails, since the picture is to show a failure.
        subprocess.run([*command, "web.md"], check=False, cwd=folder, stdout=subprocess.DEVNULL)
        subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--hide-scrollbars"),
                *(f"--user-data-dir={folder}/profile", f"--window-size={WIDTH},{HEIGHT}"),
                *(f"--screenshot={PICTURE}", f"{folder}/r.html"),
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )
    sys.stdout.write(f"docs/{PICTURE.name} is drawn\n")


if __name__ == "__main__":
    main()
