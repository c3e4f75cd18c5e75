"""What ``airflow db migrate``, ``check-migrations`` and ``reset`` find: our part of the metadata database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airflow.utils.db_manager import BaseDBManager, command

from airflow_lineage_provider.store.tables import metadata

PACKAGE = Path(__file__).parent

REVISION_HEADS = {"0.1.0": "b6e20f94a1d7"}
"""Provider version to the last revision it knew."""


class LineageDBManager(BaseDBManager):
    """Create, upgrade, downgrade and drop the ``lineage_*`` tables."""

    metadata = metadata
    version_table_name = "alembic_version_lineage"
    migration_dir = (PACKAGE / "migrations").as_posix()
    alembic_file = (PACKAGE / "alembic.ini").as_posix()
    supports_table_dropping = True
    revision_heads_map = REVISION_HEADS

    def downgrade(
        self, to_revision: str, from_revision: str | None = None, show_sql_only: bool = False
    ) -> None:
        """Downgrade our tables to ``to_revision`` (``base``: none of them are left)."""
        config: Any = self.get_alembic_config()
        revision = f"{from_revision}:{to_revision}" if from_revision and show_sql_only else to_revision
        command.downgrade(config, revision=revision, sql=show_sql_only)
