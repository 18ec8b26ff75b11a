"""Values of JSON that somebody else has written: asked for by path, never assumed."""

from __future__ import annotations


def at(value: object, *path: str | int) -> object:
    """Return what stands at a path of keys and indexes, None where there is nothing."""
    for part in path:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def text(value: object, *path: str | int) -> str:
    """Return the text at a path, "" where there is none."""
    found = at(value, *path)
    return "" if found is None else str(found)


def items(value: object, *path: str | int) -> list[object]:
    """Return the list at a path, an empty one where there is none."""
    found = at(value, *path)
    return found if isinstance(found, list) else []
