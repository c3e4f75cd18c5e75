"""Evidence ``operator``: the operator's own OpenLineage methods, called where they exist.

Slow by nature (some ask a service), so it belongs to the late segment. Operators whose method only parses
their SQL over extra warehouse connections are left to the ``statement`` source, those whose method has no lasting
name for a server to our extractors.
"""

from __future__ import annotations

import json
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import LineageRecord

_ON_COMPLETE = ("get_openlineage_facets_on_complete", "get_openlineage_facets_on_start")
_ON_FAILURE = (
    "get_openlineage_facets_on_failure",
    "get_openlineage_facets_on_complete",
    "get_openlineage_facets_on_start",
)
NOT_ASKED = frozenset(
    {
        "airflow.providers.common.sql.operators.sql",
        "airflow.providers.ftp.operators.ftp",
        "airflow.providers.sftp.operators.sftp",
    }
)
"""Modules whose operators have methods that others know better than."""
_DROPPED_FACETS = frozenset({"environmentVariables", "unknownSourceAttribute", "sourceCode", "schema"})
"""Facets that carry secrets, code, or what has a place of its own in the record."""


def speaks_openlineage(task: Any) -> bool:
    """Tell whether the operator has lineage methods that know more than its SQL text."""
    return _method(task, _ON_COMPLETE) is not None or _custom_extractor(task) is not None


def add_operator_lineage(record: LineageRecord, task: Any, ti: Any, *, failed: bool) -> None:
    """Call the operator's method and add what it returns. Raises what the method raises."""
    extractor = _custom_extractor(task)
    if extractor is not None:
        call = getattr(extractor, "extract_on_failure" if failed else "extract_on_complete", None)
        lineage = call(ti) if call is not None else extractor.extract()
    else:
        name = _method(task, _ON_FAILURE if failed else _ON_COMPLETE)
        if name is None:
            return
        method = getattr(task, name)
        lineage = method() if name.endswith("_on_start") else method(ti)
    if lineage is not None:
        add_told(record, lineage)


def add_told(record: LineageRecord, lineage: Any) -> None:
    """Add what an operator's method returned."""
    record.inputs.extend(_entry(dataset) for dataset in lineage.inputs or ())
    record.outputs.extend(_entry(dataset) for dataset in lineage.outputs or ())
    record.run_facets.update(_facets(lineage.run_facets or {}))
    record.job_facets.update(_facets(lineage.job_facets or {}))


def _method(task: Any, names: tuple[str, ...]) -> str | None:
    for name in names:
        method = getattr(type(task), name, None)
        if method is not None:
            return None if getattr(method, "__module__", "") in NOT_ASKED else name
    return None


def _custom_extractor(task: Any) -> Any | None:
    from airflow.sdk.configuration import conf

    configured = conf.get("openlineage", "extractors", fallback="") or ""
    for path in (part.strip() for part in configured.split(";")):
        if not path:
            continue
        from importlib import import_module

        module, _, name = path.rpartition(".")
        extractor = getattr(import_module(module), name)
        if task.task_type in extractor.get_operator_classnames():
            return extractor(task)
    return None


def _entry(dataset: Any) -> IoEntry:
    facets = {
        **_facets(getattr(dataset, "facets", None) or {}),
        **_facets(getattr(dataset, "inputFacets", None) or {}),
        **_facets(getattr(dataset, "outputFacets", None) or {}),
    }
    schema = (getattr(dataset, "facets", None) or {}).get("schema")
    columns = None
    if schema is not None and getattr(schema, "fields", None):
        columns = tuple(
            Column(str(field.name), field.type, None, getattr(field, "description", None))
            for field in schema.fields
        )
    statistics = facets.get("outputStatistics") or facets.get("inputStatistics") or {}
    return IoEntry(
        Evidence.OPERATOR,
        dataset=_identity(str(dataset.namespace), str(dataset.name)),
        columns=columns,
        rows=_count(statistics.get("rowCount")),
        bytes=_count(statistics.get("size")),
        facets=facets,
    )


def _identity(namespace: str, name: str) -> DatasetId:
    # common.io takes paths for addresses and loses the slash that a local path begins with.
    if namespace == "file" and not name.startswith(("/", ".")):
        name = f"/{name}"
    return DatasetId(namespace, name)


def _facets(facets: dict[str, Any]) -> dict[str, Any]:
    if not facets:
        return {}
    from openlineage.client.serde import Serde

    return {
        name: json.loads(Serde.to_json(facet))
        for name, facet in facets.items()
        if name not in _DROPPED_FACETS and facet is not None
    }


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
