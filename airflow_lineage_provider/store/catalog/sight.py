"""What one reader sees of rows: shared by every list."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.catalog.page import Visible
from airflow_lineage_provider.store.sensitive_columns import sensitive_columns
from airflow_lineage_provider.store.visibility import visible_datasets, visible_jobs

MASKED = "masked"
"""Stands for a name that the reader may not know."""

_OPEN_FACETS = frozenset(
    {
        "catalog", "dataSource", "datasetType", "inputStatistics", "jobType", "lifecycleStateChange",
        "nominalTime", "outputStatistics", "ownership", "parent", "processing_engine", "sourceCodeLocation",
        "storage", "symlinks", "version",
    }
)  # fmt: skip
"""Facets of the standard that have no place for columns or statements."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The eyes of one reader on one database session."""

    access: Access
    session: Session

    @property
    def job_filter(self) -> Visible | None:
        """For :func:`page_ids`; ``None``: all jobs are seen."""
        return None if self.access.is_unrestricted else self.jobs

    @property
    def dataset_filter(self) -> Visible | None:
        """For :func:`page_ids`; ``None``: all datasets are seen."""
        return None if self.access.is_unrestricted else self.datasets

    def jobs(self, ids: Collection[int]) -> set[int]:
        """Those of the jobs that are seen."""
        return visible_jobs(ids, self.access, session=self.session)

    def datasets(self, ids: Collection[int]) -> set[int]:
        """Those of the datasets that are seen."""
        return visible_datasets(ids, self.access, session=self.session)

    def hidden_columns(self, dataset_ids: Collection[int]) -> Mapping[int, frozenset[str]]:
        """Columns by dataset that are not shown; to be asked with ``in``."""
        if self.access.has_sensitive:
            return {}
        return sensitive_columns(dataset_ids, session=self.session)


def open_facets(facets: Mapping[str, Any]) -> dict[str, Any]:
    """Facets without those that may name columns or hold statements."""
    return {name: body for name, body in facets.items() if name in _OPEN_FACETS}
