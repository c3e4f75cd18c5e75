"""One run in full, or several at the price of one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.catalog.event_mask import masked_facets
from airflow_lineage_provider.store.catalog.sight import Sight
from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.job_sources import sources_of
from airflow_lineage_provider.store.masking import NOTHING, ShownColumn, hidden_columns, show_columns
from airflow_lineage_provider.store.run_datasets import RunDataset, read_run_datasets
from airflow_lineage_provider.store.run_facets import read_run_facets
from airflow_lineage_provider.store.run_refs import RunRef, ref_of, run_query, seen
from airflow_lineage_provider.store.run_statements import STATEMENTS, RunStatement, statements_of

MOST_CHILDREN = 200
MOST_COLUMN_LINES = 5_000
_OWN_FIELDS = frozenset({"capture", "context", STATEMENTS})
"""Facets of ours that are shown under names of their own."""
_HARMLESS = frozenset({"parent", "nominalTime", "processing_engine", "externalQuery", "executionParameters"})
"""Facets without names of columns: those that are shown where columns are masked."""


@dataclass(frozen=True, slots=True)
class DatasetOfRun:
    """An input or output with the columns that the reader may see."""

    namespace: str
    name: str
    evidence: tuple[str, ...]
    state: str
    rows: int | None
    bytes: int | None
    partitions: tuple[str, ...]
    partition_count: int | None
    columns: tuple[ShownColumn, ...]


@dataclass(frozen=True, slots=True)
class ColumnEnd:
    """One end of column lineage; ``name`` is ``None`` where it is masked or not known."""

    dataset_namespace: str
    dataset_name: str
    name: str | None
    is_masked: bool = False


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """A column of an output and where it comes from."""

    output: ColumnEnd
    input: ColumnEnd
    transformations: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run as a reader may see it."""

    run: RunRef
    duration: float | None
    """Seconds."""
    parent_run_id: str | None
    """OpenLineage run id of whatever started it, known to us or not."""
    parent: RunRef | None
    children: tuple[RunRef, ...]
    inputs: tuple[DatasetOfRun, ...]
    outputs: tuple[DatasetOfRun, ...]
    columns: tuple[ColumnLine, ...]
    statements: tuple[RunStatement, ...]
    context: dict[str, Any]
    facets: dict[str, Any]
    errors: tuple[dict[str, str], ...]
    truncated: tuple[str, ...]
    is_masked: bool = False
    """It touches sensitive columns: statements, facets and messages that may name them are left out."""
    raw: tuple[RunDataset, ...] = field(default=(), repr=False)
    """Inputs and outputs without masks: never to be shown."""


def read_detail(run: RunRef, access: Access, *, session: Session) -> RunDetail:
    """Everything that is known of a run that the reader may see."""
    return read_details([run], access, with_column_lineage=True, session=session)[0]


def read_details(
    runs: Sequence[RunRef], access: Access, *, with_column_lineage: bool = False, session: Session
) -> list[RunDetail]:
    """The same for several runs, in their order."""
    ids = [run.id for run in runs]
    io = read_run_datasets(ids, session=session)
    # They name jobs and datasets of others.
    facets = masked_facets(read_run_facets(ids, session=session), Sight(access, session))
    touched = {entry.dataset_id for entries in io.values() for entry in entries}
    # Statements of a job tell of what its column lineage comes from, whether or not a run was seen to read it.
    sources = {} if access.has_sensitive else sources_of({run.job_id for run in runs}, session=session)
    hidden = hidden_columns(touched.union(*sources.values()), access, session=session)
    secret = {job_id for job_id, datasets in sources.items() if any(each in hidden for each in datasets)}
    relatives = _relatives(runs, access, session=session)
    lines = _column_lines(runs, io, hidden, session=session) if with_column_lineage else {}
    return [
        _detail(
            run,
            io[run.id],
            facets[run.id],
            hidden,
            relatives[run.id],
            lines.get(run.id, ()),
            is_masked=run.job_id in secret or any(entry.dataset_id in hidden for entry in io[run.id]),
        )
        for run in runs
    ]


@dataclass(slots=True)
class _Relatives:
    parent_run_id: str | None = None
    parent: RunRef | None = None
    children: list[RunRef] = field(default_factory=list)


