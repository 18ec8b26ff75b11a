"""Files that runbooks link to -> where they are copied to, or why they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.render.beside import LARGEST, Beside, StaysError

SITE = Path("site")


@pytest.fixture
def goes(tmp_path):
    """Return a function: a file below the folder `books` -> where it goes, or why not."""
    (tmp_path / "books" / "sub").mkdir(parents=True)

    def goes(name: str, *, size=1, site=SITE, html=True, trust=False, picture=False):
        file = tmp_path / "books" / name
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.write_bytes(b"x" * size)
        beside = Beside(tmp_path / "books", site, html, trust)
        try:
            place = beside.place(file.resolve(), picture=picture)
        except StaysError as error:
            return str(error).replace(str(tmp_path), "…")
        return place and str(place)

    return goes


@pytest.mark.parametrize(
    ("name", "more", "came"),
    [
        ("set-up.sh", {}, "site/cue-files/set-up.sh"),
        ("sub/a b.YAML", {}, "site/cue-files/sub/a b.YAML"),
        ("a.png", {}, "site/cue-files/a.png"),
        ("a.yaml", {"site": None}, None),
        # a picture is in the page, if that is HTML and the picture is no larger than it may be
        ("a.png", {"picture": True}, None),
        ("a.svg", {"picture": True}, None),
        ("a.png", {"picture": True, "html": False}, "site/cue-files/a.png"),
        ("a.png", {"picture": True, "size": LARGEST + 1}, "larger than 4 MiB"),
        # what a server may run, or a browser take for a page
        ("a.html", {}, "of no kind that is copied without --trust"),
        ("a.svg", {}, "of no kind that is copied without --trust"),
        ("a.php", {}, "of no kind that is copied without --trust"),
        ("Makefile", {}, "of no kind that is copied without --trust"),
        ("a.html", {"trust": True}, "site/cue-files/a.html"),
        # what is nobody's business
        (".env.yaml", {}, "hidden"),
        (".git/config.txt", {"trust": True}, "hidden"),
        ("sub", {}, "a folder"),
        ("../a.yaml", {}, "outside of …/books"),
        ("../a.yaml", {"trust": True}, "outside of …/books"),
        ("../a.yaml", {"site": None}, None),
        ("../a.png", {"site": None, "picture": True}, "outside of …/books"),
        ("../a.png", {"site": None, "picture": True, "trust": True}, None),
    ],
)
def test_where_a_file_goes(goes, name, more, came):
    assert goes(name, **more) == came


def test_a_link_out_of_the_folder_does_not_go(goes, tmp_path):
    (tmp_path / "secret.yaml").write_text("secret")
    (tmp_path / "books" / "plain.yaml").symlink_to(tmp_path / "secret.yaml")
    (tmp_path / "books" / "sub" / "up").symlink_to(tmp_path)
    assert goes("plain.yaml") == "outside of …/books"
    assert goes("sub/up/secret.yaml", trust=True) == "outside of …/books"
