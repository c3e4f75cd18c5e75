"""What the audit is told of a verdict, whichever gate it is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import GrantNote
from airflow_lineage_provider.store.verdicts import Gate

AUDITED = frozenset({Result.FAIL, Result.WARN, Result.ERROR})
"""Results that are always told; others where they are not what the same gate said last."""


def verdict_entry(
    gate: Gate,
    verdict_id: int,
    *,
    result: str,
    blocks: bool,
    datasets: int,
    findings: Sequence[Mapping[str, Any]],
    findings_total: int,
    grant: GrantNote | None,
) -> dict[str, Any]:
    """Payload of an entry of kind ``verdict``; a gate may add to it.

    :param findings: the gravest, as the audit is to name them.
    """
    return {
        "verdict_id": verdict_id,
        **gate.to_wire(),
        "result": result,
        "blocks": blocks,
        "datasets": datasets,
        "findings": list(findings),
        "findings_total": findings_total,
        "grant": grant.to_wire() if grant is not None else None,
    }
