"""What operators of a DAG file say they will do: SQL as it stands, and the places that transfers name."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airflow_lineage_provider.contracts.binding import Lookup
    from airflow_lineage_provider.model.record import LineageRecord

log = logging.getLogger(__name__)

_TEMPLATE = ("{{", "{%", "{#")
_ON_START = "get_openlineage_facets_on_start"
_ONLY_PARSES_SQL = "airflow.providers.common.sql.operators.sql"
"""Its method opens connections to say what the text says already."""


def text_reader(lookup: Lookup) -> Callable[[Any], LineageRecord | None]:
    """Reads operators.

    :param lookup: from a connection id to the connection's identity.
    """
    return lambda task: read_operator(task, lookup)


def read_operator(task: Any, lookup: Lookup) -> LineageRecord | None:
    """What an operator's attributes say, of which nothing waits for a run. Never raises; ``None``: they say nothing."""
    from airflow_lineage_provider.governance.offline.no_calls_out import no_calls_out
    from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind

    if getattr(task, "is_mapped", False):
        return None  # its attributes are known when it runs
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "")
    for read in (_sql, _transfer, _told, _named):
        try:
            with no_calls_out():
                read(task, lookup, record)
        except Exception:
            log.debug("%s does not say what %s does", type(task).__name__, task.task_id, exc_info=True)
    return record if record.inputs or record.outputs or record.statements else None


def _sql(task: Any, lookup: Lookup, record: LineageRecord) -> None:
    """SQL of an operator with a database hook."""
    from airflow_lineage_provider.model.record import Statement

    if not callable(getattr(task, "get_db_hook", None)):
        return
    conn_id = getattr(task, str(getattr(task, "conn_id_field", "conn_id")), None)
    texts = list(_texts(getattr(task, "sql", None)))
    if not isinstance(conn_id, str) or not conn_id or not texts or _is_template(conn_id):
        return
    database = getattr(task, "database", None)
    connection = record.place_of(lookup(conn_id))
    record.statements.extend(
        Statement(sql, connection, database=database if isinstance(database, str) and database else None)
        for sql in texts
    )


def _transfer(task: Any, lookup: Lookup, record: LineageRecord) -> None:
    """Operators that move data: both ends stand in their attributes."""
    from airflow_lineage_provider.capture.extractors.extractor import Extraction
    from airflow_lineage_provider.capture.extractors.transfer import (
        TransferExtractor,
        attributes_read,
        transfer_of,
    )

    try:
        transfer = transfer_of(type(task))
    except LookupError:
        return
    if any(_holds_template(getattr(task, name, None)) for name in attributes_read(transfer)):
        return
    extraction = Extraction()
    try:
        TransferExtractor(lookup).extract(task, {}, extraction, failed=False)
    finally:
        extraction.add_to(record)


def _told(task: Any, lookup: Lookup, record: LineageRecord) -> None:
    """The operator's own word before it runs."""
    from airflow_lineage_provider.capture.sources.operator import add_told

    method = getattr(type(task), _ON_START, None)
    if method is None or getattr(method, "__module__", "") == _ONLY_PARSES_SQL:
        return
    if any(_holds_template(getattr(task, name, None)) for name in getattr(task, "template_fields", ())):
        return
    lineage = getattr(task, _ON_START)()
    if lineage is not None:
        add_told(record, lineage)


def _named(task: Any, lookup: Lookup, record: LineageRecord) -> None:
    """Inlets and outlets that are datasets of OpenLineage and no assets of Airflow."""
    from airflow_lineage_provider.capture.sources.declared import declared_inputs, declared_outputs

    record.inputs.extend(entry for entry in declared_inputs(task) if entry.dataset is not None)
    record.outputs.extend(entry for entry in declared_outputs(task, None) if entry.dataset is not None)


def _texts(given: Any) -> Iterator[str]:
    for text in given if isinstance(given, list | tuple) else (given,):
        if isinstance(text, str) and text.strip() and not _is_template(text):
            yield text


def _is_template(text: str) -> bool:
    return any(mark in text for mark in _TEMPLATE)


def _holds_template(value: Any) -> bool:
    if isinstance(value, str):
        return _is_template(value)
    if isinstance(value, dict):
        return any(_holds_template(part) for part in value.values())
    return isinstance(value, list | tuple | set) and any(map(_holds_template, value))
