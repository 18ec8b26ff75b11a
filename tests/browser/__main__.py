"""Gets axe-core, which judges how accessible a page is; ends with 1 where something is missing."""

import shutil
import subprocess
import sys

from tests.browser.conftest import AXE, AXE_VERSION, BROWSER

if not BROWSER:
    sys.exit("test-browser: needs Chromium as `chromium` or `google-chrome` (Debian: chromium)")
if not AXE.exists():
    if not shutil.which("npm"):
        sys.exit("test-browser: axe-core comes by npm, which is not there (Debian: npm)")
    folder = AXE.parents[2]
    folder.mkdir(parents=True, exist_ok=True)
    words = ["npm", "install", "--silent", "--no-save", "--ignore-scripts", "--no-fund"]
    done = subprocess.run([*words, "--prefix", str(folder), f"axe-core@{AXE_VERSION}"], check=False)
    if done.returncode or not AXE.exists():
        sys.exit("test-browser: npm could not install axe-core")
