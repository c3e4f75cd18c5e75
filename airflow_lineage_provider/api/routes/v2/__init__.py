"""Routes of our own API."""

from __future__ import annotations

from airflow_lineage_provider.api.routes.v2 import coverage, datasets, graph, runs, search

ROUTERS = (graph.router, runs.router, datasets.router, search.router, coverage.router)
