"""Hostile Markdown and output -> pages on which nothing runs and nothing leads to what runs."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.model import Place
from runner.render import markdown, prose
from runner.render.content import Prose
from runner.render.safe import SCHEMES, TAGS, harmless, safe
from runner.render.texts import Texts

CORPUS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "text <script>alert(1)</script> text",
    "<<script>script>alert(1)<</script>/script>",
    "<img src=x onerror=alert(1)>",
    '<img src="x" onerror="alert(1)">',
    "<img src=x onerror=alert(1)//",
    "<img\nsrc=x\nonerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    "<style>* { display: none }</style>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<p style=background:url(//evil.example)>x</p>",
    "<details ontoggle=alert(1) open>x</details>",
    "<a href=javascript:alert(1)>x</a>",
    '<a href="javascript:alert(1)">x</a>',
    "<a href='java&#115;cript:alert(1)'>x</a>",
    '<a href="java&Tab;script&colon;alert(1)">x</a>',
    '<a href=" &#1; javascript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="DATA:text/html;base64,PHNjcmlwdD4=">x</a>',
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java\\script:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](<java script:alert(1)>)",
    "[x]( javascript:alert(1) 'title')",
    "[x](\njavascript:alert(1))",
    "[x](vbscript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](file:///etc/passwd)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![<script>alert(1)</script>](x.png)",
    '![x](x.png "\\" onerror=\\"alert(1)")',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[x][y]\n\n[y]:\n  <javascript:alert(1)>\n  'title'",
    "[javascript:alert(1)]",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    "[a [b](javascript:alert(1)) c](javascript:alert(2))",
    "> <script>\n> alert(1)\n> </script>",
    "1. <script>\n   alert(1)\n   </script>",
    "| <script>alert(1)</script> | [x](javascript:alert(1)) |\n|---|---|\n| x | y |",
    "| x |\n|---|\n| `a\\|` <img src=x onerror=alert(1)> |",
    "# <script>alert(1)</script>\n\n## [x](javascript:alert(1))",
    '# x" onclick="alert(1)',
    "<!-- --><script>alert(1)</script><!-- -->",
    "<!--><script>alert(1)</script>-->",
    "<!---><script>alert(1)</script>-->",
    "text <!-- <script>alert(1)</script> --> text",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<!DOCTYPE html [<!ENTITY x 'y'>]>",
    "</p></div></body></html><script>alert(1)</script>",
    "</textarea></title></style></script><script>alert(1)</script>",
    "<div>\n\\<script>alert(1)\\</script>\n</div>",
    "<pre><script>alert(1)</script></pre>",
    "<table><td><script>alert(1)</script>",
    "`<script>alert(1)</script>`",
    "`` ` ``<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "\t<script>alert(1)</script>",
    "~~<script>~~alert(1)~~</script>~~",
    "\\<script>alert(1)\\</script>",
    "\\\\<script>alert(1)\\\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "<a id=document name=cookie>x</a>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
]


class _Reader(HTMLParser):
    """What a browser might run or load, as a parser of the standard library sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        ours = {"id", "class", "rel"}
        if tag not in TAGS:
            self.bad.append(f"<{tag}>")
        for name, value in attrs:
            if name not in TAGS.get(tag, ()) and name not in ours:
                self.bad.append(f"{name}={value}")
            image = name == "src" and (value or "").startswith("data:image/")
            if name in ("href", "src") and not image and not harmless(value or ""):
                self.bad.append(f"{name}={value}")

    handle_startendtag = handle_starttag

    def handle_comment(self, data) -> None:
        self.bad.append(f"<!--{data}-->")

    handle_decl = handle_pi = handle_comment


