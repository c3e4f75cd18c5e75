"""What is wrong inside a schema, and where."""

from __future__ import annotations

from airflow_lineage_provider.contracts.error import Path


class SchemaTrouble(ValueError):
    """A schema that gives no columns. The message says why; ``path`` leads there from the top of the schema."""

    def __init__(self, path: Path, message: str) -> None:
        self.path = path
        super().__init__(message)
