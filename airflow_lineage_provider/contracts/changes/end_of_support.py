"""Whether the end that a contract announced of something has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow_lineage_provider.contracts.duration import day_of
from airflow_lineage_provider.contracts.promise import sla_name
from airflow_lineage_provider.contracts.property_tree import Property, custom_property, mappings, text_of
from airflow_lineage_provider.contracts.sla_element import element_column, elements_of

ENDS = frozenset({"endofsupport", "endoflife"})


def is_supported_no_more(
    contract: Mapping[str, Any], schema: Mapping[str, Any], today: date, column: Property | None = None
) -> bool:
    """Whether ``endOfSupport`` or ``endOfLife`` has passed, of a column or of the object that it is in.

    Said as a custom property of either, or as an SLA property of the contract.
    """
    holders = [schema] if column is None else [column.data, schema]
    days = [day_of(custom_property(holder, name)) for holder in holders for name in ENDS]
    schemas = mappings(contract.get("schema"))
    names = {None} if column is None else {None, column.name.casefold(), column.physical.casefold()}
    for entry in mappings(contract.get("slaProperties")):
        if sla_name(entry.get("property")) not in ENDS:
            continue
        for element in elements_of(text_of(entry.get("element")), schema, schemas):
            named = element_column(element, schema)
            if (named.casefold() if named else None) in names:
                days.append(day_of(entry.get("value")))
    return any(day is not None and day <= today for day in days)
