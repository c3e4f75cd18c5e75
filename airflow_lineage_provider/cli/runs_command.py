"""``airflow lineage runs``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)
from airflow_lineage_provider.cli.number import LARGEST

if TYPE_CHECKING:
    from airflow_lineage_provider.store.runs import RunIoView


@lineage_command
def runs(args: Any) -> None:
    """Show attempts with what they read and wrote."""
    from airflow_lineage_provider.store.runs import read_runs

    with fresh_session(lambda drainer: drainer.reconcile_dag(args.dag_id, args.run_id)) as session:
        found = read_runs(
            args.dag_id, args.run_id, args.task_id, limit=min(args.limit + 1, LARGEST), session=session
        )
    has_more = len(found) > args.limit
    if has_more:
        found = found[len(found) - args.limit :]  # the newest stand last
        print(f"There are more than these {args.limit} newest attempts: see --limit.", file=sys.stderr)
    elif not found:
        of = " ".join(
            f"{name} {value}"
            for name, value in (("DAG", args.dag_id), ("run", args.run_id), ("task", args.task_id))
            if value
        )
        raise CommandError(f"No attempt is known of {of}.")
    if args.output in ("json", "yaml"):
        print_document([run.to_wire() for run in found], args.output)
        return

    def io(entries: tuple[RunIoView, ...]) -> str:
        return "\n".join(
            f"{entry.namespace} {entry.name} ({'+'.join(entry.evidence)}"
            + (f", {entry.state}" if entry.state == "attempted" else "")
            + (f", {len(entry.columns)} columns" if entry.columns else "")
            + _partitions(entry)
            + ")"
            for entry in entries
        )

    many = len({run.run_id for run in found}) > 1
    rows = []
    for run in found:
        row = {"run_id": run.run_id} if many else {}
        row.update(
            task_id=run.task_id,
            map_index=str(run.map_index),
            try_number=str(run.try_number),
            state=run.state or "",
            capture=run.capture,
            inputs=io(run.inputs),
            outputs=io(run.outputs),
        )
        if any(other.errors or other.truncated for other in found):
            row["errors"] = "\n".join(
                [f"{error['source']}: {error['message']}" for error in run.errors] + list(run.truncated)
            )
        rows.append(row)
    print_rows(rows, args.output)


def _partitions(entry: RunIoView) -> str:
    if not entry.partitions:
        return f", {entry.partition_count} partitions" if entry.partition_count else ""
    if entry.partition_count == 1:
        return f", {entry.partitions[0]}"
    return f", {entry.partition_count} partitions {entry.partitions[0]} to {entry.partitions[-1]}"
