"""What a directive's argument must be.

Each check takes the argument as written and returns one sentence's end, the part after
"@name …", or None where the argument is right. Where an argument has a `${NAME}` in it, its value
is known only when it is performed, so its form is not checked here.
"""

from __future__ import annotations

import re

_QUOTING = re.compile(r"[\"'\\]")
_FILLED_IN = re.compile(r"\$\{\w+\}")
_DURATION = re.compile(
    r"(?=[0-9])(?:(?P<h>[0-9]+)h)?(?:(?P<m>[0-9]+)m)?(?:(?P<s>[0-9]+(?:\.[0-9]+)?)s)?(?:(?P<ms>[0-9]+)ms)?"
)
_NAME = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


def words(argument: str) -> list[str]:
    """Split an argument as a shell splits words; quotes and backslashes work, nothing expands.

    Raises:
        ValueError: A quote is never closed.
    """
    if not _QUOTING.search(argument):
        return argument.split()
    import shlex

    return shlex.split(argument)


def seconds(argument: str) -> float | None:
    """Return how long a duration such as `90s`, `5m`, `1m30s`, `2h` or `500ms` is, in seconds.

    Returns:
        None where it is no duration, or one of no time at all.
    """
    match = _DURATION.fullmatch(argument.strip())
    if match is None:
        return None
    part = {unit: float(number or 0) for unit, number in match.groupdict().items()}
    return part["h"] * 3600 + part["m"] * 60 + part["s"] + part["ms"] / 1000 or None


def has_variable(argument: str) -> bool:
    """Return whether a `${NAME}` is in an argument, so that it is known only when performed."""
    return _FILLED_IN.search(argument) is not None


def nothing(argument: str) -> str | None:
    """Check that there is no argument."""
    return f"takes no argument, but has `{argument}`" if argument else None


def text(argument: str) -> str | None:
    """Check that there is some text."""
    return None if argument else "needs a text after it"


def path(argument: str) -> str | None:
    """Check for one file name."""
    return _problem_with_words(argument, "a file's path", 1, 1)


def name(argument: str) -> str | None:
    """Check for one name, as a macro or a hook may have it."""
    return _problem_with_words(argument, "a name", 1, 1) or _problem_with_name(argument)


def hook(argument: str) -> str | None:
    """Check for a hook's name and the end of its variable's name."""
    problem = _problem_with_words(argument, "a name and a variable", 2, 2)
    if problem:
        return problem
    hook_name, variable = words(argument)
    if not re.fullmatch(r"\w+", variable, re.ASCII):
        return f"needs the end of a variable's name, DEMO_HOOK_…, but has `{variable}`"
    return _problem_with_name(hook_name)


def duration(argument: str) -> str | None:
    """Check for a duration."""
    if argument and (_FILLED_IN.search(argument) or seconds(argument) is not None):
        return None
    return f"needs a duration such as 90s, 5m, 1m30s or 500ms{_but_has(argument)}"


def statuses(argument: str) -> str | None:
    """Check for one or more exit statuses."""
    numbers = argument.split()
    if numbers and all(
        _FILLED_IN.search(n) or (n.isdecimal() and n.isascii() and len(n) < 4 and int(n) < 256)
        for n in numbers
    ):
        return None
    return f"needs exit statuses, numbers from 0 to 255{_but_has(argument)}"


def rule(argument: str) -> str | None:
    """Check for an expectation: `text` with `*` and `?`, `/regex/`, or `! ` before either."""
    wanted = argument.removeprefix("!").strip()
    if not wanted:
        return "needs a rule: text, /regex/, or ! before either"
    if len(wanted) > 1 and wanted.startswith("/") and wanted.endswith("/"):
        return _problem_with_regex(wanted)
    return None


def secret(argument: str) -> str | None:
    """Check for a regular expression between slashes that matches something."""
    if len(argument) < 3 or not (argument.startswith("/") and argument.endswith("/")):
        return f"needs a pattern between slashes, /regex/{_but_has(argument)}"
    problem = _problem_with_regex(argument)
    if problem is None and not _FILLED_IN.search(argument):
        from runner.redact import problem as objection

        problem = objection(argument[1:-1])
    return problem


def program(argument: str) -> str | None:
    """Check for a program, perhaps a version (`>=1.2`) and perhaps an address."""
    problem = _problem_with_words(argument, "a program, perhaps >=VERSION and a URL", 1, 3)
    if problem:
        return problem
    rest = words(argument)[1:]
    if rest and rest[0].startswith(">=") and not re.match(r">=v?\d", rest.pop(0)):
        return f"needs a version such as >=1.2{_but_has(argument)}"
    if rest and not _is_url(rest.pop(0)):
        return f"needs >=VERSION, then an http or https URL{_but_has(argument)}"
    return f"has more after the URL: `{rest[0]}`" if rest else None


def page(argument: str) -> str | None:
    """Check for an address and perhaps a text to find there."""
    url = argument.split(maxsplit=1)[0] if argument else ""
    if _is_url(url):
        return None
    return f"needs an http or https URL{_but_has(argument)}"


def _is_url(word: str) -> bool:
    return bool(re.match(r"https?://\S", word) or _FILLED_IN.match(word))


def _but_has(argument: str) -> str:
    return f", but has `{argument}`" if argument else ""


def _problem_with_words(argument: str, wanted: str, least: int, most: int) -> str | None:
    try:
        count = len(words(argument))
    except ValueError:
        return f"has a quote that never closes: {argument}"
    if least <= count <= most:
        return None
    return f"needs {wanted}{_but_has(argument)}"


def _problem_with_name(word: str) -> str | None:
    if _NAME.fullmatch(word):
        return None
    return f"needs a name of letters, digits, _ and -, but has `{word}`"


def _problem_with_regex(pattern: str) -> str | None:
    try:
        re.compile(pattern[1:-1])
    except (re.error, OverflowError, RecursionError) as error:
        return f"has a pattern that is not valid, {pattern}: {error}"
    return None