def bad(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.bad


def made(text: str, *, trust: bool = False) -> Prose:
    lines = text.count("\n") + 1
    places = tuple(Place(Path("x.md"), number + 1) for number in range(lines))
    return Texts(trust=trust).made(text, places) or Prose("", places[:1])


def as_html(text: str, *, trust: bool = False) -> str:
    found = made(text, trust=trust)
    known: prose.References = {}
    return prose.html(found, known, Path(), trust=trust)


def others(text: str) -> str:
    """The Markdown as another program would make HTML of it, with HTML and all links allowed."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.validateLink = lambda url: True
    return parser.render(text)


@pytest.mark.parametrize("text", CORPUS)
def test_nothing_runs(text):
    assert bad(as_html(text)) == []
    theirs = [one for one in bad(others(made(text).text)) if one not in ("style=text-align:left",)]
    assert [one for one in theirs if not one.startswith("<!--")] == []


@pytest.mark.parametrize("text", CORPUS)
def test_a_document_with_all_of_it_between_is_not_touched(text):
    html = as_html(f"before\n\n{text}\n\nafter")
    assert "before" in html
    assert bad(html) == []


def test_the_whole_corpus_at_once():
    assert bad(as_html("\n\n".join(CORPUS))) == []
    assert bad(as_html(" ".join(CORPUS))) == []


def test_what_is_harmless_stays_as_it_was_written():
    text = "<details open>\n<summary>A &amp; b</summary>\n\n**b** <kbd>x</kbd><br/>\n\n</details>"
    assert safe(text) == text
    assert safe("a < b, <https://example.org>, [x](y.md#z) `<script>` &lt;") == (
        "a < b, <https://example.org>, [x](y.md#z) `<script>` &lt;"
    )


def test_html_of_a_stranger_is_shown_as_text():
    assert as_html("a <blink>b</blink>") == "<p>a &lt;blink&gt;b&lt;/blink&gt;</p>\n"


def test_a_trusted_runbook_keeps_its_html():
    text = '<iframe src="x" onload="f()"></iframe>\n\n[x](app:y)'
    assert as_html(text, trust=True) == (
        '<iframe src="x" onload="f()"></iframe>\n<p><a href="app:y">x</a></p>\n'
    )


def test_a_value_is_no_html_even_where_the_runbook_is_trusted(page):
    text = "<b>${X}</b> and ${X}\n\n```bash\nls\n```\n"
    found = page(text, {}, values={"X": "<script>alert(1)</script>"}, trust=True)
    html = prose.html(found.body[0], {}, Path(), trust=True)
    assert html.strip() == (
        "<p><b>&lt;script&gt;alert(1)&lt;/script&gt;</b>"
        " and &lt;script&gt;alert(1)&lt;/script&gt;</p>"
    )


@pytest.mark.parametrize("text", CORPUS)
def test_output_values_and_words_are_text_on_a_markdown_page(page, text):
    line = text.replace("\n", " ")
    found = page(
        "Value: ${X}\n\n${X}\n\n<!-- @print ${X} -->\n\n```bash\nls\n```\n",
        {"ls": text.replace("\n", "\r\n") + "\r\n"},
        values={"X": line},
    )
    assert bad(others(markdown.render(found))) == []


PIECES = st.sampled_from(
    [
        *"<>[]()`\\!\"'=/:#-*_~|& \n\t1.",
        *[
            "<script>",
            "</script>",
            "<b>",
            "</b>",
            "<a href=",
            "<details>",
            "<!--",
            "-->",
            "](",
            "][",
        ],
        *[
            "javascript:",
            "data:",
            "onload=",
            "```",
            "    ",
            "\n\n",
            "> ",
            "- ",
            "]: ",
            "&lt;",
            "&#58;",
        ],
        *[
            "x",
            "é",
            "| a | b |\n|---|---|\n",
            "<pre>",
            "<style>",
            "<svg ",
            "<![CDATA[",
            "<?",
            "${X}",
        ],
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_anything_is_made_safe_once_and_for_all(text):
    found = safe(text)
    assert safe(found) == found
    assert found.count("\n") == text.count("\n")
    assert bad(as_html(text)) == []
    rest = {"style=text-align:left"}
    assert [b for b in bad(others(found)) if b not in rest and not b.startswith("<!--")] == []


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("jJaAvVscript:dDt/?#%&; \t\n\x01hp"), max_size=16))
def test_an_address_is_harmless_only_without_a_scheme_or_with_one_of_ours(address):
    if harmless(address):
        scheme, colon, _ = re.split("[/?#]", re.sub(r"[\x00-\x20]", "", address))[0].partition(":")
        assert not colon or scheme.lower() in SCHEMES
