"""Who sits at the command line."""

from __future__ import annotations

import getpass


def person(named: str | None = None) -> str:
    """The name given with ``--by``, else that of the operating system's user.

    Whoever has the database could write any name into it, so the command line takes one on trust.
    """
    if named and named.strip():
        return named.strip()
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container's user may have no name.
        return "unknown"
