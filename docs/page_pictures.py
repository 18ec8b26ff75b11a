"""Makes the pictures of pages in docs/rendering.md from real runs: `make picture`.

The flagship is rehearsed in the sandbox, and the tour; for the picture of a stale step, one of the
flagship's commands is another one by then.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DOCS = Path(__file__).parent
REPO = DOCS.parent
RUNBOOKS = REPO / "runbooks"
FLAGSHIP = RUNBOOKS / "practical-multicluster.md"
CUEBOOK = Path(sys.executable).with_name("cuebook")
CHANGED = ("kubectl --context cdn get svc -n faces\n", "kubectl --context cdn get svc -A\n")

# Its name, the page, what is at its top, width, height, dark.
PICTURES = (
    ("page-start", "index.html", "", 1100, 620, False),
    ("page-step", "practical-multicluster.html", "#one-application-one-cluster", 1280, 800, False),
    ("page-stale", "stale/practical-multicluster.html", ".changed", 1280, 560, False),
    ("page-phone", "practical-multicluster.html", "", 390, 800, False),
    ("page-dark", "tour.html", "#fog", 1280, 800, True),
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
                shown.evaluate(
                    "(where) => scrollTo(0, scrollY + document.querySelector(where)"
                    ".getBoundingClientRect().top - 60)",
                    place,
                )
            shown.screenshot(path=DOCS / f"{name}.png")
            sys.stdout.write(f"docs/{name}.png is drawn\n")
        chromium.close()


def _site(folder: Path) -> Path:
    """Return the site of the runbooks, and in `stale` the flagship's page after an edit."""
    setup = FLAGSHIP.with_stem(f"{FLAGSHIP.stem}-setup")
    state, books, site = folder / "state", folder / "books", folder / "site"
    env = {**os.environ, "XDG_STATE_HOME": str(state)}

    def cuebook(*words: str | Path) -> None:
        done = [CUEBOOK, words[0], "--no-init", *words[1:]]
        subprocess.run(done, check=True, cwd=REPO, env=env, stdout=subprocess.DEVNULL)

    cuebook("rehearse", "--sandbox", setup, FLAGSHIP)
    cuebook("rehearse", RUNBOOKS / "tour.md")
    cuebook("render", "--take", "latest", RUNBOOKS, "-o", site)
    shutil.copytree(RUNBOOKS, books)
    edited = books / FLAGSHIP.name
    edited.write_text(edited.read_text().replace(*CHANGED, 1))
    (take,) = set(state.rglob(f"{FLAGSHIP.stem}-*/*.jsonl")) - set(state.rglob(f"{setup.stem}-*/*"))
    cuebook("render", "--take", take, edited, "-o", site / "stale" / f"{FLAGSHIP.stem}.html")
    return site


if __name__ == "__main__":
    main()
