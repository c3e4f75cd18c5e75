"""What a contract promises about one dataset, out of its ODCS document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from airflow_lineage_provider.contracts.duration import day_of, seconds_of
from airflow_lineage_provider.contracts.property_tree import (
    Property,
    custom_property,
    flag,
    mappings,
    numbered_mappings,
    properties_of,
    schema_path,
    text_of,
)
from airflow_lineage_provider.contracts.quality_bounds import bounds_of, is_percent
from airflow_lineage_provider.contracts.sla_element import element_column, elements_of

ROW_COUNT = "rowCount"
CLOSED_PROPERTY = "closed"
"""Custom property of a contract or of a schema object, which wins."""
_OF_THE_WHOLE = frozenset({"endofsupport", "endoflife", "generalavailability"})
"""Dates that do not depend on a column, so that the default element is not meant."""
_OLD_METRICS = {"duplicateCount": "duplicateValues", "nullCheck": "nullValues"}
"""Names in ODCS 3.0."""


@dataclass(frozen=True, slots=True)
class ColumnPromise:
    """A property of a schema object. Nested properties have dotted names: ``order.items[].price``."""

    name: str
    """Physical name where there is one, for that is what is observed."""
    id: str | None = None
    logical_type: str | None = None
    physical_type: str | None = None
    is_required: bool = False
    is_unique: bool = False
    key_position: int | None = None
    """Place in the primary key, from 1."""
    classification: str | None = None
    is_deprecated: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)
    """``logicalTypeOptions``."""
    is_critical: bool = False
    parent: str | None = None
    """Name of the column that it is nested in."""


@dataclass(frozen=True, slots=True)
class SlaPromise:
    """One of ``slaProperties`` that speaks for the dataset."""

    property: str
    """Lower case, without separators: ``freshness``, ``latency``, ``frequency``, ``endofsupport``."""
    value: Any
    unit: str | None
    seconds: float | None
    """Value as a duration; ``None`` where it is none."""
    element: str | None
    path: str
    """Where it stands: ``slaProperties[0]``."""


@dataclass(frozen=True, slots=True)
class QualityDemand:
    """A quality rule of the contract that somebody has to check."""

    name: str
    column: str | None
    kind: str
    """library | text | sql | custom"""
    metric: str | None
    severity: str | None
    least: float | None = None
    """Smallest value that is allowed, inclusive, where the operator says one."""
    most: float | None = None
    path: str = ""
    unit_is_rows: bool = True
    """Bounds count; ``False``: they are percentages."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What one schema object of a contract promises."""

    schema_name: str
    columns: tuple[ColumnPromise, ...] = ()
    is_closed: bool = False
    """Columns that are not declared break it: custom property ``closed: true``."""
    slas: tuple[SlaPromise, ...] = ()
    demands: tuple[QualityDemand, ...] = ()
    least_rows: float | None = None
    """Bounds of library metric ``rowCount``, in rows."""
    most_rows: float | None = None
    end_of_support: date | None = None
    end_of_life: date | None = None


def promise_of(contract: Mapping[str, Any], schema_name: str) -> Promise | None:
    """What ``contract`` (JSON values of a valid ODCS document) says of one schema object; ``None``: it has none.

    Never raises for what it cannot read: that becomes ``None``.
    """
    schemas = mappings(contract.get("schema"))
    schema = next((one for one in schemas if one.get("name") == schema_name), None)
    if schema is None:
        return None
    properties = list(properties_of(schema))
    slas = tuple(_slas(contract, schemas, schema))
    demands = tuple(_demands(schema, properties))
    rows = [demand for demand in demands if demand.metric == ROW_COUNT and demand.unit_is_rows]
    return Promise(
        schema_name,
        columns=tuple(_column(one) for one in properties),
        is_closed=is_closed(contract, schema),
        slas=slas,
        demands=demands,
        least_rows=max((one.least for one in rows if one.least is not None), default=None),
        most_rows=min((one.most for one in rows if one.most is not None), default=None),
        end_of_support=_day(slas, "endofsupport", schema),
        end_of_life=_day(slas, "endoflife", schema),
    )


