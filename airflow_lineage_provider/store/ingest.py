"""One segment of an attempt's record into the tables, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.attempt import SUCCESS_STATES
from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.model.error_text import clean_message
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.naming import table_of
from airflow_lineage_provider.model.openlineage_ids import job_name, task_run_id
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind
from airflow_lineage_provider.store import segments
from airflow_lineage_provider.store.asset_aliases import expand_aliases, registered_names
from airflow_lineage_provider.store.attempts import Attempt, dag_run_dates
from airflow_lineage_provider.store.claimed_jobs import take_over
from airflow_lineage_provider.store.classifications import keep_classifications
from airflow_lineage_provider.store.datasets import add_aliases, dataset_ids
from airflow_lineage_provider.store.edges import ColumnLink, merge_column_edges, merge_edges
from airflow_lineage_provider.store.facet_policy import kept_facets
from airflow_lineage_provider.store.facet_sets import link_run_facets
from airflow_lineage_provider.store.facets import (
    FacetBody,
    add_facets,
    facet_links,
    link_all,
)
from airflow_lineage_provider.store.identity import asset_dataset
from airflow_lineage_provider.store.open_dag_runs import open_dag_runs
from airflow_lineage_provider.store.outgoing.enqueue import enqueue_attempts
from airflow_lineage_provider.store.quality_checks import keep_checks
from airflow_lineage_provider.store.quality_results import results_by_row
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_io import merge_run_io, settle_outputs
from airflow_lineage_provider.store.schemas import columns_of_digest, record_schemas
from airflow_lineage_provider.store.statements import ColumnUse, ReadStatements, read_statements
from airflow_lineage_provider.store.tables import DatasetFacet, Job, JobFacet, Run
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.touched import Touched
from airflow_lineage_provider.store.upsert import ids_of, insert_new

JOB = core_table(Job)
RUN = core_table(Run)
_HELD_JOB = (
    select(JOB.c.id, JOB.c.operator, JOB.c.dag_id)
    .where(JOB.c.digest == bindparam("sought"))
    .with_for_update(read=True, key_share=True)
)
_LOCKED_RUN = select(RUN).where(RUN.c.ti_id == bindparam("attempt")).with_for_update()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A segment whose SQL is read: what takes long, done before anything is locked."""

    record: LineageRecord
    touched: Touched
    read: ReadStatements


def prepare_segment(record: LineageRecord, *, session: Session) -> Prepared:
    """Read what a segment touched.

    Only reads from the database (columns of known tables, assets behind an alias), so it needs no lock and no
    transaction that lasts.
    """
    touched = Touched()
    touched.add_entries(expand_aliases(record.inputs, session=session), Direction.INPUT)
    touched.add_entries(record.outputs, Direction.OUTPUT)
    at = _moment(record.ended_at) or datetime.now(UTC)
    read = read_statements(record, touched, _KnownColumns(at, session))
    _add_observed(record, touched)
    return Prepared(record, touched, read)


