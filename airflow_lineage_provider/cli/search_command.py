"""``airflow lineage search``."""

from __future__ import annotations

import sys
from typing import Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)


@lineage_command
def search(args: Any) -> None:
    """Show datasets, jobs, DAGs and columns whose name contains a text."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.search import TYPES, HitType, search as find

    if not args.text or "\x00" in args.text:
        raise CommandError("Give a text to search for.")
    with fresh_session() as session:
        page = find(
            args.text,
            FULL_ACCESS,
            types=[HitType(args.type)] if args.type else TYPES,
            namespace=args.namespace,
            limit=max(args.limit, 1),
            session=session,
        )
    if page.next_place is not None:
        print(f"There is more than these {len(page.hits)}: see --limit.", file=sys.stderr)
    rows = [
        {
            "type": hit.type.value,
            "namespace": hit.namespace or "",
            "name": hit.name,
            "columns": list(hit.columns),
            "node": hit.node_id or "",
        }
        for hit in page.hits
    ]
    if args.output in ("json", "yaml"):
        print_document(rows, args.output)
        return
    print_rows([{**row, "columns": "\n".join(row["columns"])} for row in rows], args.output)
