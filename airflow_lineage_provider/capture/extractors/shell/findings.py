"""What all programs of a command read and write together, brought into an extraction."""

from __future__ import annotations

import os
import platform

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.shell.call import Call, Touched
from airflow_lineage_provider.capture.extractors.shell.limits import (
    MOST_DATASETS,
    MOST_NOTES,
    MOST_STATEMENT_CHARACTERS,
    MOST_STATEMENTS,
)
from airflow_lineage_provider.capture.instrumentation.noise import is_noise, prefixes
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.naming import asset_of, local_file_id

_CODE = (".sql", ".hql", ".sh", ".bash", ".py", ".jq", ".awk", ".sed")
"""Endings of files that say what to do: they are read and are no data."""


class Findings:
    """Takes what each call says, in the order of the command."""

    def __init__(self, extraction: Extraction, *, failed: bool) -> None:
        self._extraction = extraction
        self._failed = failed
        self._made: set[str | DatasetId] = set()
        """What the command itself has made: reading it later is no input of the task."""
        self._seen: set[tuple[bool, DatasetId]] = set()
        self._characters = 0
        self._notes: dict[str, None] = {}
        self._lost_datasets = 0
        self._lost_statements = 0

    def take(self, call: Call) -> None:
        """Add what a call reads and writes, as far as the disk agrees."""
        reads = [touched for touched in call.reads if self._is_read(touched, call)]
        writes = [touched for touched in call.writes if self._is_written(touched, call)]
        if call.may_not_run:
            writes = [touched for touched in writes if _has_changed(touched, call)]
            if not writes and (reads or call.writes):
                call.left_out("it may not have run")
            reads = reads if writes else []
        for touched in reads:
            self._add(touched, call, is_output=False)
        for touched in writes:
            self._add(touched, call, is_output=True)
        for touched in writes if call.may_not_run else call.writes:
            # Whether it is still there or not: what only passed through a file comes from elsewhere.
            key = touched.path or touched.dataset
            if key is not None and not touched.appended and not touched.dropped:
                self._made.add(key)
        for note in call.notes:
            self.left_out(note)
        for connection, sql in call.statements:
            self._characters += len(sql)
            if (
                len(self._extraction.statements) >= MOST_STATEMENTS
                or self._characters > MOST_STATEMENT_CHARACTERS
            ):
                self._lost_statements += 1
            else:
                executed = not self._failed and not call.may_not_run
                self._extraction.ran(connection, sql, executed=executed)

    def left_out(self, note: str) -> None:
        self._notes[note] = None

    def close(self) -> None:
        """Name what was left out."""
        for note in list(self._notes)[:MOST_NOTES]:
            self._extraction.left_out(f"shell: {note}")
        if len(self._notes) > MOST_NOTES:
            self._extraction.left_out(
                f"shell: {len(self._notes) - MOST_NOTES} more places that are not understood"
            )
        if self._lost_datasets:
            self._extraction.left_out(f"shell: {self._lost_datasets} datasets beyond {MOST_DATASETS}")
        if self._lost_statements:
            self._extraction.left_out(
                f"shell: {self._lost_statements} statements beyond what one command may have"
            )

    def _is_read(self, touched: Touched, call: Call) -> bool:
        path = touched.path
        if (path or touched.dataset) in self._made:
            return False
        if path is None:
            return True
        if _is_no_data(path) or path.endswith(_CODE):
            return False
        return touched.moved or call.machine.exists(path)

    def _is_written(self, touched: Touched, call: Call) -> bool:
        path = touched.path
        if path is None:
            return True
        if _is_no_data(path):
            return False
        if touched.dropped:
            is_gone = not call.machine.is_local or not call.machine.exists(path)
            return is_gone and path not in self._made
        return call.machine.exists(path)

    def _add(self, touched: Touched, call: Call, *, is_output: bool) -> None:
        dataset = _dataset_of(touched, call)
        if dataset is None or (is_output, dataset) in self._seen:
            return
        if len(self._seen) >= MOST_DATASETS:
            self._lost_datasets += 1
            return
        self._seen.add((is_output, dataset))
        if touched.dropped:
            facet = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
            self._extraction.outputs.append(IoEntry(Evidence.OPERATOR, dataset=dataset, facets=facet))
        elif is_output:
            self._extraction.wrote(dataset)
        else:
            self._extraction.read(dataset)


def _dataset_of(touched: Touched, call: Call) -> DatasetId | None:
    if touched.path is not None:
        own = platform.node() if config.file_host() else None
        return local_file_id(touched.path, call.machine.file_host or own)
    dataset = touched.dataset if isinstance(touched.dataset, DatasetId) else asset_of(touched.dataset, None)
    return dataset if dataset.name else None


def _is_no_data(path: str) -> bool:
    return path == "/" or path.startswith(prefixes()) or is_noise(path)


def _has_changed(touched: Touched, call: Call) -> bool:
    """Whether the disk says that a file was written, moved or made since the task started."""
    if touched.path is None or not call.machine.is_local or call.started is None or touched.dropped:
        return False
    try:
        return os.stat(touched.path).st_ctime >= call.started - 1
    except (OSError, ValueError):
        return False
