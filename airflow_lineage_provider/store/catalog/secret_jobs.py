"""Jobs and runs whose statements may tell of columns that their reader may not know."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.job_sources import sources_of
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.upsert import CHUNK


def secret_jobs(job_ids: Collection[int], sight: Sight) -> set[int]:
    """Those of the jobs that touch a dataset of which some column is not shown, or are said to."""
    if sight.access.has_sensitive:
        return set()
    touched = sources_of(job_ids, session=sight.session)
    _add_touched(EDGE.c.job_id, EDGE.c.dataset_id, job_ids, touched, sight)
    return _secret(touched, sight)


def secret_runs(run_ids: Collection[int], sight: Sight) -> set[int]:
    """Those of the runs that touched such a dataset."""
    if sight.access.has_sensitive:
        return set()
    touched: dict[int, set[int]] = {}
    _add_touched(RUN_IO.c.run_id, RUN_IO.c.dataset_id, run_ids, touched, sight)
    return _secret(touched, sight)


def _add_touched(
    owner: ColumnElement[int],
    dataset: ColumnElement[int],
    ids: Collection[int],
    touched: dict[int, set[int]],
    sight: Sight,
) -> None:
    wanted = sorted(set(ids))
    for part in parts(wanted, CHUNK):
        query = select(owner, dataset).where(owner.in_(part))
        for owner_id, dataset_id in sight.session.execute(query):
            touched.setdefault(owner_id, set()).add(dataset_id)


def _secret(touched: dict[int, set[int]], sight: Sight) -> set[int]:
    hidden = sight.hidden_columns({dataset for datasets in touched.values() for dataset in datasets})
    return {owner for owner, datasets in touched.items() if any(dataset in hidden for dataset in datasets)}
