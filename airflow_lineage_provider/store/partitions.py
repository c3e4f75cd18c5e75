"""Which partitions of its datasets a run touched: a bounded list, and how many there were."""

from __future__ import annotations

import json
from collections.abc import Iterable

from airflow_lineage_provider.model.canonical import canonical_json

MAX_PARTITIONS = 100
"""Partitions that are kept per run, dataset and direction."""
MAX_PARTITION = 500
"""Characters of a partition that is kept."""


def kept_partitions(found: Iterable[str]) -> list[str]:
    """Those that are kept, sorted: the same ones in whatever order segments came."""
    return sorted({partition for partition in found if len(partition) <= MAX_PARTITION})[:MAX_PARTITIONS]


def merged_partitions(
    before: str | None, count_before: int | None, found: Iterable[str]
) -> tuple[str | None, int | None]:
    """Union of what a row has and what a segment found, as the row keeps it.

    The count is exact while nothing was left out, and at least that many otherwise: of what was left out nobody
    knows any more whether the next segment has it again. So a segment that comes twice changes nothing.
    """
    now = set(found)
    if before is None and not now:
        return None, None
    known = set(read_partitions(before))
    kept = kept_partitions(known | now)
    is_complete = (count_before or 0) <= len(known)
    count = max(count_before or 0, len(known | now) if is_complete else len(now))
    return canonical_json(kept).decode("utf-8"), count


def read_partitions(text: str | None) -> tuple[str, ...]:
    """Partitions of a row."""
    return tuple(json.loads(text)) if text else ()