def is_closed(contract: Mapping[str, Any], schema: Mapping[str, Any]) -> bool:
    """Whether columns that a schema object does not declare break its contract."""
    own = flag(custom_property(schema, CLOSED_PROPERTY))
    return bool(flag(custom_property(contract, CLOSED_PROPERTY)) if own is None else own)


def is_deprecated(holder: Mapping[str, Any]) -> bool:
    """Whether a schema object or property is on its way out; before ODCS 3.2 a custom property says so."""
    return bool(flag(holder.get("deprecated")) or flag(custom_property(holder, "deprecated")))


def sla_name(word: Any) -> str:
    """``endOfSupport``, ``end_of_support`` and ``End of support`` are one."""
    return "".join(letter for letter in str(word or "").casefold() if letter.isalnum())


def _column(one: Property) -> ColumnPromise:
    data = one.data
    options = data.get("logicalTypeOptions")
    position = data.get("primaryKeyPosition")
    is_placed = isinstance(position, int) and not isinstance(position, bool) and position > 0
    return ColumnPromise(
        one.physical,
        id=text_of(data.get("id")),
        logical_type=text_of(data.get("logicalType")),
        physical_type=text_of(data.get("physicalType")),
        is_required=bool(flag(data.get("required"))),
        is_unique=bool(flag(data.get("unique"))),
        key_position=(position if is_placed else 1) if flag(data.get("primaryKey")) else None,
        classification=text_of(data.get("classification")),
        is_deprecated=is_deprecated(data),
        options=options if isinstance(options, Mapping) else {},
        is_critical=bool(flag(data.get("criticalDataElement"))),
        parent=one.parent or None,
    )


def _slas(
    contract: Mapping[str, Any], schemas: list[Mapping[str, Any]], schema: Mapping[str, Any]
) -> Iterator[SlaPromise]:
    for index, entry in numbered_mappings(contract.get("slaProperties")):
        name = sla_name(entry.get("property"))
        named = text_of(entry.get("element"))
        if named is None and name not in _OF_THE_WHOLE:
            named = text_of(contract.get("slaDefaultElement"))
        value, unit = entry.get("value"), text_of(entry.get("unit"))
        for element in elements_of(named, schema, schemas):
            yield SlaPromise(name, value, unit, seconds_of(value, unit), element, f"slaProperties[{index}]")


def _demands(schema: Mapping[str, Any], properties: list[Property]) -> Iterator[QualityDemand]:
    holders: list[tuple[str | None, str, Mapping[str, Any]]] = [(None, schema_path(schema), schema)]
    holders += [(one.physical, one.path, one.data) for one in properties]
    for column, path, holder in holders:
        for index, rule in numbered_mappings(holder.get("quality")):
            yield _demand(rule, column, f"{path}.quality[{index}]")


def _demand(rule: Mapping[str, Any], column: str | None, path: str) -> QualityDemand:
    metric = text_of(rule.get("metric")) or text_of(rule.get("rule"))
    metric = _OLD_METRICS.get(metric, metric) if metric else None
    kind = text_of(rule.get("type")) or _kind_by_content(rule, metric)
    said = (rule.get(key) for key in ("name", "id", "description", "engine"))
    names = [text for value in said if (text := text_of(value))]
    bounds = bounds_of(rule, metric)
    return QualityDemand(
        name=names[0] if names else metric or kind,
        column=column,
        kind=kind.lower(),
        metric=metric,
        severity=text_of(rule.get("severity")),
        least=bounds.least,
        most=bounds.most,
        path=path,
        unit_is_rows=not is_percent(rule),
    )


def _kind_by_content(rule: Mapping[str, Any], metric: str | None) -> str:
    if metric is not None:
        return "library"
    if "query" in rule:
        return "sql"
    return "custom" if "implementation" in rule else "text" if "description" in rule else "library"


def _day(slas: tuple[SlaPromise, ...], name: str, schema: Mapping[str, Any]) -> date | None:
    """The first day that is said for the whole object."""
    ends = [sla for sla in slas if sla.property == name and element_column(sla.element, schema) is None]
    return min((day for sla in ends if (day := day_of(sla.value)) is not None), default=None)
