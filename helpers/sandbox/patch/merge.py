"""JSON merge patch, RFC 7386."""

from __future__ import annotations


def merge(target: object, patch: object) -> object:
    """Return `target` with `patch` merged in: null removes, anything but an object replaces."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            out.pop(key, None)
        else:
            out[key] = merge(out.get(key), value)
    return out
