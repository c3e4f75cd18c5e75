"""``airflow lineage datasets``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import fresh_session, lineage_command, print_document, print_rows


@lineage_command
def datasets(args: Any) -> None:
    """List known datasets with how many jobs write and read them."""
    from airflow_lineage_provider.store.dataset_list import list_datasets

    with fresh_session() as session:
        found = list_datasets(namespace=args.namespace, search=args.search, limit=args.limit, session=session)
    if args.output in ("json", "yaml"):
        print_document(found, args.output)
        return
    print_rows(
        [
            {
                **row,
                "columns": str(len(row["columns"])),
                "writers": str(row["writers"]),
                "readers": str(row["readers"]),
            }
            for row in found
        ],
        args.output,
    )
