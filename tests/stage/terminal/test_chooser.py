"""The list to choose from, as the screen shows it."""

from __future__ import annotations

import pytest

from runner.stage.terminal.chooser import Entry, Mark, choose

UP, DOWN, PAGE_UP, PAGE_DOWN = "\x1b[A", "\x1b[B", "\x1b[5~", "\x1b[6~"
HOME, END, ESCAPE, CTRL_C, BACKSPACE = "\x1b[H", "\x1b[F", "\x1b", "\x03", "\x7f"
FEW = [
    Entry("Create the clusters"),
    Entry("kind create cluster", 1, Mark.DONE),
    Entry("kind get clusters", 1, Mark.FAILED),
    Entry("Deploy"),
    Entry("kubectl apply -f web.yaml", 1, Mark.AHEAD),
]
MANY = [Entry(f"step {i:03}", i % 3) for i in range(200)]


@pytest.fixture
def opened(stage):
    """Open the chooser over a screen with something on it."""

    def opened(entries=FEW, *, selected=0, **options):
        def program(terminal, keyboard):
            with terminal.listening():
                terminal.write("before\n$ \x1b[1mls")
                chosen = choose(entries, terminal=terminal, keyboard=keyboard, selected=selected)
                terminal.write(" -l")
                return chosen

        stage.play(program, **options)
        stage.until("Go to:" if not options.get("plain") else "before")

    yield opened
    stage.result()
    assert stage.lines[:3] == ["before", "$ ls -l", ""]  # the screen is as it was
    assert not stage.screen.cursor.hidden
    assert stage.screen.buffer[1][4].bold


def test_what_it_looks_like(stage, opened):
    opened(selected=2)
    stage.until("ESC goes back")
    assert stage.lines[:7] == [
        "Go to:",
        "    Create the clusters",
        "  ✓   kind create cluster",
        "> ✗   kind get clusters",
        "    Deploy",
        "  ·   kubectl apply -f web.yaml",
        "",
    ]
    assert stage.lines[-1] == "RETURN goes there · type to search · ESC goes back"
    stage.type(ESCAPE)


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("\r", 1),
        (DOWN + "\r", 2),
        (DOWN * 9 + "\r", 4),
        (UP * 9 + "\r", 0),
        (END + "\r", 4),
        (END + HOME + "\r", 0),
        (PAGE_DOWN + "\r", 4),
        (PAGE_DOWN + PAGE_UP + "\r", 0),
        (ESCAPE, None),
        (CTRL_C, None),
        (DOWN + CTRL_C, None),
        ("kubectl\r", 4),
        ("APPLY -f\r", 4),  # words in any case, also of characters that are keys elsewhere
        ("get kind\r", 2),
        ("Q-+!?\r" + BACKSPACE * 5 + "\r", 1),
        ("deploy" + BACKSPACE * 6 + UP + "\r", 2),
        ("nothing\r" + ESCAPE, None),  # RETURN chooses nothing where nothing was found
        ("\x1b[200~deploy\r\x1b[201~\r", 1),  # pasted text does nothing
        ("\x1b[<0;3;5M\x1b[<0;3;5m\r", 1),
    ],
)
def test_what_is_chosen(stage, opened, typed, chosen):
    opened(selected=1)
    stage.type(typed)
    assert stage.result() == chosen
    stage.result = lambda: None


def test_typing_narrows_it_down(stage, opened):
    opened()
    stage.type("kind c")
    stage.until("Go to: kind c")
    stage.until(lambda: "Deploy" not in stage.text)
    assert stage.lines[1:4] == ["> ✓   kind create cluster", "  ✗   kind get clusters", ""]
    assert (stage.screen.cursor.y, stage.screen.cursor.x) == (0, 13)
    stage.type("zzz")
    stage.until("nothing has that in it")
    stage.type(ESCAPE)


def test_a_long_list_scrolls_so_that_the_selected_entry_is_seen(stage, opened):
    opened(MANY, selected=100, rows=10, columns=40)
    stage.until("RETURN goes · ESC leaves")
    assert stage.lines[5].endswith("step 100")  # in the middle, so that one sees where one is
    for keys, label in [(DOWN * 9, "109"), (UP * 30, "079"), (END, "199"), (HOME, "000")]:
        stage.type(keys)
        stage.until(
            lambda label=label: any(
                line.startswith(">") and line.endswith(label) for line in stage.lines
            )
        )
        assert sum("step" in line for line in stage.lines) == 8
    stage.type(ESCAPE)


def test_a_resize_is_followed(stage, opened):
    opened(MANY, selected=50)
    stage.until("ESC goes back")
    for rows, columns in [(10, 40), (80, 300), (24, 80)]:
        stage.resize(rows, columns)
        stage.until(lambda rows=rows: sum("step" in line for line in stage.lines) == rows - 2)
        stage.until(lambda: stage.lines[-1].startswith("RETURN goes"))
        assert sum(line.startswith(">") for line in stage.lines) == 1
        assert stage.lines[0] == "Go to:"
    stage.type(ESCAPE)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_window_that_is_hardly_one(stage, rows):
    def program(terminal, keyboard):
        return choose(FEW, terminal=terminal, keyboard=keyboard, selected=4)

    stage.play(program, rows=rows, columns=12)
    stage.until("> ·")
    assert any(line == "> ·   kubec…" for line in stage.lines)
    stage.type("\r")
    assert stage.result() == 4


def test_wide_characters_are_cut_whole(stage, opened):
    opened([Entry("世界" * 30), Entry("🚀" * 40), Entry("e\u0301" * 60)], columns=41, rows=10)
    stage.until("ESC")
    assert stage.lines[1] == ">   " + "世界" * 9 + "…"
    assert stage.lines[2] == "    " + "🚀" * 18 + "…"
    assert stage.lines[3] == "    " + "é" * 36 + "…"
    stage.type(ESCAPE)


def test_a_label_cannot_disturb_the_screen(stage, opened):
    opened([Entry("one\ntwo\x1b[2J\x07")])
    stage.until("one two [2J")
    stage.type(ESCAPE)


def test_a_plain_terminal_has_no_list(stage):
    def program(terminal, keyboard):
        return choose(FEW, terminal=terminal, keyboard=keyboard, selected=0)

    stage.play(program, plain=True)
    assert stage.result() is None
    assert stage.written == b""


def test_nothing_to_choose(stage):
    stage.play(lambda t, k: choose([], terminal=t, keyboard=k))
    assert stage.result() is None