def _relatives(runs: Sequence[RunRef], access: Access, *, session: Session) -> dict[int, _Relatives]:
    found = {run.id: _Relatives() for run in runs}
    parents = {
        row.id: row.parent_run_id
        for row in session.execute(
            select(RUN.c.id, RUN.c.parent_run_id).where(RUN.c.id.in_(found), RUN.c.parent_run_id.is_not(None))
        )
    }
    mine = {UUID(run.openlineage_run_id): run.id for run in runs if run.openlineage_run_id}
    if not parents and not mine:
        return found
    query = (
        run_query()
        .add_columns(RUN.c.parent_run_id)
        .where(
            or_(
                RUN.c.openlineage_run_id.in_(set(parents.values())),
                RUN.c.parent_run_id.in_(mine),
            )
        )
        .order_by(RUN.c.ti_id.is_(None).desc(), RUN.c.id)
        .limit(len(runs) * MOST_CHILDREN)
    )
    rows = session.execute(query).all()
    shown = {ref.id: ref for ref in seen([ref_of(row) for row in rows], access, session=session)}
    by_uuid = {ref.openlineage_run_id: ref for ref in shown.values()}
    for run_id, parent in parents.items():
        found[run_id].parent_run_id = str(parent)
        found[run_id].parent = by_uuid.get(str(parent))
    for row in rows:
        if row.id in shown and row.parent_run_id in mine:
            found[mine[row.parent_run_id]].children.append(shown[row.id])
    return found


def _column_lines(
    runs: Sequence[RunRef],
    io: Mapping[int, Sequence[RunDataset]],
    hidden: Mapping[int, frozenset[str]],
    *,
    session: Session,
) -> dict[int, tuple[ColumnLine, ...]]:
    """Column lineage of the run's job between datasets that the run touched."""
    found: dict[int, tuple[ColumnLine, ...]] = {}
    for run in runs:
        datasets = {entry.dataset_id: entry for entry in io[run.id]}
        outputs = {entry.dataset_id for entry in io[run.id] if entry.direction is Direction.OUTPUT}
        if not outputs:
            continue
        query = (
            select(COLUMN_EDGE)
            .where(COLUMN_EDGE.c.job_id == run.job_id)
            .order_by(COLUMN_EDGE.c.output_dataset_id, COLUMN_EDGE.c.output_column, COLUMN_EDGE.c.id)
            .limit(MOST_COLUMN_LINES)
        )
        found[run.id] = tuple(
            ColumnLine(
                _end(datasets[row.output_dataset_id], row.output_column, hidden),
                _end(datasets[row.input_dataset_id], row.input_column, hidden),
                tuple(json.loads(row.transformations)),
            )
            for row in session.execute(query)
            if row.output_dataset_id in outputs and row.input_dataset_id in datasets
        )
    return found


def _end(dataset: RunDataset, column: str | None, hidden: Mapping[int, frozenset[str]]) -> ColumnEnd:
    is_masked = column is not None and column in hidden.get(dataset.dataset_id, NOTHING)
    return ColumnEnd(dataset.namespace, dataset.name, None if is_masked else column, is_masked)


def _detail(
    run: RunRef,
    io: Sequence[RunDataset],
    facets: Mapping[str, Any],
    hidden: Mapping[int, frozenset[str]],
    relatives: _Relatives,
    lines: tuple[ColumnLine, ...],
    *,
    is_masked: bool,
) -> RunDetail:
    statements = statements_of(facets.get(STATEMENTS))
    capture = _dict(facets.get("capture"))
    errors = tuple(error for error in _list(capture.get("errors")) if isinstance(error, dict))
    return RunDetail(
        run=run,
        duration=run.duration,
        parent_run_id=relatives.parent_run_id,
        parent=relatives.parent,
        children=tuple(relatives.children),
        inputs=_shown(io, Direction.INPUT, hidden),
        outputs=_shown(io, Direction.OUTPUT, hidden),
        columns=lines,
        statements=tuple(entry.masked() for entry in statements) if is_masked else statements,
        context=_dict(facets.get("context")),
        facets={
            name: body
            for name, body in facets.items()
            if name not in _OWN_FIELDS and (not is_masked or name in _HARMLESS)
        },
        errors=tuple({**error, "message": ""} for error in errors) if is_masked else errors,
        truncated=tuple(text for text in _list(capture.get("truncated")) if isinstance(text, str)),
        is_masked=is_masked,
        raw=tuple(io),
    )


def _dict(value: Any) -> dict[str, Any]:
    """Other producers may send facets that are called as ours are."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shown(
    io: Collection[RunDataset], direction: Direction, hidden: Mapping[int, frozenset[str]]
) -> tuple[DatasetOfRun, ...]:
    return tuple(
        DatasetOfRun(
            namespace=entry.namespace,
            name=entry.name,
            evidence=entry.evidence,
            state=entry.state,
            rows=entry.rows,
            bytes=entry.bytes,
            partitions=entry.partitions,
            partition_count=entry.partition_count,
            columns=show_columns(entry.columns, hidden.get(entry.dataset_id, NOTHING)),
        )
        for entry in io
        if entry.direction is direction
    )
