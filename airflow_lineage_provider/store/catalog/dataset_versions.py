"""Versions of one dataset, each with the run that brought it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from airflow_lineage_provider.store.catalog.columns import ShownColumn, shown_columns
from airflow_lineage_provider.store.catalog.page import Page
from airflow_lineage_provider.store.catalog.runs import RunView, describe_runs
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.catalog.versions import SchemaVersion, schema_versions


@dataclass(frozen=True, slots=True)
class DatasetVersionView:
    """One version of a dataset."""

    schema: SchemaVersion
    columns: tuple[ShownColumn, ...]
    created_by: RunView | None
    """``None``: nobody knows, or it is a run of a job that the reader may not see."""


def list_dataset_versions(
    dataset_id: int, sight: Sight, *, limit: int, offset: int
) -> Page[DatasetVersionView]:
    """Versions, newest first: as many as its columns changed, however often it was written."""
    versions = schema_versions([dataset_id], session=sight.session).get(dataset_id, [])
    return Page(tuple(_describe(versions[offset : offset + limit], dataset_id, sight)), len(versions))


def find_dataset_version(dataset_id: int, version: UUID, sight: Sight) -> DatasetVersionView | None:
    """The version of an id."""
    versions = schema_versions([dataset_id], session=sight.session).get(dataset_id, [])
    chosen = [known for known in versions if known.version == version]
    return next(iter(_describe(chosen, dataset_id, sight)), None)


def _describe(versions: Sequence[SchemaVersion], dataset_id: int, sight: Sight) -> list[DatasetVersionView]:
    hidden = sight.hidden_columns([dataset_id]).get(dataset_id, frozenset())
    run_ids = sorted({version.run_id for version in versions if version.run_id is not None})
    runs = {run.row_id: run for run in describe_runs(run_ids, sight)}
    seen = sight.jobs({run.job_id for run in runs.values()})
    found = []
    for version in versions:
        run = runs.get(version.run_id) if version.run_id is not None else None
        found.append(
            DatasetVersionView(
                schema=version,
                columns=shown_columns(version.columns, hidden),
                created_by=run if run is not None and run.job_id in seen else None,
            )
        )
    return found
