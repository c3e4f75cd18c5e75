"""All that the tables say after some events, with names instead of row ids: to compare one order with another."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.schemas import current_schemas
from tests.store.external.tellings import table


def picture(session: Session) -> dict[str, Any]:
    datasets = {row.id: (row.namespace, row.name) for row in table(session, "dataset")}
    jobs = {row.id: (row.namespace, row.name) for row in table(session, "job")}
    runs = {row.id: str(row.openlineage_run_id) for row in table(session, "run")}
    facets = {row.id: row.content_hash for row in table(session, "facet")}

    def linked(kind: str, owner: str, of: dict[int, Any]) -> list[Any]:
        rows = table(session, kind)
        return sorted((of[getattr(row, owner)], row.name, facets[row.facet_id], row.seen_at) for row in rows)

    return {
        "datasets": sorted(datasets.values()),
        "aliases": sorted(
            (row.namespace, row.name, datasets[row.dataset_id], row.origin) for row in table(session, "alias")
        ),
        "jobs": sorted(jobs.values()),
        "parents": sorted(
            (jobs[row.id], jobs[row.parent_id]) for row in table(session, "job") if row.parent_id is not None
        ),
        "runs": sorted(
            (jobs[row.job_id], runs[row.id], row.state, row.started_at, row.ended_at, str(row.parent_run_id))
            for row in table(session, "run")
        ),
        "io": sorted(
            (
                runs[row.run_id],
                row.direction,
                datasets[row.dataset_id],
                row.state,
                row.evidence,
                row.row_count or 0,
                row.byte_count or 0,
                row.partitions or "",
            )
            for row in table(session, "run_io")
        ),
        "edges": sorted(
            (
                jobs[row.job_id],
                row.direction,
                datasets[row.dataset_id],
                row.evidence,
                row.runs,
                row.first_seen,
                row.last_seen,
            )
            for row in table(session, "edge")
        ),
        "links": sorted(
            (
                jobs[row.job_id],
                datasets[row.output_dataset_id],
                datasets[row.input_dataset_id],
                row.first_seen,
                row.last_seen,
            )
            for row in table(session, "link")
        ),
        "columns": sorted(
            (
                jobs[row.job_id],
                datasets[row.output_dataset_id],
                row.output_column,
                datasets[row.input_dataset_id],
                row.input_column or "",
                row.transformations,
                row.first_seen,
                row.last_seen,
            )
            for row in table(session, "column_edge")
        ),
        "schemas": sorted(
            (datasets[key], json.dumps([column.to_wire() for column in schema.columns]))
            for key, schema in current_schemas(datasets, session=session).items()
        ),
        "open schema versions": sorted(
            datasets[row.dataset_id] for row in table(session, "dataset_schema") if row.valid_to is None
        ),
        "run facets": linked("run_facet", "run_id", runs),
        "job facets": linked("job_facet", "job_id", jobs),
        "dataset facets": linked("dataset_facet", "dataset_id", datasets),
        "events": sorted(row.digest for row in table(session, "event")),
    }
