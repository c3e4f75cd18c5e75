"""``airflow lineage why``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.change_text import change_lines
from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)
from airflow_lineage_provider.cli.moment import read_moment
from airflow_lineage_provider.cli.named_dataset import named_dataset
from airflow_lineage_provider.cli.plain_document import plain_document

if TYPE_CHECKING:
    from airflow_lineage_provider.store.dataset_why import Happening

_SHORT = 12
_DAYS = 7
_MOST_PARTITIONS = 3


@lineage_command
def why(args: Any) -> None:
    """Show what happened to a dataset and upstream of it in a window, newest first."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.dataset_why import read_why

    until = read_moment(args.until, "--until") or datetime.now(UTC) + timedelta(seconds=1)
    since = read_moment(args.since, "--since") or until - timedelta(days=_DAYS)
    if since >= until:
        raise CommandError("--since must be before --until.")
    with fresh_session() as session:
        dataset = named_dataset(args.node, session)
        found = read_why(dataset, since, until, FULL_ACCESS, limit=max(args.limit, 1), session=session)
    if found.is_truncated:
        print(f"More happened than these {len(found.happenings)}: see --limit.", file=sys.stderr)
    if args.output in ("json", "yaml"):
        print_document([plain_document(happening) for happening in found.happenings], args.output)
        return
    if not found.happenings:
        print(f"Nothing is known from {since.isoformat()} to {until.isoformat()}.")
        return
    print_rows([_row(happening) for happening in found.happenings], args.output)


def _row(happening: Happening) -> dict[str, str]:
    run = happening.run
    return {
        "at": happening.at.isoformat(timespec="seconds"),
        "kind": happening.kind.value,
        "distance": str(happening.distance),
        "job": run.job_name if run else "",
        "run": str(run.id) if run else "",
        "state": run.state or "" if run else "",
        "what": "\n".join(_what(happening)),
    }


def _what(happening: Happening) -> list[str]:
    lines = [f"{happening.namespace} {happening.name}"] if happening.name and happening.distance else []
    if happening.rows is not None:
        lines.append(f"{happening.rows} rows")
    if happening.partition_count:
        shown = ", ".join(happening.partitions[:_MOST_PARTITIONS])
        more = happening.partition_count - min(len(happening.partitions), _MOST_PARTITIONS)
        lines.append(f"partitions: {shown}" + (f" and {more} more" if more > 0 else ""))
    lines += change_lines(happening.columns)
    lines += [f"+ statement {text[:_SHORT]}" for text in happening.fingerprints_added]
    return lines + [f"- statement {text[:_SHORT]}" for text in happening.fingerprints_removed]
