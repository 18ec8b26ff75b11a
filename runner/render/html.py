"""A page as HTML: one file that loads nothing, by templates that can be replaced one by one.

Everything of a runbook and a take is hostile. Jinja2 escapes it; prose is made safe in `prose.py`.
In case that something gets through all the same, the page allows itself its own style and script
alone, by their digests, and nothing from outside.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from runner.render import words
from runner.render.code import highlighted, is_shown_as_it_is, shown
from runner.render.colours import Colours
from runner.render.content import Browse, Code, Command, Commands, Folded, Note, Prose, Remark, Said
from runner.render.prose import html as prose_html
from runner.render.prose import references

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Environment
    from markupsafe import Markup

    from runner.render.content import Block, Heading, Line, Sentence
    from runner.render.page import Page

TEMPLATES = Path(__file__).with_name("templates")

FEW = 24
"""Lines of output that are shown; more are folded away."""

_KINDS = (Browse, Code, Command, Commands, Folded, Note, Prose, Remark, Said)
_MINUTE = 60
# In JSON within HTML: what may begin a tag, and what HTML does not allow.
_UNSAFE = re.compile("[<>&\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# No text has a NUL: what is known last is put in their place.
_STYLE, _POLICY = "\0style\0", "\0policy\0"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page of the same site: its address as seen from the page, and its title."""

    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Around:
    """What a page tells of the site that it stands in.

    Attributes:
        title: The site's.
        mark: What tells it from sites of other runbooks; see gone.py.
        start: Its start page.
        near: The pages of the same folder, some of them if there are many, this one among them.
        before: The page before this one.
        after: The page after this one.
    """

    title: str
    mark: str
    start: Link
    near: tuple[Link, ...] = ()
    before: Link | None = None
    after: Link | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How pages are written.

    Attributes:
        templates: A folder whose files replace those of the same name here, or None.
        trust: A runbook's own HTML stays as it is, with its styles and scripts.
    """

    templates: Path | None = None
    trust: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the start page's list.

    Attributes:
        link: It.
        description: A sentence about it, or "".
        folder: Where it stands on the site, "" for the top.
    """

    link: Link
    description: str
    folder: str


@dataclass(slots=True)
class _Scripted:
    """What a template has asked for: inline styles and scripts, each with its digest."""

    digests: dict[str, list[str]] = field(default_factory=lambda: {"style": [], "script": []})

    def __call__(self, kind: str, text: str) -> Markup:
        """Return an element with a text of ours, whose digest is taken down."""
        from markupsafe import Markup

        text = f"\n{text.strip()}\n".replace("</", "<\\/") if kind == "script" else f"\n{text}"
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        self.digests[kind].append(f"'sha256-{digest}'")
        return Markup(f"<{kind}>{text}</{kind}>")  # noqa: S704 - it is ours


def render(page: Page, place: Path, *, manner: Manner, around: Around | None = None) -> str:
    """Return a page as HTML.

    Args:
        page: It, with its links rewritten.
        place: The file that it is written to.
        manner: How.
        around: The site that it stands in, or None.

    Raises:
        jinja2.TemplateError: A template of the user's is wrong.
    """
    from markupsafe import Markup

    known = references(page)
    colours = Colours()

    def prose(text: Prose, block: Callable[[Block], str] | None = None) -> Markup:
        made = prose_html(text, known, place.parent, trust=manner.trust, block=block)
        return Markup(made)  # noqa: S704 - it was made safe there

    def output(lines: tuple[Line, ...]) -> Markup:
        made = "\n".join(map(colours.html, lines))
        return Markup(made)  # noqa: S704 - it is escaped there

    context = {
        "page": page,
        "title": page.title,
        "around": around,
        "site": around.mark if around else "",
        "contents": _contents(page),
        "prose": prose,
        "output": output,
        "folded": folded,
    }
    return _filled("runbook.html", context, manner, colours)


