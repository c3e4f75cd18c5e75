"""``airflow lineage reindex``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airflow_lineage_provider.cli.command import lineage_command, print_document, print_rows


@lineage_command
def reindex(args: Any) -> None:
    """Compare edges with the facts of runs and put right what differs."""
    from airflow_lineage_provider.store.own_transactions import OwnTransactions
    from airflow_lineage_provider.store.reindex import reindex as compare

    done = compare(OwnTransactions(), dag_id=args.dag_id, is_dry_run=args.dry_run)
    drifts = [
        {
            "drift": drift.kind,
            "job": drift.job,
            "dataset": drift.dataset,
            "direction": drift.direction,
            "before": _plain(drift.before),
            "after": _plain(drift.after),
        }
        for drift in done.drifts
    ]
    counts = {
        "jobs": done.jobs,
        "edges": done.edges,
        "missing": done.missing,
        "extra": done.extra,
        "differing": done.differing,
        "not_provable": done.not_provable,
        "dangling_column_edges": done.dangling_columns,
    }
    if args.output in ("json", "yaml"):
        print_document({**counts, "put_right": not args.dry_run, "drifts": drifts}, args.output)
        return
    if drifts:
        print_rows([{key: _text(value) for key, value in row.items()} for row in drifts], args.output)
    verb = "would be put right" if args.dry_run else "put right"
    print(
        f"{done.jobs} jobs, {done.edges} edges: {done.drifted} drifted and {verb} ({done.missing} missing, "
        f"{done.extra} extra, {done.differing} differing); {done.not_provable} not provable and kept"
    )
    if done.drifted > len(drifts):
        print(f"{done.drifted - len(drifts)} of the drifted ones are not listed")
    print(
        f"Column edges cannot be made from facts: {done.dangling_columns} of them name what is not there any more"
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}


def _text(value: Any) -> str:
    return (
        ", ".join(f"{key}={part}" for key, part in value.items()) if isinstance(value, dict) else str(value)
    )
