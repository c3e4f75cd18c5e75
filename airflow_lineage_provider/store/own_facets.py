"""Facets of datasets that we make ourselves: nobody sends them, and nobody is shown them."""

from __future__ import annotations

from airflow_lineage_provider.store.classifications import CLASSIFICATIONS
from airflow_lineage_provider.store.quality_checks import QUALITY
from airflow_lineage_provider.store.told_owners import TOLD_OWNERS

OURS = frozenset({CLASSIFICATIONS, QUALITY, TOLD_OWNERS})
