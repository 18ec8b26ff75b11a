"""Pages as people meet them: on any screen, by keyboard, without JavaScript, on paper."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest

from tests.browser.conftest import AXE
from tests.browser.samples import EVERYTHING, PRINTED

BOOK = "# One\n\n<!-- @SHOW -->\n\n## Part\n\n```bash\necho {}\n```\n"


@pytest.fixture
def everything(written) -> Path:
    return written(EVERYTHING, PRINTED, failed="changed", notes=True)


@pytest.fixture
def stale(book, write_take, tmp_path):
    from runner.book.read import read
    from runner.render import html
    from runner.render.build import build
    from runner.render.recorded import recorded

    take = write_take(book(EVERYTHING), PRINTED, environment="sandbox")
    Path("demo.md").write_text(EVERYTHING.replace("seq 1000", "seq 999"))
    page = build(read(Path("demo.md")), recorded(take))
    place = tmp_path / "stale.html"
    place.write_text(html.render(page, place, manner=html.Manner()), encoding="utf-8")
    return place


@pytest.fixture
def start(written_site) -> Path:
    names = ["a.md", "b c.md", "deep/ö.md"]
    return written_site(
        {name: BOOK.format(n).replace("One", n) for n, name in zip("ABC", names, strict=True)}
    )


def judged(shown) -> list[str]:
    shown.evaluate(AXE.read_text())
    found = shown.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['html'][:120]}: {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", ["everything", "stale", "start", "within"])
def test_axe_finds_nothing(kind, dark, show, request):
    place = request.getfixturevalue("start" if kind == "within" else kind)
    shown = show(place.with_name("a.html") if kind == "within" else place, dark=dark)
    shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    if kind == "start":
        shown.fill("input", "echo")
    assert judged(shown) == []


@pytest.mark.parametrize("kind", ["everything", "stale", "start", "within"])
def test_it_is_valid(kind, request):
    place = request.getfixturevalue("start" if kind == "within" else kind)
    text = (place.with_name("a.html") if kind == "within" else place).read_text()
    html5lib.HTMLParser(strict=True).parse(text)


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
@pytest.mark.parametrize("kind", ["everything", "start"])
def test_nothing_is_cut_off_or_overlaps(kind, width, show, request):
    shown = show(request.getfixturevalue(kind), width=width)
    shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert shown.evaluate("document.documentElement.scrollWidth") == width
    wrong = shown.evaluate("""() => {
      const wrong = [];
      for (const command of document.querySelectorAll(".command")) {
        const range = document.createRange();
        range.selectNodeContents(command.querySelector("code"));
        const tools = command.querySelector(".tools").getBoundingClientRect();
        for (const box of range.getClientRects()) {
          if (box.right > tools.left && box.left < tools.right
              && box.bottom > tools.top && box.top < tools.bottom) wrong.push(command.innerText);
        }
      }
      for (const element of document.querySelectorAll("main :not(pre, pre *, table, table *)")) {
        if (element.closest(".skip, [hidden]")) continue;
        if (element.getBoundingClientRect().right > innerWidth + 1) wrong.push(element.outerHTML);
      }
      return wrong;
    }""")
    assert wrong == []


def test_a_copy_is_the_command_to_the_byte(everything, page, show):
    commands = page(EVERYTHING).commands
    shown = show(everything)
    shown.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    buttons = shown.locator("button.copy")
    copies = []
    for number in range(buttons.count()):
        buttons.nth(number).click()
        shown.wait_for_function(
            "(n) => document.querySelectorAll('button.copy')[n].textContent === 'Copied'",
            arg=number,
        )
        copies.append(shown.evaluate("navigator.clipboard.readText()"))
    assert copies == [command.text for command in commands]
    assert any("end:   \nÄÖÜ → 中文 😀\n" in copy for copy in copies)


def test_a_command_that_cannot_be_shown_is_copied_all_the_same(written, show):
    text = "echo '\x1b[31m\u202e \x07'"
    shown = show(written(f"<!-- @SHOW -->\n```bash\n{text}\n```\n"))
    shown.click("button.copy")
    shown.wait_for_function("document.querySelector('button.copy').textContent === 'Copied'")
    assert shown.evaluate("navigator.clipboard.readText()") == text
    assert shown.locator(".command code").text_content() == "echo '␛[31m<U+202E> ␇'"


def test_a_link_to_a_folded_step_unfolds_it(everything, show):
    shown = show(everything)
    folded = shown.locator(".behind .step").first
    assert not folded.is_visible()
    name = folded.get_attribute("id")
    shown.evaluate("(name) => { location.hash = name; }", name)
    folded.wait_for(state="visible")


def test_every_step_has_an_address_of_its_own(everything, show):
    shown = show(everything)
    names = shown.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(names) == len(set(names))
    for link in shown.locator("a[href^='#']").all():
        target = shown.evaluate(
            "(link) => decodeURIComponent(link.hash.slice(1))", link.element_handle()
        )
        assert target in names


def test_the_terminals_last_word_is_on_the_page(everything, show):
    shown = show(everything)
    first = shown.locator(".output").nth(0)
    lines = first.text_content().rstrip("\n").split("\n")
    assert lines[-1] == "100 %"
    red = first.locator("span").first
    assert red.text_content() == "red"
    assert red.evaluate("(one) => getComputedStyle(one).color") == "rgb(168, 35, 27)"


def test_long_output_is_folded_and_all_there(everything, show):
    shown = show(everything)
    step = shown.locator(".step", has=shown.get_by_text("seq 1000"))
    rest = step.locator("details.rest")
    assert rest.locator("summary").text_content() == "988 more lines, 700 of them left out"
    assert not rest.locator("pre").is_visible()
    rest.locator("summary").click()
    assert rest.locator("pre").text_content().rstrip("\n").endswith("\n999\n1000")


def test_what_has_changed_is_marked_and_named_at_the_top(stale, show):
    shown = show(stale)
    assert shown.locator(".step.changed code").first.text_content() == "seq 999"
    shown.locator(".about .stale-list a").click()
    assert shown.locator(".step:target code").first.text_content() == "seq 999"
    assert "simulated" in shown.locator(".about").inner_text()


def test_it_is_all_there_without_javascript(everything, show):
    shown = show(everything, script=False)
    assert shown.locator("button.copy").first.is_hidden()
    assert shown.locator("h1").text_content().strip() == "All of it"
    shown.locator("details.behind summary").first.click()
    assert shown.get_by_text('echo "set-up"').is_visible()


def test_on_paper_nothing_is_folded(everything, show):
    shown = show(everything)
    shown.emulate_media(media="print")
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert shown.get_by_text('echo "set-up"').is_visible()
    assert not shown.locator(".tools").first.is_visible()


def test_paper_is_light_also_where_the_screen_is_dark(everything, show):
    shown = show(everything, dark=True)
    shown.emulate_media(media="print", color_scheme="dark")
    found = shown.evaluate(
        "['main', '.command', '.output span'].map((one) => "
        "getComputedStyle(document.querySelector(one)).color)"
    )
    assert found == ["rgb(35, 33, 30)", "rgb(35, 33, 30)", "rgb(168, 35, 27)"]


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_the_start_page_stands_in_the_middle(start, width, show):
    left, right = show(start, width=width).evaluate(
        "(() => { const box = document.querySelector('main').getBoundingClientRect();"
        " return [box.left, document.documentElement.clientWidth - box.right]; })()"
    )
    assert abs(left - right) < 1


def test_the_keyboard_leads_through_it(everything, show):
    shown = show(everything)
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    shown.keyboard.press("Enter")
    seen = set()
    for _ in range(60):
        shown.keyboard.press("Tab")
        seen.add(
            shown.evaluate(
                "(() => { const e = document.activeElement; const s = getComputedStyle(e);"
                " return e.localName + (s.outlineStyle === 'none' ? ' without a ring' : ''); })()"
            )
        )
    assert {"summary", "button", "a", "pre"} <= seen
    assert not [
        one for one in seen if one.endswith("ring") and not one.startswith(("body", "html"))
    ]


def test_the_search_finds_and_the_keyboard_gets_there(start, show):
    shown = show(start)
    shown.keyboard.press("/")
    shown.keyboard.type("ECHO")
    assert shown.locator(".found").text_content() == "3 found"
    shown.keyboard.press("Escape")
    shown.keyboard.type("echo C part")
    shown.keyboard.press("ArrowDown")
    address = shown.evaluate("document.activeElement.getAttribute('href')")
    shown.keyboard.press("Enter")
    assert address.endswith("#part")
    shown.wait_for_url(lambda url: url.endswith("#part"))
    assert shown.locator("h2", has_text="Part").is_visible()


def test_the_search_says_when_there_is_nothing(start, show):
    shown = show(start)
    shown.fill("input", "no such thing")
    assert shown.locator(".found").text_content() == "Nothing found"


def test_from_page_to_page(start, show):
    shown = show(start)
    shown.locator(".list a").first.click()
    titles = []
    while True:
        titles.append(shown.locator("h1").text_content().strip())
        after = shown.locator("a[rel=next]")
        if not after.count():
            break
        after.click()
    assert titles == ["A", "B", "C"]


def test_every_page_has_the_search(start, show):
    shown = show(start.parent / "deep" / "ö.html")
    shown.keyboard.press("/")
    shown.keyboard.type("echo B & c")
    shown.keyboard.press("Enter")
    shown.wait_for_url("**/index.html#cue:search=echo%20B%20%26%20c")
    assert shown.locator(".found").text_content() == "Nothing found"
    assert shown.evaluate("document.activeElement.id") == "cue:search"
    shown.fill("#cue\\:search", "echo B")
    assert shown.locator(".found").text_content() == "1 found"
    shown.locator(".results a").click()
    shown.wait_for_url("**/b%20c.html#part")
    shown.go_back()
    shown.locator(".found", has_text="1 found").wait_for()


def test_without_javascript_the_search_is_a_link(start, show):
    shown = show(start.with_name("a.html"), script=False)
    assert shown.locator("form.find").is_hidden()
    shown.get_by_role("link", name="Search").click()
    shown.wait_for_url("**/index.html#cue:search")


def test_two_thousand_steps(written, show):
    text = "<!-- @SHOW -->\n" + "".join(
        f"## Part {n}\n\n```bash\necho {n}\n```\n" for n in range(2000)
    )
    shown = show(written(text, {"echo": "\x1b[32mdone\x1b[m\r\n"}))
    assert shown.locator(".step").count() == 2000
    assert shown.locator("main h2").count() == 2000
