"""``airflow lineage impact``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)
from airflow_lineage_provider.cli.moment import read_moment


@lineage_command
def impact(args: Any) -> None:
    """List what depends on a node, or with ``--direction upstream`` what it depends on."""
    import sys
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.impact_owners import with_owners
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.model.node_id import InvalidNodeId
    from airflow_lineage_provider.store.graph import InvalidQuestion, UnknownNode, find_root
    from airflow_lineage_provider.store.graph.export.csv_table import csv_text
    from airflow_lineage_provider.store.impact import IMPACT_COLUMNS, read_impact

    as_of = read_moment(args.as_of, "--as-of")
    since = read_moment(args.since, "--since")
    now = datetime.now(UTC)
    with fresh_session() as session:
        try:
            root = find_root(args.node, column=args.column, session=session)
            page = read_impact(
                root,
                args.direction,
                args.depth,
                as_of=as_of,
                since=since,
                now=now,
                session=session,
            )
            found = with_owners(page, FULL_ACCESS, today=now.date(), session=session)
        except (InvalidNodeId, InvalidQuestion) as error:
            raise CommandError(f"{error}.") from error
        except UnknownNode as error:
            raise CommandError(f"{error.args[0]}.") from error
    if args.output == "csv":
        sys.stdout.write(csv_text(IMPACT_COLUMNS, [item.to_row() for item in found.items]))
    elif args.output in ("json", "yaml"):
        print_document([item.to_wire() for item in found.items], args.output)
    else:
        print_rows(
            [
                {
                    "degree": item.degree,
                    "node": item.node.id,
                    "dags": ", ".join(item.dag_ids),
                    "owners": ", ".join(item.owners),
                    "status": item.status,
                    "last_run": item.last_run.started_at.isoformat()
                    if item.last_run and item.last_run.started_at
                    else "",
                }
                for item in found.items
            ],
            args.output,
        )
    if found.truncated:
        print(f"Cut off: there is more than these {found.total}.", file=sys.stderr)