def start(title: str, mark: str, entries: list[Entry], index: list[object], manner: Manner) -> str:
    """Return a site's start page.

    Args:
        title: The site's.
        mark: What tells it from sites of other runbooks.
        entries: Its pages, in their order.
        index: What is searched: for each part of a page its address, titles and text.
        manner: How.
    """
    from markupsafe import Markup

    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folders.setdefault(entry.folder, []).append(entry)
    data = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    safe = Markup(_UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", data))  # noqa: S704
    context = {
        "title": title,
        "site": mark,
        "folders": folders,
        "around": None,
        "index": safe,
    }
    return _filled("start.html", context, manner, Colours())


def folded(item: Command | Browse) -> tuple[tuple[Line, ...], tuple[Line, ...], int]:
    """Return the lines of an output that are shown, those that are folded, and how many these are.

    The number is of all lines that follow the shown ones, also of those that the page does not
    have.
    """
    if item.result is None:
        return (), (), 0
    found = item.result.output
    if len(found.head) <= FEW and not found.left_out:
        return found.head, (), 0
    cut = FEW // 2
    count = len(found.head) - cut + found.left_out + len(found.tail)
    return found.head[:cut], found.head[cut:], count


def _filled(name: str, context: Mapping[str, object], manner: Manner, colours: Colours) -> str:
    """Fill a template. What the page allows itself is known last, and stands first."""
    from markupsafe import Markup

    environment = _environment(manner.templates)
    scripted = _Scripted()
    style_here, policy_here = map(Markup, (_STYLE, _POLICY))

    def file(path: str) -> str:
        found = environment.loader.get_source(environment, path) if environment.loader else ("",)
        return found[0]

    # The body comes first, as only then the looks of all outputs are known.
    body = environment.get_template(name).render(
        **context,
        style=lambda: style_here,
        script=lambda path: scripted("script", file(path)),
        policy=policy_here,
    )
    styles = "\n".join(file(name).strip() for name in ("palette.css", "style.css"))
    style = scripted("style", f"{styles}\n{colours.rules}")
    body = body.replace(_STYLE, style).replace(_POLICY, _policy(scripted, manner))
    return f"{body.rstrip()}\n"


def _policy(scripted: _Scripted, manner: Manner) -> str:
    own = {kind: " ".join(digests) or "'none'" for kind, digests in scripted.digests.items()}
    if manner.trust:
        own = dict.fromkeys(own, "'unsafe-inline'")
    parts = [
        "default-src 'none'",
        f"style-src {own['style']}",
        f"script-src {own['script']}",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(parts)


@cache
def _environment(templates: Path | None) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = [TEMPLATES] if templates is None else [templates, TEMPLATES]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "code": _marked(highlighted),
        "copied": copied,
        "duration": duration,
        "address": lambda name: "#" + quote(name, safe=":-._~"),
        "told": _marked(told),
        "thousands": lambda number: f"{number:,}",
    }
    environment.globals |= {"words": words, "line_html": _marked(shown)}
    environment.tests |= {
        kind.__name__.lower(): lambda item, kind=kind: isinstance(item, kind) for kind in _KINDS
    }
    return environment


def _marked(function: Callable[..., str]) -> Callable[..., Markup]:
    from markupsafe import Markup

    return lambda *given: Markup(function(*given))  # noqa: S704 - each escapes what it is given


def told(sentence: Sentence) -> str:
    """Return a sentence as HTML."""
    made = []
    for part in sentence:
        text = shown(part.text)
        if part.link:
            text = f'<a href="{text}">{text}</a>'
        made.append(f"<code>{text}</code>" if part.code else text)
    return "".join(made)


def copied(text: str) -> str:
    """Return a command as JSON where a page cannot show it as it is; else ""."""
    return "" if is_shown_as_it_is(text) else json.dumps(text)


def duration(seconds: float) -> str:
    """Return how long something took: under 0.1 s, 0.4 s, 3 min 20 s."""
    if seconds < 0.1:
        return "under 0.1 s"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


def _contents(page: Page) -> list[Heading]:
    """Return the headings that lead through a page: the upper two levels that it has."""
    blocks = (*page.body, *page.cleanup)
    found = [h for block in blocks if isinstance(block, Prose) for h in block.headings]
    levels = sorted({heading.level for heading in found})[:2]
    return [heading for heading in found if heading.level in levels]


def _shown(value: object) -> object:
    """Return what a template shows of a value."""
    from markupsafe import Markup

    return Markup(shown(value)) if type(value) is str else value  # noqa: S704 - it is escaped
