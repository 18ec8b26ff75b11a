"""What ends a command with a sentence instead of a result."""

from __future__ import annotations


class LocalclusterError(Exception):
    """Something that keeps a command from doing what it is asked; its text is for the user.

    Attributes:
        status: The exit status that it ends with: 1 where it is for the user to mend, 3 where we
            could not do our work.
    """

    status = 3


class RefusedError(LocalclusterError):
    """Something that would destroy, where nobody can be asked; its text says how it is done."""

    status = 2
