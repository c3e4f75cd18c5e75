"""SQL that a hook told Airflow's collector of: it needs no second telling."""

from __future__ import annotations

from airflow_lineage_provider.capture import collector
from airflow_lineage_provider.capture.connection_identity import connection_id_of
from airflow_lineage_provider.capture.sources.statement import SQL_JOB


def reported_sql() -> set[str]:
    """Texts of the statements that came with a connection, without spaces around them."""
    return {
        str(extra.value.get("sql")).strip()
        for extra in collector.snapshot().extra
        if extra.key == SQL_JOB and isinstance(extra.value, dict) and connection_id_of(extra.context)
    }
