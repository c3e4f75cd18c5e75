"""What a DAG says about its own gates: it may make them stricter than the deployment does, never milder."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from airflow_lineage_provider.model.level import Level

TAG = "lineage-gate:"
"""Begins a tag that speaks of gates: ``lineage-gate:block``."""
FLOORS = (Level.BLOCK, Level.WARN)


def tightening(tags: Collection[str], policy: Any = None) -> tuple[Level, tuple[str, ...]]:
    """(floor, problems) of a DAG with these tags and this lineage policy.

    :param policy: as the DAG's params have it.
    :returns: the stricter of tag and policy, ``off`` without any; and what cannot be followed, in sentences.
    """
    said = [(f"tag {tag}", tag[len(TAG) :]) for tag in sorted(tags) if tag.casefold().startswith(TAG)]
    if isinstance(policy, dict) and policy.get("gate") is not None:
        said.append(("its lineage policy", policy["gate"]))
    floor, problems = Level.OFF, []
    for where, word in said:
        named = str(word).strip().casefold()
        if named in FLOORS:
            floor = floor.at_least(Level(named))
        elif named in list(Level):
            problems.append(
                f"{where} asks for {named}: a DAG may only make its gate stricter, with block or warn"
            )
        else:
            problems.append(
                f"{where} asks for {str(word)[:100]!r}, which is nothing: there are block and warn"
            )
    return floor, tuple(problems)
