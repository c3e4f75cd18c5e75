"""Routes of our own API."""

from __future__ import annotations

from airflow_lineage_provider.api.routes.v2 import (
    audit,
    baseline,
    contracts,
    coverage,
    dag_runs,
    datasets,
    findings,
    gates,
    grants,
    graph,
    health,
    judge,
    me,
    owners,
    runs,
    search,
    verdicts,
    waivers,
)

ROUTERS = (
    graph.router,
    runs.router,
    datasets.router,
    search.router,
    coverage.router,
    dag_runs.router,
    health.router,
    me.router,
    contracts.router,
    owners.router,
    findings.router,
    verdicts.router,
    judge.router,
    gates.router,
    waivers.router,
    grants.router,
    baseline.router,
    audit.router,
)
