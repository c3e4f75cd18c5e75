"""Evidence ``runtime``: what instrumentation saw the task's process do."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.instrumentation.noise import ends_with_process, is_noise, prefixes
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER, Execution, Name, Observer
from airflow_lineage_provider.capture.instrumentation.sighting import Detail, Trace
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
from airflow_lineage_provider.capture.statement_shape import is_bookkeeping, shape_of
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.naming import asset_of, local_file_id, namespace_of
from airflow_lineage_provider.model.record import LineageRecord, Statement

_NO_DETAIL = Detail()
_READABLE_TO_ALL = stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH

OnError = Callable[[str, BaseException], None]


class RuntimeSource:
    """Instrumentation of one attempt, from the call of ``execute`` to its end."""

    def __init__(self) -> None:
        self._ran = False

    def start(self, ti: Any, sources: frozenset[str]) -> None:
        """Observe this process.

        :param sources: names of what to observe, see ``instrumentation.catalog``; none: nothing is touched.
        """
        if sources:
            self._ran = True
            bundle = getattr(ti, "bundle_instance", None)
            switch_on(
                sources,
                prefixes(str(bundle.path) if bundle is not None else None, *config.folders_of_airflow()),
            )

    def stop(self) -> None:
        """Observe no more. What was seen is kept for :meth:`add_to`."""
        if self._ran:
            switch_off()

    def add_to(self, record: LineageRecord, *, host: str | None, limit: int, on_error: OnError) -> None:
        """Add what was seen to a segment."""
        if not self._ran:
            return
        for key, error in OBSERVER.errors.copy().items():
            on_error(key.partition(" ")[0], error)
        add_runtime_datasets(record, OBSERVER, host=host, limit=limit)
        add_runtime_statements(record, OBSERVER)


def add_runtime_datasets(record: LineageRecord, observer: Observer, *, host: str | None, limit: int) -> None:
    """Add the datasets that the task was seen to read and write.

    :param host: name of this machine if local paths are to carry it.
    :param limit: most datasets to add; what is beyond is counted in ``truncated``.
    """
    room, left = limit, 0
    is_something = Trace.INPUT | Trace.OUTPUT | Trace.DROPPED
    for name, trace in observer.traces.copy().items():
        if not trace & is_something:
            continue
        if room <= 0:
            left += 1
            continue
        entries = _entries(name, trace, observer.details.get(name), observer.noisy, host)
        if entries is None:
            continue
        room -= 1
        read, written = entries
        if read is not None:
            record.inputs.append(read)
        if written is not None:
            record.outputs.append(written)
    if left:
        record.truncated.append(f"runtime: {left} datasets beyond {limit}")
    if observer.lost_columns:
        record.truncated.append(f"runtime: columns of {observer.lost_columns} datasets")
    if observer.lost_names:
        record.truncated.append(f"runtime: {observer.lost_names} reads and writes of further names")


def add_runtime_statements(record: LineageRecord, observer: Observer) -> None:
    """Add the statements that the task's own connections ran.

    One that a hook has reported already is marked as seen at runtime too and not sent twice. Statements that differ
    in their values only are sent once.
    """
    reported = {
        (namespace_of(record.connections[entry.connection]), entry.sql.strip()): index
        for index, entry in enumerate(record.statements)
    }
    places: dict[int, int] = {}
    merged: dict[tuple[int, bool, str], Statement] = {}
    for (connection, sql), execution in observer.statements.copy().items():
        identity = observer.connections[connection]
        known = reported.get((namespace_of(identity), sql.strip()))
        if known is not None:
            _mark(record, known, execution)
            continue
        if is_bookkeeping(sql):
            continue
        if connection not in places:
            places[connection] = record.place_of(identity)
        key = (places[connection], execution.executed, shape_of(sql))
        if key in merged:
            merged[key] = _with_rows(merged[key], execution)
            continue
        merged[key] = Statement(
            sql=sql,
            connection=places[connection],
            rows=execution.rows,
            executed=execution.executed,
            evidence=Evidence.RUNTIME,
        )
    record.statements.extend(merged.values())
    if observer.lost_statements:
        record.truncated.append(f"runtime: {observer.lost_statements} further statements")


def _entries(
    name: Name, trace: int, detail: Detail | None, noisy: tuple[str, ...], host: str | None
) -> tuple[IoEntry | None, IoEntry | None] | None:
    """Input and output entry of one name; ``None`` if it is no data or not there any more."""
    size = None
    if isinstance(name, DatasetId):
        dataset = name
    elif "://" in name:
        if ends_with_process(name):
            return None
        dataset = asset_of(name, None)
    else:
        if name.startswith(noisy) or is_noise(name):
            return None
        status = _status(name)
        if trace & Trace.DROPPED and status is not None:
            # The rename or the deletion failed, or somebody has put another one there.
            trace &= ~Trace.DROPPED
        if not trace & Trace.DROPPED:
            if status is None or not trace:
                return None
            if trace == Trace.INPUT and not _is_readable(name, status):
                return None
            if detail is None and stat.S_ISDIR(status.st_mode):
                # Somebody tried to open a folder; a library that reads one as a dataset says in which format.
                return None
            size = status.st_size if stat.S_ISREG(status.st_mode) else 0
        dataset = local_file_id(name, host)
    if not dataset.name:
        return None
    detail = detail or _NO_DETAIL
    facets: dict[str, Any] = {"storage": {"fileFormat": detail.format}} if detail.format else {}
    read = written = None
    if trace & Trace.INPUT:
        read = IoEntry(
            Evidence.RUNTIME,
            dataset=dataset,
            rows=None if trace & Trace.OUTPUT else detail.rows,
            bytes=None if trace & Trace.OUTPUT else detail.bytes or size,
            columns=None if trace & Trace.OUTPUT else detail.columns,
            facets=facets,
        )
    if trace & Trace.OUTPUT:
        written = IoEntry(
            Evidence.RUNTIME,
            dataset=dataset,
            rows=detail.rows,
            bytes=detail.bytes or size,
            columns=detail.columns,
            facets=facets,
        )
    elif trace & Trace.DROPPED:
        dropped = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
        written = IoEntry(Evidence.RUNTIME, dataset=dataset, facets={**facets, **dropped})
    return read, written


def _status(path: str) -> os.stat_result | None:
    """Status of a file or a directory; ``None`` if it is neither or not there."""
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode) else None


def _is_readable(path: str, status: os.stat_result) -> bool:
    """Whether an attempt to open it can have worked. Most files are readable to all, which needs no second look."""
    return status.st_mode & _READABLE_TO_ALL == _READABLE_TO_ALL or os.access(path, os.R_OK)


def _mark(record: LineageRecord, index: int, execution: Execution) -> None:
    entry = record.statements[index]
    record.statements[index] = replace(
        entry,
        evidence=entry.evidence | Evidence.RUNTIME,
        executed=entry.executed or execution.executed,
        rows=entry.rows if entry.rows is not None else execution.rows,
    )


def _with_rows(entry: Statement, execution: Execution) -> Statement:
    if execution.rows is None:
        return entry
    return replace(entry, rows=(entry.rows or 0) + execution.rows)
