"""A team's site by MkDocs -> its runbooks as pages."""

from __future__ import annotations

import subprocess
import sys

BOOK = "# A demo\n\n<!-- @SHOW -->\n\n```bash\n#@until 5s\necho 'one'\n```\n\n[more](other.md)\n"


def build(folder, text=BOOK, settings="[cuebook]"):
    docs = folder / "docs"
    docs.mkdir()
    (folder / "mkdocs.yml").write_text(f"site_name: Ours\nplugins: {settings}\n")
    (docs / "index.md").write_text("# Home\n\n<!-- a comment -->\n")
    (docs / "other.md").write_text("# Other\n\n```bash\nls\n```\n")
    (docs / "demo.md").write_text(text)
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    env = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    env["NO_MKDOCS_2_WARNING"] = "true"
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False, timeout=120, env=env
    )


def test_a_runbook_is_a_page(tmp_path):
    done = build(tmp_path)
    assert done.returncode == 0, done
    page = (tmp_path / "site" / "demo" / "index.html").read_text()
    assert "Repeat it until it succeeds, for up to 5s." in page
    assert "@until" not in page
    assert 'href="../other/"' in page


def test_an_error_has_its_place(tmp_path):
    done = build(tmp_path, BOOK + "\n<!-- @wiat -->\n")
    assert done.returncode == 1
    assert "demo.md:12:6: error: `@wiat` is no directive" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_settings_are_checked(tmp_path):
    done = build(tmp_path, settings="[{cuebook: {take: nothing}}]")
    assert done.returncode == 1
    assert "take" in done.stderr + done.stdout
