"""`cuebook render`: real rehearsals -> pages on the disk."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

BOOK = """\
# A demo

<!-- @SHOW -->

```bash
echo "hello" $((1 + 1))
```
"""
PAGE = """\
# A demo

```bash
echo "hello" $((1 + 1))
```
"""


def rendered(cuebook, *args: str, **more):
    run = cuebook("render", *args, "--format", "markdown", **more)
    assert (run.status, run.stderr) == (0, ""), run
    return {
        str(path.relative_to(cuebook.work)): path.read_text()
        for path in sorted(cuebook.work.rglob("out*/**/*.md"))
    }


def test_one_file(cuebook):
    cuebook("render", "a.md", "-o", "out.md", files={"a.md": BOOK})
    assert (cuebook.work / "out.md").read_text() == PAGE


def test_without_a_take_no_output_is_shown_even_if_one_is_kept(cuebook):
    cuebook("rehearse", "a.md", files={"a.md": BOOK})
    assert rendered(cuebook, "a.md", "-o", "out") == {"out/a.md": PAGE}


def test_the_latest_take(cuebook):
    cuebook("rehearse", "a.md", files={"a.md": BOOK})
    found = rendered(cuebook, "a.md", "-o", "out", "--take", "latest")["out/a.md"]
    assert "> Rehearsed on 20" in found
    assert found.endswith("```\n\n```text\nhello 2\n```\n")


def test_a_newer_rehearsal_that_failed_is_passed_over_and_told(cuebook):
    text = BOOK.replace("hello", "${WORD:?is not set}")
    cuebook("rehearse", "a.md", files={"a.md": text}, env={"WORD": "hello"})
    assert cuebook("rehearse", "a.md").status == 1
    found = rendered(cuebook, "a.md", "-o", "out", "--take", "latest")["out/a.md"]
    assert "This is the last one that passed: the newest, on 20" in found
    assert ", failed.\n" in found
    assert "hello 2\n" in found


def test_a_presentation_and_a_take_that_is_none_are_passed_over(cuebook):
    cuebook("rehearse", "a.md", files={"a.md": BOOK})
    (take,) = (cuebook.work.parent / "home").rglob("takes/*/*.jsonl")
    (take.parent / "99990101.jsonl").write_text("nonsense\n")
    later = take.read_text().replace('"mode": "rehearsed"', '"mode": "presented"')
    (take.parent / "99980101.jsonl").write_text(later)
    found = rendered(cuebook, "a.md", "-o", "out", "--take", "latest")["out/a.md"]
    assert "> Rehearsed on 20" in found


def test_a_rehearsal_of_a_part_is_passed_over(cuebook):
    text = BOOK + "\n```bash\nfalse\n```\n"
    cuebook("rehearse", "a.md", files={"a.md": BOOK})
    cuebook("rehearse", "a.md", "--to", "1")
    found = rendered(cuebook, "a.md", "-o", "out", "--take", "latest")["out/a.md"]
    assert found.endswith("```\n\n```text\nhello 2\n```\n")
    cuebook("rehearse", "b.md", files={"b.md": text})
    cuebook("rehearse", "b.md", "--to", "1")
    run = cuebook("render", "b.md", "-o", "out", "--take", "latest")
    assert run.status == 2
    assert re.search(
        r"b\.md: no rehearsal of the whole runbook that passed is kept "
        r"\(the newest, on [-0-9: +]+, failed; one is of a part of it\); cuebook rehearse",
        run.stderr,
    )


def test_a_take_by_its_name_shows_a_failure(cuebook):
    text = BOOK + "\n```bash\nfalse\n```\n"
    cuebook("rehearse", "a.md", "--take", "run.jsonl", files={"a.md": text})
    found = rendered(cuebook, "a.md", "-o", "out", "--take", "run.jsonl")["out/a.md"]
    assert "It failed." in found
    assert found.endswith("```bash\nfalse\n```\n\nThis failed: exit status 1.\n")


def test_no_take_is_kept(cuebook):
    run = cuebook("render", "a.md", "-o", "out", "--take", "latest", files={"a.md": BOOK})
    assert run.status == 2
    assert (
        "a.md: no rehearsal of the whole runbook that passed is kept; cuebook rehearse keeps one"
        in run.stderr
    )
    assert not (cuebook.work / "out").exists()


def test_some_have_no_take(cuebook):
    cuebook("rehearse", "a.md", files={"a.md": BOOK, "b.md": BOOK})
    wanted = ["a.md", "b.md", "-o", "out", "--take", "latest", "--format", "markdown"]
    run = cuebook("render", *wanted)
    assert run.status == 0
    assert (
        run.stderr
        == "b.md: no rehearsal of the whole runbook that passed is kept; its page has no output\n"
    )
    assert (cuebook.work / "out" / "b.md").read_text() == PAGE


def test_a_folder_and_names_that_are_not_plain(cuebook):
    files = {
        "book/one.md": BOOK + "\n[two](<sub/zwei ö.md#a-demo>)\n",
        "book/sub/zwei ö.md": BOOK,
        "book/readme.md": "no runbook",
    }
    found = rendered(cuebook, "book", "-o", "out", files=files)
    assert found == {
        "out/one.md": PAGE + "\n[two](<sub/zwei ö.md#a-demo>)\n",
        "out/sub/zwei ö.md": PAGE,
    }


def test_a_runbook_with_an_error_is_refused_and_nothing_is_written(cuebook):
    run = cuebook(
        "render", "a.md", "b.md", "-o", "out", files={"a.md": BOOK, "b.md": BOOK + "<!-- @wiat -->"}
    )
    assert run.status == 2
    assert run.stderr.startswith("b.md:8:6: error: `@wiat` is no directive")
    assert not (cuebook.work / "out").exists()


def test_a_link_that_leads_nowhere_is_an_error_and_nothing_is_written(cuebook):
    run = cuebook("render", "a.md", "-o", "out", files={"a.md": BOOK + "\n  [x](gone.md)\n"})
    assert run.status == 2
    assert run.stderr == (
        "a.md:9:3: error: the link leads nowhere: there is no file gone.md\n      [x](gone.md)\n"
    ).replace("      [x]", "    [x]")
    assert not (cuebook.work / "out").exists()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["a.md", "-o", "a.md"], "a.md is what pages are made of, and kept: name another -o"),
        (["a.md", "-o", "."], "a.md is what pages are made of, and kept: name another -o"),
        (["a.md", "a.markdown", "-o", "out"], "would both become out/a.md"),
        (["book", "-o", "all.md"], "all.md: the pages of a folder, or of several runbooks, go"),
        (["a.md", "b.md", "-o", "all.HTML"], "name one, such as all, or one runbook alone"),
        (["a.md", "b.md", "-o", "out", "--take", "x.jsonl"], "--take TAKE is for one runbook"),
        (["a.md", "-o", "out", "--take", "b.jsonl"], "b.jsonl is a take of b.md, and not of a.md"),
        (["a.md", "-o", "out", "--take", "none"], "none: the take cannot be read: No such file"),
        (["a.md", "-o", "out", "--take", "a.md"], "a.md:1:1: this is no take"),
    ],
)
def test_what_cannot_be_is_refused(cuebook, args, message):
    other = BOOK.replace("hello", "bye")
    files = {"a.md": BOOK, "a.markdown": BOOK, "b.md": other, "book/c.md": BOOK}
    cuebook("rehearse", "b.md", "--take", "b.jsonl", files=files)
    run = cuebook("render", "--format", "markdown", *args)
    assert run.status == 2
    assert message in run.stderr
    assert (cuebook.work / "a.md").read_text() == BOOK
    out = args[args.index("-o") + 1]
    assert not (cuebook.work / out).is_dir() or out == "."


def test_a_folder_that_is_there_may_be_called_as_a_file_is(cuebook):
    files = {"book/a.md": BOOK, "site.md/mine.txt": "mine"}
    run = cuebook("render", "book", "-o", "site.md", files=files)
    assert (run.status, run.stderr) == (0, "")
    assert (cuebook.work / "site.md" / "a.md").read_text() == PAGE


def test_what_is_imported_and_the_take_are_kept(cuebook):
    text = BOOK + "\n<!-- @import lib.md -->\n"
    files = {"a.md": text, "lib.md": "lib\n"}
    cuebook("rehearse", "a.md", "--take", "run.jsonl", files=files)
    for out in ("lib.md", "run.jsonl"):
        run = cuebook("render", "a.md", "-o", out, "--take", "run.jsonl")
        assert run.status == 2
        assert f"{out} is what pages are made of, and kept: name another -o" in run.stderr
    assert (cuebook.work / "lib.md").read_text() == "lib\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere: run it as another user")
def test_a_folder_that_cannot_be_written(cuebook):
    (cuebook.work / "out").mkdir(mode=0o500)
    run = cuebook("render", "a.md", "-o", "out", files={"a.md": BOOK})
    assert run.status == 3
    assert "the page cannot be written: out/a.html: Permission denied" in run.stderr


def test_a_place_that_is_taken(cuebook):
    run = cuebook("render", "a.md", "-o", "file/out.md", files={"a.md": BOOK, "file": ""})
    assert run.status == 3
    assert run.stderr == "cuebook: the page cannot be written: file/out.md: File exists\n"


def test_start_up_files_are_known_and_on_no_page(cuebook):
    files = {
        "a.md": BOOK + "\n<!-- @ring -->\n",
        "~/.demoshrc": "echo mine\n#@macro ring\n#@wait\n#@end\n",
    }
    assert rendered(cuebook, "a.md", "-o", "out", files=files) == {"out/a.md": PAGE}
    assert cuebook("render", "a.md", "-o", "out", "--no-init").status == 2


def test_html_is_kept_where_the_runbook_is_trusted(cuebook):
    files = {"a.md": BOOK + "\n<video></video>\n"}
    assert "&lt;video>" in rendered(cuebook, "a.md", "-o", "out", files=files)["out/a.md"]
    assert "<video></video>" in rendered(cuebook, "a.md", "-o", "out", "--trust")["out/a.md"]


def test_a_page_is_readable_by_all_whom_the_umask_lets(cuebook):
    rendered(cuebook, "a.md", "-o", "out", files={"a.md": BOOK})
    mask = os.umask(0)
    os.umask(mask)
    assert Path(cuebook.work / "out" / "a.md").stat().st_mode & 0o777 == 0o666 & ~mask


def test_html_is_what_is_made_unless_the_name_says_markdown(cuebook):
    cuebook("rehearse", "a.md", files={"a.md": BOOK})
    assert cuebook("render", "a.md", "-o", "out.html", "--take", "latest").status == 0
    page = (cuebook.work / "out.html").read_text()
    assert page.startswith("<!doctype html>\n")
    assert "hello 2\n" in page


def test_a_folder_becomes_a_site(cuebook):
    files = {"book/one.md": BOOK, "book/sub/zwei ö.md": BOOK.replace("A demo", "Zwei")}
    assert cuebook("render", "book", "-o", "out", files=files).status == 0
    start = (cuebook.work / "out" / "index.html").read_text()
    assert '<a href="sub/zwei%20%C3%B6.html">Zwei</a>' in start
    second = (cuebook.work / "out" / "sub" / "zwei ö.html").read_text()
    assert '<a class="home" href="../index.html">Book</a>' in second
    assert '<a rel="prev" href="../one.html">' in second


def there(cuebook) -> list[str]:
    root = cuebook.work / "out"
    return sorted(str(path.relative_to(root)) for path in root.rglob("*.*"))


def test_pages_of_runbooks_that_are_gone_go_too(cuebook):
    files = {f"book/{name}.md": BOOK for name in ("a", "b", "sub/c ö", "index")}
    files |= {"out/b.txt": "mine", "out/mine.html": "<title>mine</title>"}
    assert cuebook("render", "book", "-o", "out", files=files).status == 0
    (cuebook.work / "book" / "b.md").rename(cuebook.work / "book" / "d.md")
    for name in ("sub/c ö.md", "index.md"):
        (cuebook.work / "book" / name).unlink()
    run = cuebook("render", "book", "-o", "out")
    told = [f"{n}: removed, as no runbook becomes this page any more" for n in GONE]
    assert sorted(run.stderr.splitlines()) == told
    assert there(cuebook) == ["a.html", "b.txt", "d.html", "index.html", "mine.html"]
    start = (cuebook.work / "out" / "index.html").read_text()
    assert "b.html" not in start
    assert "sub/" not in start


GONE = ("out/b.html", "out/start.html", "out/sub/c ö.html")


def put(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


@pytest.mark.parametrize(
    "done",
    [
        lambda page: put(page, "<!doctype html><title>by hand</title>\n"),
        lambda page: put(page, '<meta name="generator" content="cuebook"><title>a report</title>'),
        lambda page: page.rename(page.with_name("x.htm")) and page.symlink_to("x.htm"),
        lambda page: put(page.with_name("index.html"), "<title>my own start page</title>"),
    ],
)
def test_what_is_not_a_page_of_this_site_is_never_removed(cuebook, done):
    cuebook("render", "book", "-o", "out", files={"book/a.md": BOOK, "book/b.md": BOOK})
    done(cuebook.work / "out" / "b.html")
    before = there(cuebook)
    (cuebook.work / "book" / "b.md").unlink()
    run = cuebook("render", "book", "-o", "out")
    assert (run.status, run.stderr) == (0, "")
    assert there(cuebook) == before


def test_pages_of_other_runbooks_in_the_same_folder_stay(cuebook):
    files = {"book/a.md": BOOK, "more/b.md": BOOK, "more/c.md": BOOK}
    for names in (["book"], ["more"], ["more/b.md"], ["more/c.md"], ["more"]):
        assert cuebook("render", *names, "-o", "out", files=files).stderr == ""
    assert there(cuebook) == ["a.html", "b.html", "c.html", "index.html"]


def test_a_start_page_without_a_place(cuebook):
    files = {"book/index.md": BOOK, "book/start.md": BOOK}
    run = cuebook("render", "book", "-o", "out", files=files)
    assert run.status == 2
    assert "runbooks become index.html and start.html; rename one of them" in run.stderr


def test_templates_are_replaced_one_by_one(cuebook):
    files = {
        "a.md": BOOK,
        "mine/style.css": "body { color: teal; }\n",
        "mine/runbook.html": '{% extends "base.html" %}{% block main %}mine{% endblock %}\n',
    }
    run = cuebook("render", "a.md", "-o", "out.html", "--templates", "mine", files=files)
    assert run.status == 0, run
    page = (cuebook.work / "out.html").read_text()
    assert '<main id="cue:main">\nmine</main>' in page
    assert "teal" in page
    assert "--measure" not in page


@pytest.mark.parametrize(
    ("template", "message"),
    [("\n{% if %}", "mine/base.html:2: "), ("{{ nothing }}", "'nothing' is undefined")],
)
def test_a_template_that_is_wrong_is_told_with_its_place(cuebook, template, message):
    files = {"a.md": BOOK, "mine/base.html": template}
    run = cuebook("render", "a.md", "-o", "out.html", "--templates", "mine", files=files)
    assert run.status == 2
    assert message in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pallete.css", "; did you mean palette.css?"),
        ("css/style.css", "; did you mean style.css?"),
        (
            "footer.html",
            "; there are base.html, blocks.html, palette.css, runbook.html, script.js, start.html"
            " and style.css",
        ),
    ],
)
def test_a_template_that_replaces_none_is_told(cuebook, name, told):
    files = {"a.md": BOOK, f"mine/{name}": "", "mine/style.css": "", "mine/.DS_Store": ""}
    run = cuebook("render", "a.md", "-o", "out.html", "--templates", "mine", files=files)
    assert run.status == 0
    assert run.stderr == f"mine/{name}: warning: it replaces no template of ours{told}\n"


def test_a_template_of_ones_own_that_another_one_takes_in_is_not_told(cuebook):
    base = '{% include "parts/footer.html" %}'
    files = {"a.md": BOOK, "mine/base.html": base, "mine/parts/footer.html": "my footer"}
    run = cuebook("render", "a.md", "-o", "out.html", "--templates", "mine", files=files)
    assert (run.status, run.stderr) == (0, "")
    assert (cuebook.work / "out.html").read_text() == "my footer\n"
