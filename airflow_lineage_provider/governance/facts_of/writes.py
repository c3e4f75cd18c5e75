"""The last successful writes of datasets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, cast, overload

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import WriteFact
from airflow_lineage_provider.governance.facts_of.contracts import Bound, promise
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.last_outputs import (
    AT,
    DAG_RUN_ID,
    INTERVAL_END,
    IS_EXTERNAL,
    JOB_ID,
    MAP_INDEX,
    ROWS,
    RUN_ID,
    LastOutputs,
    Output,
    age,
    occasion,
)
from airflow_lineage_provider.store.run_facets import read_run_facets

MOST = 20
_OF_DAG_RUN = itemgetter(JOB_ID, DAG_RUN_ID)
"""Where all are different, so are the occasions; it is asked for each write, and most tasks are not mapped."""
LATENCY = "latency"
NOMINAL = "nominalTime"


def write_facts(
    subjects: Subjects, outputs: LastOutputs, contracts: Bound, *, session: Session
) -> dict[DatasetId, list[WriteFact]]:
    """Newest first, at most :data:`MOST` by dataset."""
    of_datasets: dict[DatasetId, list[Output]] = {}
    for row_id, found in outputs.of_datasets.items():
        dataset = subjects.rows[row_id]
        of_datasets[dataset] = [*of_datasets[dataset], *found] if dataset in of_datasets else found
    writes = {dataset: merged_writes(found) for dataset, found in of_datasets.items()}
    told = _told_times(writes, contracts, session=session)
    jobs = outputs.jobs
    return {
        dataset: [
            WriteFact(
                aware(write[AT]),
                jobs[write[JOB_ID]].name,
                write[ROWS],
                aware(write[INTERVAL_END]) or told.get(write[RUN_ID]),
            )
            for write in found
        ]
        for dataset, found in writes.items()
    }


def merged_writes(outputs: Sequence[Output]) -> list[Output]:
    """One write for each occasion, newest first, with its rows: a mapped task writes once, in parts.

    An instance that was run again counts with its newest run. Rows are known where those of each part are.
    """
    newest_first = sorted(outputs, key=age, reverse=True)
    if len(set(map(_OF_DAG_RUN, newest_first))) == len(newest_first):
        return newest_first[:MOST]
    instances: set[tuple[int, int, int]] = set()
    merged: dict[tuple[int, int], Output] = {}
    for output in newest_first:
        write = occasion(output)
        if (*write, output[MAP_INDEX]) in instances:
            continue
        instances.add((*write, output[MAP_INDEX]))
        merged[write] = _joined(merged[write], output) if write in merged else output
    return list(merged.values())[:MOST]


def _joined(newest: Output, other: Output) -> Output:
    """The newest part of a write with the rows of both."""
    mine, others = newest[ROWS], other[ROWS]
    rows = mine + others if mine is not None and others is not None else None
    return cast("Output", (*newest[:ROWS], rows, *newest[ROWS + 1 :]))


@overload
def aware(moment: datetime) -> datetime: ...
@overload
def aware(moment: None) -> None: ...
def aware(moment: datetime | None) -> datetime | None:
    """A moment of the database with its time zone."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def _told_times(
    writes: Mapping[DatasetId, list[Output]], contracts: Bound, *, session: Session
) -> dict[int, datetime]:
    """Nominal end times that other producers told of the last writes, by run; asked for only where latency is promised."""
    runs = [
        found[0][RUN_ID]
        for dataset, found in writes.items()
        if found and found[0][IS_EXTERNAL] and _promises_latency(contracts.get(dataset, ()))
    ]
    if not runs:
        return {}
    facets = read_run_facets(runs, names=(NOMINAL,), session=session)
    times = {run_id: _moment(named.get(NOMINAL)) for run_id, named in facets.items()}
    return {run_id: moment for run_id, moment in times.items() if moment is not None}


def _promises_latency(contracts: Iterable[Any]) -> bool:
    promises = (promise(contract) for contract in contracts)
    return any(sla.property == LATENCY for each in promises if each is not None for sla in each.slas)


def _moment(facet: Any) -> datetime | None:
    """End of the nominal time, else its start; ``None`` where it cannot be read or says of no time zone."""
    if not isinstance(facet, dict):
        return None
    for key in ("nominalEndTime", "nominalStartTime"):
        try:
            moment = datetime.fromisoformat(facet[key])
        except (KeyError, TypeError, ValueError):
            continue
        if moment.tzinfo is not None:
            return moment
    return None
