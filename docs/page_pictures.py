"""Makes the pictures of pages in docs/rendering.md from a real run: `make picture`.

The tour is rehearsed, then edited, so that one of its steps is stale.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
RUNBOOKS = DOCS.parent / "runbooks"
CUEBOOK = Path(sys.executable).with_name("cuebook")

# Its name, the page, what is at its top, width, height, dark.
PICTURES = (
    ("page-start", "index.html", "", 1100, 560, False),
    ("page-step", "tour.html", "the-logbook", 1280, 800, False),
    ("page-stale", "tour.html", ".changed", 1280, 500, False),
    ("page-phone", "tour.html", "", 360, 740, False),
    ("page-dark", "tour.html", "fog", 1280, 800, True),
)


def main() -> None:
    """Draw the pictures."""
    from playwright.sync_api import sync_playwright

    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not browser:
        sys.exit("pages are drawn by Chromium, which is not there (Debian: chromium)")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = _site(Path(folder))
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        for name, page, place, width, height, dark in PICTURES:
            shown = chromium.new_page(
                viewport={"width": width, "height": height},
                color_scheme="dark" if dark else "light",
            )
            shown.goto((site / page).as_uri())
            if place:
                where = place if place.startswith(".") else f"[id='{place}']"
                shown.evaluate(
                    "(where) => scrollTo(0, document.querySelector(where)"
                    ".getBoundingClientRect().top - 120)",
                    where,
                )
            shown.screenshot(path=DOCS / f"{name}.png")
            sys.stdout.write(f"docs/{name}.png is drawn\n")
        chromium.close()


def _site(folder: Path) -> Path:
    """Return the site of the runbooks, with the take of a tour that has changed since."""
    books = folder / "runbooks"
    shutil.copytree(RUNBOOKS, books)
    env = {**os.environ, "HOME": str(folder)}
    env.pop("XDG_STATE_HOME", None)
    tour = books / "tour.md"
    words = ["rehearse", "--no-init", str(tour)]
    subprocess.run([CUEBOOK, *words], check=True, env=env, stdout=subprocess.DEVNULL)
    text = tour.read_text()
    tour.write_text(text.replace("tail -n 2 logbook", "tail -n 3 logbook"))
    words = ["render", "--no-init", "--take", "latest", str(books), "-o", str(folder / "site")]
    subprocess.run([CUEBOOK, *words], check=True, env=env, stderr=subprocess.DEVNULL)
    return folder / "site"


if __name__ == "__main__":
    main()
