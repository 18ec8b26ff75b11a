"""Hostile Markdown, commands and output -> a page on which nothing runs, and nothing gets out."""

from __future__ import annotations

import pytest

OWN = "document.documentElement.id='owned'"
MARKDOWN = [
    f"<script>{OWN}</script>",
    f'<img src=x onerror="{OWN}">',
    f"<svg onload=\"{OWN}\"><a href='javascript:{OWN}'>x</a></svg>",
    f"[x](javascript:{OWN})",
    f"[x](JaVaScRiPt&#58;{OWN})",
    f"[x](<java\tscript:{OWN}>)",
    f"![x](data:text/html,<script>{OWN}</script>)",
    "![x](https://evil.example/pixel.png)",
    "<style>* { display: none !important }</style>",
    "<p style='position:fixed;inset:0;background:red'>over all</p>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<iframe src=https://evil.example></iframe><object data=https://evil.example></object>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example>",
    f"<form action=https://evil.example><button formaction='javascript:{OWN}'>x</button></form>",
    f'<details open ontoggle="{OWN}">x</details>',
    "</main></body></html>",
    "</div></div></section>",
    "<!-- x --!><script>" + OWN + "</script>",
    f'<noscript><p title="</noscript><img src=x onerror={OWN}>"></noscript>',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;'
    f'&lt;img src=1 onerror={OWN}&gt;">',
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31m\x07\u202e",
]
HOSTILE = [
    f"</code></pre></script></style><script>{OWN}</script>",
    f"\"><img src=x onerror={OWN}>'",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\x1b]8;;javascript:" + OWN + "\x07link\x1b]8;;\x07",
    "\x1b[31;</style><script>" + OWN + "</script>m",
    "\x1b[38;2;1;2;999m\x1b[99999999999m\x1b[?1049h\x1b[2J\x9b31m",
]

STATE = """() => ({
  owned: document.documentElement.id,
  scripts: document.querySelectorAll("script").length,
  handlers: [...document.querySelectorAll("*")].flatMap((one) => [...one.attributes])
    .filter((one) => one.name.startsWith("on") || one.name === "style"
      || /^\\s*javascript:/i.test(one.value)).map((one) => one.name + "=" + one.value),
  others: document.querySelectorAll(
    "main :is(style, link, iframe, object, embed, meta, base, form, svg, math, noscript)").length,
  inside: Boolean(document.getElementById("the-end")?.closest("main")),
})"""
CLEAN = {"owned": "", "scripts": 1, "handlers": [], "others": 0, "inside": True}


@pytest.mark.parametrize("hostile", MARKDOWN, ids=range(len(MARKDOWN)))
def test_markdown_is_content(hostile, written, show):
    text = f"# {hostile}\n\n{hostile}\n\n<!-- @SHOW -->\n\n- {hostile}\n\n> {hostile}\n\n"
    text += "```bash\nls\n```\n\n# The end\n"
    shown = show(written(text))
    for link in shown.locator("main a[href]").all():
        assert link.get_attribute("href").partition(":")[0] in ("https", "http", "#", "mailto") or (
            link.get_attribute("href").startswith("#")
        )
    assert shown.evaluate(STATE) == CLEAN


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_commands_and_output_are_content(hostile, written, show):
    quoted = hostile.replace("'", "'\\''").replace("\x1b", "").replace("\x07", "")
    text = (
        f"<!-- @SHOW -->\n\n```bash\necho '{quoted}'\n```\n\n```bash\nls '{quoted}'\n```\n\n"
        f"<!-- @print So: {quoted.replace('-->', '')[:40].replace('<!--', '')} -->\n\n# The end\n"
    )
    shown = show(
        written(text, {"echo": f"{hostile}\r\n", "ls": f"{hostile}\r\n"}, environment=quoted)
    )
    assert shown.evaluate(STATE) == CLEAN
    if "\x1b" not in hostile:
        assert hostile in shown.locator(".output").first.text_content()


def test_a_search_for_it_shows_it(written_site, show):
    hostile = f"<img src=x onerror={OWN}></script><script>{OWN}</script>"
    start = written_site({"a.md": f"# A\n\n<!-- @SHOW -->\n\n```bash\necho '{hostile}'\n```\n"})
    shown = show(start)
    shown.fill("input", "<img")
    assert hostile in shown.locator(".results").text_content()
    assert shown.evaluate("document.documentElement.id") == ""
    assert shown.locator("main img").count() == 0


def test_what_is_trusted_may_have_its_html(written, show):
    """Else the tests above could not fail."""
    shown = show(written(f"# A\n\n<script>{OWN}</script>\n\n```bash\nls\n```\n", trust=True))
    assert shown.evaluate("document.documentElement.id") == "owned"
