"""What one event says, under canonical names and merged by dataset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.event import EventDataset, LineageEvent
from airflow_lineage_provider.store.edges import ColumnLink, transformations_text
from airflow_lineage_provider.store.touched import Touch, Touched

Source = tuple[DatasetId, str, DatasetId, str | None]
"""Output, its column, input, its column."""


@dataclass(slots=True)
class Told:
    """An event's datasets under the names they are stored by."""

    touched: Touched = field(default_factory=Touched)
    names: set[DatasetId] = field(default_factory=set)
    """Everything it names, symlinks among them."""
    symlinks: dict[DatasetId, set[DatasetId]] = field(default_factory=dict)
    """Dataset to other names of the same data."""
    unfollowed: set[DatasetId] = field(default_factory=set)
    """Names that the sender may not call another name of a dataset, or give another name to."""
    links: set[tuple[DatasetId, DatasetId]] = field(default_factory=set)
    """(output, input) where the producer says which feeds which."""
    sources: dict[Source, set[tuple[str, str, bool]]] = field(default_factory=dict)
    """Columns to the transformations between them."""

    def touches(self, ids: Mapping[DatasetId, int]) -> dict[tuple[int, Direction], Touch]:
        """Inputs and outputs by dataset ids; several names may lead to one dataset."""
        merged: dict[tuple[int, Direction], Touch] = {}
        for (dataset, side), touch in self.touched.io.items():
            known = merged.setdefault((ids[dataset], side), touch)
            if known is not touch:
                known.merge(touch.evidence, touch.rows, touch.bytes)
                known.partitions |= touch.partitions
        return merged

    def columns(self, ids: Mapping[DatasetId, int]) -> dict[int, tuple[Column, ...]]:
        """Columns by dataset ids.

        Where two names lead to one dataset, what is said of both is as new: the same one stays as if each had
        been told by an event of its own.
        """
        found: dict[int, tuple[Column, ...]] = {}
        for dataset, columns in self.touched.columns.items():
            known = found.setdefault(ids[dataset], columns)
            if known is not columns:
                found[ids[dataset]] = max(known, columns, key=_hash)
        return found

    def column_links(self, ids: Mapping[DatasetId, int]) -> list[ColumnLink]:
        """Column lineage by dataset ids; where two names lead to one dataset as :meth:`columns` says."""
        found: dict[tuple[int, str, int, str | None], ColumnLink] = {}
        for (output, column, source, source_column), transformations in self.sources.items():
            key = (ids[output], column, ids[source], source_column)
            link = ColumnLink(*key, tuple(sorted(transformations)))
            known = found.setdefault(key, link)
            if known is not link:
                found[key] = max(known, link, key=_made_by)
        return list(found.values())


def _made_by(link: ColumnLink) -> str:
    return transformations_text(link.transformations)


def _hash(columns: tuple[Column, ...]) -> str:
    return content_hash([column.to_wire() for column in columns])


def read_told(event: LineageEvent, may_merge: Callable[[DatasetId], bool]) -> Told:
    """Take an event's names through the identity rules.

    :param may_merge: whether the sender may say which other names a dataset has; asked for both, as they are stored.
    """
    told = Told()
    has_job = event.job is not None
    for entry in event.inputs:
        _add(told, entry, Direction.INPUT if has_job else None)
    for entry in event.outputs:
        output = _add(told, entry, Direction.OUTPUT if has_job else None)
        for source in entry.sources or ():
            given = _note(told, source, Direction.INPUT if has_job else None)
            told.links.add((output, given))
        for column in entry.field_sources:
            given = _note(told, column.input, None)
            key = (output, column.output_column, given, column.input_column)
            told.sources.setdefault(key, set()).update(column.transformations)
    _leave_out(told, may_merge)
    return told


def _leave_out(told: Told, may_merge: Callable[[DatasetId], bool]) -> None:
    said, told.symlinks = told.symlinks, {}
    for dataset, others in said.items():
        if not may_merge(dataset):
            told.unfollowed.add(dataset)
            continue
        followed = {other for other in others if may_merge(other)}
        told.unfollowed |= others - followed
        if followed:
            told.symlinks[dataset] = followed
            told.names |= followed


def _add(told: Told, entry: EventDataset, side: Direction | None) -> DatasetId:
    dataset = _note(told, entry.dataset, side, rows=entry.rows, size=entry.bytes)
    facets = dict(entry.facets)
    if entry.columns is not None:
        told.touched.columns[dataset] = entry.columns
        # It is what tells how new the columns are.
        facets.setdefault("schema", {"fields": [column.to_wire() for column in entry.columns]})
    else:
        facets.pop("schema", None)
    if entry.is_dropped:
        facets.setdefault("lifecycleStateChange", {"lifecycleStateChange": "DROP"})
    told.touched.facets.setdefault(dataset, {}).update(facets)
    others = {told.touched.name(other) for other in entry.symlinks} - {dataset}
    if others:
        told.symlinks.setdefault(dataset, set()).update(others)
    return dataset


def _note(
    told: Told,
    dataset: DatasetId,
    side: Direction | None,
    *,
    rows: int | None = None,
    size: int | None = None,
) -> DatasetId:
    """Canonical name of a dataset, which is noted as input or output where ``side`` says so."""
    if side is None:
        canonical = told.touched.name(dataset)
    else:
        canonical = told.touched.add(dataset, side, Evidence.EXTERNAL, rows, size)
    told.names.add(canonical)
    return canonical
