"""The sources of runtime evidence by name, and how a choice of them is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

NAMES = (
    "files", "fsspec", "sqlalchemy", "sqlite3", "psycopg2", "psycopg", "pymysql", "duckdb",
    "pandas", "polars", "pyarrow", "boto3", "requests", "httpx",
)  # fmt: skip
"""What can be observed in a task's process."""

OPT_IN = frozenset({"requests", "httpx"})
"""Not observed unless asked for: most of what a task GETs is no data."""

DEFAULT = frozenset(NAMES) - OPT_IN


def chosen(words: str) -> frozenset[str]:
    """Read a choice of sources: names, ``default``, ``all`` or ``none``, and ``-name`` to leave one out.

    Raises ``ValueError`` with the word that is none of these.
    """
    names: set[str] = set()
    parts = [part.strip().lower() for part in words.replace("\n", ",").split(",")]
    for word in filter(None, parts):
        group = {"default": DEFAULT, "all": frozenset(NAMES), "none": frozenset[str]()}.get(word)
        if group is not None:
            names |= group
        elif word.removeprefix("-") not in NAMES:
            raise ValueError(f"{word!r} is no source; there are {', '.join(NAMES)}, default, all and none")
        elif word.startswith("-"):
            names.discard(word[1:])
        else:
            names.add(word)
    return frozenset(names)


def switched(sources: Iterable[str], changes: Mapping[str, bool]) -> frozenset[str]:
    """Sources with some switched on or off."""
    return frozenset(sources) - {name for name, on in changes.items() if not on} | {
        name for name, on in changes.items() if on
    }
