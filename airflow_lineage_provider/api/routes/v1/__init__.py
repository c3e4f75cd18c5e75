"""Version 1: OpenLineage in, and Marquez's answers out."""

from __future__ import annotations

from airflow_lineage_provider.api.routes.v1 import (
    column_lineage,
    datasets,
    events,
    ingest,
    jobs,
    lineage,
    namespaces,
    runs,
    search,
    unescaped,
)

INGEST_ROUTERS = (ingest.router,)
READ_ROUTERS = (
    lineage.router,
    column_lineage.router,
    # Before jobs: a run of any job stands where a namespace does.
    runs.router,
    namespaces.router,
    datasets.router,
    jobs.router,
    events.router,
    search.router,
    # Last: it takes what nobody else understands.
    unescaped.router,
)
