"""Files that functions and relations of DuckDB name, as paths and URIs that still say the same elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator
from glob import has_magic, iglob
from itertools import islice
from typing import Any

MOST_FILES = 1_000
"""Of one pattern."""


def files_of(source: Any) -> Iterator[str]:
    """Absolute paths and URIs behind the argument of a reader: a name, a pattern, several of them.

    An open file is not taken up: who opened it knows what it is.
    """
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        if not isinstance(name, str):
            return
        if "://" in name:
            yield name
        elif has_magic(name) and not os.path.lexists(name):
            yield from map(os.path.abspath, islice(iglob(name, recursive=True), MOST_FILES))
        else:
            yield os.path.abspath(os.path.expanduser(name))
    elif isinstance(source, list | tuple):
        for part in source:
            yield from files_of(part)