def ingest_segment(
    prepared: Prepared, attempt: Attempt, *, namespace: str, now: datetime, session: Session
) -> int:
    """Merge a segment into its attempt's run.

    Segments may come twice and in any order: what they say is a union, and the state is Airflow's.

    :param namespace: OpenLineage namespace of this Airflow's jobs.
    :return: id of the run row.
    """
    record, touched, read = prepared.record, prepared.touched, prepared.read
    job_id = job_row(attempt, namespace=namespace, operator=record.operator, now=now, session=session)
    run = run_row(attempt, job_id, namespace=namespace, now=now, session=session)
    # A worker's clock may be wrong: what it says moves nothing into the future, and nothing before its start.
    at = min(_moment(record.ended_at) or attempt.ended_at or now, now)
    if attempt.started_at is not None:
        at = max(at, min(attempt.started_at, now))

    outputs_are_updated = record.outcome is Outcome.SUCCESS or (
        record.kind is SegmentKind.PARK and bool(run.segments & segments.CORE_SUCCEEDED)
    )
    if attempt.is_over and attempt.state not in SUCCESS_STATES:
        outputs_are_updated = False

    named = {dataset for dataset, _ in touched.io} | touched.columns.keys() | touched.facets.keys()
    named |= {dataset for use in read.columns for dataset in (use.output, use.input)}
    ids = dataset_ids(sorted(named), now=now, session=session)
    registered = registered_names((other.name for other in touched.other_names), session=session)
    add_aliases(
        [
            (other, ids[dataset], "asset")
            for other, dataset in touched.other_names.items()
            if any(asset_dataset(uri, None) == dataset for uri in registered.get(other.name, ()))
        ],
        now=now,
        session=session,
    )
    # Columns that the database itself told, or will tell, say more than the text of a statement.
    is_observed = "late" in record.awaits or bool(run.segments & segments.BITS[SegmentKind.LATE])
    outranked = {ids[dataset] for dataset in touched.stated_columns} if is_observed else set()
    schema_ids = record_schemas(
        {ids[dataset]: columns for dataset, columns in touched.columns.items()},
        outranked=outranked,
        at=at,
        run_id=run.id,
        session=session,
    )
    first_touch = merge_run_io(
        run.id,
        {(ids[dataset], direction): touch for (dataset, direction), touch in touched.io.items()},
        schema_ids,
        outputs_are_updated=outputs_are_updated,
        is_new_run=not run.segments,
        session=session,
    )
    edges: dict[tuple[int, Direction], tuple[Evidence, bool]] = {}
    for (dataset, direction), touch in touched.io.items():
        key = (ids[dataset], direction)
        before = edges.get(key, (Evidence(0), False))[0]
        edges[key] = (before | touch.evidence, key in first_touch)
    merge_edges(job_id, run.id, edges, at=at, session=session)
    merge_column_edges(job_id, run.id, _links(read.columns, ids), at=at, session=session)

    errors = [
        {**error.to_wire(), "message": clean_message(error.message)} for error in record.errors
    ] + read.errors
    facet_set_id = _store_facets(record, run, job_id, ids, touched, read, errors, at=at, session=session)
    keep_checks(
        results_by_row(touched.facets, record.run_facets, ids),
        at=at,
        job=job_name(attempt.dag_id, attempt.task_id),
        run_id=run.id,
        session=session,
    )
    _update_run(run, record, attempt, at, len(errors), facet_set_id, now=now, session=session)
    if record.kind is SegmentKind.CORE and record.outcome is Outcome.SUCCESS and outputs_are_updated:
        # What is certain and was told just now is updated already.
        if run.segments or not all(touch.is_certain for touch in touched.io.values()):
            settle_outputs(run.id, IoState.UPDATED, session=session)
    elif attempt.is_over and attempt.state not in SUCCESS_STATES:
        # An earlier segment may have said success while the attempt still ran.
        settle_outputs(run.id, IoState.ATTEMPTED, session=session)
    open_dag_runs([(attempt.dag_run_id, attempt.dag_id, attempt.run_id)], now=now, session=session)
    enqueue_attempts([attempt.ti_id], known={attempt.ti_id: run}, has_more=True, now=now, session=session)
    return int(run.id)


def job_row(
    attempt: Attempt, *, namespace: str, operator: str | None, now: datetime, session: Session
) -> int:
    """Row id of an attempt's job; a changed operator is noted."""
    name = job_name(attempt.dag_id, attempt.task_id)
    digest = identity_digest(namespace, name)
    known = session.execute(_HELD_JOB, {"sought": digest}).first()
    if known is None:
        row = {
            "digest": digest,
            "namespace": namespace,
            "name": name,
            "dag_id": attempt.dag_id,
            "task_id": attempt.task_id,
            "operator": operator or attempt.operator,
            "first_seen": now,
        }
        return ids_of(JOB, "digest", [row], session=session)[digest]
    if known.dag_id is None:
        # Another producer named it first.
        names = {"dag_id": attempt.dag_id, "task_id": attempt.task_id}
        take_over(known.id, names, session=session)
    if operator and known.operator != operator:
        session.execute(JOB.update().where(JOB.c.id == known.id).values(operator=operator))
    return int(known.id)


def run_row(attempt: Attempt, job_id: int, *, namespace: str, now: datetime, session: Session) -> Any:
    """Row of an attempt's run, locked until the transaction ends, made where there is none."""
    run = session.execute(_LOCKED_RUN, {"attempt": attempt.ti_id}).first()
    if run is not None:
        return run
    dates = dag_run_dates(attempt.dag_run_id, session=session)
    openlineage_run_id = (
        UUID(
            task_run_id(
                namespace=namespace,
                dag_id=attempt.dag_id,
                task_id=attempt.task_id,
                try_number=attempt.try_number,
                map_index=attempt.map_index,
                date=dates.date,
            )
        )
        if dates
        else None
    )
    new = insert_new(
        RUN,
        [
            {
                "job_id": job_id,
                "ti_id": attempt.ti_id,
                "dag_run_id": attempt.dag_run_id,
                "run_id": attempt.run_id,
                "map_index": attempt.map_index,
                "try_number": attempt.try_number,
                "openlineage_run_id": openlineage_run_id,
                "state": attempt.state,
                "capture": segments.capture_of(0, 0).value,
                "segments": 0,
                "awaited": 0,
                "started_at": attempt.started_at,
                "ended_at": attempt.ended_at,
                "recorded_at": now,
                "errors": 0,
            }
        ],
        tuple(RUN.c.keys()),
        session=session,
    )
    return new[0] if new else session.execute(_LOCKED_RUN, {"attempt": attempt.ti_id}).one()


