"""A team's site by MkDocs -> its runbooks as pages."""

from __future__ import annotations

import re
import subprocess
import sys

BOOK = "# A demo\n\n<!-- @SHOW -->\n\n```bash\n#@until 5s\necho 'one'\n```\n\n[more](other.md)\n"


def build(folder, text=BOOK, settings="[{cuebook: {take: none}}]"):
    docs = folder / "docs"
    docs.mkdir()
    (folder / "mkdocs.yml").write_text(f"site_name: Ours\nplugins: {settings}\n")
    (docs / "index.md").write_text("# Home\n\n<!-- a comment -->\n")
    (docs / "other.md").write_text("# Other\n\n## Other\n\n```bash\nls\n```\n")
    (docs / "demo.md").write_text(text)
    words = [sys.executable, "-m", "mkdocs", "build", "--strict"]
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


def test_headings_have_the_ids_that_links_of_ours_use(tmp_path):
    text = (
        "See [a](#ls--more), [b](#über-uns), [c](#two-1), [d](#a-b_c).\n\n"
        "## `ls` & *more*\n\n## Über uns\n\n## Two\n\n"
        f"{BOOK.replace('# A demo', '## Two')}\n## A b_c!\n\n## Thrice\n\n## Thrice\n"
    )
    done = build(tmp_path, f"---\ntitle: Thrice\nenv: {{A: b}}\n---\n{text}")
    assert done.returncode == 0, done
    page = (tmp_path / "site" / "demo" / "index.html").read_text()
    ids = re.findall(r'<h[12] id="(.*?)"', page)
    assert ids[1:] == ["ls--more", "über-uns", "two", "two-1", "a-b_c", "thrice", "thrice-1"]
    assert len(set(ids)) == len(ids)
    contents = re.findall(r'<a href="#(.*?)" class="nav-link"', page)
    assert set(ids[1:]) <= set(contents)


def test_headings_of_other_pages_are_left_to_mkdocs(tmp_path):
    assert build(tmp_path, BOOK + "\n## Other\n").returncode == 0
    other = (tmp_path / "site" / "other" / "index.html").read_text()
    assert re.findall('<h[12] id="(.*?)"', other) == ["other", "other_1"]


def test_a_runbook_without_a_take_is_told(tmp_path):
    done = build(tmp_path, settings="[cuebook]")
    assert (
        "WARNING -  cuebook: docs/demo.md: no rehearsal of the whole runbook that passed is kept; "
        "`cuebook rehearse docs/demo.md` keeps one, and with `take: none` no page has output"
    ) in done.stdout + done.stderr
    assert done.returncode == 1, "as --strict has it"


def test_a_block_in_a_list_stands_below_it(tmp_path):
    assert build(tmp_path, BOOK + "\n1. a\n\n   ```bash\n   ls\n   ```\n").returncode == 0
    page = (tmp_path / "site" / "demo" / "index.html").read_text()
    assert '<pre><code class="language-bash">ls\n' in page


def test_an_error_has_its_place(tmp_path):
    done = build(tmp_path, BOOK + "\n<!-- @wiat -->\n")
    assert done.returncode == 1
    assert "demo.md:12:6: error: `@wiat` is no directive" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_settings_are_checked(tmp_path):
    done = build(tmp_path, settings="[{cuebook: {take: nothing}}]")
    assert done.returncode == 1
    assert "take" in done.stderr + done.stdout
