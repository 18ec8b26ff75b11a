"""Fetching a page of `@browse` where nobody looks at it: until it answers as it should."""

from __future__ import annotations

import queue
import threading
import time
import urllib.error
import urllib.request
from http.client import HTTPException

PAUSE = 1.0
"""Seconds between two attempts."""

_ANSWER = 10.0  # seconds that one attempt may take, in all
_MOST = 8_000_000  # bytes of a page that are looked at


def fetch(argument: str, timeout: float) -> str:
    """Fetch a page until it answers with a status of 2xx and has the text.

    Args:
        argument: What stands after `@browse`: a URL, and perhaps a text.
        timeout: Seconds after which it has failed.

    Returns:
        What is wrong in the end, a sentence; "" where nothing is.
    """
    url, _, text = argument.partition(" ")
    if not url.startswith(("http://", "https://")):  # a variable may have said so
        return f"{url} is no http or https address"
    end = time.monotonic() + timeout
    while True:
        left = end - time.monotonic()
        problem = _look_within(max(min(left, _ANSWER), 0.1), url, text.strip())
        left = end - time.monotonic()
        if not problem or left <= 0:
            return problem and f"{problem}, for {timeout:g} s"
        time.sleep(min(PAUSE, left))


def _look_within(timeout: float, url: str, text: str) -> str:
    """Fetch a page once, in a thread: what urllib is told is the time for each read alone."""
    found: queue.SimpleQueue[str] = queue.SimpleQueue()
    look = threading.Thread(target=lambda: found.put(_look(url, text, timeout)), daemon=True)
    look.start()
    try:
        return found.get(timeout=timeout)
    except queue.Empty:
        return f"{url} does not answer: timed out"


def _look(url: str, text: str, timeout: float) -> str:
    """Fetch a page once. Returns what is wrong."""
    request = urllib.request.Request(url, headers={"User-Agent": "cuebook"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:  # noqa: S310
            status, body = answer.status, answer.read(_MOST)
    except urllib.error.HTTPError as error:
        return f"{url} answers with status {error.code}"
    except urllib.error.URLError as error:
        return f"{url} does not answer: {error.reason}"
    except (OSError, HTTPException, ValueError) as error:
        return f"{url} does not answer: {error or type(error).__name__}"
    if not 200 <= status < 300:
        return f"{url} answers with status {status}"
    if text and text not in body.decode("utf-8", "replace"):
        return f"{url} answers, and {text!r} is not in it"
    return ""
