"""A command's directives -> what a person is told to do."""

from __future__ import annotations

import pytest

from runner.render.markdown import told


@pytest.mark.parametrize(
    ("directives", "sentences"),
    [
        ("@until 2m", ["Repeat it until it succeeds, for up to 2m."]),
        (
            "@until 2m\n#@expect *Ready*\n#@expect ! *Pending*",
            [
                "Repeat it until it succeeds and its output has `*Ready*`"
                ", and no line of its output has `*Pending*`, for up to 2m."
            ],
        ),
        ("@for 5s", ["Stop it with `CTRL-C`, after 5s or so."]),
        ("@exit 1", ["It ends with exit status `1`, as it should."]),
        ("@exit 0 3", ["It ends with exit status `0` or `3`, as it should."]),
        ("@exit 0", []),
        (r"@type Ishmael\n", ["When it asks, type `Ishmael` and press `RETURN`."]),
        (
            "@type yes\\n\n#@type ^C",
            ["When it asks, type `yes` and press `RETURN`.", "Then press `CTRL-C`."],
        ),
        (r"@type a\\b\ec", [r"When it asks, type `a\b`, press `ESC` and type `c`."]),
        (
            "@edit s/weight: 10/weight: 50/",
            ["In the editor, change `weight: 10` to `weight: 50`; save the file and quit."],
        ),
        (
            "@edit s|a/b|c|g; /old/d",
            [
                "In the editor, change `a/b` to `c`, everywhere, then delete each line with `old`"
                " in it; save the file and quit."
            ],
        ),
        ("@edit s/1\\.5//", ["In the editor, remove `1.5`; save the file and quit."]),
        (
            "@edit s/a*b/c/",
            ["In the editor, apply the sed script `s/a*b/c/`; save the file and quit."],
        ),
        (
            "@edit s/\\(x\\)/\\1\\1/",
            ["In the editor, apply the sed script `s/\\(x\\)/\\1\\1/`; save the file and quit."],
        ),
        (
            "@edit 3d\n#@edit $d",
            [
                "In the editor, the first time, delete line `3`; save the file and quit.",
                "In the editor, the second time, apply the sed script `$d`;"
                " save the file and quit.",
            ],
        ),
        ("@live", ["This is for a person: an unattended run leaves it out."]),
        (
            "@rehearsal",
            ["This stands in for a person in an unattended run; leave it out."],
        ),
        ("@timeout 15m", []),
        ("@expect *Ready*", []),
        ("@waitafter\n#@notypeout", []),
    ],
)
def test_directions(page, directives, sentences):
    found = page(f"```bash\n#{directives}\nls\n```\n").commands[0].words
    assert [told(sentence) for sentence in found] == sentences
