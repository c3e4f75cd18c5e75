"""Jobs that write datasets, and how their last runs went."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import ProducerFact
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import owners
from airflow_lineage_provider.store.last_outputs import DATASET_ID, JOB_ID, LastOutputs
from airflow_lineage_provider.store.owners import Producer, Writers
from airflow_lineage_provider.store.producer_runs import last_runs

Producers = Mapping[DatasetId, list[Producer]]
"""Jobs by the dataset that they write, once each."""


def producers_of(
    subjects: Subjects,
    claimed: Writers | None = None,
    outputs: LastOutputs | None = None,
    *,
    session: Session,
) -> dict[DatasetId, list[Producer]]:
    """Jobs that wrote successfully, and tasks that declare the dataset as outlet.

    :param claimed: jobs that are said to write the rows of the subjects, where that is known.
    :param outputs: successful ones that are known: of the others it has to be looked for.
    """
    if claimed is None:
        claimed = owners.claimed_writers(subjects.rows, session=session)
    known = outputs.of_datasets.values() if outputs is not None else ()
    proven = {(output[DATASET_ID], output[JOB_ID]) for found in known for output in found}
    found: dict[DatasetId, list[Producer]] = {}
    for row_id, writers in owners.proven_writers(claimed, proven=proven, session=session).items():
        found.setdefault(subjects.rows[row_id], []).extend(writers)
    declared = owners.outlet_producers(
        {asset_id for entry in subjects.entries for asset_id in entry.asset_ids}, session=session
    )
    for entry in subjects.entries:
        for asset_id in sorted(entry.asset_ids):
            found.setdefault(entry.dataset, []).extend(declared.get(asset_id, ()))
    return {dataset: _once(writers) for dataset, writers in found.items()}


def producer_facts(producers: Producers, *, session: Session) -> dict[DatasetId, list[ProducerFact]]:
    """Last run of each producing job; a task that only declares the dataset and never ran has no state."""
    jobs = {each.job_id for writers in producers.values() for each in writers if each.job_id is not None}
    runs = last_runs(jobs, session=session)
    found: dict[DatasetId, list[ProducerFact]] = {}
    for dataset, writers in producers.items():
        for each in writers:
            run = runs.get(each.job_id) if each.job_id is not None else None
            found.setdefault(dataset, []).append(
                ProducerFact(
                    each.name,
                    each.dag_id,
                    run.state if run is not None else None,
                    run.at if run is not None else None,
                    run.run if run is not None else None,
                )
            )
    return found


def _once(writers: list[Producer]) -> list[Producer]:
    """One entry for a job that writes under two names, or that declares what it was seen to write."""
    by_name: dict[tuple[str, str | None], Producer] = {}
    for writer in writers:
        known = by_name.get((writer.name, writer.dag_id))
        if known is None or known.job_id is None:
            by_name[writer.name, writer.dag_id] = writer
    return list(by_name.values())
