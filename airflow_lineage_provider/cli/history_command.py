"""``airflow lineage history``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.change_text import change_lines
from airflow_lineage_provider.cli.command import fresh_session, lineage_command, print_document, print_rows
from airflow_lineage_provider.cli.named_dataset import named_dataset
from airflow_lineage_provider.cli.plain_document import plain_document


@lineage_command
def history(args: Any) -> None:
    """Show how the columns of a dataset changed, newest first."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.schema_history import schema_history

    with fresh_session() as session:
        dataset = named_dataset(args.node, session)
        versions, _ = schema_history(dataset.id, FULL_ACCESS, limit=max(args.limit, 1), session=session)
    if args.output in ("json", "yaml"):
        document = [plain_document(version) for version in versions]
        for version in document:
            del version["key"]
        print_document(document, args.output)
        return
    print_rows(
        [
            {
                "valid_from": version.valid_from.isoformat(),
                "valid_to": version.valid_to.isoformat() if version.valid_to else "",
                "job": version.run.job_name if version.run else "",
                "run": str(version.run.id) if version.run else "",
                "columns": str(len(version.columns)),
                "changes": "first seen"
                if version.changes is None
                else "\n".join(change_lines(version.changes)),
            }
            for version in versions
        ],
        args.output,
    )
