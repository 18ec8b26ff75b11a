"""Code in tokens, as Pygments has them: what the stage and pages give colours to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from runner.book.markdown import SHELLS

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LONGEST = 50_000
"""Characters of a text that is cut: some lexers take their time, and nobody reads more."""


def tokens(text: str, language: str) -> list[tuple[str, str]]:
    """Return a text in tokens; put together they are the text.

    Args:
        text: The code.
        language: What a fence calls it; one that Pygments does not know is no language.

    Returns:
        Each token's kind as Pygments names it (https://pygments.org/docs/tokens/), such as
        "Name.Builtin", and its text. A text that has no language, is longer than `LONGEST`, or that
        the lexer stumbles over is one token of the kind "".
    """
    lexer = _lexer(language) if language and len(text) <= LONGEST else None
    if lexer is None:
        return [("", text)]
    try:
        # Not get_tokens: it takes blank lines away and adds newlines.
        found = [(kind, part) for _, kind, part in lexer.get_tokens_unprocessed(text) if part]
    except Exception:  # a lexer's mistake must not end a show
        return [("", text)]
    if "".join(part for _, part in found) != text:
        return [("", text)]
    named = [(".".join(kind), part) for kind, part in found]
    if language not in SHELLS:
        return named
    # What the lexer of bash takes for a number is half of `0.3` and a quarter of `10.0.0.1`.
    return [("" if name.startswith("Literal.Number") else name, part) for name, part in named]


@cache
def _lexer(language: str) -> Lexer | None:
    """Return Pygments' lexer of that name, None where there is none."""
    if language in SHELLS:
        from pygments.lexers.shell import BashLexer

        return BashLexer()
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None