class _KnownColumns:
    """Column names of datasets as they were at a moment, asked once per dataset."""

    def __init__(self, at: datetime, session: Session) -> None:
        self._at = at
        self._session = session
        self._names: dict[DatasetId, Sequence[str] | None] = {}

    def __call__(self, dataset: DatasetId) -> Sequence[str] | None:
        if dataset not in self._names:
            columns = columns_of_digest(dataset.digest, at=self._at, session=self._session)
            self._names[dataset] = [column.name for column in columns] if columns else None
        return self._names[dataset]


def _add_observed(record: LineageRecord, touched: Touched) -> None:
    for table in record.observed:
        connection = record.connections[table.connection]
        dataset = touched.name(table_of(connection, table.database, table.schema, table.name))
        touched.columns[dataset] = table.columns
        touched.stated_columns.discard(dataset)


def _links(uses: Sequence[ColumnUse], ids: Mapping[DatasetId, int]) -> list[ColumnLink]:
    merged: dict[tuple[int, str, int, str | None], set[tuple[str, str, bool]]] = {}
    for use in uses:
        key = (ids[use.output], use.output_column, ids[use.input], use.input_column)
        merged.setdefault(key, set()).add((use.kind, use.subtype, use.masking))
    return [ColumnLink(*key, tuple(sorted(transformations))) for key, transformations in merged.items()]


def _store_facets(
    record: LineageRecord,
    run: Any,
    job_id: int,
    ids: Mapping[DatasetId, int],
    touched: Touched,
    read: ReadStatements,
    errors: list[dict[str, str]],
    *,
    at: datetime,
    session: Session,
) -> int | None:
    """Returns the set of facets that the run's row is to name."""
    facets: dict[str, Any] = kept_facets(record.run_facets)
    truncated = [*record.truncated, *read.truncated, *touched.truncated]
    before: dict[str, Any] = {}
    if run.segments and (read.facet or errors or truncated):
        before = read_run_facets([run.id], session=session)[run.id]
    if record.context:
        facets["context"] = record.context
    if read.facet:
        facets["statements"] = _union(before.get("statements", []), read.facet)
    if errors or truncated:
        earlier_errors = before.get("capture", {})
        facets["capture"] = {
            "errors": _union(earlier_errors.get("errors", []), errors),
            "truncated": _union(earlier_errors.get("truncated", []), truncated),
        }
    facet_set_id = link_run_facets(run.id, run.facet_set_id, facets, is_new=not run.segments, session=session)
    of_datasets: dict[int, dict[str, FacetBody]] = {}
    for dataset, bodies in touched.facets.items():
        add_facets(of_datasets.setdefault(ids[dataset], {}), kept_facets(bodies))
    keep_classifications(of_datasets, session=session)
    link_all(
        {
            facet_links(core_table(JobFacet), "job_id"): {
                job_id: add_facets({}, kept_facets(record.job_facets))
            },
            facet_links(core_table(DatasetFacet), "dataset_id"): of_datasets,
        },
        seen_at=at,
        session=session,
    )
    return facet_set_id


def _union(earlier: Sequence[Any], later: Sequence[Any]) -> list[Any]:
    return [*earlier, *(entry for entry in later if entry not in earlier)]


def _update_run(
    run: Any,
    record: LineageRecord,
    attempt: Attempt,
    at: datetime,
    errors: int,
    facet_set_id: int | None,
    *,
    now: datetime,
    session: Session,
) -> None:
    bit = segments.BITS[record.kind]
    arrived = run.segments | bit
    if record.kind is SegmentKind.CORE and record.outcome is Outcome.SUCCESS:
        arrived |= segments.CORE_SUCCEEDED
    awaited = run.awaited | segments.bits_of(record.awaits)
    repeated = record.kind is not SegmentKind.PARK and bool(run.segments & bit)
    started = [moment for moment in (run.started_at, attempt.started_at) if moment is not None]
    values: dict[str, Any] = {
        "segments": arrived,
        "awaited": awaited,
        "capture": segments.capture_of(arrived, awaited).value,
        "state": attempt.state,
        "recorded_at": now,
        "facet_set_id": facet_set_id,
        "started_at": min(started, default=_moment(record.started_at)),
    }
    if not repeated:
        values["errors"] = min(run.errors + errors, 32_000)
        values["capture_ms"] = (run.capture_ms or 0.0) + (record.capture_ms or 0.0)
    if attempt.ended_at is not None and attempt.is_over:
        values["ended_at"] = attempt.ended_at
    elif record.kind is SegmentKind.CORE:
        values["ended_at"] = at
    session.execute(RUN.update().where(RUN.c.id == run.id).values(**values))


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
