"""Names of files that an engine made up: parts of a table, its markers and its own bookkeeping."""

from __future__ import annotations

import re

_INSIDE = re.compile(
    r"(?:\A|/)(?:_temporary|_delta_log|_spark_metadata|\.hoodie|\.spark-staging[^/]*|\.hive-staging[^/]*)(?:/|\Z)"
)

_PART = re.compile(
    r"""
    \.?part[-.](?:[mr][-.])?(?!(?:19|20)\d\d-?[01]\d-?[0-3]\d)\d+(?:[-.].*)?
    | part-[0-9a-f]{8}-[0-9a-f-]{27}.*
    | run-[\w-]+-part-.*
    | \d{4}_part_\d\d(?:\..*)?
    | 0\d{5}_\d+(?:_copy_\d+)?(?:\..*)?
    | _SUCCESS | _metadata | _common_metadata | _(?:committed|started)_\d+
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = frozenset({"part", "data", "file", "block", "chunk", "run", "m", "r", "tid", "attempt", "output"})
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SPLIT = re.compile(r"[-_+]")
_MADE_UP = re.compile(r"c?\d+|[0-9a-f]{8,}")
_QUERY = re.compile(r"20\d{6}_\d{6}_\d{5}_[a-z0-9]{5}")


def inside_of(name: str) -> int | None:
    """Where a path enters what an engine keeps inside of a table's directory; ``None``: it does not."""
    if "_" not in name and "." not in name:
        return None
    match = _INSIDE.search(name)
    return None if match is None else match.start()


def is_part_file(name: str) -> bool:
    """Say whether Spark, Hadoop, Hive, Redshift and their kind name parts and markers like this, anywhere."""
    return _PART.fullmatch(name) is not None


def looks_generated(name: str) -> bool:
    """Say whether no word of a file's name is anybody's: what stands below partitions then is the table itself."""
    if is_part_file(name):
        return True
    stem = name.partition(".")[0].lower()
    if not stem or _QUERY.match(stem):
        return bool(stem)
    return all(word in _WORDS or _MADE_UP.fullmatch(word) for word in _SPLIT.split(_UUID.sub("0", stem)))
