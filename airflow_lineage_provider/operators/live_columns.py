"""Columns of tables as the databases have them now, read through connections of the running task."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.connection_identity import identity_of
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.quiet import within
from airflow_lineage_provider.capture.sources.observed import DIALECTS, read_tables
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.error_text import message_of
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.naming import namespace_of, table_of
from airflow_lineage_provider.model.parts import parts

log = logging.getLogger(__name__)

TIME_LIMIT = 30.0
"""Seconds for one connection."""
MOST_COLUMNS = 20_000
"""In one question."""
_CHUNK = 50
"""Tables in one query."""

Columns = Mapping[DatasetId, tuple[Column, ...]]


class UnknownConnection(LookupError):
    """Airflow has no connection of a name."""


def live_columns(
    tables: Collection[DatasetId], conn_ids: Sequence[str], *, is_strict: bool = False
) -> dict[DatasetId, tuple[Column, ...]]:
    """Columns of those tables that a connection reaches; what cannot be read is logged and left out.

    :param tables: under their canonical names.
    :param is_strict: somebody named the connections, so that one which is not there is an error.
    :raises UnknownConnection: as that.
    """
    rules = IdentityRules(
        dict(config.namespace_aliases()),
        config.partition_patterns(),
        has_builtin_patterns=config.partition_defaults(),
    )
    left = set(tables)
    found: dict[DatasetId, tuple[Column, ...]] = {}
    total = 0
    for conn_id in conn_ids:
        if not left:
            break
        try:
            read = _through(conn_id, left, rules)
        except UnknownConnection as error:
            if is_strict:
                raise
            log.info("Columns cannot be read through %s: %s", conn_id, error)
            continue
        for dataset in sorted(read):
            if total + len(read[dataset]) > MOST_COLUMNS:
                log.warning("Columns of %s are left out: more than %d columns in all", dataset, MOST_COLUMNS)
                continue
            total += len(read[dataset])
            found[dataset] = read[dataset]
        left -= read.keys()
        log.info("Columns of %d tables were read through connection %s", len(read), conn_id)
    if left:
        log.info(
            "Columns of %d tables were not read now, what is known of them counts: %s",
            len(left),
            ", ".join(str(dataset) for dataset in sorted(left)[:10]),
        )
    return found


def connections_of(dag: Any) -> Iterator[str]:
    """Ids of connections that arguments of a DAG's tasks name: ``conn_id``, ``postgres_conn_id`` ..."""
    for task in getattr(dag, "tasks", ()):
        given = {**getattr(task, "partial_kwargs", {}), **vars(task)} if hasattr(task, "__dict__") else {}
        for name, value in given.items():
            if name.endswith("conn_id") and isinstance(value, str) and value and "{{" not in value:
                yield value


def _through(conn_id: str, wanted: Collection[DatasetId], rules: IdentityRules) -> Columns:
    """Columns of wanted tables that one connection reaches."""
    try:
        connection = BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        raise UnknownConnection(f"there is no connection {conn_id!r}") from None
    if connection.conn_type not in DIALECTS:
        return {}
    found: dict[DatasetId, tuple[Column, ...]] = {}
    problems: list[Exception] = []

    def work() -> None:
        try:
            hook = connection.get_hook()
            found.update(_read(hook, identity_of(hook), wanted, rules))
        except Exception as error:
            problems.append(error)

    # What we look up ourselves is nothing that the task read.
    with OBSERVER.paused():
        in_time = within(work, TIME_LIMIT)
    if not in_time:
        log.warning("Connection %s did not tell columns within %g s", conn_id, TIME_LIMIT)
        return {}
    for problem in problems:
        log.warning(
            "Connection %s did not tell columns: %s: %s", conn_id, type(problem).__name__, message_of(problem)
        )
    return found


def _read(
    hook: Any, identity: ConnectionIdentity, wanted: Collection[DatasetId], rules: IdentityRules
) -> Columns:
    if identity.conn_type not in DIALECTS or identity.is_in_memory:
        return {}
    namespace = rules.canonical(DatasetId(namespace_of(identity), "x")).namespace
    names = sorted({_table(each.name) for each in wanted if each.namespace == namespace})
    found: dict[DatasetId, tuple[Column, ...]] = {}
    for part in parts(names, _CHUNK):
        for table in read_tables(hook, 0, identity.conn_type, part):
            dataset = rules.canonical(table_of(identity, table.database, table.schema, table.name))
            if dataset in wanted:
                found[dataset] = table.columns
    return found


def _table(name: str) -> str:
    return name.rpartition(".")[2].lower()
